"""Moving a link rewrites nothing: a payment counts for the campaign its link was in when it was made."""

from datetime import UTC, datetime, timedelta

import pytest

from campaigns.actions import link_changes, links
from campaigns.core.link_choice import LinkChoice
from campaigns.core.link_draft import LinkDraft
from campaigns.core.payment_url import take_apart
from campaigns.models import Attribution, Campaign, Conversion, EvidenceChange
from campaigns.queries import affected
from reconciliation.actions import rebuild
from tests.factories import NOON, PAYMENT_LINK, make_link
from tests.stripe_events import LATER, drain, pay

pytestmark = pytest.mark.django_db
DAY = 86_400
FIRST_DAY = int(NOON.timestamp())
OTHER = "https://buy.stripe.com/test_4gw14Yl61xwmfXq5kz"


def day(number: float) -> datetime:
    return datetime.fromtimestamp(FIRST_DAY, UTC) + timedelta(days=number)


def pay_on(number: int, url: str) -> str:
    payment = pay(url, seed=f"{url} {number}", at=FIRST_DAY + number * DAY)
    return str(payment.payment_intent)


@pytest.fixture
def move(marketer):
    def call(*links, on, to):
        lines = LinkChoice(tuple(link.line for link in links))
        campaign = to and Campaign.objects.get(code=to).pk
        link_changes.move(choice=lines, livemode=False, campaign=campaign, by=marketer, at=day(on))
        drain()

    return call


def edit(link, *, on, **codes):
    """The next version of a link, issued on that day by who issued the last."""
    draft = LinkDraft(take_apart(PAYMENT_LINK), codes, "tag")
    issued = links.issue(draft=draft, by=link.issued_by, at=day(on), line=link.line).link
    drain()
    return issued


@pytest.fixture(autouse=True)
def campaigns(db):
    for code in ("winter", "spring"):
        Campaign.objects.create(livemode=False, name=code.title(), code=code, created_at=NOON)


def counted(*payment_ids) -> list[str]:
    """The campaign code that each payment counts under, where its campaign is the same."""
    codes = dict(Campaign.objects.values_list("pk", "code"))
    told = []
    for payment_id in payment_ids:
        row = Conversion.objects.get(pk=payment_id)
        campaign = codes.get(row.campaign_id) if row.campaign_id else None
        assert campaign in (row.utm_campaign, None)
        told.append(row.utm_campaign)
    return told


def test_payments_count_for_the_campaign_that_the_link_was_in(move):
    link = make_link(utm_source="a", utm_campaign="autumn")
    before = pay_on(1, link.url)
    move(link, on=2, to="winter")
    between = pay_on(3, link.url)
    move(link, on=4, to="spring")
    after = pay_on(5, link.url)
    late = pay_on(3, link.url.replace("utm_source=a", "utm_source=b"))  # told of late
    assert counted(before, between, after, late) == ["autumn", "winter", "spring", "winter"]
    assert Attribution.objects.count() == 4
    assert rebuild.check(at=LATER) == []


def test_a_link_out_of_its_campaign_counts_by_its_code_again(move):
    link = make_link(utm_source="a", utm_campaign="autumn")
    move(link, on=2, to="winter")
    move(link, on=4, to=None)
    assert counted(pay_on(5, link.url), pay_on(3, link.url)) == ["autumn", "winter"]


def test_a_first_campaign_brings_earlier_payments_along(move):
    link = make_link(utm_source="a")
    before = pay_on(1, link.url)
    assert counted(before) == [""]
    move(link, on=2, to="winter")
    move(link, on=4, to="spring")
    assert counted(before, pay_on(3, link.url), pay_on(5, link.url)) == [
        "winter",
        "winter",
        "spring",
    ]
    assert not EvidenceChange.objects.exists()
    assert rebuild.check(at=LATER) == []


def test_an_older_version_follows_the_link(move):
    link = make_link(utm_source="a", utm_campaign="autumn")
    make_link(utm_source="b", utm_campaign="autumn", line=link.line)
    move(link, on=2, to="winter")
    assert counted(pay_on(1, link.url), pay_on(3, link.url)) == ["autumn", "winter"]


def test_all_links_of_a_payment_link_name_its_campaign_as_it_was(move):
    first = make_link(url=OTHER, utm_source="a", utm_campaign="autumn", mode="none")
    second = make_link(url=OTHER, utm_source="b", utm_campaign="autumn", mode="none")
    before = pay_on(1, OTHER)
    move(first, on=2, to="winter")
    split = pay_on(3, OTHER)
    move(second, on=4, to="winter")
    after = pay_on(5, OTHER)
    assert counted(before, split, after) == ["autumn", "", "winter"]
    grades = Conversion.objects.order_by("created_at").values_list("grade", "rule")
    assert list(grades) == [
        ("C", "payment link of a campaign"),
        ("U", "unknown"),
        ("C", "payment link of a campaign"),
    ]
    assert rebuild.check(at=LATER) == []


