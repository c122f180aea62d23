"""Pages of price rules and exchange rates."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.access import MemberRequest, member_required
from accounts.enums import Role
from core.errors import HubError
from offers.models import PriceRule
from offers.operations.prices import draft_rule, enter_rate, remove_price_rule, set_price_rule
from offers.price_forms import PriceRuleForm, RateForm
from offers.queries import prices as queries
from settings_app.models import Integration
from settings_app.views.answers import may


@require_GET
@member_required()
def prices(request: MemberRequest, pk: int) -> HttpResponse:
    """The price rules of an account, and the exchange rates of the organization."""
    return _page(request, _integration(request, pk), RateForm(initial=_today()))


@require_POST
@member_required(Role.OWNER)
def rate(request: MemberRequest, pk: int) -> HttpResponse:
    """Enter an exchange rate."""
    integration, form = _integration(request, pk), RateForm(request.POST)
    if form.is_valid():
        try:
            kept = enter_rate(
                organization=request.organization,
                actor=request.user,
                now=timezone.now(),
                **form.cleaned_data,
            )
        except HubError as error:
            form.tell(error.fields)
        else:
            messages.success(request, _("Entered: %(rate)s. Prices follow.") % {"rate": kept})
            return redirect("offers:prices", pk=pk)
    return _page(request, integration, form, status=422)


@member_required(Role.OWNER)
def rule(request: MemberRequest, pk: int) -> HttpResponse:
    """Change the rule of one marketplace: first what prices it would make, then it is kept."""
    integration = _integration(request, pk)
    marketplace = str(request.GET.get("marketplace", ""))[:40]
    present = PriceRule.objects.filter(integration=integration, marketplace=marketplace).first()
    currency = queries.currency_on(integration=integration, marketplace=marketplace)
    context: dict[str, Any] = {
        "integration": integration,
        "marketplace": marketplace,
        "present": present,
        "form": PriceRuleForm.of(present, currency),
    }
    if request.method != "POST":
        return render(request, "offers/price_rule.html", context)
    form = context["form"] = PriceRuleForm(request.POST)
    try:
        if not form.is_valid():
            return render(request, "offers/price_rule.html", context, status=422)
        if request.POST.get("keep"):
            set_price_rule(
                integration=integration,
                marketplace=marketplace,
                values=form.values(),
                actor=request.user,
                now=timezone.now(),
            )
            messages.success(request, _("The price rule is kept; your prices follow it."))
            return redirect("offers:prices", pk=pk)
        draft = draft_rule(integration=integration, marketplace=marketplace, values=form.values())
    except HubError as error:
        form.tell(error.fields)
        return render(request, "offers/price_rule.html", context, status=422)
    context["preview"] = queries.preview_rule(rule=draft, now=timezone.now())
    return render(request, "offers/price_rule.html", context)


@member_required(Role.OWNER)
def rule_remove(request: MemberRequest, pk: int) -> HttpResponse:
    """Ask first, then remove the rule of one marketplace."""
    integration = _integration(request, pk)
    marketplace = str(request.GET.get("marketplace", ""))[:40]
    get_object_or_404(PriceRule, integration=integration, marketplace=marketplace)
    if request.method == "POST":
        remove_price_rule(
            integration=integration,
            marketplace=marketplace,
            actor=request.user,
            now=timezone.now(),
        )
        messages.success(request, _("The price rule is removed."))
        return redirect("offers:prices", pk=pk)
    left = (
        _("Prices there follow nothing of yours any more, and stay as they are at Allegro.")
        if marketplace
        else _("Prices follow the selling prices of the products.")
    )
    context = {
        "title": _("Remove the price rule"),
        "question": f"{integration.label} {marketplace}",
        "consequences": [left, _("Nothing is written to Allegro by this alone.")],
        "action_label": _("Remove"),
        "cancel_url": reverse("offers:prices", args=[pk]),
        "tone": "danger",
    }
    return render(request, "confirm.html", context)


def _page(
    request: MemberRequest, integration: Integration, form: RateForm, status: int = 200
) -> HttpResponse:
    context = queries.prices_page(integration=integration) | {"form": form} | may(request)
    return render(request, "offers/prices.html", context, status=status)


def _today() -> dict[str, Any]:
    return {"rate_date": timezone.localdate()}


def _integration(request: MemberRequest, pk: int) -> Integration:
    accounts = Integration.objects.for_organization(request.organization)
    found: Integration = get_object_or_404(accounts.select_related("organization"), pk=pk)
    return found
