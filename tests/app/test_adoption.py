"""Links in use are taken over byte for byte, once each; their payments count, before and after."""

import json

import pytest
from django.db import DatabaseError, connection, transaction

from campaigns.actions import link_batches, links
from campaigns.core.adoption import Adoption
from campaigns.core.link_draft import LinkDraft
from campaigns.core.payment_url import take_apart
from campaigns.models import Campaign, Conversion, EvidenceChange, LinkChange, TrackedLink
from campaigns.queries import same_links
from reconciliation.actions import rebuild
from tests.factories import NOON, PAYMENT_LINK, make_link
from tests.stripe_events import LATER, drain, pay

pytestmark = pytest.mark.django_db

OTHER = "https://buy.stripe.com/test_4gw14Yl61xwmfXq5kz"
LIVE = "https://buy.stripe.com/eVa5nPg1j1wmfXq5kr"
FREE_TAG = "lt17q2m9xzv"


def adopt(*urls, by=None, campaign_id=None):
    found = [Adoption(take_apart(url), url) for url in urls]
    return link_batches.adopt(adoptions=found, by=by, at=NOON, campaign_id=campaign_id)


def answers():
    rows = Conversion.objects.order_by("created_at", "payment_id")
    return [(row.grade, row.rule, row.link_line) for row in rows]


def line(url):
    return TrackedLink.objects.get(url=url).line


def test_a_link_in_use_is_saved_as_it_is(marketer):
    url = "https://Buy.Stripe.com/test_eVa5nPg1j1wmfXq5kr?x=%7e&utm_source=%61&utm_medium=b c&&y#z"
    (outcome,) = adopt(url, by=marketer)
    link = TrackedLink.objects.get()
    assert (link.url, link.adopted, link.issued_by, link.version) == (url, True, marketer, 1)
    assert (link.utm_source, link.utm_medium, link.reference_mode) == ("a", "", "none")
    assert (link.line, link.name, link.pk) == (outcome.link.line, "a", outcome.link.line)
    assert link.payment_link.url == PAYMENT_LINK


def test_a_second_copy_opens_the_first():
    url = f"{PAYMENT_LINK}?utm_source=a"
    first, copy, noise = adopt(url, url, f"{url}&fbclid=1")
    assert not first.already
    assert (copy.already, copy.link, noise.already, noise.link) == (
        True,
        first.link,
        True,
        first.link,
    )
    (again,) = adopt(url)
    assert (again.already, again.link.line) == (True, first.link.line)
    assert TrackedLink.objects.count() == 1


@pytest.mark.parametrize(
    "other",
    ["?utm_source=b", "?utm_source=a&utm_term=x", "?utm_source=a&client_reference_id=x", "?utm_source=a&locale=de", "", "?utm_source=a b"],
)  # fmt: skip
def test_a_link_that_sets_something_else_is_another(other):
    adopt(f"{PAYMENT_LINK}?utm_source=a")
    assert not adopt(PAYMENT_LINK + other)[0].already
    assert not adopt(f"{OTHER}?utm_source=a")[0].already


@pytest.mark.parametrize("mode", ["own", "none", "tag", "own and tag"])
def test_a_link_that_was_issued_here_is_opened(mode):
    own = {"client_reference_id": "INV-1"} if "own" in mode else {}
    issued = make_link(mode=mode, utm_source="a", **own)
    (outcome,) = adopt(issued.url)
    assert (outcome.already, outcome.link.line) == (True, issued.line)


def test_an_older_version_opens_the_link_as_it_is_now():
    first = make_link(mode="none", utm_source="a")
    make_link(mode="none", utm_source="b", line=first.line)
    (outcome,) = adopt(first.url)
    assert (outcome.already, outcome.link.line) == (True, first.line)


def test_a_link_tag_of_ours_names_the_link_whatever_stands_around_it():
    issued = make_link(utm_source="a")
    (outcome,) = adopt(f"{OTHER}?client_reference_id=cart_7-{issued.client_reference_id}")
    assert (outcome.already, outcome.link.line) == (True, issued.line)


