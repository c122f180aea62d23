"""Price rules and exchange rates: set by a person, followed by the prices of the account's offers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Organization, User
from core import audit
from core.errors import HubError
from core.outbox import publish, publish_many
from offers.models import ExchangeRate, PriceRule
from settings_app.models import Integration

RULE_VALUES = (
    "currency", "source", "percent", "vat_percent", "rate_days", "decimals", "ending", "lowest",
    "highest", "lowest_margin_percent",
)  # fmt: skip


class InvalidPriceRule(HubError):
    """Some values of the rule cannot be kept; ``fields`` says which and why."""

    code = "invalid_price_rule"
    title = gettext_lazy("The price rule has invalid values")


class InvalidRate(HubError):
    """The exchange rate cannot be kept; ``fields`` says why."""

    code = "invalid_exchange_rate"
    title = gettext_lazy("The exchange rate has invalid values")


def draft_rule(
    *, integration: Integration, marketplace: str, values: Mapping[str, Any]
) -> PriceRule:
    """A checked rule that is not stored, for a preview. Raises :class:`InvalidPriceRule`."""
    rule = PriceRule(
        organization_id=integration.organization_id,
        integration=integration,
        marketplace=marketplace,
    )
    for name in RULE_VALUES:
        if name in values:
            setattr(rule, name, values[name])
    rule.currency = rule.currency.upper()
    if problems := _problems(rule):
        raise InvalidPriceRule(fields=problems)
    return rule


def set_price_rule(
    *,
    integration: Integration,
    marketplace: str,
    values: Mapping[str, Any],
    actor: User,
    now: datetime,
) -> PriceRule:
    """Store the rule for one marketplace of an account (empty: its own); offers' prices follow.

    Our prices are computed anew from it; whether they are written to Allegro is up to the next sync.
    Audits. Publishes ``offer.prices_changed``. Raises :class:`InvalidPriceRule`.
    """
    draft = draft_rule(integration=integration, marketplace=marketplace, values=values)
    with transaction.atomic():
        present = _present(integration, marketplace)
        before = _as_values(present) if present else {}
        rule, _made = PriceRule.objects.update_or_create(
            integration=integration,
            marketplace=marketplace,
            defaults={
                "organization_id": integration.organization_id,
                **{name: getattr(draft, name) for name in RULE_VALUES},
            },
        )
        audit.record_change("price_rule.set", rule, actor, now, before, _as_values(rule))
        _tell(integration)
    return rule


@transaction.atomic
def remove_price_rule(
    *, integration: Integration, marketplace: str, actor: User, now: datetime
) -> bool:
    """Remove a rule; prices follow the selling prices again, or nothing on other marketplaces. Audits."""
    rule = _present(integration, marketplace)
    if rule is None:
        return False
    audit.record_change("price_rule.removed", rule, actor, now, _as_values(rule), {})
    rule.delete()
    _tell(integration)
    return True


def enter_rate(
    *,
    organization: Organization,
    currency: str,
    quote: str,
    rate: Decimal,
    rate_date: Any,
    actor: User,
    now: datetime,
) -> ExchangeRate:
    """Keep what one unit of ``currency`` costs in ``quote`` on a day; of a day the last entry counts.

    Prices that need it follow. Audits. Raises :class:`InvalidRate`.
    """
    draft = ExchangeRate(
        organization=organization,
        currency=currency.strip().upper(),
        quote=quote.strip().upper(),
        rate=rate,
        rate_date=rate_date,
        entered_by=actor,
        entered_at=now,
    )
    if problems := _rate_problems(draft, now):
        raise InvalidRate(fields=problems)
    with transaction.atomic():
        kept, _made = ExchangeRate.objects.update_or_create(
            organization=organization,
            currency=draft.currency,
            quote=draft.quote,
            rate_date=draft.rate_date,
            defaults={"rate": draft.rate, "entered_by": actor, "entered_at": now},
        )
        after = {"rate": str(draft.rate), "date": str(draft.rate_date)}
        audit.record_change(
            "exchange_rate.entered", kept, actor, now, {}, {**after, "pair": str(kept)}
        )
        accounts = PriceRule.objects.for_organization(organization).order_by("integration_id")
        publish_many(
            topic="offer.prices_changed",
            payloads=[
                ({"integration_id": pk}, organization.pk)
                for pk in accounts.values_list("integration_id", flat=True).distinct()
            ],
        )
    return kept


def _present(integration: Integration, marketplace: str) -> PriceRule | None:
    found: PriceRule | None = (
        PriceRule.objects.select_for_update()
        .filter(integration=integration, marketplace=marketplace)
        .first()
    )
    return found


def _as_values(rule: PriceRule) -> dict[str, Any]:
    found = {name: getattr(rule, name) for name in RULE_VALUES}
    return {"marketplace": rule.marketplace, **found}


def _tell(integration: Integration) -> None:
    publish(
        topic="offer.prices_changed",
        payload={"integration_id": integration.pk},
        organization_id=integration.organization_id,
    )


def _problems(rule: PriceRule) -> dict[str, list[str]]:
    problems: dict[str, list[str]] = {}
    try:
        rule.clean_fields(exclude=["organization", "integration"])
    except ValidationError as error:
        problems.update(error.message_dict)
    if not (len(rule.currency) == 3 and rule.currency.isascii() and rule.currency.isalpha()):
        problems.setdefault("currency", []).append(_("A currency is a three-letter code like PLN."))
    if problems:
        return problems
    tail = rule.ending.partition(".")[2]
    if rule.ending == "." or len(tail) > rule.decimals:
        problems["ending"] = [_("The ending has more decimals than the price.")]
    if rule.lowest is not None and rule.highest is not None and rule.lowest > rule.highest:
        problems["highest"] = [_("The highest price is below the lowest.")]
    return problems


def _rate_problems(draft: ExchangeRate, now: datetime) -> dict[str, list[str]]:
    problems: dict[str, list[str]] = {}
    try:
        draft.clean_fields(exclude=["organization", "entered_by"])
    except ValidationError as error:
        problems.update(error.message_dict)
    for name in ("currency", "quote"):
        code = getattr(draft, name)
        if not (len(code) == 3 and code.isascii() and code.isalpha()):
            problems.setdefault(name, []).append(_("A currency is a three-letter code like PLN."))
    if draft.currency == draft.quote:
        problems.setdefault("quote", []).append(_("A rate is between two currencies."))
    if "rate_date" not in problems and draft.rate_date > timezone.localdate(now):
        problems["rate_date"] = [_("A rate of a day to come is not known yet.")]
    return problems
