from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from syncs.comparison import Finding, Ours, Theirs, compare
from syncs.models import Discrepancy, DiscrepancyRule
from syncs.operations.discrepancies import InvalidRule, add_rule, move_rule, update_rule
from syncs.operations.discrepancies.findings import Found, record_findings
from syncs.queries.rules import rule_preview, rules_in_force, rules_of
from syncs.ruling import decide
from tests.factories import IntegrationFactory
from tests.syncs.disagreeing import of_quantity
from tests.syncs.factories import DiscrepancyFactory, DiscrepancyRuleFactory


@pytest.fixture
def integration(organization: Any) -> Any:
    return IntegrationFactory(organization=organization)


def _finding(size: int) -> Finding:
    return compare(Ours(quantity=1000), Theirs(status="ACTIVE", quantity=1000 + size))[0]


def _decided(size: int, *rules: dict[str, Any]) -> Any:
    made = [DiscrepancyRule(name=str(n), **values) for n, values in enumerate(rules)]
    return decide(finding=_finding(size), integration_id=1, rules=made)


def test_the_first_rule_that_fits_decides() -> None:
    decision = _decided(
        8,
        {"kind": "PRICE", "severity": 1},
        {"min_difference": Decimal(10)},
        {"enabled": False, "severity": 1},
        {"max_difference": Decimal(8), "severity": 4, "auto_resolve": "OURS"},
        {"severity": 1},
    )
    assert (decision.rule.name, decision.severity, decision.auto_resolve) == ("3", 4, "OURS")
    assert _decided(8).severity == 2


@given(st.integers(1, 400), st.integers(0, 400))
def test_a_threshold_tolerates_exactly_what_is_within_it(size: int, threshold: int) -> None:
    decision = _decided(size, {"threshold": Decimal(threshold)})
    assert decision.tolerated == (size <= threshold)


def test_a_rule_of_another_account_does_not_speak_here(integration: Any) -> None:
    rule = DiscrepancyRule(integration=integration, severity=4)
    here = decide(finding=_finding(1), integration_id=integration.pk, rules=[rule])
    there = decide(finding=_finding(1), integration_id=integration.pk + 1, rules=[rule])
    assert (here.severity, there.severity) == (4, 1)


def test_what_a_rule_tolerates_is_closed_and_not_opened(integration: Any) -> None:
    row = of_quantity(integration, ours=3, theirs=5)
    DiscrepancyRuleFactory(organization=integration.organization, threshold=Decimal(2))

    def seen(theirs: int) -> None:
        finding = compare(Ours(quantity=3), Theirs(status="ACTIVE", quantity=theirs))[0]
        record_findings(
            organization_id=integration.organization_id,
            integration_id=integration.pk,
            found=[Found(finding, offer_id=row.offer_id, product_id=row.product_id)],
            looked_at=[row.offer_id or 0],
            rules=rules_in_force(organization_id=integration.organization_id),
            now=timezone.now(),
        )

    seen(5)
    row.refresh_from_db()
    assert (row.status, row.resolution) == ("RESOLVED", "AGREES")
    seen(6)
    row.refresh_from_db()
    assert (row.status, row.theirs, row.rule is not None) == ("OPEN", "6", True)
    assert Discrepancy.objects.count() == 1


def test_an_ignored_one_returns_when_it_is_worse_or_its_time_is_over(integration: Any) -> None:
    row = of_quantity(integration)
    Discrepancy.objects.update(status="IGNORED", resolved_at=timezone.now(), resolution="IGNORE")

    def seen(theirs: int) -> str:
        finding = compare(Ours(quantity=3), Theirs(status="ACTIVE", quantity=theirs))[0]
        record_findings(
            organization_id=integration.organization_id,
            integration_id=integration.pk,
            found=[Found(finding, offer_id=row.offer_id, product_id=row.product_id)],
            looked_at=[row.offer_id or 0],
            rules=[],
            now=timezone.now(),
        )
        return str(Discrepancy.objects.get().status)

    assert seen(6) == "IGNORED"
    assert seen(200) == "OPEN"
    Discrepancy.objects.update(
        status="IGNORED", resolved_at=timezone.now(), ignored_until=timezone.now()
    )
    assert seen(200) == "OPEN"
    assert Discrepancy.objects.get().occurrences == 4


def test_a_preview_counts_what_the_rule_alone_would_decide(
    integration: Any, organization: Any
) -> None:
    for size in (1, 4, 9, 30):
        DiscrepancyFactory(integration=integration, size=size, severity=2)
    DiscrepancyFactory(integration=integration, size=4, status="INVESTIGATING")
    DiscrepancyFactory(integration=integration, kind="STATUS", size=None)
    DiscrepancyFactory(
        integration=integration, size=4, status="RESOLVED", resolved_at="2026-01-01T00:00Z"
    )
    DiscrepancyFactory(size=4)  # another organization's
    DiscrepancyRuleFactory(organization=organization, position=1, min_difference=Decimal(20))
    rule = DiscrepancyRule(
        organization=organization,
        name="new",
        position=2,
        kind="QUANTITY",
        threshold=Decimal(1),
        severity=4,
        auto_resolve="IGNORE",
    )
    seen = rule_preview(rule=rule)
    assert (seen.matched, seen.taken, seen.tolerated) == (5, 4, 1)
    assert (seen.graded, seen.settled) == (3, 2)
    assert len(seen.samples) == 4
    assert DiscrepancyRule.objects.count() == 1


def test_a_preview_and_a_decision_agree(integration: Any, organization: Any) -> None:
    rule = DiscrepancyRuleFactory.create(
        organization=organization, min_difference=Decimal(2), max_difference=Decimal(9)
    )
    for size in (1, 2, 9, 10):
        DiscrepancyFactory(integration=integration, size=size)
    decided = [
        size
        for size in (1, 2, 9, 10)
        if decide(finding=_finding(size), integration_id=integration.pk, rules=[rule]).rule
    ]
    assert rule_preview(rule=rule).taken == len(decided) == 2


def test_rules_are_kept_in_order_and_refused_when_they_contradict_themselves(
    organization: Any, staff: Any, other_organization: Any
) -> None:
    now = timezone.now()
    first, second = (
        add_rule(organization=organization, values={"name": name}, actor=staff, now=now)
        for name in ("first", "second")
    )
    move_rule(rule=second, up=True, actor=staff, now=now)
    assert [one.name for one in rules_of(organization=organization)] == ["second", "first"]
    foreign = IntegrationFactory(organization=other_organization)
    for values in (
        {"min_difference": Decimal(9), "max_difference": Decimal(1)},
        {"threshold": Decimal(-1)},
        {"integration": foreign},
        {"name": " "},
    ):
        with pytest.raises(InvalidRule):
            update_rule(rule=first, values=values, actor=staff, now=now)
    first.refresh_from_db()
    assert (first.name, first.threshold, first.integration) == ("first", None, None)
