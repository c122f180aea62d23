"""Transfers: drafted, sent (out of the source), called back. Their arrival is in :mod:`.receiving`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.audit import record
from core.errors import HubError, NotYours, StateConflict, Text
from inventory.enums import MovementKind, TransferState
from inventory.locks import lock_levels, lock_numbering, lock_transfer
from inventory.models import StockLevel, Transfer, TransferLine, Warehouse
from inventory.operations.bundles import refuse_bundle
from inventory.operations.holds import NotEnoughStock
from inventory.operations.ledger import HIGHEST, Ledger
from inventory.operations.places import make_levels_in
from inventory.operations.setting import settle_short
from inventory.operations.warehouses import ensure_default_warehouse
from products.models import Product

if TYPE_CHECKING:
    from accounts.models import User

# A form of the arrival has a field for each; more would be more than a request may carry.
MOST_LINES = 500


class InvalidTransfer(HubError):
    """The transfer cannot be kept or carried out like this."""

    code = "invalid_transfer"
    title: ClassVar[Text] = gettext_lazy("The transfer cannot be made like this")


def draft_transfer(
    *,
    organization_id: int,
    source: Warehouse,
    destination: Warehouse,
    note: str,
    actor: User | None,
    now: datetime,
    pieces: Mapping[int, int] | None = None,
) -> Transfer:
    """A new transfer with the organization's next number; nothing moves yet.

    ``pieces`` are its first lines, {product id: quantity}. Raises :class:`InvalidTransfer` for one
    place twice or a closed one, :class:`~core.errors.NotYours` for somebody else's.
    """
    places = {source.organization_id, destination.organization_id}
    if places != {organization_id}:
        raise NotYours
    if source.pk == destination.pk:
        raise InvalidTransfer(_("A transfer goes from one warehouse to another."))
    if not (source.active and destination.active):
        raise InvalidTransfer(
            _("One of the warehouses is closed."), remedy=_("Open it again, or choose another.")
        )
    ensure_default_warehouse(organization_id=organization_id)
    with transaction.atomic():
        lock_numbering(organization_id=organization_id)
        last = Transfer.objects.filter(organization_id=organization_id).aggregate(
            last=Max("number")
        )["last"]
        transfer = Transfer.objects.create(
            organization_id=organization_id,
            number=(last or 0) + 1,
            source=source,
            destination=destination,
            note=note[:200],
            actor=actor,
        )
        record_step(transfer, "stock.transfer_drafted", actor, now)
        for product_id, quantity in (pieces or {}).items():
            set_transfer_line(
                transfer=transfer, product_id=product_id, quantity=quantity, actor=actor, now=now
            )
    return transfer


def set_transfer_line(
    *,
    transfer: Transfer,
    product_id: int,
    quantity: int,
    actor: User | None,
    now: datetime,
    add: bool = False,
) -> None:
    """Have ``quantity`` pieces of a product in a draft; 0 takes it out, ``add`` adds to what is there.

    Raises :class:`InvalidTransfer` once it was sent, :class:`BundleHasNoStock` for a bundle.
    """
    organization_id = transfer.organization_id
    with transaction.atomic():
        locked = _in_state(transfer, TransferState.DRAFT)
        product = Product.objects.filter(organization_id=organization_id, pk=product_id).first()
        if product is None:
            raise NotYours
        refuse_bundle(organization_id=organization_id, product_id=product_id)
        lines = TransferLine.objects.filter(transfer=locked)
        before = lines.filter(product_id=product_id).values_list("quantity", flat=True).first() or 0
        after = before + quantity if add else quantity
        if not 0 <= after <= HIGHEST:
            raise InvalidTransfer(_("A line has at least one piece."))
        if after == 0:
            lines.filter(product_id=product_id).delete()
        elif before:
            lines.filter(product_id=product_id).update(quantity=after)
        elif lines.count() >= MOST_LINES:
            raise InvalidTransfer(
                _("A transfer has at most %(most)d lines.") % {"most": MOST_LINES},
                remedy=_("Send this one and start another."),
            )
        else:
            TransferLine.objects.create(
                organization_id=organization_id,
                transfer=locked,
                product_id=product_id,
                quantity=after,
            )
        change = {product.code: [before, after]}
        record_step(locked, "stock.transfer_line_set", actor, now, after=change)


def send_transfer(*, transfer: Transfer, actor: User | None, now: datetime) -> Transfer:
    """The pieces leave the source and are in transit. Again is the same.

    Only what is free may leave: raises :class:`NotEnoughStock` with the first product that falls
    short, :class:`InvalidTransfer` for an empty draft. Publishes ``stock.changed``.
    """
    with transaction.atomic():
        locked = lock_transfer(transfer=transfer)
        if locked.state in (TransferState.SENT, TransferState.RECEIVED):
            return locked
        check_state(locked, TransferState.DRAFT)
        lines = lines_of(locked)
        if not lines:
            raise InvalidTransfer(
                _("There is nothing in the transfer."), remedy=_("Add a product first.")
            )
        # The places they go to show what is on its way, so they get their levels now.
        make_levels_in(
            organization_id=locked.organization_id,
            product_ids=[line.product_id for line in lines],
            warehouse_id=locked.destination_id,
        )
        levels = levels_in(locked, lines, locked.source_id)
        ledger = Ledger(locked.organization_id, now)
        for line in lines:
            level = levels[line.product_id]
            if level.available < line.quantity:
                raise NotEnoughStock(available=max(level.available, 0), code=line.product.code)
            ledger.move(
                level,
                kind=MovementKind.TRANSFER_OUT,
                key=f"transfer:{locked.pk}:out:{line.pk}",
                on_hand=-line.quantity,
                reason=_("To %(place)s") % {"place": locked.destination.name},
                reference=locked.label,
                actor=actor,
            )
        ledger.write()
        locked.state, locked.sent_at = TransferState.SENT, now
        locked.save(update_fields=["state", "sent_at", "updated_at"])
        record_step(locked, "stock.transfer_sent", actor, now)
    return locked


def cancel_transfer(*, transfer: Transfer, actor: User | None, now: datetime) -> Transfer:
    """Give a draft up, or call back what is in transit: it lies in the source again.

    What was received stays received. Again is the same; raises :class:`InvalidTransfer` after the end.
    """
    with transaction.atomic():
        locked = lock_transfer(transfer=transfer)
        if locked.state == TransferState.CANCELLED:
            return locked
        check_state(locked, TransferState.DRAFT, TransferState.SENT)
        if locked.state == TransferState.SENT:
            _call_back(locked, actor, now)
        locked.state, locked.closed_at = TransferState.CANCELLED, now
        locked.save(update_fields=["state", "closed_at", "updated_at"])
        record_step(locked, "stock.transfer_cancelled", actor, now)
    return locked


def _call_back(transfer: Transfer, actor: User | None, now: datetime) -> None:
    lines = [line for line in lines_of(transfer) if line.open]
    levels = levels_in(transfer, lines, transfer.source_id)
    ledger = Ledger(transfer.organization_id, now)
    for line in lines:
        ledger.move(
            levels[line.product_id],
            kind=MovementKind.TRANSFER_IN,
            key=f"transfer:{transfer.pk}:back:{line.pk}",
            on_hand=line.open,
            reason=_("Transfer cancelled"),
            reference=transfer.label,
            actor=actor,
        )
        line.missing += line.open
    ledger.write()
    for level in levels.values():
        settle_short(level=level, now=now)
    TransferLine.objects.bulk_update(lines, ["missing"])


def lines_of(transfer: Transfer) -> list[TransferLine]:
    """The lines with their products, in the order they were made."""
    return list(
        TransferLine.objects.filter(transfer=transfer).select_related("product").order_by("pk")
    )


def levels_in(
    transfer: Transfer, lines: Sequence[TransferLine], warehouse_id: int
) -> dict[int, StockLevel]:
    """The locked levels of the lines' products in a warehouse, by product."""
    ids = [line.product_id for line in lines]
    organization_id = transfer.organization_id
    make_levels_in(organization_id=organization_id, product_ids=ids, warehouse_id=warehouse_id)
    return {
        level.product_id: level
        for level in lock_levels(organization_id=organization_id, product_ids=ids)
        if level.warehouse_id == warehouse_id
    }


def _in_state(transfer: Transfer, *states: TransferState) -> Transfer:
    locked = lock_transfer(transfer=transfer)
    check_state(locked, *states)
    return locked


def check_state(transfer: Transfer, *states: TransferState) -> None:
    """Raise :class:`~core.errors.StateConflict` unless the transfer is in one of ``states``."""
    if transfer.state not in states:
        raise StateConflict(
            _("Transfer %(number)s is in the state: %(state)s.")
            % {"number": transfer.label, "state": transfer.get_state_display()},
            remedy=_("Look at it again; somebody was quicker."),
        )


def record_step(
    transfer: Transfer,
    action: str,
    actor: User | None,
    now: datetime,
    *,
    after: Mapping[str, object] | None = None,
) -> None:
    """Put a step of a transfer on the audit trail."""
    record(
        action=action,
        target=transfer,
        actor=actor,
        organization_id=transfer.organization_id,
        now=now,
        after=after or {"number": transfer.label, "state": transfer.state},
    )
