"""The routes of products."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from inventory.operations import ImportedLevel, import_levels
from products.models import Product
from tests.factories import ProductFactory

pytestmark = pytest.mark.django_db


def test_list_pages_searches_and_filters(api: Any, owner: Any, organization: Any) -> None:
    client = api(owner)
    for number in range(3):
        ProductFactory(organization=organization, code=f"A-{number}", name=f"Kubek {number}")
    ProductFactory(organization=organization, code="OFF", name="Talerz", active=False)
    ProductFactory(organization=organization, code="OLD", archived_at=timezone.now())
    ProductFactory(code="THEIRS", name="Kubek cudzy")

    body = client.get("/api/v1/products?page=1&limit=2").json()
    assert [p["code"] for p in body["items"]] == ["OFF", "A-2"]
    assert body["pagination"] == {
        "page": 1, "limit": 2, "total": 4, "totalIsExact": True, "hasNext": True,
    }  # fmt: skip
    found = client.get("/api/products/?search=kubek&sort=code").json()["items"]
    assert [p["code"] for p in found] == ["A-0", "A-1", "A-2"]
    assert found[0]["sellingPrice"] == "49.9900"
    inactive = client.get("/api/v1/products?active=false").json()["items"]
    assert [p["code"] for p in inactive] == ["OFF"]
    assert client.get("/api/v1/products?active=maybe").status_code == 400
    assert client.get("/api/v1/products?limit=1000").status_code == 400


@pytest.mark.parametrize("code", ["61246/46", "A/B/C", "zażółć gęślą", "A?b=1&c", "50%", "A/"])
@pytest.mark.parametrize("ending", ["", "/"])
def test_read_by_code_of_any_shape(
    api: Any, owner: Any, organization: Any, code: str, ending: str
) -> None:
    from urllib.parse import quote

    product = ProductFactory(organization=organization, code=code)

    answer = api(owner).get(f"/api/v1/products/code/{quote(code)}{ending}")

    assert (answer.status_code, answer.json()["id"]) == (200, product.pk)


def test_create_change_read(api: Any, owner: Any) -> None:
    client = api(owner)

    made = client.post(
        "/api/v1/products",
        {"code": "N-1", "name": "Nowy", "sellingPrice": "12.50", "sellingCurrency": "PLN",
         "images": ["/a.jpg"], "ean": "8591234567893"},
    )  # fmt: skip
    assert made.status_code == 201
    pk, version = made.json()["id"], made.json()["version"]
    assert (made.json()["images"], made.json()["mainImageUrl"]) == (["/a.jpg"], "/a.jpg")
    patched = client.patch(f"/api/v1/products/{pk}", {"brand": "B", "version": version})
    assert (patched.status_code, patched.json()["brand"], patched.json()["name"]) == (
        200, "B", "Nowy",
    )  # fmt: skip
    stale = client.patch(f"/api/v1/products/{pk}", {"brand": "C", "version": version})
    assert (stale.status_code, stale.json()["code"]) == (409, "conflict")
    assert stale.json()["remedy"]
    put = client.put(f"/api/v1/products/{pk}/", {"code": "N-2", "name": "Inny"})
    assert (put.json()["code"], put.json()["brand"]) == ("N-2", "B")
    incomplete = client.put(f"/api/v1/products/{pk}", {"name": "X"})
    assert (incomplete.status_code, list(incomplete.json()["errors"])) == (400, ["code"])
    assert client.get(f"/api/v1/products/{pk}").json()["name"] == "Inny"


def test_refusals_name_the_field(api: Any, owner: Any, organization: Any) -> None:
    client = api(owner)
    ProductFactory(organization=organization, code="TAKEN")

    bad = client.post("/api/v1/products", {"code": "N", "name": "X", "ean": "8591234567890"})
    assert (bad.status_code, bad.json()["code"]) == (400, "invalid_product")
    assert "should be 3" in bad.json()["errors"]["ean"][0]
    taken = client.post("/api/v1/products", {"code": "TAKEN", "name": "X"})
    assert (taken.status_code, taken.json()["code"]) == (409, "code_taken")
    assert Product.objects.count() == 1


def test_delete_says_what_it_did(api: Any, owner: Any, organization: Any) -> None:
    client = api(owner)
    unused, used = (
        ProductFactory(organization=organization),
        ProductFactory(organization=organization),
    )
    import_levels(
        organization_id=organization.pk,
        rows=[ImportedLevel(used.pk, "main", 5, None)],
        reference="t",
        now=timezone.now(),
    )

    assert client.delete(f"/api/v1/products/{unused.pk}").json()["result"] == "deleted"
    archived = client.delete(f"/api/v1/products/{used.pk}").json()
    assert archived["result"] == "archived"
    assert archived["reason"]
    assert client.get(f"/api/v1/products/{unused.pk}").status_code == 404
    assert client.get(f"/api/v1/products/{used.pk}").json()["archivedAt"]


def test_viewer_reads_only(api: Any, viewer: Any, organization: Any) -> None:
    client = api(viewer)
    product = ProductFactory(organization=organization, name="Stary")

    assert client.get(f"/api/v1/products/{product.pk}").status_code == 200
    assert client.post("/api/v1/products", {"code": "N", "name": "X"}).status_code == 403
    assert client.patch(f"/api/v1/products/{product.pk}", {"name": "X"}).status_code == 403
    assert client.delete(f"/api/v1/products/{product.pk}").status_code == 403
    product.refresh_from_db()
    assert (product.name, Product.objects.count()) == ("Stary", 1)


def test_outsider_finds_nothing(api: Any, outsider: Any, organization: Any) -> None:
    client = api(outsider)
    product = ProductFactory(organization=organization, name="Stary")
    place = f"/api/v1/products/{product.pk}"

    assert client.get(place).status_code == 404
    assert client.get(f"/api/v1/products/code/{product.code}").status_code == 404
    assert client.put(place, {"code": "X", "name": "X"}).status_code == 404
    assert client.patch(place, {"name": "X"}).status_code == 404
    assert client.delete(place).status_code == 404
    assert client.get("/api/v1/products").json()["items"] == []
    product.refresh_from_db()
    assert product.name == "Stary"


def test_list_takes_the_same_queries_for_one_and_three(
    api: Any, owner: Any, organization: Any
) -> None:
    client = api(owner)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/api/v1/products?search=Kubek").status_code == 200
        return len(captured)

    ProductFactory(organization=organization)
    one = queries()
    ProductFactory(organization=organization)
    ProductFactory(organization=organization)

    assert queries() == one <= 6
