import datetime

from amss_proto.amss.v1 import aircraft_pb2 as _aircraft_pb2
from amss_proto.amss.v1 import history_pb2 as _history_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.type import date_pb2 as _date_pb2
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class PartItemStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PART_ITEM_STATUS_UNSPECIFIED: _ClassVar[PartItemStatus]
    PART_ITEM_STATUS_IN_STOCK: _ClassVar[PartItemStatus]
    PART_ITEM_STATUS_USED: _ClassVar[PartItemStatus]
    PART_ITEM_STATUS_DISPOSED: _ClassVar[PartItemStatus]
    PART_ITEM_STATUS_QUARANTINED: _ClassVar[PartItemStatus]

class PartReservationState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PART_RESERVATION_STATE_UNSPECIFIED: _ClassVar[PartReservationState]
    PART_RESERVATION_STATE_RESERVED: _ClassVar[PartReservationState]
    PART_RESERVATION_STATE_USED: _ClassVar[PartReservationState]
    PART_RESERVATION_STATE_RELEASED: _ClassVar[PartReservationState]
PART_ITEM_STATUS_UNSPECIFIED: PartItemStatus
PART_ITEM_STATUS_IN_STOCK: PartItemStatus
PART_ITEM_STATUS_USED: PartItemStatus
PART_ITEM_STATUS_DISPOSED: PartItemStatus
PART_ITEM_STATUS_QUARANTINED: PartItemStatus
PART_RESERVATION_STATE_UNSPECIFIED: PartReservationState
PART_RESERVATION_STATE_RESERVED: PartReservationState
PART_RESERVATION_STATE_USED: PartReservationState
PART_RESERVATION_STATE_RELEASED: PartReservationState

class PartStock(_message.Message):
    __slots__ = ("in_stock", "reserved", "available", "expired", "expiring_30_days", "expiring_60_days", "expiring_90_days", "below_min_stock")
    IN_STOCK_FIELD_NUMBER: _ClassVar[int]
    RESERVED_FIELD_NUMBER: _ClassVar[int]
    AVAILABLE_FIELD_NUMBER: _ClassVar[int]
    EXPIRED_FIELD_NUMBER: _ClassVar[int]
    EXPIRING_30_DAYS_FIELD_NUMBER: _ClassVar[int]
    EXPIRING_60_DAYS_FIELD_NUMBER: _ClassVar[int]
    EXPIRING_90_DAYS_FIELD_NUMBER: _ClassVar[int]
    BELOW_MIN_STOCK_FIELD_NUMBER: _ClassVar[int]
    in_stock: int
    reserved: int
    available: int
    expired: int
    expiring_30_days: int
    expiring_60_days: int
    expiring_90_days: int
    below_min_stock: bool
    def __init__(self, in_stock: _Optional[int] = ..., reserved: _Optional[int] = ..., available: _Optional[int] = ..., expired: _Optional[int] = ..., expiring_30_days: _Optional[int] = ..., expiring_60_days: _Optional[int] = ..., expiring_90_days: _Optional[int] = ..., below_min_stock: _Optional[bool] = ...) -> None: ...

