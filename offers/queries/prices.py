"""Reads of price rules: the page, what prices a rule would make, and how a price came about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from offers.enums import Field, NotOurs, price_field
from offers.models import ExchangeRate, FieldState, Offer, OfferMarketplace, PriceRule
from offers.ours import Account, account_of, sides_of
from offers.ours.computing import price_from_rules
from offers.ours.reading import terms_of
from offers.price_words import explain
from offers.queries.filters import field_label
from offers.queries.offers import linked_offer_ids
from offers.values import price_text
from settings_app.models import Integration
from settings_app.queries import settings_of

# A preview looks at so many offers at most, and says so.
LOOKED_AT = 3000
SAMPLES = 15
RATES_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Sample:
    """An offer's price as it is and as a rule would make it."""

    offer: Offer
    shown: str
    price: str
    why: str


def prices_page(*, integration: Integration) -> dict[str, Any]:
    """The rules of an account by marketplace, and the exchange rates the organization entered."""
    rules = {rule.marketplace: rule for rule in PriceRule.objects.filter(integration=integration)}
    places = OfferMarketplace.objects.filter(offer__integration=integration).order_by()
    elsewhere = set(places.values_list("marketplace", flat=True).distinct()) | set(rules)
    rates: QuerySet[ExchangeRate] = ExchangeRate.objects.filter(
        organization_id=integration.organization_id
    ).select_related("entered_by")
    return {
        "integration": integration,
        "places": [
            {"marketplace": name, "rule": rules.get(name)} for name in sorted({"", *elsewhere})
        ],
        "rates": list(rates.order_by("-rate_date", "currency", "quote")[:RATES_SHOWN]),
    }


def currency_on(*, integration: Integration, marketplace: str) -> str:
    """The currency of an account's offers on a marketplace, as seen there; empty when none was seen."""
    if marketplace:
        rows = OfferMarketplace.objects.filter(
            offer__integration=integration, marketplace=marketplace
        )
    else:
        rows = Offer.objects.filter(integration=integration)
    return rows.exclude(currency="").order_by().values_list("currency", flat=True).first() or ""


def preview_rule(*, rule: PriceRule, now: datetime) -> dict[str, Any]:
    """What prices a rule (stored or not) would make of the account's linked offers; writes nothing.

    Looks at :data:`LOOKED_AT` offers at most: how many would rise, fall, stay or have no price, by
    reason, and some of each.
    """
    integration = rule.integration
    field = price_field(rule.marketplace) if rule.marketplace else Field.PRICE.value
    account = _with_rule(account_of(integration=integration, now=now), rule)
    ids = linked_offer_ids(integration_id=integration.pk)
    looked = ids[:LOOKED_AT]
    shown = dict(
        FieldState.objects.filter(offer__in=looked, field=field).values_list("offer_id", "theirs")
    )
    counts = {"higher": 0, "lower": 0, "same": 0, "unknown": 0, "none": 0}
    reasons: dict[str, int] = {}
    samples: list[tuple[int, str, str, str]] = []
    for side in sides_of(integration=integration, offer_ids=looked):
        priced = price_from_rules(side, field, account)
        words = explain(priced, account.rules.get(rule.marketplace))
        before = shown.get(side.id) or ""
        if priced.price is None:
            group, price = "none", ""
            reasons[priced.reason] = reasons.get(priced.reason, 0) + 1
        else:
            price = price_text(priced.price.amount, priced.price.currency)
            group = _group(before, price)
        counts[group] += 1
        if group != "same" and len(samples) < SAMPLES:
            samples.append((side.id, before, price, words))
    offers = Offer.objects.in_bulk([one[0] for one in samples])
    return {
        "counts": counts,
        "reasons": [
            {"label": NotOurs(code).label, "count": count}
            for code, count in sorted(reasons.items(), key=lambda pair: -pair[1])
        ],
        "samples": [Sample(offers[pk], *rest) for pk, *rest in samples],
        "looked_at": len(looked),
        "linked": len(ids),
    }


def explained_prices(*, offer: Offer, now: datetime) -> list[dict[str, str]]:
    """How each price of ours came about, for the offer's page; own values explain themselves."""
    account = account_of(integration=offer.integration, now=now)
    found = sides_of(integration=offer.integration, offer_ids=[offer.pk])
    if not found or not found[0].parts:
        return []
    side = found[0]
    lines = []
    for field in sorted(side.fields(account.rules)):
        if not field.startswith(Field.PRICE) or field in side.own:
            continue
        terms = account.rules.get(field.partition("@")[2])
        priced = price_from_rules(side, field, account)
        if words := explain(priced, terms):
            lines.append({"label": field_label(field), "words": words})
    return lines


def _with_rule(account: Account, rule: PriceRule) -> Account:
    integration = rule.integration
    terms = terms_of(
        rule,
        default_margin=settings_of(integration.organization).default_margin_percent,
        default_vat=integration.default_vat_rate,
    )
    return Account(
        rules={**account.rules, rule.marketplace: terms},
        rates=account.rates,
        today=account.today,
        pictures=account.pictures,
        default_vat=account.default_vat,
    )


def _group(before: str, price: str) -> str:
    if not before:
        return "unknown"
    if before == price:
        return "same"
    old, new = before.partition(" "), price.partition(" ")
    if old[2] != new[2]:
        return "unknown"
    return "higher" if Decimal(new[0]) > Decimal(old[0]) else "lower"
