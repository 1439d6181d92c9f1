"""The jobs of the worker: the drawing, as a list."""

from functools import partial

from amss.features.audit.jobs import seal
from amss.features.audit.keys import SealKey
from amss.features.generation.jobs import generate
from amss.features.imports.job_stream import JobStream
from amss.features.imports.jobs import forget_dead_workers, process_next
from amss.features.parts.jobs import follow_expiry
from amss.features.retention.jobs import clean
from amss.features.system.jobs import Reporter
from amss.features.webhooks.jobs import Dispatcher, publish_next, stream_next, tend_outbox
from amss.foundation.settings import SettingsError
from amss.foundation.working import WorkerContext
from amss.worker.loop import Scheduled


def schedule(context: WorkerContext) -> tuple[Scheduled, ...]:
    """Return every job with its resting times in seconds."""
    settings = context.settings
    if settings.audit_seal_key is None:
        raise SettingsError("AUDIT_SEAL_KEY is missing: the worker seals the audit trail with it.")
    generation = every(settings.program_generation_interval.total_seconds())
    dispatcher = Dispatcher(settings, context.database.clock)
    process_imports = partial(process_next, JobStream(context.redis, context.worker_id))
    jobs = (
        Scheduled("outbox_publisher", publish_next, *between(0.02, 0.5)),
        Scheduled("outbox_streamer", stream_next, *between(0.02, 0.5)),
        Scheduled("outbox_keeper", tend_outbox, *every(10)),
        Scheduled("audit_sealer", partial(seal, SealKey(settings.audit_seal_key)), *every(2)),
        Scheduled("webhook_dispatcher", dispatcher.deliver_next, *between(0.02, 0.5), within=dispatcher),
        Scheduled("import_processor", process_imports, *between(0.05, 1)),
        Scheduled("import_keeper", forget_dead_workers, *every(3600)),
        Scheduled("program_generator", generate, *generation),
        Scheduled("part_expiry", follow_expiry, *generation),
        Scheduled("retention_cleaner", clean, *every(settings.retention_run_interval.total_seconds())),
    )
    reporter = Reporter({each.name: each.standing for each in jobs}, context)
    return (*jobs, Scheduled("job_reporter", reporter.report, *every(5)))


def between(shortest: float, longest: float) -> tuple[float, float]:
    """Rest shortly after work, and ever longer while none comes."""
    return shortest, longest


def every(seconds: float) -> tuple[float, float]:
    """Look for work at fixed intervals, the first time at the start."""
    return seconds, seconds
