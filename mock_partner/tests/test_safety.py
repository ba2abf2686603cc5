"""What the two gates let through: nothing that moves a terminal, starts a CI command or is a secret."""

from __future__ import annotations

import base64
import json
import re
import urllib.parse

import pytest

from ocpi_conformance.mock_partner.safety import Redactor, printable, shortened

# Its Base64 has a slash and a plus, its URL-encoded form depends on the way of encoding.
TOKEN = 'n"3w/t0k en?ÿ>ä'


def redactor(secret=TOKEN):
    gate = Redactor()
    gate.add(secret, "CREDENTIALS_TOKEN_B")
    return gate


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain, ä, 漢", "plain, ä, 漢"),
        ("\ud800", "\\ud800"),
        ("\x1b[31m", "\\x1b[31m"),
        ("a\r\nb\tc", "a\\x0d\nb\tc"),
        ("\x00\x7f\x9b", "\\x00\\x7f\\x9b"),
        ("\u2028\u202e\ufeff", "\\u2028\\u202e\\ufeff"),
    ],
)
def test_printable_escapes_what_is_no_text(text, expected):
    assert printable(text) == expected


def test_printable_keeps_a_single_line_single():
    assert printable("a\n::error::b\tc\r", single_line=True) == "a\\n::error::b\\tc\\x0d"


def test_shortened_keeps_both_ends_within_the_limit():
    assert shortened("short", 20) == "short"
    cut = shortened("start" + "x" * 10_000 + "end", 25)
    assert cut.startswith("start")
    assert cut.endswith("end")
    assert len(cut) <= 25


def test_shortened_is_one_line_also_when_escapes_make_it_longer():
    cut = shortened("\ud800\n" * 40, 50)
    assert len(cut) <= 50
    assert "\n" not in cut


def encoded(text):
    return base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    "form",
    [
        TOKEN,
        encoded(TOKEN),
        encoded(TOKEN).rstrip("="),
        encoded(TOKEN + "\n"),
        encoded(encoded(TOKEN)),
        base64.urlsafe_b64encode(TOKEN.encode()).decode(),
        urllib.parse.quote(TOKEN, safe=""),
        urllib.parse.quote_plus(TOKEN),
        re.sub("%..", lambda octet: octet[0].lower(), urllib.parse.quote(TOKEN, safe="")),
        urllib.parse.quote(encoded(TOKEN), safe=""),
        json.dumps(TOKEN)[1:-1],
        json.dumps(TOKEN, ensure_ascii=False)[1:-1],
        TOKEN.replace('"', '\\"').replace("/", "\\/"),
    ],
)
def test_a_secret_is_redacted_in_every_form_it_travels_in(form):
    cleaned = redactor().clean(f"Token {form} end")
    assert cleaned.startswith("Token [CREDENTIALS_TOKEN_B]")
    assert form not in cleaned


def test_what_is_no_secret_stays():
    text = '{"token": {"uid": "012345"}, "auth_method": "WHITELIST"}'
    assert redactor().clean(text) == text


def test_a_secret_that_contains_another_is_replaced_whole():
    gate = redactor("abcd")
    gate.add("abcdefgh", "TOKEN_C")
    assert gate.text("abcdefgh abcd") == "[TOKEN_C] [CREDENTIALS_TOKEN_B]"


def test_a_secret_of_three_characters_is_no_secret_of_four():
    assert redactor("abc").text("abc") == "abc"
    assert redactor("abcd").text("abcd") == "[CREDENTIALS_TOKEN_B]"


def test_a_secret_may_hold_a_lone_surrogate():
    assert redactor("abcd\ud800").clean("x abcd\ud800") == "x [CREDENTIALS_TOKEN_B]"


def test_values_are_redacted_in_depth_and_numbers_stay_numbers():
    assert redactor("12345").value({"12345": [12345, ("x12345",), None, True]}) == {
        "[CREDENTIALS_TOKEN_B]": [12345, ["x[CREDENTIALS_TOKEN_B]"], None, True]
    }


def test_clean_values_are_printable_too():
    assert redactor("12345").clean_value({"\ud800": ["12345\x1b"]}) == {"\\ud800": ["[CREDENTIALS_TOKEN_B]\\x1b"]}


def test_labels_are_listed_once():
    gate = redactor()
    gate.add("another", "CREDENTIALS_TOKEN_B")
    gate.add("the third", "CREDENTIALS_TOKEN_C")
    assert sorted(gate.labels()) == ["[CREDENTIALS_TOKEN_B]", "[CREDENTIALS_TOKEN_C]"]
