"""What the Payments list is asked for: read once, from the address of the page.

A value that cannot be used is left out, and a sentence says so: a list must never look filtered
when it is not, and a mistyped address is no error of ours.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final, Literal

from campaigns.core.period import Period, read_period
from campaigns.core.url_parameters import UTM_NAMES
from reconciliation.core.payment_words import GRADES, SCOPES, STATES

LONGEST: Final = 200
WITHOUT_CODE: Final = "(none)"
USUAL_PERIOD: Final = "90d"

_LINE = re.compile("[0-9]{1,18}")
_CURRENCY = re.compile("[a-z]{3}")
_PLINK = re.compile("plink_[A-Za-z0-9_]{1,240}")


@dataclass(frozen=True)
class PaymentFilter:
    """Which payments are wanted; "" and None want all.

    `basis` says which moment lies in the period: the payment's beginning (`created`), or when its
    money came (`paid`), which leaves out payments whose money did not come. `link` is a link's
    line, or "none". `codes` holds a value for each UTM name that is asked for, "" for "(none)".
    `buyers` says whether a search is for buyers too.
    """

    period: Period
    basis: Literal["created", "paid"] = "created"
    search: str = ""
    buyers: bool = True
    currency: str = ""
    state: str = ""
    grade: str = ""
    scope: str = ""
    link: int | Literal["none"] | None = None
    plink: str = ""
    codes: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[str, ...] = ()

    def without_buyers(self, problem: str) -> "PaymentFilter":
        """The same filter, whose search is not for buyers; the sentence says why."""
        return replace(self, buyers=False, problems=(*self.problems, problem))

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but the period is asked for."""
        texts = (self.search, self.currency, self.state, self.grade, self.scope, self.plink)
        return any(texts) or self.link is not None or bool(self.codes) or self.basis == "paid"

    @property
    def state_word(self) -> str:
        return STATES.get(self.state, "")

    @property
    def grade_word(self) -> str:
        return GRADES.get(self.grade, "")

    @property
    def scope_word(self) -> str:
        return SCOPES.get(self.scope, "")


def read_filter(asked: Mapping[str, str], today: date) -> PaymentFilter:
    """The filter that an address names. Never raises."""
    reading = _Reading(asked)
    search = reading.text("q")
    return PaymentFilter(
        period=reading.period(today, "all" if search else USUAL_PERIOD),
        basis="paid" if reading.one_of("basis", ("created", "paid")) == "paid" else "created",
        search=search,
        currency=reading.fitting("currency", _CURRENCY),
        state=reading.one_of("state", STATES),
        grade=reading.one_of("grade", GRADES),
        scope=reading.one_of("scope", SCOPES),
        link=reading.link(),
        plink=reading.fitting("plink", _PLINK),
        codes=reading.codes(),
        problems=tuple(reading.problems),
    )


class _Reading:
    """The values of one address, and the sentences about those that cannot be used."""

    def __init__(self, asked: Mapping[str, str]) -> None:
        self.asked = asked
        self.problems: list[str] = []

    def text(self, name: str) -> str:
        """A text that a database can look for."""
        value = self.asked.get(name, "").strip()
        if len(value) > LONGEST:
            self.problems.append(f"The value of {name} is longer than {LONGEST} characters.")
            return ""
        if "\x00" in value:
            self.problems.append(f"The value of {name} holds a character that no payment has.")
            return ""
        return value

    def one_of(self, name: str, choices: Mapping[str, str] | tuple[str, ...]) -> str:
        value = self.text(name)
        if value and value not in choices:
            return self._left_out(name, value)
        return value

    def fitting(self, name: str, pattern: re.Pattern[str]) -> str:
        value = self.text(name)
        if value and not pattern.fullmatch(value):
            return self._left_out(name, value)
        return value

    def link(self) -> int | Literal["none"] | None:
        value = self.text("link")
        if value == "none":
            return "none"
        if value and not _LINE.fullmatch(value):
            self._left_out("link", value)
            return None
        return int(value) if value else None

    def codes(self) -> dict[str, str]:
        found = {name: self.text(name) for name in UTM_NAMES}
        return {
            name: "" if value == WITHOUT_CODE else value for name, value in found.items() if value
        }

    def period(self, today: date, usual: str) -> Period:
        value = self.text("period")
        period = read_period(value, today, usual)
        if value and period.key != value:
            self._left_out("period", value)
        return period

    def _left_out(self, name: str, value: str) -> str:
        self.problems.append(f"“{value[:40]}” is no {name} that we know, so it was left out.")
        return ""
