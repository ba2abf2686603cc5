"""Mistakes that tools of this kind are known for, each as a test that this one does not make it. No features of it."""

from __future__ import annotations

from typing import Any

import pytest

from ocpi_conformance.cli.trials import Trial, carry_out
from ocpi_conformance.cli.variance import alarms
from ocpi_conformance.mock_partner.messages import parse_timestamp
from ocpi_conformance.mock_partner.named_defects import Defect
from ocpi_conformance.mock_partner.record import Context, Exchange, Request, Response
from ocpi_conformance.reports.summary import NOTHING_GRADED, OK, exit_code
from ocpi_conformance.schemas import names, validator
from ocpi_conformance.steps.catalogue import Catalogue
from ocpi_conformance.steps.checks.envelope import is_envelope, is_json_object
from ocpi_conformance.steps.verdicts import Outcome, Verdict

LATER_VERSIONS = ("2.2.1", "2.3.0")
TOKEN_2_1_1 = {
    "uid": "012345678",
    "type": "RFID",
    "auth_id": "NL-TNM-C1",
    "issuer": "TheNewMotion",
    "valid": True,
    "whitelist": "ALLOWED",
    "last_updated": "2015-06-29T22:39:09Z",
}
TOKEN = {name: value for name, value in TOKEN_2_1_1.items() if name != "auth_id"} | {
    "country_code": "NL",
    "party_id": "TNM",
    "contract_id": "NL-TNM-C1",
}
TOKENS = {"2.1.1": TOKEN_2_1_1, "2.2.1": TOKEN, "2.3.0": TOKEN}


def wrong(version: str, kind: str, value: Any, *, partial: bool = False) -> list[str]:
    return [str(error) for error in validator(version, kind, partial=partial).errors(value)]


# Values of the types


@pytest.mark.parametrize("version", TOKENS)
@pytest.mark.parametrize("moment", ["2015-06-29T20:39:09", "2015-06-29T20:39:09Z"])
def test_a_moment_with_and_without_designator_is_one(version: str, moment: str) -> None:
    assert wrong(version, "Token", TOKENS[version] | {"last_updated": moment}) == []
    assert parse_timestamp("2015-06-29T20:39:09") == parse_timestamp("2015-06-29T20:39:09Z")


@pytest.mark.parametrize("version", LATER_VERSIONS)
@pytest.mark.parametrize("moment", ["2016-12-29T17:45:09.2Z", "2016-12-29T17:45:09.2", "2018-01-01T01:08:01.123Z"])
def test_a_moment_may_have_fractions(version: str, moment: str) -> None:
    assert wrong(version, "Token", TOKENS[version] | {"last_updated": moment}) == []


@pytest.mark.parametrize("version", LATER_VERSIONS)
@pytest.mark.parametrize(
    "moment", ["2015-06-29 20:39:09Z", "2015-06-29T20:39:09+02:00", "2015-06-29", "at 2015-06-29T20:39:09Z", 1435610349]
)
def test_what_only_holds_a_moment_is_none(version: str, moment: object) -> None:
    assert wrong(version, "Token", TOKENS[version] | {"last_updated": moment})


@pytest.mark.parametrize("version", TOKENS)
@pytest.mark.parametrize(
    "latitude", ["lat 51.047599", "51.047599N", "x51.047599x", "51.047599\n", 51.047599, "51,047599"]
)
def test_a_latitude_inside_garbage_is_none(version: str, latitude: object) -> None:
    assert wrong(version, "GeoLocation", {"latitude": "51.047599", "longitude": "3.729944"}) == []
    assert wrong(version, "GeoLocation", {"latitude": latitude, "longitude": "3.729944"})


@pytest.mark.parametrize("version", TOKENS)
def test_a_text_is_not_taken_for_what_it_says(version: str) -> None:
    assert wrong(version, "Token", TOKENS[version] | {"valid": "true"})
    assert wrong(version, "Token", TOKENS[version] | {"valid": 1})


