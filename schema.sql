-- Generated from migrations/ by `make schema`; do not edit.

CREATE TYPE actor_kind AS ENUM ('user', 'api_key', 'system');
CREATE TYPE aircraft_status AS ENUM ('operational', 'maintenance', 'grounded', 'retired');
CREATE TYPE audit_action AS ENUM ('create', 'update', 'delete', 'state_change', 'sign_off', 'login', 'logout', 'login_failed', 'denied', 'export', 'approve', 'reject', 'restore', 'verify');
CREATE TYPE compliance_result AS ENUM ('pending', 'pass', 'fail', 'not_applicable');
CREATE TYPE due_item_status AS ENUM ('ok', 'notify', 'due', 'in_extension', 'overdue');
CREATE TYPE due_projection AS ENUM ('measured', 'planned', 'none');
CREATE TYPE due_start_source AS ENUM ('last_done', 'effective_from', 'in_service', 'assignment');
CREATE TYPE export_status AS ENUM ('pending', 'running', 'completed', 'failed');
CREATE TYPE extension_status AS ENUM ('requested', 'approved', 'rejected', 'lapsed');
CREATE TYPE import_row_status AS ENUM ('pending', 'valid', 'invalid', 'applied', 'skipped');
CREATE TYPE import_status AS ENUM ('pending', 'validating', 'applying', 'completed', 'failed', 'cancelled');
CREATE TYPE import_type AS ENUM ('aircraft', 'parts', 'programs', 'utilization', 'due_items');
CREATE TYPE maintenance_program_interval_type AS ENUM ('flight_hours', 'cycles', 'calendar');
CREATE TYPE maintenance_task_priority AS ENUM ('routine', 'urgent', 'aog');
CREATE TYPE maintenance_task_state AS ENUM ('scheduled', 'in_progress', 'completed', 'cancelled');
CREATE TYPE maintenance_task_timeliness AS ENUM ('on_time', 'in_tolerance', 'in_extension', 'late');
CREATE TYPE maintenance_task_type AS ENUM ('inspection', 'repair', 'overhaul');
CREATE TYPE organization_status AS ENUM ('active', 'suspended');
CREATE TYPE part_item_status AS ENUM ('in_stock', 'used', 'disposed', 'quarantined');
CREATE TYPE part_reservation_state AS ENUM ('reserved', 'used', 'released');
CREATE TYPE program_combine AS ENUM ('first', 'last');
CREATE TYPE program_limit_unit AS ENUM ('minutes', 'cycles', 'days', 'months', 'calendar_months');
CREATE TYPE program_recurrence AS ENUM ('to_actual', 'to_plan', 'fixed');
CREATE TYPE saved_view_scope AS ENUM ('own', 'team');
CREATE TYPE user_role AS ENUM ('admin', 'tenant_admin', 'scheduler', 'mechanic', 'auditor');
CREATE TYPE utilization_source AS ENUM ('manual', 'import', 'api');
CREATE TYPE webhook_delivery_status AS ENUM ('pending', 'delivered', 'failed', 'held');
CREATE TYPE webhook_disabled_reason AS ENUM ('by_hand', 'failing', 'gone');
CREATE TYPE webhook_status AS ENUM ('enabled', 'disabled');
CREATE SEQUENCE outbox_sequence;

CREATE TABLE aircraft (
    id uuid NOT NULL,
    org_id uuid NOT NULL,
    tail_number text NOT NULL,
    status aircraft_status NOT NULL DEFAULT 'operational',
    model text NOT NULL,
    icao_type text,
    manufacturer text,
    serial_number text,
    capacity_slots integer NOT NULL DEFAULT 10,
    in_service_on date,
    opening_flight_minutes integer NOT NULL DEFAULT 0,
    opening_cycles integer NOT NULL DEFAULT 0,
    flight_minutes_total integer NOT NULL DEFAULT 0,
    cycles_total integer NOT NULL DEFAULT 0,
    counts_cycles boolean NOT NULL DEFAULT true,
    planned_daily_minutes double precision,
    planned_daily_cycles double precision,
    measured_days integer,
    measured_minutes integer,
    measured_cycles integer,
    last_maintenance timestamptz,
    next_due date,
    grounded_reason text,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz,
    CONSTRAINT aircraft_pkey PRIMARY KEY (org_id, id),
    CONSTRAINT aircraft_capacity CHECK (capacity_slots >= 1 AND capacity_slots <= 100),
    CONSTRAINT aircraft_cycles_counted CHECK (counts_cycles OR cycles_total = 0),
    CONSTRAINT aircraft_measured CHECK (measured_days > 0 AND measured_minutes >= 0 AND measured_cycles >= 0),
    CONSTRAINT aircraft_measured_whole CHECK (num_nonnulls(measured_days, measured_minutes, measured_cycles) = ANY (ARRAY[0, 3])),
    CONSTRAINT aircraft_opening_balance CHECK (opening_flight_minutes >= 0 AND opening_cycles >= 0),
    CONSTRAINT aircraft_tail_number_form CHECK (tail_number ~ '^[A-Z0-9-]{2,12}$'),
    CONSTRAINT aircraft_totals CHECK (flight_minutes_total >= 0 AND cycles_total >= 0),
    CONSTRAINT aircraft_org_id_fkey FOREIGN KEY (org_id) REFERENCES organizations(id)
);
CREATE INDEX aircraft_by_creation ON aircraft (org_id, created_at, id) WHERE (deleted_at IS NULL);
CREATE INDEX aircraft_by_icao_type ON aircraft (org_id, icao_type, tail_number) WHERE (deleted_at IS NULL);
CREATE INDEX aircraft_by_model ON aircraft (org_id, model, tail_number) WHERE (deleted_at IS NULL);
CREATE INDEX aircraft_grounded ON aircraft (org_id, tail_number) WHERE ((status = 'grounded') AND (deleted_at IS NULL));
CREATE INDEX aircraft_in_maintenance ON aircraft (org_id, tail_number) WHERE ((status = 'maintenance') AND (deleted_at IS NULL));
CREATE INDEX aircraft_operational ON aircraft (org_id, tail_number) WHERE ((status = 'operational') AND (deleted_at IS NULL));
CREATE INDEX aircraft_out_of_operation_by_creation ON aircraft (org_id, created_at, id) WHERE ((status = ANY (ARRAY['maintenance', 'grounded', 'retired'])) AND (deleted_at IS NULL));
CREATE INDEX aircraft_out_of_operation_by_model ON aircraft (org_id, model, id) WHERE ((status = ANY (ARRAY['maintenance', 'grounded', 'retired'])) AND (deleted_at IS NULL));
CREATE INDEX aircraft_retired ON aircraft (org_id, tail_number) WHERE ((status = 'retired') AND (deleted_at IS NULL));
CREATE UNIQUE INDEX aircraft_tail_number_free ON aircraft (org_id, tail_number) WHERE (deleted_at IS NULL);
ALTER TABLE aircraft ENABLE ROW LEVEL SECURITY;
ALTER TABLE aircraft FORCE ROW LEVEL SECURITY;
CREATE POLICY everything ON aircraft TO amss_owner, amss_retention, amss_worker
    USING (true)
    WITH CHECK (true);
CREATE POLICY tenant ON aircraft TO amss_server
    USING (org_id = NULLIF(current_setting('amss.org_id', true), '')::uuid)
    WITH CHECK (org_id = NULLIF(current_setting('amss.org_id', true), '')::uuid);
CREATE TRIGGER aircraft_tell_due_items AFTER UPDATE OF tail_number, model, status, deleted_at ON aircraft FOR EACH ROW WHEN (old.tail_number IS DISTINCT FROM new.tail_number OR old.model IS DISTINCT FROM new.model OR (old.status = 'retired') IS DISTINCT FROM (new.status = 'retired') OR (old.deleted_at IS NULL) IS DISTINCT FROM (new.deleted_at IS NULL)) EXECUTE FUNCTION aircraft_tell_due_items();
GRANT DELETE, SELECT ON aircraft TO amss_retention;
GRANT INSERT, SELECT, UPDATE ON aircraft TO amss_server;
GRANT INSERT, SELECT, UPDATE ON aircraft TO amss_worker;

CREATE TABLE api_keys (
    id uuid NOT NULL,
    org_id uuid NOT NULL,
    name text NOT NULL,
    prefix text NOT NULL,
    key_hash bytea NOT NULL,
    role user_role NOT NULL,
    created_by uuid,
    created_by_org_id uuid,
    expires_at timestamptz,
    last_used_at timestamptz,
    revoked_at timestamptz,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT api_keys_pkey PRIMARY KEY (org_id, id),
    CONSTRAINT api_keys_creator_whole CHECK ((created_by IS NULL) = (created_by_org_id IS NULL)),
    CONSTRAINT api_keys_role CHECK (role <> 'admin'),
    CONSTRAINT api_keys_creator FOREIGN KEY (created_by_org_id, created_by) REFERENCES users(org_id, id),
    CONSTRAINT api_keys_org_id_fkey FOREIGN KEY (org_id) REFERENCES organizations(id)
);
CREATE INDEX api_keys_by_name ON api_keys (org_id, name, id);
CREATE UNIQUE INDEX api_keys_prefix_free ON api_keys (prefix);
ALTER TABLE api_keys ENABLE ROW LEVEL SECURITY;
ALTER TABLE api_keys FORCE ROW LEVEL SECURITY;
CREATE POLICY everything ON api_keys TO amss_owner, amss_retention, amss_worker
    USING (true)
    WITH CHECK (true);
CREATE POLICY tenant ON api_keys TO amss_server
    USING (org_id = NULLIF(current_setting('amss.org_id', true), '')::uuid)
    WITH CHECK (org_id = NULLIF(current_setting('amss.org_id', true), '')::uuid);
GRANT SELECT ON api_keys TO amss_retention;
GRANT INSERT, SELECT, UPDATE ON api_keys TO amss_server;
GRANT SELECT ON api_keys TO amss_worker;

CREATE TABLE audit_logs (
    id uuid NOT NULL,
    org_id uuid NOT NULL,
    entity_type text NOT NULL,
    entity_id uuid,
    entity_version integer,
    action audit_action NOT NULL,
    actor_kind actor_kind NOT NULL,
    actor_org_id uuid,
    user_id uuid,
    api_key_id uuid,
    actor_name text NOT NULL,
    request_id text,
    ip_address inet,
    user_agent text,
    reason text,
    details jsonb NOT NULL DEFAULT '{}',
    details_bytes integer NOT NULL GENERATED ALWAYS AS (octet_length(details::text)) STORED,
    "timestamp" timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT audit_logs_pkey PRIMARY KEY (org_id, id),
    CONSTRAINT audit_logs_actor CHECK ((actor_kind = 'user') = (user_id IS NOT NULL) AND (actor_org_id IS NULL) = (user_id IS NULL) AND (actor_kind = 'api_key') = (api_key_id IS NOT NULL)),
    CONSTRAINT audit_logs_in_time CHECK ("timestamp" >= '1900-01-01 00:00:00+00' AND "timestamp" < '9999-01-01 00:00:00+00'),
    CONSTRAINT audit_logs_api_key FOREIGN KEY (org_id, api_key_id) REFERENCES api_keys(org_id, id),
    CONSTRAINT audit_logs_org_id_fkey FOREIGN KEY (org_id) REFERENCES organizations(id),
    CONSTRAINT audit_logs_user FOREIGN KEY (actor_org_id, user_id) REFERENCES users(org_id, id)
);
CREATE INDEX audit_logs_aircraft_status ON audit_logs (org_id, entity_id, "timestamp", id) WHERE ((entity_type = 'aircraft') AND (action = 'state_change'));
CREATE INDEX audit_logs_by_entity ON audit_logs (org_id, entity_id, "timestamp", id) WHERE (entity_id IS NOT NULL);
CREATE INDEX audit_logs_by_time ON audit_logs (org_id, "timestamp", id);
CREATE INDEX audit_logs_by_type ON audit_logs (org_id, entity_type, "timestamp", id);
CREATE INDEX audit_logs_by_user ON audit_logs (org_id, user_id, "timestamp", id) WHERE (user_id IS NOT NULL);
CREATE INDEX audit_logs_rare_actions ON audit_logs (org_id, "timestamp", id) WHERE (action = ANY (ARRAY['delete', 'denied', 'export', 'approve', 'reject', 'restore', 'verify']));
CREATE INDEX audit_logs_sign_ins ON audit_logs (org_id, "timestamp", id) WHERE (action = ANY (ARRAY['login', 'logout', 'login_failed']));
CREATE INDEX audit_logs_sign_offs ON audit_logs (org_id, "timestamp", id) WHERE (action = 'sign_off');
ALTER TABLE audit_logs ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_logs FORCE ROW LEVEL SECURITY;
CREATE POLICY everything ON audit_logs TO amss_owner, amss_retention, amss_worker
    USING (true)
    WITH CHECK (true);
