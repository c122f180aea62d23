"""kill -9 of the worker and lost answers while products are published: nothing twice, nothing lost."""

from __future__ import annotations

from typing import Any

import pytest

from settings_app.models import Integration
from tests.offers.publishing.harm import publish_under_harm

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]


def test_killed_workers_and_lost_answers_make_no_second_offer(
    account: Integration, allegro: Any, owner: Any, login: str
) -> None:
    found = publish_under_harm(
        sandbox=allegro, account=account, owner=owner, login=login, ready=8, broken=5, kills=1
    )
    assert {product.code: found.offers[product.code] for product in found.ready} == {
        product.code: 1 for product in found.ready
    }
    assert all(found.offers[product.code] == 0 for product in found.broken)
    rows = found.batch.publications.all()
    assert rows.filter(state="DONE").exclude(offer=None).count() == 8
    stuck = rows.filter(state="WAITING_FOR_PERSON").prefetch_related("problems")
    assert stuck.count() == 5
    assert all(row.problems.all() for row in stuck)
