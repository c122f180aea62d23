"""Why an offer's stock stands as it does on its way to Allegro, and what to do about it, in words."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.enums import WorkState
from core.errors import Text
from offers.enums import PushReason, TargetReason
from offers.models import OfferPush
from offers.reasons import Reason
from settings_app.queries import StockStop

_NONE = ""
# What each reason means, and the next step; none where nothing needs doing.
_WORDS: dict[PushReason, tuple[Text, Text]] = {
    PushReason.EQUAL: (gettext_lazy("Allegro shows what your stock says."), _NONE),
    PushReason.SENT: (gettext_lazy("Sent, and Allegro shows it."), _NONE),
    PushReason.UNLINKED: (
        gettext_lazy("The offer has no product, so no stock of yours is behind it."),
        gettext_lazy("Choose the product of this offer."),
    ),
    PushReason.NOT_TRACKED: (
        gettext_lazy("The stock of the product is not tracked."),
        gettext_lazy("Switch on “stock is tracked” at the product if Allegro should follow it."),
    ),
    PushReason.NO_STOCK_KEPT: (
        gettext_lazy(
            "No stock was ever recorded for the product, and nothing is not the same as 0."
        ),
        gettext_lazy("Enter the product's stock, 0 included."),
    ),
    PushReason.SYNC_OFF: (
        gettext_lazy("The product is kept out of syncing."),
        gettext_lazy("Switch on “may sync” at the product."),
    ),
    PushReason.ARCHIVED: (
        gettext_lazy("The product is archived."),
        gettext_lazy("Take it out of the archive, or link the offer to another product."),
    ),
    PushReason.BY_ALLEGRO: (
        gettext_lazy(
            "Allegro ships this offer from its own warehouse and counts the stock itself."
        ),
        _NONE,
    ),
    PushReason.DRAFT: (
        gettext_lazy("The offer is a draft."),
        gettext_lazy("Publish it at Allegro; then its stock is sent by itself."),
    ),
    PushReason.ENDED: (
        gettext_lazy("The offer was ended, and not because your stock ran out; so it stays ended."),
        gettext_lazy("Put it on sale again at Allegro; then its stock is sent by itself."),
    ),
    PushReason.ZERO_LEFT: (
        gettext_lazy("Your stock is 0, and the account's settings leave such offers alone."),
        gettext_lazy("Change “at zero stock” in the settings of the account."),
    ),
    PushReason.DROPPED: (
        gettext_lazy("A person decided not to send this 0."),
        gettext_lazy("It is sent when the stock changes again, or by “Send now”."),
    ),
    PushReason.STOPPED: (
        gettext_lazy("Writing stock is switched off, so it waits."),
        gettext_lazy("Allow it again; then the newest number is sent by itself."),
    ),
    PushReason.BRAKE: (
        gettext_lazy("The brake holds the account: too many offers would be set to 0 at once."),
        gettext_lazy("Look at what would be set to 0, then release or drop it."),
    ),
    PushReason.COMMAND: (gettext_lazy("Sent; Allegro is working on it."), _NONE),
    PushReason.PURCHASE: (
        gettext_lazy(
            "Allegro shows fewer than last time: probably a purchase whose order is on its way."
        ),
        gettext_lazy(
            "Nothing to do: the order is waited for a moment, so that no sold piece is offered."
        ),
    ),
    PushReason.JOURNAL: (
        gettext_lazy(
            "The newest orders could not be read, and without them the number may be wrong."
        ),
        gettext_lazy("It goes on by itself; see the events if it lasts."),
    ),
    PushReason.AWAY: (
        gettext_lazy("Allegro did not answer."),
        gettext_lazy("It is tried again by itself."),
    ),
    PushReason.LIMIT: (
        gettext_lazy("Allegro's limit of requests is used up."),
        gettext_lazy("It goes on by itself when the limit allows."),
    ),
    PushReason.BUSY: (
        gettext_lazy("Allegro is still working on an earlier change of the offer."),
        gettext_lazy("It is tried again by itself."),
    ),
    PushReason.SIGN_IN: (
        gettext_lazy("The account does not work at the moment."),
        gettext_lazy("Look at the account under Integrations; then it goes on by itself."),
    ),
    PushReason.REFUSED: (
        gettext_lazy("Allegro refused the change."),
        gettext_lazy("Mend at Allegro what it says below, then try again."),
    ),
    PushReason.FORBIDDEN: (
        gettext_lazy("The connection is not allowed to change offers."),
        gettext_lazy("Connect the account again and agree to managing offers, then try again."),
    ),
    PushReason.GONE: (
        gettext_lazy("Allegro no longer has this offer."),
        gettext_lazy("If it was deleted, nothing needs doing; otherwise try again."),
    ),
    PushReason.NOT_TAKEN: (
        gettext_lazy("Allegro reported success three times and still shows another number."),
        gettext_lazy("Look at the offer at Allegro, then try again."),
    ),
    PushReason.NO_RESULT: (
        gettext_lazy("Allegro took the change and never said what became of it."),
        gettext_lazy("Look at the offer at Allegro, then try again."),
    ),
    PushReason.FAILED: (
        gettext_lazy("Sending failed on our side."),
        gettext_lazy("Try again; if it stays, tell the operator."),
    ),
    PushReason.UNREADABLE: (
        gettext_lazy("Allegro's answer could not be read."),
        gettext_lazy("It is tried again by itself."),
    ),
}
STATE_TONES = {
    WorkState.PENDING: "info",
    WorkState.RUNNING: "info",
    WorkState.WAITING_FOR_PERSON: "warn",
    WorkState.DEAD: "danger",
}
_SAID_NOTHING = {TargetReason(one).value for one in TargetReason.values} - {TargetReason.STOCK}


def push_reason(push: OfferPush) -> Reason:
    """Why a push stands as it does. One not looked at yet has a reason of its own."""
    if not push.reason:
        return Reason(
            "QUEUED", "neutral", _("Waiting"), _("Asked for, and looked at in a moment."), ""
        )
    reason = PushReason(push.reason)
    text, remedy = _WORDS[reason]
    if push.state == WorkState.DEAD:
        remedy = _("It gave up after six tries. Try again when Allegro works.")
    return Reason(reason.value, _tone(push), str(reason.label), str(text), str(remedy))


def words(reason: PushReason) -> tuple[Text, Text]:
    """What a reason means, and the next step; empty where nothing needs doing."""
    return _WORDS[reason]


def target_reason(code: str) -> Reason:
    """Why an offer is to show what it is to show, or why that is not ours to say."""
    if code == TargetReason.STOCK:
        return Reason(code, "ok", _("From your stock"), _("Follows your stock."), "")
    text, remedy = _WORDS[PushReason(code)]
    label = str(PushReason(code).label)
    return Reason(code, "neutral", label, str(text), str(remedy))


def _tone(push: OfferPush) -> str:
    if push.state == WorkState.DONE:
        return "neutral" if push.reason in _SAID_NOTHING | {PushReason.DROPPED} else "ok"
    waiting = {PushReason.STOPPED, PushReason.BRAKE, PushReason.SIGN_IN, PushReason.JOURNAL}
    if push.state == WorkState.PENDING and push.reason in waiting:
        return "warn"
    return STATE_TONES[WorkState(push.state)]


_STOPS = {
    StockStop.ACCOUNT: (
        gettext_lazy("The account may not write stock."),
        gettext_lazy("Switch on “may write stock” in the settings of the account."),
    ),
    StockStop.ORGANIZATION: (
        gettext_lazy("Stock to Allegro is stopped for the whole organization."),
        gettext_lazy("Allow it again under Stock on its way."),
    ),
    StockStop.INSTALLATION: (
        gettext_lazy("The operator has stopped all stock to Allegro."),
        gettext_lazy("Wait, or ask the operator."),
    ),
    StockStop.NOT_WORKING: (
        gettext_lazy("The account does not work."),
        gettext_lazy("Look at the account under Integrations."),
    ),
}


def stop_in_words(stop: StockStop) -> tuple[str, str]:
    """What a stop means, and what to do about it."""
    said, remedy = _STOPS[stop]
    return str(said), str(remedy)
