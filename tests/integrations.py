"""Connecting accounts of the running sandbox the way a person does: consent page, real tokens."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

import pytest
import requests

CLIENT_ID = "allegro-hub-demo"
CLIENT_SECRET = "allegro-hub-demo-secret"


@pytest.fixture
def allegro(sandbox: Any, settings: Any) -> Any:
    """The running sandbox, with this installation's sandbox environment pointing at it."""
    from settings_app.allegro import configured_environments

    base = address_of(sandbox)
    settings.ALLEGRO_ENVIRONMENTS = {
        **settings.ALLEGRO_ENVIRONMENTS,
        "sandbox": {
            "client_id": getattr(sandbox, "client_id", CLIENT_ID),
            "client_secret": getattr(sandbox, "client_secret", CLIENT_SECRET),
            "api": base,
            "auth": f"{base}/auth/oauth",
            "upload": base,
        },
    }
    assert configured_environments()
    return sandbox


def address_of(sandbox: Any) -> str:
    """The base address of a sandbox fixture."""
    return str(sandbox.url).rstrip("/")


def connect(
    *,
    organization: Any,
    user: Any,
    sandbox: Any,
    login: str,
    label: str = "",
    integration: Any = None,
    expected_login: str = "",
) -> Any:
    """Connect the sandbox's seller ``login`` through the consent page; returns the integration.

    Needs the fixture :func:`allegro`.
    """
    from django.utils import timezone

    from settings_app.operations import complete_oauth, start_oauth

    url = start_oauth(
        organization=organization,
        user=user,
        environment="sandbox",
        label=label or login,
        expected_login=expected_login,
        integration=integration,
        now=timezone.now(),
    )
    answer = consent(url, login=login)
    return complete_oauth(
        organization=organization, user=user, now=timezone.now(), **answer
    ).integration


def consent(url: str, *, login: str, allow: bool = True) -> dict[str, str]:
    """Walk the consent page as ``login``; returns what the browser would bring back to the hub."""
    with requests.Session() as browser:
        back = _walk(browser, url, {"login": login}, "allow" if allow else "deny")
    query = parse_qs(urlsplit(back).query)
    return {name: query[name][0] for name in ("state", "code", "error") if name in query}


class _Page(HTMLParser):
    """The first form of a page: where it goes, what it holds, which buttons it has."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.action = ""
        self.fields: dict[str, str] = {}
        self.choices: dict[str, list[str]] = {}
        self.buttons: list[tuple[str, str]] = []
        self._select = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name, value = given.get("name", ""), given.get("value", "")
        kind = given.get("type", "submit" if tag == "button" else "text")
        if tag == "form":
            self.action = given.get("action", "")
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select:
            self.choices.setdefault(self._select, []).append(value)
        elif tag in ("button", "input") and kind == "submit" and name:
            self.buttons.append((name, value))
        elif tag == "input" and kind == "radio":
            self.choices.setdefault(name, []).append(value)
        elif tag == "input" and name:
            self.fields[name] = value


def _walk(browser: requests.Session, url: str, answers: dict[str, str], decision: str) -> str:
    """Follow pages and forms until one sends the browser to another site; returns that address."""
    home = urlsplit(url).netloc
    answer = browser.get(url, allow_redirects=False, timeout=10)
    for _step in range(8):
        while answer.is_redirect:
            target = urljoin(answer.url, answer.headers["Location"])
            if urlsplit(target).netloc != home:
                return target
            answer = browser.get(target, allow_redirects=False, timeout=10)
        assert answer.status_code == 200, f"{answer.status_code}: {answer.text[:300]}"
        page = _Page(answer.text)
        form = {**page.fields, **{name: answers[name] for name in page.choices if name in answers}}
        form |= {name: value for name, value in answers.items() if name in page.fields}
        form |= dict(button for button in page.buttons if decision in button)
        answer = browser.post(
            urljoin(answer.url, page.action), data=form, allow_redirects=False, timeout=10
        )
    raise AssertionError("the consent page never sent the browser back")


def confirm_device(authorization: Any, *, login: str, allow: bool = True) -> None:
    """Confirm (or deny) a device code on the page that Allegro shows for it."""
    with requests.Session() as browser:
        shown = browser.get(authorization.verification_uri_complete, timeout=10)
        page = _Page(shown.text)
        decision = "allow" if allow else "deny"
        form = {**page.fields, "login": login}
        form |= dict(button for button in page.buttons if decision in button)
        answer = browser.post(urljoin(shown.url, page.action), data=form, timeout=10)
        assert answer.status_code == 200, answer.text[:300]
