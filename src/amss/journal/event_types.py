"""The catalogue of everything that can happen: name, audit action, and who may read it.

The names are public: adding one is free, renaming one breaks those who listen.
"""

from enum import StrEnum
from typing import Self

from amss.foundation.access import Permission


class Action(StrEnum):
    """What an audit row says was done."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    STATE_CHANGE = "state_change"
    SIGN_OFF = "sign_off"
    LOGIN = "login"
    LOGOUT = "logout"
    LOGIN_FAILED = "login_failed"
    DENIED = "denied"
    EXPORT = "export"
    APPROVE = "approve"
    REJECT = "reject"
    RESTORE = "restore"
    VERIFY = "verify"


class EventType(StrEnum):
    """A kind of event as subscribers name it."""

    action: Action
    reads: Permission

    def __new__(cls, name: str, action: Action, reads: Permission) -> Self:
        """Make a member whose value is the public name."""
        member = str.__new__(cls, name)
        member._value_ = name
        member.action = action
        member.reads = reads
        return member

    ORGANIZATION_CREATED = "organization.created", Action.CREATE, Permission.READ_ORGANIZATION
    ORGANIZATION_UPDATED = "organization.updated", Action.UPDATE, Permission.READ_ORGANIZATION
    ORGANIZATION_SUSPENDED = "organization.suspended", Action.STATE_CHANGE, Permission.READ_ORGANIZATION
    ORGANIZATION_DELETED = "organization.deleted", Action.DELETE, Permission.READ_ORGANIZATION
    POLICY_UPDATED = "policy.updated", Action.UPDATE, Permission.READ_ORGANIZATION
    USER_CREATED = "user.created", Action.CREATE, Permission.READ_USER_DETAILS
    USER_UPDATED = "user.updated", Action.UPDATE, Permission.READ_USER_DETAILS
    USER_DELETED = "user.deleted", Action.DELETE, Permission.READ_USER_DETAILS
    API_KEY_CREATED = "api_key.created", Action.CREATE, Permission.READ_API_KEYS
    API_KEY_REVOKED = "api_key.revoked", Action.STATE_CHANGE, Permission.READ_API_KEYS
    WEBHOOK_CREATED = "webhook.created", Action.CREATE, Permission.READ_WEBHOOKS
    WEBHOOK_UPDATED = "webhook.updated", Action.UPDATE, Permission.READ_WEBHOOKS
    WEBHOOK_DELETED = "webhook.deleted", Action.DELETE, Permission.READ_WEBHOOKS
    WEBHOOK_TEST = "webhook.test", Action.UPDATE, Permission.READ_WEBHOOKS
    WEBHOOK_DISABLED = "webhook.disabled", Action.STATE_CHANGE, Permission.READ_WEBHOOKS
    AIRCRAFT_CREATED = "aircraft.created", Action.CREATE, Permission.READ_AIRCRAFT
    AIRCRAFT_UPDATED = "aircraft.updated", Action.UPDATE, Permission.READ_AIRCRAFT
    AIRCRAFT_DELETED = "aircraft.deleted", Action.DELETE, Permission.READ_AIRCRAFT
    AIRCRAFT_STATUS_CHANGED = "aircraft.status_changed", Action.STATE_CHANGE, Permission.READ_AIRCRAFT
    AIRCRAFT_UTILIZATION_RECORDED = "aircraft.utilization_recorded", Action.CREATE, Permission.READ_AIRCRAFT
    PROGRAM_CREATED = "program.created", Action.CREATE, Permission.READ_PROGRAMS
    PROGRAM_UPDATED = "program.updated", Action.UPDATE, Permission.READ_PROGRAMS
    PROGRAM_DELETED = "program.deleted", Action.DELETE, Permission.READ_PROGRAMS
    PROGRAM_GENERATION_FAILED = "program.generation_failed", Action.UPDATE, Permission.READ_PROGRAMS
    DUE_ITEM_ASSIGNED = "due_item.assigned", Action.CREATE, Permission.READ_PROGRAMS
    DUE_ITEM_UNASSIGNED = "due_item.unassigned", Action.DELETE, Permission.READ_PROGRAMS
    DUE_ITEM_UPDATED = "due_item.updated", Action.UPDATE, Permission.READ_PROGRAMS
    DUE_ITEM_STATUS_CHANGED = "due_item.status_changed", Action.STATE_CHANGE, Permission.READ_PROGRAMS
    DUE_ITEM_EXTENSION_REQUESTED = "due_item.extension_requested", Action.CREATE, Permission.READ_EXTENSIONS
    DUE_ITEM_EXTENSION_REJECTED = "due_item.extension_rejected", Action.REJECT, Permission.READ_EXTENSIONS
    DUE_ITEM_EXTENDED = "due_item.extended", Action.APPROVE, Permission.READ_EXTENSIONS
    DUE_ITEM_EXTENSION_ENDED = "due_item.extension_ended", Action.STATE_CHANGE, Permission.READ_EXTENSIONS
    TASK_CREATED = "task.created", Action.CREATE, Permission.READ_TASKS
    TASK_UPDATED = "task.updated", Action.UPDATE, Permission.READ_TASKS
    TASK_ASSIGNED = "task.assigned", Action.UPDATE, Permission.READ_TASKS
    TASK_RESCHEDULED = "task.rescheduled", Action.UPDATE, Permission.READ_TASKS
    TASK_STATE_CHANGED = "task.state_changed", Action.STATE_CHANGE, Permission.READ_TASKS
    TASK_DELETED = "task.deleted", Action.DELETE, Permission.READ_TASKS
    PART_DEFINITION_CREATED = "part_definition.created", Action.CREATE, Permission.READ_PARTS
    PART_DEFINITION_UPDATED = "part_definition.updated", Action.UPDATE, Permission.READ_PARTS
    PART_DEFINITION_DELETED = "part_definition.deleted", Action.DELETE, Permission.READ_PARTS
    PART_CREATED = "part.created", Action.CREATE, Permission.READ_PARTS
    PART_UPDATED = "part.updated", Action.UPDATE, Permission.READ_PARTS
    PART_DELETED = "part.deleted", Action.DELETE, Permission.READ_PARTS
    PART_STATUS_CHANGED = "part.status_changed", Action.STATE_CHANGE, Permission.READ_PARTS
    PART_RESERVED = "part.reserved", Action.CREATE, Permission.READ_PARTS
    PART_RELEASED = "part.released", Action.STATE_CHANGE, Permission.READ_PARTS
    PART_USED = "part.used", Action.STATE_CHANGE, Permission.READ_PARTS
    PART_REMOVED = "part.removed", Action.STATE_CHANGE, Permission.READ_PARTS
    PART_LOW_STOCK = "part.low_stock", Action.UPDATE, Permission.READ_PARTS
    PART_EXPIRING = "part.expiring", Action.UPDATE, Permission.READ_PARTS
    COMPLIANCE_CREATED = "compliance.created", Action.CREATE, Permission.READ_COMPLIANCE
    COMPLIANCE_UPDATED = "compliance.updated", Action.UPDATE, Permission.READ_COMPLIANCE
    COMPLIANCE_DELETED = "compliance.deleted", Action.DELETE, Permission.READ_COMPLIANCE
    COMPLIANCE_SIGNED_OFF = "compliance.signed_off", Action.SIGN_OFF, Permission.READ_COMPLIANCE
    IMPORT_CREATED = "import.created", Action.CREATE, Permission.READ_IMPORTS
    IMPORT_COMPLETED = "import.completed", Action.STATE_CHANGE, Permission.READ_IMPORTS
    AUDIT_SEALED = "audit.sealed", Action.CREATE, Permission.READ_AUDIT
    IMPORT_FAILED = "import.failed", Action.STATE_CHANGE, Permission.READ_IMPORTS
