"""Suspects confirmed at Allegro: the listing lags, so the offer itself is asked, as cheaply as it goes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from connectors.allegro.client import AllegroClient
from connectors.allegro.errors import NotFound, Rejected
from connectors.allegro.money import UnreadableAmount, amount_of
from syncs.comparison import ON_SALE, Finding, Theirs, compare
from syncs.enums import DiscrepancyKind, DiscrepancyStatus, ValueSource
from syncs.models import Discrepancy
from syncs.operations.discrepancies.findings import Found
from syncs.queries.suspects import Suspect

# What was read there so long ago is read again, though nothing seems to have moved.
BELIEVED_FOR = timedelta(hours=24)
NUMBERS = (DiscrepancyKind.QUANTITY, DiscrepancyKind.PRICE)


@dataclass(slots=True)
class Looked:
    """What looking at suspects told: Allegro's side of each by offer, and who was not looked at."""

    theirs: dict[int, Theirs] = field(default_factory=dict)
    confirmed: set[int] = field(default_factory=set)
    unread: list[int] = field(default_factory=list)
    reads: int = 0

    def told(self, suspect: Suspect) -> bool:
        """Whether anything can be said of this suspect."""
        return suspect.offer_id in self.theirs

    def found(self, suspect: Suspect) -> list[Found]:
        """The findings about this suspect."""
        read = suspect.offer_id in self.confirmed
        return [
            Found(
                finding=one,
                offer_id=suspect.offer_id,
                product_id=suspect.product_id,
                their_source=ValueSource.OFFER if read else ValueSource.LISTING,
                confirmed=read,
            )
            for one in compare(suspect.ours, self.theirs[suspect.offer_id])
        ]


def look_at(
    *,
    client: AllegroClient,
    suspects: Sequence[Suspect],
    known: Mapping[int, Sequence[Discrepancy]],
    reads: int,
    now: datetime,
) -> Looked:
    """Ask Allegro about the suspects, with at most ``reads`` requests; writes nothing.

    Stock and price alone by ``/parts``; the whole offer only where its status or its being there is
    in question. What was confirmed lately and has not moved since costs nothing. An offer Allegro
    refuses to show is left untold. Raises AllegroError for what concerns not one offer alone.
    """
    looked = Looked()
    for suspect in suspects:
        if _stands(suspect, known.get(suspect.offer_id, ()), now):
            looked.theirs[suspect.offer_id] = suspect.listed
        elif looked.reads >= reads:
            looked.unread.append(suspect.offer_id)
        else:
            looked.reads += 1
            _read(client, suspect, known.get(suspect.offer_id, ()), looked)
    return looked


def _stands(suspect: Suspect, known: Sequence[Discrepancy], now: datetime) -> bool:
    """Whether what the listing shows is what was confirmed before, for each finding and no other."""
    seen: Sequence[Finding] = [] if suspect.not_listed else compare(suspect.ours, suspect.listed)
    by_kind = {one.kind: one for one in known}
    open_kinds = {one.kind for one in known if not one.is_settled}
    if not seen or open_kinds - {one.kind for one in seen}:
        return False
    return all(_confirmed(one, by_kind.get(one.kind), now) for one in seen)


def _confirmed(finding: Finding, row: Discrepancy | None, now: datetime) -> bool:
    if row is None or row.confirmed_at is None or row.confirmed_at < now - BELIEVED_FOR:
        return False
    # Numbers of open findings are few and settle often, so they are always asked for again.
    if row.status != DiscrepancyStatus.IGNORED and (row.is_settled or finding.kind in NUMBERS):
        return False
    return (row.ours, row.theirs, row.cause) == (finding.ours, finding.theirs, finding.cause)


def _read(
    client: AllegroClient, suspect: Suspect, known: Sequence[Discrepancy], looked: Looked
) -> None:
    whole = _needs_the_whole(suspect, known)
    try:
        theirs = (
            whole_of(client.offers.get(suspect.allegro_id))
            if whole
            else parts_of(client.offers.parts(suspect.allegro_id), status=suspect.listed.status)
        )
    except NotFound:
        theirs = Theirs(gone=True)
    except (Rejected, UnreadableAmount):
        return
    looked.theirs[suspect.offer_id] = theirs
    looked.confirmed.add(suspect.offer_id)


def _needs_the_whole(suspect: Suspect, known: Sequence[Discrepancy]) -> bool:
    """``/parts`` tells stock and price and no status."""
    if suspect.not_listed or suspect.listed.status not in ON_SALE:
        return True
    if suspect.ours.quantity == 0 and suspect.listed.quantity == 0:
        return True
    return any(not one.is_settled and one.kind not in NUMBERS for one in known)


def whole_of(offer: Mapping[str, Any]) -> Theirs:
    """Allegro's side out of an offer read in full. Raises UnreadableAmount."""
    publication = offer.get("publication") or {}
    status = str(publication.get("status") or "")
    told = parts_of(offer, status=status)
    return Theirs(
        status=told.status,
        quantity=told.quantity,
        price=told.price,
        currency=told.currency,
        ended_for_lack=publication.get("endedBy") == "EMPTY_STOCK",
    )


def parts_of(offer: Mapping[str, Any], *, status: str) -> Theirs:
    """Allegro's side out of an offer's parts. Raises UnreadableAmount."""
    stated = (offer.get("sellingMode") or {}).get("price")
    price: Decimal | None = None
    currency = ""
    if stated is not None:
        price, currency = amount_of(stated)
    available = (offer.get("stock") or {}).get("available")
    return Theirs(
        status=status,
        quantity=available if isinstance(available, int) else None,
        price=price,
        currency=currency,
    )
