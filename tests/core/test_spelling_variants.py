"""Two spellings of one value are told to whoever is about to use the rarer one."""

import pytest

from campaigns.core.spelling_variants import plain_spelling, variants

USED = {"utm_source": ["linkedin", "LinkedIn", "newsletter"], "utm_medium": ["paid_social"]}


@pytest.mark.parametrize(
    ("codes", "usual"),
    [
        ({"utm_source": "LinkedIn"}, "linkedin"),
        ({"utm_source": "linked-in"}, "linkedin"),
        ({"utm_medium": "paidsocial"}, "paid_social"),
        ({"utm_medium": "Paid-Social"}, "paid_social"),
    ],
)
def test_a_variant_is_said_with_the_usual_spelling(codes, usual):
    (sentence,) = variants(codes, USED)
    assert f'saved links say "{usual}"' in sentence


@pytest.mark.parametrize(
    "codes",
    [
        {},
        {"utm_source": "linkedin"},
        {"utm_source": "linkedin2"},
        {"utm_source": "paidsocial"},
        {"utm_term": "linkedin"},
        {"utm_source": "-"},
        {"client_reference_id": "LinkedIn"},
    ],
)
def test_what_is_usual_new_or_elsewhere_is_not_said(codes):
    assert variants(codes, USED) == ()


def test_plain_spelling_knows_no_case_and_no_separator():
    assert plain_spelling("E-Mail_List") == "emaillist"
