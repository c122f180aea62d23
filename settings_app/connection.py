"""The way to Allegro for one integration; every app that calls Allegro starts here."""

from __future__ import annotations

from settings_app.operations.access import TokenSource, allegro_client
from settings_app.operations.health import NeedsReauth, NotWorking

__all__ = ["NeedsReauth", "NotWorking", "TokenSource", "allegro_client"]
