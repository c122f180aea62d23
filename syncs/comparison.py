"""Both sides of one offer compared: a pure function. No database, no network, no clock in here."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from offers.enums import PublicationStatus
from syncs.enums import Cause, DiscrepancyKind, Severity, ValueSource

ON_SALE = (PublicationStatus.ACTIVE, PublicationStatus.ACTIVATING)
# Sizes up to these are low, medium and high; what is larger is critical.
BANDS = ((Decimal(5), Severity.LOW), (Decimal(20), Severity.MEDIUM), (Decimal(100), Severity.HIGH))
_FIXED = {
    Cause.ACTIVE_WITHOUT_STOCK: Severity.MEDIUM,
    Cause.ENDED_WITH_STOCK: Severity.MEDIUM,
    Cause.ENDED_UNEXPECTEDLY: Severity.HIGH,
    Cause.NOT_LISTED: Severity.MEDIUM,
    Cause.NO_OFFER: Severity.LOW,
    Cause.NO_PRODUCT: Severity.LOW,
}
_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Ours:
    """What we hold of an offer. None means that it is not ours to say, which is never zero.

    ``quantity`` is what Allegro should show, ``price`` gross. ``pieces`` are what could be sold through
    the offer, also while it is not ours to say what it shows. ``was_on_sale``: the last check saw it
    active with pieces to sell. ``sold_elsewhere``: another offer of the account sells the product.
    """

    quantity: int | None = None
    price: Decimal | None = None
    currency: str = ""
    pieces: int | None = None
    was_on_sale: bool = False
    sold_elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class Theirs:
    """What Allegro shows of the offer. None means that Allegro did not say.

    ``gone``: Allegro knows no such offer. ``ended_for_lack``: it ended because the last piece was sold.
    """

    status: str = ""
    quantity: int | None = None
    price: Decimal | None = None
    currency: str = ""
    gone: bool = False
    ended_for_lack: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing in which both sides disagree. Values are texts, empty where a side has none.

    ``size`` is what bands and rules measure: pieces, or per cent of our price; None without a number.
    """

    kind: DiscrepancyKind
    cause: Cause
    ours: str
    theirs: str
    our_source: ValueSource = ValueSource.STOCK
    difference: Decimal | None = None
    size: Decimal | None = None
    currency: str = ""


def compare(ours: Ours, theirs: Theirs) -> list[Finding]:
    """What both sides disagree about; at most one finding of a kind, and one for one cause.

    An offer on sale with the wrong quantity is a finding of quantity and not of status as well, and
    one that is gone or ended has no quantity to compare.
    """
    if theirs.gone:
        return [
            Finding(
                DiscrepancyKind.MISSING_AT_ALLEGRO,
                Cause.NOT_LISTED,
                "" if ours.quantity is None else str(ours.quantity),
                "",
            )
        ]
    found = [_quantity(ours, theirs), _status(ours, theirs), _price(ours, theirs)]
    return [one for one in found if one is not None]


def _quantity(ours: Ours, theirs: Theirs) -> Finding | None:
    if theirs.status not in ON_SALE or ours.quantity is None or theirs.quantity is None:
        return None
    if ours.quantity == theirs.quantity:
        return None
    difference = Decimal(theirs.quantity - ours.quantity)
    return Finding(
        DiscrepancyKind.QUANTITY,
        Cause.SELLS_WITHOUT_STOCK if ours.quantity == 0 else Cause.DIFFERS,
        str(ours.quantity),
        str(theirs.quantity),
        difference=difference,
        size=abs(difference),
    )


def _status(ours: Ours, theirs: Theirs) -> Finding | None:
    if theirs.status == PublicationStatus.ACTIVE and ours.quantity == 0 == theirs.quantity:
        return _of_status(Cause.ACTIVE_WITHOUT_STOCK, ours.quantity, theirs)
    pieces = ours.pieces if ours.quantity is None else ours.quantity
    if theirs.status != PublicationStatus.ENDED or not pieces or pieces < 0:
        return None
    if ours.was_on_sale and not theirs.ended_for_lack:
        return _of_status(Cause.ENDED_UNEXPECTEDLY, pieces, theirs)
    return None if ours.sold_elsewhere else _of_status(Cause.ENDED_WITH_STOCK, pieces, theirs)


def _of_status(cause: Cause, pieces: int, theirs: Theirs) -> Finding:
    return Finding(DiscrepancyKind.STATUS, cause, str(pieces), str(theirs.status))


def _price(ours: Ours, theirs: Theirs) -> Finding | None:
    if ours.price is None or theirs.price is None or theirs.status not in ON_SALE:
        return None
    # Amounts of different currencies cannot be compared, so they cannot disagree either.
    if ours.currency != theirs.currency or ours.price == theirs.price:
        return None
    difference = theirs.price - ours.price
    size = abs(difference) * 100 / ours.price if ours.price else None
    return Finding(
        DiscrepancyKind.PRICE,
        Cause.DIFFERS,
        f"{ours.price:.2f}",
        f"{theirs.price:.2f}",
        our_source=ValueSource.PRODUCT,
        difference=difference.quantize(_CENT),
        size=None if size is None else min(size, Decimal(10) ** 12).quantize(_CENT),
        currency=ours.currency,
    )


def severity_of(finding: Finding) -> Severity:
    """How bad a finding is by itself: by bands over its size, and by its cause where it has none.

    What is on sale without stock is oversold with the next purchase, so it is high at the least. A
    price that cannot be counted in per cent (ours is 0) is critical.
    """
    fixed = _FIXED.get(finding.cause)
    if fixed is not None:
        return fixed
    size = finding.size
    band = (
        Severity.CRITICAL
        if size is None
        else next((sev for limit, sev in BANDS if size <= limit), Severity.CRITICAL)
    )
    return max(band, Severity.HIGH) if finding.cause == Cause.SELLS_WITHOUT_STOCK else band
