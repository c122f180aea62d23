"""Reading what Allegro shows for many offers at once. No database in the threads."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from connectors.allegro import AllegroClient, AllegroError, AuthError, Lane, Unavailable
from settings_app.allegro import client_for
from settings_app.connection import TokenSource
from settings_app.models import Integration

# Of about a dozen connections Allegro bears from us, so that orders can pass.
THREADS = 6
FEW = 4

Answer = TypeVar("Answer")
Shown = int | AllegroError


def read_shown(
    *, integration: Integration, client: AllegroClient, allegro_ids: Sequence[str]
) -> dict[str, Shown]:
    """The available quantity of each offer as Allegro itself says, or why it could not be read."""
    return read_each(
        integration=integration,
        client=client,
        allegro_ids=allegro_ids,
        read=_available,
        lane=Lane.STOCK,
    )


def read_each(
    *,
    integration: Integration,
    client: AllegroClient,
    allegro_ids: Sequence[str],
    read: Callable[[AllegroClient, str], Answer],
    lane: Lane,
) -> dict[str, Answer | AllegroError]:
    """``read`` of each offer, several at a time, or why it could not be read.

    ``read`` must not touch the database. A refused token, a used-up budget or an account that does
    not work ends the reading: offers not read by then carry the same error.
    """
    if len(allegro_ids) <= FEW:
        return _read_all(client, allegro_ids, read)
    try:
        token = TokenSource(integration_id=integration.pk)(fresh=False)
    except AllegroError as error:
        return dict.fromkeys(allegro_ids, error)
    shares = [allegro_ids[at::THREADS] for at in range(THREADS)]
    with ThreadPoolExecutor(max_workers=THREADS) as pool:
        parts = pool.map(lambda share: _read_share(integration, token, share, read, lane), shares)
        found = {key: shown for part in parts for key, shown in part.items()}
    refused = [key for key, shown in found.items() if isinstance(shown, AuthError)]
    # The client of this thread may renew the token; those of the pool must not touch the database.
    return found | _read_all(client, refused, read)


def _read_share(
    integration: Integration,
    token: str,
    share: Iterable[str],
    read: Callable[[AllegroClient, str], Answer],
    lane: Lane,
) -> dict[str, Answer | AllegroError]:
    def fixed(fresh: bool) -> str:
        if fresh:
            raise AuthError("the token was refused")
        return token

    client = client_for(
        environment=integration.environment,
        access_token=fixed,
        seller_id=integration.seller_id,
        lane=lane,
    )
    with client:
        return _read_all(client, share, read)


def _read_all(
    client: AllegroClient,
    allegro_ids: Iterable[str],
    read: Callable[[AllegroClient, str], Answer],
) -> dict[str, Answer | AllegroError]:
    found: dict[str, Answer | AllegroError] = {}
    ending: AllegroError | None = None
    for allegro_id in allegro_ids:
        shown: Answer | AllegroError
        shown = ending if ending is not None else _read(client, allegro_id, read)
        if isinstance(shown, AllegroError) and is_for_all(shown):
            ending = shown
        found[allegro_id] = shown
    return found


def _read(
    client: AllegroClient, allegro_id: str, read: Callable[[AllegroClient, str], Answer]
) -> Answer | AllegroError:
    try:
        return read(client, allegro_id)
    except AllegroError as error:
        return error


def is_for_all(error: AllegroError) -> bool:
    """Whether an error is about the account or the moment, and not about one offer."""
    return isinstance(error, AuthError) or error.retry_after is not None


def _available(client: AllegroClient, allegro_id: str) -> Shown:
    stock = client.offers.parts(allegro_id, include=("stock",)).get("stock")
    available = stock.get("available") if isinstance(stock, dict) else None
    # A number beyond what a column holds would stop everything that is written along with it.
    if isinstance(available, bool) or not isinstance(available, int) or not 0 <= available < 2**31:
        return Unavailable("no stock in the answer", code="unusable_answer")
    return available
