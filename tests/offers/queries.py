"""How many queries a request takes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext


def queries_of(request: Callable[[], Any]) -> int:
    """The number of queries of a request that must succeed; it is made once before, to warm up."""
    assert request().status_code == 200
    with CaptureQueriesContext(connection) as captured:
        assert request().status_code == 200
    return len(captured)
