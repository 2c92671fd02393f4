"""What is known about one payment and why, as one document (design section 9): the same for scripts
and for people. Amounts are minor units; None is what is not known."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from campaigns.core.url_parameters import UTM_NAMES
from campaigns.models import Conversion
from campaigns.queries.answers import LinkShown, campaign_code, link_shown
from reconciliation.queries import lookup
from reconciliation.queries.payment import ObjectSeen, observations_of
from reconciliation.queries.records import RecordOfPayment, record_of_payment


class NoPayment(Exception):
    """Nothing can be explained; the sentence says what is known of the id."""


@dataclass(frozen=True)
class Explanation:
    payment: Conversion
    link: LinkShown | None
    campaign: str | None
    record: RecordOfPayment
    observations: Sequence[ObjectSeen]

    def as_json(self) -> dict[str, Any]:
        """The document; its keys are a contract with scripts outside."""
        payment = self.payment
        return {
            "id": payment.payment_id,
            "livemode": payment.livemode,
            "state": payment.state,
            "currency": payment.currency,
            "amount": payment.amount,
            "refunded": payment.refunded,
            "received": payment.received,
            "reference": {
                "raw": payment.reference,
                "own": payment.reference_own or None,
                "tag": payment.reference_tag or None,
                "reading": payment.reference_reading,
            },
            "attribution": self._attribution(),
            "match": self._match(),
            "observations": [_observation(seen) for seen in self.observations],
        }

    def _attribution(self) -> dict[str, Any]:
        payment, link = self.payment, self.link
        return {
            "grade": payment.grade,
            "rule": payment.rule,
            "tracked_link": {"id": link.line, "name": link.name, "url": link.url} if link else None,
            "campaign": self.campaign,
            "utm": {name: getattr(payment, name) or None for name in UTM_NAMES},
            "reasons": payment.reasons,
            "conflicts": payment.conflicts,
        }

    def _match(self) -> dict[str, Any]:
        """The finding is None while no money has arrived: there is nothing to compare yet."""
        record = self.record
        return {
            "finding": record.finding,
            "record": record.record,
            "rule": record.rule,
            "reasons": list(record.reasons),
        }


def explain(stripe_id: str) -> Explanation:
    """The payment that a session, intent, charge or any other object belongs to.

    Raises `NoPayment` where there is none, or more than one.
    """
    found = lookup.find(stripe_id)
    if len(found.payment_ids) > 1:
        raise NoPayment(f"{stripe_id} belongs to several payments: {', '.join(found.payment_ids)}.")
    if not found.payment_ids:
        raise NoPayment(
            f"Stripe told us of {stripe_id}, but no payment came of it."
            if found.is_known
            else f"No payment is known as {stripe_id[:100]}."
        )
    payment = Conversion.objects.get(pk=found.payment_ids[0])
    return Explanation(
        payment=payment,
        link=link_shown(payment.link_line),
        campaign=campaign_code(payment.campaign_id) or payment.utm_campaign or None,
        record=record_of_payment(payment.payment_id) or RecordOfPayment(None),
        observations=observations_of(payment),
    )


def _observation(seen: ObjectSeen) -> dict[str, Any]:
    return {
        "event": seen.event,
        "type": seen.type,
        "object": seen.object,
        "object_id": seen.object_id,
        "stripe_at": _iso(seen.stripe_at),
        "deliveries": seen.deliveries,
    }


def _iso(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
