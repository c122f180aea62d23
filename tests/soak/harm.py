"""A second seller and a second edition arrive while the worker is killed and Valkey forgets."""

from __future__ import annotations

import time
from collections import Counter

from tests.measures import Result, Results
from tests.soak import checks, wish
from tests.soak.purchases import Waiting, arrived, buy, shelf
from tests.soak.scene import FIRST, SECOND, Scene

PULLED = "SELECT count(*) FROM syncs_syncrun WHERE integration_id = %s AND state = 'DONE'"
APPLIED = "SELECT count(*) FROM imports_importrow WHERE job_id = %s AND applied_at IS NOT NULL"
PURCHASES = 20
# By what was killed, and whether it was at work.
Kills = Counter[tuple[str, bool]]
# Between two blows: time for a new worker to begin with something.
LEAST_PAUSE, MOST_PAUSE = 8.0, 25.0


def survived(scene: Scene) -> Results:
    """Offers, orders, an import and purchases at once, with kills at random moments, twice a flush."""
    scene.new_seller(SECOND)
    on_sale = shelf(scene, FIRST)
    account = scene.connect(SECOND)
    job = scene.upload()
    kills, flushes, bought = struck(scene, job, on_sale)
    started = time.monotonic()
    scene.product.wait(
        lambda: applied(scene, job) and checks.number(PULLED, [account]) >= 2,
        seconds=420,
        what="import and runs done after the kills",
        every=1.0,
    )
    scene.product.wait(
        lambda: not arrived(bought) and not bought, seconds=420, what="purchases seen", every=1.0
    )
    scene.calm(420)
    took = time.monotonic() - started
    for (victim, at_work), times in kills.items():
        print(f"killed {times} times: {victim}, {'at work' if at_work else 'idle'}")
    rows = wish("ROWS", 20_000)
    blows = max(1, wish("KILL_SECONDS", 100) // 33)
    status = scene.import_status(job)
    done = checks.number(APPLIED, [job])
    results = {
        "harm: times the worker was killed": Result(kills.total(), blows, 1.0, ""),
        "harm: of these in the middle of something": Result(
            sum(times for (_, at_work), times in kills.items() if at_work), blows // 2 + 1, 1.0, ""
        ),
        "harm: times Valkey was flushed": Result(flushes, 2, 1.0, ""),
        "harm: seconds until all was done after it": Result(took, 420, 1.0, "s", at_most=True),
        "harm: import rows not applied once": checks.none_of(
            abs(rows - done) + abs(rows - status["rowsApplied"]), rows
        ),
    }
    for name, kind, size in (
        ("offers", "PULL_OFFERS", wish("OFFERS", 20_000)),
        ("orders", "PULL_ORDERS", wish("ORDERS", 5_000)),
    ):
        run = scene.latest_run(account, kind) or {}
        results[f"harm: {name} not created once"] = checks.none_of(abs(size - run["created"]), size)
    return results | scene.compared("harm")


def struck(scene: Scene, job: int, on_sale: list[str]) -> tuple[Kills, int, Waiting]:
    """Kill and flush until the time is over; buyers go on buying. Returns what was done."""
    kills: Kills = Counter()
    bought: Waiting = {}
    lasting = wish("KILL_SECONDS", 100)
    started = time.monotonic()
    dice = scene.dice
    flushes = sorted(dice.uniform(3, lasting - 5) for _ in range(2))
    buys = sorted(dice.uniform(1, lasting) for _ in range(PURCHASES))
    next_kill = dice.uniform(3, 12)
    flushed = 0
    while (now := time.monotonic() - started) < lasting:
        if now >= next_kill:
            at_work = checks.in_state("RUNNING") > 0
            if victim := scene.product.kill_worker(dice):
                kills[victim, at_work] += 1
                next_kill = now + dice.uniform(LEAST_PAUSE, MOST_PAUSE)
        if flushes and now >= flushes[0]:
            flushes.pop(0)
            scene.product.flush_valkey()
            flushed += 1
        if buys and now >= buys[0]:
            buys.pop(0)
            form, lines = buy(scene, FIRST, on_sale)
            bought[form] = (time.monotonic(), lines)
        applied(scene, job)
        scene.product.turn(0.3)
    return kills, flushed, bought


def applied(scene: Scene, job: int) -> bool:
    """Whether the import is applied; confirms it when its preview waits."""
    stage = scene.import_status(job)["stage"]
    if stage == "PREVIEW":
        scene.confirm(job)
    return bool(stage == "APPLIED")
