"""Choosing what every new offer of an account gets."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from core import audit
from core.errors import HubError
from offers.dictionaries import Dictionaries
from offers.models import PublishSettings
from settings_app.models import Integration

# ISO 8601 durations Allegro knows [S], with what they mean.
HANDLING_TIMES = (
    ("PT0S", gettext_lazy("at once")),
    ("PT24H", gettext_lazy("24 hours")),
    ("P2D", gettext_lazy("2 days")),
    ("P3D", gettext_lazy("3 days")),
    ("P4D", gettext_lazy("4 days")),
    ("P5D", gettext_lazy("5 days")),
    ("P7D", gettext_lazy("7 days")),
    ("P10D", gettext_lazy("10 days")),
    ("P14D", gettext_lazy("14 days")),
    ("P21D", gettext_lazy("21 days")),
    ("P30D", gettext_lazy("30 days")),
    ("P60D", gettext_lazy("60 days")),
)
PROVINCES = (
    "DOLNOSLASKIE", "KUJAWSKO_POMORSKIE", "LUBELSKIE", "LUBUSKIE", "LODZKIE", "MALOPOLSKIE",
    "MAZOWIECKIE", "OPOLSKIE", "PODKARPACKIE", "PODLASKIE", "POMORSKIE", "SLASKIE",
    "SWIETOKRZYSKIE", "WARMINSKO_MAZURSKIE", "WIELKOPOLSKIE", "ZACHODNIOPOMORSKIE",
)  # fmt: skip
# Column of an id, and the list it is chosen from.
CHOSEN = {
    "shipping_rates_id": "shipping_rates",
    "return_policy_id": "return_policies",
    "implied_warranty_id": "implied_warranties",
    "warranty_id": "warranties",
    "responsible_producer_id": "producers",
}
WRITTEN = (
    "handling_time", "safety_information", "marketed_before_gpsr", "city", "post_code", "province",
    "country_code", "invoice", "tax_rate",
)  # fmt: skip


class UnknownTerm(HubError):
    """Something that the account does not have at Allegro, or that Allegro does not know."""

    status = 422
    code = "unknown_term"
    title = gettext_lazy("The account has no such thing at Allegro")


def set_terms(
    *,
    integration: Integration,
    values: Mapping[str, Any],
    dictionaries: Dictionaries,
    actor: User,
    now: datetime,
) -> PublishSettings:
    """Set the named terms of the account's new offers; others stay. Audits what changed.

    ``dictionaries`` are what the account has at Allegro now: an id must be in its list, and its name
    is kept beside it. Raises :class:`UnknownTerm` with the fields.
    """
    cleaned = _with_names(
        {k: v for k, v in values.items() if k in {*CHOSEN, *WRITTEN}}, dictionaries
    )
    with transaction.atomic():
        PublishSettings.objects.bulk_create(
            [PublishSettings(organization_id=integration.organization_id, integration=integration)],
            ignore_conflicts=True,
        )
        row: PublishSettings = PublishSettings.objects.select_for_update().get(
            integration=integration
        )
        differences = audit.changed(row, cleaned)
        for name, (_before, after) in differences.items():
            setattr(row, name, after)
        _check(row)
        row.save(update_fields=[*differences, "updated_at"])
        if differences:
            audit.record_change(
                "offers.terms_set",
                integration,
                actor,
                now,
                {name: before for name, (before, _after) in differences.items()},
                {name: after for name, (_before, after) in differences.items()},
            )
    return row


def _with_names(values: Mapping[str, Any], dictionaries: Dictionaries) -> dict[str, Any]:
    found = dict(values)
    wrong: dict[str, list[str]] = {}
    for column, kind in CHOSEN.items():
        if column not in values:
            continue
        names = dict(getattr(dictionaries, kind))
        if values[column] and values[column] not in names:
            wrong[column] = [_("Allegro shows no such entry for this account.")]
        found[column.replace("_id", "_name")] = names.get(values[column], "")[:200]
    if wrong:
        raise UnknownTerm(remedy=_("Choose from what the account has at Allegro."), fields=wrong)
    return found


def _check(row: PublishSettings) -> None:
    wrong: dict[str, list[str]] = {}
    if row.handling_time not in dict(HANDLING_TIMES):
        wrong["handling_time"] = [_("Allegro knows no such time.")]
    if row.province and row.province not in PROVINCES:
        wrong["province"] = [_("There is no such province.")]
    try:
        row.clean_fields(exclude=["organization", "integration"])
    except ValidationError as error:
        wrong |= error.message_dict
    if wrong:
        raise UnknownTerm(_("Some values cannot be kept."), fields=wrong)
