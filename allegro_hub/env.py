"""Reading the environment: every variable in one place, the missing ones named all at once."""

from __future__ import annotations

from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

DEVELOPMENT, PRODUCTION, TEST = "development", "production", "test"


class Environment:
    """The process environment. ``required`` values are collected and checked by :meth:`verify`."""

    def __init__(self) -> None:
        self._env = environ.Env()
        self.name = self._env.str("HUB_ENV", default=PRODUCTION)
        self._missing: list[str] = []
        if self.name not in (DEVELOPMENT, PRODUCTION, TEST):
            raise ImproperlyConfigured(
                f"HUB_ENV is {self.name!r}; use {DEVELOPMENT}, {TEST} or {PRODUCTION}"
            )

    @property
    def is_production(self) -> bool:
        return self.name == PRODUCTION

    def text(self, name: str, default: str = "") -> str:
        return str(self._env.str(name, default=default))

    def required(self, name: str) -> str:
        """A value without which nothing may start; there is no default anywhere."""
        value = self.text(name)
        if not value:
            self._missing.append(name)
        return value

    def flag(self, name: str, default: bool = False) -> bool:
        return bool(self._env.bool(name, default=default))

    def number(self, name: str, default: int) -> int:
        return int(self._env.int(name, default=default))

    def words(self, name: str, default: str = "") -> list[str]:
        return [word.strip() for word in self.text(name, default).split(",") if word.strip()]

    def database(self, name: str) -> dict[str, Any]:
        url = self.required(name)
        return dict(self._env.db_url_config(url)) if url else {}

    def redis(self, name: str) -> str:
        """A Valkey/Redis URL; each test process gets a database number of its own."""
        url = self.required(name)
        if self.name != TEST or not url:
            return url
        worker = int(self.text("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
        number = self.number("HUB_TEST_REDIS_DB", 0) + 16 * (1 + worker)
        return f"{url.rpartition('/')[0]}/{number}"

    def http_address(self, name: str) -> str:
        """An address the product calls, or nothing; only the operator sets it, never a tenant."""
        url = self.text(name)
        if url and not url.startswith(("https://", "http://")):
            raise ImproperlyConfigured(f"{name} is {url!r}; it must begin with https:// or http://")
        return url

    def verify(self) -> None:
        """Raise one error that names every missing variable."""
        if self._missing:
            names = ", ".join(self._missing)
            raise ImproperlyConfigured(
                f"missing environment variables: {names}. "
                "Set them (see .env.example for what each one means) and start again."
            )
