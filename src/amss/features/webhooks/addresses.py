"""Where AMSS may connect to on behalf of others. No I/O.

What is judged is the address that is dialled, so that no name, redirect or second look-up leads elsewhere.
"""

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

from amss.foundation.settings import Network, Settings

# Everything else of IPv6 is special: translated IPv4 (64:ff9b::), link and site local, multicast.
_GLOBAL_UNICAST = IPv6Network("2000::/3")
# Special by IANA's registries as of 2026, whatever the tables of the Python that runs this say.
_SPECIAL = tuple(
    map(
        ip_network,
        (
            "192.0.0.0/24",  # protocol assignments
            "192.88.99.0/24",  # relays of 6to4
            "2001::/23",  # protocol assignments, among them Teredo, which wraps an IPv4 address
            "2002::/16",  # 6to4, which wraps an IPv4 address
            "3fff::/20",  # documentation
        ),
    )
)


@dataclass(frozen=True)
class Reach:
    """Which addresses and schemes webhooks may use here."""

    https_only: bool
    loopback: bool
    networks: tuple[Network, ...] = ()

    def allows(self, address: str) -> bool:
        """Tell whether an IP address may be dialled."""
        real = _real(ip_address(address))
        if any(real.version == network.version and real in network for network in self.networks):
            return True
        return _is_public(real) or (self.loopback and real.is_loopback)


def reach_of(settings: Settings) -> Reach:
    """Return what these settings allow: in development also plain http and this machine."""
    return Reach(
        https_only=settings.is_production,
        loopback=not settings.is_production,
        networks=settings.webhook_allowed_networks,
    )


def _real(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """Return the IPv4 address that is dialled under the name of an IPv6 one (::ffff:…)."""
    return (isinstance(address, IPv6Address) and address.ipv4_mapped) or address


def _is_public(address: IPv4Address | IPv6Address) -> bool:
    if address.is_multicast or not address.is_global or any(address in each for each in _SPECIAL):
        return False
    return isinstance(address, IPv4Address) or address in _GLOBAL_UNICAST
