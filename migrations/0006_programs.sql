-- What must be done again and again: programs, their limits, and what is due on which aircraft.

CREATE TYPE maintenance_program_interval_type AS ENUM ('flight_hours', 'cycles', 'calendar');
CREATE TYPE program_limit_unit AS ENUM ('minutes', 'cycles', 'days', 'months', 'calendar_months');
CREATE TYPE program_recurrence AS ENUM ('to_actual', 'to_plan', 'fixed');
CREATE TYPE program_combine AS ENUM ('first', 'last');
CREATE TYPE maintenance_task_type AS ENUM ('inspection', 'repair', 'overhaul');
CREATE TYPE due_item_status AS ENUM ('ok', 'notify', 'due', 'in_extension', 'overdue');
CREATE TYPE due_start_source AS ENUM ('last_done', 'effective_from', 'in_service', 'assignment');
CREATE TYPE due_projection AS ENUM ('measured', 'planned', 'none');
CREATE TYPE extension_status AS ENUM ('requested', 'approved', 'rejected');

CREATE TABLE maintenance_programs (
    id uuid NOT NULL,
    org_id uuid NOT NULL REFERENCES organizations,
    aircraft_id uuid,  -- null: a template for every aircraft of its model, or assigned by hand
    interval_type maintenance_program_interval_type NOT NULL,  -- mirrors the first limit
    interval_value int NOT NULL,  -- mirrors the first limit, flight hours in whole hours
    code text NOT NULL,
    name text NOT NULL,
    description text,
    ata_chapter text,
    model text,  -- applies to every live aircraft of it; null without aircraft_id: assigned by hand
    task_type maintenance_task_type NOT NULL,
    recurrence program_recurrence NOT NULL DEFAULT 'to_actual',
    combine program_combine NOT NULL DEFAULT 'first',  -- for the first due; repeats are always first
    lead_days int NOT NULL DEFAULT 30,
    estimated_minutes int NOT NULL DEFAULT 480,
    effective_from date,
    airworthiness_limitation boolean NOT NULL DEFAULT false,  -- true: cannot be extended
    active boolean NOT NULL DEFAULT true,
    version int NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz,
    PRIMARY KEY (org_id, id),
    CONSTRAINT maintenance_programs_aircraft FOREIGN KEY (org_id, aircraft_id) REFERENCES aircraft (org_id, id),
    CONSTRAINT maintenance_programs_interval CHECK (interval_value > 0),
    CONSTRAINT maintenance_programs_planning CHECK (lead_days >= 0 AND estimated_minutes > 0)
);
CREATE UNIQUE INDEX maintenance_programs_code_free ON maintenance_programs (org_id, code, aircraft_id)
    NULLS NOT DISTINCT WHERE deleted_at IS NULL;
CREATE INDEX maintenance_programs_by_aircraft ON maintenance_programs (org_id, aircraft_id, code)
    WHERE aircraft_id IS NOT NULL;
CREATE INDEX maintenance_programs_paused ON maintenance_programs (org_id, code, id)
    WHERE NOT active AND deleted_at IS NULL;
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
-- Soonest first, without a projection last.
CREATE INDEX due_items_by_aircraft ON due_items (org_id, aircraft_id, projected_or_never, id);
CREATE INDEX due_items_by_program ON due_items (org_id, program_id, projected_or_never, id);
CREATE INDEX due_items_by_projection ON due_items (org_id, projected_or_never, id)
    WHERE deleted_at IS NULL;
CREATE INDEX due_items_by_remaining ON due_items (org_id, remaining_share, id) WHERE deleted_at IS NULL;
CREATE INDEX due_items_unplanned ON due_items (org_id, projected_or_never, id)
    WHERE open_task_id IS NULL AND deleted_at IS NULL;
CREATE INDEX due_items_ok ON due_items (org_id, projected_or_never, id)
    WHERE status = 'ok' AND deleted_at IS NULL;
CREATE INDEX due_items_notify ON due_items (org_id, projected_or_never, id)
    WHERE status = 'notify' AND deleted_at IS NULL;
CREATE INDEX due_items_due ON due_items (org_id, projected_or_never, id)
    WHERE status = 'due' AND deleted_at IS NULL;
CREATE INDEX due_items_in_extension ON due_items (org_id, projected_or_never, id)
    WHERE status = 'in_extension' AND deleted_at IS NULL;
CREATE INDEX due_items_overdue ON due_items (org_id, projected_or_never, id)
    WHERE status = 'overdue' AND deleted_at IS NULL;
CALL amss_protect('due_items');
GRANT SELECT, INSERT, UPDATE ON due_items TO amss_server, amss_worker;
GRANT SELECT, DELETE ON due_items TO amss_retention;

CREATE TABLE due_item_extensions (
    id uuid NOT NULL,
    org_id uuid NOT NULL,
    due_item_id uuid NOT NULL,
    interval_type maintenance_program_interval_type NOT NULL,  -- the limit it extends
    amount int NOT NULL,  -- minutes, cycles or days
    reason text NOT NULL,
    status extension_status NOT NULL DEFAULT 'requested',
    requested_by uuid,  -- null: an API key asked
    requested_by_org_id uuid,
    requested_at timestamptz NOT NULL,
    decided_by uuid,  -- who approved or rejected; null while open, or an API key did
    decided_by_org_id uuid,
    decided_at timestamptz,
    decision_reason text,
    ended_at timestamptz,  -- the work was done; null and approved: in force
    version int NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (org_id, id),
    CONSTRAINT due_item_extensions_due_item FOREIGN KEY (org_id, due_item_id) REFERENCES due_items (org_id, id),
    CONSTRAINT due_item_extensions_requester FOREIGN KEY (requested_by_org_id, requested_by)
        REFERENCES users (org_id, id),
    CONSTRAINT due_item_extensions_decider FOREIGN KEY (decided_by_org_id, decided_by)
        REFERENCES users (org_id, id),
    CONSTRAINT due_item_extensions_people_whole CHECK (
        (requested_by IS NULL) = (requested_by_org_id IS NULL) AND (decided_by IS NULL) = (decided_by_org_id IS NULL)
    ),
    CONSTRAINT due_item_extensions_amount CHECK (amount > 0),
    CONSTRAINT due_item_extensions_four_eyes CHECK (decided_by <> requested_by),
    CONSTRAINT due_item_extensions_decided CHECK ((status = 'requested') = (decided_at IS NULL))
);
CREATE UNIQUE INDEX due_item_extensions_one_open ON due_item_extensions (org_id, due_item_id, interval_type)
    WHERE status = 'requested';
CREATE INDEX due_item_extensions_by_due_item ON due_item_extensions (org_id, due_item_id, id);
CREATE INDEX due_item_extensions_in_force ON due_item_extensions (org_id, id)
    WHERE status = 'approved' AND ended_at IS NULL;
CALL amss_protect('due_item_extensions');
GRANT SELECT, INSERT, UPDATE ON due_item_extensions TO amss_server, amss_worker;
GRANT SELECT, DELETE ON due_item_extensions TO amss_retention;
