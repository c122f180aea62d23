from __future__ import annotations

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from syncs.models import SyncItem, SyncRun
from tests.factories import IntegrationFactory


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
