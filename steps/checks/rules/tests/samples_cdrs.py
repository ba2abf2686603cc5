"""CDRs, Sessions and Tariffs of our own making for the tests of the rules; every builder gives a new, valid object."""

from __future__ import annotations

import copy
import json
import tomllib
from functools import cache
from pathlib import Path

from ocpi_conformance.steps.checks.rules import RULES
from ocpi_conformance.steps.verdicts import LEVELS, Verdict

V211, V221, V230, BOOKINGS = "2.1.1", "2.2.1", "2.3.0", "2.3.0-bookings"
LATER = (V221, V230, BOOKINGS)
ALL = (V211, *LATER)
ROOT = Path(__file__).parents[4]
ORDER = (Verdict.OBSERVED, Verdict.ADVISED, Verdict.FAILED)


@cache
def catalogue(area):
    """Return the entries of features/requirements/<area>.toml."""
    return tomllib.loads((ROOT / "features" / "requirements" / f"{area}.toml").read_text(encoding="utf-8"))


def payload(area):
    """Return the ids of the entries of an area that payloads decide."""
    return {name for name, entry in catalogue(area).items() if entry["observed_by"] == "payload"}


def price(version, amount):
    """Return a cost of `amount` without tax."""
    if version == V211:
        return amount
    if version == V221:
        return {"excl_vat": amount, "incl_vat": round(amount * 1.1, 4)}
    return {"before_taxes": amount, "taxes": [{"name": "VAT", "percentage": 10, "amount": round(amount * 0.1, 4)}]}


def component(kind, amount, step=1):
    """Return a PriceComponent."""
    return {"type": kind, "price": amount, "step_size": step}


def element(*components, **restrictions):
    """Return a TariffElement of (type, price, step_size) with restrictions."""
    found = {"price_components": [component(*parts) for parts in components]}
    return {**found, "restrictions": restrictions} if restrictions else found


def tariff(version, *elements, name="T1", **members):
    """Return a Tariff in euros."""
    owner = {} if version == V211 else {"country_code": "NL", "party_id": "CPO"}
    tax = {"tax_included": "NO"} if version.startswith(V230) else {}
    whole = {**owner, "id": name, "currency": "EUR", "elements": list(elements), **tax}
    return {**whole, "last_updated": "2024-01-01T00:00:00Z", **members}


def period(start, tariff_id="T1", **dimensions):
    """Return a ChargingPeriod that starts at the time of day `start` (UTC, `day` is 2024-03-05, a Tuesday)."""
    found = {
        "start_date_time": f"2024-03-05T{start}:00Z",
        "dimensions": [{"type": kind, "volume": volume} for kind, volume in dimensions.items()],
    }
    return {**found, "tariff_id": tariff_id} if tariff_id else found


def plain(version, item):
    """Return a copy in which, for 2.1.1, no period names a tariff."""
    found = copy.deepcopy(item)
    for one in (found.get("charging_periods") or []) if version == V211 else []:
        one.pop("tariff_id", None)
    return found


def location_211():
    """Return the Location of a 2.1.1 CDR or Session."""
    moment = "2024-01-01T00:00:00Z"
    connector = {
        "id": "1", "standard": "IEC_62196_T2", "format": "SOCKET", "power_type": "AC_3_PHASE", "voltage": 230,
        "amperage": 32, "last_updated": moment,
    }  # fmt: skip
    evse = {"uid": "E1", "status": "AVAILABLE", "connectors": [connector], "last_updated": moment}
    return {
        "id": "LOC1", "type": "ON_STREET", "address": "Stationsweg 1", "city": "Utrecht", "postal_code": "3511 AB",
        "country": "NLD", "coordinates": {"latitude": "52.090700", "longitude": "5.121400"}, "evses": [evse],
        "last_updated": moment,
    }  # fmt: skip


def token():
    """Return the CdrToken of a session."""
    return {
        "country_code": "DE", "party_id": "MSP", "uid": "012345678", "type": "RFID", "contract_id": "DEMSPC12345678X",
    }  # fmt: skip


