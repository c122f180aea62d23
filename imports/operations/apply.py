"""Applying: confirmed rows become products, a batch in a transaction, each row exactly once.

A batch locks its products, compares again with what is true now, writes what differs, marks its rows
and moves the counters, all or nothing. A worker killed in between leaves whole batches; the next one
goes on with the rows that are not marked.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import F
from django.utils import timezone

from core.audit import record
from core.outbox import publish
from core.work import LostClaim, claimed, finish
from imports.compare import compared, fields_of
from imports.enums import ImportStage, StockMeaning
from imports.locks import fenced
from imports.models import ImportJob
from imports.operations import upsert
from imports.operations.levels import apply_levels
from products.enums import ChangeSource
from products.operations import decide_syncing
from products.origin import Origin, changes_by

TABLE = """
    CREATE TEMPORARY TABLE IF NOT EXISTS import_batch
    (id bigint, line integer, code varchar(100), values jsonb, product_id bigint, outcome varchar(10),
     before jsonb, nameless boolean)
"""
NEXT_ROWS = """
    SELECT r.id, r.code, r.line FROM imports_importrow r
     WHERE r.job_id = %(job)s AND r.line > %(after)s AND r.applied_at IS NULL
       AND (r.outcome IN ('NEW', 'CHANGED')
            OR (%(with_stock)s AND r.outcome = 'UNCHANGED' AND r.values ? 'stock'))
     ORDER BY r.line LIMIT %(limit)s
"""
# Without the key: an order that reserves one of these products holds its level and points at the
# product, and the batch waits for that level. Locking the key too would close the ring.
LOCK_PRODUCTS = """
    SELECT p.id, p.code FROM products_product p
     WHERE p.organization_id = %(organization)s AND p.code = ANY(%(codes)s)
     ORDER BY p.id FOR NO KEY UPDATE
"""
# Batches after which statistics are renewed: at four times as many rows each.
LEARN_AFTER = {1, 4, 16, 64, 256}
MARK = """
    UPDATE imports_importrow r
       SET applied_at = %(now)s, outcome = b.outcome, before = b.before
      FROM import_batch b WHERE r.id = b.id
"""
AUDIT = """
    INSERT INTO core_auditentry
           (organization_id, actor_id, actor_label, action, target_type, target_id, before, after,
            correlation_id, at)
    SELECT %(organization)s, %(actor)s, %(actor_label)s, 'product.imported', 'products.product',
           b.product_id::text, b.before - 'stock',
           (SELECT jsonb_object_agg(key, b.values -> key) FROM jsonb_object_keys(b.before - 'stock') key),
           %(reference)s, %(now)s
      FROM import_batch b WHERE b.outcome = 'CHANGED'
"""


def apply(job: ImportJob) -> None:
    """Write every confirmed row that is not applied yet, then close the job.

    Publishes ``product.changed`` per batch and ``import.finished`` at the end. Raises
    :class:`LostClaim` when the job was cancelled or taken over.
    """
    if job.step_started_at is None:
        claimed(job).update(step_started_at=timezone.now())
    after: int | None = 0
    batches = 0
    while after is not None:
        after = _apply_batch(job, after=after)
        batches += 1
        if batches in LEARN_AFTER and after is not None:
            _learn()
    _end(job)


def _learn() -> None:
    """Fresh statistics. Until autovacuum has looked, the planner thinks that an organization that fills
    its catalogue for the first time has no products, and reads all of them to find one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "ANALYZE products_product, products_productimage, products_product_categories"
        )


def _apply_batch(job: ImportJob, *, after: int) -> int | None:
    """Apply the next rows past line ``after``; returns the last line, None when there were none."""
    fields = fields_of(job)
    with_stock = any(c["meaning"] != StockMeaning.IGNORE for c in job.stock_columns)
    with fenced(job), connection.cursor() as cursor:
        cursor.execute(
            NEXT_ROWS,
            {
                "job": job.pk,
                "after": after,
                "with_stock": with_stock,
                "limit": settings.IMPORT_CSV_BATCH_SIZE,
            },
        )
        rows = cursor.fetchall()
        if not rows:
            return None
        first, last = int(rows[0][2]), int(rows[-1][2])
        params = params_of(job, rows)
        cursor.execute(TABLE)
        cursor.execute("TRUNCATE import_batch")
        cursor.execute(LOCK_PRODUCTS, params)
        known = cursor.fetchall()
        params |= {"known_ids": [k[0] for k in known], "known_codes": [k[1] for k in known]}
        cursor.execute(_fill_sql(fields), params)
        with changes_by(Origin(ChangeSource.IMPORT, str(job.pk)), job.uploaded_by, params["now"]):
            product_ids = upsert.write_products(cursor, fields=fields, params=params)
        decide_syncing(
            organization_id=job.organization_id, product_ids=product_ids, now=params["now"]
        )
        levels = (
            apply_levels(cursor, job=job, first_line=first, now=params["now"]) if with_stock else 0
        )
        cursor.execute(AUDIT, params)
        cursor.execute(MARK, params)
        _tell(job, product_ids)
        claimed(job).update(
            rows_applied=F("rows_applied") + len(rows),
            products_changed=F("products_changed") + len(product_ids),
            levels_changed=F("levels_changed") + levels,
        )
    return last


def params_of(job: ImportJob, rows: list[tuple[int, str, int]]) -> dict[str, Any]:
    """What the statements of a batch are given; ``rows`` are (id, code, line)."""
    return {
        "rows": [row[0] for row in rows],
        "codes": [row[1] for row in rows],
        "organization": job.organization_id,
        "now": timezone.now(),
        "currency": job.supplier.currency if job.supplier else job.organization.currency,
        "actor": job.uploaded_by_id,
        "actor_label": f"import {job.pk}: {job.file_name}"[:254],
        "reference": f"import:{job.pk}",
    }


def _fill_sql(fields: list[str]) -> str:
    source = """(SELECT r.id, r.line, r.code, r.values, known.id AS product_id, false AS flawed
                   FROM imports_importrow r
                   LEFT JOIN unnest(%(known_ids)s::bigint[], %(known_codes)s::text[])
                             AS known (id, code) ON known.code = r.code
                  WHERE r.id = ANY(%(rows)s))"""
    keep = "d.id, d.line, d.code, d.values"
    return f"""
        INSERT INTO import_batch
               (id, line, code, values, product_id, outcome, before, nameless)
        {compared(source=source, fields=fields, keep=keep)}
    """


def _tell(job: ImportJob, product_ids: list[int]) -> None:
    if product_ids:
        publish(
            topic="product.changed",
            payload={"product_ids": product_ids},
            organization_id=job.organization_id,
        )


def _end(job: ImportJob) -> None:
    now = timezone.now()
    with fenced(job):
        job.refresh_from_db(fields=["rows_applied", "products_changed", "levels_changed"])
        counts = {
            "rows_applied": job.rows_applied,
            "products_changed": job.products_changed,
            "levels_changed": job.levels_changed,
        }
        record(
            action="import.applied",
            target=job,
            actor=job.uploaded_by,
            organization_id=job.organization_id,
            now=now,
            after=counts,
        )
        publish(
            topic="import.finished",
            payload={"import_job_id": job.pk, **counts},
            organization_id=job.organization_id,
        )
        if not finish(job, now=now, stage=ImportStage.APPLIED, applied_at=now):
            raise LostClaim
