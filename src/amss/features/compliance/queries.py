"""Checks in SQL."""

from collections.abc import Collection, Sequence
from uuid import UUID

from amss.features.compliance.model import ComplianceItem, ComplianceItemOut, ProgramChecklist, SigningFacts
from amss.features.programs.templates import checklist_of
from amss.foundation.database import Transaction, columns
from amss.foundation.errors import NotFound
from amss.foundation.reading import Listing
from amss.foundation.statements import Statement

CHECKS = Listing(
    shows=ComplianceItemOut,
    source="compliance_items t WHERE t.org_id = tenant.org::uuid AND t.deleted_at IS NULL",
    filters={
        "task_id": "t.task_id = {}",
        "aircraft_id": "t.aircraft_id = {}",
        "result": "t.result = {}",
        "signed": "(t.result <> 'pending') = {}",
    },
    expressions={
        "readings": (
            "CASE WHEN t.reading_minutes IS NOT NULL "
            "THEN json_build_object('flight_minutes', t.reading_minutes, 'cycles', t.reading_cycles) END"
        ),
        "snapshot_hash": "encode(t.snapshot_hash, 'hex')",
    },
    # Ids grow with time, so this is the order in which checks were made, and on a task the order of its checklist.
    sorts={"id": ("t.id", "uuid")},
    unique=("id",),
    default_sort="id",
)


async def find_checklists(tx: Transaction, program_ids: Collection[UUID]) -> dict[UUID, ProgramChecklist]:
    """Return what each of these programs wants checked."""
    found = await tx.all(
        ProgramChecklist,
        f"""
        SELECT p.id AS program_id, {checklist_of("p")} AS checklist
        FROM maintenance_programs p WHERE p.org_id = $1 AND p.id = ANY ($2)
        """,
        tx.org_id,
        program_ids,
    )
    return {each.program_id: each for each in found}


def adding(items: Sequence[ComplianceItem]) -> Statement:
    """Return what inserts checks that are not signed."""
    return Statement(
        f"""
        INSERT INTO compliance_items ({columns(ComplianceItem)})
        SELECT {columns(ComplianceItem)} FROM jsonb_populate_recordset(NULL::compliance_items, $1::jsonb)
        """,
        (items,),
    )


async def get_for_update(tx: Transaction, item_id: UUID) -> ComplianceItem:
    """Return a live check and hold it until the transaction ends."""
    return await tx.one(
        ComplianceItem,
        f"""
        SELECT {columns(ComplianceItem)} FROM compliance_items
        WHERE org_id = $1 AND id = $2 AND deleted_at IS NULL
        FOR NO KEY UPDATE
        """,
        tx.org_id,
        item_id,
    )


async def get_superseded(tx: Transaction, item_id: UUID) -> ComplianceItem:
    """Return a live check that somebody wants superseded."""
    item = await tx.first(
        ComplianceItem,
        f"""
        SELECT {columns(ComplianceItem)} FROM compliance_items
        WHERE org_id = $1 AND id = $2 AND deleted_at IS NULL
        """,
        tx.org_id,
        item_id,
    )
    if item is None:
        raise NotFound("There is no such check to supersede.")
    return item


async def next_position(tx: Transaction, task_id: UUID) -> int:
    """Return the place after a task's last check, which is the caller's while he holds the task."""
    return await tx.value(
        "SELECT coalesce(max(position), 0) + 1 FROM compliance_items WHERE org_id = $1 AND task_id = $2",
        tx.org_id,
        task_id,
    )


async def get_signing_facts(tx: Transaction, aircraft_id: UUID) -> SigningFacts:
    """Return what is true now of the one who signs, of the aircraft and of the organization's policy."""
    return await tx.one(
        SigningFacts,
        """
        SELECT signer.name, signer.role, signer.active AND signer.deleted_at IS NULL AS active,
               signer.licence_number, signer.licence_kind,
               aircraft.flight_minutes_total AS flight_minutes, aircraft.cycles_total AS cycles,
               policy.sign_off_by_any_mechanic
        FROM users signer
        JOIN aircraft ON aircraft.org_id = signer.org_id AND aircraft.id = $3
        JOIN org_policies policy ON policy.org_id = signer.org_id
        WHERE signer.org_id = $1 AND signer.id = $2
        """,
        tx.org_id,
        tx.actor.id,
        aircraft_id,
    )


async def save_edit(tx: Transaction, item: ComplianceItem) -> None:
    """Write back what an edit changes."""
    await tx.run(
        """
        UPDATE compliance_items
        SET description = $3, regulatory_ref = $4, reason = $5, version = $6, updated_at = $7
        WHERE org_id = $1 AND id = $2
        """,
        item.org_id,
        item.id,
        item.description,
        item.regulatory_ref,
        item.reason,
        item.version,
        item.updated_at,
    )


async def save_signature(tx: Transaction, item: ComplianceItem) -> None:
    """Write the signature down. From here on the row does not change."""
    await tx.run(
        """
        UPDATE compliance_items
        SET result = $3, notes = $4, sign_off_user_id = $5, sign_off_time = $6, signer_name = $7, signer_role = $8,
            signer_licence_number = $9, signer_licence_kind = $10, reading_minutes = $11, reading_cycles = $12,
            snapshot_hash = $13, version = $14, updated_at = $15
        WHERE org_id = $1 AND id = $2
        """,
        item.org_id,
        item.id,
        item.result,
        item.notes,
        item.sign_off_user_id,
        item.sign_off_time,
        item.signer_name,
        item.signer_role,
        item.signer_licence_number,
        item.signer_licence_kind,
        item.reading_minutes,
        item.reading_cycles,
        item.signed_hash,
        item.version,
        item.updated_at,
    )


async def delete(tx: Transaction, item: ComplianceItem) -> None:
    """Take a check off its task; its row stays until retention."""
    await tx.run(
        """
        UPDATE compliance_items SET version = $3, updated_at = $4, deleted_at = $4
        WHERE org_id = $1 AND id = $2
        """,
        item.org_id,
        item.id,
        item.version,
        item.updated_at,
    )


async def delete_unsigned(tx: Transaction, task_id: UUID, *, by_hand: bool) -> list[ComplianceItem]:
    """Take all checks that are not signed off a task, those added by hand only if that is meant, too.

    Return them as they are then.
    """
    return await tx.all(
        ComplianceItem,
        f"""
        UPDATE compliance_items SET version = version + 1, updated_at = $3, deleted_at = $3
        WHERE org_id = $1 AND task_id = $2 AND deleted_at IS NULL AND result = 'pending' AND (from_program OR $4)
        RETURNING {columns(ComplianceItem)}
        """,
        tx.org_id,
        task_id,
        tx.now,
        by_hand,
    )
