from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from offers.models import Offer, OfferLink
from offers.operations import record_document
from tests.factories import ProductFactory
from tests.offers.factories import FieldStateFactory, OfferFactory, OfferProblemFactory
from tests.offers.full_offers import elsewhere, full_offer, objection
from tests.offers.queries import queries_of
from tests.offers.test_link_pages import close_offer

pytestmark = pytest.mark.django_db
Api = Callable[[Any], Any]
LINKS = "/api/v1/allegro/offers/links"


def test_the_inbox_tells_candidates_and_links_all_with_a_way_back(
    api: Api, staff: Any, viewer: Any, integration: Any
) -> None:
    offer = close_offer(integration, "mug-1")
    client = api(staff)
    [row] = client.get(LINKS).json()["items"]
    assert (row["offerId"], row["linkState"]) == (offer.pk, "UNLINKED")
    [candidate] = row["candidates"]
    assert (candidate["code"], candidate["why"]) == ("MUG-1", "CODE_CASE")
    body = {"why": "CODE_CASE"}
    assert api(viewer).post(f"{LINKS}/suggested", body, format="json").status_code == 403
    dry = client.post(f"{LINKS}/suggested", {**body, "dryRun": True}, format="json").json()
    assert dry == {"batchId": None, "links": 1}
    assert not OfferLink.objects.exists()

    made = client.post(f"{LINKS}/suggested", body, format="json").json()

    assert made["links"] == 1
    assert offer.links.get().product.code == "MUG-1"
    undo = f"{LINKS}/batches/{made['batchId']}/undo"
    assert client.post(undo).json() == {"undone": 1}
    assert client.post(undo).status_code == 409
    assert not OfferLink.objects.exists()


def test_the_inbox_takes_as_many_queries_for_three_rows_as_for_one(
    api: Api, viewer: Any, integration: Any
) -> None:
    client = api(viewer)
    close_offer(integration, "a1")
    one = queries_of(lambda: client.get(LINKS))
    close_offer(integration, "a2")
    close_offer(integration, "a3")
    assert queries_of(lambda: client.get(LINKS)) == one
    assert client.get(LINKS, {"kind": "nonsense"}).status_code == 400


def test_products_of_an_offer_are_set_and_removed(api: Api, staff: Any, integration: Any) -> None:
    ProductFactory(organization=integration.organization, code="MUG")
    ProductFactory(code="FOREIGN")
    offer = OfferFactory(integration=integration, external_id="")
    client, url = api(staff), f"/api/v1/allegro/offers/{offer.pk}/links"
    made = client.post(url, {"code": "MUG", "unitsPerOffer": 3}, format="json")
    assert (made.status_code, made.json()["unitsPerOffer"]) == (201, 3)
    again = client.post(url, {"code": "MUG", "unitsPerOffer": 3}, format="json")
    assert again.status_code == 409
    assert client.post(url, {"code": "FOREIGN"}, format="json").status_code == 400
    assert [one["code"] for one in client.get(url).json()] == ["MUG"]
    assert client.delete(f"{url}/{made.json()['id']}").status_code == 204
    assert not OfferLink.objects.exists()
    product = f"/api/v1/allegro/offers/{offer.pk}/product"
    assert client.post(product).status_code == 201
    assert client.post(product).status_code == 409
    other = OfferFactory(integration=integration, link_state="UNLINKED")
    ignored = client.post(f"{LINKS}/ignored", {"offerIds": [other.pk, offer.pk]}, format="json")
    assert ignored.json() == {"ignored": 1}


def test_an_outsider_finds_nothing(api: Api, outsider: Any, integration: Any) -> None:
    offer = close_offer(integration, "mug-1")
    client = api(outsider)
    assert client.get(LINKS).json()["items"] == []
    assert client.get("/api/v1/allegro/offers/problems").json() == {"groups": []}
    for path in ("links", "state"):
        assert client.get(f"/api/v1/allegro/offers/{offer.pk}/{path}").status_code == 404
    assert client.post(f"/api/v1/allegro/offers/{offer.pk}/product").status_code == 404
    ignored = client.post(f"{LINKS}/ignored", {"offerIds": [offer.pk]}, format="json")
    assert ignored.json() == {"ignored": 0}
    assert Offer.objects.get(pk=offer.pk).link_state == "UNLINKED"


def test_problems_and_the_state_of_an_offer(api: Api, viewer: Any, integration: Any) -> None:
    refusal = {"code": "VQR009", "userMessage": "too far"}
    document = full_offer(
        validation={"errors": [objection("SAFETY_INFO_NOT_DEFINED", "productSet[0]")]},
        additionalMarketplaces={"allegro-cz": elsewhere("299", "CZK", "REFUSED", refusal)},
    )
    record_document(integration=integration, document=document, now=timezone.now())  # type: ignore[arg-type]
    offer = Offer.objects.get()
    client = api(viewer)

    groups = client.get("/api/v1/allegro/offers/problems").json()["groups"]

    assert [(one["code"], one["isSafety"], one["offers"]) for one in groups] == [
        ("SAFETY_INFO_NOT_DEFINED", True, 1),
        ("VQR009", False, 1),
    ]
    state = client.get(f"/api/v1/allegro/offers/{offer.pk}/state").json()
    price = next(one for one in state["values"] if one["field"] == "PRICE")
    assert (price["theirs"], price["ours"]) == ("49.90 PLN", None)
    assert price["reason"]["code"]
    assert state["problems"][0]["remedy"]
    assert state["marketplaces"][0]["refusalCodes"] == ["VQR009"]


def test_the_list_is_narrowed_by_problem_and_difference(
    api: Api, viewer: Any, integration: Any
) -> None:
    plain = OfferFactory(integration=integration)
    unsafe = OfferProblemFactory(offer__integration=integration).offer
    apart = FieldStateFactory(
        offer__integration=integration, ours="1.00 PLN", theirs="2.00 PLN"
    ).offer
    client = api(viewer)

    def found(query: str) -> list[int]:
        answer = client.get(f"/api/v1/allegro/offers?{query}").json()
        return [row["id"] for row in answer["items"]]

    assert found("problem=any") == [unsafe.pk]
    assert found("differs=PRICE") == found("sync=apart") == [apart.pk]
    assert plain.pk in found("")
    assert client.get("/api/v1/allegro/offers?sync=WHATEVER").status_code == 400
