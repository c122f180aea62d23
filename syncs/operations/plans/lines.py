"""Decisions about fields turned into lines of a plan, and remembered at the fields."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import connection

from core.bulk import fresh
from syncs.deciding import Decided
from syncs.enums import ChangeState, PlanAction
from syncs.models import PlannedChange, SyncRun

# Whoever writes one of these rows at the moment is not waited for: the next look remembers it.
_REMEMBER = """
    WITH kept AS (
        SELECT state.id, new.reason
        FROM unnest(%(ids)s::bigint[], %(reasons)s::text[]) AS new (id, reason)
        JOIN offers_fieldstate state ON state.id = new.id
        ORDER BY state.offer_id, state.field
        FOR NO KEY UPDATE OF state SKIP LOCKED
    )
    UPDATE offers_fieldstate AS state SET decision = kept.reason, decided_at = %(at)s
    FROM kept WHERE state.id = kept.id
"""


def change_of(run: SyncRun, found: Decided) -> PlannedChange:
    """The unsaved row of the plan; a field that is left alone is a skipped one with its reason."""
    nothing = found.decision.action == PlanAction.NOTHING
    return fresh(
        PlannedChange,
        organization_id=run.organization_id,
        run_id=run.pk,
        offer_id=found.apart.offer_id,
        field=found.apart.field,
        state=(ChangeState.SKIPPED if nothing else ChangeState.PLANNED).value,
        **columns_of(found),
    )


def columns_of(found: Decided) -> dict[str, str | None]:
    """What a decision says in the columns of a planned change."""
    sides, decision = found.apart.sides, found.decision
    return {
        "action": decision.action.value,
        "base": sides.base,
        "ours": sides.ours,
        "theirs": sides.theirs,
        "value": decision.value,
        "former": _former(found),
        "reason": decision.reason.value,
        "brake": decision.brake.value if decision.brake else "",
    }


def _former(found: Decided) -> str | None:
    sides = found.apart.sides
    return {PlanAction.PUSH: sides.theirs, PlanAction.PULL: sides.ours}.get(found.decision.action)


def remember(found: Sequence[Decided], *, at: datetime) -> None:
    """Keep at the fields why they stand as they do; what is known already is not written again.

    ``at`` is when they were read.
    """
    news = [one for one in found if one.decision.reason.value != one.apart.remembered]
    if not news:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            _REMEMBER,
            {
                "ids": [one.apart.state_id for one in news],
                "reasons": [one.decision.reason.value for one in news],
                "at": at,
            },
        )
