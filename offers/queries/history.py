"""The story of one offer: what was seen at Allegro, what was written there, what people did."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.models import AuditEntry
from offers.enums import Field, ItemState, base_field
from offers.models import Offer, OfferChange, StockCommandItem, ValueCommandItem
from offers.queries.fields import value_words
from offers.queries.filters import field_label

SHOWN = 60
# What people's acts are called; the codes are those of ``core.audit.record``.
ACTS: dict[str, str | Promise] = {
    "offer.linked": gettext_lazy("Product linked"),
    "offer.published": gettext_lazy("Published from here"),
    "offer.unlinked": gettext_lazy("Product removed"),
    "offer.ignored": gettext_lazy("Left without a product"),
    "offer.recognise_again": gettext_lazy("To be recognised again"),
    "offer.push_asked": gettext_lazy("Stock to be sent"),
    "offer.product_made": gettext_lazy("Product made from the offer"),
    "offer.read_again": gettext_lazy("Read again at Allegro"),
    "offer.edited": gettext_lazy("Own values set"),
    "offer.own_value_dropped": gettext_lazy("Follows the product again"),
    "offer.edit_undone": gettext_lazy("A change taken back"),
    "offer.status_asked": gettext_lazy("To be ended or put on sale"),
    "offer.value_taken": gettext_lazy("Allegro's value taken over"),
    "offer.value_given_back": gettext_lazy("A taken value given back"),
}
_TONES = {ItemState.SUCCESS: "ok", ItemState.FAIL: "danger"}


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One line. ``before`` and ``after`` are in words, both empty for acts without values."""

    at: datetime
    title: str
    before: str = ""
    after: str = ""
    detail: str = ""
    actor: str = ""
    tone: str = "neutral"


def history_of(*, offer: Offer) -> list[HistoryEntry]:
    """The newest lines of an offer's story. A fixed number of queries."""
    entries = [*_seen(offer), *_stock_written(offer), *_values_written(offer), *_acts(offer)]
    entries.sort(key=lambda one: one.at, reverse=True)
    return entries[:SHOWN]


def _seen(offer: Offer) -> Iterator[HistoryEntry]:
    for change in OfferChange.objects.filter(offer=offer).order_by("-pk")[:SHOWN]:
        field = base_field(change.field)
        yield HistoryEntry(
            at=change.seen_at,
            title=_("%(field)s changed at Allegro") % {"field": field_label(change.field)},
            before=value_words(field, change.before),
            after=value_words(field, change.after),
            tone="info",
        )


def _stock_written(offer: Offer) -> Iterator[HistoryEntry]:
    items = StockCommandItem.objects.filter(offer=offer).select_related("command")
    for item in items.order_by("-pk")[:SHOWN]:
        before = "" if item.shown_before is None else str(item.shown_before)
        yield _written(item, Field.STOCK, before, str(item.value))


def _values_written(offer: Offer) -> Iterator[HistoryEntry]:
    items = ValueCommandItem.objects.filter(offer=offer).select_related("command")
    for item in items.order_by("-pk")[:SHOWN]:
        field = base_field(item.field)
        before = "" if item.before is None else value_words(field, item.before)
        yield _written(item, item.field, before, value_words(field, item.value))


def _written(
    item: StockCommandItem | ValueCommandItem, field: str, before: str, after: str
) -> HistoryEntry:
    state = ItemState(item.state)
    words = {
        ItemState.NEW: _("%(field)s on its way to Allegro"),
        ItemState.SUCCESS: _("%(field)s written to Allegro"),
        ItemState.FAIL: _("%(field)s refused by Allegro"),
    }
    return HistoryEntry(
        at=item.command.created_at,
        title=words[state] % {"field": field_label(field)},
        before=before,
        after=after,
        detail=item.message,
        tone=_TONES.get(state, "info"),
    )


def _acts(offer: Offer) -> Iterator[HistoryEntry]:
    acts = AuditEntry.objects.filter(
        organization_id=offer.organization_id,
        target_type=Offer._meta.label_lower,
        target_id=str(offer.pk),
    )
    for act in acts.order_by("-at", "-pk")[:SHOWN]:
        yield HistoryEntry(
            at=act.at,
            title=str(ACTS.get(act.action, act.action)),
            detail=_of_product(act),
            actor=act.actor_label,
        )


def _of_product(act: AuditEntry) -> str:
    told = act.after if act.after.get("code") else act.before
    code, units = told.get("code", ""), told.get("units")
    return f"{units} × {code}" if code and units else str(code)
