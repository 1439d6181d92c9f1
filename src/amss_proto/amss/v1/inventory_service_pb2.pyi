from amss_proto.amss.v1 import inventory_pb2 as _inventory_pb2
from google.protobuf import field_mask_pb2 as _field_mask_pb2
from google.type import date_pb2 as _date_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class CreatePartDefinitionRequest(_message.Message):
    __slots__ = ("name", "part_number", "category", "min_stock")
    NAME_FIELD_NUMBER: _ClassVar[int]
    PART_NUMBER_FIELD_NUMBER: _ClassVar[int]
    CATEGORY_FIELD_NUMBER: _ClassVar[int]
    MIN_STOCK_FIELD_NUMBER: _ClassVar[int]
    name: str
    part_number: str
    category: str
    min_stock: int
    def __init__(self, name: _Optional[str] = ..., part_number: _Optional[str] = ..., category: _Optional[str] = ..., min_stock: _Optional[int] = ...) -> None: ...

class CreatePartDefinitionResponse(_message.Message):
    __slots__ = ("part_definition",)
    PART_DEFINITION_FIELD_NUMBER: _ClassVar[int]
    part_definition: _inventory_pb2.PartDefinition
    def __init__(self, part_definition: _Optional[_Union[_inventory_pb2.PartDefinition, _Mapping]] = ...) -> None: ...

class GetPartDefinitionRequest(_message.Message):
    __slots__ = ("part_definition_id",)
    PART_DEFINITION_ID_FIELD_NUMBER: _ClassVar[int]
    part_definition_id: str
    def __init__(self, part_definition_id: _Optional[str] = ...) -> None: ...

class GetPartDefinitionResponse(_message.Message):
    __slots__ = ("part_definition",)
    PART_DEFINITION_FIELD_NUMBER: _ClassVar[int]
    part_definition: _inventory_pb2.StockedPartDefinition
    def __init__(self, part_definition: _Optional[_Union[_inventory_pb2.StockedPartDefinition, _Mapping]] = ...) -> None: ...

class ListPartDefinitionsRequest(_message.Message):
    __slots__ = ("limit", "cursor", "sort", "count", "q", "category", "part_number", "below_min_stock")
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    CURSOR_FIELD_NUMBER: _ClassVar[int]
    SORT_FIELD_NUMBER: _ClassVar[int]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    Q_FIELD_NUMBER: _ClassVar[int]
    CATEGORY_FIELD_NUMBER: _ClassVar[int]
    PART_NUMBER_FIELD_NUMBER: _ClassVar[int]
    BELOW_MIN_STOCK_FIELD_NUMBER: _ClassVar[int]
    limit: int
    cursor: str
    sort: str
    count: bool
    q: str
    category: str
    part_number: str
    below_min_stock: bool
    def __init__(self, limit: _Optional[int] = ..., cursor: _Optional[str] = ..., sort: _Optional[str] = ..., count: _Optional[bool] = ..., q: _Optional[str] = ..., category: _Optional[str] = ..., part_number: _Optional[str] = ..., below_min_stock: _Optional[bool] = ...) -> None: ...

class ListPartDefinitionsResponse(_message.Message):
    __slots__ = ("items", "next_cursor", "total")
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    NEXT_CURSOR_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[_inventory_pb2.StockedPartDefinition]
    next_cursor: str
    total: int
    def __init__(self, items: _Optional[_Iterable[_Union[_inventory_pb2.StockedPartDefinition, _Mapping]]] = ..., next_cursor: _Optional[str] = ..., total: _Optional[int] = ...) -> None: ...

