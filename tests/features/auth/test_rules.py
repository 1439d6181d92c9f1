"""Who is let in, and what a refresh token is still good for."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from amss.features.auth import rules
from amss.features.auth.model import Candidate, RefreshToken, Standing, Verdict
from amss.features.organizations.model import OrganizationStatus
from amss.foundation.access import Role
from amss.foundation.errors import Unauthenticated
from amss.foundation.ids import new_id

NOW = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def a_token(**given: Any) -> RefreshToken:
    facts: dict[str, Any] = {
        "expires_at": NOW + timedelta(days=7),
        "session_expires_at": NOW + timedelta(days=30),
        "created_at": NOW - timedelta(minutes=15),
        **given,
    }
    return RefreshToken(id=new_id(), org_id=new_id(), user_id=new_id(), family_id=new_id(), jti_hash=b"hash", **facts)


def a_candidate(**given: Any) -> Candidate:
    facts: dict[str, Any] = {"org_slug": "highland", "org_status": OrganizationStatus.ACTIVE, "active": True, **given}
    return Candidate(org_id=new_id(), user_id=new_id(), password_hash="hash", **facts)


@pytest.mark.parametrize(
    ("token", "successor_used", "verdict"),
    [
        (a_token(), False, Verdict.EXCHANGE),
        (a_token(used_at=NOW - 10 * SECOND), False, Verdict.EXCHANGE),
        (a_token(used_at=NOW - 11 * SECOND), False, Verdict.REVOKE),
        (a_token(used_at=NOW - SECOND), True, Verdict.REVOKE),
        (a_token(revoked_at=NOW - SECOND), False, Verdict.REFUSE),
        (a_token(revoked_at=NOW - SECOND, used_at=NOW - timedelta(hours=1)), True, Verdict.REFUSE),
        (a_token(expires_at=NOW), False, Verdict.REFUSE),
        (a_token(session_expires_at=NOW), False, Verdict.REFUSE),
    ],
)
def test_a_refresh_token_is_good_once_and_ten_seconds_more(
    token: RefreshToken, *, successor_used: bool, verdict: Verdict
) -> None:
    assert rules.judge(token, successor_used=successor_used, now=NOW) is verdict


def test_the_inactive_and_the_suspended_are_not_admitted() -> None:
    assert rules.is_admitted(a_candidate())
    assert not rules.is_admitted(a_candidate(active=False))
    assert not rules.is_admitted(a_candidate(org_status=OrganizationStatus.SUSPENDED))


def test_one_is_chosen_and_several_are_asked() -> None:
    here, there = a_candidate(), a_candidate(org_slug="lowland")

    assert rules.choose([here]) is here
    with pytest.raises(rules.OrgRequired) as asked:
        rules.choose([here, there])
    assert [reason.message for reason in asked.value.reasons] == ["highland", "lowland"]
    with pytest.raises(rules.AuthInvalid):
        rules.choose([])


def a_standing(**given: Any) -> Standing:
    facts: dict[str, Any] = {
        "role": Role.MECHANIC,
        "active": True,
        "org_status": OrganizationStatus.ACTIVE,
        "must_change_password": False,
        "tokens_valid_from": None,
        "session_ended": False,
        "api_rate_limit_per_min": 6000,
        **given,
    }
    return Standing(**facts)


ISSUED = int(NOW.timestamp())


@pytest.mark.parametrize(
    "good",
    [
        a_standing(),
        a_standing(must_change_password=True),
        a_standing(tokens_valid_from=NOW),
        # A token tells whole seconds: one made in the second of the change may have been made after it.
        a_standing(tokens_valid_from=NOW + 0.9 * SECOND),
    ],
)
def test_a_token_whose_holder_is_still_what_it_says_is_taken(good: Standing) -> None:
    assert rules.must_still_stand(good, role=Role.MECHANIC, issued_at=ISSUED) is good


@pytest.mark.parametrize(
    "changed",
    [
        None,
        a_standing(active=False),
        a_standing(org_status=OrganizationStatus.SUSPENDED),
        a_standing(role=Role.TENANT_ADMIN),
        a_standing(session_ended=True),
        a_standing(tokens_valid_from=NOW + SECOND),
    ],
)
def test_a_token_whose_holder_is_not_any_more_what_it_says_is_refused(changed: Standing | None) -> None:
    with pytest.raises(Unauthenticated):
        rules.must_still_stand(changed, role=Role.MECHANIC, issued_at=ISSUED)
