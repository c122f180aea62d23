"""Working on received events: each order they name is read once and recorded."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from connectors.allegro import AllegroClient, AuthError, Lane, RateLimited
from core.errors import HubError
from core.work import DrainReport, claim_due, extend, fail, finish, postpone
from orders.enums import DisplayStatus
from orders.models import Order, OrderLine
from orders.operations import Recorded, refresh_order
from settings_app.connection import allegro_client
from settings_app.enums import IntegrationState
from settings_app.models import Integration
from settings_app.operations import record_sync_failure
from webhooks.models import InboundEvent
from webhooks.payloads import line_items_of, reads_an_order

log = structlog.get_logger(__name__)

CLAIM = 100
# What a killed worker held waits this long; one read never takes longer, retries included, because
# the client rather gives up than sleeps. Claims are prolonged when a read begins with less time left.
LEASE = timedelta(seconds=100)
MARGIN = timedelta(seconds=75)
PAUSE = timedelta(minutes=1)
UNKNOWN = gettext_lazy("No account of yours knows this order")


def process_inbox(*, seconds: float = 20.0) -> DrainReport:
    """Work on due events for up to ``seconds``; killed at any moment, everything happens once.

    Claimed events about the same order are answered by one read of it. Events of accounts that are
    paused, switched off or need a new sign-in wait untouched. An account that refuses or limits
    calls in the middle has the rest of its events put off, without counting attempts. Other failures
    are noted on the event with Allegro's trace id and tried again by the rules of durable work.
    """
    report, started = DrainReport(), timezone.now()
    while timezone.now() - started < timedelta(seconds=seconds):
        events = claim_due(_workable(), now=timezone.now(), limit=CLAIM, lease=LEASE)
        if not events:
            break
        _work_on(events, report, until=started + timedelta(seconds=seconds))
    return report


def _workable() -> QuerySet[InboundEvent]:
    return InboundEvent.objects.filter(
        Q(integration=None)
        | Q(
            integration__state__in=[
                IntegrationState.CONNECTED.value,
                IntegrationState.DISCONNECTED.value,
            ]
        )
    )


def _work_on(events: list[InboundEvent], report: DrainReport, *, until: datetime) -> None:
    accounts = _Accounts.of(events)
    reads: dict[tuple[int, str], _Read] = {}
    for event in sorted(events, key=lambda one: one.pk):
        if not event.checkout_form_id or not reads_an_order(event):
            _done(event, _("Stored; nothing of ours follows from it"), report)
        elif candidates := accounts.of_event(event):
            key = (candidates[0].pk, event.checkout_form_id)
            read = reads.setdefault(key, _Read(candidates, event.checkout_form_id))
            read.events.append(event)
        else:
            _done(event, str(UNKNOWN), report)
    left = list(reads.values())
    while left:
        of_account = [one for one in left if one.integration == left[0].integration]
        left = [one for one in left if one not in of_account]
        left += _read_account(of_account, report, until)


@dataclass(slots=True)
class _Read:
    """One order to read and the events it answers; the first candidate is asked first."""

    candidates: list[Integration]
    checkout_form_id: str
    events: list[InboundEvent] = field(default_factory=list)

    @property
    def integration(self) -> Integration:
        return self.candidates[0]


@dataclass(slots=True)
class _Accounts:
    """Which accounts an event may be about. A posted event names none: the one that has the order,
    or, for an order not known yet, each of the organization's in turn."""

    by_pk: dict[int, Integration]
    by_form: dict[tuple[int, str], int]
    by_organization: dict[int, list[Integration]]

    @classmethod
    def of(cls, events: Iterable[InboundEvent]) -> _Accounts:
        posted = [event for event in events if event.integration_id is None]
        named = {event.integration_id for event in events if event.integration_id is not None}
        organizations = {event.organization_id for event in posted}
        found = Integration.objects.filter(
            Q(pk__in=named) | Q(organization_id__in=organizations, state=IntegrationState.CONNECTED)
        ).order_by("pk")
        by_pk = {integration.pk: integration for integration in found}
        by_organization: dict[int, list[Integration]] = defaultdict(list)
        for integration in by_pk.values():
            if integration.is_working:
                by_organization[integration.organization_id].append(integration)
        orders = Order.objects.filter(
            organization_id__in=organizations,
            checkout_form_id__in=[event.checkout_form_id for event in posted],
        ).values_list("organization_id", "checkout_form_id", "integration_id")
        by_form = {(org, form_id): integration_id for org, form_id, integration_id in orders}
        return cls(by_pk, by_form, by_organization)

    def of_event(self, event: InboundEvent) -> list[Integration]:
        if event.integration_id is not None:
            return [self.by_pk[event.integration_id]]
        known = self.by_form.get((event.organization_id, event.checkout_form_id))
        if known is not None:
            return [self.by_pk[known]] if known in self.by_pk else []
        return list(self.by_organization.get(event.organization_id, []))