def test_links_without_codes_make_their_payment_link_known_by_a_first_campaign(move):
    links = [make_link(url=OTHER, utm_source=source, mode="none") for source in "ab"]
    payment = pay_on(1, OTHER)
    assert counted(payment) == [""]
    move(*links, on=2, to="winter")
    assert counted(payment) == ["winter"]
    assert rebuild.check(at=LATER) == []


def test_a_link_of_another_payment_link_is_not_touched(move):
    moved = make_link(utm_source="a", utm_campaign="autumn")
    other = make_link(url=OTHER, utm_source="a", utm_campaign="autumn")
    move(moved, on=2, to="winter")
    assert counted(pay_on(3, other.url)) == ["autumn"]


def test_an_edit_to_another_campaign_code_moves_what_is_printed_already(move):
    link = make_link(utm_source="a", utm_campaign="autumn")
    move(link, on=2, to="winter")
    edited = edit(link, on=4, utm_source="a", utm_campaign="spring")
    assert counted(pay_on(1, link.url), pay_on(3, link.url)) == ["autumn", "winter"]
    assert counted(pay_on(5, link.url), pay_on(6, edited.url)) == ["spring", "spring"]
    assert rebuild.check(at=LATER) == []


@pytest.mark.parametrize("source", ["a", "b"])
def test_an_edit_of_anything_else_leaves_a_moved_link_where_it_is(move, source):
    link = make_link(utm_source="a", utm_campaign="autumn")
    move(link, on=2, to="winter")
    edited = edit(link, on=4, utm_source=source, utm_campaign="autumn", utm_term="x")
    assert counted(pay_on(5, link.url), pay_on(6, edited.url)) == ["winter", "winter"]


def test_an_edit_to_no_campaign_code_leaves_each_version_to_its_code(move):
    link = make_link(utm_source="a", utm_campaign="autumn")
    move(link, on=2, to="winter")
    edited = edit(link, on=4, utm_source="a")
    assert counted(pay_on(5, link.url), pay_on(6, edited.url)) == ["autumn", ""]
    assert rebuild.check(at=LATER) == []


@pytest.mark.parametrize("to", ["winter", None])
def test_a_payment_attributed_while_the_move_was_under_way_follows_it(move, to):
    link = make_link(utm_source="a", utm_campaign="autumn")
    if to is None:
        move(link, on=1, to="spring")
    before, meanwhile = pay_on(2, link.url), pay_on(4, link.url)
    move(link, on=3, to=to)
    expected = ["autumn", "winter"] if to else ["spring", "autumn"]
    assert counted(before, meanwhile) == expected
    assert not EvidenceChange.objects.exists()
    assert rebuild.check(at=LATER) == []


@pytest.mark.parametrize(("later", "code"), [(0, "winter"), (1, "autumn")])
def test_a_payment_at_the_very_moment_of_the_move_follows_it(marketer, later, code):
    link = make_link(utm_source="a", utm_campaign="autumn")
    payment = pay_on(2, link.url)
    at = Conversion.objects.get().created_at + timedelta(microseconds=later)
    winter = Campaign.objects.get(code="winter").pk
    choice = LinkChoice((link.line,))
    link_changes.move(choice=choice, livemode=False, campaign=winter, by=marketer, at=at)
    drain()
    assert counted(payment) == [code]
    assert rebuild.check(at=LATER) == []


def test_a_move_of_many_links_is_noted_once_and_only_for_payments_since(marketer):
    moved = [make_link(utm_source=source, utm_campaign="autumn") for source in "abc"]
    before, after = pay_on(1, moved[0].url), pay_on(3, moved[2].url)
    EvidenceChange.objects.all().delete()
    winter = Campaign.objects.get(code="winter").pk
    choice = LinkChoice(tuple(link.line for link in moved))
    link_changes.move(choice=choice, livemode=False, campaign=winter, by=marketer, at=day(2))
    note = EvidenceChange.objects.get()
    assert affected.payment_ids(note.kind, note.key, after="", limit=9) == [after]
    assert before != after


@pytest.mark.parametrize(
    ("others", "code"),
    [
        (["winter", "winter"], "winter"),
        (["winter", "spring"], ""),
        (["spring", "spring"], ""),
        (["winter", None], ""),
    ],
)
def test_links_that_nobody_moved_have_their_say_in_what_a_payment_link_is_for(move, others, code):
    moved = make_link(url=OTHER, utm_source="a", utm_campaign="autumn", mode="none")
    for place, other in enumerate(others):
        codes = {"utm_campaign": other} if other else {}
        make_link(url=OTHER, utm_source=f"s{place}", mode="none", **codes)
    move(moved, on=2, to="winter")
    assert counted(pay_on(1, OTHER), pay_on(3, OTHER)) == ["", code]
    assert rebuild.check(at=LATER) == []
