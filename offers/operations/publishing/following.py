"""Following what Allegro accepted to its end, and looking for what it may have taken unseen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils import timezone

from connectors.allegro import AllegroError, NotFound, Rejected
from offers.enums import PublicationReason
from offers.models import Offer, Publication
from offers.operations.publishing.desk import Desk
from offers.operations.publishing.recording import record_created
from offers.operations.publishing.settling import note, park, problems_of, wait

# Two hours are normal for a product new to Allegro's catalogue (allegro-api#13228); a little grace.
FOLLOW_FOR = timedelta(hours=2, minutes=15)
LONGEST_PAUSE = 300.0


def follow(publication: Publication, desk: Desk) -> None:
    """Ask how far an accepted offer is; settles the row.

    In progress: asked again after a pause that grows with its age. Done, or forgotten by Allegro: the
    offer is read and recorded. Refused: a person is needed. Past two hours: the offer itself is asked.
    Raises what else asking raises.
    """
    now = timezone.now()
    accepted_at = publication.accepted_at or now
    try:
        state = desk.client.offers.operation(publication.allegro_id, publication.operation_id)
    except NotFound:
        record_created(publication, desk, reason=PublicationReason.PUBLISHED)
        return
    except Rejected as refused:
        _refused(publication, desk, refused)
        return
    if state.done:
        if state.offer_id != publication.allegro_id:
            note(publication, allegro_id=state.offer_id)
        record_created(publication, desk, reason=PublicationReason.PUBLISHED)
    elif now - accepted_at > FOLLOW_FOR:
        record_created(publication, desk, reason=PublicationReason.PUBLISHED)
    else:
        age = (now - accepted_at).total_seconds()
        wait(publication, PublicationReason.ACCEPTED, now=now, seconds=pause(age))


def _refused(publication: Publication, desk: Desk, refused: AllegroError) -> None:
    """The work failed. What it left behind, if anything, is a draft: the next try changes that one."""
    try:
        desk.client.offers.get(publication.allegro_id)
    except NotFound:
        left_behind = ""
    else:
        left_behind = publication.allegro_id
    park(
        publication,
        PublicationReason.REFUSED,
        problems_of(refused),
        error=refused,
        allegro_id=left_behind,
        operation_id="",
        sent_at=None,
    )


def look_for(publication: Publication, desk: Desk) -> None:
    """An answer was lost: find the offer by its external id, or wait; settles the row.

    Looked at are our own tables, which the journal's reader fills, the listing, which lags, and the
    journal itself. Found: it is recorded like any other. Not found for as long as ``desk.doubt_for``
    since it was sent: it was never created, and is due to be sent again.
    """
    now = timezone.now()
    sent_at = publication.sent_at or now
    found = _found(publication, desk)
    if found:
        note(publication, allegro_id=found[0], accepted_at=now)
        record_created(publication, desk, reason=PublicationReason.FOUND)
    elif now - sent_at >= desk.doubt_for:
        note(publication, sent_at=None)
        wait(publication, PublicationReason.QUEUED, now=now, seconds=0.0)
    else:
        _look_later(publication, sent_at, desk, now)


def _look_later(publication: Publication, sent_at: datetime, desk: Desk, now: datetime) -> None:
    age = (now - sent_at).total_seconds()
    left = desk.doubt_for.total_seconds() - age
    wait(
        publication,
        PublicationReason.IN_DOUBT,
        now=now,
        seconds=min(pause(age), max(left, 0.5)),
        doubted_at=publication.doubted_at or now,
    )


def _found(publication: Publication, desk: Desk) -> Sequence[str]:
    """Numbers of offers with this external id that were not there before, and are nobody else's."""
    before = set(publication.known_before)
    code = publication.external_id
    ours = Offer.objects.filter(integration=desk.integration, external_id=code)
    seen = set(ours.values_list("allegro_id", flat=True)) - before
    seen = seen or set(desk.listed(code)) - before or set(desk.journalled(code)) - before
    taken = Publication.objects.filter(integration=desk.integration, allegro_id__in=seen)
    return sorted(seen - set(taken.values_list("allegro_id", flat=True)))


def pause(age: float) -> float:
    """Seconds until the next look at something this old: a third of its age, within bounds."""
    return min(max(age / 3, 2.0), LONGEST_PAUSE)
