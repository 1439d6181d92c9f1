from amss_proto.amss.v1 import due_item_pb2 as _due_item_pb2
from amss_proto.amss.v1 import task_pb2 as _task_pb2
from google.type import date_pb2 as _date_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ListDueItemsRequest(_message.Message):
    __slots__ = ("limit", "cursor", "sort", "count", "facets", "status", "aircraft_id", "program_id", "tail_number", "model", "due_before", "horizon_days", "unplanned", "needs_confirmation", "daily_minutes", "daily_cycles")
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    CURSOR_FIELD_NUMBER: _ClassVar[int]
    SORT_FIELD_NUMBER: _ClassVar[int]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    FACETS_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    AIRCRAFT_ID_FIELD_NUMBER: _ClassVar[int]
    PROGRAM_ID_FIELD_NUMBER: _ClassVar[int]
    TAIL_NUMBER_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    DUE_BEFORE_FIELD_NUMBER: _ClassVar[int]
    HORIZON_DAYS_FIELD_NUMBER: _ClassVar[int]
    UNPLANNED_FIELD_NUMBER: _ClassVar[int]
    NEEDS_CONFIRMATION_FIELD_NUMBER: _ClassVar[int]
    DAILY_MINUTES_FIELD_NUMBER: _ClassVar[int]
    DAILY_CYCLES_FIELD_NUMBER: _ClassVar[int]
    limit: int
    cursor: str
    sort: str
    count: bool
    facets: str
    status: _due_item_pb2.DueStatus
    aircraft_id: str
    program_id: str
    tail_number: str
    model: str
    due_before: _date_pb2.Date
    horizon_days: int
    unplanned: bool
    needs_confirmation: bool
    daily_minutes: float
    daily_cycles: float
    def __init__(self, limit: _Optional[int] = ..., cursor: _Optional[str] = ..., sort: _Optional[str] = ..., count: _Optional[bool] = ..., facets: _Optional[str] = ..., status: _Optional[_Union[_due_item_pb2.DueStatus, str]] = ..., aircraft_id: _Optional[str] = ..., program_id: _Optional[str] = ..., tail_number: _Optional[str] = ..., model: _Optional[str] = ..., due_before: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., horizon_days: _Optional[int] = ..., unplanned: _Optional[bool] = ..., needs_confirmation: _Optional[bool] = ..., daily_minutes: _Optional[float] = ..., daily_cycles: _Optional[float] = ...) -> None: ...

class ListDueItemsResponse(_message.Message):
    __slots__ = ("items", "next_cursor", "total", "facets", "what_if")
    class Facets(_message.Message):
        __slots__ = ("status",)
        STATUS_FIELD_NUMBER: _ClassVar[int]
        status: _due_item_pb2.DueStatusCounts
        def __init__(self, status: _Optional[_Union[_due_item_pb2.DueStatusCounts, _Mapping]] = ...) -> None: ...
    class WhatIf(_message.Message):
        __slots__ = ("daily_minutes", "daily_cycles")
        DAILY_MINUTES_FIELD_NUMBER: _ClassVar[int]
        DAILY_CYCLES_FIELD_NUMBER: _ClassVar[int]
        daily_minutes: float
        daily_cycles: float
        def __init__(self, daily_minutes: _Optional[float] = ..., daily_cycles: _Optional[float] = ...) -> None: ...
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    NEXT_CURSOR_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    FACETS_FIELD_NUMBER: _ClassVar[int]
    WHAT_IF_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[_due_item_pb2.DueItem]
    next_cursor: str
    total: int
    facets: ListDueItemsResponse.Facets
    what_if: ListDueItemsResponse.WhatIf
    def __init__(self, items: _Optional[_Iterable[_Union[_due_item_pb2.DueItem, _Mapping]]] = ..., next_cursor: _Optional[str] = ..., total: _Optional[int] = ..., facets: _Optional[_Union[ListDueItemsResponse.Facets, _Mapping]] = ..., what_if: _Optional[_Union[ListDueItemsResponse.WhatIf, _Mapping]] = ...) -> None: ...

class GetDueItemRequest(_message.Message):
    __slots__ = ("due_item_id",)
    DUE_ITEM_ID_FIELD_NUMBER: _ClassVar[int]
    due_item_id: str
    def __init__(self, due_item_id: _Optional[str] = ...) -> None: ...

class GetDueItemResponse(_message.Message):
    __slots__ = ("due_item",)
    DUE_ITEM_FIELD_NUMBER: _ClassVar[int]
    due_item: _due_item_pb2.DueItemDetail
    def __init__(self, due_item: _Optional[_Union[_due_item_pb2.DueItemDetail, _Mapping]] = ...) -> None: ...

class SetLastDoneRequest(_message.Message):
    __slots__ = ("due_item_id", "last_done", "reason", "expected_version")
    DUE_ITEM_ID_FIELD_NUMBER: _ClassVar[int]
    LAST_DONE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSION_FIELD_NUMBER: _ClassVar[int]
    due_item_id: str
    last_done: _due_item_pb2.LastDone
    reason: str
    expected_version: int
    def __init__(self, due_item_id: _Optional[str] = ..., last_done: _Optional[_Union[_due_item_pb2.LastDone, _Mapping]] = ..., reason: _Optional[str] = ..., expected_version: _Optional[int] = ...) -> None: ...

class SetLastDoneResponse(_message.Message):
    __slots__ = ("due_item",)
    DUE_ITEM_FIELD_NUMBER: _ClassVar[int]
    due_item: _due_item_pb2.DueItemDetail
    def __init__(self, due_item: _Optional[_Union[_due_item_pb2.DueItemDetail, _Mapping]] = ...) -> None: ...

