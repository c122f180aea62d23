from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class WorkState(models.TextChoices):
    """The life of one piece of durable work. DONE and DEAD are final unless a person replays it."""

    PENDING = "PENDING", _("Waiting")
    RUNNING = "RUNNING", _("Running")
    DONE = "DONE", _("Done")
    WAITING_FOR_PERSON = "WAITING_FOR_PERSON", _("Needs a person")
    DEAD = "DEAD", _("Given up")
