"""Each kind of value is written, read back and told of; nothing else of the offer moves."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.utils import timezone

from core.models import OutboxMessage
from offers import values
from offers.models import FieldState, OwnValue, ValueCommand, ValueCommandItem, ValuePush
from offers.operations import WantedValue, drop_values, request_values, retry_values
from settings_app.models import Integration
from tests.offers.scene import calls, forget_calls, shown
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

PATCH = "PATCH /sale/product-offers/{offerId}"
TITLE = "Czajnik stalowy 2 l srebrny"


@pytest.fixture
def shop(account: Integration) -> Integration:
    return allow_values(account)


def own(offer: Any, field: str, value: str) -> str:
    """An own value of the offer, and its canonical text."""
    OwnValue.objects.create(
        organization=offer.organization, offer=offer, field=field, value=value,
        set_at=timezone.now(),
    )  # fmt: skip
    if field == "DESCRIPTION":
        return values.description_text(value)
    return values.images_text(values.images_of(value)) if field == "IMAGES" else value


def test_a_price_is_written_read_back_and_agreed(
    allegro: Any, shop: Integration, numbers: list[str]
) -> None:
    (offer,) = known(shop, numbers[0])
    before = values.price_text(offer.price, offer.currency)
    stock = shown(allegro, numbers[0])
    want(offer, "PRICE", "77.30 PLN", expected=before, run_id=41)
    forget_calls(allegro)
    write(shop)
    assert outcome(offer, "PRICE") == ("DONE", "SENT")
    assert price_there(there(allegro, shop, numbers[0])) == "77.30 PLN"
    assert shown(allegro, numbers[0]) == stock
    assert calls(allegro)[PATCH] == 1
    offer.refresh_from_db()
    assert str(offer.price) == "77.30"
    state = FieldState.objects.get(offer=offer, field="PRICE")
    assert (state.base, state.theirs) == ("77.30 PLN", "77.30 PLN")
    assert row_of(offer, "PRICE").former == before
    told = OutboxMessage.objects.get(topic="offer.values_settled").payload
    assert told["run_ids"] == [41]
    assert told["results"] == [
        {"offer_id": offer.pk, "field": "PRICE", "state": "DONE", "reason": "SENT", "run_id": 41}
    ]


def test_a_price_that_is_there_already_is_not_written(
    allegro: Any, shop: Integration, numbers: list[str]
) -> None:
    (offer,) = known(shop, numbers[0])
    want(offer, "PRICE", values.price_text(offer.price, offer.currency))
    forget_calls(allegro)
    write(shop)
    assert outcome(offer, "PRICE") == ("DONE", "EQUAL")
    assert PATCH not in calls(allegro)
    assert not ValueCommand.objects.exists()


def test_a_price_changed_at_allegro_meanwhile_is_left(
    allegro: Any, shop: Integration, numbers: list[str]
) -> None:
    (offer,) = known(shop, numbers[0])
    before = price_there(there(allegro, shop, numbers[0]))
    want(offer, "PRICE", "77.30 PLN", expected="1.00 PLN")
    write(shop)
    assert outcome(offer, "PRICE") == ("DONE", "CHANGED_MEANWHILE")
    assert price_there(there(allegro, shop, numbers[0])) == before


def test_several_fields_of_an_offer_take_one_call_and_lose_nothing(
    allegro: Any, shop: Integration, numbers: list[str]
) -> None:
    (offer,) = known(shop, numbers[0])
    before = there(allegro, shop, numbers[0])
    html = "<h2>Nowy opis</h2><p>Stal &amp; szkło.</p>"
    want(offer, "PRICE", "66.00 PLN")
    want(offer, "TITLE", TITLE)
    want(offer, "DESCRIPTION", own(offer, "DESCRIPTION", html))
    forget_calls(allegro)
    write(shop)
    assert {outcome(offer, field) for field in ("PRICE", "TITLE", "DESCRIPTION")} == {
        ("DONE", "SENT")
    }
    assert calls(allegro)[PATCH] == 1
    after = there(allegro, shop, numbers[0])
    assert after["name"] == TITLE
    assert values.html_of_sections(after["description"]) == html
    touched = ("name", "description", "sellingMode", "validation", "updatedAt")
    assert {key: value for key, value in after.items() if key not in touched} == {
        key: value for key, value in before.items() if key not in touched
    }


def test_the_pictures_of_a_description_stay(
    allegro: Any, shop: Integration, numbers: list[str]
) -> None:
    (offer,) = known(shop, numbers[0])
    picture = {"type": "IMAGE", "url": "https://a.allegroimg.com/original/1/2"}
    text = {"type": "TEXT", "content": "<p>Stary opis.</p>"}
    from settings_app.connection import allegro_client

    with allegro_client(integration=shop) as client:
        body = {"description": {"sections": [{"items": [text, picture]}]}}
        client.offers.patch(numbers[0], body)
    want(offer, "DESCRIPTION", own(offer, "DESCRIPTION", "<p>Nowy.</p>"))
    write(shop)
    sections = there(allegro, shop, numbers[0])["description"]["sections"]
    assert sections == [{"items": [{**text, "content": "<p>Nowy.</p>"}, picture]}]
    item = ValueCommandItem.objects.get(field="DESCRIPTION")
    assert "Stary opis" in item.whole_before


def test_pictures_are_replaced_in_their_order(
    allegro: Any, shop: Integration, numbers: list[str]
) -> None:
    (offer,) = known(shop, numbers[0])
    urls = ["https://a.allegroimg.com/original/1/a", "https://a.allegroimg.com/original/1/b"]
    want(offer, "IMAGES", own(offer, "IMAGES", values.images_value(urls)))
    write(shop)
    assert outcome(offer, "IMAGES") == ("DONE", "SENT")
    assert there(allegro, shop, numbers[0])["images"] == urls
    # What was there before can be asked for by its hash alone.
    item = ValueCommandItem.objects.get(field="IMAGES")
    OwnValue.objects.all().delete()
    want(offer, "IMAGES", str(item.before))
    write(shop)
    assert outcome(offer, "IMAGES") == ("DONE", "SENT")
    assert there(allegro, shop, numbers[0])["images"] == json.loads(item.whole_before)


def test_a_text_nobody_has_any_more_waits_for_a_person(
    shop: Integration, numbers: list[str]
) -> None:
    (offer,) = known(shop, numbers[0])
    want(offer, "DESCRIPTION", "0" * 64)
    write(shop)
    assert outcome(offer, "DESCRIPTION") == ("WAITING_FOR_PERSON", "NO_VALUE")


def test_many_prices_go_by_the_cheapest_commands(
    allegro: Any, shop: Integration, numbers: list[str]
) -> None:
    offers = known(shop, *numbers[:14])
    for at, offer in enumerate(offers[:10]):
        want(offer, "PRICE", f"{50 + at}.00 PLN")
    forget_calls(allegro)
    write(shop)
    assert list(ValueCommand.objects.values_list("kind", flat=True)) == ["BULK"]
    assert [price_there(there(allegro, shop, one.allegro_id)) for one in offers[:10]] == [
        f"{50 + at}.00 PLN" for at in range(10)
    ]
    assert set(ValuePush.objects.values_list("reason", flat=True)) == {"SENT"}
    assert PATCH not in calls(allegro)


def test_one_price_for_many_takes_one_command(
    allegro: Any, shop: Integration, numbers: list[str]
) -> None:
    offers = known(shop, *numbers[:27])
    assert len(offers) > 25
    for offer in offers:
        want(offer, "PRICE", "49.00 PLN")
    write(shop)
    assert list(ValueCommand.objects.values_list("kind", "outcome")) == [("PRICE", "DONE")]
    assert {price_there(there(allegro, shop, one.allegro_id)) for one in offers} == {"49.00 PLN"}


def test_ends_and_returns_go_by_publication_commands(
    allegro: Any, shop: Integration, numbers: list[str]
) -> None:
    offers = known(shop, *numbers[:3])
    for offer in offers:
        want(offer, "STATUS", "ENDED", expected="ACTIVE")
    write(shop)
    assert [shown(allegro, number)[1] for number in numbers[:3]] == ["ENDED"] * 3
    assert list(ValueCommand.objects.values_list("kind", flat=True)) == ["END"]
    stock = shown(allegro, numbers[0])[0]
    want(offers[0], "STATUS", "ACTIVE", expected="ENDED")
    write(shop)
    assert shown(allegro, numbers[0]) == (stock, "ACTIVE")
    assert outcome(offers[0], "STATUS") == ("DONE", "SENT")


def test_without_stock_nothing_is_put_on_sale(
    allegro: Any, shop: Integration, numbers: list[str]
) -> None:
    (offer,) = known(shop, numbers[0])
    allegro.control("PATCH", f"/offers/{numbers[0]}", {"available": 0})
    want(offer, "STATUS", "ACTIVE")
    write(shop)
    assert outcome(offer, "STATUS") == ("WAITING_FOR_PERSON", "NO_STOCK")


def test_the_days_limit_of_ended_offers_holds_runs_and_no_person(
    allegro: Any, shop: Integration, numbers: list[str]
) -> None:
    Integration.objects.update(brake_ended_per_day=2)
    offers = known(shop, *numbers[:4])
    for offer in offers[:3]:
        want(offer, "STATUS", "ENDED")
    write(shop)
    waiting = ValuePush.objects.get(state="PENDING")
    assert waiting.reason == "DAY_LIMIT"
    assert waiting.next_attempt_at > timezone.now()
    assert [shown(allegro, one.allegro_id)[1] for one in offers[:3]].count("ENDED") == 2
    want(offers[3], "STATUS", "ENDED", cause="PERSON")
    write(shop)
    assert shown(allegro, numbers[3])[1] == "ENDED"


def test_a_newer_wish_takes_the_place_of_an_older_one(
    allegro: Any, shop: Integration, numbers: list[str]
) -> None:
    (offer,) = known(shop, numbers[0])
    want(offer, "PRICE", "10.00 PLN", run_id=1)
    want(offer, "PRICE", "20.00 PLN", run_id=2)
    told = OutboxMessage.objects.get(topic="offer.values_settled").payload
    assert (told["run_ids"], told["results"][0]["reason"]) == ([1], "REPLACED")
    write(shop)
    assert price_there(there(allegro, shop, numbers[0])) == "20.00 PLN"
    assert ValueCommand.objects.count() == 1


def test_fields_that_may_not_be_written_are_not_asked_for(
    shop: Integration, numbers: list[str]
) -> None:
    (offer,) = known(shop, numbers[0])
    Integration.objects.update(may_write_price=False)
    want(offer, "PRICE", "10.00 PLN")
    want(offer, "TITLE", TITLE)
    assert list(ValuePush.objects.values_list("field", flat=True)) == ["TITLE"]
    with pytest.raises(ValueError, match="stock"):
        want(offer, "STOCK", "5")


def test_a_foreign_offer_is_not_asked_for(shop: Integration, numbers: list[str]) -> None:
    (offer,) = known(shop, numbers[0])
    wanted = [WantedValue(offer.pk, "PRICE", "1.00 PLN")]
    asked = request_values(
        organization_id=offer.organization_id + 1, values=wanted, cause="RUN", actor=None,
        now=timezone.now(),
    )  # fmt: skip
    assert (asked, ValuePush.objects.count()) == (0, 0)


def test_what_is_stuck_can_be_dropped_or_tried_again(
    allegro: Any, shop: Integration, numbers: list[str], owner: Any
) -> None:
    (offer,) = known(shop, numbers[0])
    want(offer, "DESCRIPTION", "0" * 64)
    want(offer, "TITLE", "Za krótki")
    write(shop)
    assert outcome(offer, "TITLE") == ("WAITING_FOR_PERSON", "REFUSED")
    assert "name" in row_of(offer, "TITLE").last_error
    stuck = ValuePush.objects.filter(field="DESCRIPTION")
    assert drop_values(pushes=stuck, actor=owner, now=timezone.now()) == 1
    assert outcome(offer, "DESCRIPTION") == ("DONE", "DROPPED")
    ValuePush.objects.filter(field="TITLE").update(value=TITLE)
    retry_values(pushes=ValuePush.objects.filter(field="TITLE"), actor=owner, now=timezone.now())
    write(shop)
    assert there(allegro, shop, numbers[0])["name"] == TITLE


def test_a_price_elsewhere_moves_alone_and_two_prices_share_a_call(
    allegro: Any, shop: Integration, numbers: list[str]
) -> None:
    abroad = [
        one
        for one in known(shop, *numbers[:45])
        if one.marketplaces.filter(marketplace="allegro-cz", price__isnull=False).exists()
    ]
    assert len(abroad) > 1
    home = [price_there(there(allegro, shop, one.allegro_id)) for one in abroad]
    want(abroad[0], "PRICE@allegro-cz", "777.00 CZK")
    write(shop)
    document = there(allegro, shop, abroad[0].allegro_id)
    assert (
        values.money_text(document["additionalMarketplaces"]["allegro-cz"]["sellingMode"]["price"])
        == "777.00 CZK"
    )
    assert price_there(document) == home[0]
    state = FieldState.objects.get(offer=abroad[0], field="PRICE@allegro-cz")
    assert state.base == state.theirs == "777.00 CZK"
    for at, offer in enumerate(abroad):
        want(offer, "PRICE", f"{90 + at}.50 PLN")
        want(offer, "PRICE@allegro-cz", f"{500 + at}.00 CZK")
    forget_calls(allegro)
    write(shop)
    assert calls(allegro)[PATCH] == len(abroad)
    assert set(ValuePush.objects.values_list("reason", flat=True)) == {"SENT"}
    shown_now = [there(allegro, shop, one.allegro_id) for one in abroad]
    assert [price_there(one) for one in shown_now] == [
        f"{90 + at}.50 PLN" for at in range(len(abroad))
    ]


def test_a_marketplace_without_the_offer_waits_for_a_person(
    shop: Integration, numbers: list[str]
) -> None:
    (offer,) = known(shop, numbers[0])
    want(offer, "PRICE@allegro-xx", "5.00 EUR")
    write(shop)
    assert outcome(offer, "PRICE@allegro-xx") == ("WAITING_FOR_PERSON", "NOT_THERE")


def test_decimals_a_currency_refuses_are_told_in_allegros_words(
    shop: Integration, numbers: list[str]
) -> None:
    offers = known(shop, *numbers[:30])
    abroad = next(
        one for one in offers if one.marketplaces.filter(marketplace="allegro-cz").exists()
    )
    want(abroad, "PRICE@allegro-cz", "777.50 CZK")
    write(shop)
    row = row_of(abroad, "PRICE@allegro-cz")
    assert (row.state, row.reason) == ("WAITING_FOR_PERSON", "REFUSED")
    assert row.last_error.startswith("additionalMarketplaces.allegro-cz")


def test_a_picture_of_ours_is_brought_to_allegro_once_and_then_is_in_step(
    allegro: Any, shop: Integration, numbers: list[str], settings: Any
) -> None:
    settings.FETCH_HOSTS = [allegro.url.removeprefix("http://")]
    offers = known(shop, *numbers[:2])
    urls = values.images_value([f"{allegro.url}/pictures/kubek-1.png"])
    forget_calls(allegro)
    for offer in offers:
        want(offer, "IMAGES", own(offer, "IMAGES", urls))
        write(shop)
        assert outcome(offer, "IMAGES") == ("DONE", "SENT")
        state = FieldState.objects.get(offer=offer, field="IMAGES")
        assert state.base == state.ours == state.theirs
    shown_now = [there(allegro, shop, one.allegro_id)["images"] for one in offers]
    assert shown_now[0] == shown_now[1] != values.images_of(urls)
    assert calls(allegro)["POST /sale/images"] == 1
