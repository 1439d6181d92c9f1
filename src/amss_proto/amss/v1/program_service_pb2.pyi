from amss_proto.amss.v1 import aircraft_pb2 as _aircraft_pb2
from amss_proto.amss.v1 import due_item_pb2 as _due_item_pb2
from amss_proto.amss.v1 import program_pb2 as _program_pb2
from amss_proto.amss.v1 import task_pb2 as _task_pb2
from google.protobuf import field_mask_pb2 as _field_mask_pb2
from google.type import date_pb2 as _date_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class CreateProgramRequest(_message.Message):
    __slots__ = ("code", "name", "task_type", "description", "ata_chapter", "aircraft_id", "model", "limits", "interval_type", "interval_value", "recurrence", "combine", "lead_days", "estimated_minutes", "effective_from", "airworthiness_limitation", "active", "checklist", "parts", "directive", "directive_revised_on", "method_of_compliance")
    CODE_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    TASK_TYPE_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    ATA_CHAPTER_FIELD_NUMBER: _ClassVar[int]
    AIRCRAFT_ID_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    LIMITS_FIELD_NUMBER: _ClassVar[int]
    INTERVAL_TYPE_FIELD_NUMBER: _ClassVar[int]
    INTERVAL_VALUE_FIELD_NUMBER: _ClassVar[int]
    RECURRENCE_FIELD_NUMBER: _ClassVar[int]
    COMBINE_FIELD_NUMBER: _ClassVar[int]
    LEAD_DAYS_FIELD_NUMBER: _ClassVar[int]
    ESTIMATED_MINUTES_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_FROM_FIELD_NUMBER: _ClassVar[int]
    AIRWORTHINESS_LIMITATION_FIELD_NUMBER: _ClassVar[int]
    ACTIVE_FIELD_NUMBER: _ClassVar[int]
    CHECKLIST_FIELD_NUMBER: _ClassVar[int]
    PARTS_FIELD_NUMBER: _ClassVar[int]
    DIRECTIVE_FIELD_NUMBER: _ClassVar[int]
    DIRECTIVE_REVISED_ON_FIELD_NUMBER: _ClassVar[int]
    METHOD_OF_COMPLIANCE_FIELD_NUMBER: _ClassVar[int]
    code: str
    name: str
    task_type: _task_pb2.TaskType
    description: str
    ata_chapter: str
    aircraft_id: str
    model: str
    limits: _containers.RepeatedCompositeFieldContainer[_program_pb2.ProgramLimit]
    interval_type: _task_pb2.IntervalType
    interval_value: int
    recurrence: _program_pb2.Recurrence
    combine: _program_pb2.Combine
    lead_days: int
    estimated_minutes: int
    effective_from: _date_pb2.Date
    airworthiness_limitation: bool
    active: bool
    checklist: _containers.RepeatedCompositeFieldContainer[_program_pb2.ChecklistItem]
    parts: _containers.RepeatedCompositeFieldContainer[_program_pb2.PartRequirement]
    directive: str
    directive_revised_on: _date_pb2.Date
    method_of_compliance: str
    def __init__(self, code: _Optional[str] = ..., name: _Optional[str] = ..., task_type: _Optional[_Union[_task_pb2.TaskType, str]] = ..., description: _Optional[str] = ..., ata_chapter: _Optional[str] = ..., aircraft_id: _Optional[str] = ..., model: _Optional[str] = ..., limits: _Optional[_Iterable[_Union[_program_pb2.ProgramLimit, _Mapping]]] = ..., interval_type: _Optional[_Union[_task_pb2.IntervalType, str]] = ..., interval_value: _Optional[int] = ..., recurrence: _Optional[_Union[_program_pb2.Recurrence, str]] = ..., combine: _Optional[_Union[_program_pb2.Combine, str]] = ..., lead_days: _Optional[int] = ..., estimated_minutes: _Optional[int] = ..., effective_from: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., airworthiness_limitation: _Optional[bool] = ..., active: _Optional[bool] = ..., checklist: _Optional[_Iterable[_Union[_program_pb2.ChecklistItem, _Mapping]]] = ..., parts: _Optional[_Iterable[_Union[_program_pb2.PartRequirement, _Mapping]]] = ..., directive: _Optional[str] = ..., directive_revised_on: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., method_of_compliance: _Optional[str] = ...) -> None: ...

class CreateProgramResponse(_message.Message):
    __slots__ = ("program",)
    PROGRAM_FIELD_NUMBER: _ClassVar[int]
    program: _program_pb2.Program
    def __init__(self, program: _Optional[_Union[_program_pb2.Program, _Mapping]] = ...) -> None: ...

