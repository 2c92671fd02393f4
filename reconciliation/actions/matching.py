"""Matches between payments and open items, recomputed when either side changes.

What belongs together shares an own reference, so a reference is the lock: who changes a payment or
an open item holds the heads of its references (after those of payments), and only then reads both
sides, in later statements. The worker and an import wait here for each other, and the one that
comes second sees what the first has written. What an open item's payments come to is kept with them.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from django.db import connection

from campaigns.core.conversion import PaymentSeen
from campaigns.core.reference import read
from linktracker.lib import bulk
from reconciliation.actions import heads
from reconciliation.core.findings import pays
from reconciliation.core.matching import PAID_STATES, RULESET, Key, match
from reconciliation.core.matching_rules import ItemDue, Matched, PaymentMade
from reconciliation.core.paid_items import Paid, paid_items
from reconciliation.models import Match, PaidItem


def rematch_payments(payments: Sequence[PaymentSeen], withdrawn: Collection[str] = ()) -> None:
    """Match these payments again with the open items that their references name, or named before.

    Inside the transaction that holds the payments' heads and has saved them. An id under which a
    payment was known before goes too, where the payment has another now, or is `withdrawn`.
    """
    known = {name for paid in payments for name in (paid.payment_id, *paid.aliases)}
    ids = sorted(known.union(withdrawn))
    named = {(paid.livemode, read(paid.reference).own or "") for paid in payments}
    references = {key for key in named if key[1]} | _named_before(ids)
    _rematch(references, payment_ids=ids, record_ids=())


def rematch_records(references: Collection[Key], superseded: Collection[int]) -> None:
    """Match again what carries these own references, `(livemode, reference)`, of changed items.

    Inside the transaction that has recorded them; `superseded` are the keys of rows that count no
    more, so that no payment stays with them.
    """
    _rematch(references, payment_ids=(), record_ids=superseded)


def _rematch(
    references: Collection[Key], *, payment_ids: Collection[str], record_ids: Collection[int]
) -> None:
    """Lock the references, read both sides, and write what follows from them."""
    if not references:
        return
    heads.lock((heads.REFERENCE, f"{livemode}:{own}") for livemode, own in references)
    items = _items(references)
    standing = _standing(payment_ids, {*record_ids, *(item.record_id for item in items)})
    if not items and not standing:
        return
    payments = _payments({(item.livemode, item.reference) for item in items})
    answers = match(payments, items)
    if gone := standing - answers.keys():
        Match.objects.filter(payment_id__in=gone).delete()
    bulk.upsert(Match, _rows(answers, payments, items), key="payment_id")
    touched = {*record_ids, *(item.record_id for item in items)} if standing else set[int]()
    _add_up(paid_items(payments, items, answers), touched)


def _add_up(found: Sequence[Paid], touched: set[int]) -> None:
    """Keep what open items have received; one that was touched and is not among them has nothing."""
    if unpaid := touched - {paid.record_id for paid in found}:
        PaidItem.objects.filter(record_id__in=unpaid).delete()
    bulk.upsert(PaidItem, [asdict(paid) for paid in found], key="record_id")


# A subquery a row, so that the planner never reads all open items for a handful of matches.
NAMED_BEFORE = """
SELECT DISTINCT livemode, (
    SELECT reference FROM reconciliation_expectedpayment AS item WHERE item.id = matched.record_id
) FROM reconciliation_match AS matched WHERE payment_id = ANY(%s)
"""
ITEMS = """
SELECT id, livemode, external_id, reference, kind, currency, amount
FROM reconciliation_expectedpayment
WHERE latest AND voided_at IS NULL AND reference = ANY(%s)
ORDER BY id
"""
STANDING = """
SELECT payment_id FROM reconciliation_match WHERE payment_id = ANY(%s)
UNION SELECT payment_id FROM reconciliation_match WHERE record_id = ANY(%s)
"""
PAYMENTS = """
SELECT payment_id, livemode, state, reference_own, renewal, currency, amount, received, paid_at
FROM campaigns_conversion
WHERE reference_own = ANY(%s) AND state = ANY(%s) AND paid_at IS NOT NULL
ORDER BY payment_id
"""


def _named_before(payment_ids: Sequence[str]) -> set[Key]:
    """The references by which these payments are matched until now."""
    return {(livemode, own) for livemode, own in _read(NAMED_BEFORE, payment_ids)}


def _items(references: Collection[Key]) -> list[ItemDue]:
    found = (ItemDue(*columns) for columns in _read(ITEMS, _owns(references)))
    return [item for item in found if (item.livemode, item.reference) in references]


def _standing(payment_ids: Collection[str], record_ids: Collection[int]) -> set[str]:
    """Payments that are matched now, by these ids or with these rows."""
    return {id for (id,) in _read(STANDING, list(payment_ids), list(record_ids))}


def _payments(references: Collection[Key]) -> list[PaymentMade]:
    if not references:
        return []
    rows = _read(PAYMENTS, _owns(references), list(PAID_STATES))
    found = (PaymentMade(*columns) for columns in rows)
    return [paid for paid in found if (paid.livemode, paid.own) in references]


def _owns(references: Collection[Key]) -> list[str]:
    return sorted({own for _, own in references})


def _read(statement: str, *lists: Sequence[str] | Sequence[int]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, [list(each) for each in lists])
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def _rows(
    answers: Mapping[str, Matched], payments: Sequence[PaymentMade], items: Sequence[ItemDue]
) -> list[dict[str, object]]:
    by_id = {item.record_id: item for item in items}
    return [
        {
            "payment_id": payment.payment_id,
            "livemode": payment.livemode,
            "record_id": matched.record_id,
            "rule": matched.rule,
            "ruleset": RULESET,
            "reasons": list(matched.reasons),
            "pays": pays(by_id[matched.record_id], payment, matched),
            "paid_at": payment.paid_at,
        }
        for payment in payments
        if (matched := answers.get(payment.payment_id))
    ]
