"""What is kept in step, field by field: the defaults, the seller's rows, the guard of the database."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from settings_app.enums import ConflictStrategy, SyncedField
from settings_app.models import FieldRule
from settings_app.queries import Rule, field_rules


def rule(integration: Any, field: str, **values: Any) -> FieldRule:
    return FieldRule.objects.create(
        organization=integration.organization, integration=integration, field=field, **values
    )


def test_what_nobody_decided_about_has_safe_defaults(integration: Any) -> None:
    integration.conflict_strategy = ConflictStrategy.ALLEGRO_WINS

    rules = field_rules(integration=integration)

    assert {field for field, found in rules.items() if found.enabled} == {
        "PRICE",
        "STOCK",
        "STATUS",
    }
    assert rules["PRICE"] == Rule(
        enabled=True, strategy=ConflictStrategy.ALLEGRO_WINS, max_change_percent=50
    )
    assert rules["STOCK"].strategy == ConflictStrategy.DB_WINS
    assert set(rules) == set(SyncedField.values)


def test_a_row_of_the_seller_comes_before_the_default(integration: Any) -> None:
    rule(integration, "PRICE", strategy="DB_WINS", may_lower=False)
    rule(integration, "TITLE", enabled=True)
    rule(integration, "STOCK", enabled=False)

    rules = field_rules(integration=integration)

    assert rules["PRICE"] == Rule(
        enabled=True, strategy=ConflictStrategy.DB_WINS, may_lower=False, max_change_percent=None
    )
    assert (rules["TITLE"].enabled, rules["TITLE"].strategy) == (True, ConflictStrategy.MANUAL)
    assert (rules["STOCK"].enabled, rules["STOCK"].strategy) == (False, ConflictStrategy.DB_WINS)


def test_a_marketplaces_price_follows_the_price_unless_it_has_a_rule(integration: Any) -> None:
    rule(integration, "PRICE", may_raise=False)
    rule(integration, "PRICE@allegro-cz", strategy="MANUAL")

    rules = field_rules(integration=integration)

    assert rules["PRICE@allegro-sk"] == rules["PRICE"]
    assert rules["PRICE@allegro-cz"].may_raise
    with pytest.raises(KeyError):
        rules["WEIGHT"]


@pytest.mark.parametrize(
    "wrong", [{"field": "WEIGHT"}, {"field": "PRICE", "max_change_percent": 0}, {"field": "price"}]
)
def test_the_database_refuses_what_is_no_rule(integration: Any, wrong: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        rule(integration, **wrong)
    assert not FieldRule.objects.exists()
