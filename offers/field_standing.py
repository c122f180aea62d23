"""Why one field stands as it does, from what is stored of it, and what to do about it."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import Text
from offers.enums import NotOurs
from offers.field_reasons import FieldReason, reason_in_words
from offers.models import FieldState
from offers.reasons import Reason

# What to do where giving the product a value is not the answer.
_NOT_OURS_REMEDIES: dict[NotOurs, Text] = {
    NotOurs.UNLINKED: gettext_lazy("Choose the product of this offer."),
    NotOurs.SEVERAL_PRODUCTS: gettext_lazy(
        "Give the offer a value of its own; a price can also come from a price rule."
    ),
    NotOurs.SYNC_OFF: gettext_lazy("Let the product sync."),
    NotOurs.ARCHIVED: gettext_lazy("Take the product out of the archive, or link another one."),
    NotOurs.BY_ALLEGRO: "",
    NotOurs.DRAFT: gettext_lazy("Publish it at Allegro; then it is compared."),
    NotOurs.ENDED: gettext_lazy("Put it on sale again; then it is compared."),
    NotOurs.AS_THERE: "",
    NotOurs.NO_RATE: gettext_lazy("Enter a newer exchange rate under the account's prices."),
    NotOurs.OTHER_CURRENCY: gettext_lazy("Make a price rule for the account: it can convert."),
    NotOurs.UNDER_FLOOR: gettext_lazy(
        "Change the product's price, or the limit of the price rule."
    ),
    NotOurs.OVER_CEILING: gettext_lazy(
        "Change the product's price, or the limit of the price rule."
    ),
    NotOurs.NO_RULE: gettext_lazy("Make a price rule for this marketplace."),
    NotOurs.BAD_TITLE: gettext_lazy(
        "Allegro takes 12 to 75 characters and at least three words: change the product's name, or"
        " set a title at the offer."
    ),
}


def field_reason(state: FieldState) -> Reason:
    """Why a field stands as it does, from what is stored: the last decision, while it still holds."""
    if state.ours is None:
        return not_ours_in_words(state.ours_reason)
    if state.theirs is None:
        return reason_in_words(FieldReason.THEIRS_UNKNOWN)
    if state.in_step:
        return reason_in_words(FieldReason.IN_STEP)
    if not state.decision or _moved_since(state, state.decided_at):
        return reason_in_words(FieldReason.NOT_LOOKED_AT)
    return reason_in_words(state.decision)


def not_ours_in_words(code: str) -> Reason:
    """Why we have no value of our own, by a code of :class:`offers.enums.NotOurs`."""
    general = reason_in_words(FieldReason.NOT_OURS)
    if code not in NotOurs.values:
        return general
    label = str(NotOurs(code).label)
    text = _("We hold no value of our own: %(reason)s.") % {"reason": label}
    remedy = str(_NOT_OURS_REMEDIES.get(NotOurs(code), general.remedy))
    return Reason(code, general.tone, label, text, remedy)


def _moved_since(state: FieldState, decided_at: datetime | None) -> bool:
    moments = [one for one in (state.base_at, state.ours_at) if one is not None]
    return decided_at is None or any(one > decided_at for one in moments)
