"""The ten parameters a payment link takes, and what becomes of each value: kept, dropped, ignored.

Stripe never complains: a value that breaks its rule is dropped and the payment goes on without
it. So every verdict says why, and what would be right. The names, alphabets and limits are those
of Stripe's pages "Track a payment link" and "Customize checkout for Payment Links".

The browser applies the same rules while somebody types (`rules_for_browser`), and must come to
the same words: lengths are code points, patterns are ASCII, and nothing depends on a locale.
"""

import re
import string
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, Self

from campaigns.core import merge_tags, spelling

UTM_NAMES = ("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content")
REFERENCE = "client_reference_id"
PREFILLED_EMAIL = "prefilled_email"
LOCKED_EMAIL = "locked_prefilled_email"

Kind = Literal["code", "email", "promo", "locale"]

LETTERS_AND_DIGITS = string.ascii_letters + string.digits
ALPHABETS: Mapping[Kind, str] = {
    "code": LETTERS_AND_DIGITS + "-_",
    "email": LETTERS_AND_DIGITS + ".!#$%&'*+/=?^_`{|}~-@",
    "promo": LETTERS_AND_DIGITS,
    "locale": LETTERS_AND_DIGITS + "-",
}
LEGAL_CODE = re.compile(r"[A-Za-z0-9_-]+")
LOCALES = (
    "auto", "bg", "cs", "da", "de", "el", "en", "en-GB", "es", "es-419", "et", "fi", "fil", "fr",
    "fr-CA", "hi-IN", "hr", "hu", "id", "it", "ja", "ko", "lt", "lv", "ms", "mt", "nb", "nl", "pl",
    "pt", "pt-BR", "ro", "ru", "sk", "sl", "sv", "th", "tr", "vi", "zh", "zh-HK", "zh-TW",
)  # fmt: skip


@dataclass(frozen=True)
class Parameter:
    """One parameter of Stripe's: `longest` is in code points, None where Stripe states no limit."""

    name: str
    label: str
    longest: int | None
    kind: Kind
    rule: str


def _code(name: str, label: str, longest: int) -> Parameter:
    rule = f"Letters, digits, - and _ only, at most {longest} characters."
    return Parameter(name, label, longest, "code", rule)


PARAMETERS: Mapping[str, Parameter] = {
    parameter.name: parameter
    for parameter in (
        _code(REFERENCE, "Client reference ID", 200),
        _code("utm_source", "Source", 150),
        _code("utm_medium", "Medium", 150),
        _code("utm_campaign", "Campaign", 150),
        _code("utm_term", "Term", 150),
        _code("utm_content", "Content", 150),
        Parameter(
            PREFILLED_EMAIL,
            "Prefilled e-mail",
            None,
            "email",
            "An e-mail address. The buyer can change it.",
        ),
        Parameter(
            LOCKED_EMAIL,
            "Locked e-mail",
            None,
            "email",
            "An e-mail address. The buyer cannot change it; it wins over a prefilled one.",
        ),
        Parameter(
            "prefilled_promo_code",
            "Promotion code",
            None,
            "promo",
            "Letters and digits only. The payment link must allow promotion codes.",
        ),
        Parameter(
            "locale",
            "Language",
            None,
            "locale",
            "A language of Stripe's payment page, such as de or pt-BR; auto follows the browser.",
        ),
    )
}

NAMED_CHARACTERS: Mapping[str, str] = {
    " ": "space",
    "\t": "tab",
    "\n": "line break",
    '"': "quotation mark",
}
UNSEEN = re.compile(
    r"[\x00-\x1f\x7f-\xa0\xad\u0300-\u036f\u200b-\u200f\u2028-\u202f\u2060-\u206f"
    r"\ud800-\udfff\ufe00-\ufe0f\ufeff]"
)
MOST_NAMED = 5

