"""Making a product a bundle of others, and taking that back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.audit import record
from core.errors import HubError, NotYours, Text
from inventory.locks import lock_levels, lock_products
from inventory.models import BundlePart
from inventory.operations.ledger import tell_stock_changed
from inventory.queries.bundles import components_of

if TYPE_CHECKING:
    from accounts.models import User
    from products.models import Product

MOST_PARTS = 50
MOST_UNITS = 10_000


class InvalidBundle(HubError):
    """These products cannot make up that bundle."""

    code = "invalid_bundle"
    title: ClassVar[Text] = gettext_lazy("The bundle cannot be kept like this")


class BundleHasNoStock(HubError):
    """Pieces were to be put on the shelf as a bundle, but only its parts lie there."""

    status = 409
    code = "bundle_has_no_stock"
    title: ClassVar[Text] = gettext_lazy("A bundle has no stock of its own")


@dataclass(frozen=True, slots=True)
class BundleItem:
    """What a bundle is to hold of one product."""

    product_id: int
    units: int


def set_bundle(
    *, product: Product, items: Sequence[BundleItem], actor: User | None, now: datetime
) -> list[BundlePart]:
    """Make ``product`` a bundle of exactly these items; no items make it an ordinary product again.

    What is sold from then on takes the parts; what was promised before stays as it is. Audited,
    publishes ``stock.changed`` for the bundle. Raises :class:`InvalidBundle` for repeated, too many or
    nested parts and while the bundle has pieces or promises of its own,
    :class:`~core.errors.NotYours` for somebody else's product.
    """
    _check_numbers(items)
    organization_id = product.organization_id
    ids = {item.product_id for item in items}
    with transaction.atomic():
        locked = lock_products(organization_id=organization_id, product_ids={product.pk, *ids})
        if not {product.pk, *ids} <= locked.keys():
            raise NotYours
        _check_nesting(organization_id, product.pk, ids)
        _check_empty(organization_id, product.pk, becomes_bundle=bool(items))
        before = {
            part.part_id: part.units
            for part in BundlePart.objects.filter(organization_id=organization_id, bundle=product)
        }
        after = {item.product_id: item.units for item in items}
        if before != after:
            _replace(product, after)
            record(
                action="product.bundle_set",
                target=product,
                actor=actor,
                organization_id=organization_id,
                now=now,
                before={"parts": _named(before, locked)},
                after={"parts": _named(after, locked)},
            )
            tell_stock_changed(organization_id=organization_id, product_ids={product.pk})
    return list(
        BundlePart.objects.filter(organization_id=organization_id, bundle=product).order_by("pk")
    )


def refuse_bundle(*, organization_id: int, product_id: int) -> None:
    """Raise :class:`BundleHasNoStock` when the product is a bundle."""
    if components_of(organization_id=organization_id, product_ids=[product_id]):
        raise BundleHasNoStock(
            _("Only the parts of a bundle lie on the shelf."),
            remedy=_("Set the stock of its parts."),
        )


def _replace(product: Product, after: dict[int, int]) -> None:
    BundlePart.objects.filter(organization_id=product.organization_id, bundle=product).delete()
    BundlePart.objects.bulk_create(
        BundlePart(
            organization_id=product.organization_id, bundle=product, part_id=part_id, units=units
        )
        for part_id, units in after.items()
    )


def _check_numbers(items: Sequence[BundleItem]) -> None:
    if len(items) > MOST_PARTS:
        raise InvalidBundle(_("A bundle has at most %(most)d parts.") % {"most": MOST_PARTS})
    if len({item.product_id for item in items}) != len(items):
        raise InvalidBundle(
            _("A product is named twice."), remedy=_("Name it once, with all its pieces.")
        )
    if any(not 1 <= item.units <= MOST_UNITS for item in items):
        raise InvalidBundle(
            _("Of each part there are 1 to %(most)d pieces.") % {"most": MOST_UNITS}
        )


def _check_nesting(organization_id: int, bundle_id: int, part_ids: set[int]) -> None:
    if bundle_id in part_ids:
        raise InvalidBundle(_("A bundle cannot be a part of itself."))
    rows = BundlePart.objects.filter(organization_id=organization_id)
    if part_ids and rows.filter(part_id=bundle_id).exists():
        raise InvalidBundle(
            _("The product is a part of another bundle."),
            remedy=_("Take it out there first: bundles hold no bundles."),
        )
    nested = rows.filter(bundle_id__in=part_ids).values_list("bundle__code", flat=True).first()
    if nested is not None:
        raise InvalidBundle(
            _("%(code)s is a bundle itself.") % {"code": nested},
            remedy=_("Name its parts instead: bundles hold no bundles."),
        )


def _check_empty(organization_id: int, product_id: int, *, becomes_bundle: bool) -> None:
    levels = lock_levels(organization_id=organization_id, product_ids=[product_id])
    if becomes_bundle and any(level.on_hand or level.reserved for level in levels):
        raise InvalidBundle(
            _("The product has pieces or promises of its own."),
            remedy=_("Set its stock to 0 and send or cancel its open orders first."),
        )


def _named(parts: dict[int, int], products: dict[int, Product]) -> list[str]:
    """``2 x CODE`` of each part; an id where the product is not at hand any more."""
    return [
        f"{units} x {products[part_id].code if part_id in products else part_id}"
        for part_id, units in parts.items()
    ]
