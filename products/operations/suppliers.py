"""What suppliers ask and have of products, typed by hand; files write it by themselves."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.audit import changed, record_change
from core.errors import HubError
from products.currencies import is_currency
from products.models import Product, SupplierProduct

if TYPE_CHECKING:
    from accounts.models import Organization, User

VALUES = ("supplier", "supplier_code", "price", "currency", "stock", "url")


class InvalidSupplierProduct(HubError):
    """A supplier's price or stock cannot be kept; ``fields`` says why."""

    code = "invalid_supplier_product"
    title = gettext_lazy("The supplier's price or stock has invalid values")


def keep_supplier_product(
    *,
    organization: Organization,
    row: SupplierProduct | None,
    product: Product | None,
    values: Mapping[str, Any],
    actor: User | None,
    now: datetime,
) -> SupplierProduct:
    """Write what a supplier asks and has, of ``product`` when ``row`` is new.

    Audited. Raises :class:`InvalidSupplierProduct`, also when the supplier has this code of another
    product.
    """
    given = {name: values[name] for name in VALUES if name in values}
    given["currency"] = str(given.get("currency") or "").upper()
    _check(organization, given)
    kept = row or SupplierProduct(organization=organization, product=product)
    differences = changed(kept, given) if row else {n: (None, v) for n, v in given.items()}
    if not differences:
        return kept
    for name, value in given.items():
        setattr(kept, name, value)
    kept.fetched_at = now
    with transaction.atomic():
        _save(kept)
        record_change(
            "supplier_product.kept",
            kept,
            actor,
            now,
            {name: before for name, (before, _after) in differences.items()},
            {name: after for name, (_before, after) in differences.items()},
        )
    return kept


def remove_supplier_product(*, row: SupplierProduct, actor: User | None, now: datetime) -> None:
    """Forget a supplier's price and stock of a product. Audited."""
    with transaction.atomic():
        before = {name: getattr(row, name) for name in VALUES}
        record_change("supplier_product.removed", row, actor, now, before, {})
        SupplierProduct.objects.filter(pk=row.pk).delete()


def _check(organization: Organization, given: Mapping[str, Any]) -> None:
    problems: dict[str, list[str]] = {}
    supplier = given.get("supplier")
    if supplier is None or supplier.organization_id != organization.pk:
        problems["supplier"] = [_("Not found.")]
    if not given.get("supplier_code"):
        problems["supplier_code"] = [_("Type the supplier's code of the product.")]
    price, currency = given.get("price"), given["currency"]
    if price is not None and price < 0:
        problems["price"] = [_("The number is negative.")]
    if (price is not None or currency) and not is_currency(currency):
        problems["currency"] = [_("A price needs its currency.")]
    if given.get("stock") is not None and given["stock"] < 0:
        problems["stock"] = [_("The number is negative.")]
    if problems:
        raise InvalidSupplierProduct(fields=problems)


def _save(row: SupplierProduct) -> None:
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        if "products_supplier_code_once" not in str(error):
            raise
        raise InvalidSupplierProduct(
            fields={"supplier_code": [_("The supplier has this code already.")]}
        ) from error
