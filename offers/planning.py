"""The fewest calls that give offers their values. Pure, so that it can be held against brute force.

Allegro offers three ways: a PATCH of one offer (one call, answered at once), a bulk command for up to
25 offers with values of their own, and a command with one value (quantity or price) for up to 1000
offers. A command costs three calls: sending it, asking how far it is, reading its result per offer.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from connectors.allegro.limits import MAX_BULK_MODIFICATIONS, MAX_OFFERS_PER_COMMAND
from offers.enums import WriteKind


@dataclass(frozen=True, slots=True)
class Wish:
    """A value for an offer: a quantity, or a price; None is several that no one-value command can hold.

    ``alone``: only a PATCH will do, as for offers that ended, or for texts and pictures.
    """

    offer_id: int
    value: Any
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Write:
    """One command, or one PATCH, with what it is to do."""

    kind: WriteKind
    wishes: tuple[Wish, ...]


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much one command holds, and how many calls it costs."""

    one_value: int = MAX_OFFERS_PER_COMMAND
    bulk: int = MAX_BULK_MODIFICATIONS
    calls: int = 3


ALLEGRO = Sizes()


def plan(
    wishes: Iterable[Wish], *, end_at_zero: bool = False, sizes: Sizes = ALLEGRO
) -> list[Write]:
    """The cheapest writes for these quantities, those to zero first: they are what oversells.

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
        *_cheapest(others, WriteKind.QUANTITY, sizes),
    ]


def plan_prices(wishes: Iterable[Wish], *, sizes: Sizes = ALLEGRO) -> list[Write]:
    """The cheapest writes for prices, and for whatever goes along with them in a PATCH."""
    alone: list[Wish] = []
    others: list[Wish] = []
    for wish in wishes:
        (alone if wish.alone else others).append(wish)
    patches = [Write(WriteKind.PATCH, (wish,)) for wish in alone]
    return [*patches, *_cheapest(others, WriteKind.PRICE, sizes)]


def plan_status(wishes: Iterable[Wish], *, sizes: Sizes = ALLEGRO) -> list[Write]:
    """Offers to end or to put on sale, as many to a command as it holds; the value names the command."""
    return [
        Write(WriteKind(kind), part)
        for kind, group in _by_value(wishes)
        for part in _parts(group, sizes.one_value)
    ]


def calls(writes: Iterable[Write], *, sizes: Sizes = ALLEGRO) -> int:
    """How many calls these writes cost, results included."""
    return sum(1 if one.kind == WriteKind.PATCH else sizes.calls for one in writes)


def _zeros(zeros: Sequence[Wish], end: bool, sizes: Sizes) -> list[Write]:
    if end:
        return [Write(WriteKind.END, part) for part in _parts(zeros, sizes.one_value)]
    return [Write(WriteKind.PATCH, (wish,)) for wish in zeros]


def _cheapest(wishes: Sequence[Wish], one_value: WriteKind, sizes: Sizes) -> list[Write]:
    """Groups of one value worth a command of their own get it; the rest shares bulk commands."""
    writes: list[Write] = []
    groups: list[tuple[Wish, ...]] = []
    mixed = [wish for wish in wishes if wish.value is None]
    for _value, group in _by_value(wish for wish in wishes if wish.value is not None):
        for part in _parts(group, sizes.one_value):
            if len(part) == sizes.one_value:
                writes.append(Write(one_value, part))
            else:
                groups.append(part)
    groups.sort(key=len, reverse=True)
    taken = _worth_a_command(groups, len(mixed), sizes)
    writes += [Write(one_value, part) for part in groups[:taken]]
    mixed += [wish for part in groups[taken:] for wish in part]
    return writes + _pooled(mixed, sizes)


def _worth_a_command(groups: Sequence[tuple[Wish, ...]], mixed: int, sizes: Sizes) -> int:
    """How many of the groups, largest first, are cheaper with a command of one value of their own.

    For any number of such commands it is best to give them to the largest groups, because what is
    pooled never gets cheaper by growing; so trying each number finds the cheapest of all.
    """
    pooled = mixed + sum(len(group) for group in groups)
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


def _by_value(wishes: Iterable[Wish]) -> list[tuple[Any, list[Wish]]]:
    groups: dict[Hashable, list[Wish]] = defaultdict(list)
    for wish in wishes:
        groups[wish.value].append(wish)
    return list(groups.items())


def _parts(wishes: Sequence[Wish], size: int) -> list[tuple[Wish, ...]]:
    return [tuple(wishes[at : at + size]) for at in range(0, len(wishes), size)]
