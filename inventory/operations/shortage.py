"""Telling people that more was sold than there is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from inventory.models import StockLevel
from notifications.enums import Event, Severity
from notifications.operations import notify
from products.models import Product

# More short products than this in one go are told of in one notice.
NAMED_ONE_BY_ONE = 3


def tell_short(*, levels: Sequence[StockLevel], now: datetime) -> None:
    """Notify about levels that fell below zero; many at once give one notice, not a flood."""
    if not levels:
        return
    organization_id = levels[0].organization_id
    if len(levels) > NAMED_ONE_BY_ONE:
        notify(
            organization_id=organization_id,
            event=Event.STOCK_SHORT,
            severity=Severity.WARNING,
            title=_("%(count)d products were sold beyond their stock") % {"count": len(levels)},
            body=_(
                "Allegro sold more pieces than are on hand here. Correct the stock or buy more."
            ),
            link=reverse("inventory:list") + "?only=short",
            dedupe_key="stock.short:many",
            now=now,
        )
        return
    by_product = {level.product_id: level for level in levels}
    for product in Product.objects.filter(pk__in=by_product).order_by("pk"):
        level = by_product[product.pk]
        notify(
            organization_id=organization_id,
            event=Event.STOCK_SHORT,
            severity=Severity.WARNING,
            title=_("%(code)s was sold beyond its stock") % {"code": product.code},
            body=ngettext(
                "%(missing)d piece is promised to a buyer and not on hand.",
                "%(missing)d pieces are promised to buyers and not on hand.",
                -level.available,
            )
            % {"missing": -level.available},
            link=reverse("inventory:adjust", args=[product.pk]),
            dedupe_key=f"stock.short:{product.pk}",
            now=now,
        )
