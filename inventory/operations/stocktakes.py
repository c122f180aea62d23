"""Stocktakes: begun with what the ledger expects, counted line by line, posted or given up."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from django.db import IntegrityError, connection, transaction
from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.audit import record_change
from core.enums import WorkState
from core.errors import HubError, NotYours, StateConflict, Text
from core.hints import hint
from core.work import replay
from inventory.enums import StocktakeStage
from inventory.locks import lock_numbering, lock_stocktake
from inventory.models import StockMovement, Stocktake, StocktakeLine, Warehouse
from inventory.operations.bundles import refuse_bundle
from inventory.operations.ledger import HIGHEST
from inventory.operations.places import locked_level
from inventory.operations.warehouses import ensure_default_warehouse

if TYPE_CHECKING:
    from accounts.models import User
    from products.models import Product

# One statement whatever the number of lines, so all of them are of one moment.
TAKE_EXPECTED = """
    INSERT INTO inventory_stocktakeline
           (organization_id, stocktake_id, product_id, expected, moved, last_key, outcome, change)
    SELECT level.organization_id, %(stocktake)s, level.product_id, level.on_hand, false, '', '', 0
      FROM inventory_stocklevel AS level
      JOIN products_product AS product ON product.id = level.product_id
     WHERE level.organization_id = %(organization)s AND level.warehouse_id = %(warehouse)s
       AND product.track_inventory AND product.archived_at IS NULL
       AND NOT EXISTS (SELECT 1 FROM inventory_bundlepart WHERE bundle_id = product.id)
       AND (%(only_stocked)s IS FALSE OR level.on_hand > 0)
       AND (%(ids)s::bigint[] IS NULL OR level.product_id = ANY(%(ids)s::bigint[]))
     ORDER BY product.code