class UpdatePartDefinitionRequest(_message.Message):
    __slots__ = ("part_definition_id", "update_mask", "expected_version", "name", "part_number", "category", "min_stock")
    PART_DEFINITION_ID_FIELD_NUMBER: _ClassVar[int]
    UPDATE_MASK_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSION_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    PART_NUMBER_FIELD_NUMBER: _ClassVar[int]
    CATEGORY_FIELD_NUMBER: _ClassVar[int]
    MIN_STOCK_FIELD_NUMBER: _ClassVar[int]
    part_definition_id: str
    update_mask: _field_mask_pb2.FieldMask
    expected_version: int
    name: str
    part_number: str
    category: str
    min_stock: int
    def __init__(self, part_definition_id: _Optional[str] = ..., update_mask: _Optional[_Union[_field_mask_pb2.FieldMask, _Mapping]] = ..., expected_version: _Optional[int] = ..., name: _Optional[str] = ..., part_number: _Optional[str] = ..., category: _Optional[str] = ..., min_stock: _Optional[int] = ...) -> None: ...

class UpdatePartDefinitionResponse(_message.Message):
    __slots__ = ("part_definition",)
    PART_DEFINITION_FIELD_NUMBER: _ClassVar[int]
    part_definition: _inventory_pb2.PartDefinition
    def __init__(self, part_definition: _Optional[_Union[_inventory_pb2.PartDefinition, _Mapping]] = ...) -> None: ...

class DeletePartDefinitionRequest(_message.Message):
    __slots__ = ("part_definition_id", "expected_version")
    PART_DEFINITION_ID_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSION_FIELD_NUMBER: _ClassVar[int]
    part_definition_id: str
    expected_version: int
    def __init__(self, part_definition_id: _Optional[str] = ..., expected_version: _Optional[int] = ...) -> None: ...

class DeletePartDefinitionResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class CreatePartItemRequest(_message.Message):
    __slots__ = ("part_definition_id", "serial_number", "status", "quarantine_reason", "expiry_date")
    PART_DEFINITION_ID_FIELD_NUMBER: _ClassVar[int]
    SERIAL_NUMBER_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    QUARANTINE_REASON_FIELD_NUMBER: _ClassVar[int]
    EXPIRY_DATE_FIELD_NUMBER: _ClassVar[int]
    part_definition_id: str
    serial_number: str
    status: _inventory_pb2.PartItemStatus
    quarantine_reason: str
    expiry_date: _date_pb2.Date
    def __init__(self, part_definition_id: _Optional[str] = ..., serial_number: _Optional[str] = ..., status: _Optional[_Union[_inventory_pb2.PartItemStatus, str]] = ..., quarantine_reason: _Optional[str] = ..., expiry_date: _Optional[_Union[_date_pb2.Date, _Mapping]] = ...) -> None: ...

class CreatePartItemResponse(_message.Message):
    __slots__ = ("part_item",)
    PART_ITEM_FIELD_NUMBER: _ClassVar[int]
    part_item: _inventory_pb2.PartItem
    def __init__(self, part_item: _Optional[_Union[_inventory_pb2.PartItem, _Mapping]] = ...) -> None: ...

class GetPartItemRequest(_message.Message):
    __slots__ = ("part_item_id",)
    PART_ITEM_ID_FIELD_NUMBER: _ClassVar[int]
    part_item_id: str
    def __init__(self, part_item_id: _Optional[str] = ...) -> None: ...

class GetPartItemResponse(_message.Message):
    __slots__ = ("part_item",)
    PART_ITEM_FIELD_NUMBER: _ClassVar[int]
    part_item: _inventory_pb2.PartItem
    def __init__(self, part_item: _Optional[_Union[_inventory_pb2.PartItem, _Mapping]] = ...) -> None: ...

class ListPartItemsRequest(_message.Message):
    __slots__ = ("limit", "cursor", "sort", "count", "status", "part_definition_id", "serial", "expiry_before")
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    CURSOR_FIELD_NUMBER: _ClassVar[int]
    SORT_FIELD_NUMBER: _ClassVar[int]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    PART_DEFINITION_ID_FIELD_NUMBER: _ClassVar[int]
    SERIAL_FIELD_NUMBER: _ClassVar[int]
    EXPIRY_BEFORE_FIELD_NUMBER: _ClassVar[int]
    limit: int
    cursor: str
    sort: str
    count: bool
    status: _inventory_pb2.PartItemStatus
    part_definition_id: str
    serial: str
    expiry_before: _date_pb2.Date
    def __init__(self, limit: _Optional[int] = ..., cursor: _Optional[str] = ..., sort: _Optional[str] = ..., count: _Optional[bool] = ..., status: _Optional[_Union[_inventory_pb2.PartItemStatus, str]] = ..., part_definition_id: _Optional[str] = ..., serial: _Optional[str] = ..., expiry_before: _Optional[_Union[_date_pb2.Date, _Mapping]] = ...) -> None: ...

