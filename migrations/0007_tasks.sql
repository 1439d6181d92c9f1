-- Planned work.

CREATE TYPE maintenance_task_state AS ENUM ('scheduled', 'in_progress', 'completed', 'cancelled');
CREATE TYPE maintenance_task_priority AS ENUM ('routine', 'urgent', 'aog');
CREATE TYPE maintenance_task_timeliness AS ENUM ('on_time', 'in_tolerance', 'in_extension', 'late');

CREATE TABLE maintenance_tasks (
    id uuid NOT NULL,
    org_id uuid NOT NULL,
    aircraft_id uuid NOT NULL,
    program_id uuid,
    due_item_id uuid,  -- what completing it fulfils; null: no program, or an aircraft it is not assigned to
    state maintenance_task_state NOT NULL DEFAULT 'scheduled',
    type maintenance_task_type NOT NULL,
    title text NOT NULL,
    notes text,
    priority maintenance_task_priority NOT NULL DEFAULT 'routine',
    start_time timestamptz NOT NULL,
    end_time timestamptz NOT NULL,
    slot int NOT NULL,  -- place on the aircraft, 1 … capacity_slots; the lowest free one when written
    estimated_minutes int,
    assigned_mechanic_id uuid,
    started_at timestamptz,
    completed_at timestamptz,
    performed_at timestamptz,  -- when the work was done, which late paperwork may put before completed_at
    cancelled_at timestamptz,
    cancel_reason text,
    reading_minutes int,  -- the aircraft's counters at completion
    reading_cycles int,
    due_at timestamptz,  -- derived: end of the due item's due date; null: nothing is due by it
    -- On completion, what is left of each limit: [{"interval_type": "cycles", "unused": 12}]; minutes, cycles, days.
    unused jsonb NOT NULL DEFAULT '[]',
    -- How the work stood to its due, by the limits and extensions of that day; null: it was not done for the latest due.
    timeliness maintenance_task_timeliness,
    -- What the aircraft's slot and the mechanic are taken for; null: for nothing (any more).
    active_window tstzrange GENERATED ALWAYS AS (
        CASE WHEN state IN ('scheduled', 'in_progress') AND deleted_at IS NULL
             THEN tstzrange(start_time, end_time) END
    ) STORED,
    late boolean NOT NULL GENERATED ALWAYS AS (COALESCE(end_time > due_at, false)) STORED,
    version int NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz,
    PRIMARY KEY (org_id, id),
    CONSTRAINT maintenance_tasks_aircraft FOREIGN KEY (org_id, aircraft_id) REFERENCES aircraft (org_id, id),
    CONSTRAINT maintenance_tasks_program FOREIGN KEY (org_id, program_id)
        REFERENCES maintenance_programs (org_id, id),
    CONSTRAINT maintenance_tasks_due_item FOREIGN KEY (org_id, due_item_id) REFERENCES due_items (org_id, id),
    CONSTRAINT maintenance_tasks_mechanic FOREIGN KEY (org_id, assigned_mechanic_id)
        REFERENCES users (org_id, id),
    CONSTRAINT maintenance_tasks_window CHECK (
        end_time > start_time AND end_time - start_time <= interval '90 days'
    ),
    CONSTRAINT maintenance_tasks_slot CHECK (slot >= 1),
    CONSTRAINT maintenance_tasks_started CHECK (state NOT IN ('in_progress', 'completed') OR started_at IS NOT NULL),
    CONSTRAINT maintenance_tasks_completed CHECK (
        (state = 'completed') = (completed_at IS NOT NULL)
        AND (state = 'completed') = (performed_at IS NOT NULL)
    ),
    CONSTRAINT maintenance_tasks_cancelled CHECK (
        (state = 'cancelled') = (cancelled_at IS NOT NULL)
        AND (state <> 'cancelled' OR cancel_reason IS NOT NULL)
    ),
    CONSTRAINT maintenance_tasks_slot_free EXCLUDE USING gist (
        org_id WITH =, aircraft_id WITH =, slot WITH =, active_window WITH &&
    ) WHERE (active_window IS NOT NULL),
    -- Work of more than a day is carried by a team, so it does not book its mechanic.
    CONSTRAINT maintenance_tasks_mechanic_free EXCLUDE USING gist (
        org_id WITH =, assigned_mechanic_id WITH =, active_window WITH &&
    ) WHERE (active_window IS NOT NULL AND end_time - start_time <= interval '24 hours')
);
CREATE UNIQUE INDEX maintenance_tasks_one_open_per_due_item ON maintenance_tasks (org_id, due_item_id)
    WHERE due_item_id IS NOT NULL AND state IN ('scheduled', 'in_progress') AND deleted_at IS NULL;
