"""What was found, in words: what it means and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from syncs.enums import Cause, DiscrepancyKind
from syncs.models import Discrepancy


@dataclass(frozen=True, slots=True)
class Meaning:
    """``text`` says what is the matter, ``remedy`` the next step."""

    text: str
    remedy: str


def meaning_of(row: Discrepancy) -> Meaning:
    """The words for a discrepancy."""
    return meaning(Cause(row.cause), DiscrepancyKind(row.kind))


def meaning(cause: Cause, kind: DiscrepancyKind) -> Meaning:
    """The words for a cause; differing values read otherwise for pieces than for money."""
    if cause == Cause.DIFFERS and kind == DiscrepancyKind.PRICE:
        return Meaning(
            _("Allegro sells at another price than your catalogue says."),
            _("Take Allegro's price into your catalogue, or change the price at Allegro."),
        )
    return _meanings()[cause]


def _meanings() -> dict[Cause, Meaning]:
    return {
        Cause.DIFFERS: Meaning(
            _("Allegro shows another number of pieces than your stock gives."),
            _("Send your number to Allegro, or take Allegro's into your stock after counting."),
        ),
        Cause.SELLS_WITHOUT_STOCK: Meaning(
            _("Allegro offers pieces, and your stock has none: the next purchase is oversold."),
            _("Send your number to Allegro, or count the shelf and take Allegro's."),
        ),
        Cause.ACTIVE_WITHOUT_STOCK: Meaning(
            _("The offer is active though neither side has anything to sell."),
            _("Send your number again; Allegro ends an offer without stock."),
        ),
        Cause.ENDED_WITH_STOCK: Meaning(
            _("Your stock has pieces, but no offer of this account sells them."),
            _("Activate the offer at Allegro, or ignore this if you do not want to sell it."),
        ),
        Cause.ENDED_UNEXPECTEDLY: Meaning(
            _("The offer was on sale at the last check and has been ended, not by us."),
            _("Look at Allegro why it ended; activate it there, or ignore this."),
        ),
        Cause.NOT_LISTED: Meaning(
            _("Allegro does not know this offer any more; several of its lists left it out."),
            _("If you deleted it, ignore this. Otherwise list the product anew."),
        ),
        Cause.NO_OFFER: Meaning(
            _("The product is active and in stock, but none of your accounts offers it."),
            _("Make an offer at Allegro, switch off its sync, or ignore this."),
        ),
        Cause.NO_PRODUCT: Meaning(
            _("Allegro sells this offer, but a sale takes nothing from your stock."),
            _("Link the offer to its product."),
        ),
    }
