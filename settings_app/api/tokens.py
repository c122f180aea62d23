"""``/tokens``: the tokens of integrations, described and managed, never shown.

A token here is an integration's pair, and its id the integration's.
"""

from __future__ import annotations

from dataclasses import asdict
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.views import OrganizationAPIView
from accounts.enums import Role
from accounts.models import Membership
from core.api.paging import PAGING, PageLimitPagination
from settings_app import operations
from settings_app.allegro import allegro_errors_told
from settings_app.api.integrations import IntegrationView
from settings_app.api.serializers import (
    AuthorizationSerializer,
    DeviceWishSerializer,
    ManualTokenSerializer,
    TokenChangeSerializer,
    TokenSerializer,
    TokenValidationSerializer,
)
from settings_app.enums import IntegrationState
from settings_app.models import DeviceAuthorization
from settings_app.queries import integrations_of


class TokensView(OrganizationAPIView):
    write_role = Role.OWNER
    pagination_class = PageLimitPagination

    @extend_schema(
        operation_id="tokens_list",
        tags=["tokens"],
        parameters=PAGING,
        responses=TokenSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        """The tokens of the organization, described."""
        return PageLimitPagination.answer(
            request, integrations_of(self.organization), TokenSerializer
        )

    @extend_schema(
        operation_id="tokens_create",
        tags=["tokens"],
        request=ManualTokenSerializer,
        responses={201: TokenSerializer},
    )
    def post(self, request: Request) -> Response:
        """Connect an account by a refresh token; it is proved by using it, and so spent."""
        given = ManualTokenSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        with allegro_errors_told():
            connected = operations.adopt_refresh_token(
                organization=self.organization,
                user=self.actor,
                now=timezone.now(),
                **given.validated_data,
            )
        return Response(TokenSerializer(connected.integration).data, status=201)


class TokenView(IntegrationView):
    @extend_schema(operation_id="tokens_read", tags=["tokens"], responses=TokenSerializer)
    def get(self, request: Request, pk: str) -> Response:
        """Whose the tokens are, until when they are good, and for what."""
        return Response(TokenSerializer(self.integration(pk)).data)

    @extend_schema(
        operation_id="tokens_change",
        tags=["tokens"],
        request=TokenChangeSerializer,
        responses=TokenSerializer,
    )
    def put(self, request: Request, pk: str) -> Response:
        """Rename, pause (``isActive`` false) or resume (true)."""
        integration = self.integration(pk)
        given = TokenChangeSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        values, who = dict(given.validated_data), {"actor": self.actor, "now": timezone.now()}
        active = values.pop("is_active", integration.is_working)
        if active != integration.is_working:
            step = operations.resume if active else operations.pause
            step(integration=integration, **who)
        changed = operations.update_integration(integration=integration, values=values, **who)
        return Response(TokenSerializer(changed).data)

    @extend_schema(operation_id="tokens_remove", tags=["tokens"], responses={204: None})
    def delete(self, request: Request, pk: str) -> Response:
        """Disconnect: the tokens are destroyed, the history is kept."""
        operations.disconnect(
            integration=self.integration(pk), actor=self.actor, now=timezone.now()
        )
        return Response(status=204)


class UserTokensView(OrganizationAPIView):
    @extend_schema(
        operation_id="tokens_of_user",
        tags=["tokens"],
        parameters=PAGING,
        responses=TokenSerializer(many=True),
    )
    def get(self, request: Request, user_id: str) -> Response:
        """The tokens a member may use, which are all of the organization; 404 for anybody else."""
        get_object_or_404(Membership.objects.for_organization(self.organization), user_id=user_id)
        usable = integrations_of(self.organization).exclude(state=IntegrationState.DISCONNECTED)
        return PageLimitPagination.answer(request, usable, TokenSerializer)


class TokenRefreshView(IntegrationView):
    @extend_schema(
        operation_id="tokens_refresh", tags=["tokens"], request=None, responses=TokenSerializer
    )
    def post(self, request: Request, pk: str) -> Response:
        """Get a new pair at once."""
        with allegro_errors_told():
            renewed = operations.renew_tokens(integration=self.integration(pk), now=timezone.now())
        return Response(TokenSerializer(renewed).data)


class TokenValidateView(IntegrationView):
    @extend_schema(
        operation_id="tokens_validate",
        tags=["tokens"],
        request=None,
        responses=TokenValidationSerializer,
    )
    def post(self, request: Request, pk: str) -> Response:
        """Use the token at Allegro, refreshing it if need be, and say whether it is good."""
        verdict = operations.check_integration(integration=self.integration(pk), now=timezone.now())
        token = TokenSerializer(self.integration(pk)).data
        return Response({**asdict(verdict), "token": token})


class InitializeView(IntegrationView):
    @extend_schema(
        operation_id="tokens_auth_initialize",
        tags=["tokens"],
        request=DeviceWishSerializer,
        responses={201: AuthorizationSerializer},
    )
    def post(self, request: Request) -> Response:
        """Start the device flow: show ``userCode`` to the seller; the server polls by itself."""
        given = DeviceWishSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        wish = dict(given.validated_data)
        known = wish.pop("integration_id")
        integration = self.integration(known) if known else None
        if integration is not None:
            wish |= {"environment": integration.environment, "label": integration.label}
        with allegro_errors_told():
            authorization = operations.start_device(
                organization=self.organization,
                user=self.actor,
                integration=integration,
                now=timezone.now(),
                **wish,
            )
        return Response(AuthorizationSerializer(authorization).data, status=201)


class AuthorizationView(OrganizationAPIView):
    read_role = Role.OWNER

    def shown(self, public_id: str) -> Response:
        """The authorization of this organization, or 404."""
        try:
            wanted = UUID(public_id)
        except ValueError as error:
            raise exceptions.NotFound from error
        found = get_object_or_404(
            DeviceAuthorization.objects.for_organization(self.organization), public_id=wanted
        )
        return Response(AuthorizationSerializer(found).data)


class AuthorizationStatusView(AuthorizationView):
    @extend_schema(
        operation_id="tokens_auth_status", tags=["tokens"], responses=AuthorizationSerializer
    )
    def get(self, request: Request, device_code: str) -> Response:
        """What came of it; ``device_code`` is the ``deviceCode`` that ``initialize`` gave."""
        return self.shown(device_code)


class AuthorizationTaskView(AuthorizationView):
    @extend_schema(
        operation_id="tokens_auth_task", tags=["tokens"], responses=AuthorizationSerializer
    )
    def get(self, request: Request, task_id: str) -> Response:
        """The same by the ``taskId`` that ``initialize`` gave."""
        return self.shown(task_id)
