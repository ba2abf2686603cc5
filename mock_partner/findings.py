"""What is wrong with the bodies of an exchange, in the form in which it is told. Nothing is judged here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any, Literal

from ocpi_conformance.mock_partner import jsontext
from ocpi_conformance.mock_partner.record import Exchange
from ocpi_conformance.mock_partner.safety import Redactor

# Exchanges of which the findings are kept: about as many as somebody looks through.
_KEPT = 1000


@dataclass(frozen=True)
class Finding:
    """One place where a body departs from the specification.

    `part` is the message, `pointer` the JSON Pointer into its body (for what is missing, where it belongs), `kind` a
    short name of the rule, `anchor` where the specification says so; a `notice` is allowed and worth telling.
    """

    part: Literal["request", "response"]
    pointer: str
    expected: str
    actual: str
    kind: str
    anchor: str = ""
    severity: Literal["error", "notice"] = "error"


Explain = Callable[[Exchange], Sequence[Finding]]


def explain_nothing(exchange: Exchange) -> Sequence[Finding]:
    """An explanation that knows no schema."""
    return ()


class Findings:
    """The findings of exchanges as `explain` tells them, without the secrets that `redactor` knows."""

    def __init__(self, explain: Explain, redactor: Redactor) -> None:
        self._explain = lru_cache(_KEPT)(explain)
        self._redactor = redactor

    def errors(self, exchange: Exchange) -> int:
        """Return how many errors there are."""
        return sum(finding.severity == "error" for finding in self._explain(exchange))

    def of(self, exchange: Exchange, part: str) -> list[dict[str, str]]:
        """Return the findings in the request or the response of `exchange` as JSON values."""
        found = [finding for finding in self._explain(exchange) if finding.part == part]
        message = exchange.request if part == "request" else exchange.response
        try:
            body = jsontext.loads(message.body) if found and message else None
        except jsontext.JsonError:
            body = None
        return [self._told(finding, _value(body, finding.pointer)) for finding in found]

    def _told(self, finding: Finding, value: object) -> dict[str, str]:
        clean = self._redactor.text
        told = {name: clean(text) for name, text in asdict(finding).items()}
        if isinstance(value, str) and clean(value) != value:
            # `actual` may show a part of the value, in which the secret is not found.
            told["actual"] = clean(value)
        return told


def _value(body: Any, pointer: str) -> object:  # noqa: ANN401  (JSON)
    """Return what is at `pointer` in `body`, or None."""
    for step in pointer.split("/")[1:]:
        name = step.replace("~1", "/").replace("~0", "~")
        if isinstance(body, dict):
            body = body.get(name)
        elif isinstance(body, list) and name.isdecimal() and int(name) < len(body):
            body = body[int(name)]
        else:
            return None
    return body
