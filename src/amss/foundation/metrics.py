"""Everything AMSS counts, for Prometheus. Labels are bounded: routes, jobs and results, never tenants or paths."""

from functools import cache
from typing import TypeVar

from prometheus_client import Counter, Gauge, Histogram

M = TypeVar("M", Counter, Gauge, Histogram)

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

HTTP_SECONDS = Histogram(
    "http_server_request_duration_seconds",
    "Time from the request's head to the answer's last byte",
    ["http_request_method", "http_route", "http_response_status_code"],
    buckets=_SECONDS,
)
RPC_SECONDS = Histogram(
    "rpc_server_call_duration_seconds",
    "Time from a gRPC call to its answer",
    ["rpc_method", "rpc_response_status_code"],
    buckets=_SECONDS,
)
IN_FLIGHT = Gauge("amss_requests_in_flight", "Requests and calls being answered now", ["transport"])
POOL_IN_USE = Gauge("amss_database_connections_in_use", "Connections lent out now")
POOL_WAIT_SECONDS = Histogram(
    "amss_database_connection_wait_seconds", "Time waited for a connection by those who had to wait", buckets=_SECONDS
)
RATE_LIMIT_DECISIONS = Counter("amss_ratelimit_decisions_total", "Rate limit decisions", ["policy", "decision"])
RATE_LIMIT_FAILURES = Counter("amss_ratelimit_redis_failures_total", "Decisions that Redis did not make")
IDEMPOTENCY = Counter("amss_idempotency_total", "What became of idempotency keys", ["outcome"])
AUTH_EVENTS = Counter("amss_auth_events_total", "Sign-ins, refreshes, refusals", ["event"])

JOB_RUNS = Counter("amss_job_runs_total", "Runs of the worker's jobs", ["job", "result"])
JOB_SECONDS = Histogram("amss_job_duration_seconds", "Duration of one run of a job", ["job"], buckets=_SECONDS)
OUTBOX_OLDEST_SECONDS = Gauge(
    "amss_outbox_oldest_unpublished_seconds", "Age of the oldest event that is not yet published"
)
OUTBOX_LAG_SECONDS = Histogram(
    "amss_outbox_lag_seconds",
    "Age of events when they were taken to the feed, or to the stream",
    ["step"],
    buckets=(*_SECONDS, 60, 600, 3600),
)
OUTBOX_DEAD_LETTERS = Gauge("amss_outbox_dead_letters", "Events that were given up and wait to be requeued")
OUTBOX_EVENTS = Counter("amss_outbox_events_total", "Events by what became of them", ["result"])
AUDIT_UNSEALED = Gauge("amss_audit_unsealed_rows", "Audit rows that wait for their seal")
WEBHOOK_DELIVERIES = Counter("amss_webhook_deliveries_total", "Delivery attempts by result", ["result"])
WEBHOOK_SECONDS = Histogram(
    "amss_webhook_delivery_duration_seconds", "Duration of one delivery attempt", buckets=(*_SECONDS, 15, 30)
)
IMPORT_ROWS = Counter("amss_import_rows_total", "Rows of imports by type and result", ["type", "result"])
TASKS_GENERATED = Counter("amss_tasks_generated_total", "Tasks made from due items")
RETENTION_DELETED = Counter("amss_retention_deleted_total", "Rows deleted by record class", ["class"])


@cache
def counted(metric: M, *labels: object) -> M:
    """Return the part of a metric with these labels; the library looks it up anew each time, under a lock."""
    return metric.labels(*labels)
