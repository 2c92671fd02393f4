"""A file of open items read row by row: values, or a sentence that says what is wrong in which row.

Columns go by name, in any order: external_id, reference, currency, amount, due_on, kind,
description. Commas, semicolons or tabs part them; the text is UTF-8, with or without a mark at its
start. Amounts are decimals in units of the currency. An empty reference is the external id; an
empty kind is `single`. Every row is read to its first fault, and one fault refuses the file.
"""

import io
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import cast

from campaigns.core import reference as references
from campaigns.core.url_parameters import PARAMETERS, REFERENCE
from linktracker.lib.csv_read import BadFile, rows_of
from linktracker.lib.money import BadAmount, BadCurrency, parse_amount, parse_currency
from reconciliation.core.matching_rules import Kind

COLUMNS = ("external_id", "reference", "currency", "amount", "due_on", "kind", "description")
NEEDED = ("external_id", "currency")
MOST_ROWS = 100_000
LONGEST_ID = 200
LONGEST_REFERENCE = references.LONGEST_REFERENCE
LONGEST_DESCRIPTION = 500

LEGAL_REFERENCE = re.compile("[A-Za-z0-9_-]+")
CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")


class BadOpenItem(ValueError):
    """The values are no open item; the message is a sentence that says why, `column` where."""

    def __init__(self, column: str, sentence: str) -> None:
        super().__init__(sentence)
        self.column = column


@dataclass(frozen=True, slots=True)
class OpenItem:
    """What the company expects; `amount` in minor units of `currency`, None for many payments."""

    external_id: str
    reference: str
    kind: Kind
    currency: str
    amount: int | None
    due_on: date | None
    description: str


@dataclass(frozen=True, slots=True)
class ItemsRead:
    """A file as it was read: rows that are open items, and a sentence for each that is not."""

    items: tuple[OpenItem, ...]
    problems: tuple[str, ...]
    not_read: tuple[str, ...] = ()
    numbers: Mapping[str, int] = field(default_factory=dict)
    """The row of each external id, as a spreadsheet counts."""

    def refusing(self, refused: Mapping[str, str]) -> "ItemsRead":
        """The same file, where these external ids are refused too, each with its sentence."""
        return replace(
            self,
            items=tuple(item for item in self.items if item.external_id not in refused),
            problems=(
                *self.problems,
                *(f"Row {self.numbers[each]}: {sentence}" for each, sentence in refused.items()),
            ),
        )

    @property
    def totals(self) -> dict[str, int]:
        """Control totals: the amounts of the good rows in minor units, per currency."""
        sums: Counter[str] = Counter()
        for item in self.items:
            sums[item.currency] += item.amount or 0
        return dict(sorted(sums.items()))


@dataclass(frozen=True, slots=True)
class Changes:
    """What recording items would do, against those that are known."""

    new: tuple[OpenItem, ...]
    revised: tuple[OpenItem, ...]
    unchanged: tuple[OpenItem, ...]


def compare(items: Sequence[OpenItem], known: Mapping[str, OpenItem]) -> Changes:
    """Tell new items from changed ones; `known` holds the latest values by external id."""
    return Changes(
        new=tuple(item for item in items if item.external_id not in known),
        revised=tuple(item for item in items if known.get(item.external_id, item) != item),
        unchanged=tuple(item for item in items if known.get(item.external_id) == item),
    )


def read_file(content: bytes) -> ItemsRead:
    """Read the bytes of a file; one that is no table gives a single sentence. Never raises."""
    try:
        return _read_text(_decoded(content))
    except BadFile as problem:
        return ItemsRead((), (str(problem),))


def open_item(values: Mapping[str, str]) -> OpenItem:
    """One open item from text by column; raises BadOpenItem at the first fault."""
    for column in COLUMNS:
        if CONTROL.search(values.get(column, "")):
            raise BadOpenItem(column, f"{column} holds a control character; write it in one line.")
    given = {column: values.get(column, "").strip() for column in COLUMNS}
    external_id = _external_id(given["external_id"])
    currency = _currency(given["currency"])
    kind = _kind(given["kind"])
    return OpenItem(
        external_id=external_id,
        reference=_reference(given["reference"] or external_id),
        kind=kind,
        currency=currency,
        amount=_amount(given["amount"], currency, kind),
        due_on=_day(given["due_on"]),
        description=_description(given["description"]),
    )


def _decoded(content: bytes) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = content.count(b"\n", 0, problem.start) + 1
        raise BadFile(
            f"Line {line} is not written in UTF-8; save the file as “CSV UTF-8”."
        ) from problem
    if not text.strip():
        raise BadFile("The file is empty; its first row names the columns.")
    return text


