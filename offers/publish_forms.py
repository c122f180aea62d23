"""What people fill in when they publish products: the choice, the terms of an account, the fillings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from core.row_ids import row_id
from offers.choices import Choice
from offers.dictionaries import Dictionaries
from offers.models import PublishSettings
from offers.operations.publishing.requesting import AT_MOST
from offers.operations.terms import CHOSEN, HANDLING_TIMES, PROVINCES
from offers.publishing.facts import Filling, Parameter
from offers.queries.publications import PublicationFilter

HIGHEST = 100_000


def choice_of(data: QueryDict) -> Choice:
    """The choice a page was sent: ``ids`` with commas between, or ``product`` many times."""
    named = [*str(data.get("ids", "")).split(","), *data.getlist("product")]
    ids = [one for one in dict.fromkeys(row_id(text.strip()) for text in named) if one]
    typed = str(data.get("quantity", ""))
    quantity = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 7 else None
    titles = {
        one: " ".join(str(data.get(f"title-{one}", "")).replace("\x00", "").split())[:200]
        for one in ids
    }
    return Choice(
        product_ids=tuple(ids[:AT_MOST]),
        account=row_id(str(data.get("account", ""))),
        activate=data.get("as", "active") != "draft",
        quantity=min(quantity, HIGHEST) if quantity else None,
        although=frozenset(row_id(one) for one in data.getlist("although")),
        titles={one: title for one, title in titles.items() if title},
    )


def publication_filter(data: Any) -> PublicationFilter:
    """The filter of the list of publications; what cannot be read narrows nothing."""
    return PublicationFilter(
        state=str(data.get("state", ""))[:10],
        account=str(data.get("account", ""))[:18],
        reason=str(data.get("reason", ""))[:20].replace("\x00", ""),
        search=str(data.get("q", ""))[:100].replace("\x00", ""),
    )


class TermsForm(forms.ModelForm):  # type: ignore[type-arg]
    """What every new offer of the account gets, chosen from what it has at Allegro."""

    class Meta:
        model = PublishSettings
        fields = (
            "shipping_rates_id", "handling_time", "return_policy_id", "implied_warranty_id",
            "warranty_id", "responsible_producer_id", "safety_information", "marketed_before_gpsr",
            "city", "post_code", "province", "country_code", "invoice", "tax_rate",
        )  # fmt: skip
        help_texts = {
            "responsible_producer_id": _("Who answers for the goods in the EU (GPSR)."),
            "safety_information": _(
                "Warnings and advice for use, as the GPSR asks; up to 5,000 characters."
            ),
            "marketed_before_gpsr": _(
                "Your word to Allegro that the goods need no GPSR data; not possible for new goods."
            ),
            "tax_rate": _("Empty: no VAT rate is stated in the offer."),
        }

    def __init__(self, *args: Any, dictionaries: Dictionaries, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for column, kind in CHOSEN.items():
            known = getattr(dictionaries, kind)
            self.fields[column] = _choice(
                self.fields[column], known, getattr(self.instance, column)
            )
        self.fields["handling_time"] = _choice(self.fields["handling_time"], HANDLING_TIMES, "")
        provinces = [(one, one.replace("_", "-").capitalize()) for one in PROVINCES]
        self.fields["province"] = _choice(self.fields["province"], provinces, "")
        self.fields["safety_information"].widget.attrs["rows"] = 5


def _choice(bound: forms.Field, known: Sequence[Any], chosen: str) -> forms.ChoiceField:
    """A choice of what is known; what was chosen and is gone stays visible, so that it is noticed."""
    choices: list[Any] = [("", _("Nothing chosen")), *known]
    if chosen and chosen not in {one[0] for one in known}:
        choices.append((chosen, _("No longer at Allegro")))
    return forms.ChoiceField(
        label=bound.label, help_text=bound.help_text, choices=choices, required=False
    )


def fillings_of(data: QueryDict, parameters: Iterable[Parameter]) -> dict[str, Filling]:
    """What a page says fills each parameter: ``field:brand``, ``value:11323_1``, or a typed text."""
    found: dict[str, Filling] = {}
    for one in parameters:
        kind, _colon, said = str(data.get(f"by-{one.id}", "")).partition(":")
        typed = str(data.get(f"text-{one.id}", "")).replace("\x00", "").strip()[:500]
        if kind == "field" and said:
            found[one.id] = Filling(field=said)
        elif kind == "value" and said:
            found[one.id] = Filling(value_id=said)
        elif typed:
            found[one.id] = Filling(value=typed)
    return found
