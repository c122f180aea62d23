"""Runs nobody asked for: by the clock, and when an account is connected."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone

from accounts.models import User
from settings_app.enums import SyncDirection
from settings_app.models import Integration
from syncs.enums import SyncKind, SyncTrigger
from syncs.models import SyncRun
from syncs.operations.start import AccountNotWorking, start_run
from syncs.operations.stock_differences import push_stock_differences


def start_scheduled(*, integration_id: int, kind: str) -> SyncRun | None:
    """Start the run a schedule asks for; None when the account is gone or does not work.

    STOCK is no run: what differs is handed to the pushes of stock, which have their own page.
    """
    integration = Integration.objects.filter(pk=integration_id).first()
    if integration is None or not integration.is_working:
        return None
    if kind == SyncDirection.STOCK:
        push_stock_differences(integration=integration, now=timezone.now())
        return None
    return start_run(
        integration=integration,
        kind=SyncKind(kind),
        trigger=SyncTrigger.SCHEDULE,
        actor=None,
        now=timezone.now(),
    )


def start_for_message(
    *,
    integration_id: int,
    kinds: Sequence[SyncKind],
    trigger: SyncTrigger,
    sent_at: datetime,
    actor_id: int | None = None,
) -> list[SyncRun]:
    """Start runs a message asks for; one requested since the message was sent answers it already."""
    integration = Integration.objects.filter(pk=integration_id).first()
    if integration is None:
        return []
    answered = set(
        SyncRun.objects.filter(
            integration=integration, kind__in=kinds, requested_at__gte=sent_at
        ).values_list("kind", flat=True)
    )
    actor = User.objects.filter(pk=actor_id).first() if actor_id else None
    try:
        return [
            start_run(
                integration=integration,
                kind=kind,
                trigger=trigger,
                actor=actor,
                now=timezone.now(),
            )
            for kind in kinds
            if kind not in answered
        ]
    except AccountNotWorking:
        return []
