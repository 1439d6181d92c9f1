-- The checks of a task and their signatures.

CREATE TYPE compliance_result AS ENUM ('pending', 'pass', 'fail', 'not_applicable');

CREATE TABLE compliance_items (
    id uuid NOT NULL,
    org_id uuid NOT NULL,
    task_id uuid NOT NULL,
    aircraft_id uuid NOT NULL,  -- its task's
    position int NOT NULL,
    description text NOT NULL,
    regulatory_ref text,
    from_program boolean NOT NULL DEFAULT false,  -- true: answered, never edited or removed
    result compliance_result NOT NULL DEFAULT 'pending',
    notes text,
    sign_off_user_id uuid,
    sign_off_time timestamptz,
    signer_name text,  -- the signer as he was at that moment
    signer_role user_role,
    signer_licence_number text,
    signer_licence_kind text,  -- null: nobody had said of which kind it is
    reading_minutes int,  -- the aircraft's counters at that moment
    reading_cycles int,
    snapshot_hash bytea,  -- SHA-256 of the canonical form of all that was signed
    supersedes_id uuid,  -- the signed item this one corrects
    reason text,  -- why it supersedes
    version int NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz,
    PRIMARY KEY (org_id, id),
    CONSTRAINT compliance_items_task FOREIGN KEY (org_id, task_id) REFERENCES maintenance_tasks (org_id, id),
    CONSTRAINT compliance_items_aircraft FOREIGN KEY (org_id, aircraft_id) REFERENCES aircraft (org_id, id),
    CONSTRAINT compliance_items_signer FOREIGN KEY (org_id, sign_off_user_id) REFERENCES users (org_id, id),
    CONSTRAINT compliance_items_supersedes FOREIGN KEY (org_id, supersedes_id)
        REFERENCES compliance_items (org_id, id),
    CONSTRAINT compliance_items_signature_whole CHECK (
        num_nonnulls(
            sign_off_user_id, sign_off_time, signer_name, signer_role, signer_licence_number,
            reading_minutes, reading_cycles, snapshot_hash
        ) = CASE WHEN result = 'pending' THEN 0 ELSE 8 END
    ),
    CONSTRAINT compliance_items_licence_kind CHECK (signer_licence_kind IS NULL OR result <> 'pending'),
    CONSTRAINT compliance_items_notes CHECK (result IN ('pending', 'pass') OR notes IS NOT NULL),
    -- A time that no verification asks for would hide a signature from all of them.
    CONSTRAINT compliance_items_in_time CHECK (
        sign_off_time >= '1900-01-01 00:00+00' AND sign_off_time < '9999-01-01 00:00+00'
    ),
    CONSTRAINT compliance_items_signed_stays CHECK (result = 'pending' OR deleted_at IS NULL),
    CONSTRAINT compliance_items_supersedes_with_reason CHECK (supersedes_id IS NULL OR reason IS NOT NULL)
);
CREATE UNIQUE INDEX compliance_items_superseded_once ON compliance_items (org_id, supersedes_id)
    WHERE supersedes_id IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX compliance_items_by_task ON compliance_items (org_id, task_id, position, id);
CREATE INDEX compliance_items_by_aircraft ON compliance_items (org_id, aircraft_id, id);
CREATE INDEX compliance_items_by_id ON compliance_items (org_id, id) WHERE deleted_at IS NULL;
CREATE INDEX compliance_items_pending ON compliance_items (org_id, id)
    WHERE result = 'pending' AND deleted_at IS NULL;
CREATE INDEX compliance_items_passed ON compliance_items (org_id, id) WHERE result = 'pass';
CREATE INDEX compliance_items_failed ON compliance_items (org_id, id) WHERE result = 'fail';
CREATE INDEX compliance_items_not_applicable ON compliance_items (org_id, id) WHERE result = 'not_applicable';
CREATE INDEX compliance_items_signed ON compliance_items (org_id, id) WHERE result <> 'pending';
CREATE INDEX compliance_items_by_sign_off ON compliance_items (org_id, sign_off_time, id)
    WHERE sign_off_time IS NOT NULL;
CREATE INDEX compliance_items_by_reference ON compliance_items (org_id, regulatory_ref, sign_off_time, id)
    WHERE regulatory_ref IS NOT NULL;
CREATE INDEX compliance_items_by_signer ON compliance_items (org_id, sign_off_user_id, sign_off_time)
    WHERE sign_off_user_id IS NOT NULL;
CALL amss_protect('compliance_items');
GRANT SELECT, INSERT, UPDATE ON compliance_items TO amss_server, amss_worker;
GRANT SELECT, DELETE ON compliance_items TO amss_retention;

-- A signature is evidence: what it stands under never changes again.
CREATE TRIGGER compliance_items_immutable BEFORE UPDATE ON compliance_items
    FOR EACH ROW WHEN (OLD.sign_off_time IS NOT NULL) EXECUTE FUNCTION amss_refuse_change();
CREATE TRIGGER compliance_items_untruncatable BEFORE TRUNCATE ON compliance_items
    FOR EACH STATEMENT EXECUTE FUNCTION amss_refuse_change();
CREATE TRIGGER compliance_items_kept BEFORE DELETE ON compliance_items
    FOR EACH ROW WHEN (OLD.sign_off_time IS NOT NULL)
    EXECUTE FUNCTION amss_refuse_early_delete('sign_off_time', '1095');
