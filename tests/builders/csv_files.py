"""Sending CSV files, and doing the worker's part until they are through."""

import io
from typing import Any

import aiohttp

from amss.features.imports import jobs
from amss.features.imports.job_stream import JobStream
from amss.foundation.working import WorkerContext
from builders.front_door import FrontDoor, Reply
from builders.installation import Installation
from builders.tenants import Person


def a_form(
    content: bytes, *, kind: str = "aircraft", file_name: str = "fleet.csv", **fields: str
) -> aiohttp.FormData:
    """Return the form of `POST /imports/csv`."""
    form = aiohttp.FormData({"type": kind, **fields})
    form.add_field("file", io.BytesIO(content), filename=file_name, content_type="text/csv")
    return form


async def send_csv(api: FrontDoor, person: Person, content: bytes, *, key: str | None = None) -> Reply:
    """Upload a file of aircraft."""
    headers = {"idempotency-key": key} if key else None
    return await api(person, "POST /imports/csv", data=a_form(content), headers=headers)


def a_worker(installation: Installation, worker_id: str = "test-worker") -> WorkerContext:
    """Return what a worker process would give its jobs."""
    return WorkerContext(installation.settings, installation.worker, installation.redis, worker_id)


async def process_next(worker: WorkerContext) -> None:
    """Do one batch as a worker that was just started."""
    await jobs.process_next(JobStream(worker.redis, worker.worker_id), worker)


async def finish_import(api: FrontDoor, person: Person, import_id: str, worker: WorkerContext) -> Any:
    """Work as the worker does until this import has ended; return it as shown."""
    shown: Any = None
    for _ in range(500):
        shown = (await api(person, f"GET /imports/{import_id}")).json
        if shown["status"] in ("completed", "failed"):
            return shown
        await process_next(worker)
    raise AssertionError(f"The import did not end: {shown}")


async def import_csv(api: FrontDoor, person: Person, content: bytes, worker: WorkerContext) -> Any:
    """Upload a file and see it through."""
    sent = await send_csv(api, person, content)
    assert sent.status == 202, sent.body
    return await finish_import(api, person, sent.json["id"], worker)
