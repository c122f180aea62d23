"""The token endpoint and device codes: Basic authentication, parameters in the body only."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import unquote

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.faults import Fault
from sandbox.spoiled import before_work, delay, spoil
from sandbox.state.tokens import (
    AccessToken,
    App,
    DeviceCode,
    Grant,
    RefreshToken,
    s256,
    web_token,
)
from sandbox.state.world import World

DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
Form = dict[str, str]


class OAuthError(Exception):
    """A refusal in the OAuth shape."""

    def __init__(self, error: str, description: str | None, status: int = 400) -> None:
        super().__init__(description or error)
        self.error = error
        self.description = description
        self.status = status

    def response(self) -> Response:
        body = {"error": self.error}
        if self.description:
            body["error_description"] = self.description
        return JSONResponse(body, self.status)


def oauth_routes(world: World) -> list[Route]:
    """The machine's half of OAuth; the pages for people are in ``consent``."""
    return [
        Route("/auth/oauth/token", _endpoint(world, _token), methods=["POST"]),
        Route("/auth/oauth/device", _endpoint(world, _device), methods=["POST"]),
    ]


Work = Callable[[World, App, Form, Request], dict[str, Any]]


def _endpoint(world: World, work: Work) -> Callable[[Request], Awaitable[Response]]:
    async def serve(request: Request) -> Response:
        form = await read_form(request)
        route = f"POST {request.url.path}"
        login = _login_of(world, form)
        faults = world.faults.answer(route, request.url.path, login)
        struck = {fault.kind: fault for fault in faults}
        await delay(struck)
        now = world.settle()
        response = _answer(world, work, form, request, struck)
        world.traffic.record(now, route, login, 0 if "drop" in struck else response.status_code)
        return spoil(response, struck)

    return serve


def _answer(
    world: World, work: Work, form: Form, request: Request, struck: dict[str, Fault]
) -> Response:
    """Faults "after effect" lose the answer of work that was done: a rotation nobody heard of."""
    refused = struck.get("status")
    try:
        if before_work(struck, "drop") or before_work(struck, "status"):
            raise OAuthError("server_error", None, refused.status if refused else 500)
        app = _app(world, request)
        if request.query_params:
            raise OAuthError("invalid_request", "Parameters are accepted in the body only")
        body = work(world, app, form, request)
        if refused is not None:
            raise OAuthError("server_error", None, refused.status)
        return JSONResponse(body)
    except OAuthError as error:
        return error.response()


def _login_of(world: World, form: Form) -> str | None:
    """Whose code or refresh token this is, so that faults and counts can name the seller."""
    store = world.tokens
    found = store.refresh.get(form.get("refresh_token", "")) or store.codes.get(
        form.get("code", "")
    )
    seller = world.sellers.get(found.grant.seller_id or "") if found else None
    return seller.login if seller else None


async def read_form(request: Request) -> Form:
    """The fields of a posted form that are text; the last of a name wins."""
    async with request.form() as form:
        return {name: value for name, value in form.items() if isinstance(value, str)}


