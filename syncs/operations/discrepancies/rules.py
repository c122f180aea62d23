"""Writes of rules. What a rule settles is done by the next check, never by saving it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Organization, User
from core import audit
from core.errors import HubError
from syncs.models import DiscrepancyRule
from syncs.queries.rules import rules_of

FIELDS = (
    "name", "enabled", "kind", "integration", "min_difference", "max_difference", "threshold",
    "severity", "auto_resolve",
)  # fmt: skip


class InvalidRule(HubError):
    """The rule contradicts itself, or names an account that is not the organization's."""

    code = "invalid_rule"
    title = gettext_lazy("The rule cannot be kept")


def check_rule(rule: DiscrepancyRule) -> None:
    """Raise :class:`InvalidRule` for values that do not go together."""
    wrong: dict[str, list[str]] = {}
    for name in ("min_difference", "max_difference", "threshold"):
        value = getattr(rule, name)
        if value is not None and value < 0:
            wrong[name] = [_("From 0.")]
    low, high = rule.min_difference, rule.max_difference
    if low is not None and high is not None and low > high:
        wrong["max_difference"] = [_("Not below where the rule begins.")]
    account = rule.integration
    if account is not None and account.organization_id != rule.organization_id:
        wrong["integration"] = [_("Not found.")]
    if not rule.name.strip():
        wrong["name"] = [_("Give the rule a name.")]
    if wrong:
        raise InvalidRule(fields=wrong)


@transaction.atomic
def add_rule(
    *, organization: Organization, values: Mapping[str, Any], actor: User, now: datetime
) -> DiscrepancyRule:
    """Add a rule after the others. Audits. Raises :class:`InvalidRule`."""
    last = rules_of(organization=organization).aggregate(last=Max("position"))["last"] or 0
    rule = DiscrepancyRule(organization=organization, position=last + 1, **_known(values))
    check_rule(rule)
    rule.save()
    audit.record_change("discrepancy_rule.added", rule, actor, now, {}, _known(values))
    return rule


@transaction.atomic
def update_rule(
    *, rule: DiscrepancyRule, values: Mapping[str, Any], actor: User, now: datetime
) -> DiscrepancyRule:
    """Change a rule; values left out stay. Audits. Raises :class:`InvalidRule`."""
    current: DiscrepancyRule = DiscrepancyRule.objects.select_for_update().get(pk=rule.pk)
    changes = audit.changed(current, _known(values))
    if not changes:
        return current
    for name, (_before, after) in changes.items():
        setattr(current, name, after)
    check_rule(current)
    current.save(update_fields=[*changes, "updated_at"])
    before = {name: pair[0] for name, pair in changes.items()}
    after = {name: pair[1] for name, pair in changes.items()}
    audit.record_change("discrepancy_rule.changed", current, actor, now, before, after)
    return current


@transaction.atomic
def remove_rule(*, rule: DiscrepancyRule, actor: User, now: datetime) -> None:
    """Delete a rule; what it settled stays settled. Audits."""
    before = {name: getattr(rule, name) for name in FIELDS}
    audit.record_change("discrepancy_rule.removed", rule, actor, now, before, {})
    rule.delete()


@transaction.atomic
def move_rule(*, rule: DiscrepancyRule, up: bool, actor: User, now: datetime) -> None:
    """Let a rule be asked one place earlier or later. Audits when it moved."""
    order = list(rules_of(organization=rule.organization).select_for_update(of=("self",)))
    place = [one.pk for one in order].index(rule.pk)
    other = place - 1 if up else place + 1
    if not 0 <= other < len(order):
        return
    order[place], order[other] = order[other], order[place]
    for number, one in enumerate(order, start=1):
        one.position = number
    DiscrepancyRule.objects.bulk_update(order, ["position"])
    audit.record_change(
        "discrepancy_rule.moved", rule, actor, now, {"place": place + 1}, {"place": other + 1}
    )


def _known(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: values[name] for name in FIELDS if name in values}
