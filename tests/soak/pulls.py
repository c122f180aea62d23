"""Everything arrives in peace: a catalogue from a file, then 20,000 offers and 5,000 orders, twice."""

from __future__ import annotations

import time
from typing import Any

from tests.measures import Result, Results
from tests.soak import checks, wish
from tests.soak.scene import FIRST, Scene

KINDS = {"offers": "PULL_OFFERS", "orders": "PULL_ORDERS"}
UNNAMED = "SELECT count(*) FROM offers_offer WHERE integration_id = %s AND external_id = ''"
DONE = (
    "SELECT count(*) FROM syncs_syncrun WHERE integration_id = %s AND kind = %s AND state = 'DONE'"
)
LISTING_PAGE, ORDERS_PAGE = 1000, 100
LISTING_OVERLAP, ORDERS_OVERLAP = 20, 5


def arrive(scene: Scene) -> Results:
    """A new seller is connected; offers find their products, open orders their stock."""
    scene.new_seller(FIRST)
    results = imported(scene)
    since = time.time()
    started = time.monotonic()
    account = scene.connect(FIRST)
    seen: dict[str, set[Any]] = {kind: set() for kind in KINDS.values()}
    took: dict[str, float] = {}
    for name, kind in KINDS.items():

        def shown(kind: str = kind) -> tuple[Any, ...]:
            for other in KINDS.values():
                note(scene, account, other, seen[other])
            return note(scene, account, kind, seen[kind])

        scene.product.wait(lambda: shown()[0] == "DONE", seconds=400, what=f"{kind} done")
        took[name] = time.monotonic() - started
    routes = scene.product.control("GET", f"requests?since={since}")["bySellerAndRoute"][FIRST]
    scene.calm(180)
    results |= pulled(scene, account, seen, took, routes)
    return results | scene.compared("arrival")


def imported(scene: Scene) -> Results:
    started = time.monotonic()
    job = scene.upload()
    stages: set[Any] = set()
    for stage in ("PREVIEW", "APPLIED"):
        scene.product.wait(
            lambda stage=stage: import_shown(scene, job, stages) == stage,  # type: ignore[misc]
            seconds=180,
            what=f"the import at {stage}",
        )
        if stage == "PREVIEW":
            scene.confirm(job)
    took = time.monotonic() - started
    wanted = wish("ROWS", 20_000)
    return {
        f"import: seconds for {wanted:,} rows": Result(took, 120, 1.0, "s", at_most=True),
        "import: states seen on the way": Result(len(stages), 4, 1.0, ""),
    }


def import_shown(scene: Scene, job: int, seen: set[Any]) -> str:
    status = scene.import_status(job)
    seen.add((status["stage"], status.get("rowsTotal"), status.get("rowsApplied")))
    return str(status["stage"])


def note(scene: Scene, account: int, kind: str, seen: set[Any]) -> tuple[Any, ...]:
    run = scene.latest_run(account, kind)
    if run is None:
        return ("", 0, None)
    shown = (run["state"], run["scanned"], run["expected"])
    seen.add(shown)
    return shown


def pulled(
    scene: Scene,
    account: int,
    seen: dict[str, set[Any]],
    took: dict[str, float],
    routes: dict[str, int],
) -> Results:
    sizes = {"offers": wish("OFFERS", 20_000), "orders": wish("ORDERS", 5_000)}
    unnamed = checks.number(UNNAMED, [account])
    needed = {
        "GET /sale/offers": pages(sizes["offers"], LISTING_PAGE, LISTING_OVERLAP),
        "GET /sale/product-offers/{offerId}": unnamed,
        "GET /order/checkout-forms": pages(sizes["orders"], ORDERS_PAGE, ORDERS_OVERLAP),
    }
    results: Results = {}
    for name, size in sizes.items():
        kind = KINDS[name]
        run = scene.latest_run(account, kind) or {}
        between = {one[1] for one in seen[kind] if one[2] and 0 < one[1] < one[2]}
        results |= {
            f"arrival: seconds for {size:,} {name}": Result(
                took[name], 180, 1.0, "s", at_most=True
            ),
            f"arrival: steps seen on the way, {name}": Result(len(between), 2, 1.0, ""),
            f"arrival: {name} created": Result(run["created"], size, 1.0, ""),
            f"arrival: {name} the run failed at": checks.none_of(run["failed"], size),
        }
    for route, least in needed.items():
        asked = routes.get(route, 0)
        results[f"arrival: requests, {route}"] = Result(asked, least, 1.1, "", at_most=True)
    return results


def pages(count: int, size: int, overlap: int) -> int:
    """How many pages hold ``count`` things when each looks back a little."""
    return 1 + max(0, -(-(count - size) // (size - overlap)))


def again(scene: Scene) -> Results:
    """The same once more: nothing is written and the runs say so."""
    account = checks.account(FIRST)
    before = checks.snapshot()
    scene.product.api("POST", f"sync/manual/{account}")
    results: Results = {}
    for name, kind in KINDS.items():
        took = scene.product.wait(
            lambda kind=kind: done_again(scene, account, kind),  # type: ignore[misc]
            seconds=180,
            what=f"{kind} again",
        )
        run = scene.latest_run(account, kind) or {}
        touched = run["created"] + run["updated"] + run["linked"] + run["failed"]
        results |= {
            f"again: seconds, {name}": Result(took, 60, 1.0, "s", at_most=True),
            f"again: {name} changed": checks.none_of(touched, run["scanned"]),
            f"again: {name} run says so": Result(run["nothingChanged"], 1, 1.0, ""),
        }
    written = checks.written_since(before)
    if written:
        print(f"written by the second run: {written}")
    total = sum(len(table) for table in before.values())
    results["again: rows written"] = checks.none_of(sum(written.values()), total)
    return results


def done_again(scene: Scene, account: int, kind: str) -> bool:
    return checks.number(DONE, [account, kind]) >= 2
