"""Judging many exchanges by an expectation about one."""

from __future__ import annotations

import pytest

from ocpi_conformance.mock_partner.record import Context, Exchange, Request, Response
from ocpi_conformance.steps.checks import each, registry
from ocpi_conformance.steps.verdicts import Breach, NotObserved

SUBJECTS = ("the sample", "every sample")


def exchange(number: int, method: str = "GET", module: str = "locations") -> Exchange:
    response = Response(200, (), b'{"a": 1}')
    return Exchange(
        number,
        "partner",
        Request(method, "http://x/"),
        response,
        Context("2.2.1", module),
        number,
        number + 1,
        0.0,
        0.0,
    )


def is_get(item: Exchange) -> bool:
    """A GET."""
    return item.request.method == "GET"


@pytest.fixture(autouse=True)
def own_table(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("_EXPECTATIONS", "_FOUND"):
        monkeypatch.setattr(registry, name, {})
    each.expected_of(SUBJECTS, "is odd", is_get)(
        lambda item: [Breach("odd", "even", item)] if item.number % 2 == 0 else []
    )


def judged(subject: str, evidence: object) -> list[int]:
    found, _ = registry.find(subject, "is odd")
    return [breach.exchange.number for breach in found.function(evidence)]


def test_one_exchange_is_judged() -> None:
    assert judged("the sample", exchange(1)) == []
    assert judged("the sample", exchange(2)) == [2]


def test_of_many_the_first_of_its_kind_is_told() -> None:
    many = [exchange(1), exchange(2), exchange(4), exchange(6, module="tokens"), exchange(8, "PUT")]
    assert judged("every sample", many) == [2, 6]


@pytest.mark.parametrize(("subject", "evidence"), [("the sample", exchange(2, "PUT")), ("every sample", [])])
def test_what_is_of_another_kind_is_not_observed(subject: str, evidence: object) -> None:
    with pytest.raises(NotObserved, match="about: A GET"):
        judged(subject, evidence)


def test_the_body_of_an_answer() -> None:
    assert each.body_of(exchange(1)) == {"a": 1}
    assert each.parsed(b"<html>") is None
