-- What happened: the audit trail, its seals, and the events for the outside world.

CREATE TYPE audit_action AS ENUM (
    'create', 'update', 'delete', 'state_change', 'sign_off', 'login', 'logout', 'login_failed',
    'denied', 'export', 'approve', 'reject', 'restore', 'verify'
);
CREATE TYPE actor_kind AS ENUM ('user', 'api_key', 'system');

CREATE TABLE audit_logs (
    id uuid NOT NULL,
    org_id uuid NOT NULL REFERENCES organizations,
    entity_type text NOT NULL,
    entity_id uuid,  -- null: the act concerns no single record (an export, a verification)
    entity_version int,  -- the record's version after the change; null where it has none
    action audit_action NOT NULL,
    actor_kind actor_kind NOT NULL,
    actor_org_id uuid,  -- the user's own organization: another than org_id when an admin acts for a tenant
    user_id uuid,
    api_key_id uuid,
    actor_name text NOT NULL,  -- as it was at that moment: the person, the key, or the job
    request_id text,
    ip_address inet,
    user_agent text,
    reason text,
    details jsonb NOT NULL DEFAULT '{}',  -- {"before": {…}, "after": {…}} of the changed fields, no secrets
    -- How heavy the row is, told without unpacking it: sealing, exports and verification take up to so many bytes at once.
    details_bytes int NOT NULL GENERATED ALWAYS AS (octet_length(details::text)) STORED,
    "timestamp" timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (org_id, id),
    CONSTRAINT audit_logs_user FOREIGN KEY (actor_org_id, user_id) REFERENCES users (org_id, id),
    CONSTRAINT audit_logs_api_key FOREIGN KEY (org_id, api_key_id) REFERENCES api_keys (org_id, id),
    CONSTRAINT audit_logs_actor CHECK (
        (actor_kind = 'user') = (user_id IS NOT NULL)
        AND (actor_org_id IS NULL) = (user_id IS NULL)
        AND (actor_kind = 'api_key') = (api_key_id IS NOT NULL)
    ),
    -- A time that no verification asks for would hide a row from all of them.
    CONSTRAINT audit_logs_in_time CHECK ("timestamp" >= '1900-01-01 00:00+00' AND "timestamp" < '9999-01-01 00:00+00')
);
CREATE INDEX audit_logs_by_time ON audit_logs (org_id, "timestamp", id);
CREATE INDEX audit_logs_by_type ON audit_logs (org_id, entity_type, "timestamp", id);
CREATE INDEX audit_logs_by_entity ON audit_logs (org_id, entity_id, "timestamp", id) WHERE entity_id IS NOT NULL;
CREATE INDEX audit_logs_by_user ON audit_logs (org_id, user_id, "timestamp", id) WHERE user_id IS NOT NULL;
-- The actions people look for are rare beside create, update and state_change.
CREATE INDEX audit_logs_sign_ins ON audit_logs (org_id, "timestamp", id)
    WHERE action IN ('login', 'logout', 'login_failed');
CREATE INDEX audit_logs_sign_offs ON audit_logs (org_id, "timestamp", id) WHERE action = 'sign_off';
CREATE INDEX audit_logs_rare_actions ON audit_logs (org_id, "timestamp", id)
    WHERE action IN ('delete', 'denied', 'export', 'approve', 'reject', 'restore', 'verify');
-- How available an aircraft was is counted from the changes of its status.
CREATE INDEX audit_logs_aircraft_status ON audit_logs (org_id, entity_id, "timestamp", id)
    WHERE entity_type = 'aircraft' AND action = 'state_change';
CALL amss_protect('audit_logs');
GRANT SELECT, INSERT ON audit_logs TO amss_server, amss_worker;
GRANT SELECT, DELETE ON audit_logs TO amss_retention;

