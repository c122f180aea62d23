"""The one place where levels and ledger are written together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import connection
from django.utils.translation import gettext as _

from core.bulk import copy_rows, fresh
from core.errors import HubError
from core.outbox import publish_many
from inventory.enums import MovementKind
from inventory.models import StockLevel, StockMovement
from inventory.queries.bundles import bundles_holding

if TYPE_CHECKING:
    from accounts.models import User

# So many pieces lie in one place at most; what orders promise fits into a column beside it.
HIGHEST = 2_000_000_000
# How many product ids one message names; a handler of it stays short.
IDS_PER_MESSAGE = 500

WRITE_LEVELS = """
    UPDATE inventory_stocklevel AS level
       SET on_hand = new.on_hand, reserved = new.reserved, updated_at = %s
      FROM unnest(%s::bigint[], %s::int[], %s::int[]) AS new (id, on_hand, reserved)
     WHERE level.id = new.id
"""


class InvalidStock(HubError):
    """A number of pieces that cannot lie anywhere."""

    code = "invalid_stock"


@dataclass(slots=True)
class Ledger:
    """Collects changes of locked levels, then writes levels, ledger lines and the message at once."""

    organization_id: int
    now: datetime
    levels: dict[int, StockLevel] = field(default_factory=dict)
    movements: list[StockMovement] = field(default_factory=list)

    def move(
        self,
        level: StockLevel,
        *,
        kind: MovementKind,
        key: str,
        on_hand: int = 0,
        reserved: int = 0,
        reason: str = "",
        reference: str = "",
        actor: User | None = None,
    ) -> None:
        """Change ``level``, which the caller holds locked, by these numbers of pieces.

        Raises :class:`InvalidStock` when more would lie there than one place can hold.
        """
        level.on_hand += on_hand
        if on_hand > 0 and level.on_hand > HIGHEST:
            raise InvalidStock(
                _("More than %(most)d pieces would lie in one place.") % {"most": HIGHEST},
                remedy=_("Correct the number of pieces, or what lies there already."),
            )
        level.reserved += reserved
        self.levels[level.pk] = level
        self.movements.append(
            fresh(
                StockMovement,
                organization_id=self.organization_id,
                warehouse_id=level.warehouse_id,
                product_id=level.product_id,
                kind=kind,
                on_hand_change=on_hand,
                reserved_change=reserved,
                on_hand_after=level.on_hand,
                reserved_after=level.reserved,
                reason=reason[:200],
                reference=reference[:120],
                key=key,
                actor_id=actor.pk if actor else None,
                at=self.now,
            )
        )

    def write(self) -> None:
        """Write what was collected and tell others, in the caller's transaction."""
        if not self.movements:
            return
        changed = list(self.levels.values())
        with connection.cursor() as cursor:
            cursor.execute(
                WRITE_LEVELS,
                [
                    self.now,
                    [level.pk for level in changed],
                    [level.on_hand for level in changed],
                    [level.reserved for level in changed],
                ],
            )
        copy_rows(self.movements)
        tell_stock_changed(
            organization_id=self.organization_id,
            product_ids={level.product_id for level in changed},
        )


def tell_stock_changed(*, organization_id: int, product_ids: Iterable[int]) -> None:
    """Publish ``stock.changed`` for these products and the bundles they are parts of.

    Some hundred ids a message.
    """
    moved = set(product_ids)
    moved |= bundles_holding(organization_id=organization_id, product_ids=moved)
    ids: Sequence[int] = sorted(moved)
    publish_many(
        topic="stock.changed",
        payloads=[
            ({"product_ids": list(ids[start : start + IDS_PER_MESSAGE])}, organization_id)
            for start in range(0, len(ids), IDS_PER_MESSAGE)
        ],
    )
