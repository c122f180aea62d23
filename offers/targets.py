"""What Allegro should show for an offer: our stock, as far as it is ours to say.

The arithmetic is pure (:func:`pieces`, :func:`target_of`); :func:`targets_for` reads what it needs for
a whole account in a fixed number of queries.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from core.row_ids import among
from inventory.operations.ledger import HIGHEST
from inventory.queries import available_by_product, components_of
from inventory.queries.bundles import Component
from offers.enums import PublicationStatus, TargetReason
from offers.models import Offer, OfferLink
from offers.queries import feeding_warehouse_ids
from settings_app.enums import ZeroStockPolicy
from settings_app.models import Integration


@dataclass(frozen=True, slots=True)
class Target:
    """``quantity`` offers to show as available; None: not ours to say, and ``reason`` says why.

    ``reason`` is a :class:`~offers.enums.TargetReason`, stable for programs.
    """

    quantity: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class Part:
    """A product in an offer: pieces left to sell (None: no stock is kept of it), pieces a unit takes."""

    available: int | None
    units: int
    tracked: bool = True
    syncs: bool = True
    archived: bool = False


@dataclass(frozen=True, slots=True)
class OfferFacts:
    """What of the offer itself decides whether its stock is ours to say."""

    status: str
    fulfilled_by_allegro: bool = False
    emptied_at: datetime | None = None
    sold_out: bool = False


def pieces(parts: Iterable[Part], *, buffer: int) -> int:
    """How many units of an offer can be sold: the scarcest of its products decides, never below 0.

    ``buffer`` pieces of each product are kept back, so a buffer above the stock gives 0.
    """
    scarcest = min(((part.available or 0) - buffer) // part.units for part in parts)
    return min(max(0, scarcest), HIGHEST)


def target_of(facts: OfferFacts, parts: Sequence[Part], *, buffer: int, policy: str) -> Target:
    """What an offer should show, given its products. A product whose stock is not tracked never runs out."""
    if silent := _not_ours(facts, parts):
        return Target(None, silent)
    quantity = pieces([part for part in parts if part.tracked], buffer=buffer)
    if quantity == 0 and policy == ZeroStockPolicy.LEAVE:
        return Target(None, TargetReason.ZERO_LEFT.value)
    return Target(quantity, TargetReason.STOCK.value)


def _not_ours(facts: OfferFacts, parts: Sequence[Part]) -> str:
    ended = facts.status == PublicationStatus.ENDED
    tracked = [part for part in parts if part.tracked]
    reasons = (
        (not parts, TargetReason.UNLINKED),
        (facts.fulfilled_by_allegro, TargetReason.BY_ALLEGRO),
        (facts.status == PublicationStatus.INACTIVE, TargetReason.DRAFT),
        (ended and facts.emptied_at is None and not facts.sold_out, TargetReason.ENDED),
        (any(part.archived for part in parts), TargetReason.ARCHIVED),
        (not all(part.syncs for part in parts), TargetReason.SYNC_OFF),
        (not tracked, TargetReason.NOT_TRACKED),
        (any(part.available is None for part in tracked), TargetReason.NO_STOCK_KEPT),
    )
    return next((reason.value for applies, reason in reasons if applies), "")


def targets_for(
    *, integration: Integration, offer_ids: Collection[int] | None = None
) -> dict[int, Target]:
    """The targets of an account's offers by our offer id: of these, or of all that are linked.

    Reads offers, links and stock set-wise, whatever their number. Whether the account may write stock
    at all is not asked here.
    """
    offers: QuerySet[Any] = Offer.objects.filter(integration=integration)
    links: QuerySet[Any] = OfferLink.objects.filter(offer__integration=integration)
    if offer_ids is None:
        offers = offers.filter(pk__in=links.values("offer_id"))
    else:
        wanted = among(offer_ids)
        offers, links = offers.filter(pk__in=wanted), links.filter(offer_id__in=wanted)
    parts = _parts(integration, links)
    return {
        pk: target_of(
            facts,
            parts.get(pk, ()),
            buffer=integration.stock_buffer,
            policy=integration.zero_stock_policy,
        )
        for pk, facts in _facts(offers)
    }


def _facts(offers: QuerySet[Any]) -> Iterable[tuple[int, OfferFacts]]:
    rows = offers.order_by().values_list(
        "pk",
        "publication_status",
        "fulfilled_by_allegro",
        "emptied_at",
        "stock_shown",
        "stock_available",
    )
    for pk, status, by_allegro, emptied_at, shown, listed in rows:
        # Sold out there while it was ours to fill: we have read its stock before, and nothing is left.
        sold_out = shown is not None and 0 in (shown, listed)
        yield pk, OfferFacts(status, by_allegro, emptied_at, sold_out)


def _parts(integration: Integration, links: QuerySet[Any]) -> dict[int, list[Part]]:
    rows = list(
        links.order_by().values_list(
            "offer_id",
            "product_id",
            "units_per_offer",
            "product__track_inventory",
            "product__sync_enabled",
            "product__archived_at",
        )
    )
    bundles = _bundles_beside_others(integration, rows)
    ids = {row[1] for row in rows} | {one.product_id for parts in bundles.values() for one in parts}
    available = available_by_product(
        organization_id=integration.organization_id,
        product_ids=ids,
        warehouse_ids=feeding_warehouse_ids(integration_id=integration.pk),
    )
    found: dict[int, dict[int, Part]] = defaultdict(dict)
    for offer_id, product_id, units, tracked, syncs, archived_at in rows:
        whole = (Component(product_id, 1, tracked),)
        inside = bundles.get((offer_id, product_id), whole)
        for one in inside:
            known = found[offer_id].get(one.product_id)
            found[offer_id][one.product_id] = Part(
                available.get(one.product_id),
                units * one.units + (known.units if known else 0),
                one.tracked,
                syncs and (known is None or known.syncs),
                archived_at is not None or (known is not None and known.archived),
            )
    return {offer_id: list(parts.values()) for offer_id, parts in found.items()}


def _bundles_beside_others(
    integration: Integration, rows: Sequence[Any]
) -> dict[tuple[int, int], tuple[Component, ...]]:
    """The parts of bundles in offers that hold more, {(offer, bundle): parts}.

    Only there can a product be in an offer twice, once by itself and once inside; a unit then takes
    the pieces of both.
    """
    links = Counter(row[0] for row in rows)
    several = [(row[0], row[1]) for row in rows if links[row[0]] > 1]
    inside = components_of(
        organization_id=integration.organization_id, product_ids={one for _, one in several}
    )
    return {(offer, one): inside[one] for offer, one in several if one in inside}
