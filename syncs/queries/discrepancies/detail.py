"""One discrepancy: both sides, the ways to settle it, its history line by line."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from offers.models import OfferPush
from syncs.enums import EntryKind
from syncs.models import Discrepancy, DiscrepancyEntry
from syncs.queries.choices import choices_of
from syncs.queries.discrepancies.inbox import members_of
from syncs.queries.discrepancies.rows import row_view

HISTORY = 100


def entries_of(*, discrepancy: Discrepancy) -> QuerySet[DiscrepancyEntry]:
    """The history, newest first."""
    return discrepancy.entries.select_related("actor", "rule").order_by("-pk")


def discrepancy_detail(*, discrepancy: Discrepancy) -> dict[str, Any]:
    """What the page of one discrepancy shows: both sides, the ways to settle it, its history."""
    return {
        "view": row_view(discrepancy),
        "row": discrepancy,
        "choices": [] if discrepancy.is_settled else choices_of(discrepancy),
        "history": [timeline_entry(one) for one in entries_of(discrepancy=discrepancy)[:HISTORY]],
        "members": members_of(organization=discrepancy.organization),
        "push": OfferPush.objects.filter(offer=discrepancy.offer).first()
        if discrepancy.offer
        else None,
    }


_ENTRY_TONES = {
    EntryKind.FOUND: "warn",
    EntryKind.REOPENED: "warn",
    EntryKind.CHANGED: "info",
    EntryKind.RESOLVED: "ok",
    EntryKind.AGREED: "ok",
    EntryKind.HELD: "warn",
}


def timeline_entry(one: DiscrepancyEntry) -> dict[str, Any]:
    """A line of history for the timeline."""
    actor = one.actor.get_full_name() if one.actor else one.rule.name if one.rule else ""
    return {
        "title": str(EntryKind(one.kind).label),
        "at": one.at,
        "detail": " ".join(part for part in (_moved(one), one.comment) if part),
        "tone": _ENTRY_TONES.get(EntryKind(one.kind), "neutral"),
        "actor": actor,
    }


def _moved(one: DiscrepancyEntry) -> str:
    before, after = one.before or {}, one.after or {}
    if one.kind == EntryKind.ASSIGNED:
        return _("To %(person)s.") % {"person": after.get("assignee") or _("nobody")}
    if one.kind in (EntryKind.FOUND, EntryKind.REOPENED, EntryKind.CHANGED):
        return _("Ours %(ours)s, Allegro's %(theirs)s.") % {
            "ours": after.get("ours") or "–",
            "theirs": after.get("theirs") or "–",
        }
    if "on_hand" in after:
        said = {"from": before.get("on_hand", "?"), "to": after["on_hand"]}
        return _("On hand %(from)s → %(to)s.") % said
    if "price" in after:
        said = {"from": before.get("price") or "–", "to": after["price"] or "–"}
        return _("Price %(from)s → %(to)s.") % said
    return ""
