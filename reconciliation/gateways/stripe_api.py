"""Stripe's API, read and never written: the one file that imports Stripe's library.

A call that fails in passing is made three times at most; Stripe's library would not honour a 429.
No sentence and no traceback of this file holds a key.
"""

import random
import time
from collections.abc import Callable, Iterator
from email.utils import parsedate_to_datetime
from typing import Final

import stripe
from django.conf import settings
from django.views.decorators.debug import sensitive_variables

from linktracker.lib.stripe_secrets import UnsafeSecretsFile, stripe_secret
from reconciliation.core.fetched import CannotFetch, Fetched, Page, read_page
from reconciliation.core.stripe_keys import KEY_NAMES, mode_word, why_not_key

TIMEOUT: Final = 5.0  # seconds to connect, and seconds without a byte
TRIES: Final = 3
PAGE: Final = 100  # objects, Stripe's most
SPACING: Final = 0.1  # seconds between two calls: 10 a second, where Stripe's least limit is 25
FIRST_PAUSE: Final = 0.5  # seconds after a failure, doubling
LONGEST_WAIT: Final = 30.0  # seconds that Stripe may ask us to wait within a run
PASSING: Final = (stripe.APIConnectionError, stripe.RateLimitError, stripe.APIError)

stripe.enable_telemetry = False


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
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self.livemode = livemode
        self._pause = pause
        self._client = stripe.StripeClient(
            key,
            base_addresses={"api": api_base.rstrip("/") or stripe.DEFAULT_API_BASE},
            http_client=stripe.RequestsClient(timeout=timeout),
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
