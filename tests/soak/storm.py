"""10,000 orders of two sellers who share their goods, while everything around them breaks.

SOAK_STORM_ORDERS (10000) are bought within SOAK_STORM_SECONDS (0: a twelfth of a second each, at least a
minute) of SOAK_STORM_PRODUCTS (400) products. Meanwhile the worker is killed SOAK_STORM_KILLS (20) times,
Valkey flushed SOAK_STORM_FLUSHES (5) times and PostgreSQL restarted SOAK_STORM_RESTARTS (2) times. Before
that SOAK_STORM_CROSSINGS (20) single purchases show how soon the other account's offer follows. At the end
everything must equal the sandbox's own truth within SOAK_STORM_PATIENCE (1200) seconds.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median
from typing import Any

from tests.measures import Result, Results, measure
from tests.own_database import own_database
from tests.soak import checks, wish
from tests.soak.buyers import Crowd
from tests.soak.product import Product, running_product
from tests.soak.settled import compared, settled
from tests.soak.truth import bizbox_file
from tests.soak.weather import Weather

FIRST, SECOND = "burza_jeden", "burza_dwa"
LOGINS = [FIRST, SECOND]
PROMISED = 15.0
LISTED = """
    SELECT count(*) FROM offers_offer offer JOIN offers_offerlink link ON link.offer_id = offer.id
     WHERE offer.integration_id = %s
