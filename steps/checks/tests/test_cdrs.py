"""Each expectation about how CDRs are sent and taken: traffic that fulfils it beside traffic that does not."""

from __future__ import annotations

import copy
import itertools
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from ocpi_conformance.mock_partner import jsontext, samples
from ocpi_conformance.mock_partner.messages import timestamp
from ocpi_conformance.mock_partner.record import Context, Exchange, Request, Response
from ocpi_conformance.mock_partner.state import Party
from ocpi_conformance.steps.checks import cdrs as checks
from ocpi_conformance.steps.commanded import Followed
from ocpi_conformance.steps.corrections import Correction
from ocpi_conformance.steps.payloads import Objects, Payload
from ocpi_conformance.steps.token_uses import Use
from ocpi_conformance.steps.verdicts import Breach, NotObserved, Verdict

Json = dict[str, Any]
NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
CPO = Party("CPO", "NL", "EMB", "Embedded")
PLACE = samples.location("LOC1", CPO, NOW)
CDR = samples.cdr("CDR1", CPO, PLACE, NOW)
CREDIT, REPLACEMENT = samples.corrected(CDR, NOW + timedelta(hours=1))
OURS = (("OCPI-from-country-code", "NL"), ("OCPI-from-party-id", "TST"))
TO_US = (("OCPI-to-country-code", "NL"), ("OCPI-to-party-id", "TST"))
TO_SECOND = (("OCPI-to-country-code", "NL"), ("OCPI-to-party-id", "OC2"))
NUMBERS = itertools.count(1)


def exchange(
    sender: str,
    request: Request,
    route: str,
    *,
    answer: object = None,
    http: int = 200,
    ocpi: int = 1000,
    headers: tuple[tuple[str, str], ...] = (),
    module: str = "cdrs",
) -> Exchange:
    number = next(NUMBERS)
    interface = "SENDER" if route in {"list", "authorize"} else "RECEIVER"
    body = jsontext.dumps({"status_code": ocpi, "timestamp": timestamp(NOW), "data": answer})
    context, seconds = Context("2.2.1", module, interface, route), NOW.timestamp()
    response = Response(http, headers, body)
    return Exchange(number, sender, request, response, context, number, number, seconds, seconds)  # type: ignore[arg-type]


def listed(*items: object) -> Exchange:
    return exchange("partner", Request("GET", "https://t/cdrs", OURS), "list", answer=list(items))


def pushed(body: object, route: str = "create", headers: tuple[tuple[str, str], ...] = TO_US, at: str = "") -> Exchange:
    request = Request("POST", "https://p/cdrs", headers, jsontext.dumps(body))
    return exchange("target", request, route, http=201, headers=(("Location", at),) if at else ())


def answered(http: int, ocpi: int, *headers: tuple[str, str]) -> Exchange:
    return exchange("partner", Request("POST", "https://t/cdrs"), "create", http=http, ocpi=ocpi, headers=headers)


def verdicts(breaches: Iterable[Breach]) -> list[Verdict]:
    return [breach.at_most for breach in breaches]


def changed(cdr: Json = CDR, **changes: object) -> Json:
    return copy.deepcopy(cdr) | changes


# The target as Receiver -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("location", "expected"),
    [("https://t/cdrs/1", []), ("/cdrs/1", [Verdict.ADVISED]), ("", [Verdict.FAILED])],
)
def test_where_a_cdr_is(location: str, expected: list[Verdict]) -> None:
    headers = (("location", location),) if location else ()
    assert verdicts(checks.says_where(answered(201, 1000, *headers))) == expected


def test_a_cdr_that_was_refused_is_nowhere() -> None:
    with pytest.raises(NotObserved):
        list(checks.says_where(answered(200, 2001)))


