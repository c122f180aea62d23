"""Many orders read again at once: parallel questions to Allegro, one recording for what came back."""

from __future__ import annotations

import contextvars
import queue
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from django.utils import timezone

from connectors.allegro import AllegroClient, AllegroError, AuthError, Lane, NotFound
from connectors.allegro.types import CheckoutForm
from settings_app.allegro import client_for
from settings_app.connection import TokenSource
from settings_app.models import Integration

# Allegro bears about 20 sessions of an application; the rest stays free for people and stock.
CONNECTIONS = 10


class TokenStale(AuthError):
    """The token was refused in a thread that may not renew it; the owner of the reader does."""

    retryable = True


@dataclass(frozen=True, slots=True)
class FormRead:
    """What came of asking for one checkout form: the form, an error, or neither when it is gone.

    ``asked_at`` is the moment before the question, which is as of when the form counts.
    """

    form_id: str
    asked_at: datetime
    form: CheckoutForm | None = None
    error: Exception | None = None
    trace_id: str = ""

    @property
    def is_gone(self) -> bool:
        """Whether Allegro no longer has the form."""
        return self.form is None and self.error is None


class FormReader:
    """Reads checkout forms of one account over several connections; use it as a context manager.

    Threads only talk to Allegro: the database, and with it the token and its renewal, stays with the
    thread that owns the reader. Budgets are kept by the shared limiter as for any other call.
    Raises :class:`~settings_app.allegro.NotConfigured` when made.
    """

    def __init__(
        self, *, integration: Integration, lane: Lane, connections: int = CONNECTIONS
    ) -> None:
        self._integration = integration
        self._tokens = TokenSource(integration_id=integration.pk)
        self._token = ""
        self._stopped = False
        self._clients = [self._client(lane) for _number in range(connections)]
        self._free: queue.SimpleQueue[AllegroClient] = queue.SimpleQueue()
        for client in self._clients:
            self._free.put(client)
        self._threads = ThreadPoolExecutor(connections, thread_name_prefix="forms")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._threads.shutdown(wait=True, cancel_futures=True)
        for client in self._clients:
            client.close()

    def read(self, form_ids: Iterable[str]) -> Iterator[FormRead]:
        """Ask for all the forms at once and give each answer as it comes, in no order.

        A refused token is renewed once and its forms are asked for again. Raises AllegroError when
        there is no token to ask with. Errors of single forms are in their answers.
        """
        self._stopped = False
        self._token = self._tokens(fresh=False)
        stale: list[str] = []
        for one in self._answers(form_ids):
            if isinstance(one.error, TokenStale):
                stale.append(one.form_id)
            else:
                yield one
        if stale and not self._stopped:
            self._token = self._tokens(fresh=True)
            yield from self._answers(stale)

    def stop(self) -> None:
        """Ask for nothing more of what :meth:`read` has not begun; those come with no answer at all."""
        self._stopped = True

    def _answers(self, form_ids: Iterable[str]) -> Iterator[FormRead]:
        futures: list[Future[FormRead | None]] = [
            self._threads.submit(contextvars.copy_context().run, self._ask, form_id)
            for form_id in form_ids
        ]
        for future in as_completed(futures):
            answer = future.result()
            if answer is not None:
                yield answer

    def _ask(self, form_id: str) -> FormRead | None:
        if self._stopped:
            return None
        client, asked_at = self._free.get(), timezone.now()
        try:
            form = client.orders.checkout_form(form_id)
            return FormRead(form_id, asked_at, form=form, trace_id=client.last_trace_id)
        except NotFound as gone:
            return FormRead(form_id, asked_at, trace_id=gone.trace_id)
        except AllegroError as error:
            return FormRead(form_id, asked_at, error=error, trace_id=error.trace_id)
        finally:
            self._free.put(client)

    def _client(self, lane: Lane) -> AllegroClient:
        return client_for(
            environment=self._integration.environment,
            access_token=self._given_token,
            seller_id=self._integration.seller_id,
            lane=lane,
        )

    def _given_token(self, fresh: bool) -> str:
        if fresh:
            raise TokenStale("the token was refused")
        return self._token
