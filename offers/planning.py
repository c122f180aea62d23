"""The fewest calls that give offers their quantities. Pure, so that it can be held against brute force.

Allegro offers three ways: a PATCH of one offer (one call, answered at once), a bulk command for up to
25 offers with a number each, and a quantity command with one number for up to 1000 offers. A command
costs three calls: sending it, asking how far it is, reading its result per offer.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from connectors.allegro.limits import MAX_BULK_MODIFICATIONS, MAX_OFFERS_PER_COMMAND
from offers.enums import WriteKind


@dataclass(frozen=True, slots=True)
class Wish:
    """A quantity for an offer. ``alone``: only a PATCH can be relied on, as for offers that ended."""

    offer_id: int
    value: int
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Write:
    """One command, or one PATCH, with what it is to do."""

    kind: WriteKind
    wishes: tuple[Wish, ...]


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much one command holds, and how many calls it costs."""

    quantity: int = MAX_OFFERS_PER_COMMAND
    bulk: int = MAX_BULK_MODIFICATIONS
    calls: int = 3


ALLEGRO = Sizes()


def plan(
    wishes: Iterable[Wish], *, end_at_zero: bool = False, sizes: Sizes = ALLEGRO
) -> list[Write]:
    """The cheapest writes for these wishes, those to zero first: they are what oversells.

    Commands refuse zero, so zeros are patched, or their offers ended (``end_at_zero``).
    """
    zeros: list[Wish] = []
    alone: list[Wish] = []
    others: list[Wish] = []
    for wish in wishes:
        (zeros if wish.value == 0 else alone if wish.alone else others).append(wish)
    return [
        *_zeros(zeros, end_at_zero, sizes),
        *(Write(WriteKind.PATCH, (wish,)) for wish in alone),
        *_quantities(others, sizes),
    ]


def calls(writes: Iterable[Write], *, sizes: Sizes = ALLEGRO) -> int:
    """How many calls these writes cost, results included."""
    return sum(1 if one.kind == WriteKind.PATCH else sizes.calls for one in writes)


def _zeros(zeros: Sequence[Wish], end: bool, sizes: Sizes) -> list[Write]:
    if end:
        return [Write(WriteKind.END, part) for part in _parts(zeros, sizes.quantity)]
    return [Write(WriteKind.PATCH, (wish,)) for wish in zeros]


def _quantities(wishes: Sequence[Wish], sizes: Sizes) -> list[Write]:
    """Groups of one value worth a quantity command get it; the rest shares bulk commands."""
    writes: list[Write] = []
    groups: list[tuple[Wish, ...]] = []
    for group in _by_value(wishes):
        for part in _parts(group, sizes.quantity):
            if len(part) == sizes.quantity:
                writes.append(Write(WriteKind.QUANTITY, part))
            else:
                groups.append(part)
    groups.sort(key=len, reverse=True)
    taken = _worth_a_command(groups, sizes)
    writes += [Write(WriteKind.QUANTITY, part) for part in groups[:taken]]
    return writes + _pooled([wish for part in groups[taken:] for wish in part], sizes)


def _worth_a_command(groups: Sequence[tuple[Wish, ...]], sizes: Sizes) -> int:
    """How many of the groups, largest first, are cheaper with a quantity command of their own.

    For any number of such commands it is best to give them to the largest groups, because what is
    pooled never gets cheaper by growing; so trying each number finds the cheapest of all.
    """
    pooled = sum(len(group) for group in groups)
    cheapest, best = _pool_calls(pooled, sizes), 0
    for number, group in enumerate(groups, start=1):
        pooled -= len(group)
        cost = number * sizes.calls + _pool_calls(pooled, sizes)
        if cost < cheapest:
            cheapest, best = cost, number
    return best


def _pool_calls(count: int, sizes: Sizes) -> int:
    full, rest = divmod(count, sizes.bulk)
    return full * sizes.calls + min(rest, sizes.calls)


def _pooled(wishes: Sequence[Wish], sizes: Sizes) -> list[Write]:
    writes: list[Write] = []
    for part in _parts(wishes, sizes.bulk):
        # As many calls either way: a PATCH is answered at once.
        if len(part) <= sizes.calls:
            writes += [Write(WriteKind.PATCH, (wish,)) for wish in part]
        else:
            writes.append(Write(WriteKind.BULK, part))
    return writes


def _by_value(wishes: Sequence[Wish]) -> list[list[Wish]]:
    groups: dict[int, list[Wish]] = defaultdict(list)
    for wish in wishes:
        groups[wish.value].append(wish)
    return list(groups.values())


def _parts(wishes: Sequence[Wish], size: int) -> list[tuple[Wish, ...]]:
    return [tuple(wishes[at : at + size]) for at in range(0, len(wishes), size)]
