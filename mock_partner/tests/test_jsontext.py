"""What the strict reader of JSON takes and refuses."""

from __future__ import annotations

import pytest

from ocpi_conformance.mock_partner import jsontext


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b'{"a": [1, 2.5, "\\u00e4", true, null]}', {"a": [1, 2.5, "ä", True, None]}),
        (b'"text"', "text"),
        (b' {"a": 1, "a": 2} ', {"a": 2}),
        (b"[" * 100 + b"]" * 100, None),
    ],
)
def test_json_is_read(body, value):
    read = jsontext.loads(body)
    assert value is None or read == value


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"{'a': 1}",
        b"[1,]",
        b"[NaN]",
        b"[Infinity]",
        b"[1e400]",
        b'["\xff"]',
        b'["\\ud800"]',
        b'\xef\xbb\xbf{"a": 1}',
        b'{"a": 1} x',
        b"[" * 101 + b"]" * 101,
        b"[" * 100_000,
        b"[" * 100_000 + b"]" * 100_000,
        b'{"a":' * 101 + b"1" + b"}" * 101,
    ],
)
def test_what_is_no_json_is_refused(body):
    with pytest.raises(jsontext.JsonError):
        jsontext.loads(body)


def test_keys_that_occur_twice_in_one_object_are_found():
    assert jsontext.duplicate_keys(b'{"a": {"b": 1, "b": 2}, "c": 1, "c": 1, "c": 2}') == ("b", "c")
    assert jsontext.duplicate_keys(b'{"a": {"a": 1}, "b": [{"a": 1}, {"a": 2}]}') == ()


def test_json_is_written_compactly_and_read_back():
    body = jsontext.dumps({"a": ["ä", None]})
    assert body == '{"a":["ä",null]}'.encode()
    assert jsontext.loads(body) == {"a": ["ä", None]}


@pytest.mark.parametrize(
    ("value", "name"),
    [({}, "object"), ([], "array"), ("", "string"), (True, "boolean"), (1, "number"), (1.5, "number"), (None, "null")],
)
def test_types_have_their_json_names(value, name):
    assert jsontext.type_name(value) == name
