"""Use cases of whoever runs the installation: look at the jobs, publish an event that was given up."""

from uuid import UUID

from amss.features.system import queries
from amss.features.system.model import DeadLetter, DeadLetterQuery, Requeued
from amss.foundation.database import Transaction
from amss.foundation.reading import Reader, Shown
from amss.journal.event_types import Action
from amss.journal.recorder import note


async def list_jobs(reader: Reader) -> Shown:
    """List the workers' jobs and how they do."""
    return await queries.show_jobs(reader)


async def list_dead_letters(reader: Reader, query: DeadLetterQuery) -> Shown:
    """List the events of an organization that were given up, the latest first."""
    return await queries.DEAD_LETTERS.page(reader, query)


async def requeue(tx: Transaction, event_id: UUID) -> Requeued:
    """Let an event that was given up be published after all; it may come after later ones of its record."""
    dead = await queries.get_for_update(tx, event_id)
    await queries.requeue(tx, event_id)
    details = {"event_type": dead.event_type, "attempts": dead.attempt_count, "error": dead.last_error}
    await note(tx, Action.RESTORE, DeadLetter.entity_type, event_id, details=details)
    return Requeued(id=dead.id, event_type=dead.event_type)
