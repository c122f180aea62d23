"""The pages of integrations: connect an account, look at its health, change how it behaves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.access import MemberRequest, member_required
from accounts.enums import Role
from core.errors import HubError
from settings_app import operations, queries
from settings_app.allegro import allegro_errors_told
from settings_app.forms import ConnectForm, IntegrationForm
from settings_app.models import DeviceAuthorization, Integration
from settings_app.views.answers import may, see_other, tell

DEVICE = "device"


@require_GET
@member_required()
def integrations(request: MemberRequest) -> HttpResponse:
    """Every integration of the organization with its health."""
    context = queries.integrations_page(organization=request.organization, now=timezone.now())
    return render(request, "settings_app/integrations.html", context | may(request))


@member_required(Role.OWNER)
def connect(request: MemberRequest) -> HttpResponse:
    """Connect another account: through the consent page, or by a code (``way``)."""
    form = ConnectForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _begin(request, back="settings_app:connect", **form.cleaned_data)
    return render(request, "settings_app/connect.html", {"form": form})


@require_POST
@member_required(Role.OWNER)
def reconnect(request: MemberRequest, pk: int) -> HttpResponse:
    """Give an existing integration new tokens of the same account."""
    found = _own(request, pk)
    return _begin(
        request,
        back="settings_app:integrations",
        environment=found.environment,
        expected_login=found.expected_login,
        label=found.label,
        integration=found,
    )


@require_GET
@member_required(Role.OWNER)
def oauth_callback(request: MemberRequest) -> HttpResponse:
    """Where Allegro sends the browser back to. The code is exchanged here and now."""
    try:
        with allegro_errors_told():
            connected = operations.complete_oauth(
                organization=request.organization,
                user=request.user,
                state=request.GET.get("state", ""),
                code=request.GET.get("code", ""),
                error=request.GET.get("error", ""),
                now=timezone.now(),
            )
    except HubError as error:
        tell(request, error)
        return see_other("settings_app:integrations")
    messages.success(
        request,
        _("%(login)s is connected.") % {"login": connected.integration.seller_login}
        + " "
        + (_("Offers and orders are being read now.") if connected.first else ""),
    )
    return see_other("settings_app:integration", connected.integration.pk)


@require_GET
@member_required(Role.OWNER)
def device(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """The code to type at Allegro, and whether it has been typed."""
    found = _own_device(request, public_id)
    return render(
        request,
        "settings_app/device.html",
        queries.device_page(authorization=found, now=timezone.now()),
    )


@require_GET
@member_required(Role.OWNER)
def device_state(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """The part of the device page that changes by itself."""
    found = _own_device(request, public_id)
    return render(
        request,
        "settings_app/_device_state.html",
        queries.device_page(authorization=found, now=timezone.now()),
    )


@require_POST
@member_required(Role.OWNER)
def device_cancel(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """Give the code up."""
    operations.cancel_device(authorization=_own_device(request, public_id))
    messages.info(request, _("The code is no longer waited for."))
    return see_other("settings_app:connect")


@require_GET
@member_required()
def integration(request: MemberRequest, pk: int) -> HttpResponse:
    """One integration: health, account, scopes, settings."""
    context = queries.integration_page(integration=_own(request, pk), now=timezone.now())
    return render(request, "settings_app/integration.html", context | may(request))


@member_required(Role.OWNER)
def integration_settings(request: MemberRequest, pk: int) -> HttpResponse:
    """Change the name, the switches and the settings of an integration."""
    found = _own(request, pk)
    form = IntegrationForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        operations.update_integration(
            integration=found, values=form.cleaned_data, actor=request.user, now=timezone.now()
        )
        messages.success(request, _("Saved."))
        return see_other("settings_app:integration", pk)
    context = {"form": form, "integration": _own(request, pk)}
    return render(request, "settings_app/integration_settings.html", context)


@require_POST
@member_required(Role.OWNER)
def pause(request: MemberRequest, pk: int) -> HttpResponse:
    """Stop automatic work."""
    return _step(request, pk, operations.pause, _("Paused. Nothing is read or written."))


@require_POST
@member_required(Role.OWNER)
def resume(request: MemberRequest, pk: int) -> HttpResponse:
    """Let it work again."""
    return _step(request, pk, operations.resume, _("It works again."))


@require_POST
@member_required(Role.OWNER)
def reset_errors(request: MemberRequest, pk: int) -> HttpResponse:
    """Forget the counted errors."""
    return _step(request, pk, operations.reset_errors, _("The errors are forgotten."))


@require_POST
@member_required(Role.STAFF)
def sync_now(request: MemberRequest, pk: int) -> HttpResponse:
    """Read offers and orders now."""
    return _step(
        request,
        pk,
        operations.request_sync,
        _("Reading offers and orders; see Syncs for progress."),
    )


@member_required(Role.OWNER)
def disconnect(request: MemberRequest, pk: int) -> HttpResponse:
    """Ask first, then destroy the tokens."""
    found = _own(request, pk)
    if request.method == "POST":
        return _step(
            request, pk, operations.disconnect, _("Disconnected; the tokens are destroyed.")
        )
    return render(request, "confirm.html", queries.disconnect_page(integration=found))


def _begin(
    request: MemberRequest,
    *,
    back: str,
    environment: str,
    label: str,
    expected_login: str,
    integration: Integration | None = None,
) -> HttpResponse:
    wish: dict[str, Any] = {
        "organization": request.organization,
        "user": request.user,
        "environment": environment,
        "label": label,
        "expected_login": expected_login,
        "integration": integration,
        "now": timezone.now(),
    }
    try:
        with allegro_errors_told():
            if request.POST.get("way") != DEVICE:
                return HttpResponse(
                    status=303, headers={"Location": operations.start_oauth(**wish)}
                )
            return see_other("settings_app:device", operations.start_device(**wish).public_id)
    except HubError as error:
        tell(request, error)
        return see_other(back)


def _step(
    request: MemberRequest, pk: int, operation: Callable[..., Any], done: str
) -> HttpResponse:
    try:
        operation(integration=_own(request, pk), actor=request.user, now=timezone.now())
    except HubError as error:
        tell(request, error)
    else:
        messages.success(request, done)
    return see_other("settings_app:integration", pk)


def _own(request: MemberRequest, pk: int) -> Integration:
    found: Integration = get_object_or_404(
        Integration.objects.for_organization(request.organization), pk=pk
    )
    return found


def _own_device(request: MemberRequest, public_id: UUID) -> DeviceAuthorization:
    found: DeviceAuthorization = get_object_or_404(
        DeviceAuthorization.objects.for_organization(request.organization).select_related(
            "integration"
        ),
        public_id=public_id,
    )
    return found
