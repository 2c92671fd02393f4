"""Untrusted JSON: what is refused, and what a typed read makes of a wrong type."""

import contextlib
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linktracker.lib import json_read
from linktracker.lib.json_read import ABSENT, Json, UnreadableJson, parse_object

ODD: dict[str, Json] = {
    "text": "a",
    "whole": 1,
    "real": 1.0,
    "yes": True,
    "null": None,
    "list": [1],
    "map": {},
}


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (b"", "not JSON"),
        (b"[]", "a JSON list, not an object"),
        (b"null", "JSON null"),
        (b'"x"', "JSON text"),
        (b"true", "JSON true or false"),
        (b"1", "JSON number"),
        (b'{"a":1', "not JSON"),
        (b'{"a":1}x', "not JSON"),
        (b'\xef\xbb\xbf{"a":1}', "not JSON"),
        ('{"a":1}'.encode("utf-16"), "not UTF-8"),
        (b'{"a":"\xff"}', "not UTF-8"),
        (b'{"a":"\xed\xa0\x80"}', "not UTF-8"),
        (b'{"a":"\x00"}', "not JSON"),
        (b'{"a":NaN}', "NaN"),
        (b'{"a":Infinity}', "Infinity"),
        (b'{"a":-Infinity}', "-Infinity"),
        (b'{"a":1e200000}', "too large"),
        (b'{"a":9223372036854775808}', "beyond 64 bits"),
        (b'{"a":-9223372036854775809}', "beyond 64 bits"),
        (b'{"a":' + b"9" * 5000 + b"}", "beyond 64 bits"),
        (b'{"a":' + b"[" * 64 + b"]" * 64 + b"}", "deeper than 64"),
        (b'{"a":' * 200 + b"1" + b"}" * 200, "deeper than 64"),
        (b'{"a":' + b"[" * 100_000, "deeper than 64"),
    ],
)
def test_parse_object_refuses(raw, sentence):
    with pytest.raises(UnreadableJson, match=sentence):
        parse_object(raw)


def test_parse_object_catches_the_parsers_own_limit(monkeypatch):
    monkeypatch.setattr(json_read, "DEEPEST", 10**6)
    with pytest.raises(UnreadableJson, match="too deeply"):
        parse_object(b'{"a":' + b"[" * 200_000 + b"]" * 200_000 + b"}")


def test_parse_object_reads_sixty_four_levels_and_any_number_of_brackets_in_text():
    deep = b'{"a":' + b"[" * 63 + b"]" * 63 + b"}"
    assert parse_object(deep)["a"]
    brackets = json.dumps({"a": '\\"[{' * 100, "b": [[]] * 50}).encode()
    assert parse_object(brackets) == json.loads(brackets)


def test_parse_object_refuses_depth_behind_escaped_quotes_in_linear_time():
    with pytest.raises(UnreadableJson, match="not JSON"):
        parse_object(b'{"a":"' + rb"\"" * 300_000 + b"[" * 100)


@pytest.mark.parametrize("number", [2**63 - 1, -(2**63 - 1), 0, -1])
def test_parse_object_keeps_whole_numbers_of_64_bits(number):
    assert parse_object(b'{"a":%d}' % number) == {"a": number}


@pytest.mark.parametrize("escape", ["\\u0000", "\\ud800", "\\uDFFF", "\\uD83D"])
def test_parse_object_replaces_what_postgres_cannot_hold(escape):
    raw = f'{{"k{escape}":["a{escape}b",{{"c":"{escape}"}}],"n":1}}'.encode()
    assert parse_object(raw) == {"k\ufffd": ["a\ufffdb", {"c": "\ufffd"}], "n": 1}


def test_parse_object_reads_long_rows_of_digits_in_text_and_beside_long_numbers():
    digits = "9" * 40
    raw = f'{{"a":"{digits}","b":{2**63 - 1},"c":-0,"d":12345678901234567.5}}'.encode()
    assert parse_object(raw) == {"a": digits, "b": 2**63 - 1, "c": 0, "d": 12345678901234567.5}


def test_parse_object_keeps_pairs_of_surrogates_and_written_escapes():
    assert parse_object(rb'{"a":"\ud83d\ude00 \\u0000"}') == {"a": "\U0001f600 \\u0000"}


@settings(max_examples=30)
@given(
    st.dictionaries(
        st.text(max_size=4),
        st.recursive(
            st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.text(max_size=8),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(st.text(max_size=3), inner, max_size=3)
            ),
            max_leaves=60,
        ),
        max_size=5,
    )
)
def test_parse_object_reads_what_was_written(written):
    storable = json.loads(json.dumps(written, ensure_ascii=False).replace("\\u0000", "\ufffd"))
    assert parse_object(json.dumps(written).encode()) == storable


@given(st.binary(max_size=40) | st.text('{}[]":,\\u0d1eE-', max_size=80).map(str.encode))
def test_parse_object_never_fails_in_another_way(raw):
    with contextlib.suppress(UnreadableJson):
        assert isinstance(parse_object(raw), dict)


@pytest.mark.parametrize(
    ("read", "fits"),
    [
        (json_read.text, {"text": "a"}),
        (json_read.integer, {"whole": 1}),
        (json_read.flag, {"yes": True}),
        (json_read.mapping, {"map": {}}),
        (json_read.identifier, {"text": "a"}),
    ],
)
def test_typed_reads_answer_none_to_another_type(read, fits):
    found = {key: read(ODD, key) for key in [*ODD, "missing"]}
    assert {key: value for key, value in found.items() if value is not None} == fits


def test_items_are_empty_where_there_is_no_list():
    found = {key: json_read.items(ODD, key) for key in [*ODD, "missing"]}
    assert {key: value for key, value in found.items() if value} == {"list": [1]}


def test_value_tells_absent_from_null():
    assert json_read.value({"a": None}, "a") is None
    assert json_read.value({"a": None}, "b") is ABSENT


@pytest.mark.parametrize(
    ("found", "id_"), [({"id": "pi_1"}, "pi_1"), ({"id": 1}, None), ({}, None), ("pi_2", "pi_2")]
)
def test_identifier_looks_into_an_expanded_object(found, id_):
    assert json_read.identifier({"payment_intent": found}, "payment_intent") == id_
