from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.utils import timezone

from core.enums import WorkState
from core.errors import NotYours, StateConflict
from core.models import AuditEntry
from inventory.enums import LineOutcome, MovementKind, StocktakeStage
from inventory.models import StockLevel, StockMovement, Stocktake, StocktakeLine
from inventory.operations import (
    BundleHasNoStock,
    ImportedLevel,
    StocktakeRefused,
    consume,
    count_line,
    discard_stocktake,
    draft_transfer,
    ensure_default_warehouse,
    forget_count,
    import_levels,
    receive_transfer,
    request_post,
    send_transfer,
    start_stocktake,
)
from inventory.operations.ledger import HIGHEST
from inventory.operations.posting import post_batch, post_stocktake
from inventory.queries import UnknownCode, line_sums, product_by_code
from inventory.tasks import post_stocktakes
from products.models import Product
from tests.factories import ProductFactory
from tests.inventory.test_allocation import place
from tests.inventory.test_bundles import made_of
from tests.inventory.test_reservations import assert_ledger_equals_levels, put, take


def begin(organization: Any, **extra: Any) -> Stocktake:
    values: dict[str, Any] = {
        "warehouse": ensure_default_warehouse(organization_id=organization.pk),
        "actor": None,
        "now": timezone.now(),
    }
    return start_stocktake(**values | extra)


def count(stocktake: Stocktake, product: Any, pieces: int, **extra: Any) -> StocktakeLine:
    values: dict[str, Any] = {
        "actor": None, "now": timezone.now(), "key": uuid.uuid4().hex,
    } | extra  # fmt: skip
    return count_line(stocktake=stocktake, product=product, pieces=pieces, **values)


def post(stocktake: Stocktake, *, uncounted_is_zero: bool = False) -> Stocktake:
    request_post(
        stocktake=stocktake, uncounted_is_zero=uncounted_is_zero, actor=None, now=timezone.now()
    )
    post_stocktakes()
    stocktake.refresh_from_db()
    assert (stocktake.stage, stocktake.state) == (StocktakeStage.POSTED, WorkState.DONE)
    return stocktake


def on_hand(product: Any) -> int:
    return int(StockLevel.objects.get(product=product).on_hand)


@pytest.fixture
def cup(organization: Any) -> Any:
    made = ProductFactory(organization=organization)
    put(made, 10)
    return made


def test_a_difference_is_posted_once_with_its_numbers(
    organization: Any, cup: Any, staff: Any
) -> None:
    stocktake = begin(organization, actor=staff)
    assert (stocktake.label, StocktakeLine.objects.get().expected) == ("S-0001", 10)
    count(stocktake, cup, 8, actor=staff)
    assert on_hand(cup) == 10
    post(stocktake)
    post_stocktake(stocktake)
    assert on_hand(cup) == 8
    movement = StockMovement.objects.get(kind=MovementKind.COUNT)
    assert (movement.on_hand_change, movement.reference, movement.actor) == (-2, "S-0001", staff)
    line = StocktakeLine.objects.get()
    assert (line.outcome, line.change) == (LineOutcome.POSTED, -2)
    actions = AuditEntry.objects.order_by("pk").values_list("action", flat=True)
    assert "stock.count_started" in actions
    assert "stock.count_posted" in actions
    assert_ledger_equals_levels(organization)


def test_what_is_sold_before_during_and_after_the_count_is_not_lost(
    organization: Any, cup: Any
) -> None:
    take(cup, 1, "before")
    take(cup, 1, "after")
    stocktake = begin(organization)
    consume(organization_id=organization.pk, key="before", now=timezone.now())
    # Nine should lie there now; eight do.
    line = count(stocktake, cup, 8)
    assert (line.expected, line.book, line.difference) == (10, 9, -1)
    consume(organization_id=organization.pk, key="after", now=timezone.now())
    post(stocktake)
    assert on_hand(cup) == 7
    assert_ledger_equals_levels(organization)


def test_more_sold_than_was_found_empties_the_shelf(organization: Any, cup: Any) -> None:
    take(cup, 9, "a")
    stocktake = begin(organization)
    count(stocktake, cup, 0)
    consume(organization_id=organization.pk, key="a", now=timezone.now())
    post(stocktake)
    assert on_hand(cup) == 0
    assert StocktakeLine.objects.get().change == -1
    assert_ledger_equals_levels(organization)


@pytest.mark.parametrize("way", ["by hand", "by import"])
def test_a_number_set_after_the_count_is_not_overwritten(
    organization: Any, cup: Any, way: str
) -> None:
    stocktake = begin(organization)
    count(stocktake, cup, 8)
    if way == "by hand":
        put(cup, 7)
    else:
        rows = [ImportedLevel(cup.pk, "", 7)]
        import_levels(
            organization_id=organization.pk, rows=rows, reference="job", now=timezone.now()
        )
    post(stocktake)
    assert on_hand(cup) == 7
    assert StocktakeLine.objects.get().outcome == LineOutcome.SUPERSEDED


