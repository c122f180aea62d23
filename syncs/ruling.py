"""What a seller's rules make of a finding: a pure function of both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from syncs.comparison import Finding, severity_of
from syncs.enums import AutoResolve, Severity
from syncs.models import DiscrepancyRule


@dataclass(frozen=True, slots=True)
class Decision:
    """``tolerated``: within the rule's threshold, so there is no discrepancy at all."""

    severity: Severity
    rule: DiscrepancyRule | None = None
    auto_resolve: AutoResolve = AutoResolve.NONE
    tolerated: bool = False


def decide(*, finding: Finding, integration_id: int, rules: Sequence[DiscrepancyRule]) -> Decision:
    """By the first of ``rules``, in their order, that is in force and matches; else by bands."""
    rule = next(
        (one for one in rules if matches(one, finding=finding, integration_id=integration_id)), None
    )
    severity = severity_of(finding)
    if rule is None:
        return Decision(severity)
    return Decision(
        severity=severity if rule.severity is None else Severity(rule.severity),
        rule=rule,
        auto_resolve=AutoResolve(rule.auto_resolve),
        tolerated=_within(finding.size, rule.threshold),
    )


def matches(rule: DiscrepancyRule, *, finding: Finding, integration_id: int) -> bool:
    """Whether a rule speaks of this finding. One that names sizes speaks of none without a size."""
    if not rule.enabled or (rule.kind and rule.kind != finding.kind):
        return False
    if rule.integration_id is not None and rule.integration_id != integration_id:
        return False
    if rule.min_difference is None and rule.max_difference is None:
        return True
    if finding.size is None:
        return False
    low = rule.min_difference is None or finding.size >= rule.min_difference
    return low and (rule.max_difference is None or finding.size <= rule.max_difference)


def _within(size: Decimal | None, threshold: Decimal | None) -> bool:
    return size is not None and threshold is not None and size <= threshold
