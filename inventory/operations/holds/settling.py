"""Kept pieces are sold, given back, or let go of when their time is over."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import StateConflict, Text
from inventory.enums import HoldState
from inventory.locks import lock_expired_holds, lock_hold
from inventory.models import Hold
from inventory.operations.holds.audit import audit_hold
from inventory.operations.reservations import move_reservations

if TYPE_CHECKING:
    from accounts.models import User

BATCH = 200


class HoldIsOver(StateConflict):
    """The pieces are not kept any more, or were sold already."""

    code = "reservation_is_over"
    title: ClassVar[Text] = gettext_lazy("The reservation is over")


def confirm_hold(*, hold: Hold, actor: User | None, now: datetime) -> Hold:
    """The pieces are sold: they leave the shelf. Again is the same.

    Raises :class:`HoldIsOver` once the hold was released or its time is over.
    """
    with transaction.atomic():
        locked = lock_hold(hold=hold)
        if locked.state == HoldState.CONFIRMED:
            return locked
        if not locked.is_active or (locked.expires_at and locked.expires_at <= now):
            raise HoldIsOver(_("The pieces are not kept any more."), remedy=_("Reserve them anew."))
        return _settle(locked, HoldState.CONFIRMED, actor=actor, now=now)


def release_hold(*, hold: Hold, actor: User | None, now: datetime) -> Hold:
    """Give the pieces back. Again is the same; raises :class:`HoldIsOver` when they were sold."""
    with transaction.atomic():
        locked = lock_hold(hold=hold)
        if locked.state == HoldState.CONFIRMED:
            raise HoldIsOver(
                _("The pieces were sold."), remedy=_("Book them as a return when they come back.")
            )
        if not locked.is_active:
            return locked
        return _settle(locked, HoldState.RELEASED, actor=actor, now=now)


def expire_holds(*, now: datetime, product_ids: Collection[int] | None = None) -> int:
    """Let go of the holds whose time is over, of these products or of all; returns how many.

    In batches of their own transactions; those somebody else settles at this moment are theirs.
    """
    expired = 0
    while True:
        with transaction.atomic():
            due = lock_expired_holds(now=now, limit=BATCH, product_ids=product_ids)
            by_organization: dict[int, list[Hold]] = {}
            for hold in due:
                by_organization.setdefault(hold.organization_id, []).append(hold)
            for organization_id, holds in sorted(by_organization.items()):
                move_reservations(
                    organization_id=organization_id,
                    release_claims=[hold.claim for hold in holds],
                    reason=_("Expired"),
                    now=now,
                )
            Hold.objects.filter(pk__in=[hold.pk for hold in due]).update(
                state=HoldState.EXPIRED, settled_at=now
            )
        expired += len(due)
        if len(due) < BATCH:
            return expired


def _settle(hold: Hold, state: HoldState, *, actor: User | None, now: datetime) -> Hold:
    claims = [hold.claim]
    sold = state == HoldState.CONFIRMED
    move_reservations(
        organization_id=hold.organization_id,
        consume_claims=claims if sold else (),
        release_claims=() if sold else claims,
        reason=_("Given back"),
        now=now,
    )
    hold.state, hold.settled_at = state, now
    hold.save(update_fields=["state", "settled_at"])
    audit_hold(hold, action=f"stock.hold_{state.value.lower()}", actor=actor, now=now)
    return hold
