"""Sign-up and sign-in outside the pages, by allauth's own rules: one set of checks for both."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.email_verification import send_verification_email_to_address
from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.forms import SignupForm
from accounts.models import User
from core.errors import HubError


class RegistrationRefused(HubError):
    status = 400
    code = "invalid"
    title = _("The request has invalid values")


def register(
    *,
    request: HttpRequest,
    email: str,
    password: str,
    first_name: str = "",
    last_name: str = "",
    organization_name: str = "",
) -> None:
    """Make a person and organization and mail the confirmation link.

    For an address with an account nothing is made; its owner gets a mail that says so. Raises
    :class:`RegistrationRefused` with errors per field.
    """
    form = SignupForm(
        {
            "email": email,
            "password1": password,
            "password2": password,
            "organization_name": organization_name,
        }
    )
    if not form.is_valid():
        fields = {name.replace("password1", "password"): list(e) for name, e in form.errors.items()}
        raise RegistrationRefused(fields=fields)
    if form.account_already_exists:
        get_adapter(request).send_account_already_exists_mail(email.lower())
        return
    with transaction.atomic():
        user = form.save(request)
        user.first_name, user.last_name = first_name, last_name
        user.save(update_fields=["first_name", "last_name"])
    address = EmailAddress.objects.get_for_user(user, user.email)
    send_verification_email_to_address(request, address, signup=True)


class SignInRefused(HubError):
    status = 401
    code = "sign_in_refused"
    title = _("The e-mail or the password is wrong, or the address is not confirmed yet")


class TooManyAttempts(HubError):
    status = 429
    code = "too_many_attempts"
    title = _("Too many failed attempts to sign in")


def verified_user(*, request: HttpRequest, email: str, password: str) -> User:
    """The person with this e-mail and password, if the address is confirmed.

    Counts failures by allauth's limits. Raises :class:`SignInRefused` or :class:`TooManyAttempts`.
    """
    try:
        user = get_adapter(request).authenticate(request, email=email.lower(), password=password)
    except ValidationError as error:
        raise TooManyAttempts(remedy=_("Wait some minutes, or reset the password.")) from error
    confirmed = (
        user is not None
        and EmailAddress.objects.filter(user=user, email=user.email, verified=True).exists()
    )
    if not isinstance(user, User) or not confirmed or not user.is_active:
        raise SignInRefused(
            remedy=_("Check both, or open the link in the confirmation mail first.")
        )
    return user
