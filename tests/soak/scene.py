"""What the phases of the run share: the product, its accounts, and what must be true by now."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from tests.measures import Results
from tests.soak import checks, wish
from tests.soak.product import Product
from tests.soak.truth import bizbox_file, truth

DEMO, FIRST, SECOND = "sklep_lipowa", "pierwszy_duzy", "drugi_duzy"


@dataclass
class Scene:
    product: Product
    dice: random.Random
    logins: list[str] = field(default_factory=lambda: [DEMO])
    on_hand: Counter[str] = field(default_factory=Counter)
    editions: int = 0

    def state(self, login: str) -> dict[str, Any]:
        """The true state of a sandbox seller."""
        found: dict[str, Any] = self.product.control("GET", f"sellers/{login}")
        return found

    def new_seller(self, login: str) -> None:
        self.product.control(
            "POST",
            "sellers",
            {"login": login, "offers": wish("OFFERS", 20_000), "orders": wish("ORDERS", 5_000)},
        )

    def connect(self, login: str) -> int:
        """Connect the seller; returns the account's id."""
        self.product.connect(login)
        self.logins.append(login)
        return checks.account(login)

    # -- files -------------------------------------------------------------------------------------
    def upload(self) -> int:
        """Upload the next edition of the catalogue; returns the import's id."""
        self.editions += 1
        offers = self.state(FIRST)["offers"][: wish("ROWS", 20_000)]
        content, self.on_hand = bizbox_file(offers, edition=self.editions)
        job = self.product.api(
            "POST",
            "import/csv",
            files={"file": (f"katalog-{self.editions}.csv", content, "text/csv")},
        )
        return int(job["id"])

    def import_status(self, job: int) -> dict[str, Any]:
        status: dict[str, Any] = self.product.api("GET", f"import/jobs/{job}/status")
        return status

    def confirm(self, job: int) -> None:
        """Say that the stock columns are pieces on hand, and have the rows applied."""
        self.product.api("POST", f"import/jobs/{job}/confirm", json={"stockMeaning": "ON_HAND"})

    # -- runs ----------------------------------------------------------------------------------------
    def latest_run(self, account: int, kind: str) -> dict[str, Any] | None:
        jobs = self.product.api("GET", f"sync/history/{account}?kind={kind}&limit=1")
        found: list[dict[str, Any]] = next(v for v in jobs.values() if isinstance(v, list))
        return found[0] if found else None

    # -- the end of a phase --------------------------------------------------------------------------
    def calm(self, seconds: float) -> float:
        """Wait until nothing is left to do."""
        return self.product.wait(
            checks.nothing_left, seconds=seconds, what="no work left", every=1.0
        )

    def compared(self, when: str) -> Results:
        states = {login: self.state(login) for login in self.logins}
        true = truth(states, checks.connected_at(), set(self.on_hand))
        return checks.compared(when, true, self.on_hand, self.editions)
