from __future__ import annotations

from decimal import Decimal

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from syncs.models import Discrepancy, DiscrepancyRule, SyncItem, SyncRun
from tests.factories import IntegrationFactory, OrganizationFactory


class SyncRunFactory(DjangoModelFactory[SyncRun]):
    class Meta:
        model = SyncRun

    integration = factory.SubFactory(IntegrationFactory)
    organization = factory.SelfAttribute("integration.organization")
    kind = "PULL_OFFERS"
    trigger = "PERSON"
    state = "DONE"
    requested_at = factory.LazyFunction(timezone.now)


class SyncItemFactory(DjangoModelFactory[SyncItem]):
    class Meta:
        model = SyncItem

    run = factory.SubFactory(SyncRunFactory)
    organization = factory.SelfAttribute("run.organization")
    object_type = "offer"
    object_id = factory.Sequence(lambda n: str(9_000_000_000 + n))
    label = "Kubek"
    outcome = "CREATED"


class DiscrepancyFactory(DjangoModelFactory[Discrepancy]):
    """A quantity of 3 here and 5 at Allegro, just read there."""

    class Meta:
        model = Discrepancy

    integration = factory.SubFactory(IntegrationFactory)
    organization = factory.SelfAttribute("integration.organization")
    fingerprint = factory.Sequence(lambda n: f"QUANTITY:made:{n}")
    kind = "QUANTITY"
    cause = "DIFFERS"
    our_source = "STOCK"
    ours = "3"
    their_source = "OFFER"
    theirs = "5"
    difference = Decimal(2)
    size = Decimal(2)
    severity = 1
    first_seen_at = factory.LazyFunction(timezone.now)
    last_seen_at = factory.LazyFunction(timezone.now)
    confirmed_at = factory.LazyFunction(timezone.now)


class DiscrepancyRuleFactory(DjangoModelFactory[DiscrepancyRule]):
    class Meta:
        model = DiscrepancyRule

    organization = factory.SubFactory(OrganizationFactory)
    name = factory.Sequence(lambda n: f"Rule {n}")
    position = factory.Sequence(lambda n: n)
