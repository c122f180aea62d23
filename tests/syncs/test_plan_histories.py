"""For any history of edits on both sides, any strategy, any order of runs, kills, results and retries:
after quiet both sides agree or a conflict is open, with no value that nobody chose.

Allegro and the writer of values are played by the machine: it shows what was written, refuses at times,
and writes nothing over a value that is not the one a change was to replace.
"""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from core.enums import WorkState
from core.errors import HubError
from core.outbox import deliver_due
from offers.enums import PushReason
from offers.models import FieldState, Offer, ValuePush
from offers.operations.writing.requesting import Settled, tell_settled
from settings_app.models import Integration
from syncs.enums import SyncKind, SyncMode
from syncs.models import Conflict, PlannedChange, SyncRun
from syncs.operations import run_due
from syncs.operations.plans import apply_plan, retry_failed, start_plan
from tests.syncs.planning import account_in_step, offers_of, set_price, set_theirs, sides
from tests.syncs.stepping import one_step

AMOUNTS = st.sampled_from(["90.00", "95.00", "100.00", "105.00", "110.00"])
OFFERS = st.integers(min_value=0, max_value=1)
KINDS = st.sampled_from([SyncKind.PUSH, SyncKind.PULL, SyncKind.BOTH])
MODES = st.sampled_from([SyncMode.APPLY, SyncMode.APPLY, SyncMode.DRY_RUN])


