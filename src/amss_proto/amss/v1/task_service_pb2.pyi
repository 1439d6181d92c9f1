import datetime

from amss_proto.amss.v1 import aircraft_pb2 as _aircraft_pb2
from amss_proto.amss.v1 import batch_pb2 as _batch_pb2
from amss_proto.amss.v1 import task_pb2 as _task_pb2
from google.protobuf import field_mask_pb2 as _field_mask_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class CreateTaskRequest(_message.Message):
    __slots__ = ("aircraft_id", "type", "title", "start_time", "end_time", "program_id", "assigned_mechanic_id", "priority", "notes")
    AIRCRAFT_ID_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    END_TIME_FIELD_NUMBER: _ClassVar[int]
    PROGRAM_ID_FIELD_NUMBER: _ClassVar[int]
    ASSIGNED_MECHANIC_ID_FIELD_NUMBER: _ClassVar[int]
    PRIORITY_FIELD_NUMBER: _ClassVar[int]
    NOTES_FIELD_NUMBER: _ClassVar[int]
    aircraft_id: str
    type: _task_pb2.TaskType
    title: str
    start_time: _timestamp_pb2.Timestamp
    end_time: _timestamp_pb2.Timestamp
    program_id: str
    assigned_mechanic_id: str
    priority: _task_pb2.TaskPriority
    notes: str
    def __init__(self, aircraft_id: _Optional[str] = ..., type: _Optional[_Union[_task_pb2.TaskType, str]] = ..., title: _Optional[str] = ..., start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., end_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., program_id: _Optional[str] = ..., assigned_mechanic_id: _Optional[str] = ..., priority: _Optional[_Union[_task_pb2.TaskPriority, str]] = ..., notes: _Optional[str] = ...) -> None: ...

class CreateTaskResponse(_message.Message):
    __slots__ = ("task",)
    TASK_FIELD_NUMBER: _ClassVar[int]
    task: _task_pb2.Task
    def __init__(self, task: _Optional[_Union[_task_pb2.Task, _Mapping]] = ...) -> None: ...

class BatchCreateTasksRequest(_message.Message):
    __slots__ = ("items",)
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[CreateTaskRequest]
    def __init__(self, items: _Optional[_Iterable[_Union[CreateTaskRequest, _Mapping]]] = ...) -> None: ...

class BatchCreateTasksResponse(_message.Message):
    __slots__ = ("results",)
    RESULTS_FIELD_NUMBER: _ClassVar[int]
    results: _containers.RepeatedCompositeFieldContainer[_batch_pb2.BatchResult]
    def __init__(self, results: _Optional[_Iterable[_Union[_batch_pb2.BatchResult, _Mapping]]] = ...) -> None: ...

class GetTaskRequest(_message.Message):
    __slots__ = ("task_id",)
    TASK_ID_FIELD_NUMBER: _ClassVar[int]
    task_id: str
    def __init__(self, task_id: _Optional[str] = ...) -> None: ...

class GetTaskResponse(_message.Message):
    __slots__ = ("task",)
    TASK_FIELD_NUMBER: _ClassVar[int]
    task: _task_pb2.TaskDetail
    def __init__(self, task: _Optional[_Union[_task_pb2.TaskDetail, _Mapping]] = ...) -> None: ...

