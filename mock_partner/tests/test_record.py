"""The record: order, attribution, waiting, and what reaches its journal."""

from __future__ import annotations

import base64
import json
import threading

import pytest

from ocpi_conformance.mock_partner.errors import NotSeen
from ocpi_conformance.mock_partner.jsontext import JsonError
from ocpi_conformance.mock_partner.record import (
    Context,
    Record,
    Request,
    Response,
    as_dict,
    header_values,
    of_dict,
)
from ocpi_conformance.mock_partner.safety import Redactor

TOKEN = "s3cret-t0ken"
LOCATIONS = Request("GET", "http://target.test/locations")
PUSH = Request("PUT", "http://partner.test/tokens/NL/TST/1")


def add(record, request=LOCATIONS, sender="partner", body=b"[]", **more):
    return record.add(record.begin(), sender, request, Response(200, (), body), Context(module="locations"), **more)


def journal_of(tmp_path, *, secret=TOKEN, **more):
    """Write one exchange to a journal; returns its text."""
    gate = Redactor()
    gate.add(secret, "CREDENTIALS_TOKEN_B")
    path = tmp_path / "new" / "record.ndjson"
    record = Record(path, gate)
    add(record, **more)
    record.close()
    return path.read_text("utf-8")


def test_headers_are_found_whatever_their_case_and_order_is_kept():
    headers = (("Link", "a"), ("X-Limit", "5"), ("LINK", "b"))
    assert header_values(headers, "link") == ("a", "b")
    assert Request("GET", "http://x", headers).header("link") == "a"
    assert Response(200, headers).header("x-limit") == "5"
    assert Response(200, headers).header("x-total-count") is None


def test_a_response_gives_its_json_or_says_that_it_is_none():
    assert Response(200, (), b'{"data": []}').json == {"data": []}
    with pytest.raises(JsonError):
        _ = Response(200, (), b"<html>").json


def test_context_gives_segments_by_name():
    context = Context(ids=(("country_code", "NL"),))
    assert context.id("country_code") == "NL"
    assert context.id("party_id") is None


def test_exchanges_are_numbered_and_selected_by_tick_and_sender():
    record = Record()
    first = add(record)
    tick = record.tick()
    second = add(record, PUSH, "target")
    assert [e.number for e in record] == [1, 2]
    assert record.exchanges(since=tick) == (second,)
    assert record.exchanges(sender="partner") == (first,)


def test_an_exchange_within_another_one_has_its_ticks_within():
    record = Record()
    outer = record.begin()
    inner = add(record, PUSH, "target")
    whole = record.add(outer, "partner", LOCATIONS, None, Context(), error="timed out")
    assert whole.began < inner.began < inner.ended < whole.ended


def test_exchanges_belong_to_the_scenario_that_was_entered():
    record = Record()
    add(record)
    tick = record.enter_scenario("A list")
    add(record)
    assert [e.scenario for e in record] == ["", "A list"]
    assert [e.number for e in record.exchanges(since=tick)] == [2]


def test_the_clock_is_the_one_given():
    times = iter([10.0, 12.5])
    exchange = add(Record(now=lambda: next(times)))
    assert (exchange.started_at, exchange.ended_at) == (10.0, 12.5)


def test_summary_names_method_url_outcome_and_sender():
    record = Record()
    assert add(record).summary == "GET http://target.test/locations -> 200 (sent by the partner)"
    lost = record.add(record.begin(), "target", PUSH, None, Context(), error="connection lost")
    assert lost.summary == "PUT http://partner.test/tokens/NL/TST/1 -> connection lost (sent by the target)"


def test_wait_for_returns_what_is_there_already_without_waiting():
    record = Record()
    found = add(record, PUSH, "target")
    assert record.wait_for(lambda e: e.sender == "target", "push", timeout=0) is found


def test_wait_for_wakes_when_the_exchange_comes():
    record = Record()
    thread = threading.Thread(target=add, args=(record, PUSH, "target"))
    thread.start()
    assert record.wait_for(lambda e: e.sender == "target", "push", timeout=30).request is PUSH
    thread.join()


def test_wait_for_says_what_came_instead_and_hides_secrets():
    record = Record()
    record.redactor.add(TOKEN, "CREDENTIALS_TOKEN_B")
    add(record)
    add(record, Request("POST", f"http://partner.test/x?token={TOKEN}"), "target")
    with pytest.raises(NotSeen, match="no PUT of a Token within 0 s") as raised:
        record.wait_for(lambda e: e.request.method == "PUT", "PUT of a Token", timeout=0)
    assert raised.value.near_misses == (
        "POST http://partner.test/x?token=[CREDENTIALS_TOKEN_B] -> 200 (sent by the target)",
    )


def test_wait_for_ignores_what_began_before():
    record = Record()
    add(record, PUSH, "target")
    with pytest.raises(NotSeen):
        record.wait_for(lambda e: True, "anything", timeout=0, since=record.tick())


