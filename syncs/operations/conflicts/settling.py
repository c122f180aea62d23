"""What was chosen and sent comes to its end: the conflict is over, or open again with the reason."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from core.enums import WorkState
from offers.enums import Field, PushReason
from offers.locks import lock_fields
from offers.models import OfferPush, ValuePush
from offers.operations import Agreed, agree, withdraw_agreement
from offers.values import stock_text
from settings_app.models import Integration
from syncs.enums import ConflictState
from syncs.locks import lock_conflicts
from syncs.models import Conflict

BATCH = 500
SHOWN = (PushReason.EQUAL, PushReason.SENT)
Push = OfferPush | ValuePush


def settle_waiting(*, now: datetime) -> int:
    """:func:`settle_conflicts` for every account that has something on its way; returns how many ended.

    The sweep behind the messages: pushes of stock send none, and a message may be late.
    """
    waiting = Conflict.objects.filter(state=ConflictState.WRITING)
    accounts = sorted(set(waiting.values_list("integration_id", flat=True)))
    return sum(settle_conflicts(integration_id=pk, now=now) for pk in accounts)


def settle_conflicts(
    *, integration_id: int, now: datetime, offer_ids: Collection[int] | None = None
) -> int:
    """End an account's conflicts whose pushes ended; returns how many did.

    The pushes themselves say how they ended, so it may be called at any time, and twice. Shown at
    Allegro: resolved, and the value is agreed upon. Refused, replaced or overtaken: open again, with
    the reason.
    """
    waiting = Conflict.objects.filter(integration_id=integration_id, state=ConflictState.WRITING)
    if offer_ids is not None:
        waiting = waiting.filter(offer_id__in=list(offer_ids))
    offers = sorted(set(waiting.values_list("offer_id", flat=True)))
    return sum(
        _settle(integration_id, offers[at : at + BATCH], now) for at in range(0, len(offers), BATCH)
    )


@transaction.atomic
def _settle(integration_id: int, offer_ids: Collection[int], now: datetime) -> int:
    integration = Integration.objects.get(pk=integration_id)
    lock_fields(organization_id=integration.organization_id, offer_ids=sorted(offer_ids))
    rows = lock_conflicts(
        integration_id=integration_id, offer_ids=offer_ids, state=ConflictState.WRITING
    )
    pushes = _pushes(offer_ids)
    ended = [row for row in rows if _end(row, pushes.get((row.offer_id, row.field)), now)]
    agreed = [
        Agreed(row.offer_id, row.field, row.value or "")
        for row in ended
        if row.state == ConflictState.RESOLVED and not row.undoing
    ]
    agree(integration=integration, agreed=agreed, now=now)
    for row in ended:
        if row.undoing and row.state == ConflictState.OPEN:
            withdraw_agreement(offer=row.offer, field=row.field, former=row.base, now=now)
        row.undoing = False
        row.save()
    return len(ended)


def _pushes(offer_ids: Collection[int]) -> Mapping[tuple[int, str], Push]:
    values: dict[tuple[int, str], Push] = {
        (one.offer_id, one.field): one for one in ValuePush.objects.filter(offer__in=offer_ids)
    }
    stock: dict[tuple[int, str], Push] = {
        (one.offer_id, str(Field.STOCK)): one
        for one in OfferPush.objects.filter(offer__in=offer_ids)
    }
    return values | stock


def _end(row: Conflict, push: Push | None, now: datetime) -> bool:
    """Set how the conflict ended; False while the value is on its way."""
    if push is None:
        # A switch was thrown between the choice and the write, and no push was made.
        _reopen(row, _("The account may not be written to."))
        return True
    if push.is_open or _is_older(row, push):
        return False
    if isinstance(push, ValuePush) and push.value != _wanted(row):
        _reopen(row, _("Another value was sent instead."))
    elif push.state == WorkState.DONE and push.reason in SHOWN:
        _close(row, push, now)
    else:
        said = str(push.get_reason_display()) if push.reason else ""
        _reopen(row, f"{said} {push.last_error}".strip() or _("It was not written."))
    return True


def _wanted(row: Conflict) -> str | None:
    """What is on its way: the chosen value, or the former one while the choice is taken back."""
    return row.theirs if row.undoing else row.value


def _is_older(row: Conflict, push: Push) -> bool:
    """Whether the push says how an earlier wish ended."""
    return row.asked_at is not None and push.requested_at < row.asked_at


def _close(row: Conflict, push: Push, now: datetime) -> None:
    row.problem, row.asked_at = "", None
    if row.undoing:
        row.state, row.resolution, row.value = ConflictState.OPEN, "", None
        row.resolved_by, row.resolved_at, row.written_where = None, None, None
        return
    if isinstance(push, OfferPush) and push.target is not None:
        row.value = stock_text(push.target)
    row.state, row.resolved_at = ConflictState.RESOLVED, now


def _reopen(row: Conflict, problem: str) -> None:
    """Open again with the reason; a taking back that did not work leaves the conflict resolved."""
    row.problem, row.asked_at = problem[:500], None
    if row.undoing:
        row.state = ConflictState.RESOLVED
        return
    row.state, row.resolution, row.value, row.resolved_by = ConflictState.OPEN, "", None, None