def test_a_link_tag_that_nobody_has_is_taken_over_and_a_second_link_with_it_is_no_other():
    urls = [
        f"{PAYMENT_LINK}?client_reference_id={FREE_TAG}",
        f"{OTHER}?client_reference_id=x-{FREE_TAG}",
    ]
    first, second = adopt(*urls)
    assert (second.already, second.link.line) == (True, first.link.line)
    link = TrackedLink.objects.get()
    assert (link.tag, link.reference_mode, link.own_reference) == ("7q2m9x", "tag", "")
    pay(urls[0], seed="one")
    pay(urls[1], seed="two")
    assert answers() == [("A", "tag", link.line)] * 2


@pytest.mark.parametrize(
    ("of", "on", "sentence"),
    [
        (LIVE, PAYMENT_LINK, "This test link carries the tag of the live link “Ours”"),
        (PAYMENT_LINK, LIVE, "This live link carries the tag of the test link “Ours”"),
    ],
)
def test_a_link_with_the_tag_of_the_other_mode_is_refused(of, on, sentence):
    issued = make_link(url=of, name="Ours")
    refused, saved = adopt(f"{on}?client_reference_id=x-{issued.client_reference_id}", on)
    assert sentence in refused.problem
    assert (refused.link, saved.problem) == (None, "")
    assert TrackedLink.objects.filter(url=on).count() == TrackedLink.objects.count() - 1 == 1


def test_two_links_of_both_modes_with_one_free_tag_are_one_link():
    urls = [f"{url}?client_reference_id={FREE_TAG}" for url in (PAYMENT_LINK, LIVE)]
    saved, refused = adopt(*urls)
    assert "carries the tag of the test link" in refused.problem
    assert (saved.link.url, TrackedLink.objects.count()) == (urls[0], 1)


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("https://pay.example.com/b/test_1", "no payment link on it is known yet"),
        (f"{PAYMENT_LINK}?utm_source=4242424242424242", "It looks like a card number"),
        (f"{PAYMENT_LINK}?utm_source={{{{{'a' * 150}}}}}", "with its merge tags; 150 can be saved"),
    ],
)
def test_what_cannot_be_saved_says_why_and_holds_up_no_other(url, sentence):
    refused, saved = adopt(url, f"{PAYMENT_LINK}?utm_source=a")
    assert sentence in refused.problem
    assert refused.link is None
    assert saved.link.line == TrackedLink.objects.get().line


# Payments through a link in use: what tells them, before it was saved and after.
@pytest.mark.parametrize(
    ("query", "grade", "rule"),
    [
        ("?client_reference_id=INV-1", "A", "own reference"),
        ("?client_reference_id=lt17q2m9x00", "A", "own reference"),
        ("?client_reference_id=x-lt17q2m9x00&utm_source=a", "A", "own reference"),
        (f"?client_reference_id={FREE_TAG}", "A", "tag"),
        ("?utm_source=a", "B", "payment link and codes"),
        ("?utm_source=a&utm_medium=b c", "B", "payment link and codes"),
        ("?client_reference_id={{id}}&utm_source=a", "B", "payment link and codes"),
        ("", "C", "payment link"),
        ("?client_reference_id=cart 1", "C", "payment link"),
        ("?fbclid=1", "C", "payment link"),
    ],
)  # fmt: skip
def test_payments_before_and_after_count_for_it(query, grade, rule):
    sent = PAYMENT_LINK + query.replace("{{id}}", "c_77")
    pay(sent, seed="before", at=1_788_264_000)
    assert answers()[0][2] is None
    adopt(PAYMENT_LINK + query)
    drain()
    pay(sent, seed="after", at=1_788_270_000)
    its_line = TrackedLink.objects.get().line
    assert answers() == [(grade, rule, its_line)] * 2
    assert not EvidenceChange.objects.exists()


