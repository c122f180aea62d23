"""Booking the differences of a stocktake, in batches that a killed worker's successor carries on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from core.work import DrainReport, drain
from inventory.enums import LineOutcome, MovementKind, StocktakeStage
from inventory.locks import lock_levels, lock_stocktake
from inventory.models import StockLevel, StockMovement, Stocktake, StocktakeLine
from inventory.operations.ledger import Ledger
from inventory.operations.places import make_levels_in

BATCH = 1_000
LEASE = timedelta(minutes=5)
# Who wrote one of these after the count said how many lie there; the later word counts.
SAYS_HOW_MANY = (MovementKind.ADJUSTMENT, MovementKind.IMPORT, MovementKind.COUNT)


def post_due(*, seconds: float = 60.0) -> DrainReport:
    """Post the stocktakes that were asked to be posted."""
    due = Stocktake.objects.filter(stage=StocktakeStage.POSTING)
    return drain(due, post_stocktake, limit=1, lease=LEASE, seconds=seconds)


def post_stocktake(stocktake: Stocktake) -> None:
    """Book every open line's difference as a COUNT line of the ledger, once, and close the count.

    A difference is what was counted less what the ledger had at that moment, added to what it has
    now: sales in between stay counted. Each batch is a transaction of its own, lines that were
    booked are passed over, so it may run again after being killed at any point.
    """
    if not stocktake.uncounted_is_zero:
        StocktakeLine.objects.filter(stocktake=stocktake, outcome="", counted=None).update(
            outcome=LineOutcome.UNCOUNTED
        )
    StocktakeLine.objects.filter(stocktake=stocktake, outcome="", counted=F("book")).update(
        outcome=LineOutcome.SAME
    )
    while _post_batch(stocktake):
        pass
    with transaction.atomic():
        locked = lock_stocktake(stocktake=stocktake)
        if locked.stage == StocktakeStage.POSTING:
            locked.stage, locked.closed_at = StocktakeStage.POSTED, timezone.now()
            locked.save(update_fields=["stage", "closed_at", "updated_at"])


def _post_batch(stocktake: Stocktake) -> int:
    with transaction.atomic():
        lock_stocktake(stocktake=stocktake)
        lines = list(
            StocktakeLine.objects.filter(stocktake=stocktake, outcome="")
            .select_related("counted_by")
            .order_by("pk")[:BATCH]
        )
        if not lines:
            return 0
        products = [line.product_id for line in lines]
        organization_id = stocktake.organization_id
        make_levels_in(
            organization_id=organization_id,
            product_ids=products,
            warehouse_id=stocktake.warehouse_id,
        )
        levels = {
            level.product_id: level
            for level in lock_levels(organization_id=organization_id, product_ids=products)
            if level.warehouse_id == stocktake.warehouse_id
        }
        superseded = _superseded(stocktake, lines)
        ledger = Ledger(organization_id, timezone.now())
        for line in lines:
            if line.pk in superseded:
                line.outcome = LineOutcome.SUPERSEDED
            else:
                _book(ledger, stocktake, line, levels[line.product_id])
        ledger.write()
        StocktakeLine.objects.bulk_update(lines, ["outcome", "change"], batch_size=BATCH)
    return len(lines)


def _book(ledger: Ledger, stocktake: Stocktake, line: StocktakeLine, level: StockLevel) -> None:
    counted, book = line.counted, line.book
    if counted is None or book is None:
        counted, book = 0, level.on_hand
    # Below zero only when more left since than was found: the shelf is empty then.
    line.change = max(counted - book, -level.on_hand)
    line.outcome = LineOutcome.POSTED if line.change else LineOutcome.SAME
    if line.change:
        ledger.move(
            level,
            kind=MovementKind.COUNT,
            key=f"count:{stocktake.pk}:{line.pk}",
            on_hand=line.change,
            reason=_("Counted %(counted)d, the ledger had %(book)d")
            % {"counted": counted, "book": book},
            reference=stocktake.label,
            actor=line.counted_by or stocktake.posted_by,
        )


def _superseded(stocktake: Stocktake, lines: Sequence[StocktakeLine]) -> set[int]:
    """Lines whose product got a number from somebody after it was counted."""
    counted = {line.product_id: line for line in lines if line.seen_movement_id is not None}
    if not counted:
        return set()
    later = (
        StockMovement.objects.filter(
            organization_id=stocktake.organization_id,
            warehouse_id=stocktake.warehouse_id,
            product_id__in=counted,
            kind__in=SAYS_HOW_MANY,
            pk__gt=min(line.seen_movement_id or 0 for line in counted.values()),
        )
        .exclude(reference=stocktake.label)
        .values_list("product_id", "pk")
    )
    return {
        counted[product_id].pk
        for product_id, pk in later
        if pk > (counted[product_id].seen_movement_id or 0)
    }
