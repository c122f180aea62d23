"""What is wanted of each field and what Allegro shows of it, read at this moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from connectors.allegro import AllegroClient, AllegroError, Lane, NotFound, Unavailable
from offers.enums import ItemState, PushReason, base_field
from offers.models import ValueCommandItem, ValuePush
from offers.operations.refreshing import OfferReading, read_offer, record_readings
from offers.operations.verdicts import Verdict, of_error
from offers.operations.writing.deciding import Look
from offers.operations.writing.seeing import available_in, needs_full, text_of, whole_of
from offers.operations.writing.wholes import HASHED, wholes_of
from offers.ours import Account
from offers.ours.computing import canonical
from offers.reading import read_each
from settings_app.models import Integration
from settings_app.operations.health import record_sync_failure

# So many answers in a row that never came mean that Allegro is away, not one offer.
AWAY_AFTER = 3
_AFTER_A_WRITE = (PushReason.COMMAND, PushReason.NO_RESULT, PushReason.NOT_TAKEN)


@dataclass(frozen=True, slots=True)
class Looked:
    """What came of looking; ``healthy`` False: leave the account alone for now."""

    looks: list[Look]
    verdicts: list[Verdict]
    healthy: bool


def look_at(
    integration: Integration,
    client: AllegroClient,
    pushes: Sequence[ValuePush],
    account: Account,
    *,
    now: datetime,
) -> Looked:
    """Read each offer once, by ``/parts`` where that says enough, and write down what was read."""
    readings = _read(integration, client, pushes)
    good = [one for one in readings.values() if isinstance(one, OfferReading)]
    if good:
        record_readings(integration=integration, readings=good, now=now)
    wholes = wholes_of(integration=integration, pushes=pushes, account=account)
    written = _written_last(pushes)
    looks, verdicts, failures = [], [], []
    for push in pushes:
        found = readings[push.offer.allegro_id]
        if isinstance(found, OfferReading) and not found.is_gone:
            looks.append(_look(push, found, wholes.get(push.pk), written, account))
            continue
        error = found if isinstance(found, AllegroError) else NotFound("the offer is gone")
        failures.append(error)
        verdicts.append(of_error(push, error, now=timezone.now()))
    return Looked(looks, verdicts, _is_healthy(integration, failures))


def _read(
    integration: Integration, client: AllegroClient, pushes: Sequence[ValuePush]
) -> dict[str, OfferReading | AllegroError]:
    numbers = list(dict.fromkeys(one.offer.allegro_id for one in pushes))
    in_full = {one.offer.allegro_id for one in pushes if needs_full(one.field)}
    return dict(
        read_each(
            integration=integration,
            client=client,
            allegro_ids=numbers,
            read=lambda reader, number: read_offer(
                client=reader, allegro_id=number, in_full=number in in_full
            ),
            lane=Lane.PRICES,
        )
    )


def _look(
    push: ValuePush,
    reading: OfferReading,
    whole: str | None,
    written: dict[tuple[int, str], ValueCommandItem],
    account: Account,
) -> Look:
    last = written.get((push.offer_id, push.field))
    is_last = last is not None and last.value == push.value
    wanted = {push.value}
    if base_field(push.field) in HASHED:
        wholes = [whole, last.whole if last is not None and is_last else None]
        wanted |= {canonical(push.field, one, account) for one in wholes if one is not None}
    return Look(
        push=push,
        shown=text_of(reading, push.field),
        wanted=frozenset(wanted),
        whole=whole,
        whole_before=whole_of(reading, push.field),
        written=is_last and push.reason in _AFTER_A_WRITE,
        available=available_in(reading),
    )


def _written_last(pushes: Sequence[ValuePush]) -> dict[tuple[int, str], ValueCommandItem]:
    """The last write that Allegro finished or never told about, by offer and field."""
    asked = [one for one in pushes if one.reason in _AFTER_A_WRITE]
    if not asked:
        return {}
    items = (
        ValueCommandItem.objects.filter(
            offer__in=[one.offer_id for one in asked], field__in={one.field for one in asked}
        )
        .exclude(state=ItemState.FAIL)
        .order_by("offer_id", "field", "-pk")
        .distinct("offer_id", "field")
    )
    return {(one.offer_id, one.field): one for one in items}


def _is_healthy(integration: Integration, failures: Sequence[AllegroError]) -> bool:
    """Counts a failure of the account when reading was refused, or did not work for several offers."""
    ending = next((one for one in failures if one.retry_after is not None), None)
    away = [one for one in failures if isinstance(one, Unavailable)]
    if ending is None and len(away) < AWAY_AFTER:
        return True
    error = ending or away[0]
    record_sync_failure(integration=integration, error=error, now=timezone.now())
    return False
