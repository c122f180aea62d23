"""Notices for operators: what was told, what was mailed, what went to the operator's own service."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core.admin import ReadOnlyAdmin
from notifications.models import (
    DigestTime,
    Mail,
    Notification,
    Preference,
    ServiceDelivery,
    Tally,
)
from notifications.operations import retry_deliveries, retry_mails

HAS_ERROR = ("last_error", admin.EmptyFieldListFilter)


@admin.register(Notification)
class NotificationAdmin(ReadOnlyAdmin):
    list_display = [
        "last_at", "event", "severity", "title", "count", "user", "organization", "read_at",
        "mail_way", "mailed_at",
    ]  # fmt: skip
    list_filter = ["event", "severity", "mail_way", ("read_at", admin.EmptyFieldListFilter)]
    list_select_related = ["user", "organization"]
    raw_id_fields = ["user", "organization", "mail"]


@admin.register(Preference)
class PreferenceAdmin(ReadOnlyAdmin):
    list_display = ["user", "organization", "event", "in_app", "mail"]
    list_filter = ["event", "mail"]
    list_select_related = ["user", "organization"]


@admin.register(DigestTime)
class DigestTimeAdmin(ReadOnlyAdmin):
    list_display = ["user", "organization", "rhythm", "at"]
    list_filter = ["rhythm"]
    list_select_related = ["user", "organization"]


@admin.register(Tally)
class TallyAdmin(ReadOnlyAdmin):
    list_display = ["pk", "event", "cause", "amount", "organization", "created_at", "counted_at"]
    list_filter = ["event", ("counted_at", admin.EmptyFieldListFilter)]
    list_select_related = ["organization"]


@admin.register(Mail)
class MailAdmin(ReadOnlyAdmin):
    list_display = [
        "pk", "user", "organization", "way", "state", "outcome", "attempts", "next_attempt_at",
        "last_error", "created_at",
    ]  # fmt: skip
    list_filter = ["state", HAS_ERROR, "way", "outcome"]
    list_select_related = ["user", "organization"]
    actions = ["send_again"]

    @admin.action(description=_("Send again what was not sent"))
    def send_again(self, request: HttpRequest, queryset: QuerySet[Mail]) -> None:
        """Make the chosen mails due; those that were sent stay sent."""
        _say(request, retry_mails(mails=queryset, actor=_actor(request), now=timezone.now()))


@admin.register(ServiceDelivery)
class ServiceDeliveryAdmin(ReadOnlyAdmin):
    list_display = [
        "pk", "event", "organization", "state", "attempts", "next_attempt_at", "last_error",
        "created_at",
    ]  # fmt: skip
    list_filter = ["state", HAS_ERROR, "event"]
    list_select_related = ["organization"]
    actions = ["deliver_again"]

    @admin.action(description=_("Deliver again"))
    def deliver_again(self, request: HttpRequest, queryset: QuerySet[ServiceDelivery]) -> None:
        """Make the chosen deliveries due; the service tells repetitions by their id."""
        count = retry_deliveries(deliveries=queryset, actor=_actor(request), now=timezone.now())
        _say(request, count)


def _actor(request: HttpRequest) -> Any:
    return request.user


def _say(request: HttpRequest, count: int) -> None:
    messages.success(
        request,
        ngettext("%(n)d delivery is due again.", "%(n)d deliveries are due again.", count)
        % {"n": count},
    )
