"""Taking an edit back: each product gets its former values, unless they were changed since."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from core.bulk import update_rows
from core.outbox import publish
from core.row_ids import among
from products.enums import ChangeSource, EditRowState
from products.fields import attribute, typed
from products.locks import lock_products
from products.models import BulkEdit, BulkEditRow, Category, Product, ProductChange
from products.operations.syncing import decide_syncing
from products.origin import Origin, changes_by
from products.queries.history import BULK_UNDONE, NOT_UNDONE
from settings_app.models import Supplier

LINKS: dict[str, Any] = {"supplier": Supplier, "default_category": Category}


def undo_batch(edit: BulkEdit, rows: Sequence[BulkEditRow]) -> None:
    """Take back what the edit did to these rows' products. Call it in a transaction.

    A value that is another by now stays, and so does one whose former supplier or category is gone; such
    rows end as KEPT.
    """
    ids = [row.product_id for row in rows]
    products = {p.pk: p for p in lock_products(organization_id=edit.organization_id, ids=ids)}
    changes = _changes(edit, ids)
    gone = _gone(edit.organization_id, [one for many in changes.values() for one in many])
    restored: list[Product] = []
    names: set[str] = set()
    kept: set[int] = set()
    for pk, product in products.items():
        back = {
            attribute(one.field): typed(one.field, one.before)
            for one in changes.get(pk, [])
            if _may_go_back(product, one, gone)
        }
        if len(back) < len(changes.get(pk, [])) or not back:
            kept.add(pk)
        if back:
            for name, value in back.items():
                setattr(product, name, value)
            product.version += 1
            restored.append(product)
            names |= set(back)
    _write(edit, restored, sorted(names))
    for state, chosen in ((EditRowState.KEPT, kept), (EditRowState.UNDONE, set(ids) - kept)):
        BulkEditRow.objects.filter(
            pk__in=[row.pk for row in rows if row.product_id in chosen]
        ).update(state=state)


def _changes(edit: BulkEdit, ids: Sequence[int]) -> dict[int, list[ProductChange]]:
    found: dict[int, list[ProductChange]] = {}
    changes = ProductChange.objects.filter(
        organization_id=edit.organization_id,
        source=ChangeSource.BULK,
        reference=str(edit.pk),
        product_id__in=among(list(ids)),
    ).exclude(field__in=NOT_UNDONE)
    for one in changes.order_by("pk"):
        found.setdefault(one.product_id, []).append(one)
    return found


def _gone(organization_id: int, changes: Sequence[ProductChange]) -> set[tuple[str, str]]:
    """Former suppliers and categories that are no more, by field and key."""
    gone: set[tuple[str, str]] = set()
    for name, model in LINKS.items():
        wanted = {one.before for one in changes if one.field == name and one.before}
        rows = model.objects.filter(organization_id=organization_id, pk__in=wanted)
        there = {str(pk) for pk in rows.values_list("pk", flat=True)} if wanted else set()
        gone |= {(name, key) for key in wanted - there}
    return gone


def _may_go_back(product: Product, change: ProductChange, gone: set[tuple[str, str]]) -> bool:
    present = getattr(product, attribute(change.field))
    still = present == typed(change.field, change.after)
    return still and (change.field, change.before or "") not in gone


def _write(edit: BulkEdit, products: Sequence[Product], names: Sequence[str]) -> None:
    if not products:
        return
    now = timezone.now()
    ids = [product.pk for product in products]
    with changes_by(Origin(ChangeSource.UNDO, f"{BULK_UNDONE}{edit.pk}"), edit.started_by, now):
        update_rows(products, [*names, "version", "updated_at"])
        decide_syncing(organization_id=edit.organization_id, product_ids=ids, now=now)
    publish(
        topic="product.changed",
        payload={"product_ids": ids},
        organization_id=edit.organization_id,
    )
