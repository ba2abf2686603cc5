"""Expectations about one exchange that are also judged over many; what they expect is for the other modules to say."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Any

from ocpi_conformance.mock_partner import jsontext
from ocpi_conformance.mock_partner.record import Exchange
from ocpi_conformance.steps.checks.registry import expectation
from ocpi_conformance.steps.verdicts import Breach, NotObserved

Kind = Callable[[Exchange], bool]
Check = Callable[[Exchange], Iterable[Breach]]

# A mistake that is everywhere is told often enough with this many examples.
MOST = 25

# Subjects: what stands for one exchange, and what stands for all of its kind.
RESPONSE = ("the response", "every response")
RESPONSES = ("every response",)
REQUESTS = ("every request",)


def expected_of(subjects: tuple[str, ...], phrase: str, of: Kind = lambda _: True) -> Callable[[Check], Check]:
    """Register the decorated check as what `phrase` means for each of `subjects`, be it one exchange or every one.

    Only exchanges that are `of` a kind are judged; when there is none the scenario is not observed. Of breaches that
    say the same about the same kind of request only the first is kept: a rule that is broken a thousand times in a
    run is broken once in the report. The check itself is returned as it is.
    """

    def register(check: Check) -> Check:
        def over_all(exchanges: Iterable[Exchange]) -> Iterator[Breach]:
            concerned = [exchange for exchange in exchanges if of(exchange)]
            if not concerned:
                raise NotObserved(f"nothing was seen that the rule is about: {_about(of)}")
            return distinct(breach for exchange in concerned for breach in check(exchange))

        def over_one(exchange: Exchange) -> Iterator[Breach]:
            return over_all([exchange])

        over_one.__doc__ = over_all.__doc__ = check.__doc__
        for subject in subjects:
            expectation(subject, phrase)(over_all if subject.startswith("every ") else over_one)
        return check

    return register


def _about(of: Kind) -> str:
    return (of.__doc__ or "any message").strip().rstrip(".")


def distinct(breaches: Iterable[Breach]) -> Iterator[Breach]:
    """Yield the first of the breaches that say the same about the same module, interface and method."""
    seen: set[tuple[str, ...]] = set()
    for breach in breaches:
        exchange = breach.exchange
        place = (exchange.context.module, exchange.context.interface, exchange.request.method) if exchange else ()
        # What weighs more is another finding, not a repetition.
        key = (breach.requirement, breach.expected, breach.actual, breach.at_most, *place)
        if key not in seen:
            seen.add(key)
            yield breach


def body_of(exchange: Exchange) -> Any:  # noqa: ANN401  (any JSON value)
    """Return the JSON value in the body of the answer; None when there is no answer, or no JSON in it."""
    return parsed(exchange.response.body) if exchange.response else None


@lru_cache(maxsize=4096)
def parsed(body: bytes) -> Any:  # noqa: ANN401
    """Return the JSON value in `body`; None when it is no JSON."""
    try:
        return jsontext.loads(body)
    except jsontext.JsonError:
        return None
