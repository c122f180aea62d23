"""A person's word about an offer: seen first, written, dropped, taken back; one offer or many."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from core.models import AuditEntry
from offers import operations
from offers.models import FieldState, OwnValue, ValuePush
from offers.operations.bulk import plan_bulk
from settings_app.models import Integration
from tests.factories import ProductFactory
from tests.offers.factories import OfferLinkFactory
from tests.offers.scene import shown
from tests.offers.value_scene import (
    allow_values,
    known,
    outcome,
    price_there,
    row_of,
    there,
    want,
    write,
)

pytestmark = pytest.mark.django_db

TITLE = "Czajnik stalowy 2 l srebrny"
SignedIn = Callable[[Any], Any]


@pytest.fixture
def shop(account: Integration) -> Integration:
    return allow_values(account)


@pytest.fixture
def offer(shop: Integration, numbers: list[str]) -> Any:
    return known(shop, numbers[0])[0]


def ours(offer: Any, field: str) -> str | None:
    return FieldState.objects.get(offer=offer, field=field).ours


def sold_by(offer: Any, price: str) -> Any:
    """A product behind the offer, with a price."""
    product = ProductFactory(
        organization=offer.organization, selling_price=Decimal(price), selling_currency="PLN"
    )
    OfferLinkFactory(offer=offer, product=product)
    operations.note_ours(integration=offer.integration, offer_ids=[offer.pk], now=timezone.now())
    return product


def test_an_edit_is_written_and_counts_before_the_product(
    allegro: Any, shop: Integration, offer: Any, staff: Any
) -> None:
    sold_by(offer, "80.00")
    now = timezone.now()
    wanted = {"PRICE": "91.00 PLN", "TITLE": TITLE}
    planned = operations.plan_edit(offer=offer, wanted=wanted, now=now)
    assert {one.field: one.text for one in planned} == wanted
    assert not ValuePush.objects.exists()
    operations.edit_offer(offer=offer, wanted=wanted, actor=staff, now=now)
    write(shop)
    document = there(allegro, shop, offer.allegro_id)
    assert (price_there(document), document["name"]) == ("91.00 PLN", TITLE)
    assert ours(offer, "PRICE") == "91.00 PLN"
    entry = AuditEntry.objects.get(action="offer.edited")
    assert entry.after == wanted
    assert operations.plan_edit(offer=offer, wanted=wanted, now=now) == []


def test_a_dropped_own_value_gives_way_to_the_products(
    allegro: Any, shop: Integration, offer: Any, staff: Any
) -> None:
    sold_by(offer, "80.00")
    now = timezone.now()
    operations.edit_offer(offer=offer, wanted={"PRICE": "91.00 PLN"}, actor=staff, now=now)
    write(shop)
    text = operations.drop_own_value(offer=offer, field="PRICE", actor=staff, now=now)
    assert text == ours(offer, "PRICE") == "80.00 PLN"
    write(shop)
    assert price_there(there(allegro, shop, offer.allegro_id)) == "80.00 PLN"
    with pytest.raises(operations.NothingToUndo):
        operations.drop_own_value(offer=offer, field="PRICE", actor=staff, now=now)


def test_an_edit_taken_back_gives_the_former_state(
    allegro: Any, shop: Integration, offer: Any, staff: Any
) -> None:
    before = there(allegro, shop, offer.allegro_id)
    now = timezone.now()
    html = "<p>Zupełnie nowy opis.</p>"
    wanted = {"PRICE": "91.00 PLN", "TITLE": TITLE, "DESCRIPTION": html}
    operations.edit_offer(offer=offer, wanted=wanted, actor=staff, now=now)
    write(shop)
    assert there(allegro, shop, offer.allegro_id)["name"] == TITLE
    for field in wanted:
        operations.undo_edit(offer=offer, field=field, actor=staff, now=now)
    write(shop)
    after = there(allegro, shop, offer.allegro_id)
    for name in ("name", "sellingMode", "description", "images", "publication"):
        assert after[name] == before[name]
    assert not OwnValue.objects.exists()
    with pytest.raises(operations.NothingToUndo):
        operations.undo_edit(offer=offer, field="PRICE", actor=staff, now=now)


def test_an_edit_changed_at_allegro_since_is_not_taken_back_over_it(
    allegro: Any, shop: Integration, offer: Any, staff: Any
) -> None:
    now = timezone.now()
    operations.edit_offer(offer=offer, wanted={"PRICE": "91.00 PLN"}, actor=staff, now=now)
    write(shop)
    want(offer, "PRICE", "95.00 PLN")  # somebody else's, as far as the undo is concerned
    write(shop)
    ValuePush.objects.update(cause="PERSON", former="50.00 PLN", shown="91.00 PLN")
    operations.undo_edit(offer=offer, field="PRICE", actor=staff, now=now)
    write(shop)
    assert outcome(offer, "PRICE") == ("DONE", "CHANGED_MEANWHILE")
    assert price_there(there(allegro, shop, offer.allegro_id)) == "95.00 PLN"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("TITLE", "Za krótki"),
        ("DESCRIPTION", "<p> </p>"),
        ("PRICE", "0.00 PLN"),
        ("PRICE", "9.00 EUR"),
        ("PRICE", "dużo"),
        ("PRICE@allegro-xx", "9.00 EUR"),
        ("IMAGES", "[]"),
        ("IMAGES", '["ftp://x"]'),
    ],
)
def test_what_allegro_would_refuse_changes_nothing(
    offer: Any, staff: Any, field: str, value: str
) -> None:
    with pytest.raises(operations.InvalidValues) as refused:
        operations.edit_offer(offer=offer, wanted={field: value}, actor=staff, now=timezone.now())
    assert list(refused.value.fields) == [field]
    assert not OwnValue.objects.exists()
    assert not ValuePush.objects.exists()


def test_a_switch_forbids_an_edit(offer: Any, staff: Any) -> None:
    Integration.objects.update(may_write_price=False)
    with pytest.raises(operations.CannotWrite) as refused:
        operations.edit_offer(
            offer=offer, wanted={"PRICE": "9.00 PLN"}, actor=staff, now=timezone.now()
        )
    assert refused.value.remedy
    assert not OwnValue.objects.exists()


def test_an_offer_ends_and_comes_back_by_a_persons_word(
    allegro: Any, shop: Integration, offer: Any, staff: Any
) -> None:
    product = sold_by(offer, "80.00")
    now = timezone.now()
    assert operations.end_offers(offers=[offer], actor=staff, now=now) == 1
    write(shop)
    assert shown(allegro, offer.allegro_id)[1] == "ENDED"
    type(product).objects.filter(pk=product.pk).update(active=False)
    operations.note_ours(integration=shop, offer_ids=[offer.pk], now=now)
    offer.refresh_from_db()
    operations.activate_offers(offers=[offer], actor=staff, now=now)
    write(shop)
    assert shown(allegro, offer.allegro_id)[1] == "ACTIVE"
    # The product says the offer should end; the person said otherwise, and that counts.
    assert ours(offer, "STATUS") == "ACTIVE"


def test_the_page_shows_first_and_then_writes(
    allegro: Any, shop: Integration, offer: Any, staff: Any, page: SignedIn
) -> None:
    address, client = reverse("offers:edit", args=[offer.pk]), page(staff)
    form = client.get(address).context["form"]
    given = {name: form.initial.get(name) or "" for name in form.fields} | {"price": "73.50"}
    seen = client.post(address, given)
    assert [row["edit"].text for row in seen.context["edits"]] == ["73.50 PLN"]
    assert not ValuePush.objects.exists()
    assert client.post(address, {**given, "title": "x"}).status_code == 422
    answer = client.post(address, {**given, "write": "1"})
    assert answer.url == reverse("offers:detail", args=[offer.pk])
    write(shop)
    assert price_there(there(allegro, shop, offer.allegro_id)) == "73.50 PLN"
    detail = client.get(answer.url).content.decode()
    assert reverse("offers:undo", args=[offer.pk]) in detail
    client.post(reverse("offers:undo", args=[offer.pk]), {"field": "PRICE"})
    assert row_of(offer, "PRICE").cause == "UNDO"


def test_viewers_change_nothing(offer: Any, viewer: Any, page: SignedIn) -> None:
    client = page(viewer)
    for name in ("edit", "end", "activate", "follow", "undo"):
        answer = client.post(reverse(f"offers:{name}", args=[offer.pk]), {"field": "PRICE"})
        assert answer.status_code == 403, name
    assert client.post(reverse("offers:bulk_change"), {"pick": offer.pk}).status_code == 403
    assert not ValuePush.objects.exists()
    body = client.get(reverse("offers:detail", args=[offer.pk])).content.decode()
    assert reverse("offers:edit", args=[offer.pk]) not in body


def test_many_are_seen_first_and_then_changed(
    allegro: Any, shop: Integration, numbers: list[str], staff: Any, page: SignedIn
) -> None:
    offers = known(shop, *numbers[:3])
    before = [one.price or Decimal(0) for one in offers]
    client, address = page(staff), reverse("offers:bulk_change")
    picks = {"pick": [one.pk for one in offers]}
    assert client.post(address, picks).context["form"].fields["act"]
    assert client.post(address, {**picks, "act": "price"}).status_code == 422
    given = {**picks, "act": "percent", "amount": "10"}
    seen = client.post(address, given)
    assert seen.context["count"] == 3
    assert not ValuePush.objects.exists()
    client.post(address, {**given, "write": "1"})
    write(shop)
    after = [Decimal(price_there(there(allegro, shop, one)).split()[0]) for one in numbers[:3]]
    assert after == [(price * Decimal("1.1")).quantize(Decimal("0.01")) for price in before]
    client.post(address, {**picks, "act": "end", "write": "1"})
    write(shop)
    assert [shown(allegro, one)[1] for one in numbers[:3]] == ["ENDED"] * 3


def test_a_bulk_plan_says_why_an_offer_is_left(offer: Any) -> None:
    Integration.objects.update(may_write_price=False)
    (planned,) = plan_bulk(offers=[offer], act="price", amount=Decimal(5))
    assert planned.problem
    assert not planned.changes


def test_the_routes_change_an_offer(
    allegro: Any, shop: Integration, offer: Any, api: Any, staff: Any, viewer: Any
) -> None:
    url, client = f"/api/v1/allegro/offers/{offer.pk}", api(staff)
    body = {"price": "64.20", "title": TITLE, "dryRun": True}
    answer = client.put(url, body, format="json")
    assert answer.status_code == 200, answer.content
    assert {one["field"]: one["value"] for one in answer.json()["changes"]} == {
        "PRICE": "64.20 PLN", "TITLE": TITLE,
    }  # fmt: skip
    assert not ValuePush.objects.exists()
    assert client.patch(url, {"title": "x"}, format="json").status_code == 400
    assert api(viewer).patch(url, {"price": "1"}, format="json").status_code == 403
    assert client.patch(url, {**body, "dryRun": False}, format="json").status_code == 200
    write(shop)
    assert price_there(there(allegro, shop, offer.allegro_id)) == "64.20 PLN"
    rows = client.get("/api/v1/allegro/value-pushes?state=done").json()["items"]
    assert {row["field"]: row["why"]["code"] for row in rows} == {"PRICE": "SENT", "TITLE": "SENT"}
    undone = client.post(f"{url}/undo", {"field": "TITLE"}, format="json")
    assert undone.json() == {"value": offer.title}
    assert client.post(f"{url}/follow", {"field": "TITLE"}, format="json").status_code == 409
    assert client.delete(url).json() == {"asked": 1}
    write(shop)
    assert shown(allegro, offer.allegro_id)[1] == "ENDED"
    assert client.post(f"{url}/activate").status_code == 202
    write(shop)
    assert shown(allegro, offer.allegro_id)[1] == "ACTIVE"


def test_the_list_of_values_tries_again(
    shop: Integration, offer: Any, staff: Any, page: SignedIn, api: Any
) -> None:
    want(offer, "DESCRIPTION", "0" * 64)
    write(shop)
    client, row = page(staff), row_of(offer, "DESCRIPTION")
    body = client.get(reverse("offers:value_pushes") + "?state=stuck").content.decode()
    assert offer.title in body
    client.post(reverse("offers:values_decide"), {"push": row.pk, "which": "ticked"})
    assert outcome(offer, "DESCRIPTION") == ("PENDING", "")
    write(shop)
    again = api(staff).post(f"/api/v1/allegro/value-pushes/{row.pk}/retry").json()
    assert again == {"retried": 1}
    write(shop)
    client.post(reverse("offers:values_decide"), {"push": row.pk, "which": "drop"})
    assert outcome(offer, "DESCRIPTION") == ("DONE", "DROPPED")
