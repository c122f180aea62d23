from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from offers.problem_codes import meaning_of
from tests.offers.conftest import Page
from tests.offers.factories import OfferFactory, OfferProblemFactory

pytestmark = pytest.mark.django_db


def test_problems_are_grouped_by_code_and_safety_comes_first(
    page: Page, viewer: Any, integration: Any
) -> None:
    for _offer in range(3):
        OfferProblemFactory(
            offer__integration=integration, code="StrangeNewCode", message="Nowość", is_error=False
        )
    unsafe = OfferProblemFactory(offer__integration=integration).offer
    OfferProblemFactory(offer=unsafe, path="productSet[1].safetyInformation")
    OfferProblemFactory(code="FOREIGN_CODE")

    answer = page(viewer).get(reverse("offers:problems"))

    groups = answer.context["groups"]
    assert [(one.meaning.code, one.offers, one.errors) for one in groups] == [
        ("SAFETY_INFO_NOT_DEFINED", 1, 2),
        ("StrangeNewCode", 3, 0),
    ]
    text = answer.content.decode()
    assert "No safety information" in text
    assert "add safety information to the offer" in text
    # A code nobody knows is shown with Allegro's own words.
    assert "Nowość" in text
    assert f"{reverse('offers:list')}?problem=StrangeNewCode" in text
    assert "FOREIGN_CODE" not in text


def test_the_page_of_problems_can_be_narrowed_to_an_account_and_may_be_empty(
    page: Page, viewer: Any, integration: Any
) -> None:
    assert "Allegro objects to nothing" in _text(page(viewer), reverse("offers:problems"))
    OfferProblemFactory(offer__integration=integration)
    url = reverse("offers:problems")
    assert "No safety information" in _text(page(viewer), f"{url}?account={integration.pk}")
    for other in ("999999", "x", "9" * 30):
        assert "No safety information" not in _text(page(viewer), f"{url}?account={other}")


def test_an_offers_page_tells_its_problems_with_the_remedy(
    page: Page, viewer: Any, integration: Any
) -> None:
    offer = OfferFactory(integration=integration)
    OfferProblemFactory(offer=offer, path="productSet[0].safetyInformation", message="<b>Zle</b>")
    text = _text(page(viewer), reverse("offers:detail", args=[offer.pk]))
    assert "No safety information" in text
    assert "productSet[0].safetyInformation" in text
    assert "&lt;b&gt;Zle&lt;/b&gt;" in text


def test_strange_codes_stand_for_themselves() -> None:
    assert (meaning_of("XYZ").label, meaning_of("XYZ").is_known) == ("XYZ", False)
    assert meaning_of("RESPONSIBLE_PRODUCER_NOT_SPECIFIED").is_safety


def _text(client: Any, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return str(answer.content.decode())
