"""Who may do what: the whole table of grants on one page (design: rules of the trade, section 1)."""

from enum import StrEnum
from uuid import UUID

import msgspec

from amss.foundation.errors import Forbidden


class Role(StrEnum):
    """What a person or key is in an organization."""

    ADMIN = "admin"
    TENANT_ADMIN = "tenant_admin"
    SCHEDULER = "scheduler"
    MECHANIC = "mechanic"
    AUDITOR = "auditor"


class Permission(StrEnum):
    """One thing that can be allowed."""

    PUBLIC = "public"  # asked without a token
    SIGNED_IN = "signed_in"  # anybody with a valid token
    MANAGE_ORGANIZATIONS = "manage_organizations"
    MANAGE_SYSTEM = "manage_system"  # jobs, dead letters
    READ_ORGANIZATION = "read_organization"
    CHANGE_ORGANIZATION = "change_organization"
    READ_USERS = "read_users"  # id, name, role, active: whom work can be assigned to
    READ_USER_DETAILS = "read_user_details"
    MANAGE_USERS = "manage_users"
    READ_API_KEYS = "read_api_keys"
    MANAGE_API_KEYS = "manage_api_keys"
    READ_WEBHOOKS = "read_webhooks"
    MANAGE_WEBHOOKS = "manage_webhooks"
    READ_AIRCRAFT = "read_aircraft"
    MANAGE_AIRCRAFT = "manage_aircraft"
    GROUND_AIRCRAFT = "ground_aircraft"
    RECORD_UTILIZATION = "record_utilization"
    READ_PROGRAMS = "read_programs"
    MANAGE_PROGRAMS = "manage_programs"
    READ_EXTENSIONS = "read_extensions"
    REQUEST_EXTENSIONS = "request_extensions"
    DECIDE_EXTENSIONS = "decide_extensions"  # never on one's own request
    READ_TASKS = "read_tasks"
    PLAN_TASKS = "plan_tasks"  # create, edit, assign, reschedule, delete
    WORK_TASKS = "work_tasks"  # start, complete, cancel: the rules of the task say who of these may
    READ_PARTS = "read_parts"
    MANAGE_PARTS = "manage_parts"
    RESERVE_PARTS = "reserve_parts"  # mechanics for their own tasks alone
    READ_COMPLIANCE = "read_compliance"
    EDIT_COMPLIANCE = "edit_compliance"  # a mechanic's own tasks: the rules of the checks say so
    SIGN_OFF = "sign_off"  # never an admin, never a key
    EXPORT_RECORDS = "export_records"  # take an aircraft's maintenance record away as a file
    READ_IMPORTS = "read_imports"
    MANAGE_IMPORTS = "manage_imports"
    READ_AUDIT = "read_audit"
    READ_REPORTS = "read_reports"
    EXPORT_REPORTS = "export_reports"
    EXPORT_AUDIT = "export_audit"


_EVERYBODY = frozenset({Role.TENANT_ADMIN, Role.SCHEDULER, Role.MECHANIC, Role.AUDITOR})
_PLANNERS = frozenset({Role.TENANT_ADMIN, Role.SCHEDULER})

# An admin is granted everything, in any organization he names; he is left out below.
GRANTS: dict[Permission, frozenset[Role]] = {
    Permission.PUBLIC: _EVERYBODY,
    Permission.SIGNED_IN: _EVERYBODY,
    Permission.MANAGE_ORGANIZATIONS: frozenset(),
    Permission.MANAGE_SYSTEM: frozenset(),
    Permission.READ_ORGANIZATION: _EVERYBODY,
    Permission.CHANGE_ORGANIZATION: frozenset({Role.TENANT_ADMIN}),
    Permission.READ_USERS: _EVERYBODY,
    Permission.READ_USER_DETAILS: frozenset({Role.TENANT_ADMIN, Role.AUDITOR}),
    Permission.MANAGE_USERS: frozenset({Role.TENANT_ADMIN}),
    Permission.READ_API_KEYS: frozenset({Role.TENANT_ADMIN, Role.AUDITOR}),
    Permission.MANAGE_API_KEYS: frozenset({Role.TENANT_ADMIN}),
    Permission.READ_WEBHOOKS: frozenset({Role.TENANT_ADMIN, Role.AUDITOR}),
    Permission.MANAGE_WEBHOOKS: frozenset({Role.TENANT_ADMIN}),
    Permission.READ_AIRCRAFT: _EVERYBODY,
    Permission.MANAGE_AIRCRAFT: _PLANNERS,
    Permission.GROUND_AIRCRAFT: _PLANNERS | {Role.MECHANIC},
    Permission.RECORD_UTILIZATION: _PLANNERS | {Role.MECHANIC},
    Permission.READ_PROGRAMS: _EVERYBODY,
    Permission.MANAGE_PROGRAMS: _PLANNERS,
    Permission.READ_EXTENSIONS: _PLANNERS | {Role.AUDITOR},
    Permission.REQUEST_EXTENSIONS: frozenset({Role.SCHEDULER}),
    Permission.DECIDE_EXTENSIONS: frozenset({Role.TENANT_ADMIN}),
    Permission.READ_TASKS: _EVERYBODY,
    Permission.PLAN_TASKS: _PLANNERS,
    Permission.WORK_TASKS: _PLANNERS | {Role.MECHANIC},
    Permission.READ_PARTS: _EVERYBODY,
    Permission.MANAGE_PARTS: _PLANNERS | {Role.MECHANIC},
    Permission.RESERVE_PARTS: _PLANNERS | {Role.MECHANIC},
    Permission.READ_COMPLIANCE: _EVERYBODY,
    Permission.EDIT_COMPLIANCE: _PLANNERS | {Role.MECHANIC},
    Permission.SIGN_OFF: frozenset({Role.MECHANIC}),
    Permission.EXPORT_RECORDS: _PLANNERS | {Role.AUDITOR},
    Permission.READ_IMPORTS: _PLANNERS | {Role.AUDITOR},
    Permission.MANAGE_IMPORTS: _PLANNERS,
    Permission.READ_AUDIT: frozenset({Role.TENANT_ADMIN, Role.SCHEDULER, Role.AUDITOR}),
    Permission.READ_REPORTS: _EVERYBODY,
    Permission.EXPORT_REPORTS: _PLANNERS | {Role.AUDITOR},
    Permission.EXPORT_AUDIT: frozenset({Role.TENANT_ADMIN, Role.AUDITOR}),
}


class ActorKind(StrEnum):
    """What kind of actor an audit row names."""

    USER = "user"
    API_KEY = "api_key"
    SYSTEM = "system"


class Actor(msgspec.Struct, frozen=True):
    """Who acts: a person, a key or a job of the worker. `org_id` is his own organization.

    `session_id` is the sign-in a person acts by.
    """

    kind: ActorKind
    name: str
    role: Role
    org_id: UUID | None = None
    id: UUID | None = None
    session_id: UUID | None = None

    def may(self, permission: Permission) -> bool:
        """Tell whether the actor's role grants a permission."""
        return self.role is Role.ADMIN or self.role in GRANTS[permission]

    def must(self, permission: Permission) -> None:
        """Refuse with `Forbidden` unless the actor's role grants a permission."""
        if not self.may(permission):
            raise Forbidden(f"Your role ({self.role}) does not allow this ({permission}).")


def the_job(name: str) -> Actor:
    """Return the actor under whose name a job of the worker writes."""
    return Actor(kind=ActorKind.SYSTEM, name=name, role=Role.ADMIN)
