"""Why a change of an order was not made, and what to do about it: one table of codes.

The codes are stored with writes; the words are looked up when they are shown, in the reader's
language.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from connectors.allegro import AllegroError
from connectors.allegro.errors import Conflict, Forbidden, NotFound, Rejected
from core.errors import HubError, StateConflict, Text


class WriteRefused(StateConflict):
    """A change of an order that must not, or cannot, be made as things stand."""

    code = "write_refused"
    title: ClassVar[Text] = _("The change was not made")
    way_out: ClassVar[Text] = ""

    def __init__(self, detail: Text = "", *, fields: Mapping[str, Any] | None = None) -> None:
        super().__init__(detail, remedy=self.way_out, fields=fields)


class OrderGone(WriteRefused):
    code = "order_gone"
    title = _("Allegro no longer has this order")
    way_out = _("It was merged into another one or is older than a year. Work on that one instead.")


class FulfilledByAllegro(WriteRefused):
    code = "fulfilled_by_allegro"
    title = _("Allegro ships this order from its own warehouse")
    way_out = _("There is nothing to do for you.")


class OrderCancelled(WriteRefused):
    code = "order_cancelled"
    title = _("The order is cancelled")
    way_out = _("Do not ship it. If the parcel is on its way already, write it although cancelled.")


class OrderStopped(WriteRefused):
    code = "order_stopped"
    title = _("The order must be stopped")
    way_out = _("Take the parcel back. If it has left already, write it although it should stop.")


class StatusNotSettable(WriteRefused):
    status = 422
    code = "status_not_settable"
    title = _("A seller cannot set this status")
    way_out = _("Choose one of the list. “Returned” is set by Allegro alone.")


class NotReadyToShip(WriteRefused):
    code = "not_ready"
    title = _("The order is not paid yet")
    way_out = _("Wait until Allegro says it is ready. If you ship all the same, write it anyway.")


class BuyerChangedOrder(WriteRefused):
    code = "buyer_changed"
    title = _("The buyer has changed the order since you looked at it")
    way_out = _("Look at what is different, then decide again.")


class BeingWritten(WriteRefused):
    code = "being_written"
    title = _("This is being written to Allegro at this moment")
    way_out = _("Look again in a minute.")


class WriteUndecided(WriteRefused):
    code = "write_undecided"
    title = _("An earlier one of this kind is not finished")
    way_out = _("Try that one again or let it go first.")


class NothingToRetry(WriteRefused):
    code = "nothing_to_retry"
    title = _("This is done or under way")
    way_out = _("There is nothing to try again.")


class TrackingUnusable(WriteRefused):
    status = 422
    code = "tracking_unusable"
    title = _("This cannot be a tracking number of the order")
    way_out = _("Compare it with the label.")


class UnknownCarrier(WriteRefused):
    status = 422
    code = "unknown_carrier"
    title = _("Allegro does not know this carrier")
    way_out = _("Choose one of the list, or “OTHER” with the carrier's name.")


class CarrierIsAllegro(WriteRefused):
    status = 422
    code = "carrier_allegro"
    title = _("Allegro adds the numbers of “Ship with Allegro” itself")
    way_out = _("Nothing has to be entered; adding it again would show the parcel twice.")


class WaybillUsedUp(WriteRefused):
    code = "waybill_used_up"
    title = _("This tracking number is already on too many orders")
    way_out = _("Compare it with the label; each parcel has a number of its own.")


class NothingPaid(WriteRefused):
    code = "nothing_paid"
    title = _("Nothing was paid through Allegro for this order")
    way_out = _("Money that came another way, such as cash on delivery, goes back that way too.")


class RefundUnusable(WriteRefused):
    status = 422
    code = "refund_unusable"
    title = _("This is not in the order, or not so much of it")
    way_out = _("Choose pieces or an amount of what the buyer paid for.")


class RefundTooHigh(WriteRefused):
    status = 422
    code = "refund_too_high"
    title = _("That is more than was paid and not given back yet")
    way_out = _("Lower the sum. What went back before is listed with the order.")


class RefundEmpty(WriteRefused):
    status = 422
    code = "refund_empty"
    title = _("The refund is empty")
    way_out = _("Choose lines, delivery or a surcharge.")


class RefundNotPaid(WriteRefused):
    code = "refund_not_paid"
    title = _("Allegro cancelled the refund: the buyer did not get the money")
    way_out = _(
        "Most often the balance at Allegro was too small. Top it up, then try again; that orders a"
        " new refund after looking at all earlier ones."
    )


class RefundInPart(WriteRefused):
    code = "refund_partial"
    title = _("Only a part of the refund was paid")
    way_out = _("See at Allegro which part. Order another refund for the rest, then let this go.")


class ClaimUnusable(WriteRefused):
    status = 422
    code = "claim_unusable"
    title = _("So many pieces are not in this line")
    way_out = _("Choose a number of pieces the buyer bought.")


class CancelUnusable(WriteRefused):
    status = 422
    code = "cancel_unusable"
    title = _("Choose at least one piece of what was bought")
    way_out = _("Say for each line how many pieces you cannot send.")


class NothingToCancel(WriteRefused):
    code = "nothing_to_cancel"
    title = _("There is nothing left to do for this order")
    way_out = _("The money is back, the order is cancelled and the commission is claimed.")


class ClaimTooEarly(WriteRefused):
    code = "claim_too_early"
    title = _("It is too early to claim the commission")
    way_out = _(
        "A claim made too early is declined for good. It may be made once the buyer has the money"
        " back or the order is cancelled. Ask for it now and it is made then by itself."
    )


class ClaimTooLate(WriteRefused):
    code = "claim_too_late"
    title = _("Commission can be claimed within 45 days only")
    way_out = _("Ask Allegro's support whether it makes an exception.")


class ClaimNotOpen(WriteRefused):
    code = "claim_not_open"
    title = _("This claim is decided already")
    way_out = _("A decided claim cannot be withdrawn.")


class RejectionUnusable(WriteRefused):
    status = 422
    code = "rejection_unusable"
    title = _("The rejection of the return is not complete")
    way_out = _("Choose a reason; “Refund refused” needs it in words.")


class ReturnOver(WriteRefused):
    code = "return_over"
    title = _("The return is refunded or rejected already")
    way_out = _("There is nothing to reject any more.")


class ReturnWithoutOrder(WriteRefused):
    code = "return_without_order"
    title = _("The order of this return is not known here yet")
    way_out = _("Have the account's orders read first, or reject the return at Allegro.")


class NotWritable(WriteRefused):
    """What Allegro answered, beside our own guards; ``detail`` is Allegro's sentence."""

    code = "allegro_refused"
    title = _("Allegro refused it")
    way_out = _("Correct what Allegro names, then try again.")


