"""Reads of sync runs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Organization
from core.enums import WorkState
from core.paging import Page, paged
from settings_app.enums import IntegrationState
from settings_app.models import Integration
from syncs.enums import ItemOutcome, SyncKind, SyncMode, SyncScope, SyncTrigger
from syncs.models import SyncItem, SyncRun

PAGE_SIZE = 30
ITEMS_PAGE_SIZE = 50
OPEN = (WorkState.PENDING, WorkState.RUNNING)
DIRECTIONS = (SyncKind.PUSH, SyncKind.PULL, SyncKind.BOTH)
# A run whose worker gave no sign for so long was probably killed; its claim runs out by itself.
SILENT_AFTER = timedelta(seconds=90)


def open_run(*, integration: Integration, kind: str) -> SyncRun | None:
    """The run of this account and kind that is not over yet, or one both ways that covers the kind."""
    covered = [kind, SyncKind.BOTH] if kind in (SyncKind.PUSH, SyncKind.PULL) else [kind]
    runs = SyncRun.objects.filter(integration=integration, kind__in=covered, state__in=OPEN)
    return runs.exclude(scope=SyncScope.PRODUCT).first()


def has_planned_before(*, integration: Integration) -> bool:
    """Whether a run that plans was carried out for this account before."""
    return SyncRun.objects.filter(
        integration=integration,
        kind__in=DIRECTIONS,
        mode=SyncMode.APPLY,
        state=WorkState.DONE,
        trigger=SyncTrigger.PERSON,
    ).exists()


def last_done(*, run: SyncRun) -> SyncRun | None:
    """The last run of the same account and kind that was done in full."""
    return _done(run).first()


def last_wide_sweep(*, run: SyncRun) -> SyncRun | None:
    """The last one that read a whole week, or everything."""
    return next(
        (
            one
            for one in _done(run)[:200]
            if one.position.get("wide") or one.position.get("mode") == "backfill"
        ),
        None,
    )


def _done(run: SyncRun) -> QuerySet[SyncRun]:
    runs: QuerySet[SyncRun] = SyncRun.objects.filter(
        integration_id=run.integration_id, kind=run.kind, state=WorkState.DONE
    )
    return runs.exclude(pk=run.pk).order_by("-pk")


def unfinished_backfill(*, run: SyncRun) -> dict[str, Any]:
    """Where an earlier first reading of all orders stopped; empty when none was begun."""
    runs: QuerySet[SyncRun] = SyncRun.objects.filter(
        integration_id=run.integration_id, kind=run.kind, position__mode="backfill"
    )
    last = runs.exclude(pk=run.pk).order_by("-pk").first()
    position: dict[str, Any] = last.position if last else {}
    return position if position.get("windows") else {}


@dataclass(frozen=True, slots=True)
class RunView:
    """A run as people see it."""

    run: SyncRun
    tone: str
    icon: str
    label: str
    sentence: str
    in_flight: bool
    may_cancel: bool
    may_retry: bool


def run_view(run: SyncRun) -> RunView:
    """The state of a run in words, and what can be done about it. No queries."""
    tone, icon, label = _state(run)
    return RunView(
        run=run,
        tone=tone,
        icon=icon,
        label=label,
        sentence=_sentence(run),
        in_flight=run.is_open,
        may_cancel=run.is_open,
        may_retry=run.state in (WorkState.DEAD, WorkState.WAITING_FOR_PERSON),
    )


def _state(run: SyncRun) -> tuple[str, str, str]:
    if run.state == WorkState.RUNNING:
        return "info", "running", _("Running")
    if run.state == WorkState.PENDING:
        again = run.started_at is not None or bool(run.stop_reason)
        waits = again and run.next_attempt_at > timezone.now()
        return ("warn", "clock", _("Waiting to go on")) if waits else ("info", "clock", _("Queued"))
    if run.state == WorkState.WAITING_FOR_PERSON:
        return "danger", "danger", _("Needs you")
    if run.state == WorkState.DEAD:
        return "danger", "danger", _("Stopped")
    if run.failed:
        return "warn", "warn", _("Done, some failed")
    return "ok", "ok", _("Done")


def _sentence(run: SyncRun) -> str:
    if run.is_open:
        return run.stop_reason
    if run.state != WorkState.DONE:
        return run.stop_reason or run.last_error
    if run.nothing_changed:
        return _("Nothing changed: everything here is as it is at Allegro.")
    return ""


def is_silent(run: SyncRun, *, now: datetime) -> bool:
    """Whether a running run gave no sign of life for a while."""
    last = run.heartbeat_at or run.started_at
    return run.state == WorkState.RUNNING and last is not None and now - last > SILENT_AFTER


@dataclass(frozen=True, slots=True)
class AccountRow:
    """An account on the page of syncs, with its newest run of each kind."""

    integration: Integration
    works: bool
    latest: list[RunView]
    in_flight: bool


def sync_overview(
    *, organization: Organization, kind: str, account: str, number: int
) -> dict[str, Any]:
    """What the page of syncs shows: accounts with their newest runs, and all runs by page."""
    runs = runs_of(organization=organization, kind=kind, account=account)
    page = paged(runs, number=number, size=PAGE_SIZE)
    rows = account_rows(organization=organization)
    return {
        "accounts": rows,
        "page": Page(
            items=[run_view(run) for run in page.items],
            number=page.number,
            size=page.size,
            total=page.total,
            total_is_exact=page.total_is_exact,
            has_next=page.has_next,
        ),
        "in_flight": any(row.in_flight for row in rows),
        "kind": kind,
        "account": account,
        "directions": [(one.value, one.label) for one in DIRECTIONS],
    }


def runs_of(*, organization: Organization, kind: str = "", account: str = "") -> QuerySet[SyncRun]:
    """The runs of an organization, newest first."""
    runs: QuerySet[SyncRun] = SyncRun.objects.for_organization(organization)
    if kind in SyncKind.values:
        runs = runs.filter(kind=kind)
    if account.isdecimal() and len(account) < 19:
        runs = runs.filter(integration_id=int(account))
    return runs.select_related("integration", "requested_by").order_by("-pk")


def account_rows(*, organization: Organization) -> list[AccountRow]:
    """The connected accounts of an organization and how their newest runs went: two queries."""
    accounts = (
        Integration.objects.for_organization(organization)
        .exclude(state=IntegrationState.DISCONNECTED)
        .order_by("label", "pk")
    )
    newest = (
        SyncRun.objects.for_organization(organization)
        .select_related("integration")
        .order_by("integration_id", "kind", "-pk")
        .distinct("integration_id", "kind")
    )
    by_account: dict[int, list[RunView]] = {}
    for run in newest:
        by_account.setdefault(run.integration_id, []).append(run_view(run))
    return [
        AccountRow(
            integration=account,
            works=account.is_working,
            latest=by_account.get(account.pk, []),
            in_flight=any(one.in_flight for one in by_account.get(account.pk, [])),
        )
        for account in accounts
    ]


def run_progress(*, run: SyncRun) -> dict[str, Any]:
    """What moves while a run is under way: its state and its numbers. No queries."""
    eans = run.position.get("eans_read", 0)
    return {
        "view": run_view(run),
        "run": run,
        "silent": is_silent(run, now=timezone.now()),
        "eans_read": eans,
        "reading_eans": run.is_open and "listed" in run.position,
    }


def run_detail(*, run: SyncRun, outcome: str, number: int) -> dict[str, Any]:
    """What the page of one run shows: its progress, its numbers, and a reason for each thing."""
    items = paged(items_of(run=run, outcome=outcome), number=number, size=ITEMS_PAGE_SIZE)
    counts = dict(
        SyncItem.objects.filter(run=run)
        .values_list("outcome")
        .annotate(count=Count("pk"))
        .order_by("outcome")
    )
    return run_progress(run=run) | {
        "page": items,
        "outcome": outcome,
        "outcomes": [
            {"value": value, "label": label, "count": counts[value]}
            for value, label in ItemOutcome.choices
            if counts.get(value)
        ],
        "items_total": sum(counts.values()),
    }


def items_of(*, run: SyncRun, outcome: str = "") -> QuerySet[SyncItem]:
    """The lines of a run, in the order they were written."""
    items = SyncItem.objects.filter(run=run)
    if outcome in ItemOutcome.values:
        items = items.filter(outcome=outcome)
    return items.order_by("pk")


def latest_run(*, organization: Organization, kind: str, account: str = "") -> SyncRun | None:
    """The newest run of a kind."""
    return runs_of(organization=organization, kind=kind, account=account).first()


def working_accounts(*, organization: Organization) -> list[Integration]:
    """The accounts a sync can be started for."""
    return list(
        Integration.objects.for_organization(organization)
        .filter(state=IntegrationState.CONNECTED)
        .order_by("pk")
    )
