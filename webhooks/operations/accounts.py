"""Which accounts an event may be about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from orders.models import Order
from settings_app.enums import IntegrationState
from settings_app.models import Integration
from webhooks.models import InboundEvent


@dataclass(slots=True)
class Accounts:
    """The accounts of a batch of events. A posted event names none: it is the one that has the order,
    or, for an order not known yet, each of the organization's in turn."""

    by_pk: dict[int, Integration]
    by_form: dict[tuple[int, str], int]
    by_organization: dict[int, list[Integration]]

    @classmethod
    def of(cls, events: Iterable[InboundEvent]) -> Accounts:
        """Look them up in two queries."""
        posted = [event for event in events if event.integration_id is None]
        named = {event.integration_id for event in events if event.integration_id is not None}
        organizations = {event.organization_id for event in posted}
        found = Integration.objects.filter(
            Q(pk__in=named) | Q(organization_id__in=organizations, state=IntegrationState.CONNECTED)
        ).order_by("pk")
        by_pk = {integration.pk: integration for integration in found}
        by_organization: dict[int, list[Integration]] = defaultdict(list)
        for integration in by_pk.values():
            if integration.is_working:
                by_organization[integration.organization_id].append(integration)
        orders = Order.objects.filter(
            organization_id__in=organizations,
            checkout_form_id__in=[event.checkout_form_id for event in posted],
        ).values_list("organization_id", "checkout_form_id", "integration_id")
        by_form = {(org, form_id): integration_id for org, form_id, integration_id in orders}
        return cls(by_pk, by_form, by_organization)

    def of_event(self, event: InboundEvent) -> list[Integration]:
        """The accounts to ask, the first one first."""
        if event.integration_id is not None:
            return [self.by_pk[event.integration_id]]
        known = self.by_form.get((event.organization_id, event.checkout_form_id))
        if known is not None:
            return [self.by_pk[known]] if known in self.by_pk else []
        return list(self.by_organization.get(event.organization_id, []))
