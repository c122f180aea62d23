"""Order events: each order they name is read once, many at a time, and recorded."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from django.db import InterfaceError, OperationalError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from connectors.allegro import AllegroError, AuthError, Lane, RateLimited
from core.errors import HubError
from orders.enums import DisplayStatus
from orders.models import OrderLine
from orders.operations import Recorded, record_checkout_forms
from orders.operations.refreshing import mark_gone
from orders.operations.rereading import FormRead, FormReader
from settings_app.enums import IntegrationState
from settings_app.models import Integration
from settings_app.operations import record_sync_failure
from webhooks.models import InboundEvent
from webhooks.operations.accounts import Accounts
from webhooks.operations.settling import Batch
from webhooks.payloads import line_items_of, reads_an_order

log = structlog.get_logger(__name__)

# So many orders are recorded together while the next ones are being read, or what came in so many seconds.
CHUNK = 40
CHUNK_SECONDS = 0.25
PAUSE = timedelta(minutes=1)
UNKNOWN = gettext_lazy("No account of yours knows this order")
# These say that the database is away, not that an order is wrong: the claim runs out instead.
BROKEN_CONNECTION = (OperationalError, InterfaceError)


@dataclass(slots=True)
class Question:
    """One order to read and the events it answers; the first candidate is asked first."""

    candidates: list[Integration]
    form_id: str
    events: list[InboundEvent] = field(default_factory=list)

    @property
    def integration(self) -> Integration:
        return self.candidates[0]


class Readers:
    """A reader per account, kept for the whole drain so that connections are reused."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self._readers: dict[int, FormReader] = {}

    def of(self, integration: Integration) -> FormReader:
        """Raises :class:`~settings_app.allegro.NotConfigured`."""
        if integration.pk not in self._readers:
            reader = FormReader(integration=integration, lane=Lane.ORDERS)
            self._readers[integration.pk] = self._stack.enter_context(reader)
        return self._readers[integration.pk]


def answer_orders(batch: Batch, readers: Readers, *, until: datetime) -> None:
    """Read and record the orders that a batch of events is about, and settle all of it."""
    questions = _questions(batch)
    while questions:
        first = questions[0].integration
        of_account = [one for one in questions if one.integration == first]
        questions = [one for one in questions if one.integration != first]
        questions += _ask_account(batch, first, of_account, readers, until)
    batch.settle()


def _questions(batch: Batch) -> list[Question]:
    accounts = Accounts.of(batch.events)
    questions: dict[tuple[int, str], Question] = {}
    for event in sorted(batch.events, key=lambda one: one.pk):
        if not event.checkout_form_id or not reads_an_order(event):
            batch.done([event], _("Stored; nothing of ours follows from it"))
        elif candidates := accounts.of_event(event):
            key = (candidates[0].pk, event.checkout_form_id)
            question = questions.setdefault(key, Question(candidates, event.checkout_form_id))
            question.events.append(event)
        else:
            batch.done([event], str(UNKNOWN))
    return list(questions.values())


def _ask_account(
    batch: Batch,
    integration: Integration,
    questions: list[Question],
    readers: Readers,
    until: datetime,
) -> list[Question]:
    """Ask one account; gives back the questions that another account may answer."""
    if integration.state == IntegrationState.DISCONNECTED:
        batch.done(_events(questions), _("The account was disconnected"))
        return []
    try:
        reader = readers.of(integration)
    except HubError as error:  # this installation has no application for the account's environment
        batch.failed(_events(questions), error)
        return []
    return _Asking(batch, integration, {one.form_id: one for one in questions}, reader).go(until)


