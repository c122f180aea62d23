from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from offers.models import LinkBatch, LinkSuggestion, Offer, OfferLink
from offers.operations import link_offers
from tests.factories import ProductFactory
from tests.offers.conftest import Page
from tests.offers.factories import OfferFactory
from tests.offers.queries import queries_of

pytestmark = pytest.mark.django_db
INBOX = "offers:links"


def close_offer(integration: Any, code: str) -> Offer:
    """An offer whose code is a product's but for capitals."""
    ProductFactory(organization=integration.organization, code=code.upper())
    offer: Offer = OfferFactory(integration=integration, external_id=code.lower())  # type: ignore[assignment]
    link_offers(
        organization_id=integration.organization_id, offer_ids=[offer.pk], now=timezone.now()
    )
    return offer


def _text(answer: Any) -> str:
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_every_kind_has_a_tab_that_opens(page: Page, viewer: Any, integration: Any) -> None:
    close_offer(integration, "mug-1")
    for state in ("UNLINKED", "AMBIGUOUS", "NO_IDENTITY", "IGNORED", "DETACHED"):
        OfferFactory(integration=integration, link_state=state, title=f"Oferta {state}")
    OfferFactory(title="Foreign offer", link_state="UNLINKED")
    client, found = page(viewer), {}
    for kind in ("suggested", "unlinked", "ambiguous", "no_identity", "ignored", "duplicates", "x"):
        text = _text(client.get(reverse(INBOX), {"kind": kind}))
        assert "Foreign offer" not in text
        # Viewers look and change nothing.
        assert 'name="act"' not in text
        found[kind] = text
    assert "Same code but for capitals" in found["suggested"]
    assert "Oferta AMBIGUOUS" in found["ambiguous"]
    assert "Oferta NO_IDENTITY" in found["no_identity"]
    assert "Oferta IGNORED" in found["ignored"]
    assert "Oferta DETACHED" in found["ignored"]


def test_the_inbox_takes_as_many_queries_for_three_rows_as_for_one(
    page: Page, staff: Any, integration: Any
) -> None:
    client = page(staff)
    close_offer(integration, "a1")
    one = queries_of(lambda: client.get(reverse(INBOX)))
    close_offer(integration, "a2")
    close_offer(integration, "a3")
    assert queries_of(lambda: client.get(reverse(INBOX))) == one


def test_one_press_links_a_candidate_and_returns_to_the_inbox(
    page: Page, staff: Any, viewer: Any, integration: Any
) -> None:
    offer = close_offer(integration, "mug-1")
    product = ProductFactory(organization=integration.organization)
    foreign = ProductFactory()
    url = reverse("offers:links_settle")
    act = {"act": f"{offer.pk}:{product.pk}", "kind": "unlinked"}
    assert page(viewer).post(url, act).status_code == 403
    assert page(staff).post(url, {"act": f"{offer.pk}:{foreign.pk}"}).status_code == 404
    assert not OfferLink.objects.exists()

    answer = page(staff).post(url, act)

    assert answer.url == f"{reverse(INBOX)}?kind=unlinked"
    assert offer.links.get().product == product


def test_ticked_ones_are_linked_left_out_or_made_into_products(
    page: Page, staff: Any, integration: Any
) -> None:
    client, url = page(staff), reverse("offers:links_settle")
    close = close_offer(integration, "mug-1")
    new = OfferFactory(integration=integration, external_id="NEW-1", link_state="UNLINKED")
    out = OfferFactory(integration=integration, link_state="UNLINKED")

    text = _text(client.post(url, {"act": "link", "pick": [close.pk, new.pk]}, follow=True))
    assert "1 offer linked." in text
    assert "Take back" in text
    text = _text(client.post(url, {"act": "make", "pick": [new.pk]}, follow=True))
    assert "1 product made." in text
    text = _text(client.post(url, {"act": "ignore", "pick": [out.pk]}, follow=True))
    assert "1 offer left out." in text

    assert close.links.get().product.code == "MUG-1"
    assert new.links.get().source == "CREATED"
    assert Offer.objects.get(pk=out.pk).link_state == "IGNORED"
    assert client.post(url, {"act": "sing", "pick": [out.pk]}).status_code == 404


def test_linking_all_is_seen_first_and_taken_back(
    page: Page, staff: Any, viewer: Any, integration: Any, outsider: Any
) -> None:
    for code in ("a1", "a2"):
        close_offer(integration, code)
    client, url = page(staff), f"{reverse('offers:links_all')}?why=CODE_CASE"
    assert page(viewer).get(url).status_code == 403

    answer = client.get(url)

    assert "Link 2 offers" in _text(answer)
    assert not OfferLink.objects.exists()
    close_offer(integration, "a3")
    client.post(url, {"why": "CODE_CASE", "upto": answer.context["upto"]})
    assert OfferLink.objects.count() == 2
    assert LinkSuggestion.objects.count() == 1
    batch = LinkBatch.objects.get()
    undo = reverse("offers:links_undo", args=[batch.pk])
    assert page(outsider).post(undo).status_code == 404
    assert "2 links taken back" in _text(client.post(undo, follow=True))
    assert not OfferLink.objects.exists()
    assert LinkSuggestion.objects.count() == 3
    for why in ("NONSENSE", "EAN_PADDED", ""):
        nothing = client.get(reverse("offers:links_all"), {"why": why}, follow=True)
        assert "no such suggestion" in _text(nothing)
        client.post(reverse("offers:links_all"), {"why": why, "upto": answer.context["upto"]})
    assert not OfferLink.objects.exists()


def test_double_codes_are_shown_with_what_they_sell(
    page: Page, viewer: Any, integration: Any
) -> None:
    for _offer in range(2):
        OfferFactory(integration=integration, external_id="TWICE", link_state="UNLINKED")
    OfferFactory(integration=integration, external_id="ONCE", link_state="UNLINKED")
    for code in ("Mug", "MUG"):
        ProductFactory(organization=integration.organization, code=code, name=f"Kubek {code}")

    text = _text(page(viewer).get(reverse(INBOX), {"kind": "duplicates"}))

    assert "TWICE" in text
    assert "ONCE" not in text
    assert "Kubek Mug" in text
    assert "Kubek MUG" in text
