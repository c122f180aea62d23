"""From fresh tokens to a connected integration: whose they are, and whether that is right."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization, User
from connectors.allegro import TokenPair
from core import audit
from core.errors import HubError, StateConflict
from core.outbox import publish
from settings_app.allegro import client_for
from settings_app.enums import IntegrationState
from settings_app.locks import lock_integration
from settings_app.models import Integration
from settings_app.operations.health import settle_notices
from settings_app.operations.tokens import put_tokens
from settings_app.schedules import ensure_schedules


@dataclass(frozen=True, slots=True)
class Wish:
    """What the person asked for when the connection was started.

    ``integration`` is the one to connect again, None for a new one. ``expected_login`` is a login
    or a seller id.
    """

    organization: Organization
    environment: str
    label: str
    expected_login: str
    integration: Integration | None
    user: User


@dataclass(frozen=True, slots=True)
class Connected:
    """A connected integration; ``first`` unless it had been connected before."""

    integration: Integration
    first: bool


@dataclass(frozen=True, slots=True)
class Identity:
    """Whose the tokens are, from ``/me``."""

    seller_id: str
    login: str
    base_marketplace: str


class WrongAccount(HubError):
    """The seller consented with another Allegro account than the one that was meant."""

    status = 409
    code = "wrong_account"
    title = _("That was another Allegro account")


class AlreadyConnected(StateConflict):
    """One seller account lives in one place."""

    code = "already_connected"
    title = _("This Allegro account is already connected")


def adopt(*, pair: TokenPair, wish: Wish, now: datetime) -> Connected:
    """Connect the account the tokens belong to, as wished.

    Asks ``/me`` whose they are. Stores them sealed, makes the schedules and publishes
    ``integration.connected`` in one transaction. A disconnected integration of the same seller is
    taken up again with its history. Raises :class:`WrongAccount` and :class:`AlreadyConnected`, and
    then the tokens are forgotten; AllegroError when ``/me`` does not answer.
    """
    identity = identify(environment=wish.environment, access_token=pair.access_token)
    _check_account(wish, identity)
    try:
        with transaction.atomic():
            return _connect(pair, wish, identity, now)
    except IntegrityError as error:
        if "settings_seller_linked_once" not in str(error):
            raise
        raise _already_connected(wish, identity) from None


def identify(*, environment: str, access_token: str) -> Identity:
    """Ask Allegro whose a token is. Raises AllegroError."""
    with client_for(environment=environment, access_token=lambda fresh: access_token) as client:
        me = client.me()
    marketplace = me.get("baseMarketplace") or {}
    return Identity(
        seller_id=str(me["id"]),
        login=str(me.get("login") or "")[:120],
        base_marketplace=str(marketplace.get("id") or "")[:40],
    )


def _check_account(wish: Wish, identity: Identity) -> None:
    known = wish.integration.seller_id if wish.integration else ""
    if known and known != identity.seller_id:
        raise WrongAccount(
            _("You signed in at Allegro as %(got)s, but this connection belongs to %(meant)s.")
            % {"got": identity.login, "meant": wish.integration and wish.integration.seller_login},
            remedy=_("Sign out at Allegro and try again with the right account."),
        )
    meant = wish.expected_login.casefold()
    if meant and meant not in (identity.login.casefold(), identity.seller_id):
        raise WrongAccount(
            _("You signed in at Allegro as %(got)s, but %(meant)s was to be connected.")
            % {"got": identity.login, "meant": wish.expected_login},
            remedy=_("Sign out at Allegro and try again with the right account."),
        )


def _connect(pair: TokenPair, wish: Wish, identity: Identity, now: datetime) -> Connected:
    integration, first = _row_for(wish, identity)
    before = integration.state
    for field, value in {
        "seller_id": identity.seller_id,
        "seller_login": identity.login,
        "base_marketplace": identity.base_marketplace,
        "verified_at": now,
        "identity_error": "",
        "state": IntegrationState.CONNECTED,
        "sync_error_count": 0,
        "last_sync_error": "",
        "last_error_trace_id": "",
        "paused_at": None,
        "disconnected_at": None,
    }.items():
        setattr(integration, field, value)
    put_tokens(integration=integration, pair=pair, now=now)
    integration.save()
    ensure_schedules(integration=integration)
    settle_notices(integration=integration, now=now)
    _tell(integration, first=first, before="" if first else before, wish=wish, now=now)
    return Connected(integration=integration, first=first)


def _row_for(wish: Wish, identity: Identity) -> tuple[Integration, bool]:
    """The locked row to connect: the wished one, a disconnected one of the seller, or a new one."""
    known = wish.integration or (
        Integration.objects.for_organization(wish.organization)
        .filter(
            environment=wish.environment,
            seller_id=identity.seller_id,
            state=IntegrationState.DISCONNECTED,
        )
        .order_by("-pk")
        .first()
    )
    if known is not None:
        integration = lock_integration(integration_id=known.pk)
        return integration, integration.verified_at is None
    return (
        Integration.objects.create(
            organization=wish.organization,
            environment=wish.environment,
            label=wish.label.strip() or identity.login,
            expected_login=wish.expected_login,
        ),
        True,
    )


def _already_connected(wish: Wish, identity: Identity) -> AlreadyConnected:
    own = (
        Integration.objects.for_organization(wish.organization)
        .filter(environment=wish.environment, seller_id=identity.seller_id)
        .exclude(state=IntegrationState.DISCONNECTED)
        .first()
    )
    if own is not None:
        return AlreadyConnected(
            _("The account %(login)s is already connected here as “%(label)s”.")
            % {"login": identity.login, "label": own.label},
            remedy=_("To renew the connection, open that integration and choose “Connect again”."),
        )
    return AlreadyConnected(
        _("The account %(login)s is already connected elsewhere.") % {"login": identity.login},
        remedy=_("Disconnect it there first, or sign in at Allegro with another account."),
    )


def _tell(integration: Integration, *, first: bool, before: str, wish: Wish, now: datetime) -> None:
    publish(
        topic="integration.connected",
        payload={"integration_id": integration.pk, "first": first},
        organization_id=integration.organization_id,
    )
    audit.record(
        action="integration.connected",
        target=integration,
        actor=wish.user,
        organization_id=integration.organization_id,
        now=now,
        before={"state": before},
        after={
            "state": integration.state,
            "environment": integration.environment,
            "seller_login": integration.seller_login,
            "scopes": integration.scopes,
        },
    )
