"""A field as it was read and what follows from it, with what is on its way taken into account. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from offers.field_reasons import FieldReason
from syncs.enums import PlanAction
from syncs.three_way import Decision, Sides, Terms, decide

_WAIT = (PlanAction.PUSH, PlanAction.PULL, PlanAction.CONFLICT)


@dataclass(frozen=True, slots=True)
class Apart:
    """A field with its three values, and the value of ours that is on its way to Allegro.

    ``remembered`` is the last decision's code, empty when our value moved since.
    """

    state_id: int
    offer_id: int
    field: str
    sides: Sides
    remembered: str
    sent: str | None


@dataclass(frozen=True, slots=True)
class Decided:
    """A field as it was read, and what follows."""

    apart: Apart
    decision: Decision


def decided(apart: Apart, terms: Terms) -> Decided:
    """What follows for a field. While a value is on its way to Allegro only a newer one of ours follows."""
    found = decide(apart.field, apart.sides, terms)
    newer = found.action == PlanAction.PUSH and found.value != apart.sent
    if apart.sent is not None and found.action in _WAIT and not newer:
        found = Decision(PlanAction.NOTHING, FieldReason.ON_ITS_WAY)
    return Decided(apart, found)
