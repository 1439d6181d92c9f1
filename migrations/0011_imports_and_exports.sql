-- Files that come in and files that go out.

CREATE TYPE import_type AS ENUM ('aircraft', 'parts', 'programs', 'utilization', 'due_items');
CREATE TYPE import_status AS ENUM ('pending', 'validating', 'applying', 'completed', 'failed', 'cancelled');
CREATE TYPE import_row_status AS ENUM ('pending', 'valid', 'invalid', 'applied', 'skipped');
CREATE TYPE export_status AS ENUM ('pending', 'running', 'completed', 'failed');

CREATE TABLE imports (
    id uuid NOT NULL,
    org_id uuid NOT NULL REFERENCES organizations,
    type import_type NOT NULL,
    status import_status NOT NULL DEFAULT 'pending',
    file_name text NOT NULL,
    dry_run boolean NOT NULL DEFAULT false,
    storage_key text NOT NULL,  -- where the file lies in IMPORT_STORAGE
    file_bytes bigint NOT NULL,
    checksum bytea NOT NULL,  -- SHA-256 of the file
    created_by uuid,  -- null: an API key sent it
    created_by_org_id uuid,  -- an admin comes from another organization
    total_rows int NOT NULL DEFAULT 0,
    valid_rows int NOT NULL DEFAULT 0,
    invalid_rows int NOT NULL DEFAULT 0,
    applied_rows int NOT NULL DEFAULT 0,
    skipped_rows int NOT NULL DEFAULT 0,
    read_bytes bigint NOT NULL DEFAULT 0,  -- how much of the file was judged: where the next batch begins
    summary jsonb,  -- {"message", "unknown_columns", "seconds"}; null until the header was read
    try_again_at timestamptz,  -- a batch failed unexpectedly; until then leave it alone
    started_at timestamptz,
    finished_at timestamptz,
    version int NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (org_id, id),
    CONSTRAINT imports_creator FOREIGN KEY (created_by_org_id, created_by) REFERENCES users (org_id, id),
    CONSTRAINT imports_creator_whole CHECK ((created_by IS NULL) = (created_by_org_id IS NULL)),
    CONSTRAINT imports_finished CHECK (
        (status IN ('completed', 'failed', 'cancelled')) = (finished_at IS NOT NULL)
    )
);
CREATE INDEX imports_by_creation ON imports (org_id, created_at, id);
CREATE INDEX imports_in_work ON imports (org_id, created_at, id)
    WHERE status IN ('pending', 'validating', 'applying');
CREATE INDEX imports_failed ON imports (org_id, created_at, id) WHERE status = 'failed';
CREATE INDEX imports_unfinished ON imports (updated_at) WHERE status IN ('pending', 'validating', 'applying');
CALL amss_protect('imports');
GRANT SELECT, INSERT, UPDATE ON imports TO amss_server, amss_worker;
GRANT SELECT, DELETE ON imports TO amss_retention;

CREATE TABLE import_rows (
    id uuid NOT NULL,
    org_id uuid NOT NULL,
    import_id uuid NOT NULL,
    row_number int NOT NULL,  -- the line's number among the data lines, from 1
    status import_row_status NOT NULL DEFAULT 'pending',
    upsert_key text,  -- what the row is about, e.g. its tail number; the last valid row of a key wins
    raw jsonb NOT NULL,  -- column name: text as in the file
    errors jsonb NOT NULL DEFAULT '[]',  -- [{"column", "code", "message", "value"}]
    entity_id uuid,  -- what the row created or changed; null until applied
    PRIMARY KEY (org_id, id),
    CONSTRAINT import_rows_import FOREIGN KEY (org_id, import_id) REFERENCES imports (org_id, id),
    CONSTRAINT import_rows_once UNIQUE (org_id, import_id, row_number)
);
CREATE INDEX import_rows_by_key ON import_rows (org_id, import_id, upsert_key, row_number)
    WHERE upsert_key IS NOT NULL;
CREATE INDEX import_rows_pending ON import_rows (org_id, import_id, row_number) WHERE status = 'pending';
CREATE INDEX import_rows_valid ON import_rows (org_id, import_id, row_number) WHERE status = 'valid';
CREATE INDEX import_rows_invalid ON import_rows (org_id, import_id, row_number) WHERE status = 'invalid';
CREATE INDEX import_rows_applied ON import_rows (org_id, import_id, row_number) WHERE status = 'applied';
CREATE INDEX import_rows_skipped ON import_rows (org_id, import_id, row_number) WHERE status = 'skipped';
CALL amss_protect('import_rows');
GRANT SELECT ON import_rows TO amss_server;
GRANT SELECT, INSERT, UPDATE ON import_rows TO amss_worker;
GRANT SELECT, DELETE ON import_rows TO amss_retention;

-- COPY into a table with row-level security is refused, so rows pass through here. Emptied by the
-- transaction that fills it; unlogged, because a crash repeats the batch.
CREATE UNLOGGED TABLE import_rows_staging (
    id uuid NOT NULL,
    org_id uuid NOT NULL,
    import_id uuid NOT NULL,
    row_number int NOT NULL,
    status import_row_status NOT NULL,
    upsert_key text,
    raw jsonb NOT NULL,
    errors jsonb NOT NULL,
    entity_id uuid,
    PRIMARY KEY (org_id, import_id, row_number)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON import_rows_staging TO amss_worker;

CREATE TABLE exports (
    id uuid NOT NULL,
    org_id uuid NOT NULL REFERENCES organizations,
    kind text NOT NULL,  -- 'organization': all of it
    status export_status NOT NULL DEFAULT 'pending',
    progress int NOT NULL DEFAULT 0,  -- percent
    storage_key text,  -- null until there is a file, and after it expired
    file_bytes bigint,
    hash bytea,  -- SHA-256 of the file
    failure text,  -- why it failed, in words for the person who asked
    requested_by uuid,  -- null: an API key asked
    requested_by_org_id uuid,  -- an admin comes from another organization
    lease_until timestamptz,  -- a worker is at it; later than now: leave it alone
    started_at timestamptz,
    finished_at timestamptz,
    expires_at timestamptz,  -- when the file goes; null until there is one
    version int NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (org_id, id),
    CONSTRAINT exports_requester FOREIGN KEY (requested_by_org_id, requested_by) REFERENCES users (org_id, id),
    CONSTRAINT exports_requester_whole CHECK ((requested_by IS NULL) = (requested_by_org_id IS NULL)),
    CONSTRAINT exports_progress CHECK (progress BETWEEN 0 AND 100)
);
CREATE INDEX exports_unfinished ON exports (created_at) WHERE status IN ('pending', 'running');
CALL amss_protect('exports');
GRANT SELECT, INSERT, UPDATE ON exports TO amss_server, amss_worker;
GRANT SELECT, DELETE ON exports TO amss_retention;
