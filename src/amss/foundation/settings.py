"""Settings from the environment: typed, checked at start, wrong values named in a sentence."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any, NewType

import msgspec


class SettingsError(Exception):
    """The environment is not fit to start with; the message has a line per fault."""


class AppEnv(StrEnum):
    """Where AMSS runs; development relaxes what production refuses."""

    DEVELOPMENT = "development"
    PRODUCTION = "production"


class LogFormat(StrEnum):
    """How log lines look."""

    JSON = "json"
    CONSOLE = "console"


class Address(msgspec.Struct, frozen=True):
    """A host and port to listen on."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


Network = IPv4Network | IPv6Network

# What ended a session is kept for a day at least, and must outlive its last access token.
LONGEST_ACCESS = timedelta(days=1)
HostName = NewType("HostName", str)
WebOrigin = NewType("WebOrigin", str)


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Every setting, under its environment variable's name in lower case."""

    app_env: AppEnv = AppEnv.PRODUCTION
    http_addr: Address = Address("127.0.0.1", 8080)
    grpc_addr: Address = Address("127.0.0.1", 9090)
    metrics_addr: Address = Address("127.0.0.1", 9100)
    worker_metrics_addr: Address = Address("127.0.0.1", 9101)
    metrics_token: str | None = None

    database_url: str
    worker_database_url: str | None = None  # in development derived from database_url, with the role set
    migration_database_url: str | None = None
    database_pool_size: int = 10
    redis_url: str

    jwt_private_key: str  # PEM, or the path of a PEM file (EdDSA)
    jwt_public_keys: str | None = None  # PEM, or a PEM file or directory of them: further keys to accept
    secrets_key: str  # encrypts webhook secrets, keys fingerprints and cursors; at least 32 characters
    audit_seal_key: str | None = None  # PEM, or the path of a PEM file (Ed25519); the worker signs seals with it
    audit_seal_public_keys: str | None = None  # PEM, or a PEM file or directory of them: all keys that ever signed
    access_token_ttl: timedelta = timedelta(minutes=15)
    refresh_token_ttl: timedelta = timedelta(days=7)
    session_ttl: timedelta = timedelta(days=30)

    import_storage: Path = Path(".amss/imports")
    webhook_allowed_networks: tuple[Network, ...] = ()
    webhook_concurrency: int = 64
    program_generation_interval: timedelta = timedelta(minutes=15)
    retention_run_interval: timedelta = timedelta(hours=1)

    trusted_proxies: tuple[Network, ...] = ()
    trusted_hosts: tuple[HostName, ...] = ()
    cors_allowed_origins: tuple[WebOrigin, ...] = ()
    log_level: str = "info"
    log_format: LogFormat = LogFormat.JSON

    @property
    def is_production(self) -> bool:
        """Tell whether the strict rules of production apply."""
        return self.app_env is AppEnv.PRODUCTION


