"""Reading offers again because a person asks for it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from accounts.models import Organization, User
from core import audit
from core.outbox import publish
from offers.models import Offer
from offers.operations.refreshing import read_offer, record_readings
from offers.operations.reports import OfferReport
from settings_app.allegro import allegro_errors_told
from settings_app.connection import allegro_client


def read_again(*, offer: Offer, actor: User, now: datetime) -> OfferReport:
    """Read one offer in full at Allegro now and record it. Audits.

    One request to Allegro, outside of any transaction. Raises what :func:`allegro_errors_told`
    makes of failures (``AllegroAway``, ``AllegroRefused``).
    """
    with allegro_errors_told(), allegro_client(integration=offer.integration) as client:
        reading = read_offer(client=client, allegro_id=offer.allegro_id, in_full=True)
    with transaction.atomic():
        audit.record(
            action="offer.read_again",
            target=offer,
            actor=actor,
            organization_id=offer.organization_id,
            now=now,
        )
        return record_readings(integration=offer.integration, readings=[reading], now=now)


@transaction.atomic
def ask_reading(
    *, organization: Organization, offer_ids: Collection[int], actor: User, now: datetime
) -> int:
    """Have offers read in full by a sync of their accounts, which is asked for; returns how many.

    Publishes ``integration.sync_requested`` per account. Audits each offer.
    """
    offers = list(Offer.objects.for_organization(organization).filter(pk__in=offer_ids))
    Offer.objects.filter(pk__in=[one.pk for one in offers]).update(read_wanted_at=now)
    audit.record_many(
        action="offer.read_again",
        targets=offers,
        actor=actor,
        organization_id=organization.pk,
        now=now,
    )
    for integration_id in sorted({one.integration_id for one in offers}):
        publish(
            topic="integration.sync_requested",
            payload={"integration_id": integration_id, "kind": "PULL_OFFERS"},
            organization_id=organization.pk,
        )
    return len(offers)
