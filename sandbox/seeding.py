"""Sellers, offers and orders drawn from the seed."""

from __future__ import annotations

from decimal import Decimal
from random import Random
from typing import Any

from sandbox import forms
from sandbox.billing_book import charge_commission
from sandbox.catalogue.delivery import MARKETPLACES, methods_for
from sandbox.catalogue.ean import ean13
from sandbox.catalogue.goods import invent
from sandbox.catalogue.people import invent_buyer, invent_invoice, invent_nip
from sandbox.journals import write_order_event
from sandbox.qualification import Reason
from sandbox.shop import open_shop
from sandbox.state.clock import iso
from sandbox.state.offers import Offer, Place
from sandbox.state.sellers import Seller
from sandbox.state.world import World

DAY = 86_400.0
# How old seeded orders may be; the journal remembers 60 days.
ORDER_DAYS = 45

_LOGINS = (
    "sklep_lipowa", "hurt_nordvik", "dom_i_ogrod_bryza", "zenitar_elektro", "moda_ostoja",
    "sport_grodzik", "zabawki_tarnina", "spizarnia_solanka",
)  # fmt: skip
_NO_TAX_ID = Reason("VQR011_SELLER_HAS_NO_VERIFIED_INTERNATIONAL_TAX_ID").as_dict()
_OWNERS = (("Ewa", "Lipowska"), ("Adam", "Norski"), ("Olga", "Bryzgalska"), ("Jerzy", "Zenit"))


def seed_world(world: World) -> None:
    """Fill an empty world to its size."""
    for number in range(world.size.sellers):
        login = _LOGINS[number] if number < len(_LOGINS) else f"sprzedawca_{number + 1}"
        seller = add_seller(world, login)
        add_offers(world, seller, world.size.offers)
        add_orders(world, seller, world.size.orders)


def add_seller(world: World, login: str, marketplace: str = "allegro-pl") -> Seller:
    """A seller with a shop ready to sell, and no offers yet."""
    random = world.identities.random
    first, last = random.choice(_OWNERS)
    seller = Seller(
        id=world.identities.seller(),
        login=login,
        first_name=first,
        last_name=last,
        company=f"{last} Handel",
        tax_id=invent_nip(random),
        email=f"{login}@allegro-sandbox.example",
        marketplace=marketplace,
        currency=MARKETPLACES[marketplace][0],
    )
    world.sellers[seller.id] = seller
    world.logins[login] = seller
    open_shop(world, seller)
    return seller


def add_offers(world: World, seller: Seller, count: int) -> list[Offer]:
    """So many invented offers, shown in the listing at once, without events."""
    now = world.now
    made = []
    for _ in range(count):
        offer = invent_offer(world, seller, now)
        register(world, seller, offer)
        made.append(offer)
    seller.index.catch_up(now)
    return made


def register(world: World, seller: Seller, offer: Offer, lag: float = 0.0) -> None:
    """Take an offer into the world; the listing shows it after the lag."""
    world.offers[offer.id] = offer
    seller.offers[offer.id] = None
    world.products.add_of(offer)
    seller.index.push(world.now + lag if lag else 0.0, offer.id, offer)


def invent_offer(world: World, seller: Seller, now: float, *, plain: bool = False) -> Offer:
    """An offer that is not in the world yet.

    Unless ``plain``, every so many of a seller's offers are ended, drafts, without a SKU or on
    sale in other countries too.
    """
    random = world.identities.random
    number = len(seller.offers) + 1
    # The same signature is the same goods on every account, as it is for a seller with several.
    good = invent(Random(world.size.seed * 1_000_003 + number))
    _, _, _, rate, places = MARKETPLACES[seller.marketplace]
    price = round(Decimal(good.grosze) / 100 * Decimal(rate), places)
    available = 1 + int(random.random() * 80)
    age = random.random() * 300 * DAY
    offer = Offer(
        id=world.identities.offer(),
        seller_id=seller.id,
        name=good.name,
        category_id=good.category_id,
        external_id=f"SKU-{number:06d}" if number % 25 else None,
        ean=ean13(world.size.seed % 900 * 1_000_000 + number),
        product_id=world.identities.uuid(),
        price=f"{price:.2f}",
        currency=seller.currency,
        available=available,
        initial_stock=available,
        vat=good.vat,
        brand=good.brand,
        created_at=now - age,
        updated_at=now - age / 2,
        started_at=now - age,
    )
    if plain:
        offer.external_id = f"SKU-{number:06d}"
        return offer
    if number % 6 == 0 and seller.marketplace == "allegro-pl":
        offer.elsewhere = _abroad(Decimal(offer.price))
    if number % 18 == 0 and offer.elsewhere:
        offer.places = {"allegro-hu": Place("REFUSED", (_NO_TAX_ID,))}
    if number % 12 == 0:
        offer.status, offer.ended_by = "ENDED", "USER"
        offer.ended_at = now - age / 3
    elif number % 30 == 0:
        offer.status, offer.started_at = "INACTIVE", None
        # A draft that may not be sold yet: the seller has not said who answers for its safety.
        offer.product_details = {"responsibleProducer": None, "safetyInformation": None}
    return offer


