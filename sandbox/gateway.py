"""The gate every API request passes: identity, limits, media types, scopes, faults.

The order is Allegro's as far as it is known: who calls (User-Agent, token), how often, and only
then whether the request itself makes sense.
"""

from __future__ import annotations

import json
import re
import uuid
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from sandbox.call import Answer, Call, Operation
from sandbox.errors import ApiError, Unauthorized
from sandbox.faults import Fault
from sandbox.spoiled import before_work, delay, failure, spoil
from sandbox.state.sellers import Seller
from sandbox.state.tokens import Grant
from sandbox.state.world import World

# AppName/1.2.3 (+https://page-about-the-app), allegro-api #13126.
_USER_AGENT = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)/[0-9]+(\.[0-9A-Za-z-]+)* \(\+https?://\S+\)")


class Gate:
    """An ASGI endpoint for one operation."""

    def __init__(self, world: World, operation: Operation) -> None:
        self.world = world
        self.operation = operation

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive, send)
        try:
            raw = await request.body()
        except ClientDisconnect:
            return
        await Exchange(self.world, self.operation, request, raw).run(scope, receive, send)


class Exchange:
    """One request and its answer."""

    def __init__(self, world: World, operation: Operation, request: Request, raw: bytes) -> None:
        self.world = world
        self.operation = operation
        self.request = request
        self.raw = raw
        self.account: Seller | None = None

    async def run(self, scope: Scope, receive: Receive, send: Send) -> None:
        now = self.world.settle()
        grant = self._grant(now)
        if grant is not None and grant.seller_id is not None:
            self.account = self.world.sellers.get(grant.seller_id)
        login = self.account.login if self.account else None
        path = self.request.url.path
        faults = self.world.faults.answer(self.operation.name, path, login)
        struck = {fault.kind: fault for fault in faults}
        await delay(struck)
        now = self.world.settle()
        response = self._fault_before(struck, grant)
        if response is None:
            response = self._answer(grant, now)
            if "status" in struck:
                response = self._error_response(failure(struck["status"]))
        status = 0 if {"drop", "timeout"} & set(struck) else response.status_code
        self.world.traffic.record(now, self.operation.name, login, status)
        await spoil(response, struck)(scope, receive, send)

    # --- the gate

    def _grant(self, now: float) -> Grant | None:
        kind, _, token = self.request.headers.get("authorization", "").partition(" ")
        found = self.world.tokens.access.get(token.strip())
        if kind.lower() != "bearer" or found is None or found.expires_at <= now:
            return None
        grant = found.grant
        return None if grant.revoked or grant.access_token != token.strip() else grant

    def _fault_before(self, struck: dict[str, Fault], grant: Grant | None) -> Response | None:
        """Faults that keep the request from having any effect."""
        if before_work(struck, "drop") or before_work(struck, "timeout"):
            return Response(status_code=500)
        refusal = before_work(struck, "status")
        if refusal is not None:
            return self._error_response(failure(refusal))
        if "revoked_token" in struck:
            if grant is not None:
                grant.revoked = True
            return self._error_response(self._unauthorized())
        return None

    def _answer(self, grant: Grant | None, now: float) -> Response:
        try:
            self._check_user_agent()
            if grant is None:
                raise self._unauthorized()
            self._check_client_limit(grant, now)
            self._check_media()
            self._check_scope(grant)
            call = self._call(now)
            self._check_limits(call, grant)
            return self._response(self._handle(call))
        except ApiError as error:
            return self._error_response(error)

    def _handle(self, call: Call) -> Answer:
        try:
            return self.operation.handler(call)
        except (AttributeError, KeyError, TypeError, ValueError, ArithmeticError) as error:
            if not self.raw:
                raise
            # A field of the wrong kind somewhere in the body, as a strict parser would find.
            message = f"The body cannot be read: {error}"
            raise ApiError(422, "JsonMappingException", message) from error

    def _check_user_agent(self) -> None:
        if not self.world.settings.checkUserAgent:
            return
        match = _USER_AGENT.match(self.request.headers.get("user-agent", ""))
        if match is None or match["name"] not in {app.name for app in self.world.apps.values()}:
            raise ApiError(
                403,
                "UserAgentForbidden",
                "User-Agent must read AppName/1.2.3 (+https://page-about-the-app) "
                "with the name of a registered application",
            )

    def _unauthorized(self) -> ApiError:
        token = self.request.headers.get("authorization")
        if self.operation.errors_on_401:
            return ApiError(401, "Unauthorized", "The access token is missing or invalid")
        if not token:
            detail = "Full authentication is required to access this resource"
            return Unauthorized("unauthorized", detail)
        return Unauthorized("invalid_token", "The access token is invalid, expired or revoked")

    def _check_client_limit(self, grant: Grant, now: float) -> None:
        wait = self.world.limits.admit_client(grant.client_id, now)
        if wait:
            raise self._too_many(wait, "The limit of requests per Client_ID is exceeded")

    def _check_limits(self, call: Call, grant: Grant) -> None:
        for limit in self.operation.limits:
            key = grant.client_id if limit.per == "client" else str(grant.seller_id)
            amount = limit.cost(call) if limit.cost else 1
            wait = self.world.limits.admit(limit.name, key, amount, call.now)
            if wait:
                raise self._too_many(wait, f"The limit of this resource is exceeded: {limit.name}")

    def _too_many(self, wait: float, message: str) -> ApiError:
        headers = (
            {"Retry-After": str(max(1, round(wait)))} if self.world.settings.retryAfterOn429 else {}
        )
        return ApiError(429, "TOO_MANY_REQUESTS", message, headers=headers)

    def _check_media(self) -> None:
        if not self.world.settings.checkMediaType:
            return
        accepted = [part.split(";")[0].strip() for part in self._header("accept").split(",")]
        if self.operation.media not in accepted:
            raise ApiError(
                406,
                "NotAcceptableException",
                "Not acceptable representation requested. Please check 'Accept' request header",
            )
        sent = self._header("content-type").split(";")[0].strip()
        if self.raw and self.operation.consumes and sent not in self.operation.consumes:
            known = ", ".join(self.operation.consumes)
            message = f"Content-Type {sent or '(none)'} is not supported, use {known}"
            raise ApiError(415, "UnsupportedMediaTypeException", message)

    def _header(self, name: str) -> str:
        return self.request.headers.get(name, "").lower()

    def _check_scope(self, grant: Grant) -> None:
        if self.account is None and not self.operation.public:
            message = "Access is denied: this resource needs a user's token"
            raise ApiError(403, "AccessDenied", message)
        if self.operation.scope and self.operation.scope not in grant.scopes:
            message = f"Access is denied: the scope {self.operation.scope} is missing"
            raise ApiError(403, "AccessDenied", message)

    # --- answers

    def _call(self, now: float) -> Call:
        return Call(
            world=self.world,
            query=self.request.query_params,
            headers=self.request.headers,
            params=self.request.path_params,
            raw=self.raw,
            base_url=str(self.request.base_url).rstrip("/"),
            now=now,
            invalid_status=self.operation.invalid_status,
            account=self.account,
        )

    def _response(self, answer: Answer) -> Response:
        headers = {"Trace-Id": str(uuid.uuid4()), **answer.headers}
        if answer.body is None:
            return Response(status_code=answer.status, headers=headers)
        return json_response(answer.status, answer.body, self.operation.media, headers)

    def _error_response(self, error: ApiError) -> Response:
        language = self.request.headers.get("accept-language", "en-US")
        headers = {"Trace-Id": str(uuid.uuid4()), **error.headers}
        return json_response(error.status, error.body(language), self.operation.media, headers)


def json_response(status: int, body: Any, media: str, headers: dict[str, str]) -> Response:
    content = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    return Response(content, status, headers, media_type=f"{media};charset=UTF-8")
