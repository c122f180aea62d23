"""Routes that answer with and without a trailing slash."""

from __future__ import annotations

import re
from typing import Any

from django.urls import URLPattern, re_path

_PARAMETER = re.compile(r"<(?:(?P<kind>int|str|uuid):)?(?P<name>\w+)>")
_KINDS = {"int": r"[0-9]{1,18}", "str": r"[^/]+", "uuid": r"[0-9a-fA-F-]{36}"}


def route(pattern: str, view: Any, name: str) -> URLPattern:
    """Like ``path()``, with an optional trailing slash; write the pattern without one.

    ``<int:x>`` reaches the view as text of digits: views pass it to a query, which converts it.
    """

    def group(match: re.Match[str]) -> str:
        return f"(?P<{match['name']}>{_KINDS[match['kind'] or 'str']})"

    found: URLPattern = re_path(f"^{_PARAMETER.sub(group, pattern)}/?$", view, name=name)
    return found