class ListPartItemsResponse(_message.Message):
    __slots__ = ("items", "next_cursor", "total")
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    NEXT_CURSOR_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[_inventory_pb2.PartItem]
    next_cursor: str
    total: int
    def __init__(self, items: _Optional[_Iterable[_Union[_inventory_pb2.PartItem, _Mapping]]] = ..., next_cursor: _Optional[str] = ..., total: _Optional[int] = ...) -> None: ...

class UpdatePartItemRequest(_message.Message):
    __slots__ = ("part_item_id", "update_mask", "expected_version", "serial_number", "expiry_date", "status", "reason")
    PART_ITEM_ID_FIELD_NUMBER: _ClassVar[int]
    UPDATE_MASK_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSION_FIELD_NUMBER: _ClassVar[int]
    SERIAL_NUMBER_FIELD_NUMBER: _ClassVar[int]
    EXPIRY_DATE_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    part_item_id: str
    update_mask: _field_mask_pb2.FieldMask
    expected_version: int
    serial_number: str
    expiry_date: _date_pb2.Date
    status: _inventory_pb2.PartItemStatus
    reason: str
    def __init__(self, part_item_id: _Optional[str] = ..., update_mask: _Optional[_Union[_field_mask_pb2.FieldMask, _Mapping]] = ..., expected_version: _Optional[int] = ..., serial_number: _Optional[str] = ..., expiry_date: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., status: _Optional[_Union[_inventory_pb2.PartItemStatus, str]] = ..., reason: _Optional[str] = ...) -> None: ...

class UpdatePartItemResponse(_message.Message):
    __slots__ = ("part_item",)
    PART_ITEM_FIELD_NUMBER: _ClassVar[int]
    part_item: _inventory_pb2.PartItem
    def __init__(self, part_item: _Optional[_Union[_inventory_pb2.PartItem, _Mapping]] = ...) -> None: ...

class DeletePartItemRequest(_message.Message):
    __slots__ = ("part_item_id", "expected_version")
    PART_ITEM_ID_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSION_FIELD_NUMBER: _ClassVar[int]
    part_item_id: str
    expected_version: int
    def __init__(self, part_item_id: _Optional[str] = ..., expected_version: _Optional[int] = ...) -> None: ...

class DeletePartItemResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ListPartItemHistoryRequest(_message.Message):
    __slots__ = ("part_item_id", "limit", "cursor", "sort", "count")
    PART_ITEM_ID_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    CURSOR_FIELD_NUMBER: _ClassVar[int]
    SORT_FIELD_NUMBER: _ClassVar[int]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    part_item_id: str
    limit: int
    cursor: str
    sort: str
    count: bool
    def __init__(self, part_item_id: _Optional[str] = ..., limit: _Optional[int] = ..., cursor: _Optional[str] = ..., sort: _Optional[str] = ..., count: _Optional[bool] = ...) -> None: ...

class ListPartItemHistoryResponse(_message.Message):
    __slots__ = ("items", "next_cursor", "total")
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    NEXT_CURSOR_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[_inventory_pb2.PartHistoryEntry]
    next_cursor: str
    total: int
    def __init__(self, items: _Optional[_Iterable[_Union[_inventory_pb2.PartHistoryEntry, _Mapping]]] = ..., next_cursor: _Optional[str] = ..., total: _Optional[int] = ...) -> None: ...

class ReservePartsRequest(_message.Message):
    __slots__ = ("task_id", "part_item_id")
    TASK_ID_FIELD_NUMBER: _ClassVar[int]
    PART_ITEM_ID_FIELD_NUMBER: _ClassVar[int]
    task_id: str
    part_item_id: str
    def __init__(self, task_id: _Optional[str] = ..., part_item_id: _Optional[str] = ...) -> None: ...

