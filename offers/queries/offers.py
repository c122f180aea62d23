"""Reads of offers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.db.models.functions import Upper

from accounts.models import Organization
from core.enums import WorkState
from core.paging import Page, paged
from offers.enums import LinkState, PublicationStatus, PushReason
from offers.models import Offer, OfferLink, OfferPush, StockFeed
from offers.reasons import Reason, link_reason, status_label, status_tone
from products.models import Product
from settings_app.enums import IntegrationState
from settings_app.models import Integration

PAGE_SIZE = 50
# So many rows a search looks at; somebody looking for one offer types more letters.
SEARCH_CAP = 5_000
TRIGRAM = 3
CANDIDATES = 5


@dataclass(frozen=True, slots=True)
class OfferFilter:
    """What a list of offers is narrowed to; empty means all."""

    search: str = ""
    integration: str = ""
    status: str = ""
    link: str = ""

    @property
    def is_set(self) -> bool:
        return bool(self.search or self.integration or self.status or self.link)


def offers_matching(*, organization: Organization, wanted: OfferFilter) -> QuerySet[Offer]:
    """The offers of a list, newest first, ready to be paged."""
    offers: QuerySet[Offer] = Offer.objects.for_organization(organization)
    if wanted.integration:
        offers = offers.filter(integration_id=_number(wanted.integration))
    if wanted.status:
        offers = offers.filter(publication_status=wanted.status)
    if wanted.link == "open":
        offers = offers.exclude(link_state=LinkState.LINKED)
    elif wanted.link:
        offers = offers.filter(link_state=wanted.link)
    if wanted.search.strip():
        found = _found(organization=organization, search=wanted.search)
        offers = offers.filter(pk__in=found)
    links = OfferLink.objects.select_related("product").order_by("pk")
    return (
        offers.select_related("integration")
        .prefetch_related(Prefetch("links", queryset=links))
        .order_by("-pk")
    )


def _found(*, organization: Organization, search: str) -> list[int]:
    """Ids first, by the trigram index and unordered: ordering at once would walk all rows instead."""
    words = [word for word in search.upper().split() if len(word) >= TRIGRAM]
    offers: QuerySet[Offer] = Offer.objects.for_organization(organization)
    if words:
        for word in words:
            offers = offers.filter(search__contains=word)
    else:
        # Too short for trigrams: the beginning of the seller's own code.
        offers = offers.annotate(code=Upper("external_id")).filter(
            code__startswith=search.strip().upper()
        )
    return list(offers.order_by().values_list("pk", flat=True)[:SEARCH_CAP])


@dataclass(frozen=True, slots=True)
class OfferRow:
    """An offer as the list shows it."""

    offer: Offer
    links: list[OfferLink]
    reason: Reason
    status_label: str
    status_tone: str


def offer_list(*, organization: Organization, wanted: OfferFilter, number: int) -> dict[str, Any]:
    """What the page of offers shows: the rows, the filters' choices, and how many wait for a link."""
    page = paged(
        offers_matching(organization=organization, wanted=wanted), number=number, size=PAGE_SIZE
    )
    rows = Page(
        items=[_row(offer) for offer in page.items],
        number=page.number,
        size=page.size,
        total=page.total,
        total_is_exact=page.total_is_exact,
        has_next=page.has_next,
    )
    accounts = list(connected_accounts(organization=organization))
    return {
        "page": rows,
        "wanted": wanted,
        "accounts": accounts,
        "has_offers": bool(page.items) or wanted.is_set,
        "working": [one for one in accounts if one.is_working],
    }


def connected_accounts(*, organization: Organization) -> QuerySet[Integration]:
    """The organization's accounts that were not disconnected."""
    accounts: QuerySet[Integration] = Integration.objects.for_organization(organization)
    return accounts.exclude(state=IntegrationState.DISCONNECTED).order_by("label", "pk")


def _row(offer: Offer) -> OfferRow:
    return OfferRow(
        offer=offer,
        links=list(offer.links.all()),
        reason=link_reason(offer),
        status_label=status_label(offer.publication_status),
        status_tone=status_tone(offer.publication_status),
    )


def offer_detail(*, offer: Offer) -> dict[str, Any]:
    """What an offer's page shows: values, products, why, and products that could be meant."""
    row = _row(offer)
    linked = [link.product_id for link in row.links]
    return {
        "row": row,
        "offer": offer,
        "links": row.links,
        "reason": row.reason,
        "candidates": link_candidates(offer=offer, without=linked),
        "detached": offer.link_state in (LinkState.DETACHED, LinkState.IGNORED),
    }


def link_candidates(*, offer: Offer, without: Sequence[int]) -> list[Product]:
    """A few products that may be behind the offer: same EAN or code first, then by similar names."""
    products: QuerySet[Product] = (
        Product.objects.for_organization(offer.organization)
        .filter(archived_at=None)
        .exclude(pk__in=without)
    )
    same = Q()
    if offer.ean:
        same |= Q(ean=offer.ean)
    if offer.external_id:
        same |= Q(code__iexact=offer.external_id)
    found = list(products.filter(same).order_by("pk")[:CANDIDATES]) if same else []
    if without or len(found) >= CANDIDATES:
        return found
    return [*found, *_like_title(products, offer, found)][:CANDIDATES]


