"""Codes of an authenticator app, by the vectors of RFC 6238, and codes that people type."""

import base64

import pytest

from linktracker.lib.one_time_codes import ALPHABET, PERIOD, code_at, digest, grouped, step_of

SECRET = base64.b32encode(b"12345678901234567890").decode()


@pytest.mark.parametrize(
    ("at", "code"),
    [
        (59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"),
        (2000000000, "279037"), (20000000000, "353130"),
    ],
)  # fmt: skip
def test_it_makes_the_codes_of_the_standard(at, code):
    assert code_at(SECRET, at // PERIOD) == code
    assert step_of(SECRET, code, at) == at // PERIOD


@pytest.mark.parametrize("seconds_later", [-PERIOD, 0, PERIOD])
def test_it_takes_the_step_before_and_after(seconds_later):
    assert step_of(SECRET, "005924", 1234567890 + seconds_later) == 1234567890 // PERIOD


@pytest.mark.parametrize("seconds_later", [-2 * PERIOD, 2 * PERIOD, 10 * PERIOD])
def test_it_refuses_two_steps_away(seconds_later):
    assert step_of(SECRET, "005924", 1234567890 + seconds_later) is None


@pytest.mark.parametrize("typed", ["005 924", " 005924\n"])
def test_it_reads_past_spaces(typed):
    assert step_of(SECRET, typed, 1234567890) is not None


@pytest.mark.parametrize(
    "typed", ["", "5924", "0059240", "００５９２４", "005925", "00592é", "005924\0", "-05924"]
)
def test_it_refuses_what_is_not_the_code(typed):
    assert step_of(SECRET, typed, 1234567890) is None


def test_codes_on_paper_come_in_groups_of_four():
    assert grouped("ABCDEFGHJKMNPQRS") == "ABCD-EFGH-JKMN-PQRS"
    assert grouped("ABCDE") == "ABCD-E"
    assert grouped("") == ""


@pytest.mark.parametrize("typed", ["abcd-efgh", "ABCD EFGH", " abcdefgh ", "ABCD-EFGH\n"])
def test_capitals_spaces_and_dashes_make_no_difference(typed):
    assert digest(typed) == digest("ABCDEFGH")


@pytest.mark.parametrize("typed", ["", "ABCDEFG", "ABCDEFGHH", "ABCD_EFGH", "ABCDEFGĤ"])
def test_another_code_has_another_digest(typed):
    assert digest(typed) != digest("ABCDEFGH")


def test_no_letter_is_easily_taken_for_another():
    assert len(set(ALPHABET)) == len(ALPHABET)
    assert not set(ALPHABET) & set("01OIL")
