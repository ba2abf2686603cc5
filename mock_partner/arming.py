"""What bends the behaviour of a platform for the time being: armed fault rules and named defects, each by its name."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any

from ocpi_conformance.mock_partner.behaviour import Behaviour
from ocpi_conformance.mock_partner.errors import HarnessError
from ocpi_conformance.mock_partner.faults import Rule
from ocpi_conformance.mock_partner.named_defects import Defect, defects, profiles, quirks
from ocpi_conformance.mock_partner.platform import Platform


@dataclass(frozen=True)
class Armed:
    """One armed thing: what it sets in the behaviour, its rules as declared, the rules that count."""

    switches: Mapping[str, Any]
    tables: tuple[Mapping[str, Any], ...]
    rules: tuple[Rule, ...]

    @property
    def seen(self) -> int:
        """How many messages its rules have matched."""
        return sum(rule.seen for rule in self.rules)


@cache
def _known() -> Mapping[str, Defect]:
    return MappingProxyType({**profiles(), **quirks(), **defects()})


class Arming:
    """What is armed on `platform`, over the switches in `base`."""

    def __init__(self, platform: Platform, base: Mapping[str, Any]) -> None:
        self._platform = platform
        self._base = dict(base)
        self._lock = threading.Lock()
        self._armed: dict[str, Armed] = {}
        self._apply()

    @staticmethod
    def known() -> Mapping[str, Defect]:
        """Return what can be armed by its name alone."""
        return _known()

    def all(self) -> dict[str, Armed]:
        """Return what is armed, by name, in the order of arming."""
        with self._lock:
            return dict(self._armed)

    def arm(self, name: str, rule: Mapping[str, Any] | None = None) -> None:
        """Arm `rule` as `name`, or the named defect or profile `name`; what had the name before is replaced.

        Raises:
            HarnessError: the rule cannot be read, or nothing is known by that name.
        """
        if rule is not None:
            made = Armed({}, (rule,), (Rule.of(rule),))
        else:
            known = self.known().get(name)
            if known is None:
                raise HarnessError(f"no defect is called {name}", "GET faults lists those that exist, or give a rule")
            made = Armed(known.behaviour, known.rules, tuple(Rule.of(table) for table in known.rules))
        with self._lock:
            self._armed.pop(name, None)
            self._armed[name] = made
            self._apply()

    def disarm(self, name: str) -> None:
        """Disarm what was armed as `name`.

        Raises:
            HarnessError: nothing was.
        """
        with self._lock:
            if self._armed.pop(name, None) is None:
                raise HarnessError(f"{name} is not armed", f"Armed are: {', '.join(self._armed) or 'none'}")
            self._apply()

    def disarm_all(self) -> None:
        """Disarm everything."""
        with self._lock:
            self._armed.clear()
            self._apply()

    def _apply(self) -> None:
        switches = dict(self._base)
        for armed in self._armed.values():
            switches |= armed.switches
        self._platform.behaviour = Behaviour.of(switches)
        self._platform.faults.rules = [rule for armed in self._armed.values() for rule in armed.rules]