class RequestExtensionRequest(_message.Message):
    __slots__ = ("due_item_id", "interval_type", "amount", "reason")
    DUE_ITEM_ID_FIELD_NUMBER: _ClassVar[int]
    INTERVAL_TYPE_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    due_item_id: str
    interval_type: _task_pb2.IntervalType
    amount: int
    reason: str
    def __init__(self, due_item_id: _Optional[str] = ..., interval_type: _Optional[_Union[_task_pb2.IntervalType, str]] = ..., amount: _Optional[int] = ..., reason: _Optional[str] = ...) -> None: ...

class RequestExtensionResponse(_message.Message):
    __slots__ = ("extension",)
    EXTENSION_FIELD_NUMBER: _ClassVar[int]
    extension: _due_item_pb2.Extension
    def __init__(self, extension: _Optional[_Union[_due_item_pb2.Extension, _Mapping]] = ...) -> None: ...

class ApproveExtensionRequest(_message.Message):
    __slots__ = ("due_item_id", "extension_id", "expected_version")
    DUE_ITEM_ID_FIELD_NUMBER: _ClassVar[int]
    EXTENSION_ID_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSION_FIELD_NUMBER: _ClassVar[int]
    due_item_id: str
    extension_id: str
    expected_version: int
    def __init__(self, due_item_id: _Optional[str] = ..., extension_id: _Optional[str] = ..., expected_version: _Optional[int] = ...) -> None: ...

class ApproveExtensionResponse(_message.Message):
    __slots__ = ("extension",)
    EXTENSION_FIELD_NUMBER: _ClassVar[int]
    extension: _due_item_pb2.Extension
    def __init__(self, extension: _Optional[_Union[_due_item_pb2.Extension, _Mapping]] = ...) -> None: ...

class RejectExtensionRequest(_message.Message):
    __slots__ = ("due_item_id", "extension_id", "reason", "expected_version")
    DUE_ITEM_ID_FIELD_NUMBER: _ClassVar[int]
    EXTENSION_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSION_FIELD_NUMBER: _ClassVar[int]
    due_item_id: str
    extension_id: str
    reason: str
    expected_version: int
    def __init__(self, due_item_id: _Optional[str] = ..., extension_id: _Optional[str] = ..., reason: _Optional[str] = ..., expected_version: _Optional[int] = ...) -> None: ...

class RejectExtensionResponse(_message.Message):
    __slots__ = ("extension",)
    EXTENSION_FIELD_NUMBER: _ClassVar[int]
    extension: _due_item_pb2.Extension
    def __init__(self, extension: _Optional[_Union[_due_item_pb2.Extension, _Mapping]] = ...) -> None: ...

class ListDueItemExtensionsRequest(_message.Message):
    __slots__ = ("due_item_id", "limit", "cursor", "sort", "count", "status", "in_force")
    DUE_ITEM_ID_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    CURSOR_FIELD_NUMBER: _ClassVar[int]
    SORT_FIELD_NUMBER: _ClassVar[int]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    IN_FORCE_FIELD_NUMBER: _ClassVar[int]
    due_item_id: str
    limit: int
    cursor: str
    sort: str
    count: bool
    status: _due_item_pb2.ExtensionStatus
    in_force: bool
    def __init__(self, due_item_id: _Optional[str] = ..., limit: _Optional[int] = ..., cursor: _Optional[str] = ..., sort: _Optional[str] = ..., count: _Optional[bool] = ..., status: _Optional[_Union[_due_item_pb2.ExtensionStatus, str]] = ..., in_force: _Optional[bool] = ...) -> None: ...

class ListDueItemExtensionsResponse(_message.Message):
    __slots__ = ("items", "next_cursor", "total")
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    NEXT_CURSOR_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[_due_item_pb2.Extension]
    next_cursor: str
    total: int
    def __init__(self, items: _Optional[_Iterable[_Union[_due_item_pb2.Extension, _Mapping]]] = ..., next_cursor: _Optional[str] = ..., total: _Optional[int] = ...) -> None: ...

class ListExtensionsRequest(_message.Message):
    __slots__ = ("limit", "cursor", "sort", "count", "status", "in_force", "aircraft_id", "program_id", "due_item_id")
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    CURSOR_FIELD_NUMBER: _ClassVar[int]
    SORT_FIELD_NUMBER: _ClassVar[int]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    IN_FORCE_FIELD_NUMBER: _ClassVar[int]
    AIRCRAFT_ID_FIELD_NUMBER: _ClassVar[int]
    PROGRAM_ID_FIELD_NUMBER: _ClassVar[int]
    DUE_ITEM_ID_FIELD_NUMBER: _ClassVar[int]
    limit: int
    cursor: str
    sort: str
    count: bool
    status: _due_item_pb2.ExtensionStatus
    in_force: bool
    aircraft_id: str
    program_id: str
    due_item_id: str
    def __init__(self, limit: _Optional[int] = ..., cursor: _Optional[str] = ..., sort: _Optional[str] = ..., count: _Optional[bool] = ..., status: _Optional[_Union[_due_item_pb2.ExtensionStatus, str]] = ..., in_force: _Optional[bool] = ..., aircraft_id: _Optional[str] = ..., program_id: _Optional[str] = ..., due_item_id: _Optional[str] = ...) -> None: ...

class ListExtensionsResponse(_message.Message):
    __slots__ = ("items", "next_cursor", "total")
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    NEXT_CURSOR_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[_due_item_pb2.Extension]
    next_cursor: str
    total: int
    def __init__(self, items: _Optional[_Iterable[_Union[_due_item_pb2.Extension, _Mapping]]] = ..., next_cursor: _Optional[str] = ..., total: _Optional[int] = ...) -> None: ...
