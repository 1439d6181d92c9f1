"""The audit trail in SQL."""

from dataclasses import replace

from amss.features.audit.model import AuditEntryOut, HistoryEntryOut
from amss.foundation.reading import Listing

AUDIT_TRAIL = Listing(
    shows=AuditEntryOut,
    source="audit_logs t WHERE t.org_id = tenant.org::uuid",
    expressions={
        "actor": (
            "json_build_object('kind', t.actor_kind, 'id', coalesce(t.user_id, t.api_key_id), "
            "'org_id', t.actor_org_id, 'name', t.actor_name)"
        ),
        "ip_address": "host(t.ip_address)",
        "details": """'{"before": null, "after": null}'::jsonb || t.details""",
    },
    filters={
        "entity_type": "t.entity_type = {}",
        "entity_id": "t.entity_id = {}",
        "user_id": "t.user_id = {}",
        "action": "t.action = {}",
        "since": "t.timestamp >= {}",
        "until": "t.timestamp < {}",
    },
    sorts={"timestamp": ("t.timestamp", "timestamptz")},
    default_sort="-timestamp",
    versioned=False,
)

HISTORY = replace(AUDIT_TRAIL, shows=HistoryEntryOut)