CREATE POLICY tenant ON audit_logs TO amss_server
    USING (org_id = NULLIF(current_setting('amss.org_id', true), '')::uuid)
    WITH CHECK (org_id = NULLIF(current_setting('amss.org_id', true), '')::uuid);
CREATE TRIGGER audit_logs_await_seal AFTER INSERT ON audit_logs REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION amss_await_seal();
CREATE TRIGGER audit_logs_immutable BEFORE UPDATE ON audit_logs FOR EACH ROW EXECUTE FUNCTION amss_refuse_change();
CREATE TRIGGER audit_logs_kept BEFORE DELETE ON audit_logs FOR EACH ROW EXECUTE FUNCTION amss_refuse_early_delete('timestamp', '2555');
CREATE TRIGGER audit_logs_untruncatable BEFORE TRUNCATE ON audit_logs FOR EACH STATEMENT EXECUTE FUNCTION amss_refuse_change();
GRANT DELETE, SELECT ON audit_logs TO amss_retention;
GRANT INSERT, SELECT ON audit_logs TO amss_server;
GRANT INSERT, SELECT ON audit_logs TO amss_worker;

CREATE TABLE audit_seal_entries (
    org_id uuid NOT NULL,
    seq bigint NOT NULL,
    audit_log_id uuid NOT NULL,
    row_hash bytea NOT NULL,
    details_bytes integer NOT NULL,
    sealed_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT audit_seal_entries_pkey PRIMARY KEY (org_id, seq),
    CONSTRAINT audit_seal_entries_once UNIQUE (org_id, audit_log_id),
    CONSTRAINT audit_seal_entries_row FOREIGN KEY (org_id, audit_log_id) REFERENCES audit_logs(org_id, id)
);
ALTER TABLE audit_seal_entries ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_seal_entries FORCE ROW LEVEL SECURITY;
CREATE POLICY everything ON audit_seal_entries TO amss_owner, amss_retention, amss_worker
    USING (true)
    WITH CHECK (true);
CREATE POLICY tenant ON audit_seal_entries TO amss_server
    USING (org_id = NULLIF(current_setting('amss.org_id', true), '')::uuid)
    WITH CHECK (org_id = NULLIF(current_setting('amss.org_id', true), '')::uuid);
CREATE TRIGGER audit_seal_entries_immutable BEFORE UPDATE ON audit_seal_entries FOR EACH ROW EXECUTE FUNCTION amss_refuse_change();
CREATE TRIGGER audit_seal_entries_kept BEFORE DELETE ON audit_seal_entries FOR EACH ROW EXECUTE FUNCTION amss_refuse_early_delete('sealed_at', '2555');
CREATE TRIGGER audit_seal_entries_untruncatable BEFORE TRUNCATE ON audit_seal_entries FOR EACH STATEMENT EXECUTE FUNCTION amss_refuse_change();
GRANT DELETE, SELECT ON audit_seal_entries TO amss_retention;
GRANT SELECT ON audit_seal_entries TO amss_server;
GRANT INSERT, SELECT ON audit_seal_entries TO amss_worker;

CREATE TABLE audit_seals (
    id uuid NOT NULL,
    org_id uuid NOT NULL,
    first_seq bigint NOT NULL,
    last_seq bigint NOT NULL,
    entries_hash bytea NOT NULL,
    previous_hash bytea,
    key_id text NOT NULL,
    signature bytea NOT NULL,
    sealed_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT audit_seals_pkey PRIMARY KEY (org_id, id),
    CONSTRAINT audit_seals_start_once UNIQUE (org_id, first_seq),
    CONSTRAINT audit_seals_range CHECK (first_seq >= 1 AND last_seq >= first_seq),
    CONSTRAINT audit_seals_org_id_fkey FOREIGN KEY (org_id) REFERENCES organizations(id)
);
ALTER TABLE audit_seals ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_seals FORCE ROW LEVEL SECURITY;
CREATE POLICY everything ON audit_seals TO amss_owner, amss_retention, amss_worker
    USING (true)
    WITH CHECK (true);
CREATE POLICY tenant ON audit_seals TO amss_server
    USING (org_id = NULLIF(current_setting('amss.org_id', true), '')::uuid)
    WITH CHECK (org_id = NULLIF(current_setting('amss.org_id', true), '')::uuid);
CREATE TRIGGER audit_seals_immutable BEFORE UPDATE ON audit_seals FOR EACH ROW EXECUTE FUNCTION amss_refuse_change();
CREATE TRIGGER audit_seals_kept BEFORE DELETE ON audit_seals FOR EACH ROW EXECUTE FUNCTION amss_refuse_early_delete('sealed_at', '2555');
CREATE TRIGGER audit_seals_untruncatable BEFORE TRUNCATE ON audit_seals FOR EACH STATEMENT EXECUTE FUNCTION amss_refuse_change();
GRANT DELETE, SELECT ON audit_seals TO amss_retention;
GRANT SELECT ON audit_seals TO amss_server;
GRANT INSERT, SELECT ON audit_seals TO amss_worker;

CREATE TABLE audit_unsealed (
    org_id uuid NOT NULL,
    audit_log_id uuid NOT NULL,
    CONSTRAINT audit_unsealed_pkey PRIMARY KEY (org_id, audit_log_id)
);
ALTER TABLE audit_unsealed ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_unsealed FORCE ROW LEVEL SECURITY;
CREATE POLICY everything ON audit_unsealed TO amss_owner, amss_retention, amss_worker
    USING (true)
    WITH CHECK (true);
CREATE POLICY tenant ON audit_unsealed TO amss_server
    USING (org_id = NULLIF(current_setting('amss.org_id', true), '')::uuid)
    WITH CHECK (org_id = NULLIF(current_setting('amss.org_id', true), '')::uuid);
GRANT INSERT, SELECT ON audit_unsealed TO amss_server;
GRANT DELETE, INSERT, SELECT ON audit_unsealed TO amss_worker;

CREATE TABLE compliance_items (
    id uuid NOT NULL,
    org_id uuid NOT NULL,
    task_id uuid NOT NULL,
    aircraft_id uuid NOT NULL,
    "position" integer NOT NULL,
    description text NOT NULL,
    regulatory_ref text,
    from_program boolean NOT NULL DEFAULT false,
    result compliance_result NOT NULL DEFAULT 'pending',
    notes text,
    sign_off_user_id uuid,
    sign_off_time timestamptz,
    signer_name text,
    signer_role user_role,
    signer_licence_number text,
    signer_licence_kind text,
    reading_minutes integer,
    reading_cycles integer,
    snapshot_hash bytea,
    supersedes_id uuid,
    reason text,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz,
    CONSTRAINT compliance_items_pkey PRIMARY KEY (org_id, id),
    CONSTRAINT compliance_items_in_time CHECK (sign_off_time >= '1900-01-01 00:00:00+00' AND sign_off_time < '9999-01-01 00:00:00+00'),
    CONSTRAINT compliance_items_licence_kind CHECK (signer_licence_kind IS NULL OR result <> 'pending'),
    CONSTRAINT compliance_items_notes CHECK ((result = ANY (ARRAY['pending', 'pass'])) OR notes IS NOT NULL),
    CONSTRAINT compliance_items_signature_whole CHECK (num_nonnulls(sign_off_user_id, sign_off_time, signer_name, signer_role, signer_licence_number, reading_minutes, reading_cycles, snapshot_hash) =
CASE
    WHEN result = 'pending' THEN 0
    ELSE 8
END),
    CONSTRAINT compliance_items_signed_stays CHECK (result = 'pending' OR deleted_at IS NULL),
    CONSTRAINT compliance_items_supersedes_with_reason CHECK (supersedes_id IS NULL OR reason IS NOT NULL),
    CONSTRAINT compliance_items_aircraft FOREIGN KEY (org_id, aircraft_id) REFERENCES aircraft(org_id, id),
    CONSTRAINT compliance_items_signer FOREIGN KEY (org_id, sign_off_user_id) REFERENCES users(org_id, id),
    CONSTRAINT compliance_items_supersedes FOREIGN KEY (org_id, supersedes_id) REFERENCES compliance_items(org_id, id),
    CONSTRAINT compliance_items_task FOREIGN KEY (org_id, task_id) REFERENCES maintenance_tasks(org_id, id)
);
CREATE INDEX compliance_items_by_aircraft ON compliance_items (org_id, aircraft_id, id);
CREATE INDEX compliance_items_by_id ON compliance_items (org_id, id) WHERE (deleted_at IS NULL);
CREATE INDEX compliance_items_by_reference ON compliance_items (org_id, regulatory_ref, sign_off_time, id) WHERE (regulatory_ref IS NOT NULL);
CREATE INDEX compliance_items_by_sign_off ON compliance_items (org_id, sign_off_time, id) WHERE (sign_off_time IS NOT NULL);
CREATE INDEX compliance_items_by_signer ON compliance_items (org_id, sign_off_user_id, sign_off_time) WHERE (sign_off_user_id IS NOT NULL);
CREATE INDEX compliance_items_by_task ON compliance_items (org_id, task_id, "position", id);
CREATE INDEX compliance_items_failed ON compliance_items (org_id, id) WHERE (result = 'fail');
CREATE INDEX compliance_items_not_applicable ON compliance_items (org_id, id) WHERE (result = 'not_applicable');
CREATE INDEX compliance_items_passed ON compliance_items (org_id, id) WHERE (result = 'pass');
CREATE INDEX compliance_items_pending ON compliance_items (org_id, id) WHERE ((result = 'pending') AND (deleted_at IS NULL));
CREATE INDEX compliance_items_signed ON compliance_items (org_id, id) WHERE (result <> 'pending');
CREATE UNIQUE INDEX compliance_items_superseded_once ON compliance_items (org_id, supersedes_id) WHERE ((supersedes_id IS NOT NULL) AND (deleted_at IS NULL));
ALTER TABLE compliance_items ENABLE ROW LEVEL SECURITY;
ALTER TABLE compliance_items FORCE ROW LEVEL SECURITY;
CREATE POLICY everything ON compliance_items TO amss_owner, amss_retention, amss_worker
    USING (true)
    WITH CHECK (true);
CREATE POLICY tenant ON compliance_items TO amss_server
    USING (org_id = NULLIF(current_setting('amss.org_id', true), '')::uuid)
    WITH CHECK (org_id = NULLIF(current_setting('amss.org_id', true), '')::uuid);
CREATE TRIGGER compliance_items_immutable BEFORE UPDATE ON compliance_items FOR EACH ROW WHEN (old.sign_off_time IS NOT NULL) EXECUTE FUNCTION amss_refuse_change();
CREATE TRIGGER compliance_items_kept BEFORE DELETE ON compliance_items FOR EACH ROW WHEN (old.sign_off_time IS NOT NULL) EXECUTE FUNCTION amss_refuse_early_delete('sign_off_time', '1095');
CREATE TRIGGER compliance_items_untruncatable BEFORE TRUNCATE ON compliance_items FOR EACH STATEMENT EXECUTE FUNCTION amss_refuse_change();
GRANT DELETE, SELECT ON compliance_items TO amss_retention;
GRANT INSERT, SELECT, UPDATE ON compliance_items TO amss_server;
GRANT INSERT, SELECT, UPDATE ON compliance_items TO amss_worker;