def test_the_journal_has_a_line_for_each_exchange_and_note_as_they_come(tmp_path):
    path = tmp_path / "record.ndjson"
    record = Record(path)
    add(record)
    record.note("verdict", {"scenario": "A list"})
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    assert lines[0]["exchange"]["request"]["url"] == LOCATIONS.url
    assert lines[0]["exchange"]["response"]["body"] == "[]"
    assert lines[1] == {"verdict": {"scenario": "A list"}}
    record.close()
    add(record)
    assert len(path.read_text("utf-8").splitlines()) == 2


def test_the_journal_never_holds_a_secret(tmp_path):
    encoded = base64.b64encode(TOKEN.encode()).decode()
    request = Request("POST", f"http://target.test/?t={TOKEN}", (("Authorization", f"Token {encoded}"),))
    text = journal_of(tmp_path, request=request, body=b"\xff " + TOKEN.encode(), error=TOKEN, notes=(encoded,))
    assert TOKEN not in text
    assert encoded not in text
    assert text.count("[CREDENTIALS_TOKEN_B]") == 5


def test_a_secret_with_quotes_and_umlauts_is_found_in_a_json_body(tmp_path):
    secret = 'tök"en'
    body = json.dumps({"data": {"token": secret}})
    text = journal_of(tmp_path, secret=secret, body=body.encode())
    assert json.loads(text)["exchange"]["response"]["body"] == '{"data": {"token": "[CREDENTIALS_TOKEN_B]"}}'


def test_a_secret_of_digits_leaves_the_journal_readable(tmp_path):
    gate = Redactor()
    gate.add("1000", "CREDENTIALS_TOKEN_B")
    record = Record(tmp_path / "record.ndjson", gate, now=lambda: 1000.5)
    add(record, body=b"1000")
    record.close()
    exchange = json.loads((tmp_path / "record.ndjson").read_text("utf-8"))["exchange"]
    assert exchange["started_at"] == 1000.5
    assert exchange["response"]["body"] == "[CREDENTIALS_TOKEN_B]"


def test_a_body_that_is_no_utf8_is_kept_octet_by_octet(tmp_path):
    body = bytes(range(256))
    response = json.loads(journal_of(tmp_path, body=body))["exchange"]["response"]
    assert response["body_latin1"].encode("latin-1") == body


def test_hostile_text_stays_on_its_line(tmp_path):
    text = journal_of(tmp_path, error="\ud800\n::error::\u2028")
    assert text.count("\n") == 1
    assert json.loads(text)["exchange"]["error"] == "\ud800\n::error::\u2028"


@pytest.mark.parametrize("body", [b"", b'{"a": "\xc3\xa9"}', bytes(range(256))])
def test_an_exchange_comes_back_from_its_line(body):
    made = add(
        Record(), Request("PUT", "http://target.test/x", (("A", "b"), ("a", "c")), body), body=body, notes=("n",)
    )
    assert of_dict(json.loads(json.dumps(as_dict(made)))) == made


def test_an_exchange_without_a_response_comes_back_from_its_line():
    record = Record()
    context = Context("2.2.1", "tokens", "SENDER", "tokens", (("uid", "1"),), "main")
    made = record.add(record.begin(), "target", PUSH, None, context, error="reset")
    assert of_dict(json.loads(json.dumps(as_dict(made)))) == made


def numbers(record):
    return [exchange.number for exchange in record]


def test_of_the_latest_exchanges_as_many_bytes_are_kept_as_allowed():
    record = Record(keep=3, keep_bytes=10_000)
    for _ in range(2):
        add(record, body=b"x" * 3_000)
    assert numbers(record) == [1, 2]
    add(record, body=b"")
    assert numbers(record) == [2, 3]
    # The latest one stays, whatever its size.
    add(record, body=b"x" * 20_000)
    assert numbers(record) == [4]
    assert (record.first, record.size) == (4, 4)
    for _ in range(4):
        add(record, body=b"")
    assert numbers(record) == [6, 7, 8]
    assert [exchange.number for exchange in record.later_than(6)] == [7, 8]


def test_a_record_that_goes_on_keeps_no_more_than_allowed():
    earlier = Record()
    for _ in range(3):
        add(earlier, body=b"x" * 3_000)
    record = Record(keep_bytes=11_000)
    record.resume(tuple(earlier))
    assert numbers(record) == [2, 3]
    assert add(record, body=b"").number == 4
    assert numbers(record) == [3, 4]


def test_who_settles_waits_for_the_answers_that_are_worked_on():
    record = Record()
    pending = record.received(record.begin())
    threading.Timer(0.01, lambda: record.add(pending, "target", PUSH, Response(200), Context())).start()
    record.settle(60)
    assert len(record.exchanges()) == 1


def test_a_request_that_gets_no_answer_is_waited_for_until_that_is_clear():
    record, given_up = Record(), threading.Event()
    pending = record.received(record.begin())

    def give_up():
        given_up.set()
        record.answered(pending)

    threading.Timer(0.01, give_up).start()
    record.settle(60)
    assert given_up.is_set()
    assert record.exchanges() == ()


def test_an_exchange_starts_when_its_request_is_there_whole():
    moments = iter([1.0, 5.0, 6.0])
    record = Record(now=lambda: next(moments))
    pending = record.received(record.begin())
    exchange = record.add(pending, "target", PUSH, Response(200), Context())
    assert (exchange.started_at, exchange.ended_at) == (5.0, 6.0)
