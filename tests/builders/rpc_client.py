"""Somebody at the gRPC server who gets what he asks for, and what is asked for often."""

from datetime import UTC, datetime, timedelta
from typing import Any

from google.protobuf.message import Message
from google.type.date_pb2 import Date
from grpc import StatusCode

from amss_proto.amss.v1.program_pb2 import ProgramLimit
from amss_proto.amss.v1.program_service_pb2 import CreateProgramRequest
from amss_proto.amss.v1.task_pb2 import IntervalType, TaskType
from builders.rpc_door import RpcDoor
from builders.tenants import Person

TODAY = datetime.now(UTC).date()


def day(days_ago: int) -> Date:
    """Return a day before today, or after it."""
    that_day = TODAY - timedelta(days_ago)
    return Date(year=that_day.year, month=that_day.month, day=that_day.day)


class Client:
    """Somebody who expects an answer."""

    def __init__(self, rpc: RpcDoor, person: Person) -> None:
        self._rpc = rpc
        self._person = person

    async def __call__(self, method: str, request: Message, **metadata: str) -> Any:
        """Return the answer's message; a refusal fails the test."""
        reply = await self._rpc(self._person, method, request, metadata=metadata)
        assert reply.code is StatusCode.OK, reply
        return reply.message


async def a_program(planner: Client, code: str = "A-CHK", **facts: Any) -> Any:
    """Set up a program of 90 days that may be extended by 20."""
    order = CreateProgramRequest(
        code=code,
        name="A check",
        task_type=TaskType.TASK_TYPE_INSPECTION,
        limits=[ProgramLimit(interval_type=IntervalType.INTERVAL_TYPE_CALENDAR, interval=90, max_extension=20)],
        **facts,
    )
    return (await planner("ProgramService/CreateProgram", order)).program
