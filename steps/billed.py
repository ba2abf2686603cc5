"""CDRs and Tariffs of the partner that a phrase can push, and the charging that a CDR is about. Nobody judges here.

Rules: what a CDR names is pushed before it, so that a target which refuses one is not asked to take it on trust.
"""

from __future__ import annotations

import copy
import functools
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any
from weakref import WeakKeyDictionary

from ocpi_conformance.mock_partner import samples
from ocpi_conformance.mock_partner.messages import parse_timestamp, timestamp
from ocpi_conformance.mock_partner.ocpi.modules import RECEIVER, SENDER
from ocpi_conformance.mock_partner.record import Record
from ocpi_conformance.steps import acts, things
from ocpi_conformance.steps.scene import Chosen, Json, Scene
from ocpi_conformance.steps.things import THINGS, Push, cdr_token, fresh_id, later, moment, new, owner, whole
from ocpi_conformance.steps.verdicts import NotObserved

# Tokens that are read to find one that is valid.
_TOKENS = 50

# What a CDR is about --------------------------------------------------------------------------------------------------

_RUNS: WeakKeyDictionary[Record, dict[str, dict[str, Chosen]]] = WeakKeyDictionary()


def charged(scene: Scene) -> None:
    """Let a driver of the target have charged at a Location of the partner, and push what a Receiver takes of that.

    The Location is the same in all scenarios of a registration, the Session is a new one.

    Raises:
        NotObserved: the target shows no Token that is valid.
    """
    known = _RUNS.setdefault(scene.record, {})
    if scene.site.name not in known:
        place = things.build(scene, "a Location")
        known[scene.site.name] = {"Token": valid_token(scene), "Location": _told(scene, place)}
    scene.objects |= known[scene.site.name]
    where = scene.chosen("Location").kept()
    body = samples.session(fresh_id("SES"), owner(scene), where, moment()) | {"cdr_token": cdr_token(scene)}
    scene.objects["Session"] = _told(scene, new(scene, "Session", "sessions", _path(scene, body["id"]), body))


def valid_token(scene: Scene) -> Chosen:
    """Return a valid Token of the target: from its list, or else of those that it has pushed."""
    listed: list[Json] = []
    if scene.offers("tokens", SENDER):
        with suppress(NotObserved):
            listed = acts.published(scene, "Token", _TOKENS)
    pushed = scene.site.platform.received.all("tokens")
    valid = [token for token in (*listed, *pushed) if token.get("valid") is True]
    if not valid:
        raise NotObserved("the target shows no valid Token that a driver could have charged with")
    found = next((token for token in valid if token.get("type") == "RFID"), valid[0])
    return Chosen("Token", "tokens", SENDER, (str(found.get("uid")),), dict(found))


def _told(scene: Scene, item: Push) -> Chosen:
    """Push what goes before a CDR, where the target takes such objects; the answer is for other scenarios to judge."""
    exchange = acts.push(scene, item, "PUT") if scene.offers(item.module, RECEIVER) else None
    return Chosen(item.kind, item.module, RECEIVER, item.path, item.body, exchange, ours=item.ours)


def _path(scene: Scene, name: str) -> tuple[str, ...]:
    party = owner(scene)
    return (party.country_code, party.party_id, name)


# CDRs -----------------------------------------------------------------------------------------------------------------


def _cdr(scene: Scene, change: Callable[[Json], None] | None = None) -> Push:
    """Return a new CDR of the charging of this scenario, as `change` leaves it."""
    session = scene.chosen("Session").kept()
    body = samples.cdr(fresh_id("CDR"), owner(scene), scene.chosen("Location").kept(), moment())
    same = ("session_id", "start_date_time", "end_date_time", "cdr_token")
    body |= {name: session["id" if name == "session_id" else name] for name in same}
    if change:
        change(body)
    return new(scene, "CDR", "cdrs", (), body)


