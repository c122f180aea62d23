"""20,000 offers edited on both sides while Allegro's listing is minutes old and 2 % of requests fail.

SOAK_AGREE_OFFERS (20000) offers; SOAK_AGREE_EDITS (600) prices are edited in the catalogue, as many at
Allegro, a third of that on both sides to the same price, a third on both sides to different ones. The
listing lags SOAK_AGREE_LAG (240) seconds. Strategy of prices: MANUAL. The inbox must hold exactly the true
conflicts; resolving must write exactly those; a dry run must write nothing; taking a run back must bring
back what was there. Everything must be quiet within SOAK_AGREE_PATIENCE (1500) seconds a step.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from typing import Any

from tests.both_sides import Edits, different, drawn, shoptet_file
from tests.measures import Result, Results, measure
from tests.soak import checks, wish
from tests.soak.product import Product, running_product
from tests.soak.storm import ean13, other_database, say

LOGIN = "zgoda"
FAULTS = {"kind": "mixed", "probability": 0.02, "seed": 4}
CATALOGUE = "SELECT code, selling_price::numeric(12, 2)::text FROM products_product WHERE code LIKE 'ZGODA-%'"
OPEN = """
    SELECT offer.external_id, conflict.ours, conflict.theirs, conflict.id
      FROM syncs_conflict conflict JOIN offers_offer offer ON offer.id = conflict.offer_id
     WHERE conflict.state = 'OPEN'
"""
DONE = """
    SELECT offer.external_id
      FROM syncs_plannedchange change JOIN offers_offer offer ON offer.id = change.offer_id
     WHERE change.run_id = %s AND change.action = %s AND change.state = 'DONE'
"""
LINKED = """
    SELECT count(*) FROM offers_offer offer JOIN offers_offerlink link ON link.offer_id = offer.id
     WHERE offer.integration_id = %s
