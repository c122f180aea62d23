"""What exists on one side only, found set-wise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from core.enums import WorkState
from inventory.queries import available_by_product
from offers.enums import LinkState
from offers.models import Offer, OfferLink
from products.models import Product
from settings_app.enums import IntegrationState
from settings_app.models import Integration
from syncs.comparison import ON_SALE, Finding
from syncs.enums import Cause, DiscrepancyKind, SyncKind, ValueSource
from syncs.models import Discrepancy, SyncRun
from syncs.models.discrepancies import UNSETTLED

# A link a person removed was removed on purpose.
UNRECOGNISED = (LinkState.UNLINKED, LinkState.NO_IDENTITY, LinkState.AMBIGUOUS)


def unlinked_window(
    *, integration: Integration, after: int, limit: int
) -> list[tuple[int, str, str]]:
    """The next offers on sale that no product stands behind: id, Allegro's number, title."""
    offers = Offer.objects.filter(
        integration=integration,
        link_state__in=UNRECOGNISED,
        publication_status__in=ON_SALE,
        missing_since=None,
        pk__gt=after,
    )
    return list(offers.order_by("pk").values_list("pk", "allegro_id", "title")[:limit])


def strays(*, integration: Integration, limit: int) -> QuerySet[Discrepancy]:
    """Open findings about what is no longer compared: the offer lost or found its product, or is not on
    sale, or the product has an offer now."""
    rows: QuerySet[Discrepancy] = Discrepancy.objects.filter(
        integration=integration, status__in=UNSETTLED
    )
    linked = Q(offer__link_state=LinkState.LINKED)
    of_offers = ~Q(kind=DiscrepancyKind.MISSING_HERE) & Q(offer__isnull=False) & ~linked
    here = Q(kind=DiscrepancyKind.MISSING_HERE) & ~Q(
        offer__link_state__in=UNRECOGNISED,
        offer__publication_status__in=ON_SALE,
        offer__missing_since=None,
    )
    return rows.filter(of_offers | here).order_by("pk")[:limit]


@dataclass(frozen=True, slots=True)
class Unoffered:
    """A product in stock that no account offers."""

    product_id: int
    code: str
    name: str
    available: int


def watches_products(*, integration: Integration) -> bool:
    """Whether this account's check looks after products without offers.

    They belong to no account, so the organization's first working one does it, once the offers of
    every working account were read in full.
    """
    accounts = Integration.objects.filter(
        organization_id=integration.organization_id, state=IntegrationState.CONNECTED
    )
    ids = list(accounts.order_by("pk").values_list("pk", flat=True))
    return ids[:1] == [integration.pk] and offers_read_at(account_ids=ids) is not None


def offers_read_at(*, account_ids: Sequence[int]) -> datetime | None:
    """When the last whole listing of the account read longest ago was begun; None: one has none."""
    done = SyncRun.objects.filter(
        integration_id__in=account_ids, kind=SyncKind.PULL_OFFERS, state=WorkState.DONE
    )
    begun: dict[int, Any] = dict(
        done.order_by("integration_id", "-pk")
        .distinct("integration_id")
        .values_list("integration_id", "requested_at")
    )
    return min(begun.values()) if len(begun) == len(account_ids) and begun else None


def product_window(*, integration: Integration, after: int, limit: int) -> list[int]:
    """The next products of the organization after an id."""
    products = Product.objects.filter(organization_id=integration.organization_id, pk__gt=after)
    return list(products.order_by("pk").values_list("pk", flat=True)[:limit])


def unoffered_among(*, integration: Integration, product_ids: Sequence[int]) -> list[Unoffered]:
    """Those of the products that are meant to sell, have pieces, and no offer in any account."""
    accounts = Integration.objects.filter(
        organization_id=integration.organization_id, state=IntegrationState.CONNECTED
    )
    read_at = offers_read_at(account_ids=list(accounts.values_list("pk", flat=True)))
    today = timezone.localdate()
    offered = OfferLink.objects.filter(product_id=OuterRef("pk"))
    in_a_set = OfferLink.objects.filter(product__bundle_parts__part_id=OuterRef("pk"))
    meant = Product.objects.filter(
        Q(valid_from=None) | Q(valid_from__lte=today),
        Q(valid_until=None) | Q(valid_until__gte=today),
        pk__in=product_ids,
        active=True,
        sync_enabled=True,
        track_inventory=True,
        archived_at=None,
        created_at__lt=read_at,
    ).filter(~Exists(offered), ~Exists(in_a_set))
    named = {pk: (code, name) for pk, code, name in meant.values_list("pk", "code", "name")}
    left = available_by_product(
        organization_id=integration.organization_id, product_ids=list(named)
    )
    return [Unoffered(pk, *named[pk], left[pk]) for pk in sorted(left) if left[pk] > 0]


def finding_of_offer() -> Finding:
    """Allegro has it, we do not."""
    return Finding(
        DiscrepancyKind.MISSING_HERE,
        Cause.NO_PRODUCT,
        "",
        "ACTIVE",
        our_source=ValueSource.PRODUCT,
    )


def finding_of_product(one: Unoffered) -> Finding:
    """We have it, Allegro does not."""
    return Finding(DiscrepancyKind.MISSING_AT_ALLEGRO, Cause.NO_OFFER, str(one.available), "")


def closed_without_offer(
    *, organization_id: int, product_ids: Sequence[int], still: Sequence[int]
) -> QuerySet[Discrepancy]:
    """Open findings about these products that are true no more."""
    rows: QuerySet[Discrepancy] = Discrepancy.objects.filter(
        organization_id=organization_id,
        product_id__in=product_ids,
        offer=None,
        status__in=UNSETTLED,
    )
    return rows.exclude(product_id__in=still)
