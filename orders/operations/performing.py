"""Workers at the writes: each is done once, or says why not."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime, timedelta
from functools import partial

import structlog
from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from connectors.allegro import AllegroClient, AllegroError, AuthError, Lane, RateLimited
from core.enums import WorkState
from core.work import DrainReport, claimed, drain, extend, fail, finish, postpone
from notifications.enums import Event, Severity
from notifications.operations import notify
from orders.enums import WriteKind
from orders.models import OrderWrite
from orders.operations.claims import perform_claim, perform_withdrawal
from orders.operations.fulfilment import perform_fulfilment
from orders.operations.refunds import perform_refund
from orders.operations.rejecting import perform_rejection
from orders.operations.tracking import perform_shipment
from orders.operations.writing import Performed, notice_key, settle_notice
from orders.problems import PROBLEMS, code_of, told_by
from settings_app.connection import allegro_client
from settings_app.enums import IntegrationState
from settings_app.models import Integration
from settings_app.operations import record_sync_failure

log = structlog.get_logger(__name__)

# The longest a write takes: a handful of calls, each given up after half a minute. What a killed
# worker held is taken up after this time.
LEASE = timedelta(seconds=150)
CLAIM = 10
PAUSE = timedelta(minutes=1)

Performer = Callable[[OrderWrite, AllegroClient], Performed]
PERFORMERS: dict[str, Performer] = {
    WriteKind.FULFILMENT: perform_fulfilment,
    WriteKind.SHIPMENT: perform_shipment,
    WriteKind.REFUND: perform_refund,
    WriteKind.COMMISSION_CLAIM: perform_claim,
    WriteKind.CLAIM_CANCEL: perform_withdrawal,
    WriteKind.RETURN_REJECTION: perform_rejection,
}


class Unclear(Exception):
    """A call got no clear answer. Trying again is safe: every attempt reads Allegro's state first."""

    retryable = True

    def __init__(self, error: AllegroError) -> None:
        super().__init__(str(error))
        self.trace_id = error.trace_id


def drain_order_writes(*, seconds: float = 20.0) -> DrainReport:
    """Carry out due writes for up to ``seconds``; killed at any moment, each still happens once.

    Writes of accounts that are not connected wait. Used-up budgets and refused tokens put a write off
    without counting. What needs a person is filed under a problem and told to the members.
    """
    with ExitStack() as stack:
        clients = _Clients(stack)
        return drain(
            _workable(),
            partial(_handle, clients),
            limit=CLAIM,
            lease=LEASE,
            seconds=seconds,
            related=["order", "integration"],
        )


class _Clients:
    """One connection to Allegro per account, for as long as a drain lasts."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self._open: dict[int, AllegroClient] = {}

    def of(self, integration: Integration) -> AllegroClient:
        if integration.pk not in self._open:
            client = allegro_client(integration=integration, lane=Lane.ORDERS)
            self._open[integration.pk] = self._stack.enter_context(client)
        return self._open[integration.pk]


def _workable() -> QuerySet[OrderWrite]:
    ready = Q(after_write=None) | Q(after_write__state=WorkState.DONE)
    return OrderWrite.objects.filter(ready, integration__state=IntegrationState.CONNECTED)


def _handle(clients: _Clients, write: OrderWrite) -> None:
    """Carry out one write and settle it; what it raised is told in the row."""
    if not extend(write, now=timezone.now(), lease=LEASE):
        return
    trace_id = ""
    try:
        client = clients.of(write.integration)
        performed = PERFORMERS[write.kind](write, client)
        trace_id = client.last_trace_id
    except (RateLimited, AuthError) as error:
        _put_off(write, error)
    except Exception as error:  # noqa: BLE001 -- filed with the write
        _file_failure(write, error)
    else:
        _settle(write, performed, trace_id)


def _settle(write: OrderWrite, performed: Performed, trace_id: str) -> None:
    now = timezone.now()
    values = {
        "after": dict(performed.after),
        "remote_id": performed.remote_id or write.remote_id,
        "remote_status": performed.remote_status or write.remote_status,
        "last_trace_id": trace_id[:128],
        "problem": performed.problem,
    }
    if performed.again_at is not None:
        with transaction.atomic():
            claimed(write).update(**values)
            postpone(write, until=performed.again_at)
        return
    if finish(write, now=now, outcome=performed.outcome, **values):
        settle_notice(write, now=now)


def _put_off(write: OrderWrite, error: RateLimited | AuthError) -> None:
    now = timezone.now()
    if isinstance(error, AuthError):
        record_sync_failure(integration=write.integration, error=error, now=now)
    wait = timedelta(seconds=error.retry_after) if error.retry_after else PAUSE
    postpone(write, until=now + wait, reason=str(error))


def _file_failure(write: OrderWrite, error: Exception) -> None:
    now = timezone.now()
    unclear = isinstance(error, AllegroError) and error.outcome_unknown
    settled = Unclear(error) if unclear and isinstance(error, AllegroError) else error
    log.warning(
        "order write failed",
        write_id=write.pk,
        kind=write.kind,
        attempts=write.attempts,
        error_type=type(error).__name__,
        exc_info=not hasattr(settled, "retryable"),
    )
    with transaction.atomic():
        if not fail(write, error=settled, now=now):
            return
        write.refresh_from_db(fields=["state"])
        values = {"last_error": (told_by(error) or str(error))[:4000], "problem": ""}
        if write.needs_person:
            values["problem"] = code_of(error, gave_up=write.state == WorkState.DEAD)
        OrderWrite.objects.filter(pk=write.pk).update(**values)
        if write.needs_person:
            _tell(write, values["problem"], now)


def _tell(write: OrderWrite, problem: str, now: datetime) -> None:
    is_refund = write.kind == WriteKind.REFUND
    told = PROBLEMS[problem]
    notify(
        organization_id=write.organization_id,
        event=Event.REFUND_FAILED if is_refund else Event.ORDER_WRITE_FAILED,
        severity=Severity.DANGER if is_refund else Severity.WARNING,
        title=lambda: _("Not done at Allegro: %(what)s") % {"what": write.get_kind_display()},
        body=lambda: f"{told.title}. {told.way_out}",
        link=reverse("orders:detail", args=[write.order_id]),
        dedupe_key=notice_key(write),
        now=now,
    )
