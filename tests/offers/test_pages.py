from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from offers.models import Offer
from tests.factories import IntegrationFactory, ProductFactory
from tests.offers.factories import OfferFactory, OfferLinkFactory
from tests.offers.queries import queries_of

Page = Callable[[Any], Any]
ROUTES = ("offers:list",)


@pytest.fixture
def integration(organization: Any) -> Any:
    return IntegrationFactory(organization=organization)


def _texts(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def test_the_list_says_of_each_offer_what_it_sells_or_why_not(
    page: Page, viewer: Any, integration: Any
) -> None:
    link = OfferLinkFactory(
        offer__integration=integration, offer__link_state="LINKED", units_per_offer=3
    )
    OfferFactory(
        integration=integration, external_id="", title="Bezimienny", link_state="AMBIGUOUS"
    )

    text = _texts(page(viewer).get(reverse("offers:list")))

    assert link.product.code in text
    assert "× 3" in text
    assert "Several products fit" in text
    assert "Choose the right one" in text


def test_the_list_needs_as_many_queries_for_one_row_as_for_three(
    page: Page, viewer: Any, integration: Any
) -> None:
    client, url = page(viewer), reverse("offers:list")
    OfferLinkFactory(offer__integration=integration, offer__link_state="LINKED")
    one = queries_of(lambda: client.get(url))
    for _ in range(2):
        OfferLinkFactory(offer__integration=integration, offer__link_state="LINKED")
    assert queries_of(lambda: client.get(url)) == one


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=czajnik", {"Czajnik stalowy"}),
        ("q=STALOWY+czajnik", {"Czajnik stalowy"}),
        ("q=8000000002", {"Kubek"}),
        ("q=sk", {"Kubek"}),
        ("q=5901234123457", {"Kubek"}),
        ("q=100%25", set()),
        ("status=ENDED", {"Kubek"}),
        ("link=open", {"Czajnik stalowy"}),
        ("link=LINKED", {"Kubek"}),
        ("account=999999", set()),
        ("account=x", set()),
        ("page=999", set()),
        ("", {"Kubek", "Czajnik stalowy"}),
    ],
)
def test_search_and_filters(
    page: Page, viewer: Any, integration: Any, query: str, found: set[str]
) -> None:
    OfferFactory(integration=integration, title="Czajnik stalowy", external_id="CZ-1")
    OfferFactory(
        integration=integration,
        title="Kubek",
        allegro_id="8000000002",
        external_id="SKU-1",
        ean="5901234123457",
        publication_status="ENDED",
        link_state="LINKED",
    )
    answer = page(viewer).get(reverse("offers:list") + "?" + query)
    assert {row.offer.title for row in answer.context["page"].items} == found


def test_an_empty_list_says_what_to_do(page: Page, viewer: Any, integration: Any) -> None:
    assert "No offers yet" in _texts(page(viewer).get(reverse("offers:list")))
    assert "No offer fits" in _texts(page(viewer).get(reverse("offers:list") + "?q=nothing"))


def test_the_detail_offers_products_that_may_be_meant(
    page: Page, viewer: Any, integration: Any
) -> None:
    organization = integration.organization
    ProductFactory(organization=organization, code="SAME-EAN", ean="5901234123457")
    ProductFactory(organization=organization, code="SIMILAR", name="Czajnik stalowy nierdzewny")
    ProductFactory(organization=organization, code="OTHER", name="Patelnia")
    ProductFactory(code="FOREIGN", ean="5901234123457")
    offer = OfferFactory(
        integration=integration,
        title="Czajnik stalowy nierdzewny 2l",
        ean="5901234123457",
        external_id="",
        link_state="UNLINKED",
    )
    answer = page(viewer).get(reverse("offers:detail", args=[offer.pk]))
    assert [one.code for one in answer.context["candidates"]] == ["SAME-EAN", "SIMILAR"]


def test_linking_and_unlinking_by_the_form(page: Page, staff: Any, integration: Any) -> None:
    product = ProductFactory(organization=integration.organization, code="MUG")
    offer = OfferFactory(integration=integration, external_id="")
    client = page(staff)

    answer = client.post(
        reverse("offers:link", args=[offer.pk]),
        {"code": "MUG", "units_per_offer": "2"},
        follow=True,
    )

    assert "now sells MUG" in _texts(answer)
    link = offer.links.get()
    assert (link.product, link.units_per_offer, link.source) == (product, 2, "PERSON")
    client.post(reverse("offers:unlink", args=[offer.pk, link.pk]))
    offer.refresh_from_db()
    assert offer.link_state == "DETACHED"
    answer = client.post(reverse("offers:recognise", args=[offer.pk]), follow=True)
    assert "No product fits" in _texts(answer)


def test_one_press_links_a_candidate(page: Page, staff: Any, integration: Any) -> None:
    ProductFactory(organization=integration.organization, code="MUG")
    offer = OfferFactory(integration=integration, external_id="")
    page(staff).post(reverse("offers:link", args=[offer.pk]), {"code": "MUG"})
    assert offer.links.get().units_per_offer == 1


@pytest.mark.parametrize("code", ["", "NOWHERE", "FOREIGN", "ARCHIVED"])
def test_a_code_that_is_no_product_is_refused_and_says_so(
    page: Page, staff: Any, integration: Any, code: str
) -> None:
    ProductFactory(code="FOREIGN")
    ProductFactory(
        organization=integration.organization, code="ARCHIVED", archived_at="2026-01-01T00:00:00Z"
    )
    offer = OfferFactory(integration=integration, external_id="")
    answer = page(staff).post(reverse("offers:link", args=[offer.pk]), {"code": code})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in _texts(answer)
    assert not offer.links.exists()


def test_a_viewer_may_look_and_not_link(page: Page, viewer: Any, integration: Any) -> None:
    ProductFactory(organization=integration.organization, code="MUG")
    link = OfferLinkFactory(offer__integration=integration)
    client = page(viewer)
    assert client.get(reverse("offers:detail", args=[link.offer_id])).status_code == 200
    assert (
        client.post(reverse("offers:link", args=[link.offer_id]), {"code": "MUG"}).status_code
        == 403
    )
    removal = reverse("offers:unlink", args=[link.offer_id, link.pk])
    assert client.post(removal).status_code == 403
    assert [one.pk for one in link.offer.links.all()] == [link.pk]


def test_for_an_outsider_no_offer_exists(page: Page, outsider: Any, integration: Any) -> None:
    link = OfferLinkFactory(offer__integration=integration)
    client = page(outsider)
    assert client.get(reverse("offers:detail", args=[link.offer_id])).status_code == 404
    for name, args in (
        ("link", [link.offer_id]),
        ("recognise", [link.offer_id]),
        ("unlink", [link.offer_id, link.pk]),
    ):
        assert client.post(reverse(f"offers:{name}", args=args), {"code": "x"}).status_code == 404
    assert client.get(reverse("offers:list")).context["page"].items == []
    assert Offer.objects.get().links.count() == 1