def cdr(version, **members):
    """Return a CDR of two hours: 15 kWh at 0.20 while charging for 90 minutes, then 30 minutes of parking at 2.00."""
    end = "stop_date_time" if version == V211 else "end_date_time"
    common = {
        "id": "CDR1",
        "start_date_time": "2024-03-05T10:00:00Z",
        end: "2024-03-05T12:00:00Z",
        "auth_method": "WHITELIST",
        "currency": "EUR",
        "tariffs": [tariff(version, element(("FLAT", 0.5), ("ENERGY", 0.2), ("PARKING_TIME", 2.0, 60)))],
        "charging_periods": [
            period("10:00", ENERGY=15.0, TIME=1.5, MAX_CURRENT=48),
            period("11:30", PARKING_TIME=0.5, ENERGY=0),
        ],
        "total_cost": price(version, 4.5),
        "total_energy": 15.0,
        "total_time": 2.0,
        "total_parking_time": 0.5,
        "last_updated": "2024-03-05T12:00:30Z",
    }
    if version == V211:
        return plain(version, {**common, "auth_id": "DEMSPC12345678X", "location": location_211(), **members})
    place = {
        "id": "LOC1", "address": "Stationsweg 1", "city": "Utrecht", "postal_code": "3511 AB", "country": "NLD",
        "coordinates": {"latitude": "52.090700", "longitude": "5.121400"}, "evse_uid": "E1",
        "evse_id": "NL*CPO*E00001*1", "connector_id": "1", "connector_standard": "IEC_62196_T2",
        "connector_format": "SOCKET", "connector_power_type": "AC_3_PHASE",
    }  # fmt: skip
    parts = {
        "total_fixed_cost": price(version, 0.5),
        "total_energy_cost": price(version, 3.0),
        "total_parking_cost": price(version, 1.0),
    }
    owner = {"country_code": "NL", "party_id": "CPO"}
    names = {"session_id": "S1", "cdr_token": token(), "cdr_location": place}
    return {**owner, **common, **names, **parts, **members}


def credit(version, **members):
    """Return the Credit CDR of `cdr`."""
    original = cdr(version)
    total = {V221: {"excl_vat": -4.5, "incl_vat": -4.95}}.get(
        version, {"before_taxes": -4.5, "taxes": [{"name": "VAT", "percentage": 10, "amount": -0.45}]}
    )
    changed = {"id": "CDR1-C", "credit": True, "credit_reference_id": "CDR1", "total_cost": total}
    return {**original, **changed, "last_updated": "2024-03-06T08:00:00Z", **members}


def session(version, **members):
    """Return a completed Session, that of `cdr`."""
    begin, end = ("start_datetime", "end_datetime") if version == V211 else ("start_date_time", "end_date_time")
    common = {
        "id": "S1",
        begin: "2024-03-05T10:00:00Z",
        end: "2024-03-05T12:00:00Z",
        "kwh": 15.0,
        "auth_method": "WHITELIST",
        "currency": "EUR",
        "charging_periods": [
            period("10:00", ENERGY=7.0),
            period("10:30", ENERGY=4.0),
            period("11:00", ENERGY=4.0),
            period("11:30", PARKING_TIME=0.5),
        ],
        "total_cost": price(version, 4.5),
        "status": "COMPLETED",
        "last_updated": "2024-03-05T12:00:20Z",
    }
    if version == V211:
        return plain(version, {**common, "auth_id": "DEMSPC12345678X", "location": location_211(), **members})
    place = {"location_id": "LOC1", "evse_uid": "E1", "connector_id": "1", "cdr_token": token()}
    return {"country_code": "NL", "party_id": "CPO", **common, **place, **members}


def judged(requirement, kind, values, version):
    """Return the flaws that the rule of a requirement finds, as (pointer, verdict at most, index)."""
    rules = [entry for entry in RULES[requirement] if entry.kind == kind]
    assert len(rules) == 1
    before = json.dumps(values)
    found = [(flaw.pointer, flaw.at_most, flaw.index) for flaw in rules[0].flaws(values, version)]
    assert json.dumps(values) == before, "a rule changed what it judged"
    return found


def gravest(area, kind, value, version):
    """Return the flaws of one object that its requirements fail it for, as {requirement: pointers}."""
    found = {}
    for name, entry in catalogue(area).items():
        if version[:5] not in entry["versions"]:
            continue
        for entry_rule in RULES.get(name, ()):
            if entry_rule.kind == kind:
                for flaw in entry_rule.flaws([value], version):
                    if min(LEVELS[entry["level"]], flaw.at_most, key=ORDER.index) is Verdict.FAILED:
                        found.setdefault(name, []).append(flaw.pointer)
    return found


def without(item, *path):
    """Return a copy without the member at `path`."""
    found = copy.deepcopy(item)
    inner = found
    for step in path[:-1]:
        inner = inner[step]
    del inner[path[-1]]
    return found


def with_(item, value, *path):
    """Return a copy with `value` at `path`."""
    found = copy.deepcopy(item)
    inner = found
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    return found


ODD = (None, True, 0, -1, 10**400, 1e308, "", "x", "1970-01-01T00:00:00Z", "0001-01-01T00:00:00+09:00",
       "9999-12-31T23:59:59Z", [], [None], [[]], {}, {"a": 1}, [{}])  # fmt: skip


def oddities(item):
    """Yield copies of an object with each member, however deep, replaced by one of the odd values in turn."""
    for number, path in enumerate(_paths(item)):
        yield with_(item, ODD[number % len(ODD)], *path)


def _paths(item, path=()):
    members = item.items() if isinstance(item, dict) else enumerate(item) if isinstance(item, list) else ()
    for name, value in members:
        yield (*path, name)
        yield from _paths(value, (*path, name))
