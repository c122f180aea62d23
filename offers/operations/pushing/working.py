"""Claimed pushes: orders are drained, each offer is decided, and the cheapest plan is written."""

from __future__ import annotations

from collections.abc import Sequence

import structlog
from django.utils import timezone

from connectors.allegro import AllegroClient
from offers.draining import drain_orders
from offers.enums import PushReason, WriteKind
from offers.models import Offer, OfferPush, StockCommandItem
from offers.operations.braking import brake_holds
from offers.operations.commanding import STOCK, Draft, send_all, store
from offers.operations.commanding.worker import CHUNK, REST
from offers.operations.deciding import Look, decide
from offers.operations.pushing.looking import look_at
from offers.operations.seeing import note_theirs
from offers.operations.verdicts import Verdict, later, settle
from offers.planning import Wish, Write, plan
from settings_app.enums import ZeroStockPolicy
from settings_app.models import Integration

log = structlog.get_logger(__name__)


def work(integration: Integration, client: AllegroClient, pushes: Sequence[OfferPush]) -> bool:
    """Look at claimed pushes; False when the account had better be left alone for now."""
    try:
        drain_orders(integration)
    except Exception as error:  # whatever a drain raises, no stock is written without it
        log.warning(
            "stock waits for orders",
            integration_id=integration.pk,
            error_type=type(error).__name__,
            exc_info=not hasattr(error, "retryable"),
        )
        now = timezone.now()
        seconds = float(getattr(error, "retry_after", None) or 15)
        waits = [later(one, PushReason.JOURNAL, now=now, seconds=seconds) for one in pushes]
        settle(waits, now=now)
        return False
    # Read again: what the drain brought, and what other workers wrote since these were claimed.
    offers = Offer.objects.in_bulk([one.offer_id for one in pushes])
    for push in pushes:
        push.offer = offers[push.offer_id]
    looks, verdicts, healthy = look_at(integration, client, pushes)
    wishes, revivals = [], []
    for look in looks:
        found = decide(look, client=client, now=timezone.now())
        if isinstance(found, Verdict):
            verdicts.append(found)
        elif found.kind == WriteKind.ACTIVATE:
            revivals.append(found.wish)
        else:
            wishes.append(found.wish)
    note_theirs(
        integration=integration,
        offer_ids=[look.push.offer_id for look in looks],
        at=timezone.now(),
    )
    settle(verdicts, now=timezone.now())
    if not healthy:
        remaining = [look.push for look in looks if look.push.offer_id in _ids(wishes, revivals)]
        now = timezone.now()
        settle([later(one, PushReason.AWAY, now=now, seconds=30) for one in remaining], now=now)
        return False
    if _braked(integration, looks, wishes):
        return False
    return _write(integration, client, looks, wishes, revivals)


def _braked(integration: Integration, looks: Sequence[Look], wishes: Sequence[Wish]) -> bool:
    """Whether the brake holds what is to be written: stock may have gone since it was looked at first,
    while the journal was read."""
    now = timezone.now()
    zeros = any(wish.value == 0 for wish in wishes)
    if not zeros or not brake_holds(integration=integration, now=now):
        return False
    waits = [
        later(
            look.push,
            PushReason.BRAKE,
            now=now,
            seconds=REST.total_seconds(),
            target=look.target,
            shown=look.shown,
        )
        for look in looks
    ]
    settle(waits, now=now)
    return True


def _write(
    integration: Integration,
    client: AllegroClient,
    looks: Sequence[Look],
    wishes: Sequence[Wish],
    revivals: Sequence[Wish],
) -> bool:
    ends = integration.zero_stock_policy == ZeroStockPolicy.END
    writes = plan(wishes, end_at_zero=ends)
    writes += [
        Write(WriteKind.ACTIVATE, tuple(revivals[at : at + CHUNK]))
        for at in range(0, len(revivals), CHUNK)
    ]
    if not writes:
        return True
    shown = {look.push.offer_id: look.shown for look in looks}
    commands = store(
        STOCK,
        integration=integration,
        drafts=[
            Draft(
                write.kind,
                [
                    StockCommandItem(
                        offer_id=wish.offer_id,
                        value=wish.value,
                        shown_before=shown.get(wish.offer_id),
                    )
                    for wish in write.wishes
                ],
            )
            for write in writes
        ],
        pushes={look.push.offer_id: look.push for look in looks},
        now=timezone.now(),
    )
    return send_all(STOCK, integration=integration, commands=commands, client=client)


def _ids(*groups: Sequence[Wish]) -> set[int]:
    return {wish.offer_id for group in groups for wish in group}
