"""Offers: listing, reading, creating, changing, and the journal of their changes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast
from urllib.parse import urlsplit

from connectors.allegro.answers import Answer, Caller
from connectors.allegro.errors import NotFound
from connectors.allegro.limits import MAX_EXTERNAL_ID, MAX_OFFER_EVENTS, MAX_OFFERS_PER_PAGE
from connectors.allegro.transport import QueryValue
from connectors.allegro.types import (
    Accepted,
    Done,
    OfferEvent,
    OfferListing,
    OfferParts,
    OffersPage,
    OperationState,
    ProductOffer,
)

# Only the path of a Location counts: it has pointed at an internal port (allegro-api#5712).
_OPERATION_PATH = re.compile(r"/sale/product-offers/([^/]+)/operations/([^/]+)/?$")
_OFFER_PATH = re.compile(r"/sale/product-offers/([^/]+)/?$")
# Pages shift while offers change (allegro-api#3740); each page looks back this far.
_OVERLAP = 20

# The methods called ``list`` below would shadow the type in annotations.
Listings = list[OfferListing]
Events = list[OfferEvent]
Filter = QueryValue | Sequence[QueryValue]


class Offers:
    """The seller's offers."""

    def __init__(self, caller: Caller) -> None:
        """Make calls through ``caller``."""
        self._caller = caller

    def list(
        self, *, offset: int = 0, limit: int = MAX_OFFERS_PER_PAGE, **filters: Filter
    ) -> OffersPage:
        """Read a page of the listing, an index that lags behind: enumerate with it, no more.

        Filters carry Allegro's names, with ``__`` for the dot or through ``**{"external.id": x}``.
        Raises ValueError for a filter Allegro does not know.
        """
        answer = self._caller.request(
            "offers.list", query={"offset": offset, "limit": limit, **dotted(filters)}
        )
        offers: Listings = answer.records("offers")
        count = answer.number("count", len(offers))
        return OffersPage(offers, count, answer.number("totalCount", count), answer.trace_id)

    def iterate(
        self, page_size: int = MAX_OFFERS_PER_PAGE, **filters: Filter
    ) -> Iterator[Listings]:
        """Read the whole listing, page by page, each offer once.

        Pages overlap a little, because they shift while offers change. An offer missing here may
        still exist: read it before ending anything. ``page_size`` is at most 1000.
        """
        seen: set[str] = set()
        offset = 0
        while True:
            page = self.list(offset=offset, limit=page_size, **filters)
            fresh = [one for one in page.offers if one["id"] not in seen]
            seen.update(one["id"] for one in fresh)
            if fresh:
                yield fresh
            end = offset + len(page.offers)
            if not page.offers or end >= page.total_count:
                return
            offset = max(offset + 1, end - min(_OVERLAP, page_size // 10))

    def get(self, offer_id: str) -> ProductOffer:
        """Read an offer in full. Raises NotFound."""
        answer = self._caller.request("offers.get", path={"offerId": offer_id})
        return cast("ProductOffer", answer.mapping())

    def parts(self, offer_id: str, include: Sequence[str] = ("stock", "price")) -> OfferParts:
        """Read fresh stock and price of an offer: the base for decisions. Raises NotFound."""
        answer = self._caller.request(
            "offers.parts", path={"offerId": offer_id}, query={"include": tuple(include)}
        )
        return cast("OfferParts", answer.mapping())

    def create(self, body: Mapping[str, Any]) -> Accepted | Done:
        """List a new offer; never repeated by itself, posting twice makes two offers.

        ``body`` needs ``external.id``, the seller's own code: after an unknown outcome it is the
        only way to find out whether the offer exists. Raises ValueError without it, Rejected with
        the fields Allegro refused.
        """
        external = (body.get("external") or {}).get("id")
        if not isinstance(external, str) or not 0 < len(external) <= MAX_EXTERNAL_ID:
            raise ValueError("an offer needs external.id, 1 to 100 characters")
        return _written(self._caller.request("offers.create", body=dict(body)), "")

    def patch(self, offer_id: str, body: Mapping[str, Any]) -> Accepted | Done:
        """Change the given fields of an offer; a list replaces the whole old list.

        Changes of only stock or price are done at once (allegro-api#7573). Stock 0 ends an active
        offer. Raises Conflict while an earlier change is still being processed.
        """
        if not body:
            raise ValueError("nothing to change")
        answer = self._caller.request("offers.patch", path={"offerId": offer_id}, body=dict(body))
        return _written(answer, offer_id)

    def operation(self, offer_id: str, operation_id: str) -> OperationState:
        """Ask how far an accepted write is. Raises Rejected when it failed.

        NotFound comes after about a week (allegro-api#8997): read the offer's ``validation`` then.
        """
        answer = self._caller.request(
            "offers.operation", path={"offerId": offer_id, "operationId": operation_id}
        )
        if answer.status == 303:
            found = _OFFER_PATH.search(urlsplit(answer.headers.get("location", "")).path)
            finished = found[1] if found else offer_id
            return OperationState(
                done=True, status="COMPLETED", offer_id=finished, trace_id=answer.trace_id
            )
        operation = answer.mapping().get("operation") or {}
        status = str(operation.get("status") or "PENDING")
        return OperationState(
            done=status == "COMPLETED", status=status, offer_id=offer_id, trace_id=answer.trace_id
        )

    def delete_draft(self, offer_id: str) -> None:
        """Delete a draft; offers that were ever active cannot be deleted, only ended."""
        try:
            self._caller.request("offers.delete_draft", path={"offerId": offer_id})
        except NotFound as gone:
            if gone.attempts == 1:
                raise
            # The first attempt did it; only its answer was lost.

    def events(
        self, *, after: str | None = None, limit: int = MAX_OFFER_EVENTS, types: Sequence[str] = ()
    ) -> Events:
        """Read the journal of the last 24 hours, oldest first, after the event ``after``."""
        query = {"from": after or None, "limit": limit, "type": tuple(types)}
        return self._caller.request("offers.events", query=query).records("offerEvents")


def dotted(filters: Mapping[str, Filter]) -> dict[str, Filter]:
    """Write keyword names as Allegro does: ``publication__status`` is ``publication.status``."""
    return {name.replace("__", "."): value for name, value in filters.items()}


def _written(answer: Answer, offer_id: str) -> Accepted | Done:
    if answer.status != 202:
        return Done(cast("ProductOffer", answer.mapping()), answer.status, answer.trace_id)
    found = _OPERATION_PATH.search(urlsplit(answer.headers.get("location", "")).path)
    if found is None:
        raise answer.garbage("accepted, but no operation to ask")
    return Accepted(found[1] or offer_id, found[2], answer.retry_after, answer.trace_id)
