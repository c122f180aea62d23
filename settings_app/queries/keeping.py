"""What the page "What is kept in step" shows, and the page of schedules."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy
from django_celery_beat.models import PeriodicTask

from settings_app.enums import SyncDirection, SyncedField
from settings_app.models import FieldRule, Integration
from settings_app.queries.field_rules import field_rules, own_strategy
from settings_app.queries.schedules import schedules_of, task_name
from settings_app.queries.words import STRATEGY_WORDS

NOTES = {
    SyncedField.PRICE: gettext_lazy(
        "The price you sell for, or what a price rule makes of the cost."
    ),
    SyncedField.STOCK: gettext_lazy(
        "Your stock is the truth: while stock may be written, a change of it goes to Allegro at once."
    ),
    SyncedField.TITLE: gettext_lazy("The product's name against the title of the offer."),
    SyncedField.DESCRIPTION: gettext_lazy("The product's description against the offer's."),
    SyncedField.IMAGES: gettext_lazy(
        "The product's pictures, in their order, against the offer's."
    ),
    SyncedField.STATUS: gettext_lazy("An archived or inactive product ends its offers, and back."),
}
SWITCHES = {
    SyncedField.PRICE: "may_write_price",
    SyncedField.STOCK: "may_write_stock",
}
DIRECTION_NOTES = {
    SyncDirection.PUSH: gettext_lazy("What you changed is compared and written to Allegro."),
    SyncDirection.PULL: gettext_lazy("What changed at Allegro is compared and taken over here."),
    SyncDirection.STOCK: gettext_lazy(
        "Offers whose quantity at Allegro is not yours are sent again; changes of stock go at once anyway."
    ),
    SyncDirection.CLEANUP: gettext_lazy(
        "Old runs, their plans and settled conflicts are forgotten."
    ),
}


def kept_fields(*, integration: Integration) -> list[dict[str, Any]]:
    """Every field with its rule, what the seller said about who wins, and whether Allegro may be written."""
    rules = field_rules(integration=integration)
    said = dict(FieldRule.objects.filter(integration=integration).values_list("field", "strategy"))
    return [
        {
            "field": field,
            "label": field_label(field),
            "note": NOTES.get(SyncedField(field.partition("@")[0]), ""),
            "rule": rules[field],
            "said": said.get(field) or str(own_strategy(field)),
            "may_write": may_write(integration, field),
            "now": STRATEGY_WORDS[rules[field].strategy].sentence,
        }
        for field in sorted(rules, key=_place)
    ]


def field_label(field: str) -> str:
    """A field's code in words; the price on another marketplace names it."""
    general, _at, marketplace = field.partition("@")
    label = str(SyncedField(general).label)
    return f"{label} ({marketplace})" if marketplace else label


def may_write(integration: Integration, field: str) -> bool:
    """Whether the account's switches let this field go to Allegro at all."""
    switch = SWITCHES.get(SyncedField(field.partition("@")[0]), "may_write_offers")
    return bool(getattr(integration, switch))


def schedule_rows(*, integration: Integration, now: datetime) -> list[dict[str, Any]]:
    """Every direction with its schedule, in words, and its next three starts."""
    schedules = schedules_of(integration=integration)
    names = {one: task_name(integration_id=integration.pk, what=one.lower()) for one in schedules}
    last = dict(
        PeriodicTask.objects.filter(name__in=names.values()).values_list("name", "last_run_at")
    )
    zone = timezone.get_current_timezone()
    return [
        {
            "schedule": schedule,
            "label": direction.label,
            "note": DIRECTION_NOTES[direction],
            "times": schedule.next_times(now=now, zone=zone, last=last.get(names[direction]))
            if schedule.enabled
            else [],
        }
        for direction, schedule in schedules.items()
    ]


def _place(field: str) -> tuple[int, str]:
    return SyncedField.values.index(field.partition("@")[0]), field
