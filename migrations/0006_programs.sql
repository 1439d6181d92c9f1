-- What must be done again and again: programs, their limits, and what is due on which aircraft.

CREATE TYPE maintenance_program_interval_type AS ENUM ('flight_hours', 'cycles', 'calendar');
CREATE TYPE program_limit_unit AS ENUM ('minutes', 'cycles', 'days', 'months', 'calendar_months');
CREATE TYPE program_recurrence AS ENUM ('to_actual', 'to_plan', 'fixed');
CREATE TYPE program_combine AS ENUM ('first', 'last');
CREATE TYPE maintenance_task_type AS ENUM ('inspection', 'repair', 'overhaul');
CREATE TYPE due_item_status AS ENUM ('ok', 'notify', 'due', 'in_extension', 'overdue');
CREATE TYPE due_start_source AS ENUM ('last_done', 'effective_from', 'in_service', 'assignment');
CREATE TYPE due_projection AS ENUM ('measured', 'planned', 'none');
CREATE TYPE extension_status AS ENUM ('requested', 'approved', 'rejected', 'lapsed');

CREATE TABLE maintenance_programs (
    id uuid NOT NULL,
    org_id uuid NOT NULL REFERENCES organizations,
    aircraft_id uuid,  -- null: a template for every aircraft of its model, or assigned by hand
    interval_type maintenance_program_interval_type NOT NULL,  -- mirrors the first limit
    interval_value int NOT NULL,  -- mirrors the first limit, flight hours in whole hours
    code text NOT NULL,
    name text NOT NULL,
    description text,
    ata_chapter text COLLATE "C",  -- with hyphens between chapter, section and subject: 32-11-00
    model text,  -- applies to every live aircraft of it; null without aircraft_id: assigned by hand
    task_type maintenance_task_type NOT NULL,
    recurrence program_recurrence NOT NULL DEFAULT 'to_actual',
    combine program_combine NOT NULL DEFAULT 'first',  -- for the first due; repeats are always first
    lead_days int NOT NULL DEFAULT 30,
    estimated_minutes int NOT NULL DEFAULT 480,
    effective_from date,
    airworthiness_limitation boolean NOT NULL DEFAULT false,  -- true: cannot be extended
    directive text,  -- the airworthiness directive that it carries out; null: none
    directive_revised_on date,
    method_of_compliance text,
    active boolean NOT NULL DEFAULT true,
    version int NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz,
    PRIMARY KEY (org_id, id),
    CONSTRAINT maintenance_programs_aircraft FOREIGN KEY (org_id, aircraft_id) REFERENCES aircraft (org_id, id),
    CONSTRAINT maintenance_programs_interval CHECK (interval_value > 0),
    CONSTRAINT maintenance_programs_directive CHECK (
        directive IS NOT NULL OR (directive_revised_on IS NULL AND method_of_compliance IS NULL)
    ),
    CONSTRAINT maintenance_programs_planning CHECK (lead_days >= 0 AND estimated_minutes > 0)
);
CREATE UNIQUE INDEX maintenance_programs_code_free ON maintenance_programs (org_id, code, aircraft_id)
    NULLS NOT DISTINCT WHERE deleted_at IS NULL;
CREATE INDEX maintenance_programs_by_aircraft ON maintenance_programs (org_id, aircraft_id, code)
    WHERE aircraft_id IS NOT NULL;
CREATE INDEX maintenance_programs_paused ON maintenance_programs (org_id, code, id)
    WHERE NOT active AND deleted_at IS NULL;
CREATE INDEX maintenance_programs_limitations ON maintenance_programs (org_id, code, id)
    WHERE airworthiness_limitation AND deleted_at IS NULL;
CREATE INDEX maintenance_programs_by_chapter ON maintenance_programs (org_id, ata_chapter, code, id)
    WHERE ata_chapter IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX maintenance_programs_by_name ON maintenance_programs (org_id, name, id) WHERE deleted_at IS NULL;
CREATE INDEX maintenance_programs_by_creation ON maintenance_programs (org_id, created_at, id)
    WHERE deleted_at IS NULL;
CREATE INDEX maintenance_programs_by_model ON maintenance_programs (org_id, model, code) WHERE deleted_at IS NULL;
CALL amss_protect('maintenance_programs');
GRANT SELECT, INSERT, UPDATE ON maintenance_programs TO amss_server, amss_worker;
GRANT SELECT, DELETE ON maintenance_programs TO amss_retention;

