"""What is in the way of a product, told by a pure function."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from core.money import Money
from offers.publishing.bodies import body_hash, offer_body
from offers.publishing.facts import Filling, Parameter, Place, ProductFacts, Terms
from offers.publishing.parameters import fill, read_parameters
from offers.publishing.readiness import readiness

STATE = Parameter(
    "11323",
    "Stan",
    "dictionary",
    required=True,
    describes_product=False,
    choices=(("11323_1", "Nowy"),),
)
BRAND = Parameter("248811", "Marka", "string", required=True, describes_product=True, longest=5)
PLACE = Place("257931", "Kubki", (STATE, BRAND), {"11323": Filling(value_id="11323_1")})
TERMS = Terms(
    7, "allegro-pl", "PLN", shipping_rates="r", return_policy="p", implied_warranty="w",
    producer="x", safety="Uwaga", city="Poznań", post_code="60-166", province="WIELKOPOLSKIE",
)  # fmt: skip
PRODUCT = ProductFacts(
    3, "KUBEK-1", "Kubek emaliowany biały", images=("https://shop.example/1.jpg",),
    price=Money(Decimal("39.90"), "PLN"), quantity=4, place=PLACE, our_category="Kubki",
    fields={"brand": "Lipowa"},
)  # fmt: skip


def codes(product: ProductFacts = PRODUCT, terms: Terms = TERMS, **more: Any) -> list[str]:
    return [one.code for one in readiness(product, terms, **more)]


def test_nothing_is_in_the_way_of_a_complete_product() -> None:
    assert codes() == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"archived": True}, "ARCHIVED"),
        ({"active": False}, "INACTIVE"),
        ({"title": "Kubek biały"}, "TITLE_LENGTH"),
        ({"title": "Kubek " * 13}, "TITLE_LENGTH"),
        ({"title": "Kubekemaliowany biały"}, "TITLE_WORDS"),
        ({"title": "Kubek emaliowany\u200b biały"}, "TITLE_CHARACTERS"),
        ({"place": None}, "NO_MAPPING"),
        ({"place": None, "our_category": ""}, "NO_CATEGORY"),
        ({"place": replace(PLACE, parameters=None)}, "PARAMETERS_UNKNOWN"),
        ({"place": replace(PLACE, fillings={})}, "PARAMETERS"),
        ({"fields": {}}, "PARAMETERS"),
        ({"ean": "5901234123450"}, "BAD_EAN"),
        ({"price": None}, "NO_PRICE"),
        ({"price": Money(Decimal(0), "PLN")}, "NO_PRICE"),
        ({"price": None, "price_reason": "UNDER_FLOOR"}, "PRICE_RULE"),
        ({"price": Money(Decimal(9), "EUR")}, "OTHER_CURRENCY"),
        ({"quantity": 0}, "NO_STOCK"),
        ({"quantity": None}, "NO_QUANTITY"),
        ({"images": ()}, "NO_IMAGES"),
        ({"images": ("C:\\kubek.jpg",)}, "BAD_IMAGE_ADDRESS"),
    ],
)
def test_each_thing_missing_in_the_product_is_named(change: dict[str, Any], code: str) -> None:
    found = readiness(replace(PRODUCT, **change), TERMS)
    assert [one.code for one in found] == [code]
    assert found[0].words
    assert found[0].remedy
    assert found[0].link.startswith("/")
    assert "%" not in found[0].words


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"shipping_rates": ""}, "NO_SHIPPING_RATES"),
        ({"return_policy": ""}, "NO_RETURN_POLICY"),
        ({"implied_warranty": ""}, "NO_IMPLIED_WARRANTY"),
        ({"producer": ""}, "NO_PRODUCER"),
        ({"safety": ""}, "NO_SAFETY"),
        ({"province": ""}, "NO_LOCATION"),
    ],
)
def test_each_thing_missing_in_the_account_is_named(change: dict[str, Any], code: str) -> None:
    assert codes(terms=replace(TERMS, **change)) == [code]


def test_goods_from_before_the_gpsr_need_no_producer() -> None:
    assert codes(terms=replace(TERMS, producer="", safety="", before_gpsr=True)) == []


def test_a_draft_may_be_without_stock() -> None:
    assert codes(replace(PRODUCT, quantity=0), activate=False) == []


def test_a_product_of_the_catalogue_needs_not_say_what_the_catalogue_knows() -> None:
    assert codes(replace(PRODUCT, ean="5901234123457", fields={})) == []


def test_a_marketplace_needs_a_price_of_its_rule() -> None:
    assert codes(places={"allegro-cz"}) == ["NO_PRICE_THERE"]
    priced = replace(PRODUCT, elsewhere={"allegro-cz": Money(Decimal(249), "CZK")})
    assert codes(priced, places={"allegro-cz"}) == []


def test_all_obstacles_are_told_at_once() -> None:
    bare = ProductFacts(3, "X", "Kubek")
    assert codes(bare, Terms(7, "allegro-pl", "PLN")) == [
        "TITLE_LENGTH", "NO_CATEGORY", "NO_PRICE", "NO_QUANTITY", "NO_IMAGES",
        "NO_SHIPPING_RATES", "NO_RETURN_POLICY", "NO_IMPLIED_WARRANTY", "NO_PRODUCER",
        "NO_SAFETY", "NO_LOCATION",
    ]  # fmt: skip


RAW = [
    {"id": "1", "name": "Stan", "type": "dictionary", "required": True,
     "dictionary": [{"id": "1_1", "value": "Nowy"}, {"id": "1_2", "value": "Używany"}],
     "options": {"describesProduct": False}},
    {"id": "2", "name": "Waga", "type": "float", "required": False, "unit": "kg",
     "restrictions": {"precision": 2}, "options": {"describesProduct": True}},
    {"id": "3", "name": "Opis wady", "type": "string", "required": False,
     "requiredIf": {"parametersWithValue": [{"id": "1", "oneOfValueIds": ["1_2"]}],
                    "parametersWithoutValue": []}, "options": None},
    {"id": "4", "name": "Kolor", "type": "dictionary", "required": True, "dictionary": None,
     "options": {"describesProduct": True, "customValuesEnabled": True}},
    {"name": "no id"},
]  # fmt: skip


def test_parameters_are_filled_by_values_fields_and_their_names() -> None:
    parameters = read_parameters(RAW)
    filled = fill(
        parameters,
        {"1": Filling(value_id="1_1"), "4": Filling(field="material")},
        {"weight": "0.3333", "material": "blacha"},
    )
    assert filled.of_offer == [{"id": "1", "valuesIds": ["1_1"]}]
    assert filled.of_product == [
        {"id": "2", "values": ["0.33"]},
        {"id": "4", "values": ["blacha"]},
    ]
    assert filled.missing_of_offer == filled.missing_of_product == []


def test_a_parameter_may_be_required_because_of_another() -> None:
    parameters = read_parameters(RAW)
    used = fill(parameters, {"1": Filling(value_id="1_2"), "4": Filling(value="x")}, {})
    assert used.missing_of_offer == ["Opis wady"]


def test_a_text_finds_its_value_in_the_dictionary() -> None:
    filled = fill(read_parameters(RAW), {"1": Filling(field="name")}, {"name": "używany"})
    assert filled.of_offer == [{"id": "1", "valuesIds": ["1_2"]}]


def body(**more: Any) -> dict[str, Any]:
    values: dict[str, Any] = {
        "images": ["https://a.allegroimg.com/1"],
        "activate": True,
        "quantity": 4,
        "price": Money(Decimal("39.90"), "PLN"),
        "description": "<p>Biały</p>",
    }
    return offer_body(PRODUCT, TERMS, **values | more)


def test_the_body_says_what_an_offer_needs() -> None:
    found = body(elsewhere={"allegro-cz": Money(Decimal(249), "CZK")})
    assert found["external"] == {"id": "KUBEK-1"}
    assert found["publication"] == {"status": "ACTIVE", "republish": False}
    assert found["sellingMode"]["price"] == {"amount": "39.90", "currency": "PLN"}
    element = found["productSet"][0]
    assert element["responsibleProducer"] == {"type": "ID", "id": "x"}
    assert element["product"]["parameters"] == [{"id": "248811", "values": ["Lipow"]}]
    assert found["additionalMarketplaces"]["allegro-cz"]["sellingMode"]["price"]["amount"] == (
        "249.00"
    )


def test_the_hash_of_a_body_follows_its_content_alone() -> None:
    assert body_hash(body()) == body_hash(dict(reversed(list(body().items()))))
    assert body_hash(body()) != body_hash(body(quantity=5))
