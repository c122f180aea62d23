"""Why is this not syncing? An answer for every field of every offer, from what is stored."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from offers.enums import Field, base_field
from offers.field_reasons import FieldReason, reason_in_words
from offers.field_standing import not_ours_in_words
from offers.models import FieldState, Offer
from offers.reasons import Reason
from settings_app.models import Integration
from settings_app.queries import FieldRules, field_rules
from syncs.deciding import Apart, decided
from syncs.enums import PlanAction
from syncs.queries.plans.apart import read_states, stop_of
from syncs.three_way import Terms


@dataclass(frozen=True, slots=True)
class Why:
    """A field of an offer: its three values, what the next sync does with it, and why."""

    field: str
    base: str | None
    ours: str | None
    theirs: str | None
    ours_at: datetime | None
    theirs_at: datetime | None
    action: PlanAction
    reason: Reason

    @property
    def is_in_step(self) -> bool:
        return self.reason.code == FieldReason.IN_STEP


def why(*, offer: Offer) -> list[Why]:
    """The answer for every field of one offer, by the values, rules and switches of this moment."""
    return why_of(integration=offer.integration, offer_ids=[offer.pk])[offer.pk]


def why_of(*, integration: Integration, offer_ids: Collection[int]) -> dict[int, list[Why]]:
    """:func:`why` for offers of one account by our id, in a fixed number of queries."""
    rules = field_rules(integration=integration)
    states = FieldState.objects.filter(integration=integration, offer_id__in=list(offer_ids))
    not_ours = states.values_list("offer_id", "field", "ours_reason")
    reasons = {(offer_id, field): code for offer_id, field, code in not_ours}
    found: dict[int, list[Why]] = {pk: [] for pk in offer_ids}
    rows = sorted(read_states(states), key=_place)
    stops = _stops(integration, {row.field for row in rows})
    for row in rows:
        found[row.offer_id].append(
            _why(row, _terms(rules, row.field, stops), reasons[row.offer_id, row.field])
        )
    return found


def _why(row: Apart, terms: Terms, not_ours: str) -> Why:
    decision = decided(row, terms).decision
    of_ours = decision.reason == FieldReason.NOT_OURS
    return Why(
        field=row.field,
        base=row.sides.base,
        ours=row.sides.ours,
        theirs=row.sides.theirs,
        ours_at=row.sides.ours_at,
        theirs_at=row.sides.theirs_at,
        action=decision.action,
        reason=not_ours_in_words(not_ours) if of_ours else reason_in_words(decision.reason),
    )


def _terms(rules: FieldRules, field: str, stops: Mapping[str, FieldReason | None]) -> Terms:
    return Terms(rule=rules[field], stop=stops[field])


def _stops(integration: Integration, fields: Collection[str]) -> dict[str, FieldReason | None]:
    """Marketplaces share the switch of prices, so each kind of field is asked about once."""
    kinds = {base_field(field) for field in fields}
    stops = {kind: stop_of(integration_id=integration.pk, field=kind) for kind in kinds}
    return {field: stops[base_field(field)] for field in fields}


def _place(row: Apart) -> tuple[int, int, str]:
    return row.offer_id, list(Field).index(base_field(row.field)), row.field
