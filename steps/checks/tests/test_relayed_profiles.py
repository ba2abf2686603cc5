"""Each expectation about an eMSP between SCSP and CPO: what is passed on beside what is kept."""

from __future__ import annotations

from typing import Any

import pytest

from ocpi_conformance.mock_partner import jsontext
from ocpi_conformance.mock_partner.record import Context, Exchange, Request, Response
from ocpi_conformance.steps.checks import relayed_profiles as checks
from ocpi_conformance.steps.commanded import Sent
from ocpi_conformance.steps.profiling import ActiveProfiles
from ocpi_conformance.steps.relaying import Relayed
from ocpi_conformance.steps.verdicts import NotObserved

OWN, UID = "https://target/set/1?a=1", "secret"
PROFILE = {"result": "ACCEPTED", "profile": {"start_date_time": "2026-01-05T12:00:00Z"}}


def exchange(sender: str, interface: str, body: Any, data: Any = None, url: str = OWN, method: str = "PUT") -> Exchange:
    answer = {"status_code": 1000, "timestamp": "2026-01-05T12:00:00Z"} | ({"data": data} if data else {})
    made = Request(method, url, (), jsontext.dumps(body))
    context = Context("2.2.1", "chargingprofiles", interface, "profile", (("session_id", "S1"),))
    return Exchange(1, sender, made, Response(200, (), jsontext.dumps(answer)), context, 1, 1, 0.0, 0.0)


def asked(word: str = "ACCEPTED", url: str = OWN) -> Exchange:
    """Return the target's request to the CPO, answered by `word`."""
    return exchange("target", "RECEIVER", {"response_url": url}, {"result": word})


def result(sender: str = "target", url: str = f"https://p/{UID}", **body: Any) -> Exchange:
    return exchange(sender, "SENDER", body, url=url, method="POST")


def relayed(answer: str, *requests: Exchange, results: tuple[Exchange, ...] = (), **given: Any) -> Relayed:
    """Return what came of a PUT of the SCSP that was answered by `answer`; `given` is the CPO's result."""
    site: Any = None
    sent = Sent("PUT of the profile", {}, exchange("partner", "RECEIVER", {}, {"result": answer}), site, UID)
    posted = (result("partner", OWN, **given),) if given else ()
    return Relayed(sent, results, (), waited_out=True, asked=requests, given=posted)


def count(breaches: Any) -> int:
    return len(list(breaches))


def test_a_request_is_passed_on() -> None:
    assert count(checks.is_passed_on(relayed("ACCEPTED", asked()))) == 0
    assert count(checks.is_passed_on(relayed("REJECTED", asked("REJECTED")))) == 0
    assert count(checks.is_passed_on(relayed("ACCEPTED"))) == 1
    with pytest.raises(NotObserved, match="does not take"):
        list(checks.is_passed_on(relayed("REJECTED")))


def test_an_answer_is_passed_on() -> None:
    assert count(checks.answer_is_passed_on(relayed("TOO_OFTEN", asked("TOO_OFTEN")))) == 0
    assert count(checks.answer_is_passed_on(relayed("ACCEPTED", asked("TOO_OFTEN")))) == 1
    for nothing in (relayed("ACCEPTED"), relayed("ACCEPTED", asked(""))):
        with pytest.raises(NotObserved):
            list(checks.answer_is_passed_on(nothing))


@pytest.mark.parametrize(
    ("given", "come", "breaches"),
    [
        ({"result": "UNKNOWN"}, ({"result": "UNKNOWN"},), 0),
        ({"result": "UNKNOWN"}, ({"result": "ACCEPTED"},), 1),
        ({"result": "UNKNOWN"}, (), 1),
        (PROFILE, (PROFILE,), 0),
        (PROFILE, ({"result": "ACCEPTED"},), 1),
    ],
)
def test_a_result_is_passed_on(given: dict[str, Any], come: tuple[dict[str, Any], ...], breaches: int) -> None:
    results = tuple(result(**body) for body in come)
    assert count(checks.result_is_passed_on(relayed("ACCEPTED", asked(), results=results, **given))) == breaches


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        (relayed("ACCEPTED", result="ACCEPTED"), "not passed"),
        (relayed("ACCEPTED", asked()), "taken no result"),
        (relayed("ACCEPTED", asked(url=f"https://p/{UID}"), result="ACCEPTED"), "response_url of the SCSP"),
    ],
)
def test_a_result_that_cannot_be_passed_on(found: Relayed, reason: str) -> None:
    with pytest.raises(NotObserved, match=reason):
        list(checks.result_is_passed_on(found))


def test_an_active_profile_is_passed_on() -> None:
    push = exchange("target", "SENDER", PROFILE["profile"])
    assert count(checks.profile_is_passed_on(ActiveProfiles("S1", (push,), {}, "", None))) == 0
    assert count(checks.profile_is_passed_on(ActiveProfiles("S1", (), {}, "", push))) == 1
