"""Fields in which something differs, found by their index, and what holds for an account's fields."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Case, Exists, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from offers.enums import MARKETPLACE_PRICE, Field
from offers.field_reasons import FieldReason
from offers.models import FieldState
from settings_app.models import Integration
from settings_app.queries import FieldRules, StockStop, field_rules, offer_stop, stock_stop
from syncs.deciding import Apart
from syncs.enums import ChangeState, ConflictState, SyncKind, SyncScope
from syncs.models import Conflict, PlannedChange, RunTarget, SyncRun
from syncs.three_way import Sides, Terms

_VALUES = ("pk", "offer_id", "field", "base", "ours", "theirs", "undone_ours", "undone_theirs")
_TIMES = ("ours_at", "theirs_at")
_STOPS = {
    StockStop.INSTALLATION: FieldReason.STOPPED,
    StockStop.ORGANIZATION: FieldReason.STOPPED,
    StockStop.ACCOUNT: FieldReason.SWITCHED_OFF,
    StockStop.NOT_WORKING: FieldReason.NOT_WORKING,
}


def synced_fields(*, integration: Integration, rules: FieldRules) -> list[str]:
    """The codes of the fields that are kept in step, prices on marketplaces with rules among them.

    Fields that are switched off are not walked at all, whatever differs in them.
    """
    found = FieldState.objects.filter(
        integration=integration,
        field__startswith=MARKETPLACE_PRICE,
        in_step=False,
        ours__isnull=False,
        theirs__isnull=False,
    )
    marketplaces = sorted(set(found.values_list("field", flat=True).distinct()))
    return [one for one in (*Field.values, *marketplaces) if rules[one].enabled]


def terms_of(*, run: SyncRun, rules: FieldRules, field: str) -> Terms:
    """What the rules, the switches of this moment and the kind of run allow for a field."""
    return Terms(
        rule=rules[field],
        stop=stop_of(integration_id=run.integration_id, field=field),
        pushes=run.kind in (SyncKind.PUSH, SyncKind.BOTH),
        pulls=run.kind in (SyncKind.PULL, SyncKind.BOTH),
    )


def stop_of(*, integration_id: int, field: str) -> FieldReason | None:
    """Why nothing may be written to this field at Allegro at this moment."""
    stop = (
        stock_stop(integration_id=integration_id)
        if field == Field.STOCK
        else offer_stop(integration_id=integration_id, field=field)
    )
    return None if stop is None else _STOPS[stop]


def all_terms(*, run: SyncRun) -> Mapping[str, Terms]:
    """:func:`terms_of` for every field that is kept in step."""
    rules = field_rules(integration=run.integration)
    fields = synced_fields(integration=run.integration, rules=rules)
    return {field: terms_of(run=run, rules=rules, field=field) for field in fields}


def apart_window(*, run: SyncRun, field: str, after: int, limit: int, times: bool) -> list[Apart]:
    """The next fields of this kind in which something differs, in the order of their offers.

    Of a narrow run only its targets. What one side does not know is no matter for a plan. ``times``:
    the strategy asks which side changed later.
    """
    states = FieldState.objects.filter(
        integration_id=run.integration_id,
        field=field,
        offer_id__gt=after,
        in_step=False,
        ours__isnull=False,
        theirs__isnull=False,
    )
    return read_states(_narrowed(states, run).order_by("offer_id")[:limit], times=times)


def states_of(*, integration_id: int, offer_ids: list[int]) -> dict[tuple[int, str], Apart]:
    """All fields of these offers as they are now, by offer and field."""
    states = FieldState.objects.filter(integration_id=integration_id, offer_id__in=offer_ids)
    return {(one.offer_id, one.field): one for one in read_states(states)}


def _narrowed(states: QuerySet[FieldState], run: SyncRun) -> QuerySet[FieldState]:
    if run.scope == SyncScope.ACCOUNT:
        return states
    return states.filter(
        Exists(
            RunTarget.objects.filter(
                run=run, offer_id=OuterRef("offer_id"), field__in=["", OuterRef("field")]
            )
        )
    )


def read_states(states: QuerySet[FieldState], *, times: bool = True) -> list[Apart]:
    """With what is on its way to Allegro: sent by a run, or chosen for a conflict.

    Reading moments costs more than all the rest, so without ``times`` they stay unknown.
    """
    same = {"offer_id": OuterRef("offer_id"), "field": OuterRef("field")}
    sent = PlannedChange.objects.filter(**same, state=ChangeState.SENT).order_by("-pk")
    chosen = Conflict.objects.filter(**same, state=ConflictState.WRITING)
    rows = states.annotate(
        sent=Coalesce(Subquery(sent.values("value")[:1]), Subquery(chosen.values("value")[:1])),
        remembered=Case(
            When(decided_at__gte=Coalesce("ours_at", "decided_at"), then="decision"),
            default=Value(""),
        ),
    )
    columns = (*_VALUES, "remembered", "sent", *(_TIMES if times else ()))
    return [_apart(*row) for row in rows.values_list(*columns)]


def _apart(
    state_id: int,
    offer_id: int,
    field: str,
    base: str | None,
    ours: str | None,
    theirs: str | None,
    undone_ours: str | None,
    undone_theirs: str | None,
    remembered: str,
    sent: str | None,
    ours_at: datetime | None = None,
    theirs_at: datetime | None = None,
) -> Apart:
    sides = Sides(base, ours, theirs, ours_at, theirs_at, undone_ours, undone_theirs)
    return Apart(state_id, offer_id, field, sides, remembered, sent)
