from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from inventory.models import StockLevel, Transfer, Warehouse
from inventory.operations import watch_low_stock
from inventory.queries import components_of
from inventory.tasks import post_stocktakes
from tests.factories import ProductFactory
from tests.inventory.test_allocation import place
from tests.inventory.test_bundles import made_of
from tests.inventory.test_reservations import put, take

V1 = "/api/v1"


@pytest.fixture
def product(organization: Any) -> Any:
    made = ProductFactory(organization=organization, code="cup", ean="5901234123457")
    put(made, 10)
    return made


def test_stock_tells_places_and_what_is_on_its_way(
    api: Any, staff: Any, organization: Any, product: Any
) -> None:
    shop = place(organization, "shop")
    client = api(staff)
    made = client.post(
        f"{V1}/transfers",
        {
            "sourceCode": "main", "destinationCode": "shop",
            "lines": [{"productId": product.pk, "quantity": 4}],
        },
        format="json",
    )  # fmt: skip
    assert (made.status_code, made.json()["number"], made.json()["state"]) == (
        201, "T-0001", "DRAFT",
    )  # fmt: skip
    url = f"{V1}/transfers/{made.json()['id']}"
    assert client.post(f"{url}/send").json()["state"] == "SENT"
    stock = client.get(f"{V1}/products/{product.pk}/stock").json()
    assert (stock["onHand"], stock["inTransit"], stock["isBundle"]) == (6, 4, False)
    there = next(level for level in stock["levels"] if level["warehouseId"] == shop.pk)
    assert (there["onHand"], there["inTransit"]) == (0, 4)
    arrival = {"lines": [{"productId": product.pk, "pieces": 3}]}
    for _again in range(2):
        got = client.post(
            f"{url}/receive", arrival, format="json", headers={"Idempotency-Key": "first"}
        )
    assert (got.json()["lines"][0]["received"], got.json()["state"]) == (3, "SENT")
    short = {"lines": [], "finish": True}
    assert client.post(f"{url}/receive", short, format="json").json()["code"] == "invalid_transfer"
    short["reason"] = "one broke"
    assert client.post(f"{url}/receive", short, format="json").json()["state"] == "RECEIVED"
    assert StockLevel.objects.get(warehouse=shop).on_hand == 3
    assert client.post(f"{url}/cancel").status_code == 409


def test_a_transfer_of_what_is_not_there_is_refused(
    api: Any, staff: Any, organization: Any, product: Any
) -> None:
    place(organization, "shop")
    client = api(staff)
    asked: dict[str, Any] = {
        "sourceCode": "main", "destinationCode": "shop",
        "lines": [{"productId": product.pk, "quantity": 11}],
    }  # fmt: skip
    made = client.post(f"{V1}/transfers", asked, format="json").json()
    refused = client.post(f"{V1}/transfers/{made['id']}/send")
    assert (refused.status_code, refused.json()["errors"]) == (409, {"available": 10})
    asked["destinationCode"] = "nowhere"
    assert client.post(f"{V1}/transfers", asked, format="json").status_code == 404
    assert client.post(f"{V1}/transfers/{made['id']}/cancel").json()["state"] == "CANCELLED"
    assert StockLevel.objects.get(warehouse__code="main").on_hand == 10


def test_setting_stock_may_set_the_minimum_and_leaves_it_otherwise(
    api: Any, staff: Any, product: Any
) -> None:
    client, url = api(staff), f"{V1}/products/{product.pk}/stock"
    assert client.put(url, {"onHand": 9, "minimum": 4}).json()["levels"][0]["minimum"] == 4
    assert client.put(url, {"onHand": 8}).json()["levels"][0]["minimum"] == 4
    wrong = client.put(url, {"onHand": 1, "minimum": 2, "expectedOnHand": 9})
    assert wrong.status_code == 409
    level = StockLevel.objects.get()
    assert (level.on_hand, level.minimum) == (8, 4)


def test_a_bundle_is_made_read_and_cannot_be_stocked(
    api: Any, staff: Any, organization: Any, product: Any
) -> None:
    client, kit = api(staff), ProductFactory(organization=organization)
    url = f"{V1}/products/{kit.pk}"
    parts = {"parts": [{"productId": product.pk, "units": 3}]}
    assert client.put(f"{url}/bundle", parts, format="json").json()["parts"] == [
        {"productId": product.pk, "productCode": "cup", "units": 3}
    ]
    stock = client.get(f"{url}/stock").json()
    assert (stock["isBundle"], stock["sets"], stock["levels"]) == (True, 3, [])
    refused = client.put(f"{url}/stock", {"onHand": 5})
    assert (refused.status_code, refused.json()["code"]) == (409, "bundle_has_no_stock")
    nested = {"parts": [{"productId": kit.pk}]}
    again = client.put(f"{V1}/products/{product.pk}/bundle", nested, format="json")
    assert again.json()["code"] == "invalid_bundle"
    assert client.put(f"{url}/bundle", {"parts": []}, format="json").json() == {"parts": []}
    assert not components_of(organization_id=organization.pk, product_ids=[kit.pk])


