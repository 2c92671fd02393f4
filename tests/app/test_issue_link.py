"""A link is issued once and for ever; an edit is a version; nobody's host is taken for the company's."""

import threading
import time
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from campaigns.actions import links
from campaigns.core.link_draft import LinkDraft
from campaigns.core.payment_url import take_apart
from campaigns.models import Campaign, EvidenceChange, PaymentLink, TrackedLink
from linktracker.simulator.chance import Chance
from linktracker.simulator.single import single_payment
from tests.factories import NOON, PAYMENT_LINK, make_link
from tests.stripe_events import deliver

pytestmark = pytest.mark.django_db
OWN_HOST = "https://pay.example.com/b/test_4gw5nPg1j1wmfXq5kr"


def test_an_issued_link_holds_its_final_address(marketer):
    link = make_link(by=marketer, utm_source="newsletter", utm_campaign="autumn")
    assert link.url == (
        f"{PAYMENT_LINK}?client_reference_id={link.client_reference_id}"
        "&utm_source=newsletter&utm_campaign=autumn"
    )
    assert (link.line, link.version, link.name) == (link.pk, 1, "autumn · newsletter")
    assert Campaign.objects.get().code == "autumn"
    assert EvidenceChange.objects.get().key == str(link.line)


def test_the_tag_that_was_shown_is_the_tag_that_is_saved(marketer):
    assert issue(marketer, tag="7q2m9x").link.tag == "7q2m9x"


@pytest.mark.parametrize("tag", ["", "7q2m9", "7q2m9l", "7Q2M9X", "'; --", "7q2m9x\n"])
def test_a_tag_that_is_none_is_not_saved(marketer, tag):
    drawn = issue(marketer, tag=tag).link.tag
    assert drawn != tag
    assert len(drawn) == 6


def test_a_tag_that_was_taken_meanwhile_is_drawn_again(marketer):
    make_link(by=marketer, utm_source="a")
    taken = TrackedLink.objects.get().tag
    issued = issue(marketer, tag=taken, utm_source="b")
    assert not issued.already
    assert issued.link.tag != taken


def test_the_very_same_address_opens_the_link_that_has_it(marketer):
    first = make_link(by=marketer, utm_source="a")
    again = issue(marketer, utm_source="a")
    assert (again.already, again.link) == (True, first)
    pasted = links.issue(draft=draft(url=first.url), by=marketer, at=NOON)
    assert (pasted.already, pasted.link) == (True, first)


@pytest.mark.parametrize(
    "other",
    [
        {"utm_source": "b"},
        {"utm_source": "a", "utm_term": "x"},
        {"utm_source": "a", "locale": "de"},
        {"utm_source": "a", "client_reference_id": "INV-1"},
    ],
)
def test_an_address_that_differs_is_another_link(marketer, other):
    make_link(by=marketer, utm_source="a")
    mode = "own" if "client_reference_id" in other else "tag"
    assert not links.issue(draft=draft(mode, **other), by=marketer, at=NOON).already


def test_an_edit_supersedes_and_keeps_what_was_issued(marketer):
    first = make_link(by=marketer, utm_source="a", name="Autumn news")
    at = NOON + timedelta(days=1)
    edit = LinkDraft(take_apart(PAYMENT_LINK), {"utm_source": "b"}, "tag", "Autumn news")
    second = links.issue(draft=edit, by=marketer, at=at, line=first.line).link
    first.refresh_from_db()
    assert (second.line, second.version) == (first.line, 2)
    assert (first.superseded_at, first.utm_source) == (at, "a")
    assert second.tag != first.tag


def test_an_edit_of_the_name_alone_makes_no_version(marketer):
    first = make_link(by=marketer, utm_source="a", name="Old")
    edit = LinkDraft(take_apart(PAYMENT_LINK), {"utm_source": "a"}, "tag", "New")
    issued = links.issue(draft=edit, by=marketer, at=NOON, line=first.line)
    assert (issued.already, issued.link.name) == (True, "New")
    assert TrackedLink.objects.count() == 1