@pytest.mark.parametrize(
    ("http", "ocpi", "expected"),
    [
        (200, 2001, []),
        (200, 2000, [Verdict.OBSERVED]),
        (400, 2001, [Verdict.OBSERVED]),
        (201, 1000, [Verdict.ADVISED]),
        (500, 3000, [Verdict.ADVISED]),
    ],
)
def test_what_is_incomplete(http: int, ocpi: int, expected: list[Verdict]) -> None:
    assert verdicts(checks.refuses_incomplete(answered(http, ocpi))) == expected


# CDRs that the target pushes ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "route", "actual"),
    [
        (CDR, "create", []),
        (CDR, "", ["https://p/cdrs"]),
        ([CDR], "create", ["a list of 1"]),
        ({"cdrs": [CDR]}, "create", ["an object with cdrs"]),
        ({key: value for key, value in CDR.items() if key != "currency"}, "create", ["absent"]),
    ],
)
def test_one_cdr_at_the_endpoint(body: object, route: str, actual: list[str]) -> None:
    assert [breach.actual for breach in checks.one_at_the_endpoint([pushed(body, route)])] == actual


def test_a_cdr_that_is_listed_as_it_was_pushed() -> None:
    assert list(checks.complete_when_pushed(Objects([pushed(CDR), listed(CDR)]))) == []
    found = list(checks.complete_when_pushed(Objects([pushed(CDR), listed(changed(total_energy=12.0))])))
    assert [breach.pointer for breach in found] == ["/data/0/total_energy"]


def test_what_was_not_pushed_need_not_be_complete() -> None:
    with pytest.raises(NotObserved):
        list(checks.complete_when_pushed(Objects([listed(CDR), listed(changed(total_energy=12.0))])))


@pytest.mark.parametrize(("days", "expected"), [(0, []), (6, []), (8, [Verdict.OBSERVED]), (40, [Verdict.ADVISED])])
def test_how_soon_a_cdr_comes(days: int, expected: list[Verdict]) -> None:
    late = changed(last_updated=timestamp(NOW + timedelta(days=days)))
    assert verdicts(checks.comes_soon(Objects([listed(late)]))) == expected


def test_a_correction_may_come_late() -> None:
    late = timestamp(NOW + timedelta(days=90))
    corrected = [changed(made, last_updated=late) for made in (CREDIT, REPLACEMENT)]
    other = samples.cdr("CDR2", CPO, PLACE, NOW)
    assert list(checks.comes_soon(Objects([listed(CDR, other, *corrected)]))) == []
    with pytest.raises(NotObserved):
        list(checks.comes_soon(Objects([listed(CDR, *corrected)])))


def test_of_two_cdrs_for_one_session_of_2_1_1_either_may_come_late() -> None:
    late = timestamp(NOW + timedelta(days=90))
    first, again, other = (
        {"id": name, "auth_id": token, "start_date_time": CDR["start_date_time"], "last_updated": late}
        | {"stop_date_time": CDR["end_date_time"]}
        for name, token in (("CDR1", "A"), ("CDR1-R", "A"), ("CDR2", "B"))
    )
    reading = listed(first, again, other)
    reading = replace(reading, context=replace(reading.context, version="2.1.1"))
    assert [breach.pointer for breach in checks.comes_soon(Objects([reading]))] == ["/data/2/last_updated"]


def test_a_push_to_the_party_of_the_token() -> None:
    ours = listed()
    assert list(checks.to_party_of_token([ours, pushed(CDR)])) == []
    found = list(checks.to_party_of_token([ours, pushed(CDR), pushed(CDR, headers=TO_SECOND)]))
    assert [breach.actual for breach in found] == ["a push to NL*OC2"]


def test_the_parties_are_those_of_the_credentials_too() -> None:
    roles = [{"role": "EMSP", "country_code": "NL", "party_id": "TST"}]
    request = Request("POST", "https://t/credentials", body=jsontext.dumps({"roles": roles}))
    given = exchange("partner", request, "credentials", module="credentials")
    assert len(list(checks.to_party_of_token([given, pushed(CDR, headers=TO_SECOND)]))) == 1


