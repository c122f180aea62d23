"""Which rows there are to work on or to look at."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import BooleanField, Count, ExpressionWrapper, Max, Q, QuerySet

from accounts.models import Organization
from settings_app.enums import AuthorizationState, IntegrationState
from settings_app.models import DeviceAuthorization, Integration, OrganizationSettings, Supplier

REFRESH_AHEAD = timedelta(hours=1)
HAS_ERROR = Q(sync_error_count__gt=0) | Q(
    state__in=[IntegrationState.NEEDS_REAUTH, IntegrationState.DISABLED]
)


def working_integrations() -> QuerySet[Integration]:
    """Integrations of every organization for which jobs run, in the order of their ids."""
    found: QuerySet[Integration] = Integration.objects.filter(
        state=IntegrationState.CONNECTED
    ).order_by("pk")
    return found


def integrations_of(organization: Organization) -> QuerySet[Integration]:
    """An organization's integrations, disconnected ones last."""
    found: QuerySet[Integration] = Integration.objects.for_organization(organization)
    gone = ExpressionWrapper(Q(state=IntegrationState.DISCONNECTED), BooleanField())
    return found.order_by(gone, "label", "pk")


def due_for_refresh(*, now: datetime) -> QuerySet[Integration]:
    """Integrations whose tokens end within the hour or whose last refresh had no answer.

    Paused and switched-off ones too: their tokens must still be good when they are resumed.
    """
    found: QuerySet[Integration] = Integration.objects.filter(
        Q(refresh_retry_at__lte=now)
        | Q(refresh_retry_at=None, token_expires_at__lte=now + REFRESH_AHEAD),
        state__in=[
            IntegrationState.CONNECTED,
            IntegrationState.PAUSED,
            IntegrationState.DISABLED,
        ],
    ).exclude(refresh_token="")
    return found.order_by("token_expires_at", "pk")


def device_authorizations_due(*, now: datetime) -> QuerySet[DeviceAuthorization]:
    """Open device authorizations whose next poll is due."""
    found: QuerySet[DeviceAuthorization] = DeviceAuthorization.objects.filter(
        state=AuthorizationState.PENDING, next_poll_at__lte=now
    )
    return found.order_by("next_poll_at", "pk")


def overview() -> dict[str, Any]:
    """The operators' figures over all organizations."""
    figures: dict[str, Any] = Integration.objects.aggregate(
        total=Count("pk"),
        active=Count("pk", filter=Q(state=IntegrationState.CONNECTED)),
        errors=Count("pk", filter=HAS_ERROR),
        last_sync=Max("last_synced_at"),
    )
    return figures


def suppliers_of(organization: Organization) -> QuerySet[Supplier]:
    """An organization's suppliers by name."""
    found: QuerySet[Supplier] = Supplier.objects.for_organization(organization)
    return found.order_by("name", "pk")


def notification_email(organization_id: int) -> str:
    """The address the organization reads together, or ""."""
    found = OrganizationSettings.objects.filter(organization_id=organization_id)
    return found.values_list("notification_email", flat=True).first() or ""
