"""From the outbox to the feed, the deliveries and the stream."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest
from redis.asyncio import Redis
from redis.exceptions import ConnectionError as RedisIsAway

from amss.features.webhooks.jobs import stream_next, tend_outbox
from amss.features.webhooks.publishing import STREAM_NAME, WHOLE_ON
from amss.foundation.ids import new_id
from amss.foundation.working import WorkerContext
from amss.journal import outbox
from builders.front_door import FrontDoor
from builders.installation import Installation
from builders.tenants import Tenant, a_tenant
from builders.webhooks import a_worker, an_aircraft, deliveries_of, publish_all, registered

URL = "https://erp.example/hook"


async def stream_all(context: WorkerContext) -> None:
    while await stream_next(context):
        pass


async def entries_of(redis: Redis) -> list[Any]:
    entries: Any = await redis.xrange(STREAM_NAME)
    return entries


async def streamed(redis: Redis, org_id: UUID) -> list[dict[str, str]]:
    """Return what the stream holds of an organization, in its order."""
    messages = [
        {name.decode(): value.decode() for name, value in fields.items()} for _, fields in await entries_of(redis)
    ]
    return [message for message in messages if message["org_id"] == str(org_id)]


async def events_of(installation: Installation, org_id: UUID) -> list[Any]:
    return await installation.owner.fetch("SELECT * FROM outbox_events WHERE org_id = $1 ORDER BY sequence", org_id)


async def many_events(installation: Installation, org_id: UUID, count: int) -> None:
    """Record events straight in the outbox, a few for each aggregate."""
    aggregates = [new_id() for _ in range(count // 5)]
    await installation.owner.executemany(
        """
        INSERT INTO outbox_events (org_id, id, event_type, aggregate_type, aggregate_id, payload)
        VALUES ($1, $2, 'task.created', 'maintenance_task', $3, '{}')
        """,
        [(org_id, new_id(), aggregates[n % len(aggregates)]) for n in range(count)],
    )


async def test_each_event_gets_one_delivery_per_matching_endpoint(
    api: FrontDoor, tenant: Tenant, another_tenant: Tenant, installation: Installation
) -> None:
    everything = await registered(api, tenant, URL, "*")
    family = await registered(api, tenant, URL, "aircraft.*", "aircraft.created")
    by_name = await registered(api, tenant, URL, "aircraft.created")
    other = await registered(api, tenant, URL, "task.*", "aircraft.updated")
    elsewhere = await registered(api, another_tenant, URL, "aircraft.*")
    await an_aircraft(api, tenant)

    async with a_worker(installation) as worker:
        await publish_all(worker)

    made = {
        name: len(await deliveries_of(installation, webhook.id))
        for name, webhook in {
            "everything": everything, "family": family, "by_name": by_name, "other": other, "elsewhere": elsewhere,
        }.items()
    }  # fmt: skip
    # "everything" also hears of the registrations of the four.
    assert made == {"everything": 5, "family": 1, "by_name": 1, "other": 0, "elsewhere": 0}


async def test_a_test_reaches_only_the_endpoint_it_tests(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    tested = await registered(api, tenant, URL, "task.*")
    other = await registered(api, tenant, URL, "webhook.test", "webhook.*")
    answer = await api(tenant.tenant_admin, f"POST /webhooks/{tested.id}/test")

    async with a_worker(installation) as worker:
        await publish_all(worker)

    assert (answer.status, answer.json) == (202, {"webhook_id": str(tested.id), "event_type": "webhook.test"})
    listed = await api(tenant.tenant_admin, f"GET /webhooks/{tested.id}/deliveries")
    assert [each["event_type"] for each in listed.json["items"]] == ["webhook.test"]
    tests = await api(tenant.tenant_admin, f"GET /webhooks/{other.id}/deliveries?event_type=webhook.test")
    assert tests.json["items"] == []


async def test_the_stream_carries_cloud_events(api: FrontDoor, tenant: Tenant, installation: Installation) -> None:
    aircraft_id = await an_aircraft(api, tenant)

    async with a_worker(installation) as worker:
        await stream_all(worker)

    [message] = await streamed(installation.redis, tenant.org_id)
    [row] = await events_of(installation, tenant.org_id)
    event = msgspec.json.decode(message["event"])
    assert (message["id"], message["type"]) == (str(row["id"]), "aircraft.created")
    assert event.pop("data")["tail_number"] == "G-ABCD"
    assert event.pop("time").endswith("Z")
    assert event == {
        "specversion": "1.0",
        "id": str(row["id"]),
        "source": f"/orgs/{tenant.org_id}",
        "type": "aircraft.created",
        "subject": f"aircraft/{aircraft_id}",
        "datacontenttype": "application/json",
        "sequence": str(row["sequence"]),
        "orgid": str(tenant.org_id),
        "requestid": row["request_id"],
        "traceparent": row["traceparent"],
    }


async def test_two_publishers_at_once_publish_each_event_once(api: FrontDoor, installation: Installation) -> None:
    tenants = [await a_tenant(installation) for _ in range(3)]
    webhooks = [await registered(api, each, URL, "task.*") for each in tenants]
    for each in tenants:
        await many_events(installation, each.org_id, 700)

    async with a_worker(installation) as one, a_worker(installation) as two:
        await asyncio.gather(publish_all(one), publish_all(two), stream_all(one), stream_all(two))
        await publish_all(one)
        await stream_all(one)

    for each, webhook in zip(tenants, webhooks, strict=True):
        events = await events_of(installation, each.org_id)
        deliveries = await deliveries_of(installation, webhook.id)
        messages = await streamed(installation.redis, each.org_id)
        assert len({row["event_id"] for row in deliveries}) == len(deliveries) == 700
        assert [row["feed_position"] for row in events] == list(range(1, 702))
        assert [message["id"] for message in messages] == [str(row["id"]) for row in events]


async def test_with_redis_away_deliveries_are_made_and_the_stream_catches_up_later(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    webhook = await registered(api, tenant, URL, "aircraft.*")
    await an_aircraft(api, tenant)
    away = Redis.from_url("redis://127.0.0.1:1")

    async with a_worker(installation, redis=away) as worker:
        with pytest.raises(RedisIsAway):
            await stream_next(worker)
        await publish_all(worker)
    meanwhile = await events_of(installation, tenant.org_id)
    made = await deliveries_of(installation, webhook.id)
    async with a_worker(installation) as worker:
        await stream_all(worker)

    assert [(row["processed_at"], row["attempt_count"]) for row in meanwhile] == [(None, 0)] * 2
    assert len(made) == 1
    assert [each["type"] for each in await streamed(installation.redis, tenant.org_id)] == [
        "webhook.created", "aircraft.created",
    ]  # fmt: skip
    assert all(row["processed_at"] for row in await events_of(installation, tenant.org_id))
    await away.aclose()


async def test_what_a_crashed_redis_had_not_yet_on_disk_comes_to_the_stream_again(
    installation: Installation, tenant: Tenant
) -> None:
    await many_events(installation, tenant.org_id, 20)
    async with a_worker(installation) as worker:
        await stream_all(worker)
        # As a server comes back whose append-only file lacks its last second.
        for entry_id, _ in (await entries_of(installation.redis))[-7:]:
            await installation.redis.xdel(STREAM_NAME, entry_id)
        await installation.redis.set(WHOLE_ON, "the run before the crash")
        await stream_all(worker)

    messages = await streamed(installation.redis, tenant.org_id)
    events = [str(row["id"]) for row in await events_of(installation, tenant.org_id)]
    assert list(dict.fromkeys(message["id"] for message in messages)) == events
    assert [message["id"] for message in messages[-7:]] == events[-7:]


async def test_a_redis_that_came_back_empty_gets_the_last_day_of_the_stream(
    installation: Installation, tenant: Tenant
) -> None:
    await many_events(installation, tenant.org_id, 10)
    [yesterday, *since] = [row["id"] for row in await events_of(installation, tenant.org_id)]
    async with a_worker(installation) as worker:
        await stream_all(worker)
        await installation.owner.execute(
            "UPDATE outbox_events SET processed_at = processed_at - interval '25 hours' WHERE id = $1", yesterday
        )
        await installation.redis.delete(STREAM_NAME, WHOLE_ON)
        await stream_all(worker)

    messages = await streamed(installation.redis, tenant.org_id)
    assert [message["id"] for message in messages] == [str(each) for each in since]


async def test_the_same_redis_gets_nothing_again(installation: Installation, tenant: Tenant) -> None:
    await many_events(installation, tenant.org_id, 10)
    async with a_worker(installation) as one, a_worker(installation) as two:
        await stream_all(one)
        await stream_all(two)
        await stream_all(one)

    assert len(await streamed(installation.redis, tenant.org_id)) == 10


async def test_an_event_that_cannot_be_published_is_put_off_with_its_followers_and_given_up_at_last(
    api: FrontDoor, tenant: Tenant, installation: Installation
) -> None:
    webhook = await registered(api, tenant, URL, "task.*")
    await many_events(installation, tenant.org_id, 10)
    _, bad, *_ = events = await events_of(installation, tenant.org_id)
    followers = [row["id"] for row in events[2:] if row["aggregate_id"] == bad["aggregate_id"]]
    name = f"refuse_{bad['id'].hex}"
    await installation.owner.execute(
        f"""
        CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN IF NEW.event_id = '{bad["id"]}' THEN RAISE 'not this one'; END IF; RETURN NEW; END $$;
        CREATE TRIGGER {name} BEFORE INSERT ON webhook_deliveries FOR EACH ROW EXECUTE FUNCTION {name}();
        """
    )

    async with a_worker(installation) as worker:
        await publish_all(worker)
    first = await events_of(installation, tenant.org_id)
    for attempt in range(1, 11):
        async with a_worker(installation, ahead=timedelta(hours=attempt)) as worker:
            await publish_all(worker)
    last = await events_of(installation, tenant.org_id)
    await installation.owner.execute(f"DROP FUNCTION {name} CASCADE")

    waiting = [row["id"] for row in first if row["fanned_out_at"] is None]
    assert waiting == [bad["id"], *followers]
    assert len(followers) == 4
    given_up = [row for row in last if row["failed_at"] is not None]
    assert [(row["id"], row["attempt_count"], row["last_error"]) for row in given_up] == [
        (bad["id"], 10, "not this one")
    ]
    assert sorted(row["feed_position"] for row in last if row["id"] != bad["id"]) == list(range(1, 11))
    assert len(await deliveries_of(installation, webhook.id)) == 9


async def test_however_much_waits_behind_an_event_that_was_put_off_the_rest_of_its_bucket_goes_on(
    tenant: Tenant, installation: Installation
) -> None:
    # An organization's bucket is the last four bits of its id.
    stuck, free = tenant.org_id, UUID(int=new_id().int & ~0xF | tenant.org_id.int & 0xF)
    await installation.owner.execute(
        "INSERT INTO organizations (id, slug, name) VALUES ($1, $2, 'Neighbour')", free, f"n-{free.hex}"
    )
    aggregate = new_id()
    await installation.owner.executemany(
        """
        INSERT INTO outbox_events (org_id, id, event_type, aggregate_type, aggregate_id, payload, next_attempt_at)
        VALUES ($1, $2, 'task.created', 'maintenance_task', $3, '{}', CASE WHEN $4 THEN now() + interval '5 min' END)
        """,
        [(stuck, new_id(), aggregate, n == 0) for n in range(outbox.BATCH + 1)],
    )
    await many_events(installation, free, 10)

    async with a_worker(installation) as worker:
        await publish_all(worker)
        meanwhile = [await events_of(installation, each) for each in (stuck, free)]
    async with a_worker(installation, ahead=timedelta(minutes=6)) as worker:
        await publish_all(worker)
        later = await events_of(installation, stuck)

    assert [sum(row["fanned_out_at"] is not None for row in rows) for rows in meanwhile] == [0, 10]
    assert [row["feed_position"] for row in later] == list(range(1, outbox.BATCH + 2))


async def test_the_stream_is_trimmed_by_age(installation: Installation, tenant: Tenant, api: FrontDoor) -> None:
    await an_aircraft(api, tenant)
    async with a_worker(installation) as worker:
        await stream_all(worker)

        await tend_outbox(worker)
    kept = await streamed(installation.redis, tenant.org_id)
    # Redis drops whole nodes of a hundred entries.
    for _ in range(200):
        await installation.redis.xadd(STREAM_NAME, {"org_id": "filler"})
    async with a_worker(installation, ahead=timedelta(hours=25)) as tomorrow:
        await tend_outbox(tomorrow)

    assert len(kept) == 1
    assert await streamed(installation.redis, tenant.org_id) == []