@pytest.mark.parametrize("name", ["warehouses", "stores"])
def test_places_are_one_resource_under_two_names(
    api: Any, staff: Any, viewer: Any, product: Any, name: str
) -> None:
    client, url = api(staff), f"{V1}/{name}"
    made = client.post(url, {"name": "Shop", "code": "shop"}).json()
    assert (made["active"], made["isDefault"]) == (True, False)
    assert client.post(url, {"name": "Again", "code": "shop"}).status_code == 409
    assert api(viewer).post(url, {"name": "No", "code": "no"}).status_code == 403
    one = f"{url}/{made['id']}"
    assert client.patch(one, {"name": "Corner shop"}).json()["code"] == "shop"
    assert client.patch(one, {"active": False}, format="json").json()["active"] is False
    assert client.patch(one, {"isDefault": True}, format="json").json()["active"] is True
    closed = client.patch(one, {"active": False}, format="json")
    assert (closed.status_code, closed.json()["code"]) == (409, "warehouse_refused")
    assert [row["code"] for row in client.get(url).json()["items"]] == ["shop", "main"]
    main = Warehouse.objects.get(code="main")
    has = client.get(f"{url}/{main.pk}/availability?productId={product.pk}").json()["items"]
    assert [(row["productCode"], row["available"]) for row in has] == [("cup", 10)]
    assert client.get(f"{one}/availability").json()["items"] == []


def test_a_count_is_made_by_scans(api: Any, staff: Any, product: Any) -> None:
    client = api(staff)
    begun = client.post(f"{V1}/stocktakes", {}, format="json").json()
    url = f"{V1}/stocktakes/{begun['id']}"
    assert (begun["number"], begun["stage"]) == ("S-0001", "COUNTING")
    for key in ("a", "a", "b"):
        scan = client.post(
            f"{url}/counts", {"code": "5901234123457"}, headers={"Idempotency-Key": key}
        )
    assert (scan.json()["counted"], scan.json()["difference"]) == (2, -8)
    set_to = client.post(f"{url}/counts", {"code": "CUP", "pieces": 9, "add": False}, format="json")
    assert set_to.json()["counted"] == 9
    assert client.post(f"{url}/counts", {"code": "nothing"}).status_code == 404
    assert len(client.get(f"{url}/lines?only=differs").json()["items"]) == 1
    assert client.post(f"{url}/post", {}, format="json").status_code == 202
    post_stocktakes()
    assert client.get(url).json()["stage"] == "POSTED"
    assert StockLevel.objects.get().on_hand == 9
    assert client.post(f"{url}/discard").status_code == 409


def test_the_ledger_and_what_is_low_are_lists(
    api: Any, viewer: Any, organization: Any, owner: Any, product: Any
) -> None:
    take(product, 8, "a")
    watch_low_stock(organization_id=organization.pk, now=timezone.now())
    client = api(viewer)
    ledger = client.get(f"{V1}/stock/movements?productId={product.pk}&kind=RESERVE").json()["items"]
    assert [(row["reservedChange"], row["reference"]) for row in ledger] == [(8, "form-1")]
    low = client.get(f"{V1}/stock/low").json()["items"]
    assert [(row["productCode"], row["available"], row["threshold"]) for row in low] == [
        ("cup", 2, 3)
    ]


def test_outsiders_find_nothing(
    api: Any, outsider: Any, staff: Any, organization: Any, product: Any
) -> None:
    shop, client, stranger = place(organization, "shop"), api(staff), api(outsider)
    made_of(ProductFactory(organization=organization), (product, 1))
    asked = {
        "sourceCode": "main", "destinationCode": "shop",
        "lines": [{"productId": product.pk, "quantity": 1}],
    }  # fmt: skip
    transfer = client.post(f"{V1}/transfers", asked, format="json").json()["id"]
    count = client.post(f"{V1}/stocktakes", {}, format="json").json()["id"]
    for path in (
        f"transfers/{transfer}", f"stocktakes/{count}", f"stocktakes/{count}/lines",
        f"stores/{shop.pk}", f"stores/{shop.pk}/availability", f"products/{product.pk}/bundle",
    ):  # fmt: skip
        assert stranger.get(f"{V1}/{path}").status_code == 404
    for path in (f"transfers/{transfer}/send", f"stocktakes/{count}/discard"):
        assert stranger.post(f"{V1}/{path}").status_code == 404
    assert Transfer.objects.get().state == "DRAFT"
    foreign = stranger.post(f"{V1}/transfers", asked | {"destinationCode": "main"}, format="json")
    assert foreign.status_code in {400, 404}


@pytest.mark.parametrize("path", ["transfers", "stocktakes", "warehouses", "stock/movements"])
def test_lists_take_the_same_queries_for_one_row_and_three(
    api: Any, staff: Any, organization: Any, product: Any, path: str
) -> None:
    client, counts = api(staff), []
    for number in range(3):
        shop = place(organization, f"shop {number}")
        put(product, number + 1, warehouse=shop)
        asked = {"sourceCode": "main", "destinationCode": shop.code, "lines": []}
        client.post(f"{V1}/transfers", asked, format="json")
        client.post(f"{V1}/stocktakes", {"warehouseCode": shop.code}, format="json")
        if number in (0, 2):
            with CaptureQueriesContext(connection) as queries:
                assert client.get(f"{V1}/{path}").status_code == 200
            counts.append(len(queries))
    assert counts[0] == counts[1]
