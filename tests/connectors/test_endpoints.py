from __future__ import annotations

import pytest

from connectors.allegro import Endpoints, validate_user_agent


@pytest.mark.parametrize(
    "value",
    ["Allegro-Hub/1.0.0 (+https://hub.example/about)", "Hub/2 (+http://localhost:8000)",
     "my.app_1/10.2.3-rc1 (+https://x.example/a/b?c=d)"],
)  # fmt: skip
def test_a_proper_user_agent_passes_unchanged(value: str) -> None:
    assert validate_user_agent(value) == value


@pytest.mark.parametrize(
    "value",
    ["", "node", "Allegro Hub/1.0 (+https://x)", "Hub/1.0", "Hub/x (+https://x)", "Hub/1.0 (https://x)",
     "Hub/1.0 (+ftp://x)", "Hub/1.0 (+https://x) extra", "Hub/1.0 (+https://x)\r\nX: y",
     "Łódź/1.0 (+https://x)"],
)  # fmt: skip
def test_another_user_agent_is_refused_with_the_rule(value: str) -> None:
    with pytest.raises(ValueError, match="must look like"):
        validate_user_agent(value)


def test_trailing_slashes_do_not_matter() -> None:
    made = Endpoints("https://a.example/", "https://b.example/auth/oauth/", "https://c.example")
    assert (made.api, made.auth) == ("https://a.example", "https://b.example/auth/oauth")


@pytest.mark.parametrize(
    "near", ["http://127.0.0.1:8100", "http://localhost:1", "http://sandbox:8100"]
)
def test_plain_http_is_fine_nearby(near: str) -> None:
    assert Endpoints(near, near, near).api == near


@pytest.mark.parametrize(
    "bad",
    ["http://api.allegro.pl", "http://10.0.0.5", "ftp://x", "api.allegro.pl", "", "https://u:p@x.example",
     "https://x.example/?a=1"],
)  # fmt: skip
def test_an_unsafe_or_broken_address_is_refused(bad: str) -> None:
    with pytest.raises(ValueError, match="Allegro api address"):
        Endpoints(bad, "https://x.example", "https://x.example")


def test_the_known_environments() -> None:
    assert Endpoints.production().auth == "https://allegro.pl/auth/oauth"
    assert Endpoints.sandbox().upload == "https://upload.allegro.pl.allegrosandbox.pl"
