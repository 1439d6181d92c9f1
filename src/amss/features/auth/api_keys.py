"""Use cases of API keys: load, rule, save, record."""

from uuid import UUID

import msgspec

from amss.features.auth import api_key_queries as queries
from amss.features.auth import api_key_rules as rules
from amss.features.auth import api_key_text
from amss.features.auth.api_key_model import ApiKeyCreated, ApiKeyOut, NewApiKey
from amss.foundation.database import Transaction
from amss.foundation.ids import new_id
from amss.foundation.paging import ListQuery
from amss.foundation.precondition import must_match
from amss.foundation.reading import Reader, Shown
from amss.journal.event_types import EventType
from amss.journal.recorder import record


async def create(tx: Transaction, order: NewApiKey) -> ApiKeyCreated:
    """Make a key for a program and answer its secret, this once."""
    secret = api_key_text.new_key()
    prefix = api_key_text.prefix_of(secret)
    assert prefix is not None
    key = rules.make(order, key_id=new_id(), org_id=tx.org_id, prefix=prefix, actor=tx.actor, now=tx.now)

    await queries.add(tx, key, api_key_text.hashed(secret))
    await record(tx, EventType.API_KEY_CREATED, after=key)
    shown = msgspec.convert(key, ApiKeyOut, from_attributes=True)
    return ApiKeyCreated(**msgspec.structs.asdict(shown), secret=secret)


async def revoke(tx: Transaction, key_id: UUID, *, if_match: int | None) -> None:
    """End a key; it stays in the list, since what it did stays under its name."""
    key = await queries.get_for_update(tx, key_id)
    must_match(key.version, if_match)
    revoked = rules.revoke(key, now=tx.now)

    await queries.mark_revoked(tx, revoked)
    tx.outdated.append(key.id)
    await record(tx, EventType.API_KEY_REVOKED, before=key, after=revoked)


async def search(reader: Reader, query: ListQuery) -> Shown:
    """List the keys, those that ended included."""
    return await queries.API_KEYS.page(reader, query)
