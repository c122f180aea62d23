"""Publishing while the worker is killed and answers are lost: shared by the suite and the soak."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass
from typing import Any

from core.enums import WorkState
from offers.models import Publication, PublicationBatch
from products.models import Product
from settings_app.models import Integration
from tests.offers.publishing.scene import mapped_category, ready_product, wish
from tests.worker import kill, run_code, wait_for

POST = "POST /sale/product-offers"
WORK = """
from offers.operations.publishing import publish_account
import time
while True:
    publish_account(integration_id={account}, seconds=300)
    time.sleep(0.3)
"""
# Longer than the sandbox's listing lags (2 s), shorter than anybody's patience.
DOUBT = "8"
HARM: tuple[dict[str, Any], ...] = (
    {"kind": "latency", "latencyMs": 30, "route": POST},
    {"kind": "drop", "afterEffect": True, "probability": 0.15, "route": POST},
    {"kind": "status", "status": 504, "afterEffect": True, "probability": 0.05, "route": POST},
    {"kind": "drop", "probability": 0.05, "route": POST},
)


@dataclass(frozen=True)
class Outcome:
    """What was wished for and what Allegro holds: offers of each code."""

    batch: PublicationBatch
    ready: list[Product]
    broken: list[Product]
    offers: Counter[str]
    lost_answers: int


def publish_under_harm(
    *,
    sandbox: Any,
    account: Integration,
    owner: Any,
    login: str,
    ready: int,
    broken: int,
    kills: int,
) -> Outcome:
    """Publish ``ready`` and ``broken`` products; kill -9 the worker ``kills`` times in the middle."""
    good, bad = _products(sandbox, account, owner, ready, broken)
    sandbox.control("POST", "/settings", {"operationDelaySeconds": 1, "listingLagSeconds": 2})
    for fault in HARM:
        sandbox.control("POST", "/faults", fault)
    batch = wish(account, [*good, *bad], owner)
    for number in range(kills):
        _work_until(sandbox, account, posts=(number + 1) * ready // (kills + 1))
    worker = _worker(sandbox, account)
    try:
        wait_for(lambda: not _open(batch), seconds=100 + ready)
    finally:
        kill(worker)
    lost = sum(rule["hits"] for rule in sandbox.control("GET", "/faults")["faults"][1:])
    codes = Counter(str(one["externalId"]) for one in sandbox.seller(login)["offers"])
    return Outcome(batch, good, bad, codes, lost)


def _products(
    sandbox: Any, account: Integration, owner: Any, ready: int, broken: int
) -> tuple[list[Product], list[Product]]:
    category = mapped_category(account, owner)
    good = [ready_product(sandbox, category, number) for number in range(1, ready + 1)]
    bad = [ready_product(sandbox, category, 5000 + number) for number in range(broken)]
    for number, product in enumerate(bad):
        _break(product, number)
    return good, bad


def _break(product: Product, number: int) -> None:
    """Another thing is wrong with each."""
    rows = Product.objects.filter(pk=product.pk)
    wrongs = (
        lambda: rows.update(name="Kubek"),
        lambda: rows.update(selling_price=None),
        lambda: product.images.all().delete(),
        lambda: rows.update(default_category=None),
        lambda: rows.update(ean="5901234123450"),
    )
    wrongs[number % len(wrongs)]()


def _work_until(sandbox: Any, account: Integration, *, posts: int) -> None:
    worker = _worker(sandbox, account)
    try:
        wait_for(lambda: _posts(sandbox) >= posts, seconds=60)
    finally:
        kill(worker)


def _worker(sandbox: Any, account: Integration) -> Any:
    return run_code(
        WORK.format(account=account.pk),
        sandbox=sandbox,
        FETCH_HOSTS=sandbox.url.removeprefix("http://"),
        PUBLISH_DOUBT_SECONDS=DOUBT,
    )


def _posts(sandbox: Any) -> int:
    return int(sandbox.control("GET", "/requests")["byRoute"].get(POST, 0))


def _open(batch: PublicationBatch) -> bool:
    time.sleep(0.2)
    states = [WorkState.PENDING, WorkState.RUNNING]
    return Publication.objects.filter(batch=batch, state__in=states).exists()
