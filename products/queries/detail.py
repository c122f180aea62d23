"""Everything the page of one product shows."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.safestring import mark_safe

from products.fields import label_of
from products.figures import figures_of
from products.holding import held_by
from products.markup import clean_html
from products.models import Product
from products.queries.history import latest_entries
from products.queries.suppliers import offers_of_suppliers
from products.queries.sync_rules import sync_reason

_FACTS = (
    *("ean", "manufacturer_code", "brand", "manufacturer", "supplier", "default_category"),
    *("purchase_tax_rate", "weight", "net_weight", "volume", "height", "width", "depth"),
    *("length", "material", "origin", "minimum_stock", "availability", "parent_code"),
    *("external_id", "tags", "valid_from", "valid_until"),
)
_CODES = {"ean", "manufacturer_code", "parent_code", "external_id"}


def product_page(*, product: Product) -> dict[str, Any]:
    """Stock per warehouse, linked offers, suppliers, pictures, latest history, why it syncs."""
    levels = list(product.stock_levels.select_related("warehouse").order_by("warehouse__name"))
    parts = list(product.bundle_parts.select_related("part").order_by("pk"))
    figures = figures_of(organization_id=product.organization_id, product_ids=[product.pk])
    return {
        "product": product,
        "levels": levels,
        "parts": parts,
        "available": figures[product.pk].available,
        "links": list(
            product.offer_links.select_related("offer__integration").order_by("offer__title", "pk")
        ),
        "suppliers": offers_of_suppliers(product=product),
        "images": list(product.images.order_by("position")),
        "categories": list(product.categories.order_by("path")),
        "history": latest_entries(product=product),
        "syncing": sync_reason(product=product),
        "held_by": held_by(product),
        "facts": _facts(product),
        # Cleaned once more on the way out: a row written before a rule changed must not slip by.
        "description": mark_safe(clean_html(product.description)),  # noqa: S308
    }


def _facts(product: Product) -> list[dict[str, Any]]:
    shown = []
    for name in _FACTS:
        value = getattr(product, name)
        if isinstance(value, Decimal):
            value = f"{value.normalize():f}"
        shown.append({"label": label_of(name), "value": value, "mono": name in _CODES})
    return shown
