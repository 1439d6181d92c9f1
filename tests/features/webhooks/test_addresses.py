"""Where webhooks may go."""

from ipaddress import ip_network

import pytest

from amss.features.webhooks.addresses import Reach

PRODUCTION = Reach(https_only=True, loopback=False)


@pytest.mark.parametrize(
    "address", ["93.184.215.14", "100.128.0.1", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "::ffff:93.184.215.14"]
)
def test_a_public_address_may_be_reached(address: str) -> None:
    assert PRODUCTION.allows(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",  # noqa: S104 - no binding
        "224.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1",
        "::1", "::", "fe80::1", "fe80::1%1", "fc00::1", "fec0::1", "ff0e::1", "2001:db8::1",
        "::ffff:10.0.0.1", "::ffff:127.0.0.1", "::ffff:100.64.0.1", "::ffff:0:10.0.0.1", "::10.0.0.1",
        "64:ff9b::a00:1", "64:ff9b::5db8:d70e", "64:ff9b:1::a00:1", "2002:a00:1::", "2002:5db8:d70e::",
        "2001:0:a00:1::", "2001:0:5db8:d70e::1", "100.127.255.255", "192.0.0.9", "192.88.99.1", "240.0.0.1",
        "239.255.255.250", "ff02::1", "3fff::1", "5f00::1",
    ],
)  # fmt: skip
def test_an_address_that_is_not_public_may_not(address: str) -> None:
    assert not PRODUCTION.allows(address)


def test_a_named_network_is_allowed_and_nothing_beside_it() -> None:
    inside = Reach(https_only=True, loopback=False, networks=(ip_network("10.1.0.0/16"), ip_network("fd00::/8")))

    assert inside.allows("10.1.2.3")
    assert inside.allows("::ffff:10.1.2.3")
    assert inside.allows("fd12::1")
    assert not inside.allows("10.2.0.1")
    assert not inside.allows("127.0.0.1")


def test_in_development_this_machine_may_be_reached() -> None:
    development = Reach(https_only=False, loopback=True)

    assert development.allows("127.0.0.1")
    assert development.allows("::1")
    assert not development.allows("10.0.0.1")
