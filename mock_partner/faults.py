"""Fault rules: which messages are bent, and how. Declared as data; nothing here knows a requirement or a module."""

from __future__ import annotations

import json
import random
import threading
import urllib.parse
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from fnmatch import fnmatchcase
from typing import Any

from ocpi_conformance.mock_partner import editing, jsontext
from ocpi_conformance.mock_partner.editing import edit
from ocpi_conformance.mock_partner.errors import HarnessError
from ocpi_conformance.mock_partner.messages import ABSENT, HEADER_NAMES, Delivery, Reply
from ocpi_conformance.mock_partner.record import Context, Headers, Request
from ocpi_conformance.mock_partner.state import Party

__all__ = ["REPLY_ACTIONS", "REQUEST_ACTIONS", "About", "Faults", "Match", "Outgoing", "Rule", "edit"]

DIRECTIONS = ("reply", "request", "any")
_SCOPE = ("after", "times", "every", "probability", "seed")


@dataclass(frozen=True)
class About:
    """What a message is about, and between whom it goes; `peers` finds out who is on the other side."""

    method: str
    context: Context
    url: str = ""
    peers: Callable[[], Iterable[Party]] = tuple


@dataclass(frozen=True)
class Match:
    """Which messages a rule is for; what is left empty matches all.

    `direction` is "reply" (our answers), "request" (our requests) or "any". `role` and `party` ("NL-TNM") are those of
    the peer, `path` is a pattern with * and ? for the path of the URL. `http` is the status of the reply; `success`
    whether that is 2xx with an OCPI status of 1xxx. `nth` is the one message, of those that match so, that is meant.
    """

    direction: str = "reply"
    role: str = ""
    party: str = ""
    module: str = ""
    interface: str = ""
    method: str = ""
    route: str = ""
    path: str = ""
    http: int = 0
    success: bool | None = None
    nth: int = 0

    def fits(self, direction: str, about: About) -> bool:
        """Tell whether this message is meant (the status of a reply and its number aside)."""
        context = about.context
        same = all(
            not wanted or wanted == given
            for wanted, given in (
                (self.module, context.module),
                (self.interface, context.interface),
                (self.method, about.method),
                (self.route, context.route),
            )
        )
        return self.direction in {direction, "any"} and same and self._is_there(about) and self._is_theirs(about)

    def _is_there(self, about: About) -> bool:
        return not self.path or fnmatchcase(urllib.parse.urlsplit(about.url).path, self.path)

    def _is_theirs(self, about: About) -> bool:
        if not self.role and not self.party:
            return True
        return any(
            self.role in {"", peer.role} and self.party.upper() in {"", f"{peer.country_code}-{peer.party_id}".upper()}
            for peer in about.peers()
        )


@dataclass
class Rule:
    """Bend the messages that `match` by all of `actions` in order.

    It acts from the `after`-th message on, on each `every`-th, at most `times` times, and then only with
    `probability`, drawn from `seed`.
    """

    match: Match
    actions: tuple[tuple[str, Any], ...]
    after: int = 0
    times: int | None = None
    every: int = 1
    probability: float = 1.0
    seed: int = 0
    seen: int = field(default=0)
    acted: int = field(default=0)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)  # noqa: S311  (which messages, no secrets)
        self._lock = threading.Lock()

    @classmethod
    def of(cls, table: Mapping[str, Any]) -> Rule:
        """Return the rule declared in `table`: `match`, a scope, and one key for each action.

        Raises:
            HarnessError: an unknown key, or a value that it does not take; the message lists what there is.
        """
        wanted = table.get("match", {})
        actions = tuple((k, v) for k, v in table.items() if k != "match" and k not in _SCOPE)
        _refuse_mistakes(table, wanted, actions)
        return cls(Match(**wanted), actions, **{name: table[name] for name in _SCOPE if name in table})

    def due(self) -> bool:
        """Count one matching message; tell whether the rule acts on it."""
        with self._lock:
            self.seen += 1
            number = self.seen - self.after
            meant = number > 0 and number % self.every == 0 and self.match.nth in {0, self.seen}
            if not meant or (self.times is not None and self.acted >= self.times):
                return False
            if self.probability < 1 and self._random.random() >= self.probability:
                return False
            self.acted += 1
            return True


@dataclass
class Outgoing:
    """A request of ours as the rules leave it, and what becomes of it.

    It is sent `copies` times, after `delay` seconds; not at all when `dropped`; after the next one when `held`.
    """

    request: Request
    copies: int = 1
    delay: float = 0.0
    dropped: bool = False
    held: bool = False