class GetProgramRequest(_message.Message):
    __slots__ = ("program_id",)
    PROGRAM_ID_FIELD_NUMBER: _ClassVar[int]
    program_id: str
    def __init__(self, program_id: _Optional[str] = ...) -> None: ...

class GetProgramResponse(_message.Message):
    __slots__ = ("program",)
    PROGRAM_FIELD_NUMBER: _ClassVar[int]
    program: _program_pb2.Program
    def __init__(self, program: _Optional[_Union[_program_pb2.Program, _Mapping]] = ...) -> None: ...

class ListProgramsRequest(_message.Message):
    __slots__ = ("limit", "cursor", "sort", "count", "aircraft_id", "model", "active", "airworthiness_limitation", "ata_chapter", "code")
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    CURSOR_FIELD_NUMBER: _ClassVar[int]
    SORT_FIELD_NUMBER: _ClassVar[int]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    AIRCRAFT_ID_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    ACTIVE_FIELD_NUMBER: _ClassVar[int]
    AIRWORTHINESS_LIMITATION_FIELD_NUMBER: _ClassVar[int]
    ATA_CHAPTER_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    limit: int
    cursor: str
    sort: str
    count: bool
    aircraft_id: str
    model: str
    active: bool
    airworthiness_limitation: bool
    ata_chapter: str
    code: str
    def __init__(self, limit: _Optional[int] = ..., cursor: _Optional[str] = ..., sort: _Optional[str] = ..., count: _Optional[bool] = ..., aircraft_id: _Optional[str] = ..., model: _Optional[str] = ..., active: _Optional[bool] = ..., airworthiness_limitation: _Optional[bool] = ..., ata_chapter: _Optional[str] = ..., code: _Optional[str] = ...) -> None: ...

class ListProgramsResponse(_message.Message):
    __slots__ = ("items", "next_cursor", "total")
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    NEXT_CURSOR_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[_program_pb2.Program]
    next_cursor: str
    total: int
    def __init__(self, items: _Optional[_Iterable[_Union[_program_pb2.Program, _Mapping]]] = ..., next_cursor: _Optional[str] = ..., total: _Optional[int] = ...) -> None: ...

class UpdateProgramRequest(_message.Message):
    __slots__ = ("program_id", "update_mask", "expected_version", "name", "description", "ata_chapter", "limits", "recurrence", "combine", "lead_days", "estimated_minutes", "airworthiness_limitation", "active", "checklist", "parts", "directive", "directive_revised_on", "method_of_compliance")
    PROGRAM_ID_FIELD_NUMBER: _ClassVar[int]
    UPDATE_MASK_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSION_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    ATA_CHAPTER_FIELD_NUMBER: _ClassVar[int]
    LIMITS_FIELD_NUMBER: _ClassVar[int]
    RECURRENCE_FIELD_NUMBER: _ClassVar[int]
    COMBINE_FIELD_NUMBER: _ClassVar[int]
    LEAD_DAYS_FIELD_NUMBER: _ClassVar[int]
    ESTIMATED_MINUTES_FIELD_NUMBER: _ClassVar[int]
    AIRWORTHINESS_LIMITATION_FIELD_NUMBER: _ClassVar[int]
    ACTIVE_FIELD_NUMBER: _ClassVar[int]
    CHECKLIST_FIELD_NUMBER: _ClassVar[int]
    PARTS_FIELD_NUMBER: _ClassVar[int]
    DIRECTIVE_FIELD_NUMBER: _ClassVar[int]
    DIRECTIVE_REVISED_ON_FIELD_NUMBER: _ClassVar[int]
    METHOD_OF_COMPLIANCE_FIELD_NUMBER: _ClassVar[int]
    program_id: str
    update_mask: _field_mask_pb2.FieldMask
    expected_version: int
    name: str
    description: str
    ata_chapter: str
    limits: _containers.RepeatedCompositeFieldContainer[_program_pb2.ProgramLimit]
    recurrence: _program_pb2.Recurrence
    combine: _program_pb2.Combine
    lead_days: int
    estimated_minutes: int
    airworthiness_limitation: bool
    active: bool
    checklist: _containers.RepeatedCompositeFieldContainer[_program_pb2.ChecklistItem]
    parts: _containers.RepeatedCompositeFieldContainer[_program_pb2.PartRequirement]
    directive: str
    directive_revised_on: _date_pb2.Date
    method_of_compliance: str
    def __init__(self, program_id: _Optional[str] = ..., update_mask: _Optional[_Union[_field_mask_pb2.FieldMask, _Mapping]] = ..., expected_version: _Optional[int] = ..., name: _Optional[str] = ..., description: _Optional[str] = ..., ata_chapter: _Optional[str] = ..., limits: _Optional[_Iterable[_Union[_program_pb2.ProgramLimit, _Mapping]]] = ..., recurrence: _Optional[_Union[_program_pb2.Recurrence, str]] = ..., combine: _Optional[_Union[_program_pb2.Combine, str]] = ..., lead_days: _Optional[int] = ..., estimated_minutes: _Optional[int] = ..., airworthiness_limitation: _Optional[bool] = ..., active: _Optional[bool] = ..., checklist: _Optional[_Iterable[_Union[_program_pb2.ChecklistItem, _Mapping]]] = ..., parts: _Optional[_Iterable[_Union[_program_pb2.PartRequirement, _Mapping]]] = ..., directive: _Optional[str] = ..., directive_revised_on: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., method_of_compliance: _Optional[str] = ...) -> None: ...

