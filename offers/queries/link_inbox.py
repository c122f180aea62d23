"""Offers without a product, with what may be behind each and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db import connection
from django.db.models import Count, Prefetch, QuerySet
from django.db.models.functions import Upper
from django.utils.translation import gettext as _

from accounts.models import Organization
from core.paging import COUNT_CAP, Page, paged
from core.row_ids import row_id
from offers.enums import LinkState, SuggestedBy
from offers.link_signs import CANDIDATES
from offers.models import LinkBatch, LinkSuggestion, Offer, OfferLink
from offers.queries.offers import connected_accounts
from offers.reasons import Reason, link_reason
from products.models import Product

PAGE_SIZE = 50
SHOWN = 4
BATCHES = 5
STATES = {
    "unlinked": (LinkState.UNLINKED,),
    "ambiguous": (LinkState.AMBIGUOUS,),
    "no_identity": (LinkState.NO_IDENTITY,),
    "ignored": (LinkState.IGNORED, LinkState.DETACHED),
}
KINDS = ("suggested", *STATES, "duplicates")
_ROWS = CANDIDATES.format(
    offers="SELECT id AS offer_id, external_id, ean FROM offers_offer WHERE id = ANY(%(offers)s)"
)
_SAME_EAN = "SAME_EAN"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A product that may be in the offer; ``why`` is a code of :class:`SuggestedBy` or SAME_EAN."""

    product: Product
    why: str

    @property
    def label(self) -> str:
        known = self.why in SuggestedBy.values
        return str(SuggestedBy(self.why).label) if known else _("Same EAN")


@dataclass(frozen=True, slots=True)
class InboxRow:
    """An offer of the inbox."""

    offer: Offer
    reason: Reason
    candidates: list[Candidate]


@dataclass(frozen=True, slots=True)
class InboxFilter:
    """What the inbox shows: one kind, of one account when it is named."""

    kind: str = "suggested"
    why: str = ""
    integration: str = ""


def inbox_offers(*, organization: Organization, wanted: InboxFilter) -> QuerySet[Offer]:
    """The offers of one kind, newest first."""
    offers: QuerySet[Offer] = Offer.objects.for_organization(organization)
    if wanted.kind in STATES:
        offers = offers.filter(link_state__in=STATES[wanted.kind])
    else:
        suggestions = LinkSuggestion.objects.for_organization(organization)
        if wanted.why:
            suggestions = suggestions.filter(why=wanted.why)
        offers = offers.filter(pk__in=suggestions.values("offer_id"))
    if wanted.integration:
        offers = offers.filter(integration_id=row_id(wanted.integration))
    return offers.select_related("integration").order_by("-pk")


def inbox_rows(*, organization: Organization, wanted: InboxFilter, number: int) -> Page[InboxRow]:
    """A page of offers with their candidates. A fixed number of queries."""
    page = paged(
        inbox_offers(organization=organization, wanted=wanted), number=number, size=PAGE_SIZE
    )
    return replace(page, items=rows_of(organization=organization, offers=page.items))


def rows_of(*, organization: Organization, offers: Sequence[Offer]) -> list[InboxRow]:
    """Inbox rows of these offers."""
    found = _candidates(organization, [one.pk for one in offers])
    return [InboxRow(one, link_reason(one), found.get(one.pk, [])) for one in offers]


def _candidates(organization: Organization, offer_ids: Sequence[int]) -> dict[int, list[Candidate]]:
    values: dict[str, Any] = {"organization": organization.pk, "offers": list(offer_ids)}
    with connection.cursor() as cursor:
        cursor.execute(
            f"{_ROWS} UNION ALL SELECT offer.id, product.id, '{_SAME_EAN}'"  # noqa: S608 -- constants
            " FROM offers_offer offer JOIN products_product product"
            " ON product.organization_id = offer.organization_id AND product.ean = offer.ean"
            " WHERE offer.id = ANY(%(offers)s) AND offer.ean <> '' AND product.ean <> ''"
            " AND product.archived_at IS NULL ORDER BY 1, 2",
            values,
        )
        found = cursor.fetchall()
    products = Product.objects.for_organization(organization).in_bulk({row[1] for row in found})
    by_offer: dict[int, dict[int, str]] = defaultdict(dict)
    for offer_id, product_id, why in found:
        by_offer[offer_id].setdefault(product_id, why)
    return {
        offer_id: [Candidate(products[pk], why) for pk, why in list(ones.items())[:SHOWN]]
        for offer_id, ones in by_offer.items()
    }


