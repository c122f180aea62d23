"""Customer returns (Allegro marks them beta)."""

from __future__ import annotations

from typing import cast

from connectors.allegro.answers import Caller
from connectors.allegro.resources.offers import Filter, dotted
from connectors.allegro.types import CustomerReturn, CustomerReturnsPage


class Returns:
    """Returns buyers opened. Their items name offers, not the line items of an order."""

    def __init__(self, caller: Caller) -> None:
        """Make calls through ``caller``."""
        self._caller = caller

    def list(
        self,
        *,
        offset: int = 0,
        limit: int = 100,
        after: str | None = None,
        **filters: Filter,
    ) -> CustomerReturnsPage:
        """Read a page of returns, those after the return ``after`` when given."""
        query = {"offset": offset, "limit": limit, "from": after, **dotted(filters)}
        answer = self._caller.request("returns.list", query=query)
        returns = answer.records("customerReturns")
        return CustomerReturnsPage(returns, answer.number("count", len(returns)), answer.trace_id)

    def get(self, return_id: str) -> CustomerReturn:
        """Read one return. Raises NotFound."""
        answer = self._caller.request("returns.get", path={"customerReturnId": return_id})
        return cast("CustomerReturn", answer.mapping())

    def reject(self, return_id: str, *, code: str, reason: str | None = None) -> CustomerReturn:
        """Refuse the refund of a return; REFUND_REJECTED needs a ``reason``.

        Not repeatable: read the return first. Raises ValueError without a needed reason.
        """
        if code == "REFUND_REJECTED" and not reason:
            raise ValueError("REFUND_REJECTED needs a reason")
        rejection = {"code": code} if reason is None else {"code": code, "reason": reason}
        answer = self._caller.request(
            "returns.reject",
            path={"customerReturnId": return_id},
            body={"rejection": rejection},
        )
        return cast("CustomerReturn", answer.mapping())
