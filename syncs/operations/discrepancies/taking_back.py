"""Settled discrepancies opened again, with what their settling changed here given back."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.audit import record_change
from core.errors import StateConflict
from inventory.models import Warehouse
from inventory.operations import set_on_hand
from products.operations import update_product
from syncs.enums import DiscrepancyStatus, EntryKind, Resolution
from syncs.locks import lock_discrepancy
from syncs.models import Discrepancy, DiscrepancyEntry
from syncs.models.discrepancies import SETTLEMENT
from syncs.operations.discrepancies.findings import entry, open_again
from syncs.operations.discrepancies.refusals import NotPossible
from syncs.operations.discrepancies.sides import product_of


@transaction.atomic
def take_back(
    *, discrepancy: Discrepancy, actor: User, now: datetime, comment: str = ""
) -> Discrepancy:
    """Open it again, and give back what taking Allegro's value changed here.

    The former stock or price returns only while it is what we made it; else
    :class:`~core.errors.StateConflict`. What was sent to Allegro cannot be taken back from here:
    :class:`NotPossible`.
    """
    row = lock_discrepancy(discrepancy)
    restored: dict[str, Any] = {}
    if row.resolution == Resolution.ALLEGRO:
        restored = _restore(row, actor, now)
    elif row.status != DiscrepancyStatus.IGNORED:
        raise NotPossible(
            _("Only what was ignored, or taken from Allegro, can be taken back."),
            remedy=_("Change the stock or the price here; it is sent to Allegro again."),
        )
    before = {"status": row.status, "resolution": row.resolution}
    open_again(row)
    row.save(update_fields=SETTLEMENT)
    entry(
        row,
        EntryKind.UNDONE,
        now=now,
        actor=actor,
        comment=comment,
        before=before,
        after={"status": row.status, **restored},
    ).save()
    record_change(
        "discrepancy.taken_back", row, actor, now, before, {"status": row.status, **restored}
    )
    return row


def can_be_taken_back(row: Discrepancy) -> bool:
    """Whether :func:`take_back` is for it. What moved since is only found out by trying."""
    return row.status == DiscrepancyStatus.IGNORED or (
        row.status == DiscrepancyStatus.RESOLVED and row.resolution == Resolution.ALLEGRO
    )


def _restore(row: Discrepancy, actor: User, now: datetime) -> dict[str, Any]:
    line: DiscrepancyEntry = row.entries.filter(kind=EntryKind.RESOLVED).order_by("-pk")[:1].get()
    before, after = line.before or {}, line.after or {}
    if "price" in after:
        _restore_price(row, before["price"], after["price"], actor, now)
        return {"price": before["price"]}
    set_on_hand(
        organization_id=row.organization_id,
        product_id=after["product"],
        warehouse=Warehouse.objects.get(organization_id=row.organization_id, pk=after["warehouse"]),
        on_hand=before["on_hand"],
        expected=after["on_hand"],
        reason=_("Difference with Allegro, taken back"),
        actor=actor,
        now=now,
        key=f"discrepancy:{row.pk}:back:{line.pk}",
    )
    return {"on_hand": before["on_hand"]}


def _restore_price(
    row: Discrepancy, former: str | None, ours: str, actor: User, now: datetime
) -> None:
    product = product_of(row)
    if product.selling_price != Decimal(ours):
        raise StateConflict(
            _("The price is %(now)s now, not %(then)s.")
            % {"now": product.selling_price, "then": ours},
            remedy=_("Change the product's price yourself."),
        )
    update_product(
        product=product,
        values={"selling_price": None if former is None else Decimal(former)},
        actor=actor,
        now=now,
        expected_version=product.version,
    )
