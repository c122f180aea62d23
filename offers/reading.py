"""Reading what Allegro shows for many offers at once. No database in the threads."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor

from connectors.allegro import AllegroClient, AllegroError, AuthError, Lane, Unavailable
from settings_app.allegro import client_for
from settings_app.connection import TokenSource
from settings_app.models import Integration

# Of about a dozen connections Allegro bears from us, so that orders can pass.
THREADS = 6
FEW = 4

Shown = int | AllegroError


def read_shown(
    *, integration: Integration, client: AllegroClient, allegro_ids: Sequence[str]
) -> dict[str, Shown]:
    """The available quantity of each offer as Allegro itself says, or why it could not be read.

    A refused token, a used-up budget or an account that does not work ends the reading: offers not
    read by then carry the same error.
    """
    if len(allegro_ids) <= FEW:
        return _read_all(client, allegro_ids)
    try:
        token = TokenSource(integration_id=integration.pk)(fresh=False)
    except AllegroError as error:
        return dict.fromkeys(allegro_ids, error)
    shares = [allegro_ids[at::THREADS] for at in range(THREADS)]
    with ThreadPoolExecutor(max_workers=THREADS) as pool:
        parts = pool.map(lambda share: _read_share(integration, token, share), shares)
        found = {key: shown for part in parts for key, shown in part.items()}
    refused = [key for key, shown in found.items() if isinstance(shown, AuthError)]
    # The client of this thread may renew the token; those of the pool must not touch the database.
    return found | _read_all(client, refused)


def _read_share(integration: Integration, token: str, share: Iterable[str]) -> dict[str, Shown]:
    def fixed(fresh: bool) -> str:
        if fresh:
            raise AuthError("the token was refused")
        return token

    client = client_for(
        environment=integration.environment,
        access_token=fixed,
        seller_id=integration.seller_id,
        lane=Lane.STOCK,
    )
    with client:
        return _read_all(client, share)


def _read_all(client: AllegroClient, allegro_ids: Iterable[str]) -> dict[str, Shown]:
    found: dict[str, Shown] = {}
    ending: AllegroError | None = None
    for allegro_id in allegro_ids:
        shown = ending or _read(client, allegro_id)
        if isinstance(shown, AllegroError) and is_for_all(shown):
            ending = shown
        found[allegro_id] = shown
    return found


def is_for_all(error: AllegroError) -> bool:
    """Whether an error is about the account or the moment, and not about one offer."""
    return isinstance(error, AuthError) or error.retry_after is not None


def _read(client: AllegroClient, allegro_id: str) -> Shown:
    try:
        stock = client.offers.parts(allegro_id, include=("stock",)).get("stock")
    except AllegroError as error:
        return error
    available = stock.get("available") if isinstance(stock, dict) else None
    # A number beyond what a column holds would stop everything that is written along with it.
    if isinstance(available, bool) or not isinstance(available, int) or not 0 <= available < 2**31:
        return Unavailable("no stock in the answer", code="unusable_answer")
    return available
