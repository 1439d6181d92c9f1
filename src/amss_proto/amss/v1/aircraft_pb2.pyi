import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.type import date_pb2 as _date_pb2
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class AircraftStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    AIRCRAFT_STATUS_UNSPECIFIED: _ClassVar[AircraftStatus]
    AIRCRAFT_STATUS_OPERATIONAL: _ClassVar[AircraftStatus]
    AIRCRAFT_STATUS_MAINTENANCE: _ClassVar[AircraftStatus]
    AIRCRAFT_STATUS_GROUNDED: _ClassVar[AircraftStatus]
    AIRCRAFT_STATUS_RETIRED: _ClassVar[AircraftStatus]

class UtilizationSource(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    UTILIZATION_SOURCE_UNSPECIFIED: _ClassVar[UtilizationSource]
    UTILIZATION_SOURCE_MANUAL: _ClassVar[UtilizationSource]
    UTILIZATION_SOURCE_IMPORT: _ClassVar[UtilizationSource]
    UTILIZATION_SOURCE_API: _ClassVar[UtilizationSource]
AIRCRAFT_STATUS_UNSPECIFIED: AircraftStatus
AIRCRAFT_STATUS_OPERATIONAL: AircraftStatus
AIRCRAFT_STATUS_MAINTENANCE: AircraftStatus
AIRCRAFT_STATUS_GROUNDED: AircraftStatus
AIRCRAFT_STATUS_RETIRED: AircraftStatus
UTILIZATION_SOURCE_UNSPECIFIED: UtilizationSource
UTILIZATION_SOURCE_MANUAL: UtilizationSource
UTILIZATION_SOURCE_IMPORT: UtilizationSource
UTILIZATION_SOURCE_API: UtilizationSource

class AircraftRef(_message.Message):
    __slots__ = ("id", "tail_number")
    ID_FIELD_NUMBER: _ClassVar[int]
    TAIL_NUMBER_FIELD_NUMBER: _ClassVar[int]
    id: str
    tail_number: str
    def __init__(self, id: _Optional[str] = ..., tail_number: _Optional[str] = ...) -> None: ...

class Aircraft(_message.Message):
    __slots__ = ("id", "tail_number", "status", "model", "icao_type", "manufacturer", "serial_number", "capacity_slots", "in_service_on", "opening_flight_minutes", "opening_cycles", "flight_minutes_total", "cycles_total", "counts_cycles", "planned_daily_minutes", "planned_daily_cycles", "last_maintenance", "next_due", "grounded_reason", "version", "created_at", "updated_at")
    ID_FIELD_NUMBER: _ClassVar[int]
    TAIL_NUMBER_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    ICAO_TYPE_FIELD_NUMBER: _ClassVar[int]
    MANUFACTURER_FIELD_NUMBER: _ClassVar[int]
    SERIAL_NUMBER_FIELD_NUMBER: _ClassVar[int]
    CAPACITY_SLOTS_FIELD_NUMBER: _ClassVar[int]
    IN_SERVICE_ON_FIELD_NUMBER: _ClassVar[int]
    OPENING_FLIGHT_MINUTES_FIELD_NUMBER: _ClassVar[int]
    OPENING_CYCLES_FIELD_NUMBER: _ClassVar[int]
    FLIGHT_MINUTES_TOTAL_FIELD_NUMBER: _ClassVar[int]
    CYCLES_TOTAL_FIELD_NUMBER: _ClassVar[int]
    COUNTS_CYCLES_FIELD_NUMBER: _ClassVar[int]
    PLANNED_DAILY_MINUTES_FIELD_NUMBER: _ClassVar[int]
    PLANNED_DAILY_CYCLES_FIELD_NUMBER: _ClassVar[int]
    LAST_MAINTENANCE_FIELD_NUMBER: _ClassVar[int]
    NEXT_DUE_FIELD_NUMBER: _ClassVar[int]
    GROUNDED_REASON_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    UPDATED_AT_FIELD_NUMBER: _ClassVar[int]
    id: str
    tail_number: str
    status: AircraftStatus
    model: str
    icao_type: str
    manufacturer: str
    serial_number: str
    capacity_slots: int
    in_service_on: _date_pb2.Date
    opening_flight_minutes: int
    opening_cycles: int
    flight_minutes_total: int
    cycles_total: int
    counts_cycles: bool
    planned_daily_minutes: float
    planned_daily_cycles: float
    last_maintenance: _timestamp_pb2.Timestamp
    next_due: _date_pb2.Date
    grounded_reason: str
    version: int
    created_at: _timestamp_pb2.Timestamp
    updated_at: _timestamp_pb2.Timestamp
    def __init__(self, id: _Optional[str] = ..., tail_number: _Optional[str] = ..., status: _Optional[_Union[AircraftStatus, str]] = ..., model: _Optional[str] = ..., icao_type: _Optional[str] = ..., manufacturer: _Optional[str] = ..., serial_number: _Optional[str] = ..., capacity_slots: _Optional[int] = ..., in_service_on: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., opening_flight_minutes: _Optional[int] = ..., opening_cycles: _Optional[int] = ..., flight_minutes_total: _Optional[int] = ..., cycles_total: _Optional[int] = ..., counts_cycles: _Optional[bool] = ..., planned_daily_minutes: _Optional[float] = ..., planned_daily_cycles: _Optional[float] = ..., last_maintenance: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., next_due: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., grounded_reason: _Optional[str] = ..., version: _Optional[int] = ..., created_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., updated_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class Readings(_message.Message):
    __slots__ = ("flight_minutes", "cycles")
    FLIGHT_MINUTES_FIELD_NUMBER: _ClassVar[int]
    CYCLES_FIELD_NUMBER: _ClassVar[int]
    flight_minutes: int
    cycles: int
    def __init__(self, flight_minutes: _Optional[int] = ..., cycles: _Optional[int] = ...) -> None: ...

class UtilizationEntry(_message.Message):
    __slots__ = ("id", "aircraft_id", "flown_on", "flight_minutes", "cycles", "source", "external_id", "reverses_id", "reversed_by_id", "created_at")
    ID_FIELD_NUMBER: _ClassVar[int]
    AIRCRAFT_ID_FIELD_NUMBER: _ClassVar[int]
    FLOWN_ON_FIELD_NUMBER: _ClassVar[int]
    FLIGHT_MINUTES_FIELD_NUMBER: _ClassVar[int]
    CYCLES_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    EXTERNAL_ID_FIELD_NUMBER: _ClassVar[int]
    REVERSES_ID_FIELD_NUMBER: _ClassVar[int]
    REVERSED_BY_ID_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    id: str
    aircraft_id: str
    flown_on: _date_pb2.Date
    flight_minutes: int
    cycles: int
    source: UtilizationSource
    external_id: str
    reverses_id: str
    reversed_by_id: str
    created_at: _timestamp_pb2.Timestamp
    def __init__(self, id: _Optional[str] = ..., aircraft_id: _Optional[str] = ..., flown_on: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., flight_minutes: _Optional[int] = ..., cycles: _Optional[int] = ..., source: _Optional[_Union[UtilizationSource, str]] = ..., external_id: _Optional[str] = ..., reverses_id: _Optional[str] = ..., reversed_by_id: _Optional[str] = ..., created_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...
