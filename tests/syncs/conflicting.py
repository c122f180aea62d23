"""A price that both sides changed, ready to be resolved; and what a push does when it ends."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils import timezone

from core.enums import WorkState
from offers.models import FieldState, ValuePush
from offers.operations import note_ours
from offers.values import price_text
from syncs.models import Conflict
from tests.factories import IntegrationFactory, ProductFactory
from tests.offers.factories import OfferFactory, OfferLinkFactory
from tests.syncs.factories import ConflictFactory

BASE, OURS, THEIRS = "99.00 PLN", "105.00 PLN", "95.00 PLN"


def account_of(organization: Any, **values: Any) -> Any:
    """An account whose prices may be written."""
    return IntegrationFactory(organization=organization, **({"may_write_price": True} | values))


def price_conflict(account: Any, ours: str = OURS, theirs: str = THEIRS) -> Conflict:
    """One offer of one product; the price was 99.00 on both sides and is another on each now."""
    product = ProductFactory(
        organization=account.organization, selling_price=Decimal(ours.split(maxsplit=1)[0])
    )
    offer = OfferFactory(integration=account, price=Decimal(theirs.split(maxsplit=1)[0]))
    OfferLinkFactory(offer=offer, product=product)
    offer.link_state = "LINKED"
    offer.save()
    now = timezone.now()
    note_ours(integration=account, offer_ids=[offer.pk], now=now)
    FieldState.objects.filter(offer=offer, field="PRICE").update(
        base=BASE, base_at=now, theirs=theirs, theirs_at=now
    )
    assert state_of(offer.pk).ours == ours
    made: Any = ConflictFactory(offer=offer, base=BASE, ours=ours, theirs=theirs)
    return made  # type: ignore[no-any-return]


def state_of(offer_id: int) -> FieldState:
    """The three values of the offer's price."""
    found: FieldState = FieldState.objects.get(offer_id=offer_id, field="PRICE")
    return found


def sides(conflict: Conflict) -> tuple[str | None, str | None, str | None]:
    """Agreed, ours, Allegro's, as they are now."""
    state = state_of(conflict.offer_id)
    return state.base, state.ours, state.theirs


def push_ends(conflict: Conflict, reason: str, *, error: str = "") -> None:
    """What the pusher leaves behind: the row's end, and of a success what it read back."""
    done = reason in ("SENT", "EQUAL", "CHANGED_MEANWHILE")
    ValuePush.objects.filter(offer=conflict.offer, field="PRICE").update(
        state=WorkState.DONE if done else WorkState.WAITING_FOR_PERSON,
        reason=reason,
        last_error=error,
        finished_at=timezone.now(),
    )
    if reason == "SENT":
        push = ValuePush.objects.get(offer=conflict.offer, field="PRICE")
        FieldState.objects.filter(offer=conflict.offer, field="PRICE").update(theirs=push.value)


def prices(conflict: Conflict) -> str:
    """The product's own price."""
    product = conflict.offer.links.get().product
    product.refresh_from_db()
    return price_text(product.selling_price, product.selling_currency)
