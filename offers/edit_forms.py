"""What people fill in to change an offer, or many at once."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from offers import values
from offers.enums import Field, price_field
from offers.models import Offer, OfferContent, OfferMarketplace, OwnValue

_PRICE: dict[str, Any] = {
    "required": False,
    "min_value": Decimal("0.01"),
    "max_digits": 12,
    "decimal_places": 2,
}


class OfferEditForm(forms.Form):
    """The fields of one offer as they are: its own values, else what Allegro shows."""

    title = forms.CharField(label=_("Title"), max_length=75)
    price = forms.DecimalField(label=_("Price, gross"), **_PRICE)
    images = forms.CharField(
        label=_("Pictures"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One address a line, in the order they are shown; the first is the main one."),
    )
    description = forms.CharField(
        label=_("Description"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 14}),
        help_text=_("Headings (h1, h2), paragraphs, lists and bold; pictures inside it stay."),
    )

    def __init__(self, *args: Any, offer: Offer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer = offer
        self.places = {
            one.marketplace: one
            for one in OfferMarketplace.objects.filter(offer=offer, price__isnull=False)
        }
        for name, place in self.places.items():
            self.fields[f"price@{name}"] = forms.DecimalField(
                label=_("Price on %(place)s") % {"place": name},
                initial=place.price,
                help_text=place.currency,
                **_PRICE,
            )
        self.fields["price"].help_text = offer.currency
        self.initial = {**self._shown(), **self.initial}

    def wanted(self) -> dict[str, str]:
        """Whole values by field, of what was filled in; empty prices and texts are left as they are."""
        data = self.cleaned_data
        found = {Field.TITLE.value: data["title"]}
        if data["price"] is not None:
            found[Field.PRICE.value] = values.price_text(data["price"], self.offer.currency)
        for name, place in self.places.items():
            if (amount := data[f"price@{name}"]) is not None:
                found[price_field(name)] = values.price_text(amount, place.currency)
        if data["description"]:
            found[Field.DESCRIPTION.value] = data["description"]
        if data["images"]:
            found[Field.IMAGES.value] = values.images_value(data["images"].splitlines())
        return found

    def tell(self, fields: dict[str, list[str]]) -> None:
        """Show what would be refused beside the inputs."""
        for code, problems in fields.items():
            name = code.lower() if "@" not in code else f"price@{code.partition('@')[2]}"
            for problem in problems:
                self.add_error(name if name in self.fields else None, problem)

    def _shown(self) -> dict[str, Any]:
        own = dict(OwnValue.objects.filter(offer=self.offer).values_list("field", "value"))
        content = OfferContent.objects.filter(offer=self.offer).first()
        document = content.document if content else {}
        pictures = [one for one in document.get("images") or [] if isinstance(one, str)]
        images = values.images_of(own[Field.IMAGES]) if Field.IMAGES in own else pictures
        html = own.get(Field.DESCRIPTION) or values.html_of_sections(document.get("description"))
        return {
            "title": own.get(Field.TITLE, self.offer.title),
            "price": self.offer.price,
            "description": html.replace("><", ">\n<"),
            "images": "\n".join(images),
        }


class BulkForm(forms.Form):
    """What is done with many offers."""

    ACTS = [
        ("activate", _("Put on sale")),
        ("end", _("End")),
        ("price", _("Set a price")),
        ("percent", _("Change prices by per cent")),
    ]
    act = forms.ChoiceField(label=_("What"), choices=ACTS)
    amount = forms.DecimalField(
        label=_("Price or per cent"),
        required=False,
        max_digits=12,
        decimal_places=2,
        help_text=_("For prices: an amount in the offers' currency, or per cent like 5 or -10."),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        amount, act = data.get("amount"), data.get("act")
        if act in ("price", "percent") and amount is None:
            self.add_error("amount", _("Fill in how much."))
        elif act == "price" and amount is not None and amount <= 0:
            self.add_error("amount", _("A price is more than 0."))
        elif act == "percent" and amount is not None and not -90 <= amount <= 1000:
            self.add_error("amount", _("Between -90 and 1000 per cent."))
        return data
