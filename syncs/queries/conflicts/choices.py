"""What each choice of a conflict would write, and where; or why it cannot."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import gettext as _

from core.money import Money, MoneyError
from offers.enums import Field, base_field
from offers.field_reasons import reason_in_words
from offers.queries.taking import taken_by
from offers.values import (
    TITLE_LONGEST,
    TITLE_SHORTEST,
    TITLE_WORDS,
    UnreadableValue,
    price_of,
    price_text,
    title_fits,
    title_text,
)
from syncs.enums import ConflictResolution
from syncs.models import Conflict
from syncs.queries.conflicts.rows import shown_value
from syncs.queries.plans.apart import stop_of

TYPED = (Field.PRICE, Field.TITLE)
# Beyond this a price is a slip of the finger in every currency.
LARGEST = Decimal("99999999.99")


@dataclass(frozen=True, slots=True)
class Choice:
    """One way out: what will be written where, sentence by sentence; or the obstacle and its remedy."""

    resolution: ConflictResolution
    effects: list[str] = field(default_factory=list)
    obstacle: str = ""
    remedy: str = ""

    @property
    def possible(self) -> bool:
        return not self.obstacle

    @property
    def label(self) -> str:
        return str(self.resolution.label)


def choices_of(row: Conflict) -> list[Choice]:
    """Every choice a conflict of this field has, in the order they are offered."""
    return [
        _allegro(row, _exactly_where(row))
        if one == ConflictResolution.ALLEGRO
        else choice_of(row, one)
        for one in ConflictResolution
        if one != ConflictResolution.OWN or base_field(row.field) in TYPED
    ]


def choice_of(row: Conflict, resolution: ConflictResolution, value: str | None = None) -> Choice:
    """What one choice would do; ``value`` is the typed one of OWN, once there is one."""
    if resolution == ConflictResolution.ALLEGRO:
        return _allegro(row, _where(row))
    if resolution == ConflictResolution.OWN and base_field(row.field) not in TYPED:
        return Choice(
            resolution,
            obstacle=_("Another value of this field cannot be typed here."),
            remedy=_("Change it on the page of the product or of the offer."),
        )
    if stop := stop_of(integration_id=row.integration_id, field=row.field):
        words = reason_in_words(stop)
        return Choice(resolution, obstacle=words.text, remedy=words.remedy)
    return _ours(row) if resolution == ConflictResolution.OURS else _own(row, value)


def typed_value(row: Conflict, text: str) -> str:
    """The canonical text of what a person typed. Raises :class:`~offers.values.UnreadableValue`."""
    if base_field(row.field) == Field.TITLE:
        if not title_fits(text):
            raise UnreadableValue(
                _("A title has %(least)d to %(most)d characters and at least %(words)d words.")
                % {"least": TITLE_SHORTEST, "most": TITLE_LONGEST, "words": TITLE_WORDS}
            )
        return title_text(text)
    currency = price_of(row.theirs).currency
    amount = text.replace(currency, "").replace(" ", "").replace("\xa0", "").replace(",", ".")
    try:
        found = Money.parse(amount, currency)
    except MoneyError as error:
        raise UnreadableValue(_("A price, such as 129.90.")) from error
    if not 0 < found.amount <= LARGEST or found.amount != round(found.amount, 2):
        raise UnreadableValue(_("A price above zero with at most two decimals."))
    return price_text(found.amount, found.currency)


def _ours(row: Conflict) -> Choice:
    ours, theirs = shown_value(row.field, row.ours), shown_value(row.field, row.theirs)
    if row.field == Field.STOCK:
        effects = [
            _("Your stock of this moment is sent to Allegro; its %(theirs)s is overwritten.")
            % {"theirs": theirs},
            _("Nothing changes here."),
        ]
    else:
        effects = [
            _("Allegro: %(theirs)s becomes %(ours)s.") % {"theirs": theirs, "ours": ours},
            _("Here: nothing changes, %(ours)s stays.") % {"ours": ours},
        ]
    return Choice(ConflictResolution.OURS, [*effects, _only_if(row)])


def _allegro(row: Conflict, where: str) -> Choice:
    ours, theirs = shown_value(row.field, row.ours), shown_value(row.field, row.theirs)
    return Choice(
        ConflictResolution.ALLEGRO,
        [
            _("Here: %(ours)s becomes %(theirs)s.") % {"ours": ours, "theirs": theirs},
            where,
            _("Allegro: nothing is written, %(theirs)s stays.") % {"theirs": theirs},
        ],
    )


def _own(row: Conflict, value: str | None) -> Choice:
    shown = shown_value(row.field, value) if value else _("your value")
    theirs = shown_value(row.field, row.theirs)
    return Choice(
        ConflictResolution.OWN,
        [
            _("Here: %(value)s becomes the offer's own value; it no longer follows the product.")
            % {"value": shown},
            _("Allegro: %(theirs)s becomes %(value)s.") % {"theirs": theirs, "value": shown},
            _only_if(row),
        ],
    )


def _only_if(row: Conflict) -> str:
    return _(
        "Only if Allegro still shows %(theirs)s when it is written; else you are asked again."
    ) % {"theirs": shown_value(row.field, row.theirs)}


def _where(row: Conflict) -> str:
    """Where a taken value is kept, in the words of the rule that decides it."""
    if row.field == Field.STOCK:
        return _("It is set as the stock on hand, as a count would.")
    return _(
        "It is written where ours comes from: to the offer's own value if it has one, to the product if"
        " only this offer sells it, else as a value of this offer alone."
    )


def _exactly_where(row: Conflict) -> str:
    """Where a taken value of this one offer is kept; a few queries."""
    if row.field == Field.STOCK:
        return _where(row)
    if product := taken_by(offer=row.offer, field=row.field):
        return _("It is written to the product %(product)s, which only this offer sells.") % {
            "product": product.name
        }
    return _("It is kept as a value of this offer alone; the product stays as it is.")
