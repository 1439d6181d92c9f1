-- How the jobs of each worker do, as the worker tells every few seconds. It belongs to the installation, not to an
-- organization: the server shows it to admins alone.

CREATE TABLE worker_jobs (
    worker_id text NOT NULL,
    job text NOT NULL,
    started_at timestamptz NOT NULL,  -- when the worker started, by its own clock
    seen_at timestamptz NOT NULL,  -- when it last told, by the database's clock
    runs bigint NOT NULL,  -- since the worker started
    failures bigint NOT NULL,
    running_since timestamptz,  -- null: the job rests
    finished_at timestamptz,  -- of the last run; null: none has ended yet
    result text,
    duration_ms int,
    failed_at timestamptz,  -- of the last run that failed
    last_error text,
    PRIMARY KEY (worker_id, job),
    CONSTRAINT worker_jobs_result CHECK (result IN ('worked', 'idle', 'failed'))
);
GRANT SELECT ON worker_jobs TO amss_server;
GRANT SELECT, INSERT, UPDATE, DELETE ON worker_jobs TO amss_worker;
