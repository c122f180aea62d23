"""Orders of chosen days read from Allegro: when a gap is suspected, or history is wanted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from core.errors import HubError, StateConflict
from settings_app.models import Integration
from syncs.enums import SyncKind, SyncTrigger
from syncs.models import SyncRun
from syncs.operations.pull_orders import KEPT, range_position
from syncs.operations.start import AccountNotWorking, start_run
from syncs.queries import open_run


class DaysNotReadable(HubError):
    """The days are in the wrong order, to come, or older than what Allegro keeps."""

    status = 422
    code = "days_not_readable"
    title = gettext_lazy("Orders of these days cannot be read")


class DaysUnderWay(StateConflict):
    """Orders of other days are being read for this account just now."""

    code = "days_under_way"
    title = gettext_lazy("Orders of other days are being read")


def start_backfill(
    *,
    integrations: Sequence[Integration],
    first_day: date,
    last_day: date,
    actor: User | None,
    now: datetime,
) -> list[SyncRun]:
    """Start reading the orders bought on these days, both included, in the current time zone.

    The runs show their progress, can be stopped, and go on where they were. Audits. Raises
    :class:`DaysNotReadable`, :class:`DaysUnderWay` and
    :class:`~syncs.operations.start.AccountNotWorking`; then none was started.
    """
    since, until = _moments(first_day, last_day, now)
    if not integrations:
        raise AccountNotWorking(
            _("No Allegro account is connected."),
            remedy=_("Connect an account under Integrations, or resume a paused one."),
        )
    for one in integrations:
        if open_run(integration=one, kind=SyncKind.ORDERS_BY_DATE):
            raise DaysUnderWay(one.label, remedy=_("Wait until that is done, or stop it first."))
    return [
        start_run(
            integration=one,
            kind=SyncKind.ORDERS_BY_DATE,
            trigger=SyncTrigger.PERSON,
            actor=actor,
            now=now,
            position=range_position(since=since, until=until),
        )
        for one in integrations
    ]


def _moments(first_day: date, last_day: date, now: datetime) -> tuple[datetime, datetime]:
    zone = timezone.get_current_timezone()
    today = timezone.localtime(now).date()
    if first_day > last_day:
        raise DaysNotReadable(
            _("The first day lies after the last one."), remedy=_("Exchange them.")
        )
    if first_day > today:
        raise DaysNotReadable(
            _("These days are still to come."), remedy=_("Choose days up to today.")
        )
    if first_day < today - KEPT:
        raise DaysNotReadable(
            _("Allegro keeps orders for twelve months."),
            remedy=_("Choose a first day from %(day)s on.") % {"day": (today - KEPT).isoformat()},
        )
    since = datetime.combine(first_day, time.min, zone)
    return since, min(now, datetime.combine(last_day + timedelta(days=1), time.min, zone))
