"""Use cases of passwords: changing one's own, proving it again, and setting a new one by a one-time code."""

import base64
import hashlib
import secrets
from uuid import UUID

from amss.features.auth import limits, queries, rules
from amss.features.auth.entry import Entry
from amss.features.auth.model import (
    Account,
    PasswordChange,
    PasswordReset,
    Reauthenticated,
    Reauthentication,
    ResetCode,
)
from amss.features.auth.refusals import RefusedSignIn
from amss.features.auth.tokens import REAUTH, must_prove
from amss.features.users import passwords
from amss.features.users import queries as user_queries
from amss.features.users import rules as user_rules
from amss.foundation.access import Actor, the_job
from amss.foundation.database import Transaction
from amss.foundation.errors import FieldError, Invalid
from amss.foundation.metrics import AUTH_EVENTS
from amss.foundation.reading import Reader
from amss.journal.event_types import Action
from amss.journal.recorder import note

# Until the code says who it is, nobody acts.
_WHOEVER_HAS_THE_CODE = the_job("password-reset")
# 125 random bits, in letters and digits that cannot be mistaken for one another.
_CODE_BYTES = 16
_CODE_LETTERS = 25


async def change_password(entry: Entry, order: PasswordChange) -> None:
    """Change one's own password; every session ends but the one that asks, which goes on by a refresh."""
    actor, user_id, org_id = _person(entry)
    rules.must_be_another_password(order.current_password, order.new_password)
    passwords.must_be_uncommon(order.new_password, pointer="/new_password")
    account = await _proven(entry, order.current_password)
    new_hash = await passwords.hash_password(order.new_password)
    async with entry.transaction(actor, org_id) as tx:
        if not await queries.replace_password(tx, user_id, old_hash=account.password_hash, new_hash=new_hash):
            raise rules.ReauthFailed
        await _end_sessions(tx, user_id, but=actor.session_id)
        await note(tx, Action.UPDATE, "user", user_id, reason="The password was changed.")
    AUTH_EVENTS.labels("password_changed").inc()


async def reauthenticate(entry: Entry, order: Reauthentication) -> Reauthenticated:
    """Answer a proof that the one who is signed in has just given his password."""
    actor, user_id, org_id = _person(entry)
    await _proven(entry, order.password)
    AUTH_EVENTS.labels("reauthenticated").inc()
    whose = {"sub": str(user_id), "org": str(org_id), "family": str(actor.session_id)}
    return Reauthenticated(
        reauth_token=entry.keys.sign(REAUTH, whose, now=entry.database.clock(), lifetime=rules.PROOF_LIFETIME),
        expires_in=int(rules.PROOF_LIFETIME.total_seconds()),
    )


async def must_be_proven(entry: Entry, *, password: str | None, reauth_token: str | None) -> None:
    """Refuse with `ReauthFailed` whoever does not prove, in one of the two ways, that he has given his password."""
    actor, user_id, _ = _person(entry)
    if (password is None) == (reauth_token is None):
        message = "Send your password, or a reauth_token (POST /auth/reauthenticate), and not both."
        raise Invalid(errors=(FieldError("/password", "MISSING", message),))
    if password is not None:
        await _proven(entry, password)
    elif reauth_token is not None:
        now = entry.database.clock()
        must_prove(entry.keys, reauth_token, user_id=user_id, session_id=actor.session_id, now=now)


async def ask_for_reset(tx: Transaction, user_id: UUID) -> ResetCode:
    """Answer a code, this once, by which somebody sets a new password; the old one and all sessions end."""
    user = await user_queries.get_for_update(tx, user_id)
    user_rules.must_be_allowed_to_manage(tx.actor, user)
    if user.id == tx.actor.id:
        raise user_rules.OwnAccount("Change your own password: POST /auth/password.")
    code = _new_code()
    expires_at = tx.now + rules.RESET_CODE_LIFETIME

    await queries.open_reset(
        tx, user.id, code_hash=_hashed(code), expires_at=expires_at, password_hash=passwords.NOBODYS_HASH
    )
    await _end_sessions(tx, user.id)
    await note(tx, Action.UPDATE, "user", user.id, reason="A new password was asked for.")
    return ResetCode(code=code, expires_at=expires_at)


async def reset_password(entry: Entry, order: PasswordReset) -> None:
    """Set a new password by a one-time code; whatever is wrong with the code, the answer is the same."""
    passwords.must_be_uncommon(order.new_password, pointer="/new_password")
    await limits.spend_a_try_from_here(entry)
    code_hash = _hashed(order.code)
    pending = await queries.find_reset(entry.database, code_hash)
    if pending is None or not rules.is_admitted(pending) or pending.expires_at <= entry.database.clock():
        AUTH_EVENTS.labels("reset_refused").inc()
        raise rules.AuthInvalid
    password_hash = await passwords.hash_password(order.new_password)
    async with entry.transaction(_WHOEVER_HAS_THE_CODE, pending.org_id) as tx:
        person = await queries.hold_person(tx, pending.user_id)
        if person is None or not rules.is_admitted(person):
            raise rules.AuthInvalid
        tx.actor = person.actor
        if not await queries.redeem_reset(tx, person.id, code_hash=code_hash, password_hash=password_hash):
            raise rules.AuthInvalid  # somebody was faster with it
        await _end_sessions(tx, person.id)
        await note(tx, Action.UPDATE, "user", person.id, reason="The password was set by a one-time code.")
    await limits.forgive_the_address(entry)
    AUTH_EVENTS.labels("password_reset").inc()


def _person(entry: Entry) -> tuple[Actor, UUID, UUID]:
    """Return who is signed in, his id and his organization's, whichever one he acts for."""
    actor = entry.actor
    assert actor is not None
    rules.must_be_a_person(actor)
    assert actor.id is not None
    assert actor.org_id is not None
    return actor, actor.id, actor.org_id


async def _proven(entry: Entry, password: str) -> Account:
    """Return the account of the one who is signed in and knows its password, or refuse with `ReauthFailed`."""
    actor, user_id, org_id = _person(entry)
    account = await queries.find_account(Reader(entry.database, actor, org_id, entry.origin))
    if account is None:
        raise rules.ReauthFailed
    await limits.spend_a_try(entry, account.email)
    if not await passwords.is_password(password, account.password_hash):
        entry.refused.write_down_later(entry.origin, [RefusedSignIn(org_id, user_id)])
        raise rules.ReauthFailed
    await limits.forgive(entry, account.email)
    return account


async def _end_sessions(tx: Transaction, user_id: UUID, *, but: UUID | None = None) -> None:
    await user_queries.end_sessions(tx, user_id, but=but)
    tx.outdated.append(user_id)


def _new_code() -> str:
    """Return a code as people read it out: five groups of five."""
    letters = base64.b32encode(secrets.token_bytes(_CODE_BYTES)).decode()[:_CODE_LETTERS]
    return "-".join(letters[at : at + 5] for at in range(0, _CODE_LETTERS, 5))


def _hashed(code: str) -> bytes:
    """Return what is kept of a code; people may write it in small letters and without the dashes."""
    plain = "".join(char for char in code.upper() if char.isalnum())
    return hashlib.sha256(plain.encode()).digest()
