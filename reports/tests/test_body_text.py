"""Where a JSON Pointer leads in the text of a body."""

from __future__ import annotations

import json

import pytest

from ocpi_conformance.reports.body_text import lines

BODY = json.dumps(
    {"data": [{"id": "a", "none": [], "o": {}, "c": [1, 2, {"x/y~": "z"}]}, {"id": 'b "q", {'}], "s": 1.5}
).encode()


def marked(pointer, body=BODY):
    found = lines(body, pointer)
    return found.text[found.begin : found.end]


@pytest.mark.parametrize(
    ("pointer", "expected"),
    [
        ("/data/0/c/2/x~1y~0", '"z"'),
        ("/data/0/c/1", "2"),
        ("/data/1/id", r'"b \"q\", {"'),
        ("/data/0/o", "{}"),
        ("/data/0/none", "[]"),
        ("/s", "1.5"),
        ("/data/0/c/9", '[\n        1,\n        2,\n        {\n          "x/y~": "z"\n        }\n      ]'),
        ("/nowhere", ""),
        ("", ""),
    ],
)
def test_the_place_of_a_pointer(pointer, expected):
    assert marked(pointer) == expected


def test_a_missing_field_marks_the_object_that_lacks_it():
    assert json.loads(marked("/data/1/missing")) == {"id": 'b "q", {'}


def test_a_body_that_is_no_json_is_shown_as_it_came():
    assert lines(b"<b>{\xff", "/data") == lines(b"<b>{\xff")
    assert lines(b"<b>{\xff").text == "<b>{\\xff"


def test_a_body_of_one_value():
    assert (lines(b'"x"', "/a").text, marked("/a", b'"x"')) == ('"x"', "")
