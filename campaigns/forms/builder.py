"""The link builder's form: a payment link, rows of parameters, and what the reference carries.

Rows come as two lists of equal names, `parameter` and `value`, so that a script may add some; an
empty value is a row that nobody filled. What a pasted URL carries fills the rows that are free.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import zip_longest
from typing import Final

from django import forms
from django.http import QueryDict

from campaigns.core.link_draft import (
    LinkDraft,
    ReferenceMode,
    pasted_mode,
    pasted_values,
    usual_mode,
)
from campaigns.core.payment_url import (
    LONGEST_TEXT,
    NotAPaymentLink,
    PaymentUrl,
    take_apart,
    with_parameters,
)
from campaigns.core.url_parameters import PARAMETERS, REFERENCE, Verdict, judge
from linktracker.lib.plain_fields import TextField

OPEN_ROWS: Final = (REFERENCE, "utm_source", "utm_medium", "utm_campaign")
PREFILLED: Final = {**{name: name for name in PARAMETERS}, "reference": REFERENCE}

REFERENCE_MODES: Final[tuple[tuple[ReferenceMode, str], ...]] = (
    ("own", "my number"),
    ("own and tag", "my number + link tag"),
    ("tag", "link tag"),
    ("none", "nothing"),
)
MODES: Final = dict(REFERENCE_MODES)
AUTOMATIC: Final = ("", "automatic: my number, else link tag")


@dataclass(frozen=True)
class Row:
    """One parameter as it was typed, with the verdict on it; None where nothing was typed."""

    name: str
    value: str = ""

    @property
    def verdict(self) -> Verdict | None:
        return judge(self.name, self.value) if self.value else None

    @property
    def length(self) -> int:
        return len(self.value)

    @property
    def longest(self) -> int | None:
        return PARAMETERS[self.name].longest

    @property
    def rule(self) -> str:
        return PARAMETERS[self.name].rule


class BuilderForm(forms.Form):
    """After `is_valid()`, `draft` is what to issue; `rows` are drawn either way."""

    known = TextField(required=False, max_length=500)
    payment_link = TextField(required=False, max_length=LONGEST_TEXT)
    reference_mode = forms.ChoiceField(required=False, choices=[AUTOMATIC, *REFERENCE_MODES])
    name = TextField(required=False, max_length=200)
    tag = TextField(required=False, max_length=6)

    draft: LinkDraft | None = None

    @property
    def typed(self) -> list[tuple[str, str]]:
        """The rows as they were sent, in order; unknown parameters are not ours and left out."""
        names, values = _listed(self.data, "parameter"), _listed(self.data, "value")
        pairs = zip_longest(names, values[: len(names)], fillvalue="")
        return [(name, value) for name, value in pairs if name in PARAMETERS]

    @property
    def values(self) -> dict[str, str]:
        return {name: value for name, value in self.typed if value}

    def clean(self) -> dict[str, object]:
        """Read the payment link and put the draft together; say what stops it."""
        self._refuse_repeated()
        try:
            url = take_apart(self.cleaned_data.get("payment_link") or self._chosen())
        except NotAPaymentLink as problem:
            self.add_error("payment_link", str(problem))
            return self.cleaned_data
        values = self.values
        own = {**pasted_values(url), **values}.get(REFERENCE, "")
        mode = self._mode() or pasted_mode(url) or usual_mode(own)
        self.draft = LinkDraft(url, values, mode, (self.cleaned_data.get("name") or "").strip())
        if values.get(REFERENCE) and mode in {"tag", "none"}:
            self.add_error(
                "reference_mode",
                "Your reference would not be in the link; choose “my number”, or empty it.",
            )
        return self.cleaned_data

    def rows(self, *, extra: int = 0) -> list[Row]:
        """What was sent, then what the pasted URL says of free parameters, then empty rows."""
        rows = [Row(name, value) for name, value in self.typed]
        found = pasted_values(self.draft.payment_url) if self.draft else {}
        for name, value in found.items():
            if name not in self.values:
                rows = [row for row in rows if row.name != name] + [Row(name, value)]
        free = (name for name in PARAMETERS if name not in {row.name for row in rows})
        return rows + [Row(name) for name, _ in zip(free, range(extra), strict=False)]

    def address(self) -> str:
        """The payment link as the field shows it: without the parameters that stand in rows."""
        if self.draft is None:
            return str(self.data.get("payment_link") or self._chosen())
        return bare_address(self.draft.payment_url)

    def _chosen(self) -> str:
        return str(self.data.get("known", ""))

    def _mode(self) -> ReferenceMode | None:
        asked = self.cleaned_data.get("reference_mode")
        return next((mode for mode, _ in REFERENCE_MODES if mode == asked), None)

    def _refuse_repeated(self) -> None:
        filled = [name for name, value in self.typed if value]
        for name in dict.fromkeys(filled):
            if filled.count(name) > 1:
                self.add_error(None, f"{PARAMETERS[name].label} is there twice; keep one row.")


def bare_address(url: PaymentUrl) -> str:
    """A payment link with what was pasted beside the ten parameters, as it was."""
    return with_parameters(url, dict.fromkeys(PARAMETERS))


def blank(
    *, tag: str, address: str = "", values: Mapping[str, str], mode: str = "", name: str = ""
) -> BuilderForm:
    """A form as if it had been sent with these values, the usual rows open."""
    data = QueryDict(mutable=True)
    data.update({"payment_link": address, "tag": tag, "reference_mode": mode, "name": name})
    for parameter in PARAMETERS:
        if parameter in OPEN_ROWS or values.get(parameter):
            data.appendlist("parameter", parameter)
            data.appendlist("value", values.get(parameter, ""))
    return BuilderForm(data)


def prefilled(asked: QueryDict, *, tag: str) -> BuilderForm:
    """A form from an address such as /links/new/?payment_link=…&reference=INV-1."""
    typed = {key: asked.get(key, "").replace("\0", "")[:LONGEST_TEXT] for key in PREFILLED}
    return blank(
        tag=tag,
        address=asked.get("payment_link", "").replace("\0", "")[:LONGEST_TEXT],
        values={PREFILLED[key]: value for key, value in typed.items() if value},
        mode=asked.get("reference_mode", "") if asked.get("reference_mode") in MODES else "",
        name=asked.get("name", "").replace("\0", "")[:200],
    )


def of_link(*, url: str, own: str, mode: str, name: str, tag: str) -> BuilderForm:
    """A form that holds what a saved link was issued with."""
    parts = take_apart(url)
    values = {**pasted_values(parts), REFERENCE: own}
    return blank(tag=tag, address=bare_address(parts), values=values, mode=mode, name=name)


def another(form: BuilderForm, *, tag: str, without: str) -> BuilderForm:
    """A form for the next link: as the one that was saved, but for its name and one parameter."""
    values = {row.name: row.value for row in form.rows() if row.name != without}
    return blank(
        tag=tag,
        address=form.address(),
        values={**values, without: ""},
        mode=form.cleaned_data["reference_mode"],
    )


def _listed(data: object, key: str) -> list[str]:
    return data.getlist(key) if isinstance(data, QueryDict) else []
