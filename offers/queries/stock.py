"""Reads of stock on its way to Allegro: one offer's, the list, the brake, what would be sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Organization
from core.enums import WorkState
from core.paging import Page, paged
from inventory.models import Warehouse
from offers.enums import BrakeState
from offers.models import Offer, OfferPush, StockBrake, StockCommandItem, StockFeed
from offers.queries.offers import connected_accounts
from offers.queries.zeros import zeros_waiting
from offers.reasons import Reason
from offers.stock_reasons import push_reason, stop_in_words, target_reason
from offers.targets import Target, targets_for
from settings_app.models import Installation, Integration
from settings_app.queries import settings_of, stock_stop

PAGE_SIZE = 50
LATEST = 5
STUCK = [WorkState.WAITING_FOR_PERSON, WorkState.DEAD]
GROUPS = {
    "stuck": (gettext_lazy("Needs you"), STUCK),
    "open": (gettext_lazy("On its way"), [WorkState.PENDING, WorkState.RUNNING]),
    "done": (gettext_lazy("Done"), [WorkState.DONE]),
}


@dataclass(frozen=True, slots=True)
class OfferStock:
    """Everything there is to say about one offer's stock at Allegro."""

    offer: Offer
    target: Target
    target_reason: Reason
    push: OfferPush | None
    reason: Reason | None
    writes: list[StockCommandItem]
    stop: str
    stop_remedy: str

    @property
    def last_write(self) -> StockCommandItem | None:
        return self.writes[0] if self.writes else None

    @property
    def shown(self) -> int | None:
        """What Allegro itself said last; None: it was never asked for this offer."""
        return self.offer.stock_shown

    @property
    def is_moving(self) -> bool:
        return self.push is not None and self.push.is_open

    @property
    def is_stuck(self) -> bool:
        return self.push is not None and self.push.state in STUCK


def offer_stock(*, offer: Offer) -> OfferStock:
    """The offer's target, what is shown, its push and the latest writes."""
    target = targets_for(integration=offer.integration, offer_ids=[offer.pk])[offer.pk]
    push = OfferPush.objects.filter(offer=offer).first()
    writes = StockCommandItem.objects.filter(offer=offer).select_related("command")
    stop = stock_stop(integration_id=offer.integration_id)
    said, remedy = stop_in_words(stop) if stop else ("", "")
    return OfferStock(
        offer=offer,
        target=target,
        target_reason=target_reason(target.reason),
        push=push,
        reason=push_reason(push) if push else None,
        writes=list(writes.order_by("-pk")[:LATEST]),
        stop=said,
        stop_remedy=remedy,
    )


@dataclass(frozen=True, slots=True)
class PushFilter:
    """What the list of pushes is narrowed to; empty means all."""

    state: str = ""
    account: str = ""
    reason: str = ""
    search: str = ""


def pushes_matching(*, organization: Organization, wanted: PushFilter) -> QuerySet[OfferPush]:
    """The pushes of a list, the latest wishes first."""
    return narrowed(OfferPush.objects.for_organization(organization), wanted)


def narrowed(pushes: QuerySet[Any], wanted: PushFilter) -> QuerySet[Any]:
    """Pushes of any kind as a list wants them, with their offers and accounts."""
    if wanted.state in GROUPS:
        pushes = pushes.filter(state__in=GROUPS[wanted.state][1])
    if wanted.account:
        account = int(wanted.account) if wanted.account.isdecimal() else -1
        pushes = pushes.filter(integration_id=account)
    if wanted.reason:
        pushes = pushes.filter(reason=wanted.reason)
    if wanted.search:
        word = wanted.search.strip()
        pushes = pushes.filter(Q(offer__allegro_id=word) | Q(offer__external_id=word))
    return pushes.select_related("offer", "integration").order_by("-requested_at", "-pk")


def push_list(*, organization: Organization, wanted: PushFilter, number: int) -> dict[str, Any]:
    """What the page "Stock on its way" shows."""
    page = paged(
        pushes_matching(organization=organization, wanted=wanted), number=number, size=PAGE_SIZE
    )
    rows = [{"push": push, "reason": push_reason(push)} for push in page.items]
    stopped_at = settings_of(organization=organization).stock_writes_stopped_at
    accounts = list(connected_accounts(organization=organization))
    return {
        "page": Page(
            items=rows,
            number=page.number,
            size=page.size,
            total=page.total,
            total_is_exact=page.total_is_exact,
            has_next=page.has_next,
        ),
        "wanted": wanted,
        "any_stuck": any(row["push"].state in STUCK for row in rows),
        "filter_fields": [
            ("state", wanted.state),
            ("account", wanted.account),
            ("reason", wanted.reason),
            ("q", wanted.search),
        ],
        "accounts": accounts,
        "writing": [one for one in accounts if one.may_write_stock],
        "stopped_at": stopped_at,
        "stopped_by_operator": Installation.objects.filter(
            stock_writes_stopped_at__isnull=False
        ).exists(),
        "brakes": open_brakes(organization=organization),
        "tabs": state_tabs(OfferPush.objects.for_organization(organization), wanted),
    }


