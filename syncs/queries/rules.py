"""Reads of rules, and of what they would do."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from accounts.models import Organization
from syncs.enums import AutoResolve, DiscrepancyStatus
from syncs.models import Discrepancy, DiscrepancyRule
from syncs.models.discrepancies import UNSETTLED

SAMPLES = 5


def rules_of(*, organization: Organization) -> QuerySet[DiscrepancyRule]:
    """All rules of an organization in the order in which they are asked."""
    rules: QuerySet[DiscrepancyRule] = DiscrepancyRule.objects.for_organization(organization)
    return rules.select_related("integration").order_by("position", "pk")


def rules_in_force(*, organization_id: int) -> list[DiscrepancyRule]:
    """The rules that a check asks, in their order."""
    rules = DiscrepancyRule.objects.filter(organization_id=organization_id, enabled=True)
    return list(rules.order_by("position", "pk"))


@dataclass(frozen=True, slots=True)
class RulePreview:
    """What a rule would do to what is open now. ``taken`` are those it decides: it matches them, and no
    rule before it does. ``samples`` are the worst of them."""

    matched: int
    taken: int
    tolerated: int
    graded: int
    settled: int
    samples: list[Discrepancy]


def rule_preview(*, rule: DiscrepancyRule) -> RulePreview:
    """Count what a rule, saved or not, would do to the open discrepancies. Writes nothing."""
    open_ones: QuerySet[Discrepancy] = Discrepancy.objects.filter(
        organization_id=rule.organization_id, status__in=UNSETTLED
    )
    matched = open_ones.filter(matching(rule))
    taken = matched.exclude(_taken_before(rule)) if rule.enabled else matched.none()
    within = Q(size__lte=rule.threshold) if rule.threshold is not None else None
    left = taken if within is None else taken.exclude(within)
    graded = left.none() if rule.severity is None else left.exclude(severity=rule.severity)
    waiting = left.filter(status=DiscrepancyStatus.OPEN)
    return RulePreview(
        matched=matched.count(),
        taken=taken.count(),
        tolerated=0 if within is None else taken.filter(within).count(),
        graded=graded.count(),
        settled=0 if rule.auto_resolve == AutoResolve.NONE else waiting.count(),
        samples=list(
            taken.select_related("offer", "product", "integration").order_by("-severity", "-pk")[
                :SAMPLES
            ]
        ),
    )


def matching(rule: DiscrepancyRule) -> Q:
    """:func:`syncs.ruling.matches`, but for its being in force, as a filter of discrepancies."""
    wanted = Q(pk__isnull=False)
    if rule.kind:
        wanted &= Q(kind=rule.kind)
    if rule.integration_id is not None:
        wanted &= Q(integration_id=rule.integration_id)
    if rule.min_difference is not None:
        wanted &= Q(size__isnull=False, size__gte=rule.min_difference)
    if rule.max_difference is not None:
        wanted &= Q(size__isnull=False, size__lte=rule.max_difference)
    return wanted


def _taken_before(rule: DiscrepancyRule) -> Q:
    """What rules asked before this one decide; nothing, when there are none."""
    taken = Q(pk__in=[])
    for one in rules_in_force(organization_id=rule.organization_id):
        if one.pk == rule.pk:
            break
        if rule.pk is None or (one.position, one.pk) < (rule.position, rule.pk):
            taken |= matching(one)
    return taken
