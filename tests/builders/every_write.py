"""Every write there is, ready to be made once, with what it leaves behind: a new one is added here."""

from datetime import UTC, datetime, timedelta

from amss.journal.event_types import Action, EventType
from builders.csv_files import a_form
from builders.tenants import PASSWORD
from builders.writes import (
    Noted,
    Nothing,
    Write,
    a_free_piece,
    a_new_slug,
    a_program_by_hand,
    an_empty_definition,
    another_aircraft,
    assigned_by_hand,
    begun,
    can_sign_in,
    disabled,
    due_soon,
    fitted,
    grounded,
    has_a_code,
    signed_in,
    suspended,
    to_be_signed,
)

NEW_PASSWORD = "over the hills and far away"
TODAY = datetime.now(UTC).date()
_EXPORTED_REPORT = Write(leaves=Noted(Action.EXPORT, "report"))
_EXPORTED_RECORD = Write(leaves=Noted(Action.EXPORT, "aircraft"))
_TASK = {
    "aircraft_id": "{aircraft_id}",
    "type": "repair",
    "title": "Engine wash",
    "start_time": f"{datetime.now(UTC) + timedelta(days=5):%Y-%m-%dT%H:%M:%SZ}",
    "end_time": f"{datetime.now(UTC) + timedelta(days=5, hours=2):%Y-%m-%dT%H:%M:%SZ}",
}
_FLOWN = {"flown_on": f"{TODAY}", "flight_minutes": 90, "cycles": 1}
_SHOWS_ONLY = Nothing("it shows what would come of something, and does nothing")

