"""What a person fills in about returns: filters, decisions line by line, a rejection."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.row_ids import row_id
from orders.enums import Rejection, ReturnStage
from orders.operations import InvalidDecision, LineDecision
from orders.queries.returns import Decidable, ReturnWish
from orders.restocking import Restock

ALL = "ALL"
PIECES = ("sellable", "damaged", "not_received")
# More pieces than any column holds are a mistake of typing.
DIGITS = 9


class ReturnFilterForm(forms.Form):
    """The filters of the list; what cannot be read is left out, never an error page."""

    q = forms.CharField(required=False, max_length=200)
    stage = forms.ChoiceField(choices=[("", ""), (ALL, ""), *ReturnStage.choices], required=False)
    account = forms.IntegerField(required=False, min_value=1)

    def wish(self) -> ReturnWish:
        """The filters; without a stage those to decide, all of them when something is looked for."""
        self.is_valid()
        values = self.cleaned_data
        search = values.get("q") or ""
        stage = values.get("stage") or ("" if search else ReturnStage.TO_DECIDE.value)
        return ReturnWish(
            search=search,
            stage="" if stage == ALL else stage,
            integration_id=values.get("account"),
        )


class RejectionForm(forms.Form):
    """Why the refund of a return is refused."""

    code = forms.ChoiceField(label=gettext_lazy("Reason"), choices=Rejection.choices)
    reason = forms.CharField(
        label=gettext_lazy("In words, for the buyer"),
        required=False,
        max_length=250,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Needed with “Refund refused”. At most 250 characters."),
    )


class LiftForm(forms.Form):
    """Why an order may be shipped although it should stop."""

    reason = forms.CharField(label=gettext_lazy("Why it may be shipped"), max_length=200)


@dataclass(frozen=True, slots=True)
class Draft:
    """A line as its part of the form shows it: as decided, or as typed when that was refused."""

    found: Decidable
    sellable: str
    damaged: str
    not_received: str
    book: str

    @property
    def choice(self) -> str:
        """Of a single piece: what it is."""
        return next((name for name in PIECES if getattr(self, name) == "1"), "")

    @property
    def asks(self) -> bool:
        return self.found.rule == Restock.ASKS

    @property
    def is_single(self) -> bool:
        return self.found.line.quantity == 1


def drafts_of(lines: Iterable[Decidable]) -> list[Draft]:
    """The form as things stand."""
    return [
        Draft(
            found,
            sellable=str(found.line.sellable),
            damaged=str(found.line.damaged),
            not_received=str(found.line.not_received),
            book=_booked(found),
        )
        for found in lines
    ]


def typed(lines: Iterable[Decidable], posted: Mapping[str, str]) -> list[Draft]:
    """The form as it was filled in."""
    found = []
    for line in lines:
        pk = line.line.pk
        choice = posted.get(f"choice-{pk}")
        pieces = {
            name: posted.get(f"{name}-{pk}", "0") if choice is None else str(int(choice == name))
            for name in PIECES
        }
        found.append(Draft(line, book=posted.get(f"book-{pk}", ""), **pieces))
    return found


def decisions_in(drafts: Iterable[Draft], posted: Mapping[str, str]) -> list[LineDecision]:
    """What the form decides. Raises :class:`InvalidDecision` for what is no number of pieces."""
    note = posted.get("note", "")
    return [
        LineDecision(
            draft.found.line.pk,
            sellable=_pieces(draft.sellable),
            damaged=_pieces(draft.damaged),
            not_received=_pieces(draft.not_received),
            seen=row_id(posted.get(f"seen-{draft.found.line.pk}", "0")),
            book={"yes": True, "no": False}.get(draft.book),
            note=note,
        )
        for draft in drafts
    ]


def _booked(found: Decidable) -> str:
    if not found.line.sellable:
        return ""
    return "yes" if found.line.warehouse_id is not None else "no"


def _pieces(text: str) -> int:
    text = text.strip() or "0"
    if not (text.isascii() and text.isdecimal() and len(text) <= DIGITS):
        raise InvalidDecision(_("Pieces are whole numbers from 0."))
    return int(text)
