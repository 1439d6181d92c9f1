-- Tenants and their people.

CREATE TYPE organization_status AS ENUM ('active', 'suspended');
CREATE TYPE user_role AS ENUM ('admin', 'tenant_admin', 'scheduler', 'mechanic', 'auditor');

CREATE TABLE organizations (
    id uuid PRIMARY KEY,
    name text NOT NULL,
    slug text NOT NULL,  -- names the tenant in URLs and at sign-in; the admins live in 'system'
    time_zone text NOT NULL DEFAULT 'UTC',  -- IANA name; dates of the due engine are dates in it
    status organization_status NOT NULL DEFAULT 'active',
    legal_hold boolean NOT NULL DEFAULT false,  -- true: retention deletes nothing of it
    version int NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz,
    CONSTRAINT organizations_slug_form CHECK (slug ~ '^[a-z0-9][a-z0-9-]{1,62}$')
);
CREATE UNIQUE INDEX organizations_slug_free ON organizations (slug) WHERE deleted_at IS NULL;
CREATE INDEX organizations_by_name ON organizations (name, id) WHERE deleted_at IS NULL;
CALL amss_protect('organizations', 'id');
GRANT SELECT, INSERT, UPDATE ON organizations TO amss_server, amss_worker;
GRANT SELECT ON organizations TO amss_retention;

CREATE TABLE users (
    id uuid NOT NULL,
    org_id uuid NOT NULL REFERENCES organizations,
    email citext NOT NULL,
    name text NOT NULL,
    role user_role NOT NULL,
    password_hash text NOT NULL,  -- argon2id, PHC string
    must_change_password boolean NOT NULL DEFAULT false,
    reset_code_hash bytea,  -- SHA-256 of the one-time code; null: no reset is open
    reset_expires_at timestamptz,
    licence_number text,  -- what a mechanic signs with; null: he cannot sign off
    licence_kind text,  -- which certificate has that number: Part-66 B1, A&P; null: nobody has said
    active boolean NOT NULL DEFAULT true,
    last_login_at timestamptz,
    tokens_valid_from timestamptz,  -- tokens issued before it are refused; null: none are
    version int NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz,
    PRIMARY KEY (org_id, id),
    CONSTRAINT users_reset_expires CHECK ((reset_code_hash IS NULL) = (reset_expires_at IS NULL))
);
CREATE UNIQUE INDEX users_email_free ON users (org_id, email) WHERE deleted_at IS NULL;
CREATE INDEX users_by_name ON users (org_id, name, id) WHERE deleted_at IS NULL;
CREATE INDEX users_mechanics ON users (org_id, name, id) WHERE role = 'mechanic' AND deleted_at IS NULL;
CREATE INDEX users_schedulers ON users (org_id, name, id) WHERE role = 'scheduler' AND deleted_at IS NULL;
CREATE INDEX users_auditors ON users (org_id, name, id) WHERE role = 'auditor' AND deleted_at IS NULL;
CREATE INDEX users_administrators ON users (org_id, name, id)
    WHERE role IN ('admin', 'tenant_admin') AND deleted_at IS NULL;
-- For sign-in, before the tenant is known.
CREATE INDEX users_by_email ON users (email) WHERE deleted_at IS NULL;
CREATE INDEX users_by_reset_code ON users (reset_code_hash) WHERE reset_code_hash IS NOT NULL;
CALL amss_protect('users');
GRANT SELECT, INSERT, UPDATE ON users TO amss_server, amss_worker;
GRANT SELECT, DELETE ON users TO amss_retention;
