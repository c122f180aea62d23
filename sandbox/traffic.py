"""Which requests arrived: counted by route and seller, so that tests can assert on them."""

from __future__ import annotations

from collections import Counter, deque
from typing import Any


class Traffic:
    """The last 500,000 API and OAuth requests. Control requests are not counted."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, str, str | None, int]] = deque(maxlen=500_000)

    def record(self, moment: float, route: str, login: str | None, status: int) -> None:
        """``status`` 0 stands for a connection that a fault dropped."""
        self._seen.append((moment, route, login, status))

    def clear(self) -> None:
        self._seen.clear()

    def counts(self, since: float) -> dict[str, Any]:
        routes: Counter[str] = Counter()
        sellers: Counter[str] = Counter()
        statuses: Counter[str] = Counter()
        minutes: Counter[int] = Counter()
        per_seller: dict[str, Counter[str]] = {}
        for moment, route, login, status in self._seen:
            if moment < since:
                continue
            routes[route] += 1
            statuses[str(status)] += 1
            minutes[int(moment // 60)] += 1
            sellers[login or "-"] += 1
            per_seller.setdefault(login or "-", Counter())[route] += 1
        return {
            "total": sum(routes.values()),
            "busiestMinute": max(minutes.values(), default=0),
            "byRoute": dict(routes.most_common()),
            "bySeller": dict(sellers.most_common()),
            "byStatus": dict(sorted(statuses.items())),
            "writes": {
                route: number
                for route, number in routes.most_common()
                if not route.startswith("GET ") and "/auth/oauth/" not in route
            },
            "bySellerAndRoute": {login: dict(found) for login, found in per_seller.items()},
        }
