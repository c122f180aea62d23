"""The page of the organization's settings."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import MemberRequest, member_required
from settings_app import operations, queries
from settings_app.forms import PreferencesForm
from settings_app.views.answers import may, see_other


@require_http_methods(["GET", "POST"])
@member_required()
def preferences(request: MemberRequest) -> HttpResponse:
    """Show the settings to every member; owners change them here."""
    allowed = may(request)
    form = PreferencesForm(request.POST or None, instance=queries.settings_of(request.organization))
    if request.method == "POST":
        if not allowed["may_manage"]:
            raise PermissionDenied
        if form.is_valid():
            operations.update_organization_settings(
                organization=request.organization,
                values=form.cleaned_data,
                actor=request.user,
                now=timezone.now(),
            )
            messages.success(request, _("Saved."))
            return see_other("settings_app:preferences")
    context = {"form": form, "tabs": queries.section_tabs(here="preferences")}
    status = 422 if form.errors else 200
    return render(request, "settings_app/preferences.html", context | allowed, status=status)