WRITES: dict[str, Write] = {
    # Signing in, and one's own way in.
    "POST /auth/login": Write(
        leaves=Noted(Action.LOGIN, "session"), sends={"email": "{email}", "password": PASSWORD}, first=can_sign_in
    ),
    "POST /auth/refresh": Write(
        leaves=Nothing("it goes on with a session that is in the trail since it began"),
        sends={"refresh_token": "{refresh_token}"},
        first=signed_in,
    ),
    "POST /auth/logout": Write(
        leaves=Noted(Action.LOGOUT, "session"), sends={"refresh_token": "{refresh_token}"}, first=signed_in
    ),
    "DELETE /auth/sessions/{session_id}": Write(leaves=Noted(Action.LOGOUT, "session")),
    "POST /auth/password": Write(
        leaves=Noted(Action.UPDATE, "user"),
        sends={"current_password": PASSWORD, "new_password": NEW_PASSWORD},
        first=can_sign_in,
    ),
    "POST /auth/reauthenticate": Write(
        leaves=Nothing("it proves who is there; what the proof is used for is in the trail"),
        sends={"password": PASSWORD},
        first=can_sign_in,
    ),
    "POST /auth/password-reset": Write(
        leaves=Noted(Action.UPDATE, "user"),
        sends={"code": "{code}", "new_password": NEW_PASSWORD},
        first=has_a_code,
        by="mechanic",
    ),
    # Organizations, people, programs that sign in, and endpoints.
    "POST /organizations": Write(
        leaves=EventType.ORGANIZATION_CREATED,
        sends={
            "name": "Highland Air",
            "slug": "{slug}",
            "tenant_admin": {"email": "ada@highland.example", "name": "Ada", "password": NEW_PASSWORD},
        },
        first=a_new_slug,
        by="admin",
    ),
    "PATCH /organizations/{organization_id}": Write(
        leaves=EventType.ORGANIZATION_UPDATED, sends={"name": "Highland Air"}
    ),
    "DELETE /organizations/{organization_id}": Write(
        leaves=EventType.ORGANIZATION_DELETED, first=suspended, by="admin"
    ),
    "PATCH /organizations/{organization_id}/policy": Write(
        leaves=EventType.POLICY_UPDATED, sends={"api_key_rate_limit_per_min": 60}
    ),
    "POST /users": Write(
        leaves=EventType.USER_CREATED,
        sends={"email": "new@demo.example", "name": "New", "role": "auditor", "password": PASSWORD},
    ),
    "PATCH /users/{user_id}": Write(leaves=EventType.USER_UPDATED, sends={"name": "Renamed"}),
    "DELETE /users/{user_id}": Write(leaves=EventType.USER_DELETED),
    "POST /users/{user_id}/password-reset": Write(leaves=Noted(Action.UPDATE, "user")),
    "POST /api-keys": Write(leaves=EventType.API_KEY_CREATED, sends={"name": "ERP", "role": "auditor"}),
    "DELETE /api-keys/{api_key_id}": Write(leaves=EventType.API_KEY_REVOKED),
    "POST /webhooks": Write(
        leaves=EventType.WEBHOOK_CREATED, sends={"url": "https://receiver.example/hook", "events": ["*"]}
    ),
    "PATCH /webhooks/{webhook_id}": Write(
        leaves=EventType.WEBHOOK_UPDATED, sends={"description": "The new ERP"}
    ),
    "DELETE /webhooks/{webhook_id}": Write(leaves=EventType.WEBHOOK_DELETED),
    "POST /webhooks/{webhook_id}/test": Write(leaves=EventType.WEBHOOK_TEST),
    "POST /webhooks/{webhook_id}/rotate-secret": Write(leaves=EventType.WEBHOOK_UPDATED),
    "POST /webhooks/{webhook_id}/enable": Write(leaves=EventType.WEBHOOK_UPDATED, first=disabled),
    "POST /webhooks/{webhook_id}/disable": Write(leaves=EventType.WEBHOOK_DISABLED),
    "POST /webhooks/{webhook_id}/recover": Write(
        leaves=Noted(Action.RESTORE, "webhook"), sends={"since": f"{TODAY}T00:00:00Z"}
    ),
    "POST /webhook-deliveries/{delivery_id}/retry": Write(leaves=Noted(Action.UPDATE, "webhook-delivery")),
    "POST /system/dead-letters/{dead_letter_id}/requeue": Write(leaves=Noted(Action.RESTORE, "event"), by="admin"),
    # The fleet, and what is flown.
    "POST /aircraft": Write(
        leaves=EventType.AIRCRAFT_CREATED, sends={"tail_number": "G-NEW", "model": "A320-214"}
    ),
    "PATCH /aircraft/{aircraft_id}": Write(
        leaves=EventType.AIRCRAFT_UPDATED, sends={"manufacturer": "Airbus"}
    ),
    "DELETE /aircraft/{aircraft_id}": Write(leaves=EventType.AIRCRAFT_DELETED, first=another_aircraft),
    "POST /aircraft/{aircraft_id}/ground": Write(
        leaves=EventType.AIRCRAFT_STATUS_CHANGED, sends={"reason": "Bird strike"}
    ),
    "POST /aircraft/{aircraft_id}/release": Write(
        leaves=EventType.AIRCRAFT_STATUS_CHANGED, sends={"reason": "Inspected"}, first=grounded
    ),
    "POST /aircraft/{aircraft_id}/retire": Write(
        leaves=EventType.AIRCRAFT_STATUS_CHANGED, sends={"reason": "Sold"}, first=another_aircraft
    ),
    "POST /aircraft/{aircraft_id}/utilization": Write(
        leaves=EventType.AIRCRAFT_UTILIZATION_RECORDED, sends=_FLOWN
    ),
    "POST /utilization:batch": Write(
        leaves=EventType.AIRCRAFT_UTILIZATION_RECORDED,
        sends={"items": [{**_FLOWN, "aircraft_id": "{aircraft_id}"}]},
    ),
    # Programs, and what falls due by them.
    "POST /maintenance-programs": Write(
        leaves=EventType.PROGRAM_CREATED,
        sends={
            "code": "B-CHK", "name": "B check", "task_type": "repair", "interval_type": "calendar",
            "interval_value": 9,
        },
    ),
    "PATCH /maintenance-programs/{program_id}": Write(leaves=EventType.PROGRAM_UPDATED, sends={"name": "Better"}),
    "DELETE /maintenance-programs/{program_id}": Write(leaves=EventType.PROGRAM_DELETED),
    "POST /maintenance-programs/{program_id}/preview": Write(leaves=_SHOWS_ONLY, sends={"lead_days": 7}),
    "POST /maintenance-programs/{program_id}/assignments": Write(
        leaves=EventType.DUE_ITEM_ASSIGNED, sends={"aircraft_id": "{aircraft_id}"}, first=a_program_by_hand
    ),
    "DELETE /maintenance-programs/{program_id}/assignments/{aircraft_id}": Write(
        leaves=EventType.DUE_ITEM_UNASSIGNED, first=assigned_by_hand
    ),
    "POST /maintenance-programs/generate": Write(leaves=EventType.TASK_CREATED, first=due_soon),
    "PATCH /due-items/{due_item_id}": Write(
        leaves=EventType.DUE_ITEM_UPDATED,
        sends={"last_done": {"on": f"{TODAY}", "flight_minutes": 0, "cycles": 0}, "reason": "Logbook"},
    ),
    "POST /due-items/{due_item_id}/extensions": Write(
        leaves=EventType.DUE_ITEM_EXTENSION_REQUESTED,
        sends={"interval_type": "calendar", "amount": 5, "reason": "No slot"},
        first=assigned_by_hand,
        by="planner",
    ),
    "POST /due-items/{due_item_id}/extensions/{extension_id}/approve": Write(leaves=EventType.DUE_ITEM_EXTENDED),
    "POST /due-items/{due_item_id}/extensions/{extension_id}/reject": Write(
        leaves=EventType.DUE_ITEM_EXTENSION_REJECTED, sends={"reason": "Find one"}
    ),
    # Work.
    "POST /maintenance-tasks": Write(leaves=EventType.TASK_CREATED, sends=_TASK),
    "POST /maintenance-tasks:batch": Write(leaves=EventType.TASK_CREATED, sends={"items": [_TASK]}),
    "PATCH /maintenance-tasks/{task_id}": Write(leaves=EventType.TASK_UPDATED, sends={"priority": "aog"}),
    "PATCH /maintenance-tasks/{task_id}/state": Write(
        leaves=EventType.TASK_STATE_CHANGED, sends={"state": "cancelled", "reason": "weather"}
    ),
    "POST /maintenance-tasks/{task_id}/check": Write(leaves=_SHOWS_ONLY, asks="?to=cancelled"),
    "POST /maintenance-tasks/{task_id}/handover": Write(
        leaves=EventType.TASK_ASSIGNED,
        sends={"assigned_mechanic_id": "{user_id}", "note": "Panel 512 is open"},
        first=begun,
    ),
    "DELETE /maintenance-tasks/{task_id}": Write(leaves=EventType.TASK_DELETED),
    # Parts and checks.
    "POST /part-definitions": Write(
        leaves=EventType.PART_DEFINITION_CREATED, sends={"name": "Pump", "category": "rotable"}
    ),
    "PATCH /part-definitions/{part_definition_id}": Write(
        leaves=EventType.PART_DEFINITION_UPDATED, sends={"name": "Filter"}
    ),
    "DELETE /part-definitions/{part_definition_id}": Write(
        leaves=EventType.PART_DEFINITION_DELETED, first=an_empty_definition
    ),
    "POST /part-items": Write(
        leaves=EventType.PART_CREATED,
        sends={"part_definition_id": "{part_definition_id}", "serial_number": "SN-NEW"},
    ),
    "PATCH /part-items/{part_item_id}": Write(
        leaves=EventType.PART_STATUS_CHANGED, sends={"status": "disposed"}, first=a_free_piece
    ),
    "POST /part-items/{part_item_id}/removal": Write(
        leaves=EventType.PART_REMOVED, sends={"task_id": "{task_id}", "reason": "Worn"}, first=fitted
    ),
    "DELETE /part-items/{part_item_id}": Write(leaves=EventType.PART_DELETED, first=a_free_piece),
    "POST /part-reservations": Write(
        leaves=EventType.PART_RESERVED,
        sends={"task_id": "{task_id}", "part_item_id": "{part_item_id}"},
        first=a_free_piece,
    ),
    "PATCH /part-reservations/{reservation_id}/state": Write(
        leaves=EventType.PART_RELEASED, sends={"state": "released"}
    ),
    "POST /compliance-items": Write(
        leaves=EventType.COMPLIANCE_CREATED, sends={"task_id": "{task_id}", "description": "Torque checked"}
    ),
    "PATCH /compliance-items/{compliance_item_id}": Write(
        leaves=EventType.COMPLIANCE_UPDATED, sends={"description": "Torque checked twice"}
    ),
    "DELETE /compliance-items/{compliance_item_id}": Write(leaves=EventType.COMPLIANCE_DELETED),
    "POST /compliance-items/{compliance_item_id}/sign-off": Write(
        leaves=EventType.COMPLIANCE_SIGNED_OFF,
        sends={"result": "pass", "password": PASSWORD},
        first=to_be_signed,
        by="mechanic",
        means='"v1"',
    ),
    # What comes in as a file, and what goes out as one.
    "POST /imports/csv": Write(
        leaves=EventType.IMPORT_CREATED, sends=a_form(b"tail_number,model\nG-NEW,A320-214\n")
    ),
    "GET /due-items.csv": Write(leaves=Noted(Action.EXPORT, "due-item")),
    "GET /audit-logs/export": Write(leaves=Noted(Action.EXPORT, "audit-log"), asks="?format=csv"),
    "GET /audit-logs/verify": Write(leaves=Noted(Action.VERIFY, "audit-log")),
    "GET /aircraft/{aircraft_id}/maintenance-record.csv": _EXPORTED_RECORD,
    "GET /aircraft/{aircraft_id}/maintenance-record.html": _EXPORTED_RECORD,
    "GET /reports/summary.csv": _EXPORTED_REPORT,
    "GET /reports/fleet-status.csv": _EXPORTED_REPORT,
    "GET /reports/compliance.csv": _EXPORTED_REPORT,
    "GET /reports/utilization.csv": _EXPORTED_REPORT,
    "GET /reports/mechanic-workload.csv": _EXPORTED_REPORT,
    "GET /reports/on-time.csv": _EXPORTED_REPORT,
}  # fmt: skip