@pytest.mark.parametrize("version", TOKENS)
def test_an_optional_field_may_be_absent_or_null_and_an_unknown_one_there(version: str) -> None:
    assert wrong(version, "Token", TOKENS[version] | {"visual_number": None}) == []
    assert wrong(version, "Token", TOKENS[version] | {"x_own_field": {"any": ["thing"]}}) == []


@pytest.mark.parametrize("version", TOKENS)
def test_a_required_field_is_neither_absent_nor_null(version: str) -> None:
    assert wrong(version, "Token", TOKENS[version] | {"issuer": None})
    assert wrong(version, "Token", {name: value for name, value in TOKENS[version].items() if name != "issuer"})


# Each version by its own text


def test_an_object_is_judged_by_the_text_of_its_version() -> None:
    assert wrong("2.1.1", "Token", TOKEN_2_1_1) == []
    assert any("country_code" in line for line in wrong("2.2.1", "Token", TOKEN_2_1_1))
    assert any("auth_id" in line for line in wrong("2.1.1", "Token", TOKEN))


def test_a_long_id_is_legal_where_its_version_says_so() -> None:
    long = {"uid": "x" * 36}
    assert wrong("2.1.1", "Token", TOKEN_2_1_1 | long) == []
    assert wrong("2.1.1", "Token", TOKEN_2_1_1 | {"uid": "x" * 37})
    place = "x" * 39
    assert not [line for line in wrong("2.1.1", "Location", {"id": place}) if "/id" in line]
    assert [line for line in wrong("2.2.1", "Location", {"id": place}) if "/id" in line]


PLACE = {"latitude": "51.047599", "longitude": "3.729944"}
ENDPOINT = {"identifier": "cdrs", "role": "SENDER", "url": "https://target.test/ocpi/cdrs"}
# Class, an object or a part of one, in which versions it is right: what one text says is wrong by another.
BY_VERSION: list[tuple[str, dict[str, Any], tuple[str, ...]]] = [
    ("GeoLocation", PLACE, ("2.1.1", "2.2.1", "2.3.0")),
    ("GeoLocation", PLACE | {"latitude": "51.04759"}, LATER_VERSIONS),
    ("GeoLocation", PLACE | {"latitude": "51.0475991"}, LATER_VERSIONS),
    ("Endpoint", ENDPOINT, ("2.1.1", "2.2.1", "2.3.0")),
    ("Endpoint", {name: ENDPOINT[name] for name in ("identifier", "url")}, ("2.1.1",)),
    ("EnvironmentalImpact", {"source": "NUCLEAR_WASTE", "amount": 0.0001}, ("2.1.1",)),
    ("EnvironmentalImpact", {"category": "NUCLEAR_WASTE", "amount": 0.0001}, LATER_VERSIONS),
    ("Hours", {"exceptional_openings": []}, ("2.1.1",)),
    ("CommandResponse", {"result": "ACCEPTED"}, ("2.1.1",)),
    ("CommandResponse", {"result": "ACCEPTED", "timeout": 30}, ("2.1.1", "2.2.1", "2.3.0")),
    ("Price", {"excl_vat": 4.0}, ("2.2.1",)),
    ("Price", {"before_taxes": 4.0}, ("2.3.0",)),
]
PARTS_BY_VERSION: list[tuple[str, dict[str, Any], tuple[str, ...]]] = [
    ("CDR", {"total_cost": 4.0}, ("2.1.1",)),
    ("CDR", {"total_cost": {"excl_vat": 4.0, "before_taxes": 4.0}}, LATER_VERSIONS),
    ("Location", {"address": "x" * 60}, LATER_VERSIONS),
    ("EVSE", {"status": "CHARGING"}, ("2.1.1", "2.2.1", "2.3.0")),
]


@pytest.mark.parametrize("version", TOKENS)
@pytest.mark.parametrize(("kind", "value", "right"), BY_VERSION)
def test_a_whole_object_is_right_where_its_text_says_so(
    version: str, kind: str, value: dict[str, Any], right: tuple[str, ...]
) -> None:
    known = kind in names(version)
    assert (known and wrong(version, kind, value) == []) is (version in right)


