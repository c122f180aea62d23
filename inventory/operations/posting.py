"""Booking the differences of a stocktake, in batches that a killed worker's successor carries on."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from core.work import DrainReport, drain
from inventory.enums import LineOutcome, MovementKind, StocktakeStage
from inventory.locks import lock_levels, lock_stocktake
from inventory.models import Stocktake, StocktakeLine
from inventory.operations.ledger import HIGHEST, InvalidStock, tell_stock_changed
from inventory.operations.places import make_levels_in

BATCH = 1_000
LEASE = timedelta(minutes=5)
# Who wrote one of these after the count said how many lie there; the later word counts.
SAYS_HOW_MANY = (MovementKind.ADJUSTMENT, MovementKind.IMPORT, MovementKind.COUNT)

# What each line changes. Below zero only when more left since than was found: the shelf is empty then.
# What nobody counted is taken to hold nothing; it comes here only when that was asked for.
JUDGED = """
    WITH line AS (
        SELECT line.id, line.product_id, line.counted_by_id, level.id AS level_id, level.on_hand,
               level.reserved, coalesce(line.counted, 0)::bigint AS counted,
               coalesce(line.book, level.on_hand) AS book,
               EXISTS (SELECT 1 FROM inventory_stockmovement AS later
                        WHERE later.organization_id = %(organization)s
                          AND later.product_id = line.product_id
                          AND later.warehouse_id = %(warehouse)s
                          AND later.id > line.seen_movement_id
                          AND later.kind = ANY(%(says_how_many)s)) AS superseded
          FROM inventory_stocktakeline AS line
          JOIN inventory_stocklevel AS level
            ON level.product_id = line.product_id AND level.warehouse_id = %(warehouse)s
         WHERE line.id = ANY(%(lines)s)
    ), judged AS (
        SELECT line.*, CASE WHEN superseded THEN 0 ELSE greatest(counted - book, -on_hand) END AS change
          FROM line
    )
"""
OVERFULL = (
    JUDGED  # noqa: S608 -- constants both
    + """
    SELECT product.code
      FROM judged
      JOIN products_product AS product ON product.id = judged.product_id
     WHERE change > 0 AND on_hand + change > %(highest)s
     ORDER BY product.code
     LIMIT 1
"""
)
# One statement for a batch.
BOOK = (
    JUDGED  # noqa: S608 -- constants both
    + """
    , moved AS (
        UPDATE inventory_stocklevel AS level
           SET on_hand = level.on_hand + judged.change, updated_at = %(now)s
          FROM judged
         WHERE level.id = judged.level_id AND judged.change <> 0
    ), written AS (
        INSERT INTO inventory_stockmovement
               (organization_id, warehouse_id, product_id, kind, on_hand_change, reserved_change,
                on_hand_after, reserved_after, reason, reference, key, actor_id, at)
        SELECT %(organization)s, %(warehouse)s, product_id, 'COUNT', change, 0, on_hand + change, reserved,
               left(replace(replace(%(reason)s, '%%(counted)d', counted::text), '%%(book)d', book::text),
                    200),
               %(label)s, 'count:' || %(stocktake)s || ':' || id,
               coalesce(counted_by_id, %(posted_by)s::bigint), %(now)s
          FROM judged
         WHERE change <> 0
    )
    UPDATE inventory_stocktakeline AS line
       SET change = judged.change,
           outcome = CASE WHEN judged.superseded THEN 'SUPERSEDED'
                          WHEN judged.change = 0 THEN 'SAME' ELSE 'POSTED' END
      FROM judged
     WHERE line.id = judged.id
 RETURNING line.product_id, line.change
"""
)


def post_due(*, seconds: float = 60.0) -> DrainReport:
    """Post the stocktakes that were asked to be posted."""
    due = Stocktake.objects.filter(stage=StocktakeStage.POSTING)
    return drain(due, post_stocktake, limit=1, lease=LEASE, seconds=seconds)


def post_stocktake(stocktake: Stocktake) -> None:
    """Book every open line's difference as a COUNT line of the ledger, once, and close the count.

    A difference is what was counted less what the ledger had at that moment, added to what it has
    now: sales in between stay counted. Each batch is a transaction of its own, lines that were
    booked are passed over, so it may run again after being killed at any point. Raises
    :class:`InvalidStock` when more would lie in one place than can; nothing of that batch is written.
    """
    if not stocktake.uncounted_is_zero:
        StocktakeLine.objects.filter(stocktake=stocktake, outcome="", counted=None).update(
            outcome=LineOutcome.UNCOUNTED
        )
    StocktakeLine.objects.filter(stocktake=stocktake, outcome="", counted=F("book")).update(
        outcome=LineOutcome.SAME
    )
    after = 0
    while last := post_batch(stocktake, after=after):
        after = last
    with transaction.atomic():
        locked = lock_stocktake(stocktake=stocktake)
        if locked.stage == StocktakeStage.POSTING:
            locked.stage, locked.closed_at = StocktakeStage.POSTED, timezone.now()
            locked.save(update_fields=["stage", "closed_at", "updated_at"])


def post_batch(stocktake: Stocktake, *, after: int, most: int = BATCH) -> int:
    """Book up to ``most`` of the next open lines; returns the id of the last one, 0 when none was left.

    ``after`` is where the batch before ended, so that what is booked is not walked through again.
    """
    with transaction.atomic():
        lock_stocktake(stocktake=stocktake)
        lines = StocktakeLine.objects.filter(stocktake=stocktake, outcome="", pk__gt=after)
        lines = lines.order_by("pk")
        batch = list(lines.values_list("pk", "product_id")[:most])
        if not batch:
            return 0
        products = [product_id for _pk, product_id in batch]
        make_levels_in(
            organization_id=stocktake.organization_id,
            product_ids=products,
            warehouse_id=stocktake.warehouse_id,
        )
        lock_levels(organization_id=stocktake.organization_id, product_ids=products)
        changed = _book(stocktake, [pk for pk, _product_id in batch])
        tell_stock_changed(organization_id=stocktake.organization_id, product_ids=changed)
    return int(batch[-1][0])


def _book(stocktake: Stocktake, lines: list[int]) -> list[int]:
    """Book these lines, whose levels are locked; returns the products that moved."""
    values: dict[str, Any] = {
        "lines": lines,
        "organization": stocktake.organization_id,
        "warehouse": stocktake.warehouse_id,
        "stocktake": stocktake.pk,
        "says_how_many": [kind.value for kind in SAYS_HOW_MANY],
        "label": stocktake.label,
        "posted_by": stocktake.posted_by_id,
        # The numbers are put into the words by the database, a row at a time.
        "reason": _("Counted %(counted)d, the ledger had %(book)d"),
        "highest": HIGHEST,
        "now": timezone.now(),
    }
    with connection.cursor() as cursor:
        cursor.execute(OVERFULL, values)
        if overfull := cursor.fetchone():
            raise InvalidStock(
                _("%(code)s: more than %(most)d pieces would lie in one place.")
                % {"code": overfull[0], "most": HIGHEST},
                remedy=_("Correct the number of pieces that lies there, then post again."),
            )
        cursor.execute(BOOK, values)
        return [product_id for product_id, change in cursor.fetchall() if change]
