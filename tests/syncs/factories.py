from __future__ import annotations

from decimal import Decimal

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from syncs.models import (
    Conflict,
    Discrepancy,
    DiscrepancyRule,
    PlannedChange,
    RunBrake,
    SyncItem,
    SyncRun,
)
from tests.factories import IntegrationFactory, OrganizationFactory
from tests.offers.factories import OfferFactory


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


class PlannedChangeFactory(DjangoModelFactory[PlannedChange]):
    """A price of ours that moved and would be sent."""

    class Meta:
        model = PlannedChange

    run = factory.SubFactory(SyncRunFactory, kind="PUSH")
    organization = factory.SelfAttribute("run.organization")
    offer = factory.SubFactory(OfferFactory, integration=factory.SelfAttribute("..run.integration"))
    field = "PRICE"
    action = "PUSH"
    base = "99.00 PLN"
    ours = "105.00 PLN"
    theirs = "99.00 PLN"
    value = "105.00 PLN"
    reason = "OURS_CHANGED"


class RunBrakeFactory(DjangoModelFactory[RunBrake]):
    class Meta:
        model = RunBrake

    run = factory.SubFactory(SyncRunFactory, kind="PUSH", state="WAITING_FOR_PERSON")
    organization = factory.SelfAttribute("run.organization")
    kind = "CHANGED"
    count = 80
    total = 100
    limit = 30
    opened_at = factory.LazyFunction(timezone.now)


class ConflictFactory(DjangoModelFactory[Conflict]):
    """A price that both sides changed."""

    class Meta:
        model = Conflict

    offer = factory.SubFactory(OfferFactory)
    integration = factory.SelfAttribute("offer.integration")
    organization = factory.SelfAttribute("offer.organization")
    field = "PRICE"
    base = "99.00 PLN"
    ours = "105.00 PLN"
    theirs = "95.00 PLN"
    reason = "BOTH_CHANGED"
    opened_at = factory.LazyFunction(timezone.now)
    changed_at = factory.LazyFunction(timezone.now)
