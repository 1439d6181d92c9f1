import datetime

from amss_proto.amss.v1 import audit_pb2 as _audit_pb2
from amss_proto.amss.v1 import history_pb2 as _history_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ListAuditLogsRequest(_message.Message):
    __slots__ = ("limit", "cursor", "sort", "count", "entity_type", "entity_id", "user_id", "action", "to")
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    CURSOR_FIELD_NUMBER: _ClassVar[int]
    SORT_FIELD_NUMBER: _ClassVar[int]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    ENTITY_TYPE_FIELD_NUMBER: _ClassVar[int]
    ENTITY_ID_FIELD_NUMBER: _ClassVar[int]
    USER_ID_FIELD_NUMBER: _ClassVar[int]
    ACTION_FIELD_NUMBER: _ClassVar[int]
    FROM_FIELD_NUMBER: _ClassVar[int]
    TO_FIELD_NUMBER: _ClassVar[int]
    limit: int
    cursor: str
    sort: str
    count: bool
    entity_type: str
    entity_id: str
    user_id: str
    action: _history_pb2.HistoryAction
    to: _timestamp_pb2.Timestamp
    def __init__(self, limit: _Optional[int] = ..., cursor: _Optional[str] = ..., sort: _Optional[str] = ..., count: _Optional[bool] = ..., entity_type: _Optional[str] = ..., entity_id: _Optional[str] = ..., user_id: _Optional[str] = ..., action: _Optional[_Union[_history_pb2.HistoryAction, str]] = ..., to: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., **kwargs) -> None: ...

class ListAuditLogsResponse(_message.Message):
    __slots__ = ("items", "next_cursor", "total")
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    NEXT_CURSOR_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[_audit_pb2.AuditEntry]
    next_cursor: str
    total: int
    def __init__(self, items: _Optional[_Iterable[_Union[_audit_pb2.AuditEntry, _Mapping]]] = ..., next_cursor: _Optional[str] = ..., total: _Optional[int] = ...) -> None: ...

class VerifyAuditLogsRequest(_message.Message):
    __slots__ = ("to",)
    FROM_FIELD_NUMBER: _ClassVar[int]
    TO_FIELD_NUMBER: _ClassVar[int]
    to: _timestamp_pb2.Timestamp
    def __init__(self, to: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., **kwargs) -> None: ...

class VerifyAuditLogsResponse(_message.Message):
    __slots__ = ("verification",)
    VERIFICATION_FIELD_NUMBER: _ClassVar[int]
    verification: _audit_pb2.Verification
    def __init__(self, verification: _Optional[_Union[_audit_pb2.Verification, _Mapping]] = ...) -> None: ...

class ExportAuditLogsRequest(_message.Message):
    __slots__ = ("format", "entity_type", "entity_id", "user_id", "action", "to")
    FORMAT_FIELD_NUMBER: _ClassVar[int]
    ENTITY_TYPE_FIELD_NUMBER: _ClassVar[int]
    ENTITY_ID_FIELD_NUMBER: _ClassVar[int]
    USER_ID_FIELD_NUMBER: _ClassVar[int]
    ACTION_FIELD_NUMBER: _ClassVar[int]
    FROM_FIELD_NUMBER: _ClassVar[int]
    TO_FIELD_NUMBER: _ClassVar[int]
    format: _audit_pb2.AuditFileFormat
    entity_type: str
    entity_id: str
    user_id: str
    action: _history_pb2.HistoryAction
    to: _timestamp_pb2.Timestamp
    def __init__(self, format: _Optional[_Union[_audit_pb2.AuditFileFormat, str]] = ..., entity_type: _Optional[str] = ..., entity_id: _Optional[str] = ..., user_id: _Optional[str] = ..., action: _Optional[_Union[_history_pb2.HistoryAction, str]] = ..., to: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., **kwargs) -> None: ...

class ExportAuditLogsResponse(_message.Message):
    __slots__ = ("file_name", "media_type", "part")
    FILE_NAME_FIELD_NUMBER: _ClassVar[int]
    MEDIA_TYPE_FIELD_NUMBER: _ClassVar[int]
    PART_FIELD_NUMBER: _ClassVar[int]
    file_name: str
    media_type: str
    part: bytes
    def __init__(self, file_name: _Optional[str] = ..., media_type: _Optional[str] = ..., part: _Optional[bytes] = ...) -> None: ...
