"""A tracked link before it is issued: what was typed, what Stripe would keep, and the final URL."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

from campaigns.core import reference
from campaigns.core.card_numbers import REFUSED, has_card_number
from campaigns.core.payment_url import PaymentUrl, with_parameters
from campaigns.core.url_parameters import (
    PARAMETERS,
    REFERENCE,
    Utm,
    Verdict,
    judge_all,
)
from campaigns.core.wanted_link import WantedLink

ReferenceMode = Literal["own", "own and tag", "tag", "none"]
# Of a link: what its reference carries, and its address but for its own link tag.
Shape = tuple[str, str]


@dataclass(frozen=True)
class LinkDraft(WantedLink):
    """A payment link's URL, and a value for each parameter that its maker set.

    `values` are as typed, by Stripe's names; the reference among them is the company's own id.
    What the pasted URL carried already counts where `values` do not name it.
    """

    values: Mapping[str, str]
    reference_mode: ReferenceMode
    name: str = ""

    @cached_property
    def parameters(self) -> dict[str, str]:
        """Every value that is set: those of the pasted URL, then those that were typed."""
        merged = {**pasted_values(self.payment_url), **self.values}
        return {name: merged[name] for name in PARAMETERS if merged.get(name)}

    @cached_property
    def verdicts(self) -> tuple[Verdict, ...]:
        return judge_all(tuple(self.parameters.items()))

    @cached_property
    def codes(self) -> dict[str, str]:
        """The UTM codes that Stripe keeps."""
        return Utm.parse(self.parameters).as_parameters()

    @property
    def own_reference(self) -> str:
        if self.reference_mode not in {"own", "own and tag"}:
            return ""
        return self.parameters.get(REFERENCE, "")

    @cached_property
    def problem(self) -> str:
        """The sentence that stops this draft from being issued, or ""."""
        for verdict in self.verdicts:
            if sentence := _why_not(verdict):
                return f"{PARAMETERS[verdict.name].label}: {sentence}"
            if has_card_number(verdict.value):
                return f"{PARAMETERS[verdict.name].label}: {REFUSED}"
        if self.reference_mode in {"own", "own and tag"} and not self.own_reference:
            return (
                "Your reference is empty; type one, or let the reference carry the link tag only."
            )
        if reference.read(self.own_reference).reading == "tagged":
            return (
                "Your reference ends in the link tag of a link, and its payments would count for "
                "that link; leave the tag out."
            )
        return self._reference_problem

    @property
    def _reference_problem(self) -> str:
        """Why own id and tag cannot be written together, or ""."""
        try:
            self.reference("000000")
        except reference.BadReference as problem:
            return str(problem)
        return ""

    @property
    def left_out(self) -> tuple[str, ...]:
        """The parameters whose values cannot be in the link, by name."""
        names = [verdict.name for verdict in self.verdicts if verdict.verdict == "dropped"]
        if self._reference_problem and REFERENCE not in names:
            names.insert(0, REFERENCE)
        return tuple(names)

    def without_what_is_left_out(self) -> "LinkDraft":
        """The same draft as far as it can be written, for a preview."""
        return replace(self, values={**self.values, **dict.fromkeys(self.left_out, "")})

    def reference(self, tag: str) -> str | None:
        """What `client_reference_id` will hold in a link with this tag.

        Raises `BadReference` where own id and tag do not fit together.
        """
        if self.reference_mode == "none":
            return None
        if self.reference_mode == "own":
            return self.own_reference
        return reference.write(self.own_reference or None, tag)

    def url(self, tag: str) -> str:
        """The final address: the pasted URL with the kept values in it, nothing else touched."""
        kept = {
            verdict.name: verdict.value
            for verdict in self.verdicts
            if verdict.verdict == "kept" and verdict.name != REFERENCE
        }
        others = dict.fromkeys(PARAMETERS)
        return with_parameters(self.payment_url, {**others, **kept, REFERENCE: self.reference(tag)})

    @property
    def called(self) -> str:
        return self.named(self.name)

    def columns(self, tag: str) -> Mapping[str, str | bool]:
        """The row of the link that has this tag."""
        url, reference, mode = self.url(tag), self.reference(tag), self.reference_mode
        return self.row(tag=tag, url=url, reference=reference, mode=mode, name=self.name)

    @property
    def shape(self) -> Shape:
        return shape_of(self.reference_mode, self.url("000000"), "000000")


def _why_not(verdict: Verdict) -> str:
    """Why a value cannot be saved: Stripe would drop it, or its merge tags make it too long."""
    if verdict.verdict == "dropped":
        return verdict.reason
    return too_long(verdict.name, verdict.value)


def too_long(name: str, value: str) -> str:
    """Why a value that Stripe keeps cannot be saved: its merge tags make it too long; or ""."""
    longest = PARAMETERS[name].longest
    if longest is not None and len(value) > longest:
        return f"{len(value)} characters with its merge tags; {longest} can be saved."
    return ""


def shape_of(reference_mode: str, url: str, tag: str) -> Shape:
    """Equal for two links that would have the very same address if they had the same tag."""
    return reference_mode, url.replace(reference.write(None, tag), "\0")


def pasted_values(url: PaymentUrl) -> dict[str, str]:
    """What a pasted URL sets of the ten parameters, by name; of a repeated one the first counts.

    A link tag in its reference belongs to the link that it was made for, so the own id is left.
    """
    if not url.pairs:
        return {}
    values = {name: value for name, value in reversed(url.pairs) if name in PARAMETERS}
    seen = reference.read(values.get(REFERENCE))
    if seen.reading == "tagged":
        values[REFERENCE] = seen.own or ""
    return {name: values[name] for name in PARAMETERS if values.get(name)}


def pasted_mode(url: PaymentUrl) -> ReferenceMode | None:
    """The mode that a pasted URL was made with, where its reference holds a link tag."""
    pasted = {name: value for name, value in reversed(url.pairs) if name == REFERENCE}
    seen = reference.read(pasted.get(REFERENCE))
    if seen.reading != "tagged":
        return None
    return "own and tag" if seen.own else "tag"


def usual_mode(own_reference: str) -> ReferenceMode:
    """The mode that a link gets where nobody chose one: an own id is compared literally elsewhere."""
    return "own" if own_reference else "tag"
