"""Any pasted URL explained: what Stripe would keep, drop and ignore, and the URL put right."""

import re
from dataclasses import asdict, dataclass
from typing import Final

from campaigns.core import merge_tags
from campaigns.core.addresses import TooMuch, addresses
from campaigns.core.payment_url import Edits, NotAPaymentLink, PaymentUrl, rewritten, take_apart
from campaigns.core.spelling import right_name
from campaigns.core.stripe_ids import stripe_ids
from campaigns.core.url_parameters import PARAMETERS, Verdict, judge, judge_all

NOTHING_PASTED: Final = (
    "Nothing was pasted. Paste a payment link (https://buy.stripe.com/…), log lines or a mail that "
    "hold some, or an id of Stripe's: cs_…, pi_… or plink_…"
)
NO_ADDRESS: Final = (
    "No address stands in this text, and no id of Stripe's. A payment link looks like "
    "https://buy.stripe.com/…; ids begin with cs_, pi_ or plink_."
)
LIKE_AN_ADDRESS: Final = re.compile(r"\S*[.:/\\\x00-\x08]\S*")


@dataclass(frozen=True)
class Inspection:
    """The answer about one text. What is no payment link has a problem and nothing else."""

    url: str
    is_payment_link: bool
    livemode: bool | None = None
    parameters: tuple[Verdict, ...] = ()
    corrected_url: str | None = None
    problem: str | None = None

    @property
    def loses_something(self) -> bool:
        """Whether a value would be dropped, or the whole URL is refused."""
        dropped = any(parameter.verdict == "dropped" for parameter in self.parameters)
        return dropped or not self.is_payment_link

    def as_json(self) -> dict[str, object]:
        """Give the contract of `inspect_link`, ready for json.dumps."""
        return {**asdict(self), "parameters": [asdict(each) for each in self.parameters]}


def inspect(text: str) -> Inspection:
    """Explain a URL; whatever the text, this is an answer and never an exception."""
    try:
        url = take_apart(text)
    except NotAPaymentLink as refusal:
        return Inspection(text, is_payment_link=False, problem=str(refusal))
    return Inspection(
        text,
        is_payment_link=True,
        livemode=url.livemode,
        parameters=judge_all(url.pairs),
        corrected_url=rewritten(url, _corrections(url)),
    )


@dataclass(frozen=True)
class Finding:
    """One address of a text, explained, and how many copies of it stand there."""

    inspection: Inspection
    copies: int = 1


@dataclass(frozen=True)
class TextInspection:
    """Every address of a text, and every id of Stripe's; `problem` where there is nothing to explain."""

    findings: tuple[Finding, ...] = ()
    ids: tuple[str, ...] = ()
    lines_without: int = 0
    problem: str | None = None


def inspect_text(text: str) -> TextInspection:
    """Explain whatever was pasted: a URL, a log, a mail, a list. Never raises."""
    try:
        found = addresses(text)
    except TooMuch as problem:
        return TextInspection(problem=str(problem))
    ids = stripe_ids(text)
    if not found.copies and not ids:
        return _without_address(text.strip(" \t\r\n"))
    findings = (Finding(inspect(url), copies) for url, copies in found.copies.items())
    return TextInspection(tuple(findings), ids, found.lines_without)


def _without_address(text: str) -> TextInspection:
    """A single word may be meant as an address all the same, and is told what it lacks."""
    if not text:
        return TextInspection(problem=NOTHING_PASTED)
    if LIKE_AN_ADDRESS.fullmatch(text):
        return TextInspection((Finding(inspect(text)),))
    return TextInspection(problem=NO_ADDRESS)


def _corrections(url: PaymentUrl) -> Edits:
    """Say what to write in which place, so that Stripe keeps all of it; None writes nothing.

    A rightly spelt name goes before a misspelt one; then the first usable value of a name wins.
    """
    edits: dict[int, tuple[str, str] | None] = {}
    taken: set[str] = set()
    for place in sorted(range(len(url.pairs)), key=lambda place: _is_misspelt(url.pairs[place])):
        name, value = url.pairs[place]
        right = name if name in PARAMETERS else right_name(name, PARAMETERS)
        if right is None:
            continue
        usable = None if right in taken else _usable(right, value)
        if usable is None:
            edits[place] = None
            continue
        taken.add(right)
        if (right, usable) != (name, value) or merge_tags.merge_tags(usable):
            edits[place] = (right, usable)
    return edits


def _is_misspelt(pair: tuple[str, str]) -> bool:
    return pair[0] not in PARAMETERS


def _usable(name: str, value: str) -> str | None:
    verdict = judge(name, value)
    return value if verdict.verdict == "kept" else verdict.suggestion
