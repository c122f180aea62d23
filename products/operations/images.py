"""A product's pictures."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F

from core.audit import record_change
from products.locks import lock_product
from products.models import Product, ProductChange, ProductImage
from products.operations.saving import tell
from products.origin import Origin, changes_by, origin_of

if TYPE_CHECKING:
    from accounts.models import User


def replace_images(
    *,
    product: Product,
    urls: list[str],
    actor: User | None,
    now: datetime,
    origin: Origin | None = None,
) -> None:
    """Make ``urls``, in this order, the pictures of the product; the first is the main one.

    Audited, noted in the history, and told by ``product.changed``; the same pictures again do nothing.
    """
    origin = origin or origin_of(actor)
    with transaction.atomic(), changes_by(origin, actor, now):
        locked = lock_product(product=product)
        before = list(locked.images.order_by("position").values_list("url", flat=True))
        if before == urls:
            return
        locked.images.all().delete()
        ProductImage.objects.bulk_create(
            ProductImage(
                organization_id=locked.organization_id, product=locked, url=url, position=position
            )
            for position, url in enumerate(urls)
        )
        Product.objects.filter(pk=locked.pk).update(
            main_image_url=urls[0] if urls else "", version=F("version") + 1, updated_at=now
        )
        ProductChange.objects.create(
            organization_id=locked.organization_id,
            product=locked,
            field="images",
            before="\n".join(before),
            after="\n".join(urls),
            source=origin.source,
            reference=origin.reference,
            actor=actor,
            at=now,
        )
        record_change("product.changed", locked, actor, now, {"images": before}, {"images": urls})
        tell(locked)
