"""An exchange as text: complete, faithful, cut where it says so, and without secrets."""

from __future__ import annotations

import base64
import dataclasses
import shlex

from ocpi_conformance.mock_partner.safety import Redactor
from ocpi_conformance.reports.http_text import curl, http_text, title
from ocpi_conformance.reports.tests.samples import HOSTILE, exchange

TOKEN = "s3cret-t0ken"
ENCODED = base64.b64encode(TOKEN.encode()).decode()


def gate():
    redactor = Redactor()
    redactor.add(TOKEN, "CREDENTIALS_TOKEN_B")
    return redactor


def test_the_title_says_number_method_path_and_status():
    assert title(exchange(3), gate()) == "3. GET /ocpi/cpo/2.2.1/locations -> 200"
    query = exchange(3, url="http://target.test?limit=1")
    assert title(query, gate()) == "3. GET /?limit=1 -> 200"


def test_the_title_says_when_the_target_sent_it_and_when_nothing_came():
    lost = dataclasses.replace(exchange(), sender="target", response=None, error="timed out")
    assert title(lost, gate()) == "1. GET /ocpi/cpo/2.2.1/locations -> timed out (sent by the target)"


def test_the_title_of_a_broken_url_is_the_url():
    assert title(exchange(url="http://[x/"), gate()) == "1. GET http://[x/ -> 200"


def test_request_and_response_are_shown_whole():
    shown = http_text(exchange(headers=(("X-Request-ID", "1"),), body=b"not json", answer=b'{"data":[]}'), gate())
    assert shown == (
        "# 1. sent by the partner, 0.250 s\n"
        "GET http://target.test/ocpi/cpo/2.2.1/locations\n"
        "X-Request-ID: 1\n\n"
        "not json\n\n"
        "HTTP 200\n"
        "Content-Type: application/json\n\n"
        '{\n  "data": []\n}\n'
    )


def test_indented_json_keeps_every_spelling():
    body = rb'{"a":1.10,"a":[{},1e2,"x\u00e4\",:[{"],"b":{"c":[]}}'
    shown = http_text(exchange(answer=body), gate())
    assert shown.endswith(
        '{\n  "a": 1.10,\n  "a": [\n    {},\n    1e2,\n    "x\\u00e4\\",:[{"\n  ],\n  "b": {\n    "c": []\n  }\n}\n'
    )


def test_no_response_is_said():
    lost = dataclasses.replace(exchange(), response=None, error="timed out", notes=("late",))
    assert http_text(lost, gate()).endswith("\n\n# no response: timed out\n# late\n")


def test_a_long_body_is_cut_with_a_note():
    shown = http_text(exchange(answer=b"x" * 150), gate(), limit=100)
    assert shown.endswith("\n" + "x" * 100 + "\n# cut here: 50 more characters, the body has 150 octets\n")


def test_a_cut_does_not_leave_half_a_secret():
    shown = http_text(exchange(answer=b"x" * 95 + TOKEN.encode()), gate(), limit=100)
    assert TOKEN[:4] not in shown


def test_hostile_text_is_made_visible():
    shown = http_text(exchange(headers=(("X", HOSTILE),), answer=b"\xff\x1b\x00"), gate())
    assert "\\ud800 \\x1b[31m" in shown
    assert "\\xff\\x1b\\x00" in shown
    shown.encode()


def test_secrets_are_in_no_part_of_the_text():
    shown = http_text(
        exchange(
            url=f"http://target.test/?t={TOKEN}",
            headers=(("Authorization", f"Token {ENCODED}"),),
            body=TOKEN.encode(),
            answer=b'{"token": "' + ENCODED.encode() + b'"}',
        ),
        gate(),
    )
    assert TOKEN not in shown
    assert ENCODED not in shown
    assert shown.count("[CREDENTIALS_TOKEN_B]") == 4


def test_curl_repeats_the_request_with_secrets_as_variables():
    shown = curl(
        exchange(
            method="PUT",
            headers=(("Authorization", f"Token {ENCODED}"), ("Host", "target.test"), ("X-Note", "it's")),
            body=b"@file $HOME `id`",
        ),
        gate(),
    )
    assert '"${CREDENTIALS_TOKEN_B}"' in shown
    assert shlex.split(shown) == [
        *["curl", "--globoff", "--include", "--request", "PUT"],
        *["--header", "Authorization: Token ${CREDENTIALS_TOKEN_B}", "--header", "X-Note: it's"],
        *["--data-raw", "@file $HOME `id`", "--url", "http://target.test/ocpi/cpo/2.2.1/locations"],
    ]
    assert ENCODED not in shown


def test_curl_leaves_out_a_body_too_long_for_a_command_line():
    assert "--data-binary @body.json" in curl(exchange(body=b"x" * 70_000), gate())


def test_a_request_of_the_target_is_not_ours_to_repeat():
    assert curl(dataclasses.replace(exchange(), sender="target"), gate()) == ""
