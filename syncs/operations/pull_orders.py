"""Orders from Allegro by windows of time: all that Allegro keeps at first, later what changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import DatabaseError, InterfaceError, OperationalError
from django.utils import timezone
from django.utils.translation import gettext as _

from connectors.allegro.client import AllegroClient
from connectors.allegro.limits import MAX_CHECKOUT_FORMS_PER_PAGE, MAX_CHECKOUT_FORMS_WINDOW
from connectors.allegro.types import CheckoutForm, CheckoutFormsPage
from core.errors import HubError
from core.work import extend
from offers.spans import contains, with_ids
from orders.operations import Recorded, record_checkout_forms
from syncs.enums import ItemOutcome
from syncs.models import SyncRun
from syncs.operations.reread_orders import AT_LEAST, reread_some
from syncs.operations.steps import LEASE, ClaimLost, Step, step
from syncs.queries import last_done, last_wide_sweep, unfinished_backfill

log = structlog.get_logger(__name__)

BOUGHT, UPDATED = "lineItems.boughtAt", "updatedAt"
# Allegro keeps checkout forms for twelve months (allegro-api#12597).
KEPT = timedelta(days=365)
# Every sweep looks back so far, and further when the last one is longer ago.
SWEEP = timedelta(hours=2)
SWEEP_OVERLAP = timedelta(minutes=10)
# Fulfilment does not move updatedAt (allegro-api#11068): once a day the last week by purchase.
WIDE_SWEEP = timedelta(days=7)
WIDE_EVERY = timedelta(days=1)
# Merged forms vanish and shift the pages behind them: each page looks back a little.
OVERLAP = 5
SHORTEST = timedelta(seconds=2)
# These say that the database is away or the run is not ours, not that an order is wrong.
BROKEN_CONNECTION = (ClaimLost, OperationalError, InterfaceError)
# What an order can be refused with: our own reasons, the database's, and shapes nobody foresaw.
REFUSALS = (
    HubError, DatabaseError, ValueError, TypeError, AttributeError, LookupError, ArithmeticError,
)  # fmt: skip


def pull_orders(
    *,
    run: SyncRun,
    client: AllegroClient,
    deadline: datetime,
    most: int = MAX_CHECKOUT_FORMS_WINDOW,
    reread_at_least: int = AT_LEAST,
) -> bool:
    """Read the orders of the run's windows; True when done, False when time was up.

    A window with more than ``most`` orders, which Allegro would not let anybody page through, is
    halved until it holds fewer.

    Each page goes through ``orders.record_checkout_forms``, counted in its transaction. A form that
    is refused is noted with its reason, and the run goes on. A sweep ends with a share of the open
    orders, ``reread_at_least`` so many, read again by id (:mod:`syncs.operations.reread_orders`).
    """
    if "windows" not in run.position:
        with step(run) as taken:
            taken.position |= first_position(run=run, now=timezone.now())
    while True:
        while run.position["windows"]:
            if timezone.now() >= deadline:
                return False
            _page(run, client, most)
        if run.position.get("mode") != "sweep":
            return True
        if timezone.now() >= deadline:
            return False
        if not reread_some(run, record=_record_read, look_at=_look_at, at_least=reread_at_least):
            return True


def first_position(*, run: SyncRun, now: datetime) -> dict[str, Any]:
    """Where a run begins: everything Allegro keeps until that once succeeded, then what changed.

    A first reading that stopped on the way is gone on with, and what was bought since it began is
    added to it.
    """
    before = last_done(run=run)
    if before is None:
        begun = unfinished_backfill(run=run)
        since = _moment(begun["until"]) if begun else now - KEPT
        windows = [_window(BOUGHT, since, now), *begun.get("windows", [])]
        return {"mode": "backfill", "until": now.isoformat(), "windows": windows}
    since = min(now - SWEEP, (before.started_at or before.requested_at) - SWEEP_OVERLAP)
    windows = [_window(UPDATED, max(since, now - KEPT), now)]
    wide = last_wide_sweep(run=run)
    due = wide is None or wide.requested_at < now - WIDE_EVERY
    if due:
        windows.append(_window(BOUGHT, now - WIDE_SWEEP, now))
    return {"mode": "sweep", "wide": due, "windows": windows}


def range_position(*, since: datetime, until: datetime) -> dict[str, Any]:
    """Where a run begins that reads the orders bought between two moments, and no others."""
    return {"mode": "range", "windows": [_window(BOUGHT, since, until)]}


def _look_at(taken: Step, bought_at: datetime) -> None:
    """Read what was bought at this moment: the form that a vanished one was merged into is among it."""
    window = _window(BOUGHT, bought_at - SHORTEST / 2, bought_at + SHORTEST / 2)
    if window not in taken.position["windows"]:
        taken.position["windows"] = [*taken.position["windows"], window]


def _record_read(taken: Step, forms: Sequence[CheckoutForm], asked_at: datetime) -> None:
    _record(taken, forms, "", asked_at)


def _window(field: str, start: datetime, end: datetime, *, counted: bool = False) -> dict[str, Any]:
    return {
        "field": field,
        "from": start.isoformat(timespec="milliseconds"),
        "to": end.isoformat(timespec="milliseconds"),
        "counted": counted,
        "offset": 0,
    }


def _page(run: SyncRun, client: AllegroClient, most: int) -> None:
    window = run.position["windows"][0]
    offset = int(window["offset"])
    asked_at = timezone.now()
    page = client.orders.checkout_forms(
        offset=offset,
        limit=min(MAX_CHECKOUT_FORMS_PER_PAGE, most - offset),
        sort=window["field"],
        **{
            f"{window['field']}.gte": _utc(window["from"]),
            f"{window['field']}.lte": _utc(window["to"]),
        },
    )
    if page.total_count > most and _splits(window):
        _split(run, page.total_count)
        return
    if not extend(run, now=timezone.now(), lease=LEASE):
        raise ClaimLost(f"run {run.pk} is no longer ours")
    try:
        with step(run) as taken:
            _record(taken, page.checkout_forms, page.trace_id, asked_at)
            _turn(taken, page, most)
    except BROKEN_CONNECTION:
        raise
    except REFUSALS:
        _one_by_one(run, page, asked_at, most)


def _utc(text: str) -> str:
    return text.replace("+00:00", "Z")


def _splits(window: Mapping[str, Any]) -> bool:
    return _moment(window["to"]) - _moment(window["from"]) > SHORTEST


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _split(run: SyncRun, total: int) -> None:
    """Halve a window that holds more than Allegro lets anybody page through; newer half first."""
    with step(run) as taken:
        window, *rest = taken.position["windows"]
        start, end = _moment(window["from"]), _moment(window["to"])
        middle = start + (end - start) / 2
        taken.position["windows"] = [
            _window(window["field"], middle, end, counted=True),
            _window(window["field"], start, middle, counted=True),
            *rest,
        ]
        _expect(taken, window, total)


def _expect(taken: Step, window: Mapping[str, Any], total: int) -> None:
    if not window["counted"]:
        taken.position["expected"] = int(taken.position.get("expected", 0)) + total
        taken.values["expected"] = taken.position["expected"]


def _turn(taken: Step, page: CheckoutFormsPage, most: int) -> None:
    """To the next page of the window, or to the next window."""
    window, *rest = taken.position["windows"]
    _expect(taken, window, page.total_count)
    window["counted"] = True
    end = window["offset"] + len(page.checkout_forms)
    window["offset"] = max(window["offset"] + 1, end - OVERLAP)
    if not page.checkout_forms or end >= min(page.total_count, most):
        taken.position["windows"] = rest


def _one_by_one(run: SyncRun, page: CheckoutFormsPage, asked_at: datetime, most: int) -> None:
    """A page with a form that cannot be recorded: that one is noted, the others are kept."""
    for form in page.checkout_forms:
        form_id = str(form.get("id") or "?")
        if form_id in run.position.get("failed", []):
            continue
        try:
            with step(run) as taken:
                _record(taken, [form], page.trace_id, asked_at)
        except BROKEN_CONNECTION:
            raise
        except REFUSALS as error:
            _note_failure(run, form_id, error)
    with step(run) as taken:
        _turn(taken, page, most)


def _record(taken: Step, forms: Sequence[CheckoutForm], trace_id: str, asked_at: datetime) -> None:
    recorded = record_checkout_forms(
        integration=taken.run.integration,
        forms=forms,
        now=timezone.now(),
        trace_id=trace_id,
        read_at=asked_at,
    )
    for form, one in zip(forms, recorded, strict=True):
        _account(taken, form, one)


def _account(taken: Step, form: Mapping[str, Any], recorded: Recorded) -> None:
    """Count every order once per run, also one that two pages or windows showed."""
    seen = taken.position.get("seen", [])
    if contains(seen, recorded.order.pk):
        return
    taken.position["seen"] = with_ids(seen, [recorded.order.pk])
    outcome = ItemOutcome.UNCHANGED
    if recorded.created:
        outcome = ItemOutcome.CREATED
    elif recorded.changed:
        outcome = ItemOutcome.UPDATED
    taken.count(scanned=1, **{outcome.lower(): 1})
    if outcome != ItemOutcome.UNCHANGED:
        taken.note(
            object_type="order",
            object_id=recorded.order.checkout_form_id,
            label=_label(form),
            outcome=outcome,
        )


def _label(form: Mapping[str, Any]) -> str:
    """What was bought; never who bought it."""
    lines = form.get("lineItems") or []
    names = [str((one.get("offer") or {}).get("name") or "") for one in lines[:1]]
    more = f" + {len(lines) - 1}" if len(lines) > 1 else ""
    return "".join(names) + more


def _note_failure(run: SyncRun, form_id: str, error: Exception) -> None:
    """Our own refusals say why; of other errors only the kind is kept, for they may quote a buyer."""
    log.warning("order not recorded", run_id=run.pk, error_type=type(error).__name__)
    with step(run) as taken:
        taken.position["failed"] = [*taken.position.get("failed", []), form_id]
        taken.count(scanned=1, failed=1)
        taken.note(
            object_type="order",
            object_id=form_id,
            label="",
            outcome=ItemOutcome.FAILED,
            reason_code=error.code if isinstance(error, HubError) else "unreadable_order",
            message=(
                error.detail
                if isinstance(error, HubError)
                else _("Allegro sent the order in a form that cannot be read (%(kind)s).")
                % {"kind": type(error).__name__}
            ),
            remedy=(
                error.remedy
                if isinstance(error, HubError)
                else _("The next sync tries again. If it stays, give support the order's number.")
            ),
        )
