"""Hostile numbers and ids: a clear refusal, and nothing moved."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from inventory.models import StockLevel, Transfer, TransferLine
from inventory.operations.ledger import HIGHEST
from tests.factories import ProductFactory
from tests.inventory.test_allocation import place
from tests.inventory.test_reservations import assert_ledger_equals_levels, put

V1 = "/api/v1"
# More digits than Python turns into a number.
ENDLESS = "9" * 5000


@pytest.fixture
def product(organization: Any) -> Any:
    made = ProductFactory(organization=organization, code="cup")
    put(made, HIGHEST)
    return made


def transfer(client: Any, *lines: tuple[int, int]) -> Any:
    wanted = [{"productId": product_id, "quantity": quantity} for product_id, quantity in lines]
    body = {"sourceCode": "main", "destinationCode": "shop", "lines": wanted}
    return client.post(f"{V1}/transfers", body, format="json")


def test_more_than_a_place_can_hold_is_refused(
    api: Any, staff: Any, organization: Any, product: Any
) -> None:
    shop, client = place(organization, "shop"), api(staff)
    url = f"{V1}/transfers/{transfer(client, (product.pk, HIGHEST)).json()['id']}"
    assert client.post(f"{url}/send").status_code == 200
    brim = {"onHand": HIGHEST, "warehouseCode": "shop"}
    stock = f"{V1}/products/{product.pk}/stock"
    assert client.put(stock, brim, format="json").status_code == 200
    arrived = {"lines": [{"productId": product.pk, "pieces": HIGHEST}]}
    answer = client.post(f"{url}/receive", arrived, format="json")
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_stock")
    assert StockLevel.objects.get(product=product, warehouse=shop).on_hand == HIGHEST
    assert Transfer.objects.get().state == "SENT"
    assert_ledger_equals_levels(organization)


def test_a_product_named_twice_in_a_transfer_is_refused(
    api: Any, staff: Any, organization: Any, product: Any
) -> None:
    place(organization, "shop")
    client = api(staff)
    answer = transfer(client, (product.pk, 1), (product.pk, 2))
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["lines"])
    url = f"{V1}/transfers/{transfer(client, (product.pk, 5)).json()['id']}"
    client.post(f"{url}/send")
    twice = {"lines": [{"productId": product.pk, "pieces": pieces} for pieces in (2, 3)]}
    answer = client.post(f"{url}/receive", twice, format="json")
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["lines"])
    assert TransferLine.objects.get().received == 0


def test_an_endless_number_names_nothing(
    client: Any, staff: Any, organization: Any, product: Any
) -> None:
    client.force_login(staff)
    made = client.post(
        reverse("inventory:transfer_add"),
        {
            "source": StockLevel.objects.get(product=product).warehouse_id,
            "destination": place(organization, "barn").pk,
        },
    )
    assert made.status_code == 303
    line = reverse("inventory:transfer_line", args=[Transfer.objects.get().pk])
    assert client.post(line, {"product": ENDLESS, "pieces": 1}).status_code == 404
    retry = client.post(reverse("offers:pushes_retry"), {"push": [ENDLESS]})
    assert retry.status_code == 303
