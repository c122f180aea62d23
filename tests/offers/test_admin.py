from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from offers.models import ValuePush
from tests.factories import IntegrationFactory, ProductFactory
from tests.offers.factories import OfferFactory, OfferLinkFactory

Page = Callable[[Any], Any]


@pytest.mark.parametrize("model", ["offer", "offerlink"])
def test_lists_and_pages_show_and_change_nothing(page: Page, operator: Any, model: str) -> None:
    link = OfferLinkFactory()
    one = link.offer if model == "offer" else link
    client = page(operator)
    found = client.get(reverse(f"admin:offers_{model}_changelist") + f"?q={link.offer.allegro_id}")
    assert link.offer.allegro_id in found.content.decode()
    assert client.get(reverse(f"admin:offers_{model}_change", args=[one.pk])).status_code == 200
    assert client.get(reverse(f"admin:offers_{model}_add")).status_code == 403


def test_linking_again_stays_within_each_organization(page: Page, operator: Any) -> None:
    offers = [OfferFactory(external_id="A1", integration=IntegrationFactory()) for _ in range(2)]
    ProductFactory(organization=offers[0].organization, code="A1")
    answer = page(operator).post(
        reverse("admin:offers_offer_changelist"),
        {"action": "link_again", "_selected_action": [one.pk for one in offers]},
        follow=True,
    )
    assert "1 offer was newly linked." in answer.content.decode()
    for offer in offers:
        offer.refresh_from_db()
    assert [one.link_state for one in offers] == ["LINKED", "UNLINKED"]


def test_a_value_that_is_stuck_is_tried_again(page: Page, operator: Any) -> None:
    offer = OfferFactory()
    push = ValuePush.objects.create(
        organization=offer.organization, integration=offer.integration, offer=offer, field="TITLE",
        value="x", cause="RUN", requested_at=timezone.now(), state="DEAD", reason="AWAY", attempts=6,
    )  # fmt: skip
    answer = page(operator).post(
        reverse("admin:offers_valuepush_changelist"),
        {"action": "retry", "_selected_action": [push.pk]},
        follow=True,
    )
    assert "1 is looked at again." in answer.content.decode()
    push.refresh_from_db()
    assert (push.state, push.attempts, push.reason) == ("PENDING", 0, "")
