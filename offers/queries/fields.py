"""One offer's fields as three values: agreed, ours, Allegro's; with what becomes of each and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from offers.enums import Field, base_field
from offers.field_reasons import FieldReason, reason_in_words
from offers.field_standing import field_reason
from offers.models import FieldState, Offer
from offers.queries.filters import field_label
from offers.reasons import Reason, status_label
from offers.values import UnreadableValue, price_of
from settings_app.queries.field_rules import FieldRules

_ORDER = {field.value: place for place, field in enumerate(Field)}


@dataclass(frozen=True, slots=True)
class Side:
    """A value for people. ``amount`` with ``currency`` for money, ``text`` for all others."""

    text: str
    at: datetime | None
    amount: object = None
    currency: str = ""
    is_known: bool = True


@dataclass(frozen=True, slots=True)
class FieldRow:
    """A field of the three-way table."""

    code: str
    label: str
    base: Side
    ours: Side
    theirs: Side
    reason: Reason
    differs: bool


def field_rows(*, fields: Sequence[FieldState], rules: FieldRules) -> list[FieldRow]:
    """The rows of the three-way table, in the order people read an offer.

    ``rules`` are the account's: a field it does not keep in step says so, whatever the last sync found.
    """
    ordered = sorted(fields, key=lambda one: (_ORDER.get(base_field(one.field), 99), one.field))
    return [_row(one, rules) for one in ordered]


def fields_of(*, offer: Offer) -> list[FieldState]:
    """What is stored of the offer's fields. One query."""
    return list(FieldState.objects.filter(offer=offer))


def _row(state: FieldState, rules: FieldRules) -> FieldRow:
    field = base_field(state.field)
    return FieldRow(
        code=state.field,
        label=field_label(state.field),
        base=_side(field, state.base, state.base_at),
        ours=_side(field, state.ours, state.ours_at),
        theirs=_side(field, state.theirs, state.theirs_at),
        reason=_reason(state, rules),
        differs=None not in (state.ours, state.theirs) and state.ours != state.theirs,
    )


def _reason(state: FieldState, rules: FieldRules) -> Reason:
    if not rules[state.field].enabled and state.ours is not None and not state.in_step:
        return reason_in_words(FieldReason.FIELD_OFF)
    return field_reason(state)


def _side(field: Field, text: str | None, at: datetime | None) -> Side:
    if text is None:
        return Side("", None, is_known=False)
    if field == Field.PRICE:
        try:
            money = price_of(text)
        except UnreadableValue:
            return Side(text, at)
        return Side(text, at, money.amount, money.currency)
    return Side(value_words(field, text), at)


def value_words(field: Field, text: str) -> str:
    """A canonical text for people. Of texts and pictures only a fingerprint is kept here."""
    if field == Field.STATUS:
        return status_label(text)
    if field == Field.DESCRIPTION:
        return _("text %(mark)s") % {"mark": text[:6]} if text else _("no text")
    if field == Field.IMAGES:
        return _("pictures %(mark)s") % {"mark": text[:6]} if text else _("no pictures")
    return text
