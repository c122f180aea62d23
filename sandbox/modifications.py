"""Ways a modification command changes an offer, as work for its tasks."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from sandbox.errors import invalid
from sandbox.journals import write_offer_event
from sandbox.state.offers import Offer
from sandbox.state.sellers import Seller
from sandbox.state.world import World
from sandbox.stock import OfferError, changed

Work = Callable[[World, Offer], None]
Edit = Callable[[Offer], None]
Body = dict[str, Any]

HANDLING_TIMES = (
    "PT0S", "PT24H", "PT48H", "PT72H", "PT96H", "PT120H", "PT168H", "PT240H", "PT336H", "PT504H",
    "PT720H", "PT1440H", "P2D", "P3D", "P4D", "P5D", "P7D", "P10D", "P14D", "P21D", "P30D", "P60D",
)  # fmt: skip
DURATIONS = (
    "PT72H", "PT120H", "PT168H", "PT240H", "PT480H", "PT720H",
    "P3D", "P5D", "P7D", "P10D", "P20D", "P30D",
)  # fmt: skip
INVOICES = ("VAT", "VAT_MARGIN", "WITHOUT_VAT", "NO_INVOICE")
# Changes the offer journal does not tell of, as with PATCH.
_QUIET = ("delivery", "publication")


def modification(given: Any, seller: Seller) -> tuple[str, Work]:
    """The field to change, as tasks name it, and how. Raises ApiError 422.

    One command changes one group of fields: "modification should contain exactly 1 element"
    (allegro-api #1579).
    """
    groups = given if isinstance(given, dict) else {}
    named = [name for name, value in groups.items() if value is not None]
    if len(named) != 1 or named[0] not in _GROUPS:
        raise invalid(422, "modification should contain exactly 1 element", "modification")
    name, value = named[0], groups[named[0]]
    if not isinstance(value, dict):
        raise invalid(422, f"{name} must be an object", f"modification.{name}")
    _some(value, name)
    edit = _GROUPS[name](value, seller)
    field = f"{name}.{next(iter(value))}" if len(value) == 1 else name

    def work(world: World, offer: Offer) -> None:
        edit(offer)
        if offer.status == "ACTIVE" and name not in _QUIET:
            write_offer_event(world, offer, "OFFER_CHANGED")
        changed(world, offer)

    return field, work


def _delivery(value: Body, seller: Seller) -> Edit:
    fresh: Body = {}
    if value.get("handlingTime") is not None:
        fresh["handlingTime"] = _one_of(
            value["handlingTime"], HANDLING_TIMES, "delivery.handlingTime"
        )
    rates = _reference(value.get("shippingRates"))
    if rates:
        fresh["shippingRates"] = rates
    _some(fresh, "delivery")

    def edit(offer: Offer) -> None:
        _known(rates, seller.shipping_rates, "ShippingRatesNotFound")
        _merge(offer, "delivery", fresh)

    return edit


def _payments(value: Body, seller: Seller) -> Edit:
    invoice, tax = value.get("invoice"), value.get("tax")
    if invoice is not None:
        _one_of(invoice, INVOICES, "payments.invoice")
    rate = _tax_rate(tax.get("percentage")) if isinstance(tax, dict) else None
    _some([one for one in (invoice, rate) if one is not None], "payments")

    def edit(offer: Offer) -> None:
        if invoice is not None:
            _merge(offer, "payments", {"invoice": invoice})
        if rate is not None:
            _tax(offer, rate)

    return edit


def _tax_rate(text: Any) -> str:
    try:
        rate = Decimal(str(text))
    except ArithmeticError:
        rate = Decimal(-1)
    if not rate.is_finite() or not 0 <= rate < 100:
        raise invalid(422, f"{text!r} is no tax rate", "modification.payments.tax.percentage")
    return f"{rate:.2f}"


def _tax(offer: Offer, rate: str) -> None:
    """The rate for Poland, whatever the base marketplace is (the description)."""
    offer.vat = rate
    written = offer.details.get("taxSettings")
    if not isinstance(written, dict):
        return
    others = [one for one in written.get("rates") or [] if one.get("countryCode") != "PL"]
    _merge(offer, "taxSettings", {"rates": [{"rate": rate, "countryCode": "PL"}, *others]})


def _location(value: Body, seller: Seller) -> Edit:
    names = ("city", "countryCode", "postCode", "province")
    fresh = {name: value[name] for name in names if value.get(name) is not None}
    _some(fresh, "location")
    return lambda offer: _merge(offer, "location", fresh)


def _publication(value: Body, seller: Seller) -> Edit:
    duration, unlimited = value.get("duration"), value.get("durationUnlimited")
    if (duration is None) is (unlimited is None):
        path = "modification.publication"
        raise invalid(422, "Either duration or durationUnlimited is accepted", path)
    if duration is not None:
        _one_of(duration, DURATIONS, "publication.duration")
    return lambda offer: _merge(offer, "publication", {"duration": duration})


def _discounts(value: Body, seller: Seller) -> Edit:
    fresh = {"wholesalePriceList": _reference(value.get("wholesalePriceList"))}
    return lambda offer: _merge(offer, "discounts", fresh)


def _size_table(value: Body, seller: Seller) -> Edit:
    return lambda offer: _write(offer, "sizeTable", _reference(value))


def _services(value: Body, seller: Seller) -> Edit:
    return lambda offer: _write(offer, "additionalServices", _reference(value))


def _producer(value: Body, seller: Seller) -> Edit:
    producer = _reference(value)

    def edit(offer: Offer) -> None:
        _known(producer, seller.producers, "ResponsibleProducerNotFound")
        _write_product(offer, "responsibleProducer", producer)

    return edit


def _person(value: Body, seller: Seller) -> Edit:
    return lambda offer: _write_product(offer, "responsiblePerson", _reference(value))


def _safety(value: Body, seller: Seller) -> Edit:
    path = "safetyInformation"
    kind = _one_of(value.get("type"), ("TEXT", "ATTACHMENTS"), f"{path}.type")
    name = "description" if kind == "TEXT" else "attachments"
    if not value.get(name):
        raise invalid(422, f"{name} is required", f"modification.{path}.{name}")
    return lambda offer: _write_product(offer, path, {"type": kind, name: value[name]})


_GROUPS: dict[str, Callable[[Body, Seller], Edit]] = {
    "additionalServicesGroup": _services,
    "delivery": _delivery,
    "discounts": _discounts,
    "location": _location,
    "payments": _payments,
    "publication": _publication,
    "responsiblePerson": _person,
    "responsibleProducer": _producer,
    "safetyInformation": _safety,
    "sizeTable": _size_table,
}


def _some(fresh: Body | list[str], name: str) -> None:
    if not fresh:
        raise invalid(422, f"{name} changes nothing", f"modification.{name}")


def _one_of(value: Any, known: tuple[str, ...], path: str) -> str:
    if value not in known:
        raise invalid(422, f"{value} must be one of {', '.join(known)}", f"modification.{path}")
    return str(value)


def _reference(value: Any) -> Body | None:
    """``{"id": …}``, or None to take the reference away."""
    found = value.get("id") if isinstance(value, dict) else None
    return {"id": str(found)} if found else None


def _known(reference: Body | None, owned: list[Body], code: str) -> None:
    if reference and reference["id"] not in {one["id"] for one in owned}:
        raise OfferError(code, f"{reference['id']} does not exist")


# The listing shares an offer's dicts with its copies: they are replaced, never changed.
def _write(offer: Offer, name: str, value: Any) -> None:
    offer.details = {**offer.details, name: value}


def _merge(offer: Offer, name: str, fresh: Body) -> None:
    _write(offer, name, {**(offer.details.get(name) or {}), **fresh})


def _write_product(offer: Offer, name: str, value: Any) -> None:
    """With several products only the first one changes (the description)."""
    offer.product_details = {**offer.product_details, name: value}
