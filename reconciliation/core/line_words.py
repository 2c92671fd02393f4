"""One sentence for each line of the comparison: why it agrees, or why it does not."""

from dataclasses import dataclass

from reconciliation.core.findings import Finding
from reconciliation.core.matching_rules import written


@dataclass(frozen=True, slots=True)
class Told:
    """What the sentence needs to know of a line; amounts in minor units of `currency`.

    `paid` is what buyers paid before refunds. `namesakes` are the open items with the same own
    reference in the line's currency (in any, for a payment), `elsewhere` the payments in another
    currency that name the item.
    """

    finding: Finding
    currency: str
    beside: bool
    payments: int
    expected: int | None
    paid: int
    received: int
    external_id: str
    own: str
    reading: str
    renewal: bool
    namesakes: int
    elsewhere: int


def sentence(line: Told) -> str:
    """Say in words what was compared and what came of it."""
    if line.finding == "no_record":
        return unmatched(line.reading, line.own, line.namesakes, renewal=line.renewal)
    if line.finding == "paid_twice":
        return f"Open item {line.external_id} is paid by another payment already."
    if line.finding == "other_currency":
        return f"Open item {line.external_id} is expected in another currency."
    if line.finding == "no_payment_yet":
        return _nothing_yet(line)
    if line.beside:
        counted = "1 payment" if line.payments == 1 else f"{line.payments:,} payments"
        return f"Any number of payments may carry this reference; {counted} did."
    return _compared(line)


def unmatched(reading: str, own: str, namesakes: int, *, renewal: bool) -> str:
    """Why a payment belongs to no open item; `reading` as in `campaigns.core.reference`."""
    if reading == "check failed":
        return "The link tag in its reference is damaged, so your number cannot be told from it."
    if not own:
        return "No number of yours came with this payment."
    if not namesakes:
        return f"No open item carries the reference {own}."
    if renewal:
        return f"A renewal repeats the reference {own} of its subscription's first payment."
    return f"{namesakes} open items carry the reference {own}, so none is chosen."


def _nothing_yet(line: Told) -> str:
    if line.paid:
        return f"{written(line.paid, line.currency)} was paid and refunded in full."
    if line.namesakes > 1:
        return f"{line.namesakes} open items carry this reference, so none is chosen."
    if line.elsewhere:
        return "A payment in another currency carries this reference."
    return f"No payment with the reference {line.own} has arrived."


def _compared(line: Told) -> str:
    told = f"{written(line.paid, line.currency)} was paid"
    if line.payments > 1:
        told += f" in {line.payments:,} payments"
    if line.paid > line.received:
        told += f" and {written(line.paid - line.received, line.currency)} refunded since"
    difference = line.received - (line.expected or 0)
    if not difference:
        return f"{told}, as you expected."
    more = "more" if difference > 0 else "less"
    return f"{told}: {written(abs(difference), line.currency)} {more} than you expected."
