"""Conversions: saved as reconciliation shows them, attributed by the rules, history kept."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from campaigns.core.attribution import RULESET, Attribution, attribute
from campaigns.core.conversion import PaymentSeen
from campaigns.core.reference import read
from campaigns.core.url_parameters import UTM_NAMES
from campaigns.models import Attribution as Answer
from campaigns.models import Conversion, Movement
from campaigns.queries import evidence
from linktracker.lib import bulk, direct

EVIDENCE_LOCK = 7_140_001
PAYMENT_COLUMNS = tuple(field.name for field in fields(PaymentSeen) if field.name != "refunds")


def save(*, payments: Sequence[PaymentSeen], withdrawn: Iterable[str], at: datetime) -> None:
    """Write these payments with their attribution, and withdraw those that are part of another.

    Call it inside the transaction that holds the payments' heads: nobody else may be writing them.
    """
    _hold_off_new_evidence()
    withdrawn = list(withdrawn)
    direct.rows_of_lists(WITHDRAW, [withdrawn])
    seen = evidence.gather(payments)
    answers = {payment_id: attribute(known) for payment_id, known in seen.items()}
    _write_history(payments, answers, at)
    bulk.upsert(
        Conversion,
        [_row(payment, answers[payment.payment_id]) for payment in payments],
        key="payment_id",
    )
    _write_movements(payments, withdrawn)
    _tell_movements([payment.payment_id for payment in payments if payment.refunds])


WITHDRAW = "DELETE FROM campaigns_conversion WHERE payment_id = ANY(%s)"


def withdraw_all_but(*, payment_ids: Collection[str]) -> None:
    """Only these payments stand, after everything was derived again."""
    Conversion.objects.exclude(payment_id__in=payment_ids).delete()
    Movement.objects.exclude(payment_id__in=payment_ids).delete()


def _hold_off_new_evidence() -> None:
    """Share the evidence lock: who brings new evidence waits for us before looking for payments."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [EVIDENCE_LOCK])


def wait_for_attributions_under_way() -> None:
    """Return once every attribution that may not have seen what is committed now has ended."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [EVIDENCE_LOCK])
        cursor.execute("SELECT pg_advisory_unlock(%s)", [EVIDENCE_LOCK])


@transaction.atomic
def reattribute(*, payment_ids: Sequence[str], at: datetime) -> None:
    """Run the rules again for these payments; their money stays as it is.

    What changed the evidence must be committed, and `wait_for_attributions_under_way` called, before.
    """
    rows = Conversion.objects.filter(payment_id__in=payment_ids).order_by("payment_id")
    payments = [_seen(row) for row in rows.select_for_update()]
    seen = evidence.gather(payments)
    answers = {payment_id: attribute(known) for payment_id, known in seen.items()}
    _write_history(payments, answers, at)
    bulk.update(
        Conversion,
        [{"payment_id": id, **_answer_columns(answer)} for id, answer in answers.items()],
        key="payment_id",
    )
    _tell_movements(list(answers))


def _seen(row: Conversion) -> PaymentSeen:
    """The payment as it was shown to us, for the rules: its refunds do not matter to them."""
    return PaymentSeen(
        **{name: getattr(row, name) for name in PAYMENT_COLUMNS if name != "aliases"},
        aliases=tuple(row.aliases),
    )


def _write_history(
    payments: Sequence[PaymentSeen], answers: dict[str, Attribution], at: datetime
) -> None:
    """Append the answers that are new or differ from the one that stands."""
    standing = {
        row["payment_id"]: row
        for row in Conversion.objects.filter(payment_id__in=answers).values(
            "payment_id", "grade", "rule", "link_line", "reasons", "conflicts", *UTM_NAMES
        )
    }
    rows = []
    for payment in payments:
        columns = _answer_columns(answers[payment.payment_id])
        before = standing.get(payment.payment_id)
        if before is None or any(
            before[name] != columns[name] for name in before if name in columns
        ):
            rows.append(_history_row(payment, columns, at))
    bulk.insert(Answer, rows)


def _history_row(payment: PaymentSeen, columns: dict[str, Any], at: datetime) -> dict[str, Any]:
    return {
        "payment_id": payment.payment_id,
        "livemode": payment.livemode,
        "grade": columns["grade"],
        "rule": columns["rule"],
        "ruleset": columns["ruleset"],
        "link_line": columns["link_line"],
        "utm": {name: columns[name] for name in UTM_NAMES},
        "reasons": columns["reasons"],
        "conflicts": columns["conflicts"],
        "decided_at": at,
    }


def _answer_columns(answer: Attribution) -> dict[str, Any]:
    codes = answer.utm.as_parameters()
    return {
        "grade": answer.grade,
        "rule": answer.rule,
        "ruleset": RULESET,
        "link_line": answer.line,
        "campaign_id": answer.campaign,
        **{name: codes.get(name, "") for name in UTM_NAMES},
        "reasons": list(answer.reasons),
        "conflicts": list(answer.conflicts),
    }


def _row(payment: PaymentSeen, answer: Attribution) -> dict[str, Any]:
    columns = {name: getattr(payment, name) for name in PAYMENT_COLUMNS}
    reference = read(payment.reference)
    return {
        **columns,
        "reference_reading": reference.reading,
        "reference_own": reference.own or "",
        "reference_tag": reference.link or "",
        **_answer_columns(answer),
    }


MOVED_NO_MORE = """
DELETE FROM campaigns_movement
WHERE payment_id = ANY(%s) AND refund_id NOT IN (SELECT unnest(%s::text[]))
"""


def _write_movements(payments: Sequence[PaymentSeen], withdrawn: Sequence[str]) -> None:
    """Bring the refunds of these payments to what is known now; one that bounced goes again."""
    rows = [
        {
            "refund_id": refund.id,
            "payment_id": payment.payment_id,
            "livemode": payment.livemode,
            "currency": payment.currency,
            "amount": refund.amount,
            "moved_at": refund.moved_at,
        }
        for payment in payments
        for refund in payment.refunds
    ]
    kept = [row["refund_id"] for row in rows]
    owners = [payment.payment_id for payment in payments]
    direct.rows_of_lists(MOVED_NO_MORE, [[*owners, *withdrawn], kept])
    bulk.upsert(Movement, rows, key="refund_id")


EARNED_BY = ("through_link", "grade", "link_line", *UTM_NAMES)
TELL = """
UPDATE campaigns_movement AS moved SET ({columns}) = ({values}) FROM campaigns_conversion AS payment
WHERE payment.payment_id = ANY(%s) AND moved.payment_id = payment.payment_id
    AND ({moved}) IS DISTINCT FROM ({values})
""".format(
    columns=", ".join(EARNED_BY),
    values=", ".join(f"payment.{column}" for column in EARNED_BY),
    moved=", ".join(f"moved.{column}" for column in EARNED_BY),
)


def _tell_movements(payment_ids: Sequence[str]) -> None:
    """Refunds repeat who earned their payments; this transaction has the payments' rows locked."""
    if payment_ids:
        direct.rows_of_lists(TELL, [payment_ids])