KEPT = "Stripe keeps this value."
DROPPED = "Stripe would drop this value."
UNKNOWN = "Not a parameter that Stripe documents."
PERSONAL = "links get shared, so keep personal data out of them."
OUTRANKED = f"Ignored, because {LOCKED_EMAIL} is there too and wins."


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of one parameter. The suggestion is a value, or the right name if misspelt."""

    name: str
    value: str
    verdict: Literal["kept", "dropped", "ignored"]
    reason: str
    suggestion: str | None = None


def judge(name: str, value: str) -> Verdict:
    """Judge one parameter by itself; `judge_all` also sees what its neighbours do to it."""
    parameter = PARAMETERS.get(name)
    if parameter is None:
        return _ignored(name, value)
    if parameter.kind == "code" and LEGAL_CODE.fullmatch(value) and _fits(parameter, value):
        return Verdict(name, value, "kept", KEPT)  # nearly every value; the rest is looked into
    if problems := list(_problems(parameter, value)):
        reason = " ".join([*problems, DROPPED])
        return Verdict(name, value, "dropped", reason, _suggestion(parameter, value))
    if tags := merge_tags.merge_tags(value):
        named = ", ".join(tags)
        reason = f"Filled in by your mail tool, so it stands unencoded in the URL: {named}"
        return Verdict(name, value, "kept", reason)
    return Verdict(name, value, "kept", KEPT)


def _fits(parameter: Parameter, value: str) -> bool:
    return parameter.longest is None or len(value) <= parameter.longest


def judge_all(pairs: Sequence[tuple[str, str]]) -> tuple[Verdict, ...]:
    """Judge the parameters of one URL, in their order: a name counts once, one e-mail wins."""
    verdicts: list[Verdict] = []
    seen: set[str] = set()
    for name, value in pairs:
        verdicts.append(_repeated(name, value) if name in seen else judge(name, value))
        seen |= {name} & PARAMETERS.keys()
    return tuple(_after_locked_email(verdicts))


def rules_for_browser() -> list[dict[str, str | int | list[str] | None]]:
    """Give the rules as data, one entry a parameter, for the script that judges while typing."""
    return [
        {
            "name": parameter.name,
            "label": parameter.label,
            "longest": parameter.longest,
            "kind": parameter.kind,
            "alphabet": ALPHABETS[parameter.kind],
            "locales": list(LOCALES) if parameter.kind == "locale" else [],
        }
        for parameter in PARAMETERS.values()
    ]


@dataclass(frozen=True)
class Utm:
    """The five codes of one link; equal when all five are, so it can be the key of a dict."""

    source: str | None = None
    medium: str | None = None
    campaign: str | None = None
    term: str | None = None
    content: str | None = None

    @classmethod
    def parse(cls, parameters: Mapping[str, str | None]) -> Self:
        """Keep what Stripe would keep; a missing or dropped code is None."""
        values = {name: parameters.get(name) for name in UTM_NAMES}
        return cls(
            *(
                value if value and judge(name, value).verdict == "kept" else None
                for name, value in values.items()
            )
        )

    def as_parameters(self) -> dict[str, str]:
        """Give the codes back under Stripe's names, without those that are None."""
        codes = (self.source, self.medium, self.campaign, self.term, self.content)
        named = zip(UTM_NAMES, codes, strict=True)
        return {name: value for name, value in named if value is not None}


def warnings(parameters: Mapping[str, str]) -> tuple[str, ...]:
    """Say what Stripe would keep and people may regret; nothing here stops a link."""
    return (
        *_capitals(parameters),
        *_swapped(parameters),
        *_personal_data(parameters),
    )


def _problems(parameter: Parameter, value: str) -> Iterator[str]:
    if not value:
        yield "Empty."
        return
    fixed = merge_tags.fixed_part(value)
    if strangers := _strangers(fixed, ALPHABETS[parameter.kind]):
        yield f"Not allowed: {strangers}."
    elif fixed == value and (misfit := _misfit(parameter.kind, value)):
        yield misfit
    if parameter.longest is not None and len(fixed) > parameter.longest:
        excess = len(fixed) - parameter.longest
        yield f"Too long by {excess}: {len(fixed)} characters, at most {parameter.longest} allowed."