def test_links_that_share_a_payment_link_are_told_by_their_codes_alone():
    urls = [f"{PAYMENT_LINK}?utm_source={source}" for source in "abc"]
    for place, url in enumerate(urls):
        pay(url, seed=url, at=1_788_264_000 + place)
    pay(PAYMENT_LINK, seed="bare", at=1_788_270_000)
    adopt(*urls)
    drain()
    found = dict(Conversion.objects.values_list("utm_source", "link_line"))
    assert found == {**{url[-1]: line(url) for url in urls}, "": None}


def test_a_payment_of_the_other_mode_is_not_touched():
    pay(f"{LIVE}?client_reference_id=INV-1", seed="live")
    before = Conversion.objects.get().grade
    adopt(f"{PAYMENT_LINK}?client_reference_id=INV-1")
    drain()
    assert (Conversion.objects.get().grade, before) == ("U", "U")


def test_each_mode_is_noted_by_itself():
    adopt(PAYMENT_LINK, LIVE, OTHER)
    notes = list(EvidenceChange.objects.order_by("pk").values_list("kind", "key"))
    assert [kind for kind, _ in notes] == ["links", "links"]
    assert [key.split(":")[0] for _, key in notes] == ["test", "live"]
    pay(f"{LIVE}", seed="live")
    assert answers() == [("C", "payment link", line(LIVE))]


def test_its_campaign_is_that_of_its_code_or_the_one_that_was_chosen(marketer):
    adopt(f"{PAYMENT_LINK}?utm_campaign=autumn", f"{OTHER}?utm_campaign={{{{c}}}}", by=marketer)
    assert [
        link.campaign and link.campaign.code for link in TrackedLink.objects.order_by("pk")
    ] == [
        "autumn",
        None,
    ]
    chosen = Campaign.objects.get()
    urls = (f"{PAYMENT_LINK}?utm_campaign=other", f"{LIVE}?utm_source=a")
    adopt(*urls, by=marketer, campaign_id=chosen.pk)
    link = TrackedLink.objects.get(utm_campaign="other")
    assert (link.campaign, link.issued_campaign.code) == (chosen, "other")
    assert TrackedLink.objects.get(livemode=True).campaign is None


@pytest.mark.parametrize("query", ["?utm_source=a&utm_campaign=other", "?utm_source=a"])
def test_payments_count_for_the_campaign_that_was_chosen(marketer, query):
    chosen = Campaign.objects.create(livemode=False, name="Winter", code="winter", created_at=NOON)
    adopt(PAYMENT_LINK + query, by=marketer, campaign_id=chosen.pk)
    pay(PAYMENT_LINK + query, at=int(NOON.timestamp()) + 86_400)
    payment = Conversion.objects.get()
    assert (payment.campaign_id, payment.utm_campaign) == (chosen.pk, "winter")
    change = LinkChange.objects.get()
    assert (change.campaign_id, change.after, change.by) == (chosen.pk, "Winter", marketer)
    assert rebuild.check(at=LATER) == []


def test_earlier_payments_come_along_unless_a_code_names_their_campaign(marketer):
    chosen = Campaign.objects.create(livemode=False, name="Winter", code="winter", created_at=NOON)
    urls = [f"{PAYMENT_LINK}?utm_source=a", f"{PAYMENT_LINK}?utm_source=b&utm_campaign=other"]
    for url in urls:
        pay(url, seed=url, at=int(NOON.timestamp()) - 86_400)
    adopt(*urls, by=marketer, campaign_id=chosen.pk)
    drain()
    other = Campaign.objects.get(code="other")
    counted = Conversion.objects.values_list("utm_source", "utm_campaign", "campaign_id")
    assert set(counted) == {("a", "winter", chosen.pk), ("b", "other", other.pk)}
    assert rebuild.check(at=LATER) == []


