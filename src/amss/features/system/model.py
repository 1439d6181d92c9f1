"""Shapes of what an admin looks at: a job and how it is doing, an event that was given up."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

import msgspec

from amss.foundation.paging import ListQuery

LONGEST_ERROR = 300


class JobResult(StrEnum):
    """How a run of a job ended."""

    WORKED = "worked"  # and there was more to do
    IDLE = "idle"  # nothing was left to do
    FAILED = "failed"


@dataclass
class Standing:
    """How a job has been doing since its worker started; None is not yet. The loop that runs it keeps this."""

    runs: int = 0
    failures: int = 0
    running_since: datetime | None = None
    finished_at: datetime | None = None
    result: JobResult | None = None
    duration_ms: int | None = None
    failed_at: datetime | None = None
    last_error: str | None = None

    def begin(self, *, now: datetime) -> None:
        """Note that a run begins."""
        self.running_since = now

    def end(self, result: JobResult, *, seconds: float, now: datetime, fault: Exception | None) -> None:
        """Note that the run has ended, and how."""
        self.running_since = None
        self.runs += 1
        self.finished_at, self.result, self.duration_ms = now, result, round(seconds * 1000)
        if fault is not None:
            self.failures += 1
            self.failed_at, self.last_error = now, in_one_sentence(fault)


def in_one_sentence(fault: Exception) -> str:
    """Return the first line of what an exception says; what follows may show a tenant's data."""
    said = str(fault).replace("\0", "").strip().partition("\n")[0]
    name = type(fault).__name__
    return f"{name}: {said}"[:LONGEST_ERROR] if said else name


class JobOut(msgspec.Struct, frozen=True, kw_only=True):
    """A job of one worker, as that worker last told of it.

    `started_at` is when the worker started, `running_since` when the present run began (null: the job rests).
    `alive` is false where the worker has not been heard of for half a minute: it was stopped, died, or is cut off.
    """

    worker_id: str
    job: str
    alive: bool
    seen_at: datetime
    started_at: datetime
    running_since: datetime | None
    finished_at: datetime | None
    result: JobResult | None
    duration_ms: int | None
    runs: int
    failures: int
    failed_at: datetime | None
    last_error: str | None


class JobsOut(msgspec.Struct, frozen=True, kw_only=True):
    """The jobs of all workers; of very many, those heard of last."""

    items: tuple[JobOut, ...]


class DeadLetterOut(msgspec.Struct, frozen=True, kw_only=True):
    """An event that was given up: it is not in the feed, was not sent to webhooks and is not in the stream."""

    id: UUID
    event_type: str
    aggregate_type: str
    aggregate_id: UUID
    attempt_count: int
    last_error: str | None
    created_at: datetime
    failed_at: datetime


class DeadLetterQuery(ListQuery, kw_only=True, forbid_unknown_fields=True):
    """How the events that were given up can be filtered."""

    event_type: str | None = None


class DeadLetter(msgspec.Struct, frozen=True, kw_only=True):
    """An event that was given up, as it is requeued."""

    entity_type: ClassVar[str] = "event"

    id: UUID
    event_type: str
    attempt_count: int
    last_error: str | None


class Requeued(msgspec.Struct, frozen=True, kw_only=True):
    """An event that is published again, under the id it always had."""

    id: UUID
    event_type: str
