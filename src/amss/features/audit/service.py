"""The one use case of the audit trail so far: reading it."""

from amss.features.audit.model import AuditQuery
from amss.features.audit.queries import AUDIT_TRAIL
from amss.foundation.reading import Reader, Shown


async def search(reader: Reader, query: AuditQuery) -> Shown:
    """List what was done, the latest first."""
    return await AUDIT_TRAIL.page(reader, query)
