"""Reads of offers that others build on: which sell what, and which are to be looked at."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from django.db.models import QuerySet

from accounts.models import Organization
from core.enums import WorkState
from offers.enums import LinkState, PublicationStatus, PushReason
from offers.models import Offer, OfferLink, OfferPush, StockFeed
from products.models import Product
from settings_app.enums import IntegrationState
from settings_app.models import Integration


def connected_accounts(*, organization: Organization) -> QuerySet[Integration]:
    """The organization's accounts that were not disconnected."""
    accounts: QuerySet[Integration] = Integration.objects.for_organization(organization)
    return accounts.exclude(state=IntegrationState.DISCONNECTED).order_by("label", "pk")


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
