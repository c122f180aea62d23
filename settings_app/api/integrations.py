"""``/integrations`` and ``/allegro/settings``: connected accounts and how they behave."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.views import OrganizationAPIView
from accounts.enums import Role
from core.api.paging import PAGING, PageLimitPagination
from settings_app import operations
from settings_app.api.serializers import (
    AllegroSettingsSerializer,
    IntegrationSerializer,
    SettingsAnswerSerializer,
    SettingsEnvelopeSerializer,
    SettingsSavedSerializer,
    SyncHealthSerializer,
)
from settings_app.models import Integration
from settings_app.queries import integrations_of


class IntegrationView(OrganizationAPIView):
    """A view of one integration of the caller's organization; owners write."""

    write_role = Role.OWNER

    def integration(self, pk: str | int) -> Integration:
        """The integration, or 404 as if it did not exist."""
        found: Integration = get_object_or_404(
            Integration.objects.for_organization(self.organization), pk=pk
        )
        return found


class IntegrationsView(OrganizationAPIView):
    pagination_class = PageLimitPagination

    @extend_schema(
        operation_id="integrations_list",
        tags=["integrations"],
        parameters=PAGING,
        responses=IntegrationSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        """Connected accounts by name, disconnected ones last."""
        return PageLimitPagination.answer(
            request, integrations_of(self.organization), IntegrationSerializer
        )


class IntegrationDetailView(IntegrationView):
    @extend_schema(
        operation_id="integrations_read", tags=["integrations"], responses=IntegrationSerializer
    )
    def get(self, request: Request, pk: str) -> Response:
        """One connected account."""
        return Response(IntegrationSerializer(self.integration(pk)).data)


class IntegrationHealthView(IntegrationView):
    @extend_schema(
        operation_id="integrations_sync_health",
        tags=["integrations"],
        responses=SyncHealthSerializer,
    )
    def get(self, request: Request, pk: str) -> Response:
        """Whether it works: state, errors in a row, last sync, how long the permission lasts."""
        return Response(SyncHealthSerializer(self.integration(pk)).data)


class _StepView(IntegrationView):
    operation: Callable[..., Any]

    def _step(self, pk: str) -> Response:
        done = type(self).operation(
            integration=self.integration(pk), actor=self.actor, now=timezone.now()
        )
        return Response(IntegrationSerializer(done).data)


class PauseView(_StepView):
    operation = staticmethod(operations.pause)

    @extend_schema(
        operation_id="integrations_pause",
        tags=["integrations"],
        request=None,
        responses=IntegrationSerializer,
    )
    def post(self, request: Request, pk: str) -> Response:
        """Stop all automatic work; tokens and history stay."""
        return self._step(pk)


class ResumeView(_StepView):
    operation = staticmethod(operations.resume)

    @extend_schema(
        operation_id="integrations_resume",
        tags=["integrations"],
        request=None,
        responses=IntegrationSerializer,
    )
    def post(self, request: Request, pk: str) -> Response:
        """Let a paused or switched-off account work again; its errors are forgotten."""
        return self._step(pk)


class DisconnectView(_StepView):
    operation = staticmethod(operations.disconnect)

    @extend_schema(
        operation_id="integrations_disconnect",
        tags=["integrations"],
        request=None,
        responses=IntegrationSerializer,
    )
    def post(self, request: Request, pk: str) -> Response:
        """Destroy the tokens and stop for good; offers, orders and runs are kept."""
        return self._step(pk)


class AllegroSettingsView(IntegrationView):
    @extend_schema(
        operation_id="allegro_settings_read", tags=["settings"], responses=SettingsAnswerSerializer
    )
    def get(self, request: Request, pk: str) -> Response:
        """How an integration behaves."""
        return Response({"settings": AllegroSettingsSerializer(self.integration(pk)).data})

    @extend_schema(
        operation_id="allegro_settings_change",
        tags=["settings"],
        request=SettingsEnvelopeSerializer,
        responses=SettingsSavedSerializer,
    )
    def put(self, request: Request, pk: str) -> Response:
        """Change the settings named; those left out stay."""
        integration = self.integration(pk)
        given = SettingsEnvelopeSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        changed = operations.update_integration(
            integration=integration,
            values=given.validated_data["settings"],
            actor=self.actor,
            now=timezone.now(),
        )
        return Response({"success": True, "settings": AllegroSettingsSerializer(changed).data})
