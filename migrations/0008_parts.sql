-- The store: what is kept, which pieces there are, and which work has them.

CREATE TYPE part_item_status AS ENUM ('in_stock', 'used', 'disposed', 'quarantined');
CREATE TYPE part_reservation_state AS ENUM ('reserved', 'used', 'released');

CREATE TABLE part_definitions (
    id uuid NOT NULL,
    org_id uuid NOT NULL REFERENCES organizations,
    name text NOT NULL,
    search_name text COLLATE "C" NOT NULL GENERATED ALWAYS AS (lower(name)) STORED,
    part_number text,
    category text NOT NULL,
    min_stock int NOT NULL DEFAULT 0,
    -- Derived: what is in stock, not reserved and not expired fell below min_stock then, and was announced; null: it
    -- is not below.
    low_stock_since timestamptz,
    -- Derived: the first of the last days of what is available. The worker judges the stock anew once it is past; null:
    -- no day changes the stock.
    stock_lasts_until date,
    version int NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz,
    PRIMARY KEY (org_id, id),
    CONSTRAINT part_definitions_min_stock CHECK (min_stock >= 0)
);
CREATE UNIQUE INDEX part_definitions_part_number_free ON part_definitions (org_id, part_number)
    WHERE deleted_at IS NULL;
-- Without a part number the name is what tells definitions apart.
CREATE UNIQUE INDEX part_definitions_name_free ON part_definitions (org_id, name)
    WHERE part_number IS NULL AND deleted_at IS NULL;
CREATE INDEX part_definitions_by_name ON part_definitions (org_id, search_name, id) WHERE deleted_at IS NULL;
CREATE INDEX part_definitions_by_category ON part_definitions (org_id, category, search_name, id)
    WHERE deleted_at IS NULL;
CREATE INDEX part_definitions_low ON part_definitions (org_id, search_name, id)
    WHERE low_stock_since IS NOT NULL AND deleted_at IS NULL;
-- Of which pieces expired since the stock was judged.
CREATE INDEX part_definitions_by_last_day ON part_definitions (org_id, stock_lasts_until, id)
    WHERE stock_lasts_until IS NOT NULL;
CALL amss_protect('part_definitions');
GRANT SELECT, INSERT, UPDATE ON part_definitions TO amss_server, amss_worker;
GRANT SELECT, DELETE ON part_definitions TO amss_retention;

CREATE TABLE part_items (
    id uuid NOT NULL,
    org_id uuid NOT NULL,
    part_definition_id uuid NOT NULL,
    serial_number text NOT NULL,
    status part_item_status NOT NULL DEFAULT 'in_stock',
    expiry_date date,  -- the last day it may be fitted; null: it does not expire
    expires_or_never date NOT NULL GENERATED ALWAYS AS (COALESCE(expiry_date, 'infinity'::date)) STORED,
    quarantine_reason text,
    used_on_task_id uuid,
    used_on_aircraft_id uuid,
    used_at timestamptz,
    used_minutes int,  -- the aircraft's counters when it was fitted
    used_cycles int,
    removed_on_task_id uuid,  -- by which work it was taken off the aircraft again; it stays used
    removed_at timestamptz,
    removed_minutes int,  -- the aircraft's counters at that moment
    removed_cycles int,
    removal_reason text,
    expiry_notice_days int,  -- derived: the last threshold (90, 60, 30) announced; null: none yet
    version int NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz,
    PRIMARY KEY (org_id, id),
    CONSTRAINT part_items_definition FOREIGN KEY (org_id, part_definition_id)
        REFERENCES part_definitions (org_id, id),
    CONSTRAINT part_items_task FOREIGN KEY (org_id, used_on_task_id) REFERENCES maintenance_tasks (org_id, id),
    CONSTRAINT part_items_aircraft FOREIGN KEY (org_id, used_on_aircraft_id) REFERENCES aircraft (org_id, id),
    CONSTRAINT part_items_removed_on FOREIGN KEY (org_id, removed_on_task_id) REFERENCES maintenance_tasks (org_id, id),
    CONSTRAINT part_items_used_whole CHECK ((used_minutes IS NULL) = (used_cycles IS NULL)),
    CONSTRAINT part_items_removed_whole CHECK (
        num_nonnulls(removed_on_task_id, removed_at, removed_minutes, removed_cycles, removal_reason) IN (0, 5)
    ),
    CONSTRAINT part_items_removed_was_used CHECK (removed_at IS NULL OR status = 'used')
);
CREATE UNIQUE INDEX part_items_serial_free ON part_items (org_id, serial_number) WHERE deleted_at IS NULL;
CREATE INDEX part_items_by_definition ON part_items (org_id, part_definition_id, serial_number)
    WHERE deleted_at IS NULL;
CREATE INDEX part_items_by_expiry ON part_items (org_id, expires_or_never, id) WHERE deleted_at IS NULL;
-- By serial number, where those are sought that expire before a day.
CREATE INDEX part_items_by_serial ON part_items (org_id, serial_number, expires_or_never) WHERE deleted_at IS NULL;
CREATE INDEX part_items_in_stock_by_expiry ON part_items (org_id, expires_or_never, id)
    WHERE status = 'in_stock' AND deleted_at IS NULL;
CREATE INDEX part_items_used_by_expiry ON part_items (org_id, expires_or_never, id)
    WHERE status = 'used' AND deleted_at IS NULL;
CREATE INDEX part_items_disposed_by_expiry ON part_items (org_id, expires_or_never, id)
    WHERE status = 'disposed' AND deleted_at IS NULL;
