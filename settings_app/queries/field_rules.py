"""What is kept in step between the catalogue and an account, field by field."""

from __future__ import annotations

from dataclasses import dataclass

from settings_app.enums import ConflictStrategy, SyncedField
from settings_app.models import FieldRule, Integration

# A seller's offer titles, texts and pictures differ from the catalogue's on purpose.
OFF_AT_FIRST = frozenset({SyncedField.TITLE, SyncedField.DESCRIPTION, SyncedField.IMAGES})
# The ledger is the truth about stock, whatever else the account decides.
OWN_STRATEGY = {SyncedField.STOCK: ConflictStrategy.DB_WINS}
# A misplaced decimal point moves a price further than this; a sale hardly ever does.
LARGEST_PRICE_CHANGE = 50


@dataclass(frozen=True, slots=True)
class Rule:
    """What holds for a field; ``strategy`` is never blank.

    ``may_raise``, ``may_lower`` and ``max_change_percent`` (None: no limit) bind prices written to
    Allegro.
    """

    enabled: bool
    strategy: ConflictStrategy
    may_raise: bool = True
    may_lower: bool = True
    max_change_percent: int | None = None


class FieldRules(dict[str, Rule]):
    """Rules by the field's code; ``PRICE@<marketplace>`` without a rule of its own has PRICE's."""

    def __missing__(self, field: str) -> Rule:
        general, at, _marketplace = field.partition("@")
        if not at:
            raise KeyError(field)
        return self[general]


def field_rules(*, integration: Integration) -> FieldRules:
    """The rule of every field of an account: the seller's, else the default."""
    rules = FieldRules(
        (str(field), default_rule(field=field, integration=integration)) for field in SyncedField
    )
    for row in FieldRule.objects.filter(integration=integration):
        rules[row.field] = Rule(
            enabled=row.enabled,
            strategy=_strategy(row.field, row.strategy, integration),
            may_raise=row.may_raise,
            may_lower=row.may_lower,
            max_change_percent=row.max_change_percent,
        )
    return rules


def default_rule(*, field: str, integration: Integration) -> Rule:
    """What holds for a field that nobody decided about."""
    of_price = field == SyncedField.PRICE
    return Rule(
        enabled=field not in OFF_AT_FIRST,
        strategy=_strategy(field, "", integration),
        max_change_percent=LARGEST_PRICE_CHANGE if of_price else None,
    )


def _strategy(field: str, said: str, integration: Integration) -> ConflictStrategy:
    return ConflictStrategy(said or own_strategy(field) or integration.conflict_strategy)


def own_strategy(field: str) -> str:
    """What wins for a field whatever the account decides; empty: the account's strategy."""
    return OWN_STRATEGY.get(SyncedField(field), "") if field in SyncedField.values else ""
