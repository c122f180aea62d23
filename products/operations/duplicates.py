"""Products that turned out to be one thing, or different ones."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.audit import record_change
from core.errors import HubError, NotYours, StateConflict
from products.enums import Likeness
from products.joining import move_all, obstacles_of
from products.locks import lock_products
from products.models import NotDuplicate, Product, SupplierProduct
from products.operations.checking import CURRENCIES, EDITABLE
from products.operations.images import replace_images
from products.operations.removing import archive_product
from products.operations.saving import update_product
from products.queries.duplicates import members_of

if TYPE_CHECKING:
    from accounts.models import Organization, User

# What says which product it is, or what is decided for each on its own, is never taken over.
OWN = {"code", "external_id", "parent_code", "name_url", "active", "sync_enabled", "sync_choice",
       "track_inventory", "main_image_url", *CURRENCIES}  # fmt: skip


class CannotJoin(HubError):
    """The products cannot become one as they are."""

    status = 409
    code = "cannot_join"
    title = gettext_lazy("The products cannot be joined")


def dismiss_likeness(
    *, organization: Organization, kind: Likeness, key: str, actor: User | None, now: datetime
) -> NotDuplicate:
    """Say that the products sharing ``key`` are different things; another that joins them is told of.

    Audited. Raises :class:`~core.errors.NotYours` when fewer than two products share it.
    """
    members = len(members_of(organization=organization, kind=kind, key=key))
    if members < 2:
        raise NotYours
    with transaction.atomic():
        said, _made = NotDuplicate.objects.update_or_create(
            organization=organization,
            kind=kind,
            key=key,
            defaults={"members": members, "actor": actor, "at": now},
        )
        record_change("product.not_duplicates", said, actor, now, {}, {"key": key, "of": members})
    return said


def join_products(
    *, keep: Product, others: Sequence[Product], actor: User | None, now: datetime
) -> Product:
    """Make ``keep`` of all of them: it gets what it lacks, their offers and suppliers; they are archived.

    Nothing it has is overwritten. Audited. Raises :class:`CannotJoin` when one of them has stock or a part
    in something that cannot be moved, :class:`StateConflict` for archived ones or none at all.
    """
    ids = {product.pk for product in others} - {keep.pk}
    with transaction.atomic():
        locked = lock_products(organization_id=keep.organization_id, ids=[keep.pk, *ids])
        _refuse(keep, locked, ids)
        gone = [product for product in locked if product.pk in ids]
        for old in gone:
            _take_over(keep, old, actor, now)
            move_all(old, keep, actor, now)
            archive_product(product=old, actor=actor, now=now)
            before, after = {"joined": old.code}, {"offers_and_suppliers_of": old.pk}
            record_change("product.merged", keep, actor, now, before, after)
        keep.refresh_from_db()
    return keep


def lacking(keep: Product, old: Product) -> dict[str, Any]:
    """What ``keep`` would get from ``old``: the values it has none of."""
    values: dict[str, Any] = {}
    for name in EDITABLE:
        if name not in OWN and getattr(keep, name) in (None, "") and getattr(old, name):
            values[name] = getattr(old, name)
    for currency in CURRENCIES:
        if currency.replace("currency", "price") in values:
            values[currency] = getattr(old, currency)
    return values


def _take_over(keep: Product, old: Product, actor: User | None, now: datetime) -> None:
    if values := lacking(Product.objects.get(pk=keep.pk), old):
        update_product(product=keep, values=values, actor=actor, now=now)
    if not keep.images.exists():
        urls = list(old.images.order_by("position").values_list("url", flat=True))
        replace_images(product=keep, urls=urls, actor=actor, now=now)
    SupplierProduct.objects.filter(organization_id=keep.organization_id, product_id=old.pk).update(
        product=keep
    )


def _refuse(keep: Product, locked: Sequence[Product], ids: set[int]) -> None:
    if not ids or len(locked) != len(ids) + 1:
        raise StateConflict(_("Choose the product to keep and at least one other."))
    if any(product.is_archived for product in locked):
        raise StateConflict(
            _("One of them is archived."), remedy=_("Restore it first, or leave it out.")
        )
    for old in locked:
        for obstacle in obstacles_of(old) if old.pk in ids else ():
            raise CannotJoin(
                _("%(code)s: %(why)s") % {"code": old.code, "why": obstacle.label},
                remedy=obstacle.remedy,
            )
