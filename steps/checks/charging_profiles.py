"""What the Receiver of charging profiles must answer, send as result, and push. Its Sender is not judged here."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from ocpi_conformance import schemas
from ocpi_conformance.mock_partner.record import Exchange
from ocpi_conformance.steps.agreements import sent as sent_in
from ocpi_conformance.steps.checks.commands import (
    TOLERANCE,
    accepts,
    accepts_not,
    address,
    comes,
    each_its_own,
    said,
    was_accepted,
)
from ocpi_conformance.steps.checks.each import body_of, expected_of, parsed
from ocpi_conformance.steps.checks.registry import expectation
from ocpi_conformance.steps.checks.responses import http_status, outcome, succeeds
from ocpi_conformance.steps.checks.rules.charging import calculated_recently
from ocpi_conformance.steps.checks.rules.common import listed, member, number
from ocpi_conformance.steps.commanded import Outcome, answered
from ocpi_conformance.steps.profile_requests import ASKED
from ocpi_conformance.steps.profile_traffic import is_profile_result
from ocpi_conformance.steps.profiling import ActiveProfiles
from ocpi_conformance.steps.scene import envelope_of, single_of
from ocpi_conformance.steps.verdicts import Breach, NotObserved, Verdict

RESPONSE, RESULT, ACTIVE = "the response", "the result", "the active profile"
Json = dict[str, Any]
# The guide for a useful duration of an active profile, in seconds (mod_charging_profiles_msp_put_method).
_SHORTEST, _LONGEST = 300, 3600
# What a calculation may round away of a limit.
_ROUNDING = 0.051
_NO_SUCH_PLACE = frozenset({404, 405, 501})
# What three phases, and the voltage between two of them, can make of volts and amperes.
_PHASES = (1.0, math.sqrt(3), 3.0)

# The direct answer ----------------------------------------------------------------------------------------------------

expectation(RESPONSE, "accepts the request")(accepts)
expectation(RESPONSE, "does not accept the request")(accepts_not)
expectation(RESULT, "comes to the URL of each request")(each_its_own)


def _data(exchange: Exchange) -> Json:
    data = single_of(exchange) if succeeds(exchange) else envelope_of(exchange).get("data")
    return data if isinstance(data, dict) else {}


@expectation(RESPONSE, "is a ChargingProfileResponse whatever its result")
def is_profile_response(exchange: Exchange) -> Iterator[Breach]:
    """A success has a result; an OCPI error is one of the request, not of a place that does not exist (CHP-001)."""
    if succeeds(exchange):
        if not _data(exchange).get("result"):
            yield Breach("a ChargingProfileResponse in data", said(exchange), exchange, "/data")
    elif http_status(exchange) in _NO_SUCH_PLACE or http_status(exchange) >= 500:
        yield Breach("a ChargingProfileResponse", outcome(exchange), exchange)


def is_success(exchange: Exchange) -> bool:
    """A request for a charging profile that was answered with a success that holds no array."""
    return succeeds(exchange) and not isinstance(envelope_of(exchange).get("data"), list)


@expected_of(("every answer to a profile request",), "is a valid ChargingProfileResponse", is_success)
def whole_response(exchange: Exchange) -> Iterator[Breach]:
    """`data` has a result of the enumeration and a whole number of seconds as timeout (CHP-007)."""
    body = body_of(exchange)
    data = body.get("data") if isinstance(body, dict) else None
    yield from _deviations("ChargingProfileResponse", data, exchange, "/data")


def _deviations(kind: str, value: object, exchange: Exchange, place: str = "") -> Iterator[Breach]:
    version = exchange.context.version or "2.2.1"
    for error in schemas.validator(version, kind).errors(value):
        if error.severity == "error":
            yield Breach(f"{kind}: {error.expected}", error.actual, exchange, place + error.pointer)


@expectation(RESPONSE, "reports an unknown Session of a profile")
def unknown_session(exchange: Exchange) -> Iterator[Breach]:
    """The result UNKNOWN_SESSION; HTTP 404 is one too where the profile is asked for (CHP-015, A24)."""
    if http_status(exchange) == 404 and exchange.request.method == "GET":
        return
    fine = 200 <= http_status(exchange) < 300 and _data(exchange).get("result") in {"UNKNOWN_SESSION", "NOT_SUPPORTED"}
    if not fine:
        yield Breach("the result UNKNOWN_SESSION", said(exchange), exchange)


@expectation(RESPONSE, "accepts the request or says TOO_OFTEN")
def accepts_or_limits(exchange: Exchange) -> Iterator[Breach]:
    """A request like one that was accepted is accepted too, or there were too many (CHP-017)."""
    if answered(exchange) not in {"ACCEPTED", "TOO_OFTEN"}:
        yield Breach("the result ACCEPTED or TOO_OFTEN", said(exchange), exchange)


@expectation(RESPONSE, "does not accept the profile of a stranger")
def refuses_stranger(exchange: Exchange) -> Iterator[Breach]:
    """REJECTED or UNKNOWN_SESSION; anything else is recorded (CHP-018)."""
    if answered(exchange) == "ACCEPTED":
        yield Breach("REJECTED or UNKNOWN_SESSION", said(exchange), exchange)


# Results --------------------------------------------------------------------------------------------------------------


@expectation(RESULT, "is a valid {kind:w}")
def is_valid_result(found: Outcome, kind: str) -> Iterator[Breach]:
    """A result comes, and its body is the object that belongs to the request (CHP-009, CHP-010, CHP-011)."""
    missing = list(comes(found))
    yield from missing
    for result in found.results[:1]:
        yield from _deviations(kind, parsed(result.request.body), result)


@expectation(RESULT, "comes to exactly its response_url")
def at_response_url(found: Outcome) -> Iterator[Breach]:
    """The whole URL is called, its query included (CHP-012).

    Raises:
        NotObserved: no result came anywhere.
    """
    was_accepted(found)
    wanted = address(str(found.sent.body.get("response_url")))
    came = [call for call in found.calls if is_profile_result(call)]
    if not came:
        raise NotObserved(f"no result of {found.sent.name} came")
    for call in came:
        if address(call.request.url) != wanted:
            yield Breach("the response_url of the request, unchanged", "another URL", call)


@expectation(RESULT, "comes within the timeout of its answer")
def within_timeout(found: Outcome) -> Iterator[Breach]:
    """From the direct answer to the result no more time passes than was announced (CHP-040).

    Raises:
        NotObserved: no result came, or no timeout was announced.
    """
    was_accepted(found)
    if not found.results or found.sent.timeout is None:
        raise NotObserved("no result came" if not found.results else "no timeout was announced")
    taken = found.results[0].started_at - found.sent.exchange.ended_at
    if taken > found.sent.timeout + TOLERANCE:
        yield Breach(f"a result within {found.sent.timeout:g} s", f"after {taken:.1f} s", found.results[0])


@expectation(RESULT, "is a refusal at once or later")
def is_refusal(found: Outcome) -> Iterator[Breach]:
    """The request is refused, by the CPO or by the EVSE (CHP-016, CHP-030)."""
    if found.sent.answer == "ACCEPTED" and found.words[:1] == ["ACCEPTED"]:
        yield Breach("NOT_SUPPORTED or REJECTED", "ACCEPTED, at once and as the result", found.results[0])
    elif found.sent.answer == "ACCEPTED" and not found.results:
        raise NotObserved("no result came")


@expectation(RESULT, "is UNKNOWN and no direct refusal")
def is_unknown(found: Outcome) -> Iterator[Breach]:
    """The EVSE says that it has no such profile (CHP-027)."""
    if found.sent.answer != "ACCEPTED":
        yield Breach("ACCEPTED, and the result UNKNOWN later", said(found.sent.exchange), found.sent.exchange)
    elif not found.results:
        raise NotObserved("no result came")
    elif found.words[0] != "UNKNOWN":
        yield Breach("the result UNKNOWN", found.words[0] or "no result in the body", found.results[0], "/result")


def _shown(found: Outcome) -> tuple[Json, Exchange]:
    """Return the active profile in the result of a GET.

    Raises:
        NotObserved: it holds none.
    """
    was_accepted(found)
    profile = sent_in(found.results[0]).get("profile") if found.results else None
    if not isinstance(profile, dict):
        raise NotObserved("no active profile was shown")
    return profile, found.results[0]


@expectation(RESULT, "holds the active profile with ACCEPTED only")
def holds_profile(found: Outcome) -> Iterator[Breach]:
    """`profile` is there with ACCEPTED (CHP-026); beside another result it is advice.

    Raises:
        NotObserved: no result came.
    """
    was_accepted(found)
    if not found.results:
        raise NotObserved("no result came")
    there, result = sent_in(found.results[0]).get("profile") is not None, found.results[0]
    if found.words[0] == "ACCEPTED" and not there:
        yield Breach("profile beside the result ACCEPTED", "absent", result, "/profile")
    elif found.words[0] != "ACCEPTED" and there:
        yield Breach(f"no profile beside {found.words[0]}", "a profile", result, "/profile", Verdict.ADVISED)


@expectation(RESULT, "shows no more than the limit of the latest profile")
def keeps_limit(found: Outcome) -> Iterator[Breach]:
    """The active profile stays below the profile that was set last, in the same unit (CHP-014).

    Raises:
        NotObserved: none was set, or the two are in different units.
    """
    active, result = _shown(found)
    asked = [sent.body["charging_profile"] for sent, _ in found.earlier if "charging_profile" in sent.body]
    if not asked:
        raise NotObserved("the partner has set no profile")
    shown, latest = member(active, "charging_profile"), asked[-1]
    if shown.get("charging_rate_unit") != latest["charging_rate_unit"]:
        raise NotObserved("the active profile is in another unit than the profile that was set")
    most = latest["charging_profile_period"][0]["limit"]
    for index, period in listed(shown, "charging_profile_period"):
        limit, start = number(period.get("limit")), number(period.get("start_period"))
        if limit is not None and (start or 0) < ASKED and limit > most + _ROUNDING:
            place = f"/profile/charging_profile/charging_profile_period/{index}/limit"
            yield Breach(f"{most:g} at most, as set by the latest PUT", f"{limit:g}", result, place)


@expectation(RESULT, "shows a profile of the present")
def shows_present(found: Outcome) -> Iterator[Breach]:
    """start_date_time is about the time at which the result came (CHP-033)."""
    active, result = _shown(found)
    return _recent(active, result, "/profile")


def _recent(active: Json, exchange: Exchange, place: str) -> Iterator[Breach]:
    received = datetime.fromtimestamp(exchange.started_at, UTC)
    for flaw in calculated_recently(active, exchange.context.version, received):
        yield Breach(flaw.expected, flaw.actual, exchange, place + flaw.pointer)


# Active profiles that are pushed --------------------------------------------------------------------------------------


def _pushed(found: ActiveProfiles) -> tuple[Exchange, Json]:
    """Return the latest push for the Session, and its body.

    Raises:
        NotObserved: none came.
    """
    if not found.own:
        raise NotObserved("the target has not PUT the active profile of the Session")
    return found.own[-1], sent_in(found.own[-1])


@expectation(ACTIVE, "is pushed")
def is_pushed(found: ActiveProfiles) -> Iterator[Breach]:
    """A change is PUT to the Sender interface below the id of the Session (CHP-021, A48)."""
    if not found.own:
        elsewhere = f"{len(found.pushes)} of other Sessions" if found.pushes else "none"
        yield Breach("PUT of the active profile of the Session", elsewhere, found.latest)


@expectation(ACTIVE, "is not pushed", among="silence")
def is_not_pushed(found: ActiveProfiles) -> Iterator[Breach]:
    """Nothing comes for a Session on which this Sender never set a profile (CHP-022)."""
    if found.own:
        yield Breach("no PUT for a Session without a profile of the partner", "PUT of its active profile", found.own[0])


@expectation(ACTIVE, "is pushed as a valid ActiveChargingProfile")
def is_valid_push(found: ActiveProfiles) -> Iterator[Breach]:
    """The body is the object itself (CHP-052)."""
    exchange, _ = _pushed(found)
    return _deviations("ActiveChargingProfile", parsed(exchange.request.body), exchange)


@expectation(ACTIVE, "is pushed for a useful duration")
def is_useful(found: ActiveProfiles) -> Iterator[Breach]:
    """`duration`, where it is given, is from 5 to 60 minutes: outside of that guide it is advice, 0 fails (CHP-024)."""
    exchange, body = _pushed(found)
    seconds = number(member(body, "charging_profile").get("duration"))
    if seconds is not None and not _SHORTEST <= seconds <= _LONGEST:
        place = "/charging_profile/duration"
        verdict = Verdict.ADVISED if seconds > 0 else Verdict.FAILED
        yield Breach(f"from {_SHORTEST} to {_LONGEST} s", f"{seconds:g} s", exchange, place, verdict)


@expectation(ACTIVE, "shows the maximum of the EVSE")
def shows_maximum(found: ActiveProfiles) -> Iterator[Breach]:
    """Without a profile each limit is the maximum (CHP-025); what only the Connector says of that makes advice."""
    exchange, body = _pushed(found)
    profile = member(body, "charging_profile")
    unit = str(profile.get("charging_rate_unit"))
    declared = _declared(found.maximum, unit)
    known = (declared,) if declared is not None else _of_connector(found.plug, unit)
    if not known:
        raise NotObserved(f"the maximum of the EVSE in {unit} is not known")
    verdict = Verdict.FAILED if declared is not None else Verdict.ADVISED
    for index, period in listed(profile, "charging_profile_period"):
        limit = number(period.get("limit"))
        if limit is not None and not any(math.isclose(limit, most, rel_tol=0.02) for most in known):
            place = f"/charging_profile/charging_profile_period/{index}/limit"
            yield Breach(f"the maximum of the EVSE, {known[0]:g} {unit}", f"{limit:g}", exchange, place, verdict)


def _declared(maximum: str, unit: str) -> float | None:
    value, _, its_unit = maximum.partition(" ")
    try:
        return float(value) if its_unit == unit else None
    except ValueError:
        return None


def _of_connector(plug: Json, unit: str) -> tuple[float, ...]:
    """Return what can be the maximum of a Connector in `unit`; nothing when it does not say."""
    amperes, volts, watts = (number(plug.get(f"max_{name}")) for name in ("amperage", "voltage", "electric_power"))
    if unit == "A":
        return (amperes,) if amperes else ()
    made = tuple(amperes * volts * factor for factor in _PHASES) if amperes and volts else ()
    return (watts, *made) if watts else made
