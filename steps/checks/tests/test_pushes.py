"""Each expectation about the answer to a push: an answer that fulfils it beside one that does not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ocpi_conformance.mock_partner import jsontext
from ocpi_conformance.mock_partner.record import Context, Exchange, Request, Response
from ocpi_conformance.steps.checks import pushes
from ocpi_conformance.steps.verdicts import NotObserved, Verdict


def answer(http: int, ocpi: int, method: str = "PUT", data: object = None, version: str = "2.2.1") -> Exchange:
    body = {"status_code": ocpi, "timestamp": "2024-01-01T00:00:00Z", "data": data}
    context = Context(version, "locations", "RECEIVER", "location")
    request, response = Request(method, "http://x/"), Response(http, (), jsontext.dumps(body))
    return Exchange(1, "partner", request, response, context, 1, 2, 0.0, 0.0)


def verdicts(expectation, exchange):
    return [breach.at_most for breach in expectation(exchange)]


def test_a_creation_is_201() -> None:
    assert verdicts(pushes.reports_creation, answer(201, 1000)) == []
    assert verdicts(pushes.reports_creation, answer(200, 1000)) == [Verdict.FAILED]


def test_an_update_is_200() -> None:
    assert verdicts(pushes.reports_update, answer(200, 1000)) == []
    assert verdicts(pushes.reports_update, answer(201, 1000)) == [Verdict.FAILED]


@pytest.mark.parametrize("expectation", [pushes.reports_creation, pushes.reports_update])
def test_a_refusal_has_no_status_to_judge(expectation) -> None:
    with pytest.raises(NotObserved):
        verdicts(expectation, answer(200, 2001))


@pytest.mark.parametrize(
    ("exchange", "expected"),
    [
        (answer(404, 2000, "PATCH"), []),
        (answer(200, 2003, "PATCH"), []),
        (answer(400, 2001, "PATCH"), []),
        (answer(200, 1000, "PATCH"), [Verdict.FAILED]),
        (answer(200, 1000, "DELETE"), [Verdict.OBSERVED]),
        (answer(200, 3000, "PATCH"), [Verdict.ADVISED]),
        (answer(500, 2000, "PATCH"), [Verdict.ADVISED]),
    ],
)
def test_an_unknown_object(exchange, expected) -> None:
    assert verdicts(pushes.reports_unknown, exchange) == expected


def details(*pairs):
    return answer(200, 1000, "GET", {"endpoints": [{"identifier": i, "role": r, "url": "http://x/"} for i, r in pairs]})


def test_tariffs_beside_locations() -> None:
    assert verdicts(pushes.offers_tariffs, details(("locations", "RECEIVER"), ("tariffs", "RECEIVER"))) == []
    assert verdicts(pushes.offers_tariffs, details(("locations", "RECEIVER"), ("tariffs", "SENDER"))) == [
        Verdict.FAILED
    ]
    with pytest.raises(NotObserved):
        verdicts(pushes.offers_tariffs, details(("locations", "SENDER")))


def test_tariffs_beside_locations_without_roles() -> None:
    both = [{"identifier": name, "url": "http://x/"} for name in ("locations", "tariffs")]
    right, wrong = (answer(200, 1000, "GET", {"endpoints": found}, "2.1.1") for found in (both, both[:1]))
    assert verdicts(pushes.offers_tariffs, right) == []
    assert verdicts(pushes.offers_tariffs, wrong) == [Verdict.FAILED]


def test_nothing_is_there() -> None:
    assert verdicts(pushes.reports_nothing, answer(404, 2003, "GET")) == []
    assert verdicts(pushes.reports_nothing, answer(200, 2003, "GET")) == [Verdict.FAILED]
    with pytest.raises(NotObserved):
        verdicts(pushes.reports_nothing, answer(405, 2000, "GET"))
    with pytest.raises(NotObserved, match="cannot be called"):
        verdicts(pushes.reports_nothing, replace(answer(404, 2003, "GET"), response=None))


def test_a_known_object() -> None:
    assert verdicts(pushes.about_known, answer(200, 1000, "PATCH")) == []
    assert verdicts(pushes.about_known, answer(404, 2000, "PATCH")) == [Verdict.FAILED]
    assert verdicts(pushes.about_known, answer(200, 2003, "PATCH")) == [Verdict.FAILED]
    with pytest.raises(NotObserved):
        verdicts(pushes.about_known, answer(405, 2000, "PATCH"))
