"""Many orders in one request: one transaction, each order judged for itself, an outcome for each."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Annotated, Generic, TypeVar

import msgspec

from amss.foundation.database import Transaction
from amss.foundation.errors import Refusal
from amss.foundation.savepoint import OF_THE_WORK, undone_alone
from amss.foundation.shapes import Order

Item = TypeVar("Item")
Done = TypeVar("Done")

MOST_ITEMS = 500


class Batch(Order, Generic[Item], frozen=True, kw_only=True):
    """The body of a batch. A feature names its item: `class NewTasks(Batch[NewTask])`."""

    items: Annotated[list[Item], msgspec.Meta(max_length=MOST_ITEMS)]


def readable(items: Iterable[Item | Refusal]) -> list[Item]:
    """Return the items that could be read; in place of any other stands its refusal."""
    return [item for item in items if not isinstance(item, Refusal)]


async def one_by_one(
    tx: Transaction,
    items: Sequence[Item | Refusal],
    use_case: Callable[[Transaction, Item], Awaitable[Done]],
) -> list[Done | Refusal]:
    """Do the use case for each item in its order; return what each became, in the same places.

    A refused item leaves nothing, and its neighbours go on. Whoever calls holds beforehand, in an order of their
    own, all rows that items share: items come in any order, and two batches would wait for each other.
    """
    return [item if isinstance(item, Refusal) else await _one(tx, item, use_case) for item in items]


async def _one(
    tx: Transaction, item: Item, use_case: Callable[[Transaction, Item], Awaitable[Done]]
) -> Done | Refusal:
    try:
        async with undone_alone(tx):
            return await use_case(tx, item)
    except OF_THE_WORK as refusal:
        return refusal