-- The rows that wait for their seal. A row comes here with the audit row itself, in its transaction, and leaves with
-- its seal: so none is overlooked, however late it commits, and the sealer never searches the trail.
CREATE TABLE audit_unsealed (
    org_id uuid NOT NULL,
    audit_log_id uuid NOT NULL,
    PRIMARY KEY (org_id, audit_log_id)
);
CALL amss_protect('audit_unsealed');
GRANT SELECT, INSERT ON audit_unsealed TO amss_server, amss_worker;
GRANT DELETE ON audit_unsealed TO amss_worker;

CREATE FUNCTION amss_await_seal() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO audit_unsealed (org_id, audit_log_id) SELECT org_id, id FROM written;
    RETURN NULL;
END $$;
CREATE TRIGGER audit_logs_await_seal AFTER INSERT ON audit_logs
    REFERENCING NEW TABLE AS written
    FOR EACH STATEMENT EXECUTE FUNCTION amss_await_seal();

-- One line per sealed row, in a dense sequence per organization; written by the sealer.
CREATE TABLE audit_seal_entries (
    org_id uuid NOT NULL,
    seq bigint NOT NULL,
    audit_log_id uuid NOT NULL,
    row_hash bytea NOT NULL,  -- SHA-256 of the row as text (docs/decisions/0017-sealing.md)
    details_bytes int NOT NULL,  -- as the row has them: how many places are read at once is told by the places alone
    sealed_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (org_id, seq),
    CONSTRAINT audit_seal_entries_once UNIQUE (org_id, audit_log_id),
    CONSTRAINT audit_seal_entries_row FOREIGN KEY (org_id, audit_log_id) REFERENCES audit_logs (org_id, id)
);
CALL amss_protect('audit_seal_entries');

CREATE TABLE audit_seals (
    id uuid NOT NULL,
    org_id uuid NOT NULL REFERENCES organizations,
    first_seq bigint NOT NULL,
    last_seq bigint NOT NULL,
    entries_hash bytea NOT NULL,  -- SHA-256 of the row hashes first_seq … last_seq, one after another
    previous_hash bytea,  -- SHA-256 of what the seal before it signed; null: the organization's first
    key_id text NOT NULL,  -- which AUDIT_SEAL_KEY signed
    signature bytea NOT NULL,
    sealed_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (org_id, id),
    CONSTRAINT audit_seals_start_once UNIQUE (org_id, first_seq),
    CONSTRAINT audit_seals_range CHECK (first_seq >= 1 AND last_seq >= first_seq)
);
CALL amss_protect('audit_seals');

GRANT SELECT ON audit_seal_entries, audit_seals TO amss_server;
GRANT SELECT, INSERT ON audit_seal_entries, audit_seals TO amss_worker;
GRANT SELECT, DELETE ON audit_seal_entries, audit_seals TO amss_retention;

CREATE TRIGGER audit_logs_immutable BEFORE UPDATE ON audit_logs
    FOR EACH ROW EXECUTE FUNCTION amss_refuse_change();
CREATE TRIGGER audit_logs_untruncatable BEFORE TRUNCATE ON audit_logs
    FOR EACH STATEMENT EXECUTE FUNCTION amss_refuse_change();
CREATE TRIGGER audit_logs_kept BEFORE DELETE ON audit_logs
    FOR EACH ROW EXECUTE FUNCTION amss_refuse_early_delete('timestamp', '2555');
CREATE TRIGGER audit_seal_entries_immutable BEFORE UPDATE ON audit_seal_entries
    FOR EACH ROW EXECUTE FUNCTION amss_refuse_change();
CREATE TRIGGER audit_seal_entries_untruncatable BEFORE TRUNCATE ON audit_seal_entries
    FOR EACH STATEMENT EXECUTE FUNCTION amss_refuse_change();
CREATE TRIGGER audit_seal_entries_kept BEFORE DELETE ON audit_seal_entries
    FOR EACH ROW EXECUTE FUNCTION amss_refuse_early_delete('sealed_at', '2555');
CREATE TRIGGER audit_seals_immutable BEFORE UPDATE ON audit_seals
    FOR EACH ROW EXECUTE FUNCTION amss_refuse_change();
