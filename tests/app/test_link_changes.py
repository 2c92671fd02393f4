"""Many links are changed at once: no version, one history, and nothing beside what was chosen."""

import threading
import time
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from campaigns.actions import link_changes, links
from campaigns.core.labels import MOST_LABELS, BadLabel
from campaigns.core.link_choice import LinkChoice
from campaigns.core.link_search import LinkSearch
from campaigns.models import Campaign, Label, LinkChange, TrackedLink
from tests.factories import NOON, make_link, make_person

pytestmark = pytest.mark.django_db
LIVE = "https://buy.stripe.com/eVa5nPg1j1wmfXq5kr"
LATER = NOON + timedelta(days=1)
EVERYTHING = LinkChoice(None, LinkSearch())


def of(*chosen: TrackedLink) -> LinkChoice:
    return LinkChoice(tuple(link.line for link in chosen))


@pytest.fixture
def change(marketer):
    """Call an action of link_changes on test links as a marketer."""

    def call(action, choice, **to):
        return action(choice=choice, livemode=False, by=marketer, at=LATER, **to)

    return call


def make_campaign(code="winter", **fields):
    return Campaign.objects.create(
        livemode=fields.pop("livemode", False), name=code, code=code, created_at=NOON, **fields
    )


def now(link):
    return TrackedLink.objects.get(line=link.line, superseded_at=None)


def test_every_change_makes_no_version_and_is_remembered(change, marketer):
    link, other = make_link(utm_source="a"), make_link(utm_source="b")
    colleague, winter = make_person("Marketing", name="Kim"), make_campaign()
    issuer = str(link.issued_by)
    changed = [
        change(link_changes.move, of(link), campaign=winter.pk),
        change(link_changes.hand_over, of(link), owner=colleague.pk),
        change(link_changes.add_label, of(link), label="print"),
        change(link_changes.archive, of(link)),
        change(link_changes.restore, of(link)),
        change(link_changes.remove_label, of(link), label="print"),
        change(link_changes.hand_over, of(link), owner=None),
        change(link_changes.move, of(link), campaign=None),
    ]
    assert {one.sentence for one in changed} == {"1 link changed."}
    assert (now(link).version, now(link).url, TrackedLink.objects.count()) == (1, link.url, 2)
    told = LinkChange.objects.order_by("pk").values_list("what", "before", "after")
    assert list(told) == [
        ("campaign", "", "winter"),
        ("owner", issuer, "Kim"),
        ("labels", "", "print"),
        ("archived", "in use", "archived"),
        ("archived", "archived", "in use"),
        ("labels", "print", ""),
        ("owner", "Kim", ""),
        ("campaign", "winter", ""),
    ]
    assert set(LinkChange.objects.values_list("line", "by", "at")) == {
        (link.line, marketer.pk, LATER)
    }
    assert now(other) == other


def undo(what, at=LATER):
    by = LinkChange.objects.latest("pk").by
    return link_changes.undo(what=what, done_at=at, livemode=False, by=by, at=LATER)


def test_each_change_is_undone_and_remembered(marketer):
    link = make_link(utm_source="a", utm_campaign="autumn", by=marketer)
    kim, winter = make_person("Marketing", name="Kim"), make_campaign()
    of_mine = {"choice": of(link), "livemode": False, "by": marketer}
    doings = [
        (link_changes.move, {"campaign": winter.pk}, "campaign"),
        (link_changes.hand_over, {"owner": kim.pk}, "owner"),
        (link_changes.add_label, {"label": "print"}, "labels"),
        (link_changes.archive, {}, "archived"),
    ]
    before = now(link)
    for hours, (action, to, what) in enumerate(doings):
        at = LATER + timedelta(hours=hours)
        action(**of_mine, at=at, **to)
        undone = link_changes.undo(what=what, done_at=at, livemode=False, by=marketer, at=at)
        assert undone.sentence == "1 link changed."
        kept = now(link)
        assert (kept.campaign, kept.owner, kept.labels, kept.archived_at) == (
            before.campaign, marketer, [], None,
        )  # fmt: skip
        taken = LinkChange.objects.order_by("pk")[2 * hours : 2 * hours + 2]
        assert (taken[0].before, taken[0].after) == (taken[1].after, taken[1].before)
    assert LinkChange.objects.filter(campaign_id=before.campaign_id).count() == 1


