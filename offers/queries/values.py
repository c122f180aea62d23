"""Reads of values on their way to Allegro: the list, and what is going on with one offer."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from accounts.models import Organization
from core.paging import Page, paged
from offers.enums import PushCause, PushReason
from offers.models import Offer, OwnValue, ValueCommandItem, ValuePush
from offers.queries.filters import field_label
from offers.queries.offers import connected_accounts
from offers.queries.stock import PAGE_SIZE, STUCK, PushFilter, narrowed, state_tabs
from offers.value_reasons import value_reason
from settings_app.models import Installation
from settings_app.queries import settings_of

LATEST = 10


def value_pushes(*, organization: Organization, wanted: PushFilter) -> QuerySet[ValuePush]:
    """The pushes of values of a list, the latest wishes first."""
    return narrowed(ValuePush.objects.for_organization(organization), wanted)


def value_list(*, organization: Organization, wanted: PushFilter, number: int) -> dict[str, Any]:
    """What the page "Values on their way" shows."""
    page = paged(
        value_pushes(organization=organization, wanted=wanted), number=number, size=PAGE_SIZE
    )
    rows = [_row(push) for push in page.items]
    return {
        "page": Page(
            items=rows,
            number=page.number,
            size=page.size,
            total=page.total,
            total_is_exact=page.total_is_exact,
            has_next=page.has_next,
        ),
        "wanted": wanted,
        "any_stuck": any(row["push"].state in STUCK for row in rows),
        "filter_fields": [
            ("state", wanted.state),
            ("account", wanted.account),
            ("reason", wanted.reason),
            ("q", wanted.search),
        ],
        "accounts": list(connected_accounts(organization=organization)),
        "stopped_at": settings_of(organization=organization).offer_writes_stopped_at,
        "stopped_by_operator": Installation.objects.filter(
            offer_writes_stopped_at__isnull=False
        ).exists(),
        "tabs": state_tabs(ValuePush.objects.for_organization(organization), wanted),
    }


def offer_values(*, offer: Offer) -> dict[str, Any]:
    """Own values of an offer, what is on its way, and the latest writes."""
    pushes = ValuePush.objects.filter(offer=offer).order_by("field")
    writes = ValueCommandItem.objects.filter(offer=offer).select_related("command")
    own = OwnValue.objects.filter(offer=offer).select_related("set_by").order_by("field")
    return {
        "own_values": [{"own": one, "label": field_label(one.field)} for one in own],
        "value_pushes": [_row(push) for push in pushes],
        "value_writes": [
            {"item": one, "label": field_label(one.field)}
            for one in writes.order_by("-pk")[:LATEST]
        ],
    }


def _row(push: ValuePush) -> dict[str, Any]:
    return {
        "push": push,
        "reason": value_reason(push),
        "label": field_label(push.field),
        "stuck": push.state in STUCK,
        "undoable": is_undoable(push),
        "value": _shown(push.field, push.value),
        "shown": _shown(push.field, push.shown),
    }


def _shown(field: str, text: str | None) -> str:
    """A value in a list: texts and pictures are known by hashes, which say nothing to people."""
    hashed = field in ("DESCRIPTION", "IMAGES")
    return "" if text is None or hashed else text


def is_undoable(push: ValuePush) -> bool:
    """Whether a person's finished change of this field can be taken back."""
    by_person = push.cause == PushCause.PERSON and push.reason == PushReason.SENT
    return by_person and push.former is not None
