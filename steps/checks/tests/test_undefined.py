"""Each expectation about what the text leaves open: what is taken down beside what is not."""

from __future__ import annotations

from typing import Any

import pytest

from ocpi_conformance.mock_partner import jsontext
from ocpi_conformance.mock_partner.record import Context, Exchange, Request, Response
from ocpi_conformance.steps.checks import undefined as checks
from ocpi_conformance.steps.verdicts import NotObserved


def answer(
    data: Any = None,
    http: int = 200,
    ocpi: int = 1000,
    module: str = "sessions",
    total: str = "",
    body: bytes = b"",
    version: str = "2.2.1",
) -> Exchange:
    envelope = {"status_code": ocpi, "timestamp": "2026-01-05T12:00:00Z"} | ({} if data is None else {"data": data})
    headers = (("X-Total-Count", total),) if total else ()
    context = Context(version, module, "SENDER", "list")
    response = Response(http, headers, body or jsontext.dumps(envelope))
    return Exchange(1, "partner", Request("GET", "http://target/x"), response, context, 1, 2, 0.0, 0.0)


def found(breaches: Any) -> int:
    return len(list(breaches))


def test_a_certificate() -> None:
    assert found(checks.needs_no_certificate(answer())) == 0
    assert found(checks.needs_no_certificate(answer(http=400, ocpi=2000))) == 0
    assert found(checks.needs_no_certificate(answer(http=400, body=b"No required SSL Certificate was sent"))) == 1


@pytest.mark.parametrize(("number", "expected"), [("2.2.1", 0), ("2.3.0", 0), ("2.0", 0), ("9.9", 1)])
def test_further_versions(number: str, expected: int) -> None:
    assert found(checks.lists_known_versions(answer([{"version": number}]))) == expected


def test_data_and_status_of_an_error() -> None:
    assert found(checks.has_no_data(answer(http=401, ocpi=2000))) == 0
    assert found(checks.has_no_data(answer({"trace": 1}, 401, 2000))) == 1
    assert found(checks.is_client_error(answer(http=401, ocpi=2001))) == 0
    assert found(checks.is_client_error(answer(http=401, ocpi=3000))) == 1
    assert not checks.is_error(answer({"trace": 1}))


@pytest.mark.parametrize(("path", "expected"), [("/a/b", 0), ("/a/b/?x=//", 0), ("/a//b", 1)])
def test_slashes(path: str, expected: int) -> None:
    request = Request("GET", f"http://partner{path}")
    assert found(checks.joined_once(Exchange(1, "target", request, None, Context(), 1, 2, 0.0, 0.0))) == expected


def page(*names: str, total: str = "") -> Exchange:
    return answer([{"id": name} for name in names], total=total)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (page("1", "2", total="3"), page("1", "2", total="4"), 0),
        (page("1", "2", total="2"), page("1", "2", "3", total="3"), 0),
        (page("1", "2"), page("1", "2"), 0),
        (page("1", "2", total="3"), page("3", "1", total="4"), 1),
        (page("1", "2", total="3"), page("1", "2", total="3"), 1),
    ],
)
def test_a_list_that_grows(before: Exchange, after: Exchange, expected: int) -> None:
    assert found(checks.first_page_stays([before, after])) == expected


def session(uid: str, status: str = "ACTIVE") -> dict[str, str]:
    return {"evse_uid": uid, "status": status}


def test_two_cars_at_one_evse() -> None:
    apart = answer([session("E1"), session("E2"), session("E1", "COMPLETED"), session("#NA"), session("#NA")])
    assert found(checks.charges_alone([apart])) == 0
    assert found(checks.charges_alone([answer([session("E1"), session("e1")])])) == 1
    with pytest.raises(NotObserved):
        found(checks.charges_alone([answer([session("E1"), session("E1")], module="locations")]))


def test_two_cars_at_one_evse_of_2_1_1() -> None:
    one, other, both = (
        {"status": "ACTIVE", "location": {"evses": [{"uid": uid} for uid in uids]}} for uids in ("A", "a", "Aa")
    )
    assert found(checks.charges_alone([answer([one, other, both, {"status": "ACTIVE"}], version="2.1.1")])) == 0
    assert found(checks.charges_alone([answer([one, one], version="2.1.1")])) == 1
