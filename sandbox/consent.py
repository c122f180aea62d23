"""The pages on which a seller lets an application in: consent, and codes of devices."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from sandbox.html import choice, esc, hidden, page
from sandbox.oauth import granted_scopes, new_grant, read_form
from sandbox.state.tokens import App, Code, DeviceCode
from sandbox.state.world import World

Endpoint = Callable[[Request], Awaitable[Response]]

_KEPT = (
    "response_type", "client_id", "redirect_uri", "state", "scope", "code_challenge",
    "code_challenge_method", "prompt",
)  # fmt: skip
_COOKIE = "sandbox_seller"

_SCOPE_WORDS = {
    "orders:read": "see your orders",
    "orders:write": "change the status of orders, add parcels and invoices",
    "sale:offers:read": "see your offers",
    "sale:offers:write": "create and change your offers",
    "sale:settings:read": "see your sales settings",
    "sale:settings:write": "change your sales settings",
    "payments:read": "see your payments",
    "payments:write": "refund payments",
    "billing:read": "see your billing",
    "profile:read": "see your account's basic data",
}


def consent_routes(world: World) -> list[Route]:
    """The people's half of OAuth."""
    device_paths = ("/skojarz-aplikacje", "/uzytkownik/bezpieczenstwo/skojarz-aplikacje")
    return [
        Route("/auth/oauth/authorize", _authorize_page(world), methods=["GET"]),
        Route("/auth/oauth/authorize", _authorize(world), methods=["POST"]),
        *(Route(path, _device_page(world), methods=["GET"]) for path in device_paths),
        *(Route(path, _device(world), methods=["POST"]) for path in device_paths),
    ]


def _refused(why: str) -> Response:
    body = f"<p>{esc(why)}</p><p>The application has to correct its link.</p>"
    return page("This request cannot be shown", body, status=400, narrow=True)


def _checked_app(world: World, values: dict[str, str]) -> App | str:
    """The app, or why nobody may be sent back to where the request says."""
    app = world.apps.get(values.get("client_id", ""))
    if app is None:
        return "No application is registered with this client_id."
    if not app.accepts(values.get("redirect_uri", "")):
        return "The redirect_uri is not registered for this application."
    return app


def _back(values: dict[str, str], **answer: str) -> Response:
    target = values["redirect_uri"]
    if values.get("state"):
        answer["state"] = values["state"]
    joint = "&" if "?" in target else "?"
    return RedirectResponse(f"{target}{joint}{urlencode(answer)}", 303)


def _faulty(values: dict[str, str]) -> str | None:
    if values.get("response_type") != "code":
        return "unsupported_response_type"
    if values.get("code_challenge") and values.get("code_challenge_method") != "S256":
        return "invalid_request"
    return None


def _authorize_page(world: World) -> Endpoint:
    async def show(request: Request) -> Response:
        values = {name: request.query_params.get(name, "") for name in _KEPT}
        app = _checked_app(world, values)
        world.traffic.record(world.settle(), "GET /auth/oauth/authorize", None, 200)
        if isinstance(app, str):
            return _refused(app)
        fault = _faulty(values)
        if fault:
            return _back(values, error=fault)
        kept = {name: value for name, value in values.items() if value}
        form = _form(world, request, app, granted_scopes(app, values["scope"]), kept)
        return page(f"{app.name} asks for access", form, narrow=True)

    return show


def _form(
    world: World, request: Request, app: App, scopes: tuple[str, ...], kept: dict[str, str]
) -> str:
    last = request.cookies.get(_COOKIE) or next(iter(world.logins), "")
    sellers = "".join(
        choice(
            "login",
            login,
            login,
            f"{seller.first_name} {seller.last_name}, {seller.company}, {seller.marketplace}",
            checked=login == last,
        )
        for login, seller in world.logins.items()
    )
    known = (_SCOPE_WORDS.get(scope.removeprefix("allegro:api:")) for scope in scopes)
    words = "".join(f"<li>{esc(text)}</li>" for text in known if text)
    return (
        f'<form method="post" action="{esc(request.url.path)}">{hidden(kept)}'
        f"<fieldset><legend>Which seller are you?</legend>"
        f'<div class="choices">{sellers}</div></fieldset>'
        f"<p><strong>{esc(app.name)}</strong> will be able to:</p><ul>{words}</ul>"
        f'<p class="actions"><button name="decision" value="allow" class="primary">Allow</button>'
        f'<button name="decision" value="deny" formnovalidate>Deny</button></p></form>'
    )


def _authorize(world: World) -> Endpoint:
    async def decide(request: Request) -> Response:
        values = await read_form(request)
        app = _checked_app(world, values)
        world.traffic.record(world.settle(), "POST /auth/oauth/authorize", None, 303)
        if isinstance(app, str):
            return _refused(app)
        fault = _faulty(values)
        if fault:
            return _back(values, error=fault)
        if values.get("decision") != "allow":
            return _back(values, error="access_denied", error_description="User denied access")
        seller = world.logins.get(values.get("login", ""))
        if seller is None:
            return _refused("There is no such seller.")
        code = world.identities.hex(32)
        scopes = granted_scopes(app, values.get("scope"))
        world.tokens.codes[code] = Code(
            new_grant(world, app.client_id, seller.id, scopes),
            values["redirect_uri"],
            world.now + world.settings.authorizationCodeSeconds,
            values.get("code_challenge") or None,
        )
        response = _back(values, code=code)
        response.set_cookie(_COOKIE, seller.login, httponly=True, samesite="lax")
        return response

    return decide


# --- devices


def _pending(world: World, user_code: str) -> DeviceCode | None:
    wanted = user_code.replace("-", "").replace(" ", "").lower()
    for device in world.tokens.devices.values():
        if device.user_code == wanted and device.decision == "pending":
            return device if device.expires_at > world.now else None
    return None


def _device_page(world: World) -> Endpoint:
    async def show(request: Request) -> Response:
        world.settle()
        code = request.query_params.get("code", "")
        device = _pending(world, code)
        if device is None:
            note = '<p class="bad">This code is wrong, used or expired.</p>' if code else ""
            return page("Connect a device", note + _code_form(request), narrow=True)
        app = world.apps[device.client_id]
        form = _form(world, request, app, device.scopes, {"code": device.user_code})
        return page(f"{app.name} asks for access", form, narrow=True)

    return show


def _code_form(request: Request) -> str:
    return (
        f'<form method="get" action="{esc(request.url.path)}">'
        f'<label class="field">Code shown by the application'
        f'<input name="code" autocomplete="off" autofocus required></label>'
        f'<p class="actions"><button class="primary">Continue</button></p></form>'
    )


def _device(world: World) -> Endpoint:
    async def decide(request: Request) -> Response:
        values = await read_form(request)
        world.settle()
        device = _pending(world, values.get("code", ""))
        if device is None:
            body = '<p class="bad">This code is wrong, used or expired.</p>'
            return page("Connect a device", body + _code_form(request), status=400, narrow=True)
        if values.get("decision") != "allow":
            device.decision = "denied"
            return page("Access denied", "<p>You may close this page.</p>", narrow=True)
        seller = world.logins.get(values.get("login", ""))
        if seller is None:
            return _refused("There is no such seller.")
        device.seller_id, device.decision = seller.id, "allowed"
        text = f"<p>Connected as <strong>{esc(seller.login)}</strong>. You may close this page.</p>"
        return page("Access allowed", text, narrow=True)

    return decide
