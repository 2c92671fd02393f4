"""Campaigns: what payment links earn, by code and by link, and how sure we are of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from campaigns.actions import exports
from campaigns.core.breakdown_lines import Line, lines, table, table_header
from campaigns.core.earnings import change
from campaigns.core.earnings_question import DIMENSIONS, Question, asked_days, read_question
from campaigns.core.earnings_trend import earnings_trend
from campaigns.core.grade_lines import UNKNOWN, coverage, grade_lines
from campaigns.core.period import CHOICES
from campaigns.queries import earnings as queries
from campaigns.queries.value_names import names
from linktracker.access import StaffRequest, livemode_of, needs
from linktracker.lib.export import asked_form, export_response


@dataclass(frozen=True, slots=True)
class Asked:
    """A question in the currency it is answered in; `currencies` is empty where nobody ever paid."""

    question: Question
    livemode: bool
    zone: ZoneInfo
    today: date
    currencies: Sequence[queries.CurrencySeen]

    def earnings(self) -> queries.Earnings:
        return queries.earnings(self.question, livemode=self.livemode, zone=self.zone)

    def lines(self, earned: queries.Earnings) -> tuple[Line, ...]:
        known = names(self.question, earned.rows, livemode=self.livemode)
        return lines(self.question, earned.rows, known)


@require_safe
@needs("campaigns.view_conversion")
def campaigns(request: StaffRequest) -> HttpResponse:
    if days := asked_days(request.GET):
        return _with_period(request, days)
    asked = _asked(request)
    return render(
        request,
        "campaigns/campaigns.html",
        {
            "question": asked.question,
            "zone": asked.zone.key,
            "periods": CHOICES,
            "dimensions": DIMENSIONS.values(),
            "currencies": asked.currencies,
            **(_answer(asked) if asked.currencies else {}),
        },
    )


@require_safe
@needs("campaigns.view_conversion")
def campaigns_export(request: StaffRequest) -> HttpResponseBase:
    """The rows on the screen, less the totals: each payment is in one row."""
    asked = _asked(request)
    period, currency = asked.question.period, asked.question.currency
    found = asked.lines(asked.earnings()) if currency else ()
    form = asked_form(request.GET.get("format"))
    recording = exports.begin(
        what="campaigns",
        asked=request.GET.urlencode(),
        form=form,
        livemode=asked.livemode,
        by=request.user,
        at=timezone.now(),
    )
    name = f"campaigns-{period.first}-to-{period.last}-{currency or 'none'}"
    rows = recording.counted(table(asked.question, found))
    return export_response(form, name, table_header(asked.question), rows, through=recording.sealed)


def _with_period(request: StaffRequest, days: str) -> HttpResponse:
    """What a form with two dates asks for has one address, like every other period."""
    address = request.GET.copy()
    del address["first"], address["last"]
    address["period"] = days
    return HttpResponseRedirect(f"?{address.urlencode()}")


def _asked(request: StaffRequest) -> Asked:
    zone = ZoneInfo(settings.TIME_ZONE)
    today = timezone.localdate(timezone=zone)
    question, livemode = read_question(request.GET, today), livemode_of(request)
    found = queries.currencies(question, livemode=livemode, zone=zone)
    question = question.in_currency(question.currency or _most_used(found))
    first = next((one for one in found if one.currency == question.currency), None)
    if first:
        question = question.since(first.first_paid_at.astimezone(zone).date())
    return Asked(question, livemode, zone, today, found)


def _most_used(found: Sequence[queries.CurrencySeen]) -> str:
    """The currency of most payments: amounts of two currencies cannot be compared."""
    return max(found, key=lambda seen: seen.payments).currency if found else ""


def _answer(asked: Asked) -> Mapping[str, object]:
    question, earned = asked.question, asked.earnings()
    now, before = earned.now, earned.before
    grades = grade_lines(question, earned.grades, queries.GRADES)
    return {
        "now": now,
        "received_change": change(now.received, before.received if before else None),
        "payments_change": change(now.payments, before.payments if before else None),
        "grades": queries.GRADES,
        "grade_word": dict(queries.GRADES).get(question.grade, ""),
        "grade_lines": grades,
        "coverage": coverage(earned.grades),
        "unknown": next((line for line in grades if line.grade == UNKNOWN), None),
        "trend": earnings_trend(earned.days, question.period, asked.today),
        "lines": asked.lines(earned),
        "elsewhere": [
            seen
            for seen in asked.currencies
            if seen.payments and seen.currency != question.currency
        ],
        "free_orders": queries.free_orders(question, livemode=asked.livemode, zone=asked.zone),
    }
