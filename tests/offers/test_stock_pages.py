"""Pages and routes of stock on its way to Allegro: reasons, remedies, retries that work, and who may."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from core.models import AuditEntry
from core.outbox import deliver_due
from inventory.models import BundlePart, StockLevel, Warehouse
from offers.models import Offer, OfferPush, StockBrake, StockCommand, StockCommandItem, StockFeed
from offers.queries import feeding_warehouse_ids
from settings_app.models import Installation, Integration, OrganizationSettings
from settings_app.operations import stop_installation_stock
from tests.factories import IntegrationFactory, ProductFactory
from tests.offers.factories import OfferFactory, OfferLinkFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def account(organization: Any) -> Integration:
    made: Integration = IntegrationFactory.create(
        organization=organization, label="Lipowa", may_write_stock=True
    )
    return made


@pytest.fixture
def main(organization: Any) -> Warehouse:
    return Warehouse.objects.create(
        organization=organization, name="Main", code="MAIN", is_default=True
    )


@pytest.fixture
def offer(organization: Any, account: Integration, main: Warehouse) -> Offer:
    """An offer of one product with 12 pieces, 2 of them promised."""
    product = ProductFactory(organization=organization)
    made: Offer = OfferFactory.create(integration=account, link_state="LINKED", stock_available=5)
    OfferLinkFactory(offer=made, product=product, organization=organization)
    StockLevel.objects.create(
        organization=organization, warehouse=main, product=product, on_hand=12, reserved=2
    )
    return made


@pytest.fixture
def stuck(offer: Offer) -> OfferPush:
    made: OfferPush = OfferPush.objects.create(
        organization=offer.organization,
        integration=offer.integration,
        offer=offer,
        cause="STOCK",
        requested_at=timezone.now(),
        state="WAITING_FOR_PERSON",
        reason="REFUSED",
        target=10,
        shown=5,
        last_error="Podaj producenta",
        last_trace_id="trace-1",
    )
    return made


def on_hand(offer: Offer) -> int:
    found: int = StockLevel.objects.get(product=offer.links.get().product).on_hand
    return found


def test_the_offers_page_says_why_and_retries(
    page: Any, staff: Any, offer: Offer, stuck: OfferPush
) -> None:
    body = page(staff).get(reverse("offers:detail", args=[offer.pk])).content.decode()
    for words in ("Podaj producenta", "trace-1", "Allegro refused the change.", "Try again"):
        assert words in body
    answer = page(staff).post(reverse("offers:push_now", args=[offer.pk]))
    assert answer.status_code == 303
    stuck.refresh_from_db()
    assert (stuck.state, stuck.cause, stuck.attempts) == ("PENDING", "PERSON", 0)
    assert AuditEntry.objects.filter(action="offer.push_asked", actor=staff).exists()


def test_viewers_see_no_buttons_and_are_refused(
    page: Any, viewer: Any, offer: Offer, stuck: OfferPush
) -> None:
    for name, args in (("offers:detail", [offer.pk]), ("offers:pushes", [])):
        body = page(viewer).get(reverse(name, args=args)).content.decode()
        assert "Podaj producenta" in body
        assert "Try again" not in body
        assert "ticked" not in body
    assert page(viewer).post(reverse("offers:push_now", args=[offer.pk])).status_code == 403
    assert page(viewer).post(reverse("offers:pushes_retry"), {"which": "all"}).status_code == 403
    stuck.refresh_from_db()
    assert stuck.state == "WAITING_FOR_PERSON"


@pytest.mark.parametrize("which", ["ticked", "all"])
def test_the_list_retries_what_is_chosen(
    page: Any, staff: Any, stuck: OfferPush, which: str
) -> None:
    client = page(staff)
    listed = client.get(reverse("offers:pushes") + "?state=stuck").content.decode()
    assert stuck.offer.title in listed
    client.post(
        reverse("offers:pushes_retry"), {"which": which, "push": [stuck.pk], "state": "stuck"}
    )
    stuck.refresh_from_db()
    assert stuck.state == "PENDING"


def test_nothing_is_retried_while_the_account_may_not_write(
    page: Any, staff: Any, account: Integration, stuck: OfferPush
) -> None:
    Integration.objects.filter(pk=account.pk).update(may_write_stock=False)
    page(staff).post(reverse("offers:push_now", args=[stuck.offer_id]))
    page(staff).post(reverse("offers:pushes_retry"), {"which": "all"})
    stuck.refresh_from_db()
    assert stuck.state == "WAITING_FOR_PERSON"


def test_the_organizations_stop_is_confirmed_and_only_by_owners(
    page: Any, owner: Any, staff: Any, organization: Any, account: Integration
) -> None:
    address = reverse("offers:stock_stop")
    assert page(staff).post(address).status_code == 403
    assert b"What will happen" in page(owner).get(address).content
    page(owner).post(address)
    assert OrganizationSettings.objects.get(organization=organization).stock_writes_stopped_at
    assert b"All stock to Allegro is stopped." in page(owner).get(reverse("offers:pushes")).content
    page(owner).post(address + "?allow=1")
    settings = OrganizationSettings.objects.get(organization=organization)
    assert settings.stock_writes_stopped_at is None


def test_a_brake_is_decided_on_its_page(
    page: Any, staff: Any, viewer: Any, offer: Offer, account: Integration
) -> None:
    StockLevel.objects.update(on_hand=2)
    OfferPush.objects.create(
        organization=offer.organization, integration=account, offer=offer, cause="STOCK",
        requested_at=timezone.now(),
    )  # fmt: skip
    brake = StockBrake.objects.create(
        organization=offer.organization, integration=account, opened_at=timezone.now(),
        zeros=1, active=1,
    )  # fmt: skip
    shown = page(staff).get(reverse("offers:brake", args=[brake.pk])).content.decode()
    assert offer.title in shown
    assert page(viewer).post(reverse("offers:brake_drop", args=[brake.pk])).status_code == 403
    home = page(staff).get(reverse("home")).content.decode()
    assert reverse("offers:brake", args=[brake.pk]) in home
    assert page(staff).post(reverse("offers:brake_drop", args=[brake.pk])).status_code == 303
    brake.refresh_from_db()
    assert (brake.state, brake.decided_by) == ("DROPPED", staff)
    assert OfferPush.objects.get().reason == "DROPPED"
    assert AuditEntry.objects.filter(action="stock.brake_dropped", actor=staff).exists()
    again = page(staff).post(reverse("offers:brake_release", args=[brake.pk]), follow=True)
    assert b"already" in again.content


def test_warehouses_feed_an_account_in_the_typed_order(
    page: Any, owner: Any, staff: Any, account: Integration, main: Warehouse
) -> None:
    shop = Warehouse.objects.create(organization=main.organization, name="Shop", code="SHOP")
    address = reverse("offers:feeds", args=[account.pk])
    body = {"warehouse": [main.pk, shop.pk], f"place-{main.pk}": "2", f"place-{shop.pk}": "1"}
    assert page(staff).post(address, body).status_code == 403
    page(owner).post(address, body)
    assert feeding_warehouse_ids(integration_id=account.pk) == (shop.pk, main.pk)
    assert b"checked" in page(owner).get(address).content
    page(owner).post(address, {})
    assert not StockFeed.objects.exists()


def test_a_foreign_warehouse_feeds_nothing(
    page: Any, owner: Any, account: Integration, other_organization: Any
) -> None:
    foreign = Warehouse.objects.create(organization=other_organization, name="X", code="X")
    page(owner).post(reverse("offers:feeds", args=[account.pk]), {"warehouse": [foreign.pk]})
    assert not StockFeed.objects.exists()


def test_the_preview_shows_what_would_change_and_changes_nothing(
    page: Any, viewer: Any, account: Integration, offer: Offer
) -> None:
    Integration.objects.filter(pk=account.pk).update(may_write_stock=False)
    body = page(viewer).get(reverse("offers:preview", args=[account.pk])).content.decode()
    assert offer.title in body
    assert "The account may not write stock." in body
    assert not OfferPush.objects.exists()


def test_home_counts_what_is_stuck(page: Any, staff: Any, stuck: OfferPush) -> None:
    body = page(staff).get(reverse("home")).content.decode()
    assert f"?state=stuck&amp;account={stuck.integration_id}" in body


def test_put_sets_our_stock_so_that_the_offer_sells_that_many(
    api: Any, staff: Any, account: Integration, offer: Offer
) -> None:
    Integration.objects.filter(pk=account.pk).update(stock_buffer=1)
    address = f"/api/v1/allegro/offers/{offer.pk}/stock"
    dry = api(staff).put(address, {"available": 20, "dryRun": True}, format="json")
    assert dry.status_code == 200, dry.content
    assert dry.json()["change"]["onHandAfter"] == 23  # 20, 2 promised, 1 kept back
    assert on_hand(offer) == 12
    made = api(staff).put(address, {"available": 20}, format="json")
    assert made.status_code == 200
    assert on_hand(offer) == 23
    assert made.json()["stock"]["target"]["quantity"] == 20
    assert made.json()["stock"]["state"] == "PENDING"
    assert OfferPush.objects.get().cause == "PERSON"
    read = api(staff).get(address).json()
    assert read["target"] == {
        "quantity": 20,
        "reason": {"code": "STOCK", "text": "Follows your stock.", "remedy": ""},
    }


def test_put_zero_leaves_nothing_to_sell(api: Any, staff: Any, offer: Offer) -> None:
    answer = api(staff).put(
        f"/api/v1/allegro/offers/{offer.pk}/stock", {"available": 0}, format="json"
    )
    assert answer.status_code == 200
    assert on_hand(offer) == 2  # what is promised stays
    assert answer.json()["stock"]["target"]["quantity"] == 0


@pytest.mark.parametrize(
    ("spoil", "status", "code"),
    [
        ("unlink", 409, "stock_not_settable"),
        ("untrack", 409, "stock_not_settable"),
        ("end", 409, "stock_not_settable"),
        ("switch off", 409, "cannot_push"),
        ("set of two", 422, "offer_has_several_products"),
        ("negative", 400, ""),
    ],
)
def test_put_refuses_with_a_remedy_and_changes_nothing(
    api: Any, staff: Any, account: Integration, offer: Offer, spoil: str, status: int, code: str
) -> None:
    link = offer.links.get()
    product = link.product
    if spoil == "unlink":
        link.delete()
    elif spoil == "untrack":
        type(product).objects.filter(pk=product.pk).update(track_inventory=False)
    elif spoil == "end":
        Offer.objects.update(publication_status="ENDED")
    elif spoil == "switch off":
        Integration.objects.update(may_write_stock=False)
    elif spoil == "set of two":
        OfferLinkFactory(offer=offer, organization=offer.organization)
    wanted = -1 if spoil == "negative" else 9
    answer = api(staff).put(
        f"/api/v1/allegro/offers/{offer.pk}/stock", {"available": wanted}, format="json"
    )
    assert answer.status_code == status, answer.content
    if code:
        assert answer.json()["code"] == code
        assert answer.json()["remedy"]
    assert StockLevel.objects.get(product=product).on_hand == 12
    assert not OfferPush.objects.exists()


def test_viewers_may_not_put(api: Any, viewer: Any, offer: Offer) -> None:
    address = f"/api/v1/allegro/offers/{offer.pk}/stock"
    assert api(viewer).put(address, {"available": 1}, format="json").status_code == 403
    assert api(viewer).get(address).status_code == 200
    assert on_hand(offer) == 12


def test_pushes_are_listed_and_retried_by_the_api(api: Any, staff: Any, stuck: OfferPush) -> None:
    found = api(staff).get("/api/v1/allegro/stock-pushes?state=stuck").json()["items"]
    assert [(one["id"], one["reason"]["code"]) for one in found] == [(stuck.pk, "REFUSED")]
    answer = api(staff).post(f"/api/v1/allegro/stock-pushes/{stuck.pk}/retry")
    assert answer.json() == {"retried": 1}
    stuck.refresh_from_db()
    assert stuck.state == "PENDING"


def test_feeds_by_the_api(api: Any, owner: Any, account: Integration, main: Warehouse) -> None:
    address = f"/api/v1/integrations/{account.pk}/warehouses"
    answer = api(owner).put(address, {"warehouseIds": [main.pk]}, format="json")
    assert answer.json() == {"warehouseIds": [main.pk]}
    refused = api(owner).put(address, {"warehouseIds": [main.pk + 999]}, format="json")
    assert (refused.status_code, refused.json()["code"]) == (422, "unknown_warehouse")
    assert api(owner).get(address).json() == {"warehouseIds": [main.pk]}


def test_operators_retry_and_stop(page: Any, operator: Any, stuck: OfferPush) -> None:
    client = page(operator)
    address = reverse("admin:offers_offerpush_changelist")
    client.post(address, {"action": "retry", "_selected_action": [stuck.pk]})
    stuck.refresh_from_db()
    assert stuck.state == "PENDING"
    address = reverse("admin:settings_app_installation_changelist")
    client.get(address)
    client.post(address, {"action": "stop_stock", "_selected_action": [1]})
    body = client.get(reverse("admin:settings_app_installation_changelist")).content
    assert b"Stock to Allegro is stopped." in body
    assert Installation.objects.get().stock_writes_stopped_at is not None


def test_operators_have_commands_asked_again(page: Any, operator: Any, stuck: OfferPush) -> None:
    later = timezone.now() + timedelta(minutes=30)
    command = StockCommand.objects.create(
        organization=stuck.organization, integration=stuck.integration, kind="BULK",
        created_at=timezone.now(), next_attempt_at=later,
    )  # fmt: skip
    StockCommandItem.objects.create(
        organization=stuck.organization, command=command, offer=stuck.offer, value=10
    )
    page(operator).post(
        reverse("admin:offers_stockcommand_changelist"),
        {"action": "ask_again", "_selected_action": [command.pk]},
    )
    command.refresh_from_db()
    stuck.refresh_from_db()
    assert command.next_attempt_at < later
    assert stuck.state == "PENDING"


def test_operators_allow_stock_again(page: Any, operator: Any, stuck: OfferPush) -> None:
    stop_installation_stock(stopped=True, actor=operator, now=timezone.now())
    later = timezone.now() + timedelta(minutes=1)
    OfferPush.objects.update(state="PENDING", reason="STOPPED", next_attempt_at=later)
    page(operator).post(
        reverse("admin:settings_app_installation_changelist"),
        {"action": "allow_stock", "_selected_action": [1]},
    )
    assert Installation.objects.get().stock_writes_stopped_at is None
    deliver_due()
    stuck.refresh_from_db()
    assert stuck.next_attempt_at < later


def test_put_refuses_a_bundle_also_when_only_asked(
    api: Any, staff: Any, offer: Offer, organization: Any
) -> None:
    part = ProductFactory(organization=organization)
    bundle = offer.links.get().product
    BundlePart.objects.create(organization=organization, bundle=bundle, part=part, units=1)
    address = f"/api/v1/allegro/offers/{offer.pk}/stock"
    for dry in (True, False):
        answer = api(staff).put(address, {"available": 3, "dryRun": dry}, format="json")
        assert (answer.status_code, answer.json()["code"]) == (409, "bundle_has_no_stock")
    assert not OfferPush.objects.exists()
