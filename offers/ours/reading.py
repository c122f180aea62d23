"""Reading what our side of offers follows from: a fixed number of queries for any number of offers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone

from core.money import Money
from core.row_ids import among
from offers.enums import Field, PriceSource
from offers.models import (
    ExchangeRate,
    FieldState,
    Offer,
    OfferLink,
    OfferMarketplace,
    OwnValue,
    PriceRule,
    UploadedImage,
)
from offers.ours.facts import Account, Noted, OfferSide, Part
from offers.pricing import Cost, Rate, Rates, Terms
from offers.targets import targets_for
from products.models import ProductImage
from settings_app.models import Integration
from settings_app.queries import settings_of

_OFFER = ("pk", "publication_status", "currency", "emptied_at", "stock_shown", "stock_available")
_PART = (
    "offer_id", "units_per_offer", "product_id", "product__name", "product__description",
    "product__selling_price", "product__selling_currency", "product__purchase_price",
    "product__purchase_gross", "product__purchase_currency", "product__purchase_tax_rate",
    "product__supplier__margin_percent", "product__sync_enabled", "product__archived_at",
    "product__active", "product__valid_until", "product__main_image_url",
)  # fmt: skip


def account_of(*, integration: Integration, now: datetime) -> Account:
    """What holds for all offers of an account at ``now``. Four queries."""
    margin = settings_of(integration.organization).default_margin_percent
    today = timezone.localdate(now)
    rules = PriceRule.objects.filter(integration=integration)
    return Account(
        rules={
            rule.marketplace: terms_of(
                rule, default_margin=margin, default_vat=integration.default_vat_rate
            )
            for rule in rules
        },
        rates=rates_of(organization_id=integration.organization_id, now=now),
        today=today,
        pictures=dict(
            UploadedImage.objects.filter(integration=integration)
            .exclude(source_url="")
            .order_by("uploaded_at")
            .values_list("source_url", "location")
        ),
        default_vat=integration.default_vat_rate,
    )


def terms_of(rule: PriceRule, *, default_margin: Decimal, default_vat: Decimal) -> Terms:
    """A price rule as the arithmetic takes it."""
    return Terms(
        source=PriceSource(rule.source),
        currency=rule.currency,
        percent=rule.percent,
        default_margin=default_margin,
        vat=rule.vat_percent,
        default_vat=default_vat,
        rate_days=rule.rate_days,
        decimals=rule.decimals,
        ending=rule.ending,
        lowest=rule.lowest,
        highest=rule.highest,
        lowest_margin=rule.lowest_margin_percent,
    )


def rates_of(*, organization_id: int, now: datetime) -> Rates:
    """The organization's newest exchange rate of each pair."""
    newest = (
        ExchangeRate.objects.filter(
            organization_id=organization_id, rate_date__lte=timezone.localdate(now)
        )
        .order_by("currency", "quote", "-rate_date")
        .distinct("currency", "quote")
        .values_list("currency", "quote", "rate", "rate_date")
    )
    return Rates((Rate(*row) for row in newest), today=timezone.localdate(now))


def sides_of(
    *, integration: Integration, offer_ids: Collection[int], only_stock: bool = False
) -> list[OfferSide]:
    """These offers of the account with what our side of them follows from, in the order of their ids.

    ``only_stock`` leaves out what stock does not need.
    """
    wanted = among(offer_ids)
    sides = {
        row[0]: _side(row)
        for row in Offer.objects.filter(integration=integration, pk__in=wanted)
        .order_by("pk")
        .values_list(*_OFFER)
    }
    targets = targets_for(integration=integration, offer_ids=sides)
    for pk, side in sides.items():
        side.target = targets.get(pk)
    _add_noted(sides, wanted)
    _add_parts(sides, wanted)
    if not only_stock:
        _add_own(sides, wanted)
        _add_marketplaces(sides, wanted)
    return list(sides.values())


def _side(row: tuple[Any, ...]) -> OfferSide:
    pk, status, currency, emptied_at, shown, listed = row
    sold_out = shown is not None and 0 in (shown, listed)
    return OfferSide(pk, status, currency, emptied_at, sold_out)


def _add_parts(sides: dict[int, OfferSide], wanted: Any) -> None:
    rows = list(OfferLink.objects.filter(offer_id__in=wanted).order_by("pk").values_list(*_PART))
    pictures = _pictures({row[2] for row in rows})
    found: dict[int, list[Part]] = defaultdict(list)
    for row in rows:
        found[row[0]].append(_part(row, pictures))
    for offer_id, parts in found.items():
        if offer_id in sides:
            sides[offer_id].parts = tuple(parts)


def _part(row: tuple[Any, ...], pictures: dict[int, list[str]]) -> Part:
    (_offer, units, product_id, name, description, selling, selling_currency, net, gross, bought_in,
     vat, margin, syncs, archived_at, active, valid_until, main_image) = row  # fmt: skip
    cost = Cost(
        units=units,
        selling=money_of(selling, selling_currency),
        purchase=money_of(net, bought_in),
        purchase_gross=money_of(gross, bought_in),
        margin=margin,
        vat=vat,
    )
    return Part(
        product_id=product_id,
        cost=cost,
        name=name,
        description=description,
        images=tuple(pictures.get(product_id) or ([main_image] if main_image else [])),
        syncs=syncs,
        archived=archived_at is not None,
        active=active,
        valid_until=valid_until,
    )


def money_of(amount: Decimal | None, currency: str) -> Money | None:
    """An amount of a product with its currency; None without one, or with a currency that is none."""
    well_formed = len(currency) == 3 and currency.isupper()
    return Money(amount, currency) if amount is not None and well_formed else None


def _pictures(product_ids: Iterable[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    rows = ProductImage.objects.filter(product_id__in=among(list(product_ids)))
    for product_id, url in rows.order_by("product_id", "position").values_list("product_id", "url"):
        found[product_id].append(url)
    return found


def _add_own(sides: dict[int, OfferSide], wanted: Any) -> None:
    own: dict[int, dict[str, str]] = defaultdict(dict)
    rows = OwnValue.objects.filter(offer_id__in=wanted).exclude(field=Field.STOCK)
    for offer_id, field, value in rows.order_by().values_list("offer_id", "field", "value"):
        own[offer_id][field] = value
    for offer_id, values in own.items():
        if offer_id in sides:
            sides[offer_id].own = values


def _add_noted(sides: dict[int, OfferSide], wanted: Any) -> None:
    noted: dict[int, dict[str, Noted]] = defaultdict(dict)
    rows = FieldState.objects.filter(offer_id__in=wanted).order_by()
    for offer_id, field, base, ours in rows.values_list("offer_id", "field", "base", "ours"):
        noted[offer_id][field] = Noted(base, ours)
    for offer_id, states in noted.items():
        if offer_id in sides:
            sides[offer_id].noted = states


def _add_marketplaces(sides: dict[int, OfferSide], wanted: Any) -> None:
    places: dict[int, set[str]] = defaultdict(set)
    rows = OfferMarketplace.objects.filter(offer_id__in=wanted, price__isnull=False).order_by()
    for offer_id, marketplace in rows.values_list("offer_id", "marketplace"):
        places[offer_id].add(marketplace)
    for offer_id, names in places.items():
        if offer_id in sides:
            sides[offer_id].marketplaces = frozenset(names)
