"""Sign-up and sign-in for scripts and apps."""

from __future__ import annotations

from typing import Any, cast

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import permissions, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework_simplejwt.settings import api_settings
from rest_framework_simplejwt.tokens import RefreshToken

from accounts.api.authentication import KeyAuth
from accounts.api.serializers import (
    LoginSerializer,
    PersonSerializer,
    RefreshSerializer,
    RegisteredSerializer,
    RegisterSerializer,
    SignedInSerializer,
    TokensSerializer,
)
from accounts.models import Membership, User
from accounts.operations import rotate_refresh, start_family, stop_family
from accounts.registration import register, verified_user


class PublicView(APIView):
    """Open to strangers, so the throttle of the sign-in routes applies."""

    authentication_classes: list[Any] = []
    permission_classes = [permissions.AllowAny]
    throttle_scope = "sign-in"


class RegisterView(PublicView):
    @extend_schema(request=RegisterSerializer, responses={201: RegisteredSerializer}, tags=["auth"])
    def post(self, request: Request) -> Response:
        """Make a person and their organization; the address must be confirmed before signing in.

        The answer is the same for an address that has an account already: only its owner is told.
        """
        serializer = RegisterSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        register(request=request._request, **serializer.validated_data)
        return Response({"status": "confirmation_sent"}, status=status.HTTP_201_CREATED)


class LoginView(PublicView):
    @extend_schema(request=LoginSerializer, responses={200: SignedInSerializer}, tags=["auth"])
    def post(self, request: Request) -> Response:
        """Sign in by e-mail and password."""
        serializer = LoginSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        user = verified_user(request=request._request, **serializer.validated_data)
        token = start_family(user=user, now=timezone.now())
        return Response(_tokens(token) | {"organizations": memberships_of(user)})


class RefreshView(PublicView):
    @extend_schema(request=RefreshSerializer, responses={200: TokensSerializer}, tags=["auth"])
    def post(self, request: Request) -> Response:
        """Exchange a refresh token for a new pair. Using one twice ends the whole sign-in."""
        serializer = RefreshSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        token = rotate_refresh(text=serializer.validated_data["refresh_token"], now=timezone.now())
        return Response(_tokens(token))


class LogoutView(PublicView):
    @extend_schema(request=RefreshSerializer, responses={204: None}, tags=["auth"])
    def post(self, request: Request) -> Response:
        """End the sign-in the refresh token belongs to."""
        serializer = RefreshSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        stop_family(text=serializer.validated_data["refresh_token"], now=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


class MeView(APIView):
    permission_classes = [permissions.IsAuthenticated]

    @extend_schema(responses={200: PersonSerializer}, tags=["auth"])
    def get(self, request: Request) -> Response:
        """Who is signed in, and where they belong."""
        user = cast("User", request.user)
        return Response(
            {
                "id": user.pk,
                "email": user.email,
                "first_name": user.first_name,
                "last_name": user.last_name,
                "organizations": _seen_organizations(request, user),
            }
        )


def _seen_organizations(request: Request, user: User) -> list[dict[str, Any]]:
    """An API key sees the organization it belongs to, with the role it has there, and no other."""
    if not isinstance(request.auth, KeyAuth):
        return memberships_of(user)
    membership = request.auth.membership
    return [
        {
            "id": membership.organization_id,
            "name": membership.organization.name,
            "role": membership.role,
        }
    ]


def memberships_of(user: User) -> list[dict[str, Any]]:
    """The organizations of a person with their role in each."""
    rows = Membership.objects.filter(user=user).select_related("organization").order_by("pk")
    return [
        {"id": row.organization_id, "name": row.organization.name, "role": row.role} for row in rows
    ]


def _tokens(refresh: RefreshToken) -> dict[str, Any]:
    return {
        "access_token": str(refresh.access_token),
        "refresh_token": str(refresh),
        "token_type": "Bearer",
        "expires_in": int(api_settings.ACCESS_TOKEN_LIFETIME.total_seconds()),
    }