CREATE INDEX maintenance_tasks_by_start ON maintenance_tasks (org_id, start_time, id) WHERE deleted_at IS NULL;
CREATE INDEX maintenance_tasks_by_aircraft ON maintenance_tasks (org_id, aircraft_id, start_time, id);
-- An aircraft's maintenance record, the latest work first.
CREATE INDEX maintenance_tasks_record ON maintenance_tasks (org_id, aircraft_id, performed_at, id)
    WHERE state = 'completed' AND deleted_at IS NULL;
CREATE INDEX maintenance_tasks_by_mechanic ON maintenance_tasks (org_id, assigned_mechanic_id, start_time, id)
    WHERE assigned_mechanic_id IS NOT NULL;
CREATE INDEX maintenance_tasks_by_program ON maintenance_tasks (org_id, program_id, start_time, id)
    WHERE program_id IS NOT NULL;
CREATE INDEX maintenance_tasks_by_due_item ON maintenance_tasks (org_id, due_item_id, id)
    WHERE due_item_id IS NOT NULL;
CREATE INDEX maintenance_tasks_scheduled ON maintenance_tasks (org_id, start_time, id)
    WHERE state = 'scheduled' AND deleted_at IS NULL;
CREATE INDEX maintenance_tasks_in_progress ON maintenance_tasks (org_id, start_time, id)
    WHERE state = 'in_progress' AND deleted_at IS NULL;
CREATE INDEX maintenance_tasks_completed_work ON maintenance_tasks (org_id, start_time, id)
    WHERE state = 'completed' AND deleted_at IS NULL;
CREATE INDEX maintenance_tasks_by_performance ON maintenance_tasks (org_id, performed_at, id)
    WHERE state = 'completed' AND deleted_at IS NULL;
CREATE INDEX maintenance_tasks_cancelled_work ON maintenance_tasks (org_id, start_time, id)
    WHERE state = 'cancelled' AND deleted_at IS NULL;
CREATE INDEX maintenance_tasks_open_work ON maintenance_tasks (org_id, start_time, id)
    WHERE state IN ('scheduled', 'in_progress') AND deleted_at IS NULL;
-- What somebody, and what an aircraft, still has before it, however long the past is.
CREATE INDEX maintenance_tasks_open_of_mechanic ON maintenance_tasks (org_id, assigned_mechanic_id, start_time, id)
    WHERE assigned_mechanic_id IS NOT NULL AND state IN ('scheduled', 'in_progress') AND deleted_at IS NULL;
CREATE INDEX maintenance_tasks_open_of_aircraft ON maintenance_tasks (org_id, aircraft_id, start_time, id)
    WHERE state IN ('scheduled', 'in_progress') AND deleted_at IS NULL;
CREATE INDEX maintenance_tasks_late ON maintenance_tasks (org_id, start_time, id) WHERE late AND deleted_at IS NULL;
CREATE INDEX maintenance_tasks_repairs ON maintenance_tasks (org_id, start_time, id)
    WHERE type = 'repair' AND deleted_at IS NULL;
CREATE INDEX maintenance_tasks_overhauls ON maintenance_tasks (org_id, start_time, id)
    WHERE type = 'overhaul' AND deleted_at IS NULL;
CREATE INDEX maintenance_tasks_urgent ON maintenance_tasks (org_id, start_time, id)
    WHERE priority = 'urgent' AND deleted_at IS NULL;
CREATE INDEX maintenance_tasks_aog ON maintenance_tasks (org_id, start_time, id)
    WHERE priority = 'aog' AND deleted_at IS NULL;
CALL amss_protect('maintenance_tasks');
GRANT SELECT, INSERT, UPDATE ON maintenance_tasks TO amss_server, amss_worker;
GRANT SELECT, DELETE ON maintenance_tasks TO amss_retention;

-- Due items and tasks point at each other. The table is as new as this one, so nothing is blocked.
ALTER TABLE due_items
    -- squawk-ignore adding-foreign-key-constraint, constraint-missing-not-valid
    ADD CONSTRAINT due_items_open_task FOREIGN KEY (org_id, open_task_id) REFERENCES maintenance_tasks (org_id, id),
    -- squawk-ignore adding-foreign-key-constraint, constraint-missing-not-valid
    ADD CONSTRAINT due_items_last_task FOREIGN KEY (org_id, last_task_id) REFERENCES maintenance_tasks (org_id, id);
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX due_items_by_open_task ON due_items (org_id, open_task_id) WHERE open_task_id IS NOT NULL;
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX due_items_by_last_task ON due_items (org_id, last_task_id) WHERE last_task_id IS NOT NULL;