CREATE INDEX part_items_quarantined_by_expiry ON part_items (org_id, expires_or_never, id)
    WHERE status = 'quarantined' AND deleted_at IS NULL;
-- What the worker still has to announce.
CREATE INDEX part_items_expiring ON part_items (org_id, expiry_date, id)
    WHERE expiry_date IS NOT NULL AND expiry_notice_days IS DISTINCT FROM 30
      AND status IN ('in_stock', 'quarantined') AND deleted_at IS NULL;
CREATE INDEX part_items_stock ON part_items (org_id, part_definition_id)
    WHERE status = 'in_stock' AND deleted_at IS NULL;
CREATE INDEX part_items_in_stock ON part_items (org_id, serial_number)
    WHERE status = 'in_stock' AND deleted_at IS NULL;
CREATE INDEX part_items_used ON part_items (org_id, serial_number) WHERE status = 'used' AND deleted_at IS NULL;
CREATE INDEX part_items_disposed ON part_items (org_id, serial_number)
    WHERE status = 'disposed' AND deleted_at IS NULL;
CREATE INDEX part_items_quarantined ON part_items (org_id, serial_number)
    WHERE status = 'quarantined' AND deleted_at IS NULL;
CREATE INDEX part_items_by_task ON part_items (org_id, used_on_task_id) WHERE used_on_task_id IS NOT NULL;
CREATE INDEX part_items_by_removal ON part_items (org_id, removed_on_task_id) WHERE removed_on_task_id IS NOT NULL;
CREATE INDEX part_items_by_aircraft ON part_items (org_id, used_on_aircraft_id, id)
    WHERE used_on_aircraft_id IS NOT NULL;
CALL amss_protect('part_items');
GRANT SELECT, INSERT, UPDATE ON part_items TO amss_server, amss_worker;
GRANT SELECT, DELETE ON part_items TO amss_retention;

CREATE TABLE part_reservations (
    id uuid NOT NULL,
    org_id uuid NOT NULL,
    task_id uuid NOT NULL,
    part_item_id uuid NOT NULL,
    state part_reservation_state NOT NULL DEFAULT 'reserved',
    used_at timestamptz,
    released_at timestamptz,
    version int NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (org_id, id),
    CONSTRAINT part_reservations_task FOREIGN KEY (org_id, task_id) REFERENCES maintenance_tasks (org_id, id),
    CONSTRAINT part_reservations_item FOREIGN KEY (org_id, part_item_id) REFERENCES part_items (org_id, id)
);
CREATE UNIQUE INDEX part_reservations_one_per_item ON part_reservations (org_id, part_item_id)
    WHERE state = 'reserved';
CREATE INDEX part_reservations_by_task ON part_reservations (org_id, task_id, created_at, id);
CREATE INDEX part_reservations_by_item ON part_reservations (org_id, part_item_id, created_at, id);
CREATE INDEX part_reservations_by_age ON part_reservations (org_id, created_at, id);
CREATE INDEX part_reservations_reserved ON part_reservations (org_id, created_at, id) WHERE state = 'reserved';
CREATE INDEX part_reservations_used ON part_reservations (org_id, created_at, id) WHERE state = 'used';
CREATE INDEX part_reservations_released ON part_reservations (org_id, created_at, id) WHERE state = 'released';
CALL amss_protect('part_reservations');
GRANT SELECT, INSERT, UPDATE ON part_reservations TO amss_server, amss_worker;
GRANT SELECT, DELETE ON part_reservations TO amss_retention;

-- What a program's work needs, and its copy on each task: demand, not yet a reservation.
CREATE TABLE program_part_requirements (
    id uuid NOT NULL,
    org_id uuid NOT NULL,
    program_id uuid NOT NULL,
    part_definition_id uuid NOT NULL,
    quantity int NOT NULL DEFAULT 1,
    PRIMARY KEY (org_id, id),
    CONSTRAINT program_part_requirements_program FOREIGN KEY (org_id, program_id)
        REFERENCES maintenance_programs (org_id, id),
    CONSTRAINT program_part_requirements_definition FOREIGN KEY (org_id, part_definition_id)
        REFERENCES part_definitions (org_id, id),
    CONSTRAINT program_part_requirements_once UNIQUE (org_id, program_id, part_definition_id),
    CONSTRAINT program_part_requirements_quantity CHECK (quantity > 0)
);
CREATE INDEX program_part_requirements_by_definition ON program_part_requirements (org_id, part_definition_id);
CALL amss_protect('program_part_requirements');

CREATE TABLE task_part_requirements (
    org_id uuid NOT NULL,
    task_id uuid NOT NULL,
    part_definition_id uuid NOT NULL,
    quantity int NOT NULL DEFAULT 1,
    PRIMARY KEY (org_id, task_id, part_definition_id),
    CONSTRAINT task_part_requirements_task FOREIGN KEY (org_id, task_id) REFERENCES maintenance_tasks (org_id, id),
    CONSTRAINT task_part_requirements_definition FOREIGN KEY (org_id, part_definition_id)
        REFERENCES part_definitions (org_id, id),
    CONSTRAINT task_part_requirements_quantity CHECK (quantity > 0)
);
CREATE INDEX task_part_requirements_by_definition ON task_part_requirements (org_id, part_definition_id);
CALL amss_protect('task_part_requirements');

GRANT SELECT, INSERT, UPDATE, DELETE ON program_part_requirements, task_part_requirements
    TO amss_server, amss_worker;
GRANT SELECT, DELETE ON program_part_requirements, task_part_requirements TO amss_retention;
