"""Routes of bulk edits, history, duplicates and sync rules."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from products import operations
from products.models import BulkEdit, Category, Product, ProductChange, SyncRule
from tests.factories import ProductFactory

pytestmark = pytest.mark.django_db
EAN = "8591234567893"


def _product(organization: Any, **values: Any) -> Product:
    made: Product = ProductFactory.create(organization=organization, **values)
    return made


def test_list_filters(api: Any, viewer: Any, organization: Any) -> None:
    category = Category.objects.create(organization=organization, path="Kubki > Małe")
    _product(organization, code="A", brand="Zababa", selling_price=Decimal(5), ean=EAN)
    _product(organization, code="B", default_category=category, tags="zima, lato")
    _product(organization, code="C", sync_choice="NEVER", sync_enabled=False)
    client = api(viewer)

    def codes(query: str) -> list[str]:
        answer = client.get(f"/api/v1/products?sort=code&{query}")
        assert answer.status_code == 200
        return [item["code"] for item in answer.json()["items"]]

    assert codes("") == ["A", "B", "C"]
    assert codes("brand=Zababa") == ["A"]
    assert codes("category=Kubki") == ["B"]
    assert codes("tag=ZIMA") == ["B"]
    assert codes("priceUntil=6") == ["A"]
    assert codes("priceFrom=6") == ["B", "C"]
    assert codes("syncs=no") == ["C"]
    assert codes("only=no_ean") == ["B", "C"]
    assert codes("stock=unknown&search=kubek") == ["A", "B", "C"]
    assert codes("state=archived") == []
    item = client.get("/api/v1/products?syncs=by_hand").json()["items"][0]
    assert (item["syncs"], item["syncReason"], item["syncRuleName"]) == (False, "CHOSEN_OUT", None)


def test_a_bulk_edit_is_checked_confirmed_and_undone(
    api: Any, staff: Any, organization: Any
) -> None:
    client = api(staff)
    product = _product(organization, selling_price=Decimal(10))
    _product(organization, selling_price=None, selling_currency="")
    wish = {"steps": [{"field": "selling_price", "act": "PERCENT", "value": "10"}], "filter": ""}

    begun = client.post("/api/v1/products/bulk-edits", wish, format="json")

    assert begun.status_code == 201
    assert (begun.json()["stage"], begun.json()["counts"]) == (
        "PREVIEW",
        {"READY": 1, "REFUSED": 1},
    )
    address = f"/api/v1/products/bulk-edits/{begun.json()['id']}"
    rows = client.get(f"{address}/rows?state=REFUSED").json()["items"]
    assert [row["reason"] for row in rows] == ["NO_PRICE"]
    product.refresh_from_db()
    assert product.selling_price == 10
    assert client.post(f"{address}/confirm").json()["counts"] == {"CHANGED": 1, "REFUSED": 1}
    product.refresh_from_db()
    assert product.selling_price == 11
    assert client.post(f"{address}/confirm").status_code == 409
    assert client.post(f"{address}/undo").json()["stage"] == "UNDONE"
    product.refresh_from_db()
    assert product.selling_price == 10
    assert [one["id"] for one in client.get("/api/v1/products/bulk-edits").json()["items"]]


@pytest.mark.parametrize(
    "wish",
    [
        {"steps": [], "filter": ""},
        {"steps": [{"field": "code", "act": "SET", "value": "X"}], "filter": ""},
        {"steps": [{"field": "brand", "act": "SET", "value": "X"}]},
        {"steps": [{"field": "brand", "act": "SET", "value": "X"}], "ids": [1], "filter": ""},
        {"steps": [{"field": "brand", "act": "SET", "value": ""}], "filter": ""},
    ],
)
def test_bad_edits_are_refused(api: Any, staff: Any, organization: Any, wish: Any) -> None:
    _product(organization)
    answer = api(staff).post("/api/v1/products/bulk-edits", wish, format="json")
    assert answer.status_code == 400
    assert answer["Content-Type"].startswith("application/problem+json")
    assert not BulkEdit.objects.exists()


def test_viewers_may_look_and_not_write(api: Any, viewer: Any, organization: Any) -> None:
    product = _product(organization, name="Kubek")
    client = api(viewer)
    wish = {"steps": [{"field": "brand", "act": "SET", "value": "X"}], "filter": ""}
    assert client.post("/api/v1/products/bulk-edits", wish, format="json").status_code == 403
    assert client.post(f"/api/v1/products/{product.pk}/archive").status_code == 403
    assert client.get(f"/api/v1/products/{product.pk}/history").status_code == 200
    product.refresh_from_db()
    assert (product.brand, product.is_archived) == ("", False)


def test_history_and_undo_of_one_change(api: Any, staff: Any, organization: Any) -> None:
    client = api(staff)
    product = _product(organization, name="Kubek")
    client.patch(f"/api/v1/products/{product.pk}", {"name": "Kubek 2"}, format="json")

    items = client.get(f"/api/v1/products/{product.pk}/history?field=name").json()["items"]

    assert [(one["before"], one["after"], one["source"], one["actor"]) for one in items] == [
        ("Kubek", "Kubek 2", "API", staff.email)
    ]
    undone = client.post(f"/api/v1/products/changes/{items[0]['id']}/undo")
    assert undone.json()["name"] == "Kubek"
    assert client.post(f"/api/v1/products/changes/{items[0]['id']}/undo").status_code == 409


def test_archive_and_restore(api: Any, staff: Any, organization: Any) -> None:
    client = api(staff)
    product = _product(organization)
    assert client.post(f"/api/v1/products/{product.pk}/archive").json()["archivedAt"]
    change = ProductChange.objects.get(product=product, field="archived_at")
    assert change.source == "API"
    assert client.post(f"/api/v1/products/{product.pk}/restore").json()["archivedAt"] is None


def test_duplicates_are_told_joined_and_dismissed(api: Any, staff: Any, organization: Any) -> None:
    client = api(staff)
    keep, old = (_product(organization, ean=EAN, brand=brand) for brand in ("", "Zababa"))

    [group] = client.get("/api/v1/products/duplicates?kind=EAN").json()
    assert (group["members"], len(group["products"])) == (2, 2)
    said = client.post(
        "/api/v1/products/duplicates/dismiss", {"kind": "EAN", "key": group["key"]}, format="json"
    )
    assert said.status_code == 204
    assert client.get("/api/v1/products/duplicates?kind=EAN").json() == []
    foreign = ProductFactory.create()
    wrong = {"keep": keep.pk, "others": [foreign.pk]}
    assert client.post("/api/v1/products/join", wrong, format="json").status_code == 404
    joined = client.post(
        "/api/v1/products/join", {"keep": keep.pk, "others": [old.pk]}, format="json"
    )
    assert joined.json()["brand"] == "Zababa"
    old.refresh_from_db()
    assert old.is_archived
    assert client.get("/api/v1/products/checks/ean").json() == []
    assert client.get("/api/v1/products/duplicates?kind=X").status_code == 400


def test_rules_are_tried_before_they_are_saved(api: Any, staff: Any, organization: Any) -> None:
    client = api(staff)
    product = _product(organization, brand="Zababa")
    change = {
        "act": "ADD",
        "values": {"name": "no Zababa", "effect": "EXCLUDE", "brand": "Zababa"},
        "dryRun": True,
    }

    tried = client.post("/api/v1/products/sync-rules", change, format="json").json()
    assert (tried["starts"], tried["stops"]) == (0, 1)
    assert not SyncRule.objects.exists()

    change["dryRun"] = False
    saved = client.post("/api/v1/products/sync-rules", change, format="json").json()
    operations.run_selections()
    product.refresh_from_db()
    assert product.sync_enabled is False
    [rule] = client.get("/api/v1/products/sync-rules").json()
    assert rule["id"] == saved["rules"][0]["id"]
    gone = {"act": "REMOVE", "rule": rule["id"]}
    assert client.post("/api/v1/products/sync-rules", gone, format="json").status_code == 200
    assert client.post("/api/v1/products/sync-rules", gone, format="json").status_code == 404
