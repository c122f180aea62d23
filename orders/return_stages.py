"""From Allegro's status of a return to where it stands for us. Pure.

A status Allegro may add later is neither behind nor before any other, and asks for a look.
"""

from __future__ import annotations

from orders.enums import ReturnStage

# The steps of a return's parcel, which none takes back (facts: statuses of customer returns).
PARCEL_STEPS = ("CREATED", "DISPATCHED", "IN_TRANSIT", "DELIVERED")
ON_THE_WAY = frozenset(PARCEL_STEPS[:3])
SETTLED = frozenset(
    {"FINISHED", "FINISHED_APT", "COMMISSION_REFUND_CLAIMED", "COMMISSION_REFUNDED", "REJECTED"}
)


def is_behind(told: str, known: str) -> bool:
    """Whether ``told`` is a step of the parcel that the return, at ``known``, has passed."""
    if told not in PARCEL_STEPS:
        return False
    if known in SETTLED:
        return True
    return known in PARCEL_STEPS and PARCEL_STEPS.index(told) < PARCEL_STEPS.index(known)


def stage_of(
    *, status: str, is_fulfilment: bool, is_earlier: bool, undecided: int, decided: int
) -> ReturnStage:
    """The first stage that fits; ``undecided`` and ``decided`` are pieces."""
    if is_fulfilment:
        return ReturnStage.BY_ALLEGRO
    if decided and not undecided:
        return ReturnStage.DECIDED
    if is_earlier and not decided:
        return ReturnStage.EARLIER
    if status == "REJECTED" and not decided:
        return ReturnStage.REJECTED
    return ReturnStage.ON_THE_WAY if status in ON_THE_WAY else ReturnStage.TO_DECIDE
