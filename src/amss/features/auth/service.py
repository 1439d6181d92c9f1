"""Use cases of signing in: login, refresh, logout, me, and the sessions one has."""

import hashlib
from dataclasses import replace
from datetime import datetime
from uuid import UUID

import msgspec
from msgspec import UNSET

from amss.features.auth import limits, queries, rules
from amss.features.auth.entry import Entry
from amss.features.auth.model import Candidate, HeldToken, Login, Person, RefreshToken, Tokens, Verdict
from amss.features.auth.refusals import refused
from amss.features.auth.tokens import API, REFRESH, RefreshClaims, refresh_claims
from amss.features.users import passwords
from amss.foundation.access import the_job
from amss.foundation.database import Transaction
from amss.foundation.errors import FieldError, Invalid, NotFound, Unauthenticated
from amss.foundation.ids import new_id
from amss.foundation.metrics import AUTH_EVENTS
from amss.foundation.paging import ListQuery
from amss.foundation.reading import Reader, Shown
from amss.journal.event_types import Action
from amss.journal.recorder import note

# Until the database says who it is, nobody acts.
_NOBODY_YET = the_job("sign-in")


async def login(entry: Entry, order: Login) -> Tokens:
    """Let somebody in whose password is right, once the organization is known."""
    await limits.spend_a_try(entry, order.email)
    candidates = await queries.find_candidates(entry.database, order.email, order.org)
    recognized = await _recognized(candidates, order.password)
    admitted = [candidate for candidate in recognized if rules.is_admitted(candidate)]
    if not admitted:
        causes = [refused(each, password_right=each in recognized) for each in candidates]
        entry.refused.write_down_later(entry.origin, causes)
        raise rules.AuthInvalid
    await limits.forgive_the_address(entry)
    return await _begin_session(entry, rules.choose(admitted))


async def _recognized(candidates: list[Candidate], password: str) -> list[Candidate]:
    """Return those whose password it is; where there is nobody, take as long as with somebody."""
    if not candidates:
        await passwords.is_password(password, passwords.NOBODYS_HASH)
    return [each for each in candidates if await passwords.is_password(password, each.password_hash)]


async def _begin_session(entry: Entry, user: Candidate) -> Tokens:
    async with entry.transaction(_NOBODY_YET, user.org_id) as tx:
        person = await queries.hold_person(tx, user.user_id)
        if person is None or not rules.is_admitted(person):  # changed since the password was checked
            raise rules.AuthInvalid
        tx.actor = person.actor
        family_id = new_id()
        tokens = await _issue(
            tx, entry, person, family_id, session_expires_at=tx.now + tx.settings.session_ttl, parent_id=None
        )
        await queries.mark_login(tx, person)
        await note(tx, Action.LOGIN, "session", family_id)
    AUTH_EVENTS.labels("login").inc()
    return tokens


async def refresh(entry: Entry, order: HeldToken) -> Tokens:
    """Exchange a refresh token for the next pair; one that was used before ends its session."""
    claims = refresh_claims(entry.keys, _held(order), now=entry.database.clock())
    async with entry.transaction(_NOBODY_YET, claims.org) as tx:
        tokens = await _exchange(tx, entry, claims)
    # Only now, since a session that ends must be committed before the refusal is told.
    if tokens is None:
        AUTH_EVENTS.labels("refresh_refused").inc()
        raise rules.AuthInvalid
    AUTH_EVENTS.labels("refresh").inc()
    return tokens


async def _exchange(tx: Transaction, entry: Entry, claims: RefreshClaims) -> Tokens | None:
    person = await queries.hold_person(tx, claims.sub)
    token = await queries.find_token(tx, claims.sub, _hashed(claims.jti))
    if person is None or token is None or not rules.is_admitted(person):
        return None
    tx.actor = person.actor
    verdict = rules.judge(token, successor_used=await queries.has_used_successor(tx, token), now=tx.now)
    if verdict is Verdict.REVOKE and await queries.revoke_family(tx, token.family_id):
        tx.outdated.append(person.id)
        await note(tx, Action.LOGOUT, "session", token.family_id, reason="A refresh token was used a second time.")
        AUTH_EVENTS.labels("refresh_reused").inc()
    if verdict is not Verdict.EXCHANGE:
        return None
    await queries.mark_used(tx, token)
    return await _issue(
        tx,
        entry,
        person,
        token.family_id,
        session_expires_at=token.session_expires_at,
        parent_id=token.id,
    )


