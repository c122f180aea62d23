"""The brake: an account's pushes stop when too many offers would be set to zero at once."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from core import audit
from core.enums import WorkState
from core.errors import StateConflict
from notifications.enums import Event, Severity
from notifications.operations import notify, settle
from offers.enums import BrakeState, CommandOutcome, ItemState, PublicationStatus, PushReason
from offers.models import Offer, OfferLink, OfferPush, StockBrake, StockCommandItem
from offers.operations.requesting import hint_account
from offers.queries.zeros import decided_at, zeros_waiting
from settings_app.models import Integration

# Zeros of this long count together: a flood that trickles is a flood.
WINDOW = timedelta(hours=1)


def brake_holds(*, integration: Integration, now: datetime) -> bool:
    """Whether a brake holds the account's pushes; opens one when the zeros due are too many.

    Counted are the zeros about to be sent, on their way or sent within the hour, against the account's active
    linked offers. Zeros a person released no longer count. Tells the members when it opens one.
    """
    if StockBrake.objects.filter(integration=integration, state=BrakeState.OPEN).exists():
        return True
    waiting = zeros_waiting(integration=integration)
    if not waiting:
        return False
    zeros = len(set(waiting) | _zeroed_lately(integration, now))
    active = _active(integration)
    share = integration.brake_share_percent
    if zeros < integration.brake_minimum or zeros * 100 <= share * active:
        return False
    _open(integration, zeros=zeros, active=active, now=now)
    return True


def release_brake(*, brake: StockBrake, actor: User, now: datetime) -> None:
    """Let everything held go, zeros and all. Audits. Raises :class:`BrakeDecided`."""
    _decide(brake, BrakeState.RELEASED, actor, now)
    hint_account(integration_id=brake.integration_id)


def drop_brake(*, brake: StockBrake, actor: User, now: datetime) -> int:
    """Give up the zeros held, and let the rest go; returns how many were dropped. Audits.

    The offers keep what they show until their stock changes again. Raises :class:`BrakeDecided`.
    """
    with transaction.atomic():
        waiting = zeros_waiting(integration=brake.integration)
        _decide(brake, BrakeState.DROPPED, actor, now)
        dropped = OfferPush.objects.filter(
            integration_id=brake.integration_id,
            offer_id__in=waiting,
            state=WorkState.PENDING,
            command=None,
        ).update(
            state=WorkState.DONE,
            reason=PushReason.DROPPED,
            finished_at=now,
            claimed_until=None,
            target=0,
        )
    hint_account(integration_id=brake.integration_id)
    return int(dropped)


class BrakeDecided(StateConflict):
    """Somebody else was quicker."""

    code = "brake_decided"
    title = gettext_lazy("This brake was released or dropped already")


@transaction.atomic
def _decide(brake: StockBrake, state: BrakeState, actor: User, now: datetime) -> None:
    changed = StockBrake.objects.filter(pk=brake.pk, state=BrakeState.OPEN).update(
        state=state, decided_at=now, decided_by=actor
    )
    if not changed:
        raise BrakeDecided(remedy=_("Look at the account's stock pushes."))
    OfferPush.objects.filter(
        integration_id=brake.integration_id, state=WorkState.PENDING, command=None
    ).update(next_attempt_at=now)
    audit.record(
        action=f"stock.brake_{state.lower()}",
        target=brake,
        actor=actor,
        organization_id=brake.organization_id,
        now=now,
        before={"zeros": brake.zeros, "active": brake.active},
    )
    settle(organization_id=brake.organization_id, dedupe_key=_key(brake.integration_id), now=now)


def _zeroed_lately(integration: Integration, now: datetime) -> set[int]:
    decided = decided_at(integration, BrakeState.RELEASED, BrakeState.DROPPED)
    since = max(now - WINDOW, decided or now - WINDOW)
    # Without a result it may have been done; only what surely was not is left out.
    items = StockCommandItem.objects.filter(
        command__integration=integration, command__created_at__gt=since, value=0
    ).exclude(state=ItemState.FAIL)
    never = Q(command__outcome__in=[CommandOutcome.FAILED, CommandOutcome.NOT_ACCEPTED])
    items = items.exclude(never & Q(state=ItemState.NEW))
    return set(items.values_list("offer_id", flat=True))


def _active(integration: Integration) -> int:
    """The account's linked offers on sale, and those that were until their stock ran out."""
    linked = Offer.objects.filter(
        integration=integration, pk__in=OfferLink.objects.values("offer_id")
    )
    on_sale = linked.filter(publication_status=PublicationStatus.ACTIVE)
    return (on_sale | linked.filter(emptied_at__isnull=False)).count()


def _open(integration: Integration, *, zeros: int, active: int, now: datetime) -> None:
    try:
        with transaction.atomic():
            StockBrake.objects.create(
                organization_id=integration.organization_id,
                integration=integration,
                opened_at=now,
                zeros=zeros,
                active=active,
            )
            notify(
                organization_id=integration.organization_id,
                event=Event.STOCK_BRAKE,
                severity=Severity.DANGER,
                title=_("%(account)s: the brake holds all stock") % {"account": integration.label},
                body=_(
                    "%(zeros)d of %(active)d offers would be set to 0. Nothing is sent until you"
                    " have looked at them and released or dropped it."
                )
                % {"zeros": zeros, "active": active},
                link=reverse("offers:brakes"),
                dedupe_key=_key(integration.pk),
                now=now,
            )
    except IntegrityError:
        return  # another worker opened it at this moment


def _key(integration_id: int) -> str:
    return f"stock.brake:{integration_id}"
