"""The client: one ``request()`` through which every call to Allegro goes."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from types import TracebackType
from typing import Any, Self

from connectors.allegro.answers import Answer, answer_of
from connectors.allegro.budgets import Lane
from connectors.allegro.calls import Call, Payload, prepared
from connectors.allegro.endpoints import Endpoints, validate_user_agent
from connectors.allegro.errors import AllegroError, RateLimited, Unavailable
from connectors.allegro.exchange import Exchange
from connectors.allegro.limiter import RateLimiter
from connectors.allegro.operation import Operation, Retry
from connectors.allegro.operations import OPERATIONS
from connectors.allegro.resources.billing import Billing
from connectors.allegro.resources.catalogue import Catalogue
from connectors.allegro.resources.commands import Commands
from connectors.allegro.resources.dictionaries import Dictionaries
from connectors.allegro.resources.images import Images
from connectors.allegro.resources.offers import Offers
from connectors.allegro.resources.orders import Orders
from connectors.allegro.resources.payments import Payments
from connectors.allegro.resources.refund_claims import RefundClaims
from connectors.allegro.resources.returns import Returns
from connectors.allegro.retries import RetryPolicy
from connectors.allegro.transport import Query, Transport, TransportFailed, WireAnswer
from connectors.allegro.types import Category, CategoryParameter, Marketplace, Me

logger = logging.getLogger("connectors.allegro")

AccessToken = Callable[[bool], str]


class AllegroClient:
    """Allegro's API as one seller sees it.

    ``access_token`` is called before each attempt and gives a token; called with True it must
    give a fresh one, because the last was refused. ``lane`` is the priority in front of shared
    budgets. ``on_exchange`` sees every attempt with its bodies and never a token. Timeouts are in
    seconds. ``last_trace_id`` is that of the latest answer. An instance belongs to one thread;
    use it as a context manager or call ``close()``.

    Raises ValueError for an unacceptable User-Agent.
    """

    def __init__(
        self,
        *,
        endpoints: Endpoints,
        user_agent: str,
        client_id: str,
        access_token: AccessToken,
        limiter: RateLimiter | None = None,
        seller_id: str = "",
        lane: Lane = Lane.SYNC,
        language: str = "en-US",
        correlation_id: Callable[[], str] | None = None,
        on_exchange: Callable[[Exchange], None] | None = None,
        connect_timeout: float = 5.0,
        read_timeout: float = 30.0,
        max_attempts: int = 3,
    ) -> None:
        """Keep what the calls need; opens no connection yet."""
        self._endpoints = endpoints
        self._user_agent = validate_user_agent(user_agent)
        self._client_id = client_id
        self._access_token = access_token
        self._limiter = limiter
        self._seller_id = seller_id
        self._lane = lane
        self._language = language
        self._correlation_id = correlation_id or str
        self._on_exchange = on_exchange
        self._policy = RetryPolicy(max_attempts=max_attempts)
        self._transport = Transport(connect_timeout=connect_timeout, read_timeout=read_timeout)
        self.last_trace_id = ""
        self.catalogue = Catalogue(self)
        self.dictionaries = Dictionaries(self)
        self.offers = Offers(self)
        self.commands = Commands(self)
        self.orders = Orders(self)
        self.returns = Returns(self)
        self.payments = Payments(self)
        self.refund_claims = RefundClaims(self)
        self.billing = Billing(self)
        self.images = Images(self)

    def __enter__(self) -> Self:
        """Give the client itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the connections."""
        self.close()

    def close(self) -> None:
        """Close the pooled connections."""
        self._transport.close()

    def me(self) -> Me:
        """Read the account the token belongs to."""
        return self.catalogue.me()

    def marketplaces(self) -> list[Marketplace]:
        """Read all marketplaces with their currencies."""
        return self.catalogue.marketplaces()

    def categories(self, parent_id: str | None = None) -> list[Category]:
        """Read the children of a category, or the main categories."""
        return self.catalogue.categories(parent_id)

    def category(self, category_id: str) -> Category:
        """Read one category. Raises NotFound."""
        return self.catalogue.category(category_id)

    def category_parameters(self, category_id: str) -> list[CategoryParameter]:
        """Read the parameters offers in a category have. Raises NotFound."""
        return self.catalogue.category_parameters(category_id)

    def request(
        self,
        name: str,
        *,
        path: Mapping[str, str] | None = None,
        query: Query | None = None,
        body: Any = None,
        content: bytes | None = None,
        content_type: str = "",
        cost: int = 1,
    ) -> Answer:
        """Make the call ``name`` of the operation table and give its successful answer.

        ``body`` is sent as JSON, ``content`` as raw bytes. ``cost`` is what the call takes from
        its budget, in requests or in offers. Repeats what may be repeated, sleeps at most a few
        seconds, renews the token once. Raises AllegroError; ValueError for a bad path or query.
        """
        call = prepared(
            OPERATIONS[name],
            Payload(path or {}, query or {}, body, content, content_type, cost),
            endpoints=self._endpoints,
            user_agent=self._user_agent,
            language=self._language,
        )
        started, slept, attempt = time.monotonic(), 0.0, 1
        while True:
            try:
                return self._attempt(call, attempt)
            except AllegroError as error:
                if error.operation != name:
                    raise  # from the token callback, which has its own way of trying again
                elapsed = time.monotonic() - started
                delay = self._policy.delay(error, attempt=attempt, slept=slept, elapsed=elapsed)
                if delay is None:
                    raise
            time.sleep(delay)
            slept += delay
            attempt += 1

    def _attempt(self, call: Call, attempt: int) -> Answer:
        wire = self._sent(call, attempt, fresh=False)
        if wire.status == 401 and not call.renewed:
            call.renewed = True
            wire = self._sent(call, attempt, fresh=True)
        if wire.status == 429 and self._limiter is not None:
            self._limiter.refused(
                client_id=self._client_id,
                seller_id=self._seller_id,
                bucket=call.operation.bucket,
                retry_after=wire.retry_after,
            )
        return answer_of(wire, call.operation, attempt)

    def _sent(self, call: Call, attempt: int, *, fresh: bool) -> WireAnswer:
        token = self._access_token(fresh)
        with self._permit(call):
            try:
                wire = self._transport.send(call.wire(token))
            except TransportFailed as failed:
                self._record(call, attempt, _no_answer(failed), failed.reason)
                raise _unavailable(failed, call.operation, attempt) from None
        self._record(call, attempt, wire)
        return wire

    def _permit(self, call: Call) -> AbstractContextManager[None]:
        if self._limiter is None:
            return nullcontext()
        try:
            return self._limiter.acquire(
                client_id=self._client_id,
                seller_id=self._seller_id,
                bucket=call.operation.bucket,
                lane=self._lane,
                max_wait=self._policy.sleep_budget,
                cost=call.cost,
            )
        except RateLimited as full:
            full.operation = call.operation.name
            raise

    def _record(self, call: Call, attempt: int, wire: WireAnswer, reason: str = "") -> None:
        self.last_trace_id = wire.trace_id
        logger.log(
            logging.INFO if 200 <= wire.status < 400 else logging.WARNING,
            "allegro call",
            extra={
                "operation": call.operation.name,
                "status": wire.status,
                "ms": wire.ms,
                "trace_id": wire.trace_id,
                "attempt": attempt,
                "correlation_id": self._correlation_id(),
                "seller_id": self._seller_id,
                "reason": reason,
            },
        )
        if self._on_exchange is not None:
            self._on_exchange(call.exchange(wire, attempt))


def _no_answer(failed: TransportFailed) -> WireAnswer:
    return WireAnswer(0, {"trace-id": failed.trace_id} if failed.trace_id else {}, b"", failed.ms)


def _unavailable(failed: TransportFailed, operation: Operation, attempt: int) -> Unavailable:
    return Unavailable(
        failed.reason,
        status=failed.status,
        code="timeout" if failed.timed_out else "no_answer",
        trace_id=failed.trace_id,
        outcome_unknown=failed.sent and operation.retry is Retry.ONCE,
        attempts=attempt,
        operation=operation.name,
    )