-- One row per counter. All amounts are in `unit`, except those of a calendar limit's tolerances.
CREATE TABLE maintenance_program_limits (
    org_id uuid NOT NULL,
    program_id uuid NOT NULL,
    interval_type maintenance_program_interval_type NOT NULL,
    position int NOT NULL,  -- order in the program, from 1; the first is mirrored on the program
    unit program_limit_unit NOT NULL,
    first int NOT NULL,  -- threshold of the first due
    interval int NOT NULL,
    early int NOT NULL DEFAULT 0,  -- early and late are in tolerance_unit
    late int NOT NULL DEFAULT 0,
    tolerance_unit program_limit_unit NOT NULL,
    notify int,  -- calendar: days; null: lead_days alone decides
    max_extension int NOT NULL DEFAULT 0,  -- calendar: days; 0: cannot be extended
    hard boolean NOT NULL DEFAULT true,  -- false: never becomes overdue
    PRIMARY KEY (org_id, program_id, interval_type),
    CONSTRAINT maintenance_program_limits_program FOREIGN KEY (org_id, program_id)
        REFERENCES maintenance_programs (org_id, id),
    CONSTRAINT maintenance_program_limits_position_free UNIQUE (org_id, program_id, position),
    CONSTRAINT maintenance_program_limits_unit CHECK (
        CASE interval_type
            WHEN 'flight_hours' THEN unit = 'minutes' AND tolerance_unit = 'minutes' AND interval % 60 = 0
            WHEN 'cycles' THEN unit = 'cycles' AND tolerance_unit = 'cycles'
            ELSE unit IN ('days', 'months', 'calendar_months') AND tolerance_unit IN ('days', 'months')
        END
    ),
    CONSTRAINT maintenance_program_limits_amounts CHECK (
        first > 0 AND interval > 0 AND early >= 0 AND late >= 0 AND notify >= 0 AND max_extension >= 0
    ),
    CONSTRAINT maintenance_program_limits_tolerance CHECK (
        unit <> tolerance_unit OR (early < interval AND late < interval)
    )
);
CALL amss_protect('maintenance_program_limits');

CREATE TABLE program_checklist_items (
    id uuid NOT NULL,
    org_id uuid NOT NULL,
    program_id uuid NOT NULL,
    position int NOT NULL,
    description text NOT NULL,
    regulatory_ref text,
    PRIMARY KEY (org_id, id),
    CONSTRAINT program_checklist_items_program FOREIGN KEY (org_id, program_id)
        REFERENCES maintenance_programs (org_id, id),
    CONSTRAINT program_checklist_items_position_free UNIQUE (org_id, program_id, position)
);
CALL amss_protect('program_checklist_items');

-- A change of a program replaces its limits and checklist as a whole.
GRANT SELECT, INSERT, UPDATE, DELETE ON maintenance_program_limits, program_checklist_items
    TO amss_server, amss_worker;
GRANT SELECT, DELETE ON maintenance_program_limits, program_checklist_items TO amss_retention;

