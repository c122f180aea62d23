"""Integrations of every organization for operators: health, steps, settings; never a secret."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from core.admin import ReadOnlyAdmin
from core.errors import HubError
from settings_app import operations
from settings_app.forms import SupplierForm
from settings_app.models import (
    DeviceAuthorization,
    FieldRule,
    Installation,
    Integration,
    OAuthAttempt,
    OrganizationSettings,
    Supplier,
    SyncSchedule,
)
from settings_app.operations.preferences import INTEGRATION_SETTINGS
from settings_app.queries import HAS_ERROR, overview


class HasErrorFilter(admin.SimpleListFilter):
    """Integrations that count errors or that have stopped because of them."""

    title = _("errors")
    parameter_name = "has_error"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", gettext("With errors")), ("no", gettext("Without errors"))]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[Integration]
    ) -> QuerySet[Integration]:
        if self.value() == "yes":
            return queryset.filter(HAS_ERROR)
        return queryset.exclude(HAS_ERROR) if self.value() == "no" else queryset


@admin.register(Integration)
class IntegrationAdmin(ModelAdmin):
    """Oversight. Connecting and disconnecting is the seller's; rows are never made or deleted here."""

    list_display = [
        "label",
        "organization",
        "seller_login",
        "environment",
        "state",
        "sync_error_count",
        "last_sync_error",
        "last_synced_at",
    ]
    list_filter = ["state", HasErrorFilter, "environment"]
    list_select_related = ["organization"]
    raw_id_fields = ["organization"]
    search_fields = ["label", "seller_login", "seller_id", "organization__name"]
    list_before_template = "settings_app/admin_overview.html"
    show_full_result_count = False
    actions = ["sync_now", "pause", "resume", "reset_errors"]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Everything but the settings: identity and health are found out, not typed in."""
        return [
            field.name
            for field in Integration._meta.fields
            if field.editable and field.name not in INTEGRATION_SETTINGS
        ] + ["token_refreshed_at"]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        figures = {"overview": overview()}
        return super().changelist_view(request, (extra_context or {}) | figures)

    def save_model(
        self, request: HttpRequest, obj: Integration, form: ModelForm, change: bool
    ) -> None:
        values = {name: form.cleaned_data[name] for name in form.changed_data}
        operations.update_integration(
            integration=obj, values=values, actor=request.user, now=timezone.now()
        )

    @admin.action(description=_("Sync now"), permissions=["change"])
    def sync_now(self, request: HttpRequest, queryset: QuerySet[Integration]) -> None:
        """Have offers and orders of the chosen ones pulled."""
        self._each(request, queryset, operations.request_sync)

    @admin.action(description=_("Pause"), permissions=["change"])
    def pause(self, request: HttpRequest, queryset: QuerySet[Integration]) -> None:
        """Stop automatic work of the chosen ones."""
        self._each(request, queryset, operations.pause)

    @admin.action(description=_("Resume"), permissions=["change"])
    def resume(self, request: HttpRequest, queryset: QuerySet[Integration]) -> None:
        """Let the chosen ones work again."""
        self._each(request, queryset, operations.resume)

    @admin.action(description=_("Reset errors"), permissions=["change"])
    def reset_errors(self, request: HttpRequest, queryset: QuerySet[Integration]) -> None:
        """Forget the counted errors of the chosen ones."""
        self._each(request, queryset, operations.reset_errors)

    def _each(
        self, request: HttpRequest, queryset: QuerySet[Integration], step: Callable[..., Any]
    ) -> None:
        done = 0
        for integration in queryset.order_by("pk"):
            try:
                step(integration=integration, actor=request.user, now=timezone.now())
            except HubError as error:
                messages.error(request, f"{integration}: {error.detail}")
            else:
                done += 1
        if done:
            text = ngettext("Done for %(n)d integration.", "Done for %(n)d integrations.", done)
            messages.success(request, text % {"n": done})


@admin.register(DeviceAuthorization)
class DeviceAuthorizationAdmin(ReadOnlyAdmin):
    list_display = ["pk", "organization", "environment", "state", "problem", "created_at"]
    list_filter = ["state", "environment"]
    list_select_related = ["organization"]
    search_fields = ["organization__name", "label"]
    # A waiting code lets whoever knows it connect an account of their own here.
    exclude = ["user_code", "verification_uri_complete"]


@admin.register(OAuthAttempt)
class OAuthAttemptAdmin(ReadOnlyAdmin):
    list_display = ["pk", "organization", "user", "environment", "created_at", "used_at"]
    list_filter = ["environment"]
    list_select_related = ["organization", "user"]
    search_fields = ["organization__name", "user__email"]


@admin.register(OrganizationSettings)
class OrganizationSettingsAdmin(ModelAdmin):
    list_display = ["organization", "default_margin_percent", "default_vat_rate", "updated_at"]
    list_select_related = ["organization"]
    readonly_fields = ["organization"]
    search_fields = ["organization__name"]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(
        self, request: HttpRequest, obj: OrganizationSettings, form: ModelForm, change: bool
    ) -> None:
        operations.update_organization_settings(
            organization=obj.organization,
            values={name: form.cleaned_data[name] for name in form.changed_data},
            actor=request.user,
            now=timezone.now(),
        )


@admin.register(Installation)
class InstallationAdmin(ReadOnlyAdmin):
    list_display = ["__str__", "stock_writes_stopped_at", "offer_writes_stopped_at"]
    actions = ["stop_stock", "allow_stock", "stop_offers", "allow_offers"]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """With its one row, which nobody had to make before."""
        Installation.objects.bulk_create([Installation(pk=1)], ignore_conflicts=True)
        return super().changelist_view(request, extra_context)

    @admin.action(description=_("Stop all stock to Allegro"))
    def stop_stock(self, request: HttpRequest, queryset: QuerySet[Installation]) -> None:
        """The emergency stop for every organization; running pushes obey before their next write."""
        self._set(request, stopped=True)

    @admin.action(description=_("Allow stock to Allegro again"))
    def allow_stock(self, request: HttpRequest, queryset: QuerySet[Installation]) -> None:
        """Let what waited be sent, with the newest numbers."""
        self._set(request, stopped=False)

    @admin.action(description=_("Stop all prices, texts, pictures and states to Allegro"))
    def stop_offers(self, request: HttpRequest, queryset: QuerySet[Installation]) -> None:
        """The sibling of :meth:`stop_stock` for everything else of an offer."""
        self._set(request, stopped=True, of_stock=False)

    @admin.action(description=_("Allow prices, texts, pictures and states to Allegro again"))
    def allow_offers(self, request: HttpRequest, queryset: QuerySet[Installation]) -> None:
        """Let what waited be sent."""
        self._set(request, stopped=False, of_stock=False)

    def _set(self, request: HttpRequest, *, stopped: bool, of_stock: bool = True) -> None:
        stop = (
            operations.stop_installation_stock if of_stock else operations.stop_installation_offers
        )
        stop(stopped=stopped, actor=request.user, now=timezone.now())  # type: ignore[arg-type]
        messages.success(request, self._said(stopped=stopped, of_stock=of_stock))

    @staticmethod
    def _said(*, stopped: bool, of_stock: bool) -> str:
        if of_stock:
            return (
                gettext("Stock to Allegro is stopped.")
                if stopped
                else gettext("Stock is sent again.")
            )
        return (
            gettext("Prices, texts, pictures and states to Allegro are stopped.")
            if stopped
            else gettext("Prices, texts, pictures and states are sent again.")
        )


@admin.register(FieldRule)
class FieldRuleAdmin(ReadOnlyAdmin):
    list_display = [
        "integration",
        "organization",
        "field",
        "enabled",
        "strategy",
        "may_raise",
        "may_lower",
        "max_change_percent",
    ]
    list_filter = ["field", "enabled", "strategy"]
    list_select_related = ["integration", "organization"]
    search_fields = ["integration__label", "organization__name"]


@admin.register(SyncSchedule)
class SyncScheduleAdmin(ReadOnlyAdmin):
    list_display = ["integration", "organization", "direction", "enabled", "minutes", "cron"]
    list_filter = ["direction", "enabled"]
    list_select_related = ["integration", "organization"]
    search_fields = ["integration__label", "organization__name"]


@admin.register(Supplier)
class SupplierAdmin(ModelAdmin):
    form = SupplierForm
    list_display = ["name", "organization", "code", "currency", "active"]
    list_filter = ["active", "currency"]
    list_select_related = ["organization"]
    readonly_fields = ["organization"]
    search_fields = ["name", "code", "organization__name"]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(
        self, request: HttpRequest, obj: Supplier, form: ModelForm, change: bool
    ) -> None:
        operations.update_supplier(
            supplier=obj,
            values={name: form.cleaned_data[name] for name in form.changed_data},
            actor=request.user,
            now=timezone.now(),
        )
