"""The main job on the whole product, at size and under faults, from first to last."""

from __future__ import annotations

import random
import time
import traceback
from collections.abc import Callable

from launcher.errors import Stopped
from tests.measures import Result, Results, measure
from tests.soak import wish
from tests.soak.harm import survived
from tests.soak.keys import rotated
from tests.soak.product import running_product
from tests.soak.pulls import again, arrive
from tests.soak.purchases import lived
from tests.soak.scene import Scene

PHASES: dict[str, Callable[[Scene], Results]] = {
    "arrival": arrive,
    "again": again,
    "keys": rotated,
    "harm": survived,
    "purchases": lived,
}
LASTS = 720


@measure("the whole product")
def everything() -> Results:
    """All phases on one running product; one that breaks off is a row that fails, and the next begins."""
    results: Results = {}
    started = time.monotonic()
    with running_product() as product:
        scene = Scene(product, random.Random(wish("SEED", 1)))
        for name, phase in PHASES.items():
            print(f"{time.monotonic() - started:5.0f} s  {name}", flush=True)
            try:
                results |= phase(scene)
            except Stopped:
                raise
            except Exception:  # noqa: BLE001 -- what the other phases find is worth knowing too
                traceback.print_exc()
                results[f"{name}: reached its end"] = Result(0, 1, 1.0, "")
    took = time.monotonic() - started
    return results | {"soak: seconds altogether": Result(took, LASTS, 1.0, "s", at_most=True)}
