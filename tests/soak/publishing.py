"""200 products of a file become offers while the worker is killed and answers are lost after their work.

SOAK_PUBLISH_PRODUCTS (200), three tenths of which are not ready, in four ways. Allegro takes
SOAK_PUBLISH_DELAY (20) seconds for each new offer, its listing lags as long; every sixth accepted request
is never answered, 2 % of all others fail, and the worker is killed SOAK_PUBLISH_KILLS (6) times. Then
every ready product has one offer, the others have none and say why. It may take SOAK_PUBLISH_PATIENCE
(900) seconds.
"""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from tests.measures import Result, Results, measure
from tests.soak import checks, wish
from tests.soak.product import Product, running_product
from tests.soak.storm import ean13, other_database, say

LOGIN = "wystawca"
CATEGORY = "Kuchnia > Kubki"
HEADER = (
    "code;name;ean;price;currency;includingVat;stock;productVisibility;defaultImage;defaultCategory"
)
# What is wrong with a product that is not ready: the column, and what it holds instead.
FLAWS = ({"image": ""}, {"name": "Kubek emaliowany"}, {"category": ""}, {"price": ""})
FAULTS = (
    {"kind": "timeout", "afterEffect": True, "latencyMs": 1500, "probability": 0.17,
     "route": "POST /sale/product-offers"},
    {"kind": "mixed", "probability": 0.02, "seed": 11},
)  # fmt: skip
# An offer whose answer was lost is looked for this long before it is sent again.
DOUBT = 120
OPEN = "SELECT count(*) FROM offers_publication WHERE state IN ('PENDING', 'RUNNING')"
STATES = "SELECT state, reason, count(*) FROM offers_publication GROUP BY 1, 2 ORDER BY 1, 2"
UNEXPLAINED = """
    SELECT count(*) FROM offers_publication publication
     WHERE state = 'WAITING_FOR_PERSON' AND NOT EXISTS (
           SELECT 1 FROM offers_publicationproblem problem
            WHERE problem.publication_id = publication.id AND problem.words <> '')
"""
MISSED = """
    SELECT count(*) FROM offers_publication publication
      LEFT JOIN offers_offer offer ON offer.id = publication.offer_id
     WHERE publication.state = 'DONE' AND offer.allegro_id IS DISTINCT FROM publication.allegro_id
"""


@measure("publishing")
def publishing() -> Results:
    """Set up, publish everything at once, kill in between, count."""
    dice = random.Random(wish("SEED", 1))
    with patient(), other_database("hub_publishing"), running_product() as product:
        desk = Desk(product)
        desk.set_up()
        started = time.monotonic()
        desk.publish()
        kills = desk.harm(dice)
        took = desk.wait()
        say(f"over after {time.monotonic() - started:.0f} s: {checks.rows(STATES)}")
        wanted = wish("PUBLISH_KILLS", 6)
        return desk.judged() | {
            "publishing: times the worker was killed": Result(kills, wanted, 1.0, ""),
            "publishing: seconds after the last kill": Result(
                took, wish("PUBLISH_PATIENCE", 900), 1.0, "s", at_most=True
            ),
        }


@contextmanager
def patient() -> Iterator[None]:
    """The product's processes wait :data:`DOUBT` seconds for a lost answer, not two hours."""
    before = os.environ.get("PUBLISH_DOUBT_SECONDS")
    os.environ["PUBLISH_DOUBT_SECONDS"] = str(DOUBT)
    try:
        yield
    finally:
        if before is None:
            del os.environ["PUBLISH_DOUBT_SECONDS"]
        else:
            os.environ["PUBLISH_DOUBT_SECONDS"] = before


