"""The reasons why a field of an offer is, or is not, in step with Allegro, each with its remedy, in words."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_lazy as _

from core.errors import Text
from offers.reasons import Reason


class FieldReason(models.TextChoices):
    """Why a field of an offer is written, taken, asked about or left. Stable codes.

    The label is for badges; :func:`reason_in_words` gives the sentence and the remedy.
    """

    # What both sides come to.
    IN_STEP = "IN_STEP", _("In step")
    BOTH_SAME = "BOTH_SAME", _("Both sides have the same")
    OURS_CHANGED = "OURS_CHANGED", _("Changed here")
    THEIRS_CHANGED = "THEIRS_CHANGED", _("Changed at Allegro")
    LEDGER_WINS = "LEDGER_WINS", _("Your stock counts")
    OURS_WINS = "OURS_WINS", _("Both changed, ours wins")
    ALLEGRO_WINS = "ALLEGRO_WINS", _("Both changed, Allegro wins")
    OURS_NEWER = "OURS_NEWER", _("Both changed, ours is newer")
    ALLEGRO_NEWER = "ALLEGRO_NEWER", _("Both changed, Allegro's is newer")
    UNDONE = "UNDONE", _("Goes back to what it was")
    # A person is asked.
    BOTH_CHANGED = "BOTH_CHANGED", _("Both sides changed it")
    STOCK_MOVED_THERE = "STOCK_MOVED_THERE", _("The stock at Allegro was changed")
    TIMES_UNKNOWN = "TIMES_UNKNOWN", _("Unknown which is newer")
    # Nothing is done.
    FIELD_OFF = "FIELD_OFF", _("Not kept in step")
    NOT_OURS = "NOT_OURS", _("No value of ours")
    THEIRS_UNKNOWN = "THEIRS_UNKNOWN", _("Allegro's value is not known yet")
    SWITCHED_OFF = "SWITCHED_OFF", _("The account may not be written to")
    STOPPED = "STOPPED", _("Writing to Allegro is stopped")
    NOT_WORKING = "NOT_WORKING", _("The account does not work")
    MAY_NOT_RAISE = "MAY_NOT_RAISE", _("Prices may not be raised")
    MAY_NOT_LOWER = "MAY_NOT_LOWER", _("Prices may not be lowered")
    OTHER_CURRENCY = "OTHER_CURRENCY", _("Another currency")
    WAITS_FOR_PUSH = "WAITS_FOR_PUSH", _("Waits for a sync to Allegro")
    WAITS_FOR_PULL = "WAITS_FOR_PULL", _("Waits for a sync from Allegro")
    ON_ITS_WAY = "ON_ITS_WAY", _("On its way to Allegro")
    TAKEN_BACK = "TAKEN_BACK", _("Taken back by a person")
    NOT_LOOKED_AT = "NOT_LOOKED_AT", _("Not looked at yet")
    # How a planned change ended.
    CHANGED_SINCE = "CHANGED_SINCE", _("Changed since it was planned")
    NOT_TAKABLE = "NOT_TAKABLE", _("Cannot be taken over")
    REFUSED = "REFUSED", _("Refused by Allegro")
    GONE = "GONE", _("The offer is gone")
    FAILED = "FAILED", _("Did not work")
    DROPPED = "DROPPED", _("Dropped by a person")
    SUPERSEDED = "SUPERSEDED", _("A newer sync took over")
    STOPPED_BY_PERSON = "STOPPED_BY_PERSON", _("The run was stopped")
    STOCK_IS_COUNTED = "STOCK_IS_COUNTED", _("Stock follows the ledger")


_NONE = ""
_OK = (
    FieldReason.IN_STEP,
    FieldReason.BOTH_SAME,
)
_GOING = (
    FieldReason.OURS_CHANGED,
    FieldReason.THEIRS_CHANGED,
    FieldReason.LEDGER_WINS,
    FieldReason.OURS_WINS,
    FieldReason.ALLEGRO_WINS,
    FieldReason.OURS_NEWER,
    FieldReason.ALLEGRO_NEWER,
    FieldReason.UNDONE,
    FieldReason.ON_ITS_WAY,
    FieldReason.NOT_LOOKED_AT,
    FieldReason.WAITS_FOR_PUSH,
    FieldReason.WAITS_FOR_PULL,
)
_QUIET = (FieldReason.FIELD_OFF, FieldReason.NOT_OURS)
_DECIDE = gettext_lazy("Open the conflict and choose the value that is right.")
_ACCOUNT = gettext_lazy("Open the account under Integrations and allow it there.")
_RULES = gettext_lazy("Change the rule of the field in the settings of the account.")
_AGAIN = gettext_lazy("Nothing needs doing: the next sync looks at it again.")

# What each reason means, and the next step; none where nothing needs doing.
_WORDS: dict[FieldReason, tuple[Text, Text]] = {
    FieldReason.IN_STEP: (gettext_lazy("Both sides have the value agreed upon last."), _NONE),
    FieldReason.BOTH_SAME: (
        gettext_lazy("Both sides have the same value, so it is agreed upon."),
        _NONE,
    ),
    FieldReason.OURS_CHANGED: (
        gettext_lazy("Only your value changed since both sides agreed, so it goes to Allegro."),
        _NONE,
    ),
    FieldReason.THEIRS_CHANGED: (
        gettext_lazy("Only Allegro's value changed since both sides agreed, so it is taken over."),
        _NONE,
    ),
    FieldReason.LEDGER_WINS: (
        gettext_lazy("Allegro shows another quantity, and your counted stock is what holds."),
        _NONE,
    ),
    FieldReason.OURS_WINS: (
        gettext_lazy("Both sides changed it, and your settings let your catalogue win."),
        _NONE,
    ),
    FieldReason.ALLEGRO_WINS: (
        gettext_lazy("Both sides changed it, and your settings let Allegro win."),
        _NONE,
    ),
    FieldReason.OURS_NEWER: (
        gettext_lazy("Both sides changed it; yours is the newer change, which wins."),
        _NONE,
    ),
    FieldReason.ALLEGRO_NEWER: (
        gettext_lazy("Both sides changed it; Allegro's is the newer change, which wins."),
        _NONE,
    ),
    FieldReason.UNDONE: (
        gettext_lazy("A run is taken back: the value that stood here before is written again."),
        _NONE,
    ),
    FieldReason.BOTH_CHANGED: (
        gettext_lazy("Both sides changed it to something else, and your settings say to ask you."),
        _DECIDE,
    ),
    FieldReason.STOCK_MOVED_THERE: (
        gettext_lazy("Somebody changed the quantity at Allegro, and your settings say to ask you."),
        _DECIDE,
    ),
    FieldReason.TIMES_UNKNOWN: (
        gettext_lazy(
            "Both sides changed it. The newer change would win, but which one it is cannot be told."
        ),
        _DECIDE,
    ),
    FieldReason.FIELD_OFF: (
        gettext_lazy("This field is not kept in step for the account."),
        gettext_lazy("Switch the field on in the settings of the account if you want that."),
    ),
    FieldReason.NOT_OURS: (
        gettext_lazy("We hold no value of our own for this field."),
        gettext_lazy("Give the offer or its product a value."),
    ),
    FieldReason.THEIRS_UNKNOWN: (
        gettext_lazy("Allegro has not told us its value yet."),
        gettext_lazy("Start a sync from Allegro, or read the offer again."),
    ),
    FieldReason.SWITCHED_OFF: (
        gettext_lazy("This account may not write such values to Allegro."),
        _ACCOUNT,
    ),
    FieldReason.STOPPED: (
        gettext_lazy("Writing to Allegro is stopped for everything."),
        gettext_lazy("Allow writing again where it was stopped, or ask the operator."),
    ),
    FieldReason.NOT_WORKING: (
        gettext_lazy("The account is paused, or Allegro does not let us in."),
        gettext_lazy("Open the account under Integrations and resume or connect it."),
    ),
    FieldReason.MAY_NOT_RAISE: (
        gettext_lazy("Your price is higher than Allegro's, and prices may not be raised."),
        _RULES,
    ),
    FieldReason.MAY_NOT_LOWER: (
        gettext_lazy("Your price is lower than Allegro's, and prices may not be lowered."),
        _RULES,
    ),
    FieldReason.OTHER_CURRENCY: (
        gettext_lazy("The two prices are in different currencies and cannot be compared."),
        gettext_lazy("Give the price in the currency of the marketplace."),
    ),
    FieldReason.WAITS_FOR_PUSH: (
        gettext_lazy("Your value would go to Allegro, and this sync only takes from there."),
        gettext_lazy("Start a sync to Allegro, or wait for its schedule."),
    ),
    FieldReason.WAITS_FOR_PULL: (
        gettext_lazy("Allegro's value would be taken over, and this sync only sends."),
        gettext_lazy("Start a sync from Allegro, or wait for its schedule."),
    ),
    FieldReason.ON_ITS_WAY: (gettext_lazy("Your value was sent; Allegro works on it."), _NONE),
    FieldReason.TAKEN_BACK: (
        gettext_lazy("This very value was taken back by a person, so it is not written again."),
        gettext_lazy("Change the value, or send it from the page of the offer."),
    ),
    FieldReason.NOT_LOOKED_AT: (
        gettext_lazy("No sync has compared both sides since one of them changed."),
        gettext_lazy("Start a sync, or wait for its schedule."),
    ),
    FieldReason.CHANGED_SINCE: (
        gettext_lazy("A value moved after this was planned, so nothing was written."),
        _AGAIN,
    ),
    FieldReason.NOT_TAKABLE: (
        gettext_lazy("Allegro's value has no place on our side that it could be written to."),
        gettext_lazy("Enter the value yourself where it belongs."),
    ),
    FieldReason.REFUSED: (
        gettext_lazy("Allegro refused the value."),
        gettext_lazy("Read what Allegro said, change the value, and try what failed again."),
    ),
    FieldReason.GONE: (
        gettext_lazy("Allegro does not know this offer any more."),
        gettext_lazy("Remove the link, or list the product anew."),
    ),
    FieldReason.FAILED: (
        gettext_lazy("Writing it did not work."),
        gettext_lazy("Try what failed again; if it stays so, ask the operator."),
    ),
    FieldReason.DROPPED: (
        gettext_lazy("A person decided not to write what the brake held."),
        _NONE,
    ),
    FieldReason.SUPERSEDED: (
        gettext_lazy("This waited for a person when a newer sync began, which looked at it anew."),
        gettext_lazy("Look at the newest sync of the account."),
    ),
    FieldReason.STOPPED_BY_PERSON: (
        gettext_lazy("The run was stopped before it came to this."),
        gettext_lazy("Start a new sync if it should be written after all."),
    ),
    FieldReason.STOCK_IS_COUNTED: (
        gettext_lazy("Stock follows what is counted and sold, so an old number is never put back."),
        gettext_lazy("Correct the stock of the product instead."),
    ),
}


def reason_in_words(code: str) -> Reason:
    """A reason by its code, for pages. A code of a later version stands for itself."""
    if code not in FieldReason.values:
        return Reason(code, "neutral", code, "", "")
    reason = FieldReason(code)
    said, remedy = _WORDS[reason]
    return Reason(reason.value, _tone(reason), str(reason.label), str(said), str(remedy))


def _tone(reason: FieldReason) -> str:
    if reason in _OK:
        return "ok"
    if reason in _GOING:
        return "info"
    return "neutral" if reason in _QUIET else "warn"
