"""How well each journal of each account is read, with what is wrong and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Count, Min, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from core.enums import WorkState
from settings_app.enums import IntegrationState
from settings_app.models import Integration
from webhooks.enums import EventSource, Journal
from webhooks.models import InboundEvent, JournalCursor, LostEvent

if TYPE_CHECKING:
    from accounts.models import Organization

# A journal that was not read for so long stands still; each is read many times in this time.
SILENT_AFTER = {
    Journal.ORDERS: timedelta(minutes=10),
    Journal.OFFERS: timedelta(minutes=30),
    Journal.RETURNS: timedelta(minutes=30),
}
# Events that wait longer than this are behind.
BEHIND_AFTER = timedelta(minutes=5)
# A gap is told of for so long; what was lost in it was read again meanwhile.
GAP_SHOWN = timedelta(days=2)
LOST_SHOWN = timedelta(days=7)
JOURNAL_OF = {
    EventSource.ORDER_JOURNAL: Journal.ORDERS,
    EventSource.OFFER_JOURNAL: Journal.OFFERS,
    EventSource.RETURN_JOURNAL: Journal.RETURNS,
}


@dataclass(frozen=True, slots=True)
class JournalHealth:
    """One journal of one account. ``tone`` is that of its badge; ``remedy`` says what to do, if anything."""

    integration: Integration
    journal: Journal
    last_read_at: datetime | None
    last_event_at: datetime | None
    waiting: int
    oldest_waiting_at: datetime | None
    lost: int
    tone: str
    state: str
    problem: str
    remedy: str
    action_label: str = ""
    action_url: str = ""

    @property
    def healthy(self) -> bool:
        return self.tone in ("ok", "info")


def journal_health(*, organization: Organization, now: datetime) -> list[JournalHealth]:
    """Every journal of the organization's accounts, in four queries. An account never read is there too."""
    accounts = list(
        Integration.objects.for_organization(organization)
        .exclude(state=IntegrationState.DISCONNECTED)
        .order_by("label", "pk")
    )
    cursors = {
        (one.integration_id, one.journal): one
        for one in JournalCursor.objects.for_organization(organization)
    }
    waiting = _waiting(organization)
    lost = _lost(organization, now)
    found = []
    for account in accounts:
        for journal in Journal:
            cursor = cursors.get((account.pk, journal.value))
            if cursor is None and journal != Journal.ORDERS:
                continue
            count, oldest = waiting.get((account.pk, journal), (0, None))
            missed = lost.get(account.pk, 0) if journal == Journal.ORDERS else 0
            found.append(_health(account, journal, cursor, count, oldest, missed, now))
    return found


def silent_orders(*, integrations: Iterable[Integration], now: datetime) -> list[Integration]:
    """The working accounts whose order journal stands still: their orders have stopped arriving."""
    working = [one for one in integrations if one.is_working]
    read_at = dict(
        JournalCursor.objects.filter(
            integration_id__in=[one.pk for one in working], journal=Journal.ORDERS
        ).values_list("integration_id", "last_read_at")
    )
    return [one for one in working if _stands_still(one, Journal.ORDERS, read_at.get(one.pk), now)]


def _stands_still(
    account: Integration, journal: Journal, read_at: datetime | None, now: datetime
) -> bool:
    # An account that has just been connected, or connected again, gets the time of one silence first.
    began = account.verified_at or account.created_at
    return now - max(read_at or began, began) > SILENT_AFTER[journal]


def _waiting(
    organization: Organization,
) -> dict[tuple[int | None, Journal], tuple[int, datetime | None]]:
    events: QuerySet[InboundEvent] = InboundEvent.objects.for_organization(organization)
    rows = (
        events.filter(state__in=[WorkState.PENDING, WorkState.RUNNING], source__in=list(JOURNAL_OF))
        .order_by()
        .values_list("integration_id", "source")
        .annotate(count=Count("pk"), oldest=Min("received_at"))
    )
    return {
        (account, JOURNAL_OF[EventSource(source)]): (count, oldest)
        for account, source, count, oldest in rows
    }


def _lost(organization: Organization, now: datetime) -> dict[int, int]:
    rows = (
        LostEvent.objects.for_organization(organization)
        .filter(found_at__gte=now - LOST_SHOWN)
        .order_by()
        .values_list("integration_id")
        .annotate(count=Count("pk"))
    )
    return dict(rows)


def _health(
    account: Integration,
    journal: Journal,
    cursor: JournalCursor | None,
    waiting: int,
    oldest: datetime | None,
    lost: int,
    now: datetime,
) -> JournalHealth:
    tone, state, problem, remedy, label, url = _verdict(account, journal, cursor, oldest, lost, now)
    return JournalHealth(
        integration=account,
        journal=journal,
        last_read_at=cursor.last_read_at if cursor else None,
        last_event_at=cursor.last_event_at if cursor else None,
        waiting=waiting,
        oldest_waiting_at=oldest,
        lost=lost,
        tone=tone,
        state=state,
        problem=problem,
        remedy=remedy,
        action_label=label,
        action_url=url,
    )


Verdict = tuple[str, str, str, str, str, str]  # tone, state, problem, remedy, action, its address


def _verdict(
    account: Integration,
    journal: Journal,
    cursor: JournalCursor | None,
    oldest: datetime | None,
    lost: int,
    now: datetime,
) -> Verdict:
    """The worst thing that is true of the journal, and what to do about it."""
    page = reverse("settings_app:integration", args=[account.pk])
    if not account.is_working:
        return (
            "warn", str(account.get_state_display()),
            _("The account does not work, so nothing is read; nothing is lost."),
            _("Resume the account, or connect it again."), _("Open the account"), page,
        )  # fmt: skip
    if _stands_still(account, journal, cursor.last_read_at if cursor else None, now):
        failure = cursor.last_failure if cursor else ""
        return (
            "danger", _("Stands still"), failure or _("It was not read although it should be."),
            _("If Allegro is out of order, this ends by itself. Otherwise the workers or the schedule"
              " of this installation stand still: tell its operator."),
            _("Open the account"), page,
        )  # fmt: skip
    if cursor is not None and cursor.last_failure:
        return (
            "warn", _("Not read the last time"), cursor.last_failure,
            _("It is tried again by itself."), "", "",
        )  # fmt: skip
    if oldest is not None and now - oldest > BEHIND_AFTER:
        return (
            "warn", _("Behind"), _("Events wait longer than five minutes."),
            _("They are worked on by themselves; see whether some failed."),
            _("See what waits"), reverse("webhooks:events") + "?state=open",
        )  # fmt: skip
    if cursor is not None and cursor.gap_found_at and cursor.gap_found_at > now - GAP_SHOWN:
        return (
            "warn", _("Had a gap"), cursor.last_problem,
            _("What was missed is read again from Allegro's list; see the run under Syncs."),
            _("Open Syncs"), reverse("syncs:list"),
        )  # fmt: skip
    if lost:
        return (
            "info", _("Read, with lost events"),
            _("Allegro did not tell of some orders; a sweep found them."),
            _("Nothing to do: the orders are here."), "", "",
        )  # fmt: skip
    return "ok", _("Read"), "", "", "", ""
