"""A created offer becomes one of ours: read in full, written down, tied to its product."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from connectors.allegro import NotFound
from connectors.allegro.types import ProductOffer
from core import audit
from core.enums import WorkState
from core.outbox import publish
from core.work import claimed
from offers.enums import Field, LinkSource, LinkState, PublicationReason, PublicationStatus
from offers.models import Offer, OfferLink, Publication
from offers.operations.agreeing import Agreed, agree
from offers.operations.ours import note_ours
from offers.operations.publishing.desk import Desk
from offers.operations.publishing.settling import Problem, park, replace_problems, wait
from offers.operations.refreshing import OfferReading, record_readings
from offers.values import price_text, stock_text, title_text

# A new offer may not be readable for a moment; after this long it is not there.
GONE_AFTER = timedelta(minutes=15)


def record_created(publication: Publication, desk: Desk, *, reason: PublicationReason) -> None:
    """Read the offer and write it down, its link and what both sides agree about; settles the row.

    An offer that is not to be read for a quarter of an hour was not created after all. One that
    Allegro keeps back as a draft although it was to be sold is left to a person, with its reasons.
    Raises what reading raises.
    """
    now = timezone.now()
    try:
        full = desk.client.offers.get(publication.allegro_id)
    except NotFound:
        _not_there(publication, now)
        return
    problems = _validation(full)
    is_draft = (full.get("publication") or {}).get("status") == PublicationStatus.INACTIVE
    with transaction.atomic():
        offer = _recorded(publication, desk, full, now)
        if publication.activate and is_draft and problems:
            park(
                publication,
                PublicationReason.REFUSED,
                problems,
                offer=offer,
                sent_at=None,
                operation_id="",
            )
        else:
            _finish(publication, offer, reason, now)


def _not_there(publication: Publication, now: datetime) -> None:
    since = publication.accepted_at or publication.sent_at or now
    if now - since < GONE_AFTER:
        wait(publication, PublicationReason.ACCEPTED, now=now, seconds=20.0)
        return
    words: Problem = ("NO_RESULT", str(PublicationReason.NO_RESULT.label), "")
    park(publication, PublicationReason.NO_RESULT, [words])


def _recorded(publication: Publication, desk: Desk, full: ProductOffer, now: datetime) -> Offer:
    reading = OfferReading(publication.allegro_id, full=full)
    record_readings(integration=desk.integration, readings=[reading], now=now)
    offer: Offer = Offer.objects.get(
        integration=desk.integration, allegro_id=publication.allegro_id
    )
    _tie(publication, offer, now)
    return offer


def _tie(publication: Publication, offer: Offer, now: datetime) -> None:
    """The product it was made of is what it sells, because a person said so."""
    if publication.product_id is None:
        return
    OfferLink.objects.bulk_create(
        [
            OfferLink(
                organization_id=offer.organization_id,
                offer=offer,
                product_id=publication.product_id,
                source=LinkSource.PERSON,
                linked_by_id=publication.requested_by_id,
                linked_at=now,
            )
        ],
        update_conflicts=True,
        unique_fields=["offer", "product"],
        update_fields=["source", "linked_by", "linked_at"],
    )
    Offer.objects.filter(pk=offer.pk).update(link_state=LinkState.LINKED)
    publish(
        topic="offer.linked",
        payload={"offer_ids": [offer.pk]},
        organization_id=offer.organization_id,
    )


def _finish(
    publication: Publication, offer: Offer, reason: PublicationReason, now: datetime
) -> None:
    left = claimed(publication).update(
        claimed_until=None,
        state=WorkState.DONE,
        finished_at=now,
        last_error="",
        reason=reason,
        offer=offer,
    )
    if not left:
        return
    replace_problems(publication, [])
    note_ours(integration=offer.integration, offer_ids=[offer.pk], now=now)
    agree(integration=offer.integration, agreed=_agreed(publication, offer), now=now)
    audit.record(
        action="offer.published",
        target=offer,
        actor=publication.requested_by,
        organization_id=offer.organization_id,
        now=now,
        after={"allegro_id": offer.allegro_id, "external_id": publication.external_id},
    )


def _agreed(publication: Publication, offer: Offer) -> list[Agreed]:
    """What went out and is shown now: the ground of the next comparison."""
    sent: dict[str, str | None] = {
        Field.TITLE: title_text(publication.title) or None,
        Field.PRICE: price_text(publication.price, publication.currency)
        if publication.price is not None
        else None,
        Field.STOCK: stock_text(publication.quantity) if publication.quantity is not None else None,
    }
    shown: dict[str, str | None] = {
        Field.TITLE: title_text(offer.title),
        Field.PRICE: price_text(offer.price, offer.currency) if offer.price is not None else None,
        Field.STOCK: stock_text(offer.stock_available)
        if offer.stock_available is not None
        else None,
    }
    return [
        Agreed(offer.pk, field, value)
        for field, value in sent.items()
        if value is not None and shown[field] == value
    ]


def _validation(full: Mapping[str, Any]) -> list[Problem]:
    errors = (full.get("validation") or {}).get("errors") or []
    return [
        (
            str(one.get("code") or "REFUSED"),
            str(one.get("userMessage") or one.get("message") or ""),
            str(one.get("path") or ""),
        )
        for one in errors
        if isinstance(one, Mapping)
    ]