CREATE TABLE due_item_extensions (
    id uuid NOT NULL,
    org_id uuid NOT NULL,
    due_item_id uuid NOT NULL,
    program_id uuid NOT NULL,
    aircraft_id uuid NOT NULL,
    interval_type maintenance_program_interval_type NOT NULL,
    amount integer NOT NULL,
    reason text NOT NULL,
    status extension_status NOT NULL DEFAULT 'requested',
    requested_by uuid,
    requested_by_org_id uuid,
    requested_at timestamptz NOT NULL,
    decided_by uuid,
    decided_by_org_id uuid,
    decided_at timestamptz,
    decision_reason text,
    ended_at timestamptz,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT due_item_extensions_pkey PRIMARY KEY (org_id, id),
    CONSTRAINT due_item_extensions_amount CHECK (amount > 0),
    CONSTRAINT due_item_extensions_decided CHECK ((status = ANY (ARRAY['approved', 'rejected'])) = (decided_at IS NOT NULL)),
    CONSTRAINT due_item_extensions_ended CHECK (
CASE status
    WHEN 'approved' THEN true
    WHEN 'lapsed' THEN ended_at IS NOT NULL
    ELSE ended_at IS NULL
END),
    CONSTRAINT due_item_extensions_four_eyes CHECK (decided_by <> requested_by),
    CONSTRAINT due_item_extensions_people_whole CHECK ((requested_by IS NULL) = (requested_by_org_id IS NULL) AND (decided_by IS NULL) = (decided_by_org_id IS NULL)),
    CONSTRAINT due_item_extensions_aircraft FOREIGN KEY (org_id, aircraft_id) REFERENCES aircraft(org_id, id),
    CONSTRAINT due_item_extensions_decider FOREIGN KEY (decided_by_org_id, decided_by) REFERENCES users(org_id, id),
    CONSTRAINT due_item_extensions_due_item FOREIGN KEY (org_id, due_item_id) REFERENCES due_items(org_id, id),
    CONSTRAINT due_item_extensions_program FOREIGN KEY (org_id, program_id) REFERENCES maintenance_programs(org_id, id),
    CONSTRAINT due_item_extensions_requester FOREIGN KEY (requested_by_org_id, requested_by) REFERENCES users(org_id, id)
);
CREATE INDEX due_item_extensions_by_aircraft ON due_item_extensions (org_id, aircraft_id, id);
CREATE INDEX due_item_extensions_by_due_item ON due_item_extensions (org_id, due_item_id, id);
CREATE INDEX due_item_extensions_by_program ON due_item_extensions (org_id, program_id, id);
CREATE INDEX due_item_extensions_in_force ON due_item_extensions (org_id, id) WHERE ((status = 'approved') AND (ended_at IS NULL));
CREATE INDEX due_item_extensions_lapsed ON due_item_extensions (org_id, id) WHERE (status = 'lapsed');
CREATE UNIQUE INDEX due_item_extensions_one_open ON due_item_extensions (org_id, due_item_id, interval_type) WHERE (status = 'requested');
CREATE INDEX due_item_extensions_rejected ON due_item_extensions (org_id, id) WHERE (status = 'rejected');
CREATE INDEX due_item_extensions_requested ON due_item_extensions (org_id, id) WHERE (status = 'requested');
ALTER TABLE due_item_extensions ENABLE ROW LEVEL SECURITY;
ALTER TABLE due_item_extensions FORCE ROW LEVEL SECURITY;
CREATE POLICY everything ON due_item_extensions TO amss_owner, amss_retention, amss_worker
    USING (true)
    WITH CHECK (true);
CREATE POLICY tenant ON due_item_extensions TO amss_server
    USING (org_id = NULLIF(current_setting('amss.org_id', true), '')::uuid)
    WITH CHECK (org_id = NULLIF(current_setting('amss.org_id', true), '')::uuid);
GRANT DELETE, SELECT ON due_item_extensions TO amss_retention;
GRANT INSERT, SELECT, UPDATE ON due_item_extensions TO amss_server;
GRANT INSERT, SELECT, UPDATE ON due_item_extensions TO amss_worker;

CREATE TABLE due_items (
    id uuid NOT NULL,
    org_id uuid NOT NULL,
    program_id uuid NOT NULL,
    aircraft_id uuid NOT NULL,
    start_source due_start_source NOT NULL,
    start_on date NOT NULL,
    start_minutes integer NOT NULL,
    start_cycles integer NOT NULL,
    last_done_on date,
    last_done_minutes integer,
    last_done_cycles integer,
    last_task_id uuid,
    due_minutes integer,
    due_cycles integer,
    due_on date,
    calendar_anchor date,
    calendar_count integer,
    counted_from_minutes integer,
    counted_from_cycles integer,
    counted_from_on date,
    under_extension_minutes boolean NOT NULL DEFAULT false,
    under_extension_cycles boolean NOT NULL DEFAULT false,
    under_extension_on boolean NOT NULL DEFAULT false,
    extension_minutes integer NOT NULL DEFAULT 0,
    extension_cycles integer NOT NULL DEFAULT 0,
    extension_days integer NOT NULL DEFAULT 0,
    status due_item_status NOT NULL DEFAULT 'ok',
    driving_limit maintenance_program_interval_type,
    remaining_share double precision NOT NULL DEFAULT 1,
    projected_on date,
    projected_or_never date NOT NULL GENERATED ALWAYS AS (COALESCE(projected_on, 'infinity')) STORED,
    urgency smallint NOT NULL GENERATED ALWAYS AS (
CASE status
    WHEN 'ok' THEN 0
    WHEN 'notify' THEN 1
    WHEN 'due' THEN 2
    WHEN 'in_extension' THEN 3
    ELSE 4
END) STORED,
    tail_number text NOT NULL,
    model text NOT NULL,
    listed boolean NOT NULL DEFAULT false,
    projection due_projection NOT NULL DEFAULT 'none',
    open_task_id uuid,
    blocked_reason text,
    needs_confirmation boolean NOT NULL DEFAULT false,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz,
    CONSTRAINT due_items_pkey PRIMARY KEY (org_id, id),
    CONSTRAINT due_items_once UNIQUE (org_id, program_id, aircraft_id),
    CONSTRAINT due_items_calendar_whole CHECK ((due_on IS NULL) = (calendar_anchor IS NULL) AND (due_on IS NULL) = (calendar_count IS NULL)),
    CONSTRAINT due_items_extensions CHECK (extension_minutes >= 0 AND extension_cycles >= 0 AND extension_days >= 0),
    CONSTRAINT due_items_last_done_whole CHECK ((last_done_on IS NULL) = (last_done_minutes IS NULL) AND (last_done_on IS NULL) = (last_done_cycles IS NULL)),
    CONSTRAINT due_items_aircraft FOREIGN KEY (org_id, aircraft_id) REFERENCES aircraft(org_id, id),
    CONSTRAINT due_items_last_task FOREIGN KEY (org_id, last_task_id) REFERENCES maintenance_tasks(org_id, id),
    CONSTRAINT due_items_open_task FOREIGN KEY (org_id, open_task_id) REFERENCES maintenance_tasks(org_id, id),
    CONSTRAINT due_items_program FOREIGN KEY (org_id, program_id) REFERENCES maintenance_programs(org_id, id)
);
CREATE INDEX due_items_by_aircraft ON due_items (org_id, aircraft_id, projected_or_never, id);
CREATE INDEX due_items_by_last_task ON due_items (org_id, last_task_id) WHERE (last_task_id IS NOT NULL);
CREATE INDEX due_items_by_model ON due_items (org_id, model, projected_or_never, id, urgency) WHERE listed;
CREATE INDEX due_items_by_open_task ON due_items (org_id, open_task_id) WHERE (open_task_id IS NOT NULL);
CREATE INDEX due_items_by_program ON due_items (org_id, program_id, projected_or_never, id);
CREATE INDEX due_items_by_projection ON due_items (org_id, projected_or_never, id, urgency) WHERE listed;
CREATE INDEX due_items_by_remaining ON due_items (org_id, remaining_share, id, projected_or_never, urgency, model, program_id) WHERE listed;
CREATE INDEX due_items_by_tail_number ON due_items (org_id, tail_number, id, projected_or_never, urgency, model, program_id) WHERE listed;
CREATE INDEX due_items_by_urgency ON due_items (org_id, urgency, projected_or_never, id) WHERE listed;
CREATE INDEX due_items_unconfirmed ON due_items (org_id, projected_or_never, id, urgency) WHERE (needs_confirmation AND listed);
CREATE INDEX due_items_unplanned ON due_items (org_id, projected_or_never, id, urgency) WHERE ((open_task_id IS NULL) AND listed);
ALTER TABLE due_items ENABLE ROW LEVEL SECURITY;
ALTER TABLE due_items FORCE ROW LEVEL SECURITY;
CREATE POLICY everything ON due_items TO amss_owner, amss_retention, amss_worker
    USING (true)
    WITH CHECK (true);
CREATE POLICY tenant ON due_items TO amss_server
    USING (org_id = NULLIF(current_setting('amss.org_id', true), '')::uuid)
    WITH CHECK (org_id = NULLIF(current_setting('amss.org_id', true), '')::uuid);
CREATE TRIGGER due_items_take_over BEFORE INSERT OR UPDATE OF deleted_at, listed ON due_items FOR EACH ROW EXECUTE FUNCTION due_items_take_over();
GRANT DELETE, SELECT ON due_items TO amss_retention;
GRANT INSERT, SELECT, UPDATE ON due_items TO amss_server;
GRANT INSERT, SELECT, UPDATE ON due_items TO amss_worker;

CREATE TABLE event_feeds (
    org_id uuid NOT NULL,
    last_position bigint NOT NULL DEFAULT 0,
    CONSTRAINT event_feeds_pkey PRIMARY KEY (org_id),
    CONSTRAINT event_feeds_org_id_fkey FOREIGN KEY (org_id) REFERENCES organizations(id)
);
ALTER TABLE event_feeds ENABLE ROW LEVEL SECURITY;
ALTER TABLE event_feeds FORCE ROW LEVEL SECURITY;
CREATE POLICY everything ON event_feeds TO amss_owner, amss_retention, amss_worker
    USING (true)
    WITH CHECK (true);
CREATE POLICY tenant ON event_feeds TO amss_server
    USING (org_id = NULLIF(current_setting('amss.org_id', true), '')::uuid)
    WITH CHECK (org_id = NULLIF(current_setting('amss.org_id', true), '')::uuid);
GRANT SELECT ON event_feeds TO amss_server;
GRANT INSERT, SELECT, UPDATE ON event_feeds TO amss_worker;

CREATE TABLE exports (
    id uuid NOT NULL,
    org_id uuid NOT NULL,
    kind text NOT NULL,
    status export_status NOT NULL DEFAULT 'pending',
    progress integer NOT NULL DEFAULT 0,
    storage_key text,
    file_bytes bigint,
    hash bytea,
    failure text,
    requested_by uuid,
    requested_by_org_id uuid,
    lease_until timestamptz,
    started_at timestamptz,
    finished_at timestamptz,
    expires_at timestamptz,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT exports_pkey PRIMARY KEY (org_id, id),
    CONSTRAINT exports_progress CHECK (progress >= 0 AND progress <= 100),
    CONSTRAINT exports_requester_whole CHECK ((requested_by IS NULL) = (requested_by_org_id IS NULL)),
    CONSTRAINT exports_org_id_fkey FOREIGN KEY (org_id) REFERENCES organizations(id),
    CONSTRAINT exports_requester FOREIGN KEY (requested_by_org_id, requested_by) REFERENCES users(org_id, id)
);
CREATE INDEX exports_unfinished ON exports (created_at) WHERE (status = ANY (ARRAY['pending', 'running']));
ALTER TABLE exports ENABLE ROW LEVEL SECURITY;
ALTER TABLE exports FORCE ROW LEVEL SECURITY;
CREATE POLICY everything ON exports TO amss_owner, amss_retention, amss_worker
    USING (true)
    WITH CHECK (true);
CREATE POLICY tenant ON exports TO amss_server
    USING (org_id = NULLIF(current_setting('amss.org_id', true), '')::uuid)
    WITH CHECK (org_id = NULLIF(current_setting('amss.org_id', true), '')::uuid);
GRANT DELETE, SELECT ON exports TO amss_retention;
GRANT INSERT, SELECT, UPDATE ON exports TO amss_server;
GRANT INSERT, SELECT, UPDATE ON exports TO amss_worker;

CREATE TABLE idempotency_keys (
    id uuid NOT NULL,
    org_id uuid NOT NULL,
    principal text NOT NULL,
    key text NOT NULL,
    endpoint text NOT NULL,
    request_hash bytea NOT NULL,
    status_code integer,
    response_headers jsonb,
    response_body bytea,
    body_encrypted boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    CONSTRAINT idempotency_keys_pkey PRIMARY KEY (org_id, id),
    CONSTRAINT idempotency_keys_once UNIQUE (org_id, principal, key, endpoint),
    CONSTRAINT idempotency_keys_org_id_fkey FOREIGN KEY (org_id) REFERENCES organizations(id)
);
CREATE INDEX idempotency_keys_by_expiry ON idempotency_keys (org_id, expires_at);
ALTER TABLE idempotency_keys ENABLE ROW LEVEL SECURITY;
ALTER TABLE idempotency_keys FORCE ROW LEVEL SECURITY;
CREATE POLICY everything ON idempotency_keys TO amss_owner, amss_retention, amss_worker
    USING (true)
    WITH CHECK (true);
CREATE POLICY tenant ON idempotency_keys TO amss_server
    USING (org_id = NULLIF(current_setting('amss.org_id', true), '')::uuid)
    WITH CHECK (org_id = NULLIF(current_setting('amss.org_id', true), '')::uuid);
GRANT DELETE, SELECT ON idempotency_keys TO amss_retention;
GRANT DELETE, INSERT, SELECT, UPDATE ON idempotency_keys TO amss_server;
GRANT SELECT ON idempotency_keys TO amss_worker;

