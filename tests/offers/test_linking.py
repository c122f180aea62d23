from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from core.models import AuditEntry, OutboxMessage
from core.outbox import deliver_due, publish
from offers.enums import LinkSource, LinkState
from offers.models import Offer, OfferLink
from offers.operations import (
    AlreadyLinked,
    link_offer,
    link_offers,
    recognise_again,
    record_eans,
    relink_for_products,
    unlink_offer,
)
from offers.queries import links_for
from offers.reasons import link_reason
from tests.factories import IntegrationFactory, OrganizationFactory, ProductFactory
from tests.offers.factories import OfferFactory, OfferLinkFactory

EAN = "5901234123457"


@pytest.fixture
def integration(organization: Any) -> Any:
    return IntegrationFactory(organization=organization)


def _link(offer: Offer) -> Any:
    report = link_offers(
        organization_id=offer.organization_id, offer_ids=[offer.pk], now=timezone.now()
    )
    offer.refresh_from_db()
    return report


def _linked_to(offer: Offer) -> list[tuple[str, str]]:
    return sorted(offer.links.values_list("product__code", "source"))


@pytest.mark.parametrize(
    ("offer", "products", "state", "linked"),
    [
        ({"external_id": "A1"}, [{"code": "A1"}], "LINKED", [("A1", "EXTERNAL_ID")]),
        # The seller's own code is believed before an EAN.
        (
            {"external_id": "A1", "ean": EAN},
            [{"code": "A1"}, {"code": "B", "ean": EAN}],
            "LINKED",
            [("A1", "EXTERNAL_ID")],
        ),
        ({"external_id": "X", "ean": EAN}, [{"code": "B", "ean": EAN}], "LINKED", [("B", "EAN")]),
        ({"external_id": "", "ean": EAN}, [{"code": "B", "ean": EAN}], "LINKED", [("B", "EAN")]),
        (
            {"external_id": "", "ean": EAN},
            [{"code": "B", "ean": EAN}, {"code": "C", "ean": EAN}],
            "AMBIGUOUS",
            [],
        ),
        ({"external_id": "X", "ean": ""}, [{"code": "B", "ean": ""}], "UNLINKED", []),
        ({"external_id": "", "ean": ""}, [{"code": "B", "ean": ""}], "NO_IDENTITY", []),
        # Codes are compared exactly: a1 and A1 may be two products.
        ({"external_id": "a1"}, [{"code": "A1"}], "UNLINKED", []),
    ],
)
def test_how_an_offer_is_recognised(
    integration: Any, offer: dict[str, str], products: list[dict[str, str]], state: str, linked: Any
) -> None:
    for values in products:
        ProductFactory(organization=integration.organization, **values)
    one = OfferFactory(integration=integration, **offer)

    _link(one)

    assert one.link_state == state
    assert _linked_to(one) == linked
    reason = link_reason(one)
    assert reason.text
    assert bool(reason.remedy) is (state != "LINKED")


def test_products_of_others_and_archived_ones_are_never_linked(integration: Any) -> None:
    ProductFactory(organization=OrganizationFactory(), code="A1", ean=EAN)
    ProductFactory(organization=integration.organization, code="A1", archived_at=timezone.now())
    offer = OfferFactory(integration=integration, external_id="A1", ean=EAN)
    _link(offer)
    assert offer.link_state == LinkState.UNLINKED
    assert _linked_to(offer) == []


def test_linking_again_changes_nothing_and_tells_nobody(integration: Any) -> None:
    ProductFactory(organization=integration.organization, code="A1")
    offer = OfferFactory(integration=integration, external_id="A1")
    assert _link(offer).linked_ids == [offer.pk]
    message = OutboxMessage.objects.get(topic="offer.linked")
    assert message.payload == {"offer_ids": [offer.pk]}
    before = offer.updated_at

    report = _link(offer)

    assert (report.linked_ids, report.relinked_ids, report.states_changed) == ([], [], 0)
    assert offer.updated_at == before
    assert OutboxMessage.objects.filter(topic="offer.linked").count() == 1


def test_a_better_match_replaces_an_automatic_link(integration: Any) -> None:
    organization = integration.organization
    ProductFactory(organization=organization, code="B", ean=EAN)
    offer = OfferFactory(integration=integration, external_id="A1", ean=EAN)
    _link(offer)
    assert _linked_to(offer) == [("B", "EAN")]
    ProductFactory(organization=organization, code="A1")

    report = _link(offer)

    assert _linked_to(offer) == [("A1", "EXTERNAL_ID")]
    assert report.relinked_ids == [offer.pk]


def test_a_renamed_product_stays_in_its_offer(integration: Any) -> None:
    product = ProductFactory.create(organization=integration.organization, code="A1")
    offer = OfferFactory(integration=integration, external_id="A1")
    _link(offer)
    product.code = "A1-NEW"
    product.save()
    _link(offer)
    assert _linked_to(offer) == [("A1-NEW", "EXTERNAL_ID")]
    assert offer.link_state == LinkState.LINKED


