"""Working through an edit, a batch of rows in a transaction, each row exactly once.

A batch locks its products, decides again by what is true now, writes what differs in one statement, marks
its rows and moves the counter, all or nothing. A worker killed in between leaves whole batches; the next
one goes on after them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import structlog
from django.db.models import F
from django.utils import timezone

from core.audit import record_change
from core.bulk import update_rows
from core.outbox import publish
from core.work import DrainReport, LostClaim, claimed, drain, fenced, finish
from products.editing import Refused, Step, attributes, edited
from products.enums import ChangeSource, EditRowState, EditStage
from products.locks import lock_products
from products.models import BulkEdit, BulkEditRow, Product
from products.operations.bulk.undoing import undo_batch
from products.operations.syncing import decide_syncing
from products.origin import Origin, changes_by
from products.steps import steps_of
from products.syncing import DECIDING

log = structlog.get_logger(__name__)
BATCH = 500
Batch = Callable[[BulkEdit, Sequence[BulkEditRow]], None]


def run_edits(
    *, seconds: float = 20.0, only: BulkEdit | None = None, batch: int = BATCH
) -> DrainReport:
    """Do the due steps of edits, of ``only`` one when given; safe beside other workers."""
    edits = BulkEdit.objects.all()
    if only is not None:
        edits = edits.filter(pk=only.pk)
    return drain(edits, lambda edit: _run(edit, batch), limit=1, seconds=seconds)


def _run(edit: BulkEdit, size: int) -> None:
    try:
        if edit.stage == EditStage.CHECKING:
            _work_through(edit, EditRowState.UNSEEN, _checker(edit), size)
            _end(edit, EditStage.PREVIEW, "")
        elif edit.stage == EditStage.APPLYING:
            _work_through(edit, EditRowState.READY, _applier(edit), size)
            _end(edit, EditStage.APPLIED, "bulk_edit.applied", applied_at=timezone.now())
        elif edit.stage == EditStage.UNDOING:
            _work_through(edit, EditRowState.CHANGED, undo_batch, size)
            _end(edit, EditStage.UNDONE, "bulk_edit.undone", undone_at=timezone.now())
    except LostClaim:
        log.info("bulk edit given up", edit_id=edit.pk, stage=edit.stage)


def _work_through(edit: BulkEdit, state: EditRowState, work: Batch, size: int) -> None:
    while True:
        with fenced(edit):
            rows = list(
                BulkEditRow.objects.filter(edit=edit, state=state, pk__gt=edit.after_id).order_by(
                    "pk"
                )[:size]
            )
            if not rows:
                return
            work(edit, rows)
            after = rows[-1].pk
            claimed(edit).update(rows_done=F("rows_done") + len(rows), after_id=after)
        edit.after_id = after


def _end(edit: BulkEdit, stage: EditStage, action: str, **values: Any) -> None:
    now = timezone.now()
    with fenced(edit):
        if action:
            edit.refresh_from_db(fields=["rows_done"])
            record_change(action, edit, edit.started_by, now, {}, {"products": edit.rows_done})
        if not finish(edit, now=now, stage=stage, **values):
            raise LostClaim


def _checker(edit: BulkEdit) -> Batch:
    steps = steps_of(organization=edit.organization, steps=edit.steps.all())

    def check(_edit: BulkEdit, rows: Sequence[BulkEditRow]) -> None:
        products = Product.objects.filter(organization_id=edit.organization_id)
        _mark(rows, decided_of(products.in_bulk([row.product_id for row in rows]), steps))

    return check


def _applier(edit: BulkEdit) -> Batch:
    steps = steps_of(organization=edit.organization, steps=edit.steps.all())
    origin = Origin(ChangeSource.BULK, str(edit.pk))

    def apply(_edit: BulkEdit, rows: Sequence[BulkEditRow]) -> None:
        now = timezone.now()
        products = {
            product.pk: product
            for product in lock_products(
                organization_id=edit.organization_id, ids=[row.product_id for row in rows]
            )
        }
        decided = decided_of(products, steps)
        changed = []
        for pk, (state, _reason, values) in decided.items():
            if state == EditRowState.READY:
                for name, value in values.items():
                    setattr(products[pk], name, value)
                products[pk].version += 1
                changed.append(products[pk])
        with changes_by(origin, edit.started_by, now):
            write(edit.organization_id, changed, attributes(steps))
        _mark(rows, decided, done=EditRowState.CHANGED)

    return apply


def write(organization_id: int, products: Sequence[Product], names: Sequence[str]) -> None:
    """Write these attributes of locked products, decide anew what syncs, tell of them."""
    if not products:
        return
    update_rows(products, [*dict.fromkeys(names), "version", "updated_at"])
    ids = [product.pk for product in products]
    if DECIDING & {name.removesuffix("_id") for name in names}:
        decide_syncing(organization_id=organization_id, product_ids=ids, now=timezone.now())
    publish(topic="product.changed", payload={"product_ids": ids}, organization_id=organization_id)


Decided = dict[int, tuple[EditRowState, str, dict[str, Any]]]


def decided_of(products: dict[int, Product], steps: Sequence[Step]) -> Decided:
    """What the steps make of each product: its state, why not, the values."""
    decided: Decided = {}
    for pk, product in products.items():
        try:
            values = edited(product, steps)
        except Refused as refused:
            decided[pk] = (EditRowState.REFUSED, refused.reason.value, {})
        else:
            decided[pk] = (EditRowState.READY if values else EditRowState.SAME, "", values)
    return decided


def _mark(
    rows: Sequence[BulkEditRow], decided: Decided, *, done: EditRowState = EditRowState.READY
) -> None:
    groups: dict[tuple[str, str], list[int]] = {}
    for row in rows:
        state, reason, _values = decided[row.product_id]
        state = done if state == EditRowState.READY else state
        groups.setdefault((state.value, reason), []).append(row.pk)
    for (state_name, reason), pks in groups.items():
        BulkEditRow.objects.filter(pk__in=pks).update(state=state_name, reason=reason)