_POSTGRES = ("postgresql://", "postgres://")
_REDIS = ("redis://", "rediss://", "unix://")
_DURATION = re.compile(r"(\d+)(ms|s|m|h|d)")
_UNITS = {"ms": "milliseconds", "s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def load_settings(environment: Mapping[str, str]) -> Settings:
    """Read the settings; raise `SettingsError` with a sentence for every value that is missing or wrong."""
    values: dict[str, Any] = {}
    faults: dict[str, str] = {}
    for field in msgspec.structs.fields(Settings):
        name = field.name.upper()
        text = environment.get(name, "").strip()
        if not text:
            if field.required:
                faults[name] = "is missing."
                values[field.name] = ""  # so that the rest can still be judged
            continue
        try:
            values[field.name] = _read(text, field.type)
        except (ValueError, OverflowError) as fault:
            faults[name] = f"is not valid: {str(fault).rstrip('.')}."
    settings = Settings(**values)
    # What an unreadable APP_ENV meant is not known, so production's rules would only confuse.
    strict = [] if "APP_ENV" in faults else _refused_in_production(settings)
    for name, fault in (*strict, *_out_of_bounds(settings)):
        faults.setdefault(name, fault)
    if faults:
        raise SettingsError("\n".join(f"{name} {fault}" for name, fault in faults.items()))
    return settings


def _read(text: str, kind: Any) -> Any:
    if kind is timedelta:
        return _duration(text)
    if kind is Address:
        return _address(text)
    if kind is Path:
        return Path(text)
    if kind in _LISTS:
        return tuple(_LISTS[kind](part.strip()) for part in text.split(","))
    return msgspec.convert(text, kind, strict=False)


def _duration(text: str) -> timedelta:
    parts = _DURATION.findall(text)
    if not parts or "".join(number + unit for number, unit in parts) != text:
        raise ValueError(f"{text!r} is no duration; write for example 30s, 15m, 1h30m or 7d")
    return sum((timedelta(**{_UNITS[unit]: int(number)}) for number, unit in parts), timedelta())


def _address(text: str) -> Address:
    host, _, port = text.rpartition(":")
    if not host or not port.isdigit() or int(port) > 65535:
        raise ValueError(f"{text!r} is no address; write host:port, for example 127.0.0.1:8080")
    return Address(host.strip("[]"), int(port))


def _host_name(text: str) -> HostName:
    if not re.fullmatch(r"[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\]", text):
        raise ValueError(f"{text!r} is no host; write its name without port, for example amss.example.com")
    return HostName(text.lower())


def _web_origin(text: str) -> WebOrigin:
    # Written as browsers send it, or it would never be met: in lower case, without path and without usual port.
    if not re.fullmatch(r"https?://([a-z0-9.-]+|\[[0-9a-f:.]+\])(:(?!80$|443$)\d{1,5})?", text):
        raise ValueError(f"{text!r} is no origin; write for example https://planning.example.com")
    return WebOrigin(text)


_LISTS: dict[Any, Callable[[str], Any]] = {
    tuple[Network, ...]: ip_network,
    tuple[HostName, ...]: _host_name,
    tuple[WebOrigin, ...]: _web_origin,
}


def _out_of_bounds(settings: Settings) -> Iterator[tuple[str, str]]:
    if len(settings.secrets_key) < 32:
        yield "SECRETS_KEY", "is too short: it needs at least 32 characters. `amss keys generate` makes one."
    if settings.log_level not in {"debug", "info", "warning", "error"}:
        yield "LOG_LEVEL", "is not valid: it is one of debug, info, warning, error."
    if settings.access_token_ttl > LONGEST_ACCESS:
        yield "ACCESS_TOKEN_TTL", "is not valid: an access token lives at most a day."
    for field in msgspec.structs.fields(Settings):
        value = getattr(settings, field.name)
        if field.type is int and value < 1:
            yield field.name.upper(), "is not valid: it must be at least 1."
        if field.type is timedelta and value <= timedelta():
            yield field.name.upper(), "is not valid: it must be longer than nothing."
        if field.name.endswith("database_url") and value and not value.startswith(_POSTGRES):
            yield field.name.upper(), "is not valid: it begins with postgresql://."
    if not settings.redis_url.startswith(_REDIS):
        yield "REDIS_URL", "is not valid: it begins with redis://, rediss:// or unix://."


def _refused_in_production(settings: Settings) -> Iterator[tuple[str, str]]:
    if not settings.is_production:
        return
    if settings.worker_database_url is None:
        yield "WORKER_DATABASE_URL", "is missing: in production the worker has a login of its own."
    if settings.worker_database_url == settings.database_url:
        yield "WORKER_DATABASE_URL", "must not be the server's login."
    if any(network.prefixlen == 0 for network in settings.webhook_allowed_networks):
        yield "WEBHOOK_ALLOWED_NETWORKS", "allows every address: name the networks you mean."
