"""Which conflicts: of a tab, narrowed by a filter, those a person ticked."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, time

from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_date

from accounts.models import Organization
from core.row_ids import row_id
from offers.enums import Field
from offers.queries import OfferFilter, offers_matching
from syncs.enums import ConflictState
from syncs.models import Conflict

SEARCH_CAP = 5_000
TABS: dict[str, tuple[ConflictState, ...]] = {
    "open": (ConflictState.OPEN,),
    "writing": (ConflictState.WRITING,),
    "settled": (ConflictState.RESOLVED, ConflictState.AGREED),
}


@dataclass(frozen=True, slots=True)
class ConflictFilter:
    """What the inbox is narrowed to; empty means all. ``since`` is a day, ``tab`` one of :data:`TABS`."""

    tab: str = "open"
    account: str = ""
    field: str = ""
    since: str = ""
    search: str = ""

    @property
    def is_set(self) -> bool:
        return bool(self.account or self.field or self.since or self.search)


def conflicts_of(*, organization: Organization) -> QuerySet[Conflict]:
    """All conflicts of an organization with what a row shows."""
    rows: QuerySet[Conflict] = Conflict.objects.for_organization(organization)
    return rows.select_related("offer", "integration", "resolved_by")


def conflicts_matching(*, organization: Organization, wanted: ConflictFilter) -> QuerySet[Conflict]:
    """A tab of the inbox, the newest first; what a filter cannot read narrows nothing."""
    states = TABS.get(wanted.tab, TABS["open"])
    rows = conflicts_of(organization=organization).filter(state__in=states)
    if wanted.account:
        rows = rows.filter(integration_id=row_id(wanted.account))
    if wanted.field in Field.values:
        # Prices on additional marketplaces are prices.
        rows = rows.filter(Q(field=wanted.field) | Q(field__startswith=f"{wanted.field}@"))
    if since := _day(wanted.since):
        rows = rows.filter(opened_at__gte=since)
    if wanted.search.strip():
        rows = rows.filter(offer_id__in=_about(organization, wanted.search))
    if wanted.tab == "settled":
        return rows.order_by(F("resolved_at").desc(nulls_last=True), "-pk")
    return rows.order_by("-pk")


def chosen(*, organization: Organization, pks: Collection[int]) -> list[Conflict]:
    """Open conflicts of the organization among these, the newest first."""
    rows = conflicts_of(organization=organization).select_related("organization")
    return list(rows.filter(pk__in=pks, state=ConflictState.OPEN).order_by("-pk"))


def open_count(*, organization: Organization, most: int) -> int:
    """How many conflicts wait for a person; counted up to ``most``."""
    rows: QuerySet[Conflict] = Conflict.objects.for_organization(organization)
    return int(rows.filter(state=ConflictState.OPEN).values("pk")[:most].count())


def _about(organization: Organization, search: str) -> list[int]:
    offers = offers_matching(organization=organization, wanted=OfferFilter(search=search))
    return list(offers.order_by().values_list("pk", flat=True)[:SEARCH_CAP])


def _day(text: str) -> datetime | None:
    try:
        day = parse_date(text)
    except ValueError:
        return None
    return timezone.make_aware(datetime.combine(day, time.min)) if day else None
