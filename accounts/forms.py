from __future__ import annotations

import zoneinfo
from typing import Any

from allauth.account.forms import SignupForm as AllauthSignupForm
from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.models import Organization, User
from accounts.operations import create_organization


class SignupForm(AllauthSignupForm):
    """Sign-up that also makes the person's organization."""

    organization_name = forms.CharField(
        label=_("Name of your shop or company"), max_length=160, required=False
    )
    field_order = ["email", "organization_name", "password1", "password2"]

    def save(self, request: HttpRequest) -> User:
        user: User = super().save(request)
        name = self.cleaned_data.get("organization_name") or user.get_short_name()
        create_organization(name=name, owner=user, now=timezone.now())
        return user


class OrganizationForm(forms.Form):
    """The name of an organization, and its time zone when it exists already."""

    name = forms.CharField(label=_("Name"), max_length=160)
    timezone = forms.CharField(
        label=_("Time zone"), max_length=64, initial="Europe/Warsaw", required=False
    )

    def clean_timezone(self) -> str:
        name = self.cleaned_data["timezone"] or "Europe/Warsaw"
        if name not in zoneinfo.available_timezones():
            raise ValidationError(_("Not a known time zone; for example Europe/Warsaw."))
        return str(name)


class InvitationForm(forms.Form):
    email = forms.EmailField(label=_("E-mail"))
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices, initial=Role.STAFF)


class RoleForm(forms.Form):
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)


class ApiKeyForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=80, help_text=_("Which script uses it"))
    role = forms.ChoiceField(label=_("May"), choices=Role.choices, initial=Role.VIEWER)


def organization_form(organization: Organization, data: Any = None) -> OrganizationForm:
    """The form filled with an organization's present values."""
    return OrganizationForm(
        data, initial={"name": organization.name, "timezone": organization.timezone}
    )
