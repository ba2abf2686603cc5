"""A fault rule bends exactly the messages that it names, by each of its actions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ocpi_conformance.mock_partner import jsontext
from ocpi_conformance.mock_partner.behaviour import Behaviour
from ocpi_conformance.mock_partner.errors import HarnessError
from ocpi_conformance.mock_partner.faults import REPLY_ACTIONS, REQUEST_ACTIONS, Faults, Rule, edit
from ocpi_conformance.mock_partner.messages import ABSENT, Reply
from ocpi_conformance.mock_partner.record import Context, Request

LIST = Context("2.2.1", "locations", "SENDER", "list")


def listed() -> Reply:
    return Reply(data=[{"id": "1"}, {"id": "2"}], headers=[("X-Total-Count", "2")])


def bend(table: dict[str, Any], reply: Reply | None = None, method: str = "GET") -> Reply:
    return Faults((Rule.of(table),)).bend_reply(reply or listed(), method, LIST)


REPLIES: dict[str, tuple[Any, Callable[[Reply], bool]]] = {
    "status": (500, lambda r: r.http == 500),
    "ocpi_status": (3000, lambda r: r.ocpi == 3000),
    "envelope": ({"status_code": "1000"}, lambda r: r.envelope == {"status_code": "1000"}),
    "drop_from_envelope": (["timestamp"], lambda r: r.dropped == {"timestamp"}),
    "data": ([], lambda r: r.data == []),
    "set": ({"/*/id": 7}, lambda r: r.data == [{"id": 7}, {"id": 7}]),
    "unset": (["/0/id"], lambda r: r.data == [{}, {"id": "2"}]),
    "repeat_items": (2, lambda r: len(r.data) == 4),
    "headers": ({"X-Limit": "x"}, lambda r: ("X-Limit", "x") in r.headers),
    "drop_headers": (["x-total-count"], lambda r: r.headers == []),
    "body": ("<html>", lambda r: r.raw == b"<html>"),
    "close": (True, lambda r: r.close),
}
PUSH = Request("PATCH", "http://t/x", (("X-Request-ID", "1"),), jsontext.dumps({"status": "AVAILABLE", "id": "1"}))
REQUESTS: dict[str, tuple[Any, Callable[[Request], bool]]] = {
    "method": ("PUT", lambda r: r.method == "PUT"),
    "headers": ({"x-request-id": "2"}, lambda r: r.headers == (("x-request-id", "2"),)),
    "drop_headers": (["x-request-id"], lambda r: r.headers == ()),
    "set": ({"/status": "X"}, lambda r: r.body == b'{"status":"X","id":"1"}'),
    "unset": (["/id"], lambda r: r.body == b'{"status":"AVAILABLE"}'),
    "append_to_url": ("/y", lambda r: r.url == "http://t/x/y"),
    "replace_in_url": (["/x", "/z"], lambda r: r.url == "http://t/z"),
}


@pytest.mark.parametrize("name", REPLY_ACTIONS)
def test_each_action_bends_a_reply(name: str) -> None:
    argument, holds = REPLIES[name]
    assert not holds(listed())
    assert holds(bend({name: argument}))


@pytest.mark.parametrize("name", REQUEST_ACTIONS)
def test_each_action_bends_a_request(name: str) -> None:
    argument, holds = REQUESTS[name]
    rule = Rule.of({"match": {"direction": "request"}, name: argument})
    assert not holds(PUSH)
    assert holds(Faults((rule,)).bend_request(PUSH, LIST))


@pytest.mark.parametrize(
    "match",
    [
        {"module": "tokens"},
        {"interface": "RECEIVER"},
        {"method": "PUT"},
        {"route": "location"},
        {"http": 404},
        {"success": False},
        {"direction": "request"},
    ],
    ids=str,
)
def test_a_rule_leaves_other_messages_alone(match: dict[str, Any]) -> None:
    table = {"match": match, "drop_headers": ["X-Total-Count"]}
    assert bend(table).headers == [("X-Total-Count", "2")]


def test_a_rule_acts_after_some_messages_and_for_some() -> None:
    faults = Faults((Rule.of({"after": 1, "times": 2, "status": 500}),))
    assert [faults.bend_reply(listed(), "GET", LIST).http for _ in range(4)] == [200, 500, 500, 200]


@pytest.mark.parametrize("table", [{"match": {"modul": "x"}, "status": 500}, {"statuss": 500}, {"method": "PUT"}])
def test_an_unknown_word_lists_the_known_ones(table: dict[str, Any]) -> None:
    with pytest.raises(HarnessError, match="the actions are"):
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
