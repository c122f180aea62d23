"""Creating and changing one product. Each write is audited and told by ``product.changed``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core.audit import changed, record
from core.errors import StateConflict
from core.outbox import publish
from products.enums import SyncChoice
from products.locks import lock_product
from products.models import Product
from products.operations.checking import CodeTaken, check, cleaned
from products.operations.syncing import decide_syncing
from products.origin import Origin, changes_by, origin_of
from products.syncing import DECIDING, plainly

if TYPE_CHECKING:
    from accounts.models import Organization, User


def create_product(
    *,
    organization: Organization,
    values: Mapping[str, Any],
    actor: User | None,
    now: datetime,
    origin: Origin | None = None,
) -> Product:
    """Create a product; raises :class:`InvalidProduct` or :class:`CodeTaken`.

    ``sync_enabled`` false keeps it out whatever the rules say; true leaves it to them.
    """
    product = Product(organization=organization)
    given = cleaned(values)
    if not given.pop("sync_enabled", True):
        given["sync_choice"] = SyncChoice.NEVER
    _assign(product, given)
    check(product)
    product.sync_enabled = plainly(product)
    with transaction.atomic(), changes_by(origin or origin_of(actor), actor, now):
        _save(product)
        _decide(product, now=now)
        record(
            action="product.created",
            target=product,
            actor=actor,
            organization_id=organization.pk,
            now=now,
            after={"code": product.code, **given},
        )
        tell(product)
    return product


def update_product(
    *,
    product: Product,
    values: Mapping[str, Any],
    actor: User | None,
    now: datetime,
    expected_version: int | None = None,
    origin: Origin | None = None,
) -> Product:
    """Change the named values; others stay. Nothing is written when nothing differs.

    ``sync_enabled`` says a person's choice: it becomes ``sync_choice``. ``origin`` is what the history
    says it came through. ``expected_version`` is the version the caller saw; raises
    :class:`StateConflict` when the product has moved on since, :class:`InvalidProduct` or
    :class:`CodeTaken` for bad values.
    """
    with transaction.atomic(), changes_by(origin or origin_of(actor), actor, now):
        locked = lock_product(product=product)
        _check_version(locked, expected_version)
        differences = changed(locked, _as_choice(locked, cleaned(values)))
        if not differences:
            return locked
        _assign(locked, {name: after for name, (_before, after) in differences.items()})
        check(locked)
        locked.version += 1
        _save(locked, update_fields=[*differences, "version", "updated_at"])
        if DECIDING & set(differences):
            _decide(locked, now=now)
        record(
            action="product.changed",
            target=locked,
            actor=actor,
            organization_id=locked.organization_id,
            now=now,
            before={name: before for name, (before, _after) in differences.items()},
            after={name: after for name, (_before, after) in differences.items()},
        )
        tell(locked)
    return locked


def tell(product: Product) -> None:
    """Have other apps look at the product."""
    publish(
        topic="product.changed",
        payload={"product_ids": [product.pk]},
        organization_id=product.organization_id,
    )


def _as_choice(product: Product, given: dict[str, Any]) -> dict[str, Any]:
    """The flag as the choice it means; a flag that says what is so already chooses nothing."""
    wanted = given.pop("sync_enabled", None)
    if wanted is not None and wanted != product.sync_enabled and "sync_choice" not in given:
        given["sync_choice"] = SyncChoice.ALWAYS if wanted else SyncChoice.NEVER
    return given


def _decide(product: Product, *, now: datetime) -> None:
    decide_syncing(organization_id=product.organization_id, product_ids=[product.pk], now=now)
    product.refresh_from_db(fields=["sync_enabled", "sync_rule"])


def _assign(product: Product, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(product, name, value)


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