def test_an_edit_into_the_address_of_another_link_changes_neither(marketer):
    first, second = make_link(by=marketer, utm_source="a"), make_link(by=marketer, utm_source="b")
    edit = LinkDraft(take_apart(PAYMENT_LINK), {"utm_source": "a"}, "tag", "Mine now")
    issued = links.issue(draft=edit, by=marketer, at=NOON, line=second.line)
    first.refresh_from_db()
    assert (issued.already, issued.link, first.name) == (True, first, "a")


@pytest.mark.parametrize(
    ("url", "mode", "values", "sentence"),
    [
        (PAYMENT_LINK, "tag", {"utm_source": "a b"}, "Stripe would drop"),
        (PAYMENT_LINK, "own", {}, "Your reference is empty"),
        (OWN_HOST, "tag", {}, "no payment link on it is known yet"),
    ],
)
def test_what_stripe_would_drop_or_a_stranger_hosts_is_refused(
    marketer, url, mode, values, sentence
):
    with pytest.raises(links.CannotIssue, match=sentence):
        links.issue(draft=draft(mode, url, **values), by=marketer, at=NOON)
    assert not TrackedLink.objects.exists()
    assert not PaymentLink.objects.exists()


def test_a_known_payment_link_vouches_for_its_host_and_for_no_other(marketer):
    told = single_payment(OWN_HOST, at=1_788_264_000, chance=Chance("host")).events[0]
    deliver([told.body])
    other = "https://pay.example.com/b/test_OtherLinkOnThatHost"
    assert links.issue(draft=draft(url=other), by=marketer, at=NOON).link.url.startswith(other)
    for stranger in ("https://pay.example.com.evil.com/b/test_1", "https://xpay.example.com/b/t1"):
        with pytest.raises(links.CannotIssue, match="not a host of Stripe"):
            links.issue(draft=draft(url=stranger), by=marketer, at=NOON)


def test_a_test_link_cannot_become_a_live_one(marketer):
    first = make_link(by=marketer, utm_source="a")
    live = draft(url="https://buy.stripe.com/eVa5nPg1j1wmfXq5kr")
    with pytest.raises(links.CannotIssue, match="make a new link instead"):
        links.issue(draft=live, by=marketer, at=NOON, line=first.line)


@pytest.mark.parametrize("line", [0, 4_000_000])
def test_a_link_that_does_not_exist_cannot_be_edited(marketer, line):
    with pytest.raises(links.CannotIssue, match="does not exist"):
        issue(marketer, line=line)


@pytest.mark.django_db(transaction=True)
def test_who_waited_for_another_edit_is_told_that_the_link_was_changed(marketer):
    line = make_link(by=marketer, utm_source="a").line
    with transaction.atomic():
        issue(marketer, line=line, utm_source="b")
        waiting = Waiting(lambda: links.rename(line=line, name="Autumn", by=marketer, at=NOON))
        waiting.start()
        time.sleep(0.5)
        assert waiting.problem == ""
    waiting.join()
    assert waiting.problem.startswith("The link was changed meanwhile")


class Waiting(threading.Thread):
    """Work on another connection, and the sentence with which it was refused."""

    def __init__(self, work):
        super().__init__()
        self.work = work
        self.problem = ""

    def run(self):
        try:
            self.work()
        except links.CannotIssue as problem:
            self.problem = str(problem)
        finally:
            connection.close()


def test_a_name_changes_without_a_version_and_is_never_empty(marketer):
    link = make_link(by=marketer)
    assert links.rename(line=link.line, name=" Autumn ", by=marketer, at=NOON).name == "Autumn"
    with pytest.raises(links.CannotIssue, match="needs a name"):
        links.rename(line=link.line, name=" ", by=marketer, at=NOON)


def test_the_database_refuses_to_change_what_was_issued(marketer):
    link = make_link(by=marketer)
    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        TrackedLink.objects.filter(pk=link.pk).update(url="https://buy.stripe.com/evil")


def test_a_code_with_a_merge_tag_makes_no_campaign(marketer):
    make_link(by=marketer, utm_campaign="{{campaign}}")
    assert not Campaign.objects.exists()


def draft(mode="tag", url=PAYMENT_LINK, **values):
    return LinkDraft(take_apart(url), values, mode)


def issue(by, *, tag="", line=None, **values):
    return links.issue(draft=draft(**values), by=by, at=NOON, line=line, tag=tag)
