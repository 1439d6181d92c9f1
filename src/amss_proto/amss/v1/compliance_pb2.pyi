import datetime

from amss_proto.amss.v1 import aircraft_pb2 as _aircraft_pb2
from amss_proto.amss.v1 import role_pb2 as _role_pb2
from amss_proto.amss.v1 import task_pb2 as _task_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class SignedResult(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SIGNED_RESULT_UNSPECIFIED: _ClassVar[SignedResult]
    SIGNED_RESULT_PASS: _ClassVar[SignedResult]
    SIGNED_RESULT_FAIL: _ClassVar[SignedResult]
    SIGNED_RESULT_NOT_APPLICABLE: _ClassVar[SignedResult]
SIGNED_RESULT_UNSPECIFIED: SignedResult
SIGNED_RESULT_PASS: SignedResult
SIGNED_RESULT_FAIL: SignedResult
SIGNED_RESULT_NOT_APPLICABLE: SignedResult

class ComplianceItem(_message.Message):
    __slots__ = ("id", "task_id", "aircraft_id", "position", "description", "regulatory_ref", "from_program", "result", "notes", "sign_off_user_id", "sign_off_time", "signer_name", "signer_role", "signer_licence_number", "readings", "snapshot_hash", "supersedes_id", "reason", "version", "created_at", "updated_at", "signer_licence_kind")
    ID_FIELD_NUMBER: _ClassVar[int]
    TASK_ID_FIELD_NUMBER: _ClassVar[int]
    AIRCRAFT_ID_FIELD_NUMBER: _ClassVar[int]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    REGULATORY_REF_FIELD_NUMBER: _ClassVar[int]
    FROM_PROGRAM_FIELD_NUMBER: _ClassVar[int]
    RESULT_FIELD_NUMBER: _ClassVar[int]
    NOTES_FIELD_NUMBER: _ClassVar[int]
    SIGN_OFF_USER_ID_FIELD_NUMBER: _ClassVar[int]
    SIGN_OFF_TIME_FIELD_NUMBER: _ClassVar[int]
    SIGNER_NAME_FIELD_NUMBER: _ClassVar[int]
    SIGNER_ROLE_FIELD_NUMBER: _ClassVar[int]
    SIGNER_LICENCE_NUMBER_FIELD_NUMBER: _ClassVar[int]
    READINGS_FIELD_NUMBER: _ClassVar[int]
    SNAPSHOT_HASH_FIELD_NUMBER: _ClassVar[int]
    SUPERSEDES_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    UPDATED_AT_FIELD_NUMBER: _ClassVar[int]
    SIGNER_LICENCE_KIND_FIELD_NUMBER: _ClassVar[int]
    id: str
    task_id: str
    aircraft_id: str
    position: int
    description: str
    regulatory_ref: str
    from_program: bool
    result: _task_pb2.ComplianceResult
    notes: str
    sign_off_user_id: str
    sign_off_time: _timestamp_pb2.Timestamp
    signer_name: str
    signer_role: _role_pb2.Role
    signer_licence_number: str
    readings: _aircraft_pb2.Readings
    snapshot_hash: str
    supersedes_id: str
    reason: str
    version: int
    created_at: _timestamp_pb2.Timestamp
    updated_at: _timestamp_pb2.Timestamp
    signer_licence_kind: str
    def __init__(self, id: _Optional[str] = ..., task_id: _Optional[str] = ..., aircraft_id: _Optional[str] = ..., position: _Optional[int] = ..., description: _Optional[str] = ..., regulatory_ref: _Optional[str] = ..., from_program: _Optional[bool] = ..., result: _Optional[_Union[_task_pb2.ComplianceResult, str]] = ..., notes: _Optional[str] = ..., sign_off_user_id: _Optional[str] = ..., sign_off_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., signer_name: _Optional[str] = ..., signer_role: _Optional[_Union[_role_pb2.Role, str]] = ..., signer_licence_number: _Optional[str] = ..., readings: _Optional[_Union[_aircraft_pb2.Readings, _Mapping]] = ..., snapshot_hash: _Optional[str] = ..., supersedes_id: _Optional[str] = ..., reason: _Optional[str] = ..., version: _Optional[int] = ..., created_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., updated_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., signer_licence_kind: _Optional[str] = ...) -> None: ...
