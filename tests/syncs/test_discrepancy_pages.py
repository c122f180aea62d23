from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from inventory.models import StockLevel
from syncs.models import Discrepancy, DiscrepancyRule, SyncRun
from tests.factories import IntegrationFactory
from tests.offers.queries import queries_of
from tests.syncs.disagreeing import of_price, of_quantity
from tests.syncs.factories import DiscrepancyFactory, DiscrepancyRuleFactory

Page = Callable[[Any], Any]


@pytest.fixture
def integration(organization: Any) -> Any:
    return IntegrationFactory(organization=organization, label="Sklep Lipowa", may_write_stock=True)


def _texts(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def _url(name: str, *args: Any) -> str:
    return reverse(f"syncs:{name}", args=args)


def _shown(answer: Any) -> list[int]:
    return [view.row.pk for view in answer.context["page"].items]


def test_the_inbox_shows_the_worst_first_and_both_values(
    page: Page, viewer: Any, integration: Any
) -> None:
    mild, grave = of_quantity(integration), of_quantity(integration, theirs=400, severity=4)
    of_quantity(integration, status="RESOLVED", resolved_at="2026-01-01T00:00Z")
    answer = page(viewer).get(_url("discrepancies"))
    assert _shown(answer) == [grave.pk, mild.pk]
    text = _texts(answer)
    assert "400 pieces" in text
    assert "Critical" in text
    assert "+397" in text


def test_tabs_and_filters_narrow(
    page: Page, staff: Any, integration: Any, organization: Any
) -> None:
    other = IntegrationFactory(organization=organization)
    first = of_quantity(integration, severity=3)
    price = of_price(other)
    mine = of_quantity(other, assignee=staff)
    ignored = of_quantity(other, status="IGNORED", resolved_at="2026-01-01T00:00Z")
    client = page(staff)
    for query, want in [
        ("", {first.pk, price.pk, mine.pk}),
        ("?tab=mine", {mine.pk}),
        ("?tab=ignored", {ignored.pk}),
        ("?tab=resolved", set()),
        ("?severity=HIGH", {first.pk}),
        ("?kind=PRICE", {price.pk}),
        (f"?account={integration.pk}", {first.pk}),
        (f"?q={first.offer.allegro_id}" if first.offer else "", {first.pk}),
        (f"?q={price.product.code}" if price.product else "", {price.pk}),
        ("?q=nothing-like-it", set()),
        ("?account=999999999999999999999999&severity=x&tab=y", set()),
    ]:
        assert set(_shown(client.get(_url("discrepancies") + query))) == want, query


def test_the_detail_shows_both_sides_the_ways_out_and_the_history(
    page: Page, staff: Any, integration: Any
) -> None:
    row = of_quantity(integration, ours=3, theirs=5)
    client = page(staff)
    client.post(_url("discrepancy_comment", row.pk), {"comment": "counted on the shelf"})
    text = _texts(client.get(row_url := _url("discrepancy", row.pk)))
    for words in ("3 pieces", "5 pieces", "3 → 5 pieces", "5 → 3 pieces", "counted on the shelf"):
        assert words in text
    assert client.post(_url("discrepancy_comment", row.pk), {"comment": " "}).status_code == 422
    client.post(_url("discrepancy_assign", row.pk), {"assignee": staff.pk})
    client.post(_url("discrepancy_investigate", row.pk))
    row.refresh_from_db()
    assert (row.assignee, row.status) == (staff, "INVESTIGATING")
    assert "Looked into" in _texts(client.get(row_url))


def test_a_side_is_chosen_after_seeing_what_it_writes_and_taken_back(
    page: Page, staff: Any, integration: Any
) -> None:
    row = of_quantity(integration, ours=3, theirs=5)
    client = page(staff)
    confirm = client.get(_url("discrepancy_resolve", row.pk) + "?side=ALLEGRO")
    assert "3 → 5 pieces" in _texts(confirm)
    assert StockLevel.objects.get().on_hand == 3
    form = {"side": "ALLEGRO", "seen": "5", "comment": "right"}
    answer = client.post(_url("discrepancy_resolve", row.pk), form, follow=True)
    assert "Settled" in _texts(answer)
    assert StockLevel.objects.get().on_hand == 5
    assert "Take back" in _texts(client.get(_url("discrepancy_undo", row.pk)))
    client.post(_url("discrepancy_undo", row.pk))
    assert StockLevel.objects.get().on_hand == 3
    assert Discrepancy.objects.get().status == "OPEN"


def test_a_moved_value_is_shown_and_not_written(page: Page, staff: Any, integration: Any) -> None:
    row = of_quantity(integration, ours=3, theirs=5)
    form = {"side": "ALLEGRO", "seen": "4"}
    answer = page(staff).post(_url("discrepancy_resolve", row.pk), form, follow=True)
    assert "Allegro shows 5 now, not 4." in _texts(answer)
    assert StockLevel.objects.get().on_hand == 3


def test_ignoring_takes_a_day_after_today(page: Page, staff: Any, integration: Any) -> None:
    row = of_quantity(integration)
    client = page(staff)
    url = _url("discrepancy_resolve", row.pk)
    assert client.post(url, {"side": "IGNORE", "until": "2020-01-01"}).status_code == 422
    assert Discrepancy.objects.get().status == "OPEN"
    client.post(url, {"side": "IGNORE", "seen": "5", "until": "2099-01-01"})
    assert Discrepancy.objects.get().status == "IGNORED"


def test_many_are_shown_before_anything_is_written(
    page: Page, staff: Any, integration: Any
) -> None:
    rows = [of_quantity(integration, ours=3, theirs=theirs) for theirs in (5, 0)]
    price = of_price(integration)
    ids = [row.pk for row in (*rows, price)]
    client = page(staff)
    preview = client.post(_url("discrepancies_bulk"), {"id": ids, "side": "ALLEGRO"})
    text = _texts(preview)
    assert "3 → 5 pieces" in text
    assert "3 → 0 pieces" in text
    assert "10.00 → 12.00 PLN" in text
    assert not Discrepancy.objects.exclude(status="OPEN").exists()
    client.post(_url("discrepancies_bulk"), {"id": ids, "side": "ALLEGRO", "confirmed": "yes"})
    assert set(Discrepancy.objects.values_list("status", flat=True)) == {"RESOLVED"}
    on_hand = StockLevel.objects.order_by("product_id").values_list("on_hand", flat=True)
    assert list(on_hand)[:2] == [5, 0]


def test_many_are_assigned_at_once(page: Page, staff: Any, integration: Any) -> None:
    rows = [of_quantity(integration) for _ in range(2)]
    form = {"id": [row.pk for row in rows], "side": "", "assignee": staff.pk}
    page(staff).post(_url("discrepancies_bulk"), form)
    assert set(Discrepancy.objects.values_list("assignee", flat=True)) == {staff.pk}
    answer = page(staff).post(_url("discrepancies_bulk"), {"side": "OURS"}, follow=True)
    assert "Tick the discrepancies first" in _texts(answer)


def test_a_rule_is_looked_at_before_it_is_saved(page: Page, staff: Any, integration: Any) -> None:
    of_quantity(integration)
    client = page(staff)
    form = {
        "name": "small",
        "kind": "QUANTITY",
        "threshold": "2",
        "auto_resolve": "NONE",
        "enabled": "on",
    }
    seen = client.post(_url("rule_new"), form | {"preview": "yes"})
    assert (seen.context["preview"].taken, seen.context["preview"].tolerated) == (1, 1)
    assert not DiscrepancyRule.objects.exists()
    client.post(_url("rule_new"), form)
    rule = DiscrepancyRule.objects.get()
    assert (rule.name, rule.threshold) == ("small", 2)
    wrong = client.post(
        _url("rule_edit", rule.pk), form | {"min_difference": "9", "max_difference": "1"}
    )
    assert wrong.status_code == 422
    client.post(_url("rule_edit", rule.pk), form | {"threshold": "3"})
    rule.refresh_from_db()
    assert rule.threshold == 3
    second = DiscrepancyRuleFactory(organization=rule.organization, position=9)
    client.post(_url("rule_move", second.pk), {"way": "up"})
    listed = client.get(_url("rules")).context["rules"]
    assert [one.pk for one in listed] == [second.pk, rule.pk]
    client.post(_url("rule_remove", rule.pk))
    assert [one.pk for one in DiscrepancyRule.objects.all()] == [second.pk]


def test_check_now_starts_a_check_of_every_working_account(
    page: Page, staff: Any, integration: Any
) -> None:
    IntegrationFactory(organization=integration.organization, state="PAUSED")
    page(staff).post(_url("check"))
    run = SyncRun.objects.get()
    assert (run.kind, run.integration, run.requested_by) == ("CHECK", integration, staff)


def test_a_viewer_sees_no_buttons_and_is_refused(page: Page, viewer: Any, integration: Any) -> None:
    row = of_quantity(integration)
    rule = DiscrepancyRuleFactory(organization=integration.organization)
    client = page(viewer)
    for name in ("discrepancies", "rules"):
        text = client.get(_url(name)).content.decode().partition("<main")[2]
        assert 'method="post"' not in text, name
    detail = client.get(_url("discrepancy", row.pk)).content.decode().partition("<main")[2]
    assert 'method="post"' not in detail
    for name, args in [
        ("discrepancy_comment", [row.pk]),
        ("discrepancy_assign", [row.pk]),
        ("discrepancy_investigate", [row.pk]),
        ("discrepancy_resolve", [row.pk]),
        ("discrepancy_undo", [row.pk]),
        ("discrepancies_bulk", []),
        ("check", []),
        ("rule_new", []),
        ("rule_edit", [rule.pk]),
        ("rule_move", [rule.pk]),
        ("rule_remove", [rule.pk]),
    ]:
        assert client.post(_url(name, *args), {"side": "IGNORE", "id": row.pk}).status_code == 403
    assert Discrepancy.objects.get().status == "OPEN"
    assert DiscrepancyRule.objects.exists()
    assert not SyncRun.objects.exists()


def test_for_an_outsider_nothing_exists(
    page: Page, outsider: Any, staff: Any, integration: Any
) -> None:
    row = of_quantity(integration)
    rule = DiscrepancyRuleFactory(organization=integration.organization)
    client = page(outsider)
    for name in ("discrepancy", "discrepancy_resolve", "discrepancy_undo"):
        assert client.get(_url(name, row.pk)).status_code == 404
    for name in ("discrepancy_comment", "discrepancy_assign", "discrepancy_investigate"):
        assert client.post(_url(name, row.pk), {"comment": "x"}).status_code == 404
    assert client.post(_url("rule_edit", rule.pk)).status_code == 404
    client.post(_url("discrepancies_bulk"), {"id": row.pk, "side": "IGNORE", "confirmed": "yes"})
    assert Discrepancy.objects.get().status == "OPEN"
    answer = page(staff).post(_url("discrepancy_assign", row.pk), {"assignee": outsider.pk})
    assert answer.status_code == 404


def test_the_home_page_says_what_is_grave(page: Page, staff: Any, integration: Any) -> None:
    client = page(staff)
    of_quantity(integration, severity=2)
    assert "differ gravely" not in _texts(client.get(reverse("home")))
    of_quantity(integration, severity=3)
    assert "1 value differs gravely from Allegro" in _texts(client.get(reverse("home")))


def test_lists_need_as_many_queries_for_one_row_as_for_three(
    page: Page, staff: Any, integration: Any
) -> None:
    client = page(staff)
    rows = [of_quantity(integration, assignee=staff)]
    urls = [_url("discrepancies"), _url("discrepancies") + "?tab=mine", _url("rules")]
    DiscrepancyRuleFactory(organization=integration.organization, integration=integration)
    one = [queries_of(lambda url=url: client.get(url)) for url in urls]
    for _ in range(2):
        other = IntegrationFactory(organization=integration.organization)
        rows.append(of_quantity(other, assignee=staff))
        DiscrepancyFactory(integration=other, product=rows[0].product, kind="STATUS")
        DiscrepancyRuleFactory(organization=integration.organization, integration=other)
    assert [queries_of(lambda url=url: client.get(url)) for url in urls] == one