-- A program assigned to an aircraft. All but start, last done and the keys is derived by the due engine.
CREATE TABLE due_items (
    id uuid NOT NULL,
    org_id uuid NOT NULL,
    program_id uuid NOT NULL,
    aircraft_id uuid NOT NULL,
    start_source due_start_source NOT NULL,  -- where the count starts, and with which readings
    start_on date NOT NULL,
    start_minutes int NOT NULL,
    start_cycles int NOT NULL,
    last_done_on date,  -- null: the first due is still ahead
    last_done_minutes int,
    last_done_cycles int,
    last_task_id uuid,  -- the task that did it; null: taken over by hand, or never done
    due_minutes int,  -- due values are without tolerance; null: the program has no such limit
    due_cycles int,
    due_on date,  -- due at the end of that day in the organization's time zone
    calendar_anchor date,  -- due_on is this date plus calendar_count of the limit's units, so month ends do not drift
    calendar_count int,
    -- What the work last done counts as done at: its own readings, or the due it was done for within the tolerance
    -- or under an extension. Null: the first due is still ahead, or the program has no such limit.
    counted_from_minutes int,
    counted_from_cycles int,
    counted_from_on date,
    -- It counts for its due only by the extension that was approved then: the tolerance may be another by now.
    under_extension_minutes boolean NOT NULL DEFAULT false,
    under_extension_cycles boolean NOT NULL DEFAULT false,
    under_extension_on boolean NOT NULL DEFAULT false,
    extension_minutes int NOT NULL DEFAULT 0,  -- approved and in force, stands beside the due value
    extension_cycles int NOT NULL DEFAULT 0,
    extension_days int NOT NULL DEFAULT 0,
    status due_item_status NOT NULL DEFAULT 'ok',
    driving_limit maintenance_program_interval_type,  -- projected first, or with the smallest share left
    remaining_share double precision NOT NULL DEFAULT 1,  -- of the driving limit's interval
    projected_on date,  -- null: usage alone decides and no rate is known
    -- What lists are sorted and searched by: as an expression in the index it would be no condition of the index,
    -- because under row-level security Postgres takes COALESCE for something that might tell of the row.
    projected_or_never date NOT NULL GENERATED ALWAYS AS (COALESCE(projected_on, 'infinity'::date)) STORED,
    -- The status as a number, from ok (0) to overdue (4): like COALESCE, an enum is no condition of an index.
    urgency smallint NOT NULL GENERATED ALWAYS AS (
        CASE status WHEN 'ok' THEN 0 WHEN 'notify' THEN 1 WHEN 'due' THEN 2 WHEN 'in_extension' THEN 3 ELSE 4 END
    ) STORED,
    -- Of the aircraft and the program, set by triggers (below); what is due is found and ordered by them.
    tail_number text COLLATE "C" NOT NULL,
    model text NOT NULL,
    listed boolean NOT NULL DEFAULT false,  -- assigned, by an active program, to an aircraft that is not retired or gone
    projection due_projection NOT NULL DEFAULT 'none',  -- which rate was used
    open_task_id uuid,
    blocked_reason text,  -- why the generator could not place it; null: it could, or has not tried
    needs_confirmation boolean NOT NULL DEFAULT false,  -- a later entry shook the readings work was signed at
    version int NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz,  -- unassigned; assigning again clears it
    PRIMARY KEY (org_id, id),
    CONSTRAINT due_items_once UNIQUE (org_id, program_id, aircraft_id),
    CONSTRAINT due_items_program FOREIGN KEY (org_id, program_id) REFERENCES maintenance_programs (org_id, id),
    CONSTRAINT due_items_aircraft FOREIGN KEY (org_id, aircraft_id) REFERENCES aircraft (org_id, id),
    CONSTRAINT due_items_last_done_whole CHECK (
        (last_done_on IS NULL) = (last_done_minutes IS NULL) AND (last_done_on IS NULL) = (last_done_cycles IS NULL)
    ),
    CONSTRAINT due_items_calendar_whole CHECK (
        (due_on IS NULL) = (calendar_anchor IS NULL) AND (due_on IS NULL) = (calendar_count IS NULL)
    ),
    CONSTRAINT due_items_extensions CHECK (extension_minutes >= 0 AND extension_cycles >= 0 AND extension_days >= 0)
);
-- Soonest first, without a projection last. What else may be asked of a list stands behind its order: so it is
-- judged in the index, and a count by status needs nothing but the index.
CREATE INDEX due_items_by_aircraft ON due_items (org_id, aircraft_id, projected_or_never, id);
CREATE INDEX due_items_by_program ON due_items (org_id, program_id, projected_or_never, id);
CREATE INDEX due_items_by_projection ON due_items (org_id, projected_or_never, id, urgency) WHERE listed;
CREATE INDEX due_items_by_urgency ON due_items (org_id, urgency, projected_or_never, id) WHERE listed;
CREATE INDEX due_items_by_model ON due_items (org_id, model, projected_or_never, id, urgency) WHERE listed;
CREATE INDEX due_items_by_remaining
    ON due_items (org_id, remaining_share, id, projected_or_never, urgency, model, program_id) WHERE listed;
CREATE INDEX due_items_by_tail_number
    ON due_items (org_id, tail_number, id, projected_or_never, urgency, model, program_id) WHERE listed;
CREATE INDEX due_items_unplanned ON due_items (org_id, projected_or_never, id, urgency)
    WHERE open_task_id IS NULL AND listed;
CREATE INDEX due_items_unconfirmed ON due_items (org_id, projected_or_never, id, urgency)
    WHERE needs_confirmation AND listed;
CALL amss_protect('due_items');
GRANT SELECT, INSERT, UPDATE ON due_items TO amss_server, amss_worker;
GRANT SELECT, DELETE ON due_items TO amss_retention;

-- What a due item says of its aircraft and its program is taken from them when it comes, goes or is told to.
CREATE FUNCTION due_items_take_over() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    SELECT a.tail_number, a.model,
           NEW.deleted_at IS NULL AND p.active AND a.deleted_at IS NULL AND a.status <> 'retired'
    INTO NEW.tail_number, NEW.model, NEW.listed
    FROM aircraft a, maintenance_programs p
    WHERE a.org_id = NEW.org_id AND a.id = NEW.aircraft_id
      AND p.org_id = NEW.org_id AND p.id = NEW.program_id;
    RETURN NEW;
END $$;
CREATE TRIGGER due_items_take_over BEFORE INSERT OR UPDATE OF deleted_at, listed ON due_items
    FOR EACH ROW EXECUTE FUNCTION due_items_take_over();

