"""Taking an applied import back, row by row: what nothing has changed since gets its former value.

A value is put back only while the product still has the one that the import wrote, so later edits, sales
and imports stay; they are kept on the row and listed. A product the import made is removed when nobody
has changed it since; one that something refers to is archived instead. A batch is one transaction, and a
row is marked in it, so a worker killed in between goes on with the rows that are not marked.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from core.audit import record_change
from core.outbox import publish
from core.work import LostClaim, claimed, finish
from imports.compare import JOINS, fields_of, present
from imports.enums import UNDOABLE, ImportStage, RowOutcome
from imports.errors import WrongStage
from imports.locks import fenced, lock_job
from imports.models import ImportJob
from imports.operations import upsert
from imports.operations.apply import LOCK_PRODUCTS, TABLE, params_of
from imports.operations.decide import make_due
from imports.operations.levels import levels_of
from imports.operations.upload import hint_imports
from inventory.operations import ImportedLevel, forget_minimums, import_levels
from inventory.queries import levels_by_place
from products.enums import ChangeSource
from products.models import Product, ProductChange
from products.operations import decide_syncing, remove_product
from products.origin import Origin, changes_by

if TYPE_CHECKING:
    from accounts.models import User

# Removing a product takes a look at everything that may refer to it.
BATCH = 500
NEXT_ROWS = """
    SELECT r.id, r.line, r.code, r.outcome FROM imports_importrow r
     WHERE r.job_id = %(job)s AND r.line > %(after)s
       AND r.applied_at IS NOT NULL AND r.undone_at IS NULL
     ORDER BY r.line LIMIT %(limit)s
"""
# ``back`` are the former values of fields that are as the import wrote them, ``kept`` the present values of
# those that are not; ``same`` says of a product the import made whether it is as it was made.
COMPARED = """
    SELECT f.id, f.product_id, f.outcome, f.given, f.former,
           (SELECT COALESCE(jsonb_object_agg(key, f.former -> key), '{{}}')
              FROM jsonb_object_keys(f.former - 'stock') AS key
             WHERE d.present -> key IS NOT DISTINCT FROM f.given -> key) AS back,
           (SELECT COALESCE(jsonb_object_agg(key, d.present -> key), '{{}}')
              FROM jsonb_object_keys(f.former - 'stock') AS key
             WHERE d.present -> key IS DISTINCT FROM f.given -> key) AS kept,
           (d.present || (f.given - 'stock')) = d.present AS same
      FROM (SELECT r.id, r.outcome, r.values AS given, COALESCE(r.before, '{{}}') AS former,
                   known.id AS product_id
              FROM imports_importrow r
              LEFT JOIN unnest(%(known_ids)s::bigint[], %(known_codes)s::text[])
                        AS known (id, code) ON known.code = r.code
             WHERE r.id = ANY(%(rows)s)) AS f
     {joins}
     CROSS JOIN LATERAL (SELECT {present} AS present) AS d
     ORDER BY f.product_id
"""
FILL = """
    INSERT INTO import_batch (id, line, code, values, product_id, outcome, before, nameless)
    SELECT r.id, r.line, r.code, one.back, one.product_id, 'CHANGED', '{}', false
      FROM unnest(%(ids)s::bigint[], %(products)s::bigint[], %(backs)s::jsonb[])
           AS one (id, product_id, back)
      JOIN imports_importrow r ON r.id = one.id
"""
MARK = """
    UPDATE imports_importrow r SET undone_at = %(now)s, kept = one.kept
      FROM unnest(%(ids)s::bigint[], %(kepts)s::jsonb[]) AS one (id, kept)
     WHERE r.id = one.id