class UpdateProgramResponse(_message.Message):
    __slots__ = ("program",)
    PROGRAM_FIELD_NUMBER: _ClassVar[int]
    program: _program_pb2.Program
    def __init__(self, program: _Optional[_Union[_program_pb2.Program, _Mapping]] = ...) -> None: ...

class DeleteProgramRequest(_message.Message):
    __slots__ = ("program_id", "expected_version")
    PROGRAM_ID_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSION_FIELD_NUMBER: _ClassVar[int]
    program_id: str
    expected_version: int
    def __init__(self, program_id: _Optional[str] = ..., expected_version: _Optional[int] = ...) -> None: ...

class DeleteProgramResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class PreviewProgramRequest(_message.Message):
    __slots__ = ("program_id", "update_mask", "name", "description", "ata_chapter", "limits", "recurrence", "combine", "lead_days", "estimated_minutes", "airworthiness_limitation", "active", "checklist", "parts", "directive", "directive_revised_on", "method_of_compliance")
    PROGRAM_ID_FIELD_NUMBER: _ClassVar[int]
    UPDATE_MASK_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    ATA_CHAPTER_FIELD_NUMBER: _ClassVar[int]
    LIMITS_FIELD_NUMBER: _ClassVar[int]
    RECURRENCE_FIELD_NUMBER: _ClassVar[int]
    COMBINE_FIELD_NUMBER: _ClassVar[int]
    LEAD_DAYS_FIELD_NUMBER: _ClassVar[int]
    ESTIMATED_MINUTES_FIELD_NUMBER: _ClassVar[int]
    AIRWORTHINESS_LIMITATION_FIELD_NUMBER: _ClassVar[int]
    ACTIVE_FIELD_NUMBER: _ClassVar[int]
    CHECKLIST_FIELD_NUMBER: _ClassVar[int]
    PARTS_FIELD_NUMBER: _ClassVar[int]
    DIRECTIVE_FIELD_NUMBER: _ClassVar[int]
    DIRECTIVE_REVISED_ON_FIELD_NUMBER: _ClassVar[int]
    METHOD_OF_COMPLIANCE_FIELD_NUMBER: _ClassVar[int]
    program_id: str
    update_mask: _field_mask_pb2.FieldMask
    name: str
    description: str
    ata_chapter: str
    limits: _containers.RepeatedCompositeFieldContainer[_program_pb2.ProgramLimit]
    recurrence: _program_pb2.Recurrence
    combine: _program_pb2.Combine
    lead_days: int
    estimated_minutes: int
    airworthiness_limitation: bool
    active: bool
    checklist: _containers.RepeatedCompositeFieldContainer[_program_pb2.ChecklistItem]
    parts: _containers.RepeatedCompositeFieldContainer[_program_pb2.PartRequirement]
    directive: str
    directive_revised_on: _date_pb2.Date
    method_of_compliance: str
    def __init__(self, program_id: _Optional[str] = ..., update_mask: _Optional[_Union[_field_mask_pb2.FieldMask, _Mapping]] = ..., name: _Optional[str] = ..., description: _Optional[str] = ..., ata_chapter: _Optional[str] = ..., limits: _Optional[_Iterable[_Union[_program_pb2.ProgramLimit, _Mapping]]] = ..., recurrence: _Optional[_Union[_program_pb2.Recurrence, str]] = ..., combine: _Optional[_Union[_program_pb2.Combine, str]] = ..., lead_days: _Optional[int] = ..., estimated_minutes: _Optional[int] = ..., airworthiness_limitation: _Optional[bool] = ..., active: _Optional[bool] = ..., checklist: _Optional[_Iterable[_Union[_program_pb2.ChecklistItem, _Mapping]]] = ..., parts: _Optional[_Iterable[_Union[_program_pb2.PartRequirement, _Mapping]]] = ..., directive: _Optional[str] = ..., directive_revised_on: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., method_of_compliance: _Optional[str] = ...) -> None: ...

