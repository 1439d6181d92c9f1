-- What an organization has settled, requests that may come twice, and views people keep.

CREATE TYPE saved_view_scope AS ENUM ('own', 'team');

CREATE TABLE org_policies (
    org_id uuid PRIMARY KEY REFERENCES organizations,
    retention_interval interval NOT NULL DEFAULT '365 days',  -- class operational
    maintenance_records_retention_days int NOT NULL DEFAULT 3650,
    audit_retention_days int NOT NULL DEFAULT 3650,
    technical_retention_days int NOT NULL DEFAULT 30,
    api_rate_limit_per_min int NOT NULL DEFAULT 6000,
    api_key_rate_limit_per_min int NOT NULL DEFAULT 1200,
    early_start_minutes int NOT NULL DEFAULT 5,  -- how long before its start_time a task may start
    sign_off_by_any_mechanic boolean NOT NULL DEFAULT false,  -- false: by the assigned one only
    webhook_max_attempts int NOT NULL DEFAULT 10,
    due_soon_days int NOT NULL DEFAULT 7,  -- the console's two horizons
    due_upcoming_days int NOT NULL DEFAULT 30,
    version int NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    -- Days only: drivers flatten months to 30 days, and a record would go earlier than was settled.
    CONSTRAINT org_policies_retention_in_days CHECK (
        retention_interval = make_interval(days => extract(day FROM retention_interval)::int)
        AND extract(year FROM retention_interval) = 0
        AND extract(month FROM retention_interval) = 0
    ),
    CONSTRAINT org_policies_retention_floors CHECK (
        retention_interval >= interval '30 days'
        AND maintenance_records_retention_days >= 1095
        AND audit_retention_days >= 2555
        AND technical_retention_days BETWEEN 1 AND 90
    ),
    CONSTRAINT org_policies_rate_limits CHECK (api_rate_limit_per_min > 0 AND api_key_rate_limit_per_min > 0),
    CONSTRAINT org_policies_early_start CHECK (early_start_minutes BETWEEN 0 AND 1440),
    CONSTRAINT org_policies_webhook_attempts CHECK (webhook_max_attempts BETWEEN 1 AND 10),
    CONSTRAINT org_policies_due_horizons CHECK (due_soon_days >= 0 AND due_upcoming_days >= due_soon_days)
);
CALL amss_protect('org_policies');
GRANT SELECT, INSERT, UPDATE ON org_policies TO amss_server, amss_worker;
GRANT SELECT ON org_policies TO amss_retention;

CREATE TABLE idempotency_keys (
    id uuid NOT NULL,
    org_id uuid NOT NULL REFERENCES organizations,
    principal text NOT NULL,  -- who sent it: a key of another is another key
    key text NOT NULL,
    endpoint text NOT NULL,  -- method and route
    request_hash bytea NOT NULL,  -- HMAC-SHA-256 of the request
    status_code int,  -- the answer; null only inside the transaction that claims the key
    response_headers jsonb,
    response_body bytea,  -- the exact bytes; encrypted with SECRETS_KEY where body_encrypted says so
    body_encrypted boolean NOT NULL DEFAULT false,  -- the answer carried a one-time secret
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,  -- afterwards the key may be taken over
    PRIMARY KEY (org_id, id),
    CONSTRAINT idempotency_keys_once UNIQUE (org_id, principal, key, endpoint)
);
CREATE INDEX idempotency_keys_by_expiry ON idempotency_keys (org_id, expires_at);
CALL amss_protect('idempotency_keys');
GRANT SELECT, INSERT, UPDATE, DELETE ON idempotency_keys TO amss_server;
GRANT SELECT ON idempotency_keys TO amss_worker;
GRANT SELECT, DELETE ON idempotency_keys TO amss_retention;

CREATE TABLE saved_views (
    id uuid NOT NULL,
    org_id uuid NOT NULL REFERENCES organizations,
    owner_id uuid NOT NULL,
    owner_org_id uuid NOT NULL,  -- an admin comes from another organization
    scope saved_view_scope NOT NULL DEFAULT 'own',
    screen text NOT NULL,
    name text NOT NULL,
    query text NOT NULL,  -- the screen's query string
    version int NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (org_id, id),
    CONSTRAINT saved_views_owner FOREIGN KEY (owner_org_id, owner_id) REFERENCES users (org_id, id)
);
CREATE UNIQUE INDEX saved_views_name_free ON saved_views (org_id, owner_id, screen, name);
CREATE INDEX saved_views_team ON saved_views (org_id, screen, name, id) WHERE scope = 'team';
CALL amss_protect('saved_views');
GRANT SELECT, INSERT, UPDATE, DELETE ON saved_views TO amss_server;
GRANT SELECT ON saved_views TO amss_worker;
GRANT SELECT, DELETE ON saved_views TO amss_retention;
