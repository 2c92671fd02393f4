"""Kept, dropped, ignored: the vectors that the browser passes too, and the laws behind them."""

import json
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from campaigns.core.merge_tags import merge_tags
from campaigns.core.url_parameters import (
    ALPHABETS,
    PARAMETERS,
    UTM_NAMES,
    Utm,
    Verdict,
    judge,
    judge_all,
    rules_for_browser,
    warnings,
)

VECTORS = json.loads((Path(__file__).parents[1] / "data" / "url-parameters.json").read_text())
CODES = st.text(ALPHABETS["code"], min_size=1, max_size=150)


@pytest.mark.parametrize("vector", VECTORS, ids=range(len(VECTORS)))
def test_judge_gives_the_verdict_the_browser_gives(vector):
    assert judge(vector["name"], vector["value"]) == Verdict(**vector)


def test_vectors_cover_every_parameter_and_every_verdict():
    assert {vector["name"] for vector in VECTORS} >= PARAMETERS.keys()
    assert {vector["verdict"] for vector in VECTORS} == {"kept", "dropped", "ignored"}


@given(st.sampled_from(UTM_NAMES), CODES)
def test_judge_keeps_every_value_of_the_alphabet(name, value):
    assert judge(name, value).verdict == "kept"


@given(st.sampled_from(sorted(PARAMETERS)), st.text(max_size=220))
@example("utm_source", "{" * 3 + "x" + "}" * 3)
@example("utm_source", "｛｛x｝｝ ")
def test_judge_suggests_only_what_stripe_keeps(name, value):
    verdict = judge(name, value)
    if verdict.verdict == "kept":
        assert verdict.suggestion is None
    elif verdict.suggestion is not None:
        assert judge(name, verdict.suggestion).verdict == "kept"


@given(CODES, st.characters(exclude_characters=ALPHABETS["code"]), CODES)
def test_judge_drops_a_value_with_one_stranger(before, stranger, after):
    assert judge("utm_source", before[:70] + stranger + after[:70]).verdict == "dropped"


def test_judge_answers_at_once_however_long_the_value():
    assert judge("utm_source", " _" * 100_000 + "a").suggestion == "_a"
    assert judge("utm_source", "_" * 200_000 + "é").suggestion is None
    assert judge("prefilled_email", "a" * 200_000).verdict == "dropped"
    assert judge("utm_source", "{{" * 100_000).verdict == "dropped"


def test_judge_all_drops_the_second_of_a_repeated_name():
    first, other, second = judge_all([("utm_term", "a"), ("x", "a"), ("utm_term", "a")])
    assert (first.verdict, other.verdict, second.verdict) == ("kept", "ignored", "dropped")
    assert second.reason.startswith("Repeated: utm_term may stand only once.")


@pytest.mark.parametrize(
    "pairs", [[("x", "1"), ("x", "2")], [("UTM_Term", "a"), ("utm_term", "a")]]
)
def test_judge_all_counts_only_names_that_stripe_knows(pairs):
    assert all("Repeated" not in verdict.reason for verdict in judge_all(pairs))


PREFILLED, LOCKED = ("prefilled_email", "a@b.co"), ("locked_prefilled_email", "c@d.co")


@pytest.mark.parametrize("pairs", [[PREFILLED, LOCKED], [LOCKED, PREFILLED]])
def test_judge_all_lets_the_locked_email_win(pairs):
    verdicts = {verdict.name: verdict for verdict in judge_all(pairs)}
    assert verdicts["locked_prefilled_email"].verdict == "kept"
    assert verdicts["prefilled_email"].verdict == "ignored"
    assert "locked_prefilled_email is there too and wins" in verdicts["prefilled_email"].reason


def test_judge_all_keeps_the_prefilled_email_beside_a_locked_one_that_is_dropped():
    prefilled, locked = judge_all([PREFILLED, ("locked_prefilled_email", "no address")])
    assert (prefilled.verdict, locked.verdict) == ("kept", "dropped")


def test_judge_all_drops_a_bad_prefilled_email_beside_a_locked_one():
    assert judge_all([("prefilled_email", ""), LOCKED])[0].verdict == "dropped"


def test_rules_for_browser_are_data_in_the_order_of_the_parameters():
    rules = json.loads(json.dumps(rules_for_browser()))
    assert [rule["name"] for rule in rules] == list(PARAMETERS)
    assert rules[0] == {
        "name": "client_reference_id",
        "label": "Client reference ID",
        "longest": 200,
        "kind": "code",
        "alphabet": ALPHABETS["code"],
        "locales": [],
    }
    assert len(rules[-1]["locales"]) == 42


def test_parameters_say_their_rule():
    assert PARAMETERS["utm_source"].rule == "Letters, digits, - and _ only, at most 150 characters."


def test_utm_keeps_only_what_stripe_would_keep():
    utm = Utm.parse(
        {"utm_source": "news", "utm_medium": "e mail", "utm_term": None, "locale": "de"}
    )
    assert utm == Utm(source="news")
    assert utm.as_parameters() == {"utm_source": "news"}


def test_utm_is_the_key_of_its_set_of_codes():
    codes = {"utm_source": "a", "utm_content": "b"}
    assert {Utm.parse(codes): 1}[Utm.parse(dict(reversed(codes.items())))] == 1
    assert Utm.parse(codes) != Utm.parse({"utm_source": "b", "utm_content": "a"})


@given(st.dictionaries(st.sampled_from(UTM_NAMES), CODES))
def test_utm_gives_its_parameters_back(parameters):
    assert Utm.parse(parameters).as_parameters() == parameters


@pytest.mark.parametrize(
    ("parameters", "sentence"),
    [
        ({"utm_source": "Google"}, "Source has capital letters"),
        ({"utm_source": "email", "utm_medium": "newsletter"}, "source and medium swapped?"),
        ({"utm_source": "CPC", "utm_medium": "google"}, "source and medium swapped?"),
        ({"utm_content": "jenny@example.com"}, "Content looks like an e-mail address"),
        ({"client_reference_id": "+49 170 1234567"}, "reference ID looks like a phone number"),
        ({"client_reference_id": "00491701234567"}, "reference ID looks like a phone number"),
        ({"utm_term": "0170-1234567"}, "Term looks like a phone number"),
    ],
)
def test_warnings_say_what_people_may_regret(parameters, sentence):
    assert any(sentence in warning for warning in warnings(parameters))


@pytest.mark.parametrize(
    "parameters",
    [
        {},
        {"utm_source": "google", "utm_medium": "cpc"},
        {"utm_source": "email", "utm_medium": "email"},
        {"utm_source": "email"},
        {"utm_source": "email", "utm_medium": ""},
        {"utm_content": "{{FirstName}}"},
        {"client_reference_id": "INV-2026-0042"},
        {"client_reference_id": "20260042"},
        {"client_reference_id": "0001234567"},
        {"client_reference_id": "1701234567"},
        {"prefilled_email": "Jenny@example.com", "locale": "pt-BR"},
    ],
)
def test_warnings_stay_silent(parameters):
    assert warnings(parameters) == ()


def test_merge_tags_are_named_once_in_their_order():
    assert merge_tags("[[b]]-{{a}}-[[b]]") == ("[[b]]", "{{a}}")
