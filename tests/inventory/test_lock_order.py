"""Who holds what while waiting for what: sales, counting, imports and syncs never wait in a ring."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from imports.operations.apply import LOCK_PRODUCTS
from inventory.models import StockLevel
from inventory.operations import (
    ImportedLevel,
    Wanted,
    ensure_default_warehouse,
    import_levels,
    move_reservations,
    set_on_hand,
)
from offers.locks import lock_offers
from orders.operations import record_checkout_form
from tests.factories import IntegrationFactory, OrganizationFactory, ProductFactory
from tests.orders.checkout_forms import form, line
from tests.orders.conftest import linked_product

pytestmark = pytest.mark.django_db(transaction=True)


class Elsewhere(threading.Thread):
    """Something done on a connection of its own; :meth:`ends` raises what it raised."""

    def __init__(self, do: Callable[[], Any]) -> None:
        super().__init__()
        self._do = do
        self._error: BaseException | None = None
        self.start()

    def run(self) -> None:
        try:
            self._do()
        except BaseException as error:  # noqa: BLE001 -- raised again where it is waited for
            self._error = error
        finally:
            connection.close()

    def ends(self, *, within: float = 10) -> bool:
        self.join(within)
        if self._error is not None:
            raise self._error
        return not self.is_alive()


def sell(organization: Any, *products: Any, sale: str = "sale") -> None:
    wanted = [Wanted(one.pk, 1, f"{sale}:{one.pk}") for one in products]
    move_reservations(organization_id=organization.pk, wanted=wanted, now=timezone.now())


def test_a_sale_need_not_wait_for_an_import_that_holds_its_product() -> None:
    organization = OrganizationFactory()
    product = ProductFactory(organization=organization)
    sell(organization, product, sale="first")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(LOCK_PRODUCTS, {"organization": organization.pk, "codes": [product.code]})
        assert len(cursor.fetchall()) == 1
        assert Elsewhere(lambda: sell(organization, product)).ends()
        import_levels(
            organization_id=organization.pk,
            rows=[ImportedLevel(product_id=product.pk, on_hand=5)],
            reference="import:1",
            now=timezone.now(),
        )
    level = StockLevel.objects.get()
    assert (level.on_hand, level.reserved) == (5, 2)


def test_an_order_need_not_wait_for_a_sync_that_holds_its_offer() -> None:
    integration = IntegrationFactory()
    product = linked_product(integration, "7700000001")
    offer_id = product.offer_links.values_list("offer_id", flat=True).get()
    with transaction.atomic():
        assert lock_offers(organization_id=integration.organization_id, offer_ids=[offer_id])
        ordered = Elsewhere(
            lambda: record_checkout_form(
                integration=integration, form=form([line()]), now=timezone.now()
            )
        )
        assert ordered.ends()
    assert StockLevel.objects.get(product=product).reserved == 1


def test_a_sale_holds_no_level_while_another_makes_one() -> None:
    """An import has made a level the sale needs too; the sale must not sit on the import's next one."""
    organization = OrganizationFactory()
    counted, new = (ProductFactory(organization=organization) for _ in range(2))
    warehouse = ensure_default_warehouse(organization_id=organization.pk)

    def count(product: Any, key: str) -> None:
        set_on_hand(
            organization_id=organization.pk, product_id=product.pk, warehouse=warehouse,
            on_hand=7, reason="", actor=None, now=timezone.now(), key=key,
        )  # fmt: skip

    count(counted, "count:1")
    with transaction.atomic():
        count(new, "count:2")
        sale = Elsewhere(lambda: sell(organization, counted, new))
        assert not sale.ends(within=0.5), "it waits for the level that is being made"
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '3s'")
        StockLevel.objects.select_for_update().get(product=counted)
    assert sale.ends()
    reserved = StockLevel.objects.order_by("pk").values_list("on_hand", "reserved")
    assert list(reserved) == [(7, 1), (7, 1)]
