"""Fault rules: which messages are bent, and how. Declared as data; nothing here knows a requirement or a module."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from ocpi_conformance.mock_partner import jsontext
from ocpi_conformance.mock_partner.errors import HarnessError
from ocpi_conformance.mock_partner.messages import ABSENT, Reply
from ocpi_conformance.mock_partner.record import Context, Headers, Request


@dataclass(frozen=True)
class Match:
    """Which messages a rule is for; what is left empty matches all.

    `direction` is "reply" (our answers) or "request" (our requests). `http` is the status of the reply; `success`
    whether that is 2xx with an OCPI status of 1xxx.
    """

    direction: str = "reply"
    module: str = ""
    interface: str = ""
    method: str = ""
    route: str = ""
    http: int = 0
    success: bool | None = None

    def fits(self, method: str, context: Context) -> bool:
        """Tell whether a message of this method and context is meant (the reply's status aside)."""
        return all(
            not wanted or wanted == given
            for wanted, given in (
                (self.module, context.module),
                (self.interface, context.interface),
                (self.method, method),
                (self.route, context.route),
            )
        )


@dataclass
class Rule:
    """Bend the messages that `match`, from the `after`-th on, at most `times` times, by all of `actions` in order."""

    match: Match
    actions: tuple[tuple[str, Any], ...]
    after: int = 0
    times: int | None = None
    seen: int = field(default=0)

    @classmethod
    def of(cls, table: Mapping[str, Any]) -> Rule:
        """Return the rule declared in `table`: `match`, `after`, `times`, and one key for each action.

        Raises:
            HarnessError: an unknown key; the message lists those that exist.
        """
        match_keys = {f.name for f in fields(Match)}
        wanted = dict(table.get("match", {}))
        actions = tuple((k, v) for k, v in table.items() if k not in {"match", "after", "times"})
        known = REQUEST_ACTIONS if wanted.get("direction") == "request" else REPLY_ACTIONS
        unknown = sorted(set(wanted) - match_keys) + sorted(name for name, _ in actions if name not in known)
        if unknown:
            raise HarnessError(
                f"fault rule with unknown key {', '.join(unknown)}",
                f"match takes {', '.join(sorted(match_keys))}; the actions are {', '.join(sorted(known))}",
            )
        return cls(Match(**wanted), actions, table.get("after", 0), table.get("times"))

    def due(self) -> bool:
        """Count one matching message; tell whether the rule acts on it."""
        self.seen += 1
        return self.seen > self.after and (self.times is None or self.seen <= self.after + self.times)


class Faults:
    """The rules in force on one platform."""

    def __init__(self, rules: tuple[Rule, ...] = ()) -> None:
        self.rules = list(rules)

    def bend_reply(self, reply: Reply, method: str, context: Context) -> Reply:
        """Return `reply` as the rules that match it leave it."""
        for rule in self._matching("reply", method, context):
            success = reply.http < 300 and str(reply.ocpi).startswith("1")
            if rule.match.http not in {0, reply.http} or rule.match.success not in {None, success}:
                continue
            if rule.due():
                for name, argument in rule.actions:
                    REPLY_ACTIONS[name](reply, argument)
        return reply

    def bend_request(self, request: Request, context: Context) -> Request:
        """Return `request` as the rules that match it leave it."""
        for rule in self._matching("request", request.method, context):
            if rule.due():
                for name, argument in rule.actions:
                    request = REQUEST_ACTIONS[name](request, argument)
        return request

    def _matching(self, direction: str, method: str, context: Context) -> list[Rule]:
        return [rule for rule in self.rules if rule.match.direction == direction and rule.match.fits(method, context)]


def edit(document: Any, pointer: str, value: Any) -> Any:  # noqa: ANN401  (any JSON value)
    """Return a copy of `document` with `value` at `pointer`; "*" stands for every item, ABSENT removes.

    A place that does not exist is left alone, except a last key that is new: it is added.
    """
    if pointer in {"", "/"}:
        return value
    if document is ABSENT:
        return document
    result = copy.deepcopy(document)
    *parents, last = pointer.lstrip("/").split("/")
    nodes = [result]
    for step in parents:
        nodes = [child for node in nodes for child in _children(node, step)]
    for node in nodes:
        _assign(node, last, value)
    return result


def _children(node: Any, step: str) -> list[Any]:  # noqa: ANN401
    if isinstance(node, list):
        return list(node) if step == "*" else node[int(step) : int(step) + 1]
    if isinstance(node, dict):
        return list(node.values()) if step == "*" else [node[step]] if step in node else []
    return []


def _assign(node: Any, key: str, value: Any) -> None:  # noqa: ANN401
    if isinstance(node, list):
        positions = range(len(node)) if key == "*" else range(int(key), min(int(key) + 1, len(node)))
        for position in reversed(positions):
            if value is ABSENT:
                del node[position]
            else:
                node[position] = copy.deepcopy(value)
    elif isinstance(node, dict):
        if value is ABSENT:
            node.pop(key, None)
        else:
            node[key] = copy.deepcopy(value)


def _set_data(reply: Reply, places: Mapping[str, Any]) -> None:
    for pointer, value in places.items():
        reply.data = edit(reply.data, pointer, value)


def _unset_data(reply: Reply, pointers: list[str]) -> None:
    for pointer in pointers:
        reply.data = edit(reply.data, pointer, ABSENT)


def _headers(reply: Reply, headers: Mapping[str, str]) -> None:
    for name, value in headers.items():
        reply.set_header(name, value)


def _drop_headers(reply: Reply, names: list[str]) -> None:
    for name in names:
        reply.set_header(name, None)


def _repeat(reply: Reply, times: int) -> None:
    if isinstance(reply.data, list):
        reply.data = reply.data * times


REPLY_ACTIONS: dict[str, Callable[[Reply, Any], None]] = {
    "status": lambda reply, value: setattr(reply, "http", value),
    "ocpi_status": lambda reply, value: setattr(reply, "ocpi", value),
    "envelope": lambda reply, value: reply.envelope.update(value),
    "drop_from_envelope": lambda reply, value: reply.dropped.update(value),
    "data": lambda reply, value: setattr(reply, "data", value),
    "set": _set_data,
    "unset": _unset_data,
    "repeat_items": _repeat,
    "headers": _headers,
    "drop_headers": _drop_headers,
    "body": lambda reply, value: setattr(reply, "raw", value.encode("utf-8")),
    "close": lambda reply, value: setattr(reply, "close", bool(value)),
}


def _request_headers(request: Request, changed: Mapping[str, str | None]) -> Request:
    lower = {name.lower() for name in changed}
    kept: Headers = tuple(pair for pair in request.headers if pair[0].lower() not in lower)
    return replace(request, headers=kept + tuple((k, v) for k, v in changed.items() if v is not None))


def _request_body(request: Request, pointer: str, value: Any) -> Request:  # noqa: ANN401
    if not request.body:
        return request
    return replace(request, body=jsontext.dumps(edit(jsontext.loads(request.body), pointer, value)))


def _request_places(request: Request, places: Mapping[str, Any]) -> Request:
    for pointer, value in places.items():
        request = _request_body(request, pointer, value)
    return request


def _request_unset(request: Request, pointers: list[str]) -> Request:
    for pointer in pointers:
        request = _request_body(request, pointer, ABSENT)
    return request


REQUEST_ACTIONS: dict[str, Callable[[Request, Any], Request]] = {
    "method": lambda request, value: replace(request, method=value),
    "headers": _request_headers,
    "drop_headers": lambda request, names: _request_headers(request, dict.fromkeys(names)),
    "set": _request_places,
    "unset": _request_unset,
    "append_to_url": lambda request, value: replace(request, url=request.url + value),
    "replace_in_url": lambda request, pair: replace(request, url=request.url.replace(pair[0], pair[1])),
}
