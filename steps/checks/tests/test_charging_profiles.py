"""Each expectation about the Receiver of charging profiles: what fulfils it beside what does not."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from ocpi_conformance.mock_partner import jsontext
from ocpi_conformance.mock_partner.record import Context, Exchange, Request, Response
from ocpi_conformance.steps.checks import charging_profiles as checks
from ocpi_conformance.steps.commanded import Outcome, Sent
from ocpi_conformance.steps.profiling import ActiveProfiles
from ocpi_conformance.steps.verdicts import NotObserved, Verdict

HERE = "http://partner/s1/2.2.1/sender/chargingprofiles"
URL = f"{HERE}/get/u1?part=1&of=a%2Fb"
NOW = "2026-01-05T12:00:00Z"
NOW_SECONDS = 1767614400.0
FAILED, ADVISED = Verdict.FAILED, Verdict.ADVISED


def answer(data: Any = None, http: int = 200, ocpi: int = 1000, method: str = "GET") -> Exchange:
    """Return a request of the partner with its direct answer, which takes from 10 s to 11 s."""
    body = {"status_code": ocpi, "timestamp": NOW} | ({} if data is None else {"data": data})
    context = Context("2.2.1", "chargingprofiles", "RECEIVER", "profile", (("session_id", "S1"),))
    request = Request(method, "http://target/chargingprofiles/S1")
    return Exchange(
        1, "partner", request, Response(http, (), jsontext.dumps(body)), context, 1, 2, NOW_SECONDS, NOW_SECONDS + 1
    )


def said(word: str, **more: Any) -> Exchange:
    return answer({"result": word, "timeout": 30}, **more)


def call(body: Any, url: str = URL, method: str = "POST", session: str = "", at: float = 2.0) -> Exchange:
    """Return a request of the target that comes `at` seconds after the request of the partner."""
    context = Context("2.2.1", "chargingprofiles", "SENDER", "x", (("session_id", session),))
    request, response = Request(method, url, (), jsontext.dumps(body)), Response(200)
    return Exchange(2, "target", request, response, context, 3, 4, NOW_SECONDS + at, NOW_SECONDS + at)


def outcome(direct: Exchange, *results: Exchange, earlier: Any = ()) -> Outcome:
    sent = Sent("GET of the profile", {"response_url": URL}, direct, SimpleNamespace(), "u1")  # type: ignore[arg-type]
    return Outcome(sent, results, results, waited_out=True, earlier=earlier)


def verdicts(breaches: Any) -> list[Verdict]:
    return [breach.at_most for breach in breaches]


def active(*limits: float, start: str = NOW, unit: str = "A", **fields: Any) -> dict[str, Any]:
    periods = [{"start_period": 60 * number, "limit": limit} for number, limit in enumerate(limits)]
    profile = {"charging_rate_unit": unit, "charging_profile_period": periods, **fields}
    return {"start_date_time": start, "charging_profile": profile}


# The direct answer ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("exchange", "expected"),
    [
        (said("NOT_SUPPORTED"), []),
        (answer(ocpi=2001), []),
        (answer("ACCEPTED"), [FAILED]),
        (answer(http=405, ocpi=2000), [FAILED]),
        (answer(http=404, ocpi=2000), [FAILED]),
        (answer(http=500, ocpi=3000), [FAILED]),
    ],
)
def test_a_method_is_there(exchange: Exchange, expected: list[Verdict]) -> None:
    assert verdicts(checks.is_profile_response(exchange)) == expected


def test_an_array_is_the_business_of_another_entry() -> None:
    listed = answer([{"result": "ACCEPTED", "timeout": 30}])
    assert checks.is_success(said("ACCEPTED"))
    assert not checks.is_success(listed)
    with pytest.raises(NotObserved, match="TRN-072"):
        verdicts(checks.is_profile_response(listed))


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({"result": "TOO_OFTEN", "timeout": 0}, []),
        ({"result": "TOO_OFTEN"}, [FAILED]),
        ({"result": "OK", "timeout": 30}, [FAILED]),
        ({"result": "ACCEPTED", "timeout": "30"}, [FAILED]),
    ],
)
def test_a_direct_answer_is_whole(data: Any, expected: list[Verdict]) -> None:
    assert verdicts(checks.whole_response(answer(data))) == expected


@pytest.mark.parametrize(
    ("exchange", "expected"),
    [
        (said("UNKNOWN_SESSION"), []),
        (said("UNKNOWN_SESSION", ocpi=2000), []),
        (said("NOT_SUPPORTED", method="PUT"), []),
        (answer(http=404, ocpi=2000), []),
        (answer(http=404, ocpi=2000, method="PUT"), [FAILED]),
        (said("REJECTED"), [FAILED]),
        (answer(ocpi=2001), [FAILED]),
    ],
)
def test_an_unknown_session(exchange: Exchange, expected: list[Verdict]) -> None:
    assert verdicts(checks.unknown_session(exchange)) == expected


def test_too_many_requests_and_strangers() -> None:
    assert verdicts(checks.accepts_or_limits(said("TOO_OFTEN"))) == []
    assert verdicts(checks.accepts_or_limits(said("REJECTED"))) == [FAILED]
    assert verdicts(checks.refuses_stranger(said("UNKNOWN_SESSION"))) == []
    assert verdicts(checks.refuses_stranger(said("ACCEPTED"))) == [FAILED]


# Results --------------------------------------------------------------------------------------------------------------


def test_a_result_is_the_object_of_its_request() -> None:
    whole = {"result": "ACCEPTED", "profile": active(16.0)}
    kind = "ActiveChargingProfileResult"
    assert verdicts(checks.is_valid_result(outcome(said("ACCEPTED"), call(whole)), kind)) == []
    wrapped = call({"data": whole, "status_code": 1000})
    assert verdicts(checks.is_valid_result(outcome(said("ACCEPTED"), wrapped), kind)) == [FAILED]
    assert verdicts(checks.is_valid_result(outcome(said("ACCEPTED")), kind)) == [FAILED]
    with pytest.raises(NotObserved):
        verdicts(checks.is_valid_result(outcome(said("REJECTED")), kind))


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (URL, []),
        (URL.replace("/get/u1", "/get/%751"), []),
        (URL.partition("?")[0], [FAILED]),
        (URL + "-other", [FAILED]),
    ],
)
def test_a_result_goes_to_its_url(url: str, expected: list[Verdict]) -> None:
    assert verdicts(checks.at_response_url(outcome(said("ACCEPTED"), call({"result": "ACCEPTED"}, url)))) == expected


def test_a_result_that_did_not_come_went_nowhere() -> None:
    with pytest.raises(NotObserved):
        verdicts(checks.at_response_url(outcome(said("ACCEPTED"))))


def test_a_result_is_in_time() -> None:
    body = {"result": "ACCEPTED"}
    assert verdicts(checks.within_timeout(outcome(said("ACCEPTED"), call(body, at=31.0)))) == []
    assert verdicts(checks.within_timeout(outcome(said("ACCEPTED"), call(body, at=32.0)))) == [FAILED]
    with pytest.raises(NotObserved):
        verdicts(checks.within_timeout(outcome(answer({"result": "ACCEPTED"}), call(body))))


def test_a_refusal_at_once_or_later() -> None:
    assert verdicts(checks.is_refusal(outcome(said("NOT_SUPPORTED")))) == []
    assert verdicts(checks.is_refusal(outcome(said("ACCEPTED"), call({"result": "REJECTED"})))) == []
    assert verdicts(checks.is_refusal(outcome(said("ACCEPTED"), call({"result": "ACCEPTED"})))) == [FAILED]
    with pytest.raises(NotObserved):
        verdicts(checks.is_refusal(outcome(said("ACCEPTED"))))


def test_nothing_to_clear() -> None:
    assert verdicts(checks.is_unknown(outcome(said("ACCEPTED"), call({"result": "UNKNOWN"})))) == []
    assert verdicts(checks.is_unknown(outcome(said("ACCEPTED"), call({"result": "ACCEPTED"})))) == [FAILED]
    assert verdicts(checks.is_unknown(outcome(said("REJECTED")))) == [FAILED]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"result": "ACCEPTED", "profile": active(16.0)}, []),
        ({"result": "REJECTED"}, []),
        ({"result": "ACCEPTED"}, [FAILED]),
        ({"result": "ACCEPTED", "profile": None}, [FAILED]),
        ({"result": "REJECTED", "profile": active(16.0)}, [ADVISED]),
    ],
)
def test_the_active_profile_is_there(body: Any, expected: list[Verdict]) -> None:
    assert verdicts(checks.holds_profile(outcome(said("ACCEPTED"), call(body)))) == expected


@pytest.mark.parametrize(("limits", "expected"), [((8.0, 6.0), []), ((8.0, 16.0), [FAILED])])
def test_the_latest_profile_counts(limits: tuple[float, ...], expected: list[Verdict]) -> None:
    profiles = [active(16.0)["charging_profile"], active(8.0)["charging_profile"]]
    earlier = tuple((SimpleNamespace(body={"charging_profile": profile}), ()) for profile in profiles)
    found = outcome(said("ACCEPTED"), call({"result": "ACCEPTED", "profile": active(*limits)}), earlier=earlier)
    assert verdicts(checks.keeps_limit(found)) == expected
    watts = call({"result": "ACCEPTED", "profile": active(5000.0, unit="W")})
    with pytest.raises(NotObserved):
        verdicts(checks.keeps_limit(outcome(said("ACCEPTED"), watts, earlier=earlier)))


@pytest.mark.parametrize(("start", "expected"), [(NOW, []), ("2024-01-01T00:00:00Z", [FAILED])])
def test_the_active_profile_is_new(start: str, expected: list[Verdict]) -> None:
    found = outcome(said("ACCEPTED"), call({"result": "ACCEPTED", "profile": active(16.0, start=start)}))
    assert verdicts(checks.shows_present(found)) == expected


# Active profiles that are pushed --------------------------------------------------------------------------------------

PLUG = {"max_amperage": 32, "max_voltage": 230, "max_electric_power": 22000, "power_type": "AC_3_PHASE"}


def pushed(*bodies: Any, session: str = "s1", maximum: str = "") -> ActiveProfiles:
    pushes = tuple(call(body, f"{HERE}/{session}", "PUT", session) for body in bodies)
    return ActiveProfiles("S1", pushes, PLUG, maximum, None)


def test_a_change_is_pushed_to_the_place_of_its_session() -> None:
    assert verdicts(checks.is_pushed(pushed(active(16.0)))) == []
    assert verdicts(checks.is_pushed(pushed())) == [FAILED]
    assert verdicts(checks.is_pushed(pushed(active(16.0), session="S2"))) == [FAILED]


def test_nothing_is_pushed() -> None:
    assert verdicts(checks.is_not_pushed(pushed(active(16.0), session="S2"))) == []
    assert verdicts(checks.is_not_pushed(pushed(active(16.0)))) == [FAILED]


def test_what_is_pushed_is_an_active_profile() -> None:
    assert verdicts(checks.is_valid_push(pushed(active(16.0)))) == []
    assert verdicts(checks.is_valid_push(pushed({"result": "ACCEPTED", "profile": active(16.0)}))) != []
    with pytest.raises(NotObserved):
        verdicts(checks.is_valid_push(pushed()))


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, []),
        ({"duration": 300}, []),
        ({"duration": 3600}, []),
        ({"duration": 60}, [ADVISED]),
        ({"duration": 0}, [FAILED]),
    ],
)
def test_a_useful_duration(fields: Any, expected: list[Verdict]) -> None:
    assert verdicts(checks.is_useful(pushed(active(16.0, **fields)))) == expected


@pytest.mark.parametrize(
    ("body", "maximum", "expected"),
    [
        (active(32.0), "", []),
        (active(16.0), "", [ADVISED]),
        (active(16.0), "32 A", [FAILED]),
        (active(16.0), "16 A", []),
        (active(22000.0, unit="W"), "32 A", []),
        (active(7360.0, unit="W"), "", []),
        (active(3680.0, unit="W"), "", [ADVISED]),
        (active(16.0), "much", [ADVISED]),
    ],
)
def test_the_maximum_of_the_evse(body: Any, maximum: str, expected: list[Verdict]) -> None:
    assert verdicts(checks.shows_maximum(pushed(body, maximum=maximum))) == expected
