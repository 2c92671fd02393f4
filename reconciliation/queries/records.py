"""The company's own records: one with its history, and the one that a payment belongs to."""

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from campaigns.models import Conversion
from reconciliation.core.findings import LABELS, Finding, of_stray
from reconciliation.core.line_words import unmatched
from reconciliation.core.matching import PAID_STATES
from reconciliation.core.matching_rules import Kind, Rule
from reconciliation.core.open_items import OpenItem
from reconciliation.models import ExpectedPayment, Match
from reconciliation.queries import lines
from reconciliation.queries.lines import LineRow, Scope

MOST_PAYMENTS = 100  # on one open item's page


def _values(row: ExpectedPayment) -> OpenItem:
    return OpenItem(
        external_id=row.external_id,
        reference=row.reference,
        kind=cast("Kind", row.kind),
        currency=row.currency,
        amount=row.amount,
        due_on=row.due_on,
        description=row.description,
    )


def has_records(*, livemode: bool) -> bool:
    return ExpectedPayment.objects.filter(livemode=livemode).exists()


@dataclass(frozen=True, slots=True)
class Revision:
    """One state of an open item: its values, since when, and who said so (None: a command)."""

    pk: int
    number: int
    values: OpenItem
    recorded_at: datetime
    recorded_by: str
    voided_at: datetime | None


@dataclass(frozen=True, slots=True)
class MatchedPayment:
    """A payment that names the open item; amounts in minor units of its own currency."""

    payment_id: str
    currency: str
    amount: int
    received: int
    paid_at: datetime
    rule: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Record:
    """An open item as its page shows it: the latest revision first."""

    source: str
    line: LineRow
    revisions: tuple[Revision, ...]
    payments: tuple[MatchedPayment, ...]

    @property
    def latest(self) -> Revision:
        return self.revisions[0]


def find_record(*, record_id: int, livemode: bool) -> Record | None:
    """The open item that has this revision; None where this mode has no such row."""
    named = ExpectedPayment.objects.filter(pk=record_id, livemode=livemode).first()
    if named is None:
        return None
    rows = ExpectedPayment.objects.filter(
        livemode=livemode, source=named.source, external_id=named.external_id
    )
    revisions = [_revision(row) for row in rows.select_related("recorded_by").order_by("-revision")]
    scope = Scope(livemode, record_id=revisions[0].pk, items_only=True, voided=True)
    return Record(
        source=named.source,
        line=lines.rows(scope, limit=1)[0],
        revisions=tuple(revisions),
        payments=_payments_of(revisions[0].pk),
    )


def _revision(row: ExpectedPayment) -> Revision:
    return Revision(
        pk=row.pk,
        number=row.revision,
        values=_values(row),
        recorded_at=row.recorded_at,
        recorded_by="" if row.recorded_by is None else str(row.recorded_by),
        voided_at=row.voided_at,
    )


def _payments_of(record_id: int) -> tuple[MatchedPayment, ...]:
    matches = Match.objects.filter(record_id=record_id).order_by("payment_id")
    found = {match.payment_id: match for match in matches[:MOST_PAYMENTS]}
    rows = Conversion.objects.filter(payment_id__in=found).order_by("paid_at", "payment_id")
    return tuple(
        MatchedPayment(
            payment_id=row.payment_id,
            currency=row.currency,
            amount=row.amount,
            received=row.received,
            paid_at=row.paid_at or row.created_at,
            rule=found[row.payment_id].rule,
            reasons=tuple(found[row.payment_id].reasons),
        )
        for row in rows
    )


@dataclass(frozen=True, slots=True)
class RecordOfPayment:
    """What the company's records say of one payment, and why; money in minor units.

    `finding` is None while no money has arrived. `record` is the open item's external id and
    `record_id` its key, both None where the payment belongs to none. `expected` and `received`
    are those of the open item where it is paid by this payment, else None.
    """

    finding: Finding | None
    record: str | None = None
    record_id: int | None = None
    rule: Rule | None = None
    reasons: tuple[str, ...] = ()
    currency: str = ""
    expected: int | None = None
    received: int | None = None

    @property
    def label(self) -> str:
        return LABELS[self.finding] if self.finding else "Nothing to compare yet"

    @property
    def difference(self) -> int | None:
        if self.expected is None or self.received is None:
            return None
        return self.received - self.expected


def record_of_payment(payment_id: str) -> RecordOfPayment | None:
    """The open item that this payment belongs to, or why it belongs to none.

    None where there is no such payment. A payment that is exactly what was expected agrees, also
    where a further one makes its open item receive more.
    """
    payment = Conversion.objects.filter(payment_id=payment_id).first()
    if payment is None:
        return None
    if payment.state not in PAID_STATES:
        return RecordOfPayment(None, reasons=("No money has arrived, so nothing is compared.",))
    match = (
        Match.objects.filter(payment_id=payment_id, record__latest=True, record__voided_at=None)
        .select_related("record")
        .first()
    )
    if match is None:
        return RecordOfPayment("no_record", reasons=(_why_none(payment),))
    if match.rule == "R0" or match.record.currency != payment.currency:
        return _told(match, of_stray(cast("Rule", match.rule)))
    return _on_its_line(match, payment)


def _why_none(payment: Conversion) -> str:
    own = payment.reference_own
    namesakes = 0
    if own:
        namesakes = ExpectedPayment.objects.filter(
            livemode=payment.livemode, reference=own, latest=True, voided_at=None
        ).count()
    return unmatched(payment.reference_reading, own, namesakes, renewal=payment.renewal)


def _on_its_line(match: Match, payment: Conversion) -> RecordOfPayment:
    scope = Scope(payment.livemode, record_id=match.record_id, items_only=True)
    line = lines.rows(scope, limit=1)[0]
    agrees = match.rule == "R1" and payment.received == match.record.amount
    finding = "agrees" if agrees or line.finding == "voided" else line.finding
    more = () if line.finding == "agrees" else (line.words,)
    return _told(match, finding, more, line)


def _told(
    match: Match, finding: Finding, more: tuple[str, ...] = (), line: LineRow | None = None
) -> RecordOfPayment:
    return RecordOfPayment(
        finding=finding,
        record=match.record.external_id,
        record_id=match.record_id,
        rule=cast("Rule", match.rule),
        reasons=(*match.reasons, *more),
        currency=match.record.currency,
        expected=match.record.amount,
        received=line.received if line else None,
    )
