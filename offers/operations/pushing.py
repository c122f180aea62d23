"""Sending an account's stock to Allegro: one worker per account, the fewest calls, nothing in doubt."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db.models import QuerySet
from django.utils import timezone

from connectors.allegro import AllegroClient, AllegroError, Lane, Unavailable
from core.enums import WorkState
from core.work import claim_due, due
from offers.draining import drain_orders, sold_since
from offers.enums import PushReason, WriteKind
from offers.locks import account_pusher
from offers.models import Offer, OfferPush, StockCommand
from offers.operations.braking import brake_holds
from offers.operations.commanding import follow_commands, of_error, send_all, store
from offers.operations.deciding import Look, decide
from offers.operations.parking import tell_parked
from offers.operations.requesting import hint_account
from offers.operations.verdicts import Verdict, done, failed, later, settle
from offers.planning import Wish, Write, plan
from offers.reading import read_shown
from offers.targets import targets_for
from settings_app.connection import allegro_client
from settings_app.enums import ZeroStockPolicy
from settings_app.models import Integration
from settings_app.operations.health import record_sync_failure
from settings_app.queries import StockStop, stock_stop

log = structlog.get_logger(__name__)

CHUNK = 1000
LEASE = timedelta(minutes=10)
LOOK_AFTER = timedelta(seconds=20)
REST = timedelta(minutes=1)
# So many answers in a row that never came mean that Allegro is away, not one offer.
AWAY_AFTER = 3
# Seconds a worker stays for what comes next; the sweep comes every ten.
PATIENT = 6.0


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


def push_account(*, integration_id: int, seconds: float = 20.0) -> int:
    """Send what is due of one account for up to ``seconds``; returns how many pushes were looked at.

    Open commands are followed first. Then, unless a switch or the brake holds: the order journal is
    read to its head, targets are computed from the stock of that moment, offers that show them already
    are done, the others are written by the cheapest plan, and read back on the next look. A second
    worker of the same account returns 0. Killed at any moment, nothing is sent twice.
    """
    with account_pusher(integration_id=integration_id) as ours:
        if not ours:
            return 0
        _take_over(integration_id)
        integration: Integration = Integration.objects.select_related("organization").get(
            pk=integration_id
        )
        with allegro_client(integration=integration, lane=Lane.STOCK) as client:
            looked = _push(integration, client, time.monotonic() + seconds)
        tell_parked(integration=integration, now=timezone.now())
        return looked


def _push(integration: Integration, client: AllegroClient, until: float) -> int:
    looked = 0
    while time.monotonic() < until:
        if stop := stock_stop(integration_id=integration.pk):
            return _stand_still(integration, client, stop, looked)
        integration.refresh_from_db()
        if not _followed(integration, client):
            return looked
        if brake_holds(integration=integration, now=timezone.now()):
            _rest(integration, PushReason.BRAKE)
            return looked
        pushes = _claim(integration)
        if pushes:
            looked += len(pushes)
            if not _survived(integration, client, pushes):
                return looked
        elif not _wait_a_moment(integration, until):
            return looked
    return looked


def _take_over(integration_id: int) -> None:
    """Make due what a killed pusher had claimed: who holds the account's lock is the only one at work.

    Waiting for the claim to run out would leave offers at a number that is no longer there.
    """
    OfferPush.objects.filter(
        integration_id=integration_id, command=None, state=WorkState.RUNNING
    ).update(state=WorkState.PENDING, claimed_until=None, next_attempt_at=timezone.now())


def _survived(integration: Integration, client: AllegroClient, pushes: Sequence[OfferPush]) -> bool:
    """:func:`_work`; a mistake of ours is noted on the pushes it stopped, and never silent."""
    try:
        return _work(integration, client, pushes)
    except Exception as error:
        log.exception("stock push failed", integration_id=integration.pk)
        now, words = timezone.now(), type(error).__name__
        _settle(
            [
                failed(one, PushReason.FAILED, now=now, target=one.target, error=words, trace_id="")
                for one in pushes
            ]
        )
        return False


def _stand_still(
    integration: Integration, client: AllegroClient, stop: StockStop, looked: int
) -> int:
    """Nothing is sent; results of what was sent before are still fetched while the account works."""
    if stop != StockStop.NOT_WORKING:
        _followed(integration, client)
    _rest(integration, PushReason.STOPPED)
    return looked


def _rest(integration: Integration, reason: PushReason) -> None:
    now = timezone.now()
    OfferPush.objects.filter(
        integration=integration, state=WorkState.PENDING, command=None, next_attempt_at__lte=now
    ).update(next_attempt_at=now + REST, reason=reason)


def _followed(integration: Integration, client: AllegroClient) -> bool:
    try:
        follow_commands(integration=integration, client=client)
    except AllegroError as error:
        record_sync_failure(integration=integration, error=error, now=timezone.now())
        return False
    return True


def _open(integration: Integration) -> QuerySet[OfferPush]:
    return OfferPush.objects.filter(integration=integration, command=None)


def _claim(integration: Integration) -> list[OfferPush]:
    """Due pushes, those that cannot wait first."""
    now = timezone.now()
    wanted: dict[str, Any] = {"now": now, "lease": LEASE, "related": ["offer"]}
    urgent = claim_due(_open(integration).filter(urgent=True), limit=CHUNK, **wanted)
    if urgent:
        return urgent
    return claim_due(_open(integration), limit=CHUNK, **wanted)


def _wait_a_moment(integration: Integration, until: float) -> bool:
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


def _work(integration: Integration, client: AllegroClient, pushes: Sequence[OfferPush]) -> bool:
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
        _settle([later(one, PushReason.JOURNAL, now=now, seconds=seconds) for one in pushes])
        return False
    # Read again: what the drain brought, and what other workers wrote since these were claimed.
    offers = Offer.objects.in_bulk([one.offer_id for one in pushes])
    for push in pushes:
        push.offer = offers[push.offer_id]
    looks, verdicts, healthy = _looked(integration, client, pushes)
    wishes, revivals = [], []
    for look in looks:
        found = decide(look, client=client, now=timezone.now())
        if isinstance(found, Verdict):
            verdicts.append(found)
        elif found.kind == WriteKind.ACTIVATE:
            revivals.append(found.wish)
        else:
            wishes.append(found.wish)
    _settle(verdicts)
    if not healthy:
        remaining = [look.push for look in looks if look.push.offer_id in _ids(wishes, revivals)]
        now = timezone.now()
        _settle([later(one, PushReason.AWAY, now=now, seconds=30) for one in remaining])
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
    _settle(
        [
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
    )
    return True


def _looked(
    integration: Integration, client: AllegroClient, pushes: Sequence[OfferPush]
) -> tuple[list[Look], list[Verdict], bool]:
    """What we want and what Allegro shows, for those where both are known; verdicts on the others."""
    targets = targets_for(integration=integration, offer_ids=[one.offer_id for one in pushes])
    verdicts: list[Verdict] = []
    ours: list[OfferPush] = []
    for push in pushes:
        target = targets[push.offer_id]
        if target.quantity is None:
            verdicts.append(done(push, PushReason(target.reason), now=timezone.now()))
        else:
            ours.append(push)
    asked_at = timezone.now()
    shown = read_shown(
        integration=integration, client=client, allegro_ids=[one.offer.allegro_id for one in ours]
    )
    sold = sold_since(
        integration,
        {one.offer_id: one.offer.stock_shown_at for one in ours if one.offer.stock_shown_at},
    )
    looks, failures = [], []
    for push in ours:
        quantity, found = targets[push.offer_id].quantity, shown[push.offer.allegro_id]
        assert quantity is not None  # the others were sorted out above
        if isinstance(found, AllegroError):
            failures.append(found)
            verdicts.append(of_error(push, found, now=timezone.now(), target=quantity))
        else:
            looks.append(
                Look(push, quantity, found, asked_at, sold.get(push.offer_id, 0), integration)
            )
    return looks, verdicts, _is_healthy(integration, failures)


def _is_healthy(integration: Integration, failures: Sequence[AllegroError]) -> bool:
    """Counts a failure of the account when reading was refused, or did not work for several offers."""
    ending = next((one for one in failures if one.retry_after is not None), None)
    away = [one for one in failures if isinstance(one, Unavailable)]
    if ending is None and len(away) < AWAY_AFTER:
        return True
    error = ending or away[0]
    record_sync_failure(integration=integration, error=error, now=timezone.now())
    return False


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
    commands = store(
        integration=integration,
        writes=writes,
        shown={look.push.offer_id: look.shown for look in looks},
        pushes={look.push.offer_id: look.push for look in looks},
        now=timezone.now(),
    )
    return send_all(integration=integration, commands=commands, client=client)


def _settle(verdicts: Sequence[Verdict]) -> None:
    now: datetime = timezone.now()
    settle(verdicts, now=now)


def _ids(*groups: Sequence[Wish]) -> set[int]:
    return {wish.offer_id for group in groups for wish in group}