CREATE TABLE import_rows (
    id uuid NOT NULL,
    org_id uuid NOT NULL,
    import_id uuid NOT NULL,
    row_number integer NOT NULL,
    status import_row_status NOT NULL DEFAULT 'pending',
    upsert_key text,
    raw jsonb NOT NULL,
    errors jsonb NOT NULL DEFAULT '[]',
    entity_id uuid,
    CONSTRAINT import_rows_pkey PRIMARY KEY (org_id, id),
    CONSTRAINT import_rows_once UNIQUE (org_id, import_id, row_number),
    CONSTRAINT import_rows_import FOREIGN KEY (org_id, import_id) REFERENCES imports(org_id, id)
);
CREATE INDEX import_rows_applied ON import_rows (org_id, import_id, row_number) WHERE (status = 'applied');
CREATE INDEX import_rows_by_key ON import_rows (org_id, import_id, upsert_key, row_number) WHERE (upsert_key IS NOT NULL);
CREATE INDEX import_rows_invalid ON import_rows (org_id, import_id, row_number) WHERE (status = 'invalid');
CREATE INDEX import_rows_pending ON import_rows (org_id, import_id, row_number) WHERE (status = 'pending');
CREATE INDEX import_rows_skipped ON import_rows (org_id, import_id, row_number) WHERE (status = 'skipped');
CREATE INDEX import_rows_valid ON import_rows (org_id, import_id, row_number) WHERE (status = 'valid');
ALTER TABLE import_rows ENABLE ROW LEVEL SECURITY;
ALTER TABLE import_rows FORCE ROW LEVEL SECURITY;
CREATE POLICY everything ON import_rows TO amss_owner, amss_retention, amss_worker
    USING (true)
    WITH CHECK (true);
CREATE POLICY tenant ON import_rows TO amss_server
    USING (org_id = NULLIF(current_setting('amss.org_id', true), '')::uuid)
    WITH CHECK (org_id = NULLIF(current_setting('amss.org_id', true), '')::uuid);
GRANT DELETE, SELECT ON import_rows TO amss_retention;
GRANT SELECT ON import_rows TO amss_server;
GRANT INSERT, SELECT, UPDATE ON import_rows TO amss_worker;

CREATE UNLOGGED TABLE import_rows_staging (
    id uuid NOT NULL,
    org_id uuid NOT NULL,
    import_id uuid NOT NULL,
    row_number integer NOT NULL,
    status import_row_status NOT NULL,
    upsert_key text,
    raw jsonb NOT NULL,
    errors jsonb NOT NULL,
    entity_id uuid,
    CONSTRAINT import_rows_staging_pkey PRIMARY KEY (org_id, import_id, row_number)
);
GRANT DELETE, INSERT, SELECT, UPDATE ON import_rows_staging TO amss_worker;

CREATE TABLE imports (
    id uuid NOT NULL,
    org_id uuid NOT NULL,
    type import_type NOT NULL,
    status import_status NOT NULL DEFAULT 'pending',
    file_name text NOT NULL,
    dry_run boolean NOT NULL DEFAULT false,
    storage_key text NOT NULL,
    file_bytes bigint NOT NULL,
    checksum bytea NOT NULL,
    created_by uuid,
    created_by_org_id uuid,
    total_rows integer NOT NULL DEFAULT 0,
    valid_rows integer NOT NULL DEFAULT 0,
    invalid_rows integer NOT NULL DEFAULT 0,
    applied_rows integer NOT NULL DEFAULT 0,
    skipped_rows integer NOT NULL DEFAULT 0,
    read_bytes bigint NOT NULL DEFAULT 0,
    summary jsonb,
    try_again_at timestamptz,
    started_at timestamptz,
    finished_at timestamptz,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT imports_pkey PRIMARY KEY (org_id, id),
    CONSTRAINT imports_creator_whole CHECK ((created_by IS NULL) = (created_by_org_id IS NULL)),
    CONSTRAINT imports_finished CHECK ((status = ANY (ARRAY['completed', 'failed', 'cancelled'])) = (finished_at IS NOT NULL)),
    CONSTRAINT imports_creator FOREIGN KEY (created_by_org_id, created_by) REFERENCES users(org_id, id),
    CONSTRAINT imports_org_id_fkey FOREIGN KEY (org_id) REFERENCES organizations(id)
);
CREATE INDEX imports_by_creation ON imports (org_id, created_at, id);
CREATE INDEX imports_failed ON imports (org_id, created_at, id) WHERE (status = 'failed');
CREATE INDEX imports_in_work ON imports (org_id, created_at, id) WHERE (status = ANY (ARRAY['pending', 'validating', 'applying']));
CREATE INDEX imports_unfinished ON imports (updated_at) WHERE (status = ANY (ARRAY['pending', 'validating', 'applying']));
ALTER TABLE imports ENABLE ROW LEVEL SECURITY;
ALTER TABLE imports FORCE ROW LEVEL SECURITY;
CREATE POLICY everything ON imports TO amss_owner, amss_retention, amss_worker
    USING (true)
    WITH CHECK (true);
CREATE POLICY tenant ON imports TO amss_server
    USING (org_id = NULLIF(current_setting('amss.org_id', true), '')::uuid)
    WITH CHECK (org_id = NULLIF(current_setting('amss.org_id', true), '')::uuid);
GRANT DELETE, SELECT ON imports TO amss_retention;
GRANT INSERT, SELECT, UPDATE ON imports TO amss_server;
GRANT INSERT, SELECT, UPDATE ON imports TO amss_worker;

CREATE TABLE maintenance_program_limits (
    org_id uuid NOT NULL,
    program_id uuid NOT NULL,
    interval_type maintenance_program_interval_type NOT NULL,
    "position" integer NOT NULL,
    unit program_limit_unit NOT NULL,
    first integer NOT NULL,
    "interval" integer NOT NULL,
    early integer NOT NULL DEFAULT 0,
    late integer NOT NULL DEFAULT 0,
    tolerance_unit program_limit_unit NOT NULL,
    notify integer,
    max_extension integer NOT NULL DEFAULT 0,
    hard boolean NOT NULL DEFAULT true,
    CONSTRAINT maintenance_program_limits_pkey PRIMARY KEY (org_id, program_id, interval_type),
    CONSTRAINT maintenance_program_limits_position_free UNIQUE (org_id, program_id, "position"),
    CONSTRAINT maintenance_program_limits_amounts CHECK (first > 0 AND "interval" > 0 AND early >= 0 AND late >= 0 AND notify >= 0 AND max_extension >= 0),
    CONSTRAINT maintenance_program_limits_tolerance CHECK (unit <> tolerance_unit OR early < "interval" AND late < "interval"),
    CONSTRAINT maintenance_program_limits_unit CHECK (
CASE interval_type
    WHEN 'flight_hours' THEN unit = 'minutes' AND tolerance_unit = 'minutes' AND ("interval" % 60) = 0
    WHEN 'cycles' THEN unit = 'cycles' AND tolerance_unit = 'cycles'
    ELSE (unit = ANY (ARRAY['days', 'months', 'calendar_months'])) AND (tolerance_unit = ANY (ARRAY['days', 'months']))
END),
    CONSTRAINT maintenance_program_limits_program FOREIGN KEY (org_id, program_id) REFERENCES maintenance_programs(org_id, id)
);
ALTER TABLE maintenance_program_limits ENABLE ROW LEVEL SECURITY;
ALTER TABLE maintenance_program_limits FORCE ROW LEVEL SECURITY;
CREATE POLICY everything ON maintenance_program_limits TO amss_owner, amss_retention, amss_worker
    USING (true)
    WITH CHECK (true);
CREATE POLICY tenant ON maintenance_program_limits TO amss_server
    USING (org_id = NULLIF(current_setting('amss.org_id', true), '')::uuid)
    WITH CHECK (org_id = NULLIF(current_setting('amss.org_id', true), '')::uuid);
GRANT DELETE, SELECT ON maintenance_program_limits TO amss_retention;
GRANT DELETE, INSERT, SELECT, UPDATE ON maintenance_program_limits TO amss_server;
GRANT DELETE, INSERT, SELECT, UPDATE ON maintenance_program_limits TO amss_worker;

CREATE TABLE maintenance_programs (
    id uuid NOT NULL,
    org_id uuid NOT NULL,
    aircraft_id uuid,
    interval_type maintenance_program_interval_type NOT NULL,
    interval_value integer NOT NULL,
    code text NOT NULL,
    name text NOT NULL,
    description text,
    ata_chapter text,
    model text,
    task_type maintenance_task_type NOT NULL,
    recurrence program_recurrence NOT NULL DEFAULT 'to_actual',
    combine program_combine NOT NULL DEFAULT 'first',
    lead_days integer NOT NULL DEFAULT 30,
    estimated_minutes integer NOT NULL DEFAULT 480,
    effective_from date,
    airworthiness_limitation boolean NOT NULL DEFAULT false,
    directive text,
    directive_revised_on date,
    method_of_compliance text,
    active boolean NOT NULL DEFAULT true,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz,
    CONSTRAINT maintenance_programs_pkey PRIMARY KEY (org_id, id),
    CONSTRAINT maintenance_programs_directive CHECK (directive IS NOT NULL OR directive_revised_on IS NULL AND method_of_compliance IS NULL),
    CONSTRAINT maintenance_programs_interval CHECK (interval_value > 0),
    CONSTRAINT maintenance_programs_planning CHECK (lead_days >= 0 AND estimated_minutes > 0),
    CONSTRAINT maintenance_programs_aircraft FOREIGN KEY (org_id, aircraft_id) REFERENCES aircraft(org_id, id),
    CONSTRAINT maintenance_programs_org_id_fkey FOREIGN KEY (org_id) REFERENCES organizations(id)
);
CREATE INDEX maintenance_programs_by_aircraft ON maintenance_programs (org_id, aircraft_id, code) WHERE (aircraft_id IS NOT NULL);
CREATE INDEX maintenance_programs_by_chapter ON maintenance_programs (org_id, ata_chapter, code, id) WHERE ((ata_chapter IS NOT NULL) AND (deleted_at IS NULL));
CREATE INDEX maintenance_programs_by_creation ON maintenance_programs (org_id, created_at, id) WHERE (deleted_at IS NULL);
CREATE INDEX maintenance_programs_by_model ON maintenance_programs (org_id, model, code) WHERE (deleted_at IS NULL);
CREATE INDEX maintenance_programs_by_name ON maintenance_programs (org_id, name, id) WHERE (deleted_at IS NULL);
CREATE UNIQUE INDEX maintenance_programs_code_free ON maintenance_programs (org_id, code, aircraft_id) NULLS NOT DISTINCT WHERE (deleted_at IS NULL);
CREATE INDEX maintenance_programs_limitations ON maintenance_programs (org_id, code, id) WHERE (airworthiness_limitation AND (deleted_at IS NULL));
CREATE INDEX maintenance_programs_paused ON maintenance_programs (org_id, code, id) WHERE ((NOT active) AND (deleted_at IS NULL));
ALTER TABLE maintenance_programs ENABLE ROW LEVEL SECURITY;
ALTER TABLE maintenance_programs FORCE ROW LEVEL SECURITY;
CREATE POLICY everything ON maintenance_programs TO amss_owner, amss_retention, amss_worker
    USING (true)
    WITH CHECK (true);
CREATE POLICY tenant ON maintenance_programs TO amss_server
    USING (org_id = NULLIF(current_setting('amss.org_id', true), '')::uuid)
    WITH CHECK (org_id = NULLIF(current_setting('amss.org_id', true), '')::uuid);
CREATE TRIGGER program_tells_due_items AFTER UPDATE OF active ON maintenance_programs FOR EACH ROW WHEN (old.active <> new.active) EXECUTE FUNCTION program_tells_due_items();
GRANT DELETE, SELECT ON maintenance_programs TO amss_retention;
GRANT INSERT, SELECT, UPDATE ON maintenance_programs TO amss_server;
GRANT INSERT, SELECT, UPDATE ON maintenance_programs TO amss_worker;

