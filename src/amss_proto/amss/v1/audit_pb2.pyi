import datetime

from amss_proto.amss.v1 import history_pb2 as _history_pb2
from google.protobuf import struct_pb2 as _struct_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class AuditFileFormat(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    AUDIT_FILE_FORMAT_UNSPECIFIED: _ClassVar[AuditFileFormat]
    AUDIT_FILE_FORMAT_CSV: _ClassVar[AuditFileFormat]
    AUDIT_FILE_FORMAT_NDJSON: _ClassVar[AuditFileFormat]

class AuditFaultKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    AUDIT_FAULT_KIND_UNSPECIFIED: _ClassVar[AuditFaultKind]
    AUDIT_FAULT_KIND_ROW_ALTERED: _ClassVar[AuditFaultKind]
    AUDIT_FAULT_KIND_ROW_MISSING: _ClassVar[AuditFaultKind]
    AUDIT_FAULT_KIND_ROW_REORDERED: _ClassVar[AuditFaultKind]
    AUDIT_FAULT_KIND_ENTRY_MISSING: _ClassVar[AuditFaultKind]
    AUDIT_FAULT_KIND_ENTRIES_ALTERED: _ClassVar[AuditFaultKind]
    AUDIT_FAULT_KIND_SEAL_MISSING: _ClassVar[AuditFaultKind]
    AUDIT_FAULT_KIND_SEAL_BROKEN: _ClassVar[AuditFaultKind]
    AUDIT_FAULT_KIND_SIGNATURE_WRONG: _ClassVar[AuditFaultKind]
    AUDIT_FAULT_KIND_KEY_UNKNOWN: _ClassVar[AuditFaultKind]
    AUDIT_FAULT_KIND_GHOST: _ClassVar[AuditFaultKind]
    AUDIT_FAULT_KIND_NOT_QUEUED: _ClassVar[AuditFaultKind]
    AUDIT_FAULT_KIND_FILE_BROKEN: _ClassVar[AuditFaultKind]

class SignatureFault(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SIGNATURE_FAULT_UNSPECIFIED: _ClassVar[SignatureFault]
    SIGNATURE_FAULT_CONTENT: _ClassVar[SignatureFault]
    SIGNATURE_FAULT_HASH: _ClassVar[SignatureFault]
    SIGNATURE_FAULT_UNRECORDED: _ClassVar[SignatureFault]
    SIGNATURE_FAULT_REMOVED: _ClassVar[SignatureFault]
AUDIT_FILE_FORMAT_UNSPECIFIED: AuditFileFormat
AUDIT_FILE_FORMAT_CSV: AuditFileFormat
AUDIT_FILE_FORMAT_NDJSON: AuditFileFormat
AUDIT_FAULT_KIND_UNSPECIFIED: AuditFaultKind
AUDIT_FAULT_KIND_ROW_ALTERED: AuditFaultKind
AUDIT_FAULT_KIND_ROW_MISSING: AuditFaultKind
AUDIT_FAULT_KIND_ROW_REORDERED: AuditFaultKind
AUDIT_FAULT_KIND_ENTRY_MISSING: AuditFaultKind
AUDIT_FAULT_KIND_ENTRIES_ALTERED: AuditFaultKind
AUDIT_FAULT_KIND_SEAL_MISSING: AuditFaultKind
AUDIT_FAULT_KIND_SEAL_BROKEN: AuditFaultKind
AUDIT_FAULT_KIND_SIGNATURE_WRONG: AuditFaultKind
AUDIT_FAULT_KIND_KEY_UNKNOWN: AuditFaultKind
AUDIT_FAULT_KIND_GHOST: AuditFaultKind
AUDIT_FAULT_KIND_NOT_QUEUED: AuditFaultKind
AUDIT_FAULT_KIND_FILE_BROKEN: AuditFaultKind
SIGNATURE_FAULT_UNSPECIFIED: SignatureFault
SIGNATURE_FAULT_CONTENT: SignatureFault
SIGNATURE_FAULT_HASH: SignatureFault
SIGNATURE_FAULT_UNRECORDED: SignatureFault
SIGNATURE_FAULT_REMOVED: SignatureFault

class AuditEntry(_message.Message):
    __slots__ = ("id", "entity_type", "entity_id", "entity_version", "action", "actor", "timestamp", "reason", "details", "request_id", "ip_address")
    ID_FIELD_NUMBER: _ClassVar[int]
    ENTITY_TYPE_FIELD_NUMBER: _ClassVar[int]
    ENTITY_ID_FIELD_NUMBER: _ClassVar[int]
    ENTITY_VERSION_FIELD_NUMBER: _ClassVar[int]
    ACTION_FIELD_NUMBER: _ClassVar[int]
    ACTOR_FIELD_NUMBER: _ClassVar[int]
    TIMESTAMP_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    DETAILS_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    IP_ADDRESS_FIELD_NUMBER: _ClassVar[int]
    id: str
    entity_type: str
    entity_id: str
    entity_version: int
    action: _history_pb2.HistoryAction
    actor: _history_pb2.HistoryActor
    timestamp: _timestamp_pb2.Timestamp
    reason: str
    details: _struct_pb2.Struct
    request_id: str
    ip_address: str
    def __init__(self, id: _Optional[str] = ..., entity_type: _Optional[str] = ..., entity_id: _Optional[str] = ..., entity_version: _Optional[int] = ..., action: _Optional[_Union[_history_pb2.HistoryAction, str]] = ..., actor: _Optional[_Union[_history_pb2.HistoryActor, _Mapping]] = ..., timestamp: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., reason: _Optional[str] = ..., details: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ..., request_id: _Optional[str] = ..., ip_address: _Optional[str] = ...) -> None: ...

class Verification(_message.Message):
    __slots__ = ("verified", "audit", "signatures")
    VERIFIED_FIELD_NUMBER: _ClassVar[int]
    AUDIT_FIELD_NUMBER: _ClassVar[int]
    SIGNATURES_FIELD_NUMBER: _ClassVar[int]
    verified: bool
    audit: AuditFindings
    signatures: SignatureFindings
    def __init__(self, verified: _Optional[bool] = ..., audit: _Optional[_Union[AuditFindings, _Mapping]] = ..., signatures: _Optional[_Union[SignatureFindings, _Mapping]] = ...) -> None: ...

class AuditFindings(_message.Message):
    __slots__ = ("rows", "seals", "unsealed", "faults")
    ROWS_FIELD_NUMBER: _ClassVar[int]
    SEALS_FIELD_NUMBER: _ClassVar[int]
    UNSEALED_FIELD_NUMBER: _ClassVar[int]
    FAULTS_FIELD_NUMBER: _ClassVar[int]
    rows: int
    seals: int
    unsealed: int
    faults: _containers.RepeatedCompositeFieldContainer[AuditFault]
    def __init__(self, rows: _Optional[int] = ..., seals: _Optional[int] = ..., unsealed: _Optional[int] = ..., faults: _Optional[_Iterable[_Union[AuditFault, _Mapping]]] = ...) -> None: ...

class AuditFault(_message.Message):
    __slots__ = ("kind", "message", "seq", "audit_log_id", "seal_id")
    KIND_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    SEQ_FIELD_NUMBER: _ClassVar[int]
    AUDIT_LOG_ID_FIELD_NUMBER: _ClassVar[int]
    SEAL_ID_FIELD_NUMBER: _ClassVar[int]
    kind: AuditFaultKind
    message: str
    seq: int
    audit_log_id: str
    seal_id: str
    def __init__(self, kind: _Optional[_Union[AuditFaultKind, str]] = ..., message: _Optional[str] = ..., seq: _Optional[int] = ..., audit_log_id: _Optional[str] = ..., seal_id: _Optional[str] = ...) -> None: ...

class SignatureFindings(_message.Message):
    __slots__ = ("items", "faults")
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    FAULTS_FIELD_NUMBER: _ClassVar[int]
    items: int
    faults: _containers.RepeatedCompositeFieldContainer[AlteredItem]
    def __init__(self, items: _Optional[int] = ..., faults: _Optional[_Iterable[_Union[AlteredItem, _Mapping]]] = ...) -> None: ...

class AlteredItem(_message.Message):
    __slots__ = ("id", "task_id", "sign_off_time", "fault", "differs")
    ID_FIELD_NUMBER: _ClassVar[int]
    TASK_ID_FIELD_NUMBER: _ClassVar[int]
    SIGN_OFF_TIME_FIELD_NUMBER: _ClassVar[int]
    FAULT_FIELD_NUMBER: _ClassVar[int]
    DIFFERS_FIELD_NUMBER: _ClassVar[int]
    id: str
    task_id: str
    sign_off_time: _timestamp_pb2.Timestamp
    fault: SignatureFault
    differs: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, id: _Optional[str] = ..., task_id: _Optional[str] = ..., sign_off_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., fault: _Optional[_Union[SignatureFault, str]] = ..., differs: _Optional[_Iterable[str]] = ...) -> None: ...
