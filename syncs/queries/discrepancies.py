"""Reads of discrepancies: the inbox, one of them, and the state of all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Membership, Organization, User
from core.paging import COUNT_CAP, Page, paged
from core.row_ids import row_id
from offers.models import OfferPush
from offers.queries import OfferFilter, connected_accounts, offers_matching
from offers.reasons import status_label
from products.queries import found_ids
from syncs.causes import meaning_of
from syncs.enums import DiscrepancyKind, DiscrepancyStatus, EntryKind, Severity, SyncKind
from syncs.models import Discrepancy, DiscrepancyEntry
from syncs.models.discrepancies import UNSETTLED
from syncs.queries.choices import choices_of
from syncs.queries.runs import account_rows

PAGE_SIZE = 50
SEARCH_CAP = 5_000
TONES = {
    Severity.LOW: "neutral",
    Severity.MEDIUM: "info",
    Severity.HIGH: "warn",
    Severity.CRITICAL: "danger",
}
TABS = ("open", "mine", "resolved", "ignored")


@dataclass(frozen=True, slots=True)
class DiscrepancyFilter:
    """What the inbox is narrowed to; empty means all. ``tab`` is one of :data:`TABS`."""

    tab: str = "open"
    kind: str = ""
    severity: str = ""
    account: str = ""
    search: str = ""

    @property
    def is_open(self) -> bool:
        """Whether the tab shows what is not settled."""
        return self.tab in ("open", "mine")

    @property
    def is_set(self) -> bool:
        return bool(self.kind or self.severity or self.account or self.search)


def discrepancies_of(*, organization: Organization) -> QuerySet[Discrepancy]:
    """All discrepancies of an organization with what a row shows."""
    rows: QuerySet[Discrepancy] = Discrepancy.objects.for_organization(organization)
    return rows.select_related("offer", "product", "integration", "assignee", "resolved_by")


def discrepancies_matching(
    *, organization: Organization, wanted: DiscrepancyFilter, person: User
) -> QuerySet[Discrepancy]:
    """A tab of the inbox: open ones the worst first, settled ones the latest first."""
    rows = discrepancies_of(organization=organization).filter(_tab(wanted.tab, person))
    if wanted.kind in DiscrepancyKind.values:
        rows = rows.filter(kind=wanted.kind)
    if wanted.severity in Severity.names:
        rows = rows.filter(severity=Severity[wanted.severity])
    if wanted.account:
        rows = rows.filter(integration_id=row_id(wanted.account))
    if wanted.search.strip():
        rows = rows.filter(_about(organization, wanted.search))
    if wanted.tab in ("resolved", "ignored"):
        return rows.order_by(F("resolved_at").desc(), "-pk")
    return rows.order_by("-severity", "-pk")


def _tab(tab: str, person: User) -> Q:
    if tab == "resolved":
        return Q(status=DiscrepancyStatus.RESOLVED)
    if tab == "ignored":
        return Q(status=DiscrepancyStatus.IGNORED)
    unsettled = Q(status__in=UNSETTLED)
    return unsettled & Q(assignee=person) if tab == "mine" else unsettled


def _about(organization: Organization, search: str) -> Q:
    offers = offers_matching(organization=organization, wanted=OfferFilter(search=search))
    offer_ids = list(offers.order_by().values_list("pk", flat=True)[:SEARCH_CAP])
    products = found_ids(organization=organization, search=search)
    return Q(offer_id__in=offer_ids) | Q(product_id__in=products)


@dataclass(frozen=True, slots=True)
class DiscrepancyRow:
    """A discrepancy as people see it."""

    row: Discrepancy
    title: str
    number: str
    url: str
    tone: str
    ours: str
    theirs: str
    difference: str
    text: str
    remedy: str


def row_view(row: Discrepancy) -> DiscrepancyRow:
    """A discrepancy in words. No queries, given its offer and product."""
    words = meaning_of(row)
    ours, theirs = value_labels(row)
    return DiscrepancyRow(
        row=row,
        title=_title(row),
        number=row.offer.allegro_id if row.offer else row.product.code if row.product else "",
        url=reverse("syncs:discrepancy", args=[row.pk]),
        tone=TONES[Severity(row.severity)],
        ours=ours,
        theirs=theirs,
        difference=_difference(row),
        text=words.text,
        remedy=words.remedy,
    )


def _title(row: Discrepancy) -> str:
    if row.offer is not None:
        return row.offer.title or row.offer.allegro_id
    return row.product.name if row.product is not None else row.fingerprint


def value_labels(row: Discrepancy) -> tuple[str, str]:
    """Both values for people: ours, Allegro's."""
    return _label(row, row.ours, ours=True), _label(row, row.theirs, ours=False)