def test_a_persons_link_stands(integration: Any, owner: Any) -> None:
    organization = integration.organization
    ProductFactory(organization=organization, code="A1")
    chosen = ProductFactory(organization=organization, code="CHOSEN")
    offer = OfferFactory(integration=integration, external_id="A1")
    link_offer(offer=offer, product=chosen, units_per_offer=2, actor=owner, now=timezone.now())

    _link(offer)

    assert _linked_to(offer) == [("CHOSEN", "PERSON")]
    entry = AuditEntry.objects.get(action="offer.linked")
    assert (entry.actor, entry.after["code"], entry.after["units"]) == (owner, "CHOSEN", 2)


def test_a_link_a_person_removed_does_not_come_back_by_itself(integration: Any, owner: Any) -> None:
    ProductFactory(organization=integration.organization, code="A1")
    offer = OfferFactory(integration=integration, external_id="A1")
    _link(offer)
    link = offer.links.get()
    unlink_offer(link=link, actor=owner, now=timezone.now())
    unlink_offer(link=link, actor=owner, now=timezone.now())  # a second press does no harm

    _link(offer)

    assert offer.link_state == LinkState.DETACHED
    assert _linked_to(offer) == []
    assert AuditEntry.objects.filter(action="offer.unlinked").count() == 1
    recognise_again(offer=offer, actor=owner, now=timezone.now())
    offer.refresh_from_db()
    assert offer.link_state == LinkState.LINKED


def test_a_set_holds_several_products_with_pieces(integration: Any, owner: Any) -> None:
    organization = integration.organization
    mug, spoon = (ProductFactory(organization=organization, code=code) for code in ("MUG", "SPOON"))
    offer = OfferFactory.create(integration=integration, external_id="")
    for product, units in ((mug, 1), (spoon, 4)):
        link_offer(
            offer=offer, product=product, units_per_offer=units, actor=owner, now=timezone.now()
        )
    with pytest.raises(AlreadyLinked):
        link_offer(offer=offer, product=spoon, units_per_offer=4, actor=owner, now=timezone.now())
    link_offer(offer=offer, product=spoon, units_per_offer=6, actor=owner, now=timezone.now())

    found = links_for(integration_id=integration.pk, allegro_ids=[offer.allegro_id, "unknown"])

    assert list(found) == [offer.allegro_id]
    pieces = {link.product.code: link.units_per_offer for link in found[offer.allegro_id]}
    assert pieces == {"MUG": 1, "SPOON": 6}


def test_links_for_keeps_accounts_apart(integration: Any) -> None:
    link = OfferLinkFactory(offer__integration=integration)
    other = IntegrationFactory(organization=integration.organization)
    assert links_for(integration_id=other.pk, allegro_ids=[link.offer.allegro_id]) == {}


def test_eans_read_link_the_offers_they_identify(integration: Any) -> None:
    ProductFactory(organization=integration.organization, code="B", ean=EAN)
    found, none = (OfferFactory(integration=integration, external_id="") for _ in range(2))

    report = record_eans(
        integration=integration, eans={found.pk: EAN, none.pk: ""}, now=timezone.now()
    )

    assert report.linked_ids == [found.pk]
    none.refresh_from_db()
    assert none.link_state == LinkState.NO_IDENTITY
    assert none.details_read_at is not None
    assert link_reason(none).code == "NO_IDENTITY"


def test_an_ean_not_read_yet_is_a_reason_of_its_own(integration: Any) -> None:
    offer = OfferFactory(integration=integration, external_id="X")
    assert link_reason(offer).code == "EAN_NOT_READ"


def test_changed_products_relink_only_the_offers_they_affect(integration: Any) -> None:
    organization = integration.organization
    affected = OfferFactory(integration=integration, external_id="A1")
    by_ean = OfferFactory(integration=integration, external_id="Q", ean=EAN)
    untouched = OfferFactory(integration=integration, external_id="A2")
    ProductFactory(organization=organization, code="A2")
    product = ProductFactory(organization=organization, code="A1", ean=EAN)

    report = relink_for_products(
        organization_id=organization.pk, product_ids=[product.pk], now=timezone.now()
    )

    assert report.looked_at == 2
    assert sorted(report.linked_ids) == sorted([affected.pk, by_ean.pk])
    assert _linked_to(untouched) == []


@pytest.mark.django_db(transaction=True)
def test_a_product_message_links_and_asks_for_eans_that_were_never_read() -> None:
    from django.db import transaction

    integration = IntegrationFactory()
    organization = integration.organization
    offer = OfferFactory(integration=integration, external_id="A1")
    OfferFactory(integration=integration, external_id="nobody's")
    product = ProductFactory(organization=organization, code="A1", ean=EAN)
    with transaction.atomic():
        publish(
            topic="product.changed",
            payload={"product_ids": [product.pk]},
            organization_id=organization.pk,
        )

    deliver_due()
    deliver_due()

    offer.refresh_from_db()
    assert offer.link_state == LinkState.LINKED
    asked = OutboxMessage.objects.filter(topic="integration.sync_requested")
    assert [one.payload for one in asked] == [
        {"integration_id": integration.pk, "kind": "PULL_OFFERS"}
    ]


def test_link_sources_are_shown_in_words(integration: Any) -> None:
    link = OfferLinkFactory(offer__integration=integration, source=LinkSource.EAN)
    assert OfferLink.objects.get(pk=link.pk).get_source_display() == "EAN"
