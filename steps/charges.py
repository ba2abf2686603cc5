"""Sessions of the partner that a phrase can push, whole or in part, and where they are. Nobody judges here.

Rules: a Session is of a Token of the target at a Location that it was told of; what was left going on is ended.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from ocpi_conformance.mock_partner import samples
from ocpi_conformance.mock_partner.errors import HarnessError
from ocpi_conformance.mock_partner.messages import parse_timestamp, timestamp
from ocpi_conformance.steps import acts
from ocpi_conformance.steps.scene import Json, Scene
from ocpi_conformance.steps.things import (
    THINGS,
    Push,
    build,
    cdr_token,
    fresh_id,
    later,
    moment,
    new,
    owner,
    shown,
    thing,
    whole,
)
from ocpi_conformance.steps.verdicts import NotObserved

CAPABILITY = "CHARGING_PREFERENCES_CAPABLE"
_REQUIRED = (
    *("country_code", "party_id", "id", "start_date_time", "kwh", "cdr_token", "auth_method", "location_id"),
    *("evse_uid", "connector_id", "currency", "status", "last_updated"),
)
# What only charging periods of Sessions measure (mod_cdrs_cdrdimensiontype_enum).
_OF_SESSIONS = {"CURRENT": 16.0, "ENERGY_EXPORT": 0.5, "ENERGY_IMPORT": 3.0, "POWER": 11.0, "STATE_OF_CHARGE": 80.0}

# Whole Sessions -------------------------------------------------------------------------------------------------------


def _session(scene: Scene, change: Callable[[Json], None] | None = None, evse: int = 0) -> Push:
    """Return a new Session that goes on at an EVSE of the chosen Location, by its number, as `change` leaves it."""
    place, party = scene.chosen("Location").kept(), owner(scene)
    body = samples.session(fresh_id("SES"), party, place | {"evses": place["evses"][evse:]}, moment())
    del body["end_date_time"]
    body |= {
        "cdr_token": cdr_token(scene),
        "status": "ACTIVE",
        "authorization_reference": fresh_id("REF"),
        "meter_id": "METER-1",
    }
    for period in body["charging_periods"]:
        del period["tariff_id"]
    if change:
        change(body)
    path = (party.country_code, party.party_id, body["id"])
    if body["status"] == "ACTIVE":
        scene.undo.append(lambda: _end(scene, path))
    return new(scene, "Session", "sessions", path, body)


def _end(scene: Scene, path: tuple[str, ...]) -> None:
    now = timestamp(datetime.now(UTC))
    change = shown(scene, "Session", {"status": "INVALID", "end_date_time": now, "last_updated": now}, partial=True)
    with suppress(NotObserved, HarnessError):
        acts.push(scene, Push("Session", "sessions", path, change), "PATCH")


def _completed(body: Json) -> None:
    body |= {"status": "COMPLETED", "end_date_time": body["last_updated"]}


def _minimal(body: Json) -> None:
    for name in set(body) - set(_REQUIRED):
        del body[name]


def _with_dimensions(body: Json) -> None:
    body["charging_periods"] = [_with_more(period) for period in body["charging_periods"]]


def _with_more(period: Json) -> Json:
    known = {dimension["type"] for dimension in period["dimensions"]}
    more = [{"type": kind, "volume": volume} for kind, volume in _OF_SESSIONS.items() if kind not in known]
    return period | {"dimensions": [*period["dimensions"], *more]}


_SESSIONS: dict[str, Callable[[Json], None] | None] = {
    "a Session": None,
    "a complete Session": _completed,
    "a minimal Session": _minimal,
    "a Session with dimensions of Sessions": _with_dimensions,
}
for _name, _how in _SESSIONS.items():
    THINGS[_name] = functools.partial(_session, change=_how)


@thing("a Session with another party_id than its URL")
def _mismatched(scene: Scene) -> Push:
    push = _session(scene)
    return Push(push.kind, push.module, push.path, push.body | {"party_id": "ZZZ"})


@thing("a Session at an EVSE that takes no preferences")
def _at_another_evse(scene: Scene) -> Push:
    return _session(scene, evse=1)


# Changes of the chosen Session ----------------------------------------------------------------------------------------


def _used_more(scene: Scene) -> Json:
    return {"kwh": scene.chosen("Session").content["kwh"] + 2.5, "total_cost": {"excl_vat": 4.73, "incl_vat": 5.72}}


def _next_period(scene: Scene) -> Json:
    """Return a charging period that begins a quarter of an hour after the last one of the Session."""
    last: Json = scene.chosen("Session").content["charging_periods"][-1]
    begin = timestamp(parse_timestamp(last["start_date_time"]) + timedelta(minutes=15))
    return last | {"start_date_time": begin}


def _replaced(scene: Scene, changes: Callable[[Scene], Json]) -> Push:
    return whole(scene, "Session", **changes(scene), last_updated=later(scene.chosen("Session").content))


def _patch(scene: Scene, changes: Callable[[Scene], Json], *, dated: bool = True) -> Push:
    item = scene.chosen("Session")
    moments = {"last_updated": later(item.content)} if dated else {}
    return Push("Session", "sessions", item.path, shown(scene, "Session", changes(scene) | moments, partial=True))


_REPLACEMENTS: dict[str, Callable[[Scene], Json]] = {
    "the Session with more energy": _used_more,
    "the Session with other charging periods": lambda scene: {"charging_periods": [_next_period(scene)]},
    "the Session without charging periods": lambda _: {"charging_periods": None},
    "the Session with an empty list of charging periods": lambda _: {"charging_periods": []},
}
_CHANGES: dict[str, Callable[[Scene], Json]] = {
    "more energy of the Session": _used_more,
    "one more charging period of the Session": lambda scene: {"charging_periods": [_next_period(scene)]},
    "another auth_method of the Session": lambda _: {"auth_method": "AUTH_REQUEST"},
    "an empty list of charging periods of the Session": lambda _: {"charging_periods": []},
    "one more charging period with dimensions of Sessions": lambda scene: {
        "charging_periods": [_with_more(_next_period(scene))]
    },
}
for _name, _changes in _REPLACEMENTS.items():
    THINGS[_name] = functools.partial(_replaced, changes=_changes)
for _name, _changes in _CHANGES.items():
    THINGS[_name] = functools.partial(_patch, changes=_changes)
THINGS["more energy of the Session without last_updated"] = functools.partial(_patch, changes=_used_more, dated=False)


@thing("one more charging period below the Session")
def _below(scene: Scene) -> Push:
    push = build(scene, "one more charging period of the Session")
    return Push(push.kind, push.module, (*push.path, "charging_periods"), push.body)


@thing("the Session without its meter_id")
def _without_meter(scene: Scene) -> Push:
    """Return what a list shows as new: it was updated just now."""
    return whole(scene, "Session", meter_id=None, last_updated=timestamp(datetime.now(UTC)))


# Where preferences are taken ------------------------------------------------------------------------------------------


@thing("a Tariff for green charging")
def _green(scene: Scene) -> Push:
    party = owner(scene)
    body = samples.green_tariff(fresh_id("TAR"), party, moment())
    return new(scene, "Tariff", "tariffs", (party.country_code, party.party_id, body["id"]), body)


@thing("a Location with charging preferences")
def _with_preferences(scene: Scene) -> Push:
    """Return a Location whose first EVSE takes charging preferences; all its Connectors have the chosen Tariff."""
    push = build(scene, "a Location")
    for evse in push.body["evses"]:
        for plug in evse["connectors"]:
            plug["tariff_ids"] = [scene.chosen("Tariff").content["id"]]
    push.body["evses"][0]["capabilities"].append(CAPABILITY)
    return push
