"""Deliveries over real sockets."""

import asyncio
from datetime import timedelta
from uuid import UUID

import msgspec
import pytest
from standardwebhooks import Webhook
from structlog.testing import capture_logs

from amss.features.webhooks import deliveries, service
from amss.features.webhooks.jobs import Dispatcher
from amss.features.webhooks.model import DeliveryStatus, DueDelivery, Ended, Verdict
from amss.foundation.access import the_job
from amss.foundation.settings import AppEnv
from amss.foundation.working import WorkerContext
from builders.front_door import FrontDoor
from builders.installation import Installation
from builders.refusals import refused
from builders.tenants import ORIGIN, Tenant
from builders.webhooks import (
    a_worker,
    an_aircraft,
    an_endpoint,
    attempts_of,
    deliver_all,
    deliveries_of,
    publish_all,
    publish_and_deliver,
    registered,
)


async def lease_of(worker: WorkerContext, webhook_id: UUID) -> list[DueDelivery]:
    """Claim what is due, as a dispatcher does, and return an endpoint's part of it."""
    async with worker.database.connection() as connection, connection.transaction():
        due = await deliveries.claim_due(connection, most=64, now=worker.now)
    return [each for each in due if each.webhook_id == webhook_id]


async def test_an_event_arrives_once_with_a_signature_the_receiver_can_verify(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    async with an_endpoint(answer=b"thank\x00 you") as endpoint:
        webhook = await registered(api, tenant, endpoint.url, "aircraft.*")
        aircraft_id = await an_aircraft(api, tenant)

        await publish_and_deliver(installation)
        await publish_and_deliver(installation, ahead=timedelta(days=1))

    [received] = endpoint.received
    event = Webhook(webhook.secret).verify(received.body, received.headers)
    assert (event["type"], event["subject"]) == ("aircraft.created", f"aircraft/{aircraft_id}")
    assert received.id == event["id"]
    assert received.headers["content-type"] == "application/cloudevents+json"
    assert received.headers["traceparent"] == event["traceparent"]
    [delivery] = await deliveries_of(installation, webhook.id)
    [attempt] = await attempts_of(installation, webhook.id)
    assert (delivery["status"], delivery["attempt_count"], delivery["last_response_code"]) == ("delivered", 1, 204)
    assert (delivery["next_attempt_at"], delivery["lease_until"], delivery["last_error"]) == (None, None, None)
    assert (attempt["attempt"], attempt["response_code"], attempt["error"]) == (1, 204, None)
    assert msgspec.json.decode(attempt["sent"])["webhook-id"] == received.id


async def test_a_failed_delivery_is_sent_again_under_the_same_id(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    async with an_endpoint(500, answer=b"out\x00 of \xff order") as endpoint:
        webhook = await registered(api, tenant, endpoint.url, "aircraft.*")
        await an_aircraft(api, tenant)

        await publish_and_deliver(installation)
        [failing] = await deliveries_of(installation, webhook.id)
        health = await api(tenant.tenant_admin, f"GET /webhooks/{webhook.id}")
        await publish_and_deliver(installation)
        await publish_and_deliver(installation, ahead=timedelta(seconds=7))

    first, again = endpoint.received
    assert (first.id, first.body) == (again.id, again.body)
    assert (failing["status"], failing["last_error"]) == ("pending", "The endpoint answered 500.")
    assert health.json["failing_since"] is not None
    [delivery] = await deliveries_of(installation, webhook.id)
    assert (delivery["status"], delivery["attempt_count"], delivery["last_response_code"]) == ("delivered", 2, 204)
    one, two = await attempts_of(installation, webhook.id)
    assert (one["attempt"], one["response_code"], one["response_body"]) == (1, 500, "out of \ufffd order")
    assert (two["attempt"], two["response_code"]) == (2, 204)
    well = await api(tenant.tenant_admin, f"GET /webhooks/{webhook.id}")
    assert (well.json["failing_since"], well.json["version"]) == (None, 1)


async def test_after_the_policys_last_attempt_a_delivery_has_failed(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    await installation.owner.execute(
        "UPDATE org_policies SET webhook_max_attempts = 2 WHERE org_id = $1", tenant.org_id
    )
    async with an_endpoint(500, 503, 500) as endpoint:
        webhook = await registered(api, tenant, endpoint.url, "aircraft.*")
        await an_aircraft(api, tenant)

        for days in range(3):
            await publish_and_deliver(installation, ahead=timedelta(days=days))

    [delivery] = await deliveries_of(installation, webhook.id)
    assert (delivery["status"], delivery["attempt_count"], len(endpoint.received)) == ("failed", 2, 2)


async def test_what_cannot_be_signed_any_more_is_a_failed_attempt(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    another_key = msgspec.structs.replace(installation.settings, secrets_key="x" * 32)
    async with an_endpoint() as endpoint:
        webhook = await registered(api, tenant, endpoint.url, "aircraft.*")
        await an_aircraft(api, tenant)
        async with a_worker(installation, settings=another_key) as worker:
            await publish_all(worker)
            await deliver_all(worker)

    [delivery] = await deliveries_of(installation, webhook.id)
    [attempt] = await attempts_of(installation, webhook.id)
    assert (delivery["status"], delivery["attempt_count"], endpoint.received) == ("pending", 1, [])
    assert attempt["error"] == delivery["last_error"] == "AMSS could not send this; the worker's log says why."


async def test_a_slow_endpoint_delays_only_itself_and_holds_eight_at_most(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    async with an_endpoint(slow=True) as slow, an_endpoint() as quick:
        slow_one = await registered(api, tenant, slow.url, "aircraft.*")
        await registered(api, tenant, quick.url, "aircraft.*")
        for n in range(20):
            await an_aircraft(api, tenant, f"G-{n:03}")

        async with a_worker(installation) as worker, a_worker(installation) as another:
            await publish_all(worker)
            async with Dispatcher(worker.settings) as dispatcher, Dispatcher(worker.settings) as beside:
                async with asyncio.timeout(10):
                    while len(quick.received) < 20 or slow.holding < 8:
                        await dispatcher.deliver_next(worker)
                        await beside.deliver_next(another)
                for _ in range(3):
                    await beside.deliver_next(another)
                held = slow.holding
                slow.open_again.set()
                async with asyncio.timeout(10):
                    while len(slow.received) < 20:
                        await dispatcher.deliver_next(worker)

    assert held == 8
    assert len({each.id for each in slow.received}) == len(slow.received) == 20
    assert {row["status"] for row in await deliveries_of(installation, slow_one.id)} == {"delivered"}


async def test_one_that_cannot_be_written_down_leaves_the_others_that_ended_with_it_written_down(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    async with an_endpoint(slow=True) as endpoint, a_worker(installation) as worker:
        webhook = await registered(api, tenant, endpoint.url, "aircraft.*")
        for n in range(4):
            await an_aircraft(api, tenant, f"G-{n:03}")
        await publish_all(worker)
        bad, *good = [row["id"] for row in await deliveries_of(installation, webhook.id)]
        one = f"NEW.delivery_id = '{bad}'"
        async with refused(
            installation.owner, "webhook_delivery_attempts", "INSERT", tenant.org_id, "'not this one'", where=one
        ):
            with capture_logs() as logs:
                async with Dispatcher(worker.settings) as dispatcher, asyncio.timeout(10):
                    while endpoint.holding < 4:
                        await dispatcher.deliver_next(worker)
                    endpoint.open_again.set()
        left = await deliveries_of(installation, webhook.id)

        await publish_and_deliver(installation, ahead=timedelta(seconds=31))

    assert [row["id"] for row in left if row["status"] == "delivered"] == good
    assert [row["lease_until"] is None for row in left] == [False, True, True, True]
    assert [line["delivery_id"] for line in logs if line["event"] == "A delivery could not be finished"] == [str(bad)]
    assert {row["status"] for row in await deliveries_of(installation, webhook.id)} == {"delivered"}
    assert len(await attempts_of(installation, webhook.id)) == 4


async def test_what_ended_together_at_several_tenants_is_written_down_for_each(
    api: FrontDoor, tenant: Tenant, another_tenant: Tenant, installation: Installation
) -> None:
    async with an_endpoint(slow=True) as endpoint, a_worker(installation) as worker:
        ours = await registered(api, tenant, endpoint.url, "aircraft.*")
        theirs = await registered(api, another_tenant, endpoint.url, "aircraft.*")
        for each in (tenant, another_tenant):
            await an_aircraft(api, each)
        await publish_all(worker)
        async with Dispatcher(worker.settings) as dispatcher, asyncio.timeout(10):
            while endpoint.holding < 2:
                await dispatcher.deliver_next(worker)
            endpoint.open_again.set()

    for whose, webhook in ((tenant, ours), (another_tenant, theirs)):
        [delivery] = await deliveries_of(installation, webhook.id)
        [attempt] = await attempts_of(installation, webhook.id)
        assert (delivery["status"], delivery["org_id"], attempt["org_id"]) == (
            "delivered",
            whose.org_id,
            whose.org_id,
        )
        assert attempt["delivery_id"] == delivery["id"]


async def test_what_a_dead_worker_had_leased_is_sent_by_another_under_the_same_id(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    async with an_endpoint() as endpoint, a_worker(installation) as dead:
        webhook = await registered(api, tenant, endpoint.url, "aircraft.*")
        await an_aircraft(api, tenant)
        await publish_all(dead)
        [leased] = await lease_of(dead, webhook.id)
        failed = Ended(delivery=leased, verdict=Verdict(status=DeliveryStatus.FAILED))

        await publish_and_deliver(installation, ahead=timedelta(seconds=29))
        while_leased = len(endpoint.received)
        await publish_and_deliver(installation, ahead=timedelta(seconds=31))

        async with dead.database.transaction(the_job("webhook_dispatcher"), tenant.org_id, ORIGIN) as tx:
            too_late = await service.settle(tx, failed)

    assert (while_leased, len(endpoint.received)) == (0, 1)
    assert endpoint.received[0].id == str(leased.event.id)
    assert too_late is False
    [delivery] = await deliveries_of(installation, webhook.id)
    assert (delivery["status"], delivery["attempt_count"]) == ("delivered", 1)


@pytest.mark.parametrize(
    ("host", "reason"),
    [
        ("127.0.0.1", "public addresses only"),
        ("localhost", "public addresses only"),
        ("[::ffff:127.0.0.1]", "public addresses only"),
        ("2130706433", "not a canonical IPv4 address"),
    ],
)
async def test_an_address_that_is_not_public_is_not_dialled(
    api: FrontDoor, tenant: Tenant, installation: Installation, host: str, reason: str
) -> None:
    production = msgspec.structs.replace(installation.settings, app_env=AppEnv.PRODUCTION)
    async with an_endpoint() as endpoint:
        webhook = await registered(api, tenant, endpoint.url.replace("127.0.0.1", host), "aircraft.*")
        await an_aircraft(api, tenant)
        async with a_worker(installation, settings=production) as worker:
            await publish_all(worker)
            await deliver_all(worker)

    assert endpoint.received == []
    [delivery] = await deliveries_of(installation, webhook.id)
    assert (delivery["status"], delivery["attempt_count"], delivery["last_response_code"]) == ("pending", 1, None)
    assert reason in delivery["last_error"]


async def test_a_redirect_is_not_followed(api: FrontDoor, tenant: Tenant, installation: Installation) -> None:
    async with an_endpoint() as elsewhere, an_endpoint(307, headers={"location": elsewhere.url}) as endpoint:
        webhook = await registered(api, tenant, endpoint.url, "aircraft.*")
        await an_aircraft(api, tenant)

        await publish_and_deliver(installation)

    [delivery] = await deliveries_of(installation, webhook.id)
    assert (delivery["status"], delivery["last_response_code"]) == ("pending", 307)
    assert (len(endpoint.received), elsewhere.received) == (1, [])


async def test_of_a_long_answer_the_beginning_is_kept(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    async with an_endpoint(answer=b"x" * 5_000_000, headers={"content-encoding": "gzip"}) as endpoint:
        endpoint.statuses = [200]
        webhook = await registered(api, tenant, endpoint.url, "aircraft.*")
        await an_aircraft(api, tenant)

        await publish_and_deliver(installation)

    [attempt] = await attempts_of(installation, webhook.id)
    assert (attempt["response_code"], len(attempt["response_body"])) == (200, 16 * 1024)
    assert msgspec.json.decode(attempt["got"])["content-encoding"] == "gzip"


async def test_an_endpoint_that_is_not_there_is_a_failed_attempt(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    async with an_endpoint() as endpoint:
        url = endpoint.url
    webhook = await registered(api, tenant, url, "aircraft.*")
    await an_aircraft(api, tenant)

    await publish_and_deliver(installation)

    [attempt] = await attempts_of(installation, webhook.id)
    assert attempt["response_code"] is None
    assert "Cannot connect" in attempt["error"]
