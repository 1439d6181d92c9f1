"""The gRPC server on a real socket, and a client that speaks as somebody."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import grpc
import grpc.aio
import msgspec
from google.protobuf.message import Message
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo
from google.rpc.status_pb2 import Status

from amss.foundation.database import Database
from amss.server.resources import Resources
from amss.server.rpc.app import RpcServer
from amss.server.rpc.methods import rpc_methods
from builders.installation import Installation
from builders.tenants import Person

M = TypeVar("M", bound=Message)


class RpcReply(msgspec.Struct, frozen=True):
    """An answer: its message or its rich status, and what followed it."""

    code: grpc.StatusCode
    sentence: str
    trailing: dict[str, Any]
    body: bytes = b""
    message: Any = None

    def detail(self, kind: type[M]) -> M | None:
        """The status' detail of a kind, where it has one."""
        status = Status.FromString(self.trailing.get("grpc-status-details-bin", b""))
        detail = kind()
        return next((detail for each in status.details if each.Unpack(detail)), None)

    @property
    def reason(self) -> str | None:
        """The API's code."""
        info = self.detail(ErrorInfo)
        return info and info.reason

    @property
    def violations(self) -> dict[str, str]:
        """What is wrong with which field."""
        found = self.detail(BadRequest)
        return {each.field: each.reason for each in found.field_violations} if found else {}


class RpcDoor:
    """Calls to a running server."""

    def __init__(self, channel: grpc.aio.Channel, resources: Resources, server: RpcServer) -> None:
        self.channel = channel
        self.resources = resources
        self.server = server
        self._responses = {method.name: method.response for method in rpc_methods()}

    async def __call__(
        self,
        person: Person | str | None,
        method: str,
        request: Message | bytes,
        *,
        metadata: dict[str, str] | None = None,
        timeout: float | None = 10,  # noqa: ASYNC109 - it is sent as the call's deadline
    ) -> RpcReply:
        """Call `TaskService/CreateTask` as a person, a bare token, or nobody."""
        name = f"amss.v1.{method}"
        raw = request if isinstance(request, bytes) else request.SerializeToString()
        sent = _metadata(person, metadata)
        call: Any = self.channel.unary_unary(f"/{name}")(raw, metadata=sent, timeout=timeout)
        try:
            body: bytes = await call
        except grpc.aio.AioRpcError as fault:
            return RpcReply(fault.code(), fault.details() or "", dict(fault.trailing_metadata()))
        trailing = dict(await call.trailing_metadata())
        return RpcReply(grpc.StatusCode.OK, "", trailing, body, self._responses[name].FromString(body))

    def stream(
        self,
        person: Person | None,
        method: str,
        request: Message,
        *,
        metadata: dict[str, str] | None = None,
        timeout: float | None = 10,
    ) -> Any:
        """Begin a call that is answered part by part; return grpc's own call, to be read message by message."""
        name = f"amss.v1.{method}"
        calling: Any = self.channel.unary_stream(f"/{name}", response_deserializer=self._responses[name].FromString)
        return calling(request.SerializeToString(), metadata=_metadata(person, metadata), timeout=timeout)


def _metadata(person: Person | str | None, more: dict[str, str] | None) -> tuple[tuple[str, str], ...]:
    sent = dict(more or {})
    if person is not None:
        sent["authorization"] = f"Bearer {person if isinstance(person, str) else person.token}"
    return tuple(sent.items())


@asynccontextmanager
async def rpc_door(installation: Installation, database: Database | None = None) -> AsyncGenerator[RpcDoor]:
    """Run the gRPC server in this process on a port of the system's choosing."""
    resources = Resources(
        settings=installation.settings,
        database=database or installation.server,
        redis=installation.redis,
        keys=installation.keys,
    )
    server = RpcServer(resources)
    await server.start()
    async with grpc.aio.insecure_channel(f"127.0.0.1:{server.port}") as channel:
        yield RpcDoor(channel, resources, server)
        await server.stop(0)
