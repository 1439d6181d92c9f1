"""An entry of the audit trail as it is shown, and how the trail is searched."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

import msgspec
from msgspec import Meta

from amss.foundation.access import ActorKind
from amss.foundation.paging import ListQuery
from amss.foundation.shapes import Moment
from amss.journal.event_types import Action

EntityType = Annotated[str, Meta(pattern=r"^[a-z-]{1,50}$(?!\n)", examples=["maintenance-task"])]


class AuditActor(msgspec.Struct, frozen=True):
    """Who did it, under the name he, the key or the job had at that moment.

    `org_id` is a person's own organization: another one when an admin acted for this one.
    """

    kind: ActorKind
    id: UUID | None
    org_id: UUID | None
    name: str


class AuditDetails(msgspec.Struct, frozen=True):
    """The fields that changed, before and after; null where there was nothing before, or is nothing after.

    A sign-in or a refusal may note more beside them.
    """

    before: dict[str, Any] | None
    after: dict[str, Any] | None


class HistoryEntryOut(msgspec.Struct, frozen=True, kw_only=True):
    """One change of a record, for everybody who may read it: who, what, when, why, before and after."""

    id: UUID
    entity_type: str
    entity_id: UUID | None
    entity_version: int | None
    action: Action
    actor: AuditActor
    timestamp: datetime
    reason: str | None
    details: AuditDetails


class AuditEntryOut(HistoryEntryOut, frozen=True, kw_only=True):
    """One change, and from where it came, which is for overseers only."""

    request_id: str | None
    ip_address: str | None


class AuditQuery(ListQuery, kw_only=True, forbid_unknown_fields=True):
    """How the trail can be filtered; `from` is inclusive, `to` is not."""

    entity_type: EntityType | None = None
    entity_id: UUID | None = None
    user_id: UUID | None = None
    action: Action | None = None
    since: Moment | None = msgspec.field(default=None, name="from")
    until: Moment | None = msgspec.field(default=None, name="to")


class AuditFileFormat(StrEnum):
    """What a file of the trail is written in: for a spreadsheet, or to be verified."""

    CSV = "csv"
    NDJSON = "ndjson"


class AuditExportQuery(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """How the trail can be filtered for a file: as in the list."""

    format: AuditFileFormat = AuditFileFormat.CSV
    entity_type: EntityType | None = None
    entity_id: UUID | None = None
    user_id: UUID | None = None
    action: Action | None = None
    since: Moment | None = msgspec.field(default=None, name="from")
    until: Moment | None = msgspec.field(default=None, name="to")