class ListTasksRequest(_message.Message):
    __slots__ = ("limit", "cursor", "sort", "count", "aircraft_id", "program_id", "state", "type", "priority", "assigned_mechanic_id", "start_from", "start_to", "overdue", "late")
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    CURSOR_FIELD_NUMBER: _ClassVar[int]
    SORT_FIELD_NUMBER: _ClassVar[int]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    AIRCRAFT_ID_FIELD_NUMBER: _ClassVar[int]
    PROGRAM_ID_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    PRIORITY_FIELD_NUMBER: _ClassVar[int]
    ASSIGNED_MECHANIC_ID_FIELD_NUMBER: _ClassVar[int]
    START_FROM_FIELD_NUMBER: _ClassVar[int]
    START_TO_FIELD_NUMBER: _ClassVar[int]
    OVERDUE_FIELD_NUMBER: _ClassVar[int]
    LATE_FIELD_NUMBER: _ClassVar[int]
    limit: int
    cursor: str
    sort: str
    count: bool
    aircraft_id: str
    program_id: str
    state: _task_pb2.TaskState
    type: _task_pb2.TaskType
    priority: _task_pb2.TaskPriority
    assigned_mechanic_id: str
    start_from: _timestamp_pb2.Timestamp
    start_to: _timestamp_pb2.Timestamp
    overdue: bool
    late: bool
    def __init__(self, limit: _Optional[int] = ..., cursor: _Optional[str] = ..., sort: _Optional[str] = ..., count: _Optional[bool] = ..., aircraft_id: _Optional[str] = ..., program_id: _Optional[str] = ..., state: _Optional[_Union[_task_pb2.TaskState, str]] = ..., type: _Optional[_Union[_task_pb2.TaskType, str]] = ..., priority: _Optional[_Union[_task_pb2.TaskPriority, str]] = ..., assigned_mechanic_id: _Optional[str] = ..., start_from: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., start_to: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., overdue: _Optional[bool] = ..., late: _Optional[bool] = ...) -> None: ...

class ListTasksResponse(_message.Message):
    __slots__ = ("items", "next_cursor", "total")
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    NEXT_CURSOR_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[_task_pb2.Task]
    next_cursor: str
    total: int
    def __init__(self, items: _Optional[_Iterable[_Union[_task_pb2.Task, _Mapping]]] = ..., next_cursor: _Optional[str] = ..., total: _Optional[int] = ...) -> None: ...

class UpdateTaskRequest(_message.Message):
    __slots__ = ("task_id", "update_mask", "expected_version", "type", "title", "notes", "priority", "start_time", "end_time", "assigned_mechanic_id")
    TASK_ID_FIELD_NUMBER: _ClassVar[int]
    UPDATE_MASK_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSION_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    NOTES_FIELD_NUMBER: _ClassVar[int]
    PRIORITY_FIELD_NUMBER: _ClassVar[int]
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    END_TIME_FIELD_NUMBER: _ClassVar[int]
    ASSIGNED_MECHANIC_ID_FIELD_NUMBER: _ClassVar[int]
    task_id: str
    update_mask: _field_mask_pb2.FieldMask
    expected_version: int
    type: _task_pb2.TaskType
    title: str
    notes: str
    priority: _task_pb2.TaskPriority
    start_time: _timestamp_pb2.Timestamp
    end_time: _timestamp_pb2.Timestamp
    assigned_mechanic_id: str
    def __init__(self, task_id: _Optional[str] = ..., update_mask: _Optional[_Union[_field_mask_pb2.FieldMask, _Mapping]] = ..., expected_version: _Optional[int] = ..., type: _Optional[_Union[_task_pb2.TaskType, str]] = ..., title: _Optional[str] = ..., notes: _Optional[str] = ..., priority: _Optional[_Union[_task_pb2.TaskPriority, str]] = ..., start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., end_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., assigned_mechanic_id: _Optional[str] = ...) -> None: ...

class UpdateTaskResponse(_message.Message):
    __slots__ = ("task",)
    TASK_FIELD_NUMBER: _ClassVar[int]
    task: _task_pb2.Task
    def __init__(self, task: _Optional[_Union[_task_pb2.Task, _Mapping]] = ...) -> None: ...

class DeleteTaskRequest(_message.Message):
    __slots__ = ("task_id", "expected_version")
    TASK_ID_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSION_FIELD_NUMBER: _ClassVar[int]
    task_id: str
    expected_version: int
    def __init__(self, task_id: _Optional[str] = ..., expected_version: _Optional[int] = ...) -> None: ...

class DeleteTaskResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class HandOverTaskRequest(_message.Message):
    __slots__ = ("task_id", "assigned_mechanic_id", "note", "expected_version")
    TASK_ID_FIELD_NUMBER: _ClassVar[int]
    ASSIGNED_MECHANIC_ID_FIELD_NUMBER: _ClassVar[int]
    NOTE_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSION_FIELD_NUMBER: _ClassVar[int]
    task_id: str
    assigned_mechanic_id: str
    note: str
    expected_version: int
    def __init__(self, task_id: _Optional[str] = ..., assigned_mechanic_id: _Optional[str] = ..., note: _Optional[str] = ..., expected_version: _Optional[int] = ...) -> None: ...

class HandOverTaskResponse(_message.Message):
    __slots__ = ("task",)
    TASK_FIELD_NUMBER: _ClassVar[int]
    task: _task_pb2.Task
    def __init__(self, task: _Optional[_Union[_task_pb2.Task, _Mapping]] = ...) -> None: ...

class CheckTaskRequest(_message.Message):
    __slots__ = ("task_id", "to")
    TASK_ID_FIELD_NUMBER: _ClassVar[int]
    TO_FIELD_NUMBER: _ClassVar[int]
    task_id: str
    to: _task_pb2.TaskState
    def __init__(self, task_id: _Optional[str] = ..., to: _Optional[_Union[_task_pb2.TaskState, str]] = ...) -> None: ...

class CheckTaskResponse(_message.Message):
    __slots__ = ("check",)
    CHECK_FIELD_NUMBER: _ClassVar[int]
    check: TaskCheck
    def __init__(self, check: _Optional[_Union[TaskCheck, _Mapping]] = ...) -> None: ...

class TaskCheck(_message.Message):
    __slots__ = ("ready", "reasons")
    READY_FIELD_NUMBER: _ClassVar[int]
    REASONS_FIELD_NUMBER: _ClassVar[int]
    ready: bool
    reasons: _containers.RepeatedCompositeFieldContainer[Obstacle]
    def __init__(self, ready: _Optional[bool] = ..., reasons: _Optional[_Iterable[_Union[Obstacle, _Mapping]]] = ...) -> None: ...

class Obstacle(_message.Message):
    __slots__ = ("code", "message", "ids")
    CODE_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    IDS_FIELD_NUMBER: _ClassVar[int]
    code: str
    message: str
    ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, code: _Optional[str] = ..., message: _Optional[str] = ..., ids: _Optional[_Iterable[str]] = ...) -> None: ...

class TransitionStateRequest(_message.Message):
    __slots__ = ("task_id", "state", "notes", "reason", "performed_at", "readings", "allow_late_cancel", "expected_version")
    TASK_ID_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    NOTES_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    PERFORMED_AT_FIELD_NUMBER: _ClassVar[int]
    READINGS_FIELD_NUMBER: _ClassVar[int]
    ALLOW_LATE_CANCEL_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSION_FIELD_NUMBER: _ClassVar[int]
    task_id: str
    state: _task_pb2.TaskState
    notes: str
    reason: str
    performed_at: _timestamp_pb2.Timestamp
    readings: _aircraft_pb2.Readings
    allow_late_cancel: bool
    expected_version: int
    def __init__(self, task_id: _Optional[str] = ..., state: _Optional[_Union[_task_pb2.TaskState, str]] = ..., notes: _Optional[str] = ..., reason: _Optional[str] = ..., performed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., readings: _Optional[_Union[_aircraft_pb2.Readings, _Mapping]] = ..., allow_late_cancel: _Optional[bool] = ..., expected_version: _Optional[int] = ...) -> None: ...

class TransitionStateResponse(_message.Message):
    __slots__ = ("task",)
    TASK_FIELD_NUMBER: _ClassVar[int]
    task: _task_pb2.Task
    def __init__(self, task: _Optional[_Union[_task_pb2.Task, _Mapping]] = ...) -> None: ...