async def logout(entry: Entry, order: HeldToken) -> None:
    """End the session a refresh token belongs to; ending it again changes nothing."""
    claims = refresh_claims(entry.keys, _held(order), now=entry.database.clock())
    async with entry.transaction(_NOBODY_YET, claims.org) as tx:
        person = await queries.hold_person(tx, claims.sub)
        token = await queries.find_token(tx, claims.sub, _hashed(claims.jti))
        if person is None or token is None:
            raise rules.AuthInvalid
        tx.actor = person.actor
        await _end(tx, person.id, token.family_id)
    AUTH_EVENTS.labels("logout").inc()


def _held(order: HeldToken) -> str:
    if order.refresh_token is UNSET:
        raise Invalid(errors=(FieldError("/refresh_token", "MISSING", "This field is required."),))
    return order.refresh_token


async def sessions(reader: Reader, query: ListQuery) -> Shown:
    """List where the one who asks is signed in."""
    at_home = _at_home(reader)
    current = {"current": f"t.id = '{reader.actor.session_id}'"}
    listing = replace(queries.SESSIONS, expressions={**queries.SESSIONS.expressions, **current})
    return await listing.page(at_home, query, within={"user_id": reader.actor.id})


async def end_session(tx: Transaction, session_id: UUID) -> None:
    """End one session of the one who asks; ending it again changes nothing."""
    rules.must_be_a_person(tx.actor)
    assert tx.actor.id is not None
    assert tx.actor.org_id is not None
    await tx.enter(tx.actor.org_id)
    if not await queries.is_family_of(tx, tx.actor.id, session_id):
        raise NotFound
    await queries.hold_person(tx, tx.actor.id)
    await _end(tx, tx.actor.id, session_id)


async def _end(tx: Transaction, user_id: UUID, session_id: UUID) -> None:
    if await queries.revoke_family(tx, session_id):
        tx.outdated.append(user_id)
        await note(tx, Action.LOGOUT, "session", session_id)


def _at_home(reader: Reader) -> Reader:
    """Return a reader of his own organization, also when he acts for another one."""
    rules.must_be_a_person(reader.actor)
    assert reader.actor.org_id is not None
    return msgspec.structs.replace(reader, org_id=reader.actor.org_id)


async def me(reader: Reader) -> Shown:
    """Show the one who asks, at home also when he acts for another organization."""
    shown = await queries.find_me(_at_home(reader))
    if shown is None:
        raise Unauthenticated("Your account is not active any more.")
    return shown


async def _issue(
    tx: Transaction,
    entry: Entry,
    person: Person,
    family_id: UUID,
    *,
    session_expires_at: datetime,
    parent_id: UUID | None,
) -> Tokens:
    """Make the next pair of tokens of a session."""
    jti = str(new_id())
    expires_at = min(tx.now + tx.settings.refresh_token_ttl, session_expires_at)
    await queries.add_token(
        tx,
        RefreshToken(
            id=new_id(),
            org_id=person.org_id,
            user_id=person.id,
            family_id=family_id,
            jti_hash=_hashed(jti),
            parent_id=parent_id,
            expires_at=expires_at,
            session_expires_at=session_expires_at,
            created_at=tx.now,
        ),
    )
    whose = {"sub": str(person.id), "org": str(person.org_id), "family": str(family_id)}
    lifetime = tx.settings.access_token_ttl
    return Tokens(
        access_token=entry.keys.sign(
            API, {**whose, "role": person.role.value, "name": person.name}, now=tx.now, lifetime=lifetime
        ),
        refresh_token=entry.keys.sign(
            REFRESH,
            {**whose, "jti": jti},
            now=tx.now,
            lifetime=expires_at - tx.now,
        ),
        expires_in=int(lifetime.total_seconds()),
    )


def _hashed(jti: str) -> bytes:
    return hashlib.sha256(jti.encode()).digest()