"""


class StocktakeRefused(HubError):
    """The count cannot be begun or carried on like this."""

    code = "stocktake_refused"
    title: ClassVar[Text] = gettext_lazy("The stocktake cannot be made like this")


def start_stocktake(
    *,
    warehouse: Warehouse,
    actor: User | None,
    now: datetime,
    note: str = "",
    product_ids: Collection[int] | None = None,
    only_stocked: bool = False,
    selection: str = "",
) -> Stocktake:
    """Begin to count a warehouse, or only ``product_ids`` of it; what is expected is noted at once.

    ``selection`` says in words what was chosen. Untracked and archived products and bundles are left
    out. Raises :class:`StocktakeRefused` when nothing is left to count or the warehouse is being counted.
    """
    organization_id = warehouse.organization_id
    ensure_default_warehouse(organization_id=organization_id)
    with transaction.atomic():
        lock_numbering(organization_id=organization_id)
        stocktake = _create(warehouse, selection, note, actor, now)
        with connection.cursor() as cursor:
            cursor.execute(
                TAKE_EXPECTED,
                {
                    "stocktake": stocktake.pk,
                    "organization": organization_id,
                    "warehouse": warehouse.pk,
                    "only_stocked": only_stocked,
                    "ids": None if product_ids is None else sorted(product_ids),
                },
            )
            lines = cursor.rowcount
        if not lines:
            raise StocktakeRefused(
                _("There is nothing to count."),
                remedy=_("Choose another warehouse or a wider selection."),
            )
        _audit(stocktake, "stock.count_started", actor, now, lines=lines)
    return stocktake


def count_line(
    *,
    stocktake: Stocktake,
    product: Product,
    pieces: int,
    actor: User | None,
    now: datetime,
    key: str,
    add: bool = False,
) -> StocktakeLine:
    """Note that ``pieces`` of a product lie there, or with ``add`` so many more than noted before.

    Holds the level, so the number the ledger has at this moment is noted beside it. The same ``key``
    right again changes nothing. A product that was not expected gets a line. Raises
    :class:`~core.errors.StateConflict` once the count is posted or given up.
    """
    if not 0 <= pieces <= HIGHEST:
        raise StocktakeRefused(_("Count whole pieces from 0."), fields={"pieces": [_("From 0.")]})
    organization_id = stocktake.organization_id
    if product.organization_id != organization_id:
        raise NotYours
    with transaction.atomic():
        locked = _counting(stocktake)
        refuse_bundle(organization_id=organization_id, product_id=product.pk)
        level = locked_level(
            organization_id=organization_id,
            product_id=product.pk,
            warehouse_id=locked.warehouse_id,
        )
        line, _made = StocktakeLine.objects.get_or_create(
            stocktake=locked,
            product=product,
            defaults={"organization_id": organization_id, "expected": level.on_hand},
        )
        if line.last_key == key:
            return line
        again = add and line.counted is not None
        line.moved = again and (line.moved or line.book != level.on_hand)
        line.counted = min((line.counted or 0) + pieces, HIGHEST) if again else pieces
        line.book, line.last_key = level.on_hand, key
        line.seen_movement_id = _latest_movement(line, locked.warehouse_id)
        line.counted_at, line.counted_by = now, actor
        line.save()
    return line


def forget_count(*, line: StocktakeLine, actor: User | None, now: datetime) -> None:
    """Take back what was counted on a line: it is open again."""
    with transaction.atomic():
        _counting(line.stocktake)
        StocktakeLine.objects.filter(pk=line.pk).update(
            counted=None, book=None, seen_movement_id=None, moved=False, last_key="",
            counted_at=now, counted_by=actor,
        )  # fmt: skip


def request_post(
    *, stocktake: Stocktake, uncounted_is_zero: bool, actor: User | None, now: datetime
) -> Stocktake:
    """Have the differences booked; lines nobody counted stay, or are taken to hold nothing.

    Again is the same; a posting that waits for a person is carried on. Raises
    :class:`~core.errors.StateConflict` for a count that was given up, :class:`StocktakeRefused` when
    nothing was counted.
    """
    from inventory.tasks import post_stocktakes

    with transaction.atomic():
        locked = lock_stocktake(stocktake=stocktake)
        if locked.stage == StocktakeStage.POSTING:
            if replay(_waiting(locked), now=now):
                _audit(locked, "stock.count_posted", actor, now, again=True)
                hint(post_stocktakes)
            return locked
        if locked.stage == StocktakeStage.POSTED:
            return locked
        _check_counting(locked)
        if not locked.lines.exclude(counted=None).exists():
            raise StocktakeRefused(
                _("Nothing was counted yet."), remedy=_("Count something, or give the count up.")
            )
        locked.stage, locked.uncounted_is_zero = StocktakeStage.POSTING, uncounted_is_zero
        locked.posted_by, locked.state = actor, WorkState.PENDING
        locked.next_attempt_at = now
        locked.save()
        _audit(locked, "stock.count_posted", actor, now, uncounted_is_zero=uncounted_is_zero)
        hint(post_stocktakes)
    return locked


def _waiting(stocktake: Stocktake) -> QuerySet[Stocktake]:
    return Stocktake.objects.filter(pk=stocktake.pk, state=WorkState.WAITING_FOR_PERSON)


def discard_stocktake(*, stocktake: Stocktake, actor: User | None, now: datetime) -> Stocktake:
    """Give the count up: no stock changes, what was counted stays to be looked at. Again is the same."""
    with transaction.atomic():
        locked = lock_stocktake(stocktake=stocktake)
        if locked.stage == StocktakeStage.DISCARDED:
            return locked
        _check_counting(locked)
        locked.stage, locked.closed_at = StocktakeStage.DISCARDED, now
        locked.save(update_fields=["stage", "closed_at", "updated_at"])
        _audit(locked, "stock.count_discarded", actor, now)
    return locked


def _create(
    warehouse: Warehouse, selection: str, note: str, actor: User | None, now: datetime
) -> Stocktake:
    last = Stocktake.objects.filter(organization_id=warehouse.organization_id).aggregate(
        last=Max("number")
    )["last"]
    try:
        with transaction.atomic():
            return Stocktake.objects.create(
                organization_id=warehouse.organization_id,
                number=(last or 0) + 1,
                warehouse=warehouse,
                selection=selection[:200],
                note=note[:200],
                started_by=actor,
                started_at=now,
                state=WorkState.DONE,
            )
    except IntegrityError as error:
        raise StocktakeRefused(
            _("This warehouse is being counted already."),
            remedy=_("Finish or give up the count that is open."),
        ) from error


def _latest_movement(line: StocktakeLine, warehouse_id: int) -> int:
    return int(
        StockMovement.objects.filter(
            organization_id=line.organization_id,
            product_id=line.product_id,
            warehouse_id=warehouse_id,
        )
        .order_by("-pk")
        .values_list("pk", flat=True)
        .first()
        or 0
    )


def _counting(stocktake: Stocktake) -> Stocktake:
    locked = lock_stocktake(stocktake=stocktake)
    _check_counting(locked)
    return locked


def _check_counting(stocktake: Stocktake) -> None:
    if stocktake.stage != StocktakeStage.COUNTING:
        raise StateConflict(
            _("Stocktake %(number)s is in the state: %(state)s.")
            % {"number": stocktake.label, "state": stocktake.get_stage_display()},
            remedy=_("Look at it again; somebody was quicker."),
        )


def _audit(
    stocktake: Stocktake, action: str, actor: User | None, now: datetime, **more: object
) -> None:
    after = {"number": stocktake.label, "warehouse": stocktake.warehouse.code, **more}
    record_change(action, stocktake, actor, now, after=after)
