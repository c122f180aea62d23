"""Real starts on real processes; each test has a checkout of its own."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from launcher.places import RunDirectory
from tests.launcher.checkout import Checkout

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


@pytest.fixture
def checkout() -> Iterator[Checkout]:
    """As root a checkout nobody else can enter (like one below /root); short enough for sockets."""
    directory = Path(tempfile.mkdtemp(prefix="c-", dir="/tmp"))
    yield from made(directory)


@pytest.fixture
def open_checkout() -> Iterator[Checkout]:
    """A checkout every user can pass through."""
    directory = Path(tempfile.mkdtemp(prefix="c-", dir="/tmp"))
    directory.chmod(0o755)
    yield from made(directory)


def made(directory: Path) -> Iterator[Checkout]:
    yield Checkout(directory / "hub")
    for lock in list(directory.glob("**/.run/*/lock")):
        RunDirectory(lock.parent).remove()
    shutil.rmtree(directory)


@pytest.fixture
def needs_root() -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can become somebody else")