def state_tabs(pushes: QuerySet[Any], wanted: PushFilter) -> list[dict[str, Any]]:
    """The states a list of pushes is narrowed to, with how many of ``pushes`` need somebody."""
    rest = f"&account={wanted.account}" if wanted.account else ""
    stuck = pushes.filter(state__in=STUCK)
    tabs = [{"label": _("All"), "url": f"?{rest}", "active": not wanted.state, "count": ""}]
    for name, (label, _states) in GROUPS.items():
        count = stuck.values("pk")[:1000].count() if name == "stuck" else ""
        url = f"?state={name}{rest}"
        tabs.append(
            {"label": label, "url": url, "active": wanted.state == name, "count": count or ""}
        )
    return tabs


def open_brakes(*, organization: Organization) -> list[StockBrake]:
    """Brakes that hold now."""
    brakes: QuerySet[StockBrake] = StockBrake.objects.for_organization(organization)
    return list(
        brakes.filter(state=BrakeState.OPEN).select_related("integration").order_by("opened_at")
    )


def brake_page(*, organization: Organization, number: int) -> dict[str, Any]:
    """Brakes that hold, and the decided ones, newest first."""
    brakes: QuerySet[StockBrake] = StockBrake.objects.for_organization(organization)
    decided = brakes.exclude(state=BrakeState.OPEN).select_related("integration", "decided_by")
    return {
        "open": open_brakes(organization=organization),
        "page": paged(decided.order_by("-opened_at", "-pk"), number=number, size=PAGE_SIZE),
    }


def brake_detail(*, brake: StockBrake, number: int) -> dict[str, Any]:
    """One brake: which offers would be set to zero, computed at this moment."""
    offers = Offer.objects.filter(pk__in=zeros_waiting(integration=brake.integration))
    return {
        "brake": brake,
        "holds": brake.state == BrakeState.OPEN,
        "page": paged(
            offers.prefetch_related("links__product").order_by("title", "pk"),
            number=number,
            size=PAGE_SIZE,
        ),
        "up_url": reverse("offers:brakes"),
    }


@dataclass(frozen=True, slots=True)
class Change:
    """An offer as it would be changed: what it shows by our knowledge, and what it should show."""

    offer: Offer
    shown: int | None
    target: int


def preview_page(*, integration: Integration, number: int) -> dict[str, Any]:
    """What would be sent if the account wrote all its stock now: a look that changes nothing.

    Compared with what Allegro said last, or with its listing where it was never asked.
    """
    targets = targets_for(integration=integration)
    known = Offer.objects.filter(integration=integration, pk__in=list(targets)).values_list(
        "pk", "stock_shown", "stock_available"
    )
    shown = {pk: listed if asked is None else asked for pk, asked, listed in known}
    differing = sorted(
        pk
        for pk, target in targets.items()
        if target.quantity is not None and target.quantity != shown[pk]
    )
    silent: dict[str, int] = {}
    for target in targets.values():
        if target.quantity is None:
            silent[target.reason] = silent.get(target.reason, 0) + 1
    zeros = sum(1 for pk in differing if targets[pk].quantity == 0)
    page = paged(
        Offer.objects.filter(pk__in=differing).order_by("pk"), number=number, size=PAGE_SIZE
    )
    rows = [Change(one, shown[one.pk], targets[one.pk].quantity or 0) for one in page.items]
    stop = stock_stop(integration_id=integration.pk)
    said, remedy = stop_in_words(stop) if stop else ("", "")
    return {
        "integration": integration,
        "page": Page(
            items=rows,
            number=page.number,
            size=page.size,
            total=page.total,
            total_is_exact=page.total_is_exact,
            has_next=page.has_next,
        ),
        "looked_at": len(targets),
        "differing": len(differing),
        "equal": len(targets) - len(differing) - sum(silent.values()),
        "zeros": zeros,
        "silent": [
            {"reason": target_reason(code), "count": count}
            for code, count in sorted(silent.items())
        ],
        "stop": said,
        "stop_remedy": remedy,
    }


def feed_page(*, integration: Integration) -> dict[str, Any]:
    """The warehouses of the organization, with the place each has in feeding the account."""
    feeds = {
        feed.warehouse_id: feed.priority
        for feed in StockFeed.objects.filter(integration=integration)
    }
    warehouses: QuerySet[Warehouse] = Warehouse.objects.for_organization(
        integration.organization
    ).filter(active=True)
    places: list[dict[str, Any]] = [
        {"warehouse": one, "priority": feeds.get(one.pk), "feeds": one.pk in feeds}
        for one in warehouses.order_by("-is_default", "name")
    ]
    places.sort(key=lambda place: place["priority"] or 10_000)
    return {"integration": integration, "places": places, "all_feed": not feeds}


def stuck_by_account(*, organization: Organization) -> list[dict[str, Any]]:
    """How many pushes of each account need a person."""
    pushes: QuerySet[Any] = OfferPush.objects.for_organization(organization)
    return list(
        pushes.filter(state__in=STUCK)
        .values("integration_id", "integration__label")
        .annotate(count=Count("pk"))
        .order_by("integration__label")
    )
