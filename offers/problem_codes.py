"""What Allegro objects to in offers, by its codes: in words, with the next step. Safety (GPSR) first.

Codes as live answers have them (allegro-api #10772, #10953, #11556, #11987, #12161, #7969, #7284 and the
description of refusal reasons). The set is open: a code that is not here is shown in Allegro's words.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from core.errors import Text

SAFETY, NEEDED, OTHER, ELSEWHERE, UNKNOWN = range(5)


@dataclass(frozen=True, slots=True)
class ProblemMeaning:
    """A code in words. ``rank`` orders groups, lowest first; ``is_known`` is false for strange codes."""

    code: str
    rank: int
    label: str
    remedy: str
    is_known: bool = True

    @property
    def is_safety(self) -> bool:
        return self.rank == SAFETY


_PRODUCER = _(
    "At Allegro, open the offer's product safety data and choose the responsible producer; producers "
    "are kept in the seller's settings there. An offer linked to a catalogue product can take its data."
)
_SAFETY_TEXT = _(
    "At Allegro, add safety information to the offer: a text, a file, or the statement that there is none."
)
_PARAMETERS = _("Fill in the named parameters of the category, here when publishing or at Allegro.")
_AFTER_SALES = _(
    "Choose the terms for returns and complaints in the offer, or make them at Allegro."
)
_TAX_ID = _("Have your international tax number verified in the settings of your Allegro account.")

_KNOWN: dict[str, tuple[int, Text, Text]] = {
    "RESPONSIBLE_PRODUCER_NOT_SPECIFIED": (SAFETY, _("No responsible producer"), _PRODUCER),
    "RESPONSIBLE_PRODUCER_REQUIRED": (SAFETY, _("No responsible producer"), _PRODUCER),
    "ResponsibleProducerNotFound": (
        SAFETY,
        _("The responsible producer is not known"),
        _(
            "Choose another producer: the one in the offer was removed from the settings at Allegro."
        ),
    ),
    "ResponsiblePersonNotFound": (
        SAFETY,
        _("The responsible person is not known"),
        _("Choose another person: the one in the offer was removed from the settings at Allegro."),
    ),
    "RESPONSIBLE_PERSON_NOT_SPECIFIED": (
        SAFETY,
        _("No responsible person in the EU"),
        _("The producer is outside the EU: choose a responsible person for the offer at Allegro."),
    ),
    "SAFETY_INFO_NOT_DEFINED": (SAFETY, _("No safety information"), _SAFETY_TEXT),
    "PRODUCT_SAFETY_EMPTY": (SAFETY, _("No product safety data"), _SAFETY_TEXT),
    "PRODUCT_MARKETED_BEFORE_GPSR_OBLIGATION_OPTION_NOT_ALLOWED": (
        SAFETY,
        _("Sold before December 2024 does not hold"),
        _(
            "The condition of the product does not allow this statement. Take it back and name the "
            "responsible producer."
        ),
    ),
    "MissingRequiredParameters": (NEEDED, _("Required parameters are missing"), _PARAMETERS),
    "DictionaryParameterIdNotFound": (NEEDED, _("A parameter has an unknown value"), _PARAMETERS),
    "PARAMETER_MISMATCH": (
        NEEDED,
        _("Parameters differ from the catalogue product"),
        _("Remove the differing parameters, or link the offer to the right catalogue product."),
    ),
    "CATEGORY_MISMATCH": (
        NEEDED,
        _("The category differs from the catalogue product's"),
        _("Take the category of the catalogue product, or another product."),
    ),
    "GallerySizeException": (
        NEEDED,
        _("Too many images"),
        _("Remove images until no more than Allegro takes are left."),
    ),
    "IMAGE_NOT_FOUND": (
        NEEDED,
        _("An image cannot be loaded"),
        _("Check that the address of the image opens in a browser, or upload it again."),
    ),
    "DefaultShippingRatesNotFoundException": (
        NEEDED,
        _("No shipping rates"),
        _("Choose the shipping rates of the offer."),
    ),
    "ShippingRatesNotFoundException": (
        NEEDED,
        _("The shipping rates are not known"),
        _("Choose other shipping rates: those in the offer were removed at Allegro."),
    ),
    "DefaultReturnPolicyNotFoundException": (NEEDED, _("No return policy"), _AFTER_SALES),
    "ReturnPolicyNotFoundException": (NEEDED, _("The return policy is not known"), _AFTER_SALES),
    "DefaultImpliedWarrantyNotFoundException": (NEEDED, _("No complaint terms"), _AFTER_SALES),
    "ImpliedWarrantyNotFoundException": (
        NEEDED,
        _("The complaint terms are not known"),
        _AFTER_SALES,
    ),
    "WarrantyNotFoundException": (NEEDED, _("The warranty is not known"), _AFTER_SALES),
    "VALIDATION_ERROR": (
        OTHER,
        _("A value is not allowed"),
        _("Read what Allegro says below, and change the value it names."),
    ),
    "InvalidPricePrecision": (
        OTHER,
        _("The price has too many decimals"),
        _("Round the price as the currency of the marketplace needs it."),
    ),
    "VQR001_CURRENCY_NOT_AVAILABLE": (
        ELSEWHERE,
        _("The currency is not sold in there"),
        _("Give the price in the currency of that marketplace."),
    ),
    "VQR002_LANGUAGE_NOT_AVAILABLE": (
        ELSEWHERE,
        _("No translation for that marketplace"),
        _("Wait some days for Allegro's translation, or translate the offer yourself at Allegro."),
    ),
    "VQR003_DELIVERY_TO_OPERATIONAL_COUNTRY_NOT_AVAILABLE": (
        ELSEWHERE,
        _("No delivery to that country"),
        _("Add a delivery method to that country to the shipping rates of the offer."),
    ),
    "VQR009_PRICE_IN_ADDITIONAL_MARKETPLACE_MISMATCH": (
        ELSEWHERE,
        _("The price there is too far from the base price"),
        _(
            "Bring the two prices closer together; the allowed difference stands in Allegro's words."
        ),
    ),
    "VQR010_SAURON_LEVEL_LOW": (
        ELSEWHERE,
        _("Your quality of sale is too low for that marketplace"),
        _(
            "Raise the quality of sale of your Allegro account; Allegro then checks again by itself."
        ),
    ),
    "VQR011_SELLER_HAS_NO_VERIFIED_INTERNATIONAL_TAX_ID": (
        ELSEWHERE,
        _("No verified international tax number"),
        _TAX_ID,
    ),
    "VQR012_OFFER_HAS_NO_TAX_RATE_FOR_MARKETPLACE": (
        ELSEWHERE,
        _("No tax rate for that country"),
        _("Add the tax rate of that country to the offer."),
    ),
}


def meaning_of(code: str) -> ProblemMeaning:
    """A code in words; a strange one stands for itself."""
    if code == "any":
        return ProblemMeaning(code, OTHER, _now("Any problem"), "")
    known = _KNOWN.get(code)
    if known is None:
        remedy = _now("Read what Allegro says, and change the offer there or here.")
        return ProblemMeaning(code, UNKNOWN, code, remedy, is_known=False)
    rank, label, todo = known
    return ProblemMeaning(code, rank, str(label), str(todo))