@pytest.mark.parametrize("version", TOKENS)
@pytest.mark.parametrize(("kind", "value", "right"), PARTS_BY_VERSION)
def test_a_part_of_an_object_is_right_where_its_text_says_so(
    version: str, kind: str, value: dict[str, Any], right: tuple[str, ...]
) -> None:
    assert (wrong(version, kind, value, partial=True) == []) is (version in right)


def test_requirements_that_came_later_do_not_bind_the_oldest_version() -> None:
    catalogue = Catalogue.load()
    oldest = {entry.id for entry in catalogue.testable("2.1.1")}
    of_message_ids = {entry.id for entry in catalogue.testable("2.2.1") if "X-Request-ID" in entry.text}
    assert of_message_ids
    assert not of_message_ids & oldest
    assert not {entry.id for entry in catalogue.values() if entry.area == "chargingprofiles"} & oldest


# Answers


def answer(body: bytes, content_type: str = "application/json") -> Exchange:
    response = Response(200, (("content-type", content_type),), body)
    request = Request("GET", "http://target.test/ocpi/versions")
    return Exchange(1, "partner", request, response, Context(module="versions", version="2.2.1"), 1, 2, 10.0, 10.1)


def test_a_status_message_is_not_demanded() -> None:
    assert list(is_envelope(answer(b'{"status_code": 1000, "timestamp": "2015-06-30T21:59:59Z", "data": []}'))) == []


def test_without_timestamp_it_is_no_envelope() -> None:
    assert [breach.actual for breach in is_envelope(answer(b'{"status_code": 1000}'))] == ["no such property"]


@pytest.mark.parametrize(
    "content_type", ["application/json; charset=utf-8", "Application/JSON", "application/json;a=b"]
)
def test_a_media_type_with_parameters_is_the_same(content_type: str) -> None:
    assert list(is_json_object(answer(b"{}", content_type))) == []


@pytest.mark.parametrize(
    ("body", "content_type"), [(b"<p>OK</p>", "text/html"), (b"[]", "application/json"), (b"{}", "")]
)
def test_success_without_json_is_none(body: bytes, content_type: str) -> None:
    assert list(is_json_object(answer(body, content_type)))


# Nothing seen


def ended(verdict: Verdict) -> Outcome:
    return Outcome("A", "a/a.feature", 1, ("VER-002",), "2.2.1", "CPO", "versions", verdict)


@pytest.mark.parametrize("verdict", [Verdict.NOT_OBSERVED, Verdict.NOT_APPLICABLE, Verdict.DISABLED])
def test_a_run_that_graded_nothing_is_not_green(verdict: Verdict) -> None:
    assert exit_code([]) == NOTHING_GRADED
    assert exit_code([ended(verdict)]) == NOTHING_GRADED
    assert exit_code([ended(verdict), ended(Verdict.PASSED)]) == OK


def way(name: str, **rule: Any) -> Defect:
    return Defect(name, "", "", {}, (rule,))


def test_a_slow_target_is_not_accused_and_one_that_is_no_ocpi_server_is_not_praised() -> None:
    slow = way("slow", delay=0.3, times=12)
    page = way("page", body="<html><body>Welcome</body></html>", headers={"Content-Type": "text/html"})
    empty = way("empty", body="", status=200)
    trials = [Trial(one.name, (one,), "CPO", places=("versions",)) for one in (slow, page, empty)]
    found = {tried.trial.name: tried for tried in carry_out(trials)}
    assert alarms(found["slow"]) == []
    assert any(outcome.verdict == Verdict.PASSED for outcome in found["slow"].outcomes)
    for name in ("page", "empty"):
        assert not [outcome for outcome in found[name].outcomes if outcome.verdict == Verdict.PASSED], name
        assert alarms(found[name]), name
    assert "is no OCPI server" in found["page"].error