@pytest.mark.parametrize("headers", [(), TO_US])
def test_a_push_for_nobody_that_is_known(headers: tuple[tuple[str, str], ...]) -> None:
    strange = changed(cdr_token={"country_code": "DE", "party_id": "XXX", "uid": "1"}) if headers else CDR
    with pytest.raises(NotObserved):
        list(checks.to_party_of_token([listed(), pushed(strange, headers=headers)]))


def test_cdrs_for_others_are_noted() -> None:
    strange = changed(id="CDR2", cdr_token={**CDR["cdr_token"], "party_id": "XXX"})
    assert list(checks.for_the_partner(Objects([listed(CDR)]))) == []
    assert verdicts(checks.for_the_partner(Objects([listed(CDR, strange)]))) == [Verdict.OBSERVED]
    assert verdicts(checks.for_the_partner(Objects([pushed(strange)]))) == [Verdict.OBSERVED]


def test_a_contract_has_an_ema_id_unless_the_partner_says_another() -> None:
    odd = changed(cdr_token={**CDR["cdr_token"], "contract_id": "12"})
    payloads = list(Objects([listed(odd)]))
    own = Payload("Token", {"contract_id": "12"}, listed(), "")
    assert list(checks.names_contract(Objects([listed(CDR)]))) == []
    assert [breach.actual for breach in checks.names_contract(payloads)] == ["12"]
    assert list(checks.names_contract([*payloads, own])) == []


@pytest.mark.parametrize(("read", "wrong"), [("https://p/cdrs/1?owner=NL", False), ("https://p/cdrs/1", True)])
def test_a_cdr_is_read_at_its_url(read: str, *, wrong: bool) -> None:
    post = pushed(CDR, at="https://p/cdrs/1?owner=NL")
    get = exchange("target", Request("GET", read), "cdr")
    assert bool(list(checks.at_given_url([post, get]))) == wrong
    with pytest.raises(NotObserved):
        list(checks.at_given_url([post]))


# How its driver was authorized ----------------------------------------------------------------------------------------


def shown(**changes: object) -> Payload:
    return next(iter(Objects([pushed(changed(**changes))])))


def asked(**answer: object) -> Exchange:
    return exchange(
        "target", Request("POST", "https://p/tokens/1/authorize"), "authorize", answer=answer, module="tokens"
    )


@pytest.mark.parametrize(
    ("method", "expected"), [("COMMAND", []), ("AUTH_REQUEST", [Verdict.OBSERVED]), ("WHITELIST", [Verdict.ADVISED])]
)
def test_the_method_of_a_command(method: str, expected: list[Verdict]) -> None:
    sent: Any = type("Sent", (), {"name": "START_SESSION"})
    assert verdicts(checks.by_command(Followed(sent, (), (shown(auth_method=method),)))) == expected
    with pytest.raises(NotObserved):
        list(checks.by_command(Followed(sent, (), ())))


@pytest.mark.parametrize(
    ("allowed", "method", "wrong"),
    [
        ("", "WHITELIST", False),
        ("", "AUTH_REQUEST", True),
        ("ALLOWED", "AUTH_REQUEST", False),
        ("ALLOWED", "WHITELIST", True),
        ("BLOCKED", "WHITELIST", False),
    ],
)
def test_the_method_of_a_use(allowed: str, method: str, *, wrong: bool) -> None:
    use = Use({}, (asked(allowed=allowed),) if allowed else (), cdrs=(shown(auth_method=method),))
    assert bool(list(checks.by_its_use(use))) == wrong


def test_the_last_method_counts() -> None:
    of_reservation, of_session = shown(auth_method="COMMAND"), shown(auth_method="WHITELIST")
    assert list(checks.by_the_last_use(Use({}, cdrs=(of_reservation, of_session)))) == []
    assert [b.expected for b in checks.by_the_last_use(Use({}, cdrs=(of_reservation,)))] == ["auth_method WHITELIST"]


