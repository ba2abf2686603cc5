"""Fault rules: which messages are bent, and how. Declared as data; nothing here knows a requirement or a module."""

from __future__ import annotations

import random
import threading
import urllib.parse
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from fnmatch import fnmatchcase
from typing import Any

from ocpi_conformance.mock_partner import jsontext
from ocpi_conformance.mock_partner.errors import HarnessError
from ocpi_conformance.mock_partner.fault_actions import REPLY_ACTIONS, REQUEST_ACTIONS, TAKES, About, Action, Outgoing
from ocpi_conformance.mock_partner.messages import Reply
from ocpi_conformance.mock_partner.record import Request

DIRECTIONS: dict[str, Mapping[str, Action[Any]]] = {
    "reply": REPLY_ACTIONS,
    "request": REQUEST_ACTIONS,
    "any": {name: action for name, action in REPLY_ACTIONS.items() if name in REQUEST_ACTIONS},
}


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

    Of these messages it leaves the first `after` alone; of the others it acts on each `every`-th, only with
    `probability` (drawn from `seed`), and at most `times` times. `seen` counts those that match, `acted` those bent.
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
        """Return the rule declared in `table`: `match`, its scope, and one key for each action.

        Raises:
            HarnessError: an unknown key, or a value that it does not take; the message says what there is.
        """
        wanted = table.get("match", {})
        actions = {name: value for name, value in table.items() if name != "match" and name not in SCOPE}
        _refuse_mistakes(table, wanted, actions)
        scope = {name: table[name] for name in SCOPE if name in table}
        return cls(Match(**wanted), tuple(actions.items()), **scope)

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
                if isinstance(reply.data, jsontext.Encoded | jsontext.EncodedValue):
                    reply.data = reply.data.decoded()
                for name, argument in rule.actions:
                    REPLY_ACTIONS[name].act(reply, argument, about)
        return reply

    def bend_request(self, request: Request, about: About) -> Outgoing:
        """Return `request` as the rules that match it leave it, and what becomes of it."""
        going = Outgoing(request)
        for rule in self._matching("request", about):
            if rule.due():
                for name, argument in rule.actions:
                    REQUEST_ACTIONS[name].act(going, argument, about)
        return going

    def _matching(self, direction: str, about: About) -> list[Rule]:
        return [rule for rule in self.rules if rule.match.fits(direction, about)]


# What each key beside the actions takes, in the words of TAKES.
SCOPE = {
    "after": "a whole number",
    "times": "a whole number",
    "every": "a whole number from 1 on",
    "probability": "a number from 0 to 1",
    "seed": "a whole number",
}
MATCH = {
    **{entry.name: "a text" for entry in fields(Match)},
    "direction": f"one of: {', '.join(DIRECTIONS)}",
    "http": "a whole number",
    "success": "true or false",
    "nth": "a whole number",
}


def _refuse_mistakes(table: Mapping[str, Any], wanted: Mapping[str, Any], actions: Mapping[str, Any]) -> None:
    if not isinstance(wanted, Mapping):
        raise HarnessError("fault rule: match is no table", f"It takes {', '.join(sorted(MATCH))}")
    direction = wanted.get("direction", "reply")
    if direction not in DIRECTIONS:
        raise HarnessError(f"fault rule: match.direction = {direction!r}", f"It takes {MATCH['direction']}")
    known = DIRECTIONS[direction]
    unknown = [*sorted(set(wanted) - set(MATCH)), *sorted(set(actions) - set(known))]
    if unknown:
        raise HarnessError(
            f"fault rule with unknown key {', '.join(unknown)}",
            f"match takes {', '.join(sorted(MATCH))}; beside it there are {', '.join(SCOPE)}; "
            f"the actions are {', '.join(sorted(known))}",
        )
    given = [(f"match.{name}", value, MATCH[name]) for name, value in wanted.items() if name != "direction"]
    given += [(name, table[name], SCOPE[name]) for name in SCOPE if name in table]
    given += [(name, value, known[name].takes) for name, value in actions.items()]
    for name, value, takes in given:
        if not TAKES[takes](value):
            raise HarnessError(f"fault rule: {name} = {value!r}", f"It takes {takes}")
