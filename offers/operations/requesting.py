"""Asking for offers to show our stock. Wishes for one offer melt into one row."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from accounts.models import Organization, User
from core import audit
from core.enums import WorkState
from core.errors import StateConflict
from core.hints import hint
from offers.enums import PushCause, PushReason
from offers.models import Offer, OfferPush
from offers.stock_reasons import stop_in_words
from settings_app.queries import stock_stop

# A row that is worked on, or waits for a command, only learns that there is a newer wish: it is looked
# at again after that. Any other row is due at once, from its first attempt.
_WISH = """
    INSERT INTO offers_offerpush AS push (organization_id, integration_id, offer_id, wish, cause,
        urgent, requested_at, requested_by_id, reason, misses, state, attempts, next_attempt_at,
        last_error, last_trace_id)
    SELECT offer.organization_id, offer.integration_id, offer.id, 1, %(cause)s, %(urgent)s, %(now)s,
        %(actor)s, '', 0, 'PENDING', 0, %(now)s, '', ''
    FROM offers_offer offer JOIN settings_app_integration account
      ON account.id = offer.integration_id
    WHERE offer.organization_id = %(organization)s AND offer.id = ANY(%(offers)s::bigint[])
      AND account.may_write_stock AND account.state <> 'DISCONNECTED'
    ORDER BY offer.id
    ON CONFLICT (offer_id) DO UPDATE SET wish = push.wish + 1, cause = excluded.cause,
        requested_at = excluded.requested_at, requested_by_id = excluded.requested_by_id,
        urgent = excluded.urgent OR (push.urgent AND push.state IN ('PENDING', 'RUNNING')),
        state = CASE WHEN push.state = 'RUNNING' THEN push.state ELSE 'PENDING' END,
        attempts = CASE WHEN push.state = 'RUNNING' THEN push.attempts ELSE 0 END,
        reason = CASE WHEN push.state IN ('PENDING', 'RUNNING') THEN push.reason ELSE '' END,
        target = CASE WHEN push.state IN ('PENDING', 'RUNNING') THEN push.target END,
        last_error = CASE WHEN push.state IN ('PENDING', 'RUNNING') THEN push.last_error ELSE '' END,
        misses = CASE WHEN push.state IN ('PENDING', 'RUNNING') THEN push.misses ELSE 0 END,
        finished_at = CASE WHEN push.state = 'RUNNING' THEN push.finished_at END,
        next_attempt_at = CASE WHEN push.state IN ('RUNNING', 'PENDING')
            AND (push.command_id IS NOT NULL OR (excluded.cause <> 'PERSON'
                AND push.reason IN ('AWAY', 'LIMIT', 'SIGN_IN')))
            THEN push.next_attempt_at ELSE excluded.next_attempt_at END
    RETURNING push.integration_id
"""


def request_push(
    *,
    organization_id: int,
    offer_ids: Collection[int],
    reason: str,
    actor: User | None,
    now: datetime,
    urgent: bool = True,
) -> int:
    """Ask for these offers to show our stock at Allegro; returns how many wishes were written.

    ``reason`` is a :class:`~offers.enums.PushCause`. What is sent is computed when the push is worked
    on, so the newest stock wins. Offers of accounts that may not write stock are left out. ``urgent``
    wishes are worked on before others. Hints the accounts' workers after commit.
    """
    if not offer_ids:
        return 0
    values: dict[str, Any] = {
        "organization": organization_id,
        "offers": sorted(offer_ids),
        "cause": PushCause(reason).value,
        "urgent": urgent,
        "actor": actor.pk if actor else None,
        "now": now,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_WISH, values)
        accounts = [row[0] for row in cursor.fetchall()]
        for integration_id in sorted(set(accounts)):
            hint_account(integration_id=integration_id)
    return len(accounts)


def hint_account(*, integration_id: int) -> None:
    """Have a worker push what is due of this account after commit."""
    from offers.tasks import push_account

    hint(push_account, integration_id=integration_id)


class CannotPush(StateConflict):
    """Nothing can be sent for this offer as things stand."""

    code = "cannot_push"
    title = gettext_lazy("Stock cannot be sent to this offer now")


def push_now(*, offer: Offer, actor: User, now: datetime) -> None:
    """Have an offer's stock sent at once, by a person's wish. Audits. Raises :class:`CannotPush`."""
    refuse_stopped(offer)
    with transaction.atomic():
        request_push(
            organization_id=offer.organization_id,
            offer_ids=[offer.pk],
            reason=PushCause.PERSON,
            actor=actor,
            now=now,
        )
        audit.record(
            action="offer.push_asked",
            target=offer,
            actor=actor,
            organization_id=offer.organization_id,
            now=now,
        )


def refuse_stopped(offer: Offer) -> None:
    """Raises :class:`CannotPush` while a switch forbids sending this offer's stock."""
    if stop := stock_stop(integration_id=offer.integration_id):
        said, remedy = stop_in_words(stop)
        raise CannotPush(said, remedy=remedy)


@transaction.atomic
def retry_pushes(*, pushes: QuerySet[Any], actor: User, now: datetime) -> int:
    """Try these pushes again from the first attempt; those under way are left. Audits once a tenant.

    What is sent is computed anew. Returns how many are due now.
    """
    chosen: dict[int, list[int]] = {}
    stuck = pushes.exclude(state=WorkState.RUNNING).filter(command=None)
    for organization_id, offer_id in stuck.values_list("organization_id", "offer_id"):
        chosen.setdefault(organization_id, []).append(offer_id)
    count = 0
    for organization_id, offer_ids in sorted(chosen.items()):
        count += request_push(
            organization_id=organization_id,
            offer_ids=offer_ids,
            reason=PushCause.PERSON,
            actor=actor,
            now=now,
        )
        audit.record(
            action="offer.pushes_retried",
            target=Organization(pk=organization_id),
            actor=actor,
            organization_id=organization_id,
            now=now,
            after={"offer_ids": offer_ids[:100], "count": len(offer_ids)},
        )
    return count


@transaction.atomic
def resume_pushes(*, organization_id: int | None, now: datetime) -> int:
    """Make due what waited while writing was stopped: one organization's, or (None) everybody's."""
    waiting = OfferPush.objects.filter(
        state=WorkState.PENDING, command=None, reason=PushReason.STOPPED
    )
    if organization_id is not None:
        waiting = waiting.filter(organization_id=organization_id)
    accounts = list(waiting.order_by().values_list("integration_id", flat=True).distinct())
    count = waiting.update(next_attempt_at=now)
    for integration_id in sorted(accounts):
        hint_account(integration_id=integration_id)
    return int(count)


@transaction.atomic
def ask_commands(*, commands: QuerySet[Any], now: datetime) -> int:
    """Have the results of these commands asked for now, those that are still open."""
    waiting = commands.filter(state=WorkState.PENDING)
    accounts = list(waiting.order_by().values_list("integration_id", flat=True).distinct())
    count = waiting.update(next_attempt_at=now)
    for integration_id in sorted(accounts):
        hint_account(integration_id=integration_id)
    return int(count)
