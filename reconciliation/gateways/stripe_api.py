"""Stripe's API, read and never written: the one file that imports Stripe's library.

A call that fails in passing is made three times at most; Stripe's library would not honour a 429.
No sentence and no traceback of this file holds a key.
"""

import random
import time
from collections.abc import Callable, Iterator, Mapping
from email.utils import parsedate_to_datetime
from typing import Any, Final

import stripe
import urllib3
from django.conf import settings
from django.views.decorators.debug import sensitive_variables

from linktracker.lib.stripe_secrets import UnsafeSecretsFile, stripe_secret
from reconciliation.core.fetched import CannotFetch, Fetched, Page, read_page
from reconciliation.core.stripe_keys import KEY_NAMES, mode_word, why_not_key

TIMEOUT: Final = 5.0  # seconds to connect, and seconds without a byte
LONGEST_ANSWER: Final = 20.0  # seconds for the whole of one answer, however it trickles
LARGEST_ANSWER: Final = 32_000_000  # bytes; a page of 100 payment links has about half a million
TRIES: Final = 3
PAGE: Final = 100  # objects, Stripe's most
SPACING: Final = 0.1  # seconds between two calls: 10 a second, where Stripe's least limit is 25
FIRST_PAUSE: Final = 0.5  # seconds after a failure, doubling
LONGEST_WAIT: Final = 30.0  # seconds that Stripe may ask us to wait within a run
PASSING: Final = (stripe.APIConnectionError, stripe.RateLimitError, stripe.APIError)

stripe.enable_telemetry = False


class BoundedClient(stripe.RequestsClient):
    """Stripe's own way to ask, with an end to how long an answer may last and how large it may be."""

    def __init__(self, timeout: float, longest: float) -> None:
        super().__init__(timeout=timeout)
        self._longest = longest

    def request(  # type: ignore[override]  # the library's own clients differ from its base alike
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        post_data: Any = None,
    ) -> tuple[bytes, int, Mapping[str, str]]:
        until = time.monotonic() + self._longest
        answer, status, told = self.request_stream(method, url, headers, post_data)
        try:
            return self._read(answer, until), status, told
        except (urllib3.exceptions.HTTPError, OSError):
            raise stripe.APIConnectionError("broken off") from None  # type: ignore[no-untyped-call]
        finally:
            answer.close()

    def _read(self, answer: urllib3.HTTPResponse, until: float) -> bytes:
        """What has come when it ends; a read returns with whatever is there."""
        content = bytearray()
        while piece := answer.read1(65_536, decode_content=True):
            content += piece
            if time.monotonic() > until or len(content) > LARGEST_ANSWER:
                raise TimeoutError
        return bytes(content)


