"""An AMSS installation for tests: settings, both roles' databases, Redis, keys."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from redis.asyncio import Redis

from amss.embedded import Stores
from amss.features.auth.tokens import TokenKeys
from amss.foundation.database import Database
from amss.foundation.settings import Settings, load_settings

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
        "SECRETS_KEY": "a secret only the tests know, long enough",
        "IMPORT_STORAGE": str(directory / "imports"),
        "HTTP_ADDR": "127.0.0.1:0",
        "GRPC_ADDR": "127.0.0.1:0",
        **more,
    }


def settings_for(stores: Stores, directory: Path, **more: str) -> Settings:
    """Return settings for these stores."""
    return load_settings(environment_for(stores, directory, **more))
