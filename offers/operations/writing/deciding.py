"""One value: what is wanted, what Allegro shows, and what follows from that. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from offers.enums import Field, PublicationStatus, PushReason, base_field
from offers.models import ValuePush
from offers.operations.verdicts import Verdict, done, later, parked

# After so many writes that Allegro reported done and did not show, a person is asked.
MISSES = 3
MISSED_PAUSE = 5.0


@dataclass(frozen=True, slots=True)
class Look:
    """One push with what is known at this moment.

    ``shown`` is the canonical text Allegro shows (None: no value there), ``wanted`` the texts the
    wanted value may have by now: that of pictures changes when they are uploaded. ``written``: the
    last write Allegro finished was of this very value. ``whole`` None: the value behind a hash is lost.
    """

    push: ValuePush
    shown: str | None
    wanted: frozenset[str]
    whole: str | None = ""
    whole_before: str = ""
    written: bool = False
    available: int | None = None

    @property
    def field(self) -> Field:
        return base_field(self.push.field)


def decide(look: Look, *, now: datetime) -> Verdict | None:
    """Whether a push is done, waits or needs a person; None: it is to be written."""
    push = look.push
    if look.shown in look.wanted:
        sent = push.reason == PushReason.COMMAND
        reason = PushReason.SENT if sent else PushReason.EQUAL
        return done(push, reason, now=now, shown=look.shown)
    if look.shown is None:
        absent = PushReason.NOT_THERE if "@" in push.field else PushReason.UNREADABLE
        return parked(push, absent, now=now)
    if look.written:
        return _missed(look, now)
    if push.expected is not None and look.shown != push.expected:
        return done(push, PushReason.CHANGED_MEANWHILE, now=now, shown=look.shown)
    return _unwritable(look, now)


def _missed(look: Look, now: datetime) -> Verdict | None:
    """Allegro said that it was done, and shows something else."""
    push = look.push
    if push.reason == PushReason.NO_RESULT and push.misses == 0:
        # Nothing was said: writing once more does no harm, because what is there was just read.
        return None
    if push.misses + 1 >= MISSES:
        silent = push.reason == PushReason.NO_RESULT
        reason = PushReason.NO_RESULT if silent else PushReason.NOT_TAKEN
        return parked(push, reason, now=now, shown=look.shown)
    return later(
        push,
        PushReason.NOT_TAKEN,
        now=now,
        seconds=MISSED_PAUSE,
        shown=look.shown,
        misses=push.misses + 1,
    )


def _unwritable(look: Look, now: datetime) -> Verdict | None:
    if look.whole is None:
        return parked(look.push, PushReason.NO_VALUE, now=now, shown=look.shown)
    if look.field != Field.STATUS:
        return None
    if look.shown == PublicationStatus.INACTIVE and look.push.value == PublicationStatus.ENDED:
        return done(look.push, PushReason.DRAFT, now=now, shown=look.shown)
    if look.push.value == PublicationStatus.ACTIVE and look.available == 0:
        return parked(look.push, PushReason.NO_STOCK, now=now, shown=look.shown)
    return None
