"""The brakes of a run: what is too much at once waits until a person has looked at it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from core import audit
from core.enums import WorkState
from core.errors import StateConflict
from core.work import claimed
from notifications.enums import Event, Severity
from notifications.operations import notify, settle
from offers.enums import Field
from offers.field_reasons import FieldReason
from settings_app.queries import field_rules
from syncs.enums import ChangeState, RunBrakeKind, RunBrakeState, SyncMode, SyncScope
from syncs.models import PlannedChange, RunBrake, SyncRun
from syncs.operations.plans.starting import RunUnderWay
from syncs.operations.start import hint_runs
from syncs.operations.steps import step
from syncs.queries.plans.counting import (
    ENDS,
    LARGE,
    MOVES,
    ZERO,
    ended_lately,
    linked_offers,
    offers_touched,
)


class BrakeDecided(StateConflict):
    """Somebody else was quicker, or a newer run took over."""

    code = "run_brake_decided"
    title = gettext_lazy("Nothing of this run waits for you")


@dataclass(frozen=True, slots=True)
class Found:
    """A brake that the plan of a run needs, and the changes it holds."""

    kind: RunBrakeKind
    holds: Q
    count: int
    total: int
    limit: int


def brake_plan(run: SyncRun) -> None:
    """Hold what is too much at once in the plan of a run. Tells the members in an APPLY run.

    Zeros and large shares of changed offers are looked for in runs over the whole account; a person
    who chose offers, or takes a run back, meant them. A single price that moves too far and offers
    ended in numbers are held in every run but one that takes another back.
    """
    found = _found(run, timezone.now())
    with step(run) as taken:
        for one in found:
            changes = PlannedChange.objects.filter(one.holds, run=run, state=ChangeState.PLANNED)
            changes.filter(brake="").update(brake=one.kind)
            RunBrake.objects.create(
                organization_id=run.organization_id,
                run=run,
                kind=one.kind,
                count=one.count,
                total=one.total,
                limit=one.limit,
                opened_at=timezone.now(),
            )
        taken.position["phase"] = "over" if run.mode == SyncMode.DRY_RUN else "agree"


def _found(run: SyncRun, now: datetime) -> list[Found]:
    if run.scope == SyncScope.UNDO:
        return []
    account, everywhere = run.integration, run.scope == SyncScope.ACCOUNT
    linked = linked_offers(integration=account)
    found = [_ended(run, now), _large(run, linked)]
    if everywhere:
        found += [_zeros(run), _changed(run, linked)]
    return [one for one in found if one is not None]


def _zeros(run: SyncRun) -> Found | None:
    account = run.integration
    active = linked_offers(integration=account, active=True)
    count, share = offers_touched(run=run, condition=ZERO), account.brake_share_percent
    if count < account.brake_minimum or count * 100 <= share * active:
        return None
    return Found(RunBrakeKind.ZEROS, ZERO, count, active, share)


def _changed(run: SyncRun, linked: int) -> Found | None:
    account = run.integration
    count, share = offers_touched(run=run, condition=MOVES), account.brake_changed_percent
    if count < account.brake_changed_minimum or count * 100 <= share * linked:
        return None
    return Found(RunBrakeKind.CHANGED, MOVES, count, linked, share)


def _ended(run: SyncRun, now: datetime) -> Found | None:
    limit = run.integration.brake_ended_per_day
    count = offers_touched(run=run, condition=ENDS)
    if not count:
        return None
    before = ended_lately(integration=run.integration, now=now)
    if before + count <= limit:
        return None
    return Found(RunBrakeKind.ENDED, ENDS, count, before + count, limit)


def _large(run: SyncRun, linked: int) -> Found | None:
    """The decision of each price has found it already; here they are counted."""
    count = offers_touched(run=run, condition=LARGE)
    if not count:
        return None
    return Found(RunBrakeKind.PRICE, LARGE, count, linked, _smallest_limit(run))


def _smallest_limit(run: SyncRun) -> int:
    """The smallest step of a price, in per cent, that the account's rules hold."""
    rules = field_rules(integration=run.integration)
    steps = [
        rule.max_change_percent
        for field, rule in rules.items()
        if field.startswith(Field.PRICE) and rule.max_change_percent is not None
    ]
    return min(steps, default=0)


