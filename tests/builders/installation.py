"""An AMSS installation for tests: settings, both roles' databases, Redis, keys."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from redis.asyncio import Redis

from amss.cli.keys import new_signing_key
from amss.embedded import Stores
from amss.features.auth.tokens import TokenKeys
from amss.foundation.database import Database
from amss.foundation.settings import Settings, load_settings

TEST_SEAL_KEY = new_signing_key()
TEST_KEY = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


@dataclass(frozen=True)
class Installation:
    """What the processes would hold open."""

    settings: Settings
    server: Database
    worker: Database
    owner: Any  # a bare connection as the superuser, to look behind the scenes
    redis: Redis
    keys: TokenKeys


def environment_for(stores: Stores, directory: Path, **more: str) -> dict[str, str]:
    """Return the environment variables of a process that uses these stores."""
    return {
        "APP_ENV": "development",
        "DATABASE_URL": stores.database_url,
        "REDIS_URL": stores.redis_url,
        "JWT_PRIVATE_KEY": TEST_KEY,
        "AUDIT_SEAL_KEY": TEST_SEAL_KEY,
        "SECRETS_KEY": "a secret only the tests know, long enough",
        "IMPORT_STORAGE": str(directory / "imports"),
        "HTTP_ADDR": "127.0.0.1:0",
        "GRPC_ADDR": "127.0.0.1:0",
        **more,
    }


def settings_for(stores: Stores, directory: Path, **more: str) -> Settings:
    """Return settings for these stores."""
    return load_settings(environment_for(stores, directory, **more))


@asynccontextmanager
async def an_installation(stores: Stores, directory: Path, **more: str) -> AsyncGenerator[Installation]:
    """Open everything as the processes open it, each database under its own role."""
    settings = settings_for(stores, directory, **more)
    server = Database(settings.database_url, role="amss_server", process="test-server", settings=settings)
    worker = Database(settings.database_url, role="amss_worker", process="test-worker", settings=settings)
    owner = await asyncpg.connect(settings.database_url)
    redis = Redis.from_url(settings.redis_url)
    yield Installation(settings, server, worker, owner, redis, TokenKeys(TEST_KEY))
    await redis.aclose()
    await owner.close()
    await server.close()
    await worker.close()
