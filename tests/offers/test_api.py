from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.factories import IntegrationFactory
from tests.offers.factories import OfferFactory, OfferLinkFactory
from tests.offers.queries import queries_of

Api = Callable[[Any], Any]


@pytest.fixture
def integration(organization: Any) -> Any:
    return IntegrationFactory(organization=organization)


@pytest.mark.parametrize("prefix", ["/api/v1/allegro/offers", "/api/allegro/offers/"])
def test_the_list_has_camel_case_money_as_text_and_paging(
    api: Api, viewer: Any, integration: Any, prefix: str
) -> None:
    link = OfferLinkFactory(offer__integration=integration, offer__link_state="LINKED")
    body = api(viewer).get(prefix).json()
    assert body["pagination"] == {
        "page": 1, "limit": 50, "total": 1, "totalIsExact": True, "hasNext": False,
    }  # fmt: skip
    [offer] = body["items"]
    assert offer["allegroId"] == link.offer.allegro_id
    assert (offer["price"], offer["currency"]) == ("99.00", "PLN")
    assert offer["stockAvailable"] == 5
    assert offer["linkReason"]["code"] == "LINKED"
    assert offer["products"][0]["code"] == link.product.code
    assert offer["products"][0]["unitsPerOffer"] == 1


def test_filters_and_one_offer(api: Api, viewer: Any, integration: Any) -> None:
    one = OfferFactory(integration=integration, link_state="AMBIGUOUS", title="Kubek")
    OfferFactory(integration=integration)
    client = api(viewer)
    for query in ("linkState=AMBIGUOUS", "search=kubek", f"allegroId={one.allegro_id}"):
        body = client.get(f"/api/v1/allegro/offers?{query}").json()
        assert [row["id"] for row in body["items"]] == [one.pk], query
    body = client.get(f"/api/v1/allegro/offers/{one.pk}").json()
    assert body["linkReason"]["remedy"]
    refused = client.get("/api/v1/allegro/offers?linkState=WHATEVER")
    assert refused.status_code == 400
    assert refused.json()["code"] == "invalid"


def test_the_list_needs_as_many_queries_for_one_row_as_for_three(
    api: Api, viewer: Any, integration: Any
) -> None:
    client = api(viewer)
    OfferLinkFactory(offer__integration=integration)
    one = queries_of(lambda: client.get("/api/v1/allegro/offers"))
    for _ in range(2):
        OfferLinkFactory(offer__integration=integration)
    assert queries_of(lambda: client.get("/api/v1/allegro/offers")) == one


def test_for_an_outsider_no_offer_exists(api: Api, outsider: Any, integration: Any) -> None:
    offer = OfferFactory(integration=integration)
    client = api(outsider)
    assert client.get(f"/api/v1/allegro/offers/{offer.pk}").status_code == 404
    assert client.get("/api/v1/allegro/offers").json()["items"] == []
    assert (
        client.get(f"/api/v1/allegro/categories?integrationId={integration.pk}").status_code == 404
    )


def test_categories_without_an_account_say_what_to_do(api: Api, viewer: Any) -> None:
    answer = api(viewer).get("/api/v1/allegro/categories")
    assert answer.status_code == 409
    assert answer.json()["code"] == "no_working_account"
    assert "Integrations" in answer.json()["remedy"]
