"""What people do with values on their way: try again, drop, let go on."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet

from accounts.models import Organization, User
from core import audit
from core.enums import WorkState
from offers.enums import PushCause, PushReason
from offers.models import ValuePush
from offers.operations.writing.book import tell_ended
from offers.operations.writing.requesting import hint_values


@transaction.atomic
def retry_values(*, pushes: QuerySet[Any], actor: User, now: datetime) -> int:
    """Try these again from the first attempt, whatever Allegro shows by now; those under way are left.

    Audits once a tenant. Returns how many are due now.
    """
    stuck = pushes.exclude(state=WorkState.RUNNING).filter(command=None)
    chosen = list(stuck.values_list("pk", "organization_id", "integration_id", "offer_id"))
    ValuePush.objects.filter(pk__in=[row[0] for row in chosen]).update(
        state=WorkState.PENDING,
        reason="",
        attempts=0,
        misses=0,
        expected=None,
        cause=PushCause.PERSON,
        requested_by=actor,
        requested_at=now,
        next_attempt_at=now,
        finished_at=None,
        last_error="",
        wish=F("wish") + 1,
    )
    _audit(chosen, "offer.values_retried", actor, now)
    for integration_id in sorted({row[2] for row in chosen}):
        hint_values(integration_id=integration_id)
    return len(chosen)


@transaction.atomic
def drop_values(*, pushes: QuerySet[Any], actor: User, now: datetime) -> int:
    """Give these up unwritten; those under way are left. Audits. Returns how many."""
    open_ones = pushes.exclude(state__in=[WorkState.RUNNING, WorkState.DONE]).filter(command=None)
    chosen = list(open_ones.values_list("pk", "organization_id", "integration_id", "offer_id"))
    dropped = ValuePush.objects.filter(pk__in=[row[0] for row in chosen], command=None).exclude(
        state=WorkState.RUNNING
    )
    dropped.update(state=WorkState.DONE, reason=PushReason.DROPPED, finished_at=now)
    tell_ended(ValuePush.objects.filter(pk__in=[row[0] for row in chosen]))
    _audit(chosen, "offer.values_dropped", actor, now)
    return len(chosen)


@transaction.atomic
def resume_values(*, organization_id: int | None, now: datetime) -> int:
    """Make due what waited while writing was stopped: one organization's, or (None) everybody's."""
    waiting = ValuePush.objects.filter(
        state=WorkState.PENDING, command=None, reason=PushReason.STOPPED
    )
    if organization_id is not None:
        waiting = waiting.filter(organization_id=organization_id)
    accounts = list(waiting.order_by().values_list("integration_id", flat=True).distinct())
    count = waiting.update(next_attempt_at=now)
    for integration_id in sorted(accounts):
        hint_values(integration_id=integration_id)
    return int(count)


def _audit(chosen: list[Any], action: str, actor: User, now: datetime) -> None:
    by_tenant: dict[int, list[int]] = {}
    for row in chosen:
        by_tenant.setdefault(row[1], []).append(row[3])
    for organization_id, offer_ids in sorted(by_tenant.items()):
        audit.record(
            action=action,
            target=Organization(pk=organization_id),
            actor=actor,
            organization_id=organization_id,
            now=now,
            after={"offer_ids": offer_ids[:100], "count": len(offer_ids)},
        )
