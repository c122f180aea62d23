"""Refunds to buyers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast
from uuid import UUID

from connectors.allegro.answers import Caller
from connectors.allegro.resources.offers import Filter, dotted
from connectors.allegro.types import Refund, RefundsPage


class Payments:
    """Refunds of paid orders."""

    def __init__(self, caller: Caller) -> None:
        """Make calls through ``caller``."""
        self._caller = caller

    def refunds(self, *, offset: int = 0, limit: int = 100, **filters: Filter) -> RefundsPage:
        """Read a page of refunds, at most 100, e.g. with ``order__id=...``."""
        answer = self._caller.request(
            "payments.refunds", query={"offset": offset, "limit": limit, **dotted(filters)}
        )
        refunds = cast("list[Refund]", answer.records("refunds"))
        count = answer.number("count", len(refunds))
        return RefundsPage(refunds, count, answer.number("totalCount", count), answer.trace_id)

    def refund(
        self,
        command_id: UUID | str,
        *,
        payment_id: str,
        order_id: str,
        reason: str,
        details: Mapping[str, Any],
    ) -> Refund:
        """Order a refund; the command id makes it one, however often it is sent.

        ``details`` holds what is refunded: ``lineItems``, ``delivery``, ``overpaid``,
        ``surcharges``, ``additionalServices``, ``deposits``, ``sellerComment``. An answer does not
        mean the money moved: ask until SUCCESS, PARTIAL, CANCELED or VALIDATE_FAILED
        (allegro-api#13740).
        """
        body = {
            **details,
            "payment": {"id": payment_id},
            "order": {"id": order_id},
            "commandId": str(UUID(str(command_id))),
            "reason": reason,
        }
        answer = self._caller.request("payments.refund", body=body)
        answer.identifier()
        return cast("Refund", answer.mapping())
