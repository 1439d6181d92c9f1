"""What a batch answers: for each item, in its place, what the item would have been answered alone."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec

from amss.foundation.errors import Refusal
from amss.server.rest.problems import Problem, described

_CREATED = 201


class ItemResult(msgspec.Struct, kw_only=True):
    """What became of one item: the status it would have had alone, and either its id or the problem with it."""

    index: int
    status: int
    id: UUID | msgspec.UnsetType = msgspec.UNSET
    problem: Problem | msgspec.UnsetType = msgspec.UNSET


class BatchResults(msgspec.Struct):
    """What became of the items of a batch, in their order."""

    results: list[ItemResult]


def results_of(outcomes: Sequence[Any], request_id: str) -> BatchResults:
    """Return what records that were created, and refusals, say to the asker."""
    return BatchResults([_result(index, each, request_id) for index, each in enumerate(outcomes)])


def _result(index: int, outcome: Any, request_id: str) -> ItemResult:
    if isinstance(outcome, Refusal):
        problem = described(outcome, request_id)
        return ItemResult(index=index, status=problem.status, problem=problem)
    return ItemResult(index=index, status=_CREATED, id=outcome.id)