"""
STUCK = ("core_outboxdelivery", "webhooks_inboundevent", "syncs_syncrun", "offers_offerpush",
         "offers_stockcommand")  # fmt: skip


@measure("the storm")
def the_storm() -> Results:
    """Set the stage, measure one purchase at a time, let it storm, wait for calm, compare."""
    dice = random.Random(wish("SEED", 1))
    with other_database("hub_storm"), running_product() as product:
        stage = Stage(product, dice)
        stage.set()
        results = stage.crossings()
        results |= stage.blow()
        return results | stage.settle()


@contextmanager
def other_database(name: str) -> Iterator[None]:
    """A database of its own, which this process reads too."""
    from django.db import connection

    kept = connection.settings_dict["NAME"]
    with own_database(name):
        connection.close()
        connection.settings_dict["NAME"] = name
        try:
            yield
        finally:
            connection.close()
            connection.settings_dict["NAME"] = kept


class Stage:
    """The product, two sellers with the same goods, and what was on hand at first."""

    def __init__(self, product: Product, dice: random.Random) -> None:
        self.product = product
        self.dice = dice
        self.shelves: dict[str, dict[str, str]] = {}
        self.on_hand: dict[str, int] = {}
        self.scarce: set[str] = set()
        self.accounts: dict[str, int] = {}
        self.weather: Weather | None = None
        self.crowd: Crowd | None = None

    def set(self) -> None:
        """Goods from a file, the same on both accounts; both may write stock, no brake below all."""
        product = self.product
        offers = self._goods()
        for login in LOGINS:
            product.control("POST", "sellers", {"login": login, "offers": 0, "orders": 0})
            made = product.control("POST", "offers", {"seller": login, "offers": offers})
            self.shelves[login] = {one["externalId"]: one["id"] for one in made["offers"]}
        say("the catalogue arrives")
        self._import(made["offers"])
        for login in LOGINS:
            product.connect(login)
            self.accounts[login] = checks.account(login)
        product.wait(self._all_linked, seconds=240, what="both sellers' offers linked", every=1)
        self._let_write()
        took = product.wait(self._equal, seconds=240, what="offers show what is there", every=1)
        say(f"both accounts show our stock after {took:.0f} s")

    def crossings(self) -> Results:
        """A purchase on one account lowers the other's offer: seconds, one purchase at a time."""
        product, took = self.product, []
        plenty = sorted(set(self.on_hand) - self.scarce)
        for number in range(wish("STORM_CROSSINGS", 20)):
            here, there = (FIRST, SECOND) if number % 2 else (SECOND, FIRST)
            code = self.dice.choice(plenty)
            other = self.shelves[there][code]
            before = self._available(other)
            lines = [{"offerId": self.shelves[here][code], "quantity": 1}]
            product.control("POST", "purchases", {"seller": here, "lines": lines})
            took.append(
                product.wait(
                    lambda other=other, before=before: self._available(other) == before - 1,  # type: ignore[misc]
                    seconds=90,
                    what=f"the other account's offer {other} lowered",
                    every=0.2,
                )
            )
            product.turn(self.dice.uniform(0, 4))
        if not took:
            return {}
        say(f"crossings: median {median(took):.1f} s, slowest {max(took):.1f} s")
        return {
            "crossing: half of them within": Result(median(took), PROMISED, 1.0, "s", at_most=True),
            "crossing: all of them within": Result(max(took), PROMISED, 1.0, "s", at_most=True),
        }

    def blow(self) -> Results:
        """The storm: buyers act at an even pace, blows fall at random."""
        wanted = wish("STORM_ORDERS", 10_000)
        lasting = float(wish("STORM_SECONDS", 0)) or max(60.0, wanted / 12)
        product = self.product
        crowd = self.crowd = Crowd(
            product.control_session, product.demo.sandbox_url, self.dice, self.shelves, self.scarce
        )
        weather = self.weather = Weather(product, self.dice, lasting)
        weather.begin()
        started, told = time.monotonic(), 0.0
        while crowd.orders < wanted:
            elapsed = time.monotonic() - started
            weather.turn(elapsed)
            while crowd.orders < min(wanted, wanted * elapsed / lasting):
                crowd.act()
            product.turn(0.1)
            if elapsed - told > 60:
                told = elapsed
                say(f"{elapsed:5.0f} s: {crowd.orders} orders, {dict(weather.blows)}")
        weather.end()
        say(f"the storm is over after {time.monotonic() - started:.0f} s: {dict(crowd.acts)}")
        say(f"blows: {dict(weather.blows)}")
        return {
            "storm: orders bought": Result(crowd.orders, wanted, 1.0, ""),
            "storm: times a worker was killed": blows(weather, "kill", "STORM_KILLS", 20),
            "storm: times Valkey was flushed": blows(weather, "flush", "STORM_FLUSHES", 5),
            "storm: times PostgreSQL was restarted": blows(weather, "restart", "STORM_RESTARTS", 2),
        }

    def settle(self) -> Results:
        """Half of the lost events come after all; the sweeps find the rest. Then nothing may differ."""
        product = self.product
        product.control("POST", "events/recover", {"seller": FIRST})
        for account in self.accounts.values():
            product.api("POST", f"sync/manual/{account}")
        patience = wish("STORM_PATIENCE", 1200)
        started = time.monotonic()
        results = self._compared()
        told = 0.0
        while wrong(results) and time.monotonic() - started < patience:
            if time.monotonic() - told > 60:
                told = time.monotonic()
                say(f"{told - started:5.0f} s after the storm, still wrong: {wrong(results)}")
            product.turn(3)
            results = self._compared()
        took = time.monotonic() - started
        dead = {table: stuck(table) for table in STUCK}
        say(f"calm after {took:.0f} s; needs a person or gave up: {dead}")
        return results | {
            "storm: work that gave up": checks.none_of(sum(dead.values()), 1),
            "storm: seconds from its end to the truth": Result(
                took, patience, 1.0, "s", at_most=True
            ),
        }

    # -- parts -------------------------------------------------------------------------------------
    def _goods(self) -> list[dict[str, Any]]:
        """Mostly plenty for the whole storm, a tenth scarce: those end at zero and come back."""
        count = wish("STORM_PRODUCTS", 400)
        share = max(40, 4 * wish("STORM_ORDERS", 10_000) // count)
        offers = []
        for number in range(1, count + 1):
            code = f"BURZA-{number:05d}"
            scarce = number % 10 == 0
            self.on_hand[code] = self.dice.randint(3, 9) if scarce else share + number % 17
            if scarce:
                self.scarce.add(code)
            offers.append(
                {
                    "externalId": code,
                    # Not one of the demo seller's, whose orders would take stock too.
                    "ean": ean13(f"209{number:09d}"),
                    "name": f"Kubek sztormowy numer {number}",
                    "price": f"{20 + number % 30}.99",
                    # What the seller had set by hand, which is not what is there.
                    "available": max(1, self.on_hand[code] - 1),
                }
            )
        return offers

    def _import(self, offers: list[dict[str, Any]]) -> None:
        product = self.product
        content, _pieces = bizbox_file(offers, edition=1, on_hand=self.on_hand)
        files = {"file": ("katalog.csv", content, "text/csv")}
        job = int(product.api("POST", "import/csv", files=files)["id"])
        for stage in ("PREVIEW", "APPLIED"):
            product.wait(
                lambda stage=stage: (  # type: ignore[misc]
                    product.api("GET", f"import/jobs/{job}/status")["stage"] == stage
                ),
                seconds=180,
                what=f"the import at {stage}",
                every=1,
            )
            if stage == "PREVIEW":
                answer = {"stockMeaning": "ON_HAND"}
                product.api("POST", f"import/jobs/{job}/confirm", json=answer)

    def _all_linked(self) -> bool:
        count = len(self.on_hand)
        return all(checks.number(LISTED, [pk]) == count for pk in self.accounts.values())

    def _let_write(self) -> None:
        from django.utils import timezone

        from accounts.models import User
        from settings_app.models import Integration
        from settings_app.operations import update_integration

        owner = User.objects.order_by("pk")[0]
        for pk in self.accounts.values():
            update_integration(
                integration=Integration.objects.get(pk=pk),
                values={"may_write_stock": True, "brake_share_percent": 100},
                actor=owner,
                now=timezone.now(),
            )

    def _equal(self) -> bool:
        true = settled(self._truth(), self.on_hand)
        return true.shown == true.wanted

    def _truth(self) -> dict[str, Any]:
        everything = self.product.control("GET", "truth")
        return {login: everything[login] for login in LOGINS}

    def _available(self, offer: str) -> int:
        return int(self.product.control("GET", f"offers/{offer}")["available"])

    def _compared(self) -> Results:
        return compared(settled(self._truth(), self.on_hand), LOGINS)


def ean13(body: str) -> str:
    """Twelve digits with their check digit."""
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(body))
    return body + str(-total % 10)


def wrong(results: Results) -> dict[str, int]:
    return {name: int(one.value) for name, one in results.items() if not one.ok}


def blows(weather: Weather, name: str, size: str, usual: int) -> Result:
    return Result(weather.blows[name], wish(size, usual), 1.0, "")


def stuck(table: str) -> int:
    """Rows that gave up or wait for a person."""
    return checks.number(
        f"SELECT count(*) FROM {table} WHERE state IN ('DEAD', 'WAITING_FOR_PERSON')"  # noqa: S608
    )


def say(text: str) -> None:
    print(f"  {time.strftime('%H:%M:%S')} {text}", flush=True)