"""


@measure("agreement")
def agreement() -> Results:
    """Set up, edit, look without writing, bring into step, resolve, bring into step again, take back."""
    dice = random.Random(wish("SEED", 1))
    with other_database("hub_agreement"), running_product() as product:
        shop = Shop(product, dice)
        results: Results = {}
        for step in (shop.agree_at_first, shop.dry_run, shop.apply, shop.resolve, shop.again,
                     shop.take_back):  # fmt: skip
            say(step.__name__)
            results |= step()
        return results


class Shop:
    """One seller, and what is known of both sides."""

    def __init__(self, product: Product, dice: random.Random) -> None:
        self.product = product
        self.dice = dice
        self.account = 0
        self.former: dict[str, str] = {}
        self.offers: dict[str, str] = {}
        self.goods: list[dict[str, str]] = []
        self.edits = Edits()
        self.chosen: dict[str, str] = {}
        self.applied = 0

    # -- steps -------------------------------------------------------------------------------------
    def agree_at_first(self) -> Results:
        """The same prices on both sides; one run makes them the ground of all that follows."""
        self._stock_the_shop()
        self._upload(self.former)
        self.product.connect(LOGIN)
        self.account = checks.account(LOGIN)
        self._wait(lambda: checks.number(LINKED, [self.account]) == len(self.former), "all linked")
        self._settings()
        self._run("APPLY")
        self.product.control("POST", "settings", {"listingLagSeconds": wish("AGREE_LAG", 240)})
        self.product.control("POST", "faults", {**FAULTS, "seller": LOGIN})
        third = wish("AGREE_EDITS", 600)
        self.edits = drawn(
            self.former,
            self.dice,
            ours=third,
            theirs=third,
            alike=third // 3,
            apart=third // 3,
            back=third // 6,
        )
        self._upload(self.edits.catalogue(self.former))
        self._edit_at_allegro(self.edits.at_allegro(self.former))
        self._edit_at_allegro(
            {code: f"{float(self.former[code]) + 1:.2f}" for code in self.edits.back}
        )
        self._edit_at_allegro({code: self.former[code] for code in self.edits.back})
        return {"agreement: conflicts before anything was edited": self._none(self._open(), 1)}

    def dry_run(self) -> Results:
        """A plan and no write: the sandbox counted none, and nothing moved on either side."""
        before, catalogue = self._prices(), self._catalogue()
        self.product.control("DELETE", "requests")
        job = self._run("DRY_RUN")
        writes = self._writes()
        say(f"the plan: {job}")
        return {
            "dry run: requests that write": checks.none_of(sum(writes.values()), 1),
            "dry run: prices moved at Allegro": self._none(different(self._prices(), before), 1),
            "dry run: prices moved here": self._none(different(self._catalogue(), catalogue), 1),
        }

    def apply(self) -> Results:
        """After quiet both sides show the agreed price, and the inbox holds exactly the conflicts."""
        started = time.monotonic()
        self.applied = int(self._run("APPLY")["id"])
        wanted = self.edits.conflicts(self.former)
        results = self._until_quiet(lambda: self._judged("apply", wanted))
        say(f"in step after {time.monotonic() - started:.0f} s")
        return results | self._judged("apply", wanted)

    def resolve(self) -> Results:
        """Half for ours, half for Allegro's: exactly these are written."""
        found = self._open()
        codes = sorted(found)
        sides = {code: "OURS" if number % 2 else "ALLEGRO" for number, code in enumerate(codes)}
        self.chosen = sides
        before = self._prices()
        self.product.control("DELETE", "requests")
        for side in ("OURS", "ALLEGRO"):
            ids = [found[code][2] for code in codes if sides[code] == side]
            for portion in portions(ids, 100):
                body = {"conflictIds": portion, "resolution": side}
                answer = self.product.api("POST", "sync/conflicts/resolve", json=body)
                assert not answer["refused"], answer["refused"][:3]
        self._run("APPLY")
        results = self._until_quiet(lambda: self._judged("resolve", {}))
        moved = {code for code, price in self._prices().items() if price != before[code]}
        right = {code for code in codes if sides[code] == "OURS"}
        return results | {
            "resolve: prices written that nobody chose": self._none(moved - right, len(right)),
            "resolve: chosen prices not written": self._none(right - moved, len(right)),
        }

    def again(self) -> Results:
        """A second run writes nothing."""
        self.product.control("DELETE", "requests")
        self._run("APPLY")
        self._calm()
        return {"again: requests that write": checks.none_of(sum(self._writes().values()), 1)}

    def take_back(self) -> Results:
        """The applied run is taken back: what it wrote shows its former values, nothing else moves."""
        before, catalogue = self._prices(), self._catalogue()
        undo = self._job(self.product.api("POST", f"sync/jobs/{self.applied}/undo"))
        shown = self._prices()
        self.product.api("POST", f"sync/jobs/{undo['id']}/apply")
        self._ended(int(undo["id"]))
        # Later runs did the rest: what was read late, and what a person resolved.
        pushed = set(self._done("PUSH")) & set(self.edits.ours)
        pulled = set(self._done("PULL")) & set(self.edits.theirs)
        wanted = before | {code: self.former[code] for code in pushed}
        here = catalogue | {code: self.former[code] for code in pulled}
        self._until_quiet(
            lambda: {
                "undo: prices at Allegro": self._none(different(self._prices(), wanted), 1),
                "undo: prices here": self._none(different(self._catalogue(), here), 1),
            }
        )
        return {
            "undo: prices the run had sent": Result(len(pushed), len(self.edits.ours), 1.0, ""),
            "undo: prices moved while it was only shown": self._none(different(shown, before), 1),
            "undo: prices not as before at Allegro": self._none(
                different(self._prices(), wanted), len(self.edits.ours)
            ),
            "undo: prices not as before here": self._none(
                different(self._catalogue(), here), len(self.edits.theirs)
            ),
        }

    # -- judging -----------------------------------------------------------------------------------
    def _judged(self, when: str, wanted: dict[str, tuple[str, str]]) -> Results:
        """Both sides and the inbox against what must be there."""
        agreed = self.edits.agreed(self.former)
        ours, theirs = dict(agreed), dict(agreed)
        for code, (our, their) in self.edits.conflicts(self.former).items():
            chosen = self.chosen.get(code)
            ours[code] = their if chosen == "ALLEGRO" else our
            theirs[code] = our if chosen == "OURS" else their
        found = {code: (our, their) for code, (our, their, _id) in self._open().items()}
        with_currency = {code: (f"{o} PLN", f"{t} PLN") for code, (o, t) in wanted.items()}
        size = len(self.former)
        return {
            f"{when}: conflicts": Result(len(found), max(1, len(wanted)), 1.0, "")
            if wanted
            else checks.none_of(len(found), 1),
            f"{when}: conflicts that are none, or lack": self._none(
                different(found, with_currency), max(1, len(wanted))
            ),
            f"{when}: prices wrong at Allegro": self._none(different(self._prices(), theirs), size),
            f"{when}: prices wrong here": self._none(different(self._catalogue(), ours), size),
        }

    def _done(self, action: str) -> list[str]:
        """Codes of what the applied run did itself."""
        return [code for (code,) in checks.rows(DONE, [self.applied, action])]

    def _none(self, found: Any, of: int) -> Result:
        if found:
            say(f"  {len(found)}: {sorted(found)[:5]}")
        return checks.none_of(len(found), max(1, of))

    def _prices(self) -> dict[str, str]:
        truth = self.product.control("GET", "truth")[LOGIN]["offers"]
        return {one["externalId"]: one["price"] for one in truth.values()}

    def _catalogue(self) -> dict[str, str]:
        return dict(checks.rows(CATALOGUE))

    def _open(self) -> dict[str, tuple[str, str, int]]:
        return {code: (ours, theirs, pk) for code, ours, theirs, pk in checks.rows(OPEN)}

    def _writes(self) -> dict[str, int]:
        found: dict[str, int] = self.product.control("GET", "requests")["writes"]
        return found

    # -- acting --------------------------------------------------------------------------------------
    def _stock_the_shop(self) -> None:
        offers = []
        for number in range(1, wish("AGREE_OFFERS", 20_000) + 1):
            code, price = f"ZGODA-{number:05d}", f"{20 + number % 300}.{number % 100:02d}"
            name, ean = f"Kubek zgodny numer {number}", ean13(f"208{number:09d}")
            self.former[code] = price
            self.goods.append({"code": code, "name": name, "ean": ean, "stock": "25"})
            offers.append(
                {"externalId": code, "ean": ean, "name": name, "price": price, "available": 25}
            )
        self.product.control("POST", "sellers", {"login": LOGIN, "offers": 0, "orders": 0})
        for portion in portions(offers, 2000):
            made = self.product.control("POST", "offers", {"seller": LOGIN, "offers": portion})
            self.offers |= {one["externalId"]: one["id"] for one in made["offers"]}
            self.product.turn(0.2)

    def _upload(self, prices: dict[str, str]) -> None:
        content = shoptet_file(self.goods, prices)
        files = {"file": ("katalog.csv", content, "text/csv")}
        job = int(self.product.api("POST", "import/csv", files=files)["id"])
        path = f"import/jobs/{job}"
        for stage in ("PREVIEW", "APPLIED"):
            self._wait(
                lambda stage=stage: self.product.api("GET", f"{path}/status")["stage"] == stage,  # type: ignore[misc]
                f"the import at {stage}",
            )
            if stage == "PREVIEW":
                answer = {"stockMeaning": "ON_HAND"}
                self.product.api("POST", f"{path}/confirm", json=answer)
        self._calm()

    def _edit_at_allegro(self, prices: dict[str, str]) -> None:
        edits = [{"id": self.offers[code], "price": price} for code, price in prices.items()]
        for portion in portions(edits, 200):
            self.product.control("PATCH", "offers", {"edits": portion})
            self.product.turn(0.2)

    def _settings(self) -> None:
        """Prices may be written, MANUAL; stock is left alone; no schedule comes between."""
        from settings_app.models import FieldRule, Integration

        Integration.objects.filter(pk=self.account).update(
            may_write_price=True, brake_changed_percent=100, brake_share_percent=100
        )
        integration = Integration.objects.get(pk=self.account)
        for name in ("STOCK", "STATUS"):
            self._rule(integration, name, enabled=False)
        self._rule(integration, "PRICE", strategy="MANUAL")
        assert FieldRule.objects.filter(integration=integration).count() == 3

    def _rule(self, integration: Any, name: str, **values: Any) -> None:
        from settings_app.models import FieldRule

        FieldRule.objects.create(
            organization=integration.organization, integration=integration, field=name, **values
        )

    def _run(self, mode: str) -> dict[str, Any]:
        """A run both ways, waited for to its end; returns it."""
        body = {"integrationId": self.account, "mode": mode}
        return self._job(self.product.api("POST", "sync/bidirectional", json=body))

    def _job(self, answer: dict[str, Any]) -> dict[str, Any]:
        """The run an answer names, once it is over."""
        return self._ended(int((answer.get("jobs") or [answer])[0]["id"]))

    def _ended(self, job: int) -> dict[str, Any]:
        found: dict[str, Any] = {}

        def ended() -> bool:
            found.update(self.product.api("GET", f"sync/jobs/{job}"))
            return found["state"] in ("DONE", "DEAD", "WAITING_FOR_PERSON")

        self._wait(ended, f"the run {job}")
        assert found["state"] == "DONE", found
        return found

    def _until_quiet(self, judge: Callable[[], Results]) -> Results:
        """Wait until the judge finds nothing wrong, with runs in between as a schedule would start them."""
        started, turn = time.monotonic(), 0
        results = judge()
        while any(not one.ok for one in results.values()):
            if time.monotonic() - started > wish("AGREE_PATIENCE", 1500):
                break
            self._calm()
            turn += 1
            if turn % 5 == 0:
                self._run("APPLY")
            self.product.turn(5)
            results = judge()
        return results

    def _calm(self) -> None:
        self.product.wait(
            checks.nothing_left, seconds=wish("AGREE_PATIENCE", 1500), what="no work left", every=1
        )

    def _wait(self, done: Callable[[], bool], what: str) -> None:
        self.product.wait(done, seconds=wish("AGREE_PATIENCE", 1500), what=what, every=1)


def portions(items: list[Any], size: int) -> Iterator[list[Any]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
