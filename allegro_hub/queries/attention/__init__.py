"""What needs a person now, from every room of the house."""

from __future__ import annotations

from allegro_hub.queries.attention.needs import what_needs_you

__all__ = ["what_needs_you"]
