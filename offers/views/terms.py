"""The page of what an account's new offers get."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import MemberRequest, member_required
from accounts.enums import Role
from core.errors import HubError
from offers.dictionaries import Dictionaries, dictionaries_of
from offers.models import PublishSettings
from offers.operations.terms import set_terms
from offers.publish_forms import TermsForm
from settings_app.models import Integration
from settings_app.views.answers import may, see_other, tell


@member_required(Role.STAFF)
def publish_settings(request: MemberRequest, pk: int) -> HttpResponse:
    """Delivery, after-sales, producer, place and tax of the account's new offers."""
    integration = get_object_or_404(
        Integration.objects.for_organization(request.organization), pk=pk
    )
    row = PublishSettings.objects.filter(integration=integration).first()
    trouble: HubError | None = None
    try:
        known = dictionaries_of(integration=integration)
    except HubError as error:
        known, trouble = Dictionaries(), error
    form = TermsForm(request.POST or None, instance=row, dictionaries=known)
    if request.method == "POST" and trouble is None and form.is_valid():
        try:
            set_terms(
                integration=integration,
                values=form.cleaned_data,
                dictionaries=known,
                actor=request.user,
                now=timezone.now(),
            )
        except HubError as error:
            tell(request, error)
        else:
            messages.success(request, _("Saved: it holds for offers created from now on."))
            return see_other("offers:publish_settings", integration.pk)
    context = {"form": form, "integration": integration, "trouble": trouble, "known": known}
    status = 422 if request.method == "POST" else 200
    return render(request, "offers/publish_settings.html", context | may(request), status=status)
