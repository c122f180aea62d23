"""One field of one offer compared by three values: a pure function. No database, no clock in here.

``base`` is what both sides agreed upon last. Whoever moved away from it since is the one that changed;
when both did, the account's strategy decides. Everything that is not written says why.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from offers.enums import Field, base_field
from offers.field_reasons import FieldReason
from offers.values import UnreadableValue, price_of
from settings_app.enums import ConflictStrategy
from settings_app.queries import Rule
from syncs.enums import PlanAction, RunBrakeKind


@dataclass(frozen=True, slots=True)
class Sides:
    """The values of a field as canonical texts; None: unknown. ``undone_*``: what was taken back."""

    base: str | None
    ours: str | None
    theirs: str | None
    ours_at: datetime | None = None
    theirs_at: datetime | None = None
    undone_ours: str | None = None
    undone_theirs: str | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """What the account and the run allow. ``stop`` says why nothing may be written to Allegro."""

    rule: Rule
    stop: FieldReason | None = None
    pushes: bool = True
    pulls: bool = True


@dataclass(frozen=True, slots=True)
class Decision:
    """What happens to a field, and why. ``value`` is what is written where something is.

    ``brake``: it is so large that a person is asked first.
    """

    action: PlanAction
    reason: FieldReason
    value: str | None = None
    brake: RunBrakeKind | None = None


def decide(field: str, sides: Sides, terms: Terms) -> Decision:
    """What is to happen with a field, by what moved, the strategy, the rules and the switches.

    ``field`` is a code of :class:`offers.enums.Field`, or of a price on a marketplace.
    """
    if not terms.rule.enabled:
        return _nothing(FieldReason.FIELD_OFF)
    found = compare(field, sides, terms.rule.strategy)
    if found.action == PlanAction.PUSH:
        return _pushed(field, sides, terms, found)
    if found.action == PlanAction.PULL:
        return _pulled(field, sides, terms, found)
    return found


def compare(field: str, sides: Sides, strategy: ConflictStrategy) -> Decision:
    """What follows from the three values alone, whatever is allowed.

    An unknown ``base`` (never agreed upon) with two differing sides counts as both having changed.
    """
    if sides.ours is None:
        return _nothing(FieldReason.NOT_OURS)
    if sides.theirs is None:
        return _nothing(FieldReason.THEIRS_UNKNOWN)
    if sides.ours == sides.theirs:
        if sides.base == sides.ours:
            return _nothing(FieldReason.IN_STEP)
        return Decision(PlanAction.AGREE, FieldReason.BOTH_SAME, sides.ours)
    if sides.theirs == sides.base:
        return _push(sides, FieldReason.OURS_CHANGED)
    if sides.ours == sides.base:
        return _only_theirs(field, sides, strategy)
    return _STRATEGIES[strategy](sides)


def _only_theirs(field: str, sides: Sides, strategy: ConflictStrategy) -> Decision:
    """Allegro's stock falls with every purchase, before the order is here; taking that over would
    count the purchase twice. So stock is taken only where the seller lets Allegro win."""
    if field != Field.STOCK or strategy == ConflictStrategy.ALLEGRO_WINS:
        return _pull(sides, FieldReason.THEIRS_CHANGED)
    if strategy == ConflictStrategy.MANUAL:
        return _conflict(FieldReason.STOCK_MOVED_THERE)
    return _push(sides, FieldReason.LEDGER_WINS)


def _newer(sides: Sides) -> Decision:
    if sides.ours_at is None or sides.theirs_at is None or sides.ours_at == sides.theirs_at:
        return _conflict(FieldReason.TIMES_UNKNOWN)
    if sides.ours_at > sides.theirs_at:
        return _push(sides, FieldReason.OURS_NEWER)
    return _pull(sides, FieldReason.ALLEGRO_NEWER)


_STRATEGIES: dict[ConflictStrategy, Callable[[Sides], Decision]] = {
    ConflictStrategy.TIMESTAMP: _newer,
    ConflictStrategy.DB_WINS: lambda sides: _push(sides, FieldReason.OURS_WINS),
    ConflictStrategy.ALLEGRO_WINS: lambda sides: _pull(sides, FieldReason.ALLEGRO_WINS),
    ConflictStrategy.MANUAL: lambda _sides: _conflict(FieldReason.BOTH_CHANGED),
}


def _pushed(field: str, sides: Sides, terms: Terms, found: Decision) -> Decision:
    if found.value == sides.undone_ours:
        return _nothing(FieldReason.TAKEN_BACK)
    if terms.stop is not None:
        return _nothing(terms.stop)
    if not terms.pushes:
        return _nothing(FieldReason.WAITS_FOR_PUSH)
    return _guarded(field, sides, terms.rule, found)


def _pulled(field: str, sides: Sides, terms: Terms, found: Decision) -> Decision:
    if found.value == sides.undone_theirs:
        return _nothing(FieldReason.TAKEN_BACK)
    if not terms.pulls:
        return _nothing(FieldReason.WAITS_FOR_PULL)
    return _guarded(field, sides, terms.rule, found)


def _guarded(field: str, sides: Sides, rule: Rule, found: Decision) -> Decision:
    """Prices alone are guarded: sent ones by direction, sent and taken ones by size."""
    if base_field(field) != Field.PRICE or sides.ours is None or sides.theirs is None:
        return found
    try:
        ours, theirs = price_of(sides.ours), price_of(sides.theirs)
    except UnreadableValue:
        return _nothing(FieldReason.OTHER_CURRENCY)
    if ours.currency != theirs.currency:
        return _nothing(FieldReason.OTHER_CURRENCY)
    if found.action == PlanAction.PUSH:
        if ours.amount > theirs.amount and not rule.may_raise:
            return _nothing(FieldReason.MAY_NOT_RAISE)
        if ours.amount < theirs.amount and not rule.may_lower:
            return _nothing(FieldReason.MAY_NOT_LOWER)
    replaced = theirs.amount if found.action == PlanAction.PUSH else ours.amount
    if _is_large(abs(ours.amount - theirs.amount), replaced, rule.max_change_percent):
        return Decision(found.action, found.reason, found.value, RunBrakeKind.PRICE)
    return found


def _is_large(step: Decimal, replaced: Decimal, limit: int | None) -> bool:
    """Measured against the value that would be replaced; any step away from 0 is large."""
    return limit is not None and step * 100 > limit * replaced


def _push(sides: Sides, reason: FieldReason) -> Decision:
    return Decision(PlanAction.PUSH, reason, sides.ours)


def _pull(sides: Sides, reason: FieldReason) -> Decision:
    return Decision(PlanAction.PULL, reason, sides.theirs)


def _conflict(reason: FieldReason) -> Decision:
    return Decision(PlanAction.CONFLICT, reason)


def _nothing(reason: FieldReason) -> Decision:
    return Decision(PlanAction.NOTHING, reason)