class PreviewProgramResponse(_message.Message):
    __slots__ = ("preview",)
    PREVIEW_FIELD_NUMBER: _ClassVar[int]
    preview: RevisionPreview
    def __init__(self, preview: _Optional[_Union[RevisionPreview, _Mapping]] = ...) -> None: ...

class RevisionPreview(_message.Message):
    __slots__ = ("before", "after", "moved", "items")
    BEFORE_FIELD_NUMBER: _ClassVar[int]
    AFTER_FIELD_NUMBER: _ClassVar[int]
    MOVED_FIELD_NUMBER: _ClassVar[int]
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    before: _due_item_pb2.DueStatusCounts
    after: _due_item_pb2.DueStatusCounts
    moved: int
    items: _containers.RepeatedCompositeFieldContainer[ComparedItem]
    def __init__(self, before: _Optional[_Union[_due_item_pb2.DueStatusCounts, _Mapping]] = ..., after: _Optional[_Union[_due_item_pb2.DueStatusCounts, _Mapping]] = ..., moved: _Optional[int] = ..., items: _Optional[_Iterable[_Union[ComparedItem, _Mapping]]] = ...) -> None: ...

class ComparedItem(_message.Message):
    __slots__ = ("due_item_id", "aircraft", "task_id", "before", "after")
    DUE_ITEM_ID_FIELD_NUMBER: _ClassVar[int]
    AIRCRAFT_FIELD_NUMBER: _ClassVar[int]
    TASK_ID_FIELD_NUMBER: _ClassVar[int]
    BEFORE_FIELD_NUMBER: _ClassVar[int]
    AFTER_FIELD_NUMBER: _ClassVar[int]
    due_item_id: str
    aircraft: _aircraft_pb2.AircraftRef
    task_id: str
    before: DuePreview
    after: DuePreview
    def __init__(self, due_item_id: _Optional[str] = ..., aircraft: _Optional[_Union[_aircraft_pb2.AircraftRef, _Mapping]] = ..., task_id: _Optional[str] = ..., before: _Optional[_Union[DuePreview, _Mapping]] = ..., after: _Optional[_Union[DuePreview, _Mapping]] = ...) -> None: ...

class DuePreview(_message.Message):
    __slots__ = ("status", "driving_limit", "projected_on", "limits")
    STATUS_FIELD_NUMBER: _ClassVar[int]
    DRIVING_LIMIT_FIELD_NUMBER: _ClassVar[int]
    PROJECTED_ON_FIELD_NUMBER: _ClassVar[int]
    LIMITS_FIELD_NUMBER: _ClassVar[int]
    status: _due_item_pb2.DueStatus
    driving_limit: _task_pb2.IntervalType
    projected_on: _date_pb2.Date
    limits: _containers.RepeatedCompositeFieldContainer[LimitPreview]
    def __init__(self, status: _Optional[_Union[_due_item_pb2.DueStatus, str]] = ..., driving_limit: _Optional[_Union[_task_pb2.IntervalType, str]] = ..., projected_on: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., limits: _Optional[_Iterable[_Union[LimitPreview, _Mapping]]] = ...) -> None: ...

class LimitPreview(_message.Message):
    __slots__ = ("interval_type", "due", "remaining")
    INTERVAL_TYPE_FIELD_NUMBER: _ClassVar[int]
    DUE_FIELD_NUMBER: _ClassVar[int]
    REMAINING_FIELD_NUMBER: _ClassVar[int]
    interval_type: _task_pb2.IntervalType
    due: _due_item_pb2.DuePoint
    remaining: int
    def __init__(self, interval_type: _Optional[_Union[_task_pb2.IntervalType, str]] = ..., due: _Optional[_Union[_due_item_pb2.DuePoint, _Mapping]] = ..., remaining: _Optional[int] = ...) -> None: ...