def test_a_label_that_was_removed_and_a_link_that_was_restored_come_back(change):
    link = make_link()
    change(link_changes.add_label, of(link), label="print, online")
    change(link_changes.add_label, of(link), label="autumn")
    change(link_changes.archive, of(link))
    later = {"choice": of(link), "livemode": False, "by": link.issued_by, "at": NOON}
    link_changes.remove_label(**later, label="print, online")
    link_changes.restore(**later)
    for what in ("labels", "archived"):
        link_changes.undo(what=what, done_at=NOON, livemode=False, by=link.issued_by, at=LATER)
    assert (now(link).labels, now(link).archived_at) == (["autumn", "print, online"], LATER)


def test_what_was_changed_since_or_cannot_be_known_is_not_undone(change, marketer):
    first, back, none, left = (make_link(utm_source=one, by=marketer) for one in "abcd")
    kim, gone = make_person("Marketing", name="Kim"), make_person("Marketing", name="Anna")
    make_person("Marketing", name="Anna")  # who is not the one that has gone
    earlier = {"livemode": False, "by": marketer, "at": NOON}
    link_changes.hand_over(choice=of(left), owner=gone.pk, **earlier)
    change(link_changes.hand_over, of(first, back, left), owner=None)
    for owner in (marketer.pk, None):
        link_changes.hand_over(choice=of(back), owner=owner, **earlier)
    link_changes.hand_over(choice=of(first), owner=kim.pk, **earlier)
    gone.is_active = False
    gone.save()
    assert undo("owner").sentence == (
        "0 links changed. Not changed: 2 changed again since, "
        "1 whose former owner is no longer to be had."
    )
    change(link_changes.move, of(none), campaign=make_campaign().pk)
    assert "earlier payments came along" in undo("campaign").sentence
    assert undo("labels").sentence == "No link changed."
    assert undo("owner", at=NOON + timedelta(days=9)).sentence == "No link changed."


def test_a_link_comes_back_into_the_campaign_that_it_left_whatever_the_names_are_now(marketer):
    link = make_link(utm_source="a", utm_campaign="spring", by=marketer)
    spring, winter = now(link).campaign, make_campaign()
    by_me = {"choice": of(link), "livemode": False, "by": marketer}
    link_changes.move(**by_me, campaign=winter.pk, at=LATER)
    Campaign.objects.filter(pk=spring.pk).update(name="Old")
    Campaign.objects.create(livemode=False, name="spring", code="other", created_at=NOON)
    mine = {"what": "campaign", "done_at": LATER, "livemode": False, "by": marketer, "at": LATER}
    assert link_changes.undo(**mine).links == 1
    assert now(link).campaign.pk == spring.pk


def test_nothing_comes_back_into_an_archived_campaign(marketer):
    link = make_link(utm_source="a", utm_campaign="spring", by=marketer)
    spring, winter = now(link).campaign, make_campaign()
    by_me = {"choice": of(link), "livemode": False, "by": marketer}
    link_changes.move(**by_me, campaign=winter.pk, at=LATER)
    Campaign.objects.filter(pk=spring.pk).update(archived_at=NOON)
    mine = {"what": "campaign", "done_at": LATER, "livemode": False, "by": marketer, "at": LATER}
    assert "former campaign is no longer to be had" in link_changes.undo(**mine).sentence
    assert now(link).campaign == winter


def test_nobody_undoes_what_another_person_did_or_of_the_other_mode(change):
    link = make_link()
    change(link_changes.archive, of(link))
    stranger = make_person("Marketing")
    for by, livemode in ((stranger, False), (link.issued_by, True)):
        link_changes.undo(what="archived", done_at=LATER, livemode=livemode, by=by, at=LATER)
    assert now(link).archived_at


def test_what_needs_no_change_or_cannot_is_left_and_said(change):
    first, second = make_link(utm_source="a"), make_link(utm_source="b")
    live = make_link(url=LIVE, utm_source="a")
    change(link_changes.archive, of(first))
    choice = LinkChoice((first.line, second.line, live.line, 999_999))
    changed = change(link_changes.archive, choice)
    assert changed.sentence == "1 link changed. Not changed: 2 no longer there, 1 already archived."
    assert now(first).archived_at == now(second).archived_at == LATER
    assert now(live).archived_at is None
    assert LinkChange.objects.count() == 2


