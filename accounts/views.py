"""The organization's page: its name, its people, its keys."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import operations, queries
from accounts.access import MemberRequest, member_required
from accounts.enums import Role
from accounts.forms import (
    ApiKeyForm,
    InvitationForm,
    OrganizationForm,
    RoleForm,
    organization_form,
)
from accounts.middleware import SESSION_KEY
from accounts.models import ApiKey, Invitation, Membership, SavedView
from accounts.saved_views import list_called, settled
from core.errors import HubError, NotYours
from core.row_ids import row_id


@member_required()
def organization(request: MemberRequest) -> HttpResponse:
    """Show the organization; owners change its name here."""
    form = organization_form(request.organization, request.POST or None)
    if request.method == "POST":
        if request.membership.role != Role.OWNER:
            return _refused(request, _("Only owners change the organization."))
        if form.is_valid():
            operations.update_organization(
                organization=request.organization,
                actor=request.user,
                now=timezone.now(),
                **form.cleaned_data,
            )
            messages.success(request, _("Saved."))
            return redirect("accounts:organization")
    context = queries.organization_page(organization=request.organization)
    context |= {
        "form": form,
        "invitation_form": InvitationForm(auto_id="invite_%s"),
        "key_form": ApiKeyForm(auto_id="key_%s"),
        "roles": Role.choices,
        "is_owner": request.membership.role == Role.OWNER,
    }
    return render(request, "accounts/organization.html", context)


@login_required
def create(request: MemberRequest) -> HttpResponse:
    """Make another organization and work in it."""
    form = OrganizationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = operations.create_organization(
            name=form.cleaned_data["name"], owner=request.user, now=timezone.now()
        )
        request.session[SESSION_KEY] = made.pk
        return redirect("home")
    return render(request, "accounts/create_organization.html", {"form": form})


@require_POST
@login_required
def switch(request: MemberRequest) -> HttpResponse:
    """Work in another of the person's organizations; 404 for one that is not theirs."""
    membership = get_object_or_404(
        Membership,
        user=request.user,
        organization_id=row_id(request.POST.get("organization", "")),
    )
    request.session[SESSION_KEY] = membership.organization_id
    return redirect("home")


@require_POST
@member_required(Role.OWNER)
def invite_member(request: MemberRequest) -> HttpResponse:
    """Invite an e-mail address."""
    form = InvitationForm(request.POST)
    if not form.is_valid():
        return _refused(request, _("Give a valid e-mail address."))
    try:
        operations.invite(
            organization=request.organization,
            email=form.cleaned_data["email"],
            role=Role(form.cleaned_data["role"]),
            actor=request.user,
            now=timezone.now(),
        )
    except HubError as error:
        return _refused(request, error.told)
    messages.success(request, _("The invitation is on its way."))
    return redirect("accounts:organization")


@require_POST
@member_required(Role.OWNER)
def withdraw(request: MemberRequest, pk: int) -> HttpResponse:
    """Withdraw an open invitation."""
    invitation = get_object_or_404(Invitation.objects.for_organization(request.organization), pk=pk)
    operations.revoke_invitation(invitation=invitation, actor=request.user, now=timezone.now())
    messages.success(request, _("The invitation is withdrawn."))
    return redirect("accounts:organization")


@require_POST
@member_required(Role.OWNER)
def set_role(request: MemberRequest, pk: int) -> HttpResponse:
    """Give a member another role."""
    membership = get_object_or_404(Membership.objects.for_organization(request.organization), pk=pk)
    form = RoleForm(request.POST)
    if not form.is_valid():
        return _refused(request, _("Choose one of the roles."))
    try:
        operations.change_role(
            membership=membership,
            role=Role(form.cleaned_data["role"]),
            actor=request.user,
            now=timezone.now(),
        )
    except HubError as error:
        return _refused(request, error.told)
    messages.success(request, _("The role is changed."))
    return redirect("accounts:organization")


@require_POST
@member_required(Role.OWNER)
def remove(request: MemberRequest, pk: int) -> HttpResponse:
    """End a membership."""
    membership = get_object_or_404(Membership.objects.for_organization(request.organization), pk=pk)
    try:
        operations.remove_member(membership=membership, actor=request.user, now=timezone.now())
    except HubError as error:
        return _refused(request, error.told)
    messages.success(request, _("The member is removed."))
    return redirect("accounts:organization")


@require_POST
@member_required()
def save_list_view(request: MemberRequest) -> HttpResponse:
    """Keep the filters of a list under a name, and go back to the list as it was."""
    page, query = request.POST.get("page", ""), request.POST.get("query", "")
    try:
        view = operations.save_view(
            membership=request.membership,
            page=page,
            name=request.POST.get("name", ""),
            query=query,
            shared=bool(request.POST.get("shared")),
            now=timezone.now(),
        )
    except NotYours as error:
        raise Http404 from error
    except operations.ViewNameMissing as error:
        messages.error(request, error.detail)
    else:
        messages.success(request, _("The view “%(name)s” is kept.") % {"name": view.name})
    return redirect(f"{reverse(list_called(page).url_name)}?{settled(query)}")


@require_POST
@member_required()
def remove_list_view(request: MemberRequest, pk: int) -> HttpResponse:
    """Forget a view of a list."""
    view = get_object_or_404(SavedView.objects.for_organization(request.organization), pk=pk)
    try:
        operations.remove_view(membership=request.membership, view=view, now=timezone.now())
    except NotYours as error:
        raise Http404 from error
    messages.success(request, _("The view “%(name)s” is removed.") % {"name": view.name})
    return redirect(list_called(view.page).url_name)


@require_POST
@member_required(Role.OWNER)
def create_key(request: MemberRequest) -> HttpResponse:
    """Make an API key and show it once."""
    form = ApiKeyForm(request.POST)
    if not form.is_valid():
        return _refused(request, _("Give the key a name."))
    _key, text = operations.create_api_key(
        organization=request.organization,
        name=form.cleaned_data["name"],
        role=Role(form.cleaned_data["role"]),
        actor=request.user,
        now=timezone.now(),
    )
    context = {"new_key": text, "name": form.cleaned_data["name"]}
    response = render(request, "accounts/new_key.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response


@require_POST
@member_required(Role.OWNER)
def revoke_key(request: MemberRequest, pk: int) -> HttpResponse:
    """Stop an API key."""
    key = get_object_or_404(ApiKey.objects.for_organization(request.organization), pk=pk)
    operations.revoke_api_key(key=key, actor=request.user, now=timezone.now())
    messages.success(request, _("The key does not work any more."))
    return redirect("accounts:organization")


@login_required
def accept(request: MemberRequest, secret: str) -> HttpResponse:
    """Show an invitation; accept it on POST."""
    if request.method != "POST":
        invitation = queries.open_invitation(secret=secret, now=timezone.now())
        return render(
            request,
            "accounts/accept_invitation.html",
            {"invitation": invitation, "secret": secret},
            status=200 if invitation else 404,
        )
    try:
        membership = operations.accept_invitation(
            secret=secret, user=request.user, now=timezone.now()
        )
    except HubError as error:
        messages.error(request, error.told)
        return redirect("accounts:accept_invitation", secret=secret)
    request.session[SESSION_KEY] = membership.organization_id
    messages.success(request, _("Welcome to %(name)s.") % {"name": membership.organization.name})
    return redirect("home")


def _refused(request: MemberRequest, text: str) -> HttpResponse:
    messages.error(request, text)
    return redirect("accounts:organization")
