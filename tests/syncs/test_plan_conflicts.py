"""Conflicts that runs find: opened once, following their values, closed when they are none any more."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from settings_app.models import Integration
from syncs.enums import SyncKind
from syncs.models import Conflict
from tests.syncs.planning import (
    account_in_step,
    arrive,
    offers_of,
    plan_of,
    planned,
    rule,
    set_price,
    set_theirs,
    sides,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def account(organization: Any, away: None) -> Integration:
    """Its first offer's price was changed on both sides."""
    made = account_in_step(organization)
    first = offers_of(made)[0]
    set_price(first, "110.00")
    set_theirs(first, "120.00 PLN")
    return made


def _only() -> Conflict:
    return Conflict.objects.get()


@pytest.mark.parametrize("kind", [SyncKind.PUSH, SyncKind.PULL, SyncKind.BOTH])
def test_a_conflict_is_opened_once_by_a_run_of_any_kind(
    account: Integration, kind: SyncKind
) -> None:
    first = offers_of(account)[0]
    run = planned(account, kind)
    assert plan_of(run) == {("CONFLICT", "BOTH_CHANGED", "DONE"): 1}
    found = _only()
    assert (found.offer_id, found.field, found.state, found.run) == (first.pk, "PRICE", "OPEN", run)
    assert (found.base, found.ours, found.theirs) == sides(first)
    assert found.ours_at
    assert found.theirs_at
    planned(account, kind)
    assert _only().changed_at == found.changed_at
    assert sides(first) == ("100.00 PLN", "110.00 PLN", "120.00 PLN")


def test_an_open_conflict_follows_its_values(account: Integration) -> None:
    first = offers_of(account)[0]
    planned(account)
    found = _only()
    set_price(first, "111.00")
    planned(account)
    after = _only()
    assert (after.ours, after.opened_at) == ("111.00 PLN", found.opened_at)
    assert after.changed_at > found.changed_at


def test_a_conflict_closes_when_both_sides_agree(account: Integration) -> None:
    first = offers_of(account)[0]
    planned(account)
    set_price(first, "120.00")
    planned(account)
    assert (_only().state, _only().resolution) == ("AGREED", "")
    assert sides(first) == ("120.00 PLN",) * 3


def test_a_conflict_closes_when_one_side_goes_back(account: Integration) -> None:
    first = offers_of(account)[0]
    planned(account)
    set_theirs(first, "100.00 PLN")
    run = planned(account)
    assert plan_of(run) == {("PUSH", "OURS_CHANGED", "SENT"): 1}
    arrive(account)
    assert _only().state == "AGREED"


def test_a_strategy_settles_what_was_a_conflict(account: Integration) -> None:
    first = offers_of(account)[0]
    planned(account)
    rule(account, "PRICE", strategy="ALLEGRO_WINS")
    run = planned(account)
    assert plan_of(run) == {("PULL", "ALLEGRO_WINS", "DONE"): 1}
    assert sides(first) == ("120.00 PLN",) * 3
    assert planned(account).nothing_changed
    assert _only().state == "AGREED"


def test_a_conflict_a_person_decided_is_left_alone_while_it_is_written(
    account: Integration,
) -> None:
    planned(account)
    Conflict.objects.update(
        state="WRITING", resolution="OURS", value="110.00 PLN", asked_at=timezone.now()
    )
    before = Conflict.objects.values().get()
    run = planned(account)
    assert plan_of(run) == {("NOTHING", "ON_ITS_WAY", "SKIPPED"): 1}
    assert Conflict.objects.values().get() == before


def test_the_other_strategies(account: Integration) -> None:
    first, second, third = offers_of(account)
    for offer in (second, third):
        set_theirs(offer, "120.00 PLN")
        set_price(offer, "115.00")
    rule(account, "PRICE", strategy="TIMESTAMP")
    run = planned(account)
    assert plan_of(run) == {
        ("PULL", "ALLEGRO_NEWER", "DONE"): 1,
        ("PUSH", "OURS_NEWER", "SENT"): 2,
    }
    assert sides(first) == ("120.00 PLN",) * 3