@pytest.mark.parametrize(
    ("action", "to", "why"),
    [
        ("move", {"campaign": None}, "already without a campaign"),
        ("remove_label", {"label": "print"}, "not labelled print"),
        ("restore", {}, "not archived"),
    ],
)
def test_each_change_says_why_a_link_stays(change, action, to, why):
    link = make_link(utm_source="a")
    changed = change(getattr(link_changes, action), of(link), **to)
    assert changed.sentence == f"0 links changed. Not changed: 1 {why}."
    assert not LinkChange.objects.exists()


def test_staying_with_a_campaign_or_an_owner_names_them(change):
    link = make_link(utm_source="a", utm_campaign="autumn")
    again = change(link_changes.move, of(link), campaign=link.campaign_id)
    mine = change(link_changes.hand_over, of(link), owner=link.owner_id)
    assert "1 already in autumn" in again.sentence
    assert f"1 already owned by {link.owner}" in mine.sentence


def test_everything_means_what_the_search_finds_and_no_more(change):
    for number in range(5):
        make_link(utm_source=f"s{number}", utm_medium="print" if number % 2 else "mail")
    make_link(url=LIVE, utm_source="a", utm_medium="mail")
    search = LinkChoice(None, LinkSearch(codes={"utm_medium": "mail"}))
    assert change(link_changes.add_label, search, label="post").links == 3
    labelled = TrackedLink.objects.filter(labels=["post"])
    assert set(labelled.values_list("utm_medium", "livemode")) == {("mail", False)}
    assert change(link_changes.archive, EVERYTHING).links == 5
    assert change(link_changes.archive, EVERYTHING).sentence == "No link changed."


def test_an_older_version_is_left_as_it_was(change):
    first = make_link(utm_source="a", utm_campaign="autumn")
    make_link(utm_source="b", utm_campaign="autumn", line=first.line)
    change(link_changes.move, of(first), campaign=make_campaign().pk)
    change(link_changes.add_label, of(first), label="print")
    old = TrackedLink.objects.get(pk=first.pk)
    assert (str(old.campaign), old.labels) == ("autumn", [])
    assert (str(now(first).campaign), now(first).labels) == ("winter", ["print"])


def test_a_label_keeps_its_first_spelling_in_its_mode(change, marketer):
    first, second = make_link(utm_source="a"), make_link(utm_source="b")
    live = make_link(url=LIVE, utm_source="a")
    change(link_changes.add_label, of(first), label=" Straße  Fair ")
    change(link_changes.add_label, of(second), label="STRAßE fair")
    link_changes.add_label(
        choice=of(live), livemode=True, label="straße FAIR", by=marketer, at=NOON
    )
    assert now(first).labels == now(second).labels == ["Straße Fair"]
    assert now(live).labels == ["straße FAIR"]
    assert Label.objects.count() == 2
    again = change(link_changes.add_label, of(first), label="straße fair")
    assert "1 already labelled Straße Fair" in again.sentence


def test_a_link_has_room_for_twenty_labels(change):
    link = make_link(utm_source="a")
    for number in range(MOST_LABELS):
        change(link_changes.add_label, of(link), label=f"label {number}")
    assert (
        "1 with 20 labels already"
        in change(link_changes.add_label, of(link), label="more").sentence
    )
    assert len(now(link).labels) == MOST_LABELS


@pytest.mark.parametrize("label", ["", " \0", "x" * 41])
def test_what_is_no_label_changes_nothing(change, label):
    link = make_link(utm_source="a")
    with pytest.raises(BadLabel):
        change(link_changes.add_label, of(link), label=label)
    assert not Label.objects.exists()


def test_links_go_to_no_campaign_that_is_archived_elsewhere_or_nowhere(change):
    link = make_link(utm_source="a")
    archived = make_campaign("old", archived_at=NOON)
    live = make_campaign("live", livemode=True)
    for campaign in (archived.pk, live.pk, 999_999):
        with pytest.raises(link_changes.CannotChange, match="choose another"):
            change(link_changes.move, of(link), campaign=campaign)
    assert now(link).campaign is None


def test_links_go_to_nobody_who_may_not_sign_in(change):
    link = make_link(utm_source="a")
    gone = make_person("Marketing", is_active=False)
    for owner in (gone.pk, 999_999):
        with pytest.raises(link_changes.CannotChange, match="may not sign in"):
            change(link_changes.hand_over, of(link), owner=owner)
    assert now(link).owner == link.issued_by


