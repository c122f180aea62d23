"""Why an offer is, or is not, tied to a product, and what to do about it, in words for people."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from offers.enums import LinkState, PublicationStatus
from offers.models import Offer


@dataclass(frozen=True, slots=True)
class Reason:
    """A state in words: ``code`` is stable, ``tone`` is the badge's, ``remedy`` the next step."""

    code: str
    tone: str
    label: str
    text: str
    remedy: str


def link_reason(offer: Offer) -> Reason:
    """Why the offer has the link state it has. An EAN not read yet is a reason of its own."""
    waiting = not offer.ean and offer.details_read_at is None
    if waiting and offer.link_state in (LinkState.UNLINKED, LinkState.NO_IDENTITY):
        return _ean_unread(offer)
    return _REASONS[LinkState(offer.link_state)](offer)


def _linked(offer: Offer) -> Reason:
    return Reason("LINKED", "ok", _("Linked"), _("This offer sells a product of yours."), "")


def _unlinked(offer: Offer) -> Reason:
    looked_for = _("Code %(code)s, EAN %(ean)s.") % {
        "code": offer.external_id or "–",
        "ean": offer.ean or "–",
    }
    return Reason(
        "NO_PRODUCT",
        "warn",
        _("No product found"),
        _("None of your products has the offer's code or EAN.") + " " + looked_for,
        _("Add the product with this code, or choose the product yourself."),
    )


def _no_identity(offer: Offer) -> Reason:
    return Reason(
        "NO_IDENTITY",
        "warn",
        _("No code, no EAN"),
        _("The offer has neither an external id nor an EAN, so nothing can be recognised."),
        _("Choose the product yourself, or give the offer your code as its signature at Allegro."),
    )


def _ambiguous(offer: Offer) -> Reason:
    return Reason(
        "AMBIGUOUS",
        "warn",
        _("Several products fit"),
        _("More than one of your products has the EAN %(ean)s.") % {"ean": offer.ean},
        _("Choose the right one; each EAN should belong to one product."),
    )


def _detached(offer: Offer) -> Reason:
    return Reason(
        "DETACHED",
        "neutral",
        _("Link removed"),
        _("A person removed the link, so the offer is not linked by itself."),
        _("Choose a product, or let it be recognised again."),
    )


def _ignored(offer: Offer) -> Reason:
    return Reason(
        "IGNORED",
        "neutral",
        _("Left without a product"),
        _("Somebody decided that this offer sells no product of yours."),
        _("Choose a product, or let it be recognised again."),
    )


def _ean_unread(offer: Offer) -> Reason:
    return Reason(
        "EAN_NOT_READ",
        "info",
        _("Not recognised yet"),
        _("No product has the offer's code, and its EAN has not been read yet."),
        _("The next sync reads the offer. Or choose the product now."),
    )


_REASONS = {
    LinkState.LINKED: _linked,
    LinkState.UNLINKED: _unlinked,
    LinkState.NO_IDENTITY: _no_identity,
    LinkState.AMBIGUOUS: _ambiguous,
    LinkState.DETACHED: _detached,
    LinkState.IGNORED: _ignored,
}

_STATUS_TONES = {
    PublicationStatus.ACTIVE: "ok",
    PublicationStatus.ACTIVATING: "info",
    PublicationStatus.ENDED: "neutral",
    PublicationStatus.INACTIVE: "neutral",
}


def status_label(status: str) -> str:
    """Allegro's publication status for people; a value Allegro added later as it came."""
    known = status in PublicationStatus.values
    return str(PublicationStatus(status).label) if known else status or "–"


def status_tone(status: str) -> str:
    """The badge's tone of a publication status."""
    known = status in PublicationStatus.values
    return _STATUS_TONES[PublicationStatus(status)] if known else "neutral"
