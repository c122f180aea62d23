"""Claims for the commission of cancelled or returned purchases."""

from __future__ import annotations

from typing import cast

from connectors.allegro.answers import Caller
from connectors.allegro.errors import NotFound
from connectors.allegro.resources.offers import Filter, dotted
from connectors.allegro.types import RefundClaim, RefundClaimsPage


class RefundClaims:
    """Commission claims; Allegro creates many of them itself (type AUTOMATIC)."""

    def __init__(self, caller: Caller) -> None:
        """Make calls through ``caller``."""
        self._caller = caller

    def list(self, *, offset: int = 0, limit: int = 100, **filters: Filter) -> RefundClaimsPage:
        """Read a page of claims, at most 100."""
        answer = self._caller.request(
            "refund_claims.list", query={"offset": offset, "limit": limit, **dotted(filters)}
        )
        claims = cast("list[RefundClaim]", answer.records("refundClaims"))
        return RefundClaimsPage(claims, answer.number("count", len(claims)), answer.trace_id)

    def get(self, claim_id: str) -> RefundClaim:
        """Read one claim. Raises NotFound."""
        answer = self._caller.request("refund_claims.get", path={"claimId": claim_id})
        return cast("RefundClaim", answer.mapping())

    def create(self, *, line_item_id: str, quantity: int) -> str:
        """Claim the commission of a line item back and give the claim's id.

        Not repeatable: look through ``list`` first. Only within 45 days of the charge
        (allegro-api#3001).
        """
        body = {"lineItem": {"id": line_item_id}, "quantity": quantity}
        return self._caller.request("refund_claims.create", body=body).identifier()

    def cancel(self, claim_id: str) -> None:
        """Withdraw a claim."""
        try:
            self._caller.request("refund_claims.cancel", path={"claimId": claim_id})
        except NotFound as gone:
            if gone.attempts == 1:
                raise
            # The first attempt did it; only its answer was lost.