def _label(row: Discrepancy, value: str, *, ours: bool) -> str:
    if value == "":
        return _("nothing") if row.kind != DiscrepancyKind.PRICE else "–"
    if row.kind == DiscrepancyKind.PRICE:
        return f"{value} {row.currency}"
    if ours or row.kind == DiscrepancyKind.QUANTITY:
        return _pieces(int(value)) if value.lstrip("-").isdecimal() else value
    return status_label(value)


def _pieces(number: int) -> str:
    return ngettext("%(n)d piece", "%(n)d pieces", number) % {"n": number}


def _difference(row: Discrepancy) -> str:
    if row.difference is None:
        return ""
    if row.kind == DiscrepancyKind.PRICE:
        return f"{row.difference:+.2f} {row.currency}"
    return f"{int(row.difference):+d}"


def inbox(
    *, organization: Organization, wanted: DiscrepancyFilter, person: User, number: int
) -> dict[str, Any]:
    """What the inbox shows: a page of rows, the tabs with their counts, the accounts with last checks."""
    found = discrepancies_matching(organization=organization, wanted=wanted, person=person)
    page = paged(found, number=number, size=PAGE_SIZE)
    accounts = list(connected_accounts(organization=organization))
    return {
        "page": Page(
            items=[row_view(one) for one in page.items],
            number=page.number,
            size=page.size,
            total=page.total,
            total_is_exact=page.total_is_exact,
            has_next=page.has_next,
        ),
        "wanted": wanted,
        "tabs": _tabs(organization, wanted, person),
        "accounts": accounts,
        "working": [one for one in accounts if one.is_working],
        "checks": _checks(organization),
        "kinds": DiscrepancyKind.choices,
        "severities": [(one.name, one.label) for one in reversed(Severity)],
        "members": members_of(organization=organization),
    }


def _tabs(
    organization: Organization, wanted: DiscrepancyFilter, person: User
) -> list[dict[str, Any]]:
    labels = {
        "open": _("Open"),
        "mine": _("Mine"),
        "resolved": _("Resolved"),
        "ignored": _("Ignored"),
    }
    rows: QuerySet[Discrepancy] = Discrepancy.objects.for_organization(organization)
    return [
        {
            "label": label,
            "url": f"{reverse('syncs:discrepancies')}?tab={tab}",
            "active": tab == wanted.tab,
            "count": _capped(rows.filter(_tab(tab, person))),
        }
        for tab, label in labels.items()
    ]


def _capped(rows: QuerySet[Any]) -> str:
    count = rows.order_by().values("pk")[: COUNT_CAP + 1].count()
    return f"{COUNT_CAP:,}+" if count > COUNT_CAP else f"{count:,}"


def _checks(organization: Organization) -> list[dict[str, Any]]:
    """Each account with its newest check."""
    return [
        {
            "integration": one.integration,
            "works": one.works,
            "view": next((v for v in one.latest if v.run.kind == SyncKind.CHECK), None),
        }
        for one in account_rows(organization=organization)
    ]


def members_of(*, organization: Organization) -> list[Membership]:
    """Who can be given a discrepancy."""
    members = Membership.objects.for_organization(organization).select_related("user")
    return list(members.order_by("user__email"))


def entries_of(*, discrepancy: Discrepancy) -> QuerySet[DiscrepancyEntry]:
    """The history, newest first."""
    return discrepancy.entries.select_related("actor", "rule").order_by("-pk")


HISTORY = 100


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


def chosen(*, organization: Organization, pks: Sequence[int]) -> list[Discrepancy]:
    """Unsettled discrepancies of the organization among these, the worst first."""
    rows = discrepancies_of(organization=organization).select_related("organization")
    return list(rows.filter(pk__in=pks, status__in=UNSETTLED).order_by("-severity", "-pk"))


def sync_status(*, organization: Organization, now: datetime) -> dict[str, Any]:
    """How the accounts stand: newest runs, open discrepancies by severity and kind."""
    rows: QuerySet[Discrepancy] = Discrepancy.objects.for_organization(organization).filter(
        status__in=UNSETTLED
    )
    counts = _counted(rows)
    return {
        "at": now,
        "accounts": account_rows(organization=organization),
        "open": sum(counts.values()),
        "by_severity": {
            one.name.lower(): sum(n for (sev, _kind), n in counts.items() if sev == one)
            for one in Severity
        },
        "by_kind": {
            one.value: sum(n for (_sev, kind), n in counts.items() if kind == one)
            for one in DiscrepancyKind
        },
    }


def _counted(rows: QuerySet[Discrepancy]) -> dict[tuple[int, str], int]:
    counted = rows.order_by().values_list("severity", "kind").annotate(n=Count("pk"))
    return {(severity, kind): n for severity, kind, n in counted}


def grave_count(*, organization: Organization) -> int:
    """How many high and critical ones are open, counted up to 100."""
    rows = Discrepancy.objects.for_organization(organization).filter(
        status__in=UNSETTLED, severity__gte=Severity.HIGH
    )
    return int(rows.order_by().values("pk")[:100].count())
