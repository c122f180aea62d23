"""Looking whether keys and tokens are good, by using them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import Organization, User
from core.sealed import unseal
from settings_app.allegro import AllegroRefused, NotConfigured, allegro_errors_told, oauth_for
from settings_app.models import Integration
from settings_app.operations.access import allegro_client
from settings_app.operations.adopting import Connected, Wish, adopt
from settings_app.operations.tokens import refresh_tokens


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether something is good; ``problem`` says why not, ``login`` whose it is."""

    valid: bool
    login: str = ""
    problem: str = ""


def check_application(*, environment: str) -> Verdict:
    """Whether Allegro accepts this installation's client id and secret.

    Raises ``AllegroAway`` when Allegro does not answer.
    """
    try:
        with allegro_errors_told():
            oauth_for(environment).client_token()
    except NotConfigured as error:
        return Verdict(valid=False, problem=error.detail)
    except AllegroRefused:
        return Verdict(valid=False, problem=_("Allegro does not know this client id and secret."))
    return Verdict(valid=True)


def check_integration(*, integration: Integration, now: datetime) -> Verdict:
    """Ask ``/me`` with the integration's tokens, refreshing them if need be; notes the finding.

    Raises ``AllegroAway`` when Allegro does not answer.
    """
    client = allegro_client(integration=integration, even_if_paused=True)
    try:
        with allegro_errors_told(), client:
            me = client.me()
    except AllegroRefused as error:
        return Verdict(valid=False, problem=error.detail)
    login, same = str(me.get("login") or ""), str(me["id"]) == integration.seller_id
    problem = (
        "" if same else _("The tokens belong to another account, %(login)s.") % {"login": login}
    )
    Integration.objects.filter(pk=integration.pk).update(verified_at=now, identity_error=problem)
    return Verdict(valid=same, login=login, problem=problem)


def renew_tokens(*, integration: Integration, now: datetime) -> Integration:
    """Refresh the tokens at once, whether due or not. Raises AllegroError."""
    return refresh_tokens(
        integration_id=integration.pk, now=now, refused=unseal(integration, "access_token")
    )


def adopt_refresh_token(
    *,
    organization: Organization,
    user: User,
    environment: str,
    refresh_token: str,
    label: str,
    expected_login: str,
    now: datetime,
) -> Connected:
    """Connect an account by a refresh token obtained elsewhere, proved by using it.

    The given token is spent by that: whoever else holds it loses access, as sharing one must
    (allegro-api#9116). Raises AllegroError and what ``adopt`` raises.
    """
    pair = oauth_for(environment).refresh(refresh_token=refresh_token)
    wish = Wish(
        organization=organization,
        environment=environment,
        label=label,
        expected_login=expected_login,
        integration=None,
        user=user,
    )
    return adopt(pair=pair, wish=wish, now=now)
