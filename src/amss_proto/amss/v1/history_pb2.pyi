import datetime

from google.protobuf import struct_pb2 as _struct_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class HistoryAction(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    HISTORY_ACTION_UNSPECIFIED: _ClassVar[HistoryAction]
    HISTORY_ACTION_CREATE: _ClassVar[HistoryAction]
    HISTORY_ACTION_UPDATE: _ClassVar[HistoryAction]
    HISTORY_ACTION_DELETE: _ClassVar[HistoryAction]
    HISTORY_ACTION_STATE_CHANGE: _ClassVar[HistoryAction]
    HISTORY_ACTION_SIGN_OFF: _ClassVar[HistoryAction]
    HISTORY_ACTION_LOGIN: _ClassVar[HistoryAction]
    HISTORY_ACTION_LOGOUT: _ClassVar[HistoryAction]
    HISTORY_ACTION_LOGIN_FAILED: _ClassVar[HistoryAction]
    HISTORY_ACTION_DENIED: _ClassVar[HistoryAction]
    HISTORY_ACTION_EXPORT: _ClassVar[HistoryAction]
    HISTORY_ACTION_APPROVE: _ClassVar[HistoryAction]
    HISTORY_ACTION_REJECT: _ClassVar[HistoryAction]
    HISTORY_ACTION_RESTORE: _ClassVar[HistoryAction]
    HISTORY_ACTION_VERIFY: _ClassVar[HistoryAction]

class ActorKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ACTOR_KIND_UNSPECIFIED: _ClassVar[ActorKind]
    ACTOR_KIND_USER: _ClassVar[ActorKind]
    ACTOR_KIND_API_KEY: _ClassVar[ActorKind]
    ACTOR_KIND_SYSTEM: _ClassVar[ActorKind]
HISTORY_ACTION_UNSPECIFIED: HistoryAction
HISTORY_ACTION_CREATE: HistoryAction
HISTORY_ACTION_UPDATE: HistoryAction
HISTORY_ACTION_DELETE: HistoryAction
HISTORY_ACTION_STATE_CHANGE: HistoryAction
HISTORY_ACTION_SIGN_OFF: HistoryAction
HISTORY_ACTION_LOGIN: HistoryAction
HISTORY_ACTION_LOGOUT: HistoryAction
HISTORY_ACTION_LOGIN_FAILED: HistoryAction
HISTORY_ACTION_DENIED: HistoryAction
HISTORY_ACTION_EXPORT: HistoryAction
HISTORY_ACTION_APPROVE: HistoryAction
HISTORY_ACTION_REJECT: HistoryAction
HISTORY_ACTION_RESTORE: HistoryAction
HISTORY_ACTION_VERIFY: HistoryAction
ACTOR_KIND_UNSPECIFIED: ActorKind
ACTOR_KIND_USER: ActorKind
ACTOR_KIND_API_KEY: ActorKind
ACTOR_KIND_SYSTEM: ActorKind

class HistoryActor(_message.Message):
    __slots__ = ("kind", "id", "org_id", "name")
    KIND_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    ORG_ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    kind: ActorKind
    id: str
    org_id: str
    name: str
    def __init__(self, kind: _Optional[_Union[ActorKind, str]] = ..., id: _Optional[str] = ..., org_id: _Optional[str] = ..., name: _Optional[str] = ...) -> None: ...

class HistoryDetails(_message.Message):
    __slots__ = ("before", "after")
    BEFORE_FIELD_NUMBER: _ClassVar[int]
    AFTER_FIELD_NUMBER: _ClassVar[int]
    before: _struct_pb2.Struct
    after: _struct_pb2.Struct
    def __init__(self, before: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ..., after: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ...) -> None: ...

class HistoryEntry(_message.Message):
    __slots__ = ("id", "entity_type", "entity_id", "entity_version", "action", "actor", "timestamp", "reason", "details")
    ID_FIELD_NUMBER: _ClassVar[int]
    ENTITY_TYPE_FIELD_NUMBER: _ClassVar[int]
    ENTITY_ID_FIELD_NUMBER: _ClassVar[int]
    ENTITY_VERSION_FIELD_NUMBER: _ClassVar[int]
    ACTION_FIELD_NUMBER: _ClassVar[int]
    ACTOR_FIELD_NUMBER: _ClassVar[int]
    TIMESTAMP_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    DETAILS_FIELD_NUMBER: _ClassVar[int]
    id: str
    entity_type: str
    entity_id: str
    entity_version: int
    action: HistoryAction
    actor: HistoryActor
    timestamp: _timestamp_pb2.Timestamp
    reason: str
    details: HistoryDetails
    def __init__(self, id: _Optional[str] = ..., entity_type: _Optional[str] = ..., entity_id: _Optional[str] = ..., entity_version: _Optional[int] = ..., action: _Optional[_Union[HistoryAction, str]] = ..., actor: _Optional[_Union[HistoryActor, _Mapping]] = ..., timestamp: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., reason: _Optional[str] = ..., details: _Optional[_Union[HistoryDetails, _Mapping]] = ...) -> None: ...
