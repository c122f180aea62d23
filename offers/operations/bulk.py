"""The same done with many offers at once: seen first, then done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from accounts.models import User
from core.errors import HubError
from offers import values
from offers.enums import Field, PublicationStatus
from offers.models import FieldState, Offer
from offers.operations.editing import (
    activate_offers,
    edit_offer,
    end_offers,
    refuse_stopped,
)
from offers.pricing import rounded

# Crowns and forints are refused with decimals (allegro-api#13367).
_WHOLE = {"CZK", "HUF"}


@dataclass(frozen=True, slots=True)
class BulkChange:
    """One offer in a bulk change: what it shows, what it would, or why it is left."""

    offer: Offer
    before: str
    after: str
    problem: str = ""

    @property
    def changes(self) -> bool:
        return not self.problem and self.before != self.after


def plan_bulk(*, offers: Sequence[Offer], act: str, amount: Decimal | None) -> list[BulkChange]:
    """What an act (``activate``, ``end``, ``price``, ``percent``) would do to each; writes nothing."""
    shown = dict(
        FieldState.objects.filter(offer__in=offers, field=Field.PRICE).values_list(
            "offer_id", "theirs"
        )
    )
    return [_planned(offer, act, amount, shown.get(offer.pk)) for offer in offers]


def do_bulk(
    *, offers: Sequence[Offer], act: str, amount: Decimal | None, actor: User, now: datetime
) -> tuple[int, list[BulkChange]]:
    """Do it; returns how many were asked for, and those that were refused, each with the reason.

    Each offer is audited by itself. Prices become the offers' own values.
    """
    planned = plan_bulk(offers=offers, act=act, amount=amount)
    changes = [one for one in planned if one.changes]
    refused = [one for one in planned if one.problem]
    done = 0
    for one in changes:
        try:
            _do(one, act, actor, now)
        except HubError as error:
            problem = f"{error.detail} {error.remedy}".strip()
            refused.append(BulkChange(one.offer, one.before, one.after, problem))
        else:
            done += 1
    return done, refused


def _do(change: BulkChange, act: str, actor: User, now: datetime) -> None:
    if act == "end":
        end_offers(offers=[change.offer], actor=actor, now=now)
    elif act == "activate":
        activate_offers(offers=[change.offer], actor=actor, now=now)
    else:
        wanted = {Field.PRICE.value: change.after}
        edit_offer(offer=change.offer, wanted=wanted, actor=actor, now=now)


def _planned(offer: Offer, act: str, amount: Decimal | None, shown: str | None) -> BulkChange:
    field = Field.STATUS if act in ("end", "activate") else Field.PRICE
    before = offer.publication_status if field == Field.STATUS else shown or ""
    problem = ""
    try:
        refuse_stopped(offer=offer, fields=[field])
    except HubError as error:
        problem = f"{error.detail} {error.remedy}".strip()
    after = _after(offer, act, amount, before)
    return BulkChange(offer, before, after, problem)


def _after(offer: Offer, act: str, amount: Decimal | None, before: str) -> str:
    if act == "end":
        drafts = (PublicationStatus.INACTIVE,)
        return before if before in drafts else PublicationStatus.ENDED.value
    if act == "activate":
        return PublicationStatus.ACTIVE.value
    if amount is None:
        return before
    if act == "price":
        return values.price_text(amount, offer.currency) if offer.currency else before
    if not before:
        return before
    money = values.price_of(before)
    changed = money.amount * (100 + amount) / 100
    decimals = 0 if money.currency in _WHOLE else 2
    return values.price_text(rounded(changed, decimals=decimals), money.currency)