CREATE TABLE maintenance_tasks (
    id uuid NOT NULL,
    org_id uuid NOT NULL,
    aircraft_id uuid NOT NULL,
    program_id uuid,
    due_item_id uuid,
    state maintenance_task_state NOT NULL DEFAULT 'scheduled',
    type maintenance_task_type NOT NULL,
    title text NOT NULL,
    notes text,
    priority maintenance_task_priority NOT NULL DEFAULT 'routine',
    start_time timestamptz NOT NULL,
    end_time timestamptz NOT NULL,
    slot integer NOT NULL,
    estimated_minutes integer,
    assigned_mechanic_id uuid,
    started_at timestamptz,
    completed_at timestamptz,
    performed_at timestamptz,
    cancelled_at timestamptz,
    cancel_reason text,
    reading_minutes integer,
    reading_cycles integer,
    due_at timestamptz,
    unused jsonb NOT NULL DEFAULT '[]',
    timeliness maintenance_task_timeliness,
    active_window tstzrange GENERATED ALWAYS AS (
CASE
    WHEN (state = ANY (ARRAY['scheduled', 'in_progress'])) AND deleted_at IS NULL THEN tstzrange(start_time, end_time)
    ELSE NULL::tstzrange
END) STORED,
    late boolean NOT NULL GENERATED ALWAYS AS (COALESCE(end_time > due_at, false)) STORED,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz,
    CONSTRAINT maintenance_tasks_pkey PRIMARY KEY (org_id, id),
    CONSTRAINT maintenance_tasks_mechanic_free EXCLUDE USING gist (org_id WITH =, assigned_mechanic_id WITH =, active_window WITH &&) WHERE (active_window IS NOT NULL AND (end_time - start_time) <= '24:00:00'),
    CONSTRAINT maintenance_tasks_slot_free EXCLUDE USING gist (org_id WITH =, aircraft_id WITH =, slot WITH =, active_window WITH &&) WHERE (active_window IS NOT NULL),
    CONSTRAINT maintenance_tasks_cancelled CHECK ((state = 'cancelled') = (cancelled_at IS NOT NULL) AND (state <> 'cancelled' OR cancel_reason IS NOT NULL)),
    CONSTRAINT maintenance_tasks_completed CHECK ((state = 'completed') = (completed_at IS NOT NULL) AND (state = 'completed') = (performed_at IS NOT NULL)),
    CONSTRAINT maintenance_tasks_slot CHECK (slot >= 1),
    CONSTRAINT maintenance_tasks_started CHECK ((state <> ALL (ARRAY['in_progress', 'completed'])) OR started_at IS NOT NULL),
    CONSTRAINT maintenance_tasks_window CHECK (end_time > start_time AND (end_time - start_time) <= '90 days'),
    CONSTRAINT maintenance_tasks_aircraft FOREIGN KEY (org_id, aircraft_id) REFERENCES aircraft(org_id, id),
    CONSTRAINT maintenance_tasks_due_item FOREIGN KEY (org_id, due_item_id) REFERENCES due_items(org_id, id),
    CONSTRAINT maintenance_tasks_mechanic FOREIGN KEY (org_id, assigned_mechanic_id) REFERENCES users(org_id, id),
    CONSTRAINT maintenance_tasks_program FOREIGN KEY (org_id, program_id) REFERENCES maintenance_programs(org_id, id)
);
CREATE INDEX maintenance_tasks_aog ON maintenance_tasks (org_id, start_time, id) WHERE ((priority = 'aog') AND (deleted_at IS NULL));
CREATE INDEX maintenance_tasks_by_aircraft ON maintenance_tasks (org_id, aircraft_id, start_time, id);
CREATE INDEX maintenance_tasks_by_due_item ON maintenance_tasks (org_id, due_item_id, id) WHERE (due_item_id IS NOT NULL);
CREATE INDEX maintenance_tasks_by_mechanic ON maintenance_tasks (org_id, assigned_mechanic_id, start_time, id) WHERE (assigned_mechanic_id IS NOT NULL);
CREATE INDEX maintenance_tasks_by_performance ON maintenance_tasks (org_id, performed_at, id) WHERE ((state = 'completed') AND (deleted_at IS NULL));
CREATE INDEX maintenance_tasks_by_program ON maintenance_tasks (org_id, program_id, start_time, id) WHERE (program_id IS NOT NULL);
CREATE INDEX maintenance_tasks_by_start ON maintenance_tasks (org_id, start_time, id) WHERE (deleted_at IS NULL);
CREATE INDEX maintenance_tasks_cancelled_work ON maintenance_tasks (org_id, start_time, id) WHERE ((state = 'cancelled') AND (deleted_at IS NULL));
CREATE INDEX maintenance_tasks_completed_work ON maintenance_tasks (org_id, start_time, id) WHERE ((state = 'completed') AND (deleted_at IS NULL));
CREATE INDEX maintenance_tasks_in_progress ON maintenance_tasks (org_id, start_time, id) WHERE ((state = 'in_progress') AND (deleted_at IS NULL));
CREATE INDEX maintenance_tasks_late ON maintenance_tasks (org_id, start_time, id) WHERE (late AND (deleted_at IS NULL));
CREATE UNIQUE INDEX maintenance_tasks_one_open_per_due_item ON maintenance_tasks (org_id, due_item_id) WHERE ((due_item_id IS NOT NULL) AND (state = ANY (ARRAY['scheduled', 'in_progress'])) AND (deleted_at IS NULL));
CREATE INDEX maintenance_tasks_open_of_aircraft ON maintenance_tasks (org_id, aircraft_id, start_time, id) WHERE ((state = ANY (ARRAY['scheduled', 'in_progress'])) AND (deleted_at IS NULL));
CREATE INDEX maintenance_tasks_open_of_mechanic ON maintenance_tasks (org_id, assigned_mechanic_id, start_time, id) WHERE ((assigned_mechanic_id IS NOT NULL) AND (state = ANY (ARRAY['scheduled', 'in_progress'])) AND (deleted_at IS NULL));
CREATE INDEX maintenance_tasks_open_work ON maintenance_tasks (org_id, start_time, id) WHERE ((state = ANY (ARRAY['scheduled', 'in_progress'])) AND (deleted_at IS NULL));
CREATE INDEX maintenance_tasks_overhauls ON maintenance_tasks (org_id, start_time, id) WHERE ((type = 'overhaul') AND (deleted_at IS NULL));
CREATE INDEX maintenance_tasks_record ON maintenance_tasks (org_id, aircraft_id, performed_at, id) WHERE ((state = 'completed') AND (deleted_at IS NULL));
CREATE INDEX maintenance_tasks_repairs ON maintenance_tasks (org_id, start_time, id) WHERE ((type = 'repair') AND (deleted_at IS NULL));
CREATE INDEX maintenance_tasks_scheduled ON maintenance_tasks (org_id, start_time, id) WHERE ((state = 'scheduled') AND (deleted_at IS NULL));
CREATE INDEX maintenance_tasks_urgent ON maintenance_tasks (org_id, start_time, id) WHERE ((priority = 'urgent') AND (deleted_at IS NULL));
ALTER TABLE maintenance_tasks ENABLE ROW LEVEL SECURITY;
ALTER TABLE maintenance_tasks FORCE ROW LEVEL SECURITY;
CREATE POLICY everything ON maintenance_tasks TO amss_owner, amss_retention, amss_worker
    USING (true)
    WITH CHECK (true);
CREATE POLICY tenant ON maintenance_tasks TO amss_server
    USING (org_id = NULLIF(current_setting('amss.org_id', true), '')::uuid)
    WITH CHECK (org_id = NULLIF(current_setting('amss.org_id', true), '')::uuid);
GRANT DELETE, SELECT ON maintenance_tasks TO amss_retention;
GRANT INSERT, SELECT, UPDATE ON maintenance_tasks TO amss_server;
GRANT INSERT, SELECT, UPDATE ON maintenance_tasks TO amss_worker;

CREATE TABLE org_policies (
    org_id uuid NOT NULL,
    retention_interval interval NOT NULL DEFAULT '365 days',
    maintenance_records_retention_days integer NOT NULL DEFAULT 3650,
    audit_retention_days integer NOT NULL DEFAULT 3650,
    technical_retention_days integer NOT NULL DEFAULT 30,
    api_rate_limit_per_min integer NOT NULL DEFAULT 6000,
    api_key_rate_limit_per_min integer NOT NULL DEFAULT 1200,
    early_start_minutes integer NOT NULL DEFAULT 5,
    sign_off_by_any_mechanic boolean NOT NULL DEFAULT false,
    webhook_max_attempts integer NOT NULL DEFAULT 10,
    due_soon_days integer NOT NULL DEFAULT 7,
    due_upcoming_days integer NOT NULL DEFAULT 30,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT org_policies_pkey PRIMARY KEY (org_id),
    CONSTRAINT org_policies_due_horizons CHECK (due_soon_days >= 0 AND due_upcoming_days >= due_soon_days),
    CONSTRAINT org_policies_early_start CHECK (early_start_minutes >= 0 AND early_start_minutes <= 1440),
    CONSTRAINT org_policies_rate_limits CHECK (api_rate_limit_per_min > 0 AND api_key_rate_limit_per_min > 0),
    CONSTRAINT org_policies_retention_floors CHECK (retention_interval >= '30 days' AND maintenance_records_retention_days >= 1095 AND audit_retention_days >= 2555 AND technical_retention_days >= 1 AND technical_retention_days <= 90),
    CONSTRAINT org_policies_retention_in_days CHECK (retention_interval = make_interval(days => EXTRACT(day FROM retention_interval)::integer) AND EXTRACT(year FROM retention_interval) = 0::numeric AND EXTRACT(month FROM retention_interval) = 0::numeric),
    CONSTRAINT org_policies_webhook_attempts CHECK (webhook_max_attempts >= 1 AND webhook_max_attempts <= 10),
    CONSTRAINT org_policies_org_id_fkey FOREIGN KEY (org_id) REFERENCES organizations(id)
);
ALTER TABLE org_policies ENABLE ROW LEVEL SECURITY;
ALTER TABLE org_policies FORCE ROW LEVEL SECURITY;
CREATE POLICY everything ON org_policies TO amss_owner, amss_retention, amss_worker
    USING (true)
    WITH CHECK (true);
CREATE POLICY tenant ON org_policies TO amss_server
    USING (org_id = NULLIF(current_setting('amss.org_id', true), '')::uuid)
    WITH CHECK (org_id = NULLIF(current_setting('amss.org_id', true), '')::uuid);
GRANT SELECT ON org_policies TO amss_retention;
GRANT INSERT, SELECT, UPDATE ON org_policies TO amss_server;
GRANT INSERT, SELECT, UPDATE ON org_policies TO amss_worker;

CREATE TABLE organizations (
    id uuid NOT NULL,
    name text NOT NULL,
    slug text NOT NULL,
    time_zone text NOT NULL DEFAULT 'UTC',
    status organization_status NOT NULL DEFAULT 'active',
    legal_hold boolean NOT NULL DEFAULT false,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz,
    CONSTRAINT organizations_pkey PRIMARY KEY (id),
    CONSTRAINT organizations_slug_form CHECK (slug ~ '^[a-z0-9][a-z0-9-]{1,62}$')
);
CREATE INDEX organizations_by_name ON organizations (name, id) WHERE (deleted_at IS NULL);
CREATE UNIQUE INDEX organizations_slug_free ON organizations (slug) WHERE (deleted_at IS NULL);
ALTER TABLE organizations ENABLE ROW LEVEL SECURITY;
ALTER TABLE organizations FORCE ROW LEVEL SECURITY;
CREATE POLICY everything ON organizations TO amss_owner, amss_retention, amss_worker
    USING (true)
    WITH CHECK (true);
CREATE POLICY tenant ON organizations TO amss_server
    USING (id = NULLIF(current_setting('amss.org_id', true), '')::uuid)
    WITH CHECK (id = NULLIF(current_setting('amss.org_id', true), '')::uuid);
GRANT SELECT ON organizations TO amss_retention;
GRANT INSERT, SELECT, UPDATE ON organizations TO amss_server;
GRANT INSERT, SELECT, UPDATE ON organizations TO amss_worker;

CREATE TABLE outbox_events (
    id uuid NOT NULL,
    org_id uuid NOT NULL,
    sequence bigint NOT NULL DEFAULT nextval('outbox_sequence'),
    bucket smallint NOT NULL GENERATED ALWAYS AS ((get_byte(uuid_send(org_id), 15) & 15)::smallint) STORED,
    event_type text NOT NULL,
    aggregate_type text NOT NULL,
    aggregate_id uuid NOT NULL,
    payload jsonb NOT NULL,
    request_id text,
    traceparent text,
    fanned_out_at timestamptz,
    feed_position bigint,
    processed_at timestamptz,
    attempt_count integer NOT NULL DEFAULT 0,
    next_attempt_at timestamptz,
    last_error text,
    failed_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT outbox_events_pkey PRIMARY KEY (org_id, id),
    CONSTRAINT outbox_events_position_with_fan_out CHECK ((fanned_out_at IS NULL) = (feed_position IS NULL)),
    CONSTRAINT outbox_events_org_id_fkey FOREIGN KEY (org_id) REFERENCES organizations(id)
);
CREATE INDEX outbox_events_dead ON outbox_events (org_id, failed_at, id) WHERE (failed_at IS NOT NULL);
CREATE INDEX outbox_events_dead_by_type ON outbox_events (org_id, event_type, failed_at, id) WHERE (failed_at IS NOT NULL);
CREATE UNIQUE INDEX outbox_events_feed ON outbox_events (org_id, feed_position) WHERE (feed_position IS NOT NULL);
CREATE INDEX outbox_events_put_off ON outbox_events (bucket, next_attempt_at) WHERE ((next_attempt_at IS NOT NULL) AND (failed_at IS NULL));
CREATE INDEX outbox_events_streamed ON outbox_events USING brin (processed_at) WITH (autosummarize='on');
CREATE INDEX outbox_events_to_fan_out ON outbox_events (bucket, sequence) WHERE ((fanned_out_at IS NULL) AND (failed_at IS NULL));
CREATE INDEX outbox_events_to_stream ON outbox_events (bucket, sequence) WHERE ((processed_at IS NULL) AND (failed_at IS NULL));
ALTER TABLE outbox_events ENABLE ROW LEVEL SECURITY;
ALTER TABLE outbox_events FORCE ROW LEVEL SECURITY;
CREATE POLICY everything ON outbox_events TO amss_owner, amss_retention, amss_worker
    USING (true)
    WITH CHECK (true);
