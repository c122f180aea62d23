"""Forms of what people ask Allegro to change about an order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4, uuid5

from django import forms
from django.utils.translation import gettext_lazy as _

from orders.enums import RefundReason
from orders.models import Carrier, Order, OrderLine
from orders.money_back import NIL, LineBack, RefundWish, Surcharge, surcharges_of

MONEY: dict[str, Any] = {"max_digits": 14, "decimal_places": 2, "min_value": Decimal(0)}


def _words_to_buyer(**shown: Any) -> forms.CharField:
    """The comment Allegro passes on with a refund."""
    return forms.CharField(
        label=_("Words to the buyer"),
        required=False,
        max_length=250,
        widget=forms.Textarea(attrs={"rows": 2}),
        **shown,
    )


class TrackingForm(forms.Form):
    """A tracking number, as a packer scans it."""

    carrier_id = forms.ChoiceField(label=_("Carrier"))
    waybill = forms.CharField(
        label=_("Tracking number"),
        max_length=64,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )
    carrier_name = forms.CharField(
        label=_("Name of the carrier"),
        required=False,
        max_length=30,
        help_text=_("Only with “other carrier”."),
    )
    mark_as_sent = forms.BooleanField(
        label=_("This is the last parcel: mark the order as sent"), required=False
    )
    line_item_ids = forms.MultipleChoiceField(
        label=_("What is in this parcel"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Choose nothing when everything is in it."),
    )
    despite_stop = forms.BooleanField(
        label=_("Although it should stop: the parcel has left"), required=False
    )
    revision = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        order: Order,
        lines: Sequence[OrderLine],
        carriers: Sequence[Carrier],
        stopped: bool,
        usual: str = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {"mark_as_sent": True, "revision": order.revision, "carrier_id": usual}
        choices = [("", _("Choose…")), *((one.carrier_id, one.name) for one in carriers)]
        self.fields["carrier_id"].choices = choices  # type: ignore[attr-defined]
        if len(lines) > 1:
            self.fields["line_item_ids"].choices = [  # type: ignore[attr-defined]
                (line.line_item_id, f"{line.quantity} × {line.name}") for line in lines
            ]
        else:
            del self.fields["line_item_ids"]
        if not stopped:
            del self.fields["despite_stop"]

    def wish(self) -> dict[str, Any]:
        """What :func:`orders.operations.add_tracking` takes; the form must be valid."""
        values = dict(self.cleaned_data)
        values["seen_revision"] = values.pop("revision", "")
        return values


class RefundForm(forms.Form):
    """Pieces or amounts of lines, delivery, services and surcharges; added up before it is ordered."""

    reason = forms.ChoiceField(label=_("Reason"), choices=RefundReason.choices)
    comment = _words_to_buyer()
    token = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, order: Order, lines: Sequence[OrderLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = lines
        self.surcharges: list[Surcharge] = surcharges_of(order)
        for line in lines:
            self.fields[f"q{line.pk}"] = forms.IntegerField(
                label=_("Pieces"), required=False, min_value=0, max_value=line.quantity
            )
            self.fields[f"a{line.pk}"] = forms.DecimalField(
                label=_("or an amount"), required=False, **MONEY
            )
        if order.delivery_cost:
            self._part("delivery", _("Delivery"), order.delivery_cost)
        self._part("additional_services", _("Additional services"), None)
        for number, one in enumerate(self.surcharges):
            self._part(f"s{number}", _("Surcharge"), one.paid)

    def _part(self, name: str, label: Any, most: Decimal | None) -> None:
        values = MONEY | ({"max_value": most} if most is not None else {})
        self.fields[name] = forms.DecimalField(label=label, required=False, **values)

    def line_fields(self) -> Iterator[tuple[OrderLine, Any, Any]]:
        """Each line with its two fields, for the page."""
        for line in self.lines:
            yield line, self[f"q{line.pk}"], self[f"a{line.pk}"]

    def part_fields(self) -> list[Any]:
        """Delivery, services and surcharges, for the page."""
        parts = ["delivery", "additional_services"]
        parts += [f"s{number}" for number in range(len(self.surcharges))]
        return [self[name] for name in parts if name in self.fields]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        for line in self.lines:
            if values.get(f"q{line.pk}") and values.get(f"a{line.pk}"):
                self.add_error(f"a{line.pk}", _("Give pieces or an amount, not both."))
        return values

    def wish(self) -> RefundWish:
        """What was asked for; the form must be valid."""
        values = self.cleaned_data
        return RefundWish(
            reason=values["reason"],
            lines=tuple(self._chosen()),
            delivery=values.get("delivery") or NIL,
            additional_services=values.get("additional_services") or NIL,
            surcharges={
                one.payment_id: values[f"s{number}"]
                for number, one in enumerate(self.surcharges)
                if values.get(f"s{number}")
            },
            comment=values["comment"],
        )

    def _chosen(self) -> Iterator[LineBack]:
        for line in self.lines:
            quantity = self.cleaned_data.get(f"q{line.pk}")
            amount = self.cleaned_data.get(f"a{line.pk}")
            if quantity:
                yield LineBack(line.line_item_id, quantity=quantity)
            elif amount:
                yield LineBack(line.line_item_id, amount=amount)

    @staticmethod
    def initial_of(order: Order, wish: RefundWish, lines: Sequence[OrderLine]) -> dict[str, Any]:
        """A form that already asks for ``wish``."""
        by_id = {line.line_item_id: line.pk for line in lines}
        values: dict[str, Any] = {
            "reason": wish.reason,
            "delivery": wish.delivery or None,
            "additional_services": wish.additional_services or None,
        }
        for one in wish.lines:
            values[f"q{by_id[one.line_item_id]}"] = one.quantity
            values[f"a{by_id[one.line_item_id]}"] = one.amount
        for number, surcharge in enumerate(surcharges_of(order)):
            values[f"s{number}"] = wish.surcharges.get(surcharge.payment_id)
        return values


class CancelForm(forms.Form):
    """How many pieces of each line cannot be sent; all of them to begin with."""

    comment = _words_to_buyer(help_text=_("They go with the refund."))
    token = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, lines: Sequence[OrderLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = lines
        for line in lines:
            self.fields[f"q{line.pk}"] = forms.IntegerField(
                label=_("Pieces"),
                required=False,
                min_value=0,
                max_value=line.quantity,
                initial=line.quantity,
            )

    def line_fields(self) -> Iterator[tuple[OrderLine, Any]]:
        """Each line with its field, for the page."""
        for line in self.lines:
            yield line, self[f"q{line.pk}"]

    def quantities(self) -> dict[str, int]:
        """Pieces by line item; the form must be valid."""
        return {line.line_item_id: self.cleaned_data.get(f"q{line.pk}") or 0 for line in self.lines}


class ClaimForm(forms.Form):
    """A claim for the commission of one line."""

    line_item_id = forms.CharField(max_length=64)
    quantity = forms.IntegerField(min_value=1)
    when_possible = forms.BooleanField(required=False)


def token_of(form: forms.Form, order: Order) -> UUID:
    """A token of the form and its order; sent twice, it asks once. A form without one gets a new one.

    The token a browser sends is its own word: bound to the order, it never meets that of another.
    """
    sent = form.cleaned_data.get("token")
    return uuid5(sent, f"order:{order.pk}") if isinstance(sent, UUID) else uuid4()
