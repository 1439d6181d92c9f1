import datetime

from amss_proto.amss.v1 import history_pb2 as _history_pb2
from amss_proto.amss.v1 import permission_pb2 as _permission_pb2
from google.protobuf import struct_pb2 as _struct_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class CloudEvent(_message.Message):
    __slots__ = ("specversion", "id", "source", "type", "subject", "time", "datacontenttype", "sequence", "orgid", "requestid", "traceparent", "data")
    SPECVERSION_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    TIME_FIELD_NUMBER: _ClassVar[int]
    DATACONTENTTYPE_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    ORGID_FIELD_NUMBER: _ClassVar[int]
    REQUESTID_FIELD_NUMBER: _ClassVar[int]
    TRACEPARENT_FIELD_NUMBER: _ClassVar[int]
    DATA_FIELD_NUMBER: _ClassVar[int]
    specversion: str
    id: str
    source: str
    type: str
    subject: str
    time: _timestamp_pb2.Timestamp
    datacontenttype: str
    sequence: str
    orgid: str
    requestid: str
    traceparent: str
    data: _struct_pb2.Struct
    def __init__(self, specversion: _Optional[str] = ..., id: _Optional[str] = ..., source: _Optional[str] = ..., type: _Optional[str] = ..., subject: _Optional[str] = ..., time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., datacontenttype: _Optional[str] = ..., sequence: _Optional[str] = ..., orgid: _Optional[str] = ..., requestid: _Optional[str] = ..., traceparent: _Optional[str] = ..., data: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ...) -> None: ...

class FedCloudEvent(_message.Message):
    __slots__ = ("specversion", "id", "source", "type", "subject", "time", "datacontenttype", "sequence", "orgid", "requestid", "traceparent", "data", "feedposition")
    SPECVERSION_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    TIME_FIELD_NUMBER: _ClassVar[int]
    DATACONTENTTYPE_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    ORGID_FIELD_NUMBER: _ClassVar[int]
    REQUESTID_FIELD_NUMBER: _ClassVar[int]
    TRACEPARENT_FIELD_NUMBER: _ClassVar[int]
    DATA_FIELD_NUMBER: _ClassVar[int]
    FEEDPOSITION_FIELD_NUMBER: _ClassVar[int]
    specversion: str
    id: str
    source: str
    type: str
    subject: str
    time: _timestamp_pb2.Timestamp
    datacontenttype: str
    sequence: str
    orgid: str
    requestid: str
    traceparent: str
    data: _struct_pb2.Struct
    feedposition: int
    def __init__(self, specversion: _Optional[str] = ..., id: _Optional[str] = ..., source: _Optional[str] = ..., type: _Optional[str] = ..., subject: _Optional[str] = ..., time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., datacontenttype: _Optional[str] = ..., sequence: _Optional[str] = ..., orgid: _Optional[str] = ..., requestid: _Optional[str] = ..., traceparent: _Optional[str] = ..., data: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ..., feedposition: _Optional[int] = ...) -> None: ...

class FeedPart(_message.Message):
    __slots__ = ("items", "next_after", "at_end")
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    NEXT_AFTER_FIELD_NUMBER: _ClassVar[int]
    AT_END_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[FedCloudEvent]
    next_after: int
    at_end: bool
    def __init__(self, items: _Optional[_Iterable[_Union[FedCloudEvent, _Mapping]]] = ..., next_after: _Optional[int] = ..., at_end: _Optional[bool] = ...) -> None: ...

class EventTypes(_message.Message):
    __slots__ = ("items",)
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[EventType]
    def __init__(self, items: _Optional[_Iterable[_Union[EventType, _Mapping]]] = ...) -> None: ...

class EventType(_message.Message):
    __slots__ = ("type", "action", "permission", "data")
    TYPE_FIELD_NUMBER: _ClassVar[int]
    ACTION_FIELD_NUMBER: _ClassVar[int]
    PERMISSION_FIELD_NUMBER: _ClassVar[int]
    DATA_FIELD_NUMBER: _ClassVar[int]
    type: str
    action: _history_pb2.HistoryAction
    permission: _permission_pb2.Permission
    data: _struct_pb2.Struct
    def __init__(self, type: _Optional[str] = ..., action: _Optional[_Union[_history_pb2.HistoryAction, str]] = ..., permission: _Optional[_Union[_permission_pb2.Permission, str]] = ..., data: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ...) -> None: ...
