"""Conflicts: what each choice writes where, how it ends, and that nobody chooses twice."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from core.models import AuditEntry
from offers.field_reasons import FieldReason
from offers.models import FieldState, OfferPush, OwnValue, ValuePush
from settings_app.operations import stop_organization_offers
from syncs.enums import ConflictResolution
from syncs.models import Conflict
from syncs.operations import conflicts as operations
from syncs.operations.conflicts import (
    ChoiceNotPossible,
    ConflictDecided,
    ConflictMoved,
    Seen,
    UnusableValue,
)
from syncs.operations.conflicts.taking_back import CannotTakeBack
from syncs.queries.plans.why import why
from tests.factories import MembershipFactory, OrganizationFactory
from tests.syncs.conflicting import (
    BASE,
    OURS,
    THEIRS,
    account_of,
    price_conflict,
    prices,
    push_ends,
    sides,
    state_of,
)
from tests.syncs.factories import ConflictFactory

Choose = Callable[..., Conflict]


@pytest.fixture
def account(organization: Any) -> Any:
    return account_of(organization)


@pytest.fixture
def conflict(account: Any) -> Conflict:
    return price_conflict(account)


@pytest.fixture
def choose(owner: Any) -> Choose:
    """Resolve by a side."""

    def resolve(row: Conflict, resolution: str, **values: Any) -> Conflict:
        return operations.resolve(
            conflict=row,
            resolution=ConflictResolution(resolution),
            actor=owner,
            now=timezone.now(),
            **values,
        )

    return resolve


def settle(conflict: Conflict) -> Conflict:
    operations.settle_conflicts(integration_id=conflict.integration_id, now=timezone.now())
    conflict.refresh_from_db()
    return conflict


def test_ours_goes_to_allegro_and_ends_when_allegro_shows_it(
    conflict: Conflict, choose: Choose, owner: Any
) -> None:
    row = choose(conflict, "OURS", seen=Seen(OURS, THEIRS))

    assert (row.state, row.resolution, row.value) == ("WRITING", "OURS", OURS)
    push = ValuePush.objects.get()
    assert (push.offer_id, push.field, push.value) == (conflict.offer_id, "PRICE", OURS)
    assert (push.expected, push.cause, push.requested_by) == (THEIRS, "CONFLICT", owner)
    assert sides(conflict) == (BASE, OURS, THEIRS)
    assert settle(conflict).state == "WRITING"

    push_ends(conflict, "SENT")
    row = settle(conflict)
    assert (row.state, row.resolved_by, row.problem) == ("RESOLVED", owner, "")
    assert sides(conflict) == (OURS, OURS, OURS)
    assert prices(conflict) == OURS
    entry = AuditEntry.objects.get(action="conflict.resolved")
    assert (entry.actor, entry.after) == (owner, {"resolution": "OURS", "value": OURS})


@pytest.mark.parametrize(
    ("reason", "error", "words"),
    [
        ("REFUSED", "The price is too low.", "Allegro refused it The price is too low."),
        ("CHANGED_MEANWHILE", "", "Changed at Allegro meanwhile"),
        ("GONE", "", "The offer is gone at Allegro"),
    ],
)
def test_a_write_that_does_not_work_opens_the_conflict_again(
    conflict: Conflict, choose: Choose, reason: str, error: str, words: str
) -> None:
    choose(conflict, "OURS")
    push_ends(conflict, reason, error=error)

    row = settle(conflict)

    assert (row.state, row.resolution, row.value, row.problem) == ("OPEN", "", None, words)
    assert sides(conflict) == (BASE, OURS, THEIRS)


def test_another_value_sent_meanwhile_opens_it_again(conflict: Conflict, choose: Choose) -> None:
    choose(conflict, "OURS")
    ValuePush.objects.update(value="111.00 PLN")
    push_ends(conflict, "SENT")

    row = settle(conflict)

    assert (row.state, row.problem) == ("OPEN", "Another value was sent instead.")


def test_a_sync_leaves_the_field_alone_while_the_choice_is_on_its_way(
    conflict: Conflict, choose: Choose
) -> None:
    def reason() -> str:
        return next(one.reason.code for one in why(offer=conflict.offer) if one.field == "PRICE")

    assert reason() == FieldReason.BOTH_CHANGED
    choose(conflict, "OURS")
    assert reason() == FieldReason.ON_ITS_WAY


def test_allegros_value_is_taken_at_once(conflict: Conflict, choose: Choose) -> None:
    row = choose(conflict, "ALLEGRO")

    assert (row.state, row.value) == ("RESOLVED", THEIRS)
    assert sides(conflict) == (THEIRS, THEIRS, THEIRS)
    assert prices(conflict) == THEIRS
    assert not ValuePush.objects.exists()


def test_another_value_becomes_the_offers_own_and_goes_out(
    conflict: Conflict, choose: Choose
) -> None:
    row = choose(conflict, "OWN", value=" 101,5 PLN")

    assert (row.state, row.value) == ("WRITING", "101.50 PLN")
    assert OwnValue.objects.get().value == "101.50 PLN"
    push = ValuePush.objects.get()
    assert (push.value, push.expected) == ("101.50 PLN", THEIRS)
    assert sides(conflict) == (BASE, "101.50 PLN", THEIRS)
    assert prices(conflict) == OURS

    push_ends(conflict, "SENT")
    assert settle(conflict).state == "RESOLVED"
    assert sides(conflict) == ("101.50 PLN",) * 3


@pytest.mark.parametrize("text", ["", "cheap", "0", "-5", "99.999", "1e400"])
def test_a_value_that_is_none_is_refused_and_nothing_changes(
    conflict: Conflict, choose: Choose, text: str
) -> None:
    with pytest.raises(UnusableValue):
        choose(conflict, "OWN", value=text)

    conflict.refresh_from_db()
    assert (conflict.state, sides(conflict)) == ("OPEN", (BASE, OURS, THEIRS))
    assert not ValuePush.objects.exists()
    assert not OwnValue.objects.exists()


@pytest.mark.parametrize("side", ["ours", "theirs"])
def test_a_value_that_moved_since_it_was_looked_at_is_not_decided_about(
    conflict: Conflict, choose: Choose, side: str
) -> None:
    state = state_of(conflict.offer_id)
    setattr(state, side, "120.00 PLN")
    state.save(update_fields=[side])

    with pytest.raises(ConflictMoved, match=r"120\.00 PLN now, not"):
        choose(conflict, "OURS", seen=Seen(OURS, THEIRS))

    conflict.refresh_from_db()
    assert (conflict.state, getattr(conflict, side)) == ("OPEN", "120.00 PLN")
    assert not ValuePush.objects.exists()


@pytest.mark.parametrize("why_not", ["switch", "stop"])
def test_ours_cannot_be_chosen_where_nothing_may_be_written(
    conflict: Conflict, choose: Choose, owner: Any, why_not: str
) -> None:
    if why_not == "switch":
        type(conflict.integration).objects.update(may_write_price=False)
    else:
        stop_organization_offers(
            organization=conflict.organization, stopped=True, actor=owner, now=timezone.now()
        )

    with pytest.raises(ChoiceNotPossible) as refused:
        choose(conflict, "OURS")

    assert refused.value.remedy
    conflict.refresh_from_db()
    assert conflict.state == "OPEN"
    assert choose(conflict, "ALLEGRO").state == "RESOLVED"


def test_who_comes_second_is_told_who_was_first(
    conflict: Conflict, choose: Choose, owner: Any
) -> None:
    choose(conflict, "OURS")

    with pytest.raises(ConflictDecided, match=owner.get_full_name()):
        choose(conflict, "ALLEGRO")

    assert sides(conflict) == (BASE, OURS, THEIRS)


def test_a_taken_value_is_given_back(conflict: Conflict, choose: Choose, owner: Any) -> None:
    row = choose(conflict, "ALLEGRO")

    row = operations.take_back(conflict=row, actor=owner, now=timezone.now())

    assert (row.state, row.resolution) == ("OPEN", "")
    assert sides(conflict) == (BASE, OURS, THEIRS)
    assert prices(conflict) == OURS
    assert AuditEntry.objects.filter(action="conflict.taken_back", actor=owner).count() == 1


def test_a_sent_value_is_taken_back_at_allegro(
    conflict: Conflict, choose: Choose, owner: Any
) -> None:
    choose(conflict, "OWN", value="101.50")
    push_ends(conflict, "SENT")
    settle(conflict)

    row = operations.take_back(conflict=conflict, actor=owner, now=timezone.now())
    assert (row.state, row.undoing) == ("WRITING", True)
    push = ValuePush.objects.get()
    assert (push.value, push.expected, push.cause) == (THEIRS, "101.50 PLN", "UNDO")

    push_ends(conflict, "SENT")
    row = settle(conflict)
    assert (row.state, row.undoing, row.resolution) == ("OPEN", False, "")
    assert sides(conflict) == (BASE, OURS, THEIRS)
    assert not OwnValue.objects.exists()


def test_what_moved_since_cannot_be_taken_back(
    conflict: Conflict, choose: Choose, owner: Any
) -> None:
    row = choose(conflict, "ALLEGRO")
    state = state_of(conflict.offer_id)
    state.theirs = "97.00 PLN"
    state.save(update_fields=["theirs"])

    with pytest.raises(CannotTakeBack):
        operations.take_back(conflict=row, actor=owner, now=timezone.now())

    assert prices(conflict) == THEIRS


def test_many_are_resolved_each_for_itself(account: Any, conflict: Conflict, owner: Any) -> None:
    moved = price_conflict(account)
    other = price_conflict(account)
    seen = {moved.pk: Seen(OURS, "1.00 PLN"), other.pk: Seen(OURS, THEIRS)}

    report = operations.resolve_many(
        conflicts=[conflict, moved, other],
        resolution=ConflictResolution.OURS,
        actor=owner,
        now=timezone.now(),
        seen=seen,
    )

    assert report.done == [conflict.pk, other.pk]
    assert [(row.pk, error.code) for row, error in report.refused] == [(moved.pk, "conflict_moved")]
    assert set(ValuePush.objects.values_list("offer_id", flat=True)) == {
        conflict.offer_id,
        other.offer_id,
    }


def test_stock_is_pushed_as_it_is_at_that_moment(
    account: Any, conflict: Conflict, choose: Choose
) -> None:
    type(account).objects.update(may_write_stock=True)
    FieldState.objects.update_or_create(
        offer=conflict.offer,
        field="STOCK",
        defaults={
            "organization": account.organization,
            "integration": account,
            "base": "5",
            "ours": "3",
            "theirs": "9",
        },
    )
    row: Any = ConflictFactory(offer=conflict.offer, field="STOCK", base="5", ours="3", theirs="9")

    assert choose(row, "OURS").state == "WRITING"

    push = OfferPush.objects.get()
    assert (push.offer_id, push.cause) == (conflict.offer_id, "CONFLICT")
    OfferPush.objects.update(state="DONE", reason="SENT", target=2, finished_at=timezone.now())
    row = settle(row)
    assert (row.state, row.value) == ("RESOLVED", "2")


@pytest.mark.django_db(transaction=True)
def test_two_people_who_choose_at_the_same_time_choose_once() -> None:
    organization = OrganizationFactory()
    conflict = price_conflict(account_of(organization))
    people = [MembershipFactory(organization=organization).user for _ in range(2)]
    gate, done, refused = threading.Barrier(2), [], []

    def choose_one(person: Any, side: ConflictResolution) -> None:
        gate.wait()
        try:
            operations.resolve(conflict=conflict, resolution=side, actor=person, now=timezone.now())
        except ConflictDecided:
            refused.append(side)
        else:
            done.append(side)
        connections.close_all()

    sides_chosen = [ConflictResolution.OURS, ConflictResolution.ALLEGRO]
    threads = [
        threading.Thread(target=choose_one, args=pair)
        for pair in zip(people, sides_chosen, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (len(done), len(refused)) == (1, 1)
    conflict.refresh_from_db()
    assert conflict.resolution == done[0]
    assert ValuePush.objects.exists() == (done[0] == ConflictResolution.OURS)
    assert (prices(conflict) == THEIRS) == (done[0] == ConflictResolution.ALLEGRO)
