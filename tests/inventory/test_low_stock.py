from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from core.outbox import deliver_due
from inventory.models import LowStock, StockLevel
from inventory.operations import correct_stock, ensure_default_warehouse, watch_low_stock
from inventory.operations.low_stock import Watched
from inventory.queries import level_page
from inventory.tasks import watch_low_stock as watch_task
from notifications.enums import Event
from notifications.models import Notification
from products.models import Product
from settings_app.models import OrganizationSettings
from settings_app.operations import update_organization_settings
from tests.factories import ProductFactory
from tests.inventory.test_allocation import place
from tests.inventory.test_bundles import made_of
from tests.inventory.test_reservations import put, take


def watch(organization: Any) -> Watched:
    return watch_low_stock(organization_id=organization.pk, now=timezone.now())


def low(organization: Any) -> list[tuple[str, int, int]]:
    watch(organization)
    rows = LowStock.objects.for_organization(organization).order_by("product__code")
    return list(rows.values_list("product__code", "available", "threshold"))


def notices(*, read: bool = False) -> list[str]:
    rows = Notification.objects.filter(event=Event.STOCK_LOW, read_at__isnull=not read)
    return list(rows.order_by("pk").values_list("title", flat=True))


@pytest.fixture
def cup(organization: Any, owner: Any) -> Any:
    return ProductFactory(organization=organization, code="cup")


def test_the_nearest_threshold_counts(organization: Any, cup: Any) -> None:
    put(cup, 4)
    assert low(organization) == []  # the organization's is 3
    OrganizationSettings.objects.create(organization=organization, low_stock_threshold=4)
    assert low(organization) == [("cup", 4, 4)]
    Product.objects.update(minimum_stock=2)
    assert low(organization) == []
    StockLevel.objects.update(minimum=5)
    assert low(organization) == [("cup", 4, 5)]
    StockLevel.objects.update(minimum=1)
    assert low(organization) == []


def test_places_without_a_minimum_of_their_own_are_judged_together(
    organization: Any, cup: Any
) -> None:
    shop = place(organization, "shop")
    put(cup, 1)
    put(cup, 9, warehouse=shop)
    assert low(organization) == []
    StockLevel.objects.filter(warehouse=shop).update(minimum=9)
    assert low(organization) == [("cup", 9, 9)]
    shop.active = False
    shop.save()
    assert low(organization) == [("cup", 1, 3)]


def test_reserved_pieces_are_not_there_to_sell(organization: Any, cup: Any) -> None:
    put(cup, 10)
    take(cup, 7, "a")
    assert low(organization) == [("cup", 3, 3)]


@pytest.mark.parametrize("change", ["untracked", "inactive", "archived", "bundle", "never kept"])
def test_some_products_are_never_low(organization: Any, cup: Any, change: str) -> None:
    if change != "never kept":
        put(cup, 1)
        put(cup, 0)
    if change == "bundle":
        part = ProductFactory(organization=organization)
        put(part, 50)
        made_of(cup, (part, 1))
    values: dict[str, dict[str, Any]] = {
        "untracked": {"track_inventory": False},
        "inactive": {"active": False},
        "archived": {"archived_at": timezone.now()},
    }
    Product.objects.filter(pk=cup.pk).update(**values.get(change, {"name": "Kubek"}))
    assert low(organization) == []


def test_each_fall_is_told_of_once_and_taken_back(organization: Any, cup: Any) -> None:
    put(cup, 2)
    for _again in range(2):
        watch(organization)
    assert notices() == ["cup is low on stock"]
    put(cup, 1)
    watch(organization)
    assert len(notices()) == 1
    put(cup, 20)
    watch(organization)
    assert (notices(), len(notices(read=True))) == ([], 1)
    put(cup, 2)
    watch(organization)
    assert len(notices()) == 1


def test_many_at_once_are_one_notice(organization: Any, owner: Any) -> None:
    products = ProductFactory.create_batch(5, organization=organization)
    for product in products:
        put(product, 1)
    assert len(watch(organization).fallen) == 5
    assert notices() == ["5 products are low on stock"]
    for product in products:
        put(product, 50)
    watch(organization)
    assert notices() == []


def test_messages_and_the_clock_lead_to_a_look(organization: Any, owner: Any, cup: Any) -> None:
    put(cup, 2)
    deliver_due()
    assert LowStock.objects.get().product == cup
    update_organization_settings(
        organization=organization, values={"low_stock_threshold": 1}, actor=owner,
        now=timezone.now(),
    )  # fmt: skip
    deliver_due()
    assert not LowStock.objects.exists()
    Product.objects.update(minimum_stock=9)
    watch_task()
    assert LowStock.objects.get().threshold == 9


def test_a_minimum_set_by_a_person_counts_at_once(organization: Any, staff: Any, cup: Any) -> None:
    put(cup, 8)
    correct_stock(
        product=cup, warehouse=ensure_default_warehouse(organization_id=organization.pk),
        on_hand=8, minimum=8, reason="", actor=staff, now=timezone.now(), key="k",
    )  # fmt: skip
    shown = level_page(organization=organization, only="low")
    assert [level.product_id for level in shown.items] == [cup.pk]


def test_others_products_are_not_looked_at(
    organization: Any, other_organization: Any, cup: Any
) -> None:
    put(ProductFactory(organization=other_organization), 1)
    assert low(organization) == []
    assert not LowStock.objects.exists()


def test_a_look_takes_the_same_statements_for_one_product_and_many(
    organization: Any, owner: Any, django_assert_max_num_queries: Any
) -> None:
    for product in ProductFactory.create_batch(30, organization=organization):
        put(product, 1)
    with django_assert_max_num_queries(25):
        watch(organization)
