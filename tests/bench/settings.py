"""The product's settings with :mod:`tests.bench.urls`."""

from __future__ import annotations

from allegro_hub.settings import *  # noqa: F403 -- settings are made to be extended like this

ROOT_URLCONF = "tests.bench.urls"
