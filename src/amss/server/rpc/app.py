"""The gRPC server: our services beside the standard ones for health and reflection, on a port of their own."""

import grpc.aio
from grpc_health.v1 import health
from grpc_health.v1.health_pb2 import HealthCheckResponse
from grpc_health.v1.health_pb2_grpc import add_HealthServicer_to_server
from grpc_reflection.v1alpha import reflection

from amss.foundation.listening import AddressTakenError
from amss.server.resources import Resources
from amss.server.rpc.calls import Calls
from amss.server.rpc.methods import SERVICES

MAX_REQUEST_BYTES = 1024 * 1024
MAX_RESPONSE_BYTES = 4 * 1024 * 1024
MAX_CALLS = 1000

_NAMES = [service.full_name for service in SERVICES]


class RpcServer:
    """Runs on the loop of REST. `port` is the one in use, also where the setting leaves the choice to the system."""

    def __init__(self, resources: Resources) -> None:
        """Mount the services and bind the port; raise `AddressTakenError` when somebody else has it."""
        self._resources = resources
        self._server = grpc.aio.server(
            options=(
                ("grpc.max_receive_message_length", MAX_REQUEST_BYTES),
                ("grpc.max_send_message_length", MAX_RESPONSE_BYTES),
                # Two servers on one port would share its calls in silence: the second must fail instead.
                ("grpc.so_reuseport", 0),
            ),
            maximum_concurrent_rpcs=MAX_CALLS,
        )
        self._health = health.aio.HealthServicer()  # pyright: ignore[reportAttributeAccessIssue] - no stub
        self._calls = Calls(resources)
        add_HealthServicer_to_server(self._health, self._server)
        reflection.enable_server_reflection([*_NAMES, health.SERVICE_NAME, reflection.SERVICE_NAME], self._server)
        # Last, because it answers for every method that nobody before it knows.
        self._server.add_generic_rpc_handlers((self._calls,))
        address = resources.settings.grpc_addr
        try:
            self.port: int = self._server.add_insecure_port(str(address))
        except RuntimeError:
            raise AddressTakenError("GRPC_ADDR", address) from None

    async def start(self) -> None:
        """Begin to answer."""
        for name in _NAMES:
            await self._health.set(name, HealthCheckResponse.SERVING)
        await self._server.start()

    async def stop(self, grace_seconds: float) -> None:
        """Say NOT_SERVING, refuse what is new, let what runs finish within the grace, and close."""
        self._resources.drain()
        await self._health.enter_graceful_shutdown()
        await self._calls.finished(grace_seconds)
        # The server's own grace would wait for watchers of health, who never leave by themselves. It must not be
        # stopped twice at a time either: grpcio 1.85 then frees its server under the second one's feet.
        await self._server.stop(None)
