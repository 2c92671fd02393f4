"""What the link builder offers and says: payment links, values used before, advice on a draft."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Final

from django.db import connection
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from campaigns.core import link_preview, payment_link_warnings
from campaigns.core.link_advice import advice
from campaigns.core.link_draft import LinkDraft, pasted_mode, pasted_values
from campaigns.core.link_promises import Promises, promises
from campaigns.core.payment_url import with_parameters
from campaigns.core.spelling_variants import variants
from campaigns.core.url_parameters import PARAMETERS, UTM_NAMES
from campaigns.models import PaymentLink, TrackedLink
from campaigns.queries.links import parameters_of

MOST_OFFERED: Final = 200
MOST_USED: Final = 50
LATEST_LINKS: Final = 5000  # in which values are looked for, as often as somebody types


@dataclass(frozen=True)
class Advice:
    """What a person may want to know before saving; `line` is the link that it is about."""

    sentence: str
    line: int | None = None


@dataclass(frozen=True)
class Preview:
    """A draft as it would be saved with this tag, and what is to be said about it.

    `rest` is the pasted address without the ten parameters, which are `found`, ready for rows.
    """

    url: str
    pieces: tuple[link_preview.Piece, ...]
    left_out: int
    rest: str
    found: dict[str, str]
    mode: str
    payment_link: PaymentLink | None
    promises: Promises
    advice: tuple[Advice, ...]


def payment_links(*, livemode: bool) -> list[PaymentLink]:
    """Payment links to choose from, the most used first; those that Stripe has switched off last."""
    is_off = Q(active=False, active__isnull=False)  # never null, which would be sorted apart
    links = TrackedLink.objects.filter(payment_link=OuterRef("pk")).order_by()
    uses = links.values("payment_link").annotate(uses=Count("*")).values("uses")  # by an index
    known = PaymentLink.objects.filter(livemode=livemode).select_related("owner")
    counted = known.annotate(uses=Coalesce(Subquery(uses), 0), is_off=is_off)
    return list(counted.order_by("is_off", "-uses", "-first_seen_at", "pk")[:MOST_OFFERED])


USED_VALUES = """
SELECT name, value FROM (
    SELECT used.name, used.value, count(*) AS links,
           row_number() OVER (PARTITION BY used.name ORDER BY count(*) DESC, used.value) AS place
    FROM (
        SELECT * FROM campaigns_trackedlink WHERE livemode = %s AND superseded_at IS NULL
        ORDER BY issued_at DESC, id DESC LIMIT %s
    ) link
    CROSS JOIN LATERAL (VALUES
        ('utm_source', link.utm_source), ('utm_medium', link.utm_medium),
        ('utm_campaign', link.utm_campaign), ('utm_term', link.utm_term),
        ('utm_content', link.utm_content)
    ) AS used(name, value)
    WHERE used.value <> ''
    GROUP BY used.name, used.value
) ranked WHERE place <= %s ORDER BY name, place
"""


def used_values(*, livemode: bool) -> dict[str, list[str]]:
    """The values that the latest links have, by parameter, most used first."""
    used: dict[str, list[str]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(USED_VALUES, [livemode, LATEST_LINKS, MOST_USED])
        for name, value in cursor.fetchall():
            used[name].append(value)
    return used


def preview(draft: LinkDraft, *, tag: str, line: int | None, livemode: bool) -> Preview:
    """Draw the draft; `line` is the link that it would be a version of, `livemode` the page's."""
    written = draft.without_what_is_left_out()
    known = PaymentLink.objects.filter(url=draft.base).first()
    return Preview(
        url=written.url(tag),
        pieces=link_preview.pieces(draft, tag),
        left_out=len(draft.left_out),
        rest=with_parameters(draft.payment_url, dict.fromkeys(PARAMETERS)),
        found=pasted_values(draft.payment_url),
        mode=pasted_mode(draft.payment_url) or "",
        payment_link=known,
        promises=promises(written, tag, known.confirmation if known else None),
        advice=(
            *_about_mode(draft, livemode),
            *([] if known else _about_unknown(written)),
            *map(
                Advice, advice(known.told if known else None, written.parameters, draft.parameters)
            ),
            *_about_other_links(written, tag, line),
            *map(Advice, variants(written.codes, used_values(livemode=draft.livemode))),
        ),
    )


def advice_on(link: TrackedLink) -> tuple[Advice, ...]:
    """What is to be said about a saved link."""
    return tuple(map(Advice, advice(link.payment_link.told, parameters_of(link))))


def _about_mode(draft: LinkDraft, livemode: bool) -> list[Advice]:
    if draft.livemode == livemode:
        return []
    own, other = ("live", "test") if draft.livemode else ("test", "live")
    return [
        Advice(
            f"This is a {own} payment link, and you are looking at {other} data. The link is kept "
            f"with the {own} data; saving it switches you there."
        )
    ]


def _about_unknown(draft: LinkDraft) -> list[Advice]:
    """An address that nobody saved yet, where Stripe's list has none that ends alike."""
    of_mode = PaymentLink.objects.filter(livemode=draft.livemode)
    if not of_mode.filter(listed__isnull=False).exists():
        return []
    if of_mode.filter(
        stripe_id__isnull=False, url__endswith=f"/{draft.payment_url.segment}"
    ).exists():
        return []
    return [Advice(payment_link_warnings.UNHEARD_OF.sentence)]


def _about_other_links(draft: LinkDraft, tag: str, line: int | None) -> list[Advice]:
    """Another link on this payment link with the very same codes: only a reference tells them apart."""
    if not draft.codes:
        return []
    codes = {name: draft.codes.get(name, "") for name in UTM_NAMES}
    rows = TrackedLink.objects.filter(payment_link__url=draft.base, superseded_at=None, **codes)
    other = rows.exclude(line=line or 0).order_by("pk").first()
    if other is None:
        return []
    if other.url == draft.url(other.tag) and other.reference_mode == draft.reference_mode:
        return [Advice("This very link is saved already; saving opens it.", other.line)]
    return [
        Advice(
            "The same codes exist on another link; only the reference tells them apart.", other.line
        )
    ]
