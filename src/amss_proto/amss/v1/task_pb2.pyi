import datetime

from amss_proto.amss.v1 import aircraft_pb2 as _aircraft_pb2
from amss_proto.amss.v1 import inventory_pb2 as _inventory_pb2
from amss_proto.amss.v1 import role_pb2 as _role_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.type import date_pb2 as _date_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class TaskState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    TASK_STATE_UNSPECIFIED: _ClassVar[TaskState]
    TASK_STATE_SCHEDULED: _ClassVar[TaskState]
    TASK_STATE_IN_PROGRESS: _ClassVar[TaskState]
    TASK_STATE_COMPLETED: _ClassVar[TaskState]
    TASK_STATE_CANCELLED: _ClassVar[TaskState]

class TaskType(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    TASK_TYPE_UNSPECIFIED: _ClassVar[TaskType]
    TASK_TYPE_INSPECTION: _ClassVar[TaskType]
    TASK_TYPE_REPAIR: _ClassVar[TaskType]
    TASK_TYPE_OVERHAUL: _ClassVar[TaskType]

class TaskPriority(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    TASK_PRIORITY_UNSPECIFIED: _ClassVar[TaskPriority]
    TASK_PRIORITY_ROUTINE: _ClassVar[TaskPriority]
    TASK_PRIORITY_URGENT: _ClassVar[TaskPriority]
    TASK_PRIORITY_AOG: _ClassVar[TaskPriority]

class IntervalType(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    INTERVAL_TYPE_UNSPECIFIED: _ClassVar[IntervalType]
    INTERVAL_TYPE_FLIGHT_HOURS: _ClassVar[IntervalType]
    INTERVAL_TYPE_CYCLES: _ClassVar[IntervalType]
    INTERVAL_TYPE_CALENDAR: _ClassVar[IntervalType]

class ComplianceResult(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    COMPLIANCE_RESULT_UNSPECIFIED: _ClassVar[ComplianceResult]
    COMPLIANCE_RESULT_PENDING: _ClassVar[ComplianceResult]
    COMPLIANCE_RESULT_PASS: _ClassVar[ComplianceResult]
    COMPLIANCE_RESULT_FAIL: _ClassVar[ComplianceResult]
    COMPLIANCE_RESULT_NOT_APPLICABLE: _ClassVar[ComplianceResult]
TASK_STATE_UNSPECIFIED: TaskState
TASK_STATE_SCHEDULED: TaskState
TASK_STATE_IN_PROGRESS: TaskState
TASK_STATE_COMPLETED: TaskState
TASK_STATE_CANCELLED: TaskState
TASK_TYPE_UNSPECIFIED: TaskType
TASK_TYPE_INSPECTION: TaskType
TASK_TYPE_REPAIR: TaskType
TASK_TYPE_OVERHAUL: TaskType
TASK_PRIORITY_UNSPECIFIED: TaskPriority
TASK_PRIORITY_ROUTINE: TaskPriority
TASK_PRIORITY_URGENT: TaskPriority
TASK_PRIORITY_AOG: TaskPriority
INTERVAL_TYPE_UNSPECIFIED: IntervalType
INTERVAL_TYPE_FLIGHT_HOURS: IntervalType
INTERVAL_TYPE_CYCLES: IntervalType
INTERVAL_TYPE_CALENDAR: IntervalType
COMPLIANCE_RESULT_UNSPECIFIED: ComplianceResult
COMPLIANCE_RESULT_PENDING: ComplianceResult
COMPLIANCE_RESULT_PASS: ComplianceResult
COMPLIANCE_RESULT_FAIL: ComplianceResult
COMPLIANCE_RESULT_NOT_APPLICABLE: ComplianceResult

class Unused(_message.Message):
    __slots__ = ("interval_type", "unused")
    INTERVAL_TYPE_FIELD_NUMBER: _ClassVar[int]
    UNUSED_FIELD_NUMBER: _ClassVar[int]
    interval_type: IntervalType
    unused: int
    def __init__(self, interval_type: _Optional[_Union[IntervalType, str]] = ..., unused: _Optional[int] = ...) -> None: ...

class Task(_message.Message):
    __slots__ = ("id", "aircraft_id", "program_id", "due_item_id", "state", "type", "title", "notes", "priority", "start_time", "end_time", "slot", "estimated_minutes", "assigned_mechanic_id", "started_at", "completed_at", "performed_at", "cancelled_at", "cancel_reason", "readings", "due_at", "late", "overdue", "version", "created_at", "updated_at", "unused")
    ID_FIELD_NUMBER: _ClassVar[int]
    AIRCRAFT_ID_FIELD_NUMBER: _ClassVar[int]
    PROGRAM_ID_FIELD_NUMBER: _ClassVar[int]
    DUE_ITEM_ID_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    NOTES_FIELD_NUMBER: _ClassVar[int]
    PRIORITY_FIELD_NUMBER: _ClassVar[int]
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    END_TIME_FIELD_NUMBER: _ClassVar[int]
    SLOT_FIELD_NUMBER: _ClassVar[int]
    ESTIMATED_MINUTES_FIELD_NUMBER: _ClassVar[int]
    ASSIGNED_MECHANIC_ID_FIELD_NUMBER: _ClassVar[int]
    STARTED_AT_FIELD_NUMBER: _ClassVar[int]
    COMPLETED_AT_FIELD_NUMBER: _ClassVar[int]
    PERFORMED_AT_FIELD_NUMBER: _ClassVar[int]
    CANCELLED_AT_FIELD_NUMBER: _ClassVar[int]
    CANCEL_REASON_FIELD_NUMBER: _ClassVar[int]
    READINGS_FIELD_NUMBER: _ClassVar[int]
    DUE_AT_FIELD_NUMBER: _ClassVar[int]
    LATE_FIELD_NUMBER: _ClassVar[int]
    OVERDUE_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    UPDATED_AT_FIELD_NUMBER: _ClassVar[int]
    UNUSED_FIELD_NUMBER: _ClassVar[int]
    id: str
    aircraft_id: str
    program_id: str
    due_item_id: str
    state: TaskState
    type: TaskType
    title: str
    notes: str
    priority: TaskPriority
    start_time: _timestamp_pb2.Timestamp
    end_time: _timestamp_pb2.Timestamp
    slot: int
    estimated_minutes: int
    assigned_mechanic_id: str
    started_at: _timestamp_pb2.Timestamp
    completed_at: _timestamp_pb2.Timestamp
    performed_at: _timestamp_pb2.Timestamp
    cancelled_at: _timestamp_pb2.Timestamp
    cancel_reason: str
    readings: _aircraft_pb2.Readings
    due_at: _timestamp_pb2.Timestamp
    late: bool
    overdue: bool
    version: int
    created_at: _timestamp_pb2.Timestamp
    updated_at: _timestamp_pb2.Timestamp
    unused: _containers.RepeatedCompositeFieldContainer[Unused]
    def __init__(self, id: _Optional[str] = ..., aircraft_id: _Optional[str] = ..., program_id: _Optional[str] = ..., due_item_id: _Optional[str] = ..., state: _Optional[_Union[TaskState, str]] = ..., type: _Optional[_Union[TaskType, str]] = ..., title: _Optional[str] = ..., notes: _Optional[str] = ..., priority: _Optional[_Union[TaskPriority, str]] = ..., start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., end_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., slot: _Optional[int] = ..., estimated_minutes: _Optional[int] = ..., assigned_mechanic_id: _Optional[str] = ..., started_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., completed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., performed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., cancelled_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., cancel_reason: _Optional[str] = ..., readings: _Optional[_Union[_aircraft_pb2.Readings, _Mapping]] = ..., due_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., late: _Optional[bool] = ..., overdue: _Optional[bool] = ..., version: _Optional[int] = ..., created_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., updated_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., unused: _Optional[_Iterable[_Union[Unused, _Mapping]]] = ...) -> None: ...

class CheckOfTask(_message.Message):
    __slots__ = ("id", "description", "regulatory_ref", "from_program", "result", "notes", "sign_off_user_id", "sign_off_time", "signer_name", "signer_role", "signer_licence_number", "supersedes_id", "reason", "version", "signer_licence_kind")
    ID_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    REGULATORY_REF_FIELD_NUMBER: _ClassVar[int]
    FROM_PROGRAM_FIELD_NUMBER: _ClassVar[int]
    RESULT_FIELD_NUMBER: _ClassVar[int]
    NOTES_FIELD_NUMBER: _ClassVar[int]
    SIGN_OFF_USER_ID_FIELD_NUMBER: _ClassVar[int]
    SIGN_OFF_TIME_FIELD_NUMBER: _ClassVar[int]
    SIGNER_NAME_FIELD_NUMBER: _ClassVar[int]
    SIGNER_ROLE_FIELD_NUMBER: _ClassVar[int]
    SIGNER_LICENCE_NUMBER_FIELD_NUMBER: _ClassVar[int]
    SUPERSEDES_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    SIGNER_LICENCE_KIND_FIELD_NUMBER: _ClassVar[int]
    id: str
    description: str
    regulatory_ref: str
    from_program: bool
    result: ComplianceResult
    notes: str
    sign_off_user_id: str
    sign_off_time: _timestamp_pb2.Timestamp
    signer_name: str
    signer_role: _role_pb2.Role
    signer_licence_number: str
    supersedes_id: str
    reason: str
    version: int
    signer_licence_kind: str
    def __init__(self, id: _Optional[str] = ..., description: _Optional[str] = ..., regulatory_ref: _Optional[str] = ..., from_program: _Optional[bool] = ..., result: _Optional[_Union[ComplianceResult, str]] = ..., notes: _Optional[str] = ..., sign_off_user_id: _Optional[str] = ..., sign_off_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., signer_name: _Optional[str] = ..., signer_role: _Optional[_Union[_role_pb2.Role, str]] = ..., signer_licence_number: _Optional[str] = ..., supersedes_id: _Optional[str] = ..., reason: _Optional[str] = ..., version: _Optional[int] = ..., signer_licence_kind: _Optional[str] = ...) -> None: ...

class PartOfTask(_message.Message):
    __slots__ = ("id", "part_item_id", "part_definition_id", "name", "part_number", "serial_number", "expiry_date", "state", "used_at", "released_at", "version")
    ID_FIELD_NUMBER: _ClassVar[int]
    PART_ITEM_ID_FIELD_NUMBER: _ClassVar[int]
    PART_DEFINITION_ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    PART_NUMBER_FIELD_NUMBER: _ClassVar[int]
    SERIAL_NUMBER_FIELD_NUMBER: _ClassVar[int]
    EXPIRY_DATE_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    USED_AT_FIELD_NUMBER: _ClassVar[int]
    RELEASED_AT_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    id: str
    part_item_id: str
    part_definition_id: str
    name: str
    part_number: str
    serial_number: str
    expiry_date: _date_pb2.Date
    state: _inventory_pb2.PartReservationState
    used_at: _timestamp_pb2.Timestamp
    released_at: _timestamp_pb2.Timestamp
    version: int
    def __init__(self, id: _Optional[str] = ..., part_item_id: _Optional[str] = ..., part_definition_id: _Optional[str] = ..., name: _Optional[str] = ..., part_number: _Optional[str] = ..., serial_number: _Optional[str] = ..., expiry_date: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., state: _Optional[_Union[_inventory_pb2.PartReservationState, str]] = ..., used_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., released_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., version: _Optional[int] = ...) -> None: ...

class PartDemand(_message.Message):
    __slots__ = ("part_definition_id", "name", "part_number", "quantity", "reserved", "used")
    PART_DEFINITION_ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    PART_NUMBER_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_FIELD_NUMBER: _ClassVar[int]
    RESERVED_FIELD_NUMBER: _ClassVar[int]
    USED_FIELD_NUMBER: _ClassVar[int]
    part_definition_id: str
    name: str
    part_number: str
    quantity: int
    reserved: int
    used: int
    def __init__(self, part_definition_id: _Optional[str] = ..., name: _Optional[str] = ..., part_number: _Optional[str] = ..., quantity: _Optional[int] = ..., reserved: _Optional[int] = ..., used: _Optional[int] = ...) -> None: ...

class TaskDetail(_message.Message):
    __slots__ = ("id", "aircraft_id", "program_id", "due_item_id", "state", "type", "title", "notes", "priority", "start_time", "end_time", "slot", "estimated_minutes", "assigned_mechanic_id", "started_at", "completed_at", "performed_at", "cancelled_at", "cancel_reason", "readings", "due_at", "late", "overdue", "version", "created_at", "updated_at", "unused", "compliance_items", "reservations", "part_requirements")
    ID_FIELD_NUMBER: _ClassVar[int]
    AIRCRAFT_ID_FIELD_NUMBER: _ClassVar[int]
    PROGRAM_ID_FIELD_NUMBER: _ClassVar[int]
    DUE_ITEM_ID_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    NOTES_FIELD_NUMBER: _ClassVar[int]
    PRIORITY_FIELD_NUMBER: _ClassVar[int]
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    END_TIME_FIELD_NUMBER: _ClassVar[int]
    SLOT_FIELD_NUMBER: _ClassVar[int]
    ESTIMATED_MINUTES_FIELD_NUMBER: _ClassVar[int]
    ASSIGNED_MECHANIC_ID_FIELD_NUMBER: _ClassVar[int]
    STARTED_AT_FIELD_NUMBER: _ClassVar[int]
    COMPLETED_AT_FIELD_NUMBER: _ClassVar[int]
    PERFORMED_AT_FIELD_NUMBER: _ClassVar[int]
    CANCELLED_AT_FIELD_NUMBER: _ClassVar[int]
    CANCEL_REASON_FIELD_NUMBER: _ClassVar[int]
    READINGS_FIELD_NUMBER: _ClassVar[int]
    DUE_AT_FIELD_NUMBER: _ClassVar[int]
    LATE_FIELD_NUMBER: _ClassVar[int]
    OVERDUE_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    UPDATED_AT_FIELD_NUMBER: _ClassVar[int]
    UNUSED_FIELD_NUMBER: _ClassVar[int]
    COMPLIANCE_ITEMS_FIELD_NUMBER: _ClassVar[int]
    RESERVATIONS_FIELD_NUMBER: _ClassVar[int]
    PART_REQUIREMENTS_FIELD_NUMBER: _ClassVar[int]
    id: str
    aircraft_id: str
    program_id: str
    due_item_id: str
    state: TaskState
    type: TaskType
    title: str
    notes: str
    priority: TaskPriority
    start_time: _timestamp_pb2.Timestamp
    end_time: _timestamp_pb2.Timestamp
    slot: int
    estimated_minutes: int
    assigned_mechanic_id: str
    started_at: _timestamp_pb2.Timestamp
    completed_at: _timestamp_pb2.Timestamp
    performed_at: _timestamp_pb2.Timestamp
    cancelled_at: _timestamp_pb2.Timestamp
    cancel_reason: str
    readings: _aircraft_pb2.Readings
    due_at: _timestamp_pb2.Timestamp
    late: bool
    overdue: bool
    version: int
    created_at: _timestamp_pb2.Timestamp
    updated_at: _timestamp_pb2.Timestamp
    unused: _containers.RepeatedCompositeFieldContainer[Unused]
    compliance_items: _containers.RepeatedCompositeFieldContainer[CheckOfTask]
    reservations: _containers.RepeatedCompositeFieldContainer[PartOfTask]
    part_requirements: _containers.RepeatedCompositeFieldContainer[PartDemand]
    def __init__(self, id: _Optional[str] = ..., aircraft_id: _Optional[str] = ..., program_id: _Optional[str] = ..., due_item_id: _Optional[str] = ..., state: _Optional[_Union[TaskState, str]] = ..., type: _Optional[_Union[TaskType, str]] = ..., title: _Optional[str] = ..., notes: _Optional[str] = ..., priority: _Optional[_Union[TaskPriority, str]] = ..., start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., end_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., slot: _Optional[int] = ..., estimated_minutes: _Optional[int] = ..., assigned_mechanic_id: _Optional[str] = ..., started_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., completed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., performed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., cancelled_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., cancel_reason: _Optional[str] = ..., readings: _Optional[_Union[_aircraft_pb2.Readings, _Mapping]] = ..., due_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., late: _Optional[bool] = ..., overdue: _Optional[bool] = ..., version: _Optional[int] = ..., created_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., updated_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., unused: _Optional[_Iterable[_Union[Unused, _Mapping]]] = ..., compliance_items: _Optional[_Iterable[_Union[CheckOfTask, _Mapping]]] = ..., reservations: _Optional[_Iterable[_Union[PartOfTask, _Mapping]]] = ..., part_requirements: _Optional[_Iterable[_Union[PartDemand, _Mapping]]] = ...) -> None: ...