def _complete_cdr(body: Json) -> None:
    nothing = {"excl_vat": 0.0, "incl_vat": 0.0}
    costs = ("total_fixed_cost", "total_time_cost", "total_parking_cost", "total_reservation_cost")
    body |= dict.fromkeys(costs, nothing)
    body |= {
        "authorization_reference": fresh_id("REF"),
        "meter_id": "METER-1",
        "signed_data": {
            "encoding_method": "OCMF",
            "encoding_method_version": 1,
            "public_key": "aGVsbG8=",
            "signed_values": [{"nature": "Start", "plain_data": "0.0", "signed_data": "aGVsbG8="}],
            "url": "https://www.example.com/signed",
        },
        "total_parking_time": 0.0,
        "remark": "Nothing to remark",
        "invoice_reference_id": "INVOICE-1",
        "credit": False,
        "home_charging_compensation": False,
    }


def _without_total_energy(body: Json) -> None:
    del body["total_energy"]


def _of_reservation(body: Json) -> None:
    """Make it the CDR of a reservation that led to no session, at no certain EVSE (mod_cdrs_cdr_location_class)."""
    nothing = {"excl_vat": 0.0, "incl_vat": 0.0}
    body["charging_periods"] = [
        {"start_date_time": body["start_date_time"], "dimensions": [{"type": "RESERVATION_TIME", "volume": 1.0}]}
    ]
    body["cdr_location"] |= dict.fromkeys(("evse_uid", "evse_id", "connector_id"), "#NA")
    body |= {"total_cost": nothing, "total_reservation_cost": nothing, "total_energy": 0.0}
    for name in ("session_id", "tariffs", "total_energy_cost"):
        del body[name]


def _of_reservation_at_its_evse(body: Json) -> None:
    """Make it the CDR of a reservation that led to no session, at the EVSE that was held."""
    place = body["cdr_location"]
    evse = {name: place[name] for name in ("evse_uid", "evse_id", "connector_id")}
    _of_reservation(body)
    body["cdr_location"] |= evse


def _in_quarters(body: Json) -> None:
    """Divide the hour of the one period into four, though nothing that the price depends on has changed."""
    whole_period = body["charging_periods"][0]
    start = parse_timestamp(whole_period["start_date_time"])
    parts = [{**found, "volume": found["volume"] / 4} for found in whole_period["dimensions"]]
    body["charging_periods"] = [
        whole_period | {"start_date_time": timestamp(start + timedelta(minutes=15 * n)), "dimensions": parts}
        for n in range(4)
    ]


def _with_negative_volumes(body: Json) -> None:
    """Let the vehicle have fed the grid in the second half of the hour (mod_cdrs_cdrdimensiontype_enum)."""
    period = body["charging_periods"][0]
    middle = timestamp(parse_timestamp(period["start_date_time"]) + timedelta(minutes=30))
    fed = {"ENERGY": -2.0, "TIME": 0.5, "MIN_CURRENT": -18.0, "MIN_POWER": -4.0}
    body["charging_periods"] = [
        period | {"dimensions": [{"type": "ENERGY", "volume": 13.0}, {"type": "TIME", "volume": 0.5}]},
        period
        | {
            "start_date_time": middle,
            "dimensions": [{"type": kind, "volume": volume} for kind, volume in fed.items()],
        },
    ]


def _with_dimensions_of_sessions(body: Json) -> None:
    more = (("STATE_OF_CHARGE", 80.0), ("CURRENT", 16.0), ("POWER", 11.0))
    body["charging_periods"][0]["dimensions"] += [{"type": kind, "volume": volume} for kind, volume in more]