class PartDefinition(_message.Message):
    __slots__ = ("id", "name", "part_number", "category", "min_stock", "low_stock_since", "version", "created_at", "updated_at")
    ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    PART_NUMBER_FIELD_NUMBER: _ClassVar[int]
    CATEGORY_FIELD_NUMBER: _ClassVar[int]
    MIN_STOCK_FIELD_NUMBER: _ClassVar[int]
    LOW_STOCK_SINCE_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    UPDATED_AT_FIELD_NUMBER: _ClassVar[int]
    id: str
    name: str
    part_number: str
    category: str
    min_stock: int
    low_stock_since: _timestamp_pb2.Timestamp
    version: int
    created_at: _timestamp_pb2.Timestamp
    updated_at: _timestamp_pb2.Timestamp
    def __init__(self, id: _Optional[str] = ..., name: _Optional[str] = ..., part_number: _Optional[str] = ..., category: _Optional[str] = ..., min_stock: _Optional[int] = ..., low_stock_since: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., version: _Optional[int] = ..., created_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., updated_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class StockedPartDefinition(_message.Message):
    __slots__ = ("id", "name", "part_number", "category", "min_stock", "low_stock_since", "version", "created_at", "updated_at", "stock")
    ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    PART_NUMBER_FIELD_NUMBER: _ClassVar[int]
    CATEGORY_FIELD_NUMBER: _ClassVar[int]
    MIN_STOCK_FIELD_NUMBER: _ClassVar[int]
    LOW_STOCK_SINCE_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    UPDATED_AT_FIELD_NUMBER: _ClassVar[int]
    STOCK_FIELD_NUMBER: _ClassVar[int]
    id: str
    name: str
    part_number: str
    category: str
    min_stock: int
    low_stock_since: _timestamp_pb2.Timestamp
    version: int
    created_at: _timestamp_pb2.Timestamp
    updated_at: _timestamp_pb2.Timestamp
    stock: PartStock
    def __init__(self, id: _Optional[str] = ..., name: _Optional[str] = ..., part_number: _Optional[str] = ..., category: _Optional[str] = ..., min_stock: _Optional[int] = ..., low_stock_since: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., version: _Optional[int] = ..., created_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., updated_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., stock: _Optional[_Union[PartStock, _Mapping]] = ...) -> None: ...

class PartItem(_message.Message):
    __slots__ = ("id", "part_definition_id", "serial_number", "status", "expiry_date", "expiry_notice_days", "quarantine_reason", "used_on_task_id", "used_on_aircraft_id", "used_at", "version", "created_at", "updated_at", "used_readings", "removed_on_task_id", "removed_at", "removed_readings", "removal_reason")
    ID_FIELD_NUMBER: _ClassVar[int]
    PART_DEFINITION_ID_FIELD_NUMBER: _ClassVar[int]
    SERIAL_NUMBER_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    EXPIRY_DATE_FIELD_NUMBER: _ClassVar[int]
    EXPIRY_NOTICE_DAYS_FIELD_NUMBER: _ClassVar[int]
    QUARANTINE_REASON_FIELD_NUMBER: _ClassVar[int]
    USED_ON_TASK_ID_FIELD_NUMBER: _ClassVar[int]
    USED_ON_AIRCRAFT_ID_FIELD_NUMBER: _ClassVar[int]
    USED_AT_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    UPDATED_AT_FIELD_NUMBER: _ClassVar[int]
    USED_READINGS_FIELD_NUMBER: _ClassVar[int]
    REMOVED_ON_TASK_ID_FIELD_NUMBER: _ClassVar[int]
    REMOVED_AT_FIELD_NUMBER: _ClassVar[int]
    REMOVED_READINGS_FIELD_NUMBER: _ClassVar[int]
    REMOVAL_REASON_FIELD_NUMBER: _ClassVar[int]
    id: str
    part_definition_id: str
    serial_number: str
    status: PartItemStatus
    expiry_date: _date_pb2.Date
    expiry_notice_days: int
    quarantine_reason: str
    used_on_task_id: str
    used_on_aircraft_id: str
    used_at: _timestamp_pb2.Timestamp
    version: int
    created_at: _timestamp_pb2.Timestamp
    updated_at: _timestamp_pb2.Timestamp
    used_readings: _aircraft_pb2.Readings
    removed_on_task_id: str
    removed_at: _timestamp_pb2.Timestamp
    removed_readings: _aircraft_pb2.Readings
    removal_reason: str
    def __init__(self, id: _Optional[str] = ..., part_definition_id: _Optional[str] = ..., serial_number: _Optional[str] = ..., status: _Optional[_Union[PartItemStatus, str]] = ..., expiry_date: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., expiry_notice_days: _Optional[int] = ..., quarantine_reason: _Optional[str] = ..., used_on_task_id: _Optional[str] = ..., used_on_aircraft_id: _Optional[str] = ..., used_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., version: _Optional[int] = ..., created_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., updated_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., used_readings: _Optional[_Union[_aircraft_pb2.Readings, _Mapping]] = ..., removed_on_task_id: _Optional[str] = ..., removed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., removed_readings: _Optional[_Union[_aircraft_pb2.Readings, _Mapping]] = ..., removal_reason: _Optional[str] = ...) -> None: ...

class PartReservation(_message.Message):
    __slots__ = ("id", "task_id", "part_item_id", "state", "used_at", "released_at", "version", "created_at", "updated_at")
    ID_FIELD_NUMBER: _ClassVar[int]
    TASK_ID_FIELD_NUMBER: _ClassVar[int]
    PART_ITEM_ID_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    USED_AT_FIELD_NUMBER: _ClassVar[int]
    RELEASED_AT_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    UPDATED_AT_FIELD_NUMBER: _ClassVar[int]
    id: str
    task_id: str
    part_item_id: str
    state: PartReservationState
    used_at: _timestamp_pb2.Timestamp
    released_at: _timestamp_pb2.Timestamp
    version: int
    created_at: _timestamp_pb2.Timestamp
    updated_at: _timestamp_pb2.Timestamp
    def __init__(self, id: _Optional[str] = ..., task_id: _Optional[str] = ..., part_item_id: _Optional[str] = ..., state: _Optional[_Union[PartReservationState, str]] = ..., used_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., released_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., version: _Optional[int] = ..., created_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., updated_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class TaskRef(_message.Message):
    __slots__ = ("id", "title")
    ID_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    id: str
    title: str
    def __init__(self, id: _Optional[str] = ..., title: _Optional[str] = ...) -> None: ...

class PartHistoryEntry(_message.Message):
    __slots__ = ("id", "entity_type", "entity_id", "entity_version", "action", "actor", "timestamp", "reason", "details", "task", "aircraft")
    ID_FIELD_NUMBER: _ClassVar[int]
    ENTITY_TYPE_FIELD_NUMBER: _ClassVar[int]
    ENTITY_ID_FIELD_NUMBER: _ClassVar[int]
    ENTITY_VERSION_FIELD_NUMBER: _ClassVar[int]
    ACTION_FIELD_NUMBER: _ClassVar[int]
    ACTOR_FIELD_NUMBER: _ClassVar[int]
    TIMESTAMP_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    DETAILS_FIELD_NUMBER: _ClassVar[int]
    TASK_FIELD_NUMBER: _ClassVar[int]
    AIRCRAFT_FIELD_NUMBER: _ClassVar[int]
    id: str
    entity_type: str
    entity_id: str
    entity_version: int
    action: _history_pb2.HistoryAction
    actor: _history_pb2.HistoryActor
    timestamp: _timestamp_pb2.Timestamp
    reason: str
    details: _history_pb2.HistoryDetails
    task: TaskRef
    aircraft: _aircraft_pb2.AircraftRef
    def __init__(self, id: _Optional[str] = ..., entity_type: _Optional[str] = ..., entity_id: _Optional[str] = ..., entity_version: _Optional[int] = ..., action: _Optional[_Union[_history_pb2.HistoryAction, str]] = ..., actor: _Optional[_Union[_history_pb2.HistoryActor, _Mapping]] = ..., timestamp: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., reason: _Optional[str] = ..., details: _Optional[_Union[_history_pb2.HistoryDetails, _Mapping]] = ..., task: _Optional[_Union[TaskRef, _Mapping]] = ..., aircraft: _Optional[_Union[_aircraft_pb2.AircraftRef, _Mapping]] = ...) -> None: ...
