"""What settling a discrepancy by each side would write: looked at before, and again while doing it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from inventory.models import StockLevel, Warehouse
from inventory.queries import available_by_product, components_of, warehouses_of
from offers.enums import TargetReason
from offers.models import OfferLink
from offers.queries import feeding_warehouse_ids
from offers.targets import targets_for
from settings_app.queries import StockStop, stock_stop
from syncs.enums import DiscrepancyKind, Resolution
from syncs.models import Discrepancy


@dataclass(frozen=True, slots=True)
class StockChange:
    """On hand of a product in one warehouse, before and after."""

    warehouse: Warehouse
    product_id: int
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Choice:
    """A way to settle a discrepancy. ``effects`` are sentences of what it writes.

    Where it is not possible, ``obstacle`` says why and ``remedy`` what to do about that.
    """

    resolution: Resolution
    effects: tuple[str, ...] = ()
    obstacle: str = ""
    remedy: str = ""
    stock: StockChange | None = None
    price: Decimal | None = None

    @property
    def possible(self) -> bool:
        return not self.obstacle

    @property
    def label(self) -> str:
        """What choosing it does, for a button."""
        return {
            Resolution.OURS: _("Send our value to Allegro"),
            Resolution.ALLEGRO: _("Take Allegro's value"),
        }.get(self.resolution, _("Leave it as it is"))


SIDES = (Resolution.OURS, Resolution.ALLEGRO, Resolution.IGNORE)


def choices_of(row: Discrepancy) -> list[Choice]:
    """The three ways to settle a discrepancy, each possible or with the reason why not."""
    return [choice_of(row, resolution) for resolution in SIDES]


def choice_of(row: Discrepancy, resolution: Resolution) -> Choice:
    """What one way would write at this moment. Reads the present stock and switches."""
    if resolution == Resolution.IGNORE:
        return Choice(Resolution.IGNORE, (_("Nothing is written; both sides stay as they are."),))
    ways: dict[tuple[Resolution, str], Callable[[Discrepancy], Choice]] = {
        (Resolution.OURS, DiscrepancyKind.QUANTITY): _push,
        (Resolution.OURS, DiscrepancyKind.STATUS): _push,
        (Resolution.ALLEGRO, DiscrepancyKind.QUANTITY): _take_quantity,
        (Resolution.ALLEGRO, DiscrepancyKind.PRICE): _take_price,
    }
    way = ways.get((resolution, row.kind))
    return way(row) if way else _no_way(row, resolution)


def _no_way(row: Discrepancy, resolution: Resolution) -> Choice:
    if row.kind == DiscrepancyKind.PRICE:
        return Choice(
            resolution,
            obstacle=_("Prices are not written to Allegro from here."),
            remedy=_("Change the price at Allegro, or take Allegro's price."),
        )
    if row.kind == DiscrepancyKind.STATUS:
        return Choice(
            resolution,
            obstacle=_("Your stock does not change by how an offer stands at Allegro."),
            remedy=_("Ignore it if Allegro is right, or send your quantity."),
        )
    return Choice(
        resolution,
        obstacle=_("One side has nothing, so there is no value to write."),
        remedy=_("Link the offer to a product, or list the product at Allegro; or ignore it."),
    )


def _push(row: Discrepancy) -> Choice:
    stop = stock_stop(integration_id=row.integration_id)
    if stop is not None:
        return Choice(Resolution.OURS, obstacle=_stop_words(stop), remedy=_stop_remedy(stop))
    assert row.offer is not None
    targets = targets_for(integration=row.integration, offer_ids=[row.offer.pk])
    target = targets.get(row.offer.pk)
    if target is None or target.quantity is None:
        reason = TargetReason(target.reason).label if target else TargetReason.UNLINKED.label
        return Choice(
            Resolution.OURS,
            obstacle=_("The quantity of this offer is not ours to say: %(reason)s.")
            % {"reason": reason},
            remedy=_("Open the offer to see why; an ended one is activated at Allegro."),
        )
    said = {"offer": row.offer.allegro_id, "to": target.quantity, "from": row.theirs or "–"}
    effects = [_("Offer %(offer)s at Allegro: %(from)s → %(to)d pieces.") % said]
    if target.quantity == 0:
        effects.append(_("With 0 pieces Allegro ends the offer, as your settings say."))
    return Choice(Resolution.OURS, tuple(effects))


def _stop_words(stop: StockStop) -> str:
    return {
        StockStop.INSTALLATION: _("The operator has stopped writing stock to Allegro."),
        StockStop.ORGANIZATION: _("Writing stock to Allegro is stopped for your organization."),
        StockStop.ACCOUNT: _("This account may not write stock to Allegro."),
        StockStop.NOT_WORKING: _("The account does not work at the moment."),
    }[stop]


def _stop_remedy(stop: StockStop) -> str:
    if stop == StockStop.INSTALLATION:
        return _("Wait until it is allowed again, or ask the operator.")
    return _("Open the account under Integrations and allow it there.")


def _take_price(row: Discrepancy) -> Choice:
    product = row.product
    if product is None or not row.theirs:
        return _no_way(row, Resolution.ALLEGRO)
    effect = _("Selling price of %(code)s: %(from)s → %(to)s %(currency)s.") % {
        "code": product.code,
        "from": f"{product.selling_price:.2f}" if product.selling_price is not None else "–",
        "to": row.theirs,
        "currency": row.currency,
    }
    effects = (effect, *_others(row))
    return Choice(Resolution.ALLEGRO, effects, price=Decimal(row.theirs))


def _take_quantity(row: Discrepancy) -> Choice:
    links = list(
        OfferLink.objects.filter(offer=row.offer).select_related("product").order_by("pk")[:2]
    )
    if len(links) != 1 or _is_bundle(links[0]):
        return Choice(
            Resolution.ALLEGRO,
            obstacle=_("The offer holds several products, so its number does not tell theirs."),
            remedy=_("Count the products and set the stock of each."),
        )
    link = links[0]
    change = _stock_change(row, link, int(row.theirs))
    if change is None:
        return Choice(
            Resolution.ALLEGRO,
            obstacle=_("No single warehouse has enough pieces to take that many from."),
            remedy=_("Count the warehouses and set the stock of each."),
        )
    effect = _("On hand of %(code)s in %(warehouse)s: %(from)d → %(to)d pieces.") % {
        "code": link.product.code,
        "warehouse": change.warehouse.name,
        "from": change.before,
        "to": change.after,
    }
    effects = (effect, *_others(row))
    return Choice(Resolution.ALLEGRO, effects, stock=change)


def _is_bundle(link: OfferLink) -> bool:
    return bool(components_of(organization_id=link.organization_id, product_ids=[link.product_id]))


def _stock_change(row: Discrepancy, link: OfferLink, shown: int) -> StockChange | None:
    """The fewest pieces moved, in one warehouse, after which the offer should show what it shows."""
    feeding = feeding_warehouse_ids(integration_id=row.integration_id)
    left = available_by_product(
        organization_id=row.organization_id,
        product_ids=[link.product_id],
        warehouse_ids=feeding,
    ).get(link.product_id, 0)
    buffer = row.integration.stock_buffer
    wanted = nearest(left, shown=shown, units=link.units_per_offer, buffer=buffer)
    for warehouse, on_hand in _places(row, link, feeding):
        if on_hand + wanted - left >= 0:
            return StockChange(warehouse, link.product_id, on_hand, on_hand + wanted - left)
    return None


def nearest(available: int, *, shown: int, units: int, buffer: int) -> int:
    """The number of available pieces closest to ``available`` that makes an offer show ``shown``.

    The offer shows what is left above the buffer, divided by the pieces a unit takes, and never less
    than 0: so any number up to the first unit shows 0.
    """
    highest = (shown + 1) * units - 1 + buffer
    if shown <= 0:
        return min(available, units - 1 + buffer)
    return min(max(available, shown * units + buffer), highest)


def _places(
    row: Discrepancy, link: OfferLink, feeding: Sequence[int]
) -> list[tuple[Warehouse, int]]:
    on_hand: dict[int, int] = dict(
        StockLevel.objects.filter(
            organization_id=row.organization_id, product_id=link.product_id
        ).values_list("warehouse_id", "on_hand")
    )
    places = list(warehouses_of(organization=row.organization))
    if feeding:
        order = {pk: number for number, pk in enumerate(feeding)}
        places = sorted((one for one in places if one.pk in order), key=lambda one: order[one.pk])
    # Where the product lies already comes first.
    places.sort(key=lambda one: one.pk not in on_hand)
    return [(one, on_hand.get(one.pk, 0)) for one in places]


def _others(row: Discrepancy) -> tuple[str, ...]:
    if row.product_id is None:
        return ()
    count = (
        OfferLink.objects.filter(organization_id=row.organization_id, product_id=row.product_id)
        .exclude(offer_id=row.offer_id)
        .count()
    )
    if not count:
        return ()
    said = ngettext(
        "%(n)d other offer sells this product and follows it.",
        "%(n)d other offers sell this product and follow it.",
        count,
    )
    return (said % {"n": count},)