def _like_title(
    products: QuerySet[Product], offer: Offer, found: Sequence[Product]
) -> list[Product]:
    words = sorted((word for word in offer.title.upper().split() if len(word) > TRIGRAM), key=len)
    for taken in (3, 2):
        longest = words[-taken:]
        if len(longest) < taken:
            continue
        similar = products.exclude(pk__in=[one.pk for one in found])
        for word in longest:
            similar = similar.filter(search__contains=word)
        rows = list(similar.order_by()[:CANDIDATES])
        if rows:
            return rows
    return []


def links_for(*, integration_id: int, allegro_ids: Iterable[str]) -> dict[str, list[OfferLink]]:
    """The products behind offers of an account, by Allegro's offer number; none: not in the dict."""
    found: dict[str, list[OfferLink]] = defaultdict(list)
    for link in (
        OfferLink.objects.filter(
            offer__integration_id=integration_id, offer__allegro_id__in=set(allegro_ids)
        )
        .select_related("offer", "product")
        .order_by("pk")
    ):
        found[link.offer.allegro_id].append(link)
    return dict(found)


def feeding_warehouse_ids(*, integration_id: int) -> tuple[int, ...]:
    """The warehouses whose stock an account sells, the preferred first; empty: every open one."""
    feeds = StockFeed.objects.filter(integration_id=integration_id)
    return tuple(feeds.order_by("priority", "pk").values_list("warehouse_id", flat=True))


def offers_selling(*, product_ids: Collection[int]) -> list[int]:
    """Our ids of the offers these products are in."""
    links = OfferLink.objects.filter(product_id__in=product_ids)
    return list(links.order_by("offer_id").values_list("offer_id", flat=True).distinct())


def linked_offer_ids(*, integration_id: int) -> list[int]:
    """Our ids of an account's offers that have a product."""
    offers = Offer.objects.filter(integration_id=integration_id, link_state=LinkState.LINKED)
    return list(offers.order_by("pk").values_list("pk", flat=True))


# Why a push ended without saying anything; when that is over, the offer is to be looked at again.
_OF_PRODUCT = [
    PushReason.NOT_TRACKED,
    PushReason.SYNC_OFF,
    PushReason.ARCHIVED,
    PushReason.NO_STOCK_KEPT,
]
_OF_OFFER = [PushReason.ENDED, PushReason.DRAFT, PushReason.BY_ALLEGRO, PushReason.UNLINKED]


def offers_back_in_our_hands(
    *, product_ids: Collection[int] = (), offer_ids: Collection[int] = ()
) -> list[int]:
    """Of these offers, or those with these products, the ones whose stock was not ours to say.

    Those of products whatever the offer's state; those named directly only while they are on sale.
    """
    pushes = OfferPush.objects.filter(state=WorkState.DONE)
    if product_ids:
        pushes = pushes.filter(
            reason__in=_OF_PRODUCT, offer__in=offers_selling(product_ids=product_ids)
        )
    else:
        pushes = pushes.filter(
            reason__in=_OF_OFFER,
            offer__in=list(offer_ids),
            offer__publication_status=PublicationStatus.ACTIVE,
        )
    return list(pushes.order_by("offer_id").values_list("offer_id", flat=True))


def offers_to_read(*, integration: Integration, on_sale: bool, after: int) -> QuerySet[Offer]:
    """Offers that are to be read in full, on sale or not, with ids above ``after``, in their order."""
    selling = [PublicationStatus.ACTIVE, PublicationStatus.ACTIVATING]
    wanted = Offer.objects.filter(
        integration=integration,
        read_wanted_at__isnull=False,
        missing_since=None,
        pk__gt=after,
    ).order_by("pk")
    if on_sale:
        return wanted.filter(publication_status__in=selling)
    return wanted.exclude(publication_status__in=selling)


def accounts_with_unread_offers(*, organization_id: int, product_ids: Sequence[int]) -> list[int]:
    """Working accounts with offers whose EAN is unknown, if any of these products has an EAN."""
    named = Product.objects.filter(
        organization_id=organization_id, pk__in=product_ids, archived_at=None
    ).exclude(ean="")
    if not named.exists():
        return []
    unread = Offer.objects.filter(
        organization_id=organization_id,
        link_state__in=[LinkState.UNLINKED, LinkState.NO_IDENTITY],
        details_read_at=None,
        missing_since=None,
    )
    return list(
        Integration.objects.filter(
            organization_id=organization_id,
            state=IntegrationState.CONNECTED,
            pk__in=unread.values("integration_id"),
        ).values_list("pk", flat=True)
    )


def product_by_code(*, organization: Organization, code: str) -> Product | None:
    """The product with exactly this code, or the only one with it as EAN."""
    products: QuerySet[Product] = Product.objects.for_organization(organization).filter(
        archived_at=None
    )
    exact = products.filter(code=code).first()
    if exact is not None:
        return exact
    by_ean = list(products.filter(ean=code)[:2]) if code else []
    return by_ean[0] if len(by_ean) == 1 else None


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 19 else -1
