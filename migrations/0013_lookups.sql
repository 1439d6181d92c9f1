-- What must be found before the tenant is known. These functions see every tenant, because they run as
-- their owner; they are few, fixed, and for the server alone.

-- Who could be signing in with an e-mail: one row per organization that has such a user.
CREATE FUNCTION find_logins(login_email citext) RETURNS TABLE (
    org_id uuid, org_slug text, org_status organization_status, user_id uuid, active boolean, password_hash text
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT organizations.id, organizations.slug, organizations.status, users.id, users.active, users.password_hash
    FROM users JOIN organizations ON organizations.id = users.org_id
    WHERE users.email = login_email AND users.deleted_at IS NULL AND organizations.deleted_at IS NULL
    ORDER BY organizations.slug
$$;

-- Whose password a one-time code may set.
CREATE FUNCTION find_password_reset(code_hash bytea) RETURNS TABLE (
    org_id uuid, org_status organization_status, user_id uuid, active boolean, expires_at timestamptz
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT organizations.id, organizations.status, users.id, users.active, users.reset_expires_at
    FROM users JOIN organizations ON organizations.id = users.org_id
    WHERE users.reset_code_hash = code_hash AND users.deleted_at IS NULL AND organizations.deleted_at IS NULL
$$;

CREATE FUNCTION find_api_key(key_prefix text) RETURNS TABLE (
    org_id uuid, org_status organization_status, api_key_id uuid, name text, role user_role, key_hash bytea,
    expires_at timestamptz, revoked_at timestamptz,
    api_rate_limit_per_min int, api_key_rate_limit_per_min int  -- null where the organization has no policy
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT organizations.id, organizations.status, api_keys.id, api_keys.name, api_keys.role, api_keys.key_hash,
           api_keys.expires_at, api_keys.revoked_at,
           org_policies.api_rate_limit_per_min, org_policies.api_key_rate_limit_per_min
    FROM api_keys JOIN organizations ON organizations.id = api_keys.org_id
    LEFT JOIN org_policies ON org_policies.org_id = api_keys.org_id
    WHERE api_keys.prefix = key_prefix AND organizations.deleted_at IS NULL
$$;

-- An admin's organizations, by name; after_name and after_id are the last row of the page before.
CREATE FUNCTION list_organizations(after_name text, after_id uuid, page_size int) RETURNS SETOF organizations
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT * FROM organizations
    WHERE deleted_at IS NULL AND (after_name IS NULL OR (name, id) > (after_name, after_id))
    ORDER BY name, id
    LIMIT page_size
$$;

CREATE FUNCTION count_organizations() RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$ SELECT count(*) FROM organizations WHERE deleted_at IS NULL $$;

CREATE FUNCTION find_organization(organization_id uuid) RETURNS SETOF organizations
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$ SELECT * FROM organizations WHERE id = organization_id AND deleted_at IS NULL $$;

CREATE FUNCTION find_organization_by_slug(organization_slug text) RETURNS SETOF organizations
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$ SELECT * FROM organizations WHERE slug = organization_slug AND deleted_at IS NULL $$;

GRANT EXECUTE ON FUNCTION
    find_logins, find_password_reset, find_api_key, list_organizations, count_organizations,
    find_organization, find_organization_by_slug
TO amss_server;
