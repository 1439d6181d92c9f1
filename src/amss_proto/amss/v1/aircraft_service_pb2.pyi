from amss_proto.amss.v1 import aircraft_pb2 as _aircraft_pb2
from amss_proto.amss.v1 import batch_pb2 as _batch_pb2
from amss_proto.amss.v1 import due_item_pb2 as _due_item_pb2
from amss_proto.amss.v1 import history_pb2 as _history_pb2
from google.protobuf import field_mask_pb2 as _field_mask_pb2
from google.type import date_pb2 as _date_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class CreateAircraftRequest(_message.Message):
    __slots__ = ("tail_number", "model", "icao_type", "manufacturer", "serial_number", "status", "grounded_reason", "capacity_slots", "in_service_on", "flight_minutes_total", "cycles_total", "counts_cycles", "planned_daily_minutes", "planned_daily_cycles")
    TAIL_NUMBER_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    ICAO_TYPE_FIELD_NUMBER: _ClassVar[int]
    MANUFACTURER_FIELD_NUMBER: _ClassVar[int]
    SERIAL_NUMBER_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    GROUNDED_REASON_FIELD_NUMBER: _ClassVar[int]
    CAPACITY_SLOTS_FIELD_NUMBER: _ClassVar[int]
    IN_SERVICE_ON_FIELD_NUMBER: _ClassVar[int]
    FLIGHT_MINUTES_TOTAL_FIELD_NUMBER: _ClassVar[int]
    CYCLES_TOTAL_FIELD_NUMBER: _ClassVar[int]
    COUNTS_CYCLES_FIELD_NUMBER: _ClassVar[int]
    PLANNED_DAILY_MINUTES_FIELD_NUMBER: _ClassVar[int]
    PLANNED_DAILY_CYCLES_FIELD_NUMBER: _ClassVar[int]
    tail_number: str
    model: str
    icao_type: str
    manufacturer: str
    serial_number: str
    status: _aircraft_pb2.AircraftStatus
    grounded_reason: str
    capacity_slots: int
    in_service_on: _date_pb2.Date
    flight_minutes_total: int
    cycles_total: int
    counts_cycles: bool
    planned_daily_minutes: float
    planned_daily_cycles: float
    def __init__(self, tail_number: _Optional[str] = ..., model: _Optional[str] = ..., icao_type: _Optional[str] = ..., manufacturer: _Optional[str] = ..., serial_number: _Optional[str] = ..., status: _Optional[_Union[_aircraft_pb2.AircraftStatus, str]] = ..., grounded_reason: _Optional[str] = ..., capacity_slots: _Optional[int] = ..., in_service_on: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., flight_minutes_total: _Optional[int] = ..., cycles_total: _Optional[int] = ..., counts_cycles: _Optional[bool] = ..., planned_daily_minutes: _Optional[float] = ..., planned_daily_cycles: _Optional[float] = ...) -> None: ...

class CreateAircraftResponse(_message.Message):
    __slots__ = ("aircraft",)
    AIRCRAFT_FIELD_NUMBER: _ClassVar[int]
    aircraft: _aircraft_pb2.Aircraft
    def __init__(self, aircraft: _Optional[_Union[_aircraft_pb2.Aircraft, _Mapping]] = ...) -> None: ...

class GetAircraftRequest(_message.Message):
    __slots__ = ("aircraft_id",)
    AIRCRAFT_ID_FIELD_NUMBER: _ClassVar[int]
    aircraft_id: str
    def __init__(self, aircraft_id: _Optional[str] = ...) -> None: ...

class GetAircraftResponse(_message.Message):
    __slots__ = ("aircraft",)
    AIRCRAFT_FIELD_NUMBER: _ClassVar[int]
    aircraft: _aircraft_pb2.Aircraft
    def __init__(self, aircraft: _Optional[_Union[_aircraft_pb2.Aircraft, _Mapping]] = ...) -> None: ...

class ListAircraftRequest(_message.Message):
    __slots__ = ("limit", "cursor", "sort", "count", "tail_number", "status", "model", "icao_type", "q")
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    CURSOR_FIELD_NUMBER: _ClassVar[int]
    SORT_FIELD_NUMBER: _ClassVar[int]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    TAIL_NUMBER_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    ICAO_TYPE_FIELD_NUMBER: _ClassVar[int]
    Q_FIELD_NUMBER: _ClassVar[int]
    limit: int
    cursor: str
    sort: str
    count: bool
    tail_number: str
    status: _aircraft_pb2.AircraftStatus
    model: str
    icao_type: str
    q: str
    def __init__(self, limit: _Optional[int] = ..., cursor: _Optional[str] = ..., sort: _Optional[str] = ..., count: _Optional[bool] = ..., tail_number: _Optional[str] = ..., status: _Optional[_Union[_aircraft_pb2.AircraftStatus, str]] = ..., model: _Optional[str] = ..., icao_type: _Optional[str] = ..., q: _Optional[str] = ...) -> None: ...

