"""The rules on Sessions beyond their shape. Pure functions, no exchange; what Sessions share with CDRs is in `cdrs`."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import pairwise

from ocpi_conformance.steps.checks.rules.cdr_costs import unmarked_changes
from ocpi_conformance.steps.checks.rules.cdrs import location_of_use
from ocpi_conformance.steps.checks.rules.common import (
    CLOCK_TOLERANCE,
    Json,
    amount,
    change_flaws,
    code_flaws,
    folded,
    listed,
    member,
    moment,
    number,
    owner,
    owner_flaws,
    text,
)
from ocpi_conformance.steps.checks.rules.pricing import volumes
from ocpi_conformance.steps.checks.rules.registry import Flaw, rule, rule_over
from ocpi_conformance.steps.likeness import absent, differences, shown
from ocpi_conformance.steps.verdicts import Verdict

SCHEMA_DECIDES: dict[str, tuple[str, str]] = {"SES-017": ("Session", ""), "SES-079": ("Session", "/total_cost")}
"""What the schemas decide: the class, and the end of the pointer of its errors without indices; "" is any error."""

NOT_JUDGED: dict[str, str] = {}
"""Entries that no object can break, and why."""

_START = {"2.1.1": "start_datetime"}
_END = {"2.1.1": "end_datetime"}
_NOT_AVAILABLE = "#NA"
_KWH = 0.01
_WH_PER_KWH = 1000
# Both are what the text calls too much and too little: a period each minute, and none in half an hour. A few periods
# are no traffic, however short the session was.
_OFTEN, _RARELY, _FEW = 60.0, 1800.0, 5
_CLOCK_SKEW = 300.0
_FREE = 0.005
# From which status a session may come to which one; what is not here is noted.
_NEXT = {
    "PENDING": {"ACTIVE", "COMPLETED", "INVALID", "RESERVATION"},
    "RESERVATION": {"ACTIVE", "COMPLETED", "INVALID", "PENDING"},
    "ACTIVE": {"COMPLETED", "INVALID"},
    "COMPLETED": {"INVALID"},
    "INVALID": set(),
}


def _start_name(version: str) -> str:
    return _START.get(version, "start_date_time")


def _end_name(version: str) -> str:
    return _END.get(version, "end_date_time")


# One Session


@rule("SES-047", "Session")
def spacing_of_periods(session: Json, version: str) -> Iterator[Flaw]:
    """How closely charging periods follow is noted where it is close or wide (mod_sessions_session_object).

    It is recommended that they suffice and are not too many, but their number is left to the CPO: it is only observed.
    """
    begin, until = moment(session.get(_start_name(version))), moment(session.get("last_updated"))
    end = moment(session.get(_end_name(version))) or until
    count = len(list(listed(session, "charging_periods")))
    if begin is None or end is None or text(session.get("status")) not in {"ACTIVE", "COMPLETED"}:
        return
    spacing = (end - begin).total_seconds() / max(count, 1)
    if (count > _FEW and spacing < _OFTEN) or (spacing > _RARELY and (number(session.get("kwh")) or 0.0) > _KWH):
        expected, actual = "a period in a minute to half an hour", f"{count} in {end - begin}"
        yield Flaw("/charging_periods", expected, actual, Verdict.OBSERVED)


@rule("SES-051", "Session")
def ends_after_start(session: Json, version: str) -> Iterator[Flaw]:
    """A session does not end before it starts (mod_sessions_session_object)."""
    begin, end = (moment(session.get(name)) for name in (_start_name(version), _end_name(version)))
    if begin and end and (begin - end).total_seconds() > CLOCK_TOLERANCE:
        expected = f"{session[_start_name(version)]} or later"
        yield Flaw(f"/{_end_name(version)}", expected, session[_end_name(version)])


@rule("SES-056", "Session")
def not_available_in_reservations(session: Json, version: str) -> Iterator[Flaw]:
    """#NA stands for what is not yet assigned, so nothing is charged there (mod_sessions_session_object)."""
    charging = session.get("status") == "ACTIVE" or (number(session.get("kwh")) or 0.0) > 0
    for name in ("evse_uid", "connector_id"):
        if charging and text(session.get(name)).upper() == _NOT_AVAILABLE:
            yield Flaw(f"/{name}", "what is used, since there is charging", session[name])


@rule("SES-058", "Session")
def currency_code(session: Json, version: str) -> Iterator[Flaw]:
    """The currency is or was a code of ISO 4217 (mod_sessions_session_object)."""
    yield from code_flaws(session, "currency", "currency")


@rule("SES-060", "Session")
def owner_country(session: Json, version: str) -> Iterator[Flaw]:
    """country_code is a code of ISO 3166-1 alpha-2 (mod_sessions_session_object); see also `owner_of_session`."""
    yield from code_flaws(session, "country_code", "alpha-2")


