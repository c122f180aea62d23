"""Fees and credits."""

from __future__ import annotations

from typing import cast

from connectors.allegro.answers import Caller
from connectors.allegro.resources.offers import Filter, dotted
from connectors.allegro.types import BillingEntry, BillingType


class Billing:
    """The seller's account with Allegro."""

    def __init__(self, caller: Caller) -> None:
        """Make calls through ``caller``."""
        self._caller = caller

    def entries(
        self, *, offset: int = 0, limit: int = 100, **filters: Filter
    ) -> list[BillingEntry]:
        """Read a page of entries, newest first, at most 100; go through them by date windows."""
        answer = self._caller.request(
            "billing.entries", query={"offset": offset, "limit": limit, **dotted(filters)}
        )
        return answer.records("billingEntries")

    def types(self) -> list[BillingType]:
        """Read the kinds of entries, described in the language of the client."""
        return cast("list[BillingType]", self._caller.request("billing.types").records())
