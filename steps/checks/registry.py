"""The expectations that a Then can name: phrase → pure function. The vocabulary of nouns, not the judging of it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from parse import compile as compile_format

from ocpi_conformance.steps.verdicts import Breach

Breaches = Iterable[Breach]
Function = TypeVar("Function", bound=Callable[..., Breaches])


@dataclass(frozen=True)
class Expectation:
    """One phrase about one subject, and the function that returns the breaches of it.

    `among` is the subject whose evidence the function takes, where that is more than what the phrase is about.
    """

    subject: str
    phrase: str
    function: Callable[..., Breaches]
    among: str


_EXPECTATIONS: dict[str, dict[str, Expectation]] = {}
_FOUND: dict[tuple[str, str], tuple[Expectation, dict[str, Any]]] = {}


_ABOUT = re.compile(r"(?P<phrase>.+) \((?P<requirement>[A-Z]{3}-\d{3})\)")


class UnknownPhrase(LookupError):
    """A scenario names an expectation that does not exist; the message lists the known ones."""


def expectation(subject: str, phrase: str, *, among: str = "") -> Callable[[Function], Function]:
    """Register the decorated function as what `phrase` means for `subject`, judged `among` the evidence of a subject.

    `phrase` may hold fields of the `parse` package, such as "{n:d}"; they become keyword arguments.
    """

    def register(function: Function) -> Function:
        table = _EXPECTATIONS.setdefault(subject, {})
        if phrase in table:
            raise ValueError(f"{subject!r} has two expectations {phrase!r}")
        table[phrase] = Expectation(subject, phrase, function, among or subject.removeprefix("every "))
        return function

    return register


def find(subject: str, text: str) -> tuple[Expectation, dict[str, Any]]:
    """Return the expectation that `text` names for `subject`, and its arguments.

    A text that ends in a requirement, as in "comes (CMD-010)", is about that one of those that a scenario names.

    Raises:
        UnknownPhrase: there is none, or more than one.
    """
    key = (subject, text)
    if told := _ABOUT.fullmatch(text):
        entry, arguments = find(subject, told["phrase"])
        return replace(entry, function=_accusing(entry.function, told["requirement"])), arguments
    if key not in _FOUND:
        table = _EXPECTATIONS.get(subject, {})
        # A phrase without fields is meant when it stands there to the letter, and no other one then.
        matches: list[tuple[Expectation, dict[str, Any]]] = [(table[text], {})] if text in table else []
        matches = matches or [
            (entry, found.named)
            for phrase, entry in table.items()
            if "{" in phrase and (found := compile_format(phrase, case_sensitive=True).parse(text)) is not None
        ]
        if len(matches) != 1:
            raise UnknownPhrase(_unknown(subject, text, [match[0].phrase for match in matches]))
        _FOUND[key] = matches[0]
    return _FOUND[key]


def _accusing(function: Callable[..., Breaches], requirement: str) -> Callable[..., Breaches]:
    """Return the check with breaches of this requirement, whatever others the scenario is about."""

    def accusing(*evidence: Any, **arguments: Any) -> Breaches:  # noqa: ANN401  (whatever the check takes)
        return (replace(breach, requirement=requirement) for breach in function(*evidence, **arguments))

    return accusing


def expectations() -> tuple[Expectation, ...]:
    """Return every registered expectation."""
    return tuple(entry for table in _EXPECTATIONS.values() for entry in table.values())


def _unknown(subject: str, text: str, several: list[str]) -> str:
    if several:
        return f'"{text}" about {subject} fits several phrases: {several}'
    known = sorted(_EXPECTATIONS.get(subject, {}))
    near = difflib.get_close_matches(text, known, n=3, cutoff=0.4)
    hint = f"; near: {near}" if near else ""
    return f'nothing is known about {subject} by "{text}"{hint}. Known: {known}'


def words(phrase: str) -> str:
    """Return `phrase` with its fields as names in braces, for the vocabulary of the README."""
    return re.sub(r"\{(\w+)(:[^}]*)?\}", r"{\1}", phrase)
