"""A person sets the link of a payment, or takes that back; each is a row that never changes.

The decision is committed before the rules run again, and the payment's row is held meanwhile: a
worker that is about to write the payment, under this id or another, sees the decision.
"""

from datetime import datetime

from django.db import transaction

from campaigns.actions import conversions, reattribution
from campaigns.models import AttributionDecision, Conversion, EvidenceChange, TrackedLink
from linktracker.models import User

LONGEST_REASON = 500


class CannotDecide(Exception):
    """The decision was not taken; the sentence says why."""


def assign(
    *, payment_id: str, livemode: bool, line: int, reason: str, by: User, at: datetime
) -> None:
    """Set the payment's link; this outranks the rules until it is undone.

    Raises `CannotDecide` for a payment or a link that this mode does not have.
    """
    reason = _given(reason)
    with transaction.atomic():
        payment = _held(payment_id, livemode)
        if not TrackedLink.objects.filter(line=line, livemode=livemode).exists():
            raise CannotDecide(f"There is no link {line} in {_mode(livemode)} data.")
        if _standing_line(payment) == line:
            raise CannotDecide("A person has set this payment to that link already.")
        _record(payment, AttributionDecision.What.ASSIGNED, line, reason, by, at)
    _run_the_rules_again(payment_id, at)


def undo(*, payment_id: str, livemode: bool, reason: str, by: User, at: datetime) -> None:
    """Take back what a person set; the rules' own answer stands again.

    Raises `CannotDecide` where nobody has set anything, or the payment does not exist.
    """
    reason = _given(reason)
    with transaction.atomic():
        payment = _held(payment_id, livemode)
        if _standing_line(payment) is None:
            raise CannotDecide("Nobody has set this payment's link, so there is nothing to undo.")
        _record(payment, AttributionDecision.What.UNDONE, None, reason, by, at)
    _run_the_rules_again(payment_id, at)


def _given(reason: str) -> str:
    reason = reason.strip()
    if not reason:
        raise CannotDecide("Give a reason; whoever reads the history later will want it.")
    if len(reason) > LONGEST_REASON:
        raise CannotDecide(f"The reason is longer than {LONGEST_REASON} characters.")
    return reason


def _held(payment_id: str, livemode: bool) -> Conversion:
    """The payment's row, locked until the decision is committed."""
    rows = Conversion.objects.select_for_update().filter(pk=payment_id, livemode=livemode)
    payment = rows.first()
    if payment is None:
        raise CannotDecide(f"There is no payment {payment_id} in {_mode(livemode)} data.")
    return payment


def _standing_line(payment: Conversion) -> int | None:
    """The link that a person's last decision names, under any id of the payment."""
    known_as = [payment.payment_id, *payment.aliases]
    last = AttributionDecision.objects.filter(payment_id__in=known_as).order_by("pk").last()
    return last.link_line if last else None


def _record(
    payment: Conversion, what: str, line: int | None, reason: str, by: User, at: datetime
) -> None:
    """The decision, and the note that lets the worker finish what this request may not."""
    reattribution.note(kind=EvidenceChange.Kind.DECISION, key=payment.payment_id, at=at)
    AttributionDecision.objects.create(
        payment_id=payment.payment_id,
        livemode=payment.livemode,
        what=what,
        link_line=line,
        reason=reason,
        by=by,
        at=at,
    )


def _run_the_rules_again(payment_id: str, at: datetime) -> None:
    """For the payment, and for the renewals that follow it."""
    conversions.wait_for_attributions_under_way()
    renewals = Conversion.objects.filter(first_payment_id=payment_id).order_by("pk")
    ids = [payment_id, *renewals.values_list("pk", flat=True)]
    conversions.reattribute(payment_ids=ids, at=at)


def _mode(livemode: bool) -> str:
    return "live" if livemode else "test"