class ListAircraftResponse(_message.Message):
    __slots__ = ("items", "next_cursor", "total")
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    NEXT_CURSOR_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[_aircraft_pb2.Aircraft]
    next_cursor: str
    total: int
    def __init__(self, items: _Optional[_Iterable[_Union[_aircraft_pb2.Aircraft, _Mapping]]] = ..., next_cursor: _Optional[str] = ..., total: _Optional[int] = ...) -> None: ...

class UpdateAircraftRequest(_message.Message):
    __slots__ = ("aircraft_id", "update_mask", "expected_version", "tail_number", "model", "icao_type", "manufacturer", "serial_number", "capacity_slots", "in_service_on", "counts_cycles", "planned_daily_minutes", "planned_daily_cycles")
    AIRCRAFT_ID_FIELD_NUMBER: _ClassVar[int]
    UPDATE_MASK_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSION_FIELD_NUMBER: _ClassVar[int]
    TAIL_NUMBER_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    ICAO_TYPE_FIELD_NUMBER: _ClassVar[int]
    MANUFACTURER_FIELD_NUMBER: _ClassVar[int]
    SERIAL_NUMBER_FIELD_NUMBER: _ClassVar[int]
    CAPACITY_SLOTS_FIELD_NUMBER: _ClassVar[int]
    IN_SERVICE_ON_FIELD_NUMBER: _ClassVar[int]
    COUNTS_CYCLES_FIELD_NUMBER: _ClassVar[int]
    PLANNED_DAILY_MINUTES_FIELD_NUMBER: _ClassVar[int]
    PLANNED_DAILY_CYCLES_FIELD_NUMBER: _ClassVar[int]
    aircraft_id: str
    update_mask: _field_mask_pb2.FieldMask
    expected_version: int
    tail_number: str
    model: str
    icao_type: str
    manufacturer: str
    serial_number: str
    capacity_slots: int
    in_service_on: _date_pb2.Date
    counts_cycles: bool
    planned_daily_minutes: float
    planned_daily_cycles: float
    def __init__(self, aircraft_id: _Optional[str] = ..., update_mask: _Optional[_Union[_field_mask_pb2.FieldMask, _Mapping]] = ..., expected_version: _Optional[int] = ..., tail_number: _Optional[str] = ..., model: _Optional[str] = ..., icao_type: _Optional[str] = ..., manufacturer: _Optional[str] = ..., serial_number: _Optional[str] = ..., capacity_slots: _Optional[int] = ..., in_service_on: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., counts_cycles: _Optional[bool] = ..., planned_daily_minutes: _Optional[float] = ..., planned_daily_cycles: _Optional[float] = ...) -> None: ...

class UpdateAircraftResponse(_message.Message):
    __slots__ = ("aircraft",)
    AIRCRAFT_FIELD_NUMBER: _ClassVar[int]
    aircraft: _aircraft_pb2.Aircraft
    def __init__(self, aircraft: _Optional[_Union[_aircraft_pb2.Aircraft, _Mapping]] = ...) -> None: ...

class DeleteAircraftRequest(_message.Message):
    __slots__ = ("aircraft_id", "expected_version")
    AIRCRAFT_ID_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSION_FIELD_NUMBER: _ClassVar[int]
    aircraft_id: str
    expected_version: int
    def __init__(self, aircraft_id: _Optional[str] = ..., expected_version: _Optional[int] = ...) -> None: ...

class DeleteAircraftResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GroundAircraftRequest(_message.Message):
    __slots__ = ("aircraft_id", "reason", "expected_version")
    AIRCRAFT_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSION_FIELD_NUMBER: _ClassVar[int]
    aircraft_id: str
    reason: str
    expected_version: int
    def __init__(self, aircraft_id: _Optional[str] = ..., reason: _Optional[str] = ..., expected_version: _Optional[int] = ...) -> None: ...

class GroundAircraftResponse(_message.Message):
    __slots__ = ("aircraft",)
    AIRCRAFT_FIELD_NUMBER: _ClassVar[int]
    aircraft: _aircraft_pb2.Aircraft
    def __init__(self, aircraft: _Optional[_Union[_aircraft_pb2.Aircraft, _Mapping]] = ...) -> None: ...

