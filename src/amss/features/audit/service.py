"""Use cases of the audit trail, which is only read: as a whole, and of one record."""

from uuid import UUID

from amss.features.audit.model import AuditQuery
from amss.features.audit.queries import AUDIT_TRAIL, HISTORY
from amss.foundation.paging import ListQuery
from amss.foundation.reading import Reader, Shown


async def search(reader: Reader, query: AuditQuery) -> Shown:
    """List what was done, the latest first."""
    return await AUDIT_TRAIL.page(reader, query)


async def search_of(reader: Reader, entity_type: str, entity_id: UUID, query: ListQuery) -> Shown:
    """List what was done to one record, the latest first; that it may be read is for the caller to see to."""
    return await HISTORY.page(reader, query, within={"entity_type": entity_type, "entity_id": entity_id})
