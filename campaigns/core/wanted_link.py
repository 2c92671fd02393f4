"""What a draft and a URL in use have in common: the payment link, the name, and the row to save."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass

from campaigns.core import merge_tags
from campaigns.core.payment_url import PaymentUrl
from campaigns.core.url_parameters import UTM_NAMES


@dataclass(frozen=True)
class WantedLink(ABC):
    """A link that is to be saved, on the payment link of `payment_url`."""

    payment_url: PaymentUrl

    @property
    def base(self) -> str:
        """The payment link's address without query, the key by which it is known."""
        return self.payment_url.base

    @property
    def livemode(self) -> bool:
        return self.payment_url.livemode

    @property
    @abstractmethod
    def codes(self) -> dict[str, str]:
        """The UTM codes that Stripe keeps."""

    @property
    @abstractmethod
    def own_reference(self) -> str:
        """The company's own number in the reference, or ""."""

    @property
    def campaign_code(self) -> str:
        """The code of its campaign; a merge tag names a different one each time."""
        code = self.codes.get("utm_campaign", "")
        return "" if merge_tags.merge_tags(code) else code

    def named(self, name: str) -> str:
        """The name for lists: this one, or the codes in the order in which people say them."""
        order = ("utm_campaign", "utm_source", "utm_medium", "utm_content")
        said = [self.codes[code] for code in order if code in self.codes]
        return (
            name or " · ".join(said)[:200] or self.own_reference or self.payment_url.segment[:200]
        )

    def row(
        self, *, tag: str, url: str, reference: str | None, mode: str, name: str
    ) -> Mapping[str, str | bool]:
        """The columns of the link that has this tag."""
        return {
            "livemode": self.livemode,
            "tag": tag,
            "url": url,
            "client_reference_id": reference or "",
            "own_reference": self.own_reference,
            "reference_mode": mode,
            "name": self.named(name),
            **{code: self.codes.get(code, "") for code in UTM_NAMES},
        }
