"""Taking the addresses a process listens on, or saying plainly that another has them."""

import socket
from collections.abc import Generator
from contextlib import contextmanager

from prometheus_client import start_http_server

from amss.foundation.settings import Address


class AddressTakenError(Exception):
    """Another program listens where AMSS should."""

    def __init__(self, setting: str, address: Address) -> None:
        """Name the setting and the address."""
        super().__init__(f"{address} is taken by another program. Stop it, or set {setting} to another address.")


@contextmanager
def listening(setting: str, address: Address) -> Generator[socket.socket]:
    """Take an address, or refuse with `AddressTakenError`."""
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            door.bind((address.host, address.port))
        except OSError:
            raise AddressTakenError(setting, address) from None
        yield door


@contextmanager
def metrics_served(setting: str, address: Address) -> Generator[None]:
    """Serve this process's metrics on an address of their own, from a thread."""
    try:
        metrics, thread = start_http_server(address.port, address.host)
    except OSError:
        raise AddressTakenError(setting, address) from None
    try:
        yield
    finally:
        metrics.shutdown()
        metrics.server_close()
        thread.join()
