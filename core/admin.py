"""The foundation's tables for operators: read-only, but for replaying deliveries."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.admin import ModelAdmin

from core.models import (
    AuditEntry,
    DataKey,
    Heartbeat,
    OutboxDelivery,
    OutboxMessage,
    RememberedAnswer,
)
from core.work import replay


class ReadOnlyAdmin(ModelAdmin):  # type: ignore[misc]
    """Rows that operators look at and never write."""

    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    list_display = ["at", "action", "target_type", "target_id", "actor_label", "organization"]
    list_filter = ["target_type"]
    list_select_related = ["organization"]
    search_fields = ["action", "target_id", "actor_label", "correlation_id"]


@admin.register(DataKey)
class DataKeyAdmin(ReadOnlyAdmin):
    list_display = ["pk", "organization", "master_key_id", "created_at", "retired_at"]
    list_select_related = ["organization"]
    exclude = ["wrapped_key"]


@admin.register(Heartbeat)
class HeartbeatAdmin(ReadOnlyAdmin):
    list_display = ["name", "at"]


@admin.register(OutboxMessage)
class OutboxMessageAdmin(ReadOnlyAdmin):
    list_display = ["pk", "topic", "organization", "created_at", "correlation_id"]
    list_filter = ["topic"]
    list_select_related = ["organization"]


@admin.register(OutboxDelivery)
class OutboxDeliveryAdmin(ReadOnlyAdmin):
    list_display = [
        "pk",
        "handler",
        "message",
        "state",
        "attempts",
        "next_attempt_at",
        "last_error",
    ]
    list_filter = ["state", "handler"]
    list_select_related = ["message"]
    actions = ["deliver_again"]

    @admin.action(description=_("Deliver again"))
    def deliver_again(self, request: HttpRequest, queryset: QuerySet[OutboxDelivery]) -> None:
        """Make the chosen deliveries due; handlers are idempotent."""
        count = replay(queryset, now=timezone.now())
        messages.success(
            request,
            ngettext(
                "%(n)d delivery is due again.",
                "%(n)d deliveries are due again.",
                count,
            )
            % {"n": count},
        )


@admin.register(RememberedAnswer)
class RememberedAnswerAdmin(ReadOnlyAdmin):
    list_display = ["key", "organization", "method_path", "status", "created_at"]
    list_select_related = ["organization"]
    exclude = ["answer"]
