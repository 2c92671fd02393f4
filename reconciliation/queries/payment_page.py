"""All that the page of one payment shows, gathered in a fixed number of queries."""

from dataclasses import dataclass

from campaigns.core.candidates import Candidate
from campaigns.models import Conversion, Movement, PaymentLink
from campaigns.queries.answers import (
    AnswerGiven,
    DecisionTaken,
    LinkShown,
    answers_about,
    decisions_about,
    link_shown,
    payment_link_shown,
)
from campaigns.queries.candidates import candidates_for
from campaigns.queries.evidence import codes_brought
from reconciliation.core.event_words import Told, told
from reconciliation.core.payment_words import READINGS
from reconciliation.models import Buyer
from reconciliation.queries import payment as queries
from reconciliation.queries.payment import EventSeen
from reconciliation.queries.records import RecordOfPayment, record_of_payment


@dataclass(frozen=True)
class Rights:
    """What the reader may see or do beyond the payment itself."""

    see_buyer: bool
    see_record: bool
    see_raw: bool
    assign: bool


@dataclass(frozen=True)
class TimelineEntry:
    event: EventSeen
    told: Told


@dataclass(frozen=True)
class PaymentPage:
    """`candidates` are offered while no link is known; `decided` is a person's decision that stands.

    `brought` are the codes that came with the buyer, where a person set the link and its codes stand
    for the payment. `answers` is the history of the rules' answers, given only when there was more than one.
    """

    payment: Conversion
    net_sales: int | None
    refunds: list[Movement]
    buyer: Buyer | None
    reading: str
    brought: dict[str, str] | None
    link: LinkShown | None
    payment_link: PaymentLink | None
    candidates: tuple[Candidate, ...]
    record: RecordOfPayment | None
    answers: list[AnswerGiven]
    decisions: list[DecisionTaken]
    timeline: list[TimelineEntry]

    @property
    def tax_received(self) -> int | None:
        """The tax in what was received, as what is taken from it: never above zero."""
        return None if self.net_sales is None else self.net_sales - self.payment.received

    @property
    def decided(self) -> DecisionTaken | None:
        last = self.decisions[-1] if self.decisions else None
        return None if last is None or last.is_undone else last

    @property
    def reference_was_lost(self) -> bool:
        """The link was issued with a reference, yet none came with the payment."""
        issued = self.link.reference if self.link else ""
        return bool(issued) and not self.payment.reference


def payment_page(payment: Conversion, may: Rights) -> PaymentPage:
    names = queries.known_as(payment)
    answers = answers_about(names)
    link = link_shown(payment.link_line)
    offers = candidates_for(payment) if may.assign and link is None else ()
    return PaymentPage(
        payment=payment,
        net_sales=queries.net_sales_of(payment),
        refunds=queries.refunds_of(payment),
        buyer=queries.buyer_of(payment) if may.see_buyer else None,
        reading=READINGS[payment.reference_reading],
        brought=_brought(payment) if payment.grade == Conversion.Grade.PERSON else None,
        link=link,
        payment_link=payment_link_shown(payment.plink_id),
        candidates=offers,
        record=record_of_payment(payment.payment_id) if may.see_record else None,
        answers=answers if len(answers) > 1 else [],
        decisions=decisions_about(names),
        timeline=[
            TimelineEntry(event, told(event.first.type))
            for event in queries.events_of(queries.observations_of(payment))
        ],
    )


def _brought(payment: Conversion) -> dict[str, str]:
    codes = codes_brought(payment).as_parameters()
    return {name.removeprefix("utm_"): code for name, code in codes.items()}
