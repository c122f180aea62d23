"""Refusing the refund of a return at Allegro: asked for once, sent once, read back."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _

from connectors.allegro import AllegroClient
from orders.enums import Rejection, WriteKind, WriteOutcome
from orders.models import CustomerReturn, OrderWrite
from orders.operations.returns import record_customer_return
from orders.operations.writing import Performed, mark_sent, open_write
from orders.problems import RejectionUnusable, ReturnOver, ReturnWithoutOrder
from orders.queries.returns import may_be_rejected
from settings_app.models import Integration

if TYPE_CHECKING:
    from accounts.models import User

LONGEST_REASON = 250


def refresh_return(
    *, integration: Integration, return_id: str, client: AllegroClient, now: datetime
) -> CustomerReturn:
    """Read a return and record it. Raises what the client raises."""
    asked_at = timezone.now()
    told = client.returns.get(return_id)
    return record_customer_return(
        integration=integration,
        customer_return=told,
        now=max(now, asked_at),
        read_at=asked_at,
        trace_id=client.last_trace_id,
    ).customer_return


def request_rejection(
    *, customer_return: CustomerReturn, code: str, reason: str, actor: User | None, now: datetime
) -> OrderWrite:
    """Ask Allegro to refuse the refund of a return; workers do it, once. Stock is not touched.

    Raises :class:`RejectionUnusable` with the field, :class:`ReturnOver`,
    :class:`ReturnWithoutOrder`, :class:`BeingWritten` and :class:`WriteUndecided`.
    """
    reason = reason.strip()
    wrong: dict[str, list[str]] = {}
    if code not in Rejection.values:
        wrong["code"] = [_("Choose one of Allegro's reasons.")]
    if code == Rejection.REFUND_REJECTED and not reason:
        wrong["reason"] = [_("Say why, in words: Allegro asks for it with this choice.")]
    if len(reason) > LONGEST_REASON:
        wrong["reason"] = [_("At most 250 characters.")]
    if wrong:
        raise RejectionUnusable(next(iter(wrong.values()))[0], fields=wrong)
    if not may_be_rejected(customer_return):
        raise ReturnOver
    if customer_return.order is None:
        raise ReturnWithoutOrder
    return open_write(
        order=customer_return.order,
        kind=WriteKind.RETURN_REJECTION,
        key=customer_return.return_id,
        requested={"code": code, "reason": reason},
        before={"status": customer_return.status},
        actor=actor,
        now=now,
        replaces=True,
    )


def perform_rejection(write: OrderWrite, client: AllegroClient) -> Performed:
    """Read the return, reject it unless that is done or too late, keep what Allegro answers.

    A rejection cannot be sent twice (facts: POST without a command id), so every attempt reads
    first. Raises :class:`ReturnOver` and what the client raises.
    """
    row = refresh_return(
        integration=write.integration, return_id=write.key, client=client, now=timezone.now()
    )
    if row.rejection_code or row.status == "REJECTED":
        outcome = WriteOutcome.WRITTEN if write.sent_at else WriteOutcome.ALREADY
        return Performed(outcome=outcome, after=_state(row))
    if not may_be_rejected(row):
        raise ReturnOver
    mark_sent(write)
    asked_at = timezone.now()
    told = client.returns.reject(
        row.return_id, code=write.requested["code"], reason=write.requested["reason"] or None
    )
    done = record_customer_return(
        integration=write.integration,
        customer_return=told,
        now=timezone.now(),
        read_at=asked_at,
        trace_id=client.last_trace_id,
    )
    return Performed(after=_state(done.customer_return))


def _state(row: CustomerReturn) -> dict[str, str]:
    return {"status": row.status, "code": row.rejection_code}
