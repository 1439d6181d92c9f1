"""How often somebody may try a password or a code: per e-mail all tries, per address the failed ones."""

from ipaddress import IPv6Address, ip_address, ip_network

from amss.features.auth.entry import Entry
from amss.foundation.errors import RateLimited
from amss.foundation.rate_limit import Policy

WINDOW_SECONDS = 300
TRIES_PER_EMAIL = 10
FAILURES_PER_ADDRESS = 100


async def spend_a_try(entry: Entry, email: str) -> None:
    """Count a try against the e-mail and the address, or refuse with `RateLimited`."""
    await _spend(entry, [per_email(entry, email), *_per_address(entry)])


async def spend_a_try_from_here(entry: Entry) -> None:
    """Count a try against the address alone, or refuse with `RateLimited`."""
    await _spend(entry, _per_address(entry))


async def _spend(entry: Entry, policies: list[Policy]) -> None:
    if not policies:
        return
    decisions = await entry.limiter.allow(*policies)
    entry.decisions.extend(decisions.each)
    if not decisions.allowed:
        raise RateLimited("Too many tries. Wait before the next one.", retry_after=decisions.retry_after)


async def forgive_the_address(entry: Entry) -> None:
    """Uncount a try that was no failure: thirty tablets share one address."""
    for address in _per_address(entry):
        await entry.limiter.give_back(address)


async def forgive(entry: Entry, email: str) -> None:
    """Uncount a try altogether: whoever signs off ten items gives his password ten times."""
    await entry.limiter.give_back(per_email(entry, email))
    await forgive_the_address(entry)


def per_email(entry: Entry, email: str) -> Policy:
    """Return the limit of an e-mail; only its fingerprint leaves the process."""
    fingerprint = entry.database.vault.fingerprint(b"login:email", email.casefold().encode()).hex()
    return Policy("login:email", f"amss:limit:{{login}}:email:{fingerprint}", TRIES_PER_EMAIL, WINDOW_SECONDS)


def per_address(address: str) -> Policy:
    """Return the limit of where a request comes from."""
    place = _neighbourhood(address)
    return Policy("login:ip", f"amss:limit:{{login}}:ip:{place}", FAILURES_PER_ADDRESS, WINDOW_SECONDS)


def _per_address(entry: Entry) -> list[Policy]:
    """Return the address' limit, if it is known where the request comes from."""
    return [] if entry.origin.ip_address is None else [per_address(entry.origin.ip_address)]


def _neighbourhood(address: str) -> str:
    parsed = ip_address(address)
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is None:
        # Whoever has one IPv6 address has the 2⁶⁴ of its network.
        return str(ip_network((parsed, 64), strict=False))
    return address
