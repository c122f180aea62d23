"""Why is this not syncing? Every field of an offer answers; a plan is a file as well."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from offers.field_standing import field_reason
from offers.models import FieldState, Offer
from settings_app.models import Integration
from syncs.enums import SyncKind, SyncMode
from syncs.queries.plans import change_view, changes_of, plan_lines, why, why_of
from tests.syncs.planning import (
    account_in_step,
    offers_of,
    planned,
    rule,
    set_price,
    set_theirs,
    state_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def account(organization: Any, away: None) -> Integration:
    return account_in_step(organization)


def _answer(offer: Offer, field: str = "PRICE") -> tuple[str, str]:
    [found] = [one for one in why(offer=offer) if one.field == field]
    return found.action.value, found.reason.code


def test_each_field_answers_in_a_fixed_order_with_words(account: Integration) -> None:
    found = why(offer=offers_of(account)[0])
    assert [one.field for one in found] == [
        "PRICE", "STOCK", "TITLE", "DESCRIPTION", "IMAGES", "STATUS",
    ]  # fmt: skip
    assert all(one.reason.text for one in found)
    assert found[0].is_in_step


def test_the_answer_is_that_of_this_moment(account: Integration) -> None:
    first, second, third = offers_of(account)
    assert _answer(first) == ("NOTHING", "IN_STEP")
    assert _answer(first, "STOCK") == ("NOTHING", "NO_STOCK_KEPT")
    assert _answer(first, "TITLE") == ("NOTHING", "FIELD_OFF")
    set_price(first, "110.00")
    assert _answer(first) == ("PUSH", "OURS_CHANGED")
    planned(account, SyncKind.PUSH)
    assert _answer(first) == ("NOTHING", "ON_ITS_WAY")
    set_theirs(second, "99.00 PLN")
    assert _answer(second) == ("PULL", "THEIRS_CHANGED")
    set_theirs(third, None)
    assert _answer(third) == ("NOTHING", "THEIRS_UNKNOWN")
    set_price(second, "110.00")
    assert _answer(second) == ("CONFLICT", "BOTH_CHANGED")
    rule(account, "PRICE", may_raise=False)
    set_theirs(second, "100.00 PLN")
    assert _answer(second) == ("NOTHING", "MAY_NOT_RAISE")
    Integration.objects.update(may_write_price=False)
    assert _answer(second) == ("NOTHING", "SWITCHED_OFF")


def test_what_is_stored_says_the_same_without_a_comparison(account: Integration) -> None:
    first, *_others = offers_of(account)
    rule(account, "PRICE", may_raise=False)
    set_price(first, "110.00")
    assert field_reason(state_of(first)).code == "NOT_LOOKED_AT"
    planned(account)
    assert field_reason(state_of(first)).code == "MAY_NOT_RAISE"
    set_price(first, "120.00")
    assert field_reason(state_of(first)).code == "NOT_LOOKED_AT"
    assert field_reason(state_of(first, "STOCK")).code == "NO_STOCK_KEPT"


def test_many_offers_are_answered_in_as_many_queries_as_one(account: Integration) -> None:
    ids = [one.pk for one in offers_of(account)]
    with CaptureQueriesContext(connection) as one:
        why_of(integration=account, offer_ids=ids[:1])
    with CaptureQueriesContext(connection) as all_of_them:
        found = why_of(integration=account, offer_ids=ids)
    assert len(all_of_them) == len(one)
    assert {pk: len(fields) for pk, fields in found.items()} == dict.fromkeys(ids, 6)


def test_a_plan_is_a_file_that_no_spreadsheet_runs(account: Integration) -> None:
    first, second, _third = offers_of(account)
    Offer.objects.filter(pk=first.pk).update(title="=HYPERLINK(1)")
    set_price(first, "110.00")
    set_theirs(second, "120.00 PLN")
    run = planned(account, mode=SyncMode.DRY_RUN)
    text = "".join(plan_lines(changes_of(run=run)))
    assert text.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text[1:]), delimiter=";"))
    assert [row["title"] for row in rows] == ["'=HYPERLINK(1)", second.title]
    assert [(row["field"], row["action"], row["written"], row["state"]) for row in rows] == [
        ("PRICE", "PUSH", "110.00 PLN", "PLANNED"),
        ("PRICE", "PULL", "120.00 PLN", "PLANNED"),
    ]
    assert all(row["explanation"] for row in rows)


def test_a_plan_is_narrowed_and_read_with_one_query(account: Integration) -> None:
    first, second, _third = offers_of(account)
    set_price(first, "110.00")
    set_theirs(second, "120.00 PLN")
    run = planned(account, mode=SyncMode.DRY_RUN)
    with CaptureQueriesContext(connection) as queries:
        views = [change_view(one) for one in changes_of(run=run, action="PULL")]
        assert [view.change.offer.title for view in views] == [second.title]
    assert len(queries) == 1
    assert not changes_of(run=run, state="DONE").exists()
    assert changes_of(run=run, field="PRICE", action="nonsense").count() == 2


def test_a_field_that_is_switched_off_is_not_walked(account: Integration) -> None:
    first, *_others = offers_of(account)
    FieldState.objects.filter(offer=first, field="TITLE").update(theirs="Something else there")
    assert planned(account).nothing_changed
    rule(account, "TITLE", enabled=True)
    run = planned(account, mode=SyncMode.DRY_RUN)
    assert [one.field for one in changes_of(run=run)] == ["TITLE"]
