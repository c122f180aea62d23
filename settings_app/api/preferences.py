"""``/settings``: the organization's settings, its suppliers, and whether keys are good."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.views import OrganizationAPIView
from accounts.enums import Role
from settings_app import operations
from settings_app.allegro import configured_environments
from settings_app.api.integrations import IntegrationView
from settings_app.api.serializers import (
    OrganizationSettingsSerializer,
    SettingsPageSerializer,
    SupplierSerializer,
    ValidationAnswerSerializer,
    ValidationWishSerializer,
)
from settings_app.enums import IntegrationState
from settings_app.models import Supplier
from settings_app.queries import integrations_of, suppliers_of

MAX_CHECKED = 20


class SettingsView(OrganizationAPIView):
    write_role = Role.OWNER

    @extend_schema(
        operation_id="settings_read", tags=["settings"], responses=SettingsPageSerializer
    )
    def get(self, request: Request) -> Response:
        """The organization's settings and its suppliers."""
        return Response(self._shown())

    @extend_schema(
        operation_id="settings_change",
        tags=["settings"],
        request=OrganizationSettingsSerializer(partial=True),
        responses=SettingsPageSerializer,
    )
    def put(self, request: Request) -> Response:
        """Change the settings named; those left out stay."""
        given = OrganizationSettingsSerializer(data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        operations.update_organization_settings(
            organization=self.organization,
            values=given.validated_data,
            actor=self.actor,
            now=timezone.now(),
        )
        return Response(self._shown())

    def _shown(self) -> dict[str, Any]:
        found = operations.organization_settings(organization=self.organization)
        suppliers = SupplierSerializer(suppliers_of(self.organization), many=True).data
        return {**OrganizationSettingsSerializer(found).data, "suppliers": suppliers}


class SuppliersView(OrganizationAPIView):
    @extend_schema(
        operation_id="suppliers_list", tags=["settings"], responses=SupplierSerializer(many=True)
    )
    def get(self, request: Request) -> Response:
        """Suppliers by name."""
        return Response(SupplierSerializer(suppliers_of(self.organization), many=True).data)

    @extend_schema(
        operation_id="suppliers_add",
        tags=["settings"],
        request=SupplierSerializer,
        responses={201: SupplierSerializer},
    )
    def post(self, request: Request) -> Response:
        """Add a supplier."""
        given = SupplierSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        values = dict(given.validated_data)
        supplier = operations.add_supplier(
            organization=self.organization,
            api_key=values.pop("api_key", ""),
            values=values,
            actor=self.actor,
            now=timezone.now(),
        )
        return Response(SupplierSerializer(supplier).data, status=201)


class SupplierView(OrganizationAPIView):
    @extend_schema(
        operation_id="suppliers_change",
        tags=["settings"],
        request=SupplierSerializer(partial=True),
        responses=SupplierSerializer,
    )
    def put(self, request: Request, pk: str) -> Response:
        """Change what is named; an empty ``apiKey`` clears the key, leaving it out keeps it."""
        supplier = self._supplier(pk)
        given = SupplierSerializer(supplier, data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        values = dict(given.validated_data)
        changed = operations.update_supplier(
            supplier=supplier,
            api_key=values.pop("api_key", None),
            values=values,
            actor=self.actor,
            now=timezone.now(),
        )
        return Response(SupplierSerializer(changed).data)

    @extend_schema(operation_id="suppliers_remove", tags=["settings"], responses={204: None})
    def delete(self, request: Request, pk: str) -> Response:
        """Delete a supplier; products of theirs stay."""
        operations.remove_supplier(
            supplier=self._supplier(pk), actor=self.actor, now=timezone.now()
        )
        return Response(status=204)

    def _supplier(self, pk: str) -> Supplier:
        found: Supplier = get_object_or_404(
            Supplier.objects.for_organization(self.organization), pk=pk
        )
        return found


class ValidateAllegroView(IntegrationView):
    write_role = Role.STAFF

    @extend_schema(
        operation_id="settings_validate_allegro",
        tags=["settings"],
        request=ValidationWishSerializer,
        responses=ValidationAnswerSerializer,
    )
    def post(self, request: Request) -> Response:
        """Try the application's keys and the accounts' tokens at Allegro; at most 20 accounts."""
        given = ValidationWishSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        wanted, now = given.validated_data["integration_id"], timezone.now()
        chosen = (
            [self.integration(wanted)]
            if wanted
            else integrations_of(self.organization).exclude(state=IntegrationState.DISCONNECTED)[
                :MAX_CHECKED
            ]
        )
        environments = [
            {"environment": e.value, **asdict(operations.check_application(environment=e))}
            for e in configured_environments()
        ]
        integrations = [
            {
                "integration_id": one.pk,
                **asdict(operations.check_integration(integration=one, now=now)),
            }
            for one in chosen
        ]
        verdicts = [*environments, *integrations]
        return Response(
            {
                "valid": bool(verdicts) and all(verdict["valid"] for verdict in verdicts),
                "environments": environments,
                "integrations": integrations,
            }
        )
