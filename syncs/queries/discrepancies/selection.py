"""Which discrepancies: all, those of a tab narrowed by a filter, those a person ticked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import F, Q, QuerySet

from accounts.models import Organization, User
from core.row_ids import row_id
from offers.queries import OfferFilter, offers_matching
from products.queries import found_ids
from syncs.enums import DiscrepancyKind, DiscrepancyStatus, Severity
from syncs.models import Discrepancy
from syncs.models.discrepancies import UNSETTLED

SEARCH_CAP = 5_000
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
    rows = discrepancies_of(organization=organization).filter(in_tab(wanted.tab, person))
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


def in_tab(tab: str, person: User) -> Q:
    """What stands in one of :data:`TABS`."""
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


def chosen(*, organization: Organization, pks: Sequence[int]) -> list[Discrepancy]:
    """Unsettled discrepancies of the organization among these, the worst first."""
    rows = discrepancies_of(organization=organization).select_related("organization")
    return list(rows.filter(pk__in=pks, status__in=UNSETTLED).order_by("-severity", "-pk"))
