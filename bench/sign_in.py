"""What a refused sign-in takes, whatever the cause: `make bench` runs it and prints the medians.

The causes are tried in turn, each time in another order, so that whatever else the machine does meets all alike.
The use case is called in this process, behind no socket; every try has an e-mail and an address of its own, so that
no limit is met, and what is written afterwards is waited for, outside of what is measured.
"""

import asyncio
import logging
import random
import statistics
import sys
import time
from typing import Any

import asyncpg
import structlog
from argon2 import PasswordHasher
from installation import an_installation
from redis.asyncio import Redis

from amss.features.auth import service
from amss.features.auth.entry import Entry
from amss.features.auth.model import Login
from amss.features.auth.refusals import RefusedSignIns
from amss.features.auth.rules import AuthInvalid
from amss.features.auth.tokens import TokenKeys
from amss.foundation.database import Database, Origin
from amss.foundation.ids import new_id
from amss.foundation.rate_limit import RateLimiter

TRIES = 500
WARM_UP = 20
PASSWORD = "maintain-the-fleet"
CAUSES = ("unknown user", "wrong password", "suspended user", "suspended organization")
MOST_SPREAD = 0.05


async def main() -> None:
    """Measure, report, and fail when the medians are further apart than is allowed."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    async with an_installation() as installation:
        settings = installation.settings
        database = Database(settings.database_url, role="amss_server", process="bench", settings=settings)
        redis = Redis.from_url(settings.redis_url)
        await make_people(settings.database_url)
        attempt = Attempts(database, redis, TokenKeys(settings.jwt_private_key))
        spread = report(await measure(attempt))
        await redis.aclose()
        await database.close()
    if spread > MOST_SPREAD:
        sys.exit(f"The medians differ by more than {MOST_SPREAD:.0%}.")


async def measure(attempt: "Attempts") -> dict[str, list[float]]:
    """Return the seconds of each try of each cause."""
    seconds: dict[str, list[float]] = {cause: [] for cause in CAUSES}
    for number in range(WARM_UP + TRIES):
        for cause in random.sample(CAUSES, len(CAUSES)):
            taken = await attempt.sign_in(cause, number)
            if number >= WARM_UP:
                seconds[cause].append(taken)
    return seconds


def report(seconds: dict[str, list[float]]) -> float:
    """Print the medians and return how far they are apart, as a share of the smallest."""
    medians = {cause: statistics.median(times) * 1000 for cause, times in seconds.items()}
    for cause, times in seconds.items():
        quarters = [each * 1000 for each in statistics.quantiles(times)]
        print(f"{cause:<24} median {medians[cause]:6.2f} ms, half between {quarters[0]:.2f} and {quarters[2]:.2f} ms")
    spread = max(medians.values()) / min(medians.values()) - 1
    print(f"spread of the medians over {TRIES} tries each: {spread:.1%} (at most {MOST_SPREAD:.0%})")
    return spread


class Attempts:
    """Sign-ins that are refused."""

    def __init__(self, database: Database, redis: Redis, keys: TokenKeys) -> None:
        """Remember what the use case works with."""
        self._database = database
        self._limiter = RateLimiter(redis)
        self._keys = keys
        self._refused = RefusedSignIns(database)

    async def sign_in(self, cause: str, number: int) -> float:
        """Try once and return the seconds until the refusal."""
        origin = Origin(str(new_id()), f"10.{CAUSES.index(cause)}.{number // 250}.{number % 250}")
        entry = Entry(self._database, self._limiter, self._keys, self._refused, origin)
        password = "not this password" if cause == "wrong password" else PASSWORD
        order = Login(email=email_of(cause, number), password=password)
        begun = time.perf_counter()
        try:
            await service.login(entry, order)
        except AuthInvalid:
            taken = time.perf_counter() - begun
        else:
            sys.exit(f"A sign-in of a {cause} was not refused")
        await self._refused.all_written()
        return taken


def email_of(cause: str, number: int) -> str:
    """Return the e-mail of one try; of an unknown user nobody has it."""
    return f"{cause.replace(' ', '-')}-{number}@bench.test"


async def make_people(url: str) -> None:
    """Make somebody for each try, in an organization that is active and in one that is suspended."""
    password_hash = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1).hash(PASSWORD)
    connection = await asyncpg.connect(url)
    for cause, status, active in (
        ("wrong password", "active", True),
        ("suspended user", "active", False),
        ("suspended organization", "suspended", True),
    ):
        org_id = new_id()
        await connection.execute(
            "INSERT INTO organizations (id, name, slug, status) VALUES ($1, $2, $3, $4)",
            org_id, cause, cause.replace(" ", "-"), status,
        )  # fmt: skip
        people: list[tuple[Any, ...]] = [
            (org_id, new_id(), email_of(cause, number), password_hash, active) for number in range(WARM_UP + TRIES)
        ]
        await connection.executemany(
            """
            INSERT INTO users (org_id, id, email, name, role, password_hash, active)
            VALUES ($1, $2, $3::text::citext, $3::text, 'mechanic', $4, $5)
            """,
            people,
        )
    await connection.execute("ANALYZE")
    await connection.close()


if __name__ == "__main__":
    asyncio.run(main())
