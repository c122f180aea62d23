from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from tests.allegro_description import Description
from tests.sandbox_server import PUBLIC, USER_AGENT, SandboxServer

BETA = "application/vnd.allegro.beta.v1+json"


class Api:
    """A plain API client for one seller; every exchange is judged by the description."""

    def __init__(self, server: SandboxServer, login: str, description: Description | None) -> None:
        self.server = server
        self.login = login
        self.description = description
        self.tokens = server.tokens(login)
        self.session = requests.Session()
        self.session.trust_env = False

    def __call__(
        self,
        method: str,
        path: str,
        *,
        query: Any = None,
        json: Any = None,
        data: bytes | None = None,
        media: str = PUBLIC,
        headers: dict[str, str] | None = None,
    ) -> requests.Response:
        sent = {
            "Authorization": f"Bearer {self.tokens['access_token']}",
            "Accept": media,
            "User-Agent": USER_AGENT,
            **({"Content-Type": media} if json is not None else {}),
            **(headers or {}),
        }
        response = self.session.request(
            method,
            f"{self.server.base_url}{path}",
            params=query,
            json=json,
            data=data,
            headers=sent,
            timeout=10,
            allow_redirects=False,
        )
        if self.description is not None:
            self.description.check_request(method, path, query, sent, data or json)
            self.description.check_response(
                method, path, response.status_code, response.headers, response.content
            )
        return response


def ready_offer(api: Api, **more: Any) -> dict[str, Any]:
    """A body for POST /sale/product-offers that lacks nothing, with the seller's own settings."""

    def first(path: str, name: str) -> dict[str, Any]:
        return {"id": api("GET", path).json()[name][0]["id"]}

    conditions = "/after-sales-service-conditions"
    element = {
        "product": {"id": "5901234123457", "idType": "GTIN"},
        "quantity": {"value": 1},
        "responsibleProducer": {
            "type": "ID",
            **first("/sale/responsible-producers", "responsibleProducers"),
        },
        "safetyInformation": {"type": "TEXT", "description": "Nie dla dzieci poniżej 3 lat."},
        "marketedBeforeGPSRObligation": False,
    }
    return {
        "productSet": [element],
        "name": "Kubek termiczny czerwony 500 ml",
        "category": {"id": "257931"},
        "external": {"id": "SKU-READY"},
        "sellingMode": {"format": "BUY_NOW", "price": {"amount": "123.45", "currency": "PLN"}},
        "stock": {"available": 10, "unit": "UNIT"},
        "publication": {"status": "ACTIVE"},
        "delivery": {"shippingRates": first("/sale/shipping-rates", "shippingRates")},
        "afterSalesServices": {
            "returnPolicy": first(f"{conditions}/return-policies", "returnPolicies"),
            "impliedWarranty": first(f"{conditions}/implied-warranties", "impliedWarranties"),
        },
        "images": ["https://img.example/1.jpg"],
        "parameters": [{"id": "11323", "valuesIds": ["11323_1"]}],
        **more,
    }


@pytest.fixture
def login(sandbox: SandboxServer) -> str:
    return sandbox.sellers()[0]


@pytest.fixture
def api(sandbox: SandboxServer, login: str) -> Iterator[Api]:
    """The first seller's API, without judgement; it works where the description is absent."""
    client = Api(sandbox, login, None)
    yield client
    client.session.close()


@pytest.fixture
def judged(sandbox: SandboxServer, login: str) -> Iterator[Api]:
    """The first seller's API, every request and answer judged by the description."""
    client = Api(sandbox, login, Description.load())
    yield client
    client.session.close()