class StripeReader:
    """One mode of the account, as a restricted key sees it."""

    @sensitive_variables("key")
    def __init__(
        self,
        key: str,
        *,
        livemode: bool,
        api_base: str = "",
        timeout: float = TIMEOUT,
        longest_answer: float = LONGEST_ANSWER,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self.livemode = livemode
        self._pause = pause
        self._client = stripe.StripeClient(
            key,
            base_addresses={"api": api_base.rstrip("/") or stripe.DEFAULT_API_BASE},
            http_client=BoundedClient(timeout, longest_answer),
            max_network_retries=0,
        )

    def payment_links(self) -> Iterator[tuple[Fetched, ...]]:
        """All payment links, active or not, with what they sell: a page at a time."""
        seen: set[str] = set()
        after, has_more = "", True
        while has_more:
            page = self._page_of_payment_links(after)
            ids = [one.object_id for one in page.objects]
            if not seen.isdisjoint(ids):
                raise CannotFetch("Stripe's list of payment links goes in a circle.")
            seen.update(ids)
            yield page.objects
            after, has_more = (ids[-1] if ids else ""), page.has_more
            if has_more:
                self._pause(SPACING)

    def _page_of_payment_links(self, after: str) -> Page:
        answer = self._patiently(lambda: self._list_payment_links(after))
        return read_page(
            answer.body.encode("utf-8", "replace"),
            object_name="payment_link",
            livemode=self.livemode,
            at=_moment(answer),
            api_version=answer.headers.get("Stripe-Version", "")[:64],
        )

    def _list_payment_links(self, after: str) -> stripe.StripeResponse:
        """Deeper than the lines cannot be asked for in a list: Stripe expands four levels."""
        asked: stripe.params.PaymentLinkListParams = {
            "limit": PAGE,
            "expand": ["data.line_items"],
        }
        if after:
            asked["starting_after"] = after
        try:
            page = self._client.v1.payment_links.list(asked)
        except UnicodeDecodeError:  # by the library's own log, where the answer is no text
            raise stripe.APIError("not UTF-8", http_status=200) from None
        answer = getattr(page, "last_response", None)
        if not isinstance(answer, stripe.StripeResponse):
            raise CannotFetch("Stripe's answer cannot be used: it is not a page of a list.")
        return answer

    def _patiently(self, call: Callable[[], stripe.StripeResponse]) -> stripe.StripeResponse:
        """The answer to a call, tried again while what is in the way may pass."""
        for number in range(1, TRIES + 1):
            try:
                return call()
            except stripe.StripeError as problem:
                sentence, wait = self._sentence(problem), _wait_after(problem, number)
                if number == TRIES or not isinstance(problem, PASSING) or wait > LONGEST_WAIT:
                    raise CannotFetch(sentence) from None
            self._pause(wait)
        raise AssertionError("the last try returns or raises")

    def _sentence(self, problem: stripe.StripeError) -> str:
        """What went wrong; Stripe's own words are left out, as they may quote a part of the key."""
        mode, name = mode_word(self.livemode), KEY_NAMES[self.livemode]
        if isinstance(problem, stripe.AuthenticationError):
            return f"Stripe does not know the {mode} key in {name}: it is mistyped, expired or revoked."
        if isinstance(problem, stripe.PermissionError):
            return (
                f"The {mode} key may not read payment links. In Stripe, give it Payment Links: Read, "
                "Products: Read and Prices: Read."
            )
        if isinstance(problem, stripe.RateLimitError):
            return "Stripe says that it is asked too often; try again in a few minutes."
        if isinstance(problem, stripe.APIConnectionError):
            return "Stripe could not be reached, or did not answer in time; try again later."
        if problem.http_status and problem.http_status < 400:
            return "Stripe's answer cannot be read; try again later."
        return f"Stripe refused to answer (status {problem.http_status or 'unknown'}); try again later."


@sensitive_variables("key")
def open_stripe(*, livemode: bool) -> StripeReader:
    """The account's test or live mode; CannotFetch where its key is missing or not to be used."""
    try:
        key = stripe_secret(KEY_NAMES[livemode])
    except UnsafeSecretsFile as problem:
        raise CannotFetch(str(problem)) from None
    if problem_of_key := why_not_key(key, livemode=livemode):
        raise CannotFetch(problem_of_key)
    return StripeReader(key, livemode=livemode, api_base=settings.STRIPE_API_BASE)


def has_key(*, livemode: bool) -> bool:
    """Whether anything is set as the key of this mode, be it right or wrong."""
    try:
        return bool(stripe_secret(KEY_NAMES[livemode]))
    except UnsafeSecretsFile:
        return True


def _wait_after(problem: stripe.StripeError, number: int) -> float:
    """Seconds until the next try: as long as Stripe asks, else doubling, never all at one moment."""
    spread: float = FIRST_PAUSE * 2 ** (number - 1) * random.uniform(0.5, 1)  # noqa: S311 - no secret
    asked = (problem.headers or {}).get("Retry-After", "")
    return max(float(asked), spread) if asked.isascii() and asked.isdigit() else spread


def _moment(answer: stripe.StripeResponse) -> int:
    """Stripe's clock, which orders a fetched object among events; ours may be wrong."""
    try:
        return int(parsedate_to_datetime(answer.headers["Date"]).timestamp())
    except (KeyError, ValueError):
        raise CannotFetch("Stripe's answer cannot be used: it does not say its date.") from None