class NotAllowed(WriteRefused):
    code = "not_allowed"
    title = _("Your connection with Allegro does not allow this")
    way_out = _("Connect the account again and agree to all permissions, then try again.")


class AllegroAway(WriteRefused):
    status = 503
    code = "allegro_away"
    title = _("Allegro could not be asked")
    way_out = _("Try again in a few minutes. What is shown here is what was read last.")


class GaveUp(WriteRefused):
    code = "gave_up"
    title = _("Allegro did not answer in six tries")
    way_out = _(
        "Nothing is lost. Try again when Allegro works; what it has done is not done twice."
    )


class Unforeseen(WriteRefused):
    code = "unforeseen"
    title = _("Something unforeseen went wrong")
    way_out = _("Try again. If it stays so, send the trace id to your operator.")


PROBLEMS: dict[str, type[WriteRefused]] = {
    kind.code: kind
    for kind in (
        OrderGone, FulfilledByAllegro, OrderCancelled, OrderStopped, NotReadyToShip,
        StatusNotSettable, BuyerChangedOrder, BeingWritten, WriteUndecided, NothingToRetry,
        TrackingUnusable, UnknownCarrier, CarrierIsAllegro, WaybillUsedUp, NothingPaid,
        RefundUnusable, RefundTooHigh, RefundEmpty, RefundNotPaid, RefundInPart,
        ClaimTooEarly, ClaimTooLate, ClaimNotOpen, NotWritable, NotAllowed, GaveUp,
        Unforeseen, ClaimUnusable, CancelUnusable, NothingToCancel, AllegroAway,
        RejectionUnusable, ReturnOver, ReturnWithoutOrder,
    )
}  # fmt: skip


def code_of(error: Exception, *, gave_up: bool) -> str:
    """The code under which a failed write is filed."""
    if isinstance(error, WriteRefused):
        return error.code
    if isinstance(error, NotFound):
        return OrderGone.code
    if isinstance(error, Forbidden):
        return NotAllowed.code
    if isinstance(error, Rejected | Conflict):
        return NotWritable.code
    return GaveUp.code if gave_up and isinstance(error, AllegroError) else Unforeseen.code


def told_by(error: Exception) -> str:
    """What to show of a failure: our sentence, or what Allegro says about each field."""
    if isinstance(error, HubError):
        return error.detail
    if not isinstance(error, AllegroError):
        return type(error).__name__
    sentences = [one.user_message or one.message for one in error.errors]
    return " ".join(dict.fromkeys(filter(None, sentences))) or error.message
