"""What people fill in about discrepancies and their rules."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization
from core.row_ids import row_id
from offers.queries import connected_accounts
from settings_app.models import Integration
from syncs.enums import (
    ConflictResolution,
    DiscrepancyKind,
    Resolution,
    Severity,
    SyncKind,
    SyncMode,
)
from syncs.models import DiscrepancyRule
from syncs.operations.discrepancies.discussing import LONGEST_COMMENT
from syncs.queries.choices import SIDES
from syncs.queries.conflicts import TABS as CONFLICT_TABS
from syncs.queries.conflicts import ConflictFilter
from syncs.queries.discrepancies import TABS, DiscrepancyFilter
from syncs.queries.plan_pages import PlanFilter

MOST_AT_ONCE = 200


def discrepancy_filter(data: Any) -> DiscrepancyFilter:
    """The filter of a query string; what cannot be read narrows nothing."""
    tab = str(data.get("tab", ""))
    return DiscrepancyFilter(
        tab=tab if tab in TABS else "open",
        kind=str(data.get("kind", ""))[:20],
        severity=str(data.get("severity", ""))[:10],
        account=str(data.get("account", ""))[:20],
        search=str(data.get("q", ""))[:200].replace("\x00", ""),
    )


def conflict_filter(data: Any) -> ConflictFilter:
    """The filter of a query string; what cannot be read narrows nothing."""
    tab = str(data.get("tab", ""))
    return ConflictFilter(
        tab=tab if tab in CONFLICT_TABS else "open",
        account=str(data.get("account", ""))[:20],
        field=str(data.get("field", ""))[:40],
        since=str(data.get("since", ""))[:10],
        search=str(data.get("q", ""))[:200].replace("\x00", ""),
    )


def plan_filter(data: Any) -> PlanFilter:
    """The filter of a plan's lines in a query string."""
    return PlanFilter(
        **{
            name: str(data.get(name, ""))[:40].replace("\x00", "")
            for name in ("action", "field", "state", "reason")
        }
    )


def chosen_ids(data: Any) -> list[int]:
    """The ticked rows of a list, at most :data:`MOST_AT_ONCE`."""
    return [pk for text in data.getlist("id")[:MOST_AT_ONCE] if (pk := row_id(text))]


class CommentForm(forms.Form):
    """Something to say."""

    comment = forms.CharField(
        label=_("Comment"), max_length=LONGEST_COMMENT, widget=forms.Textarea(attrs={"rows": 3})
    )


class ResolveForm(forms.Form):
    """A side, why, and for ignoring until when. ``seen`` is Allegro's value the person looked at."""

    side = forms.ChoiceField(
        choices=[(one.value, one.label) for one in SIDES], widget=forms.HiddenInput
    )
    seen = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)
    until = forms.DateField(
        label=_("Ignore until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Empty: until it grows worse."),
    )
    comment = forms.CharField(
        label=_("Why"),
        required=False,
        max_length=LONGEST_COMMENT,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Stays in the history."),
    )

    def __init__(self, *args: Any, side: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if side != Resolution.IGNORE:
            del self.fields["until"]

    def clean_until(self) -> datetime | None:
        day = self.cleaned_data["until"]
        if day is None:
            return None
        if day <= timezone.localdate():
            raise forms.ValidationError(_("A day after today."))
        return timezone.make_aware(datetime.combine(day, time.min))


class CompareForm(forms.Form):
    """Which way values go, and whether they are only shown. The buttons carry the mode."""

    kind = forms.ChoiceField(
        choices=[(one.value, one.label) for one in (SyncKind.BOTH, SyncKind.PUSH, SyncKind.PULL)]
    )
    mode = forms.ChoiceField(choices=SyncMode.choices)

    def clean_kind(self) -> SyncKind:
        return SyncKind(self.cleaned_data["kind"])

    def clean_mode(self) -> SyncMode:
        return SyncMode(self.cleaned_data["mode"])


class ConflictForm(forms.Form):
    """A choice, with the values the person looked at; ``value`` is typed where a side is not chosen."""

    resolution = forms.ChoiceField(choices=ConflictResolution.choices)
    value = forms.CharField(label=_("Your value"), required=False, max_length=200)
    ours = forms.CharField(required=False, strip=False, max_length=500)
    theirs = forms.CharField(required=False, strip=False, max_length=500)


class RuleForm(forms.ModelForm):
    """A rule. Sizes are pieces, and of prices per cent of ours."""

    class Meta:
        model = DiscrepancyRule
        fields = [
            "name",
            "kind",
            "integration",
            "min_difference",
            "max_difference",
            "threshold",
            "severity",
            "auto_resolve",
            "enabled",
        ]
        help_texts = {
            "min_difference": _("Pieces; of prices per cent. Both ways."),
            "max_difference": _("Empty: without end."),
            "threshold": _("A difference up to this is none."),
            "auto_resolve": _("Done by the next check, within the switches of the account."),
        }

    def __init__(self, *args: Any, organization: Organization, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organization = organization
        self.instance.organization = organization
        self._name_the_empty("kind", [("", _("Any")), *DiscrepancyKind.choices])
        self._name_the_empty("severity", [("", _("By the size")), *Severity.choices])
        field = self.fields["integration"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = connected_accounts(organization=organization)
        field.empty_label = str(_("Every account"))

    def _name_the_empty(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = choices

    def preview_rule(self) -> DiscrepancyRule:
        """The rule as filled in, not saved; for looking at what it would do."""
        rule = DiscrepancyRule(
            organization=self.organization, pk=self.instance.pk, **self.cleaned_data
        )
        rule.position = self.instance.position if self.instance.pk else 2**31 - 1
        return rule


class DaysForm(forms.Form):
    """Which days' orders to read, and for which of the organization's accounts."""

    account = forms.ChoiceField(label=_("Account"), required=False)
    first_day = forms.DateField(
        label=_("From"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    last_day = forms.DateField(
        label=_("To"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Days of purchase, both included. Allegro keeps orders for twelve months."),
    )

    def __init__(self, *args: Any, accounts: Sequence[Integration], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._accounts = list(accounts)
        named: list[tuple[str, str]] = [(str(one.pk), one.label) for one in accounts]
        everyone: tuple[str, str] = ("", str(_("Every account")))
        self.fields["account"].choices = [everyone, *named]  # type: ignore[attr-defined]

    def chosen(self) -> list[Integration]:
        """The accounts meant; call it when the form is valid."""
        wanted = self.cleaned_data["account"]
        return [one for one in self._accounts if wanted in ("", str(one.pk))]
