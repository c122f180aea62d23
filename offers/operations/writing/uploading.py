"""Pictures are brought to Allegro before an offer is told to show them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from connectors.allegro import AllegroClient, AllegroError
from offers import values
from offers.enums import Field, PushReason
from offers.models import ValueCommandItem
from offers.operations.images import ImageAway, ImageRefused, is_at_allegro, upload_image
from offers.operations.verdicts import Verdict, failed, of_error, parked
from offers.operations.writing.deciding import Look
from settings_app.models import Integration


def with_pictures(
    integration: Integration, client: AllegroClient, looks: Sequence[Look], *, now: datetime
) -> tuple[list[Look], list[Verdict]]:
    """The looks with the pictures' addresses at Allegro as their whole value; verdicts where that failed.

    Network, so never in a transaction. A picture that lies at Allegro already is left where it is.
    """
    ready: list[Look] = []
    verdicts: list[Verdict] = []
    for look in looks:
        if look.field != Field.IMAGES:
            ready.append(look)
            continue
        try:
            there = _shown_once(look)
            urls = [
                one if one in there else _location(integration, client, one, now)
                for one in values.images_of(look.whole or "[]")
            ]
        except (ImageRefused, ImageAway, AllegroError) as error:
            verdicts.append(_failed(look, error, now))
        else:
            ready.append(replace(look, whole=values.images_value(urls)))
    return ready, verdicts


def _shown_once(look: Look) -> set[str]:
    """Addresses that Allegro itself showed for the offer, now or before one of our writes."""
    items = ValueCommandItem.objects.filter(offer_id=look.push.offer_id, field=Field.IMAGES)
    shown = [look.whole_before, *items.values_list("whole_before", flat=True)]
    return {url for one in shown if one for url in values.images_of(one)}


def _location(integration: Integration, client: AllegroClient, url: str, now: datetime) -> str:
    if is_at_allegro(url):
        return url
    return upload_image(integration=integration, client=client, url=url, now=now).location


def _failed(look: Look, error: Exception, now: datetime) -> Verdict:
    if isinstance(error, AllegroError):
        return of_error(look.push, error, now=now)
    if isinstance(error, ImageRefused):
        words = f"{error.address}: {error}"
        return parked(look.push, PushReason.REFUSED, now=now, shown=look.shown, error=words)
    return failed(look.push, PushReason.AWAY, now=now, error=str(error), trace_id="")
