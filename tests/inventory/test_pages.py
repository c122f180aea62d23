from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inventory.models import StockLevel, StockMovement, Warehouse
from inventory.operations import ensure_default_warehouse
from tests.factories import ProductFactory
from tests.inventory.test_reservations import put, take


@pytest.fixture
def product(organization: Any) -> Any:
    made = ProductFactory(organization=organization)
    put(made, 10)
    take(made, 3, "a")
    return made


def values(product: Any, **changes: Any) -> dict[str, Any]:
    place = ensure_default_warehouse(organization_id=product.organization_id)
    return {
        "warehouse": place.pk, "on_hand": 12, "reason": "counted", "minimum": 4, "seen": 10,
        "form_key": str(uuid.uuid4()),
    } | changes  # fmt: skip


def test_staff_corrects_stock_once_however_often_the_form_is_sent(
    page: Any, staff: Any, product: Any
) -> None:
    url, sent = f"/stock/products/{product.pk}/", values(product)
    for _again in range(2):
        assert page(staff).post(url, sent).status_code == 302
    level = StockLevel.objects.get()
    assert (level.on_hand, level.reserved, level.minimum) == (12, 3, 4)
    assert StockMovement.objects.filter(reason="counted", actor=staff).count() == 1
    text = page(staff).get(url).content.decode()
    assert "counted" in text


def test_a_number_that_moved_meanwhile_is_not_overwritten(
    page: Any, staff: Any, product: Any
) -> None:
    url = f"/stock/products/{product.pk}/"
    answer = page(staff).post(url, values(product, seen=9))
    assert answer.status_code == 422
    assert "10" in answer.content.decode()
    assert StockLevel.objects.get().on_hand == 10


def test_viewers_look_and_do_not_touch(page: Any, api: Any, viewer: Any, product: Any) -> None:
    url = f"/stock/products/{product.pk}/"
    assert page(viewer).get(url).status_code == 200
    assert page(viewer).post(url, values(product)).status_code == 403
    api_url = f"/api/v1/products/{product.pk}/stock"
    assert api(viewer).put(api_url, {"onHand": 1}).status_code == 403
    assert StockLevel.objects.get().on_hand == 10


def test_outsiders_find_nothing(page: Any, api: Any, outsider: Any, product: Any) -> None:
    stranger = page(outsider)
    assert stranger.get(f"/stock/products/{product.pk}/").status_code == 404
    assert stranger.post(f"/stock/products/{product.pk}/", values(product)).status_code == 404
    assert stranger.get(f"/stock/movements/?product={product.pk}").status_code == 404
    assert product.code not in stranger.get("/stock/").content.decode()
    assert product.code not in stranger.get("/stock/movements/").content.decode()
    url = f"/api/v1/products/{product.pk}/stock"
    assert api(outsider).get(url).status_code == 404
    assert api(outsider).put(url, {"onHand": 1}).status_code == 404
    assert StockLevel.objects.get().on_hand == 10


def test_another_organizations_warehouse_is_no_choice(
    page: Any, staff: Any, product: Any, other_organization: Any
) -> None:
    foreign = Warehouse.objects.create(organization=other_organization, name="F", code="f")
    sent = values(product, warehouse=foreign.pk)
    assert page(staff).post(f"/stock/products/{product.pk}/", sent).status_code == 422
    assert StockLevel.objects.count() == 1


def test_lists_show_levels_and_ledger(page: Any, viewer: Any, product: Any) -> None:
    take(product, 9, "b")
    short = page(viewer).get("/stock/?only=short").content.decode()
    assert product.code in short
    assert "-2" in short
    assert product.code not in page(viewer).get("/stock/?only=zero").content.decode()
    ledger = (
        page(viewer).get(f"/stock/movements/?product={product.pk}&kind=RESERVE").content.decode()
    )
    assert "+9" in ledger
    assert "Correction by hand" not in ledger.split("<tbody>")[1]
    assert "form-1" in page(viewer).get("/stock/movements/?reference=form-1").content.decode()


def test_the_api_reads_and_sets_stock(api: Any, staff: Any, product: Any) -> None:
    url = f"/api/products/{product.pk}/stock/"
    got = api(staff).get(url).json()
    assert (got["onHand"], got["reserved"], got["available"]) == (10, 3, 7)
    assert got["levels"][0]["warehouseCode"] == "main"
    set_to = api(staff).put(url, {"onHand": 5, "reason": "counted"})
    assert (set_to.status_code, set_to.json()["available"]) == (200, 2)
    assert api(staff).put(url, {"onHand": -1}).status_code == 400
    assert api(staff).put(url, {"onHand": 9, "warehouseCode": "nowhere"}).status_code == 404
    late = api(staff).put(url, {"onHand": 9, "expectedOnHand": 10})
    assert (late.status_code, late.json()["code"]) == (409, "conflict")
    assert StockLevel.objects.get().on_hand == 5


@pytest.mark.parametrize("path", ["/stock/", "/stock/movements/"])
def test_lists_take_the_same_queries_for_one_row_and_three(
    page: Any, viewer: Any, organization: Any, path: str
) -> None:
    client, counts = page(viewer), []
    for number in range(3):
        put(ProductFactory(organization=organization), 5)
        if number in (0, 2):
            with CaptureQueriesContext(connection) as queries:
                assert client.get(path).status_code == 200
            counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("model", ["warehouse", "stocklevel", "stockmovement", "reservation"])
def test_operators_see_the_ledger_and_cannot_write_it(
    operator: Any, client: Any, product: Any, model: str
) -> None:
    client.force_login(operator)
    assert client.get(f"/admin/inventory/{model}/").status_code == 200
    if model != "warehouse":
        assert client.get(f"/admin/inventory/{model}/add/").status_code == 403
