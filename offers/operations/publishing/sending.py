"""Sending one offer to Allegro: looked at once more, noted down before the call, never sent twice."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from connectors.allegro import (
    Accepted,
    AllegroError,
    AuthError,
    Done,
    Forbidden,
    RateLimited,
    Rejected,
    Unavailable,
)
from core.money import Money
from core.work import extend
from offers.candidates import Candidate
from offers.copying import copied_body, document_of
from offers.enums import PublicationReason
from offers.models import Offer, Publication
from offers.operations.images import ImageAway, ImageRefused, is_at_allegro, upload_image
from offers.operations.publishing.desk import Desk
from offers.operations.publishing.settling import (
    Problem,
    note,
    park,
    problems_of,
    try_again,
    wait,
)
from offers.publishing.bodies import MOST_IMAGES, body_hash, offer_body
from offers.publishing.obstacles import Code, obstacle
from offers.values import description_html

# After a lost answer the offer is looked for at once, then ever more rarely.
FIRST_LOOK = 5.0


def send(publication: Publication, desk: Desk) -> None:
    """Create the offer, unless something is in the way by now; settles the row in every case.

    What the row becomes: ACCEPTED (Allegro works on it), on its way to be recorded (created), IN_DOUBT
    (the answer was lost), or back with a reason. Raises nothing of Allegro's.
    """
    candidate = desk.candidates.get(publication.pk)
    if candidate is None:
        park(publication, PublicationReason.FAILED, [_gone()])
        return
    now = timezone.now()
    if candidate.obstacles:
        park(publication, PublicationReason.NOT_READY, _obstacles(candidate))
        return
    try:
        if not publication.allegro_id and _is_sold_already(publication, candidate, desk):
            return
        body = _body(publication, candidate, desk)
    except ImageRefused as refused:
        park(publication, PublicationReason.NOT_READY, [_image(publication, refused)])
    except ImageAway as away:
        try_again(publication, away, reason=PublicationReason.AWAY, now=now)
    except AllegroError as error:
        _not_sent(publication, error, now=now)
    else:
        _post(publication, desk, body)


def _is_sold_already(publication: Publication, candidate: Candidate, desk: Desk) -> bool:
    """Whether the guard holds it back: by what we know, then by what Allegro lists this moment."""
    other = candidate.duplicate
    if other is not None and not publication.allow_duplicate:
        park(publication, PublicationReason.DUPLICATE, [("DUPLICATE", other.words, other.link)])
        return True
    known = set(desk.listed(publication.external_id)) | _ours(publication)
    if known and not publication.allow_duplicate:
        words = _listed_words(sorted(known))
        park(publication, PublicationReason.DUPLICATE, [("DUPLICATE", words, "")])
        return True
    publication.known_before = sorted(known)
    return False


def _listed_words(numbers: list[str]) -> str:
    """That these offers of the account have the code."""
    return _("Allegro lists %(numbers)s with the same code.") % {"numbers": ", ".join(numbers)}


def _ours(publication: Publication) -> set[str]:
    """Every offer of the account with this code that we ever saw, lost ones too."""
    offers = Offer.objects.filter(
        integration_id=publication.integration_id, external_id=publication.external_id
    )
    return set(offers.values_list("allegro_id", flat=True))


def _body(publication: Publication, candidate: Candidate, desk: Desk) -> dict[str, Any]:
    product, terms = candidate.product, desk.terms
    assert terms is not None  # there is a candidate, so there are terms
    assert product.price is not None  # it is ready
    quantity = product.quantity or 0
    given: dict[str, Any] = {
        "images": [_uploaded(url, desk) for url in product.images[:MOST_IMAGES]],
        "activate": publication.activate,
        "quantity": quantity,
        "price": product.price,
    }
    if candidate.source_offer_id is not None:
        offer = Offer.objects.select_related("content").get(pk=candidate.source_offer_id)
        body = copied_body(document_of(offer), product, terms, **given)
    else:
        body = offer_body(
            product,
            terms,
            description=description_html(product.description),
            elsewhere=candidate.wanted.elsewhere,
            **given,
        )
    _remember(publication, body["name"], product.price, quantity)
    return body


def _remember(publication: Publication, title: str, price: Money, quantity: int) -> None:
    publication.title, publication.quantity = title, quantity
    publication.price, publication.currency = price.amount, price.currency


def _uploaded(url: str, desk: Desk) -> str:
    """Where the picture lies at Allegro; one that lies there already is left where it is."""
    if is_at_allegro(url):
        return url
    if url not in desk.uploaded:
        image = upload_image(
            integration=desk.integration, client=desk.client, url=url, now=timezone.now()
        )
        desk.uploaded[url] = image.location
    return desk.uploaded[url]


def _post(publication: Publication, desk: Desk, body: dict[str, Any]) -> None:
    """The one call that may create an offer. Before it, the row says that it is about to be made."""
    now = timezone.now()
    if not extend(publication, now=now) or not note(
        publication,
        reason=PublicationReason.SENDING,
        sent_at=now,
        doubted_at=None,
        body_hash=body_hash(body),
        known_before=publication.known_before,
        title=publication.title,
        price=publication.price,
        currency=publication.currency,
        quantity=publication.quantity,
    ):
        return  # another worker has it by now
    try:
        answer = _called(publication, desk, body)
    except AllegroError as error:
        _failed(publication, error, now=timezone.now())
    else:
        _answered(publication, answer)


def _called(publication: Publication, desk: Desk, body: dict[str, Any]) -> Accepted | Done:
    """A new offer; or the draft that an earlier try left behind, changed to what it should be."""
    if publication.allegro_id:
        return desk.client.offers.patch(publication.allegro_id, body)
    return desk.client.offers.create(body)


def _answered(publication: Publication, answer: Accepted | Done) -> None:
    now = timezone.now()
    if isinstance(answer, Accepted):
        note(publication, allegro_id=answer.offer_id, operation_id=answer.operation_id)
        wait(
            publication,
            PublicationReason.ACCEPTED,
            now=now,
            seconds=min(answer.retry_after or 2.0, 60.0),
            accepted_at=now,
            last_trace_id=answer.trace_id[:128],
        )
        return
    number = str(answer.offer["id"])
    note(publication, allegro_id=number, operation_id="", accepted_at=now)
    wait(publication, PublicationReason.ACCEPTED, now=now, seconds=0.0)


def _failed(publication: Publication, error: AllegroError, *, now: datetime) -> None:
    """What a failed call means. Only a clear refusal says that nothing was created."""
    if error.outcome_unknown or (isinstance(error, Unavailable) and publication.allegro_id):
        wait(
            publication,
            PublicationReason.IN_DOUBT,
            now=now,
            seconds=FIRST_LOOK,
            doubted_at=now,
            last_error=str(error)[:4000],
            last_trace_id=error.trace_id[:128],
        )
        return
    note(publication, sent_at=None)
    _not_sent(publication, error, now=now)


def _not_sent(publication: Publication, error: AllegroError, *, now: datetime) -> None:
    """The offer was surely not created: wait, try again, or ask a person."""
    if isinstance(error, RateLimited):
        wait(publication, PublicationReason.LIMIT, now=now, seconds=error.retry_after or 60.0)
    elif isinstance(error, AuthError):
        wait(publication, PublicationReason.SIGN_IN, now=now, seconds=error.retry_after or 600.0)
    elif isinstance(error, Forbidden):
        park(publication, PublicationReason.FORBIDDEN, problems_of(error), error=error)
    elif isinstance(error, Rejected):
        park(publication, PublicationReason.REFUSED, problems_of(error), error=error)
    else:
        try_again(publication, error, reason=PublicationReason.AWAY, now=now)


def _obstacles(candidate: Candidate) -> list[Problem]:
    return [(one.code, one.words, "") for one in candidate.obstacles]


def _image(publication: Publication, refused: ImageRefused) -> Problem:
    found = obstacle(
        Code.IMAGE_NOT_FETCHED,
        product_id=publication.product_id or 0,
        integration_id=publication.integration_id,
        address=refused.address[:120],
        problem=refused.detail,
    )
    return found.code, found.words, ""


def _gone() -> Problem:
    return "PRODUCT_GONE", _("The product is no longer there."), ""
