"""Taking single changes back, and forgetting old ones."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import StateConflict
from products.enums import ChangeSource
from products.fields import attribute, typed
from products.locks import lock_product
from products.models import Category, Product, ProductChange
from products.operations.images import replace_images
from products.operations.saving import update_product
from products.origin import Origin
from products.queries.history import NOT_UNDONE
from settings_app.models import Supplier

if TYPE_CHECKING:
    from accounts.models import User

BATCH = 5000
# So long a change can be looked up and taken back.
KEEP = timedelta(days=730)
LINKED = {"supplier": Supplier, "default_category": Category}


def undo_change(*, change: ProductChange, actor: User | None, now: datetime) -> Product:
    """Give a field the value it had before ``change``; noted as a change of its own.

    Raises :class:`StateConflict` when the field has another value by now, when the change is one that is
    not taken back this way, and what :func:`update_product` raises for values that cannot be kept.
    """
    origin = Origin(ChangeSource.UNDO, str(change.pk))
    with transaction.atomic():
        product = lock_product(product=change.product)
        if change.field in NOT_UNDONE:
            raise StateConflict(
                _("This change is not taken back here."),
                remedy=_("Archive or restore the product, or change its syncing."),
            )
        if not is_still(product, change):
            raise StateConflict(
                _("The value was changed again since."),
                remedy=_("Take the later change back first, or type the value you want."),
            )
        if change.field == "images":
            urls = (change.before or "").splitlines()
            replace_images(product=product, urls=urls, actor=actor, now=now, origin=origin)
            return product
        values = {change.field: former_value(product, change)}
        return update_product(product=product, values=values, actor=actor, now=now, origin=origin)


def is_still(product: Product, change: ProductChange) -> bool:
    """Whether the product has the value that ``change`` gave it."""
    if change.field == "images":
        urls = product.images.order_by("position").values_list("url", flat=True)
        return "\n".join(urls) == (change.after or "")
    present = getattr(product, attribute(change.field))
    return bool(present == typed(change.field, change.after))


def former_value(product: Product, change: ProductChange) -> object:
    """The value before ``change`` as :func:`update_product` takes it; a link that is gone is None."""
    value = typed(change.field, change.before)
    if change.field in LINKED and value is not None:
        linked = LINKED[change.field].objects.filter(
            organization_id=product.organization_id, pk=value
        )
        return linked.first()
    return value


def forget_changes(*, keep: timedelta = KEEP) -> int:
    """Delete changes older than ``keep``, in batches; returns how many."""
    until = timezone.now() - keep
    total = 0
    # Keys grow with time, so the oldest are met first.
    oldest = ProductChange.objects.order_by("pk")
    while pks := [pk for pk, at in oldest.values_list("pk", "at")[:BATCH] if at < until]:
        total += ProductChange.objects.filter(pk__in=pks).delete()[0]
    return total
