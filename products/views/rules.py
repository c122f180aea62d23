"""Pages of sync rules: every change is shown in numbers before it is made."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import MemberRequest, member_required
from accounts.enums import Role
from core.errors import HubError
from products import operations
from products.enums import RuleAct
from products.forms import RuleForm
from products.models import SyncRule, SyncSelection
from products.operations import RuleChange
from products.queries import catalogue_choices, live_rules
from products.queries.sync_rules import moves_by, rule_page

MOVING = (RuleAct.REMOVE, RuleAct.UP, RuleAct.DOWN)


@require_GET
@member_required()
def rules(request: MemberRequest) -> HttpResponse:
    """The rules in their order."""
    context = rule_page(organization=request.organization)
    context["may_write"] = Role(request.membership.role).allows(Role.STAFF)
    return render(request, "products/rules.html", context)


@require_http_methods(["GET", "POST"])
@member_required(Role.STAFF)
def add_rule(request: MemberRequest) -> HttpResponse:
    """A new rule, after the others."""
    return _filled_in(request, None)


@require_http_methods(["GET", "POST"])
@member_required(Role.STAFF)
def change_rule(request: MemberRequest, pk: int) -> HttpResponse:
    """Another content of a rule."""
    return _filled_in(request, _rule_or_404(request, pk))


@require_POST
@member_required(Role.STAFF)
def move_rule(request: MemberRequest, pk: int) -> HttpResponse:
    """Remove a rule or give it another place."""
    rule = _rule_or_404(request, pk)
    act = request.POST.get("act", "")
    if act not in MOVING:
        return redirect("products:rules")
    return _shown_or_made(request, RuleChange(RuleAct(act), rule.pk))


@require_POST
@member_required(Role.STAFF)
def retry_selection(request: MemberRequest) -> HttpResponse:
    """Go on with applying rules that gave up."""
    operations.try_again(
        work=SyncSelection.objects.for_organization(request.organization),
        actor=request.user,
        now=timezone.now(),
    )
    return redirect("products:rules")


def _filled_in(request: MemberRequest, rule: SyncRule | None) -> HttpResponse:
    form = RuleForm(request.POST or None, organization=request.organization, rule=rule)
    if request.method == "POST" and form.is_valid():
        act = RuleAct.CHANGE if rule else RuleAct.ADD
        change = RuleChange(act, rule.pk if rule else None, form.values())
        try:
            return _shown_or_made(request, change, form)
        except HubError as error:
            form.take_refusal(error)
    context = {
        "form": form,
        "rule": rule,
        "choices": catalogue_choices(organization=request.organization),
    }
    return render(request, "products/rule.html", context, status=422 if form.errors else 200)


def _shown_or_made(
    request: MemberRequest, change: RuleChange, form: RuleForm | None = None
) -> HttpResponse:
    if request.POST.get("confirmed"):
        operations.change_rules(
            organization=request.organization,
            change=change,
            actor=request.user,
            now=timezone.now(),
        )
        messages.success(request, _("The rules are saved; products follow within moments."))
        return redirect("products:rules")
    proposed = operations.proposed_rules(organization=request.organization, change=change)
    context = {
        "moves": moves_by(organization=request.organization, rules=proposed),
        "change": change,
        "hidden": [
            (name, value) for name, value in request.POST.items() if name != "csrfmiddlewaretoken"
        ],
        "proposed": proposed,
    }
    return render(request, "products/rule_preview.html", context)


def _rule_or_404(request: MemberRequest, pk: int) -> SyncRule:
    for rule in live_rules(organization_id=request.organization.pk):
        if rule.pk == pk:
            return rule
    raise Http404