def _read_text(text: str) -> ItemsRead:
    rows = rows_of(io.StringIO(text, newline=""))
    header = _header(next(rows, (1, []))[1])
    seen: dict[str, int] = {}
    items: list[OpenItem] = []
    problems: list[str] = []
    for count, (number, cells) in enumerate(rows, start=1):
        if count > MOST_ROWS:
            raise BadFile(f"The file has more than {MOST_ROWS:,} rows; split it.")
        try:
            items.append(_item(cells, header, number, seen))
        except BadOpenItem as problem:
            problems.append(f"Row {number}: {problem}")
    if not items and not problems:
        raise BadFile("The file has no rows below its header.")
    return ItemsRead(tuple(items), tuple(problems), _not_read(header), seen)


def _header(cells: Sequence[str]) -> tuple[str, ...]:
    header = tuple(cell.strip().lower() for cell in cells)
    if missing := [column for column in NEEDED if column not in header]:
        raise BadFile(
            f"The first row does not name the column{'s' * (len(missing) > 1)} "
            f"{' and '.join(missing)}; "
            f"the columns are {', '.join(COLUMNS)}."
        )
    twice = [column for column in COLUMNS if header.count(column) > 1]
    if twice:
        raise BadFile(f"The first row names the column {twice[0]} twice.")
    return header


def _not_read(header: Sequence[str]) -> tuple[str, ...]:
    return tuple(name[:60] for name in header if name and name not in COLUMNS)


def _item(
    cells: Sequence[str], header: Sequence[str], number: int, seen: dict[str, int]
) -> OpenItem:
    if len(cells) != len(header):
        raise BadOpenItem(
            "", f"It has {len(cells)} values; the header names {len(header)} columns."
        )
    item = open_item(dict(zip(header, cells, strict=True)))
    first = seen.setdefault(item.external_id, number)
    if first != number:
        raise BadOpenItem(
            "external_id", f"External id {_short(item.external_id)} stands in row {first} already."
        )
    return item


def _external_id(written: str) -> str:
    if not written:
        raise BadOpenItem(
            "external_id", "external_id is empty; it is your own number for the open item."
        )
    if len(written) > LONGEST_ID:
        raise BadOpenItem(
            "external_id", f"external_id has {len(written)} characters; {LONGEST_ID} are kept."
        )
    return written


def _reference(written: str) -> str:
    """Refuses what Stripe would drop, and a link tag: neither can ever come back with a payment."""
    if len(written) > LONGEST_REFERENCE:
        raise BadOpenItem(
            "reference",
            f"reference has {len(written)} characters; Stripe keeps {LONGEST_REFERENCE}.",
        )
    if not LEGAL_REFERENCE.fullmatch(written):
        raise BadOpenItem(
            "reference",
            f"reference {_short(written)} would be dropped by Stripe. {PARAMETERS[REFERENCE].rule}",
        )
    if references.read(written).own != written:
        raise BadOpenItem(
            "reference",
            f"reference {_short(written)} ends in a link tag; give your own number alone.",
        )
    return written


def _currency(written: str) -> str:
    try:
        return parse_currency(written)
    except BadCurrency as problem:
        raise BadOpenItem("currency", str(problem)) from problem


def _kind(written: str) -> Kind:
    kind = written.lower() or "single"
    if kind not in ("single", "many"):
        raise BadOpenItem("kind", f"kind {_short(written)} is neither single nor many.")
    return cast("Kind", kind)


def _amount(written: str, currency: str, kind: Kind) -> int | None:
    if not written:
        if kind == "many":
            return None
        raise BadOpenItem(
            "amount", "amount is empty; only an open item for many payments has none."
        )
    try:
        return parse_amount(written, currency)
    except BadAmount as problem:
        raise BadOpenItem("amount", str(problem)) from problem


def _day(written: str) -> date | None:
    if not written:
        return None
    try:
        if DAY.fullmatch(written):
            return date.fromisoformat(written)
    except ValueError:
        pass
    raise BadOpenItem("due_on", f"due_on {_short(written)} is not a day; write it as 2026-09-30.")


def _description(written: str) -> str:
    if len(written) > LONGEST_DESCRIPTION:
        raise BadOpenItem(
            "description",
            f"description has {len(written)} characters; {LONGEST_DESCRIPTION} are kept.",
        )
    return written


def _short(written: str) -> str:
    """A value inside a sentence, however long it is."""
    return f"“{written[:40]}{'…' if len(written) > 40 else ''}”"
