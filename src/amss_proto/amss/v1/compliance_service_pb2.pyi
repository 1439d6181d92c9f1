from amss_proto.amss.v1 import compliance_pb2 as _compliance_pb2
from amss_proto.amss.v1 import task_pb2 as _task_pb2
from google.protobuf import field_mask_pb2 as _field_mask_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class CreateComplianceItemRequest(_message.Message):
    __slots__ = ("task_id", "description", "regulatory_ref", "supersedes_id", "reason")
    TASK_ID_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    REGULATORY_REF_FIELD_NUMBER: _ClassVar[int]
    SUPERSEDES_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    task_id: str
    description: str
    regulatory_ref: str
    supersedes_id: str
    reason: str
    def __init__(self, task_id: _Optional[str] = ..., description: _Optional[str] = ..., regulatory_ref: _Optional[str] = ..., supersedes_id: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class CreateComplianceItemResponse(_message.Message):
    __slots__ = ("compliance_item",)
    COMPLIANCE_ITEM_FIELD_NUMBER: _ClassVar[int]
    compliance_item: _compliance_pb2.ComplianceItem
    def __init__(self, compliance_item: _Optional[_Union[_compliance_pb2.ComplianceItem, _Mapping]] = ...) -> None: ...

class GetComplianceItemRequest(_message.Message):
    __slots__ = ("compliance_item_id",)
    COMPLIANCE_ITEM_ID_FIELD_NUMBER: _ClassVar[int]
    compliance_item_id: str
    def __init__(self, compliance_item_id: _Optional[str] = ...) -> None: ...

class GetComplianceItemResponse(_message.Message):
    __slots__ = ("compliance_item",)
    COMPLIANCE_ITEM_FIELD_NUMBER: _ClassVar[int]
    compliance_item: _compliance_pb2.ComplianceItem
    def __init__(self, compliance_item: _Optional[_Union[_compliance_pb2.ComplianceItem, _Mapping]] = ...) -> None: ...

class ListComplianceItemsRequest(_message.Message):
    __slots__ = ("limit", "cursor", "sort", "count", "task_id", "aircraft_id", "result", "signed")
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    CURSOR_FIELD_NUMBER: _ClassVar[int]
    SORT_FIELD_NUMBER: _ClassVar[int]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    TASK_ID_FIELD_NUMBER: _ClassVar[int]
    AIRCRAFT_ID_FIELD_NUMBER: _ClassVar[int]
    RESULT_FIELD_NUMBER: _ClassVar[int]
    SIGNED_FIELD_NUMBER: _ClassVar[int]
    limit: int
    cursor: str
    sort: str
    count: bool
    task_id: str
    aircraft_id: str
    result: _task_pb2.ComplianceResult
    signed: bool
    def __init__(self, limit: _Optional[int] = ..., cursor: _Optional[str] = ..., sort: _Optional[str] = ..., count: _Optional[bool] = ..., task_id: _Optional[str] = ..., aircraft_id: _Optional[str] = ..., result: _Optional[_Union[_task_pb2.ComplianceResult, str]] = ..., signed: _Optional[bool] = ...) -> None: ...

class ListComplianceItemsResponse(_message.Message):
    __slots__ = ("items", "next_cursor", "total")
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    NEXT_CURSOR_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[_compliance_pb2.ComplianceItem]
    next_cursor: str
    total: int
    def __init__(self, items: _Optional[_Iterable[_Union[_compliance_pb2.ComplianceItem, _Mapping]]] = ..., next_cursor: _Optional[str] = ..., total: _Optional[int] = ...) -> None: ...

class UpdateComplianceItemRequest(_message.Message):
    __slots__ = ("compliance_item_id", "expected_version", "update_mask", "description", "regulatory_ref", "reason")
    COMPLIANCE_ITEM_ID_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSION_FIELD_NUMBER: _ClassVar[int]
    UPDATE_MASK_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    REGULATORY_REF_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    compliance_item_id: str
    expected_version: int
    update_mask: _field_mask_pb2.FieldMask
    description: str
    regulatory_ref: str
    reason: str
    def __init__(self, compliance_item_id: _Optional[str] = ..., expected_version: _Optional[int] = ..., update_mask: _Optional[_Union[_field_mask_pb2.FieldMask, _Mapping]] = ..., description: _Optional[str] = ..., regulatory_ref: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class UpdateComplianceItemResponse(_message.Message):
    __slots__ = ("compliance_item",)
    COMPLIANCE_ITEM_FIELD_NUMBER: _ClassVar[int]
    compliance_item: _compliance_pb2.ComplianceItem
    def __init__(self, compliance_item: _Optional[_Union[_compliance_pb2.ComplianceItem, _Mapping]] = ...) -> None: ...

class DeleteComplianceItemRequest(_message.Message):
    __slots__ = ("compliance_item_id", "expected_version")
    COMPLIANCE_ITEM_ID_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSION_FIELD_NUMBER: _ClassVar[int]
    compliance_item_id: str
    expected_version: int
    def __init__(self, compliance_item_id: _Optional[str] = ..., expected_version: _Optional[int] = ...) -> None: ...

class DeleteComplianceItemResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class SignOffRequest(_message.Message):
    __slots__ = ("compliance_item_id", "expected_version", "result", "notes", "password", "reauth_token")
    COMPLIANCE_ITEM_ID_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSION_FIELD_NUMBER: _ClassVar[int]
    RESULT_FIELD_NUMBER: _ClassVar[int]
    NOTES_FIELD_NUMBER: _ClassVar[int]
    PASSWORD_FIELD_NUMBER: _ClassVar[int]
    REAUTH_TOKEN_FIELD_NUMBER: _ClassVar[int]
    compliance_item_id: str
    expected_version: int
    result: _compliance_pb2.SignedResult
    notes: str
    password: str
    reauth_token: str
    def __init__(self, compliance_item_id: _Optional[str] = ..., expected_version: _Optional[int] = ..., result: _Optional[_Union[_compliance_pb2.SignedResult, str]] = ..., notes: _Optional[str] = ..., password: _Optional[str] = ..., reauth_token: _Optional[str] = ...) -> None: ...

class SignOffResponse(_message.Message):
    __slots__ = ("compliance_item",)
    COMPLIANCE_ITEM_FIELD_NUMBER: _ClassVar[int]
    compliance_item: _compliance_pb2.ComplianceItem
    def __init__(self, compliance_item: _Optional[_Union[_compliance_pb2.ComplianceItem, _Mapping]] = ...) -> None: ...