def _abroad(zloty: Decimal) -> dict[str, tuple[str, str]]:
    prices = {}
    for place in ("allegro-cz", "allegro-sk", "allegro-hu"):
        currency, _, _, rate, places = MARKETPLACES[place]
        prices[place] = (f"{round(zloty * Decimal(rate) * Decimal('1.1'), places):.2f}", currency)
    return prices


# Status of a seeded order and how many of a hundred have it.
_MIX = (("READY_FOR_PROCESSING", 78), ("FILLED_IN", 6), ("BOUGHT", 6), ("CANCELLED", 10))


def add_orders(world: World, seller: Seller, count: int) -> int:
    """So many past orders with their events, oldest first. Returns how many were made.

    Stock does not fall: the offers are seeded as they stand after these purchases.
    """
    offers = [world.offers[key] for key in seller.offers if world.offers[key].status == "ACTIVE"]
    if not offers:
        return 0
    random = world.identities.random
    now = world.now
    newest = seller.order_events.last_number() / 1_000_000
    start = max(now - ORDER_DAYS * DAY, newest)
    for number in range(count):
        at = start + (now - start) * (number + random.random() * 0.8) / count
        _past_order(world, seller, offers, min(at, now - 1))
    return count


def _past_order(world: World, seller: Seller, offers: list[Offer], at: float) -> None:
    random = world.identities.random
    status = random.choices([name for name, _ in _MIX], [share for _, share in _MIX])[0]
    chosen = random.sample(offers, min(len(offers), random.choice((1, 1, 1, 2, 2, 3, 4))))
    place = seller.marketplace
    if chosen[0].elsewhere and random.random() < 0.5:
        place = random.choice(sorted(chosen[0].elsewhere))
    lines = _lines(world, seller, chosen, place, at)
    buyer = invent_buyer(random, world.identities.buyer(), place)
    message = "Proszę o szybką wysyłkę" if random.random() < 0.08 else None
    form = forms.new_form(
        world, buyer=buyer, lines=lines, marketplace=place, at=at, message=message
    )
    steps = _advance(world, form, status, at)
    if random.random() < 0.06:
        form["note"] = {"text": "Stały klient"}
    form["updatedAt"] = iso(steps[-1][1])
    seller.forms.add(form)
    for kind, moment in steps:
        write_order_event(world, seller, form, kind, moment, written_at=moment)
    if form["status"] == "READY_FOR_PROCESSING":
        charge_commission(world, seller, form, steps[-1][1])


def _lines(
    world: World, seller: Seller, chosen: list[Offer], place: str, at: float
) -> list[dict[str, Any]]:
    lines = []
    for offer in chosen:
        cost = offer.price_on(place, seller.marketplace)
        if cost is not None:
            quantity = world.identities.random.choice((1, 1, 1, 2, 3))
            lines.append(forms.new_line(world, offer, quantity, cost, at))
    return lines


def _advance(world: World, form: dict[str, Any], status: str, at: float) -> list[tuple[str, float]]:
    """Bring a seeded form to its status. Returns its events with their moments."""
    random = world.identities.random
    steps = [("BOUGHT", at)]
    if status == "BOUGHT":
        return steps
    at += 20 + random.random() * 200
    place = form["marketplace"]["id"]
    cod = random.random() < 0.09 and bool(methods_for(place, cash_on_delivery=True))
    way = random.choice(methods_for(place, cash_on_delivery=cod))
    smart = forms.smart_applies(form) and not cod
    forms.choose_delivery(world, form, way, smart=smart, at=at)
    forms.choose_payment(world, form, "CASH_ON_DELIVERY" if cod else "ONLINE")
    form["invoice"] = _seeded_invoice(random, form)
    form["status"] = "FILLED_IN"
    steps.append(("FILLED_IN", at))
    if status == "FILLED_IN":
        return steps
    at += 5 + random.random() * 400
    if status == "CANCELLED":
        form["status"] = "CANCELLED"
        form["delivery"]["cancellation"] = {"date": iso(at)}
        steps.append((random.choice(("BUYER_CANCELLED", "AUTO_CANCELLED")), at))
        return steps
    forms.mark_paid(form, at)
    forms.reveal_address(form)
    form["status"] = "READY_FOR_PROCESSING"
    if at < world.now - 5 * DAY:
        form["fulfillment"]["status"] = "SENT"
        form["fulfillment"]["shipmentSummary"]["lineItemsSent"] = "ALL"
    steps.append(("READY_FOR_PROCESSING", at))
    return steps


def _seeded_invoice(random: Random, form: dict[str, Any]) -> dict[str, Any]:
    wish = "none"
    if form["marketplace"]["id"] == "allegro-pl":
        wish = random.choices(("none", "company", "person"), (75, 18, 7))[0]
    return invent_invoice(random, form["buyer"], wish)
