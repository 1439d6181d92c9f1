import datetime

from amss_proto.amss.v1 import aircraft_pb2 as _aircraft_pb2
from amss_proto.amss.v1 import program_pb2 as _program_pb2
from amss_proto.amss.v1 import task_pb2 as _task_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.type import date_pb2 as _date_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class DueStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DUE_STATUS_UNSPECIFIED: _ClassVar[DueStatus]
    DUE_STATUS_OK: _ClassVar[DueStatus]
    DUE_STATUS_NOTIFY: _ClassVar[DueStatus]
    DUE_STATUS_DUE: _ClassVar[DueStatus]
    DUE_STATUS_IN_EXTENSION: _ClassVar[DueStatus]
    DUE_STATUS_OVERDUE: _ClassVar[DueStatus]

class Projection(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PROJECTION_UNSPECIFIED: _ClassVar[Projection]
    PROJECTION_MEASURED: _ClassVar[Projection]
    PROJECTION_PLANNED: _ClassVar[Projection]
    PROJECTION_NONE: _ClassVar[Projection]

class StartSource(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    START_SOURCE_UNSPECIFIED: _ClassVar[StartSource]
    START_SOURCE_LAST_DONE: _ClassVar[StartSource]
    START_SOURCE_EFFECTIVE_FROM: _ClassVar[StartSource]
    START_SOURCE_IN_SERVICE: _ClassVar[StartSource]
    START_SOURCE_ASSIGNMENT: _ClassVar[StartSource]

class DueUnit(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DUE_UNIT_UNSPECIFIED: _ClassVar[DueUnit]
    DUE_UNIT_MINUTES: _ClassVar[DueUnit]
    DUE_UNIT_CYCLES: _ClassVar[DueUnit]
    DUE_UNIT_DAYS: _ClassVar[DueUnit]
    DUE_UNIT_MONTHS: _ClassVar[DueUnit]
    DUE_UNIT_CALENDAR_MONTHS: _ClassVar[DueUnit]

class ExtensionStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    EXTENSION_STATUS_UNSPECIFIED: _ClassVar[ExtensionStatus]
    EXTENSION_STATUS_REQUESTED: _ClassVar[ExtensionStatus]
    EXTENSION_STATUS_APPROVED: _ClassVar[ExtensionStatus]
    EXTENSION_STATUS_REJECTED: _ClassVar[ExtensionStatus]
    EXTENSION_STATUS_LAPSED: _ClassVar[ExtensionStatus]
DUE_STATUS_UNSPECIFIED: DueStatus
DUE_STATUS_OK: DueStatus
DUE_STATUS_NOTIFY: DueStatus
DUE_STATUS_DUE: DueStatus
DUE_STATUS_IN_EXTENSION: DueStatus
DUE_STATUS_OVERDUE: DueStatus
PROJECTION_UNSPECIFIED: Projection
PROJECTION_MEASURED: Projection
PROJECTION_PLANNED: Projection
PROJECTION_NONE: Projection
START_SOURCE_UNSPECIFIED: StartSource
START_SOURCE_LAST_DONE: StartSource
START_SOURCE_EFFECTIVE_FROM: StartSource
START_SOURCE_IN_SERVICE: StartSource
START_SOURCE_ASSIGNMENT: StartSource
DUE_UNIT_UNSPECIFIED: DueUnit
DUE_UNIT_MINUTES: DueUnit
DUE_UNIT_CYCLES: DueUnit
DUE_UNIT_DAYS: DueUnit
DUE_UNIT_MONTHS: DueUnit
DUE_UNIT_CALENDAR_MONTHS: DueUnit
EXTENSION_STATUS_UNSPECIFIED: ExtensionStatus
EXTENSION_STATUS_REQUESTED: ExtensionStatus
EXTENSION_STATUS_APPROVED: ExtensionStatus
EXTENSION_STATUS_REJECTED: ExtensionStatus
EXTENSION_STATUS_LAPSED: ExtensionStatus

class DuePoint(_message.Message):
    __slots__ = ("reading", "day")
    READING_FIELD_NUMBER: _ClassVar[int]
    DAY_FIELD_NUMBER: _ClassVar[int]
    reading: int
    day: _date_pb2.Date
    def __init__(self, reading: _Optional[int] = ..., day: _Optional[_Union[_date_pb2.Date, _Mapping]] = ...) -> None: ...

class Start(_message.Message):
    __slots__ = ("source", "on", "flight_minutes", "cycles")
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    ON_FIELD_NUMBER: _ClassVar[int]
    FLIGHT_MINUTES_FIELD_NUMBER: _ClassVar[int]
    CYCLES_FIELD_NUMBER: _ClassVar[int]
    source: StartSource
    on: _date_pb2.Date
    flight_minutes: int
    cycles: int
    def __init__(self, source: _Optional[_Union[StartSource, str]] = ..., on: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., flight_minutes: _Optional[int] = ..., cycles: _Optional[int] = ...) -> None: ...

class LastDone(_message.Message):
    __slots__ = ("on", "flight_minutes", "cycles")
    ON_FIELD_NUMBER: _ClassVar[int]
    FLIGHT_MINUTES_FIELD_NUMBER: _ClassVar[int]
    CYCLES_FIELD_NUMBER: _ClassVar[int]
    on: _date_pb2.Date
    flight_minutes: int
    cycles: int
    def __init__(self, on: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., flight_minutes: _Optional[int] = ..., cycles: _Optional[int] = ...) -> None: ...

class DueLimit(_message.Message):
    __slots__ = ("interval_type", "unit", "interval", "due", "remaining", "early", "late", "tolerance_unit", "extension")
    INTERVAL_TYPE_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    INTERVAL_FIELD_NUMBER: _ClassVar[int]
    DUE_FIELD_NUMBER: _ClassVar[int]
    REMAINING_FIELD_NUMBER: _ClassVar[int]
    EARLY_FIELD_NUMBER: _ClassVar[int]
    LATE_FIELD_NUMBER: _ClassVar[int]
    TOLERANCE_UNIT_FIELD_NUMBER: _ClassVar[int]
    EXTENSION_FIELD_NUMBER: _ClassVar[int]
    interval_type: _task_pb2.IntervalType
    unit: DueUnit
    interval: int
    due: DuePoint
    remaining: int
    early: int
    late: int
    tolerance_unit: DueUnit
    extension: int
    def __init__(self, interval_type: _Optional[_Union[_task_pb2.IntervalType, str]] = ..., unit: _Optional[_Union[DueUnit, str]] = ..., interval: _Optional[int] = ..., due: _Optional[_Union[DuePoint, _Mapping]] = ..., remaining: _Optional[int] = ..., early: _Optional[int] = ..., late: _Optional[int] = ..., tolerance_unit: _Optional[_Union[DueUnit, str]] = ..., extension: _Optional[int] = ...) -> None: ...

class ExplainedLimit(_message.Message):
    __slots__ = ("interval_type", "unit", "interval", "due", "remaining", "early", "late", "tolerance_unit", "extension", "explain")
    INTERVAL_TYPE_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    INTERVAL_FIELD_NUMBER: _ClassVar[int]
    DUE_FIELD_NUMBER: _ClassVar[int]
    REMAINING_FIELD_NUMBER: _ClassVar[int]
    EARLY_FIELD_NUMBER: _ClassVar[int]
    LATE_FIELD_NUMBER: _ClassVar[int]
    TOLERANCE_UNIT_FIELD_NUMBER: _ClassVar[int]
    EXTENSION_FIELD_NUMBER: _ClassVar[int]
    EXPLAIN_FIELD_NUMBER: _ClassVar[int]
    interval_type: _task_pb2.IntervalType
    unit: DueUnit
    interval: int
    due: DuePoint
    remaining: int
    early: int
    late: int
    tolerance_unit: DueUnit
    extension: int
    explain: str
    def __init__(self, interval_type: _Optional[_Union[_task_pb2.IntervalType, str]] = ..., unit: _Optional[_Union[DueUnit, str]] = ..., interval: _Optional[int] = ..., due: _Optional[_Union[DuePoint, _Mapping]] = ..., remaining: _Optional[int] = ..., early: _Optional[int] = ..., late: _Optional[int] = ..., tolerance_unit: _Optional[_Union[DueUnit, str]] = ..., extension: _Optional[int] = ..., explain: _Optional[str] = ...) -> None: ...

class DueItem(_message.Message):
    __slots__ = ("id", "program", "aircraft", "status", "driving_limit", "projected_on", "projection", "task_id", "blocked_reason", "needs_confirmation", "start", "last_done", "limits", "version", "created_at", "updated_at")
    ID_FIELD_NUMBER: _ClassVar[int]
    PROGRAM_FIELD_NUMBER: _ClassVar[int]
    AIRCRAFT_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    DRIVING_LIMIT_FIELD_NUMBER: _ClassVar[int]
    PROJECTED_ON_FIELD_NUMBER: _ClassVar[int]
    PROJECTION_FIELD_NUMBER: _ClassVar[int]
    TASK_ID_FIELD_NUMBER: _ClassVar[int]
    BLOCKED_REASON_FIELD_NUMBER: _ClassVar[int]
    NEEDS_CONFIRMATION_FIELD_NUMBER: _ClassVar[int]
    START_FIELD_NUMBER: _ClassVar[int]
    LAST_DONE_FIELD_NUMBER: _ClassVar[int]
    LIMITS_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    UPDATED_AT_FIELD_NUMBER: _ClassVar[int]
    id: str
    program: _program_pb2.ProgramRef
    aircraft: _aircraft_pb2.AircraftRef
    status: DueStatus
    driving_limit: _task_pb2.IntervalType
    projected_on: _date_pb2.Date
    projection: Projection
    task_id: str
    blocked_reason: str
    needs_confirmation: bool
    start: Start
    last_done: LastDone
    limits: _containers.RepeatedCompositeFieldContainer[DueLimit]
    version: int
    created_at: _timestamp_pb2.Timestamp
    updated_at: _timestamp_pb2.Timestamp
    def __init__(self, id: _Optional[str] = ..., program: _Optional[_Union[_program_pb2.ProgramRef, _Mapping]] = ..., aircraft: _Optional[_Union[_aircraft_pb2.AircraftRef, _Mapping]] = ..., status: _Optional[_Union[DueStatus, str]] = ..., driving_limit: _Optional[_Union[_task_pb2.IntervalType, str]] = ..., projected_on: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., projection: _Optional[_Union[Projection, str]] = ..., task_id: _Optional[str] = ..., blocked_reason: _Optional[str] = ..., needs_confirmation: _Optional[bool] = ..., start: _Optional[_Union[Start, _Mapping]] = ..., last_done: _Optional[_Union[LastDone, _Mapping]] = ..., limits: _Optional[_Iterable[_Union[DueLimit, _Mapping]]] = ..., version: _Optional[int] = ..., created_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., updated_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class DueItemDetail(_message.Message):
    __slots__ = ("id", "program", "aircraft", "status", "driving_limit", "projected_on", "projection", "task_id", "blocked_reason", "needs_confirmation", "start", "last_done", "limits", "version", "created_at", "updated_at")
    ID_FIELD_NUMBER: _ClassVar[int]
    PROGRAM_FIELD_NUMBER: _ClassVar[int]
    AIRCRAFT_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    DRIVING_LIMIT_FIELD_NUMBER: _ClassVar[int]
    PROJECTED_ON_FIELD_NUMBER: _ClassVar[int]
    PROJECTION_FIELD_NUMBER: _ClassVar[int]
    TASK_ID_FIELD_NUMBER: _ClassVar[int]
    BLOCKED_REASON_FIELD_NUMBER: _ClassVar[int]
    NEEDS_CONFIRMATION_FIELD_NUMBER: _ClassVar[int]
    START_FIELD_NUMBER: _ClassVar[int]
    LAST_DONE_FIELD_NUMBER: _ClassVar[int]
    LIMITS_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    UPDATED_AT_FIELD_NUMBER: _ClassVar[int]
    id: str
    program: _program_pb2.ProgramRef
    aircraft: _aircraft_pb2.AircraftRef
    status: DueStatus
    driving_limit: _task_pb2.IntervalType
    projected_on: _date_pb2.Date
    projection: Projection
    task_id: str
    blocked_reason: str
    needs_confirmation: bool
    start: Start
    last_done: LastDone
    limits: _containers.RepeatedCompositeFieldContainer[ExplainedLimit]
    version: int
    created_at: _timestamp_pb2.Timestamp
    updated_at: _timestamp_pb2.Timestamp
    def __init__(self, id: _Optional[str] = ..., program: _Optional[_Union[_program_pb2.ProgramRef, _Mapping]] = ..., aircraft: _Optional[_Union[_aircraft_pb2.AircraftRef, _Mapping]] = ..., status: _Optional[_Union[DueStatus, str]] = ..., driving_limit: _Optional[_Union[_task_pb2.IntervalType, str]] = ..., projected_on: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., projection: _Optional[_Union[Projection, str]] = ..., task_id: _Optional[str] = ..., blocked_reason: _Optional[str] = ..., needs_confirmation: _Optional[bool] = ..., start: _Optional[_Union[Start, _Mapping]] = ..., last_done: _Optional[_Union[LastDone, _Mapping]] = ..., limits: _Optional[_Iterable[_Union[ExplainedLimit, _Mapping]]] = ..., version: _Optional[int] = ..., created_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., updated_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class DueStatusCounts(_message.Message):
    __slots__ = ("ok", "notify", "due", "in_extension", "overdue")
    OK_FIELD_NUMBER: _ClassVar[int]
    NOTIFY_FIELD_NUMBER: _ClassVar[int]
    DUE_FIELD_NUMBER: _ClassVar[int]
    IN_EXTENSION_FIELD_NUMBER: _ClassVar[int]
    OVERDUE_FIELD_NUMBER: _ClassVar[int]
    ok: int
    notify: int
    due: int
    in_extension: int
    overdue: int
    def __init__(self, ok: _Optional[int] = ..., notify: _Optional[int] = ..., due: _Optional[int] = ..., in_extension: _Optional[int] = ..., overdue: _Optional[int] = ...) -> None: ...

class Extension(_message.Message):
    __slots__ = ("id", "due_item_id", "program", "aircraft", "interval_type", "amount", "reason", "status", "requested_by", "requested_at", "decided_by", "decided_at", "decision_reason", "ended_at", "version", "created_at", "updated_at")
    ID_FIELD_NUMBER: _ClassVar[int]
    DUE_ITEM_ID_FIELD_NUMBER: _ClassVar[int]
    PROGRAM_FIELD_NUMBER: _ClassVar[int]
    AIRCRAFT_FIELD_NUMBER: _ClassVar[int]
    INTERVAL_TYPE_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    REQUESTED_BY_FIELD_NUMBER: _ClassVar[int]
    REQUESTED_AT_FIELD_NUMBER: _ClassVar[int]
    DECIDED_BY_FIELD_NUMBER: _ClassVar[int]
    DECIDED_AT_FIELD_NUMBER: _ClassVar[int]
    DECISION_REASON_FIELD_NUMBER: _ClassVar[int]
    ENDED_AT_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    UPDATED_AT_FIELD_NUMBER: _ClassVar[int]
    id: str
    due_item_id: str
    program: _program_pb2.ProgramRef
    aircraft: _aircraft_pb2.AircraftRef
    interval_type: _task_pb2.IntervalType
    amount: int
    reason: str
    status: ExtensionStatus
    requested_by: str
    requested_at: _timestamp_pb2.Timestamp
    decided_by: str
    decided_at: _timestamp_pb2.Timestamp
    decision_reason: str
    ended_at: _timestamp_pb2.Timestamp
    version: int
    created_at: _timestamp_pb2.Timestamp
    updated_at: _timestamp_pb2.Timestamp
    def __init__(self, id: _Optional[str] = ..., due_item_id: _Optional[str] = ..., program: _Optional[_Union[_program_pb2.ProgramRef, _Mapping]] = ..., aircraft: _Optional[_Union[_aircraft_pb2.AircraftRef, _Mapping]] = ..., interval_type: _Optional[_Union[_task_pb2.IntervalType, str]] = ..., amount: _Optional[int] = ..., reason: _Optional[str] = ..., status: _Optional[_Union[ExtensionStatus, str]] = ..., requested_by: _Optional[str] = ..., requested_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., decided_by: _Optional[str] = ..., decided_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., decision_reason: _Optional[str] = ..., ended_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., version: _Optional[int] = ..., created_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., updated_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...
