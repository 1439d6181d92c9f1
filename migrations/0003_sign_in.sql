-- Sessions of people and keys of programs.

CREATE TABLE refresh_tokens (
    id uuid NOT NULL,
    org_id uuid NOT NULL,
    user_id uuid NOT NULL,
    family_id uuid NOT NULL,  -- one sign-in and all its refreshes: what people call a session
    jti_hash bytea NOT NULL,  -- SHA-256 of the token's id
    parent_id uuid,  -- the token this one was exchanged for; null: made by a sign-in
    expires_at timestamptz NOT NULL,  -- idle limit, moved by every refresh
    session_expires_at timestamptz NOT NULL,  -- absolute limit, the same in the whole family
    used_at timestamptz,
    revoked_at timestamptz,
    user_agent text,
    ip inet,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (org_id, id),
    CONSTRAINT refresh_tokens_user FOREIGN KEY (org_id, user_id) REFERENCES users (org_id, id),
    CONSTRAINT refresh_tokens_parent FOREIGN KEY (org_id, parent_id) REFERENCES refresh_tokens (org_id, id)
        ON DELETE SET NULL (parent_id)
);
CREATE UNIQUE INDEX refresh_tokens_jti ON refresh_tokens (org_id, jti_hash);
CREATE INDEX refresh_tokens_by_family ON refresh_tokens (org_id, family_id, id);
CREATE INDEX refresh_tokens_by_user ON refresh_tokens (org_id, user_id, id);
CREATE INDEX refresh_tokens_by_parent ON refresh_tokens (org_id, parent_id) WHERE parent_id IS NOT NULL;
CREATE INDEX refresh_tokens_by_expiry ON refresh_tokens (org_id, expires_at);
CALL amss_protect('refresh_tokens');
GRANT SELECT, INSERT, UPDATE ON refresh_tokens TO amss_server;
GRANT SELECT ON refresh_tokens TO amss_worker;
GRANT SELECT, DELETE ON refresh_tokens TO amss_retention;

CREATE TABLE api_keys (
    id uuid NOT NULL,
    org_id uuid NOT NULL REFERENCES organizations,
    name text NOT NULL,
    prefix text NOT NULL,  -- the readable head of the key, by which it is found
    key_hash bytea NOT NULL,  -- SHA-256 of the whole key
    role user_role NOT NULL,
    created_by uuid,  -- null: another key made it
    created_by_org_id uuid,  -- an admin comes from another organization
    expires_at timestamptz,  -- null: until revoked
    last_used_at timestamptz,
    revoked_at timestamptz,
    version int NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (org_id, id),
    CONSTRAINT api_keys_role CHECK (role <> 'admin'),
    CONSTRAINT api_keys_creator FOREIGN KEY (created_by_org_id, created_by) REFERENCES users (org_id, id),
    CONSTRAINT api_keys_creator_whole CHECK ((created_by IS NULL) = (created_by_org_id IS NULL))
);
CREATE UNIQUE INDEX api_keys_prefix_free ON api_keys (prefix);
CREATE INDEX api_keys_by_name ON api_keys (org_id, name, id);
CALL amss_protect('api_keys');
GRANT SELECT, INSERT, UPDATE ON api_keys TO amss_server;
GRANT SELECT ON api_keys TO amss_worker;
GRANT SELECT ON api_keys TO amss_retention;