class Desk:
    """One seller with nothing on sale yet, and a file of products."""

    def __init__(self, product: Product) -> None:
        self.product = product
        self.count = wish("PUBLISH_PRODUCTS", 200)
        self.unready = self.count * 3 // 10
        self.codes = [f"WYSTAW-{number:04d}" for number in range(1, self.count + 1)]

    @property
    def ready(self) -> set[str]:
        return set(self.codes[self.unready :])

    def set_up(self) -> None:
        """The seller is connected, the file imported, the category mapped, the terms chosen."""
        product = self.product
        product.control("POST", "sellers", {"login": LOGIN, "offers": 0, "orders": 0})
        product.connect(LOGIN)
        self._import()
        self._do("choose", LOGIN, CATEGORY)
        delay = wish("PUBLISH_DELAY", 20)
        settings = {"operationDelaySeconds": delay, "listingLagSeconds": delay}
        product.control("POST", "settings", settings)
        for fault in FAULTS:
            product.control("POST", "faults", {**fault, "seller": LOGIN})

    def publish(self) -> None:
        """All products at once, to be sold at once."""
        self._do("publish", "WYSTAW-", LOGIN)
        say(f"asked for: {checks.rows(STATES)}")

    def harm(self, dice: random.Random) -> int:
        """kill -9 in the middle of the work: each time after the last worker got on with it."""
        kills, seen = 0, checks.rows(STATES)
        while kills < wish("PUBLISH_KILLS", 6) and checks.number(OPEN):
            self.product.turn(dice.uniform(2, 6))
            present = checks.rows(STATES)
            if present == seen:
                continue
            victim = self.product.kill_worker(dice)
            if victim:
                kills, seen = kills + 1, present
                say(f"killed: {victim}; {present}")
        return kills

    def wait(self) -> float:
        return self.product.wait(
            lambda: not checks.number(OPEN),
            seconds=wish("PUBLISH_PATIENCE", 900),
            what="every publication over",
            every=2,
        )

    def judged(self) -> Results:
        truth = self.product.control("GET", "truth")[LOGIN]["offers"]
        shown = Counter(one["externalId"] for one in truth.values())
        active = {one["externalId"] for one in truth.values() if one["status"] == "ACTIVE"}
        twice = [code for code, times in shown.items() if times > 1]
        unready = set(self.codes) - self.ready
        rows = {(state, reason): number for state, reason, number in checks.rows(STATES)}
        done = sum(number for (state, _reason), number in rows.items() if state == "DONE")
        waiting = rows.get(("WAITING_FOR_PERSON", "NOT_READY"), 0)
        hits = {f["kind"]: f["hits"] for f in self.product.control("GET", "faults")["faults"]}
        say(f"faults: {hits}; twice: {twice[:5]}; lacking: {sorted(self.ready - active)[:5]}")
        return {
            "publishing: answers lost after their work": Result(hits["timeout"], 1, 1.0, ""),
            "publishing: products with more than one offer": checks.none_of(len(twice), self.count),
            "publishing: ready products on sale": Result(
                len(active & self.ready), len(self.ready), 1.0, ""
            ),
            "publishing: offers of products that are not ready": checks.none_of(
                len(set(shown) & unready), len(unready)
            ),
            "publishing: publications done": Result(done, len(self.ready), 1.0, ""),
            "publishing: products told why not": Result(waiting, len(unready), 1.0, ""),
            "publishing: waiting without a word": checks.none_of(
                checks.number(UNEXPLAINED), len(unready)
            ),
            "publishing: done without their offer here": checks.none_of(
                checks.number(MISSED), len(self.ready)
            ),
        }

    # -- parts -------------------------------------------------------------------------------------
    def _import(self) -> None:
        files = {"file": ("nowosci.csv", self._file(), "text/csv")}
        path = f"import/jobs/{int(self.product.api('POST', 'import/csv', files=files)['id'])}"
        for stage in ("PREVIEW", "APPLIED"):
            self.product.wait(
                lambda stage=stage: self.product.api("GET", f"{path}/status")["stage"] == stage,  # type: ignore[misc]
                seconds=180,
                what=f"the import at {stage}",
                every=1,
            )
            if stage == "PREVIEW":
                answer = {"stockMeaning": "ON_HAND"}
                self.product.api("POST", f"{path}/confirm", json=answer)
        self.product.wait(checks.nothing_left, seconds=180, what="no work left", every=1)

    def _file(self) -> bytes:
        lines = [HEADER]
        for number, code in enumerate(self.codes, start=1):
            flaw = FLAWS[number % len(FLAWS)] if number <= self.unready else {}
            row = {
                "name": f"Kubek emaliowany biały nr {number}",
                "price": f"{30 + number % 50}.90",
                "image": f"{self.product.demo.sandbox_url}/pictures/wystaw-{number}.png",
                "category": CATEGORY,
                **flaw,
            }
            ean = ean13(f"590{700_000_000 + number}")
            lines.append(
                f"{code};{row['name']};{ean};{row['price']};PLN;1;{5 + number % 9};visible;"
                f"{row['image']};{row['category']}"
            )
        return ("\r\n".join(lines) + "\r\n").encode()

    def _do(self, name: str, *given: str) -> None:
        """Something of :mod:`tests.soak.publish_terms`, with the product's own keys and addresses."""
        said = ", ".join(repr(one) for one in given)
        code = f"from tests.soak import publish_terms; publish_terms.{name}({said})"
        self.product.demo.manage(name, "shell", "--no-imports", "-c", code)
