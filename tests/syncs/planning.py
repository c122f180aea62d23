"""An account in step with its catalogue, and both sides of a field moved apart on purpose.

Allegro itself is not asked here: what it shows is written where a reading would have written it, and
how a write ended is told as the writer of values tells it.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.db import transaction
from django.utils import timezone

from core.enums import WorkState
from core.outbox import deliver_due
from offers.enums import PushReason
from offers.models import FieldState, Offer, ValuePush
from offers.operations import note_ours
from offers.operations.writing.requesting import Settled, tell_settled
from products.models import Product
from settings_app.models import FieldRule, Integration
from syncs.enums import SyncKind, SyncMode
from syncs.models import PlannedChange, SyncRun
from syncs.operations import run_due
from syncs.operations.plans import start_plan
from tests.factories import IntegrationFactory, ProductFactory
from tests.offers.factories import OfferFactory, OfferLinkFactory

WRITING = {"may_write_price": True, "may_write_stock": True, "may_write_offers": True}


def account_in_step(organization: Any, offers: int = 3, **settings: Any) -> Integration:
    """A connected account that may write everything; its linked offers have our values."""
    values = {**WRITING, "brake_minimum": 1000, "brake_changed_minimum": 1000, **settings}
    account: Integration = IntegrationFactory.create(organization=organization, **values)
    for _number in range(offers):
        product = ProductFactory.create(organization=organization, selling_price="100.00")
        offer = OfferFactory.create(integration=account, link_state="LINKED", price="100.00")
        OfferLinkFactory.create(offer=offer, product=product)
    note(account)
    states = FieldState.objects.filter(integration=account, ours__isnull=False)
    for state in states:
        state.theirs, state.base = state.ours, state.ours
        state.theirs_at = state.base_at = timezone.now()
        state.save()
    return account


def offers_of(account: Integration) -> list[Offer]:
    return list(Offer.objects.filter(integration=account).order_by("pk"))


def note(account: Integration, *offers: Offer) -> None:
    """Have our side of these offers, or of all, computed again."""
    chosen = [one.pk for one in offers] or None
    note_ours(integration=account, offer_ids=chosen, now=timezone.now())


def set_price(offer: Offer, price: str) -> None:
    """Our price of the offer's product, as a person would change it."""
    Product.objects.filter(offer_links__offer=offer).update(selling_price=price)
    note(offer.integration, offer)


def set_theirs(offer: Offer, value: str | None, field: str = "PRICE") -> None:
    """What was read at Allegro last."""
    FieldState.objects.filter(offer=offer, field=field).update(
        theirs=value, theirs_at=timezone.now()
    )


def planned(
    account: Integration,
    kind: SyncKind = SyncKind.BOTH,
    mode: SyncMode = SyncMode.APPLY,
    **more: Any,
) -> SyncRun:
    """A run that has read what Allegro has, worked on until it is over or waits."""
    run = start_plan(
        integration=account, kind=kind, mode=mode, actor=None, now=timezone.now(), **more
    )
    SyncRun.objects.filter(pk=run.pk).update(position={"phase": "plan"})
    return worked(run)


def worked(run: SyncRun) -> SyncRun:
    run_due()
    run.refresh_from_db()
    return run


def arrive(
    account: Integration, reason: PushReason = PushReason.SENT, state: WorkState = WorkState.DONE
) -> int:
    """What is on its way comes to an end, as the writer of values tells it; Allegro shows it then."""
    pushes = list(ValuePush.objects.filter(integration=account, state="PENDING"))
    for push in pushes:
        push.state, push.reason, push.finished_at = state, reason, timezone.now()
        push.save()
        if reason == PushReason.SENT:
            set_theirs(push.offer, push.value, push.field)
    with transaction.atomic():
        tell_settled(
            organization_id=account.organization_id,
            settled=[
                Settled(account.pk, one.offer_id, one.field, state.value, reason.value, one.run_id)
                for one in pushes
            ],
        )
    deliver_due()
    return len(pushes)


def finished(run: SyncRun) -> SyncRun:
    """The run, once the results it waited for are in."""
    SyncRun.objects.filter(pk=run.pk, state="PENDING").update(next_attempt_at=timezone.now())
    return worked(run)


def state_of(offer: Offer, field: str = "PRICE") -> FieldState:
    return FieldState.objects.get(offer=offer, field=field)


def sides(offer: Offer, field: str = "PRICE") -> tuple[str | None, str | None, str | None]:
    state = state_of(offer, field)
    return state.base, state.ours, state.theirs


def change_of(run: SyncRun, offer: Offer, field: str = "PRICE") -> PlannedChange:
    return PlannedChange.objects.get(run=run, offer=offer, field=field)


def plan_of(run: SyncRun) -> Counter[tuple[str, str, str]]:
    """How often the plan does what, why, and how far that came."""
    rows = PlannedChange.objects.filter(run=run)
    return Counter(rows.values_list("action", "reason", "state"))


def rule(account: Integration, field: str, **values: Any) -> None:
    FieldRule.objects.update_or_create(
        integration=account,
        field=field,
        defaults={"organization_id": account.organization_id, **values},
    )


def push_of(offer: Offer, field: str = "PRICE") -> ValuePush:
    return ValuePush.objects.get(offer=offer, field=field)
