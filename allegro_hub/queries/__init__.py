"""Reads of the home page."""

from __future__ import annotations

from allegro_hub.queries.home import home_context

__all__ = ["home_context"]
