"""What is kept in step with an account, and when: rules of fields and schedules of directions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

from django.db import transaction

from accounts.models import User
from core import audit
from settings_app.locks import lock_integration
from settings_app.models import FieldRule, Integration, SyncSchedule
from settings_app.operations.preferences import update_integration
from settings_app.queries import default_rule
from settings_app.queries.schedules import default_schedule
from settings_app.schedules import ensure_schedules

Wishes = Mapping[str, Mapping[str, Any]]
Row = TypeVar("Row", FieldRule, SyncSchedule)


@transaction.atomic
def keep_in_step(
    *,
    integration: Integration,
    settings: Mapping[str, Any],
    rules: Wishes,
    actor: User,
    now: datetime,
) -> Integration:
    """Decide who wins in general, the brakes of runs and the rules of fields together, or nothing."""
    changed = update_integration(integration=integration, values=settings, actor=actor, now=now)
    set_field_rules(integration=integration, rules=rules, actor=actor, now=now)
    return changed


@transaction.atomic
def set_field_rules(
    *, integration: Integration, rules: Wishes, actor: User, now: datetime
) -> list[str]:
    """Decide about fields by their codes, given validated values; those left out stay. Audits.

    Returns the codes whose rule changed. A run that plans after this goes by the new rules; nothing is
    written or taken by the decision itself.
    """
    lock_integration(integration_id=integration.pk)
    rows = {row.field: row for row in FieldRule.objects.filter(integration=integration)}
    changed = []
    for field, wish in rules.items():
        row = rows.get(field) or _new_rule(integration, field)
        if _write(row, wish, "integration.field_rule_changed", {"field": field}, actor, now):
            changed.append(field)
    return changed


@transaction.atomic
def set_schedules(
    *, integration: Integration, schedules: Wishes, actor: User, now: datetime
) -> list[str]:
    """Decide when directions start by themselves, given validated values; beat follows. Audits.

    Returns the directions that changed.
    """
    current = lock_integration(integration_id=integration.pk)
    rows = {row.direction: row for row in SyncSchedule.objects.filter(integration=integration)}
    changed = []
    for direction, wish in schedules.items():
        row = rows.get(direction) or _new_schedule(integration, direction)
        named = {"direction": direction}
        if _write(row, wish, "integration.schedule_changed", named, actor, now):
            changed.append(direction)
    if changed:
        ensure_schedules(integration=current)
    return changed


def _new_rule(integration: Integration, field: str) -> FieldRule:
    base = default_rule(field=field, integration=integration)
    return FieldRule(
        organization_id=integration.organization_id,
        integration=integration,
        field=field,
        enabled=base.enabled,
        max_change_percent=base.max_change_percent,
    )


def _new_schedule(integration: Integration, direction: str) -> SyncSchedule:
    base = default_schedule(direction)
    return SyncSchedule(
        organization_id=integration.organization_id,
        integration=integration,
        direction=direction,
        enabled=base.enabled,
        minutes=base.minutes,
        cron=base.cron,
    )


def _write(
    row: Row,
    wish: Mapping[str, Any],
    action: str,
    named: dict[str, Any],
    actor: User,
    now: datetime,
) -> bool:
    changes = audit.changed(row, wish)
    if not changes:
        return False
    for name, (_before, after) in changes.items():
        setattr(row, name, after)
    row.save()
    before = named | {name: pair[0] for name, pair in changes.items()}
    after = named | {name: pair[1] for name, pair in changes.items()}
    audit.record(
        action=action,
        target=row.integration,
        actor=actor,
        organization_id=row.organization_id,
        now=now,
        before=before,
        after=after,
    )
    return True
