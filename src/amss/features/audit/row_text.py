"""An audit row as text, whose SHA-256 is its hash: the JSON object that exports carry, byte for byte.

Whoever has an export hashes the bytes that stand in it, and needs to rebuild nothing.
"""


def _text(column: str) -> str:
    return f"coalesce(to_json({column})::text, 'null')"


def _id(column: str) -> str:
    return f"""coalesce('"' || {column} || '"', 'null')"""


# Of the row `t`. Every hash that was ever sealed stands on it: it is never changed. Another form would be another
# format, beside this one, and would begin with a seal that says so.
ROW_TEXT = f"""concat(
    '{{"org_id":"', t.org_id,
    '","id":"', t.id,
    '","timestamp":', rtrim(to_json(t.timestamp AT TIME ZONE 'UTC')::text, '"'),
    'Z","action":"', t.action,
    '","entity_type":', to_json(t.entity_type),
    ',"entity_id":', {_id("t.entity_id")},
    ',"entity_version":', coalesce(t.entity_version::text, 'null'),
    ',"actor":{{"kind":"', t.actor_kind,
    '","id":', {_id("coalesce(t.user_id, t.api_key_id)")},
    ',"org_id":', {_id("t.actor_org_id")},
    ',"name":', to_json(t.actor_name),
    '}},"reason":', {_text("t.reason")},
    ',"request_id":', {_text("t.request_id")},
    ',"ip_address":', {_text("abbrev(t.ip_address)")},
    ',"user_agent":', {_text("t.user_agent")},
    ',"details":', t.details,
    '}}'
)"""

ROW_HASH = f"sha256(convert_to({ROW_TEXT}, 'UTF8'))"
