"""The list's filters find what the rules say, and what people mean."""

from itertools import product

import pytest

from campaigns.core.link_search import LinkSearch
from campaigns.core.url_parameters import UTM_NAMES
from campaigns.models import PaymentLink, TrackedLink
from campaigns.queries import link_filters, links
from tests.factories import NOON, make_link, make_person

pytestmark = pytest.mark.django_db

REDIRECTS = [
    None, "", "https://example.com/", "https://example.com/?utm_source=a",
    "https://example.com/?x=1&utm_term=b", "https://example.com/?utm_source=",
    "https://example.com/?xutm_source=a", "https://example.com/#?utm_source=a",
    "https://example.com/?a=%\\d[&utm_content=é", "https://example.com/\n?utm_medium=a",
]  # fmt: skip
STATES = [
    *((*state, None, None) for state in product(
        (None, True, False), (None, "redirect", "hosted_confirmation", "other"), REDIRECTS
    )),
    *((None, None, None, *state) for state in product((None, True, False), (None, "plink_1"))),
]  # fmt: skip


def test_the_query_and_the_rule_find_the_same_links():
    for number, (active, confirmation, redirect_url, listed, id) in enumerate(STATES):
        payment_link = PaymentLink.objects.create(
            url=f"https://buy.stripe.com/test_{number}",
            livemode=False,
            active=active,
            confirmation=confirmation,
            redirect_url=redirect_url,
            listed=listed,
            stripe_id=id and f"{id}{number}",
            first_seen_at=NOON,
        )
        issue(payment_link, number, "")
        issue(payment_link, number, "utm_source" if number % 2 else UTM_NAMES[number % 5])
    by_rule = {link.pk for link in TrackedLink.objects.all() if links.warnings_of(link)}
    found = link_filters.found(LinkSearch(warned=True), livemode=False)
    assert set(found.values_list("pk", flat=True)) == by_rule
    assert 0 < len(by_rule) < TrackedLink.objects.count()


def issue(payment_link, number, code):
    alphabet = "0123456789abcdefghjkmnpqrstvwxyz"
    tag = ("1" if code else "0") + alphabet[number // 32] + alphabet[number % 32] + "000"
    TrackedLink.objects.create(
        line=number * 2 + bool(code),
        livemode=False,
        payment_link=payment_link,
        url=payment_link.url,
        tag=tag,
        reference_mode="none",
        issued_by=make_person(None),
        issued_at=NOON,
        **({code: "a"} if code else {}),
    )


def names(**wanted):
    found = link_filters.found(LinkSearch(**wanted), livemode=False)
    return set(found.values_list("utm_source", flat=True))


def test_a_link_of_somebody_who_left_has_no_owner():
    gone = make_person("Marketing", is_active=False)
    make_link(by=gone, utm_source="left")
    link = make_link(utm_source="owned")
    TrackedLink.objects.filter(pk=make_link(utm_source="nobody").pk).update(owner=None)
    assert names(owner="none") == {"left", "nobody"}
    assert names(owner=link.owner_id) == {"owned"}
    assert names(owner=gone.pk) == {"left"}


def test_a_label_is_found_whole_and_as_it_is_spelled():
    for source, labels in (("a", ["print"]), ("b", ["print run"]), ("c", ["Print", "x"])):
        TrackedLink.objects.filter(pk=make_link(utm_source=source).pk).update(labels=labels)
    assert names(label="print") == {"a"}
    assert names(label="x") == {"c"}
    assert names(label="pri") == set()


def test_archived_links_are_on_a_shelf_of_their_own():
    make_link(utm_source="used")
    TrackedLink.objects.filter(pk=make_link(utm_source="old").pk).update(archived_at=NOON)
    assert (names(), names(shelf="archived"), names(shelf="all")) == (
        {"used"},
        {"old"},
        {"used", "old"},
    )
    counted = links.counted(LinkSearch(shelf="archived"), livemode=False)
    assert (counted.links, counted.active, counted.archived, counted.all) == (1, 1, 1, 2)
