"""Long runs of the whole product under faults: `make soak`. One module per run, each a ``@measure``.

SOAK_OFFERS (20000), SOAK_ORDERS (5000) and SOAK_ROWS (20000) size it, SOAK_PURCHASES (100) are bought
live within SOAK_PURCHASE_SECONDS (75), the worker is killed for SOAK_KILL_SECONDS (100), and SOAK_SEED
(1) draws the moments. ``storm`` and ``publishing`` name sizes of their own.
"""

from __future__ import annotations

import os


def wish(name: str, usual: int) -> int:
    """A size of this run, from the environment."""
    return int(os.environ.get(f"SOAK_{name}") or usual)
