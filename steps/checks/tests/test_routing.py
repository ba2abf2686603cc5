"""Each expectation about routing headers on one link: what fulfils it beside what does not."""

from __future__ import annotations

from typing import Any

import pytest

from ocpi_conformance.mock_partner import jsontext
from ocpi_conformance.mock_partner.ocpi.versions import FROM_COUNTRY, FROM_PARTY, TO_COUNTRY, TO_PARTY
from ocpi_conformance.mock_partner.record import Context, Exchange, Request, Response
from ocpi_conformance.steps.checks import routing as checks
from ocpi_conformance.steps.verdicts import NotObserved, Verdict

FAILED, ADVISED = Verdict.FAILED, Verdict.ADVISED
OWNER = (("country_code", "NL"), ("party_id", "EMB"))


def credentials(ours: tuple[str, ...] = ("TST",), theirs: tuple[str, ...] = ("EMB",)) -> Exchange:
    """Return a registration by the partner."""
    bodies = [{"roles": [{"country_code": "NL", "party_id": party} for party in side]} for side in (ours, theirs)]
    request = Request("POST", "http://target/credentials", (), jsontext.dumps(bodies[0]))
    response = Response(200, (), jsontext.dumps({"status_code": 1000, "data": bodies[1]}))
    return Exchange(1, "partner", request, response, Context("2.2.1", "credentials"), 1, 2, 0.0, 0.0)


def push(
    sender: str = "EMB", to: str = "TST", module: str = "locations", method: str = "PUT", **left_out: Any
) -> Exchange:
    names = {FROM_PARTY: sender, FROM_COUNTRY: "NL", TO_PARTY: to, TO_COUNTRY: "NL"}
    headers = tuple((name, value) for name, value in names.items() if name not in left_out.get("without", ()))
    context = Context("2.2.1", module, "RECEIVER", "location", OWNER)
    return Exchange(2, "target", Request(method, "http://partner/x", headers), Response(200), context, 3, 4, 0.0, 0.0)


def verdicts(breaches: Any) -> list[Verdict]:
    return [breach.at_most for breach in breaches]


@pytest.mark.parametrize(
    ("exchanges", "expected"),
    [
        ([credentials(), push()], []),
        ([credentials(), push(without=(TO_PARTY,))], [ADVISED]),
        ([credentials(("TST", "OC2")), push(without=(TO_PARTY,))], [FAILED]),
        ([credentials(theirs=("EMB", "EM2")), push(without=(TO_PARTY, FROM_PARTY))], [FAILED, FAILED]),
    ],
)
def test_requests_are_routed(exchanges: list[Exchange], expected: list[Verdict]) -> None:
    assert verdicts(checks.is_routed(exchanges)) == expected


def test_configuration_modules_are_passed_over() -> None:
    with pytest.raises(NotObserved):
        verdicts(checks.is_routed([credentials(), push(module="versions", without=(TO_PARTY,))]))


@pytest.mark.parametrize(
    ("exchange", "expected"),
    [
        (push(), []),
        (push(sender="emb", to="tst"), []),
        (push(without=(TO_PARTY,)), []),
        (push(to="XXX"), [FAILED]),
        (push(sender="XXX"), [FAILED]),
        (push(sender="EM2"), [ADVISED]),
        (push(sender="EM2", method="GET"), []),
    ],
)
def test_requests_are_between_parties(exchange: Exchange, expected: list[Verdict]) -> None:
    known = credentials(theirs=("EMB", "EM2"))
    assert verdicts(checks.is_between_parties([known, exchange])) == expected


def test_without_credentials_nobody_is_known() -> None:
    with pytest.raises(NotObserved):
        verdicts(checks.is_between_parties([push(to="XXX")]))


def test_requests_without_routing_headers_name_no_party() -> None:
    with pytest.raises(NotObserved, match="RTE-002"):
        verdicts(checks.is_between_parties([credentials(), push(without=(TO_PARTY, FROM_PARTY))]))


def listing(*owners: str, code: int = 1000) -> Exchange:
    data = [{"country_code": "nl", "party_id": owner} for owner in owners]
    request = Request("GET", "http://target/locations", ((TO_COUNTRY, "NL"), (TO_PARTY, "EMB")))
    response = Response(200, (), jsontext.dumps({"status_code": code, "data": data}))
    return Exchange(1, "partner", request, response, Context("2.2.1", "locations", "SENDER", "list"), 1, 2, 0.0, 0.0)


def test_a_list_is_that_of_the_party_addressed() -> None:
    assert verdicts(checks.of_party([listing("EMB", "emb"), listing()])) == []
    assert verdicts(checks.of_party([listing("EMB", "EM2", "EM3")])) == [FAILED]
    with pytest.raises(NotObserved):
        verdicts(checks.of_party([listing(code=2000)]))