@rule("SES-071", "Session")
def only_the_evse_used(session: Json, version: str) -> Iterator[Flaw]:
    """The location of a session of 2.1.1 has the EVSE and connector in use, no others (Session Object)."""
    yield from location_of_use(session)


@rule("SES-083", "Session", what="COMPLETED Session", when=lambda session: session.get("status") == "COMPLETED")
def completed_has_end(session: Json, version: str) -> Iterator[Flaw]:
    """A completed session in which energy was charged has an end (mod_sessions_session_object)."""
    charged = (number(session.get("kwh")) or 0.0) > 0
    if session.get("status") == "COMPLETED" and charged and absent(session.get(_end_name(version))):
        yield Flaw(f"/{_end_name(version)}", "the end of a COMPLETED session", "absent")


@rule("SES-084", "Session")
def energy_in_kwh(session: Json, version: str) -> Iterator[Flaw]:
    """ENERGY volumes are in kWh, like kwh, although examples have Wh (mod_cdrs_cdrdimensiontype_enum; A32)."""
    kwh = number(session.get("kwh"))
    energy = sum(volumes(period).get("ENERGY", 0.0) for _, period in listed(session, "charging_periods"))
    if kwh is not None and kwh > _KWH and math.isclose(energy, _WH_PER_KWH * kwh, rel_tol=0.02):
        yield Flaw("/charging_periods", f"{kwh:.6g} kWh of ENERGY, as in kwh", f"{energy:.6g} (in Wh?)")


# Between Sessions


@rule_over("SES-049", "Session")
def id_unique(sessions: Sequence[Json], version: str) -> Iterator[Flaw]:
    """No two sessions of one owner share an id (mod_sessions_session_object).

    A session changes while it lasts: two are told apart by their location, or by token and start together.
    """
    first: dict[tuple[str, str, str], Json] = {}
    for index, session in enumerate(sessions):
        name = folded(session.get("id"), version)
        other = first.setdefault((*owner(session, version), name), session)
        if name and other is not session and _differ(session, other, version):
            yield Flaw("/id", "an id that no other session has", shown(session["id"]), index=index)


def _differ(one: Json, two: Json, version: str) -> bool:
    places = [_place(session, version) for session in (one, two)]
    tokens = [_token(session, version) for session in (one, two)]
    starts = [moment(session.get(_start_name(version))) for session in (one, two)]
    if all(places) and places[0] != places[1]:
        return True
    apart = starts[0] and starts[1] and abs((starts[0] - starts[1]).total_seconds()) > CLOCK_TOLERANCE
    ended = one.get("status") == two.get("status") == "COMPLETED"
    return bool(apart) and (ended or (all(tokens) and tokens[0] != tokens[1]))


def _place(session: Json, version: str) -> str:
    if version == "2.1.1":
        return text(member(session, "location").get("id"))
    return text(session.get("location_id")).lower()


def _token(session: Json, version: str) -> str:
    if version == "2.1.1":
        return text(session.get("auth_id"))
    return text(member(session, "cdr_token").get("uid")).lower()


# Between objects of several classes, or two readings of one


def periods_at_price_changes(
    session: Json, version: str, tariffs: Mapping[str, Json], time_zone: str
) -> Iterator[Flaw]:
    """SES-048: a period starts where the price of what is used changes (mod_sessions_session_object).

    `tariffs` are the published ones, by id as `folded` writes it; `time_zone` is that of the location.
    """
    end = moment(session.get(_end_name(version))) or moment(session.get("last_updated"))
    yield from unmarked_changes(session, version, end, dict(tariffs), time_zone)


def refers_to_locations(session: Json, version: str, locations: Iterable[Json]) -> Iterator[Flaw]:
    """SES-055: the EVSE belongs to the location and the connector to the EVSE (mod_sessions_session_object).

    `locations` were read freshly. A location that is not among them may be hidden from the reader: it is noted.
    """
    wanted = [text(session.get(name)) for name in ("location_id", "evse_uid", "connector_id")]
    own = (item for item in locations if owner(item, version) == owner(session, version))
    location = next((item for item in own if _named(item, "id", wanted[0])), None)
    if location is None:
        if wanted[0]:
            yield Flaw("/location_id", "a location that can be read", wanted[0], at_most=Verdict.OBSERVED)
        return
    if not wanted[1] or wanted[1].upper() == _NOT_AVAILABLE:
        return
    evse = next((item for _, item in listed(location, "evses") if _named(item, "uid", wanted[1])), None)
    if evse is None:
        yield Flaw("/evse_uid", f"an EVSE of location {wanted[0]}", wanted[1])
        return
    connectors = [text(item.get("id")).lower() for _, item in listed(evse, "connectors")]
    if wanted[2] and wanted[2].upper() != _NOT_AVAILABLE and wanted[2].lower() not in connectors:
        yield Flaw("/connector_id", f"a connector of EVSE {wanted[1]}", wanted[2])


