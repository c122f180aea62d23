"""Reads of the inbox."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet

from core.enums import WorkState
from core.logging import MASK
from core.paging import Page, paged
from orders.models import Order
from settings_app.enums import IntegrationState
from settings_app.models import Integration
from webhooks.models import (
    EventAttempt,
    EventReplay,
    InboundEvent,
    LostEvent,
    WebhookEndpoint,
)
from webhooks.selection import GROUPS, Selection

if TYPE_CHECKING:
    from accounts.models import Organization

PAGE_SIZE = 50
TRIES_SHOWN = 50
TONES = {
    WorkState.PENDING: "info",
    WorkState.RUNNING: "info",
    WorkState.DONE: "ok",
    WorkState.WAITING_FOR_PERSON: "warn",
    WorkState.DEAD: "danger",
}
_SECRET_NAMES = ("secret", "token", "password", "signature", "authorization", "apikey", "api_key")


def events_of(*, organization: Organization, selection: Selection) -> QuerySet[InboundEvent]:
    """The events of a selection, newest first."""
    events: QuerySet[InboundEvent] = InboundEvent.objects.for_organization(organization)
    # Bytes and headers can be long and a list shows neither.
    chosen = selection.of(events).select_related("integration").defer("raw", "headers")
    return chosen.order_by("-pk")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list."""

    event: InboundEvent
    tone: str


def event_page(*, organization: Organization, selection: Selection, page: int = 1) -> Page[Row]:
    """One page of events with the tones of their badges."""
    found = events_of(organization=organization, selection=selection)
    shown: Page[Any] = paged(found, number=page, size=PAGE_SIZE)
    return replace(shown, items=[Row(event, tone_of(event)) for event in shown.items])


def tone_of(event: InboundEvent) -> str:
    """The tone of the event's badge."""
    return TONES.get(WorkState(event.state), "neutral")


def event_detail(*, event: InboundEvent) -> dict[str, Any]:
    """What the event's page shows; secrets inside the content are masked."""
    return {
        "event": event,
        "tone": tone_of(event),
        "content": json.dumps(content_of(event), indent=2, ensure_ascii=False),
        "order": order_of(event=event),
        "tries": tries_of(event=event),
        "waits_for": waits_for(event=event),
        "retryable": event.state != WorkState.RUNNING,
    }


def tries_of(*, event: InboundEvent) -> list[EventAttempt]:
    """What was tried, the last first."""
    return list(EventAttempt.objects.filter(event=event).order_by("-pk")[:TRIES_SHOWN])


def accounts_of(*, organization: Organization) -> list[Integration]:
    """The accounts events may be chosen by."""
    accounts = Integration.objects.for_organization(organization)
    return list(accounts.only("pk", "label").order_by("label", "pk"))


def lost_events_of(*, organization: Organization) -> list[LostEvent]:
    """The newest events that Allegro did not tell of although their orders are ready."""
    lost: QuerySet[LostEvent] = LostEvent.objects.for_organization(organization)
    return list(lost.select_related("order", "integration").order_by("-pk")[:20])


def replay_progress(*, work: EventReplay) -> dict[str, Any]:
    """What moves while a replay is under way. No queries."""
    return {"replay": work, "in_flight": work.is_open, "tone": TONES[WorkState(work.state)]}


def content_of(event: InboundEvent) -> Any:
    """The event's body as JSON with secrets masked; as text when it is no JSON."""
    raw = bytes(event.raw)
    try:
        return _masked(json.loads(raw))
    except ValueError:
        return raw.decode("utf-8", "replace")


def order_of(*, event: InboundEvent) -> Order | None:
    """Our order of the event, if it names one."""
    if not event.checkout_form_id:
        return None
    orders = Order.objects.filter(
        organization_id=event.organization_id, checkout_form_id=event.checkout_form_id
    )
    if event.integration_id is not None:
        orders = orders.filter(integration_id=event.integration_id)
    return orders.first()


def waits_for(*, event: InboundEvent) -> Integration | None:
    """The account whose pause or missing sign-in holds the event up."""
    integration: Integration | None = event.integration
    if event.state != WorkState.PENDING or integration is None or integration.is_working:
        return None
    return integration if integration.state != IntegrationState.DISCONNECTED else None


def endpoints_of(*, organization: Organization) -> list[WebhookEndpoint]:
    """The organization's endpoints, newest first."""
    endpoints: QuerySet[WebhookEndpoint] = WebhookEndpoint.objects.for_organization(organization)
    return list(endpoints.order_by("-pk"))


def endpoint_by_public_id(*, public_id: str) -> WebhookEndpoint | None:
    """The endpoint a post is addressed to."""
    return WebhookEndpoint.objects.filter(public_id=public_id).first()


def failed_since(*, organization: Organization, since: datetime) -> int:
    """How many events need a person, counted up to 100."""
    events: QuerySet[InboundEvent] = InboundEvent.objects.for_organization(organization)
    stuck = events.filter(state__in=GROUPS["failed"][1], received_at__gte=since)
    return stuck.order_by()[:100].count()


def _masked(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            name: MASK if any(word in name.lower() for word in _SECRET_NAMES) else _masked(one)
            for name, one in value.items()
        }
    return [_masked(one) for one in value] if isinstance(value, list) else value
