"""The demo: an organization with people who can sign in and an account of the Allegro sandbox."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import requests
from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction

from accounts.models import Membership, Organization, User
from accounts.operations import create_organization
from core.errors import HubError
from inventory.operations import ensure_default_warehouse
from settings_app.enums import Environment, IntegrationState
from settings_app.models import Integration
from settings_app.operations import check_integration, complete_oauth, start_oauth

ORGANIZATION = "Demo Shop"
TIMEOUT = 10  # seconds for each call to the sandbox
# States in which the demo may connect again by itself; a pause or a disconnection is a person's wish.
MENDABLE = (IntegrationState.CONNECTED, IntegrationState.NEEDS_REAUTH, IntegrationState.DISABLED)

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Login:
    """An address and a password to sign in with; printing one shows no password."""

    email: str
    password: str

    def __repr__(self) -> str:
        return f"Login({self.email!r})"


class SandboxMissing(RuntimeError):
    """What answers at the address of Allegro's sandbox is not our stand-in."""


def set_up_demo(*, seller: Login, operator: Login, now: datetime, say: Say) -> Organization:
    """Make what is missing of the demo and mend what no longer works; safe to run again.

    Ensures both people (with confirmed addresses), the organization with its warehouse, and the
    first seller of the sandbox as a connected account. Accounts whose tokens a restarted sandbox has
    forgotten are connected again. Raises :class:`SandboxMissing` when the sandbox does not answer.
    """
    ensure_person(operator, operator=True, say=say)
    owner = ensure_person(seller, operator=False, say=say)
    organization = ensure_organization(owner, now=now, say=say)
    ensure_default_warehouse(organization_id=organization.pk)
    connect_accounts(organization, owner, now=now, say=say)
    return organization


def ensure_person(login: Login, *, operator: bool, say: Say) -> User:
    """A person who can sign in with exactly this password, address confirmed."""
    email = login.email.strip().lower()
    with transaction.atomic():
        person = User.objects.filter(email=email).first()
        if person is None:
            person = User.objects.create_user(email, login.password)
            say(f"made {email}")
        elif not person.check_password(login.password):
            person.set_password(login.password)
            say(f"{email} has the password of this demo again")
        person.is_active, person.is_staff, person.is_superuser = True, operator, operator
        person.save()
        EmailAddress.objects.update_or_create(
            user=person, email=email, defaults={"verified": True, "primary": True}
        )
    return person


def ensure_organization(owner: User, *, now: datetime, say: Say) -> Organization:
    """The owner's first organization, made when there is none."""
    known = Membership.objects.filter(user=owner).select_related("organization").order_by("pk")
    membership = known.first()
    if membership is not None:
        found: Organization = membership.organization
        return found
    say(f"made the organization {ORGANIZATION}")
    return create_organization(name=ORGANIZATION, owner=owner, now=now)


def connect_accounts(organization: Organization, owner: User, *, now: datetime, say: Say) -> None:
    """Connect the sandbox's first seller, and again every account the sandbox has forgotten."""
    logins = sandbox_logins()
    connected = Integration.objects.for_organization(organization).filter(
        environment=Environment.SANDBOX
    )
    if not connected.exists():
        _connect(organization, owner, logins[0], None, now, say)
        return
    for integration in _forgotten(list(connected.order_by("pk")), now):
        if integration.seller_login in logins:
            _connect(organization, owner, integration.seller_login, integration, now, say)


def sandbox_logins() -> list[str]:
    """The sandbox's sellers in the order of seeding. Raises :class:`SandboxMissing`."""
    address = f"{settings.ALLEGRO_ENVIRONMENTS['sandbox']['api']}/_control/sellers"
    try:
        answer = requests.get(address, timeout=TIMEOUT)
        answer.raise_for_status()
        logins = [str(seller["login"]) for seller in answer.json()["sellers"]]
    except (requests.RequestException, KeyError, ValueError) as error:
        raise SandboxMissing(f"no sandbox with sellers at {address}") from error
    if not logins:
        raise SandboxMissing("the sandbox has no sellers")
    return logins


def _forgotten(integrations: list[Integration], now: datetime) -> Iterator[Integration]:
    for integration in integrations:
        known_lost = integration.state == IntegrationState.NEEDS_REAUTH
        if integration.state in MENDABLE and (
            known_lost or not check_integration(integration=integration, now=now).valid
        ):
            yield integration


def _connect(
    organization: Organization,
    owner: User,
    login: str,
    integration: Integration | None,
    now: datetime,
    say: Say,
) -> None:
    url = start_oauth(
        organization=organization,
        user=owner,
        environment=Environment.SANDBOX,
        label=login,
        expected_login=login,
        integration=integration,
        now=now,
    )
    try:
        complete_oauth(organization=organization, user=owner, now=now, **_consent(url, login))
    except HubError as error:
        say(f"{login} could not be connected: {error.told}".strip())
    else:
        say(f"connected {login}" + (" again" if integration else ""))


def _consent(url: str, login: str) -> dict[str, str]:
    """Allow the access on the consent page as ``login``, and read the way back."""
    parts = urlsplit(url)
    form: dict[str, Any] = {**dict(parse_qsl(parts.query)), "login": login, "decision": "allow"}
    try:
        answer = requests.post(
            f"{parts.scheme}://{parts.netloc}{parts.path}",
            data=form,
            allow_redirects=False,
            timeout=TIMEOUT,
        )
    except requests.RequestException as error:
        raise SandboxMissing(f"the consent page of {parts.netloc} does not answer") from error
    if not answer.is_redirect:
        raise SandboxMissing(f"the consent page of {parts.netloc} is not the sandbox's")
    brought = parse_qs(urlsplit(answer.headers["Location"]).query)
    return {name: brought[name][0] for name in ("state", "code", "error") if name in brought}
