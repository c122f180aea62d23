"""Lists whose filters people can keep under a name. Apps register their lists when they are ready."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import QueryDict
from django.utils.functional import Promise

from core.errors import NotYours

LONGEST = 1000
# Where in the list somebody was is no part of what they were looking at.
_PASSING = ("page", "csrfmiddlewaretoken")


@dataclass(frozen=True, slots=True)
class DefaultView:
    """A view everybody has."""

    label: str | Promise
    query: str


@dataclass(frozen=True, slots=True)
class SavedList:
    """A list with named views: the name of its address and the views it brings along."""

    url_name: str
    defaults: Sequence[DefaultView] = ()


_lists: dict[str, SavedList] = {}


def register_list(page: str, url_name: str, defaults: Sequence[DefaultView] = ()) -> None:
    """Let views of the list at ``url_name`` be saved under the stored name ``page``."""
    _lists[page] = SavedList(url_name, tuple(defaults))


def list_called(page: str) -> SavedList:
    """The list of that name. Raises :class:`~core.errors.NotYours`."""
    if page not in _lists:
        raise NotYours
    return _lists[page]


def settled(query: str) -> str:
    """A query string as it is kept and compared: only what is set, in order of names."""
    values = QueryDict(query[:LONGEST])
    kept = QueryDict(mutable=True)
    for name in sorted(values):
        if name not in _PASSING and (value := values[name].strip()):
            kept[name] = value
    return kept.urlencode()