def _app(world: World, request: Request) -> App:
    kind, _, encoded = request.headers.get("authorization", "").partition(" ")
    try:
        decoded = base64.b64decode(encoded, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        decoded = ""
    client_id, _, secret = decoded.partition(":")
    app = world.apps.get(unquote(client_id))
    if kind.lower() != "basic" or app is None or unquote(secret) != app.client_secret:
        raise OAuthError("Unauthorized", None, 401)
    return app


# --- tokens


def _token(world: World, app: App, form: Form, request: Request) -> dict[str, Any]:
    grants: dict[str, Callable[[World, App, Form], Grant]] = {
        "authorization_code": _by_code,
        "refresh_token": _by_refresh_token,
        DEVICE_GRANT: _by_device_code,
        "client_credentials": _by_credentials,
    }
    kind = form.get("grant_type", "")
    if kind not in grants:
        raise OAuthError("unsupported_grant_type", f"Unsupported grant type: {kind}")
    grant = grants[kind](world, app, form)
    return issue(world, grant, with_refresh=kind != "client_credentials")


def _by_code(world: World, app: App, form: Form) -> Grant:
    text = form.get("code", "")
    code = world.tokens.codes.get(text)
    usable = code is not None and not code.used and code.expires_at > world.now
    if code is None or not usable or code.grant.client_id != app.client_id:
        raise OAuthError("invalid_grant", f"Invalid authorization code: {text}")
    if form.get("redirect_uri") != code.redirect_uri:
        raise OAuthError("invalid_grant", "Redirect URI mismatch.")
    # A code is spent by the attempt, so that a guessed verifier cannot be tried again.
    code.used = True
    if code.challenge is not None and s256(form.get("code_verifier", "")) != code.challenge:
        raise OAuthError("invalid_grant", "Invalid code verifier")
    return code.grant


def _by_refresh_token(world: World, app: App, form: Form) -> Grant:
    text = form.get("refresh_token", "")
    token = world.tokens.refresh.get(text)
    wrong = OAuthError("invalid_grant", f"Invalid refresh token: {text}")
    if token is None or token.grant.revoked or token.grant.client_id != app.client_id:
        raise wrong
    now = world.now
    grace = world.settings.refreshGraceSeconds
    if token.expires_at <= now or (token.used_at is not None and now > token.used_at + grace):
        raise wrong
    if token.used_at is None:
        token.used_at = now
    return token.grant


def _by_device_code(world: World, app: App, form: Form) -> Grant:
    device = world.tokens.devices.get(form.get("device_code", ""))
    now = world.now
    # Wrong, expired and used codes look the same (allegro-api #11373, #13406).
    invalid = OAuthError("invalid_request", "Invalid device code")
    if device is None or device.client_id != app.client_id or device.decision == "used":
        raise invalid
    if device.expires_at <= now:
        raise invalid
    hasty = device.last_poll is not None and now - device.last_poll < 0.95 * device.interval
    device.last_poll = now
    if hasty:
        device.interval += 5
        raise OAuthError("slow_down", "Polling too fast")
    if device.decision == "pending":
        raise OAuthError("authorization_pending", "User has not authorized the device code yet.")
    if device.decision == "denied":
        raise OAuthError("access_denied", "User denied access")
    device.decision = "used"
    return new_grant(world, app.client_id, device.seller_id, device.scopes, from_device=True)


def _by_credentials(world: World, app: App, form: Form) -> Grant:
    return new_grant(world, app.client_id, None, ())


def new_grant(
    world: World,
    client_id: str,
    seller_id: str | None,
    scopes: tuple[str, ...],
    *,
    from_device: bool = False,
) -> Grant:
    return Grant(world.identities.uuid(), client_id, seller_id, scopes, from_device=from_device)


def issue(world: World, grant: Grant, *, with_refresh: bool) -> dict[str, Any]:
    """A new pair for the grant. The grant's previous access token is void from now on."""
    now = world.now
    seconds = world.settings.accessTokenSeconds
    jti = world.identities.uuid()
    claims = {
        "user_name": grant.seller_id,
        "scope": list(grant.scopes),
        "allegro_api": True,
        "iss": "https://allegro.pl",
        "exp": int(now) + seconds,
        "jti": jti,
        "client_id": grant.client_id,
    }
    if grant.seller_id is None:
        del claims["user_name"]
    if grant.access_token is not None:
        world.tokens.access.pop(grant.access_token, None)
    token = web_token(claims)
    grant.access_token = token
    world.tokens.access[token] = AccessToken(grant, now + seconds)
    answer: dict[str, Any] = {
        "access_token": token,
        "token_type": "bearer",
        "expires_in": seconds,
        "scope": " ".join(grant.scopes),
        "allegro_api": True,
        "iss": "https://allegro.pl",
        "jti": jti,
    }
    if with_refresh:
        refresh = web_token({**claims, "ati": jti, "jti": world.identities.uuid()})
        lifetime = world.settings.refreshTokenSeconds
        world.tokens.refresh[refresh] = RefreshToken(grant, now + lifetime)
        answer["refresh_token"] = refresh
    return answer


# --- devices


def granted_scopes(app: App, asked: str | None) -> tuple[str, ...]:
    """What the app gets: all it declared when nothing is asked, never more than it declared."""
    if not asked:
        return app.scopes
    wanted = asked.split()
    return tuple(scope for scope in app.scopes if scope in wanted)


def _device(world: World, app: App, form: Form, request: Request) -> dict[str, Any]:
    if form.get("client_id") != app.client_id:
        raise OAuthError("invalid_request", "client_id does not match the authorization")
    settings = world.settings
    letters = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
    user_code = "".join(world.identities.random.choice(letters) for _ in range(9)).lower()
    device_code = world.identities.hex(32)
    world.tokens.devices[device_code] = DeviceCode(
        user_code,
        app.client_id,
        granted_scopes(app, form.get("scope")),
        world.now + settings.deviceCodeSeconds,
        settings.deviceIntervalSeconds,
    )
    page = f"{str(request.base_url).rstrip('/')}/skojarz-aplikacje"
    return {
        "device_code": device_code,
        "expires_in": settings.deviceCodeSeconds,
        "user_code": user_code,
        "interval": settings.deviceIntervalSeconds,
        "verification_uri": page,
        "verification_uri_complete": f"{page}?code={user_code}",
    }
