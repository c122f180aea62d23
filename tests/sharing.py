"""How tests are shared among workers (`pytest -n`); loaded as a plugin by ``conftest.py``.

Browser tests share one running product, which takes its time to start, so one worker gets all of
them. xdist has a mark for this (``--dist loadgroup``), but it renames tests in a way that pytest 9.2
no longer knows.
"""

from __future__ import annotations

from typing import Any

import pytest

TOGETHER = ("tests/browser/",)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Every test goes to whoever is free, those of a directory above to one worker."""
    if config.getvalue("dist") != "load":
        return None
    from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]

    class Sharing(LoadScopeScheduling):  # type: ignore[misc, unused-ignore]
        def _split_scope(self, nodeid: str) -> str:
            return next((path for path in TOGETHER if nodeid.startswith(path)), nodeid)

    return Sharing(config, log)