def test_scans_add_up_and_a_form_sent_twice_counts_once(organization: Any, cup: Any) -> None:
    stocktake = begin(organization)
    for key in ("one", "one", "two"):
        line = count(stocktake, cup, 1, add=True, key=key)
    assert (line.counted, line.moved) == (2, False)
    put(cup, 11)
    assert count(stocktake, cup, 1, add=True).moved is True
    assert count(stocktake, cup, 11).moved is False
    assert line_sums(stocktake=stocktake)["differing"] == 0


def test_what_nobody_counted_stays_or_is_taken_as_gone(organization: Any, cup: Any) -> None:
    lid = ProductFactory(organization=organization)
    put(lid, 5)
    first = begin(organization)
    count(first, cup, 10)
    post(first)
    assert on_hand(lid) == 5
    assert StocktakeLine.objects.get(product=lid).outcome == LineOutcome.UNCOUNTED
    second = begin(organization)
    count(second, cup, 10)
    post(second, uncounted_is_zero=True)
    assert (on_hand(lid), on_hand(cup)) == (0, 10)
    assert_ledger_equals_levels(organization)


def test_a_find_gets_a_line_of_its_own(organization: Any, cup: Any) -> None:
    found = ProductFactory(organization=organization)
    stocktake = begin(organization)
    count(stocktake, cup, 10)
    assert count(stocktake, found, 3).expected == 0
    post(stocktake)
    assert on_hand(found) == 3


def test_a_selection_and_a_place_are_counted_alone(organization: Any, cup: Any) -> None:
    lid, service, gone = ProductFactory.create_batch(3, organization=organization)
    for product in (lid, service, gone):
        put(product, 5)
    Product.objects.filter(pk=service.pk).update(track_inventory=False)
    Product.objects.filter(pk=gone.pk).update(archived_at=timezone.now())
    put(lid, 0)
    shop = place(organization, "shop")
    put(lid, 2, warehouse=shop)

    def products(**extra: Any) -> list[Any]:
        stocktake = begin(organization, **extra)
        discard_stocktake(stocktake=stocktake, actor=None, now=timezone.now())
        return list(stocktake.lines.order_by("product_id").values_list("product_id", flat=True))

    assert products() == [cup.pk, lid.pk]
    assert products(only_stocked=True) == [cup.pk]
    assert products(product_ids=[lid.pk]) == [lid.pk]
    assert products(warehouse=shop) == [lid.pk]
    with pytest.raises(StocktakeRefused):
        products(product_ids=[service.pk])


def test_a_warehouse_is_counted_once_at_a_time(organization: Any, cup: Any) -> None:
    first = begin(organization)
    with pytest.raises(StocktakeRefused):
        begin(organization)
    discard_stocktake(stocktake=first, actor=None, now=timezone.now())
    assert begin(organization).number == 2


def test_a_count_given_up_changes_no_stock_and_takes_nothing_more(
    organization: Any, cup: Any
) -> None:
    stocktake = begin(organization)
    count(stocktake, cup, 3)
    for _again in range(2):
        discard_stocktake(stocktake=stocktake, actor=None, now=timezone.now())
    for late in (lambda: count(stocktake, cup, 4), lambda: post(stocktake)):
        with pytest.raises(StateConflict):
            late()
    assert on_hand(cup) == 10
    assert StocktakeLine.objects.get().counted == 3


def test_nothing_counted_is_not_posted_and_a_count_can_be_forgotten(
    organization: Any, cup: Any
) -> None:
    stocktake = begin(organization)
    line = count(stocktake, cup, 3)
    forget_count(line=line, actor=None, now=timezone.now())
    with pytest.raises(StocktakeRefused):
        post(stocktake)
    assert Stocktake.objects.get().stage == StocktakeStage.COUNTING


def test_foreign_products_and_bundles_are_not_counted(
    organization: Any, other_organization: Any, cup: Any
) -> None:
    stocktake = begin(organization)
    with pytest.raises(NotYours):
        count(stocktake, ProductFactory(organization=other_organization), 1)
    bundle = ProductFactory(organization=organization)
    made_of(bundle, (cup, 1))
    with pytest.raises(BundleHasNoStock):
        count(stocktake, bundle, 1)


