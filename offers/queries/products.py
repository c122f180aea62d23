"""What offers tell the catalogue: how many sell a product and where."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count

from core.row_ids import among
from offers.models import OfferLink
from products.figures import Offered
from products.models import Product


def offers_by_product(organization_id: int, product_ids: Collection[int]) -> Mapping[int, Offered]:
    """Linked offers of each product and the accounts they are on, in one query."""
    rows = (
        OfferLink.objects.filter(organization_id=organization_id, product_id__in=among(product_ids))
        .order_by()
        .values_list("product_id")
        .annotate(count=Count("pk"), accounts=ArrayAgg("offer__integration__label", distinct=True))
    )
    return {pk: Offered(count, tuple(sorted(accounts))) for pk, count, accounts in rows}


def is_offered(product: Product) -> bool:
    """Whether an offer sells the product, or is being made of it."""
    linked = OfferLink.objects.filter(organization_id=product.organization_id, product=product)
    return linked.exists() or product.publications.exists()
