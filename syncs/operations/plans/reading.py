"""The targets of a narrow run read at Allegro itself, one by one."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from connectors.allegro.client import AllegroClient
from connectors.allegro.errors import Rejected
from offers.models import Offer
from offers.operations import OfferReading, read_offer, record_readings
from syncs.models import RunTarget, SyncRun
from syncs.operations.steps import step

BATCH = 25


def read_targets(run: SyncRun, client: AllegroClient, *, deadline: datetime) -> bool:
    """Read the run's offers in full; True when all are, False when time was up after some.

    An offer Allegro refuses to show stays as it was seen last.
    """
    while not run.position.get("targets_read"):
        after = int(run.position.get("offer", 0))
        targets = RunTarget.objects.filter(run=run, offer_id__gt=after).values("offer_id")
        offers = list(Offer.objects.filter(pk__in=targets).order_by("pk")[:BATCH])
        readings = [one for offer in offers if (one := _reading(client, offer)) is not None]
        with step(run) as taken:
            record_readings(integration=run.integration, readings=readings, now=timezone.now())
            if len(offers) == BATCH:
                taken.position["offer"] = offers[-1].pk
            else:
                taken.position["targets_read"] = True
        if timezone.now() >= deadline:
            return False
    return True


def _reading(client: AllegroClient, offer: Offer) -> OfferReading | None:
    try:
        return read_offer(client=client, allegro_id=offer.allegro_id, in_full=True)
    except Rejected:
        return None