def test_the_last_reference_counts() -> None:
    answers = tuple(asked(allowed="ALLOWED", authorization_reference=name) for name in ("R1", "R2"))
    assert list(checks.with_reference(Use({}, answers, cdrs=(shown(authorization_reference="r2"),)))) == []
    for reference in ("R1", None):
        found = list(checks.with_reference(Use({}, answers, cdrs=(shown(authorization_reference=reference),))))
        assert [breach.actual for breach in found] == [reference or "absent"]
    with pytest.raises(NotObserved):
        list(checks.with_reference(Use({}, (), cdrs=(shown(),))))


# Corrections ----------------------------------------------------------------------------------------------------------


def correction(*since: Exchange) -> Correction:
    before = listed(CDR)
    return Correction(tuple(Objects([before])), tuple(Objects(since)), since[-1] if since else before)


@pytest.mark.parametrize(
    ("since", "actual"),
    [
        ((pushed(CREDIT), pushed(REPLACEMENT)), []),
        ((listed(CDR, CREDIT),), []),
        ((pushed(REPLACEMENT),), ["the CDR CDR1-R that is none"]),
        ((pushed(changed(total_energy=12.0)),), ["the CDR CDR1 that is none"]),
        ((listed(CDR),), ["nothing new"]),
    ],
)
def test_a_correction_is_by_credit(since: tuple[Exchange, ...], actual: list[str]) -> None:
    assert [breach.actual for breach in checks.is_by_credit(correction(*since))] == actual


@pytest.mark.parametrize(
    ("since", "wrong"),
    [
        ((pushed(CREDIT), pushed(REPLACEMENT)), False),
        ((pushed(REPLACEMENT), pushed(CREDIT)), True),
        ((listed(CDR, REPLACEMENT, CREDIT),), False),
        ((listed(changed(REPLACEMENT, last_updated=timestamp(NOW)), CREDIT),), True),
    ],
)
def test_the_credit_comes_first(since: tuple[Exchange, ...], *, wrong: bool) -> None:
    assert bool(list(checks.credit_comes_first(correction(*since)))) == wrong


def test_a_credit_alone_is_no_replacement() -> None:
    with pytest.raises(NotObserved):
        list(checks.credit_comes_first(correction(pushed(CREDIT))))


def test_a_url_at_which_nobody_is_says_nothing_of_the_interface() -> None:
    there = exchange("partner", Request("GET", "https://t/cdrs/1"), "cdr", answer=CDR)
    refused = exchange("partner", Request("GET", "https://t/cdrs/1"), "cdr", http=405, ocpi=2000)
    assert list(checks.offers_get(there)) == []
    assert [breach.actual for breach in checks.offers_get(refused)] == ["HTTP 405, OCPI 2000"]
    with pytest.raises(NotObserved, match="cannot be called"):
        list(checks.offers_get(replace(there, response=None)))


@pytest.mark.parametrize(("named", "flaws"), [(PLACE["name"], 0), ("Renamed plaza", 1), ("A third name", 0)])
def test_location_of_the_start(named: str, flaws: int) -> None:
    def at(number: int, *, partial: bool = False, **changes: Any) -> Payload:
        seen = exchange("target", Request("PATCH", "https://p/locations"), "object", module="locations")
        seen = replace(seen, began=number, context=replace(seen.context, ids=(("location_id", "loc1"),)))
        return Payload("Location", changes if partial else PLACE | changes, seen, "", partial)

    sent: Any = SimpleNamespace(name="START_SESSION", exchange=SimpleNamespace(began=5))
    cdr = changed(cdr_location=CDR["cdr_location"] | {"name": named})
    payload = next(iter(Objects([pushed(cdr)])))
    renamed = at(9, partial=True, name="Renamed plaza")
    # What was sent in a list where one was due is among what was shown.
    listed = replace(at(2), kind="CDR", value=[cdr], exchange=payload.exchange)
    found = Followed(sent, (), (payload,), objects=(at(1), listed, renamed))
    assert len(list(checks.with_first_location(found))) == flaws
    for objects in ((renamed,), (at(1),)):
        with pytest.raises(NotObserved, match="no Location that changed"):
            list(checks.with_first_location(replace(found, objects=objects)))
