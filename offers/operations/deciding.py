"""One offer: what we want, what Allegro shows, and what follows from that."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from connectors.allegro import AllegroClient, AllegroError
from offers.enums import PublicationStatus, PushReason, WriteKind
from offers.models import Offer, OfferPush, StockCommandItem
from offers.operations.verdicts import Verdict, done, later, of_error, parked
from offers.planning import Wish
from settings_app.enums import ZeroStockPolicy
from settings_app.models import Integration

# How long a drop that looks like a purchase is waited for, and how often looked again. Events have
# been hours late (allegro-api#4872); then our number is sent, because stock that stands still oversells too.
WAIT_FOR_ORDER = timedelta(seconds=45)
LOOK_AGAIN = 3.0
# After so many writes that Allegro reported done and did not show, a person is asked.
MISSES = 3
MISSED_PAUSE = 5.0


@dataclass(frozen=True, slots=True)
class Look:
    """One push with what is known at this moment. ``sold``: units bought since the last reading."""

    push: OfferPush
    target: int
    shown: int
    asked_at: datetime
    sold: int
    integration: Integration

    @property
    def offer(self) -> Offer:
        return self.push.offer

    @property
    def is_ended(self) -> bool:
        """Whether it is off sale: by what we know, or because nothing is left, which ends an offer."""
        return self.shown == 0 or self.offer.publication_status == PublicationStatus.ENDED

    @property
    def drop(self) -> int:
        """By how much less is shown than last time, beyond the purchases we know of."""
        before = self.offer.stock_shown
        return 0 if before is None else before - self.shown - self.sold


@dataclass(frozen=True, slots=True)
class Wanted:
    """A write that is needed."""

    kind: WriteKind
    wish: Wish


def decide(look: Look, *, client: AllegroClient, now: datetime) -> Verdict | Wanted:
    """Whether an offer is done, waits, needs a person, or is to be written.

    Keeps what was read on the offer. Asks Allegro why an offer ended before putting it on sale again.
    """
    if look.shown == look.target and not look.is_ended:
        return _equal(look, now)
    if _ends_at_zero(look) and look.is_ended:
        return _equal(look, now)
    if verdict := _unexplained(look, now) or _missed(look, now):
        return verdict
    _keep(look)
    if look.target == 0 and look.shown == 0:
        return _equal(look, now)
    if look.is_ended:
        return _revive(look, client, now)
    return Wanted(WriteKind.PATCH, Wish(look.push.offer_id, look.target))


def _ends_at_zero(look: Look) -> bool:
    policy = look.integration.zero_stock_policy
    return look.target == 0 and policy == ZeroStockPolicy.END


def _equal(look: Look, now: datetime) -> Verdict:
    _keep(look, empty_since=now if look.target == 0 else None)
    sent = look.push.reason == PushReason.COMMAND
    reason = PushReason.SENT if sent else PushReason.EQUAL
    return done(look.push, reason, now=now, target=look.target, shown=look.shown)


def _keep(look: Look, *, empty_since: datetime | None = None) -> None:
    offer = look.offer
    offer.stock_shown, offer.stock_shown_at = look.shown, look.asked_at
    # Nothing of ours left and nothing shown there: it ended, or ends, for want of stock.
    if empty_since is not None and offer.emptied_at is None:
        offer.emptied_at = empty_since
    Offer.objects.filter(pk=offer.pk).update(
        stock_shown=look.shown, stock_shown_at=look.asked_at, emptied_at=offer.emptied_at
    )


def _unexplained(look: Look, now: datetime) -> Verdict | None:
    """Fewer are shown than we can explain: probably a purchase whose order is still to come."""
    since = look.push.unexplained_since or now
    if look.drop <= 0 or look.target == 0 or now - since > WAIT_FOR_ORDER:
        return None
    return later(
        look.push,
        PushReason.PURCHASE,
        now=now,
        seconds=LOOK_AGAIN,
        target=look.target,
        shown=look.shown,
        unexplained_since=since,
    )


def _missed(look: Look, now: datetime) -> Verdict | None:
    """Allegro said that it was done, and shows something else."""
    push = look.push
    missed = (
        push.reason in (PushReason.COMMAND, PushReason.NO_RESULT) and push.target == look.target
    )
    if not missed or look.shown == look.target or _was_revived(push):
        return None
    if push.misses + 1 >= MISSES:
        silent = push.reason == PushReason.NO_RESULT
        reason = PushReason.NO_RESULT if silent else PushReason.NOT_TAKEN
        return parked(push, reason, now=now, target=look.target, shown=look.shown)
    return later(
        push,
        PushReason.NOT_TAKEN,
        now=now,
        seconds=MISSED_PAUSE,
        target=look.target,
        shown=look.shown,
        misses=push.misses + 1,
    )


def _last_write(push: OfferPush, **values: int) -> StockCommandItem | None:
    items = StockCommandItem.objects.filter(offer_id=push.offer_id, state="SUCCESS", **values)
    return items.select_related("command").order_by("-pk").first()


def _was_revived(push: OfferPush) -> bool:
    last = _last_write(push)
    return last is not None and last.command.kind in (WriteKind.ACTIVATE, WriteKind.END)


def _revive(look: Look, client: AllegroClient, now: datetime) -> Verdict | Wanted:
    """An ended offer gets its stock first, then is put on sale, if it ended for want of stock."""
    try:
        publication = client.offers.get(look.offer.allegro_id).get("publication") or {}
    except AllegroError as error:
        return of_error(look.push, error, now=now, target=look.target)
    if publication.get("status") == PublicationStatus.ACTIVE:
        look.offer.publication_status, look.offer.emptied_at = PublicationStatus.ACTIVE, None
        Offer.objects.filter(pk=look.offer.pk).update(
            publication_status=PublicationStatus.ACTIVE, emptied_at=None, content_hash=""
        )
        if look.shown == look.target:
            return _equal(look, now)
        return Wanted(WriteKind.PATCH, Wish(look.push.offer_id, look.target))
    _keep_ended(look.offer)
    if not _ended_for_stock(look.push, str(publication.get("endedBy") or "")):
        Offer.objects.filter(pk=look.offer.pk).update(emptied_at=None, stock_shown=None)
        return done(look.push, PushReason.ENDED, now=now, target=look.target, shown=look.shown)
    _note_emptied(look.offer, now)
    wish = Wish(look.push.offer_id, look.target, alone=True)
    stocked = look.shown == look.target
    return Wanted(WriteKind.ACTIVATE if stocked else WriteKind.PATCH, wish)


def _keep_ended(offer: Offer) -> None:
    if offer.publication_status != PublicationStatus.ENDED:
        offer.publication_status = PublicationStatus.ENDED
        Offer.objects.filter(pk=offer.pk).update(
            publication_status=PublicationStatus.ENDED, content_hash=""
        )


def _note_emptied(offer: Offer, now: datetime) -> None:
    """Keep that it ended for want of stock until it is on sale again: with stock, nothing else tells."""
    if offer.emptied_at is None:
        offer.emptied_at = now
        Offer.objects.filter(pk=offer.pk).update(emptied_at=now)


def _ended_for_stock(push: OfferPush, ended_by: str) -> bool:
    """Whether stock is why it ended: Allegro says so, or it was our own END command."""
    if ended_by == "EMPTY_STOCK":
        return True
    # Setting 0 would have made it EMPTY_STOCK; after that, USER is the seller's own doing.
    last = _last_write(push, value=0)
    return ended_by == "USER" and last is not None and last.command.kind == WriteKind.END
