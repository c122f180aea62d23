from __future__ import annotations

import itertools
import random

from offers.spans import as_multirange, contains, count, with_ids


def test_neighbours_become_one_span() -> None:
    assert with_ids([], [3, 1, 2, 7]) == [[1, 3], [7, 7]]
    assert with_ids([[1, 3], [7, 7]], [4, 5, 6]) == [[1, 7]]
    assert as_multirange([[1, 3], [7, 7]]) == "{[1,3],[7,7]}"


def test_spans_hold_exactly_what_was_put_in() -> None:
    chance = random.Random(7)
    for _round in range(50):
        spans: list[list[int]] = []
        kept: set[int] = set()
        for _batch in range(6):
            ids = [chance.randrange(1, 80) for _ in range(9)]
            kept.update(ids)
            spans = with_ids(spans, ids)
        assert {one for one in range(90) if contains(spans, one)} == kept
        assert count(spans) == len(kept)
        assert all(a[1] + 1 < b[0] for a, b in itertools.pairwise(spans))
