"""Price rules and exchange rates: kept by owners, seen before they are kept, explained at the offer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from core.outbox import deliver_due
from offers.models import ExchangeRate, FieldState, PriceRule
from offers.operations.prices import InvalidPriceRule, InvalidRate, enter_rate, set_price_rule
from offers.queries.prices import explained_prices, preview_rule
from offers.values import price_text
from tests.factories import IntegrationFactory, ProductFactory
from tests.offers.factories import OfferFactory, OfferLinkFactory

pytestmark = pytest.mark.django_db

RULE = {
    "source": "PURCHASE", "percent": "20", "currency": "PLN", "rate_days": "7", "decimals": "2",
    "ending": ".99", "vat_percent": "23",
}  # fmt: skip


@pytest.fixture
def account(organization: Any) -> Any:
    return IntegrationFactory(organization=organization, label="Lipowa")


@pytest.fixture
def offer(account: Any) -> Any:
    product = ProductFactory(
        organization=account.organization, purchase_price=Decimal("8.10"), purchase_currency="EUR"
    )
    made = OfferFactory(integration=account, link_state="LINKED")
    OfferLinkFactory(offer=made, product=product)
    return made


def rate(owner: Any, organization: Any, **more: Any) -> ExchangeRate:
    given = {
        "currency": "eur", "quote": "PLN", "rate": Decimal("4.30"),
        "rate_date": timezone.localdate(), **more,
    }  # fmt: skip
    return enter_rate(organization=organization, actor=owner, now=timezone.now(), **given)


def price_of(offer: Any) -> FieldState:
    return FieldState.objects.get(offer=offer, field="PRICE")


def test_a_rule_is_seen_first_then_kept_and_followed(
    account: Any, offer: Any, owner: Any, organization: Any, page: Callable[[Any], Any]
) -> None:
    rate(owner, organization)
    client, address = page(owner), reverse("offers:price_rule", args=[account.pk])
    seen = client.post(address, RULE)
    # 8.10 EUR x 1.20 x 1.23 x 4.30 = 51.41, up to the next .99
    assert seen.context["preview"]["counts"]["unknown"] == 1
    [sample] = seen.context["preview"]["samples"]
    assert sample.price == "51.99 PLN"
    assert "4.3" in sample.why
    assert not PriceRule.objects.exists()
    assert client.post(address, {**RULE, "keep": "1"}).url == reverse(
        "offers:prices", args=[account.pk]
    )
    deliver_due()
    deliver_due()
    assert price_of(offer).ours == "51.99 PLN"
    [line] = explained_prices(offer=offer, now=timezone.now())
    assert line["words"].startswith("51.99 PLN = 8.10 EUR + 20 % + VAT 23 % × 4.3 (")
    assert "4.3" in client.get(reverse("offers:detail", args=[offer.pk])).content.decode()
    assert "Lipowa" in client.get(reverse("offers:prices", args=[account.pk])).content.decode()
    remove = reverse("offers:price_rule_remove", args=[account.pk])
    assert client.get(remove).status_code == 200
    client.post(remove)
    deliver_due()
    deliver_due()
    product = offer.links.get().product
    assert price_of(offer).ours == price_text(product.selling_price, product.selling_currency)


def test_without_a_fresh_rate_there_is_no_price_and_a_remedy(
    account: Any, offer: Any, owner: Any
) -> None:
    values = {"source": "PURCHASE", "currency": "PLN", "percent": Decimal(20)}
    set_price_rule(
        integration=account, marketplace="", values=values, actor=owner, now=timezone.now()
    )
    deliver_due()
    deliver_due()
    assert price_of(offer).ours_reason == "NO_RATE"
    [line] = explained_prices(offer=offer, now=timezone.now())
    assert "EUR" in line["words"]
    assert "enter one" in line["words"]


def test_a_new_rate_moves_the_prices(
    account: Any, offer: Any, owner: Any, organization: Any
) -> None:
    values = {
        "source": "PURCHASE",
        "currency": "PLN",
        "percent": Decimal(0),
        "vat_percent": Decimal(0),
    }
    set_price_rule(
        integration=account, marketplace="", values=values, actor=owner, now=timezone.now()
    )
    for text, expected in (("4.00", "32.40 PLN"), ("5.00", "40.50 PLN")):
        rate(owner, organization, rate=Decimal(text))
        deliver_due()
        deliver_due()
        assert price_of(offer).ours == expected
    assert ExchangeRate.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"currency": "ZŁ1"}, "currency"),
        ({"ending": "x9"}, "ending"),
        ({"ending": ".99", "decimals": 0}, "ending"),
        ({"lowest": Decimal(5), "highest": Decimal(4)}, "highest"),
        ({"percent": Decimal(-100)}, "percent"),
        ({"source": "GUESS"}, "source"),
    ],
)
def test_a_wrong_rule_is_not_kept(account: Any, owner: Any, change: Any, field: str) -> None:
    values = {"source": "SELLING", "currency": "PLN", **change}
    with pytest.raises(InvalidPriceRule) as refused:
        set_price_rule(
            integration=account, marketplace="", values=values, actor=owner, now=timezone.now()
        )
    assert field in refused.value.fields
    assert not PriceRule.objects.exists()


@pytest.mark.parametrize(
    "change",
    [
        {"quote": "EUR"}, {"currency": "12"}, {"rate": Decimal(0)},
        {"rate_date": timezone.localdate() + timedelta(days=2)},
    ],
)  # fmt: skip
def test_a_wrong_rate_is_not_kept(owner: Any, organization: Any, change: Any) -> None:
    with pytest.raises(InvalidRate):
        rate(owner, organization, **change)
    assert not ExchangeRate.objects.exists()


def test_a_preview_writes_nothing_and_counts_everything(
    account: Any, offer: Any, owner: Any, organization: Any
) -> None:
    rate(owner, organization)
    FieldState.objects.create(
        organization=organization, integration=account, offer=offer, field="PRICE",
        theirs="99.00 PLN",
    )  # fmt: skip
    rule = PriceRule(
        organization=organization, integration=account, currency="PLN", source="PURCHASE",
        percent=Decimal(20),
    )  # fmt: skip
    found = preview_rule(rule=rule, now=timezone.now())
    assert found["counts"] == {"higher": 0, "lower": 1, "same": 0, "unknown": 0, "none": 0}
    rule.highest = Decimal(1)
    found = preview_rule(rule=rule, now=timezone.now())
    assert found["counts"]["none"] == 1
    assert found["reasons"][0]["count"] == 1
    assert not PriceRule.objects.exists()


def test_only_owners_set_prices(
    account: Any, staff: Any, owner: Any, page: Callable[[Any], Any], api: Any
) -> None:
    client = page(staff)
    assert client.get(reverse("offers:prices", args=[account.pk])).status_code == 200
    answer = client.post(reverse("offers:price_rule", args=[account.pk]), {**RULE, "keep": "1"})
    assert answer.status_code == 403
    url = f"/api/v1/integrations/{account.pk}/price-rules"
    body = {"source": "SELLING", "currency": "PLN", "ending": ".99"}
    assert api(staff).put(url, body, format="json").status_code == 403
    assert not PriceRule.objects.exists()
    kept = api(owner).put(url, body, format="json")
    assert kept.status_code == 200, kept.content
    assert api(staff).get(url).json()[0]["ending"] == ".99"
    entered = api(owner).post(
        "/api/v1/exchange-rates",
        {"currency": "EUR", "quote": "PLN", "rate": "4.31", "rateDate": str(timezone.localdate())},
        format="json",
    )
    assert entered.status_code == 201, entered.content
    assert api(staff).get("/api/v1/exchange-rates").json()["items"][0]["quote"] == "PLN"
