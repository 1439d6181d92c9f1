"""Refusals as rich gRPC statuses: the one place where a kind of refusal meets a status code.

What a problem body says over REST, google.rpc's details say here (AIP-193): ErrorInfo with the same code,
BadRequest for fields, PreconditionFailure for reasons, RetryInfo, RequestInfo.
"""

from collections.abc import Iterator

from google.protobuf.any_pb2 import Any as Packed
from google.protobuf.duration_pb2 import Duration
from google.protobuf.message import Message
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo, PreconditionFailure, RequestInfo, RetryInfo
from google.rpc.status_pb2 import Status
from grpc import StatusCode

from amss.foundation import errors
from amss.server.idempotency import IdempotencyInProgress

CODES: dict[type[errors.Refusal], StatusCode] = {
    errors.Malformed: StatusCode.INVALID_ARGUMENT,
    errors.Invalid: StatusCode.INVALID_ARGUMENT,
    errors.Unauthenticated: StatusCode.UNAUTHENTICATED,
    errors.Forbidden: StatusCode.PERMISSION_DENIED,
    errors.NotFound: StatusCode.NOT_FOUND,
    errors.MethodNotAllowed: StatusCode.UNIMPLEMENTED,
    errors.Conflict: StatusCode.FAILED_PRECONDITION,
    errors.Duplicate: StatusCode.ALREADY_EXISTS,
    # ABORTED asks the caller to begin again, from what he does now or from reading the record.
    IdempotencyInProgress: StatusCode.ABORTED,
    errors.PreconditionFailed: StatusCode.ABORTED,
    errors.PreconditionRequired: StatusCode.FAILED_PRECONDITION,
    errors.TooLarge: StatusCode.RESOURCE_EXHAUSTED,
    errors.RateLimited: StatusCode.RESOURCE_EXHAUSTED,
    errors.Unavailable: StatusCode.UNAVAILABLE,
}

DOMAIN = "amss"


def code_of(refusal: type[errors.Refusal]) -> StatusCode:
    """Return the status code of a kind of refusal: its own, or that of the kind it refines."""
    return next((CODES[kind] for kind in refusal.__mro__ if kind in CODES), StatusCode.INTERNAL)


def status_of(refusal: errors.Refusal, request_id: str) -> Status:
    """Return the status that tells a refusal."""
    details = (_packed(detail) for detail in _details(refusal, request_id))
    return Status(code=_number(code_of(type(refusal))), message=refusal.detail, details=details)


def internal_status(request_id: str) -> Status:
    """Return the answer to a crash: nothing of the inside, only the request id."""
    return status_of(errors.Refusal(), request_id)


def unknown_method_status(name: str, request_id: str) -> Status:
    """Return the answer to a call of what does not exist."""
    return Status(
        code=_number(StatusCode.UNIMPLEMENTED),
        message=f"There is no method {name} here.",
        details=(_packed(RequestInfo(request_id=request_id)),),
    )


def _details(refusal: errors.Refusal, request_id: str) -> Iterator[Message]:
    yield ErrorInfo(reason=refusal.code, domain=DOMAIN)
    yield RequestInfo(request_id=request_id)
    if refusal.errors:
        yield BadRequest(
            field_violations=[
                BadRequest.FieldViolation(field=_field_path(each.pointer), reason=each.code, description=each.message)
                for each in refusal.errors
            ]
        )
    if refusal.reasons:
        yield PreconditionFailure(
            violations=[
                PreconditionFailure.Violation(type=each.code, subject=",".join(each.ids), description=each.message)
                for each in refusal.reasons
            ]
        )
    if refusal.retry_after is not None:
        yield RetryInfo(retry_delay=Duration(seconds=refusal.retry_after))


def _field_path(pointer: str) -> str:
    """Return `readings.cycles` for the JSON pointer `/readings/cycles`."""
    return pointer.removeprefix("/").replace("/", ".")


def _packed(detail: Message) -> Packed:
    packed = Packed()
    packed.Pack(detail)
    return packed


def _number(code: StatusCode) -> int:
    return code.value[0]
