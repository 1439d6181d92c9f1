-- Endpoints of others, and what was sent to them.

CREATE TYPE webhook_status AS ENUM ('enabled', 'disabled');
CREATE TYPE webhook_disabled_reason AS ENUM ('by_hand', 'failing', 'gone');
CREATE TYPE webhook_delivery_status AS ENUM ('pending', 'delivered', 'failed', 'held');

CREATE TABLE webhooks (
    id uuid NOT NULL,
    org_id uuid NOT NULL REFERENCES organizations,
    url text NOT NULL,
    events text[] NOT NULL,  -- event types, or a family as 'task.*'
    description text,
    secret bytea NOT NULL,  -- encrypted with SECRETS_KEY
    previous_secret bytea,  -- encrypted likewise; signs beside the new one until it expires
    previous_secret_expires_at timestamptz,
    status webhook_status NOT NULL DEFAULT 'enabled',
    disabled_reason webhook_disabled_reason,  -- by_hand: no deliveries are made; else they are held
    disabled_at timestamptz,
    failing_since timestamptz,  -- first failure since the last success
    version int NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz,
    PRIMARY KEY (org_id, id),
    CONSTRAINT webhooks_events CHECK (cardinality(events) > 0),
    CONSTRAINT webhooks_previous_secret_expires CHECK (
        (previous_secret IS NULL) = (previous_secret_expires_at IS NULL)
    ),
    CONSTRAINT webhooks_disabled CHECK (
        (status = 'disabled') = (disabled_reason IS NOT NULL) AND (status = 'disabled') = (disabled_at IS NOT NULL)
    )
);
CREATE INDEX webhooks_live ON webhooks (org_id, id) WHERE deleted_at IS NULL;
CREATE INDEX webhooks_disabled ON webhooks (org_id, id) WHERE status = 'disabled' AND deleted_at IS NULL;
CALL amss_protect('webhooks');
GRANT SELECT, INSERT, UPDATE ON webhooks TO amss_server, amss_worker;
GRANT SELECT, DELETE ON webhooks TO amss_retention;

CREATE TABLE webhook_deliveries (
    id uuid NOT NULL,
    org_id uuid NOT NULL,
    webhook_id uuid NOT NULL,
    event_id uuid NOT NULL,
    event_type text NOT NULL,  -- the event's, repeated here for the list's filter
    status webhook_delivery_status NOT NULL DEFAULT 'pending',  -- held: waits for /enable
    next_attempt_at timestamptz,  -- null: no further attempt is planned
    lease_until timestamptz,  -- a dispatcher is sending it; it outlives the request's timeout
    attempt_count int NOT NULL DEFAULT 0,
    last_response_code int,  -- null: none came
    last_error text,
    delivered_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (org_id, id),
    CONSTRAINT webhook_deliveries_once UNIQUE (org_id, webhook_id, event_id),
    CONSTRAINT webhook_deliveries_webhook FOREIGN KEY (org_id, webhook_id) REFERENCES webhooks (org_id, id),
    CONSTRAINT webhook_deliveries_event FOREIGN KEY (org_id, event_id) REFERENCES outbox_events (org_id, id),
    CONSTRAINT webhook_deliveries_planned CHECK ((status = 'pending') = (next_attempt_at IS NOT NULL)),
    CONSTRAINT webhook_deliveries_delivered CHECK ((status = 'delivered') = (delivered_at IS NOT NULL))
);
-- By endpoint, so that the dispatcher gives each its share, however long another's backlog is.
CREATE INDEX webhook_deliveries_to_send ON webhook_deliveries (webhook_id, next_attempt_at) WHERE status = 'pending';
CREATE INDEX webhook_deliveries_by_webhook ON webhook_deliveries (org_id, webhook_id, id);
CREATE INDEX webhook_deliveries_by_type ON webhook_deliveries (org_id, webhook_id, event_type, id);
CREATE INDEX webhook_deliveries_pending ON webhook_deliveries (org_id, webhook_id, id) WHERE status = 'pending';
CREATE INDEX webhook_deliveries_failed ON webhook_deliveries (org_id, webhook_id, id) WHERE status = 'failed';
CREATE INDEX webhook_deliveries_held ON webhook_deliveries (org_id, webhook_id, id) WHERE status = 'held';
CREATE INDEX webhook_deliveries_by_event ON webhook_deliveries (org_id, event_id);
CALL amss_protect('webhook_deliveries');
GRANT SELECT, INSERT, UPDATE ON webhook_deliveries TO amss_server, amss_worker;
GRANT SELECT, DELETE ON webhook_deliveries TO amss_retention;

CREATE TABLE webhook_delivery_attempts (
    id uuid NOT NULL,
    org_id uuid NOT NULL,
    delivery_id uuid NOT NULL,
    attempt int NOT NULL,  -- from 1, going on after a retry by hand
    attempted_at timestamptz NOT NULL,
    duration_ms int NOT NULL,
    request_headers jsonb NOT NULL,
    response_code int,  -- null: no answer came, `error` says why
    response_headers jsonb,
    response_body text,  -- the first 16 KiB
    error text,
    PRIMARY KEY (org_id, id),
    CONSTRAINT webhook_delivery_attempts_delivery FOREIGN KEY (org_id, delivery_id)
        REFERENCES webhook_deliveries (org_id, id),
    CONSTRAINT webhook_delivery_attempts_once UNIQUE (org_id, delivery_id, attempt)
);
CALL amss_protect('webhook_delivery_attempts');
GRANT SELECT ON webhook_delivery_attempts TO amss_server;
GRANT SELECT, INSERT ON webhook_delivery_attempts TO amss_worker;
GRANT SELECT, DELETE ON webhook_delivery_attempts TO amss_retention;
