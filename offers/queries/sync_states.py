"""How offers stand between the catalogue and Allegro, in one word each, and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from offers.enums import LinkState
from offers.field_reasons import FieldReason
from offers.field_standing import field_reason
from offers.models import FieldState, Offer
from offers.reasons import Reason, link_reason

# Groups of decisions a list is narrowed by; the codes are those of ``offers.field_reasons``.
DECISIONS: dict[str, tuple[FieldReason, ...]] = {
    "asks": (
        FieldReason.BOTH_CHANGED,
        FieldReason.STOCK_MOVED_THERE,
        FieldReason.TIMES_UNKNOWN,
    ),
    "failed": (
        FieldReason.REFUSED,
        FieldReason.GONE,
        FieldReason.FAILED,
        FieldReason.NOT_TAKABLE,
    ),
    "held": (
        FieldReason.SWITCHED_OFF,
        FieldReason.STOPPED,
        FieldReason.NOT_WORKING,
        FieldReason.MAY_NOT_RAISE,
        FieldReason.MAY_NOT_LOWER,
        FieldReason.OTHER_CURRENCY,
        FieldReason.TAKEN_BACK,
    ),
}
GROUPS = {
    "in_step": gettext_lazy("In step"),
    "apart": gettext_lazy("Values differ"),
    "asks": gettext_lazy("Needs your decision"),
    "failed": gettext_lazy("Refused or failed"),
    "held": gettext_lazy("Held back"),
    "unread": gettext_lazy("To be read at Allegro"),
}
_RANKS = {"danger": 4, "warn": 3, "info": 2, "ok": 1, "neutral": 0}


@dataclass(frozen=True, slots=True)
class SyncState:
    """An offer's worst field speaks for it; ``fields`` counts those that stand no better.

    ``is_about_link``: there is nothing to compare, because the offer sells no product.
    """

    reason: Reason
    fields: int
    is_about_link: bool = False


def sync_states(*, offers: Sequence[Offer]) -> dict[int, SyncState]:
    """How each of these offers stands, by its id. One query."""
    found: dict[int, list[FieldState]] = defaultdict(list)
    for state in FieldState.objects.filter(offer_id__in=[one.pk for one in offers]):
        found[state.offer_id].append(state)
    return {offer.pk: sync_state(offer, found[offer.pk]) for offer in offers}


def sync_state(offer: Offer, fields: Sequence[FieldState]) -> SyncState:
    """How an offer stands by its fields."""
    if offer.link_state != LinkState.LINKED and not any(one.ours is not None for one in fields):
        return SyncState(link_reason(offer), 0, is_about_link=True)
    reasons = [field_reason(one) for one in fields]
    if not reasons:
        return SyncState(_not_compared(offer), 0)
    worst = max(reasons, key=lambda one: _RANKS.get(one.tone, 0))
    same = sum(1 for one in reasons if one.tone == worst.tone)
    return SyncState(worst, same)


def _not_compared(offer: Offer) -> Reason:
    if offer.read_at is None:
        return Reason(
            "NOT_READ",
            "info",
            _("Not read yet"),
            _("The offer is known from Allegro's list only and was not read yet."),
            _("Nothing needs doing: the next sync reads it."),
        )
    return Reason(
        "NOT_COMPARED",
        "info",
        _("Not compared yet"),
        _("No sync has compared the two sides yet."),
        _("Start a sync, or wait for its schedule."),
    )
