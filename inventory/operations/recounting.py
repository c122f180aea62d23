"""Making levels, ledger and promises agree again, should they ever not."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from core.audit import record
from core.bulk import copy_rows, update_rows
from inventory.enums import MovementKind
from inventory.locks import lock_levels
from inventory.models import StockLevel, StockMovement
from inventory.operations.ledger import tell_stock_changed
from inventory.operations.places import make_levels_in
from inventory.queries.recounting import Difference, differences

if TYPE_CHECKING:
    from accounts.models import User

BATCH = 500


def mend_stock(*, organization_id: int, actor: User | None, now: datetime) -> list[Difference]:
    """Mend every difference of an organization; returns what was mended.

    What lies on the shelf by the level stays, because people and Allegro have gone by it; a RECOUNT
    line makes the ledger add up to it. Reserved becomes what open promises hold. A level that was
    lost is made anew from the ledger. Each is audited, the products are told of by ``stock.changed``.
    In batches of their own transactions, each looked at again under the lock of its levels.
    """
    found = differences(organization_id=organization_id)
    products = sorted({one.product_id for one in found})
    mended: list[Difference] = []
    for ids in _batches(products):
        mended += _mend_batch(organization_id, ids, actor, now)
    return mended


def _batches(ids: Sequence[int]) -> list[Sequence[int]]:
    return [ids[start : start + BATCH] for start in range(0, len(ids), BATCH)]


def _mend_batch(
    organization_id: int, ids: Sequence[int], actor: User | None, now: datetime
) -> list[Difference]:
    with transaction.atomic():
        lost = {
            (one.warehouse_id, one.product_id)
            for one in differences(organization_id=organization_id, product_ids=ids)
            if one.missing
        }
        for warehouse_id, product_id in sorted(lost):
            make_levels_in(
                organization_id=organization_id,
                product_ids=[product_id],
                warehouse_id=warehouse_id,
            )
        levels = {
            (level.warehouse_id, level.product_id): level
            for level in lock_levels(organization_id=organization_id, product_ids=ids)
        }
        found = differences(organization_id=organization_id, product_ids=ids)
        mended = []
        for one in found:
            place = (one.warehouse_id, one.product_id)
            mended.append(_mended(levels[place], one, anew=place in lost, now=now))
            _audit(levels[place], one, actor=actor, now=now)
        update_rows(mended, ["on_hand", "reserved", "updated_at"])
        lines = [_line(levels[one.warehouse_id, one.product_id], one, actor, now) for one in found]
        copy_rows([line for line in lines if line is not None])
        tell_stock_changed(
            organization_id=organization_id, product_ids={one.product_id for one in found}
        )
    return found


def _mended(level: StockLevel, one: Difference, *, anew: bool, now: datetime) -> StockLevel:
    level.on_hand = max(one.ledger_on_hand, 0) if anew else level.on_hand
    level.reserved, level.updated_at = one.promised, now
    return level


def _line(
    level: StockLevel, one: Difference, actor: User | None, now: datetime
) -> StockMovement | None:
    """What makes the ledger add up to the level; nothing when it does."""
    on_hand = level.on_hand - one.ledger_on_hand
    reserved = one.promised - one.ledger_reserved
    if not on_hand and not reserved:
        return None
    return StockMovement(
        organization_id=level.organization_id,
        warehouse_id=level.warehouse_id,
        product_id=level.product_id,
        kind=MovementKind.RECOUNT,
        on_hand_change=on_hand,
        reserved_change=reserved,
        on_hand_after=level.on_hand,
        reserved_after=level.reserved,
        reason=_("The ledger did not add up to the level or to the open promises")[:200],
        key=f"recount:{uuid.uuid4()}",
        actor_id=actor.pk if actor else None,
        at=now,
    )


def _audit(level: StockLevel, one: Difference, *, actor: User | None, now: datetime) -> None:
    record(
        action="stock.recounted",
        target=level,
        actor=actor,
        organization_id=level.organization_id,
        now=now,
        before={
            "on_hand": one.on_hand,
            "ledger_on_hand": one.ledger_on_hand,
            "reserved": one.reserved,
            "ledger_reserved": one.ledger_reserved,
        },
        after={"on_hand": level.on_hand, "reserved": level.reserved},
    )
