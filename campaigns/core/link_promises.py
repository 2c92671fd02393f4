"""Three sentences that teach what becomes of a link's parameters: at Stripe, on the site, in the webhook."""

from collections.abc import Iterable
from dataclasses import dataclass

from campaigns.core.link_draft import LinkDraft
from campaigns.core.url_parameters import PARAMETERS, REFERENCE, UTM_NAMES

REDIRECT = "redirect"
HIDES_CODES = (
    "After paying, buyers of this payment link stay on Stripe's own page, so UTM codes will not "
    "reach your site. In Stripe, set it to redirect to your website to change that."
)


@dataclass(frozen=True)
class Promises:
    """What Stripe passes on of a link, what the site receives of it, what the webhook carries."""

    stripe_will_pass: str
    site_will_receive: str
    webhook_will_carry: str


def promises(draft: LinkDraft, tag: str, confirmation: str | None) -> Promises:
    """Say it of a draft that has no problem; `confirmation` is None while Stripe has not told us."""
    reference = draft.reference(tag) or ""
    kept = {verdict.name for verdict in draft.verdicts if verdict.verdict == "kept"}
    passed = [name for name in PARAMETERS if name in kept - {REFERENCE}]
    if reference:
        passed.insert(0, REFERENCE)
    return Promises(
        stripe_will_pass=f"{_listed(passed)}." if passed else "nothing: no parameter is set.",
        site_will_receive=_received([name for name in UTM_NAMES if name in kept], confirmation),
        webhook_will_carry=_carried(reference),
    )


def hides_codes(confirmation: str | None) -> bool:
    """Whether buyers are known to end on Stripe's page, which shows UTM codes to nobody."""
    return confirmation is not None and confirmation != REDIRECT


def _received(codes: list[str], confirmation: str | None) -> str:
    if not codes:
        return "nothing: no UTM code is set."
    if hides_codes(confirmation):
        return "nothing: buyers stay on Stripe's page after paying."
    if confirmation is None:
        return f"{_listed(codes)}, if the payment link redirects; Stripe has not told us yet."
    return f"{_listed(codes)}, added to the address of your thank-you page."


def _carried(reference: str) -> str:
    if not reference:
        return "nothing that names this link: the reference is empty, and UTM codes never come."
    return f"the reference {reference}, and no UTM code."


def _listed(names: Iterable[str]) -> str:
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last