_CDRS: dict[str, Callable[[Json], None]] = {
    "a complete CDR": _complete_cdr,
    "a CDR without total_energy": _without_total_energy,
    "a CDR of a reservation": _of_reservation,
    "a CDR of a reservation at its EVSE": _of_reservation_at_its_evse,
    "a CDR with more periods than it needs": _in_quarters,
    "a CDR with negative volumes": _with_negative_volumes,
    "a CDR with dimensions of Sessions": _with_dimensions_of_sessions,
}
THINGS["a CDR"] = _cdr
for _name, _change in _CDRS.items():
    THINGS[_name] = functools.partial(_cdr, change=_change)


@things.thing("a CDR at a Location that was never pushed")
def _elsewhere(scene: Scene) -> Push:
    place = things.build(scene, "a Location").kept()
    evse = place["evses"][0]
    made = samples.cdr_location(place, evse, evse["connectors"][0])
    return _cdr(scene, lambda body: body.update(cdr_location=made))


@things.thing("the CDR with another total_cost")
def _other_cost(scene: Scene) -> Push:
    total = {"excl_vat": 99.0, "incl_vat": 119.79}
    return whole(scene, "CDR", total_cost=total, total_energy_cost=total, remark="Another total")


@things.thing("the Credit CDR of the CDR")
def _credit(scene: Scene) -> Push:
    credit, _ = samples.corrected(scene.chosen("CDR").kept(), moment())
    return new(scene, "CDR", "cdrs", (), credit)


# Tariffs --------------------------------------------------------------------------------------------------------------


def _tariff(scene: Scene, make: Callable[..., Json] = samples.tariff, **changes: Any) -> Push:  # noqa: ANN401
    body = make(fresh_id("TAR"), owner(scene), moment()) | changes
    return new(scene, "Tariff", "tariffs", _path(scene, body["id"]), body)


_TEXTS: Json = {
    "tariff_alt_text": [{"language": "en", "text": "By the kilowatt-hour"}],
    "tariff_alt_url": "https://www.example.com/tariff",
}
_TARIFFS: dict[str, Callable[[Scene], Push]] = {
    "a Tariff": functools.partial(_tariff, **_TEXTS),
    "a minimal Tariff": _tariff,
    "a complete Tariff": functools.partial(
        _tariff, make=samples.rich_tariff, **_TEXTS, energy_mix={"is_green_energy": True}
    ),
    "a Tariff that is free of charge": functools.partial(_tariff, make=samples.free_tariff),
}
THINGS |= _TARIFFS


def _other_price(scene: Scene) -> list[Json]:
    elements: list[Json] = copy.deepcopy(scene.chosen("Tariff").content["elements"])
    elements[0]["price_components"][0]["price"] += 0.1
    return elements


def _changed(scene: Scene, **changes: Any) -> Push:  # noqa: ANN401
    return whole(scene, "Tariff", **changes, last_updated=later(scene.chosen("Tariff").content))


@things.thing("the Tariff with another price")
def _dearer(scene: Scene) -> Push:
    return _changed(scene, elements=_other_price(scene))


@things.thing("the Tariff without its tariff_alt_text")
def _silent(scene: Scene) -> Push:
    return _changed(scene, tariff_alt_text=None)


def _price(scene: Scene) -> Json:
    return {"elements": _other_price(scene)}


def _patch(scene: Scene, changes: Callable[[Scene], Json], *, dated: bool = True) -> Push:
    item = scene.chosen("Tariff")
    moments = {"last_updated": later(item.content)} if dated else {}
    return Push("Tariff", item.module, item.path, changes(scene) | moments)


THINGS["another price of the Tariff"] = functools.partial(_patch, changes=_price)
THINGS["another price of the Tariff without last_updated"] = functools.partial(_patch, changes=_price, dated=False)
THINGS["another tariff_alt_url of the Tariff"] = functools.partial(
    _patch, changes=lambda _: {"tariff_alt_url": "https://www.example.com/another-tariff"}
)


@things.thing("a Tariff with another party_id than its URL")
def _other_party(scene: Scene) -> Push:
    push = _tariff(scene)
    return Push(push.kind, push.module, push.path, push.body | {"party_id": "ZZZ"})
