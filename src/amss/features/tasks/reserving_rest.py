"""The rows of the operation table for parts that work needs."""

from amss.features.parts.model import PartItemOut, Removal
from amss.features.parts.removal_rules import PartNotFitted
from amss.features.parts.reservation_model import NewReservation, ReservationOut, ReservationStep
from amss.features.parts.reservation_rules import PartExpired, PartNotInStock, PartReserved, ReservationClosed
from amss.features.tasks import reserving
from amss.features.tasks.life import TaskClosed, TaskNotInProgress
from amss.foundation.access import Permission
from amss.foundation.operation import Operation, Precondition

OPERATIONS = (
    Operation(
        "POST /part-reservations",
        "Set a piece aside for a task",
        Permission.RESERVE_PARTS,
        reserving.reserve,
        body=NewReservation,
        answers=ReservationOut,
        status=201,
        idempotent=True,
        rpc="InventoryService/ReserveParts",
        refuses=(PartReserved, PartExpired, PartNotInStock, TaskClosed),
    ),
    Operation(
        "PATCH /part-reservations/{reservation_id}/state",
        "Note that a reserved piece was used, or give it back",
        Permission.RESERVE_PARTS,
        reserving.change_state,
        body=ReservationStep,
        answers=ReservationOut,
        idempotent=True,
        precondition=Precondition.OPTIONAL,
        rpc_steps={
            "InventoryService/UseParts": {"state": "used"},
            "InventoryService/ReleaseParts": {"state": "released"},
        },
        refuses=(ReservationClosed, TaskNotInProgress, PartExpired, PartNotInStock),
    ),
    Operation(
        "POST /part-items/{part_item_id}/removal",
        "Note that a piece was taken off its aircraft",
        Permission.RESERVE_PARTS,
        reserving.remove,
        body=Removal,
        answers=PartItemOut,
        idempotent=True,
        precondition=Precondition.OPTIONAL,
        rpc="InventoryService/RemovePart",
        refuses=(PartNotFitted, TaskNotInProgress),
    ),
)