def test_a_new_version_goes_on_with_what_belongs_to_the_link(change, marketer):
    link = make_link(utm_source="a", utm_campaign="autumn")
    colleague, winter = make_person("Marketing"), make_campaign()
    change(link_changes.move, of(link), campaign=winter.pk)
    change(link_changes.hand_over, of(link), owner=colleague.pk)
    change(link_changes.add_label, of(link), label="print")
    change(link_changes.archive, of(link))
    edited = make_link(by=marketer, utm_source="b", utm_campaign="autumn", line=link.line)
    assert (edited.version, edited.campaign, edited.owner) == (2, winter, colleague)
    assert (edited.labels, edited.archived_at) == (["print"], LATER)


def test_a_new_campaign_code_moves_the_link_and_is_remembered(change):
    link = make_link(utm_source="a", utm_campaign="autumn")
    change(link_changes.move, of(link), campaign=make_campaign().pk)
    edited = make_link(utm_source="a", utm_campaign="spring", line=link.line)
    assert str(edited.campaign) == "spring"
    last = LinkChange.objects.latest("pk")
    assert (last.before, last.after) == ("winter", "spring")
    assert last.campaign_id == edited.campaign.pk


def test_a_link_belongs_to_who_issued_it_and_a_name_is_remembered(marketer):
    link = make_link(by=marketer, utm_source="a", name="Old")
    links.rename(line=link.line, name="New", by=marketer, at=LATER)
    links.rename(line=link.line, name=" New ", by=marketer, at=LATER)
    assert link.owner == marketer
    (told,) = LinkChange.objects.all()
    assert (told.what, told.before, told.after, told.by) == ("name", "Old", "New", marketer)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE campaigns_linkchange SET after = 'x'",
        "DELETE FROM campaigns_linkchange",
        "UPDATE campaigns_trackedlink SET issued_campaign_id = NULL",
        "UPDATE campaigns_trackedlink SET url = 'x'",
    ],
)
def test_the_database_keeps_the_history_and_the_campaign_of_a_code(change, statement):
    link = make_link(utm_source="a", utm_campaign="autumn")
    change(link_changes.archive, of(link))
    with pytest.raises(DatabaseError, match=r"append-only|never changes"), transaction.atomic():
        connection.cursor().execute(statement)


def test_the_number_of_statements_does_not_grow_with_the_links(
    change, django_assert_max_num_queries
):
    for number in range(30):
        make_link(utm_source=f"s{number}")
    campaign = make_campaign().pk
    with django_assert_max_num_queries(10):
        assert change(link_changes.move, EVERYTHING, campaign=campaign).links == 30


@pytest.mark.parametrize("choose_all", [True, False])
def test_batches_change_each_link_once_and_say_the_same(change, monkeypatch, choose_all):
    monkeypatch.setattr(link_changes, "BATCH", 2)
    made = [make_link(utm_source=f"s{place}") for place in range(5)]
    change(link_changes.archive, of(made[1], made[4]))
    choice = EVERYTHING if choose_all else of(*made)
    said = change(link_changes.restore, of(*made))
    assert (said.links, [(one.links, one.why) for one in said.skipped]) == (
        2,
        [(3, "not archived")],
    )
    assert change(link_changes.archive, choice).links == 5
    assert all(now(link).archived_at for link in made)
    assert LinkChange.objects.count() == 9
    gone = LinkChoice((*(link.line for link in made), 10**9))
    assert change(link_changes.restore, gone).skipped[0].why == "no longer there"


@pytest.mark.django_db(transaction=True)
def test_two_people_who_change_one_link_at_once_both_succeed(marketer):
    link = make_link(by=marketer, utm_source="a")
    arguments = {"choice": of(link), "livemode": False, "by": marketer, "at": LATER}
    second = threading.Thread(target=labelled, args=("second",), kwargs=arguments)
    with transaction.atomic():
        link_changes.add_label(label="first", **arguments)
        second.start()
        time.sleep(0.5)
    second.join()
    assert now(link).labels == ["first", "second"]


def labelled(label, **arguments):
    try:
        link_changes.add_label(label=label, **arguments)
    finally:
        connection.close()