CREATE POLICY tenant ON outbox_events TO amss_server
    USING (org_id = NULLIF(current_setting('amss.org_id', true), '')::uuid)
    WITH CHECK (org_id = NULLIF(current_setting('amss.org_id', true), '')::uuid);
GRANT DELETE, SELECT ON outbox_events TO amss_retention;
GRANT INSERT, SELECT, UPDATE (attempt_count, next_attempt_at, last_error, failed_at) ON outbox_events TO amss_server;
GRANT INSERT, SELECT, UPDATE (fanned_out_at, feed_position, processed_at, attempt_count, next_attempt_at, last_error, failed_at) ON outbox_events TO amss_worker;

CREATE TABLE part_definitions (
    id uuid NOT NULL,
    org_id uuid NOT NULL,
    name text NOT NULL,
    search_name text NOT NULL GENERATED ALWAYS AS (lower(name)) STORED,
    part_number text,
    category text NOT NULL,
    min_stock integer NOT NULL DEFAULT 0,
    low_stock_since timestamptz,
    stock_lasts_until date,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz,
    CONSTRAINT part_definitions_pkey PRIMARY KEY (org_id, id),
    CONSTRAINT part_definitions_min_stock CHECK (min_stock >= 0),
    CONSTRAINT part_definitions_org_id_fkey FOREIGN KEY (org_id) REFERENCES organizations(id)
);
CREATE INDEX part_definitions_by_category ON part_definitions (org_id, category, search_name, id) WHERE (deleted_at IS NULL);
CREATE INDEX part_definitions_by_last_day ON part_definitions (org_id, stock_lasts_until, id) WHERE (stock_lasts_until IS NOT NULL);
CREATE INDEX part_definitions_by_name ON part_definitions (org_id, search_name, id) WHERE (deleted_at IS NULL);
CREATE INDEX part_definitions_low ON part_definitions (org_id, search_name, id) WHERE ((low_stock_since IS NOT NULL) AND (deleted_at IS NULL));
CREATE UNIQUE INDEX part_definitions_name_free ON part_definitions (org_id, name) WHERE ((part_number IS NULL) AND (deleted_at IS NULL));
CREATE UNIQUE INDEX part_definitions_part_number_free ON part_definitions (org_id, part_number) WHERE (deleted_at IS NULL);
ALTER TABLE part_definitions ENABLE ROW LEVEL SECURITY;
ALTER TABLE part_definitions FORCE ROW LEVEL SECURITY;
CREATE POLICY everything ON part_definitions TO amss_owner, amss_retention, amss_worker
    USING (true)
    WITH CHECK (true);
CREATE POLICY tenant ON part_definitions TO amss_server
    USING (org_id = NULLIF(current_setting('amss.org_id', true), '')::uuid)
    WITH CHECK (org_id = NULLIF(current_setting('amss.org_id', true), '')::uuid);
GRANT DELETE, SELECT ON part_definitions TO amss_retention;
GRANT INSERT, SELECT, UPDATE ON part_definitions TO amss_server;
GRANT INSERT, SELECT, UPDATE ON part_definitions TO amss_worker;

CREATE TABLE part_items (
    id uuid NOT NULL,
    org_id uuid NOT NULL,
    part_definition_id uuid NOT NULL,
    serial_number text NOT NULL,
    status part_item_status NOT NULL DEFAULT 'in_stock',
    expiry_date date,
    expires_or_never date NOT NULL GENERATED ALWAYS AS (COALESCE(expiry_date, 'infinity')) STORED,
    quarantine_reason text,
    used_on_task_id uuid,
    used_on_aircraft_id uuid,
    used_at timestamptz,
    used_minutes integer,
    used_cycles integer,
    removed_on_task_id uuid,
    removed_at timestamptz,
    removed_minutes integer,
    removed_cycles integer,
    removal_reason text,
    expiry_notice_days integer,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz,
    CONSTRAINT part_items_pkey PRIMARY KEY (org_id, id),
    CONSTRAINT part_items_removed_was_used CHECK (removed_at IS NULL OR status = 'used'),
    CONSTRAINT part_items_removed_whole CHECK (num_nonnulls(removed_on_task_id, removed_at, removed_minutes, removed_cycles, removal_reason) = ANY (ARRAY[0, 5])),
    CONSTRAINT part_items_used_whole CHECK ((used_minutes IS NULL) = (used_cycles IS NULL)),
    CONSTRAINT part_items_aircraft FOREIGN KEY (org_id, used_on_aircraft_id) REFERENCES aircraft(org_id, id),
    CONSTRAINT part_items_definition FOREIGN KEY (org_id, part_definition_id) REFERENCES part_definitions(org_id, id),
    CONSTRAINT part_items_removed_on FOREIGN KEY (org_id, removed_on_task_id) REFERENCES maintenance_tasks(org_id, id),
    CONSTRAINT part_items_task FOREIGN KEY (org_id, used_on_task_id) REFERENCES maintenance_tasks(org_id, id)
);
CREATE INDEX part_items_by_aircraft ON part_items (org_id, used_on_aircraft_id, id) WHERE (used_on_aircraft_id IS NOT NULL);
CREATE INDEX part_items_by_definition ON part_items (org_id, part_definition_id, serial_number) WHERE (deleted_at IS NULL);
CREATE INDEX part_items_by_expiry ON part_items (org_id, expires_or_never, id) WHERE (deleted_at IS NULL);
CREATE INDEX part_items_by_removal ON part_items (org_id, removed_on_task_id) WHERE (removed_on_task_id IS NOT NULL);
CREATE INDEX part_items_by_serial ON part_items (org_id, serial_number, expires_or_never) WHERE (deleted_at IS NULL);
CREATE INDEX part_items_by_task ON part_items (org_id, used_on_task_id) WHERE (used_on_task_id IS NOT NULL);
CREATE INDEX part_items_disposed ON part_items (org_id, serial_number) WHERE ((status = 'disposed') AND (deleted_at IS NULL));
CREATE INDEX part_items_disposed_by_expiry ON part_items (org_id, expires_or_never, id) WHERE ((status = 'disposed') AND (deleted_at IS NULL));
CREATE INDEX part_items_expiring ON part_items (org_id, expiry_date, id) WHERE ((expiry_date IS NOT NULL) AND (expiry_notice_days IS DISTINCT FROM 30) AND (status = ANY (ARRAY['in_stock', 'quarantined'])) AND (deleted_at IS NULL));
CREATE INDEX part_items_in_stock ON part_items (org_id, serial_number) WHERE ((status = 'in_stock') AND (deleted_at IS NULL));
CREATE INDEX part_items_in_stock_by_expiry ON part_items (org_id, expires_or_never, id) WHERE ((status = 'in_stock') AND (deleted_at IS NULL));
CREATE INDEX part_items_quarantined ON part_items (org_id, serial_number) WHERE ((status = 'quarantined') AND (deleted_at IS NULL));
CREATE INDEX part_items_quarantined_by_expiry ON part_items (org_id, expires_or_never, id) WHERE ((status = 'quarantined') AND (deleted_at IS NULL));
CREATE UNIQUE INDEX part_items_serial_free ON part_items (org_id, serial_number) WHERE (deleted_at IS NULL);
CREATE INDEX part_items_stock ON part_items (org_id, part_definition_id) WHERE ((status = 'in_stock') AND (deleted_at IS NULL));
CREATE INDEX part_items_used ON part_items (org_id, serial_number) WHERE ((status = 'used') AND (deleted_at IS NULL));
CREATE INDEX part_items_used_by_expiry ON part_items (org_id, expires_or_never, id) WHERE ((status = 'used') AND (deleted_at IS NULL));
ALTER TABLE part_items ENABLE ROW LEVEL SECURITY;
ALTER TABLE part_items FORCE ROW LEVEL SECURITY;
CREATE POLICY everything ON part_items TO amss_owner, amss_retention, amss_worker
    USING (true)
    WITH CHECK (true);
CREATE POLICY tenant ON part_items TO amss_server
    USING (org_id = NULLIF(current_setting('amss.org_id', true), '')::uuid)
    WITH CHECK (org_id = NULLIF(current_setting('amss.org_id', true), '')::uuid);
GRANT DELETE, SELECT ON part_items TO amss_retention;
GRANT INSERT, SELECT, UPDATE ON part_items TO amss_server;
GRANT INSERT, SELECT, UPDATE ON part_items TO amss_worker;

CREATE TABLE part_reservations (
    id uuid NOT NULL,
    org_id uuid NOT NULL,
    task_id uuid NOT NULL,
    part_item_id uuid NOT NULL,
    state part_reservation_state NOT NULL DEFAULT 'reserved',
    used_at timestamptz,
    released_at timestamptz,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT part_reservations_pkey PRIMARY KEY (org_id, id),
    CONSTRAINT part_reservations_item FOREIGN KEY (org_id, part_item_id) REFERENCES part_items(org_id, id),
    CONSTRAINT part_reservations_task FOREIGN KEY (org_id, task_id) REFERENCES maintenance_tasks(org_id, id)
);
CREATE INDEX part_reservations_by_age ON part_reservations (org_id, created_at, id);
CREATE INDEX part_reservations_by_item ON part_reservations (org_id, part_item_id, created_at, id);
CREATE INDEX part_reservations_by_task ON part_reservations (org_id, task_id, created_at, id);
CREATE UNIQUE INDEX part_reservations_one_per_item ON part_reservations (org_id, part_item_id) WHERE (state = 'reserved');
CREATE INDEX part_reservations_released ON part_reservations (org_id, created_at, id) WHERE (state = 'released');
CREATE INDEX part_reservations_reserved ON part_reservations (org_id, created_at, id) WHERE (state = 'reserved');
CREATE INDEX part_reservations_used ON part_reservations (org_id, created_at, id) WHERE (state = 'used');
ALTER TABLE part_reservations ENABLE ROW LEVEL SECURITY;
ALTER TABLE part_reservations FORCE ROW LEVEL SECURITY;
CREATE POLICY everything ON part_reservations TO amss_owner, amss_retention, amss_worker
    USING (true)
    WITH CHECK (true);
CREATE POLICY tenant ON part_reservations TO amss_server
    USING (org_id = NULLIF(current_setting('amss.org_id', true), '')::uuid)
    WITH CHECK (org_id = NULLIF(current_setting('amss.org_id', true), '')::uuid);
GRANT DELETE, SELECT ON part_reservations TO amss_retention;
GRANT INSERT, SELECT, UPDATE ON part_reservations TO amss_server;
GRANT INSERT, SELECT, UPDATE ON part_reservations TO amss_worker;

CREATE TABLE program_checklist_items (
    id uuid NOT NULL,
    org_id uuid NOT NULL,
    program_id uuid NOT NULL,
    "position" integer NOT NULL,
    description text NOT NULL,
    regulatory_ref text,
    CONSTRAINT program_checklist_items_pkey PRIMARY KEY (org_id, id),
    CONSTRAINT program_checklist_items_position_free UNIQUE (org_id, program_id, "position"),
    CONSTRAINT program_checklist_items_program FOREIGN KEY (org_id, program_id) REFERENCES maintenance_programs(org_id, id)
);
ALTER TABLE program_checklist_items ENABLE ROW LEVEL SECURITY;
ALTER TABLE program_checklist_items FORCE ROW LEVEL SECURITY;
CREATE POLICY everything ON program_checklist_items TO amss_owner, amss_retention, amss_worker
    USING (true)
    WITH CHECK (true);
CREATE POLICY tenant ON program_checklist_items TO amss_server
    USING (org_id = NULLIF(current_setting('amss.org_id', true), '')::uuid)
    WITH CHECK (org_id = NULLIF(current_setting('amss.org_id', true), '')::uuid);
GRANT DELETE, SELECT ON program_checklist_items TO amss_retention;
GRANT DELETE, INSERT, SELECT, UPDATE ON program_checklist_items TO amss_server;
GRANT DELETE, INSERT, SELECT, UPDATE ON program_checklist_items TO amss_worker;

