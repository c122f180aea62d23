"""Numbers of plans: for pages, and for the brakes."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Count, Q

from offers.enums import Field, LinkState, PublicationStatus
from offers.models import Offer
from settings_app.models import Integration
from syncs.enums import ChangeState, PlanAction, RunBrakeKind
from syncs.models import PlannedChange, SyncRun

WRITES = (PlanAction.PUSH, PlanAction.PULL)
DAY = timedelta(days=1)
ZERO = Q(action=PlanAction.PUSH, field=Field.STOCK, value="0")
ENDS = Q(action=PlanAction.PUSH, field=Field.STATUS, value=PublicationStatus.ENDED)
# Stock moves with every sale and has a brake of its own.
MOVES = Q(action__in=WRITES) & ~Q(field=Field.STOCK)
LARGE = Q(brake=RunBrakeKind.PRICE)


def state_counts(*, run: SyncRun) -> dict[str, int]:
    """How many changes of the plan are in each state; one query."""
    return _counts(run, "state")


def action_counts(*, run: SyncRun) -> dict[str, int]:
    """How many changes of the plan do what; one query."""
    return _counts(run, "action")


def _counts(run: SyncRun, column: str) -> dict[str, int]:
    rows = PlannedChange.objects.filter(run=run).order_by(column).values_list(column)
    return dict(rows.annotate(count=Count("pk")))


def offers_touched(*, run: SyncRun, condition: Q) -> int:
    """How many offers the planned changes of a kind are about."""
    rows = PlannedChange.objects.filter(condition, run=run, state=ChangeState.PLANNED)
    return int(rows.aggregate(count=Count("offer", distinct=True))["count"])


def linked_offers(*, integration: Integration, active: bool = False) -> int:
    """How many offers of an account have products; ``active``: of those that are on sale, or were until
    their stock ran out."""
    linked = Offer.objects.filter(integration=integration, link_state=LinkState.LINKED)
    if active:
        on_sale = Q(publication_status=PublicationStatus.ACTIVE)
        linked = linked.filter(on_sale | Q(emptied_at__isnull=False))
    return int(linked.count())


def ended_lately(*, integration: Integration, now: datetime) -> int:
    """How many offers runs ended within a day, those on their way there included."""
    runs = SyncRun.objects.filter(integration=integration, requested_at__gt=now - 2 * DAY)
    rows = PlannedChange.objects.filter(
        ENDS,
        run__in=runs,
        state__in=[ChangeState.SENT, ChangeState.DONE],
        sent_at__gt=now - DAY,
    )
    return int(rows.aggregate(count=Count("offer", distinct=True))["count"])
