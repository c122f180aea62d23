from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class PublicationStatus(models.TextChoices):
    """Allegro's own names; a value Allegro adds later is kept as it came."""

    INACTIVE = "INACTIVE", _("Draft")
    ACTIVATING = "ACTIVATING", _("Being activated")
    ACTIVE = "ACTIVE", _("Active")
    ENDED = "ENDED", _("Ended")


class LinkState(models.TextChoices):
    """Whether an offer is tied to our product, and if not, why."""

    LINKED = "LINKED", _("Linked")
    UNLINKED = "UNLINKED", _("No product has this code or EAN")
    NO_IDENTITY = "NO_IDENTITY", _("The offer has neither external id nor EAN")
    AMBIGUOUS = "AMBIGUOUS", _("Several products have this EAN")
    DETACHED = "DETACHED", _("A person removed the link")


class LinkSource(models.TextChoices):
    """What an offer was recognised by. A person's choice is never overwritten."""

    EXTERNAL_ID = "EXTERNAL_ID", _("External id = product code")
    EAN = "EAN", _("EAN")
    PERSON = "PERSON", _("Chosen by a person")
    CREATED = "CREATED", _("Product made from the offer")
