"""One payment, as a page and in a drawer: what it is, where it came from, and setting its link."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from campaigns.actions import decisions
from campaigns.actions.decisions import CannotDecide
from linktracker.access import StaffRequest, livemode_of, needs
from reconciliation.forms.payments import AssignForm, ReasonForm
from reconciliation.queries import lookup
from reconciliation.queries.payment import payment_of, raw_event
from reconciliation.queries.payment_page import Rights, payment_page


@require_safe
@needs("campaigns.view_conversion")
@vary_on_headers("HX-Request")
def payment(request: StaffRequest, payment_id: str) -> HttpResponse:
    """The payment, or the way to it where the address names another of its objects."""
    livemode = livemode_of(request)
    if payment_of(payment_id, livemode=livemode) is None:
        return _known_otherwise(request, payment_id)
    assign = AssignForm(livemode=livemode)
    return _page(request, payment_id, assign=assign, undo=ReasonForm())


@require_POST
@needs("campaigns.assign_conversion")
@vary_on_headers("HX-Request")
def payment_assign(request: StaffRequest, payment_id: str) -> HttpResponse:
    livemode = livemode_of(request)
    found = payment_of(payment_id, livemode=livemode)
    if found is None:
        return _unknown(request, payment_id, is_known=False)
    form = AssignForm(request.POST, livemode=livemode, plink_id=found.plink_id)
    if form.is_valid():
        line, reason = form.cleaned_data["line"], form.cleaned_data["reason"]
        try:
            decisions.assign(
                payment_id=payment_id,
                livemode=livemode,
                line=line,
                reason=reason,
                by=request.user,
                at=timezone.now(),
            )
        except CannotDecide as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, "The link is set. It can be undone here.")
            return redirect("payment", payment_id)
    return _page(request, payment_id, assign=form, undo=ReasonForm())


@require_POST
@needs("campaigns.assign_conversion")
@vary_on_headers("HX-Request")
def payment_undo(request: StaffRequest, payment_id: str) -> HttpResponse:
    livemode = livemode_of(request)
    if payment_of(payment_id, livemode=livemode) is None:
        return _unknown(request, payment_id, is_known=False)
    form = ReasonForm(request.POST)
    if form.is_valid():
        try:
            decisions.undo(
                payment_id=payment_id,
                livemode=livemode,
                reason=form.cleaned_data["reason"],
                by=request.user,
                at=timezone.now(),
            )
        except CannotDecide as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, "Undone. The rules' answer stands again.")
            return redirect("payment", payment_id)
    return _page(request, payment_id, assign=AssignForm(livemode=livemode), undo=form)


@require_safe
@needs("reconciliation.view_raw_facts")
@vary_on_headers("HX-Request")
def payment_event(request: StaffRequest, payment_id: str, event_id: str) -> HttpResponse:
    """The bytes that Stripe sent, which hold the buyer's data."""
    found = payment_of(payment_id, livemode=livemode_of(request))
    event = raw_event(found, event_id) if found else None
    if event is None:
        raise Http404
    template = "_raw_event.html" if request.headers.get("HX-Request") else "raw_event.html"
    context = {"event": event, "payment_id": payment_id}
    return render(request, f"reconciliation/{template}", context)


def _page(request: StaffRequest, payment_id: str, **forms: Any) -> HttpResponse:
    found = payment_of(payment_id, livemode=livemode_of(request))
    if found is None:
        return _unknown(request, payment_id, is_known=False)
    may = _rights(request)
    shown = payment_page(found, may)
    is_fragment = bool(request.headers.get("HX-Request"))
    context = {
        "shown": shown,
        "payment": found,
        "record": shown.record,
        "may": may,
        "is_fragment": is_fragment,
        **forms,
    }
    template = "_payment.html" if is_fragment else "payment.html"
    return render(request, f"reconciliation/{template}", context)


def _known_otherwise(request: StaffRequest, name: str) -> HttpResponse:
    """To the payment of this session, charge, refund or event; to the list where it is of several."""
    found = lookup.find(name, livemode=livemode_of(request))
    if len(found.payment_ids) == 1:
        return redirect("payment", found.payment_ids[0])
    if found.payment_ids:
        return redirect(reverse("payments", query={"q": name}))
    return _unknown(request, name, is_known=found.is_known)


def _unknown(request: StaffRequest, name: str, *, is_known: bool) -> HttpResponse:
    context = {"name": name[:100], "is_known": is_known}
    return render(request, "reconciliation/payment_unknown.html", context, status=404)


def _rights(request: StaffRequest) -> Rights:
    may = request.user.has_perm
    return Rights(
        see_buyer=may("reconciliation.view_buyer"),
        see_record=may("reconciliation.view_expectedpayment"),
        see_raw=may("reconciliation.view_raw_facts"),
        assign=may("campaigns.assign_conversion"),
    )
