"""The arrival of transfers, in full, in parts, or not as it was sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import NotYours
from inventory.enums import MovementKind, TransferState
from inventory.locks import lock_transfer
from inventory.models import StockLevel, Transfer, TransferLine, TransferReceipt
from inventory.operations.ledger import HIGHEST, Ledger
from inventory.operations.setting import settle_short
from inventory.operations.transfers import (
    InvalidTransfer,
    check_state,
    levels_in,
    lines_of,
    record_step,
)

if TYPE_CHECKING:
    from accounts.models import User


def receive_transfer(
    *,
    transfer: Transfer,
    arrived: Mapping[int, int],
    finish: bool,
    reason: str,
    key: str,
    actor: User | None,
    now: datetime,
) -> Transfer:
    """Book what arrived, {line id: pieces}; the same ``key`` counts once.

    More than is open, or ``finish`` with pieces still open, is a difference and needs a ``reason``: the
    sent pieces are booked in, the difference as a correction beside them. A transfer with nothing
    open is RECEIVED. Raises :class:`InvalidTransfer`; publishes ``stock.changed``.
    """
    with transaction.atomic():
        locked = lock_transfer(transfer=transfer)
        if TransferReceipt.objects.filter(transfer=locked, key=key).exists():
            return locked
        check_state(locked, TransferState.SENT)
        lines = lines_of(locked)
        _check_arrived(lines, arrived, finish=finish, reason=reason)
        if not finish and not any(arrived.values()):
            raise InvalidTransfer(_("Nothing has arrived."), remedy=_("Type how many pieces came."))
        booking = Booking(locked, reason, key, actor, Ledger(locked.organization_id, now))
        levels = levels_in(locked, lines, locked.destination_id)
        for line in lines:
            booking.arrive(line, levels[line.product_id], arrived.get(line.pk, 0))
            if finish and line.open:
                booking.miss(line, levels[line.product_id])
        booking.ledger.write()
        for level in levels.values():
            settle_short(level=level, now=now)
        _keep(locked, lines, booking, pieces=sum(arrived.values()), now=now)
    return locked


class Booking:
    """One arrival on its way into the ledger."""

    def __init__(
        self, transfer: Transfer, reason: str, key: str, actor: User | None, ledger: Ledger
    ) -> None:
        self.transfer, self.reason, self.key = transfer, reason, key
        self.actor, self.ledger = actor, ledger

    def arrive(self, line: TransferLine, level: StockLevel, pieces: int) -> None:
        """Pieces of a line came; those beyond what is open are booked as a correction."""
        sent = min(pieces, line.open)
        line.received += pieces
        came_from = _("From %(place)s") % {"place": self.transfer.source.name}
        self._move(level, MovementKind.TRANSFER_IN, f"in:{line.pk}", sent, came_from)
        self._move(level, MovementKind.TRANSFER_DIFF, f"more:{line.pk}", pieces - sent, self.reason)

    def miss(self, line: TransferLine, level: StockLevel) -> None:
        """The rest of a line never came: booked in and out again, so that both are on record."""
        lost = line.open
        line.missing += lost
        text = _("%(count)d did not arrive: %(why)s") % {"count": lost, "why": self.reason}
        self._move(level, MovementKind.TRANSFER_IN, f"rest:{line.pk}", lost, text)
        self._move(level, MovementKind.TRANSFER_DIFF, f"lost:{line.pk}", -lost, text)

    def _move(
        self, level: StockLevel, kind: MovementKind, what: str, pieces: int, reason: str
    ) -> None:
        if pieces:
            self.ledger.move(
                level,
                kind=kind,
                key=f"transfer:{self.transfer.pk}:{self.key}:{what}",
                on_hand=pieces,
                reason=reason,
                reference=self.transfer.label,
                actor=self.actor,
            )


def _check_arrived(
    lines: Sequence[TransferLine], arrived: Mapping[int, int], *, finish: bool, reason: str
) -> None:
    if not arrived.keys() <= {line.pk for line in lines}:
        raise NotYours
    if any(not 0 <= pieces <= HIGHEST for pieces in arrived.values()):
        raise InvalidTransfer(_("Pieces are whole numbers from 0."))
    too_many = any(arrived.get(line.pk, 0) > line.open for line in lines)
    too_few = finish and any(arrived.get(line.pk, 0) < line.open for line in lines)
    if (too_many or too_few) and not reason.strip():
        raise InvalidTransfer(
            _("What arrived differs from what was sent."),
            remedy=_("Say why: the reason is kept in the ledger."),
            fields={"reason": [_("Say why.")]},
        )


def _keep(
    transfer: Transfer,
    lines: Sequence[TransferLine],
    booking: Booking,
    *,
    pieces: int,
    now: datetime,
) -> None:
    TransferLine.objects.bulk_update(lines, ["received", "missing"])
    TransferReceipt.objects.create(
        organization_id=transfer.organization_id,
        transfer=transfer,
        key=booking.key,
        pieces=pieces,
        reason=booking.reason[:200],
        actor=booking.actor,
        at=now,
    )
    if not any(line.open for line in lines):
        transfer.state, transfer.closed_at = TransferState.RECEIVED, now
        transfer.save(update_fields=["state", "closed_at", "updated_at"])
    after = {"pieces": pieces, "reason": booking.reason, "state": transfer.state}
    record_step(transfer, "stock.transfer_received", booking.actor, now, after=after)
