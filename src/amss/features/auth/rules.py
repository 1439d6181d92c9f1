"""Who is let in, and what a refresh token is still good for. No I/O: every fact arrives as an argument."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from amss.features.auth.model import Candidate, PendingReset, Person, RefreshToken, Standing, Verdict
from amss.features.organizations.model import OrganizationStatus
from amss.foundation.access import Actor, ActorKind, Role
from amss.foundation.errors import Conflict, FieldError, Forbidden, Invalid, Reason, Unauthenticated

RESET_CODE_LIFETIME = timedelta(hours=24)
PROOF_LIFETIME = timedelta(minutes=5)
# Two tabs of one browser may refresh at the same moment; the second is no thief.
SIBLING_WITHIN = timedelta(seconds=10)


class AuthInvalid(Unauthenticated):
    """What was shown lets nobody in; the answer is the same whatever is wrong with it."""

    code = "AUTH_INVALID"
    sentence = "Signing in failed: the credentials are not valid. Check them, or sign in again."


class OrgRequired(Conflict):
    """The e-mail and the password are right in several organizations."""

    code = "ORG_REQUIRED"

    def __init__(self, admitted: Sequence[Candidate]) -> None:
        """Name the organizations to choose from."""
        super().__init__(
            "You belong to several organizations. Send `org` with the one you mean.",
            reasons=tuple(
                Reason("ORGANIZATION", candidate.org_slug, (str(candidate.org_id),)) for candidate in admitted
            ),
        )


class ReauthFailed(Forbidden):
    """The password, or the proof that it was just given, is not right."""

    code = "REAUTH_FAILED"
    sentence = "This is not your password, or your proof of it is older than five minutes."


class PasswordChangeRequired(Forbidden):
    """A forced change of the password is due; until then nothing else is done."""

    code = "PASSWORD_CHANGE_REQUIRED"
    sentence = "Change your password first: POST /auth/password."


class PersonsOnly(Forbidden):
    """An API key has no account, no password and no sessions."""

    sentence = "An API key is no person: it has no account, no password and no sessions."


def is_admitted(user: Candidate | Person | PendingReset) -> bool:
    """Tell whether somebody may sign in, his credentials being right."""
    return user.active and user.org_status is OrganizationStatus.ACTIVE


def choose(admitted: Sequence[Candidate]) -> Candidate:
    """Return the one user who signs in."""
    if not admitted:
        raise AuthInvalid
    if len(admitted) > 1:
        raise OrgRequired(admitted)
    return admitted[0]


def judge(token: RefreshToken, *, successor_used: bool, now: datetime) -> Verdict:
    """Say what becomes of a token; `successor_used` says that one it was exchanged for has been used already."""
    if token.revoked_at is not None or now >= min(token.expires_at, token.session_expires_at):
        return Verdict.REFUSE
    if token.used_at is None:
        return Verdict.EXCHANGE
    if successor_used or now - token.used_at > SIBLING_WITHIN:
        return Verdict.REVOKE
    return Verdict.EXCHANGE


def must_still_stand(standing: Standing | None, *, role: Role, issued_at: int) -> Standing:
    """Return what is known of a token's holder; refuse one whose role or session is not any more what it says."""
    if (
        standing is None
        or not standing.active
        or standing.org_status is not OrganizationStatus.ACTIVE
        or standing.role is not role
        or standing.session_ended
        or _is_outdated(issued_at, standing.tokens_valid_from)
    ):
        raise Unauthenticated("Your account, your role or this session has changed. Refresh, or sign in again.")
    return standing


def _is_outdated(issued_at: int, valid_from: datetime | None) -> bool:
    # Tokens tell time in whole seconds: one made right after the change must not count as made before it.
    return valid_from is not None and issued_at < int(valid_from.timestamp())


def must_be_a_person(actor: Actor) -> None:
    """Refuse an API key where the way in of a person is meant."""
    if actor.kind is not ActorKind.USER:
        raise PersonsOnly


def must_be_another_password(current: str, new: str) -> None:
    """Refuse to change a password into itself."""
    if current == new:
        message = "This is the password you already have."
        raise Invalid(errors=(FieldError("/new_password", "UNCHANGED", message),))
