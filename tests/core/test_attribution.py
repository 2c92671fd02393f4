"""Attribution: the first sure answer wins, and what is not sure stays unknown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.core.attribution import ORDER, attribute
from campaigns.core.attribution_rules import CampaignSeen, Decided, Evidence, LinkSeen
from campaigns.core.reference import read, write
from campaigns.core.url_parameters import Utm

MAIL = Utm(source="newsletter", campaign="autumn")
SOCIAL = Utm(source="linkedin", campaign="autumn")
FLYER = Utm(source="flyer", campaign="autumn")
SPRING = LinkSeen(1, MAIL, campaign=7)
SPRING_OLDER = LinkSeen(1, SOCIAL, campaign=7)
FAIR = LinkSeen(2, FLYER, campaign=7)
TAGGED = read(write(None, "7q2m9x"))
PLAIN = read("cart_48213")
NOTHING = read(None)


def seen(reference=NOTHING, **known) -> Evidence:
    return Evidence(reference=reference, through_link=known.pop("through_link", True), **known)


def test_a_tag_with_a_valid_check_is_certain():
    answer = attribute(seen(TAGGED, tagged=SPRING))
    assert (answer.grade, answer.line, answer.campaign, answer.utm) == ("A", 1, 7, MAIL)
    assert answer.reasons == (
        "The reference carries the tag of “newsletter · autumn”, and its check is right.",
    )


def test_a_tag_that_no_saved_link_has_is_unknown():
    answer = attribute(seen(TAGGED))
    assert answer.grade == "U"
    assert f"The reference {TAGGED.raw} carries a tag that no saved link has." in answer.reasons


def test_an_own_reference_of_one_link_is_certain_whatever_its_version():
    answer = attribute(seen(PLAIN, of_reference=[SPRING, SPRING_OLDER]))
    assert (answer.grade, answer.line) == ("A", 1)


def test_an_own_reference_of_two_links_is_unknown():
    answer = attribute(seen(PLAIN, of_reference=[SPRING, FAIR]))
    assert answer.grade == "U"
    assert "The reference cart_48213 is not that of exactly one saved link." in answer.reasons


def test_the_same_codes_on_the_same_payment_link_are_strong():
    answer = attribute(seen(success_utm=MAIL, of_codes=[SPRING], of_payment_link=[SPRING, FAIR]))
    assert (answer.grade, answer.rule, answer.line) == ("B", "payment link and codes", 1)


def test_the_same_codes_on_two_links_name_the_codes_but_no_link():
    twin = LinkSeen(3, MAIL)
    answer = attribute(seen(success_utm=MAIL, of_codes=[SPRING, twin]))
    assert (answer.grade, answer.rule, answer.line, answer.utm) == ("B", "success URL", None, MAIL)


def test_codes_of_a_return_visit_count_before_those_of_the_success_url():
    answer = attribute(seen(arrival_utm=MAIL, success_utm=MAIL))
    assert answer.rule == "return visit"
    assert len(answer.reasons) == 2


def test_codes_that_match_no_saved_link_still_name_their_source():
    assert attribute(seen(success_utm=SOCIAL)).utm == SOCIAL


def test_the_only_link_of_a_payment_link_is_likely():
    answer = attribute(seen(of_payment_link=[SPRING, SPRING_OLDER]))
    assert (answer.grade, answer.line) == ("C", 1)


def test_a_payment_link_of_two_links_is_unknown():
    answer = attribute(seen(of_payment_link=[SPRING, FAIR]))
    assert answer.grade == "U"
    assert "Several saved links use its payment link, so it could be any of them." in answer.reasons


def test_two_links_of_one_campaign_name_the_campaign_and_no_link():
    autumn = CampaignSeen(7, "autumn")
    answer = attribute(seen(of_payment_link=[SPRING, FAIR], campaign_of_payment_link=autumn))
    assert (answer.grade, answer.line, answer.campaign) == ("C", None, 7)
    assert answer.utm == Utm(campaign="autumn")


def test_a_payment_without_a_payment_link_says_so():
    answer = attribute(seen(PLAIN, through_link=False))
    assert answer.reasons == ("It did not come through a payment link.",)


def test_a_person_outranks_a_valid_tag_and_the_tag_is_shown_as_a_conflict():
    answer = attribute(seen(TAGGED, tagged=SPRING, decided=Decided(FAIR, "the buyer told us")))
    assert (answer.grade, answer.line) == ("M", 2)
    assert answer.reasons == ("A person assigned it to “flyer · autumn”: the buyer told us",)
    assert answer.conflicts == (
        "This disagrees: The reference carries the tag of “newsletter · autumn”, and its check is right.",
    )


def test_evidence_that_disagrees_is_a_conflict_and_the_higher_grade_wins():
    answer = attribute(seen(TAGGED, tagged=SPRING, success_utm=SOCIAL))
    assert (answer.grade, answer.line, answer.utm) == ("A", 1, MAIL)
    assert answer.conflicts == (
        "This disagrees: Stripe's redirect after this payment carried the codes utm_source linkedin, "
        "utm_campaign autumn.",
    )


def test_codes_that_only_add_to_a_link_fill_its_gaps():
    content = Utm(source="newsletter", campaign="autumn", content="header")
    answer = attribute(seen(TAGGED, tagged=SPRING, success_utm=content))
    assert answer.utm == content
    assert answer.conflicts == ()


@pytest.mark.parametrize(
    ("reference", "sentence"),
    [
        (NOTHING, "No reference came with it."),
        (
            read("lt17q2m9xzz"),
            "The reference lt17q2m9xzz looks like a link tag with a typing error.",
        ),
    ],
)
def test_an_unknown_payment_says_what_became_of_its_reference(reference, sentence):
    answer = attribute(seen(reference))
    assert answer.reasons == (
        sentence,
        "No UTM codes came with it.",
        "No saved link uses its payment link.",
    )


def test_a_renewal_says_whose_evidence_it_is():
    answer = attribute(seen(TAGGED, tagged=SPRING, renews=True))
    assert answer.grade == "A"
    assert answer.reasons[-1].startswith("It renews a subscription")


links = st.builds(
    LinkSeen,
    line=st.integers(1, 3),
    utm=st.sampled_from([Utm(), MAIL, SOCIAL]),
)
evidence = st.builds(
    Evidence,
    reference=st.sampled_from([NOTHING, PLAIN, TAGGED]),
    through_link=st.booleans(),
    renews=st.booleans(),
    decided=st.none() | st.builds(Decided, links, st.just("because")),
    tagged=st.none() | links,
    of_reference=st.lists(links, max_size=2),
    of_codes=st.lists(links, max_size=2),
    of_payment_link=st.lists(links, max_size=2),
    success_utm=st.sampled_from([Utm(), MAIL, SOCIAL]),
    arrival_utm=st.sampled_from([Utm(), MAIL, SOCIAL]),
)


@given(evidence)
def test_every_payment_has_a_grade_and_a_reason_and_loses_no_evidence(known):
    answer = attribute(known)
    assert answer.grade in "ABCMU"
    assert answer.reasons
    answers = [rule(known) for rule in ORDER]
    told = [one for one in answers if one is not None]
    if told:
        renewal = 1 if known.renews else 0
        assert len(answer.reasons) + len(answer.conflicts) == len(told) + renewal
        assert answer.rule == told[0].rule
    else:
        assert answer.grade == "U"


@given(evidence, st.data())
def test_the_order_of_links_among_the_evidence_makes_no_difference(known, data):
    turned = Evidence(
        **{
            **vars(known),
            "of_reference": data.draw(st.permutations(list(known.of_reference))),
            "of_codes": data.draw(st.permutations(list(known.of_codes))),
        }
    )
    assert attribute(turned).line == attribute(known).line
    assert attribute(turned).grade == attribute(known).grade


def test_a_link_that_was_moved_counts_for_its_new_campaign():
    moved = LinkSeen(1, MAIL, campaign=7, moved_to=CampaignSeen(9, "winter"))
    answer = attribute(seen(TAGGED, tagged=moved, success_utm=MAIL))
    assert (answer.campaign, answer.utm) == (9, Utm(source="newsletter", campaign="winter"))
    assert "It counts for the campaign “winter”, which a person had put the link into." in (
        answer.reasons
    )
    assert answer.conflicts == ()  # its address still carries the old code, and that is no lie


def test_a_moved_link_still_disagrees_with_codes_that_are_neither():
    moved = LinkSeen(1, MAIL, campaign=7, moved_to=CampaignSeen(9, "winter"))
    answer = attribute(seen(TAGGED, tagged=moved, success_utm=Utm(campaign="spring")))
    assert len(answer.conflicts) == 1


def test_a_moved_link_without_codes_agrees_with_its_new_campaign_alone():
    moved = LinkSeen(1, Utm(), moved_to=CampaignSeen(9, "winter"))
    agrees = attribute(seen(TAGGED, tagged=moved, success_utm=Utm(campaign="winter")))
    differs = attribute(seen(TAGGED, tagged=moved, success_utm=Utm(campaign="spring")))
    assert (agrees.conflicts, agrees.utm) == ((), Utm(campaign="winter"))
    assert len(differs.conflicts) == 1