class ReservePartsResponse(_message.Message):
    __slots__ = ("reservation",)
    RESERVATION_FIELD_NUMBER: _ClassVar[int]
    reservation: _inventory_pb2.PartReservation
    def __init__(self, reservation: _Optional[_Union[_inventory_pb2.PartReservation, _Mapping]] = ...) -> None: ...

class UsePartsRequest(_message.Message):
    __slots__ = ("reservation_id", "expected_version")
    RESERVATION_ID_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSION_FIELD_NUMBER: _ClassVar[int]
    reservation_id: str
    expected_version: int
    def __init__(self, reservation_id: _Optional[str] = ..., expected_version: _Optional[int] = ...) -> None: ...

class UsePartsResponse(_message.Message):
    __slots__ = ("reservation",)
    RESERVATION_FIELD_NUMBER: _ClassVar[int]
    reservation: _inventory_pb2.PartReservation
    def __init__(self, reservation: _Optional[_Union[_inventory_pb2.PartReservation, _Mapping]] = ...) -> None: ...

class ReleasePartsRequest(_message.Message):
    __slots__ = ("reservation_id", "expected_version")
    RESERVATION_ID_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSION_FIELD_NUMBER: _ClassVar[int]
    reservation_id: str
    expected_version: int
    def __init__(self, reservation_id: _Optional[str] = ..., expected_version: _Optional[int] = ...) -> None: ...

class ReleasePartsResponse(_message.Message):
    __slots__ = ("reservation",)
    RESERVATION_FIELD_NUMBER: _ClassVar[int]
    reservation: _inventory_pb2.PartReservation
    def __init__(self, reservation: _Optional[_Union[_inventory_pb2.PartReservation, _Mapping]] = ...) -> None: ...

class RemovePartRequest(_message.Message):
    __slots__ = ("part_item_id", "expected_version", "task_id", "reason")
    PART_ITEM_ID_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSION_FIELD_NUMBER: _ClassVar[int]
    TASK_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    part_item_id: str
    expected_version: int
    task_id: str
    reason: str
    def __init__(self, part_item_id: _Optional[str] = ..., expected_version: _Optional[int] = ..., task_id: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class RemovePartResponse(_message.Message):
    __slots__ = ("part_item",)
    PART_ITEM_FIELD_NUMBER: _ClassVar[int]
    part_item: _inventory_pb2.PartItem
    def __init__(self, part_item: _Optional[_Union[_inventory_pb2.PartItem, _Mapping]] = ...) -> None: ...

class ListPartReservationsRequest(_message.Message):
    __slots__ = ("limit", "cursor", "sort", "count", "task_id", "part_item_id", "state")
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    CURSOR_FIELD_NUMBER: _ClassVar[int]
    SORT_FIELD_NUMBER: _ClassVar[int]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    TASK_ID_FIELD_NUMBER: _ClassVar[int]
    PART_ITEM_ID_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    limit: int
    cursor: str
    sort: str
    count: bool
    task_id: str
    part_item_id: str
    state: _inventory_pb2.PartReservationState
    def __init__(self, limit: _Optional[int] = ..., cursor: _Optional[str] = ..., sort: _Optional[str] = ..., count: _Optional[bool] = ..., task_id: _Optional[str] = ..., part_item_id: _Optional[str] = ..., state: _Optional[_Union[_inventory_pb2.PartReservationState, str]] = ...) -> None: ...

class ListPartReservationsResponse(_message.Message):
    __slots__ = ("items", "next_cursor", "total")
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    NEXT_CURSOR_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[_inventory_pb2.PartReservation]
    next_cursor: str
    total: int
    def __init__(self, items: _Optional[_Iterable[_Union[_inventory_pb2.PartReservation, _Mapping]]] = ..., next_cursor: _Optional[str] = ..., total: _Optional[int] = ...) -> None: ...
