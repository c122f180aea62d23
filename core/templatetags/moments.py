"""How moments read on a page."""

from __future__ import annotations

from datetime import datetime, timedelta

from django import template
from django.contrib.humanize.templatetags.humanize import naturaltime
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

register = template.Library()
RECENT = timedelta(days=7)


@register.filter
def ago(at: datetime) -> str:
    """Distance from now in its largest unit, for the last week; before that the day.

    "6 days, 1 hour ago" is more than anybody reads in a table.
    """
    past = timezone.now() - at
    if past < timedelta(minutes=1):
        return str(naturaltime(at))
    if past < RECENT:
        return _("%(time)s ago") % {"time": timesince(at, depth=1)}
    return str(date_format(timezone.localtime(at), "j M Y"))
