"""amss-worker with some of its jobs alone, named as in its log: `some_jobs.py outbox_publisher outbox_streamer`."""

import asyncio
import os
import signal
import sys

import uvloop

from amss.foundation.listening import metrics_served
from amss.foundation.logs import start_logging
from amss.foundation.settings import load_settings
from amss.worker.main import open_context, run_jobs
from amss.worker.schedule import schedule


async def main() -> None:
    """Work until the process is told to stop."""
    settings = load_settings(os.environ)
    start_logging(settings.log_level, settings.log_format, "worker")
    async with open_context(settings) as context:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, context.stopping.set)
        with metrics_served("WORKER_METRICS_ADDR", settings.worker_metrics_addr):
            await run_jobs(tuple(each for each in schedule(context) if each.name in sys.argv[1:]), context)


if __name__ == "__main__":
    uvloop.run(main())
