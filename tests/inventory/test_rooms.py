"""The pages of Stock: what staff does there, what viewers may not, what outsiders do not find."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from inventory.enums import HoldState, StocktakeStage, TransferState
from inventory.models import (
    BundlePart,
    Hold,
    StockLevel,
    StockMovement,
    Stocktake,
    StocktakeLine,
    Transfer,
    Warehouse,
)
from inventory.operations import watch_low_stock
from inventory.tasks import post_stocktakes
from tests.factories import ProductFactory
from tests.inventory.test_allocation import place
from tests.inventory.test_bundles import made_of
from tests.inventory.test_holds import hold
from tests.inventory.test_reservations import put, take
from tests.inventory.test_stocktakes import begin, count
from tests.inventory.test_transfers import draft, send


@pytest.fixture
def cup(organization: Any) -> Any:
    made = ProductFactory(organization=organization, code="cup", ean="5901234123457")
    put(made, 10)
    return made


@pytest.fixture
def shop(organization: Any) -> Warehouse:
    return place(organization, "shop")


def text_of(client: Any, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_a_transfer_is_drafted_sent_and_received_on_pages(
    page: Any, staff: Any, cup: Any, shop: Warehouse
) -> None:
    client, main = page(staff), Warehouse.objects.get(code="main")
    sent = {"source": main.pk, "destination": shop.pk, "note": ""}
    assert client.post("/stock/transfers/new/", sent).status_code == 303
    transfer = Transfer.objects.get()
    url = f"/stock/transfers/{transfer.pk}/"
    wrong = client.post(f"{url}lines/", {"code": "nothing", "pieces": 1})
    assert wrong.status_code == 422
    assert "nothing" in wrong.content.decode()
    for _scan in range(2):
        assert client.post(f"{url}lines/", {"code": cup.ean, "pieces": 2}).status_code == 303
    assert transfer.lines.get().quantity == 4
    assert "in transit" in text_of(client, f"{url}send/")
    assert Transfer.objects.get().state == TransferState.DRAFT
    assert client.post(f"{url}send/").status_code == 303
    assert StockLevel.objects.get(warehouse=main).on_hand == 6
    field, key = f"arrived_{transfer.lines.get().pk}", str(uuid.uuid4())
    short = {field: "3", "finish": "on", "reason": "", "form_key": key}
    refused = client.post(f"{url}receive/", short)
    assert refused.status_code == 422
    assert "Say why" in refused.content.decode()
    for _again in range(2):
        client.post(f"{url}receive/", short | {"reason": "one broke"})
    assert StockLevel.objects.get(warehouse=shop).on_hand == 3
    assert "one broke" in text_of(client, url)
    assert "T-0001" in text_of(client, "/stock/transfers/?state=RECEIVED")
    assert "T-0001" not in text_of(client, "/stock/transfers/?state=DRAFT")


def test_a_draft_loses_a_line_and_is_cancelled_after_a_question(
    page: Any, staff: Any, cup: Any, shop: Warehouse
) -> None:
    client, transfer = page(staff), draft(shop, (cup, 4))
    url = f"/stock/transfers/{transfer.pk}/"
    client.post(f"{url}lines/", {"product": cup.pk, "pieces": 0})
    assert not transfer.lines.exists()
    assert client.get(f"{url}cancel/").status_code == 200
    assert Transfer.objects.get().state == TransferState.DRAFT
    client.post(f"{url}cancel/")
    assert Transfer.objects.get().state == TransferState.CANCELLED


def test_a_warehouse_is_counted_posted_and_read_on_pages(page: Any, staff: Any, cup: Any) -> None:
    client, main = page(staff), Warehouse.objects.get(code="main")
    begun = client.post("/stock/stocktakes/new/", {"warehouse": main.pk, "search": "cup"})
    stocktake = Stocktake.objects.get()
    assert begun["Location"] == f"/stock/stocktakes/{stocktake.pk}/count/"
    assert "“cup”" in stocktake.selection
    again = client.post("/stock/stocktakes/new/", {"warehouse": main.pk})
    assert (again.status_code, Stocktake.objects.count()) == (422, 1)
    url = f"/stock/stocktakes/{stocktake.pk}/"
    one = {"code": cup.ean, "pieces": 1, "form_key": str(uuid.uuid4())}
    for sent in (one, one, one | {"form_key": str(uuid.uuid4())}):
        assert client.post(f"{url}count/", sent).status_code == 303
    assert StocktakeLine.objects.get().counted == 2
    many = one | {"pieces": 8, "set": "1", "form_key": str(uuid.uuid4())}
    client.post(f"{url}count/", many)
    assert StocktakeLine.objects.get().counted == 8
    unknown = client.post(f"{url}count/", many | {"code": "?"})
    assert unknown.status_code == 422
    assert "-2" in text_of(client, f"{url}?only=differs")
    assert "1 line differs" in text_of(client, f"{url}post/")
    assert Stocktake.objects.get().stage == StocktakeStage.COUNTING
    client.post(f"{url}post/")
    assert "hx-get" in text_of(client, url)
    post_stocktakes()
    assert "hx-get" not in text_of(client, f"{url}progress/")
    assert StockLevel.objects.get().on_hand == 8


def test_a_line_is_forgotten_and_a_count_given_up(
    page: Any, staff: Any, cup: Any, organization: Any
) -> None:
    client, stocktake = page(staff), begin(organization)
    line = count(stocktake, cup, 3)
    url = f"/stock/stocktakes/{stocktake.pk}/"
    client.post(f"{url}lines/{line.pk}/forget/")
    assert StocktakeLine.objects.get().counted is None
    assert client.get(f"{url}discard/").status_code == 200
    client.post(f"{url}discard/")
    assert Stocktake.objects.get().stage == StocktakeStage.DISCARDED
    assert "closed" in text_of(client, f"{url}count/")


def test_warehouses_are_added_renamed_closed_and_made_default(
    page: Any, staff: Any, cup: Any
) -> None:
    client = page(staff)
    client.post("/stock/warehouses/new/", {"name": "Shop", "code": "shop"})
    twice = client.post("/stock/warehouses/new/", {"name": "Shop", "code": "shop"})
    assert (twice.status_code, Warehouse.objects.count()) == (422, 2)
    shop = Warehouse.objects.get(code="shop")
    url = f"/stock/warehouses/{shop.pk}/"
    client.post(url, {"name": "Corner", "code": "shop"})
    client.get(f"{url}close/")
    assert Warehouse.objects.get(code="shop").active
    client.post(f"{url}close/")
    assert not Warehouse.objects.get(code="shop").active
    client.post(f"{url}open/")
    client.post(f"{url}default/")
    shop.refresh_from_db()
    assert (shop.name, shop.active, shop.is_default) == ("Corner", True, True)
    client.post(f"{url}close/")
    shop.refresh_from_db()
    assert shop.active
    assert Warehouse.objects.filter(is_default=True).count() == 1


def test_a_bundle_is_put_together_and_taken_apart(
    page: Any, staff: Any, cup: Any, organization: Any
) -> None:
    client, kit = page(staff), ProductFactory.create(organization=organization)
    url = f"/stock/products/{kit.pk}/bundle/"
    wrong = client.post(url, {"code_0": "nothing", "units_0": 1})
    assert (wrong.status_code, BundlePart.objects.count()) == (422, 0)
    assert client.post(url, {"code_0": "cup", "units_0": 3}).status_code == 303
    shown = text_of(client, f"/stock/products/{kit.pk}/")
    assert ">3<" in shown
    assert "Set the stock" not in shown
    assert "A bundle" in text_of(client, f"/products/{kit.pk}/")
    assert kit.code in text_of(client, f"/stock/products/{cup.pk}/")
    client.post(url, {"code_0": ""})
    assert not BundlePart.objects.exists()


def test_owners_mend_what_does_not_add_up_and_staff_does_not(
    page: Any, owner: Any, staff: Any, cup: Any
) -> None:
    StockLevel.objects.update(on_hand=7)
    assert page(staff).post("/stock/recount/").status_code == 403
    assert StockMovement.objects.count() == 1
    client = page(owner)
    assert "cup" in text_of(client, "/stock/recount/")
    assert client.post("/stock/recount/").status_code == 303
    assert "Everything adds up" in text_of(client, "/stock/recount/")
    assert StockMovement.objects.get(kind="RECOUNT").actor == owner


def test_the_ledger_is_narrowed_and_taken_away_as_a_file(
    page: Any, viewer: Any, cup: Any, shop: Warehouse
) -> None:
    take(cup, 2, "a")
    put(cup, 5, warehouse=shop)
    client, today = page(viewer), timezone.localdate().isoformat()
    rows = text_of(client, f"/stock/movements/?warehouse={shop.pk}").split("<tbody>")[1]
    assert ("+5" in rows, "+10" in rows) == (True, False)
    assert "+2" in text_of(client, f"/stock/movements/?since={today}&kind=RESERVE")
    assert "No movements" in text_of(client, "/stock/movements/?until=2020-01-01")
    assert "+5" in text_of(client, "/stock/movements/?since=rubbish")
    answer = client.get("/stock/movements.csv?kind=RESERVE")
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert lines[0].startswith("id;at;kind;product_code")
    assert len(lines) == 2
    assert lines[1].split(";")[2:4] == ["RESERVE", "cup"]


def test_a_formula_in_a_reason_is_harmless_in_the_file(page: Any, viewer: Any, cup: Any) -> None:
    from inventory.operations import restock

    restock(
        organization_id=cup.organization_id, product_id=cup.pk, quantity=1, key="k", reference="",
        reason="=1+1", warehouse_id=None, actor=None, now=timezone.now(),
    )  # fmt: skip
    answer = page(viewer).get("/stock/movements.csv?kind=RETURN")
    assert ";'=1+1;" in b"".join(answer.streaming_content).decode()


def test_what_is_kept_is_listed_and_released(page: Any, staff: Any, cup: Any) -> None:
    kept, client = hold(cup, 3), page(staff)
    assert "basket 7" in text_of(client, "/stock/reservations/")
    client.post(f"/stock/reservations/{kept.pk}/release/")
    assert Hold.objects.get().state == HoldState.RELEASED
    assert "basket 7" not in text_of(client, "/stock/reservations/?state=ACTIVE")


def test_what_is_low_and_in_transit_is_shown(
    page: Any, viewer: Any, organization: Any, cup: Any, shop: Warehouse
) -> None:
    send(draft(shop, (cup, 8)))
    watch_low_stock(organization_id=organization.pk, now=timezone.now())
    client = page(viewer)
    assert "cup" in text_of(client, "/stock/low/")
    assert "+8" in text_of(client, "/stock/?only=low")
    there = text_of(client, f"/stock/?warehouse={shop.pk}").split("<tbody>")[1].split("</tbody>")[0]
    assert ("+8" in there, "Main warehouse" in there) == (True, False)


WRITES = (
    "transfers/{transfer}/lines/", "transfers/{transfer}/send/", "transfers/{transfer}/receive/",
    "transfers/{transfer}/cancel/", "stocktakes/{stocktake}/count/", "stocktakes/{stocktake}/post/",
    "stocktakes/{stocktake}/discard/", "stocktakes/{stocktake}/lines/{line}/forget/",
    "warehouses/{shop}/", "warehouses/{shop}/close/", "warehouses/{shop}/default/",
    "warehouses/{shop}/open/", "products/{cup}/bundle/", "reservations/{hold}/release/",
)  # fmt: skip


@pytest.mark.parametrize("path", WRITES)
def test_viewers_are_refused_and_outsiders_find_nothing(
    page: Any, viewer: Any, outsider: Any, cup: Any, shop: Warehouse, organization: Any, path: str
) -> None:
    transfer, kept, stocktake = draft(shop, (cup, 1)), hold(cup, 1), begin(organization)
    line = count(stocktake, cup, 3)
    url = "/stock/" + path.format(
        transfer=transfer.pk, stocktake=stocktake.pk, line=line.pk, shop=shop.pk, cup=cup.pk,
        hold=kept.pk,
    )  # fmt: skip
    before = list(StockMovement.objects.values_list("pk", flat=True))
    assert page(viewer).post(url).status_code == 403
    assert page(outsider).post(url).status_code == 404
    assert list(StockMovement.objects.values_list("pk", flat=True)) == before
    assert Transfer.objects.get().state == TransferState.DRAFT
    assert Stocktake.objects.get().stage == StocktakeStage.COUNTING
    assert Hold.objects.get().is_active
    assert Warehouse.objects.get(pk=shop.pk).active


@pytest.mark.parametrize(
    "path",
    ["transfers/", "stocktakes/", "reservations/", "warehouses/", "low/", "recount/", ""],
)
def test_lists_take_the_same_queries_for_one_row_and_three(
    page: Any, owner: Any, organization: Any, path: str
) -> None:
    client, counts = page(owner), []
    for number in range(3):
        product, shop = ProductFactory(organization=organization), place(organization, f"s{number}")
        put(product, 3)
        send(draft(shop, (product, 1)))
        hold(product, 1, f"k{number}")
        begin(organization, warehouse=shop)
        made_of(ProductFactory(organization=organization), (product, 1))
        watch_low_stock(organization_id=organization.pk, now=timezone.now())
        StockLevel.objects.filter(warehouse=shop).update(on_hand=9)
        if number in (0, 2):
            with CaptureQueriesContext(connection) as queries:
                assert client.get(f"/stock/{path}").status_code == 200
            counts.append(len(queries))
    assert counts[0] == counts[1]