def suggestions_by_kind(*, organization: Organization) -> list[dict[str, Any]]:
    """How many suggestions there are of each kind, and the newest id, which stands for them all."""
    counted = dict(
        LinkSuggestion.objects.for_organization(organization)
        .order_by()
        .values_list("why")
        .annotate(n=Count("pk"))
    )
    return [
        {"why": why.value, "label": why.label, "count": counted[why]}
        for why in SuggestedBy
        if counted.get(why)
    ]


def bulk_preview(*, organization: Organization, why: str) -> dict[str, Any]:
    """What linking all suggestions of a kind would do: how many, the newest id, and the first rows."""
    suggestions = LinkSuggestion.objects.for_organization(organization).filter(why=why)
    first = list(suggestions.select_related("offer__integration", "product").order_by("-pk")[:30])
    accounts = connected_accounts(organization=organization)
    return {
        "why": why,
        "label": SuggestedBy(why).label if why else "",
        "count": suggestions.count(),
        "upto": first[0].pk if first else 0,
        "rows": first,
        "writes_stock": accounts.filter(may_write_stock=True).exists(),
    }


def latest_batches(*, organization: Organization) -> QuerySet[LinkBatch]:
    """Links made at once lately, which can be taken back."""
    batches: QuerySet[LinkBatch] = LinkBatch.objects.for_organization(organization)
    return batches.select_related("made_by").order_by("-made_at")[:BATCHES]


def counts(*, organization: Organization) -> dict[str, str]:
    """How many offers each kind has, for tabs; capped, as counting all is what is dear."""
    found = {
        kind: inbox_offers(organization=organization, wanted=InboxFilter(kind=kind))
        .order_by()[: COUNT_CAP + 1]
        .count()
        for kind in ("suggested", *STATES)
    }
    return {
        kind: f"{COUNT_CAP:,}+" if count > COUNT_CAP else f"{count:,}"
        for kind, count in found.items()
    }


@dataclass(frozen=True, slots=True)
class SharedCode:
    """One external id on several offers of one account."""

    code: str
    account: str
    offers: list[Offer]
    count: int


def shared_codes(*, organization: Organization, number: int) -> Page[SharedCode]:
    """External ids that several offers of one account have: they sell the same stock."""
    grouped = (
        Offer.objects.for_organization(organization)
        .filter(missing_since=None)
        .exclude(external_id="")
        .order_by()
        .values("integration_id", "external_id")
        .annotate(n=Count("pk"))
        .filter(n__gt=1)
        .order_by("external_id", "integration_id")
    )
    page = paged(grouped, number=number, size=PAGE_SIZE)
    links = OfferLink.objects.select_related("product").order_by("pk")
    offers = (
        Offer.objects.for_organization(organization)
        .filter(external_id__in=[one["external_id"] for one in page.items], missing_since=None)
        .select_related("integration")
        .prefetch_related(Prefetch("links", queryset=links))
        .order_by("pk")
    )
    by_code: dict[tuple[int, str], list[Offer]] = defaultdict(list)
    for offer in offers:
        by_code[offer.integration_id, offer.external_id].append(offer)
    return replace(
        page,
        items=[
            SharedCode(
                one["external_id"],
                by_code[one["integration_id"], one["external_id"]][0].integration.label,
                by_code[one["integration_id"], one["external_id"]][:10],
                one["n"],
            )
            for one in page.items
        ],
    )


def codes_by_case(*, organization: Organization, most: int = 50) -> list[dict[str, Any]]:
    """Codes of our own that differ only by capitals, with their products."""
    products: QuerySet[Product] = Product.objects.for_organization(organization).filter(
        archived_at=None
    )
    spelled = products.annotate(upper=Upper("code"))
    twice = (
        spelled.order_by()
        .values("upper")
        .annotate(n=Count("pk"))
        .filter(n__gt=1)
        .order_by("upper")[:most]
    )
    codes = [one["upper"] for one in twice]
    by_code: dict[str, list[Product]] = defaultdict(list)
    for product in spelled.filter(upper__in=codes).order_by("code"):
        by_code[product.code.upper()].append(product)
    return [{"code": code, "products": by_code[code]} for code in codes]
