"""Pages that change offers: one offer's values, on and off sale, many at once."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts.access import MemberRequest, member_required
from accounts.enums import Role
from core.errors import HubError
from offers import operations
from offers.edit_forms import BulkForm, OfferEditForm
from offers.enums import Field
from offers.forms import picked
from offers.models import Offer
from offers.operations.bulk import do_bulk, plan_bulk
from offers.queries.filters import field_label
from settings_app.views.answers import tell

SHOWN_REFUSALS = 5


@member_required(Role.STAFF)
def edit(request: MemberRequest, pk: int) -> HttpResponse:
    """Change an offer: first what would be written, then it is asked for."""
    offer = _offer(request, pk)
    form = OfferEditForm(request.POST or None, offer=offer)
    context: dict[str, Any] = {"offer": offer, "form": form}
    if request.method != "POST":
        return render(request, "offers/edit.html", context)
    try:
        if not form.is_valid():
            return render(request, "offers/edit.html", context, status=422)
        if request.POST.get("write"):
            return _written(request, offer, form)
        edits = operations.plan_edit(offer=offer, wanted=form.wanted(), now=timezone.now())
        operations.refuse_stopped(offer=offer, fields=[one.field for one in edits])
    except operations.InvalidValues as error:
        form.tell(error.fields)
        return render(request, "offers/edit.html", context, status=422)
    except HubError as error:
        form.add_error(None, f"{error.detail} {error.remedy}".strip())
        return render(request, "offers/edit.html", context, status=409)
    context["edits"] = [{"label": field_label(one.field), "edit": one} for one in edits]
    context["previewed"] = True
    return render(request, "offers/edit.html", context)


def _written(request: MemberRequest, offer: Offer, form: OfferEditForm) -> HttpResponse:
    edits = operations.edit_offer(
        offer=offer, wanted=form.wanted(), actor=request.user, now=timezone.now()
    )
    if edits:
        text = ngettext(
            "%(n)d value is being written.", "%(n)d values are being written.", len(edits)
        )
        messages.success(request, text % {"n": len(edits)})
    else:
        messages.warning(request, _("Allegro shows all of this already."))
    return redirect("offers:detail", pk=offer.pk)


@member_required(Role.STAFF)
def end(request: MemberRequest, pk: int) -> HttpResponse:
    """Ask first, then have the offer ended."""
    consequences = [
        _("Buyers no longer find it; its number and its history stay."),
        _("It stays ended until somebody puts it on sale again."),
    ]
    return _status(request, pk, _("End the offer"), consequences, operations.end_offers)


@member_required(Role.STAFF)
def activate(request: MemberRequest, pk: int) -> HttpResponse:
    """Ask first, then have the offer put on sale."""
    consequences = [
        _("It is on sale with the stock it has at Allegro; without any, Allegro refuses."),
        _("Its stock follows yours as before."),
    ]
    return _status(
        request, pk, _("Put the offer on sale"), consequences, operations.activate_offers
    )


@require_POST
@member_required(Role.STAFF)
def follow(request: MemberRequest, pk: int) -> HttpResponse:
    """Let a field follow the product again."""
    field = str(request.POST.get("field", ""))[:40]
    if field.partition("@")[0] not in Field.values or "\x00" in field:
        raise Http404
    try:
        text = operations.drop_own_value(
            offer=_offer(request, pk), field=field, actor=request.user, now=timezone.now()
        )
    except HubError as error:
        tell(request, error)
    else:
        said = (
            _("It follows the product again.")
            if text
            else _("It has no value of its own any more.")
        )
        messages.success(request, said)
    return redirect("offers:detail", pk=pk)


@require_POST
@member_required(Role.STAFF)
def undo(request: MemberRequest, pk: int) -> HttpResponse:
    """Take back a person's last change of a field."""
    field = str(request.POST.get("field", ""))[:40]
    try:
        operations.undo_edit(
            offer=_offer(request, pk), field=field, actor=request.user, now=timezone.now()
        )
    except HubError as error:
        tell(request, error)
    else:
        messages.success(request, _("The former value is being written."))
    return redirect("offers:detail", pk=pk)


@require_POST
@member_required(Role.STAFF)
def bulk(request: MemberRequest) -> HttpResponse:
    """What an act would do to the ticked offers; with ``write``, it is done."""
    ids = picked(request.POST)
    found = Offer.objects.for_organization(request.organization).filter(pk__in=ids)
    offers = list(found.select_related("integration__organization", "organization").order_by("pk"))
    if not offers:
        messages.warning(request, _("Tick the offers first."))
        return redirect("offers:list")
    form = BulkForm(request.POST if "act" in request.POST else None)
    context: dict[str, Any] = {"offers": offers, "form": form}
    if not form.is_bound:
        return render(request, "offers/bulk.html", context)
    if not form.is_valid():
        return render(request, "offers/bulk.html", context, status=422)
    given = {
        "offers": offers,
        "act": form.cleaned_data["act"],
        "amount": form.cleaned_data["amount"],
    }
    if request.POST.get("write"):
        done, refused = do_bulk(**given, actor=request.user, now=timezone.now())
        _tell_bulk(request, done, refused)
        return redirect("offers:value_pushes")
    changes = plan_bulk(**given)
    context["changes"] = changes
    context["count"] = sum(1 for one in changes if one.changes)
    return render(request, "offers/bulk.html", context)


def _tell_bulk(request: MemberRequest, done: int, refused: list[Any]) -> None:
    if done:
        text = ngettext("%(n)d offer is being changed.", "%(n)d offers are being changed.", done)
        messages.success(request, text % {"n": done})
    for one in refused[:SHOWN_REFUSALS]:
        messages.warning(request, f"{one.offer.allegro_id}: {one.problem}")


def _status(
    request: MemberRequest, pk: int, title: str, consequences: list[str], step: Any
) -> HttpResponse:
    offer = _offer(request, pk)
    if request.method == "POST":
        try:
            count = step(offers=[offer], actor=request.user, now=timezone.now())
        except HubError as error:
            tell(request, error)
        else:
            if count:
                messages.success(request, _("Asked for; the result shows here in a moment."))
            else:
                messages.warning(request, _("Nothing to do: the offer is so already."))
        return redirect("offers:detail", pk=pk)
    context = {
        "title": title,
        "question": f"{offer.title} · {offer.allegro_id}",
        "consequences": consequences,
        "action_label": title,
        "cancel_url": reverse("offers:detail", args=[pk]),
        "tone": "danger",
    }
    return render(request, "confirm.html", context)


def _offer(request: MemberRequest, pk: int) -> Offer:
    offers = Offer.objects.for_organization(request.organization)
    found: Offer = get_object_or_404(
        offers.select_related("integration__organization", "organization"), pk=pk
    )
    return found
