"""Why a value stands as it does on its way to Allegro, and what to do about it, in words."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.enums import WorkState
from core.errors import Text
from offers import stock_reasons
from offers.enums import PushReason
from offers.models import ValuePush
from offers.reasons import Reason
from settings_app.queries import StockStop

_NONE = ""
# Where the words about stock do not fit.
_WORDS: dict[PushReason, tuple[Text, Text]] = {
    PushReason.EQUAL: (gettext_lazy("Allegro shows it already."), _NONE),
    PushReason.SENT: (gettext_lazy("Written, and Allegro shows it."), _NONE),
    PushReason.CHANGED_MEANWHILE: (
        gettext_lazy(
            "Allegro showed another value than when this was decided, so it was not written."
        ),
        gettext_lazy("The next sync compares again; or set the value at the offer."),
    ),
    PushReason.REPLACED: (
        gettext_lazy("A newer value took its place before it was written."),
        _NONE,
    ),
    PushReason.DROPPED: (gettext_lazy("A person decided not to write it."), _NONE),
    PushReason.DRAFT: (gettext_lazy("The offer is a draft, which is off sale already."), _NONE),
    PushReason.STOPPED: (
        gettext_lazy("Writing this is switched off, so it waits."),
        gettext_lazy("Allow it in the settings of the account; then it goes on by itself."),
    ),
    PushReason.NOT_TAKEN: (
        gettext_lazy("Allegro reported success three times and still shows another value."),
        gettext_lazy("Look at the offer at Allegro, then try again."),
    ),
    PushReason.NO_VALUE: (
        gettext_lazy("The text or the pictures that were wanted are no longer kept anywhere."),
        gettext_lazy("Set the value at the offer, or at its product."),
    ),
    PushReason.NO_STOCK: (
        gettext_lazy("Allegro puts no offer on sale without stock, and this one has none."),
        gettext_lazy("Enter the product's stock; when it is sent, try again."),
    ),
    PushReason.NOT_THERE: (
        gettext_lazy("The offer has no price on this marketplace, so there is none to change."),
        gettext_lazy("Offer it on that marketplace at Allegro first, then try again."),
    ),
    PushReason.DAY_LIMIT: (
        gettext_lazy("As many offers were ended today as the account's settings allow in a day."),
        gettext_lazy("It goes on tomorrow by itself; or raise the limit in the settings."),
    ),
}
_STOPS = {
    StockStop.ACCOUNT: (
        gettext_lazy("The account may not write this."),
        gettext_lazy("Switch on “may write prices” or “may write offers” in its settings."),
    ),
    StockStop.ORGANIZATION: (
        gettext_lazy("Writing offers is stopped for the whole organization."),
        gettext_lazy("Allow it again in the settings."),
    ),
    StockStop.INSTALLATION: (
        gettext_lazy("The operator has stopped all writes to offers."),
        gettext_lazy("Wait, or ask the operator."),
    ),
}


def value_reason(push: ValuePush) -> Reason:
    """Why a push of a value stands as it does. One not looked at yet has a reason of its own."""
    if not push.reason:
        text = _("Asked for, and looked at in a moment.")
        return Reason("QUEUED", "neutral", _("Waiting"), text, "")
    reason = PushReason(push.reason)
    said, remedy = _WORDS.get(reason) or stock_reasons.words(reason)
    if push.state == WorkState.DEAD:
        remedy = _("It gave up after six tries. Try again when Allegro works.")
    return Reason(reason.value, _tone(push), str(reason.label), str(said), str(remedy))


def stop_words(stop: StockStop) -> tuple[str, str]:
    """What forbids a write, and what to do about it."""
    if stop not in _STOPS:
        return stock_reasons.stop_in_words(stop)
    said, remedy = _STOPS[stop]
    return str(said), str(remedy)


def _tone(push: ValuePush) -> str:
    if push.state == WorkState.DONE:
        quiet = {PushReason.CHANGED_MEANWHILE, PushReason.DROPPED, PushReason.REPLACED}
        return "neutral" if push.reason in quiet else "ok"
    waiting = {PushReason.STOPPED, PushReason.DAY_LIMIT, PushReason.SIGN_IN}
    if push.state == WorkState.PENDING and push.reason in waiting:
        return "warn"
    return stock_reasons.STATE_TONES[WorkState(push.state)]
