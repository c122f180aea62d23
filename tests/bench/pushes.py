"""How many calls it takes to give an account's offers their quantities, against the fewest possible."""

from __future__ import annotations

from collections import Counter

from offers.planning import ALLEGRO, Wish, calls, plan
from tests.measures import Result, Results, measure

OFFERS = 10_000
QUANTITIES = 2_000
ZEROS = 500


@measure("offers: calls of a full push")
def calls_of_a_full_push() -> Results:
    """10,000 offers with 2,000 different quantities and 500 zeros, and the same with few quantities."""
    return {
        "offers: calls that write 10,000 offers, 2,000 quantities": _against_bound(QUANTITIES),
        "offers: calls that write 10,000 offers, 20 quantities": _against_bound(20),
        "offers: calls that write 10,000 offers, all different": _against_bound(OFFERS),
    }


def _against_bound(quantities: int) -> Result:
    wishes = [Wish(number, 0) for number in range(ZEROS)]
    wishes += [Wish(number, 1 + number % quantities) for number in range(ZEROS, OFFERS)]
    made = calls(plan(wishes))
    return Result(made, _fewest(wishes), goal=1.1, unit=" calls", at_most=True)


def _fewest(wishes: list[Wish]) -> float:
    """No plan can do with less: each zero its own call, each other offer its share of the best command.

    A command that holds an offer with a quantity shared by g offers holds at most max(25, g) of them,
    and never more than 1000.
    """
    groups = Counter(wish.value for wish in wishes if wish.value)
    zeros = sum(1 for wish in wishes if not wish.value)
    shares = (
        size * ALLEGRO.calls / max(ALLEGRO.bulk, min(size, ALLEGRO.one_value))
        for size in groups.values()
    )
    return zeros + sum(shares)
