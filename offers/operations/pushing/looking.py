"""What is wanted of each offer and what Allegro shows of it."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import timezone

from connectors.allegro import AllegroClient, AllegroError, Unavailable
from offers.draining import sold_since
from offers.enums import PushReason
from offers.models import OfferPush
from offers.operations.deciding import Look
from offers.operations.verdicts import Verdict, done, of_error
from offers.reading import read_shown
from offers.targets import targets_for
from settings_app.models import Integration
from settings_app.operations.health import record_sync_failure

# So many answers in a row that never came mean that Allegro is away, not one offer.
AWAY_AFTER = 3


def look_at(
    integration: Integration, client: AllegroClient, pushes: Sequence[OfferPush]
) -> tuple[list[Look], list[Verdict], bool]:
    """What we want and what Allegro shows, for those where both are known; verdicts on the others."""
    targets = targets_for(integration=integration, offer_ids=[one.offer_id for one in pushes])
    verdicts: list[Verdict] = []
    ours: list[OfferPush] = []
    for push in pushes:
        target = targets[push.offer_id]
        if target.quantity is None:
            verdicts.append(done(push, PushReason(target.reason), now=timezone.now()))
        else:
            ours.append(push)
    asked_at = timezone.now()
    shown = read_shown(
        integration=integration, client=client, allegro_ids=[one.offer.allegro_id for one in ours]
    )
    sold = sold_since(
        integration,
        {one.offer_id: one.offer.stock_shown_at for one in ours if one.offer.stock_shown_at},
    )
    looks, failures = [], []
    for push in ours:
        quantity, found = targets[push.offer_id].quantity, shown[push.offer.allegro_id]
        assert quantity is not None  # the others were sorted out above
        if isinstance(found, AllegroError):
            failures.append(found)
            verdicts.append(of_error(push, found, now=timezone.now(), target=quantity))
        else:
            looks.append(
                Look(push, quantity, found, asked_at, sold.get(push.offer_id, 0), integration)
            )
    return looks, verdicts, _is_healthy(integration, failures)


def _is_healthy(integration: Integration, failures: Sequence[AllegroError]) -> bool:
    """Counts a failure of the account when reading was refused, or did not work for several offers."""
    ending = next((one for one in failures if one.retry_after is not None), None)
    away = [one for one in failures if isinstance(one, Unavailable)]
    if ending is None and len(away) < AWAY_AFTER:
        return True
    error = ending or away[0]
    record_sync_failure(integration=integration, error=error, now=timezone.now())
    return False