class Faults:
    """The rules in force on one platform."""

    def __init__(self, rules: tuple[Rule, ...] = ()) -> None:
        self.rules = list(rules)

    def bend_reply(self, reply: Reply, about: About) -> Reply:
        """Return `reply` as the rules that match it leave it."""
        for rule in self._matching("reply", about):
            success = reply.http < 300 and str(reply.ocpi).startswith("1")
            if rule.match.http not in {0, reply.http} or rule.match.success not in {None, success}:
                continue
            if rule.due():
                if isinstance(reply.data, jsontext.Encoded):
                    reply.data = reply.data.decoded()
                for name, argument in rule.actions:
                    REPLY_ACTIONS[name].act(reply, argument, about)
        return reply

    def bend_request(self, request: Request, about: About) -> Outgoing:
        """Return `request` as the rules that match it leave it."""
        going = Outgoing(request)
        for rule in self._matching("request", about):
            if rule.due():
                for name, argument in rule.actions:
                    REQUEST_ACTIONS[name].act(going, argument, about)
        return going

    def _matching(self, direction: str, about: About) -> list[Rule]:
        return [rule for rule in self.rules if rule.match.fits(direction, about)]


# What rules are declared with -----------------------------------------------------------------------------------------


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_whole(value: object) -> bool:
    return type(value) is int and value >= 0


def _are_texts(value: object) -> bool:
    return isinstance(value, list | tuple) and all(isinstance(item, str) for item in value)


_TAKES: dict[str, Callable[[object], bool]] = {
    "any value": lambda value: True,
    "true": lambda value: isinstance(value, bool),
    "a text": lambda value: isinstance(value, str),
    "a number": _is_number,
    "a number from 0 on": lambda value: _is_number(value) and value >= 0,  # type: ignore[operator]
    "a number from 0 to 1": lambda value: _is_number(value) and 0 <= value <= 1,  # type: ignore[operator]
    "a whole number": _is_whole,
    "a whole number from 1 on": lambda value: _is_whole(value) and value > 0,  # type: ignore[operator]
    "a list of texts": _are_texts,
    "two texts": lambda value: _are_texts(value) and len(value) == 2,  # type: ignore[arg-type]
    "a table": lambda value: isinstance(value, Mapping),
    "a table of texts": lambda value: isinstance(value, Mapping) and _are_texts(list(value.values())),
    "a table of whole numbers": lambda value: isinstance(value, Mapping) and all(map(_is_whole, value.values())),
    "a text of JSON": lambda value: isinstance(value, str) and _is_json(value),
    f"one of {', '.join(editing.MOMENT_FORMS)}": lambda value: value in editing.MOMENT_FORMS,
    f"one of {', '.join(editing.LAYOUTS)}": lambda value: value in editing.LAYOUTS,
    f"one of {', '.join(HEADER_NAMES)}": lambda value: value in HEADER_NAMES,
    f"one of {', '.join(DIRECTIONS)}": lambda value: value in DIRECTIONS,
}
_MOMENTS, _LAYOUT, _NAMES, _DIRECTION = (name for name in _TAKES if name.startswith("one of"))
_SCOPE_TAKES = {
    "after": "a whole number",
    "times": "a whole number",
    "every": "a whole number from 1 on",
    "probability": "a number from 0 to 1",
    "seed": "a whole number",
}
_MATCH_TAKES = {
    **{entry.name: "a text" for entry in fields(Match)},
    "direction": _DIRECTION,
    "http": "a whole number",
    "success": "true",
    "nth": "a whole number",
}


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def _refuse_mistakes(table: Mapping[str, Any], wanted: Any, actions: tuple[tuple[str, Any], ...]) -> None:  # noqa: ANN401
    if not isinstance(wanted, Mapping):
        raise HarnessError("fault rule: match is no table", f"It takes {', '.join(sorted(_MATCH_TAKES))}")
    known = _actions_for(wanted.get("direction", "reply"))
    unknown = sorted(set(wanted) - set(_MATCH_TAKES)) + sorted(name for name, _ in actions if name not in known)
    if unknown:
        raise HarnessError(
            f"fault rule with unknown key {', '.join(unknown)}",
            f"match takes {', '.join(sorted(_MATCH_TAKES))}; the scope is {', '.join(_SCOPE)}; "
            f"the actions are {', '.join(sorted(known))}",
        )
    given = [("match.", name, value, _MATCH_TAKES[name]) for name, value in wanted.items()]
    given += [("", name, table[name], _SCOPE_TAKES[name]) for name in _SCOPE if name in table]
    given += [("", name, value, known[name].takes) for name, value in actions]
    for section, name, value, takes in given:
        if not _TAKES[takes](value):
            raise HarnessError(f"fault rule: {section}{name} = {value!r}", f"It takes {takes}")


def _actions_for(direction: object) -> Mapping[str, Action[Any]]:
    if direction == "any":
        return {name: action for name, action in REPLY_ACTIONS.items() if name in REQUEST_ACTIONS}
    return REQUEST_ACTIONS if direction == "request" else REPLY_ACTIONS


@dataclass(frozen=True)
class Action[T]:
    """What can be done to a message: the argument that it takes, in words, and the doing."""

    takes: str
    act: Callable[[T, Any, About], None]
