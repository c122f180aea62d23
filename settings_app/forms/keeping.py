"""What is kept in step with an account, who wins, and when runs start by themselves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from settings_app.cron import read_when
from settings_app.enums import ConflictStrategy, SyncedField
from settings_app.models import Integration
from settings_app.models.field_rules import LARGEST_CHANGE
from settings_app.queries import Rule, Schedule
from settings_app.queries.words import STRATEGY_WORDS

# Our ledger is the truth about stock; what a purchase took away at Allegro must not come back as stock.
STOCK_STRATEGIES = (ConflictStrategy.DB_WINS, ConflictStrategy.MANUAL)


class KeepingForm(forms.ModelForm):
    """Who wins in general, and what stops a run."""

    class Meta:
        model = Integration
        fields = [
            "conflict_strategy",
            "brake_changed_percent",
            "brake_changed_minimum",
            "brake_ended_per_day",
        ]
        labels = {
            "conflict_strategy": _("When both sides changed the same thing"),
            "brake_changed_percent": _("A run stops above"),
            "brake_changed_minimum": _("But only from"),
            "brake_ended_per_day": _("Ended a day, at most"),
        }
        help_texts = {
            "brake_changed_percent": _(
                "A run that would change more of the account's linked offers writes nothing until a"
                " person has looked."
            ),
            "brake_changed_minimum": _("Fewer offers than this never stop a run."),
            "brake_ended_per_day": _("Further offers wait until a person has looked."),
        }
        widgets = {"conflict_strategy": forms.RadioSelect}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["conflict_strategy"].choices = [  # type: ignore[attr-defined]
            (strategy.value, words.sentence) for strategy, words in STRATEGY_WORDS.items()
        ]


class FieldRuleForm(forms.Form):
    """One field's rule; ``prefix`` is the field's code."""

    enabled = forms.BooleanField(label=_("Kept in step"), required=False)
    strategy = forms.ChoiceField(label=_("When both changed"), required=False)
    may_raise = forms.BooleanField(label=_("Allegro's price may be raised"), required=False)
    may_lower = forms.BooleanField(label=_("Allegro's price may be lowered"), required=False)
    max_change_percent = forms.IntegerField(
        label=_("By at most"),
        required=False,
        min_value=1,
        max_value=LARGEST_CHANGE,
        help_text=_("A larger step is not written and waits for you. Empty: no limit."),
    )

    def __init__(
        self, data: Any = None, *, field: str, rule: Rule, said: str, account: str
    ) -> None:
        initial = {
            "enabled": rule.enabled,
            "strategy": said,
            "may_raise": rule.may_raise,
            "may_lower": rule.may_lower,
            "max_change_percent": rule.max_change_percent,
        }
        super().__init__(data, prefix=field, initial=initial)
        self.field = field
        self.is_price = field.partition("@")[0] == SyncedField.PRICE
        self.fields["strategy"].choices = _strategies(field, account)  # type: ignore[attr-defined]
        if not self.is_price:
            for name in ("may_raise", "may_lower", "max_change_percent"):
                del self.fields[name]


def _strategies(field: str, account: str) -> list[tuple[str, Any]]:
    if field == SyncedField.STOCK:
        return [(one.value, STRATEGY_WORDS[one].short) for one in STOCK_STRATEGIES]
    as_account = STRATEGY_WORDS[ConflictStrategy(account)].short
    return [
        ("", _("As above: %(how)s") % {"how": as_account}),
        *((strategy.value, words.short) for strategy, words in STRATEGY_WORDS.items()),
    ]


class ScheduleForm(forms.Form):
    """When one direction starts by itself; ``prefix`` is the direction."""

    enabled = forms.BooleanField(label=_("By itself"), required=False)
    when = forms.CharField(label=_("When"), max_length=100)

    def __init__(self, data: Any = None, *, schedule: Schedule) -> None:
        initial = {"enabled": schedule.enabled, "when": schedule.when}
        super().__init__(data, prefix=schedule.direction, initial=initial)
        self.schedule = schedule

    def clean_when(self) -> str:
        said: str = self.cleaned_data["when"]
        self.minutes, self.cron = read_when(said)
        return said

    def values(self) -> dict[str, Any]:
        """What the operation takes."""
        return {
            "enabled": self.cleaned_data["enabled"],
            "minutes": self.minutes,
            "cron": self.cron,
        }


def all_valid(these: Sequence[forms.BaseForm]) -> bool:
    """Whether every form is valid; each is asked, so that each shows its errors."""
    verdicts = [one.is_valid() for one in these]
    return all(verdicts)
