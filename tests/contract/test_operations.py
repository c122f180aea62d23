"""Every operation of the client against the running sandbox, judged by Allegro's description."""

from __future__ import annotations

import pytest

from connectors.allegro import Exchange
from connectors.allegro.operations import OPERATIONS
from tests.contract.cases import CASES, World


def test_every_operation_has_a_case() -> None:
    assert set(CASES) == set(OPERATIONS)


@pytest.mark.parametrize("name", OPERATIONS)
def test_the_operation_works_as_described(
    name: str, world: World, exchanges: list[Exchange]
) -> None:
    CASES[name](world)
    answered = [one for one in exchanges if one.operation == name]
    assert answered, f"the case of {name} never called it"
    assert all(200 <= one.status < 400 for one in answered)