CREATE TRIGGER audit_seals_untruncatable BEFORE TRUNCATE ON audit_seals
    FOR EACH STATEMENT EXECUTE FUNCTION amss_refuse_change();
CREATE TRIGGER audit_seals_kept BEFORE DELETE ON audit_seals
    FOR EACH ROW EXECUTE FUNCTION amss_refuse_early_delete('sealed_at', '2555');

-- One sequence for all tenants: drawn while the aggregate's row is locked, so it grows with the commits
-- of one aggregate. It orders; it identifies nothing.
CREATE SEQUENCE outbox_sequence;
GRANT USAGE ON SEQUENCE outbox_sequence TO amss_server, amss_worker;

CREATE TABLE outbox_events (
    id uuid NOT NULL,
    org_id uuid NOT NULL REFERENCES organizations,
    sequence bigint NOT NULL DEFAULT nextval('outbox_sequence'),
    -- A publisher holds one of 16 buckets at a time; an organization is always in the same one.
    bucket smallint NOT NULL GENERATED ALWAYS AS ((get_byte(uuid_send(org_id), 15) & 15)::smallint) STORED,
    event_type text NOT NULL,
    aggregate_type text NOT NULL,
    aggregate_id uuid NOT NULL,
    payload jsonb NOT NULL,  -- the CloudEvent's data
    request_id text,
    traceparent text,
    fanned_out_at timestamptz,  -- feed position given and deliveries made; null: waiting for it
    feed_position bigint,  -- dense per organization, given with fanned_out_at
    processed_at timestamptz,  -- written to the stream; null: waiting for it
    attempt_count int NOT NULL DEFAULT 0,
    next_attempt_at timestamptz,  -- null: at once
    last_error text,
    failed_at timestamptz,  -- given up, shown under dead letters; requeueing clears it
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (org_id, id),
    CONSTRAINT outbox_events_position_with_fan_out CHECK ((fanned_out_at IS NULL) = (feed_position IS NULL))
);
CREATE UNIQUE INDEX outbox_events_feed ON outbox_events (org_id, feed_position) WHERE feed_position IS NOT NULL;
CREATE INDEX outbox_events_to_fan_out ON outbox_events (bucket, sequence)
    WHERE fanned_out_at IS NULL AND failed_at IS NULL;
CREATE INDEX outbox_events_to_stream ON outbox_events (bucket, sequence)
    WHERE processed_at IS NULL AND failed_at IS NULL;
CREATE INDEX outbox_events_put_off ON outbox_events (bucket, next_attempt_at)
    WHERE next_attempt_at IS NOT NULL AND failed_at IS NULL;
CREATE INDEX outbox_events_dead ON outbox_events (org_id, failed_at, id) WHERE failed_at IS NOT NULL;
CREATE INDEX outbox_events_dead_by_type ON outbox_events (org_id, event_type, failed_at, id)
    WHERE failed_at IS NOT NULL;
-- Events are streamed nearly in the order in which they lie, so a few bytes a page do: for the stream's refill.
CREATE INDEX outbox_events_streamed ON outbox_events USING brin (processed_at) WITH (autosummarize = on);
CALL amss_protect('outbox_events');
GRANT SELECT, INSERT ON outbox_events TO amss_server, amss_worker;
GRANT UPDATE (attempt_count, next_attempt_at, last_error, failed_at) ON outbox_events TO amss_server;
GRANT UPDATE (
    fanned_out_at, feed_position, processed_at, attempt_count, next_attempt_at, last_error, failed_at
) ON outbox_events TO amss_worker;
GRANT SELECT, DELETE ON outbox_events TO amss_retention;

-- The counter behind feed_position; made by the publisher at an organization's first event.
CREATE TABLE event_feeds (
    org_id uuid PRIMARY KEY REFERENCES organizations,
    last_position bigint NOT NULL DEFAULT 0
);
CALL amss_protect('event_feeds');
GRANT SELECT ON event_feeds TO amss_server;
GRANT SELECT, INSERT, UPDATE ON event_feeds TO amss_worker;
