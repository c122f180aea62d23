from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from offers.models import FieldState, Offer, OfferMarketplace
from offers.queries.filters import OfferFilter, offers_matching
from offers.queries.sync_states import sync_states
from tests.offers.conftest import Page
from tests.offers.factories import (
    FieldStateFactory,
    OfferFactory,
    OfferLinkFactory,
    OfferProblemFactory,
)
from tests.offers.queries import queries_of

pytestmark = pytest.mark.django_db


def offer_with(integration: Any, *fields: dict[str, Any], **values: Any) -> Offer:
    """A linked offer with these fields."""
    link = OfferLinkFactory(offer__integration=integration, offer__link_state="LINKED", **values)
    offer: Offer = link.offer  # type: ignore[assignment]
    for one in fields:
        FieldStateFactory(offer=offer, **one)
    return offer


def decided(code: str, field: str = "PRICE") -> dict[str, Any]:
    return {
        "field": field,
        "base": "1.00 PLN",
        "ours": "2.00 PLN",
        "theirs": "3.00 PLN",
        "decision": code,
        "decided_at": timezone.now() + timedelta(seconds=1),
        "ours_at": timezone.now(),
    }


STEP = {"field": "STOCK", "base": "5", "ours": "5", "theirs": "5"}


def test_the_worst_field_speaks_for_the_offer(integration: Any) -> None:
    offers = {
        "BOTH_CHANGED": offer_with(integration, STEP, decided("BOTH_CHANGED")),
        "IN_STEP": offer_with(integration, STEP),
        "NOT_LOOKED_AT": offer_with(integration, STEP, decided("")),
        "NOT_READ": offer_with(integration),
        "NOT_COMPARED": offer_with(integration, offer__read_at=timezone.now()),
        "EAN_NOT_READ": OfferFactory(integration=integration),
    }
    states = sync_states(offers=list(offers.values()))
    assert {states[one.pk].reason.code: name for name, one in offers.items()} == {
        name: name for name in offers
    }


def _matching(integration: Any, **wanted: str) -> set[int]:
    found = offers_matching(organization=integration.organization, wanted=OfferFilter(**wanted))
    return set(found.values_list("pk", flat=True))


def test_lists_are_narrowed_by_how_offers_stand(integration: Any) -> None:
    asks = offer_with(integration, STEP, decided("BOTH_CHANGED"))
    held = offer_with(integration, decided("MAY_NOT_LOWER", "PRICE@allegro-cz"))
    failed = offer_with(integration, decided("REFUSED", "TITLE"))
    in_step = offer_with(integration, STEP, offer__read_wanted_at=None)
    Offer.objects.exclude(pk=held.pk).update(read_wanted_at=None)
    foreign = offer_with(OfferFactory().integration, decided("BOTH_CHANGED"))

    assert _matching(integration, sync="asks") == {asks.pk}
    assert _matching(integration, sync="held") == {held.pk}
    assert _matching(integration, sync="failed") == {failed.pk}
    assert _matching(integration, sync="apart") == {asks.pk, held.pk, failed.pk}
    assert _matching(integration, sync="in_step") == {in_step.pk}
    assert _matching(integration, sync="unread") == {held.pk}
    assert _matching(integration, differs="PRICE") == {asks.pk}
    assert _matching(integration, differs="PRICE@allegro-cz") == {held.pk}
    assert _matching(integration, sync="nonsense") == {asks.pk, held.pk, failed.pk, in_step.pk}
    assert foreign.pk not in _matching(integration)


def test_lists_are_narrowed_by_problems_and_marketplaces(integration: Any) -> None:
    plain = OfferFactory(integration=integration)
    unsafe = OfferProblemFactory(offer__integration=integration).offer
    refused = OfferProblemFactory(offer__integration=integration, code="VQR001").offer
    OfferMarketplace.objects.create(
        organization=integration.organization,
        offer=refused,
        marketplace="allegro-cz",
        seen_at=timezone.now(),
    )
    OfferProblemFactory()

    assert _matching(integration, problem="any") == {unsafe.pk, refused.pk}
    assert _matching(integration, problem="SAFETY_INFO_NOT_DEFINED") == {unsafe.pk}
    assert _matching(integration, marketplace="allegro-cz") == {refused.pk}
    assert plain.pk in _matching(integration)


def test_the_list_takes_as_many_queries_for_three_as_for_one(
    page: Page, viewer: Any, integration: Any
) -> None:
    def row() -> None:
        OfferProblemFactory(offer=offer_with(integration, STEP, decided("BOTH_CHANGED")))

    client, url = page(viewer), reverse("offers:list")
    row()
    one = queries_of(lambda: client.get(url))
    row()
    row()
    assert queries_of(lambda: client.get(url)) == one
    text = client.get(url).content.decode()
    assert text.count("Both sides changed it") == 3
    assert text.count("1 problem") == 3


def test_the_detail_shows_three_values_with_the_reason_and_remedy(
    page: Page, viewer: Any, integration: Any
) -> None:
    offer = offer_with(integration, STEP, decided("BOTH_CHANGED"))
    text = page(viewer).get(reverse("offers:detail", args=[offer.pk])).content.decode()
    for shown in ("Both sides changed it", "choose the value that is right", "In step"):
        assert shown in text
    assert "Read again now" not in text


def test_every_view_of_the_list_opens_and_a_viewer_may_tick_nothing(
    page: Page, viewer: Any, staff: Any, integration: Any
) -> None:
    offer_with(integration, STEP)
    for query in ("sync=apart", "sync=in_step", "problem=any", "link=open", "differs=PRICE"):
        answer = page(viewer).get(f"{reverse('offers:list')}?{query}")
        assert answer.status_code == 200
        assert 'name="pick"' not in answer.content.decode()
    assert 'name="pick"' in page(staff).get(reverse("offers:list")).content.decode()


def test_ticked_offers_are_read_with_the_next_sync(
    page: Page, staff: Any, viewer: Any, integration: Any
) -> None:
    offer = offer_with(integration, STEP)
    foreign = OfferFactory()
    Offer.objects.update(read_wanted_at=None)
    url = reverse("offers:read_again_many")
    assert page(viewer).post(url, {"pick": [offer.pk]}).status_code == 403

    answer = page(staff).post(url, {"pick": [offer.pk, foreign.pk, "x"]}, follow=True)

    assert "1 offer is read again" in answer.content.decode()
    wanted = Offer.objects.filter(read_wanted_at__isnull=False)
    assert set(wanted.values_list("pk", flat=True)) == {offer.pk}
    assert FieldState.objects.filter(offer=offer).count() == 1