"""


@dataclass(slots=True)
class _Row:
    """One applied row beside its product as it is now."""

    id: int
    product_id: int | None
    outcome: str
    given: dict[str, Any]
    former: dict[str, Any]
    back: dict[str, Any]
    kept: dict[str, Any]
    same: bool


def undo(*, job: ImportJob, actor: User, now: datetime) -> ImportJob:
    """Have a worker take back what the import wrote, as far as nothing has changed it since. Audits.

    Raises :class:`WrongStage` unless the import is applied, or was stopped after it wrote something.
    """
    with transaction.atomic():
        locked = lock_job(job=job)
        if locked.stage not in UNDOABLE or not locked.rows_applied:
            raise WrongStage(
                _("There is nothing to take back."), remedy=_("Look at its present state.")
            )
        before = locked.stage
        locked.stage, locked.undo_asked_by = ImportStage.UNDOING, actor
        make_due(locked, now)
        locked.save()
        change = {"stage": before}, {"stage": locked.stage}
        record_change("import.undo_asked", locked, actor, now, *change)
        hint_imports()
    return locked


def take_back(job: ImportJob) -> None:
    """Take back every applied row that is not taken back yet, then close the job.

    Publishes ``product.changed`` and ``stock.changed`` by batch. Raises :class:`LostClaim`.
    """
    if job.step_started_at is None:
        claimed(job).update(step_started_at=timezone.now())
    after: int | None = 0
    while after is not None:
        after = _batch(job, after=after)
    _end(job)


def _batch(job: ImportJob, *, after: int) -> int | None:
    """Take back the next rows past line ``after``; the last line, None when there were none."""
    with fenced(job), connection.cursor() as cursor:
        cursor.execute(NEXT_ROWS, {"job": job.pk, "after": after, "limit": BATCH})
        found = cursor.fetchall()
        if not found:
            return None
        params = params_of(job, [(row[0], row[2], row[1]) for row in found])
        rows = _compared(cursor, job, params)
        now, first = params["now"], int(found[0][1])
        with changes_by(Origin(ChangeSource.UNDO, str(job.pk)), job.undo_asked_by, now):
            _take_back_stock(job, rows, first, now)
            changed = _take_back_values(cursor, job, rows, params)
            changed += _remove_made(job, rows, now)
        decide_syncing(organization_id=job.organization_id, product_ids=changed, now=now)
        kept = [_encoded(row.kept) for row in rows]
        cursor.execute(MARK, {"ids": [row.id for row in rows], "kepts": kept, "now": now})
        if changed:
            publish(
                topic="product.changed",
                payload={"product_ids": sorted(changed)},
                organization_id=job.organization_id,
            )
        claimed(job).update(
            rows_undone=F("rows_undone") + len(rows),
            rows_kept=F("rows_kept") + sum(bool(row.kept) for row in rows),
        )
    return int(found[-1][1])


def _compared(cursor: Any, job: ImportJob, params: dict[str, Any]) -> list[_Row]:
    cursor.execute(TABLE)
    cursor.execute("TRUNCATE import_batch")
    cursor.execute(LOCK_PRODUCTS, params)
    known = cursor.fetchall()
    params |= {"known_ids": [row[0] for row in known], "known_codes": [row[1] for row in known]}
    cursor.execute(COMPARED.format(joins=JOINS, present=present(fields_of(job))), params)
    return [
        _Row(
            id=pk,
            product_id=product_id,
            outcome=outcome,
            given=_decoded(given),
            former=_decoded(former),
            back=_decoded(back),
            kept=_decoded(kept),
            same=bool(same),
        )
        for pk, product_id, outcome, given, former, back, kept, same in cursor.fetchall()
    ]


def _take_back_values(
    cursor: Any, job: ImportJob, rows: Sequence[_Row], params: dict[str, Any]
) -> list[int]:
    changed = [row for row in rows if row.outcome == RowOutcome.CHANGED and row.product_id]
    changed = [row for row in changed if row.back]
    cursor.execute(
        FILL,
        {
            "ids": [row.id for row in changed],
            "products": [row.product_id for row in changed],
            "backs": [_encoded(row.back) for row in changed],
        },
    )
    return upsert.write_products(cursor, fields=fields_of(job), params=params) if changed else []


def _remove_made(job: ImportJob, rows: Sequence[_Row], now: datetime) -> list[int]:
    """Remove the products that the import made and nobody has changed since; the ids of those archived."""
    made = {row.product_id: row for row in rows if row.outcome == RowOutcome.NEW and row.product_id}
    touched = set(
        ProductChange.objects.filter(product_id__in=made)
        .exclude(field="")
        .exclude(source__in=[ChangeSource.IMPORT, ChangeSource.UNDO], reference=str(job.pk))
        .exclude(source=ChangeSource.RULE)
        .values_list("product_id", flat=True)
    )
    archived = []
    for product in Product.objects.filter(pk__in=made).order_by("pk"):
        row = made[product.pk]
        if row.kept or not row.same or product.pk in touched:
            row.kept = {"product": "changed", **row.kept}
        elif remove_product(product=product, actor=job.undo_asked_by, now=now) == "archived":
            row.kept = {"product": "archived"}
            archived.append(product.pk)
    return archived


def _take_back_stock(job: ImportJob, rows: Sequence[_Row], first: int, now: datetime) -> None:
    """Put back the levels that still show what the import set; others are kept on their rows."""
    meanings = {column["kind"]: column["meaning"] for column in job.stock_columns}
    told = [row for row in rows if row.product_id and "stock" in row.given]
    shown = levels_by_place(product_ids=[row.product_id for row in told if row.product_id])
    back: list[ImportedLevel] = []
    unset: list[tuple[int, str]] = []
    for row in told:
        former = row.former.get("stock", {})
        for level in levels_of(row.product_id or 0, row.given["stock"], meanings):
            place = (level.product_id, level.warehouse_code)
            on_hand, minimum = shown.get(place, (0, None))
            before = former.get(level.warehouse_code, {})
            if level.on_hand not in (None, on_hand):
                row.kept[f"stock:{level.warehouse_code}"] = on_hand
            if level.minimum not in (None, minimum):
                row.kept[f"minimum:{level.warehouse_code}"] = minimum
            elif level.minimum is not None and before.get("minimum") is None:
                unset.append(place)
            back.append(
                ImportedLevel(
                    *place,
                    on_hand=(before.get("on_hand") or 0) if level.on_hand == on_hand else None,
                    minimum=before.get("minimum") if level.minimum == minimum else None,
                )
            )
    reference = f"undo:{job.pk}:{first}"
    import_levels(organization_id=job.organization_id, rows=back, reference=reference, now=now)
    forget_minimums(organization_id=job.organization_id, places=unset, now=now)


def _end(job: ImportJob) -> None:
    now = timezone.now()
    with fenced(job):
        job.refresh_from_db(fields=["rows_undone", "rows_kept"])
        counts = {"rows_undone": job.rows_undone, "rows_kept": job.rows_kept}
        record_change("import.undone", job, job.undo_asked_by, now, {}, counts)
        if not finish(job, now=now, stage=ImportStage.UNDONE, undone_at=now):
            raise LostClaim


def _decoded(value: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(value) if isinstance(value, str) else value or {}
    return found


def _encoded(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False)
