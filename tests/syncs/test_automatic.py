from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from inventory.models import StockLevel
from notifications.models import Notification
from offers.models import Offer
from settings_app.models import Integration
from syncs.enums import SyncKind, SyncTrigger
from syncs.models import Discrepancy, SyncRun
from syncs.operations.check_ends import end_check
from syncs.operations.discrepancies.automatic import allowed, apply_rules
from tests.factories import IntegrationFactory
from tests.syncs.disagreeing import of_price, of_quantity
from tests.syncs.factories import DiscrepancyRuleFactory, SyncRunFactory

NOBODY: Any = None


@pytest.fixture
def integration(organization: Any, owner: Any) -> Integration:
    made: Integration = IntegrationFactory.create(organization=organization)
    return made


def _run(integration: Integration) -> SyncRun:
    """The last phases of a check, as a worker that has claimed it goes through them."""
    run: SyncRun = SyncRunFactory.create(
        integration=integration,
        kind=SyncKind.CHECK,
        trigger=SyncTrigger.SCHEDULE,
        state="RUNNING",
        claimed_until=timezone.now(),
        position={"phase": "rules", "after": 0},
    )
    while run.position["phase"] == "rules":
        apply_rules(run, NOBODY)
    end_check(run, NOBODY)
    SyncRun.objects.filter(pk=run.pk).update(state="DONE")
    return run


def _ruled(row: Discrepancy, auto: str) -> Discrepancy:
    row.rule = DiscrepancyRuleFactory.create(organization=row.organization, auto_resolve=auto)
    row.save()
    return row


def test_a_rule_takes_allegros_number_by_itself_and_its_name_stands_in_the_history(
    integration: Integration,
) -> None:
    row = _ruled(of_quantity(integration, ours=3, theirs=4), "ALLEGRO")
    untouched = of_quantity(integration, ours=3, theirs=4)
    run = _run(integration)
    row.refresh_from_db()
    assert (row.status, row.resolution, row.resolved_by) == ("RESOLVED", "ALLEGRO", None)
    assert StockLevel.objects.get(product=row.product).on_hand == 4
    line = row.entries.get(kind="RESOLVED")
    assert (line.rule, line.actor) == (row.rule, None)
    assert StockLevel.objects.get(product=untouched.product).on_hand == 3
    assert run.position["settled"] == 1


def test_what_a_person_looks_into_is_left_to_them(integration: Integration) -> None:
    row = _ruled(of_quantity(integration), "IGNORE")
    Discrepancy.objects.update(status="INVESTIGATING")
    _run(integration)
    row.refresh_from_db()
    assert row.status == "INVESTIGATING"


def test_a_switched_off_rule_does_nothing(integration: Integration) -> None:
    row = _ruled(of_quantity(integration), "IGNORE")
    assert row.rule is not None
    row.rule.enabled = False
    row.rule.save()
    _run(integration)
    row.refresh_from_db()
    assert row.status == "OPEN"


def test_a_switch_that_is_off_stops_a_rule_and_the_history_says_so_once(
    integration: Integration,
) -> None:
    row = _ruled(of_quantity(integration), "OURS")
    for _time in range(2):
        _run(integration)
    row.refresh_from_db()
    assert row.status == "OPEN"
    line = row.entries.get()
    assert line.kind == "HELD"
    assert "may not write stock" in line.comment


def test_the_brake_holds_rules_that_would_rewrite_too_much_and_tells_people(
    integration: Integration,
) -> None:
    integration.brake_minimum, integration.brake_share_percent = 2, 20
    integration.save()
    rule = DiscrepancyRuleFactory(organization=integration.organization, auto_resolve="ALLEGRO")
    rows = [of_quantity(integration, ours=3, theirs=0) for _ in range(3)]
    ignored = _ruled(of_price(integration), "IGNORE")
    Discrepancy.objects.filter(pk__in=[row.pk for row in rows]).update(rule=rule)
    assert allowed(integration) == 2
    run = _run(integration)
    assert run.position["held"] == 3
    assert set(StockLevel.objects.values_list("on_hand", flat=True)) == {3}
    assert {row.status for row in Discrepancy.objects.filter(rule=rule)} == {"OPEN"}
    ignored.refresh_from_db()
    assert ignored.status == "IGNORED"
    notice = Notification.objects.get(event="discrepancy.found")
    assert "rules wait for you" in notice.title
    assert "3" in notice.body
    # On an account of many offers the same three are no large share.
    integration.brake_share_percent = 100
    integration.save()
    assert Offer.objects.filter(integration=integration).count() == 4
    _run(integration)
    assert {row.status for row in Discrepancy.objects.filter(rule=rule)} == {"RESOLVED"}
