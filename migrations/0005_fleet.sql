-- Aircraft and the ledger of what they flew.

CREATE TYPE aircraft_status AS ENUM ('operational', 'maintenance', 'grounded', 'retired');
CREATE TYPE utilization_source AS ENUM ('manual', 'import', 'api');

CREATE TABLE aircraft (
    id uuid NOT NULL,
    org_id uuid NOT NULL REFERENCES organizations,
    tail_number text COLLATE "C" NOT NULL,
    status aircraft_status NOT NULL DEFAULT 'operational',
    model text NOT NULL,
    icao_type text,
    manufacturer text,
    serial_number text,
    capacity_slots int NOT NULL DEFAULT 10,  -- how many tasks it carries at a time
    in_service_on date,
    opening_flight_minutes int NOT NULL DEFAULT 0,  -- flown before the first entry of the ledger
    opening_cycles int NOT NULL DEFAULT 0,
    flight_minutes_total int NOT NULL DEFAULT 0,  -- derived: opening balance + entries
    cycles_total int NOT NULL DEFAULT 0,  -- derived likewise
    counts_cycles boolean NOT NULL DEFAULT true,  -- balloons and many gliders count flight time alone
    planned_daily_minutes double precision,  -- rate used where nothing was flown yet; null: unknown
    planned_daily_cycles double precision,
    measured_days int,  -- derived: what it flew lately, and in how many days; null: nothing was entered lately
    measured_minutes int,
    measured_cycles int,
    last_maintenance timestamptz,  -- derived: when the latest completed task was performed
    next_due date,  -- derived: earliest projected date of its due items
    grounded_reason text,  -- set by grounding, cleared by release
    version int NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz,
    PRIMARY KEY (org_id, id),
    CONSTRAINT aircraft_tail_number_form CHECK (tail_number ~ '^[A-Z0-9-]{2,12}$'),
    CONSTRAINT aircraft_capacity CHECK (capacity_slots BETWEEN 1 AND 100),
    CONSTRAINT aircraft_opening_balance CHECK (opening_flight_minutes >= 0 AND opening_cycles >= 0),
    CONSTRAINT aircraft_totals CHECK (flight_minutes_total >= 0 AND cycles_total >= 0),
    CONSTRAINT aircraft_cycles_counted CHECK (counts_cycles OR cycles_total = 0),
    CONSTRAINT aircraft_measured_whole CHECK (num_nonnulls(measured_days, measured_minutes, measured_cycles) IN (0, 3)),
    CONSTRAINT aircraft_measured CHECK (measured_days > 0 AND measured_minutes >= 0 AND measured_cycles >= 0)
);
CREATE UNIQUE INDEX aircraft_tail_number_free ON aircraft (org_id, tail_number) WHERE deleted_at IS NULL;
CREATE INDEX aircraft_by_model ON aircraft (org_id, model, tail_number) WHERE deleted_at IS NULL;
CREATE INDEX aircraft_by_icao_type ON aircraft (org_id, icao_type, tail_number) WHERE deleted_at IS NULL;
CREATE INDEX aircraft_by_creation ON aircraft (org_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX aircraft_operational ON aircraft (org_id, tail_number)
    WHERE status = 'operational' AND deleted_at IS NULL;
CREATE INDEX aircraft_in_maintenance ON aircraft (org_id, tail_number)
    WHERE status = 'maintenance' AND deleted_at IS NULL;
CREATE INDEX aircraft_grounded ON aircraft (org_id, tail_number) WHERE status = 'grounded' AND deleted_at IS NULL;
CREATE INDEX aircraft_retired ON aircraft (org_id, tail_number) WHERE status = 'retired' AND deleted_at IS NULL;
-- In the other orders the few that are out of operation share an index each.
CREATE INDEX aircraft_out_of_operation_by_model ON aircraft (org_id, model, id)
    WHERE status IN ('maintenance', 'grounded', 'retired') AND deleted_at IS NULL;
CREATE INDEX aircraft_out_of_operation_by_creation ON aircraft (org_id, created_at, id)
    WHERE status IN ('maintenance', 'grounded', 'retired') AND deleted_at IS NULL;
CALL amss_protect('aircraft');
GRANT SELECT, INSERT, UPDATE ON aircraft TO amss_server, amss_worker;
GRANT SELECT, DELETE ON aircraft TO amss_retention;

CREATE TABLE utilization_entries (
    id uuid NOT NULL,
    org_id uuid NOT NULL,
    aircraft_id uuid NOT NULL,
    flown_on date NOT NULL,
    minutes int NOT NULL,
    cycles int NOT NULL,
    source utilization_source NOT NULL,
    external_id text,  -- the flight's name in the system it came from
    reverses_id uuid,  -- the entry this one takes back, with its figures negated
    reversed_by_id uuid,  -- set on the entry that was taken back; it stays visible
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (org_id, id),
    CONSTRAINT utilization_entries_aircraft FOREIGN KEY (org_id, aircraft_id) REFERENCES aircraft (org_id, id),
    CONSTRAINT utilization_entries_reverses FOREIGN KEY (org_id, reverses_id)
        REFERENCES utilization_entries (org_id, id),
    CONSTRAINT utilization_entries_reversed_by FOREIGN KEY (org_id, reversed_by_id)
        REFERENCES utilization_entries (org_id, id),
    CONSTRAINT utilization_entries_sign CHECK (
        CASE WHEN reverses_id IS NULL THEN minutes >= 0 AND cycles >= 0 ELSE minutes <= 0 AND cycles <= 0 END
    )
);
CREATE UNIQUE INDEX utilization_entries_external_id_free ON utilization_entries (org_id, aircraft_id, external_id)
    WHERE external_id IS NOT NULL AND reverses_id IS NULL AND reversed_by_id IS NULL;
CREATE UNIQUE INDEX utilization_entries_reversed_once ON utilization_entries (org_id, reverses_id)
    WHERE reverses_id IS NOT NULL;
CREATE INDEX utilization_entries_by_day ON utilization_entries (org_id, aircraft_id, flown_on, id)
    INCLUDE (minutes, cycles);
CREATE INDEX utilization_entries_by_reversal ON utilization_entries (org_id, reversed_by_id)
    WHERE reversed_by_id IS NOT NULL;
CALL amss_protect('utilization_entries');
GRANT SELECT, INSERT ON utilization_entries TO amss_server, amss_worker;
GRANT UPDATE (reversed_by_id, updated_at) ON utilization_entries TO amss_server, amss_worker;
GRANT SELECT, DELETE ON utilization_entries TO amss_retention;
