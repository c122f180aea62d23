"""Why is this not syncing? Every reason there is at the moment, with its count and its remedy."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Case, CharField, Count, F, QuerySet, Value, When

from accounts.models import Organization
from core.paging import Page, paged
from core.row_ids import row_id
from offers.enums import NotOurs
from offers.field_reasons import FieldReason, reason_in_words
from offers.field_standing import field_reason
from offers.models import FieldState
from offers.queries import connected_accounts
from offers.reasons import Reason
from settings_app.models import Integration
from settings_app.queries import field_label
from syncs.queries.conflicts.rows import shown_value

PAGE_SIZE = 50
# What stands at a field now, as field_reason() says it of one; a value that moved since is among the
# decided ones until the next look.
CODE = Case(
    When(ours__isnull=True, then=F("ours_reason")),
    When(theirs__isnull=True, then=Value(FieldReason.THEIRS_UNKNOWN.value)),
    When(in_step=True, then=Value(FieldReason.IN_STEP.value)),
    When(decision="", then=Value(FieldReason.NOT_LOOKED_AT.value)),
    default=F("decision"),
    output_field=CharField(),
)


@dataclass(frozen=True, slots=True)
class ReasonCount:
    """A reason with how many fields it stands at, by field."""

    reason: Reason
    count: int
    fields: list[tuple[str, int]]


def reasons_page(*, organization: Organization, account: str) -> dict[str, Any]:
    """The reasons of one account (the first, unless named), those that ask for something first."""
    accounts = list(connected_accounts(organization=organization))
    chosen = next((one for one in accounts if one.pk == row_id(account)), None)
    chosen = chosen or (accounts[0] if accounts else None)
    return {
        "accounts": accounts,
        "account": chosen,
        "reasons": reason_counts(integration=chosen) if chosen else [],
    }


def reason_counts(*, integration: Integration) -> list[ReasonCount]:
    """How many fields of an account stand at each reason: one query."""
    counted = (
        FieldState.objects.filter(integration=integration)
        .order_by()
        .annotate(code=CODE)
        .values_list("code", "field")
        .annotate(count=Count("pk"))
    )
    by_code: dict[str, list[tuple[str, int]]] = {}
    for code, field, count in counted:
        by_code.setdefault(code, []).append((field_label(field), count))
    found = [
        ReasonCount(words_of(code), sum(n for _field, n in fields), sorted(fields))
        for code, fields in by_code.items()
    ]
    return sorted(found, key=lambda one: (_place(one.reason), -one.count))


def reason_page(*, integration: Integration, code: str, number: int) -> dict[str, Any]:
    """The fields that stand at one reason, with their offers."""
    states: QuerySet[Any] = (
        FieldState.objects.filter(integration=integration)
        .annotate(code=CODE)
        .filter(code=code if code != FieldReason.NOT_OURS else "")
        .select_related("offer")
        .order_by("offer_id", "field")
    )
    page: Page[Any] = paged(states, number=number, size=PAGE_SIZE)
    return {
        "account": integration,
        "reason": words_of(code),
        "page": replace(page, items=[_row(one) for one in page.items]),
    }


def words_of(code: str) -> Reason:
    """A code in words, also one that says why we have no value of our own."""
    if not code:
        return reason_in_words(FieldReason.NOT_OURS)
    if code in NotOurs.values and code not in FieldReason.values:
        return field_reason(FieldState(ours=None, ours_reason=code))
    return reason_in_words(code)


def _row(state: FieldState) -> dict[str, Any]:
    return {
        "state": state,
        "label": field_label(state.field),
        "base": shown_value(state.field, state.base),
        "ours": shown_value(state.field, state.ours),
        "theirs": shown_value(state.field, state.theirs),
        "reason": field_reason(state),
    }


def _place(reason: Reason) -> int:
    return {"danger": 0, "warn": 1, "info": 2, "neutral": 3, "ok": 4}.get(reason.tone, 3)
