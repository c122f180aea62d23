"""Transfers between warehouses: list, draft, send, receive, call back."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import MemberRequest, member_required
from accounts.enums import Role
from core.errors import HubError
from core.paging import page_number
from core.row_ids import row_id
from inventory import operations, queries
from inventory.enums import TransferState
from inventory.forms import PiecesForm, ReceiveForm, TransferForm
from inventory.models import Transfer
from inventory.views.answers import accepted, attempt, confirm, room, see_other
from products.models import Product

HERE = "transfers"


def _transfer(request: MemberRequest, pk: int) -> Transfer:
    found: Transfer = get_object_or_404(
        queries.transfers_of(organization=request.organization), pk=pk
    )
    return found


@require_GET
@member_required()
def transfers(request: MemberRequest) -> HttpResponse:
    """Every transfer, newest first."""
    state = request.GET.get("state", "")
    page = queries.transfer_page(
        organization=request.organization,
        state=state,
        page=page_number(request.GET.get("page")),
    )
    context = {"page": page, "state": state, "states": TransferState.choices}
    return render(request, "inventory/transfers.html", context | room(request, HERE))


@require_http_methods(["GET", "POST"])
@member_required(Role.STAFF)
def transfer_add(request: MemberRequest) -> HttpResponse:
    """A new draft."""
    form = TransferForm(request.POST or None, organization=request.organization)
    if request.method == "POST":
        made = accepted(
            form,
            lambda: operations.draft_transfer(
                organization_id=request.organization.pk,
                actor=request.user,
                now=timezone.now(),
                **form.cleaned_data,
            ),
        )
        if made is not None:
            return see_other("transfer", made.pk)
    context = {"form": form} | room(request, HERE)
    status = 422 if form.errors else 200
    return render(request, "inventory/transfer_form.html", context, status=status)


@require_GET
@member_required()
def transfer(request: MemberRequest, pk: int) -> HttpResponse:
    """One transfer: what it holds, and the step that is next."""
    return _detail(request, _transfer(request, pk))


@require_POST
@member_required(Role.STAFF)
def transfer_line(request: MemberRequest, pk: int) -> HttpResponse:
    """Add pieces of a product by code or EAN, or (``line``) set or take out a line."""
    found, form = _transfer(request, pk), PiecesForm(request.POST)
    if form.is_valid():
        try:
            operations.set_transfer_line(
                transfer=found,
                product_id=_product(request).pk,
                quantity=form.cleaned_data["pieces"],
                add="product" not in request.POST,
                actor=request.user,
                now=timezone.now(),
            )
        except HubError as error:
            form.add_error("code", error.told)
        else:
            return see_other("transfer", pk)
    return _detail(request, found, line_form=form)


def _product(request: MemberRequest) -> Product:
    if "product" in request.POST:
        products = Product.objects.for_organization(request.organization)
        return get_object_or_404(products, pk=row_id(request.POST["product"]))
    return queries.product_by_code(
        organization=request.organization, text=request.POST.get("code", "")
    )


@require_http_methods(["GET", "POST"])
@member_required(Role.STAFF)
def transfer_send(request: MemberRequest, pk: int) -> HttpResponse:
    """Send a draft, after it was said what that does."""
    found = _transfer(request, pk)
    if request.method == "POST":
        attempt(
            request,
            lambda: operations.send_transfer(
                transfer=found, actor=request.user, now=timezone.now()
            ),
            _("%(number)s is in transit.") % {"number": found.label},
        )
        return see_other("transfer", pk)
    return confirm(
        request,
        here=HERE,
        cancel=reverse("inventory:transfer", args=[pk]),
        title=_("Send %(number)s") % {"number": found.label},
        question=_("From %(source)s to %(destination)s.")
        % {"source": found.source.name, "destination": found.destination.name},
        consequences=[
            _("The pieces leave %(place)s in the ledger at once.") % {"place": found.source.name},
            _("They are in transit, and not for sale, until they are received."),
            _("Only pieces that are promised to nobody can leave."),
        ],
        action_label=_("Send"),
        tone="warn",
    )


@require_POST
@member_required(Role.STAFF)
def transfer_receive(request: MemberRequest, pk: int) -> HttpResponse:
    """Book what has arrived."""
    found = _transfer(request, pk)
    lines = queries.transfer_detail(transfer=found)["lines"]
    form = ReceiveForm(request.POST, lines=lines)
    received = accepted(
        form,
        lambda: operations.receive_transfer(
            transfer=found,
            arrived=form.arrived(),
            finish=form.cleaned_data["finish"],
            reason=form.cleaned_data["reason"],
            key=str(form.cleaned_data["form_key"]),
            actor=request.user,
            now=timezone.now(),
        ),
    )
    if received is not None:
        messages.success(request, _("What arrived is booked."))
        return see_other("transfer", pk)
    return _detail(request, found, receive_form=form)


@require_http_methods(["GET", "POST"])
@member_required(Role.STAFF)
def transfer_cancel(request: MemberRequest, pk: int) -> HttpResponse:
    """Give a draft up or call a shipment back, after it was said what that does."""
    found = _transfer(request, pk)
    if request.method == "POST":
        attempt(
            request,
            lambda: operations.cancel_transfer(
                transfer=found, actor=request.user, now=timezone.now()
            ),
            _("%(number)s is cancelled.") % {"number": found.label},
        )
        return see_other("transfer", pk)
    sent = found.state == TransferState.SENT
    back = _("Pieces still in transit lie in %(place)s again.") % {"place": found.source.name}
    return confirm(
        request,
        here=HERE,
        cancel=reverse("inventory:transfer", args=[pk]),
        title=_("Cancel %(number)s") % {"number": found.label},
        question=_("From %(source)s to %(destination)s.")
        % {"source": found.source.name, "destination": found.destination.name},
        consequences=[back, _("What was received stays received.")]
        if sent
        else [_("No stock has moved yet, so none moves now.")],
        action_label=_("Cancel the transfer"),
        tone="danger",
    )


def _detail(
    request: MemberRequest,
    found: Transfer,
    *,
    line_form: PiecesForm | None = None,
    receive_form: ReceiveForm | None = None,
) -> HttpResponse:
    context = queries.transfer_detail(transfer=found) | room(request, HERE)
    wrong = line_form is not None or receive_form is not None
    context["line_form"] = line_form or PiecesForm(initial={"pieces": 1})
    if found.state == TransferState.SENT:
        form = receive_form or ReceiveForm(
            lines=context["lines"], initial={"form_key": uuid.uuid4()}
        )
        context |= {"receive_form": form, "rows": form.rows()}
    return render(request, "inventory/transfer.html", context, status=422 if wrong else 200)
