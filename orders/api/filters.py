"""What the list routes of orders are narrowed by: the same for the list and for its CSV."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.http import QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework import exceptions
from rest_framework.request import Request

from orders.enums import DisplayStatus
from orders.forms import DUE, EARLIEST, LATEST, ship_before
from orders.queries import Wish

_MOMENT = "An ISO date or moment"
_YES = {"true": True, "1": True, "false": False, "0": False, "": False}
_DUE = [value for value, _label in DUE]
FILTERS = [
    OpenApiParameter(
        "search",
        str,
        description="Buyer, order number, title or code; one word: tracking number too",
    ),
    OpenApiParameter("status", str, enum=DisplayStatus.values),
    OpenApiParameter("from", str, description=f"{_MOMENT}; bought from then on"),
    OpenApiParameter("to", str, description=f"{_MOMENT}; a date includes its day"),
    OpenApiParameter("integrationId", int, description="Only this account's; also `integration`"),
    OpenApiParameter("marketplace", str, description="As Allegro names it, allegro-pl"),
    OpenApiParameter("shipBy", str, enum=_DUE, description="What still has to leave, by when"),
    OpenApiParameter("stopped", bool, description="Only orders that must not be shipped"),
    OpenApiParameter("invoiceWanted", bool),
    OpenApiParameter("cashOnDelivery", bool),
]


def wish_of(request: Request) -> Wish:
    """The narrowing a request asks for; days are the organization's own.

    Raises ValidationError naming every parameter that is wrong.
    """
    with timezone.override(request.organization.timezone):
        return _wish(request.query_params)


def _wish(query: QueryDict) -> Wish:
    account = query.get("integrationId", "") or query.get("integration", "")
    since, until = _moment(query.get("from", "")), _moment(query.get("to", ""), end=True)
    if wrong := _wrong(query, account, since, until):
        raise exceptions.ValidationError(wrong)
    due = query.get("shipBy", "")
    return Wish(
        search=query.get("search", ""),
        status=query.get("status", ""),
        integration_id=int(account) if account else None,
        marketplace=query.get("marketplace", "")[:40],
        since=since,
        until=until,
        to_ship=due == "open",
        ship_before=ship_before(due),
        stopped=_YES[query.get("stopped", "").lower()],
        wants_invoice=_YES[query.get("invoiceWanted", "").lower()],
        cash_on_delivery=_YES[query.get("cashOnDelivery", "").lower()],
    )


def _wrong(
    query: QueryDict, account: str, since: datetime | None, until: datetime | None
) -> dict[str, list[str]]:
    wrong: dict[str, list[str]] = {}
    for name, known in (("status", DisplayStatus.values), ("shipBy", _DUE)):
        if query.get(name) and query[name] not in known:
            wrong[name] = [_("One of %(known)s.") % {"known": ", ".join(known)}]
    if account and not (account.isascii() and account.isdecimal() and len(account) <= 18):
        wrong["integrationId"] = [_("A whole number.")]
    for name, value in (("from", since), ("to", until)):
        if query.get(name) and value is None:
            wrong[name] = [_("An ISO date or moment.")]
    for name in ("stopped", "invoiceWanted", "cashOnDelivery"):
        if query.get(name, "").lower() not in _YES:
            wrong[name] = [_("true or false.")]
    return wrong


def _moment(text: str, *, end: bool = False) -> datetime | None:
    """The moment a text names; the whole day when ``end`` and it names a day."""
    try:
        day: date | None = parse_date(text)
        moment = parse_datetime(text)
    except ValueError:
        return None
    named = day or (moment and moment.date())
    if named is None or not EARLIEST <= named <= LATEST:
        return None
    if day is not None:
        moment = datetime.combine(day + timedelta(days=1 if end else 0), time.min)
    if moment is None:
        return None
    return timezone.make_aware(moment) if timezone.is_naive(moment) else moment