class Histories(RuleBasedStateMachine):
    """Two offers whose prices people change here and there while runs come and go."""

    organization: Any
    owner: Any

    @initialize(strategy=st.sampled_from(["TIMESTAMP", "DB_WINS", "ALLEGRO_WINS", "MANUAL"]))
    def begin(self, strategy: str) -> None:
        self.account: Integration = account_in_step(
            self.organization, 2, conflict_strategy=strategy
        )
        self.offers: list[Offer] = offers_of(self.account)
        self.truth = {one.pk: "100.00 PLN" for one in self.offers}
        self.chosen = {one.pk: {"100.00 PLN"} for one in self.offers}

    @rule(number=OFFERS, amount=AMOUNTS)
    def somebody_changes_ours(self, number: int, amount: str) -> None:
        offer = self.offers[number]
        self.chosen[offer.pk].add(f"{amount} PLN")
        set_price(offer, amount)

    @rule(number=OFFERS, amount=AMOUNTS)
    def somebody_changes_theirs(self, number: int, amount: str) -> None:
        offer = self.offers[number]
        self.chosen[offer.pk].add(f"{amount} PLN")
        self.truth[offer.pk] = f"{amount} PLN"

    @rule(number=OFFERS)
    def the_journal_tells(self, number: int) -> None:
        offer = self.offers[number]
        set_theirs(offer, self.truth[offer.pk])

    @rule(kind=KINDS, mode=MODES)
    def a_run_starts(self, kind: SyncKind, mode: SyncMode) -> None:
        try:
            run = start_plan(
                integration=self.account, kind=kind, mode=mode, actor=None, now=timezone.now()
            )
        except HubError:
            return
        if kind != SyncKind.PUSH:
            self._read_everything()
        SyncRun.objects.filter(pk=run.pk).update(position={"phase": "plan"})

    @rule()
    def a_worker_makes_a_step_and_dies(self) -> None:
        for run in SyncRun.objects.filter(
            integration=self.account, state__in=["PENDING", "RUNNING"]
        ):
            one_step(run)

    @rule()
    def workers_finish(self) -> None:
        SyncRun.objects.filter(integration=self.account, state="RUNNING").update(
            claimed_until=timezone.now()
        )
        SyncRun.objects.filter(integration=self.account, state="PENDING").update(
            next_attempt_at=timezone.now()
        )
        run_due()

    @rule()
    def a_shown_plan_is_carried_out(self) -> None:
        shown = SyncRun.objects.filter(integration=self.account, mode="DRY_RUN", state="DONE")
        if run := shown.order_by("-pk").first():
            try:
                apply_plan(run=run, actor=self.owner, now=timezone.now())
            except HubError:
                return

    @rule()
    def what_failed_is_tried_again(self) -> None:
        failed = PlannedChange.objects.filter(
            run__integration=self.account, state__in=["FAILED", "CHANGED"]
        ).order_by("-pk")
        if change := failed.first():
            try:
                run = retry_failed(run=change.run, actor=self.owner, now=timezone.now())
            except HubError:
                return
            self._read_everything()
            SyncRun.objects.filter(pk=run.pk).update(position={"phase": "plan"})

    @rule(refused=st.booleans())
    def results_arrive(self, refused: bool) -> None:
        with transaction.atomic():
            settled = [self._written(push, refused) for push in self._under_way()]
            tell_settled(organization_id=self.organization.pk, settled=settled)
        deliver_due()

    @invariant()
    def nobody_sees_a_value_that_nobody_chose(self) -> None:
        for offer in getattr(self, "offers", []):
            assert self.truth[offer.pk] in self.chosen[offer.pk]
            assert set(sides(offer)) <= self.chosen[offer.pk]

    def teardown(self) -> None:
        if not hasattr(self, "offers"):
            return
        self._be_quiet()
        for offer in self.offers:
            base, ours, theirs = sides(offer)
            assert theirs == self.truth[offer.pk]
            found = Conflict.objects.filter(offer=offer, field="PRICE", state="OPEN").first()
            if found is None:
                assert base == ours == theirs
            else:
                assert (found.ours, found.theirs) == (ours, theirs)
                assert ours != theirs
        self._another_run_writes_nothing()

    def _be_quiet(self) -> None:
        """Nobody edits any more; runs both ways and their results come until nothing happens."""
        for _round in range(6):
            self.workers_finish()
            self.results_arrive(refused=False)
            self.workers_finish()
            self.a_run_starts(SyncKind.BOTH, SyncMode.APPLY)
            self.workers_finish()
        assert not self._under_way()
        assert not SyncRun.objects.filter(
            integration=self.account, state__in=["PENDING", "RUNNING"]
        ).exists()

    def _another_run_writes_nothing(self) -> None:
        before = self._everything()
        self.a_run_starts(SyncKind.BOTH, SyncMode.APPLY)
        self.workers_finish()
        assert self._everything() == before

    def _everything(self) -> tuple[Any, ...]:
        pushes = ValuePush.objects.filter(integration=self.account).order_by("pk")
        conflicts = Conflict.objects.filter(integration=self.account).order_by("pk")
        fields = FieldState.objects.filter(integration=self.account).order_by("pk")
        return (
            list(pushes.values_list("pk", "wish", "value", "state")),
            list(conflicts.values_list("pk", "state", "ours", "theirs", "changed_at")),
            list(fields.values_list("pk", "base", "ours", "theirs", "base_at")),
        )

    def _read_everything(self) -> None:
        for offer in self.offers:
            set_theirs(offer, self.truth[offer.pk])

    def _under_way(self) -> list[ValuePush]:
        return list(ValuePush.objects.filter(integration=self.account, state="PENDING"))

    def _written(self, push: ValuePush, refused: bool) -> Settled:
        """What the writer of values makes of a wish: it reads before it writes, and after."""
        there = self.truth[push.offer_id]
        state, reason = WorkState.DONE, PushReason.SENT
        if push.expected is not None and there not in (push.expected, push.value):
            reason = PushReason.CHANGED_MEANWHILE
        elif refused and there != push.value:
            state, reason = WorkState.WAITING_FOR_PERSON, PushReason.REFUSED
        else:
            self.truth[push.offer_id] = push.value
        ValuePush.objects.filter(pk=push.pk).update(
            state=state, reason=reason, finished_at=timezone.now()
        )
        set_theirs(push.offer, self.truth[push.offer_id])
        return Settled(
            self.account.pk, push.offer_id, push.field, state.value, reason.value, push.run_id
        )


@pytest.mark.django_db
def test_after_quiet_both_sides_agree_or_a_conflict_is_open(
    organization: Any, owner: Any, away: None
) -> None:
    machine = type("OurHistories", (Histories,), {"organization": organization, "owner": owner})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=8,
            stateful_step_count=15,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