class ReleaseAircraftRequest(_message.Message):
    __slots__ = ("aircraft_id", "reason", "expected_version")
    AIRCRAFT_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSION_FIELD_NUMBER: _ClassVar[int]
    aircraft_id: str
    reason: str
    expected_version: int
    def __init__(self, aircraft_id: _Optional[str] = ..., reason: _Optional[str] = ..., expected_version: _Optional[int] = ...) -> None: ...

class ReleaseAircraftResponse(_message.Message):
    __slots__ = ("aircraft",)
    AIRCRAFT_FIELD_NUMBER: _ClassVar[int]
    aircraft: _aircraft_pb2.Aircraft
    def __init__(self, aircraft: _Optional[_Union[_aircraft_pb2.Aircraft, _Mapping]] = ...) -> None: ...

class RetireAircraftRequest(_message.Message):
    __slots__ = ("aircraft_id", "reason", "expected_version")
    AIRCRAFT_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSION_FIELD_NUMBER: _ClassVar[int]
    aircraft_id: str
    reason: str
    expected_version: int
    def __init__(self, aircraft_id: _Optional[str] = ..., reason: _Optional[str] = ..., expected_version: _Optional[int] = ...) -> None: ...

class RetireAircraftResponse(_message.Message):
    __slots__ = ("aircraft",)
    AIRCRAFT_FIELD_NUMBER: _ClassVar[int]
    aircraft: _aircraft_pb2.Aircraft
    def __init__(self, aircraft: _Optional[_Union[_aircraft_pb2.Aircraft, _Mapping]] = ...) -> None: ...

class RecordUtilizationRequest(_message.Message):
    __slots__ = ("aircraft_id", "flown_on", "flight_minutes", "cycles", "external_id", "confirm_unusual")
    AIRCRAFT_ID_FIELD_NUMBER: _ClassVar[int]
    FLOWN_ON_FIELD_NUMBER: _ClassVar[int]
    FLIGHT_MINUTES_FIELD_NUMBER: _ClassVar[int]
    CYCLES_FIELD_NUMBER: _ClassVar[int]
    EXTERNAL_ID_FIELD_NUMBER: _ClassVar[int]
    CONFIRM_UNUSUAL_FIELD_NUMBER: _ClassVar[int]
    aircraft_id: str
    flown_on: _date_pb2.Date
    flight_minutes: int
    cycles: int
    external_id: str
    confirm_unusual: bool
    def __init__(self, aircraft_id: _Optional[str] = ..., flown_on: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., flight_minutes: _Optional[int] = ..., cycles: _Optional[int] = ..., external_id: _Optional[str] = ..., confirm_unusual: _Optional[bool] = ...) -> None: ...

class RecordUtilizationResponse(_message.Message):
    __slots__ = ("entry",)
    ENTRY_FIELD_NUMBER: _ClassVar[int]
    entry: _aircraft_pb2.UtilizationEntry
    def __init__(self, entry: _Optional[_Union[_aircraft_pb2.UtilizationEntry, _Mapping]] = ...) -> None: ...

class BatchRecordUtilizationRequest(_message.Message):
    __slots__ = ("items",)
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[FleetUtilization]
    def __init__(self, items: _Optional[_Iterable[_Union[FleetUtilization, _Mapping]]] = ...) -> None: ...

class FleetUtilization(_message.Message):
    __slots__ = ("aircraft_id", "tail_number", "flown_on", "flight_minutes", "cycles", "external_id", "confirm_unusual")
    AIRCRAFT_ID_FIELD_NUMBER: _ClassVar[int]
    TAIL_NUMBER_FIELD_NUMBER: _ClassVar[int]
    FLOWN_ON_FIELD_NUMBER: _ClassVar[int]
    FLIGHT_MINUTES_FIELD_NUMBER: _ClassVar[int]
    CYCLES_FIELD_NUMBER: _ClassVar[int]
    EXTERNAL_ID_FIELD_NUMBER: _ClassVar[int]
    CONFIRM_UNUSUAL_FIELD_NUMBER: _ClassVar[int]
    aircraft_id: str
    tail_number: str
    flown_on: _date_pb2.Date
    flight_minutes: int
    cycles: int
    external_id: str
    confirm_unusual: bool
    def __init__(self, aircraft_id: _Optional[str] = ..., tail_number: _Optional[str] = ..., flown_on: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., flight_minutes: _Optional[int] = ..., cycles: _Optional[int] = ..., external_id: _Optional[str] = ..., confirm_unusual: _Optional[bool] = ...) -> None: ...

