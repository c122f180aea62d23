"""An offer in full, arranged for people to read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from offers.documents import picture_urls
from offers.models import Offer, OfferContent
from offers.values import description_html


@dataclass(frozen=True, slots=True)
class Part:
    """An item of a description: clean HTML, or the address of a picture."""

    html: SafeString | None = None
    picture: str = ""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of the offer or of its catalogue product; ``values`` are joined for reading."""

    name: str
    values: str


@dataclass(frozen=True, slots=True)
class ReadableDocument:
    """What a page shows of a document."""

    content: OfferContent
    pictures: list[str]
    sections: list[list[Part]]
    parameters: list[Parameter]
    facts: list[tuple[str, str]] = field(default_factory=list)


def readable_document(*, offer: Offer) -> ReadableDocument | None:
    """The offer's document for reading; None before it was read. One query."""
    content = OfferContent.objects.filter(offer=offer).first()
    if content is None:
        return None
    document: Mapping[str, Any] = content.document
    return ReadableDocument(
        content=content,
        pictures=[url for url in picture_urls(document) if _is_web(url)],
        sections=[
            [*_parts(section)] for section in _rows(_inside(document, "description"), "sections")
        ],
        parameters=[*_parameters(document)],
        facts=[(label, value) for label, value in _facts(document) if value],
    )


def _parts(section: Mapping[str, Any]) -> Iterable[Part]:
    """Only what our own cleaning lets through is marked as safe."""
    for item in _rows(section, "items"):
        if item.get("type") == "IMAGE" and _is_web(str(item.get("url") or "")):
            yield Part(picture=str(item["url"]))
        elif item.get("content"):
            yield Part(html=mark_safe(description_html(str(item["content"]))))  # noqa: S308


def _parameters(document: Mapping[str, Any]) -> Iterable[Parameter]:
    places = [document]
    places += [_inside(one, "product") for one in _rows(document, "productSet")]
    for place in places:
        for one in _rows(place, "parameters"):
            values = [str(value) for value in one.get("values") or []]
            span = _inside(one, "rangeValue")
            if span:
                values.append(f"{span.get('from', '')} – {span.get('to', '')}")
            if values:
                yield Parameter(str(one.get("name") or one.get("id") or ""), ", ".join(values))


def _facts(document: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    first = next(iter(_rows(document, "productSet")), {})
    yield _("Catalogue product"), _text(_inside(first, "product"), "id")
    yield _("Responsible producer"), _text(_inside(first, "responsibleProducer"), "id")
    yield _("Responsible person"), _text(_inside(first, "responsiblePerson"), "id")
    yield _("Safety information"), _text(_inside(first, "safetyInformation"), "type")
    yield _("Shipping rates"), _text(_inside(_inside(document, "delivery"), "shippingRates"), "id")
    yield _("Dispatched within"), _text(_inside(document, "delivery"), "handlingTime")
    yield _("Invoice"), _text(_inside(document, "payments"), "invoice")
    yield _("Sent from"), _text(_inside(document, "location"), "city")
    yield _("Language"), _text(document, "language")


def _is_web(url: str) -> bool:
    return url.startswith(("https://", "http://"))


def _inside(value: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = value.get(name)
    return found if isinstance(found, Mapping) else {}


def _rows(value: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    found = value.get(name)
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []


def _text(value: Mapping[str, Any], name: str) -> str:
    return str(value.get(name) or "")
