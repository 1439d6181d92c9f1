"""Settings: what is accepted, and the sentence each wrong value gets."""

from datetime import timedelta
from ipaddress import ip_network

import pytest

from amss.foundation.settings import Address, AppEnv, LogFormat, Settings, SettingsError, load_settings

A_SECRET = "a secret only the tests know, long enough"
DEVELOPMENT = {
    "APP_ENV": "development",
    "DATABASE_URL": "postgresql://localhost/amss",
    "REDIS_URL": "redis://localhost",
    "JWT_PRIVATE_KEY": "key.pem",
    "SECRETS_KEY": A_SECRET,
}
PRODUCTION = DEVELOPMENT | {"APP_ENV": "production", "WORKER_DATABASE_URL": "postgresql://worker@localhost/amss"}


def faults(environment: dict[str, str]) -> dict[str, str]:
    """Return the sentences by the setting each begins with."""
    with pytest.raises(SettingsError) as refused:
        load_settings(environment)
    return {line.split(" ")[0]: line for line in str(refused.value).splitlines()}


def test_what_is_not_said_has_a_default_and_production_is_the_default_place() -> None:
    settings = load_settings({name: value for name, value in PRODUCTION.items() if name != "APP_ENV"})

    assert (settings.app_env, settings.is_production) == (AppEnv.PRODUCTION, True)
    assert settings.http_addr == Address("127.0.0.1", 8080)
    assert (settings.access_token_ttl, settings.refresh_token_ttl) == (timedelta(minutes=15), timedelta(days=7))


def test_every_kind_of_value_is_read_as_written() -> None:
    settings = load_settings(
        DEVELOPMENT
        | {
            "HTTP_ADDR": "[::1]:80",
            "SESSION_TTL": "1d12h30m5s500ms",
            "TRUSTED_PROXIES": "10.0.0.0/8, ::1/128",
            "DATABASE_POOL_SIZE": " 7 ",
            "LOG_FORMAT": "console",
            "TRUSTED_HOSTS": "AMSS.example.com, [::1]",
            "CORS_ALLOWED_ORIGINS": "https://planning.example.com,http://localhost:5173",
        }
    )

    assert (settings.http_addr, str(settings.http_addr)) == (Address("::1", 80), "[::1]:80")
    assert settings.session_ttl == timedelta(days=1, hours=12, minutes=30, seconds=5, milliseconds=500)
    assert settings.trusted_proxies == (ip_network("10.0.0.0/8"), ip_network("::1/128"))
    assert (settings.database_pool_size, settings.log_format) == (7, LogFormat.CONSOLE)
    assert settings.trusted_hosts == ("amss.example.com", "[::1]")
    assert settings.cors_allowed_origins == ("https://planning.example.com", "http://localhost:5173")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("APP_ENV", "staging"),
        ("HTTP_ADDR", "8080"),
        ("HTTP_ADDR", ":8080"),
        ("HTTP_ADDR", "localhost:65536"),
        ("HTTP_ADDR", "localhost:http"),
        ("GRPC_ADDR", "localhost:²"),
        ("ACCESS_TOKEN_TTL", "15"),
        ("ACCESS_TOKEN_TTL", "15 minutes"),
        ("ACCESS_TOKEN_TTL", "-5m"),
        ("ACCESS_TOKEN_TTL", "0s"),
        ("ACCESS_TOKEN_TTL", "25h"),
        ("ACCESS_TOKEN_TTL", "99999999999999d"),
        ("TRUSTED_PROXIES", "10.0.0.1/8"),
        ("TRUSTED_PROXIES", "10.0.0.0/8,"),
        ("TRUSTED_HOSTS", "amss.example.com:443"),
        ("TRUSTED_HOSTS", "https://amss.example.com"),
        ("TRUSTED_HOSTS", "*.example.com"),
        ("TRUSTED_HOSTS", "a,,b"),
        ("CORS_ALLOWED_ORIGINS", "*"),
        ("CORS_ALLOWED_ORIGINS", "null"),
        ("CORS_ALLOWED_ORIGINS", "planning.example.com"),
        ("CORS_ALLOWED_ORIGINS", "https://planning.example.com/"),
        ("CORS_ALLOWED_ORIGINS", "https://planning.example.com:443"),
        ("CORS_ALLOWED_ORIGINS", "https://Planning.example.com"),
        ("WEBHOOK_ALLOWED_NETWORKS", "the office"),
        ("DATABASE_POOL_SIZE", "many"),
        ("DATABASE_POOL_SIZE", "0"),
        ("WEBHOOK_CONCURRENCY", "-1"),
        ("LOG_LEVEL", "loud"),
        ("LOG_FORMAT", "xml"),
        ("DATABASE_URL", "mysql://localhost"),
        ("WORKER_DATABASE_URL", "localhost"),
        ("REDIS_URL", "localhost:6379"),
        ("SECRETS_KEY", "short"),
    ],
)
def test_a_wrong_value_is_named_in_one_sentence(name: str, value: str) -> None:
    told = faults(DEVELOPMENT | {name: value})

    assert list(told) == [name]
    assert told[name].endswith(".")


def test_all_faults_are_told_at_once() -> None:
    told = faults(
        {
            "SECRETS_KEY": "short",
            "HTTP_ADDR": "nowhere",
            "ACCESS_TOKEN_TTL": "soon",
            "LOG_LEVEL": "loud",
            "WEBHOOK_ALLOWED_NETWORKS": "0.0.0.0/0",
        }
    )

    assert set(told) == {
        "DATABASE_URL", "REDIS_URL", "JWT_PRIVATE_KEY", "SECRETS_KEY", "HTTP_ADDR", "ACCESS_TOKEN_TTL", "LOG_LEVEL",
        "WEBHOOK_ALLOWED_NETWORKS", "WORKER_DATABASE_URL",
    }  # fmt: skip
    assert told["REDIS_URL"] == "REDIS_URL is missing."


def test_an_empty_value_is_a_missing_one() -> None:
    assert faults(DEVELOPMENT | {"SECRETS_KEY": "  "}) == {"SECRETS_KEY": "SECRETS_KEY is missing."}


@pytest.mark.parametrize(
    ("wrong", "name"),
    [
        ({"WORKER_DATABASE_URL": ""}, "WORKER_DATABASE_URL"),
        ({"WORKER_DATABASE_URL": PRODUCTION["DATABASE_URL"]}, "WORKER_DATABASE_URL"),
        ({"WEBHOOK_ALLOWED_NETWORKS": "10.0.0.0/8, 0.0.0.0/0"}, "WEBHOOK_ALLOWED_NETWORKS"),
        ({"WEBHOOK_ALLOWED_NETWORKS": "::/0"}, "WEBHOOK_ALLOWED_NETWORKS"),
    ],
)
def test_production_refuses_what_development_allows(wrong: dict[str, str], name: str) -> None:
    in_development = load_settings(PRODUCTION | wrong | {"APP_ENV": "development"})

    in_production = faults(PRODUCTION | wrong)

    assert isinstance(in_development, Settings)
    assert list(in_production) == [name]


def test_no_secret_is_repeated_in_a_complaint() -> None:
    told = faults(DEVELOPMENT | {"SECRETS_KEY": "hunter2", "DATABASE_URL": "amss:hunter2@localhost"})

    assert not any("hunter2" in sentence for sentence in told.values())