CREATE TABLE program_part_requirements (
    id uuid NOT NULL,
    org_id uuid NOT NULL,
    program_id uuid NOT NULL,
    part_definition_id uuid NOT NULL,
    quantity integer NOT NULL DEFAULT 1,
    CONSTRAINT program_part_requirements_pkey PRIMARY KEY (org_id, id),
    CONSTRAINT program_part_requirements_once UNIQUE (org_id, program_id, part_definition_id),
    CONSTRAINT program_part_requirements_quantity CHECK (quantity > 0),
    CONSTRAINT program_part_requirements_definition FOREIGN KEY (org_id, part_definition_id) REFERENCES part_definitions(org_id, id),
    CONSTRAINT program_part_requirements_program FOREIGN KEY (org_id, program_id) REFERENCES maintenance_programs(org_id, id)
);
CREATE INDEX program_part_requirements_by_definition ON program_part_requirements (org_id, part_definition_id);
ALTER TABLE program_part_requirements ENABLE ROW LEVEL SECURITY;
ALTER TABLE program_part_requirements FORCE ROW LEVEL SECURITY;
CREATE POLICY everything ON program_part_requirements TO amss_owner, amss_retention, amss_worker
    USING (true)
    WITH CHECK (true);
CREATE POLICY tenant ON program_part_requirements TO amss_server
    USING (org_id = NULLIF(current_setting('amss.org_id', true), '')::uuid)
    WITH CHECK (org_id = NULLIF(current_setting('amss.org_id', true), '')::uuid);
GRANT DELETE, SELECT ON program_part_requirements TO amss_retention;
GRANT DELETE, INSERT, SELECT, UPDATE ON program_part_requirements TO amss_server;
GRANT DELETE, INSERT, SELECT, UPDATE ON program_part_requirements TO amss_worker;

CREATE TABLE refresh_tokens (
    id uuid NOT NULL,
    org_id uuid NOT NULL,
    user_id uuid NOT NULL,
    family_id uuid NOT NULL,
    jti_hash bytea NOT NULL,
    parent_id uuid,
    expires_at timestamptz NOT NULL,
    session_expires_at timestamptz NOT NULL,
    used_at timestamptz,
    revoked_at timestamptz,
    user_agent text,
    ip inet,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT refresh_tokens_pkey PRIMARY KEY (org_id, id),
    CONSTRAINT refresh_tokens_parent FOREIGN KEY (org_id, parent_id) REFERENCES refresh_tokens(org_id, id) ON DELETE SET NULL (parent_id),
    CONSTRAINT refresh_tokens_user FOREIGN KEY (org_id, user_id) REFERENCES users(org_id, id)
);
CREATE INDEX refresh_tokens_by_expiry ON refresh_tokens (org_id, expires_at);
CREATE INDEX refresh_tokens_by_family ON refresh_tokens (org_id, family_id, id);
CREATE INDEX refresh_tokens_by_parent ON refresh_tokens (org_id, parent_id) WHERE (parent_id IS NOT NULL);
CREATE INDEX refresh_tokens_by_user ON refresh_tokens (org_id, user_id, id);
CREATE UNIQUE INDEX refresh_tokens_jti ON refresh_tokens (org_id, jti_hash);
ALTER TABLE refresh_tokens ENABLE ROW LEVEL SECURITY;
ALTER TABLE refresh_tokens FORCE ROW LEVEL SECURITY;
CREATE POLICY everything ON refresh_tokens TO amss_owner, amss_retention, amss_worker
    USING (true)
    WITH CHECK (true);
CREATE POLICY tenant ON refresh_tokens TO amss_server
    USING (org_id = NULLIF(current_setting('amss.org_id', true), '')::uuid)
    WITH CHECK (org_id = NULLIF(current_setting('amss.org_id', true), '')::uuid);
GRANT DELETE, SELECT ON refresh_tokens TO amss_retention;
GRANT INSERT, SELECT, UPDATE ON refresh_tokens TO amss_server;
GRANT SELECT ON refresh_tokens TO amss_worker;

CREATE TABLE saved_views (
    id uuid NOT NULL,
    org_id uuid NOT NULL,
    owner_id uuid NOT NULL,
    owner_org_id uuid NOT NULL,
    scope saved_view_scope NOT NULL DEFAULT 'own',
    screen text NOT NULL,
    name text NOT NULL,
    query text NOT NULL,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT saved_views_pkey PRIMARY KEY (org_id, id),
    CONSTRAINT saved_views_org_id_fkey FOREIGN KEY (org_id) REFERENCES organizations(id),
    CONSTRAINT saved_views_owner FOREIGN KEY (owner_org_id, owner_id) REFERENCES users(org_id, id)
);
CREATE UNIQUE INDEX saved_views_name_free ON saved_views (org_id, owner_id, screen, name);
CREATE INDEX saved_views_team ON saved_views (org_id, screen, name, id) WHERE (scope = 'team');
ALTER TABLE saved_views ENABLE ROW LEVEL SECURITY;
ALTER TABLE saved_views FORCE ROW LEVEL SECURITY;
CREATE POLICY everything ON saved_views TO amss_owner, amss_retention, amss_worker
    USING (true)
    WITH CHECK (true);
CREATE POLICY tenant ON saved_views TO amss_server
    USING (org_id = NULLIF(current_setting('amss.org_id', true), '')::uuid)
    WITH CHECK (org_id = NULLIF(current_setting('amss.org_id', true), '')::uuid);
GRANT DELETE, SELECT ON saved_views TO amss_retention;
GRANT DELETE, INSERT, SELECT, UPDATE ON saved_views TO amss_server;
GRANT SELECT ON saved_views TO amss_worker;

CREATE TABLE schema_migrations (
    version text NOT NULL,
    name text NOT NULL,
    sha256 text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT schema_migrations_pkey PRIMARY KEY (version)
);
GRANT SELECT ON schema_migrations TO amss_server;
GRANT SELECT ON schema_migrations TO amss_worker;

CREATE TABLE task_part_requirements (
    org_id uuid NOT NULL,
    task_id uuid NOT NULL,
    part_definition_id uuid NOT NULL,
    quantity integer NOT NULL DEFAULT 1,
    CONSTRAINT task_part_requirements_pkey PRIMARY KEY (org_id, task_id, part_definition_id),
    CONSTRAINT task_part_requirements_quantity CHECK (quantity > 0),
    CONSTRAINT task_part_requirements_definition FOREIGN KEY (org_id, part_definition_id) REFERENCES part_definitions(org_id, id),
    CONSTRAINT task_part_requirements_task FOREIGN KEY (org_id, task_id) REFERENCES maintenance_tasks(org_id, id)
);
CREATE INDEX task_part_requirements_by_definition ON task_part_requirements (org_id, part_definition_id);
ALTER TABLE task_part_requirements ENABLE ROW LEVEL SECURITY;
ALTER TABLE task_part_requirements FORCE ROW LEVEL SECURITY;
CREATE POLICY everything ON task_part_requirements TO amss_owner, amss_retention, amss_worker
    USING (true)
    WITH CHECK (true);
CREATE POLICY tenant ON task_part_requirements TO amss_server
    USING (org_id = NULLIF(current_setting('amss.org_id', true), '')::uuid)
    WITH CHECK (org_id = NULLIF(current_setting('amss.org_id', true), '')::uuid);
GRANT DELETE, SELECT ON task_part_requirements TO amss_retention;
GRANT DELETE, INSERT, SELECT, UPDATE ON task_part_requirements TO amss_server;
GRANT DELETE, INSERT, SELECT, UPDATE ON task_part_requirements TO amss_worker;

CREATE TABLE users (
    id uuid NOT NULL,
    org_id uuid NOT NULL,
    email citext NOT NULL,
    name text NOT NULL,
    role user_role NOT NULL,
    password_hash text NOT NULL,
    must_change_password boolean NOT NULL DEFAULT false,
    reset_code_hash bytea,
    reset_expires_at timestamptz,
    licence_number text,
    licence_kind text,
    active boolean NOT NULL DEFAULT true,
    last_login_at timestamptz,
    tokens_valid_from timestamptz,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz,
    CONSTRAINT users_pkey PRIMARY KEY (org_id, id),
    CONSTRAINT users_reset_expires CHECK ((reset_code_hash IS NULL) = (reset_expires_at IS NULL)),
    CONSTRAINT users_org_id_fkey FOREIGN KEY (org_id) REFERENCES organizations(id)
);
CREATE INDEX users_administrators ON users (org_id, name, id) WHERE ((role = ANY (ARRAY['admin', 'tenant_admin'])) AND (deleted_at IS NULL));
CREATE INDEX users_auditors ON users (org_id, name, id) WHERE ((role = 'auditor') AND (deleted_at IS NULL));
CREATE INDEX users_by_email ON users (email) WHERE (deleted_at IS NULL);
CREATE INDEX users_by_name ON users (org_id, name, id) WHERE (deleted_at IS NULL);
CREATE INDEX users_by_reset_code ON users (reset_code_hash) WHERE (reset_code_hash IS NOT NULL);
CREATE UNIQUE INDEX users_email_free ON users (org_id, email) WHERE (deleted_at IS NULL);
CREATE INDEX users_mechanics ON users (org_id, name, id) WHERE ((role = 'mechanic') AND (deleted_at IS NULL));
CREATE INDEX users_schedulers ON users (org_id, name, id) WHERE ((role = 'scheduler') AND (deleted_at IS NULL));
ALTER TABLE users ENABLE ROW LEVEL SECURITY;
ALTER TABLE users FORCE ROW LEVEL SECURITY;
CREATE POLICY everything ON users TO amss_owner, amss_retention, amss_worker
    USING (true)
    WITH CHECK (true);
CREATE POLICY tenant ON users TO amss_server
    USING (org_id = NULLIF(current_setting('amss.org_id', true), '')::uuid)
    WITH CHECK (org_id = NULLIF(current_setting('amss.org_id', true), '')::uuid);
GRANT DELETE, SELECT ON users TO amss_retention;
GRANT INSERT, SELECT, UPDATE ON users TO amss_server;
GRANT INSERT, SELECT, UPDATE ON users TO amss_worker;

CREATE TABLE utilization_entries (
    id uuid NOT NULL,
    org_id uuid NOT NULL,
    aircraft_id uuid NOT NULL,
    flown_on date NOT NULL,
    minutes integer NOT NULL,
    cycles integer NOT NULL,
    source utilization_source NOT NULL,
    external_id text,
    reverses_id uuid,
    reversed_by_id uuid,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT utilization_entries_pkey PRIMARY KEY (org_id, id),
    CONSTRAINT utilization_entries_sign CHECK (
CASE
    WHEN reverses_id IS NULL THEN minutes >= 0 AND cycles >= 0
    ELSE minutes <= 0 AND cycles <= 0
END),
    CONSTRAINT utilization_entries_aircraft FOREIGN KEY (org_id, aircraft_id) REFERENCES aircraft(org_id, id),
    CONSTRAINT utilization_entries_reversed_by FOREIGN KEY (org_id, reversed_by_id) REFERENCES utilization_entries(org_id, id),
    CONSTRAINT utilization_entries_reverses FOREIGN KEY (org_id, reverses_id) REFERENCES utilization_entries(org_id, id)
);
CREATE INDEX utilization_entries_by_day ON utilization_entries (org_id, aircraft_id, flown_on, id) INCLUDE (minutes, cycles);
CREATE INDEX utilization_entries_by_reversal ON utilization_entries (org_id, reversed_by_id) WHERE (reversed_by_id IS NOT NULL);
CREATE UNIQUE INDEX utilization_entries_external_id_free ON utilization_entries (org_id, aircraft_id, external_id) WHERE ((external_id IS NOT NULL) AND (reverses_id IS NULL) AND (reversed_by_id IS NULL));
CREATE UNIQUE INDEX utilization_entries_reversed_once ON utilization_entries (org_id, reverses_id) WHERE (reverses_id IS NOT NULL);
ALTER TABLE utilization_entries ENABLE ROW LEVEL SECURITY;
ALTER TABLE utilization_entries FORCE ROW LEVEL SECURITY;
CREATE POLICY everything ON utilization_entries TO amss_owner, amss_retention, amss_worker
    USING (true)
    WITH CHECK (true);
CREATE POLICY tenant ON utilization_entries TO amss_server
    USING (org_id = NULLIF(current_setting('amss.org_id', true), '')::uuid)
    WITH CHECK (org_id = NULLIF(current_setting('amss.org_id', true), '')::uuid);
GRANT DELETE, SELECT ON utilization_entries TO amss_retention;
GRANT INSERT, SELECT, UPDATE (reversed_by_id, updated_at) ON utilization_entries TO amss_server;
GRANT INSERT, SELECT, UPDATE (reversed_by_id, updated_at) ON utilization_entries TO amss_worker;

