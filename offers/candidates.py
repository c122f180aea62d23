"""Products a person wants published in an account: what each offer will be, and what is in the way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from core.money import Money
from offers.preparing import Prepared, prepare
from offers.publishing.facts import ProductFacts, Terms
from offers.publishing.obstacles import Obstacle
from offers.publishing.readiness import readiness
from offers.queries.duplicates import Duplicate, duplicates_of
from settings_app.models import Integration


@dataclass(frozen=True, slots=True)
class Wanted:
    """A product to publish. What is empty or None comes from the product.

    ``elsewhere`` are prices on additional marketplaces, ``places`` such marketplaces whose price the
    account's rule gives. ``although`` publishes it even if an offer of
    the account sells it already.
    """

    product_id: int
    title: str = ""
    price: Money | None = None
    quantity: int | None = None
    elsewhere: Mapping[str, Money] = field(default_factory=dict)
    places: frozenset[str] = frozenset()
    although: bool = False


@dataclass(frozen=True, slots=True)
class Candidate:
    """A product with the wishes applied, and everything that keeps it from being published.

    ``source_offer_id`` is set for the copy of an offer; without a product of ours its ``product.id`` is
    below zero.
    """

    wanted: Wanted
    product: ProductFacts
    obstacles: tuple[Obstacle, ...]
    duplicate: Duplicate | None
    source_offer_id: int | None = None

    @property
    def elsewhere(self) -> dict[str, Money]:
        """Prices on additional marketplaces: those said, then those that follow from rules."""
        known = self.product.elsewhere
        by_rule = {place: known[place] for place in self.wanted.places if place in known}
        return by_rule | dict(self.wanted.elsewhere)

    @property
    def is_ready(self) -> bool:
        return not self.obstacles and not self.stands_in_the_way

    @property
    def stands_in_the_way(self) -> bool:
        """Whether another offer sells it, and nobody said to publish it although."""
        return self.duplicate is not None and not self.wanted.although


@dataclass(frozen=True, slots=True)
class Preview:
    """All candidates of one wish, in the order of the wish, with the account's terms."""

    terms: Terms
    candidates: tuple[Candidate, ...]

    @property
    def ready(self) -> list[Candidate]:
        return [one for one in self.candidates if one.is_ready]

    @property
    def not_ready(self) -> list[Candidate]:
        return [one for one in self.candidates if not one.is_ready]

    @property
    def counts(self) -> Counter[str]:
        """How many products each obstacle stops, by its code."""
        return Counter(one.code for candidate in self.candidates for one in candidate.obstacles)


def preview(
    *,
    integration: Integration,
    wanted: Sequence[Wanted],
    activate: bool,
    but: Collection[int] = (),
) -> Preview:
    """What would become of these wishes now; writes nothing. ``but``: publications not to count.

    Products of others are left out. Never inside a transaction: categories may be read from Allegro.
    """
    prepared = prepare(integration=integration, product_ids=[one.product_id for one in wanted])
    known = [one for one in wanted if one.product_id in prepared.products]
    duplicates = duplicates_of(
        integration_id=integration.pk,
        codes={one.product_id: prepared.products[one.product_id].code for one in known},
        but=but,
    )
    return Preview(
        prepared.terms,
        tuple(_candidate(one, prepared, duplicates, activate) for one in known),
    )


def _candidate(
    wanted: Wanted, prepared: Prepared, duplicates: Mapping[int, Duplicate], activate: bool
) -> Candidate:
    product = with_wishes(prepared.products[wanted.product_id], wanted)
    places = wanted.places - set(wanted.elsewhere)
    return Candidate(
        wanted,
        product,
        tuple(readiness(product, prepared.terms, activate=activate, places=places)),
        duplicates.get(wanted.product_id),
    )


def with_wishes(product: ProductFacts, wanted: Wanted) -> ProductFacts:
    """The product as the wish wants it. Never more pieces than there are, where that is known."""
    quantity = product.quantity if wanted.quantity is None else wanted.quantity
    if product.quantity is not None and quantity is not None:
        quantity = min(quantity, product.quantity)
    return replace(
        product,
        title=wanted.title or product.title,
        price=wanted.price or product.price,
        quantity=quantity,
    )
