"""What the course of a Session of the target must be, its answers to charging preferences, and copies of Sessions.

Rules: Sessions alone are in `rules`; pushes of them, whoever they are about, are in `session_pushes`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from ocpi_conformance.mock_partner.ocpi import status
from ocpi_conformance.mock_partner.record import Exchange
from ocpi_conformance.steps.acts import ReadBack
from ocpi_conformance.steps.begun import OVER, Sight
from ocpi_conformance.steps.checks.each import parsed
from ocpi_conformance.steps.checks.registry import expectation
from ocpi_conformance.steps.checks.responses import http_status, ocpi_status, outcome, succeeds
from ocpi_conformance.steps.checks.rules.common import moment
from ocpi_conformance.steps.course import Course
from ocpi_conformance.steps.likeness import differences
from ocpi_conformance.steps.scene import Json, data_of
from ocpi_conformance.steps.verdicts import Breach, NotObserved, Verdict
from ocpi_conformance.steps.wishes import PROFILES

SESSION, RESPONSE, COPY = "the Session", "the response", "the copy"
# What a push is expected to tell of a Session that goes on.
_TELLING = ("status", "kwh", "charging_periods", "total_cost", "end_date_time", "start_date_time")
# Seconds by which the clock of a charge point may be wrong.
_CLOCK_SKEW = 300.0
# Less than these seconds between begin and charging cannot be told from none.
_TICK = 2.0

# The course of a Session ----------------------------------------------------------------------------------------------


def _breach(sight: Sight, expected: str, name: str, at_most: Verdict = Verdict.FAILED) -> Breach:
    """Return the breach that a field of a Session is not as expected where it was seen."""
    value = sight.value.get(name)
    actual = "absent" if value is None else str(value)
    payload = sight.payload
    return Breach(expected, actual, payload.exchange, f"{payload.pointer}/{name}", at_most)


def _pushes(course: Course) -> list[Sight]:
    """Return the pushes of a Session.

    Raises:
        NotObserved: there is none, as the target may be pull-only.
    """
    if not course.pushes:
        raise NotObserved("the target has not pushed the Session; it may be one that only lets itself be asked")
    return course.pushes


@expectation(SESSION, "was pushed whole when it began")
def pushed_whole(course: Course) -> Iterator[Breach]:
    """The first push of a Session is a PUT (mod_sessions_push_model, mod_sessions_reservation)."""
    first = _pushes(course)[0].payload.exchange
    if first.request.method != "PUT":
        yield Breach("PUT of the new Session", f"{first.request.method} first", first)


@expectation(SESSION, "is pushed with its change")
def pushed_with_change(course: Course) -> Iterator[Breach]:
    """What changes is sent by PATCH; a PUT of the whole says it too (mod_sessions_push_model)."""
    pushes = _pushes(course)
    before = [sight for sight in course.sights if sight not in course.news]
    known = before[-1].value if before else {}
    told = (s for s in course.news if s.is_push and any(s.value.get(name) != known.get(name) for name in _TELLING))
    if not any(told):
        yield Breach("PATCH with what has changed", "no such push", pushes[-1].payload.exchange)


def _took_effect(course: Course) -> None:
    if course.result != "ACCEPTED":
        raise NotObserved(f"the result of the command is {course.result or 'missing'}, not ACCEPTED")


def _was(sights: Iterable[Sight], word: str) -> bool:
    return any(sight.value.get("status") == word for sight in sights)


@expectation(SESSION, "was ACTIVE once somebody charged")
def was_taken_up(course: Course) -> Iterator[Breach]:
    """A reservation that leads to charging with the same Token is that Session (mod_sessions_reservation).

    Raises:
        NotObserved: the command was not ACCEPTED, or nobody charged.
    """
    _took_effect(course)
    if _was(course.sights, "ACTIVE"):
        return
    if not _was(course.others, "ACTIVE"):
        raise NotObserved("nothing shows that the reservation led to charging")
    yield _breach(course.latest, "the status ACTIVE, since there is charging with its Token", "status")


@expectation(SESSION, "was COMPLETED without charging")
def was_completed(course: Course) -> Iterator[Breach]:
    """A reservation that ends without charging becomes COMPLETED (mod_sessions_reservation).

    Raises:
        NotObserved: it was not cancelled, or there was charging.
    """
    _took_effect(course)
    if _was(course.sights, "ACTIVE"):
        raise NotObserved("the reservation has led to charging")
    if not _was(course.sights, "COMPLETED"):
        yield _breach(course.latest, "the status COMPLETED", "status")


@expectation(SESSION, "has come to its end")
def has_ended(course: Course) -> Iterator[Breach]:
    """The last status is COMPLETED or INVALID; ACTIVE is noted, as a car may be parked on (mod_sessions_push_model)."""
    word = course.latest.value.get("status")
    if word not in OVER:
        limit = Verdict.OBSERVED if word == "ACTIVE" else Verdict.FAILED
        yield _breach(course.latest, "the status COMPLETED or INVALID", "status", limit)


@expectation(SESSION, "starts when it becomes ACTIVE")
def starts_when_active(course: Course) -> Iterator[Breach]:
    """start_date_time moves from the creation to the moment of the transition (mod_sessions_session_object).

    Raises:
        NotObserved: the Session was not seen in both states, or not long enough in the first.
    """
    pending = [sight for sight in course.sights if sight.value.get("status") == "PENDING"]
    active = [sight for sight in course.sights if sight.value.get("status") == "ACTIVE"]
    if not pending or not active:
        raise NotObserved("the Session was not seen both PENDING and ACTIVE")
    created, begun = (_time(sight, "start_date_time") for sight in (pending[-1], active[0]))
    changed = _time(active[0], "last_updated")
    if (changed - created).total_seconds() < _TICK:
        raise NotObserved("the Session was PENDING too shortly to tell its begin from its creation")
    if begun <= created:
        expected = f"a start_date_time after the creation at {created:%FT%TZ}"
        yield _breach(active[0], expected, "start_date_time")
    elif abs((begun - changed).total_seconds()) > _CLOCK_SKEW:
        expected = f"a start_date_time near the change to ACTIVE at {changed:%FT%TZ}"
        yield _breach(active[0], expected, "start_date_time")


def _time(sight: Sight, name: str) -> datetime:
    found = moment(sight.value.get(name))
    if found is None:
        raise NotObserved(f"the Session has no {name}")
    return found


@expectation(SESSION, "names COMMAND as its auth_method")
def by_command(course: Course) -> Iterator[Breach]:
    """What a command starts is authorized by it, or by asking the eMSP in between (mod_cdrs_authmethod_enum).

    Raises:
        NotObserved: the command was not ACCEPTED.
    """
    _took_effect(course)
    method = course.latest.value.get("auth_method")
    asked = any(call.context.route == "authorize" for call in course.calls)
    if method != "COMMAND" and not (method == "AUTH_REQUEST" and asked):
        yield _breach(course.latest, "auth_method COMMAND", "auth_method")


@expectation(SESSION, "has a Tariff for each profile type that was ACCEPTED")
def has_tariffs_for_profiles(course: Course) -> Iterator[Breach]:
    """A supported profile type has a Tariff at the Connector; one without type is for all (ChargingPreferences).

    Raises:
        NotObserved: the Tariffs of the Connector are not known, or no preferences were answered.
    """
    if not course.preferences:
        raise NotObserved("the target was not asked for charging preferences")
    if course.profiles is None:
        raise NotObserved("the target does not publish the Tariffs of the Connector")
    for exchange in course.preferences:
        wish = parsed(exchange.request.body)
        profile = wish.get("profile_type") if isinstance(wish, dict) else None
        if profile in PROFILES and data_of(exchange) == "ACCEPTED" and not {"", f"PROFILE_{profile}"} & course.profiles:
            known = ", ".join(sorted(course.profiles))
            yield Breach(f"a Tariff of the type PROFILE_{profile}, or {profile} refused", f"{known} only", exchange)


# Charging preferences -------------------------------------------------------------------------------------------------


@expectation(RESPONSE, "is a ChargingPreferencesResponse whatever it says")
def is_preferences_response(exchange: Exchange) -> Iterator[Breach]:
    """An ongoing Session takes preferences at its URL (mod_sessions_cpo_put_method); what `data` holds is SES-020."""
    if not succeeds(exchange):
        yield Breach("HTTP 2xx with an OCPI status of 1xxx", outcome(exchange), exchange)


@expectation(RESPONSE, "is one word for the charging preferences")
def is_one_word(exchange: Exchange) -> Iterator[Breach]:
    """`data` is a value of the enum, as a JSON string (mod_sessions_charging_preferences_response_enum)."""
    data = data_of(exchange)
    if not isinstance(data, str) or data not in _WORDS:
        yield Breach(f"one of {', '.join(sorted(_WORDS))}", _shown(data), exchange, "/data")


_ASKS = {"DEPARTURE_REQUIRED": "departure_time", "ENERGY_NEED_REQUIRED": "energy_need"}
_WORDS = frozenset({"ACCEPTED", "NOT_POSSIBLE", "PROFILE_TYPE_NOT_SUPPORTED", *_ASKS})


def _shown(data: object) -> str:
    return data if isinstance(data, str) else f"a value of another type ({type(data).__name__})"


@expectation(RESPONSE, "refuses preferences where there are none")
def refuses_incapable(exchange: Exchange) -> Iterator[Breach]:
    """HTTP 404 with OCPI 2001 (mod_sessions_charging_preferences_response_enum); with HTTP 200 it is noted (A16)."""
    right = ocpi_status(exchange) == status.INVALID_PARAMETERS
    if right and http_status(exchange) == 404:
        return
    limit = Verdict.OBSERVED if right and http_status(exchange) == 200 else Verdict.ADVISED
    yield Breach("HTTP 404 with OCPI 2001", outcome(exchange), exchange, at_most=limit)


@expectation(RESPONSE, "does not promise the profile type")
def profile_not_promised(exchange: Exchange) -> Iterator[Breach]:
    """Anything but ACCEPTED; which of several reasons is told is open (ChargingPreferencesResponse enum)."""
    if data_of(exchange) == "ACCEPTED":
        yield Breach("PROFILE_TYPE_NOT_SUPPORTED", "ACCEPTED", exchange, "/data")


@expectation(RESPONSE, "asks only for what was left out")
def asks_for_what_lacks(exchange: Exchange) -> Iterator[Breach]:
    """A CPO requires a field that is not there, not one that is (ChargingPreferencesResponse enum)."""
    wish, word = parsed(exchange.request.body), data_of(exchange)
    name = _ASKS.get(word, "") if isinstance(word, str) else ""
    if name and isinstance(wish, dict) and wish.get(name) is not None:
        yield Breach(f"another answer, since {name} is given", str(word), exchange, "/data")


@expectation(RESPONSE, "takes the wish or says that it is NOT_POSSIBLE")
def possible_or_not(exchange: Exchange) -> Iterator[Breach]:
    """ACCEPTED is no guarantee, NOT_POSSIBLE is for what the EVSE knows (ChargingPreferencesResponse enum)."""
    if not succeeds(exchange):
        yield Breach("NOT_POSSIBLE or ACCEPTED", outcome(exchange), exchange)
    elif (word := data_of(exchange)) not in ("NOT_POSSIBLE", "ACCEPTED"):
        yield Breach("NOT_POSSIBLE or ACCEPTED", _shown(word), exchange, "/data")


# Copies of what the partner pushed ------------------------------------------------------------------------------------


def _periods(back: ReadBack, expected: list[Json]) -> Iterator[Breach]:
    """Yield a breach where the copy has other charging_periods than `expected`, in whatever order."""
    version = back.exchange.context.version or "2.2.1"
    stored = back.stored if isinstance(back.stored, dict) else {}
    one, other = ({"charging_periods": item} for item in (expected, stored.get("charging_periods")))
    for _ in differences(version, "Session", one, other, closed=True):
        yield Breach(_counted(expected), _counted(other["charging_periods"]), back.exchange, "/data/charging_periods")


def _counted(periods: object) -> str:
    if not isinstance(periods, list) or not periods:
        return "no charging_periods"
    starts = (str(item.get("start_date_time")) for item in periods if isinstance(item, dict))
    return f"{len(periods)} charging_periods from {', '.join(starts)}"


def _taken(back: ReadBack) -> Json:
    """Return the body of the latest push, which the target has reported as a success."""
    answer = back.latest.exchange if back.latest else None
    if back.latest is None or answer is None or not succeeds(answer):
        raise NotObserved(f"the target did not take the push: {outcome(answer) if answer else 'no answer'}")
    return back.latest.content


def _before(back: ReadBack) -> list[Json]:
    if back.before is None:
        raise NotObserved("the target's copy of the Session could not be read before")
    return list(back.before.get("charging_periods") or [])


@expectation(COPY, "has the charging_periods of the push and no others")
def only_pushed_periods(back: ReadBack) -> Iterator[Breach]:
    """PUT replaces the periods, also by none (mod_sessions_msp_put_method)."""
    yield from _periods(back, list(_taken(back).get("charging_periods") or []))


@expectation(COPY, "has its charging_periods and those of the push")
def added_periods(back: ReadBack) -> Iterator[Breach]:
    """PATCH adds its periods, if there are any, to those that are there (mod_sessions_patch_method)."""
    pushed = list(_taken(back).get("charging_periods") or [])
    yield from _periods(back, [*_before(back), *pushed])