CREATE TABLE webhook_deliveries (
    id uuid NOT NULL,
    org_id uuid NOT NULL,
    webhook_id uuid NOT NULL,
    event_id uuid NOT NULL,
    event_type text NOT NULL,
    status webhook_delivery_status NOT NULL DEFAULT 'pending',
    next_attempt_at timestamptz,
    lease_until timestamptz,
    attempt_count integer NOT NULL DEFAULT 0,
    last_response_code integer,
    last_error text,
    delivered_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT webhook_deliveries_pkey PRIMARY KEY (org_id, id),
    CONSTRAINT webhook_deliveries_once UNIQUE (org_id, webhook_id, event_id),
    CONSTRAINT webhook_deliveries_delivered CHECK ((status = 'delivered') = (delivered_at IS NOT NULL)),
    CONSTRAINT webhook_deliveries_planned CHECK ((status = 'pending') = (next_attempt_at IS NOT NULL)),
    CONSTRAINT webhook_deliveries_event FOREIGN KEY (org_id, event_id) REFERENCES outbox_events(org_id, id),
    CONSTRAINT webhook_deliveries_webhook FOREIGN KEY (org_id, webhook_id) REFERENCES webhooks(org_id, id)
);
CREATE INDEX webhook_deliveries_by_event ON webhook_deliveries (org_id, event_id);
CREATE INDEX webhook_deliveries_by_type ON webhook_deliveries (org_id, webhook_id, event_type, id);
CREATE INDEX webhook_deliveries_by_webhook ON webhook_deliveries (org_id, webhook_id, id);
CREATE INDEX webhook_deliveries_failed ON webhook_deliveries (org_id, webhook_id, id) WHERE (status = 'failed');
CREATE INDEX webhook_deliveries_held ON webhook_deliveries (org_id, webhook_id, id) WHERE (status = 'held');
CREATE INDEX webhook_deliveries_pending ON webhook_deliveries (org_id, webhook_id, id) WHERE (status = 'pending');
CREATE INDEX webhook_deliveries_to_send ON webhook_deliveries (webhook_id, next_attempt_at) WHERE (status = 'pending');
ALTER TABLE webhook_deliveries ENABLE ROW LEVEL SECURITY;
ALTER TABLE webhook_deliveries FORCE ROW LEVEL SECURITY;
CREATE POLICY everything ON webhook_deliveries TO amss_owner, amss_retention, amss_worker
    USING (true)
    WITH CHECK (true);
CREATE POLICY tenant ON webhook_deliveries TO amss_server
    USING (org_id = NULLIF(current_setting('amss.org_id', true), '')::uuid)
    WITH CHECK (org_id = NULLIF(current_setting('amss.org_id', true), '')::uuid);
GRANT DELETE, SELECT ON webhook_deliveries TO amss_retention;
GRANT INSERT, SELECT, UPDATE ON webhook_deliveries TO amss_server;
GRANT INSERT, SELECT, UPDATE ON webhook_deliveries TO amss_worker;

CREATE TABLE webhook_delivery_attempts (
    id uuid NOT NULL,
    org_id uuid NOT NULL,
    delivery_id uuid NOT NULL,
    attempt integer NOT NULL,
    attempted_at timestamptz NOT NULL,
    duration_ms integer NOT NULL,
    request_headers jsonb NOT NULL,
    response_code integer,
    response_headers jsonb,
    response_body text,
    error text,
    CONSTRAINT webhook_delivery_attempts_pkey PRIMARY KEY (org_id, id),
    CONSTRAINT webhook_delivery_attempts_once UNIQUE (org_id, delivery_id, attempt),
    CONSTRAINT webhook_delivery_attempts_delivery FOREIGN KEY (org_id, delivery_id) REFERENCES webhook_deliveries(org_id, id)
);
ALTER TABLE webhook_delivery_attempts ENABLE ROW LEVEL SECURITY;
ALTER TABLE webhook_delivery_attempts FORCE ROW LEVEL SECURITY;
CREATE POLICY everything ON webhook_delivery_attempts TO amss_owner, amss_retention, amss_worker
    USING (true)
    WITH CHECK (true);
CREATE POLICY tenant ON webhook_delivery_attempts TO amss_server
    USING (org_id = NULLIF(current_setting('amss.org_id', true), '')::uuid)
    WITH CHECK (org_id = NULLIF(current_setting('amss.org_id', true), '')::uuid);
GRANT DELETE, SELECT ON webhook_delivery_attempts TO amss_retention;
GRANT SELECT ON webhook_delivery_attempts TO amss_server;
GRANT INSERT, SELECT ON webhook_delivery_attempts TO amss_worker;

CREATE TABLE webhooks (
    id uuid NOT NULL,
    org_id uuid NOT NULL,
    url text NOT NULL,
    events text[] NOT NULL,
    description text,
    secret bytea NOT NULL,
    previous_secret bytea,
    previous_secret_expires_at timestamptz,
    status webhook_status NOT NULL DEFAULT 'enabled',
    disabled_reason webhook_disabled_reason,
    disabled_at timestamptz,
    failing_since timestamptz,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz,
    CONSTRAINT webhooks_pkey PRIMARY KEY (org_id, id),
    CONSTRAINT webhooks_disabled CHECK ((status = 'disabled') = (disabled_reason IS NOT NULL) AND (status = 'disabled') = (disabled_at IS NOT NULL)),
    CONSTRAINT webhooks_events CHECK (cardinality(events) > 0),
    CONSTRAINT webhooks_previous_secret_expires CHECK ((previous_secret IS NULL) = (previous_secret_expires_at IS NULL)),
    CONSTRAINT webhooks_org_id_fkey FOREIGN KEY (org_id) REFERENCES organizations(id)
);
CREATE INDEX webhooks_disabled ON webhooks (org_id, id) WHERE ((status = 'disabled') AND (deleted_at IS NULL));
CREATE INDEX webhooks_live ON webhooks (org_id, id) WHERE (deleted_at IS NULL);
ALTER TABLE webhooks ENABLE ROW LEVEL SECURITY;
ALTER TABLE webhooks FORCE ROW LEVEL SECURITY;
CREATE POLICY everything ON webhooks TO amss_owner, amss_retention, amss_worker
    USING (true)
    WITH CHECK (true);
CREATE POLICY tenant ON webhooks TO amss_server
    USING (org_id = NULLIF(current_setting('amss.org_id', true), '')::uuid)
    WITH CHECK (org_id = NULLIF(current_setting('amss.org_id', true), '')::uuid);
GRANT DELETE, SELECT ON webhooks TO amss_retention;
GRANT INSERT, SELECT, UPDATE ON webhooks TO amss_server;
GRANT INSERT, SELECT, UPDATE ON webhooks TO amss_worker;

CREATE TABLE worker_jobs (
    worker_id text NOT NULL,
    job text NOT NULL,
    started_at timestamptz NOT NULL,
    seen_at timestamptz NOT NULL,
    runs bigint NOT NULL,
    failures bigint NOT NULL,
    running_since timestamptz,
    finished_at timestamptz,
    result text,
    duration_ms integer,
    failed_at timestamptz,
    last_error text,
    CONSTRAINT worker_jobs_pkey PRIMARY KEY (worker_id, job),
    CONSTRAINT worker_jobs_result CHECK (result = ANY (ARRAY['worked', 'idle', 'failed']))
);
GRANT SELECT ON worker_jobs TO amss_server;
GRANT DELETE, INSERT, SELECT, UPDATE ON worker_jobs TO amss_worker;

CREATE OR REPLACE FUNCTION aircraft_tell_due_items()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
    UPDATE due_items SET listed = listed WHERE org_id = NEW.org_id AND aircraft_id = NEW.id;
    RETURN NULL;
END $function$;
-- EXECUTE: amss_owner

CREATE OR REPLACE FUNCTION amss_await_seal()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
    INSERT INTO audit_unsealed (org_id, audit_log_id) SELECT org_id, id FROM written;
    RETURN NULL;
END $function$;
-- EXECUTE: amss_owner

CREATE OR REPLACE PROCEDURE amss_protect(IN tenant_table regclass, IN tenant_column name DEFAULT 'org_id')
 LANGUAGE plpgsql
AS $procedure$
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
END $procedure$;
-- EXECUTE: amss_owner

CREATE OR REPLACE FUNCTION amss_refuse_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
    RAISE EXCEPTION '% of % is refused: its rows are evidence', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME, CONSTRAINT = TG_TABLE_NAME || '_immutable';
END $function$;
-- EXECUTE: amss_owner

CREATE OR REPLACE FUNCTION amss_refuse_early_delete()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
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
END $function$;
-- EXECUTE: amss_owner

CREATE OR REPLACE FUNCTION amss_utc(moment timestamptz)
 RETURNS text
 LANGUAGE sql
 STABLE PARALLEL SAFE
RETURN replace(to_char((moment AT TIME ZONE 'UTC'), 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), '.000000', '');
-- EXECUTE: amss_owner, amss_retention, amss_server, amss_worker

CREATE OR REPLACE FUNCTION count_organizations()
 RETURNS bigint
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$ SELECT count(*) FROM organizations WHERE deleted_at IS NULL $function$;
-- EXECUTE: amss_owner, amss_server

CREATE OR REPLACE FUNCTION due_items_take_over()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
    SELECT a.tail_number, a.model,
           NEW.deleted_at IS NULL AND p.active AND a.deleted_at IS NULL AND a.status <> 'retired'
    INTO NEW.tail_number, NEW.model, NEW.listed
    FROM aircraft a, maintenance_programs p
    WHERE a.org_id = NEW.org_id AND a.id = NEW.aircraft_id
      AND p.org_id = NEW.org_id AND p.id = NEW.program_id;
    RETURN NEW;
END $function$;
-- EXECUTE: amss_owner

CREATE OR REPLACE FUNCTION find_api_key(key_prefix text)
 RETURNS TABLE(org_id uuid, org_status organization_status, api_key_id uuid, name text, role user_role, key_hash bytea, expires_at timestamptz, revoked_at timestamptz, api_rate_limit_per_min integer, api_key_rate_limit_per_min integer)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
    SELECT organizations.id, organizations.status, api_keys.id, api_keys.name, api_keys.role, api_keys.key_hash,
           api_keys.expires_at, api_keys.revoked_at,
           org_policies.api_rate_limit_per_min, org_policies.api_key_rate_limit_per_min
    FROM api_keys JOIN organizations ON organizations.id = api_keys.org_id
    LEFT JOIN org_policies ON org_policies.org_id = api_keys.org_id
    WHERE api_keys.prefix = key_prefix AND organizations.deleted_at IS NULL
$function$;
-- EXECUTE: amss_owner, amss_server

CREATE OR REPLACE FUNCTION find_logins(login_email citext)
 RETURNS TABLE(org_id uuid, org_slug text, org_status organization_status, user_id uuid, active boolean, password_hash text)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
    SELECT organizations.id, organizations.slug, organizations.status, users.id, users.active, users.password_hash
    FROM users JOIN organizations ON organizations.id = users.org_id
    WHERE users.email = login_email AND users.deleted_at IS NULL AND organizations.deleted_at IS NULL
    ORDER BY organizations.slug
$function$;
-- EXECUTE: amss_owner, amss_server

CREATE OR REPLACE FUNCTION find_organization(organization_id uuid)
 RETURNS SETOF organizations
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$ SELECT * FROM organizations WHERE id = organization_id AND deleted_at IS NULL $function$;
-- EXECUTE: amss_owner, amss_server

CREATE OR REPLACE FUNCTION find_organization_by_slug(organization_slug text)
 RETURNS SETOF organizations
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$ SELECT * FROM organizations WHERE slug = organization_slug AND deleted_at IS NULL $function$;
-- EXECUTE: amss_owner, amss_server

CREATE OR REPLACE FUNCTION find_password_reset(code_hash bytea)
 RETURNS TABLE(org_id uuid, org_status organization_status, user_id uuid, active boolean, expires_at timestamptz)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
    SELECT organizations.id, organizations.status, users.id, users.active, users.reset_expires_at
    FROM users JOIN organizations ON organizations.id = users.org_id
    WHERE users.reset_code_hash = code_hash AND users.deleted_at IS NULL AND organizations.deleted_at IS NULL
$function$;
-- EXECUTE: amss_owner, amss_server

CREATE OR REPLACE FUNCTION list_organizations(after_name text, after_id uuid, page_size integer)
 RETURNS SETOF organizations
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
    SELECT * FROM organizations
    WHERE deleted_at IS NULL AND (after_name IS NULL OR (name, id) > (after_name, after_id))
    ORDER BY name, id
    LIMIT page_size
$function$;
-- EXECUTE: amss_owner, amss_server

CREATE OR REPLACE FUNCTION program_tells_due_items()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
    UPDATE due_items SET listed = listed WHERE org_id = NEW.org_id AND program_id = NEW.id;
    RETURN NULL;
END $function$;
-- EXECUTE: amss_owner
