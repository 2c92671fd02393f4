"""A URL already in use, taken over as it is: what of it tells its payments, and what stops it.

It is never rewritten. Its codes are those that Stripe keeps of it, and its reference is what the
webhook will carry; a link tag of ours in it names the link that its payments belong to.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from campaigns.core import merge_tags, reference
from campaigns.core.card_numbers import REFUSED, has_card_number
from campaigns.core.link_draft import ReferenceMode, too_long
from campaigns.core.payment_url import PaymentUrl, take_apart
from campaigns.core.reference import Reference
from campaigns.core.url_parameters import PARAMETERS, REFERENCE, UTM_NAMES, judge_all
from campaigns.core.wanted_link import WantedLink

# Of one payment link: what its URL sets of the ten parameters, whatever their order and encoding.
Address = tuple[str, tuple[tuple[str, str], ...]]


@dataclass(frozen=True)
class Adoption(WantedLink):
    """One URL to take over, byte for byte; `payment_url` is the same, taken apart."""

    url: str
    name: str = ""

    @cached_property
    def kept(self) -> dict[str, str]:
        """What Stripe keeps, by parameter."""
        verdicts = judge_all(self.payment_url.pairs)
        return {each.name: each.value for each in verdicts if each.verdict == "kept"}

    @property
    def codes(self) -> dict[str, str]:
        return {name: self.kept[name] for name in UTM_NAMES if name in self.kept}

    @cached_property
    def reference(self) -> Reference:
        """What the webhook will carry of it."""
        return reference.read(self.kept.get(REFERENCE))

    @property
    def own_reference(self) -> str:
        """The company's own id; one that only looks like a damaged tag is its own too."""
        if self.reference.reading == "check failed":
            return self.reference.raw or ""
        return self.reference.own or ""

    @property
    def reference_mode(self) -> ReferenceMode:
        if self.reference.reading == "tagged":
            return "own and tag" if self.own_reference else "tag"
        return "own" if self.own_reference else "none"

    @property
    def carries(self) -> str:
        """What the webhook will carry, in words."""
        seen = self.reference
        if seen.reading == "tagged":
            own = f"your number {seen.own} and " if seen.own else ""
            return f"{own}the link tag {seen.link}."
        if seen.reading == "check failed":
            return f"{seen.raw}, which looks like a link tag with a typing error."
        if seen.raw:
            filled = ", which your mail tool fills in" if merge_tags.merge_tags(seen.raw) else ""
            return f"your number {seen.raw}{filled}."
        return "nothing: no reference arrives, and UTM codes never come with the webhook."

    @property
    def problem(self) -> str:
        """The sentence that stops it from being saved, or ""."""
        if any(has_card_number(value) for _, value in self.payment_url.pairs):
            return REFUSED
        for name, value in self.kept.items():
            if sentence := too_long(name, value):
                return f"{PARAMETERS[name].label}: {sentence}"
        return ""

    @property
    def address(self) -> Address:
        return address_of(self.payment_url)

    @property
    def called(self) -> str:
        return self.named(self.name)

    def columns(self, tag: str) -> Mapping[str, str | bool]:
        """The row of the link; `tag` is for lists, and in its reference only where it brought one."""
        reference, mode = self.reference.raw, self.reference_mode
        return self.row(tag=tag, url=self.url, reference=reference, mode=mode, name=self.name)


def address_of(url: PaymentUrl) -> Address:
    """Equal for two URLs that set the same; what Stripe does not know (a click id) makes no other."""
    known = sorted((name, value) for name, value in url.pairs if name in PARAMETERS)
    return url.base, tuple(known)


def address_in(text: str) -> Address:
    """The same of an address that was saved, and so can be read."""
    return address_of(take_apart(text))
