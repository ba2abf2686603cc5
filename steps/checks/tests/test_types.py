"""Each expectation about types: values that fulfil it beside values that do not."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from ocpi_conformance.mock_partner import jsontext, samples
from ocpi_conformance.mock_partner.ocpi.views import view
from ocpi_conformance.mock_partner.record import Context, Exchange, Request, Response
from ocpi_conformance.mock_partner.state import Party
from ocpi_conformance.steps.acts import ReadBack
from ocpi_conformance.steps.checks import types as checks
from ocpi_conformance.steps.checks.registry import find
from ocpi_conformance.steps.payloads import Payload, payloads
from ocpi_conformance.steps.verdicts import Breach, NotObserved, Verdict

OWNER = Party("CPO", "NL", "EMB", "Embedded charging")
MOMENT = datetime(2024, 5, 1, 12, tzinfo=UTC)
ADVICE = Verdict.ADVISED
CONNECTOR = samples.connector(1, MOMENT)


def exchange(
    data: Any,
    http: int = 200,
    code: int = 1000,
    *,
    interface: str = "SENDER",
    wanted: str = "LOC1",
    version: str = "2.2.1",
) -> Exchange:
    context = Context(version, "locations", interface, "location", (("location_id", wanted),))
    body = jsontext.dumps({"status_code": code, "data": data})
    return Exchange(1, "partner", Request("GET", "https://x/"), Response(http, (), body), context, 1, 2, 0.0, 0.0)


def location(**changes: Any) -> dict[str, Any]:
    return samples.location("LOC1", OWNER, MOMENT) | changes


def with_evse(**changes: Any) -> dict[str, Any]:
    body = location()
    body["evses"][0] |= changes
    return body


def without(name: str) -> dict[str, Any]:
    return {key: value for key, value in location().items() if key != name}


def directions(text: str, language: str = "en") -> dict[str, Any]:
    return location(directions=[{"language": language, "text": text}])


def found(phrase: str, *values: dict[str, Any], interface: str = "SENDER", version: str = "2.2.1") -> list[Breach]:
    expectation, _ = find("every object", phrase)
    shown = [view(version, "Location", value) for value in values]
    seen = tuple(payloads([exchange(value, interface=interface, version=version) for value in shown]))
    return list(expectation.function(seen))


WRONG = [
    ("has printable ASCII only in every CiString", location(id="LÖC1")),
    ("has no control character in any string", location(name="a\nb")),
    ("has every DateTime in UTC and in the one form", location(last_updated="2024-05-01T12:00:00+02:00")),
    ("has a JSON number for every number", with_evse(connectors=[CONNECTOR | {"max_voltage": "400"}])),
    ("has an absolute URL in every URL field", location(operator={"name": "x", "website": "www.example.com"})),
    ("has an element in every list that needs one", with_evse(connectors=[])),
    ("has no value that is longer than its type", location(postal_code="2801 AA Gouda")),
    ("has every required field", without("time_zone")),
    ("has every required field", location(time_zone=None)),
    ("has every enum value in its letter case", with_evse(status="available")),
    ("has a value of the list in every enum field", with_evse(status="OCCUPIED")),
    ("has an ISO 639-1 code for every language", directions("left", "xx")),
    ("has every name in lower snake case", location(postalCode="2801 AA")),
    ("has no markup in any display text", directions("a<br>b")),
    ("has ids of the form of eMI3", with_evse(evse_id="charger 7")),
]


@pytest.mark.parametrize(("phrase", "wrong"), WRONG, ids=[f"{n}" for n in range(len(WRONG))])
def test_what_is_wrong_is_found_and_what_is_right_is_not(phrase: str, wrong: dict[str, Any]) -> None:
    assert found(phrase, location()) == []
    breaches = found(phrase, wrong)
    assert len(breaches) == 1
    assert breaches[0].pointer.startswith("/data/")


@pytest.mark.parametrize("phrase", sorted({phrase for phrase, _ in WRONG} - {"has no markup in any display text"}))
def test_each_mistake_breaks_one_entry(phrase: str) -> None:
    for other, wrong in WRONG:
        assert bool(found(phrase, wrong)) is (other == phrase)


FAILURE = Verdict.FAILED
OF_VERSIONS = [
    ("2.1.1", "has printable ASCII only in every string", location(name="Łódź"), FAILURE),
    ("2.1.1", "has every DateTime in UTC and in whole seconds", location(last_updated="2024-05-01 12:00:00Z"), FAILURE),
    (
        "2.1.1",
        "has every DateTime in UTC and in whole seconds",
        location(last_updated="2024-05-01T12:00:00.5Z"),
        ADVICE,
    ),
    ("2.3.0", "has a value of the list in every enum field", with_evse(status="OCCUPIED"), FAILURE),
    ("2.3.0", "has no experimental prefix in any enum value", location(facilities=["X-LOUNGE"]), FAILURE),
]


@pytest.mark.parametrize(("version", "phrase", "wrong", "limit"), OF_VERSIONS)
def test_what_one_version_says(version: str, phrase: str, wrong: dict[str, Any], limit: Verdict) -> None:
    own_value = location(facilities=["LIBRARY"]) if version == "2.3.0" else location()
    assert found(phrase, own_value, version=version) == []
    assert [breach.at_most for breach in found(phrase, wrong, version=version)] == [limit]


def test_the_texts_of_2_1_1_have_entries_of_their_own() -> None:
    wrong = location(name=["a"], last_updated=7)
    assert len(found("has printable ASCII only in every string", wrong, version="2.1.1")) == 1
    assert len(found("has every DateTime in UTC and in whole seconds", wrong, version="2.1.1")) == 1
    assert found("has no control character in any string", wrong, version="2.1.1") == []


def test_a_copy_of_what_the_partner_pushed_is_not_judged() -> None:
    phrase = "has every enum value in its letter case"
    assert found(phrase, with_evse(status="available"), interface="RECEIVER") == []


@pytest.mark.parametrize(
    ("length", "limits"), [(45, []), (46, [Verdict.OBSERVED]), (255, [Verdict.OBSERVED]), (256, [FAILURE])]
)
def test_the_address_of_a_location_fits_into_no_cdr_and_that_is_told(length: int, limits: list[Verdict]) -> None:
    place = {"id": "LOC1", "address": "x" * length, "city": "Gouda"}
    context = Context("2.2.1", "cdrs", "SENDER", "list")
    body = jsontext.dumps({"status_code": 1000, "data": [{"id": "CDR1", "cdr_location": place}]})
    seen = Exchange(1, "partner", Request("GET", "https://x/"), Response(200, (), body), context, 1, 2, 0.0, 0.0)
    expectation, _ = find("every object", "has no value that is longer than its type")
    assert [breach.at_most for breach in expectation.function(tuple(payloads([seen])))] == limits


def test_the_same_mistake_is_told_once() -> None:
    both = [location(postal_code="2801 AA Gouda", id=name) for name in ("LOC1", "LOC2")]
    assert len(found("has no value that is longer than its type", *both)) == 1


def test_null_is_no_missing_optional_field() -> None:
    assert found("has every required field", location(name=None)) == []


def test_a_partial_object_needs_no_required_field() -> None:
    body = jsontext.dumps({"name": "x", "last_updated": "2024-05-01T12:00:00Z"})
    context = Context("2.2.1", "locations", "RECEIVER", "location")
    patch = Exchange(1, "target", Request("PATCH", "https://x/", (), body), Response(200), context, 1, 2, 0.0, 0.0)
    expectation, _ = find("every object", "has every required field")
    assert list(expectation.function(tuple(payloads([patch])))) == []


@pytest.mark.parametrize(
    ("phrase", "wrong"),
    [
        ("has every DateTime in UTC and in the one form", location(last_updated=1714564800)),
        ("has printable ASCII only in every CiString", location(id=7)),
        ("has no control character in any string", location(name=["a"])),
        ("has an absolute URL in every URL field", location(operator={"name": "A", "website": {}})),
    ],
)
def test_another_json_type_breaks_the_entry_of_the_text_that_belongs_there(phrase: str, wrong: dict[str, Any]) -> None:
    assert [breach.expected.partition(": ")[2] for breach in found(phrase, wrong)] == ["string"]
    others = {*checks.PHRASES, "has no value that is longer than its type"} - {phrase}
    assert [breach for name in others for breach in found(name, wrong)] == []


def test_more_than_four_decimals_are_found() -> None:
    cdr = samples.cdr("CDR1", OWNER, location(), MOMENT)
    payload = [Payload("CDR", cdr | {"total_time": hours}, exchange(None), "/data/0") for hours in (1.25, 0.33333)]
    expectation, _ = find("every object", "has at most four decimals in every number")
    assert [b.actual for b in expectation.function(payload)] == ["0.33333"]


def test_a_language_in_capitals_is_advice() -> None:
    phrase = "has an ISO 639-1 code for every language"
    assert [b.at_most for b in found(phrase, directions("left", "EN"))] == [ADVICE]
    assert [b.at_most for b in found(phrase, directions("left", "zz"))] == [Verdict.FAILED]
    with pytest.raises(NotObserved):
        found(phrase, without("directions"))


def test_a_name_that_nobody_defined_is_advice() -> None:
    phrase = "has every name in lower snake case"
    assert [b.at_most for b in found(phrase, location(cardColour="blue"))] == [ADVICE]
    assert [b.at_most for b in found(phrase, with_evse(floorLevel="1"))] == [Verdict.FAILED]
    assert found(phrase, location(card_colour="blue")) == []


@pytest.mark.parametrize("text", ["2 < 3 & 4 > 1", "B&B", "<Eingang>", "AT&T; P&R", "a <- b", "x&unknownentity;"])
def test_a_text_may_hold_signs_that_are_no_markup(text: str) -> None:
    assert found("has no markup in any display text", directions(text)) == []


@pytest.mark.parametrize("text", ["<b>left</b>", '<a href="x">x</a>', "a<br/>b", "left&nbsp;hand", "&#39;", "&#x27;"])
def test_tags_and_entities_are_markup(text: str) -> None:
    assert len(found("has no markup in any display text", directions(text))) == 1


@pytest.mark.parametrize(
    "evse_id", ["NL*EMB*E000012", "DEEMBE1234", "nl*emb*e1*2", "+49*810*000*438", "BE*BEC*E041503001", None]
)
def test_forms_of_evse_ids(evse_id: str | None) -> None:
    assert found("has ids of the form of eMI3", with_evse(evse_id=evse_id)) == []


@pytest.mark.parametrize(
    ("contract_id", "right"),
    [
        ("NL-TNM-C12345678-X", True),
        ("NLTNMC12345678X", True),
        ("DE8ACC12E46L89", True),
        ("DE-8AC-123456-7", True),
        ("DE*8AA*1A2B3C*D", True),
        ("customer 4711", False),
        ("4711", False),
    ],
)
def test_forms_of_contract_ids(contract_id: str, right: bool) -> None:
    token = samples.token("0123", OWNER, MOMENT) | {"contract_id": contract_id}
    breaches = list(
        find("every object", "has ids of the form of eMI3")[0].function(
            [Payload("Token", token, exchange(token), "/data/0")]
        )
    )
    assert (breaches == []) is right


def test_an_object_is_found_in_another_letter_case() -> None:
    assert list(checks.object_asked_for(exchange(location(), wanted="loc1"))) == []
    assert len(list(checks.object_asked_for(exchange(None, 404, 2000, wanted="loc1")))) == 1
    assert len(list(checks.object_asked_for(exchange(location(id="LOC2"), wanted="loc1")))) == 1


@pytest.mark.parametrize(
    ("http", "code", "limits"),
    [(200, 2001, []), (200, 2000, []), (400, 2001, []), (200, 1000, [ADVICE]), (500, 3000, [ADVICE])],
)
def test_a_wrong_value_is_better_refused(http: int, code: int, limits: list[Verdict]) -> None:
    assert [breach.at_most for breach in checks.preferably_refused(exchange(None, http, code))] == limits


def copy_of(pushed: dict[str, Any], stored: Any, version: str = "2.2.1") -> ReadBack:
    return ReadBack("Location", stored, exchange(stored, version=version), pushed, None, None, "PUT")


def test_text_is_kept() -> None:
    pushed = location(name="Łódź 東京")
    assert list(checks.text_unchanged(copy_of(pushed, pushed))) == []
    assert len(list(checks.text_unchanged(copy_of(pushed, pushed | {"name": "?ód? ??"})))) == 1
    with pytest.raises(NotObserved):
        list(checks.text_unchanged(copy_of(pushed, None)))


def test_a_value_that_no_open_enum_lists_is_kept_wherever_it_stands() -> None:
    own = with_evse(connectors=[CONNECTOR | {"standard": "EXAMPLE_CIRCULAR"}])
    pushed = own | {"facilities": ["CAFE", "EXAMPLE_LIBRARY"]}
    moved = pushed | {"name": "Other", "facilities": ["EXAMPLE_LIBRARY"], "evses": pushed["evses"][::-1]}
    assert list(checks.own_values_kept(copy_of(pushed, moved, "2.3.0"))) == []
    (breach,) = checks.own_values_kept(copy_of(pushed, location(facilities=["EXAMPLE_LIBRARY"]), "2.3.0"))
    assert "EXAMPLE_CIRCULAR" in breach.expected
    assert len(list(checks.own_values_kept(copy_of(pushed, location(), "2.3.0")))) == 2


def test_null_comes_back_as_null_or_not_at_all() -> None:
    pushed = location(name=None)
    assert list(checks.null_is_absent(copy_of(pushed, pushed))) == []
    assert list(checks.null_is_absent(copy_of(pushed, without("name")))) == []
    assert len(list(checks.null_is_absent(copy_of(pushed, location(name="null"))))) == 1


@pytest.mark.parametrize(("method", "route"), [("POST", "activate"), ("PUT", "terminal")])
def test_a_request_may_leave_out_what_the_text_says_and_no_more(method: str, route: str) -> None:
    body = jsontext.dumps({"reference": "SN1"})
    context = Context("2.3.0", "payments", "SENDER", route, (("terminal_id", "T1"),))
    call = Exchange(1, "target", Request(method, "https://x/", (), body), Response(200), context, 1, 2, 0.0, 0.0)
    (payload,) = payloads([call])
    assert [found.pointer for found in checks.deviations(payload) if found.keyword == "required"] == ["/last_updated"]
