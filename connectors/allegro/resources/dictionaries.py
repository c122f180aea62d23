"""What a seller keeps at Allegro for offers to refer to: delivery prices, conditions, producers."""

from __future__ import annotations

from connectors.allegro.answers import Caller
from connectors.allegro.types import Named

# As many as an answer holds; a seller may keep 60 conditions of a kind and more producers than that.
_CONDITIONS = 60
_PRODUCERS = 1000


class Dictionaries:
    """Lists of things with an id and the name the seller gave them."""

    def __init__(self, caller: Caller) -> None:
        """Make calls through ``caller``."""
        self._caller = caller

    def shipping_rates(self) -> list[Named]:
        """Read the sets of delivery prices, at most 250."""
        return self._caller.request("dictionaries.shipping_rates").records("shippingRates")

    def return_policies(self) -> list[Named]:
        """Read the conditions of returning."""
        return self._conditions("return_policies", "returnPolicies")

    def implied_warranties(self) -> list[Named]:
        """Read the conditions of complaints."""
        return self._conditions("implied_warranties", "impliedWarranties")

    def warranties(self) -> list[Named]:
        """Read the guarantees."""
        return self._conditions("warranties", "warranties")

    def responsible_producers(self) -> list[Named]:
        """Read the first thousand producers in the sense of the GPSR."""
        answer = self._caller.request(
            "dictionaries.responsible_producers", query={"limit": _PRODUCERS}
        )
        return answer.records("responsibleProducers")

    def _conditions(self, name: str, key: str) -> list[Named]:
        answer = self._caller.request(f"dictionaries.{name}", query={"limit": _CONDITIONS})
        return answer.records(key)
