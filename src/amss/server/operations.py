"""The operation table: everything AMSS can do through its interfaces, feature by feature."""

from amss.features.aircraft.rest import OPERATIONS as AIRCRAFT
from amss.features.audit.rest import OPERATIONS as AUDIT
from amss.features.auth.rest import OPERATIONS as AUTH
from amss.features.compliance.rest import OPERATIONS as COMPLIANCE
from amss.features.due.extension_rest import OPERATIONS as EXTENSIONS
from amss.features.due.rest import OPERATIONS as DUE
from amss.features.events.rest import OPERATIONS as EVENTS
from amss.features.generation.rest import OPERATIONS as GENERATION
from amss.features.imports.rest import OPERATIONS as IMPORTS
from amss.features.organizations.rest import OPERATIONS as ORGANIZATIONS
from amss.features.parts.rest import OPERATIONS as PARTS
from amss.features.programs.rest import OPERATIONS as PROGRAMS
from amss.features.records.rest import OPERATIONS as RECORDS
from amss.features.reports.rest import OPERATIONS as REPORTS
from amss.features.system.rest import OPERATIONS as SYSTEM
from amss.features.tasks.checks_rest import OPERATIONS as CHECKS
from amss.features.tasks.reserving_rest import OPERATIONS as RESERVING
from amss.features.tasks.rest import OPERATIONS as TASKS
from amss.features.users.rest import OPERATIONS as USERS
from amss.features.verification.rest import OPERATIONS as VERIFICATION
from amss.features.webhooks.rest import OPERATIONS as WEBHOOKS
from amss.foundation.operation import Operation
from amss.server.event_catalogue import OPERATIONS as CATALOGUE

API_BASE = "/api/v1"

OPERATIONS: tuple[Operation, ...] = (
    *AUTH,
    *ORGANIZATIONS,
    *USERS,
    *WEBHOOKS,
    *EVENTS,
    *CATALOGUE,
    *AIRCRAFT,
    *PROGRAMS,
    *DUE,
    *EXTENSIONS,
    *AUDIT,
    *IMPORTS,
    *PARTS,
    *TASKS,
    *RESERVING,
    *COMPLIANCE,
    *CHECKS,
    *GENERATION,
    *RECORDS,
    *REPORTS,
    *VERIFICATION,
    *SYSTEM,
)