class BatchRecordUtilizationResponse(_message.Message):
    __slots__ = ("results",)
    RESULTS_FIELD_NUMBER: _ClassVar[int]
    results: _containers.RepeatedCompositeFieldContainer[_batch_pb2.BatchResult]
    def __init__(self, results: _Optional[_Iterable[_Union[_batch_pb2.BatchResult, _Mapping]]] = ...) -> None: ...

class ListUtilizationRequest(_message.Message):
    __slots__ = ("aircraft_id", "limit", "cursor", "sort", "count", "to")
    AIRCRAFT_ID_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    CURSOR_FIELD_NUMBER: _ClassVar[int]
    SORT_FIELD_NUMBER: _ClassVar[int]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    FROM_FIELD_NUMBER: _ClassVar[int]
    TO_FIELD_NUMBER: _ClassVar[int]
    aircraft_id: str
    limit: int
    cursor: str
    sort: str
    count: bool
    to: _date_pb2.Date
    def __init__(self, aircraft_id: _Optional[str] = ..., limit: _Optional[int] = ..., cursor: _Optional[str] = ..., sort: _Optional[str] = ..., count: _Optional[bool] = ..., to: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., **kwargs) -> None: ...

class ListUtilizationResponse(_message.Message):
    __slots__ = ("items", "next_cursor", "total")
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    NEXT_CURSOR_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[_aircraft_pb2.UtilizationEntry]
    next_cursor: str
    total: int
    def __init__(self, items: _Optional[_Iterable[_Union[_aircraft_pb2.UtilizationEntry, _Mapping]]] = ..., next_cursor: _Optional[str] = ..., total: _Optional[int] = ...) -> None: ...

class ListAircraftDueItemsRequest(_message.Message):
    __slots__ = ("aircraft_id", "limit", "cursor", "sort", "count", "status", "unplanned", "needs_confirmation")
    AIRCRAFT_ID_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    CURSOR_FIELD_NUMBER: _ClassVar[int]
    SORT_FIELD_NUMBER: _ClassVar[int]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    UNPLANNED_FIELD_NUMBER: _ClassVar[int]
    NEEDS_CONFIRMATION_FIELD_NUMBER: _ClassVar[int]
    aircraft_id: str
    limit: int
    cursor: str
    sort: str
    count: bool
    status: _due_item_pb2.DueStatus
    unplanned: bool
    needs_confirmation: bool
    def __init__(self, aircraft_id: _Optional[str] = ..., limit: _Optional[int] = ..., cursor: _Optional[str] = ..., sort: _Optional[str] = ..., count: _Optional[bool] = ..., status: _Optional[_Union[_due_item_pb2.DueStatus, str]] = ..., unplanned: _Optional[bool] = ..., needs_confirmation: _Optional[bool] = ...) -> None: ...

class ListAircraftDueItemsResponse(_message.Message):
    __slots__ = ("items", "next_cursor", "total")
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    NEXT_CURSOR_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[_due_item_pb2.DueItem]
    next_cursor: str
    total: int
    def __init__(self, items: _Optional[_Iterable[_Union[_due_item_pb2.DueItem, _Mapping]]] = ..., next_cursor: _Optional[str] = ..., total: _Optional[int] = ...) -> None: ...

class ListAircraftHistoryRequest(_message.Message):
    __slots__ = ("aircraft_id", "limit", "cursor", "sort", "count")
    AIRCRAFT_ID_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    CURSOR_FIELD_NUMBER: _ClassVar[int]
    SORT_FIELD_NUMBER: _ClassVar[int]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    aircraft_id: str
    limit: int
    cursor: str
    sort: str
    count: bool
    def __init__(self, aircraft_id: _Optional[str] = ..., limit: _Optional[int] = ..., cursor: _Optional[str] = ..., sort: _Optional[str] = ..., count: _Optional[bool] = ...) -> None: ...

class ListAircraftHistoryResponse(_message.Message):
    __slots__ = ("items", "next_cursor", "total")
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    NEXT_CURSOR_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[_history_pb2.HistoryEntry]
    next_cursor: str
    total: int
    def __init__(self, items: _Optional[_Iterable[_Union[_history_pb2.HistoryEntry, _Mapping]]] = ..., next_cursor: _Optional[str] = ..., total: _Optional[int] = ...) -> None: ...
