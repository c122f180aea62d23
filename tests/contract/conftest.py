"""A running sandbox, sellers on it, and Allegro's description as the judge of every exchange."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
import requests

from connectors.allegro import (
    SCOPES,
    AllegroClient,
    AllegroOAuth,
    Endpoints,
    Exchange,
    TokenPair,
    pkce_pair,
)
from tests.allegro_description import Description
from tests.contract.cases import World
from tests.sandbox_server import (
    CLIENT_ID,
    CLIENT_SECRET,
    REDIRECT_URI,
    USER_AGENT,
    SandboxServer,
)

BACK = REDIRECT_URI


@pytest.fixture(scope="session")
def running() -> Iterator[SandboxServer]:
    """One sandbox for all contract tests; each test takes a seller of its own."""
    with SandboxServer(sellers=1, offers=3, orders=0) as sandbox:
        yield sandbox


class Hand:
    """Moves the sandbox through its control API."""

    def __init__(self, server: SandboxServer) -> None:
        self._server = server

    def __call__(self, method: str, path: str, **body: Any) -> Any:
        return self._server.control(method, path, body)


@pytest.fixture
def hand(running: SandboxServer) -> Iterator[Hand]:
    made = Hand(running)
    yield made
    made("DELETE", "/faults")


@pytest.fixture
def endpoints(running: SandboxServer) -> Endpoints:
    return Endpoints(running.url, f"{running.url}/auth/oauth", running.url)


@pytest.fixture
def oauth(endpoints: Endpoints) -> AllegroOAuth:
    return AllegroOAuth(
        endpoints=endpoints,
        client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET,
        user_agent=USER_AGENT,
    )


@pytest.fixture
def seller(hand: Hand) -> dict[str, Any]:
    """A seller of this test alone, with a few offers."""
    found: dict[str, Any] = hand("POST", "/sellers", login=f"s-{uuid4().hex[:10]}", offers=6)
    return found


def consent(oauth: AllegroOAuth, login: str, *, challenge: str, state: str = "s") -> str:
    """What the seller's browser does on the consent page; gives the code."""
    address = oauth.authorization_url(
        redirect_uri=BACK, state=state, code_challenge=challenge, scopes=SCOPES
    )
    assert requests.get(address, timeout=10).ok
    form = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    answer = requests.post(
        address.partition("?")[0],
        data={**form, "login": login, "decision": "allow"},
        allow_redirects=False,
        timeout=10,
    )
    sent_back = parse_qs(urlsplit(answer.headers["Location"]).query)
    assert sent_back["state"] == [state]
    return sent_back["code"][0]


@pytest.fixture
def tokens(oauth: AllegroOAuth, seller: dict[str, Any]) -> TokenPair:
    verifier, challenge = pkce_pair()
    code = consent(oauth, seller["login"], challenge=challenge)
    return oauth.exchange_code(code=code, redirect_uri=BACK, code_verifier=verifier)


@pytest.fixture
def exchanges() -> Iterator[list[Exchange]]:
    """Every exchange of the test; all of them are judged at its end."""
    seen: list[Exchange] = []
    yield seen
    for exchange in seen:
        judge(exchange)


def judge(exchange: Exchange) -> None:
    """Hold one exchange against Allegro's description."""
    description = Description.load()
    description.check_request(
        exchange.method,
        exchange.path,
        exchange.query,
        exchange.request_headers,
        exchange.request_body,
    )
    if exchange.status:
        description.check_response(
            exchange.method,
            exchange.path,
            exchange.status,
            exchange.response_headers,
            exchange.response_body,
        )


ClientOf = Callable[..., AllegroClient]


@pytest.fixture
def client_of(
    endpoints: Endpoints, seller: dict[str, Any], tokens: TokenPair
) -> Iterator[ClientOf]:
    """Make clients of the test's seller."""
    made: list[AllegroClient] = []

    def make(**settings: Any) -> AllegroClient:
        given: dict[str, Any] = {
            "endpoints": endpoints,
            "user_agent": USER_AGENT,
            "client_id": CLIENT_ID,
            "access_token": lambda refused: tokens.access_token,
            "seller_id": seller["id"],
            "connect_timeout": 5.0,
            "read_timeout": 10.0,
        }
        made.append(AllegroClient(**{**given, **settings}))
        return made[-1]

    yield make
    for client in made:
        client.close()


@pytest.fixture
def world(
    hand: Hand, seller: dict[str, Any], client_of: ClientOf, exchanges: list[Exchange]
) -> World:
    login = seller["login"]

    def buy(lines: dict[str, int]) -> str:
        wanted = [{"offerId": offer, "quantity": count} for offer, count in lines.items()]
        bought = hand("POST", "/purchases", seller=login, lines=wanted, pay=True)
        return str(bought["checkoutFormId"])

    def return_of(form_id: str) -> str:
        return str(hand("POST", f"/orders/{form_id}/return")["id"])

    return World(
        client=client_of(on_exchange=exchanges.append),
        buy=buy,
        return_of=return_of,
        offer_ids=_buyable(hand, login),
    )


def _buyable(hand: Hand, login: str) -> list[str]:
    offers = hand("GET", f"/sellers/{login}")["offers"]
    return [one["id"] for one in offers if one["status"] == "ACTIVE" and one["available"] >= 2]
