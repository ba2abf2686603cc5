"""Each expectation about versions and details: content that fulfils it beside content that does not."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest

from ocpi_conformance.mock_partner import jsontext
from ocpi_conformance.mock_partner.record import Context, Exchange, Request, Response
from ocpi_conformance.steps.checks import versions as checks
from ocpi_conformance.steps.payloads import Payload
from ocpi_conformance.steps.verdicts import Breach, NotObserved

Check = Callable[[Iterable[Payload]], Iterable[Breach]]
URL = "https://cpo.example.com/ocpi/2.2.1"


def exchange(
    data: Any, http: int = 200, *, method: str = "GET", module: str = "version_details", version: str = "2.2.1"
) -> Exchange:
    body = jsontext.dumps({"status_code": 1000 if http == 200 else 2000, "data": data})
    context = Context(version, module, route=module)
    return Exchange(1, "partner", Request(method, URL), Response(http, (), body), context, 1, 2, 0.0, 0.0)


def endpoint(identifier: str, role: str | None = "SENDER", url: str = "") -> dict[str, Any]:
    row = {"identifier": identifier, "url": url or f"{URL}/{identifier}"}
    return row if role is None else row | {"role": role}


def details(*endpoints: dict[str, Any]) -> list[Payload]:
    value = {"version": "2.2.1", "endpoints": list(endpoints)}
    return [Payload("VersionDetails", value, exchange(value), "/data")]


def actual(check: Check, *endpoints: dict[str, Any]) -> list[str]:
    return [breach.actual for breach in check(details(*endpoints))]


CREDENTIALS = endpoint("credentials")


@pytest.mark.parametrize(
    "check", [checks.versions_unique, checks.details_of_version, checks.details_complete, checks.urls_absolute]
)
def test_an_error_holds_nothing_to_judge(check: Callable[[Exchange], Iterable[Breach]]) -> None:
    with pytest.raises(NotObserved):
        list(check(exchange(None, 404)))


def test_each_version_is_listed_once() -> None:
    rows = [{"version": "2.1.1", "url": "https://x/1"}, {"version": "2.2.1", "url": "https://x/2"}]
    assert list(checks.versions_unique(exchange(rows))) == []
    assert [b.actual for b in checks.versions_unique(exchange([*rows, rows[0]]))] == ["2 times"]


def test_details_are_those_of_the_version() -> None:
    assert list(checks.details_of_version(exchange({"version": "2.2.1"}))) == []
    assert len(list(checks.details_of_version(exchange({"version": "2.2"})))) == 1


def test_details_hold_a_version_and_an_endpoint() -> None:
    assert list(checks.details_complete(exchange({"version": "2.2.1", "endpoints": [CREDENTIALS]}))) == []
    assert len(list(checks.details_complete(exchange({"version": "2.2.1", "endpoints": []})))) == 1
    assert len(list(checks.details_complete(exchange({"endpoints": None})))) == 2


@pytest.mark.parametrize("url", ["/ocpi/2.2.1/cdrs", "cpo.example.com/cdrs", "ftp://cpo.example.com/", "http://", 7])
def test_urls_are_absolute(url: object) -> None:
    assert list(checks.urls_absolute(exchange({"endpoints": [CREDENTIALS]}))) == []
    assert len(list(checks.urls_absolute(exchange({"endpoints": [CREDENTIALS | {"url": url}]})))) == 1


def test_an_advertised_place_exists() -> None:
    assert list(checks.place_exists(exchange([]))) == []
    assert list(checks.place_exists(exchange(None, 405))) == []
    assert len(list(checks.place_exists(exchange(None, 404)))) == 1


def test_a_registration_is_in_the_latest_version() -> None:
    listed = exchange([{"version": "2.1.1"}, {"version": "2.2.1"}], module="versions", version="")
    latest = exchange({}, method="POST", module="credentials")
    oldest = exchange({}, method="POST", module="credentials", version="2.1.1")
    assert list(checks.latest_version([listed, latest])) == []
    assert list(checks.latest_version([listed, oldest, latest])) == []
    assert len(list(checks.latest_version([listed, oldest]))) == 1
    with pytest.raises(NotObserved):
        list(checks.latest_version([listed]))


def test_credentials_are_offered() -> None:
    assert actual(checks.offers_credentials, CREDENTIALS) == []
    assert actual(checks.offers_credentials, endpoint("cdrs")) == ["none"]


def test_a_cpo_sends_locations() -> None:
    assert list(checks.usual_interfaces(details(endpoint("locations"), endpoint("loyalty")), "CPO")) == []
    assert len(list(checks.usual_interfaces(details(endpoint("locations", "RECEIVER")), "CPO"))) == 1
    assert list(checks.usual_interfaces(details(endpoint("locations", "RECEIVER")), "eMSP")) == []
    # Between SCSP and CPO an eMSP has both sides.
    assert list(checks.usual_interfaces(details(endpoint("chargingprofiles", "RECEIVER")), "eMSP")) == []
    assert len(list(checks.usual_interfaces(details(endpoint("chargingprofiles", "RECEIVER")), "SCSP"))) == 1


def test_a_cpo_that_is_an_emsp_too_has_both_sides() -> None:
    both = details(endpoint("locations", "RECEIVER"), endpoint("locations"), endpoint("commands"))
    assert list(checks.usual_interfaces(both, "CPO")) == list(checks.usual_interfaces(both, "eMSP")) == []
    one = details(endpoint("locations", "RECEIVER"), endpoint("commands"))
    assert [breach.expected for breach in checks.usual_interfaces(one, "CPO")] == [
        "locations SENDER",
        "commands RECEIVER",
    ]