@dataclass(slots=True)
class _Asking:
    """The questions to one account, from asking to settling."""

    batch: Batch
    integration: Integration
    open: dict[str, Question]
    reader: FormReader
    elsewhere: list[Question] = field(default_factory=list)
    refused: AllegroError | None = None

    def go(self, until: datetime) -> list[Question]:
        chunk: list[FormRead] = []
        since = time.monotonic()
        try:
            for answer in self.reader.read(list(self.open)):
                chunk.append(answer)
                if isinstance(answer.error, RateLimited | AuthError) or timezone.now() >= until:
                    self.reader.stop()
                if len(chunk) >= CHUNK or time.monotonic() - since > CHUNK_SECONDS:
                    self._take(chunk)
                    chunk, since = [], time.monotonic()
        except AllegroError as error:  # no token to ask with
            self.refused = error
        self._take(chunk)
        self._rest()
        return self.elsewhere

    def _take(self, answers: Sequence[FormRead]) -> None:
        """Settle what was answered; an account that refuses or limits calls settles nothing."""
        recordable: list[tuple[Question, FormRead]] = []
        for answer in answers:
            question = self.open[answer.form_id]
            if isinstance(answer.error, RateLimited | AuthError):
                self.refused = self.refused or answer.error
            elif answer.error is not None:
                self._failed(self.open.pop(answer.form_id), answer.error)
            elif answer.form is None:
                self._gone(self.open.pop(answer.form_id), answer)
            elif self._is_ours(question):
                recordable.append((self.open.pop(answer.form_id), answer))
        if recordable:
            self._record(recordable)
        self.batch.settle()

    def _is_ours(self, question: Question) -> bool:
        question.events = self.batch.still_ours(question.events)
        if not question.events:
            self.open.pop(question.form_id)
        return bool(question.events)

    def _record(self, pairs: Sequence[tuple[Question, FormRead]]) -> None:
        try:
            recorded = record_checkout_forms(
                integration=self.integration,
                forms=[answer.form for _question, answer in pairs if answer.form is not None],
                now=timezone.now(),
                trace_id=pairs[0][1].trace_id if len(pairs) == 1 else "",
                read_at=min(answer.asked_at for _question, answer in pairs),
            )
        except BROKEN_CONNECTION:
            raise
        except Exception as error:  # noqa: BLE001 -- settled on the event, as drain() does
            if len(pairs) == 1:
                self._failed(pairs[0][0], error)
                return
            for pair in pairs:
                self._record([pair])
            return
        for (question, answer), one in zip(pairs, recorded, strict=True):
            self.batch.done(question.events, _told(one), trace_id=answer.trace_id)

    def _gone(self, question: Question, answer: FormRead) -> None:
        mark_gone(self.integration, question.form_id, timezone.now())
        if len(question.candidates) > 1:
            question.candidates = question.candidates[1:]
            self.elsewhere.append(question)
        else:
            self.batch.done(question.events, _where_it_went(question), trace_id=answer.trace_id)

    def _failed(self, question: Question, error: Exception) -> None:
        log.warning(
            "event not processed",
            event_ids=[event.pk for event in question.events],
            error_type=type(error).__name__,
            exc_info=not hasattr(error, "retryable"),
        )
        self.batch.failed(question.events, error)

    def _rest(self) -> None:
        """What was not answered is put off: the account refuses, or time is up."""
        now, left = timezone.now(), _events(self.open.values())
        if self.refused is None:
            self.batch.put_off(left, until=now)
            return
        if isinstance(self.refused, AuthError):
            record_sync_failure(integration=self.integration, error=self.refused, now=now)
        if not isinstance(self.refused, AuthError | RateLimited):
            self.batch.failed(left, self.refused)
            return
        after = self.refused.retry_after
        wait = timedelta(seconds=after) if after else PAUSE
        self.batch.put_off(left, until=now + wait, error=self.refused)


def _events(questions: Iterable[Question]) -> list[InboundEvent]:
    return [event for question in questions for event in question.events]


def _told(recorded: Recorded) -> str:
    if recorded.created:
        return _("Order recorded")
    return _("Order updated") if recorded.changed else _("Nothing new")


def _where_it_went(question: Question) -> str:
    """Where the lines of a vanished form went, by line item id."""
    items = {item for event in question.events for item in line_items_of(event)}
    owner = (
        OrderLine.objects.filter(integration=question.integration, line_item_id__in=items)
        .exclude(order__checkout_form_id=question.form_id)
        .exclude(order__display_status=DisplayStatus.SUPERSEDED)
        .values_list("order__checkout_form_id", flat=True)
        .first()
    )
    if owner:
        return _("Merged into order %(id)s") % {"id": owner}
    if question.events[0].integration_id is None:
        return str(UNKNOWN)
    return _("Allegro no longer has this order; it was merged or is older than a year")
