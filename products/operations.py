"""Writes of the catalogue. Each is audited and tells the other apps by ``product.changed``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.audit import changed, record
from core.errors import HubError, StateConflict
from core.outbox import publish
from products.ean import ean_problem
from products.locks import lock_product
from products.markup import clean_html
from products.models import Product, ProductImage
from products.queries import is_in_use

if TYPE_CHECKING:
    from accounts.models import Organization, User

EDITABLE = (
    "code", "external_id", "parent_code", "name", "name_url", "description", "short_description",
    "brand", "manufacturer", "supplier", "ean", "manufacturer_code", "purchase_price",
    "purchase_tax_rate", "purchase_gross", "purchase_currency", "selling_price", "selling_currency",
    "weight", "net_weight", "volume", "height", "width", "depth", "length", "material", "origin",
    "minimum_stock", "track_inventory", "availability", "main_image_url", "seo_title",
    "seo_description", "seo_keywords", "tags", "default_category", "active", "valid_from",
    "valid_until", "sync_enabled",
)  # fmt: skip
MARKUP = ("description", "short_description")
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


def create_product(
    *, organization: Organization, values: Mapping[str, Any], actor: User | None, now: datetime
) -> Product:
    """Create a product; raises :class:`InvalidProduct` or :class:`CodeTaken`."""
    product = Product(organization=organization)
    cleaned = _cleaned(values)
    _assign(product, cleaned)
    _check(product)
    with transaction.atomic():
        _save(product)
        record(
            action="product.created",
            target=product,
            actor=actor,
            organization_id=organization.pk,
            now=now,
            after={"code": product.code, **cleaned},
        )
        _tell(product)
    return product


def update_product(
    *,
    product: Product,
    values: Mapping[str, Any],
    actor: User | None,
    now: datetime,
    expected_version: int | None = None,
) -> Product:
    """Change the named values; others stay. Nothing is written when nothing differs.

    ``expected_version`` is the version the caller saw; raises :class:`StateConflict` when the
    product has moved on since, :class:`InvalidProduct` or :class:`CodeTaken` for bad values.
    """
    with transaction.atomic():
        locked = lock_product(product=product)
        _check_version(locked, expected_version)
        differences = changed(locked, _cleaned(values))
        if not differences:
            return locked
        _assign(locked, {name: after for name, (_before, after) in differences.items()})
        _check(locked)
        locked.version += 1
        _save(locked, update_fields=[*differences, "version", "updated_at"])
        record(
            action="product.changed",
            target=locked,
            actor=actor,
            organization_id=locked.organization_id,
            now=now,
            before={name: before for name, (before, _after) in differences.items()},
            after={name: after for name, (_before, after) in differences.items()},
        )
        _tell(locked)
    return locked


def archive_product(*, product: Product, actor: User | None, now: datetime) -> Product:
    """Take the product out of lists and matching; its history, stock and links stay."""
    return _set_archived(product, at=now, action="product.archived", actor=actor, now=now)


def restore_product(*, product: Product, actor: User | None, now: datetime) -> Product:
    """Bring an archived product back."""
    return _set_archived(product, at=None, action="product.restored", actor=actor, now=now)


def remove_product(*, product: Product, actor: User | None, now: datetime) -> str:
    """Delete what nothing refers to, archive the rest; answers ``deleted`` or ``archived``."""
    with transaction.atomic():
        locked = lock_product(product=product)
        if is_in_use(product=locked):
            archive_product(product=locked, actor=actor, now=now)
            return "archived"
        record(
            action="product.deleted",
            target=locked,
            actor=actor,
            organization_id=locked.organization_id,
            now=now,
            before={name: getattr(locked, name) for name in EDITABLE},
        )
        locked.delete()
    return "deleted"


def replace_images(*, product: Product, urls: list[str], actor: User | None, now: datetime) -> None:
    """Make ``urls``, in this order, the pictures of the product; the first is the main one."""
    with transaction.atomic():
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
            main_image_url=urls[0] if urls else "", version=F("version") + 1
        )
        record(
            action="product.changed",
            target=locked,
            actor=actor,
            organization_id=locked.organization_id,
            now=now,
            before={"images": before},
            after={"images": urls},
        )
        _tell(locked)


def _set_archived(
    product: Product, *, at: datetime | None, action: str, actor: User | None, now: datetime
) -> Product:
    with transaction.atomic():
        locked = lock_product(product=product)
        if locked.is_archived == (at is not None):
            return locked
        before = locked.archived_at
        locked.archived_at = at
        locked.version += 1
        locked.save(update_fields=["archived_at", "version", "updated_at"])
        record(
            action=action,
            target=locked,
            actor=actor,
            organization_id=locked.organization_id,
            now=now,
            before={"archived_at": before},
            after={"archived_at": at},
        )
        _tell(locked)
    return locked


def _cleaned(values: Mapping[str, Any]) -> dict[str, Any]:
    unknown = set(values) - set(EDITABLE)
    if unknown:
        raise InvalidProduct(fields={name: [_("No such value.")] for name in sorted(unknown)})
    cleaned = {name: v.strip() if isinstance(v, str) else v for name, v in values.items()}
    for name in MARKUP:
        if cleaned.get(name):
            cleaned[name] = clean_html(cleaned[name])
    for name in ("purchase_currency", "selling_currency"):
        if cleaned.get(name):
            cleaned[name] = cleaned[name].upper()
    return cleaned


def _assign(product: Product, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(product, name, value)


def _check(product: Product) -> None:
    problems: dict[str, list[str]] = {}
    try:
        product.clean_fields(exclude=["organization", "search"])
    except ValidationError as error:
        problems.update(error.message_dict)
    if wrong := ean_problem(product.ean):
        problems.setdefault("ean", []).append(wrong)
    for kind in ("purchase", "selling"):
        name = f"{kind}_currency"
        currency = getattr(product, name)
        if currency and not (len(currency) == 3 and currency.isascii() and currency.isalpha()):
            problems.setdefault(name, []).append(_("A currency is a three-letter code like PLN."))
        if getattr(product, f"{kind}_price") is not None and not currency:
            problems.setdefault(name, []).append(_("A price needs its currency."))
    for name in _TENANT_LINKS:
        linked = getattr(product, name)
        if linked is not None and linked.organization_id != product.organization_id:
            problems.setdefault(name, []).append(_("Not found."))
    if problems:
        raise InvalidProduct(fields=problems)


def _check_version(product: Product, expected: int | None) -> None:
    if expected is not None and expected != product.version:
        raise StateConflict(
            _("Somebody changed this product while you were editing it."),
            remedy=_("Look at the present values, then make your change again."),
        )


def _save(product: Product, **kwargs: Any) -> None:
    try:
        with transaction.atomic():
            product.save(**kwargs)
    except IntegrityError as error:
        if "products_code_once" not in str(error):
            raise
        raise CodeTaken(
            _("Another product has the code %(code)s.") % {"code": product.code},
            remedy=_("Choose another code, or change that product."),
            fields={"code": [_("Another product has this code.")]},
        ) from error


def _tell(product: Product) -> None:
    publish(
        topic="product.changed",
        payload={"product_ids": [product.pk]},
        organization_id=product.organization_id,
    )
