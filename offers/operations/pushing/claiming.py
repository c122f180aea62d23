"""Which pushes are due, who has them, and how long what is not yet due is waited for."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from core.enums import WorkState
from core.work import claim_due, due
from offers.enums import PushReason
from offers.models import OfferPush, StockCommand
from offers.operations.requesting import hint_account
from settings_app.models import Integration

CHUNK = 1000
LEASE = timedelta(minutes=10)
LOOK_AFTER = timedelta(seconds=20)
# Seconds a worker stays for what comes next; the sweep comes every ten.
PATIENT = 6.0
REST = timedelta(minutes=1)


def hint_due_accounts() -> int:
    """Hint the worker of every account with due pushes or commands; returns how many there are."""
    now = timezone.now()
    pushes = due(OfferPush.objects.filter(command=None), now=now)
    commands = due(StockCommand.objects.all(), now=now)
    # Claimed a while ago: at work, or left by a worker that was killed. Whoever gets the lock knows.
    left = OfferPush.objects.filter(
        command=None, state=WorkState.RUNNING, claimed_until__lt=now + LEASE - LOOK_AFTER
    )
    accounts = {
        *left.order_by().values_list("integration_id", flat=True).distinct(),
        *pushes.order_by().values_list("integration_id", flat=True).distinct(),
        *commands.order_by().values_list("integration_id", flat=True).distinct(),
    }
    for integration_id in sorted(accounts):
        hint_account(integration_id=integration_id)
    return len(accounts)


def take_over(integration_id: int) -> None:
    """Make due what a killed pusher had claimed: who holds the account's lock is the only one at work.

    Waiting for the claim to run out would leave offers at a number that is no longer there.
    """
    OfferPush.objects.filter(
        integration_id=integration_id, command=None, state=WorkState.RUNNING
    ).update(state=WorkState.PENDING, claimed_until=None, next_attempt_at=timezone.now())


def _open(integration: Integration) -> QuerySet[OfferPush]:
    return OfferPush.objects.filter(integration=integration, command=None)


def claim(integration: Integration) -> list[OfferPush]:
    """Due pushes, those that cannot wait first."""
    now = timezone.now()
    wanted: dict[str, Any] = {"now": now, "lease": LEASE, "related": ["offer"]}
    urgent = claim_due(_open(integration).filter(urgent=True), limit=CHUNK, **wanted)
    if urgent:
        return urgent
    return claim_due(_open(integration), limit=CHUNK, **wanted)


def rest(integration: Integration, reason: PushReason) -> None:
    """Let what is due wait for a minute; ``reason`` says what holds it."""
    now = timezone.now()
    OfferPush.objects.filter(
        integration=integration, state=WorkState.PENDING, command=None, next_attempt_at__lte=now
    ).update(next_attempt_at=now + REST, reason=reason)


def wait_a_moment(integration: Integration, until: float) -> bool:
    """Wait for what is due within moments, such as a command's result; False when nothing is."""
    waiting = (
        StockCommand.objects.filter(integration=integration, state=WorkState.PENDING),
        _open(integration).filter(state=WorkState.PENDING),
    )
    moments = [
        rows.order_by("next_attempt_at").values_list("next_attempt_at", flat=True).first()
        for rows in waiting
    ]
    next_at = min((one for one in moments if one is not None), default=None)
    if next_at is None:
        return False
    pause = max(0.05, (next_at - timezone.now()).total_seconds())
    if pause > PATIENT or time.monotonic() + pause >= until:
        return False
    time.sleep(pause)
    return True
