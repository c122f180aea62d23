"""What a product's values may be; every way of writing them asks here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import HubError
from products.currencies import is_currency
from products.ean import ean_problem
from products.markup import clean_html
from products.models import Product

EDITABLE = (
    "code", "external_id", "parent_code", "name", "name_url", "description", "short_description",
    "brand", "manufacturer", "supplier", "ean", "manufacturer_code", "purchase_price",
    "purchase_tax_rate", "purchase_gross", "purchase_currency", "selling_price", "selling_currency",
    "weight", "net_weight", "volume", "height", "width", "depth", "length", "material", "origin",
    "minimum_stock", "track_inventory", "availability", "main_image_url", "seo_title",
    "seo_description", "seo_keywords", "tags", "default_category", "active", "valid_from",
    "valid_until", "sync_enabled", "sync_choice",
)  # fmt: skip
MARKUP = ("description", "short_description")
CURRENCIES = ("purchase_currency", "selling_currency")
_TENANT_LINKS = ("supplier", "default_category")


class InvalidProduct(HubError):
    """Some values cannot be kept; ``fields`` says which and why."""

    code = "invalid_product"
    title = gettext_lazy("The product has invalid values")


class CodeTaken(InvalidProduct):
    """Another product of the organization has this code."""

    status = 409
    code = "code_taken"
    title = gettext_lazy("Another product has this code")


def cleaned(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as they are kept. Raises :class:`InvalidProduct` for names that are no values."""
    unknown = set(values) - set(EDITABLE)
    if unknown:
        raise InvalidProduct(fields={name: [_("No such value.")] for name in sorted(unknown)})
    kept = {name: v.strip() if isinstance(v, str) else v for name, v in values.items()}
    for name in MARKUP:
        if kept.get(name):
            kept[name] = clean_html(kept[name])
    for name in CURRENCIES:
        if kept.get(name):
            kept[name] = kept[name].upper()
    return kept


def check(product: Product) -> None:
    """Raises :class:`InvalidProduct` naming every value that cannot be kept."""
    problems: dict[str, list[str]] = {}
    try:
        product.clean_fields(exclude=["organization", "search", "ean_finding"])
    except ValidationError as error:
        problems.update(error.message_dict)
    if wrong := ean_problem(product.ean):
        problems.setdefault("ean", []).append(wrong)
    for name in CURRENCIES:
        currency = getattr(product, name)
        if currency and not is_currency(currency):
            problems.setdefault(name, []).append(_("A currency is a three-letter code like PLN."))
        if getattr(product, name.replace("currency", "price")) is not None and not currency:
            problems.setdefault(name, []).append(_("A price needs its currency."))
    for name in _TENANT_LINKS:
        linked = getattr(product, name)
        if linked is not None and linked.organization_id != product.organization_id:
            problems.setdefault(name, []).append(_("Not found."))
    if problems:
        raise InvalidProduct(fields=problems)