def test_the_campaign_of_its_own_code_is_no_move(marketer):
    chosen = Campaign.objects.create(livemode=False, name="Winter", code="winter", created_at=NOON)
    adopt(f"{PAYMENT_LINK}?utm_campaign=winter", by=marketer, campaign_id=chosen.pk)
    assert TrackedLink.objects.get().campaign == chosen
    assert not LinkChange.objects.exists()


def test_nobody_puts_links_into_a_campaign(marketer):
    chosen = Campaign.objects.create(livemode=False, name="Winter", code="winter", created_at=NOON)
    with pytest.raises(ValueError, match="by a person"):
        adopt(PAYMENT_LINK, campaign_id=chosen.pk)


def test_an_edit_makes_a_normal_version_and_both_count(marketer):
    url = f"{PAYMENT_LINK}?utm_source=a b&client_reference_id=INV-1&fbclid=1"
    (outcome,) = adopt(url)
    edit = LinkDraft(take_apart(url), {"utm_source": "a_b"}, "own and tag", "Mended")
    issued = links.issue(draft=edit, by=marketer, at=NOON, line=outcome.link.line).link
    assert (issued.version, issued.adopted, issued.line) == (2, False, outcome.link.line)
    assert issued.url == (
        f"{PAYMENT_LINK}?utm_source=a_b&client_reference_id={issued.client_reference_id}&fbclid=1"
    )
    assert TrackedLink.objects.get(version=1).url == url
    pay(url, seed="old")
    pay(issued.url, seed="new")
    assert [answer[2] for answer in answers()] == [issued.line] * 2


def test_the_builder_opens_a_link_that_was_taken_over(marketer):
    adopt(f"{PAYMENT_LINK}?utm_source=a")
    draft = LinkDraft(take_apart(f"{PAYMENT_LINK}?utm_source=a"), {}, "none")
    assert links.issue(draft=draft, by=marketer, at=NOON).already


@pytest.mark.parametrize("change", [{"url": "https://buy.stripe.com/evil"}, {"adopted": False}])
def test_the_database_refuses_to_change_it(change):
    adopt(PAYMENT_LINK)
    with pytest.raises(DatabaseError, match=r"never changes|append-only"), transaction.atomic():
        TrackedLink.objects.update(**change)


def test_two_thousand_links_take_as_many_statements_as_two(django_assert_max_num_queries):
    adopt(PAYMENT_LINK)
    urls = [f"{PAYMENT_LINK}?utm_source=s{n}&utm_campaign=c{n % 7}" for n in range(2000)]
    with django_assert_max_num_queries(20):
        outcomes = adopt(*urls)
    assert TrackedLink.objects.count() == 2001
    assert len({outcome.link.line for outcome in outcomes}) == 2000
    with django_assert_max_num_queries(20):
        assert all(outcome.already for outcome in adopt(*urls))


OTHER_JOINS = ("enable_seqscan", "enable_hashjoin", "enable_mergejoin")


def test_the_look_up_of_second_copies_asks_for_the_expression_of_its_index():
    """With few rows a scan is right, so the planner is held to what it would do with many."""
    adopt(*(f"{PAYMENT_LINK}?utm_source=a&utm_term=t{n}" for n in range(500)))
    wanted = [{"base": PAYMENT_LINK, "evidence": "x"}]
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE campaigns_trackedlink")
        for join in OTHER_JOINS:
            cursor.execute(f"SET LOCAL {join} = off")
        cursor.execute(f"EXPLAIN {same_links.SAVED}", [json.dumps(wanted)])
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "links_by_evidence" in plan


def test_an_edit_that_changes_nothing_leaves_an_adopted_link_as_it_was_found(marketer):
    url = f"{PAYMENT_LINK}?utm_campaign=b&gclid=1&utm_source=a"
    (outcome,) = adopt(url)
    draft = LinkDraft(take_apart(url), {"utm_source": "a", "utm_campaign": "b"}, "none", "Named")
    issued = links.issue(draft=draft, by=marketer, at=NOON, line=outcome.link.line)
    assert issued.already
    assert (issued.link.url, issued.link.version, issued.link.name) == (url, 1, "Named")