def _named(item: Json, field: str, name: str) -> bool:
    return text(item.get(field)).lower() == name.lower()


def owner_of_session(session: Json, version: str, parties: Iterable[tuple[str, str]]) -> Iterator[Flaw]:
    """SES-060: the owner is a party of the target, `parties` by its credentials; not for hubs (Session Object)."""
    yield from owner_flaws(session, version, parties)


def completed_stays(before: Json, after: Json, version: str, *, patch: bool = False) -> Iterator[Flaw]:
    """SES-061: a completed session does not change any more (mod_sessions_sessionstatus_enum).

    `after` is a later copy or, with `patch`, the body of a later PATCH. A last_updated that alone is later is advice;
    so is what has changed of the Location that a session of 2.1.1 holds, which is not said to stay as it was.
    """
    if before.get("status") != "COMPLETED":
        return
    one, other = (after, before) if patch else (before, after)
    for found in differences(version, "Session", one, other, closed=not patch):
        was, now = (found.actual, found.expected) if patch else (found.expected, found.actual)
        apart = found.pointer == "/last_updated" or found.pointer.startswith("/location/")
        verdict = Verdict.ADVISED if apart else Verdict.FAILED
        yield Flaw(found.pointer, f"{was}, as when it was COMPLETED", now, verdict)


def invalid_is_not_billed(cdrs: Sequence[Json], version: str, invalid: Iterable[Json]) -> Iterator[Flaw]:
    """SES-062: no CDR with a cost, unless it is credited, is for an INVALID session (mod_sessions_sessionstatus_enum).

    `invalid` are the sessions that were last seen so. CDRs of 2.1.1 name no session. The index of a flaw is a CDR's.
    """
    sessions = {(*owner(session, version), text(session.get("id")).lower()) for session in invalid}
    credited = {
        (*owner(cdr, version), text(cdr.get("credit_reference_id")).lower())
        for cdr in cdrs
        if cdr.get("credit") is True
    }
    for index, cdr in enumerate(cdrs):
        party, name = owner(cdr, version), text(cdr.get("session_id")).lower()
        cost = amount(cdr.get("total_cost"), version)
        if not name or (*party, name) not in sessions or cost is None or cost <= _FREE or cdr.get("credit") is True:
            continue
        if (*party, text(cdr.get("id")).lower()) not in credited:
            yield Flaw(
                "/total_cost", "no cost, or a Credit CDR for it, as the session is INVALID", f"{cost:.4g}", index=index
            )


def order_of_statuses(statuses: Sequence[str]) -> Iterator[Flaw]:
    """SES-063: a way from one status to another that the texts do not describe is noted (SessionStatus enum).

    `statuses` are those of one session in the order in which they were seen.
    """
    for before, after in pairwise(statuses):
        if before != after and after not in _NEXT.get(before, {after}):
            yield Flaw("/status", f"{' or '.join(sorted(_NEXT[before])) or 'no other status'} after {before}", after)


def active_by_now(session: Json, version: str, received: datetime) -> Iterator[Flaw]:
    """SES-069: an active or completed session of 2.1.1 has started when it is `received` (Session Object)."""
    name = _start_name(version)
    begin, end = moment(session.get(name)), moment(session.get(_end_name(version)))
    if text(session.get("status")) not in {"ACTIVE", "COMPLETED"} or begin is None:
        return
    if (begin - received).total_seconds() > _CLOCK_SKEW:
        yield Flaw(f"/{name}", f"not later than its arrival at {received:%Y-%m-%dT%H:%M:%SZ}", session[name])
    elif end and (begin - end).total_seconds() > CLOCK_TOLERANCE:
        yield Flaw(f"/{name}", f"not after the end, {session[_end_name(version)]}", session[name])


def change_is_later(
    first: Json, second: Json, version: str, first_read: datetime, apart: float = math.inf
) -> Iterator[Flaw]:
    """SES-078: of two whole copies that differ the later one has a later last_updated (mod_sessions_session_object).

    `first_read` is when the first one was read and `apart` how many seconds later the second one was: a session may
    change twice within the second of its last_updated.
    """
    yield from change_flaws(version, "Session", first, second, first_read, apart)


JOINS: Mapping[str, tuple[Callable[..., Iterator[Flaw]], ...]] = {
    "SES-048": (periods_at_price_changes,),
    "SES-055": (refers_to_locations,),
    "SES-060": (owner_of_session,),
    "SES-061": (completed_stays,),
    "SES-062": (invalid_is_not_billed,),
    "SES-063": (order_of_statuses,),
    "SES-069": (active_by_now,),
    "SES-078": (change_is_later,),
}
"""By requirement, the functions that need more than Sessions, or what no object says; their arguments differ."""