def wait_for_person(run: SyncRun) -> None:
    """Set the run aside until somebody releases or drops what is held, and tell the members."""
    words = _words(run, _held(run).values("offer").distinct().count())
    with transaction.atomic():
        kept = claimed(run).update(
            state=WorkState.WAITING_FOR_PERSON, claimed_until=None, stop_reason=words
        )
        if kept:
            notify(
                organization_id=run.organization_id,
                event=Event.SYNC_BRAKE,
                severity=Severity.DANGER,
                title=_("%(account)s: a sync waits for you") % {"account": run.integration.label},
                body=words,
                link=reverse("syncs:detail", args=[run.pk]),
                dedupe_key=brake_key(run),
                now=timezone.now(),
            )


def _words(run: SyncRun, offers: int) -> str:
    kinds = RunBrake.objects.filter(run=run, state=RunBrakeState.OPEN).order_by("pk")
    said = "; ".join(
        _("%(what)s: %(n)d") % {"what": one.get_kind_display(), "n": one.count} for one in kinds
    )
    return _("Changes of %(n)d offers are held until you release or drop them. %(said)s.") % {
        "n": offers,
        "said": said,
    }


def brake_key(run: SyncRun) -> str:
    """What one notice per account and kind of run goes by."""
    return f"sync.brake:{run.integration_id}:{run.kind}"


def release_brakes(*, run: SyncRun, actor: User, now: datetime) -> int:
    """Let everything the run's brakes hold go; returns how many changes. Audits, hints a worker.

    Raises :class:`BrakeDecided` when nothing is held any more, also because a newer run took over, and
    :class:`RunUnderWay` while another run of the account is open.
    """
    try:
        with transaction.atomic():
            _decide(run, RunBrakeState.RELEASED, actor, now)
            return int(_held(run).update(brake=""))
    except IntegrityError as error:
        raise RunUnderWay(remedy=_("Wait until the other sync of this account is over.")) from error


def drop_brakes(*, run: SyncRun, actor: User, now: datetime) -> int:
    """Give up what the run's brakes hold; returns how many changes. Audits; see :func:`release_brakes`.

    The values stay apart: the next run finds them again, and asks again.
    """
    try:
        with transaction.atomic():
            _decide(run, RunBrakeState.DROPPED, actor, now)
            dropped = _held(run).update(
                state=ChangeState.SKIPPED, outcome=FieldReason.DROPPED, finished_at=now
            )
            return int(dropped)
    except IntegrityError as error:
        raise RunUnderWay(remedy=_("Wait until the other sync of this account is over.")) from error


def _held(run: SyncRun) -> QuerySet[Any]:
    return PlannedChange.objects.filter(run=run, state=ChangeState.PLANNED).exclude(brake="")


def _decide(run: SyncRun, state: RunBrakeState, actor: User, now: datetime) -> None:
    """A shown plan stays where it is; a run that waited goes on."""
    waiting = SyncRun.objects.filter(pk=run.pk, state=WorkState.WAITING_FOR_PERSON)
    going_on = waiting.update(
        state=WorkState.PENDING, attempts=0, next_attempt_at=now, stop_reason="", last_error=""
    )
    shown = SyncRun.objects.filter(pk=run.pk, state=WorkState.DONE, mode=SyncMode.DRY_RUN)
    if not going_on and not shown.exists():
        raise BrakeDecided(remedy=_("Look at the newest sync of the account."))
    decided = RunBrake.objects.filter(run=run, state=RunBrakeState.OPEN).update(
        state=state, decided_at=now, decided_by=actor
    )
    if not decided:
        raise BrakeDecided(remedy=_("Look at the newest sync of the account."))
    audit.record_change(f"sync.brake_{state.lower()}", run, actor, now)
    settle(organization_id=run.organization_id, dedupe_key=brake_key(run), now=now)
    hint_runs()
