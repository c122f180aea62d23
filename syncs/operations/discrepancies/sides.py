"""What choosing a side writes: our stock pushed to Allegro, or Allegro's value taken over here."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from inventory.operations import set_on_hand
from offers.enums import PushCause
from offers.operations import request_push
from offers.targets import targets_for
from products.models import Product
from products.operations import update_product
from syncs.enums import Resolution
from syncs.models import Discrepancy
from syncs.operations.discrepancies.refusals import NotPossible
from syncs.queries.choices import Choice

Written = tuple[dict[str, Any], dict[str, Any]]
"""What was changed here, before and after, as history keeps it; both empty when nothing was."""


def write_side(row: Discrepancy, choice: Choice, *, actor: User | None, now: datetime) -> Written:
    """Write what a choice holds, in the caller's transaction. Raises :class:`NotPossible`."""
    return _WRITES[choice.resolution](row, choice, actor, now)


def product_of(row: Discrepancy) -> Product:
    """The product as it is now; its stock or price is written."""
    assert row.product_id is not None
    found: Product = Product.objects.get(organization_id=row.organization_id, pk=row.product_id)
    return found


def _send_ours(row: Discrepancy, choice: Choice, actor: User | None, now: datetime) -> Written:
    assert row.offer_id is not None
    wishes = request_push(
        organization_id=row.organization_id,
        offer_ids=[row.offer_id],
        reason=PushCause.DIFFERENCE,
        actor=actor,
        now=now,
    )
    if not wishes:
        raise NotPossible(
            _("This account may not write stock to Allegro."),
            remedy=_("Open the account under Integrations and allow it there."),
        )
    return {}, {}


def _take_theirs(row: Discrepancy, choice: Choice, actor: User | None, now: datetime) -> Written:
    if choice.price is not None:
        return _take_price(row, choice.price, actor, now)
    return _take_stock(row, choice, actor, now)


def _take_price(row: Discrepancy, price: Decimal, actor: User | None, now: datetime) -> Written:
    product = product_of(row)
    former = product.selling_price
    update_product(
        product=product,
        values={"selling_price": price},
        actor=actor,
        now=now,
        expected_version=product.version,
    )
    return {"price": None if former is None else str(former)}, {"price": str(price)}


def _take_stock(row: Discrepancy, choice: Choice, actor: User | None, now: datetime) -> Written:
    change = choice.stock
    assert change is not None
    set_on_hand(
        organization_id=row.organization_id,
        product_id=change.product_id,
        warehouse=change.warehouse,
        on_hand=change.after,
        expected=change.before,
        reason=_("Allegro's number taken over, offer %(offer)s")
        % {"offer": row.offer.allegro_id if row.offer else ""},
        actor=actor,
        now=now,
        key=f"discrepancy:{row.pk}:{now.isoformat()}",
    )
    target = targets_for(integration=row.integration, offer_ids=[row.offer_id or 0])
    reached = target[row.offer_id or 0]
    if reached.quantity != int(row.theirs):
        raise NotPossible(
            _("With Allegro's number the offer would show %(got)s, not %(wanted)s.")
            % {"got": reached.quantity, "wanted": row.theirs},
            remedy=_("Look at the offer's products and the account's settings."),
        )
    place = {"warehouse": change.warehouse.pk, "product": change.product_id}
    return {"on_hand": change.before, **place}, {"on_hand": change.after, **place}


def _leave(row: Discrepancy, choice: Choice, actor: User | None, now: datetime) -> Written:
    return {}, {}


_WRITES: dict[Resolution, Callable[[Discrepancy, Choice, User | None, datetime], Written]] = {
    Resolution.OURS: _send_ours,
    Resolution.ALLEGRO: _take_theirs,
    Resolution.IGNORE: _leave,
}
