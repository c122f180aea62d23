"""Stock on its way to Allegro for operators: looked at here, tried again by actions."""

from __future__ import annotations

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.admin import TabularInline

from core.admin import ReadOnlyAdmin
from offers import operations
from offers.models import OfferPush, StockBrake, StockCommand, StockCommandItem, StockFeed


@admin.register(StockFeed)
class StockFeedAdmin(ReadOnlyAdmin):
    list_display = ["integration", "warehouse", "priority", "organization", "updated_at"]
    list_select_related = ["integration", "warehouse", "organization"]


@admin.register(OfferPush)
class OfferPushAdmin(ReadOnlyAdmin):
    list_display = [
        "offer", "integration", "organization", "state", "reason", "target", "shown", "cause",
        "attempts", "next_attempt_at", "requested_at", "last_trace_id",
    ]  # fmt: skip
    list_filter = ["state", "reason", "cause"]
    list_select_related = ["offer", "integration", "organization"]
    search_fields = ["=offer__allegro_id", "=offer__external_id", "=last_trace_id"]
    actions = ["retry"]

    @admin.action(description=_("Try again"))
    def retry(self, request: HttpRequest, queryset: QuerySet[OfferPush]) -> None:
        """Make the chosen pushes due from their first attempt; what is sent is computed anew."""
        count = operations.retry_pushes(
            pushes=queryset,
            actor=request.user,  # type: ignore[arg-type]
            now=timezone.now(),
        )
        _told(request, count)


class StockCommandItemInline(TabularInline):
    model = StockCommandItem
    fields = ["offer", "value", "shown_before", "state", "code", "message"]
    readonly_fields = fields
    extra = 0
    can_delete = False


@admin.register(StockCommand)
class StockCommandAdmin(ReadOnlyAdmin):
    list_display = [
        "uuid", "kind", "integration", "organization", "state", "outcome", "created_at",
        "accepted_at", "completed_at", "attempts", "last_trace_id",
    ]  # fmt: skip
    list_filter = ["state", "outcome", "kind"]
    list_select_related = ["integration", "organization"]
    search_fields = ["=uuid", "=last_trace_id"]
    inlines = [StockCommandItemInline]
    actions = ["ask_again"]

    @admin.action(description=_("Look at its offers again"))
    def ask_again(self, request: HttpRequest, queryset: QuerySet[StockCommand]) -> None:
        """Have the result of open commands asked for now, and the offers of closed ones looked at."""
        pushes = OfferPush.objects.filter(
            offer__in=StockCommandItem.objects.filter(command__in=queryset).values("offer")
        )
        count = operations.ask_commands(commands=queryset, now=timezone.now())
        count += operations.retry_pushes(
            pushes=pushes,
            actor=request.user,  # type: ignore[arg-type]
            now=timezone.now(),
        )
        _told(request, count)


@admin.register(StockCommandItem)
class StockCommandItemAdmin(ReadOnlyAdmin):
    list_display = ["offer", "command", "value", "shown_before", "state", "code", "organization"]
    list_filter = ["state"]
    list_select_related = ["offer", "command", "organization"]
    search_fields = ["=offer__allegro_id"]


@admin.register(StockBrake)
class StockBrakeAdmin(ReadOnlyAdmin):
    list_display = [
        "integration", "organization", "state", "opened_at", "zeros", "active", "decided_at",
        "decided_by",
    ]  # fmt: skip
    list_filter = ["state"]
    list_select_related = ["integration", "organization", "decided_by"]


def _told(request: HttpRequest, count: int) -> None:
    text = ngettext("%(n)d is looked at again.", "%(n)d are looked at again.", count)
    messages.success(request, text % {"n": count})
