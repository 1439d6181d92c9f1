import datetime

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

class CalendarUnit(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CALENDAR_UNIT_UNSPECIFIED: _ClassVar[CalendarUnit]
    CALENDAR_UNIT_DAYS: _ClassVar[CalendarUnit]
    CALENDAR_UNIT_MONTHS: _ClassVar[CalendarUnit]
    CALENDAR_UNIT_CALENDAR_MONTHS: _ClassVar[CalendarUnit]

class ToleranceUnit(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    TOLERANCE_UNIT_UNSPECIFIED: _ClassVar[ToleranceUnit]
    TOLERANCE_UNIT_DAYS: _ClassVar[ToleranceUnit]
    TOLERANCE_UNIT_MONTHS: _ClassVar[ToleranceUnit]

class Recurrence(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    RECURRENCE_UNSPECIFIED: _ClassVar[Recurrence]
    RECURRENCE_TO_ACTUAL: _ClassVar[Recurrence]
    RECURRENCE_TO_PLAN: _ClassVar[Recurrence]
    RECURRENCE_FIXED: _ClassVar[Recurrence]

class Combine(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    COMBINE_UNSPECIFIED: _ClassVar[Combine]
    COMBINE_FIRST: _ClassVar[Combine]
    COMBINE_LAST: _ClassVar[Combine]
CALENDAR_UNIT_UNSPECIFIED: CalendarUnit
CALENDAR_UNIT_DAYS: CalendarUnit
CALENDAR_UNIT_MONTHS: CalendarUnit
CALENDAR_UNIT_CALENDAR_MONTHS: CalendarUnit
TOLERANCE_UNIT_UNSPECIFIED: ToleranceUnit
TOLERANCE_UNIT_DAYS: ToleranceUnit
TOLERANCE_UNIT_MONTHS: ToleranceUnit
RECURRENCE_UNSPECIFIED: Recurrence
RECURRENCE_TO_ACTUAL: Recurrence
RECURRENCE_TO_PLAN: Recurrence
RECURRENCE_FIXED: Recurrence
COMBINE_UNSPECIFIED: Combine
COMBINE_FIRST: Combine
COMBINE_LAST: Combine

class ProgramRef(_message.Message):
    __slots__ = ("id", "code", "name")
    ID_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    id: str
    code: str
    name: str
    def __init__(self, id: _Optional[str] = ..., code: _Optional[str] = ..., name: _Optional[str] = ...) -> None: ...

class ProgramLimit(_message.Message):
    __slots__ = ("interval_type", "unit", "interval", "first", "early", "late", "tolerance_unit", "notify", "max_extension", "interval_minutes", "first_minutes", "early_minutes", "late_minutes", "notify_minutes", "max_extension_minutes", "hard")
    INTERVAL_TYPE_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    INTERVAL_FIELD_NUMBER: _ClassVar[int]
    FIRST_FIELD_NUMBER: _ClassVar[int]
    EARLY_FIELD_NUMBER: _ClassVar[int]
    LATE_FIELD_NUMBER: _ClassVar[int]
    TOLERANCE_UNIT_FIELD_NUMBER: _ClassVar[int]
    NOTIFY_FIELD_NUMBER: _ClassVar[int]
    MAX_EXTENSION_FIELD_NUMBER: _ClassVar[int]
    INTERVAL_MINUTES_FIELD_NUMBER: _ClassVar[int]
    FIRST_MINUTES_FIELD_NUMBER: _ClassVar[int]
    EARLY_MINUTES_FIELD_NUMBER: _ClassVar[int]
    LATE_MINUTES_FIELD_NUMBER: _ClassVar[int]
    NOTIFY_MINUTES_FIELD_NUMBER: _ClassVar[int]
    MAX_EXTENSION_MINUTES_FIELD_NUMBER: _ClassVar[int]
    HARD_FIELD_NUMBER: _ClassVar[int]
    interval_type: _task_pb2.IntervalType
    unit: CalendarUnit
    interval: int
    first: int
    early: int
    late: int
    tolerance_unit: ToleranceUnit
    notify: int
    max_extension: int
    interval_minutes: int
    first_minutes: int
    early_minutes: int
    late_minutes: int
    notify_minutes: int
    max_extension_minutes: int
    hard: bool
    def __init__(self, interval_type: _Optional[_Union[_task_pb2.IntervalType, str]] = ..., unit: _Optional[_Union[CalendarUnit, str]] = ..., interval: _Optional[int] = ..., first: _Optional[int] = ..., early: _Optional[int] = ..., late: _Optional[int] = ..., tolerance_unit: _Optional[_Union[ToleranceUnit, str]] = ..., notify: _Optional[int] = ..., max_extension: _Optional[int] = ..., interval_minutes: _Optional[int] = ..., first_minutes: _Optional[int] = ..., early_minutes: _Optional[int] = ..., late_minutes: _Optional[int] = ..., notify_minutes: _Optional[int] = ..., max_extension_minutes: _Optional[int] = ..., hard: _Optional[bool] = ...) -> None: ...

class ChecklistItem(_message.Message):
    __slots__ = ("description", "regulatory_ref")
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    REGULATORY_REF_FIELD_NUMBER: _ClassVar[int]
    description: str
    regulatory_ref: str
    def __init__(self, description: _Optional[str] = ..., regulatory_ref: _Optional[str] = ...) -> None: ...

class PartRequirement(_message.Message):
    __slots__ = ("part_definition_id", "quantity")
    PART_DEFINITION_ID_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_FIELD_NUMBER: _ClassVar[int]
    part_definition_id: str
    quantity: int
    def __init__(self, part_definition_id: _Optional[str] = ..., quantity: _Optional[int] = ...) -> None: ...

class Program(_message.Message):
    __slots__ = ("id", "code", "name", "description", "ata_chapter", "aircraft_id", "model", "task_type", "interval_type", "interval_value", "limits", "recurrence", "combine", "lead_days", "estimated_minutes", "effective_from", "airworthiness_limitation", "active", "checklist", "parts", "version", "created_at", "updated_at", "directive", "directive_revised_on", "method_of_compliance")
    ID_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    ATA_CHAPTER_FIELD_NUMBER: _ClassVar[int]
    AIRCRAFT_ID_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    TASK_TYPE_FIELD_NUMBER: _ClassVar[int]
    INTERVAL_TYPE_FIELD_NUMBER: _ClassVar[int]
    INTERVAL_VALUE_FIELD_NUMBER: _ClassVar[int]
    LIMITS_FIELD_NUMBER: _ClassVar[int]
    RECURRENCE_FIELD_NUMBER: _ClassVar[int]
    COMBINE_FIELD_NUMBER: _ClassVar[int]
    LEAD_DAYS_FIELD_NUMBER: _ClassVar[int]
    ESTIMATED_MINUTES_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_FROM_FIELD_NUMBER: _ClassVar[int]
    AIRWORTHINESS_LIMITATION_FIELD_NUMBER: _ClassVar[int]
    ACTIVE_FIELD_NUMBER: _ClassVar[int]
    CHECKLIST_FIELD_NUMBER: _ClassVar[int]
    PARTS_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    UPDATED_AT_FIELD_NUMBER: _ClassVar[int]
    DIRECTIVE_FIELD_NUMBER: _ClassVar[int]
    DIRECTIVE_REVISED_ON_FIELD_NUMBER: _ClassVar[int]
    METHOD_OF_COMPLIANCE_FIELD_NUMBER: _ClassVar[int]
    id: str
    code: str
    name: str
    description: str
    ata_chapter: str
    aircraft_id: str
    model: str
    task_type: _task_pb2.TaskType
    interval_type: _task_pb2.IntervalType
    interval_value: int
    limits: _containers.RepeatedCompositeFieldContainer[ProgramLimit]
    recurrence: Recurrence
    combine: Combine
    lead_days: int
    estimated_minutes: int
    effective_from: _date_pb2.Date
    airworthiness_limitation: bool
    active: bool
    checklist: _containers.RepeatedCompositeFieldContainer[ChecklistItem]
    parts: _containers.RepeatedCompositeFieldContainer[PartRequirement]
    version: int
    created_at: _timestamp_pb2.Timestamp
    updated_at: _timestamp_pb2.Timestamp
    directive: str
    directive_revised_on: _date_pb2.Date
    method_of_compliance: str
    def __init__(self, id: _Optional[str] = ..., code: _Optional[str] = ..., name: _Optional[str] = ..., description: _Optional[str] = ..., ata_chapter: _Optional[str] = ..., aircraft_id: _Optional[str] = ..., model: _Optional[str] = ..., task_type: _Optional[_Union[_task_pb2.TaskType, str]] = ..., interval_type: _Optional[_Union[_task_pb2.IntervalType, str]] = ..., interval_value: _Optional[int] = ..., limits: _Optional[_Iterable[_Union[ProgramLimit, _Mapping]]] = ..., recurrence: _Optional[_Union[Recurrence, str]] = ..., combine: _Optional[_Union[Combine, str]] = ..., lead_days: _Optional[int] = ..., estimated_minutes: _Optional[int] = ..., effective_from: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., airworthiness_limitation: _Optional[bool] = ..., active: _Optional[bool] = ..., checklist: _Optional[_Iterable[_Union[ChecklistItem, _Mapping]]] = ..., parts: _Optional[_Iterable[_Union[PartRequirement, _Mapping]]] = ..., version: _Optional[int] = ..., created_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., updated_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., directive: _Optional[str] = ..., directive_revised_on: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., method_of_compliance: _Optional[str] = ...) -> None: ...
