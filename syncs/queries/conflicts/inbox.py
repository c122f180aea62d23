"""The inbox of conflicts: a page of rows, the tabs with counts; and one of them with its choices."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Organization
from core.models import AuditEntry
from core.paging import Page, capped_count, paged
from offers.enums import Field
from offers.queries import connected_accounts
from syncs.enums import ConflictState
from syncs.models import Conflict
from syncs.queries.conflicts.choices import choices_of
from syncs.queries.conflicts.rows import conflict_view
from syncs.queries.conflicts.selection import TABS, ConflictFilter, conflicts_matching

PAGE_SIZE = 50
HISTORY = 10


def inbox(*, organization: Organization, wanted: ConflictFilter, number: int) -> dict[str, Any]:
    """What the inbox shows."""
    found = conflicts_matching(organization=organization, wanted=wanted)
    page: Page[Any] = paged(found, number=number, size=PAGE_SIZE)
    return {
        "page": replace(page, items=[conflict_view(one) for one in page.items]),
        "wanted": wanted,
        "tabs": _tabs(organization, wanted),
        "accounts": list(connected_accounts(organization=organization)),
        "fields": Field.choices,
    }


def conflict_detail(*, conflict: Conflict) -> dict[str, Any]:
    """One conflict: its three values, what each choice writes where, and what happened to it."""
    decidable = conflict.state == ConflictState.OPEN
    return {
        "view": conflict_view(conflict),
        "row": conflict,
        "choices": choices_of(conflict) if decidable else [],
        "in_flight": conflict.state == ConflictState.WRITING,
        "offer_url": reverse("offers:detail", args=[conflict.offer_id]),
        "history": _history(conflict),
    }


def _history(conflict: Conflict) -> list[dict[str, Any]]:
    entries = AuditEntry.objects.filter(
        target_type=Conflict._meta.label_lower, target_id=str(conflict.pk)
    ).order_by("-at", "-pk")[:HISTORY]
    words = {
        "conflict.resolved": _("Resolved"),
        "conflict.taken_back": _("Taken back"),
    }
    return [
        {
            "title": words.get(entry.action, entry.action),
            "at": entry.at,
            "detail": str(entry.after.get("value") or ""),
            "tone": "neutral",
            "actor": entry.actor_label if entry.actor_id else "",
        }
        for entry in entries
    ]


def _tabs(organization: Organization, wanted: ConflictFilter) -> list[dict[str, Any]]:
    labels = {"open": _("Open"), "writing": _("On its way"), "settled": _("Settled")}
    rows: QuerySet[Conflict] = Conflict.objects.for_organization(organization)
    return [
        {
            "label": labels[tab],
            "url": f"{reverse('syncs:conflicts')}?tab={tab}",
            "active": tab == wanted.tab,
            "count": capped_count(rows.filter(state__in=states)) if tab != "settled" else "",
        }
        for tab, states in TABS.items()
    ]
