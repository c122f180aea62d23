"""Events of offers and returns: each offer and each return they name is read once and recorded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import structlog
from django.db import InterfaceError, OperationalError
from django.utils import timezone
from django.utils.translation import gettext as _

from connectors.allegro import AllegroClient, AllegroError, AuthError, Lane, NotFound, RateLimited
from connectors.allegro.types import CustomerReturn
from core.errors import HubError
from offers.operations import OfferReading, known_offers, read_offer, record_readings
from orders.operations import record_customer_return
from settings_app.connection import allegro_client
from settings_app.enums import IntegrationState
from settings_app.models import Integration
from settings_app.operations import record_sync_failure
from webhooks.enums import EventSource
from webhooks.models import InboundEvent
from webhooks.operations.accounts import Accounts
from webhooks.operations.settling import Batch

log = structlog.get_logger(__name__)
PAUSE = timedelta(minutes=1)
# These say only that stock or price moved, which the cheaper read tells as well.
PARTS_ARE_ENOUGH = frozenset({"OFFER_STOCK_CHANGED", "OFFER_PRICE_CHANGED"})
CHUNK = 40
# These say that the database is away, not that something was wrong: the claim runs out instead.
BROKEN_CONNECTION = (OperationalError, InterfaceError)
Subjects = dict[str, list[InboundEvent]]


def answer_changes(batch: Batch, *, until: datetime) -> None:
    """Read what a batch of events is about, account by account, and settle all of it."""
    accounts = Accounts.of(batch.events)
    by_account: dict[int, list[InboundEvent]] = {}
    for event in batch.events:
        if event.integration_id is None or not event.subject_id:
            batch.done([event], _("Stored; nothing of ours follows from it"))
        else:
            by_account.setdefault(event.integration_id, []).append(event)
    for pk, events in by_account.items():
        _of_account(batch, accounts.by_pk[pk], events, until)
    batch.settle()


def _of_account(
    batch: Batch, integration: Integration, events: Sequence[InboundEvent], until: datetime
) -> None:
    if integration.state == IntegrationState.DISCONNECTED:
        batch.done(events, _("The account was disconnected"))
        return
    try:
        client = allegro_client(integration=integration, lane=Lane.SYNC)
    except HubError as error:  # this installation has no application for the account's environment
        batch.failed(events, error)
        return
    returns = _subjects(events, EventSource.RETURN_JOURNAL)
    offers = _subjects(events, EventSource.OFFER_JOURNAL)
    with client:
        try:
            _returns(batch, integration, client, returns, until)
            _offers(batch, integration, client, offers, until)
        except (RateLimited, AuthError) as error:
            _refused(batch, integration, [*returns.values(), *offers.values()], error)
    if left := [*returns.values(), *offers.values()]:
        batch.put_off([event for group in left for event in group], until=timezone.now())


def _subjects(events: Iterable[InboundEvent], source: EventSource) -> Subjects:
    subjects: Subjects = {}
    for event in events:
        if event.source == source:
            subjects.setdefault(event.subject_id, []).append(event)
    return subjects


def _returns(
    batch: Batch,
    integration: Integration,
    client: AllegroClient,
    open_ones: Subjects,
    until: datetime,
) -> None:
    for return_id in list(open_ones):
        if timezone.now() >= until:
            return
        if not _still_ours(batch, open_ones, return_id):
            continue
        asked_at = timezone.now()
        try:
            found = client.returns.get(return_id)
        except NotFound:
            batch.done(open_ones.pop(return_id), _("Allegro no longer has this return"))
            continue
        except (RateLimited, AuthError):
            raise
        except AllegroError as error:
            batch.failed(open_ones.pop(return_id), error)
            continue
        events, trace_id = open_ones.pop(return_id), client.last_trace_id
        _record_return(batch, integration, found, events, asked_at=asked_at, trace_id=trace_id)
    batch.settle()


def _still_ours(batch: Batch, open_ones: Subjects, subject: str) -> bool:
    """Whether any event about it is still claimed by us; others are left to whoever took them."""
    open_ones[subject] = batch.still_ours(open_ones[subject])
    if not open_ones[subject]:
        open_ones.pop(subject)
        return False
    return True


def _record_return(
    batch: Batch,
    integration: Integration,
    found: CustomerReturn,
    events: Sequence[InboundEvent],
    *,
    asked_at: datetime,
    trace_id: str,
) -> None:
    try:
        recorded = record_customer_return(
            integration=integration,
            customer_return=found,
            now=timezone.now(),
            trace_id=trace_id,
            read_at=asked_at,
        )
    except BROKEN_CONNECTION:
        raise
    except Exception as error:  # noqa: BLE001 -- settled on the event, as drain() does
        log.warning("return not recorded", error_type=type(error).__name__)
        batch.failed(events, error)
        return
    told = _("Return updated") if recorded.changed else _("Nothing new")
    batch.done(events, _("Return recorded") if recorded.created else told, trace_id=trace_id)


def _offers(
    batch: Batch,
    integration: Integration,
    client: AllegroClient,
    open_ones: Subjects,
    until: datetime,
) -> None:
    known = known_offers(integration=integration, allegro_ids=list(open_ones))
    readings: list[OfferReading] = []
    for allegro_id in list(open_ones):
        if timezone.now() >= until:
            break
        if not _still_ours(batch, open_ones, allegro_id):
            continue
        types = {event.event_type for event in open_ones[allegro_id]}
        in_full = allegro_id not in known or not types <= PARTS_ARE_ENOUGH
        try:
            readings.append(
                read_offer(
                    client=client,
                    allegro_id=allegro_id,
                    in_full=in_full,
                    changed_at=_newest(open_ones[allegro_id]),
                )
            )
        except (RateLimited, AuthError):
            _record_offers(batch, integration, readings, open_ones)
            raise
        except AllegroError as error:
            batch.failed(open_ones.pop(allegro_id), error)
        if len(readings) >= CHUNK:
            _record_offers(batch, integration, readings, open_ones)
            readings = []
    _record_offers(batch, integration, readings, open_ones)


def _newest(events: Iterable[InboundEvent]) -> datetime | None:
    """When the offer changed last, as its events tell."""
    return max((one.occurred_at for one in events if one.occurred_at is not None), default=None)


def _record_offers(
    batch: Batch, integration: Integration, readings: Sequence[OfferReading], open_ones: Subjects
) -> None:
    if not readings:
        return
    report = record_readings(integration=integration, readings=readings, now=timezone.now())
    told = {one.allegro_id: _("Offer recorded") for one in report.created}
    told |= {one.allegro_id: _("Offer updated") for one in report.updated}
    refused = {one.allegro_id: one.error for one in report.unreadable}
    for reading in readings:
        events = open_ones.pop(reading.allegro_id)
        if reading.allegro_id in refused:
            batch.failed(events, refused[reading.allegro_id])
        elif reading.is_gone:
            batch.done(events, _("Allegro no longer has this offer; it is kept and marked"))
        else:
            batch.done(events, told.get(reading.allegro_id, _("Nothing new")))
    batch.settle()


def _refused(
    batch: Batch,
    integration: Integration,
    groups: Sequence[list[InboundEvent]],
    error: RateLimited | AuthError,
) -> None:
    now = timezone.now()
    if isinstance(error, AuthError):
        record_sync_failure(integration=integration, error=error, now=now)
    wait = timedelta(seconds=error.retry_after) if error.retry_after else PAUSE
    batch.put_off([event for group in groups for event in group], until=now + wait, error=error)
    for group in groups:
        group.clear()