class ListAssignmentsRequest(_message.Message):
    __slots__ = ("program_id", "limit", "cursor", "sort", "count")
    PROGRAM_ID_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    CURSOR_FIELD_NUMBER: _ClassVar[int]
    SORT_FIELD_NUMBER: _ClassVar[int]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    program_id: str
    limit: int
    cursor: str
    sort: str
    count: bool
    def __init__(self, program_id: _Optional[str] = ..., limit: _Optional[int] = ..., cursor: _Optional[str] = ..., sort: _Optional[str] = ..., count: _Optional[bool] = ...) -> None: ...

class ListAssignmentsResponse(_message.Message):
    __slots__ = ("items", "next_cursor", "total")
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    NEXT_CURSOR_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[Assignment]
    next_cursor: str
    total: int
    def __init__(self, items: _Optional[_Iterable[_Union[Assignment, _Mapping]]] = ..., next_cursor: _Optional[str] = ..., total: _Optional[int] = ...) -> None: ...

class Assignment(_message.Message):
    __slots__ = ("due_item_id", "aircraft", "status", "projected_on", "task_id")
    DUE_ITEM_ID_FIELD_NUMBER: _ClassVar[int]
    AIRCRAFT_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    PROJECTED_ON_FIELD_NUMBER: _ClassVar[int]
    TASK_ID_FIELD_NUMBER: _ClassVar[int]
    due_item_id: str
    aircraft: _aircraft_pb2.AircraftRef
    status: _due_item_pb2.DueStatus
    projected_on: _date_pb2.Date
    task_id: str
    def __init__(self, due_item_id: _Optional[str] = ..., aircraft: _Optional[_Union[_aircraft_pb2.AircraftRef, _Mapping]] = ..., status: _Optional[_Union[_due_item_pb2.DueStatus, str]] = ..., projected_on: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., task_id: _Optional[str] = ...) -> None: ...

class AssignAircraftRequest(_message.Message):
    __slots__ = ("program_id", "aircraft_id")
    PROGRAM_ID_FIELD_NUMBER: _ClassVar[int]
    AIRCRAFT_ID_FIELD_NUMBER: _ClassVar[int]
    program_id: str
    aircraft_id: str
    def __init__(self, program_id: _Optional[str] = ..., aircraft_id: _Optional[str] = ...) -> None: ...

class AssignAircraftResponse(_message.Message):
    __slots__ = ("assignment",)
    ASSIGNMENT_FIELD_NUMBER: _ClassVar[int]
    assignment: Assignment
    def __init__(self, assignment: _Optional[_Union[Assignment, _Mapping]] = ...) -> None: ...

class UnassignAircraftRequest(_message.Message):
    __slots__ = ("program_id", "aircraft_id")
    PROGRAM_ID_FIELD_NUMBER: _ClassVar[int]
    AIRCRAFT_ID_FIELD_NUMBER: _ClassVar[int]
    program_id: str
    aircraft_id: str
    def __init__(self, program_id: _Optional[str] = ..., aircraft_id: _Optional[str] = ...) -> None: ...

class UnassignAircraftResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ListAtaChaptersRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ListAtaChaptersResponse(_message.Message):
    __slots__ = ("ata_chapters",)
    ATA_CHAPTERS_FIELD_NUMBER: _ClassVar[int]
    ata_chapters: AtaChapters
    def __init__(self, ata_chapters: _Optional[_Union[AtaChapters, _Mapping]] = ...) -> None: ...

class AtaChapters(_message.Message):
    __slots__ = ("items",)
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[AtaChapter]
    def __init__(self, items: _Optional[_Iterable[_Union[AtaChapter, _Mapping]]] = ...) -> None: ...

class AtaChapter(_message.Message):
    __slots__ = ("chapter", "name")
    CHAPTER_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    chapter: str
    name: str
    def __init__(self, chapter: _Optional[str] = ..., name: _Optional[str] = ...) -> None: ...

class GenerateTasksRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GenerateTasksResponse(_message.Message):
    __slots__ = ("generated",)
    GENERATED_FIELD_NUMBER: _ClassVar[int]
    generated: GeneratedTasks
    def __init__(self, generated: _Optional[_Union[GeneratedTasks, _Mapping]] = ...) -> None: ...

class GeneratedTasks(_message.Message):
    __slots__ = ("created", "blocked")
    CREATED_FIELD_NUMBER: _ClassVar[int]
    BLOCKED_FIELD_NUMBER: _ClassVar[int]
    created: int
    blocked: int
    def __init__(self, created: _Optional[int] = ..., blocked: _Optional[int] = ...) -> None: ...
