"""Where Allegro lives, and how we introduce ourselves there."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from typing import Self
from urllib.parse import urlsplit

# allegro-api#13126: Name/version (+address); the name as registered, no spaces, no Polish letters.
_USER_AGENT = re.compile(
    r"[A-Za-z0-9][A-Za-z0-9._-]*/\d+(?:\.\d+)*(?:[A-Za-z0-9.+-]*) \(\+https?://[^\s()/]+(?:/[^\s()]*)?\)"
)


def validate_user_agent(value: str) -> str:
    """Return the User-Agent unchanged, or raise ValueError naming the rule it breaks.

    Allegro refuses other forms since 2026-07-01 and blocks applications that keep sending them
    (allegro-api#13126, allegro-api#13689), so a wrong one must stop the start, not a call.
    """
    if not _USER_AGENT.fullmatch(value):
        raise ValueError(
            "The User-Agent for Allegro must look like Name/1.2.3 (+https://your.site/about-app), "
            f"the name as registered with Allegro and without spaces; got {value!r}."
        )
    return value


@dataclass(frozen=True)
class Endpoints:
    """Base addresses of one Allegro environment, without trailing slash.

    ``auth`` ends in ``/auth/oauth``. Plain HTTP is accepted only for this machine and for
    dotless names (a container beside ours): a token must not cross a network in the clear.
    """

    api: str
    auth: str
    upload: str

    def __post_init__(self) -> None:
        """Normalise the addresses and refuse unsafe ones with ValueError."""
        for name in ("api", "auth", "upload"):
            object.__setattr__(self, name, _checked(name, getattr(self, name)))

    @classmethod
    def production(cls) -> Self:
        """Allegro itself; one host serves every marketplace (allegro-api#11084)."""
        return cls(
            "https://api.allegro.pl", "https://allegro.pl/auth/oauth", "https://upload.allegro.pl"
        )

    @classmethod
    def sandbox(cls) -> Self:
        """Allegro's public sandbox, with its own accounts, applications and tokens."""
        return cls(
            "https://api.allegro.pl.allegrosandbox.pl",
            "https://allegro.pl.allegrosandbox.pl/auth/oauth",
            "https://upload.allegro.pl.allegrosandbox.pl",
        )


def _checked(name: str, value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError(f"The Allegro {name} address must be an http(s) URL, got {value!r}.")
    if parts.query or parts.fragment or parts.username or parts.password:
        raise ValueError(f"The Allegro {name} address must be a bare base URL.")
    if parts.scheme == "http" and not _is_near(parts.hostname):
        raise ValueError(f"The Allegro {name} address must use https, got {value!r}.")
    return value.rstrip("/")


def _is_near(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return "." not in host
