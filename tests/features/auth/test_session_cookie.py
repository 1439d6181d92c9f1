"""The session by cookie: the refresh token never meets the page's scripts."""

import dataclasses
from datetime import timedelta
from http.cookies import Morsel, SimpleCookie
from typing import Any

import msgspec
import pytest

from amss.foundation.settings import AppEnv
from builders.front_door import Reply
from builders.installation import Installation
from builders.sign_in import SignIn, a_door_at
from builders.tenants import PASSWORD, Person


def cookie_of(reply: Reply) -> Morsel[str]:
    return SimpleCookie(reply.headers["set-cookie"])["amss_session"]


async def enter(sign_in: SignIn, person: Person) -> Reply:
    return await sign_in.ask(
        None, "POST /auth/login", {"email": person.email, "password": PASSWORD}, x_session="cookie"
    )


async def by_cookie(sign_in: SignIn, route: str, value: str, body: Any = None, **headers: str) -> Reply:
    sent = {"cookie": f"other=1; amss_session={value}", "x_session": "cookie", **headers}
    return await sign_in.ask(None, route, body, **sent)


async def test_the_refresh_token_is_in_the_cookie_and_nowhere_else(sign_in: SignIn, mechanic: Person) -> None:
    entered = await enter(sign_in, mechanic)

    cookie = cookie_of(entered)
    assert (entered.status, set(entered.json)) == (200, {"access_token", "token_type", "expires_in"})
    assert cookie.value
    assert cookie.value.encode() not in entered.body
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Strict", "/api/v1/auth")
    assert (cookie["max-age"], cookie["secure"]) == (str(7 * 24 * 3600), "")


async def test_in_production_the_cookie_travels_encrypted_only(
    sign_in: SignIn, installation: Installation, mechanic: Person
) -> None:
    settings = msgspec.structs.replace(installation.settings, app_env=AppEnv.PRODUCTION)
    async with a_door_at(dataclasses.replace(installation, settings=settings), sign_in.clock) as door:
        entered = await enter(SignIn(door, sign_in.clock), mechanic)

    assert cookie_of(entered)["secure"] is True


async def test_the_cookie_refreshes_once_and_is_replaced(sign_in: SignIn, mechanic: Person) -> None:
    first = cookie_of(await enter(sign_in, mechanic)).value

    refreshed = await by_cookie(sign_in, "POST /auth/refresh", first)

    second = cookie_of(refreshed).value
    sign_in.clock.pass_by(timedelta(seconds=11))
    replayed = await by_cookie(sign_in, "POST /auth/refresh", first)
    assert (refreshed.status, "refresh_token" in refreshed.json) == (200, False)
    assert second != first
    assert (await sign_in.ask(refreshed.json["access_token"], "GET /auth/me")).status == 401  # the thief ended it
    assert (replayed.status, replayed.code) == (401, "AUTH_INVALID")
    assert (await by_cookie(sign_in, "POST /auth/refresh", second)).status == 401


async def test_a_logout_ends_the_session_and_takes_the_cookie_away(sign_in: SignIn, mechanic: Person) -> None:
    held = cookie_of(await enter(sign_in, mechanic)).value

    out = await by_cookie(sign_in, "POST /auth/logout", held)

    gone = cookie_of(out)
    assert (out.status, gone.value, gone["max-age"]) == (204, "", "0")
    assert (await by_cookie(sign_in, "POST /auth/refresh", held)).status == 401


@pytest.mark.parametrize("route", ["POST /auth/refresh", "POST /auth/logout"])
async def test_without_the_header_that_no_foreign_form_can_send_the_cookie_counts_for_nothing(
    sign_in: SignIn, mechanic: Person, route: str
) -> None:
    held = cookie_of(await enter(sign_in, mechanic)).value

    forged = await sign_in.ask(None, route, {}, cookie=f"amss_session={held}")
    unclear = await by_cookie(sign_in, route, held, x_session="yes")

    assert (forged.status, [each["pointer"] for each in forged.json["errors"]]) == (422, ["/refresh_token"])
    assert "set-cookie" not in forged.headers
    assert (unclear.status, unclear.code) == (400, "MALFORMED")
    assert (await by_cookie(sign_in, "POST /auth/refresh", held)).status == 200


async def test_in_a_session_by_cookie_the_body_names_no_other_token(sign_in: SignIn, mechanic: Person) -> None:
    another = (await sign_in.login(mechanic.email)).json["refresh_token"]

    without = await sign_in.ask(None, "POST /auth/refresh", {"refresh_token": another}, x_session="cookie")

    assert (without.status, without.code) == (401, "AUTH_INVALID")
