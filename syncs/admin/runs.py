"""Sync runs for operators."""

from __future__ import annotations

from typing import cast

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from core.admin import ReadOnlyAdmin
from core.errors import HubError
from syncs.models import SyncItem, SyncRun
from syncs.operations import cancel_run, retry_run


@admin.register(SyncRun)
class SyncRunAdmin(ReadOnlyAdmin):
    list_display = [
        "pk", "kind", "integration", "organization", "state", "trigger", "requested_at", "attempts",
        "scanned", "created", "updated", "unchanged", "failed", "stop_reason",
    ]  # fmt: skip
    list_filter = ["state", "kind", "trigger", ("last_error", admin.EmptyFieldListFilter)]
    list_select_related = ["integration", "organization"]
    search_fields = ["=integration__label", "=integration__seller_login", "last_trace_id"]
    actions = ["retry", "stop"]

    @admin.action(description=gettext_lazy("Let stopped runs go on"))
    def retry(self, request: HttpRequest, queryset: QuerySet[SyncRun]) -> None:
        """Repeat from where each run stopped; says which could not be."""
        for run in queryset:
            try:
                retry_run(run=run, actor=cast("User", request.user), now=timezone.now())
            except HubError as error:
                messages.error(request, _refusal(run, error))
            else:
                messages.success(request, _("Run %(id)s goes on.") % {"id": run.pk})

    @admin.action(description=gettext_lazy("Stop open runs"))
    def stop(self, request: HttpRequest, queryset: QuerySet[SyncRun]) -> None:
        """Stop each run; what it wrote stays."""
        for run in queryset:
            try:
                cancel_run(run=run, actor=cast("User", request.user), now=timezone.now())
            except HubError as error:
                messages.error(request, _refusal(run, error))
            else:
                messages.success(request, _("Run %(id)s is stopped.") % {"id": run.pk})


@admin.register(SyncItem)
class SyncItemAdmin(ReadOnlyAdmin):
    list_display = ["object_id", "object_type", "outcome", "reason_code", "run", "organization"]
    list_filter = ["outcome", "object_type"]
    list_select_related = ["run", "organization"]
    search_fields = ["=object_id", "=reason_code"]


def _refusal(run: SyncRun, error: HubError) -> str:
    said = error.told
    return _("Run %(id)s: %(said)s") % {"id": run.pk, "said": said}