def _read_account(reads: list[_Read], report: DrainReport, until: datetime) -> list[_Read]:
    """Read orders of one account; gives back those to ask another account for."""
    integration = reads[0].integration
    if integration.state == IntegrationState.DISCONNECTED:
        for read in reads:
            _all_done(read, _("The account was disconnected"), report)
        return []
    try:
        client = allegro_client(integration=integration, lane=Lane.ORDERS)
    except HubError as error:  # this installation has no application for the account's environment
        for read in reads:
            _all_failed(read, error, report)
        return []
    with client:
        return _read_each(reads, client, report, until)


def _read_each(
    reads: list[_Read], client: AllegroClient, report: DrainReport, until: datetime
) -> list[_Read]:
    elsewhere: list[_Read] = []
    for number, read in enumerate(reads):
        if timezone.now() >= until:
            _put_off(reads[number:], until=timezone.now())
            break
        try:
            if not _read_one(read, client, report):
                elsewhere.append(read)
        except (RateLimited, AuthError) as error:
            _account_refuses(reads[number:], error, report)
            break
        except Exception as error:  # noqa: BLE001 -- settled on the event, as drain() does
            _all_failed(read, error, report)
    return elsewhere


def _read_one(read: _Read, client: AllegroClient, report: DrainReport) -> bool:
    """Read and record one order, settle its events; False when another account may have it."""
    read.events = [event for event in read.events if _still_ours(event)]
    if not read.events:
        return True
    recorded = refresh_order(
        integration=read.integration,
        checkout_form_id=read.checkout_form_id,
        client=client,
        now=timezone.now(),
    )
    if recorded is None and len(read.candidates) > 1:
        read.candidates = read.candidates[1:]
        return False
    outcome = _told(recorded) if recorded else _gone(read)
    _all_done(read, outcome, report, trace_id=client.last_trace_id)
    return True


def _still_ours(event: InboundEvent) -> bool:
    now = timezone.now()
    if event.claimed_until is not None and event.claimed_until - now > MARGIN:
        return True
    return extend(event, now=now, lease=LEASE)


def _told(recorded: Recorded) -> str:
    if recorded.created:
        return _("Order recorded")
    return _("Order updated") if recorded.changed else _("Nothing new")


def _gone(read: _Read) -> str:
    """Where the lines of a vanished form went, by line item id."""
    items = {item for event in read.events for item in line_items_of(event)}
    owner = (
        OrderLine.objects.filter(integration=read.integration, line_item_id__in=items)
        .exclude(order__checkout_form_id=read.checkout_form_id)
        .exclude(order__display_status=DisplayStatus.SUPERSEDED)
        .values_list("order__checkout_form_id", flat=True)
        .first()
    )
    if owner:
        return _("Merged into order %(id)s") % {"id": owner}
    if read.events[0].integration_id is None:
        return str(UNKNOWN)
    return _("Allegro no longer has this order; it was merged or is older than a year")


def _account_refuses(
    reads: list[_Read], error: RateLimited | AuthError, report: DrainReport
) -> None:
    now = timezone.now()
    if isinstance(error, AuthError):
        record_sync_failure(integration=reads[0].integration, error=error, now=now)
    wait = timedelta(seconds=error.retry_after) if error.retry_after else PAUSE
    report.failed += sum(len(read.events) for read in reads)
    _put_off(reads, until=now + wait, reason=str(error))


def _put_off(reads: Iterable[_Read], *, until: datetime, reason: str = "") -> None:
    for read in reads:
        for event in read.events:
            postpone(event, until=until, reason=reason)


def _all_failed(read: _Read, error: Exception, report: DrainReport) -> None:
    log.warning(
        "event not processed",
        event_ids=[event.pk for event in read.events],
        error_type=type(error).__name__,
        exc_info=not hasattr(error, "retryable"),
    )
    for event in read.events:
        fail(event, error=error, now=timezone.now())
        report.failed += 1


def _all_done(read: _Read, outcome: str, report: DrainReport, *, trace_id: str = "") -> None:
    for event in read.events:
        _done(event, outcome, report, trace_id=trace_id)


def _done(event: InboundEvent, outcome: str, report: DrainReport, *, trace_id: str = "") -> None:
    finish(event, now=timezone.now(), outcome=outcome[:200], last_trace_id=trace_id[:128])
    report.done += 1
