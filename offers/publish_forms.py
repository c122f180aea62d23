"""What people fill in when they publish products: the choice, the terms of an account, the fillings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization
from core.money import Money
from core.row_ids import row_id
from offers.choices import Choice
from offers.copying import Copy
from offers.dictionaries import Dictionaries
from offers.models import Offer, PublishSettings
from offers.operations.publishing.requesting import AT_MOST
from offers.operations.terms import CHOSEN, HANDLING_TIMES, PROVINCES
from offers.publishing.facts import Filling, Parameter
from offers.queries.offers import connected_accounts
from offers.queries.publications import PublicationFilter
from settings_app.models import Integration

HIGHEST = 100_000


def choice_of(data: QueryDict) -> Choice:
    """The choice a page was sent: ``ids`` with commas between, ``product`` or ``pick`` many times."""
    named = [*str(data.get("ids", "")).split(","), *data.getlist("product"), *data.getlist("pick")]
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
        places=frozenset(one[:40] for one in data.getlist("place") if one),
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


class TermsForm(forms.ModelForm):
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


class CopyForm(forms.Form):
    """Where an offer is copied to, at what price, and how many."""

    account_id = forms.ChoiceField(label=_("Account"))
    price = forms.DecimalField(
        label=_("Price, gross"), max_digits=12, decimal_places=2, min_value=0, required=False
    )
    quantity = forms.IntegerField(
        label=_("Quantity"), min_value=1, max_value=HIGHEST, required=False
    )
    on_sale = forms.ChoiceField(
        label=_("On sale"), choices=[("active", _("at once")), ("draft", _("no, make a draft"))]
    )
    although = forms.BooleanField(
        label=_("Although an offer of that account sells it already"), required=False
    )

    def __init__(self, *args: Any, offer: Offer, organization: Organization, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer = offer
        accounts = connected_accounts(organization=organization).exclude(pk=offer.integration_id)
        self.accounts = {str(one.pk): one for one in accounts if one.is_working}
        field: Any = self.fields["account_id"]
        field.choices = [(key, one.label) for key, one in self.accounts.items()]
        self.fields["price"].help_text = _("Empty: as it is here.")
        self.fields["quantity"].help_text = _("Empty: what the warehouses of that account have.")

    @property
    def account(self) -> Integration:
        return self.accounts[self.cleaned_data["account_id"]]

    @property
    def copy(self) -> Copy:
        price = self.cleaned_data["price"]
        return Copy(
            self.offer.pk,
            price=Money(price, self.offer.currency) if price else None,
            quantity=self.cleaned_data["quantity"],
            although=self.cleaned_data["although"],
        )

    @property
    def activate(self) -> bool:
        return bool(self.cleaned_data["on_sale"] == "active")
