-- Roles, extensions and what every later migration builds on.
--
-- This file alone runs as the login that migrates; every later one runs as amss_owner.
-- The roles are cluster-wide and have no login: an operator makes logins that are members of them.

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'amss_owner') THEN
        CREATE ROLE amss_owner NOLOGIN;
        CREATE ROLE amss_server NOLOGIN;
        -- NOINHERIT: what amss_retention may delete comes only by SET LOCAL ROLE amss_retention.
        CREATE ROLE amss_worker NOLOGIN NOINHERIT;
        CREATE ROLE amss_retention NOLOGIN;
        GRANT amss_retention TO amss_worker;
    END IF;
EXCEPTION
    -- Another database of the cluster is making them at this moment.
    WHEN duplicate_object OR unique_violation THEN NULL;
END $$;

-- A login that is no superuser must be able to become the owner it has just made.
DO $$
DECLARE
    becoming text := CASE WHEN current_setting('server_version_num')::int >= 160000 THEN 'SET' ELSE 'MEMBER' END;
BEGIN
    IF NOT pg_has_role(current_user, 'amss_owner', becoming) THEN
        EXECUTE format('GRANT amss_owner TO %I', current_user);
    END IF;
END $$;

CREATE EXTENSION IF NOT EXISTS citext;
CREATE EXTENSION IF NOT EXISTS btree_gist;

REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT CREATE, USAGE ON SCHEMA public TO amss_owner;
GRANT USAGE ON SCHEMA public TO amss_server, amss_worker, amss_retention;

SET LOCAL ROLE amss_owner;

-- Functions are granted by name, to those who need them.
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;

CREATE TABLE schema_migrations (
    version text PRIMARY KEY,  -- the digits the file's name begins with
    name text NOT NULL,
    sha256 text NOT NULL,  -- of the file as it was applied; a file never changes afterwards
    applied_at timestamptz NOT NULL DEFAULT now()
);
GRANT SELECT ON schema_migrations TO amss_server, amss_worker;

-- Row-level security for one tenant-owned table, enabled and forced.
-- The server sees the tenant its transaction has set and, with none set, nothing; the others see all.
CREATE PROCEDURE amss_protect(tenant_table regclass, tenant_column name DEFAULT 'org_id')
LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', tenant_table);
    EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', tenant_table);
    EXECUTE format(
        $policy$
        CREATE POLICY tenant ON %1$s TO amss_server
            USING (%2$I = NULLIF(current_setting('amss.org_id', true), '')::uuid)
            WITH CHECK (%2$I = NULLIF(current_setting('amss.org_id', true), '')::uuid)
        $policy$, tenant_table, tenant_column);
    EXECUTE format(
        'CREATE POLICY everything ON %s TO amss_owner, amss_worker, amss_retention USING (true) WITH CHECK (true)',
        tenant_table);
END $$;

-- A time as the API prints it: 2026-11-24T04:01:57Z, with six digits when it has a fraction.
-- STABLE, like to_char, because only then does the planner put the body in the call's place.
CREATE FUNCTION amss_utc(moment timestamptz) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
RETURN replace(to_char(moment AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), '.000000', '');
GRANT EXECUTE ON FUNCTION amss_utc TO amss_server, amss_worker, amss_retention;

-- For what is written once: refuses the statement, whoever asks.
CREATE FUNCTION amss_refuse_change() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% of % is refused: its rows are evidence', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME, CONSTRAINT = TG_TABLE_NAME || '_immutable';
END $$;

-- For evidence that may leave one day: only the retention role deletes it, only after the floor of its
-- class, never under legal hold. Arguments: the column that holds its time, the floor in days.
CREATE FUNCTION amss_refuse_early_delete() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    kept_since timestamptz := (to_jsonb(OLD) ->> TG_ARGV[0])::timestamptz;
    refusal text;
BEGIN
    IF current_user <> 'amss_retention' THEN
        refusal := 'only retention deletes it';
    ELSIF kept_since IS NULL OR kept_since > now() - make_interval(days => TG_ARGV[1]::int) THEN
        refusal := format('it must be kept for %s days', TG_ARGV[1]);
    ELSIF EXISTS (SELECT FROM organizations WHERE id = OLD.org_id AND legal_hold) THEN
        refusal := 'its organization is under legal hold';
    ELSE
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'DELETE of % is refused: %', TG_TABLE_NAME, refusal
        USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME, CONSTRAINT = TG_TABLE_NAME || '_immutable';
END $$;