def test_a_code_is_found_as_written_in_any_case_or_by_ean(organization: Any) -> None:
    one = ProductFactory(organization=organization, code="Kubek/1", ean="5901234123457")
    other = ProductFactory(organization=organization, code="KUBEK/2", ean="0012345678905")
    twin = ProductFactory(organization=organization, code="twin", ean="5901234123457")

    def found(text: str) -> Any:
        return product_by_code(organization=organization, text=text)

    assert found(" kubek/1 ") == one
    assert found("012345678905") == other
    assert found("twin") == twin
    for text in ("5901234123457", "nothing", ""):
        with pytest.raises(UnknownCode):
            found(text)


def test_a_posting_that_was_killed_is_carried_on_where_it_stopped(organization: Any) -> None:
    products = ProductFactory.create_batch(5, organization=organization)
    for product in products:
        put(product, 10)
    stocktake = begin(organization)
    for product in products:
        count(stocktake, product, 9)
    request_post(stocktake=stocktake, uncounted_is_zero=False, actor=None, now=timezone.now())
    assert post_batch(stocktake, after=0, most=2)  # and then the worker died
    assert StocktakeLine.objects.filter(outcome=LineOutcome.POSTED).count() == 2
    post_stocktakes()
    stocktake.refresh_from_db()
    assert stocktake.stage == StocktakeStage.POSTED
    assert [on_hand(product) for product in products] == [9] * 5
    assert StockMovement.objects.filter(kind=MovementKind.COUNT).count() == 5
    assert_ledger_equals_levels(organization)


def test_what_no_shelf_can_hold_is_refused_whole_and_posted_once_it_is_right(
    organization: Any, cup: Any, staff: Any, page: Any
) -> None:
    full = ProductFactory(organization=organization, code="full-shelf")
    put(full, HIGHEST)
    shop = place(organization, "shop")
    put(cup, 10, warehouse=shop)
    stocktake = begin(organization, warehouse=shop)
    count(stocktake, cup, 8)
    count(stocktake, full, HIGHEST)
    moved = draft_transfer(
        organization_id=organization.pk,
        source=ensure_default_warehouse(organization_id=organization.pk),
        destination=shop,
        note="",
        actor=None,
        now=timezone.now(),
        pieces={full.pk: HIGHEST},
    )
    send_transfer(transfer=moved, actor=None, now=timezone.now())
    receive_transfer(
        transfer=moved,
        arrived={moved.lines.get().pk: HIGHEST},
        key="1",
        finish=False,
        reason="",
        actor=None,
        now=timezone.now(),
    )
    request_post(stocktake=stocktake, uncounted_is_zero=False, actor=None, now=timezone.now())
    post_stocktakes()
    stocktake.refresh_from_db()
    waiting = (StocktakeStage.POSTING, WorkState.WAITING_FOR_PERSON)
    assert (stocktake.stage, stocktake.state) == waiting
    assert "full-shelf" in stocktake.last_error
    assert not StockMovement.objects.filter(kind=MovementKind.COUNT).exists()
    assert set(StocktakeLine.objects.values_list("outcome", "change")) == {("", 0)}
    client, url = page(staff), f"/stock/stocktakes/{stocktake.pk}/"
    for shown in (url, f"{url}progress/"):
        text = client.get(shown).content.decode()
        assert "full-shelf: more than" in text
        assert f'href="{url}post/"' in text
        assert "hx-get" not in text

    put(full, 5, warehouse=shop)
    assert client.post(f"{url}post/", {}).status_code == 303
    post_stocktakes()
    stocktake.refresh_from_db()
    assert (stocktake.stage, stocktake.state) == (StocktakeStage.POSTED, WorkState.DONE)
    levels = StockLevel.objects.filter(warehouse=shop).values_list("product_id", "on_hand")
    assert dict(levels) == {cup.pk: 8, full.pk: 5}
    assert_ledger_equals_levels(organization)


def test_many_lines_take_a_fixed_number_of_statements(
    organization: Any, django_assert_max_num_queries: Any
) -> None:
    made = Product.objects.bulk_create(
        Product(organization=organization, code=f"P{number:05d}", name="x")
        for number in range(3_000)
    )
    rows = [ImportedLevel(product.pk, "", 5) for product in made]
    import_levels(organization_id=organization.pk, rows=rows, reference="big", now=timezone.now())
    with django_assert_max_num_queries(20):
        stocktake = begin(organization)
    assert stocktake.lines.count() == 3_000
    StocktakeLine.objects.filter(stocktake=stocktake).update(
        counted=4, book=5, seen_movement_id=2**60
    )
    request_post(stocktake=stocktake, uncounted_is_zero=False, actor=None, now=timezone.now())
    # Three batches of a thousand, and what is said once.
    with django_assert_max_num_queries(3 * 25 + 20):
        post_stocktakes()
    assert StockMovement.objects.filter(kind=MovementKind.COUNT).count() == 3_000
    assert_ledger_equals_levels(organization)