def _strangers(text: str, alphabet: str) -> str:
    strangers = list(dict.fromkeys(character for character in text if character not in alphabet))
    named = ", ".join(_named(character) for character in strangers[:MOST_NAMED])
    rest = len(strangers) - MOST_NAMED
    return f"{named} and {rest} more" if rest > 0 else named


def _named(character: str) -> str:
    if character in NAMED_CHARACTERS:
        return NAMED_CHARACTERS[character]
    if UNSEEN.fullmatch(character):
        return f"U+{ord(character):04X}"
    return f'"{character}"'


# Stripe asks for "a valid e-mail address"; this is what browsers accept, with a dotted domain.
EMAIL = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@"
    r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+"
    r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
)


def _misfit(kind: Kind, value: str) -> str | None:
    if kind == "email" and not EMAIL.fullmatch(value):
        return "Not an e-mail address."
    if kind == "locale" and value not in LOCALES:
        return "Not a language of Stripe's payment page."
    return None


def _suggestion(parameter: Parameter, value: str) -> str | None:
    if parameter.kind == "locale":
        return spelling.nearest_locale(value, LOCALES)
    if parameter.kind == "code":
        return spelling.clean_code(value, parameter.longest)
    # An address or a promotion code names something that exists: other letters name another.
    trimmed = value.strip(" \t\r\n")
    return trimmed if not list(_problems(parameter, trimmed)) else None


def _ignored(name: str, value: str) -> Verdict:
    right = spelling.right_name(name, PARAMETERS)
    reason = f"{UNKNOWN} Did you mean {right}?" if right else UNKNOWN
    return Verdict(name, value, "ignored", reason, right)


def _repeated(name: str, value: str) -> Verdict:
    reason = f"Repeated: {name} may stand only once. {DROPPED}"
    return Verdict(name, value, "dropped", reason)


def _after_locked_email(verdicts: Sequence[Verdict]) -> Iterator[Verdict]:
    kept = {verdict.name for verdict in verdicts if verdict.verdict == "kept"}
    for verdict in verdicts:
        loses = verdict.name == PREFILLED_EMAIL and verdict.verdict == "kept"
        if loses and LOCKED_EMAIL in kept:
            yield replace(verdict, verdict="ignored", reason=OUTRANKED)
        else:
            yield verdict


# Words that name a way of reaching people, as analytics tools sort them into channels.
MEDIUMS = frozenset({
    "affiliate", "banner", "cpc", "cpm", "display", "e-mail", "email", "mail", "organic", "paid",
    "paid-social", "paid_social", "ppc", "print", "push", "qr", "referral", "retargeting", "sms",
    "social", "video",
})  # fmt: skip
# International with + or 00, or national with one 0; separators as people write them.
PHONE = re.compile(
    r"\+[1-9](?:[ ()./_-]?[0-9]){7,13}"
    r"|00[1-9](?:[ ()./_-]?[0-9]){9,13}"
    r"|0[1-9](?:[ ()./_-]?[0-9]){8,9}"
)


def _capitals(parameters: Mapping[str, str]) -> Iterator[str]:
    for name in UTM_NAMES:
        value = merge_tags.fixed_part(parameters.get(name, ""))
        if re.search("[A-Z]", value):
            yield f"{PARAMETERS[name].label} has capital letters; reports tell Sale from sale."


def _swapped(parameters: Mapping[str, str]) -> Iterator[str]:
    source = parameters.get("utm_source", "")
    medium = parameters.get("utm_medium", "")
    if source.lower() in MEDIUMS and medium and medium.lower() not in MEDIUMS:
        yield f'Source "{source}" is usually a medium. Are source and medium swapped?'


def _personal_data(parameters: Mapping[str, str]) -> Iterator[str]:
    for name in (REFERENCE, *UTM_NAMES):
        value = parameters.get(name, "")
        if EMAIL.fullmatch(value):
            yield f"{PARAMETERS[name].label} looks like an e-mail address; {PERSONAL}"
        if PHONE.fullmatch(value):
            yield f"{PARAMETERS[name].label} looks like a phone number; {PERSONAL}"
