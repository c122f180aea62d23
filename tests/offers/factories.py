from __future__ import annotations

from decimal import Decimal
from typing import Any

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from offers.models import FieldState, Offer, OfferLink, OfferProblem
from tests.factories import IntegrationFactory, ProductFactory


class OfferFactory(DjangoModelFactory[Offer]):
    class Meta:
        model = Offer

    integration = factory.SubFactory(IntegrationFactory)
    organization = factory.SelfAttribute("integration.organization")
    allegro_id = factory.Sequence(lambda n: str(8_000_000_000 + n))
    external_id = factory.Sequence(lambda n: f"CODE-{n}")
    title = factory.Sequence(lambda n: f"Czajnik stalowy {n}")
    price = Decimal("99.00")
    currency = "PLN"
    stock_available = 5
    publication_status = "ACTIVE"
    first_seen_at = factory.LazyFunction(timezone.now)
    remote_seen_at = factory.LazyFunction(timezone.now)


class OfferLinkFactory(DjangoModelFactory[OfferLink]):
    class Meta:
        model = OfferLink

    offer = factory.SubFactory(OfferFactory)
    organization = factory.SelfAttribute("offer.organization")
    product: Any = factory.SubFactory(
        ProductFactory, organization=factory.SelfAttribute("..organization")
    )
    source = "EXTERNAL_ID"
    linked_at = factory.LazyFunction(timezone.now)


class FieldStateFactory(DjangoModelFactory[FieldState]):
    class Meta:
        model = FieldState

    offer = factory.SubFactory(OfferFactory)
    integration = factory.SelfAttribute("offer.integration")
    organization = factory.SelfAttribute("offer.organization")
    field = "PRICE"


class OfferProblemFactory(DjangoModelFactory[OfferProblem]):
    class Meta:
        model = OfferProblem

    offer: Any = factory.SubFactory(OfferFactory)
    organization = factory.SelfAttribute("offer.organization")
    integration = factory.SelfAttribute("offer.integration")
    source = "VALIDATION"
    code = "SAFETY_INFO_NOT_DEFINED"
    message = "Informacja nie została podana"
    first_seen_at = factory.LazyFunction(timezone.now)
    last_seen_at = factory.LazyFunction(timezone.now)
