"""Structured logging: one JSON object a line, or a readable line in development. Secrets never reach it."""

import logging
import sys
from typing import Any

import structlog
from structlog.typing import EventDict

from amss.foundation.settings import LogFormat

_LEVELS = {"debug": 10, "info": 20, "warning": 30, "error": 40}
_HIDDEN = ("password", "secret", "token", "authorization", "cookie")


def start_logging(level: str, log_format: LogFormat, process: str) -> None:
    """Send every log line of this process, libraries' included, to standard output in one form."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _hide_secrets,
        structlog.processors.format_exc_info,
    ]
    renderer: Any = (
        structlog.dev.ConsoleRenderer(colors=sys.stdout.isatty())
        if log_format is LogFormat.CONSOLE
        else structlog.processors.JSONRenderer()
    )
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(_LEVELS[level]),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stdout),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(process=process)
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=[_drop_record, renderer])
    )
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)


def _hide_secrets(_logger: Any, _method: str, event: EventDict) -> EventDict:
    return {key: _without_secrets(key, value) for key, value in event.items()}


def _without_secrets(key: str, value: Any) -> Any:
    if any(word in key.lower() for word in _HIDDEN):
        return "[hidden]"
    if isinstance(value, dict):
        return {name: _without_secrets(str(name), inner) for name, inner in value.items()}
    return value


def _drop_record(_logger: Any, _method: str, event: EventDict) -> EventDict:
    event.pop("_record", None)
    event.pop("_from_structlog", None)
    return event
