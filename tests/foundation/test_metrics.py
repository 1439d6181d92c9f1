"""The names that dashboards and alerts are written against."""

from prometheus_client.metrics import MetricWrapperBase

from amss.foundation import metrics

NAMES = {
    "http_server_request_duration_seconds": ("http_request_method", "http_route", "http_response_status_code"),
    "rpc_server_call_duration_seconds": ("rpc_method", "rpc_response_status_code"),
    "amss_requests_in_flight": ("transport",),
    "amss_database_connections_in_use": (),
    "amss_database_connection_wait_seconds": (),
    "amss_ratelimit_decisions_total": ("policy", "decision"),
    "amss_ratelimit_redis_failures_total": (),
    "amss_idempotency_total": ("outcome",),
    "amss_auth_events_total": ("event",),
    "amss_job_runs_total": ("job", "result"),
    "amss_job_duration_seconds": ("job",),
    "amss_outbox_oldest_unpublished_seconds": (),
    "amss_outbox_lag_seconds": ("step",),
    "amss_outbox_dead_letters": (),
    "amss_outbox_events_total": ("result",),
    "amss_audit_unsealed_rows": (),
    "amss_webhook_deliveries_total": ("result",),
    "amss_webhook_delivery_duration_seconds": (),
    "amss_import_rows_total": ("type", "result"),
    "amss_tasks_generated_total": (),
    "amss_retention_deleted_total": ("class",),
}


def test_every_metric_has_the_name_and_the_labels_it_is_looked_for_by() -> None:
    made = {
        described.name + ("_total" if described.type == "counter" else ""): metric._labelnames  # pyright: ignore[reportPrivateUsage]
        for metric in vars(metrics).values()
        if isinstance(metric, MetricWrapperBase)
        for described in metric.describe()
    }

    assert made == NAMES