CREATE FUNCTION aircraft_tell_due_items() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    UPDATE due_items SET listed = listed WHERE org_id = NEW.org_id AND aircraft_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER aircraft_tell_due_items AFTER UPDATE OF tail_number, model, status, deleted_at ON aircraft
    FOR EACH ROW
    WHEN ((OLD.tail_number, OLD.model, OLD.status = 'retired', OLD.deleted_at IS NULL)
          IS DISTINCT FROM (NEW.tail_number, NEW.model, NEW.status = 'retired', NEW.deleted_at IS NULL))
    EXECUTE FUNCTION aircraft_tell_due_items();

CREATE FUNCTION program_tells_due_items() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    UPDATE due_items SET listed = listed WHERE org_id = NEW.org_id AND program_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER program_tells_due_items AFTER UPDATE OF active ON maintenance_programs
    FOR EACH ROW WHEN (OLD.active <> NEW.active) EXECUTE FUNCTION program_tells_due_items();

CREATE TABLE due_item_extensions (
    id uuid NOT NULL,
    org_id uuid NOT NULL,
    due_item_id uuid NOT NULL,
    program_id uuid NOT NULL,  -- the due item's, for the register
    aircraft_id uuid NOT NULL,
    interval_type maintenance_program_interval_type NOT NULL,  -- the limit it extends
    amount int NOT NULL,  -- past due in all: minutes, cycles or days
    reason text NOT NULL,
    status extension_status NOT NULL DEFAULT 'requested',
    requested_by uuid,  -- null: an API key asked
    requested_by_org_id uuid,
    requested_at timestamptz NOT NULL,
    decided_by uuid,  -- who approved or rejected; null while open, or an API key did
    decided_by_org_id uuid,
    decided_at timestamptz,
    decision_reason text,
    -- The work was done, another approval took its place, or the program allows it no more; what was still only
    -- asked for has lapsed then. Null and approved: in force.
    ended_at timestamptz,
    version int NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (org_id, id),
    CONSTRAINT due_item_extensions_due_item FOREIGN KEY (org_id, due_item_id) REFERENCES due_items (org_id, id),
    CONSTRAINT due_item_extensions_program FOREIGN KEY (org_id, program_id)
        REFERENCES maintenance_programs (org_id, id),
    CONSTRAINT due_item_extensions_aircraft FOREIGN KEY (org_id, aircraft_id) REFERENCES aircraft (org_id, id),
    CONSTRAINT due_item_extensions_requester FOREIGN KEY (requested_by_org_id, requested_by)
        REFERENCES users (org_id, id),
    CONSTRAINT due_item_extensions_decider FOREIGN KEY (decided_by_org_id, decided_by)
        REFERENCES users (org_id, id),
    CONSTRAINT due_item_extensions_people_whole CHECK (
        (requested_by IS NULL) = (requested_by_org_id IS NULL) AND (decided_by IS NULL) = (decided_by_org_id IS NULL)
    ),
    CONSTRAINT due_item_extensions_amount CHECK (amount > 0),
    CONSTRAINT due_item_extensions_four_eyes CHECK (decided_by <> requested_by),
    CONSTRAINT due_item_extensions_decided CHECK ((status IN ('approved', 'rejected')) = (decided_at IS NOT NULL)),
    CONSTRAINT due_item_extensions_ended CHECK (
        CASE status WHEN 'approved' THEN true WHEN 'lapsed' THEN ended_at IS NOT NULL ELSE ended_at IS NULL END
    )
);
CREATE UNIQUE INDEX due_item_extensions_one_open ON due_item_extensions (org_id, due_item_id, interval_type)
    WHERE status = 'requested';
CREATE INDEX due_item_extensions_by_due_item ON due_item_extensions (org_id, due_item_id, id);
CREATE INDEX due_item_extensions_by_program ON due_item_extensions (org_id, program_id, id);
CREATE INDEX due_item_extensions_by_aircraft ON due_item_extensions (org_id, aircraft_id, id);
CREATE INDEX due_item_extensions_in_force ON due_item_extensions (org_id, id)
    WHERE status = 'approved' AND ended_at IS NULL;
CREATE INDEX due_item_extensions_requested ON due_item_extensions (org_id, id) WHERE status = 'requested';
CREATE INDEX due_item_extensions_rejected ON due_item_extensions (org_id, id) WHERE status = 'rejected';
CREATE INDEX due_item_extensions_lapsed ON due_item_extensions (org_id, id) WHERE status = 'lapsed';
CALL amss_protect('due_item_extensions');
GRANT SELECT, INSERT, UPDATE ON due_item_extensions TO amss_server, amss_worker;
GRANT SELECT, DELETE ON due_item_extensions TO amss_retention;
