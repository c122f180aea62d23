"""The seller's rules for discrepancies."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import MemberRequest, member_required
from accounts.enums import Role
from core.errors import HubError
from syncs.forms import RuleForm
from syncs.models import DiscrepancyRule
from syncs.operations import discrepancies as operations
from syncs.queries.discrepancies import row_view
from syncs.queries.rules import rule_preview, rules_of
from syncs.views.discrepancies import may_work


@member_required()
def rule_list(request: MemberRequest) -> HttpResponse:
    """All rules, in the order in which they are asked."""
    context = {
        "rules": list(rules_of(organization=request.organization)),
        "may_work": may_work(request),
    }
    return render(request, "syncs/discrepancies/rules.html", context)


@member_required(Role.STAFF)
def rule_new(request: MemberRequest) -> HttpResponse:
    """A new rule; it can be looked at before it is saved."""
    return _edit(request, None)


@member_required(Role.STAFF)
def rule_edit(request: MemberRequest, pk: int) -> HttpResponse:
    """Change a rule; what it would do can be looked at before it is saved."""
    return _edit(request, _rule(request, pk))


@member_required(Role.STAFF)
def rule_remove(request: MemberRequest, pk: int) -> HttpResponse:
    """Delete a rule after a confirmation."""
    rule = _rule(request, pk)
    if request.method != "POST":
        return render(request, "syncs/discrepancies/rule_remove.html", {"rule": rule})
    operations.remove_rule(rule=rule, actor=request.user, now=timezone.now())
    messages.success(request, _("The rule is gone; what it settled stays settled."))
    return redirect("syncs:rules")


@require_POST
@member_required(Role.STAFF)
def rule_move(request: MemberRequest, pk: int) -> HttpResponse:
    """Let a rule be asked earlier or later."""
    operations.move_rule(
        rule=_rule(request, pk),
        up=request.POST.get("way") == "up",
        actor=request.user,
        now=timezone.now(),
    )
    return redirect("syncs:rules")


def _edit(request: MemberRequest, rule: DiscrepancyRule | None) -> HttpResponse:
    form = RuleForm(request.POST or None, instance=rule, organization=request.organization)
    if not form.is_bound or not form.is_valid():
        return _form(request, form, rule)
    if "preview" in request.POST:
        return _form(request, form, rule, looked=True)
    try:
        _saved(request, form, rule)
    except HubError as error:
        for name, texts in error.fields.items():
            form.add_error(name, texts)
        return _form(request, form, rule)
    messages.success(request, _("The rule is saved; the next check goes by it."))
    return redirect("syncs:rules")


def _saved(request: MemberRequest, form: RuleForm, rule: DiscrepancyRule | None) -> None:
    now = timezone.now()
    values = form.cleaned_data
    if rule is None:
        operations.add_rule(
            organization=request.organization, values=values, actor=request.user, now=now
        )
    else:
        operations.update_rule(rule=rule, values=values, actor=request.user, now=now)


def _form(
    request: MemberRequest, form: RuleForm, rule: DiscrepancyRule | None, looked: bool = False
) -> HttpResponse:
    preview = rule_preview(rule=form.preview_rule()) if looked else None
    context = {
        "form": form,
        "rule": rule,
        "preview": preview,
        "samples": [row_view(one) for one in preview.samples] if preview else [],
    }
    status = 422 if form.is_bound and not looked else 200
    return render(request, "syncs/discrepancies/rule.html", context, status=status)


def _rule(request: MemberRequest, pk: int) -> DiscrepancyRule:
    rules = rules_of(organization=request.organization).select_related("organization")
    return get_object_or_404(rules, pk=pk)
