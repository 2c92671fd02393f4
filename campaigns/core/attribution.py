"""Which link earned a payment: evidence in, one answer out, with the reasons and what disagrees.

The rules run in the order below and the first sure answer wins (design section 7). A decision of a
person outranks them all. `RULESET` is stored with each answer; raise it when a rule changes.
"""

from collections.abc import Callable
from dataclasses import dataclass

from campaigns.core import attribution_rules as rules
from campaigns.core.attribution_rules import Answer, Evidence
from campaigns.core.url_parameters import Utm

RULESET = 2

Rule = Callable[[Evidence], Answer | None]

ORDER: tuple[Rule, ...] = (
    rules.set_by_a_person,
    rules.tag_in_the_reference,
    rules.own_reference_of_one_link,
    rules.payment_link_and_codes_of_one_link,
    rules.codes_of_a_return_visit,
    rules.codes_in_the_success_url,
    rules.payment_link_of_one_link,
    rules.payment_link_of_one_campaign,
)


@dataclass(frozen=True)
class Attribution:
    """The answer about one payment. `conflicts` are sentences about evidence that disagrees."""

    grade: str
    rule: str
    line: int | None
    campaign: int | None
    utm: Utm
    reasons: tuple[str, ...]
    conflicts: tuple[str, ...] = ()


def attribute(evidence: Evidence) -> Attribution:
    """Run every rule; the first answer wins, the others explain or contradict it."""
    answers = [answer for rule in ORDER if (answer := rule(evidence)) is not None]
    if not answers:
        reasons = _told(evidence, rules.why_unknown(evidence))
        return Attribution("U", "unknown", None, None, Utm(), reasons)
    first, others = answers[0], answers[1:]
    agreeing = [answer for answer in others if _agree(first, answer)]
    return Attribution(
        grade=first.grade,
        rule=first.rule,
        line=first.line,
        campaign=first.campaign,
        utm=_fullest(first, agreeing),
        reasons=_told(evidence, (*_reasons(first), *(answer.reason for answer in agreeing))),
        conflicts=tuple(
            f"This disagrees: {answer.reason}" for answer in others if not _agree(first, answer)
        ),
    )


def _told(evidence: Evidence, reasons: tuple[str, ...]) -> tuple[str, ...]:
    return (*reasons, rules.RENEWS) if evidence.renews else reasons


def _reasons(first: Answer) -> tuple[str, ...]:
    if first.moved_to is None:
        return (first.reason,)
    return (first.reason, rules.counts_for(first.moved_to))


def _agree(one: Answer, other: Answer) -> bool:
    """Two answers agree when neither names another link or another code than the other."""
    if one.line is not None and other.line is not None and one.line != other.line:
        return False
    ours, theirs = _names(one), _names(other)
    return all(names & theirs.get(name, names) for name, names in ours.items())


def _names(answer: Answer) -> dict[str, set[str]]:
    """What each code may be called: a link that was moved still carries its old campaign code."""
    names = {name: {code} for name, code in answer.utm.as_parameters().items()}
    if answer.moved_to is not None:
        names.setdefault("utm_campaign", set()).add(answer.moved_to.code)
    return names


def _fullest(first: Answer, agreeing: list[Answer]) -> Utm:
    """The winner's codes, with gaps filled from evidence that agrees with it."""
    codes: dict[str, str | None] = {}
    for answer in reversed([first, *agreeing]):
        codes.update(answer.utm.as_parameters())
    if first.moved_to is not None:
        codes["utm_campaign"] = first.moved_to.code
    return Utm.parse(codes)
