"""A fault rule bends exactly the messages that it names, by each of its actions; the actions over real sockets."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pytest

from ocpi_conformance.mock_partner import jsontext
from ocpi_conformance.mock_partner.behaviour import Behaviour
from ocpi_conformance.mock_partner.client import Client
from ocpi_conformance.mock_partner.editing import edit
from ocpi_conformance.mock_partner.errors import DeadlineExceeded, HarnessError, NotSent
from ocpi_conformance.mock_partner.fault_actions import REPLY_ACTIONS, REQUEST_ACTIONS, About
from ocpi_conformance.mock_partner.faults import Faults, Rule
from ocpi_conformance.mock_partner.messages import ABSENT, Inbound, Reply, parse_timestamp
from ocpi_conformance.mock_partner.platform import Platform
from ocpi_conformance.mock_partner.record import Context, Exchange, Record, Request, Response
from ocpi_conformance.mock_partner.server import Server
from ocpi_conformance.mock_partner.state import Party
from ocpi_conformance.mock_partner.timing import SteppedClock

PEERS = (Party("EMSP", "NL", "TNM"),)
LIST = About("GET", Context("2.2.1", "locations", "SENDER", "list"), "http://t/ocpi/locations?limit=2", lambda: PEERS)
NOW = parse_timestamp("2026-01-02T03:04:05Z")
# Seconds after which an answer that must not come is taken not to come, and for which any other is waited for.
SILENT, PATIENT = 0.3, 30.0


def listed() -> Reply:
    data = [{"id": "1"}, {"id": "2", "kwh": 3.0, "last_updated": "2026-01-01T00:00:00Z"}]
    return Reply(data=data, headers=[("X-Total-Count", "2"), ("X-Of", "NL")])


def bend(table: dict[str, Any], reply: Reply | None = None, about: About = LIST) -> Reply:
    return Faults((Rule.of(table),)).bend_reply(reply or listed(), about)


# Answers, over a socket -----------------------------------------------------------------------------------------------


class Bending:
    """Answers as `rule` leaves it; what is asked for as "straight" is answered as it is, "empty" without data."""

    def __init__(self) -> None:
        self.rule: dict[str, Any] = {}

    def handle(self, inbound: Inbound) -> tuple[Response | None, Context]:
        reply = Reply() if "empty" in inbound.path else listed()
        if "straight" not in inbound.path:
            reply = bend(self.rule, reply)
        return (None if reply.close else reply.render(NOW)), Context()


@contextmanager
def bending(rule: dict[str, Any] | None = None) -> Iterator[str]:
    mount, server = Bending(), Server()
    mount.rule = rule or {}
    base = server.mount("b", mount)
    server.start()
    try:
        yield base
    finally:
        server.stop()


@dataclass(frozen=True)
class Got:
    """What came back: the head as text, the body, and how it ended: "complete", "closed", "reset" or "silent"."""

    head: str
    body: bytes
    end: str

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def ids(self) -> list[Any]:
        return [item.get("id") for item in self.json["data"]]


def ask(url: str, seconds: float = PATIENT) -> Got:
    """Send a GET over a socket of its own and read what comes, waiting for each part at most `seconds`."""
    parts = urlsplit(url)
    received, end = b"", "closed"
    with socket.create_connection((parts.hostname or "", parts.port or 0), timeout=seconds) as client:
        client.sendall(f"GET {parts.path} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
        try:
            while end == "closed" and (part := client.recv(65536)):
                received += part
                end = "complete" if _is_complete(received) else "closed"
        except ConnectionResetError:
            end = "reset"
        except TimeoutError:
            end = "silent"
    head, _, body = received.partition(b"\r\n\r\n")
    return Got(head.decode(), body, end)


def _is_complete(received: bytes) -> bool:
    head, blank, body = received.partition(b"\r\n\r\n")
    lengths = [line.split(b":")[1] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length")]
    return bool(blank) and (len(body) == int(lengths[0]) if lengths else body.endswith(b"0\r\n\r\n"))


REPLIES: dict[str, tuple[Any, Callable[[Got], bool]]] = {
    "delay": (30, lambda got: (got.head, got.end) == ("", "silent")),
    "hang": (True, lambda got: (got.head, got.end) == ("", "silent")),
    "reset": (True, lambda got: (got.head, got.end) == ("", "reset")),
    "close": (True, lambda got: (got.head, got.end) == ("", "closed")),
    "truncate": (9, lambda got: (got.body, got.end) == (b'{"data":[', "closed")),
    "chunk": (9, lambda got: got.body.startswith(b'9\r\n{"data":[\r\n9\r\n') and "content-length" not in got.head),
    "header_names": ("upper", lambda got: "X-TOTAL-COUNT: 2" in got.head and "CONTENT-LENGTH" in got.head),
    "status": (500, lambda got: " 500 " in got.head),
    "retry_after": (7, lambda got: "retry-after: 7" in got.head),
    "headers": ({"X-Total-Count": "x"}, lambda got: "x-total-count: x" in got.head),
    "drop_headers": (["x-total-count"], lambda got: "x-total-count" not in got.head),
    "lower_headers": (["x-of"], lambda got: "x-of: nl" in got.head),
    "loop": (True, lambda got: f'link: <{LIST.url}>; rel="next"' in got.head),
    "ocpi_status": (3000, lambda got: got.json["status_code"] == 3000),
    "message": ("OK", lambda got: got.json.get("status_message") == "OK"),
    "envelope": ({"status_code": "1000"}, lambda got: got.json["status_code"] == "1000"),
    "drop_from_envelope": (["timestamp"], lambda got: "timestamp" not in got.json),
    "skew": (-3600, lambda got: got.json["timestamp"] == "2026-01-02T02:04:05Z"),
    "body": ("<html>", lambda got: got.body == b"<html>"),
    "data": ([], lambda got: got.json["data"] == []),
    "set": ({"/*/id": 7}, lambda got: got.ids == [7, 7]),
    "fill": ({"/*/id": 7, "/*/new": 7}, lambda got: got.json["data"][0] == {"id": "1", "new": 7}),
    "unset": (["/0/id"], lambda got: got.ids == [None, "2"]),
    "null": (["/1/id"], lambda got: got.json["data"][1]["id"] is None),
    "fill_null": (["/*/id", "/*/new"], lambda got: got.json["data"][0] == {"id": "1", "new": None}),
    "retype": (["/0/id", "/0/odd"], lambda got: got.json["data"][0] == {"id": 0}),
    "lengthen": ({"/1/id": 40}, lambda got: got.ids == ["1", "2" * 40]),
    "repeat_items": (2, lambda got: got.ids == ["1", "2", "1", "2"]),
    "reorder": (True, lambda got: got.ids == ["2", "1"]),
    "stale": (60, lambda got: got.json["data"][1]["last_updated"] == "2025-12-31T23:59:00Z"),
    "moments": ("with milliseconds", lambda got: b"2026-01-01T00:00:00.000Z" in got.body and b"05.000Z" in got.body),
    "whole_numbers": (True, lambda got: b'"kwh":3,' in got.body),
    "reverse_keys": (True, lambda got: got.body.startswith(b'{"timestamp"') and b'"kwh":3.0,"id"' in got.body),
    "layout": ("indented", lambda got: got.body.startswith(b'{\n  "data": [')),
    "absent_data": ("null", lambda got: got.json.get("data", "") is None),
}


@pytest.fixture(scope="module")
def mount() -> Iterator[tuple[str, Bending]]:
    bent, server = Bending(), Server()
    base = server.mount("b", bent)
    server.start()
    yield base, bent
    server.stop()


@pytest.mark.parametrize("name", REPLY_ACTIONS)
def test_each_action_bends_a_reply(name: str, mount: tuple[str, Bending]) -> None:
    url, bent = mount
    argument, holds = REPLIES[name]
    place = "/empty" if name == "absent_data" else ""
    bent.rule = {}
    assert not holds(ask(url + place))
    bent.rule = {name: argument}
    assert holds(ask(url + place, SILENT if name in {"delay", "hang"} else PATIENT))


@pytest.mark.parametrize("rule", [{"hang": True}, {"delay": 600}], ids=str)
def test_an_answer_that_is_waited_for_holds_up_no_other(rule: dict[str, Any]) -> None:
    with bending(rule) as url:
        parts = urlsplit(url)
        waiting = [socket.create_connection((parts.hostname or "", parts.port or 0)) for _ in range(50)]
        for client in waiting:
            client.sendall(b"GET /b HTTP/1.1\r\nHost: a\r\n\r\n")
        assert ask(f"{url}/straight").ids == ["1", "2"]
    for client in waiting:
        # The server has stopped, which ends the wait.
        with suppress(ConnectionResetError):
            assert client.recv(10) == b""
        client.close()


def test_a_delayed_answer_comes() -> None:
    with bending({"delay": 0.01}) as url:
        assert ask(url).ids == ["1", "2"]


def test_a_client_gives_up_on_an_answer_that_hangs() -> None:
    client = Client(Record(), timeout=0.1)
    with bending({"hang": True}) as url, pytest.raises(DeadlineExceeded):
        client.send(Request("GET", url))
    client.close()


# Requests, over a socket ----------------------------------------------------------------------------------------------

BODY = {"status": "AVAILABLE", "id": "1", "kwh": 3.0, "last_updated": "2026-01-01T00:00:00Z"}
HEADERS = (("X-Request-ID", "1"), ("Authorization", "Token a"))


@dataclass(frozen=True)
class Sender:
    """A platform that sends to a server of ours, and the record of what arrived there."""

    platform: Platform
    record: Record
    url: str

    def send(self, name: str = "", query: str = "?date_from=2026-01-01T00%3A00%3A00Z") -> None:
        request = Request("PATCH", f"{self.url}/x{name}{query}", HEADERS, jsontext.dumps(BODY))
        self.platform.send(request, LIST.context)


@contextmanager
def sending(*rules: dict[str, Any]) -> Iterator[Sender]:
    record, bent = Record(), Bending()
    server = Server(record=record)
    url = server.mount("b", bent, recorded=True)
    server.start()
    platform = Platform((), Client(Record()), {}, clock=SteppedClock(NOW))
    platform.faults = Faults(tuple(Rule.of({"match": {"direction": "request"}, **rule}) for rule in rules))
    try:
        yield Sender(platform, record, url)
    finally:
        server.stop()
        platform.client.close()


def sent(*rules: dict[str, Any]) -> Exchange:
    """Return what arrived of the one request that was sent."""
    with sending(*rules) as sender:
        sender.send()
        (exchange,) = sender.record
    return exchange


def header(exchange: Exchange, name: str) -> list[str]:
    return [value for key, value in exchange.request.headers if key == name]


REQUESTS: dict[str, tuple[Any, Callable[[Exchange], bool]]] = {
    "method": ("PUT", lambda e: e.request.method == "PUT"),
    "headers": ({"x-request-id": "2"}, lambda e: header(e, "x-request-id") == ["2"]),
    "drop_headers": (["x-request-id"], lambda e: not header(e, "X-Request-ID")),
    "token": ("b", lambda e: header(e, "Authorization") == ["Token b"]),
    "scheme": ("Bearer ", lambda e: header(e, "Authorization") == ["Bearer a"]),
    "header_names": ("upper", lambda e: header(e, "X-REQUEST-ID") == ["1"]),
    "append_to_url": ("/y", lambda e: e.request.url.endswith("Z/y")),
    "append_to_query": ({"a": "b c"}, lambda e: e.request.url.endswith("Z&a=b+c")),
    "replace_in_url": (["/x", "/z"], lambda e: "/b/z?" in e.request.url),
    "chunk": (5, lambda e: header(e, "Transfer-Encoding") == ["chunked"] and e.request.body.startswith(b"{")),
    "body": ("<html>", lambda e: e.request.body == b"<html>"),
    "truncate": (3, lambda e: e.request.body == b'{"s'),
    "set": ({"/status": "X"}, lambda e: e.request.body.startswith(b'{"status":"X","id":"1"')),
    "fill": ({"/status": "X", "/new": 1}, lambda e: e.request.body.endswith(b'Z","new":1}')),
    "unset": (["/id"], lambda e: b'"id"' not in e.request.body),
    "null": (["/id"], lambda e: b'"id":null' in e.request.body),
    "fill_null": (["/id", "/new"], lambda e: b'"id":"1"' in e.request.body and b'"new":null' in e.request.body),
    "retype": (["/id"], lambda e: b'"id":0' in e.request.body),
    "lengthen": ({"/id": 3}, lambda e: b'"id":"111"' in e.request.body),
    "stale": (60, lambda e: b"2025-12-31T23:59:00Z" in e.request.body),
    "moments": (
        "without designator",
        lambda e: e.request.url.endswith("T00%3A00%3A00") and b'T00:00:00"' in e.request.body,
    ),
    "whole_numbers": (True, lambda e: b'"kwh":3,' in e.request.body),
    "reverse_keys": (True, lambda e: e.request.body.startswith(b'{"last_updated"')),
    "layout": ("escaped", lambda e: b'"status": "AVAILABLE"' in e.request.body),
}
# How often and when requests arrive, of which the rule is for the first: after each was sent, and an hour later.
COURSES: dict[str, tuple[Any, list[str]]] = {
    "duplicate": (2, ["first", "first", "second"]),
    "drop": (True, ["second"]),
    "reorder": (True, ["second", "first"]),
    "delay": (60, ["second", "first"]),
}


@pytest.mark.parametrize("name", REQUESTS)
def test_each_action_bends_a_request(name: str) -> None:
    argument, holds = REQUESTS[name]
    assert not holds(sent())
    assert holds(sent({name: argument}))


@pytest.mark.parametrize("name", COURSES)
def test_a_rule_says_when_and_how_often_a_request_is_sent(name: str) -> None:
    argument, expected = COURSES[name]
    with sending({name: argument, "times": 1}) as sender:
        with suppress(NotSent):
            sender.send("/first", "")
        sender.send("/second", "")
        sender.platform.agenda.advance(3600)
        assert [exchange.request.url.rpartition("/")[2] for exchange in sender.record] == expected


def test_no_action_is_left_out_here() -> None:
    assert set(REPLIES) == set(REPLY_ACTIONS)
    assert {*REQUESTS, *COURSES} == set(REQUEST_ACTIONS)


def test_a_request_without_json_keeps_its_body() -> None:
    assert sent({"body": "{"}, {"set": {"/a": 1}}).request.body == b"{"


# Which messages -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("match", "fits"),
    [
        ({"module": "locations", "interface": "SENDER", "route": "list", "method": "GET"}, True),
        ({"http": 200, "success": True}, True),
        ({"direction": "any"}, True),
        ({"path": "/ocpi/*"}, True),
        ({"role": "EMSP"}, True),
        ({"party": "nl-tnm"}, True),
        ({"nth": 1}, True),
        ({"module": "tokens"}, False),
        ({"interface": "RECEIVER"}, False),
        ({"method": "PUT"}, False),
        ({"route": "location"}, False),
        ({"http": 404}, False),
        ({"success": False}, False),
        ({"direction": "request"}, False),
        ({"path": "/ocpi"}, False),
        ({"role": "CPO"}, False),
        ({"party": "NL-XXX"}, False),
        ({"nth": 2}, False),
    ],
    ids=str,
)
def test_a_rule_is_for_the_messages_that_match(match: dict[str, Any], fits: bool) -> None:
    assert (bend({"match": match, "drop_headers": ["X-Total-Count", "X-Of"]}).headers == []) is fits


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        ({}, "xxxxxx"),
        ({"after": 1, "times": 2}, "-xx---"),
        ({"every": 3}, "--x--x"),
        ({"after": 1, "every": 2, "times": 1}, "--x---"),
        ({"match": {"nth": 4}}, "---x--"),
        ({"probability": 0.0}, "------"),
        ({"probability": 0.5, "seed": 1}, "x--xxx"),
    ],
    ids=str,
)
def test_a_rule_acts_on_some_of_them(scope: dict[str, Any], expected: str) -> None:
    faults = Faults((Rule.of({**scope, "status": 500}),))
    assert "".join("x" if faults.bend_reply(listed(), LIST).http == 500 else "-" for _ in range(6)) == expected


@pytest.mark.parametrize(
    "table",
    [
        {"match": {"modul": "x"}, "status": 500},
        {"statuss": 500},
        {"method": "PUT"},
        {"match": {"direction": "any"}, "status": 500},
    ],
)
def test_an_unknown_word_lists_the_known_ones(table: dict[str, Any]) -> None:
    with pytest.raises(HarnessError, match="the actions are"):
        Rule.of(table)


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"delay": "long"}, r"delay = 'long'\. It takes seconds"),
        ({"delay": -1}, "It takes seconds"),
        ({"status": True}, "status = True. It takes a whole number"),
        ({"hang": 1}, "It takes true or false"),
        ({"set": ["/id"]}, "It takes a table"),
        ({"unset": "/id"}, "It takes a list of texts"),
        ({"absent_data": "{"}, "It takes a text of JSON"),
        ({"moments": "in words"}, "one of: without designator, with a fraction, with milliseconds"),
        ({"status": 500, "every": 0}, "every = 0. It takes a whole number from 1 on"),
        ({"status": 500, "probability": 2}, "It takes a number from 0 to 1"),
        ({"match": {"nth": "x"}}, r"match\.nth = 'x'"),
        ({"match": {"direction": "back"}}, "It takes one of: reply, request, any"),
        ({"match": "versions"}, "match is no table"),
    ],
)
def test_a_value_that_a_key_does_not_take_is_said(table: dict[str, Any], message: str) -> None:
    with pytest.raises(HarnessError, match=message):
        Rule.of(table)


def test_an_unknown_behaviour_lists_the_known_ones() -> None:
    with pytest.raises(HarnessError, match=r"unknown behaviour pust.*put_creates"):
        Behaviour.of({"pust": "x"})


@pytest.mark.parametrize(
    ("pointer", "value", "expected"),
    [
        ("/a/b", 2, {"a": {"b": 2}, "l": [1, 2]}),
        ("/a/new", 2, {"a": {"b": 1, "new": 2}, "l": [1, 2]}),
        ("/a/b", ABSENT, {"a": {}, "l": [1, 2]}),
        ("/l/*", ABSENT, {"a": {"b": 1}, "l": []}),
        ("/l/1", 9, {"a": {"b": 1}, "l": [1, 9]}),
        ("/l/7", 9, {"a": {"b": 1}, "l": [1, 2]}),
        ("/x/y", 9, {"a": {"b": 1}, "l": [1, 2]}),
        ("", 9, 9),
    ],
)
def test_edit_changes_a_copy_at_the_pointer(pointer: str, value: Any, expected: Any) -> None:
    document = {"a": {"b": 1}, "l": [1, 2]}
    assert edit(document, pointer, value) == expected
    assert document == {"a": {"b": 1}, "l": [1, 2]}


def test_edit_leaves_out_what_is_not_there() -> None:
    assert edit(ABSENT, "/0/id", 1) is ABSENT
    assert edit(ABSENT, "", 1) == 1
