"""Publishing through the API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from offers.models import CategoryMapping, Publication
from products.models import Category, Product
from settings_app.models import Integration
from tests.offers.publishing.scene import MUGS, NEW, STATE, wish, with_code, work
from tests.offers.scene import calls

Api = Callable[[Any], Any]
ROOT = "/api/v1/allegro"


def test_an_offer_is_created_from_a_product_and_followed(
    api: Api, staff: Any, account: Integration, product: Product, allegro: Any, login: str
) -> None:
    client = api(staff)
    wanted = {"productCode": product.code, "title": "Kubek inny niż w katalogu", "price": 44.5,
              "quantity": 2}  # fmt: skip
    answer = client.post(f"{ROOT}/offers", wanted, format="json")
    assert answer.status_code == 202, answer.json()
    assert answer.json()["reason"] == "QUEUED"
    work(account)
    shown = client.get(f"{ROOT}/publications/{answer.json()['id']}").json()
    assert (shown["state"], shown["reason"]) == ("DONE", "PUBLISHED")
    (truth,) = with_code(allegro, login, product.code)
    assert truth["id"] == shown["allegroId"]
    assert truth["price"]["amount"] == "44.50"
    assert truth["available"] == 2
    assert client.get(f"{ROOT}/offers/{shown['offerId']}").json()["title"] == wanted["title"]


def test_what_is_not_ready_says_why(
    api: Api, staff: Any, account: Integration, product: Product
) -> None:
    Product.objects.update(selling_price=None)
    answer = api(staff).post(f"{ROOT}/offers", {"productId": product.pk}, format="json").json()
    assert (answer["state"], answer["reason"]) == ("WAITING_FOR_PERSON", "NOT_READY")
    assert answer["problems"][0]["link"] == f"/products/{product.pk}/edit/"
    assert answer["problems"][0]["remedy"]


def test_another_category_than_the_products_is_refused(
    api: Api, staff: Any, account: Integration, product: Product
) -> None:
    wanted = {"productId": product.pk, "categoryId": "85201"}
    answer = api(staff).post(f"{ROOT}/offers", wanted, format="json")
    assert answer.status_code == 422
    assert not Publication.objects.exists()


def test_a_key_sent_twice_makes_one_publication(
    api: Api, staff: Any, account: Integration, product: Product
) -> None:
    client = api(staff)
    for _time in range(2):
        answer = client.post(
            f"{ROOT}/offers",
            {"productId": product.pk},
            format="json",
            headers={"Idempotency-Key": "k-1"},
        )
        assert answer.status_code == 202
    assert Publication.objects.count() == 1


def test_many_are_published_called_off_and_tried_again(
    api: Api, staff: Any, account: Integration, product: Product
) -> None:
    client = api(staff)
    batch = client.post(
        f"{ROOT}/publications", {"productIds": [product.pk], "activate": False}, format="json"
    ).json()
    assert batch["counts"]["total"] == 1
    (row,) = client.get(f"{ROOT}/publications?batchId={batch['id']}").json()["items"]
    cancelled = client.post(f"{ROOT}/publications/{row['id']}/cancel")
    assert cancelled.json() == {"count": 1}
    assert client.post(f"{ROOT}/publications/{row['id']}/retry").json() == {"count": 0}
    counts = client.get(f"{ROOT}/publication-batches/{batch['id']}").json()["counts"]
    assert counts["cancelled"] == counts["settled"] == 1


def test_readiness_writes_nothing(
    api: Api, staff: Any, account: Integration, product: Product, allegro: Any
) -> None:
    found = api(staff).post(f"{ROOT}/readiness", {"productIds": [product.pk]}, format="json").json()
    assert (found["ready"], found["items"][0]["isReady"]) == (1, True)
    assert found["items"][0]["price"] == {"amount": "39.90", "currency": "PLN"}
    assert not Publication.objects.exists()
    assert "POST /sale/product-offers" not in calls(allegro)


def test_viewers_and_strangers_publish_nothing(
    api: Api, viewer: Any, outsider: Any, account: Integration, product: Product
) -> None:
    wanted = {"productId": product.pk, "integrationId": account.pk}
    assert api(viewer).post(f"{ROOT}/offers", wanted, format="json").status_code == 403
    assert api(outsider).post(f"{ROOT}/offers", wanted, format="json").status_code == 404
    assert not Publication.objects.exists()


def test_a_foreign_product_in_a_batch_is_left_out(
    api: Api, staff: Any, account: Integration, product: Product, other_organization: Any
) -> None:
    from tests.factories import ProductFactory

    foreign = ProductFactory(organization=other_organization)
    answer = api(staff).post(
        f"{ROOT}/publications", {"productIds": [foreign.pk, product.pk]}, format="json"
    )
    assert answer.json()["counts"]["total"] == 1


def test_a_category_is_mapped_with_what_fills_its_parameters(
    api: Api, staff: Any, account: Integration
) -> None:
    category = Category.objects.create(organization=account.organization, path="Garnki")
    client = api(staff)
    parameters = [
        {"parameterId": STATE, "valueId": NEW},
        {"parameterId": "248811", "field": "brand"},
    ]
    answer = client.put(
        f"{ROOT}/category-mappings/{category.pk}",
        {"allegroCategoryId": MUGS, "parameters": parameters},
        format="json",
    )
    assert answer.status_code == 200, answer.json()
    assert answer.json()["allegroPath"].endswith("Kubki i filiżanki")
    assert len(answer.json()["parameters"]) == 2
    wrong = client.put(
        f"{ROOT}/category-mappings/{category.pk}", {"allegroCategoryId": "5"}, format="json"
    )
    assert wrong.status_code == 422
    assert CategoryMapping.objects.get().allegro_category_id == MUGS
    assert client.delete(f"{ROOT}/category-mappings/{category.pk}").status_code == 204
    assert not CategoryMapping.objects.exists()


def test_categories_are_suggested_for_a_name(api: Api, viewer: Any, account: Integration) -> None:
    found = api(viewer).get(f"{ROOT}/categories/suggestions?name=Kubek termiczny").json()
    assert found["categories"][0]["id"] == MUGS


def test_terms_are_read_and_set(api: Api, staff: Any, account: Integration) -> None:
    client, path = api(staff), f"/api/v1/integrations/{account.pk}/publish-settings"
    assert client.get(path).json()["shippingRatesName"]
    assert (
        client.patch(path, {"handlingTime": "P2D"}, format="json").json()["handlingTime"] == "P2D"
    )
    wrong = client.patch(path, {"shippingRatesId": "not-there"}, format="json")
    assert wrong.status_code == 422
    assert client.get(path).json()["handlingTime"] == "P2D"


def test_a_batch_of_many_takes_as_many_queries_as_one(
    api: Api, staff: Any, account: Integration, category: Category, allegro: Any, owner: Any,
    django_assert_max_num_queries: Any,
) -> None:  # fmt: skip
    from tests.offers.publishing.scene import ready_product

    products = [ready_product(allegro, category, number) for number in range(1, 4)]
    wish(account, products[:1], owner)
    with django_assert_max_num_queries(40):
        wish(account, products, owner)
