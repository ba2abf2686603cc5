"""The rules on CDRs beyond their shape and their costs, which `cdr_costs` has. Pure functions, no exchange."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import pairwise

from ocpi_conformance.steps.checks.rules.cdr_costs import (
    periods_at_price_changes,
    volumes_at_price_changes,
)
from ocpi_conformance.steps.checks.rules.common import (
    CLOCK_TOLERANCE,
    Json,
    amount,
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
from ocpi_conformance.steps.checks.rules.pricing import BOOKINGS, bounds, volumes
from ocpi_conformance.steps.checks.rules.registry import Flaw, rule, rule_over
from ocpi_conformance.steps.checks.rules.tariff_costs import cost_in_time_zone
from ocpi_conformance.steps.likeness import absent, differences, same, shown
from ocpi_conformance.steps.verdicts import Verdict

SCHEMA_DECIDES: dict[str, tuple[str, str]] = {
    "CDR-023": ("CDR", ""),
    "CDR-083": ("CDR", "/auth_method"),
    "CDR-084": ("CDR", "/total_cost"),
    "CDR-088": ("CDR", "/charging_periods/dimensions/type"),
    "CDR-104": ("CDR", "/charging_periods/dimensions/type"),
    "CDR-105": ("CDR", "/signed_data/signed_values/plain_data"),
}
"""What the schemas decide: the class, and the end of the pointer of its errors without indices; "" is any error."""

NOT_JUDGED: dict[str, str] = {
    "CDR-100": "all three ways to count a pause are accepted: CDR-062, CDR-063 and the cost engine allow for them",
}
"""Entries that no object can break, and why."""

# Hours: a CDR may round to hundredths of an hour, and moments to the minute.
_HOURS = 0.02
_KWH = 0.01
# Seconds by which a period may start before or end after its CDR: many platforms give either to the minute.
_PERIOD_TOLERANCE = 60.0
# How close a value must be to 60, 1000 or 3600 times another to be taken for another unit.
_UNIT = 0.02
_TIME_UNITS = {60: "minutes", 3600: "seconds"}
# Seconds by which the clocks of two systems may differ before a moment lies in the future.
_CLOCK_SKEW = 300.0
_NOT_AVAILABLE = "#NA"
# No grid has more between a phase and the neutral.
_PHASE_VOLTS = 300.0
_MOMENT = frozenset({"last_updated"})
_TIMES = ("TIME", "PARKING_TIME")
_SESSION_ONLY = {"CURRENT", "ENERGY_EXPORT", "ENERGY_IMPORT", "POWER", "STATE_OF_CHARGE"}
_NATURES = {"start", "end", "intermediate"}
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]*={0,2}")
_EMA_ID = re.compile(r"[A-Z]{2}[-*]?[A-Z0-9]{3}[-*]?(?:C?[A-Z0-9]{8}|[A-Z0-9]{6})(?:[-*]?[A-Z0-9])?", re.IGNORECASE)
_EVSE_ID = re.compile(r"[A-Z]{2}\*?[A-Z0-9]{3}\*?E[A-Z0-9][A-Z0-9*]{0,30}", re.IGNORECASE)
# What a Credit CDR does not repeat, and what it may well say in other words.
_OWN_TO_A_CREDIT = frozenset({"id", "credit", "credit_reference_id", "total_cost", "last_updated"})
_WORDS_OF_A_CREDIT = {"/remark", "/invoice_reference_id"}
_QUANTITIES = ("total_energy", "total_time", "total_parking_time")
_COSTS = ("total_fixed_cost", "total_energy_cost", "total_time_cost", "total_parking_cost", "total_reservation_cost")
_AMOUNT = 0.001
# By what two CDRs with one id are two, and not one that was changed.
_IDENTITY = ("session_id", "auth_id", "credit_reference_id")
_LOCATION_FIELDS = ("name", "address", "city", "postal_code", "state", "country", "coordinates")
_TOKEN_FIELDS = ("country_code", "party_id", "uid", "type", "contract_id")


def _is_credit(cdr: Json) -> bool:
    return cdr.get("credit") is True


def _reference(cdr: Json) -> str:
    return text(cdr.get("credit_reference_id")).lower()


def _refers(cdr: Json) -> bool:
    return bool(_reference(cdr))


def _id(cdr: Json) -> str:
    """Return the id in lower case: it is a CiString in every version."""
    return text(cdr.get("id")).lower()


def _key(cdr: Json, version: str) -> tuple[str, str, str]:
    return (*owner(cdr, version), _id(cdr))


def _periods(cdr: Json) -> list[tuple[int, Json, dict[str, float]]]:
    """Return (index, period, its volumes) for the periods of a CDR."""
    return [(index, period, volumes(period)) for index, period in listed(cdr, "charging_periods")]


def _sum(periods: Iterable[tuple[int, Json, dict[str, float]]], *kinds: str) -> float:
    return sum(found.get(kind, 0.0) for _, _, found in periods for kind in kinds)


def _hours_between(begin: datetime | None, end: datetime | None) -> float | None:
    return None if begin is None or end is None else (end - begin).total_seconds() / 3600


def _is_times(value: float, factor: int, other: float) -> bool:
    return other > _KWH and math.isclose(value, factor * other, rel_tol=_UNIT)


def _unit(value: float, others: Iterable[float]) -> str:
    """Return "minutes" or "seconds" when `value` is one of `others`, which are hours, in that unit; else nothing."""
    found = (name for factor, name in _TIME_UNITS.items() if any(_is_times(value, factor, other) for other in others))
    return next(found, "")


# One CDR: credit, id and moments


@rule("CDR-005", "CDR", what="Credit CDR", when=_refers)
def credit_has_own_id(cdr: Json, version: str) -> Iterator[Flaw]:
    """The id of a Credit CDR is not the one that it refers to (mod_cdrs_credit_cdrs)."""
    if _reference(cdr) and _id(cdr) == _reference(cdr):
        yield Flaw("/id", f"another id than credit_reference_id {cdr['credit_reference_id']}", shown(cdr["id"]))


@rule("CDR-006", "CDR", what="Credit CDR", when=_refers)
def reference_marks_credit(cdr: Json, version: str) -> Iterator[Flaw]:
    """A CDR that refers to another one is marked as credit (mod_cdrs_credit_cdrs)."""
    if _reference(cdr) and not _is_credit(cdr):
        yield Flaw("/credit", "true, with credit_reference_id set", shown(cdr.get("credit")))


@rule("CDR-007", "CDR", what="Credit CDR", when=_is_credit)
def credit_has_reference(cdr: Json, version: str) -> Iterator[Flaw]:
    """A CDR marked as credit says of which (mod_cdrs_cdr_object)."""
    found = cdr.get("credit_reference_id")
    if _is_credit(cdr) and (found is None or found == ""):
        yield Flaw("/credit_reference_id", "the id of the credited CDR", shown(found))


@rule("CDR-048", "CDR")
def id_length(cdr: Json, version: str) -> Iterator[Flaw]:
    """Only Credit CDRs have ids of 37 to 39 characters; longer ones are for the schema (mod_cdrs_cdr_object)."""
    length = len(text(cdr.get("id")))
    if 36 < length <= 39 and not _is_credit(cdr):
        yield Flaw("/id", "at most 36 characters in a CDR that is no credit", f"{length} characters")


@rule("CDR-050", "CDR")
def ends_after_start(cdr: Json, version: str) -> Iterator[Flaw]:
    """A CDR does not end before it starts (mod_cdrs_cdr_object)."""
    begin, end = bounds(cdr, version)
    if begin and end and (begin - end).total_seconds() > CLOCK_TOLERANCE:
        yield Flaw(
            _end_pointer(version), f"{cdr['start_date_time']} or later", shown(cdr.get(_end_pointer(version)[1:]))
        )


def _end_pointer(version: str) -> str:
    return "/stop_date_time" if version == "2.1.1" else "/end_date_time"


@rule("CDR-066", "CDR")
def agreed_stand_in(cdr: Json, version: str) -> Iterator[Flaw]:
    """A start or end of 1970 stands, by agreement only, for one that is not known (mod_cdrs_cdr_object; A40)."""
    for pointer in ("/start_date_time", _end_pointer(version)):
        value = text(cdr.get(pointer[1:]))
        if value.startswith(("1970-01-01T00:00:00", "1970-1-1T00:00:00")):
            yield Flaw(pointer, "a known moment, or 1970 where both parties have agreed on it", value)


@rule("CDR-074", "CDR")
def periods_within(cdr: Json, version: str) -> Iterator[Flaw]:
    """Periods start within the CDR, one after the other (mod_cdrs_chargingperiod_class)."""
    begin, end = bounds(cdr, version)
    last: datetime | None = None
    for index, period in listed(cdr, "charging_periods"):
        start, pointer = moment(period.get("start_date_time")), f"/charging_periods/{index}/start_date_time"
        if start is None or start.year == 1970:
            continue
        if begin and (begin - start).total_seconds() > _PERIOD_TOLERANCE:
            yield Flaw(pointer, f"not before the start, {cdr['start_date_time']}", period["start_date_time"])
        elif end and (start - end).total_seconds() > _PERIOD_TOLERANCE:
            yield Flaw(pointer, f"not after the end, {cdr[_end_pointer(version)[1:]]}", period["start_date_time"])
        if last and start <= last:
            expected = f"later than the period before, {last:%Y-%m-%dT%H:%M:%SZ}"
            yield Flaw(pointer, expected, period["start_date_time"], at_most=Verdict.ADVISED)
        last = start


# One CDR: totals and volumes


@rule("CDR-061", "CDR")
def energy_is_sum(cdr: Json, version: str) -> Iterator[Flaw]:
    """total_energy is the sum of the ENERGY volumes, in kWh (mod_cdrs_cdr_object; A32)."""
    total, periods = number(cdr.get("total_energy")), _periods(cdr)
    if total is None or not periods or any(found.get("ENERGY", -1.0) < 0 for _, _, found in periods):
        return
    energy = _sum(periods, "ENERGY")
    if abs(total - energy) <= _KWH * len(periods) + 1e-9 or _is_times(energy, 1000, total):
        return
    wrong_unit = " (in Wh?)" if _is_times(total, 1000, energy) else ""
    yield Flaw("/total_energy", f"{energy:.6g} kWh, the sum of the periods", f"{total:.6g}{wrong_unit}")


@rule("CDR-062", "CDR")
def time_is_duration(cdr: Json, version: str) -> Iterator[Flaw]:
    """total_time is the duration in hours, with or without a reservation before it (mod_cdrs_cdr_object; A31)."""
    total, periods = number(cdr.get("total_time")), _periods(cdr)
    if total is None:
        return
    duration, reserved = _hours_between(*bounds(cdr, version)), _sum(periods, "RESERVATION_TIME", *BOOKINGS)
    hours = set() if duration is None else {duration, duration - reserved}
    if periods and all(found.keys() & {*_TIMES, "RESERVATION_TIME", *BOOKINGS} for _, _, found in periods):
        counted = _sum(periods, *_TIMES)
        hours |= {counted, counted + reserved}
    if _only_reserved(cdr, version):
        hours.add(0.0)
    if not hours or any(abs(total - other) <= _HOURS + 1e-9 for other in hours):
        return
    unit = _unit(total, hours)
    expected = " or ".join(f"{value:.4g}" for value in sorted(hours))
    yield Flaw("/total_time", f"{expected} hours", f"{total:.6g}" + (f" (in {unit}?)" if unit else ""))


@rule("CDR-063", "CDR", what="total_parking_time", when=lambda cdr: not absent(cdr.get("total_parking_time")))
def parking_time_in_hours(cdr: Json, version: str) -> Iterator[Flaw]:
    """total_parking_time is a part of total_time, in hours (mod_cdrs_cdr_object; A33)."""
    periods, parking, total = _periods(cdr), number(cdr.get("total_parking_time")), number(cdr.get("total_time"))
    if parking is None:
        return
    counted = _sum(periods, "PARKING_TIME")
    too_long, unit = total is not None and parking > total + _HOURS, _unit(parking, [counted])
    if unit:
        # Pauses without energy may by chance be that much longer than the parking time; not longer than the session.
        verdict = Verdict.FAILED if too_long or total is None else Verdict.ADVISED
        actual = f"{parking:.6g} (in {unit}?)"
        yield Flaw("/total_parking_time", f"{counted:.4g} hours, the sum of PARKING_TIME", actual, verdict)
    elif too_long:
        yield Flaw("/total_parking_time", f"at most total_time, {total:.4g} hours", f"{parking:.6g}")
    elif abs(parking - counted) > _HOURS and any("PARKING_TIME" in found for _, _, found in periods):
        actual = f"{parking:.4g}"
        yield Flaw("/total_parking_time", f"{counted:.4g} hours by the periods", actual, at_most=Verdict.OBSERVED)


@rule("CDR-064", "CDR", what="TIME in a CDR", when=lambda cdr: any("TIME" in found for _, _, found in _periods(cdr)))
def charging_time(cdr: Json, version: str) -> Iterator[Flaw]:
    """The time of charging is total_time less total_parking_time (mod_cdrs_cdr_object)."""
    total, parking, periods = number(cdr.get("total_time")), number(cdr.get("total_parking_time")), _periods(cdr)
    if total is None or not any("TIME" in found for _, _, found in periods):
        return
    charging, counted = total - (parking or 0.0), _sum(periods, "TIME")
    if abs(charging - counted) > _HOURS:
        yield Flaw("/total_time", f"{counted:.4g} hours of charging, the sum of TIME", f"{charging:.4g}")


@rule("CDR-070", "CDR")
def volumes_in_units(cdr: Json, version: str) -> Iterator[Flaw]:
    """Volumes are in kWh and hours (mod_cdrs_cdrdimensiontype_enum; A32)."""
    periods = _periods(cdr)
    energy, total = _sum(periods, "ENERGY"), number(cdr.get("total_energy"))
    if total is not None and _is_times(energy, 1000, total):
        yield Flaw("/charging_periods", f"ENERGY in kWh, {total:.6g} in all", f"{energy:.6g} (in Wh?)")
    hours, duration = _sum(periods, *_TIMES), _hours_between(*bounds(cdr, version))
    unit = "" if duration is None else _unit(hours, [duration])
    if unit:
        yield Flaw("/charging_periods", f"time in hours, {duration:.4g} in all", f"{hours:.6g} (in {unit}?)")


@rule("CDR-067", "CDR")
def no_session_dimensions(cdr: Json, version: str) -> Iterator[Flaw]:
    """Dimension types for Sessions only do not occur in CDRs (mod_cdrs_cdrdimensiontype_enum)."""
    for index, place, kind, _ in _dimensions(cdr):
        if kind in _SESSION_ONLY:
            pointer = f"/charging_periods/{index}/dimensions/{place}/type"
            yield Flaw(pointer, "a type that is not for Sessions only", kind)


def _has_state_of_charge(session: Json) -> bool:
    return any(kind == "STATE_OF_CHARGE" for _, _, kind, _ in _dimensions(session))


@rule("CDR-069", "Session", what="STATE_OF_CHARGE", when=_has_state_of_charge)
def state_of_charge_in_percent(session: Json, version: str) -> Iterator[Flaw]:
    """STATE_OF_CHARGE is from 0 to 100 (mod_cdrs_cdrdimensiontype_enum)."""
    for index, place, kind, dimension in _dimensions(session):
        volume = number(dimension.get("volume"))
        if kind == "STATE_OF_CHARGE" and volume is not None and not 0 <= volume <= 100:
            yield Flaw(f"/charging_periods/{index}/dimensions/{place}/volume", "0 to 100", f"{volume:.6g}")


@rule("CDR-075", "CDR")
def dimension_once(cdr: Json, version: str) -> Iterator[Flaw]:
    """A dimension type occurs once in a period (mod_cdrs_chargingperiod_class)."""
    seen: set[tuple[int, str]] = set()
    for index, place, kind, _ in _dimensions(cdr):
        if (index, kind) in seen:
            yield Flaw(
                f"/charging_periods/{index}/dimensions/{place}/type", "each type once in a period", f"{kind} again"
            )
        seen.add((index, kind))


def _is_reserved(cdr: Json) -> bool:
    return any("RESERVATION_TIME" in found for _, _, found in _periods(cdr))


@rule("CDR-101", "CDR", what="RESERVATION_TIME", when=_is_reserved)
def reserved_time_in_its_period(cdr: Json, version: str) -> Iterator[Flaw]:
    """A period is no shorter than the time for which the EVSE was held in it (mod_cdrs_cdrdimensiontype_enum)."""
    for index, hours, found in _with_lengths(cdr, version):
        held = found.get("RESERVATION_TIME", 0.0)
        if held > hours + _HOURS:
            pointer = f"/charging_periods/{index}/dimensions"
            yield Flaw(pointer, f"RESERVATION_TIME of {hours:.4g} h at most", f"{held:.6g}")


@rule("TAR-056", "CDR", what="CDR of a reservation", when=_is_reserved)
def reserved_before_charging(cdr: Json, version: str) -> Iterator[Flaw]:
    """A reservation is over when charging starts (mod_tariffs_tariffrestrictions_class)."""
    charging = False
    for index, _, found in _periods(cdr):
        charging = charging or any(found.get(kind, 0.0) > 0 for kind in ("ENERGY", *_TIMES))
        if charging and found.get("RESERVATION_TIME", 0.0) > 0:
            yield Flaw(
                f"/charging_periods/{index}", "no RESERVATION_TIME once charging has started", "RESERVATION_TIME"
            )


def _is_of_current(cdr: Json) -> bool:
    kind = text(member(cdr, "cdr_location").get("connector_power_type"))
    return kind.startswith("AC") and any({"MAX_CURRENT", "ENERGY"} <= found.keys() for _, _, found in _periods(cdr))


@rule("CDR-102", "CDR", what="MAX_CURRENT of an AC Connector", when=_is_of_current)
def current_of_all_phases(cdr: Json, version: str) -> Iterator[Flaw]:
    """MAX_CURRENT is the sum over all phases, so that the energy fits it (mod_cdrs_cdrdimensiontype_enum)."""
    if not _is_of_current(cdr):
        return
    for index, hours, found in _with_lengths(cdr, version):
        most, energy = found.get("MAX_CURRENT"), found.get("ENERGY", 0.0)
        if most is not None and energy > (most * _PHASE_VOLTS / 1000) * (hours + _HOURS) + _KWH:
            actual = f"{most:.4g} A for {energy:.4g} kWh in {hours:.4g} h"
            yield Flaw(f"/charging_periods/{index}/dimensions", "MAX_CURRENT as the sum over all phases", actual)


def _with_lengths(cdr: Json, version: str) -> Iterator[tuple[int, float, dict[str, float]]]:
    """Yield (index, hours until the next period or the end, volumes) of the periods whose length is known."""
    periods = _periods(cdr)
    moments = [*(moment(period.get("start_date_time")) for _, period, _ in periods), bounds(cdr, version)[1]]
    for (index, _, found), (start, end) in zip(periods, pairwise(moments), strict=True):
        hours = _hours_between(start, end)
        if hours is not None and hours >= 0:
            yield index, hours, found


def _dimensions(item: Json) -> Iterator[tuple[int, int, str, Json]]:
    """Yield (index of the period, index of the dimension, its type, the dimension)."""
    for index, period in listed(item, "charging_periods"):
        for place, dimension in listed(period, "dimensions"):
            if kind := text(dimension.get("type")):
                yield index, place, kind, dimension


@rule("CDR-092", "CDR")
def quantities_for_other_prices(cdr: Json, version: str) -> Iterator[Flaw]:
    """Energy and time are in the periods whatever the tariffs price (mod_cdrs_push_model)."""
    periods = _periods(cdr)
    if len(periods) < 2:
        return
    given = {kind for _, _, found in periods for kind in found}
    if (number(cdr.get("total_energy")) or 0.0) > _KWH and "ENERGY" not in given:
        yield Flaw("/charging_periods", "ENERGY in some period", "in none")
    if (number(cdr.get("total_time")) or 0.0) > _HOURS and not given & {*_TIMES, "RESERVATION_TIME", *BOOKINGS}:
        yield Flaw("/charging_periods", "TIME or PARKING_TIME in some period", "in none")


# One CDR: tariffs, location, token, signed data


@rule("CDR-056", "CDR")
def currency_code(cdr: Json, version: str) -> Iterator[Flaw]:
    """The currency is or was a code of ISO 4217 (mod_cdrs_cdr_object)."""
    yield from code_flaws(cdr, "currency", "currency")


def _owes_tariffs(cdr: Json) -> bool:
    """Tell whether a CDR names tariffs, or is one of 2.1.1, which cannot, and has a cost."""
    costs = isinstance(cdr.get("total_cost"), int | float) and cdr["total_cost"] > 0
    return costs or any(period.get("tariff_id") for _, period in listed(cdr, "charging_periods"))


@rule("CDR-057", "CDR", what="CDR whose periods name tariffs", when=_owes_tariffs)
def tariffs_are_there(cdr: Json, version: str) -> Iterator[Flaw]:
    """The tariffs of the periods are in the CDR; in 2.1.1, where none is named, there is one (mod_cdrs_cdr_object)."""
    tariffs = {folded(tariff.get("id"), version) for _, tariff in listed(cdr, "tariffs")}
    if version == "2.1.1":
        cost = amount(cdr.get("total_cost"), version)
        if cost is not None and cost > 0 and not tariffs:
            yield Flaw("/tariffs", "the tariffs behind total_cost", "none")
        return
    for index, period in listed(cdr, "charging_periods"):
        name = folded(period.get("tariff_id"), version)
        if name and name not in tariffs:
            yield Flaw(f"/charging_periods/{index}/tariff_id", "the id of one of tariffs", period["tariff_id"])


@rule("CDR-058", "CDR")
def periods_name_tariffs(cdr: Json, version: str) -> Iterator[Flaw]:
    """A period without tariff_id has no tariff (mod_cdrs_chargingperiod_class): noted where none has one but cost."""
    named = any(period.get("tariff_id") for _, period in listed(cdr, "charging_periods"))
    if not named and (amount(cdr.get("total_cost"), version) or 0.0) > 0:
        yield Flaw("/charging_periods", "periods with tariff_id, since total_cost is not 0", "none with one")


@rule("CDR-098", "CDR", what="CDR with tariffs", when=lambda cdr: any(listed(cdr, "tariffs")))
def tariffs_in_currency(cdr: Json, version: str) -> Iterator[Flaw]:
    """The tariffs have the currency of the CDR (mod_cdrs_cdr_object)."""
    currency = text(cdr.get("currency"))
    for index, tariff in listed(cdr, "tariffs"):
        other = text(tariff.get("currency"))
        if currency and other and other.upper() != currency.upper():
            yield Flaw(f"/tariffs/{index}/currency", currency, other)


@rule("CDR-055", "CDR")
def only_the_evse_used(cdr: Json, version: str) -> Iterator[Flaw]:
    """The location of a CDR of 2.1.1 has the EVSE and connector that were used, no others (mod_cdrs.md, CDR Object)."""
    yield from location_of_use(cdr)


def location_of_use(item: Json) -> Iterator[Flaw]:
    """Yield a flaw when the location of a 2.1.1 CDR or Session has more than one EVSE or connector; advice for none."""
    if not isinstance(item.get("location"), dict):
        return
    evses = list(listed(item["location"], "evses"))
    if len(evses) != 1:
        yield _one_of("/location/evses", "EVSE", len(evses))
        return
    connectors = list(listed(evses[0][1], "connectors"))
    if len(connectors) != 1:
        yield _one_of("/location/evses/0/connectors", "connector", len(connectors))


def _one_of(pointer: str, kind: str, count: int) -> Flaw:
    return Flaw(pointer, f"the {kind} that was used", str(count), Verdict.FAILED if count else Verdict.ADVISED)


@rule("CDR-072", "CDR")
def not_available_for_reservations(cdr: Json, version: str) -> Iterator[Flaw]:
    """#NA stands for what a reservation never used (mod_cdrs_cdr_location_class)."""
    charged = (number(cdr.get("total_energy")) or 0.0) > 0 or any("TIME" in found for _, _, found in _periods(cdr))
    location = member(cdr, "cdr_location")
    for name in ("evse_uid", "evse_id", "connector_id"):
        if charged and text(location.get(name)).upper() == _NOT_AVAILABLE:
            yield Flaw(f"/cdr_location/{name}", "what was used, since there was charging", location[name])


@rule("CDR-076", "CDR", what="signed_data", when=lambda cdr: bool(member(cdr, "signed_data")))
def signatures_in_base64(cdr: Json, version: str) -> Iterator[Flaw]:
    """public_key and signed_data are Base64, of any alphabet, padded or not (mod_cdrs_signed_data_class)."""
    signed = member(cdr, "signed_data")
    values = [("/signed_data/public_key", signed.get("public_key"))]
    values += [
        (f"/signed_data/signed_values/{index}/signed_data", value.get("signed_data"))
        for index, value in listed(signed, "signed_values")
    ]
    for pointer, value in values:
        if isinstance(value, str) and not _is_base64(value):
            yield Flaw(pointer, "Base64", shown(value))


def _is_base64(value: str) -> bool:
    packed = "".join(value.split())
    return _BASE64.fullmatch(packed) is not None and len(packed.rstrip("=")) % 4 != 1


@rule("CDR-077", "CDR", what="signed value", when=lambda cdr: any(listed(member(cdr, "signed_data"), "signed_values")))
def natures_of_values(cdr: Json, version: str) -> Iterator[Flaw]:
    """Natures of signed values other than the three that are named are noted (mod_cdrs_signed_value_class)."""
    for index, value in listed(member(cdr, "signed_data"), "signed_values"):
        nature = text(value.get("nature"))
        if nature and nature.lower() not in _NATURES:
            yield Flaw(f"/signed_data/signed_values/{index}/nature", "Start, End or Intermediate", nature)


@rule("CDR-093", "CDR")
def owner_country(cdr: Json, version: str) -> Iterator[Flaw]:
    """country_code is a code of ISO 3166-1 alpha-2 (mod_cdrs_cdr_object); for the owner see `owner_of_cdr`."""
    yield from code_flaws(cdr, "country_code", "alpha-2")


@rule("CDR-095", "CDR")
def location_country(cdr: Json, version: str) -> Iterator[Flaw]:
    """The country of the location is a code of ISO 3166-1 alpha-3 (mod_cdrs_cdr_location_class)."""
    for flaw in code_flaws(member(cdr, "cdr_location"), "country", "alpha-3"):
        yield Flaw("/cdr_location/country", flaw.expected, flaw.actual, flaw.at_most)


@rule("CDR-097", "CDR")
def evse_id_format(cdr: Json, version: str) -> Iterator[Flaw]:
    """evse_id is an EVSE ID by the document that the version names (mod_cdrs_cdr_location_class)."""
    value = text(member(cdr, "cdr_location").get("evse_id"))
    if value and value.upper() != _NOT_AVAILABLE and not _EVSE_ID.fullmatch(value):
        yield Flaw("/cdr_location/evse_id", "country*operator*E…, separators optional", value)


# Between CDRs


@rule_over("CDR-008", "CDR", what="Credit CDR", when=_refers)
def reference_is_known(cdrs: Sequence[Json], version: str) -> Iterator[Flaw]:
    """A reference to a CDR that was never seen is noted (mod_cdrs_credit_cdrs); see also `refers_to`."""
    known = {_key(cdr, version) for cdr in cdrs}
    for index, cdr in enumerate(cdrs):
        if _reference(cdr) and (*owner(cdr, version), _reference(cdr)) not in known:
            actual = shown(cdr["credit_reference_id"])
            yield Flaw("/credit_reference_id", "the id of a CDR that was seen", actual, Verdict.OBSERVED, index)


@rule_over("CDR-009", "CDR", what="Credit CDR", when=_is_credit)
def credit_repeats_original(cdrs: Sequence[Json], version: str) -> Iterator[Flaw]:
    """A Credit CDR has all data of the original; amounts and quantities are for CDR-010 (mod_cdrs_credit_cdrs)."""
    for index, credit, original in _credits(cdrs, version):
        judged_elsewhere = frozenset(name for name in (*_QUANTITIES, *_COSTS) if not absent(credit.get(name)))
        for found in differences(version, "CDR", original, credit, ignored=_OWN_TO_A_CREDIT | judged_elsewhere):
            if found.expected == "false" and found.actual == "absent":
                continue
            verdict = Verdict.OBSERVED if found.pointer in _WORDS_OF_A_CREDIT else Verdict.FAILED
            yield Flaw(found.pointer, f"{found.expected}, as in the original", found.actual, verdict, index)


@rule_over("CDR-010", "CDR", what="Credit CDR", when=_is_credit)
def credit_negates_total(cdrs: Sequence[Json], version: str) -> Iterator[Flaw]:
    """total_cost of a Credit CDR is minus the original's, the other amounts are the same (mod_cdrs_credit_cdrs)."""
    for index, credit, original in _credits(cdrs, version):
        for pointer, before, after in _amounts(original.get("total_cost"), credit.get("total_cost"), "/total_cost"):
            if not _is_amount(-before, after):
                yield Flaw(pointer, f"{-before:.6g}, minus the original's", _said(after), index=index)
        for name in _COSTS:
            for pointer, before, after in _amounts(original.get(name), credit.get(name), f"/{name}"):
                if not absent(credit.get(name)) and not _is_amount(before, after):
                    yield Flaw(pointer, f"{before:.6g}, as in the original", _said(after), index=index)
        for name in _QUANTITIES:
            quantity, after = number(original.get(name)), number(credit.get(name))
            if quantity is not None and after is not None and not _is_amount(quantity, after):
                yield Flaw(f"/{name}", f"{quantity:.6g}, as in the original", _said(after), index=index)


def _credits(cdrs: Sequence[Json], version: str) -> Iterator[tuple[int, Json, Json]]:
    """Yield (index of the Credit CDR, it, the original) where both are known and have ids of their own."""
    originals = {_key(cdr, version): cdr for cdr in cdrs if not _is_credit(cdr)}
    for index, cdr in enumerate(cdrs):
        original = originals.get((*owner(cdr, version), _reference(cdr)))
        if _is_credit(cdr) and original is not None:
            yield index, cdr, original


def _amounts(original: object, credit: object, pointer: str) -> Iterator[tuple[str, float, float | None]]:
    """Yield (pointer, amount in the original, amount in the credit) for the amounts of a Price of either version.

    Taxes are matched by name; what is not a number in the original is left out.
    """
    if not isinstance(original, dict) or not isinstance(credit, dict):
        return
    for name in ("excl_vat", "incl_vat", "before_taxes"):
        before = number(original.get(name))
        if before is not None:
            yield f"{pointer}/{name}", before, number(credit.get(name))
    rest = [tax for _, tax in listed(credit, "taxes")]
    for index, tax in listed(original, "taxes"):
        before = number(tax.get("amount"))
        fitting = [other for other in rest if other.get("name") == tax.get("name")]
        best = min(fitting, key=lambda other: _distance(before, other), default=None)
        if best is not None:
            rest = [other for other in rest if other is not best]
        if before is not None:
            yield f"{pointer}/taxes/{index}/amount", before, number(best.get("amount")) if best else None


def _distance(before: float | None, tax: Json) -> float:
    """Return how far a tax is from an amount, its sign aside: two taxes may have one name."""
    return abs(abs(number(tax.get("amount")) or 0.0) - abs(before or 0.0))


def _is_amount(expected: float, found: float | None) -> bool:
    return found is not None and abs(expected - found) <= _AMOUNT


def _said(value: float | None) -> str:
    return "absent" if value is None else f"{value:.6g}"


@rule_over("CDR-011", "CDR", what="Credit CDR", when=_is_credit)
def replacement_is_new(cdrs: Sequence[Json], version: str) -> Iterator[Flaw]:
    """A CDR that follows a Credit CDR for the same session has a new id and is no credit (mod_cdrs_credit_cdrs)."""
    credited: dict[tuple[str, ...], Json] = {}
    first: dict[tuple[str, str, str], Json] = {}
    for index, cdr in enumerate(cdrs):
        earlier = first.setdefault(_key(cdr, version), cdr)
        session = (*owner(cdr, version), text(cdr.get("session_id")).lower())
        if _is_credit(cdr) and session[-1]:
            credited[session] = cdr
        # A negative total is that of a credit, the mark of which CDR-006 misses.
        elif session in credited and (amount(cdr.get("total_cost"), version) or 0.0) >= 0:
            if _reference(cdr):
                actual = shown(cdr["credit_reference_id"])
                yield Flaw("/credit_reference_id", "absent in a CDR that is no credit", actual, index=index)
            if earlier is not cdr and any(differences(version, "CDR", earlier, cdr, closed=True, ignored=_MOMENT)):
                yield Flaw("/id", "an id not used before", shown(cdr["id"]), index=index)


@rule_over("CDR-047", "CDR")
def id_unique_per_owner(cdrs: Sequence[Json], version: str) -> Iterator[Flaw]:
    """No two CDRs of one owner share an id, case ignored (mod_cdrs_cdr_object)."""
    return _shared_ids(cdrs, version)


@rule_over("CDR-082", "CDR")
def id_unique(cdrs: Sequence[Json], version: str) -> Iterator[Flaw]:
    """No two CDRs share an id, case ignored (2.1.1 mod_cdrs.md, CDR Object)."""
    return _shared_ids(cdrs, version)


def _shared_ids(cdrs: Sequence[Json], version: str) -> Iterator[Flaw]:
    """Yield the CDRs with the id of another one; a CDR that was merely changed is for CDR-003."""
    first: dict[tuple[str, str, str], Json] = {}
    for index, cdr in enumerate(cdrs):
        other = first.setdefault(_key(cdr, version), cdr)
        if other is not cdr and _id(cdr) and are_two(cdr, other):
            yield Flaw("/id", "an id that no other CDR has", shown(cdr["id"]), index=index)


def are_two(one: Json, two: Json) -> bool:
    """Tell whether two CDRs are about different things, so that neither of them is a later copy of the other."""
    starts = [moment(cdr.get("start_date_time")) for cdr in (one, two)]
    begun = starts[0] and starts[1] and abs((starts[0] - starts[1]).total_seconds()) >= 1
    pairs = zip(_identity(one), _identity(two), strict=True)
    return _is_credit(one) != _is_credit(two) or bool(begun) or any(a and b and a != b for a, b in pairs)


def _identity(cdr: Json) -> list[str]:
    named = (*(cdr.get(name) for name in _IDENTITY), member(cdr, "cdr_token").get("uid"))
    return [text(value).lower() for value in named]


# Between objects of several classes, or two readings of one


def ended_when_received(cdr: Json, version: str, received: datetime) -> Iterator[Flaw]:
    """CDR-001: the CDR had ended when it was received, at `received` (mod_cdrs_cdrs_module)."""
    end = bounds(cdr, version)[1]
    if end and (end - received).total_seconds() > _CLOCK_SKEW:
        actual = text(cdr.get(_end_pointer(version)[1:]))
        yield Flaw(_end_pointer(version), f"not later than its arrival at {received:%Y-%m-%dT%H:%M:%SZ}", actual)


def unchanged(before: Json, after: Json, version: str) -> Iterator[Flaw]:
    """CDR-003: a later copy of a CDR says the same (mod_cdrs_flow_and_lifecycle); for last_updated see CDR-025.

    That a CDR of 2.1.1 keeps its location as it was is not said: there a difference is advice.
    """
    for found in differences(version, "CDR", before, after, closed=True, ignored=_MOMENT):
        live = version == "2.1.1" and found.pointer.startswith("/location")
        verdict = Verdict.ADVISED if live else Verdict.FAILED
        yield Flaw(found.pointer, f"{found.expected}, as before", found.actual, verdict)


def last_updated_is_constant(before: Json, after: Json, version: str) -> Iterator[Flaw]:
    """CDR-025: last_updated of a CDR is the moment of its creation and stays (mod_cdrs_cpo_interface)."""
    if not same(version, "DateTime", before.get("last_updated"), after.get("last_updated")):
        yield Flaw("/last_updated", f"{shown(before.get('last_updated'))}, as before", shown(after.get("last_updated")))


def refers_to(credit: Json, corrected: Json, version: str) -> Iterator[Flaw]:
    """CDR-008: a Credit CDR has the id of the CDR that was corrected (mod_cdrs_credit_cdrs)."""
    if _reference(credit) != _id(corrected):
        yield Flaw("/credit_reference_id", shown(corrected.get("id")), shown(credit.get("credit_reference_id")))


def for_other_parties(cdr: Json, version: str, parties: Iterable[tuple[str, str]]) -> Iterator[Flaw]:
    """CDR-014: CDRs for tokens of others than `parties`, those of the receiver, are noted (mod_cdrs_push_model)."""
    token = member(cdr, "cdr_token")
    found = (text(token.get("country_code")).lower(), text(token.get("party_id")).lower())
    if all(found) and found not in {(country.lower(), party.lower()) for country, party in parties}:
        yield Flaw("/cdr_token", "a token of the receiver", "*".join(found).upper(), Verdict.OBSERVED)


def data_as_at_start(cdr: Json, version: str, kind: str, at_start: Json, later: Json) -> Iterator[Flaw]:
    """CDR-036: a CDR has the data of the start of the session (mod_cdrs_cdr_object).

    `at_start` and `later` are the Location, Token or Tariff (`kind`) before and after a change during the session.
    Only what the CDR has from the later one is a flaw, not what it has in a third way.
    """
    pointer, held, names = _held(cdr, version, kind, at_start)
    for name in names:
        first, second, found = ({name: item.get(name)} for item in (at_start, later, held))
        changed = any(differences(version, kind, first, second, closed=True))
        taken = not absent(found[name]) and not any(differences(version, kind, second, found, closed=True))
        if changed and taken:
            yield Flaw(f"{pointer}/{name}", f"{shown(first[name])}, as at the start", shown(found[name]))


def _held(cdr: Json, version: str, kind: str, wanted: Json) -> tuple[str, Json, tuple[str, ...]]:
    """Return (pointer, object, names of its fields) of what a CDR holds of a Location, Token or Tariff."""
    if kind == "Location":
        return "/cdr_location", member(cdr, "cdr_location"), _LOCATION_FIELDS
    if kind == "Token":
        return "/cdr_token", member(cdr, "cdr_token"), _TOKEN_FIELDS
    name = folded(wanted.get("id"), version)
    for index, tariff in listed(cdr, "tariffs"):
        if folded(tariff.get("id"), version) == name:
            return f"/tariffs/{index}", tariff, ("currency", "elements", "min_price", "max_price")
    return "", {}, ()


def starts_with_session(cdr: Json, version: str, session: Json, *, reserved: bool) -> Iterator[Flaw]:
    """CDR-049: a CDR starts with its session, or earlier with the reservation before it (mod_cdrs_cdr_object).

    `reserved` tells whether the session was ever seen with the status of a reservation.
    """
    begin, started = bounds(cdr, version)[0], moment(session.get("start_date_time"))
    if begin is None or started is None or 1970 in {begin.year, started.year}:
        return
    late = (begin - started).total_seconds()
    before = reserved or any("RESERVATION_TIME" in found for _, _, found in _periods(cdr))
    if late > _PERIOD_TOLERANCE or (late < -_PERIOD_TOLERANCE and not before):
        yield Flaw("/start_date_time", f"{session['start_date_time']}, the session's", cdr["start_date_time"])


def session_is_named(cdr: Json, version: str) -> Iterator[Flaw]:
    """CDR-051: session_id is there unless only a reservation is billed (mod_cdrs_cdr_object).

    To be called for a target with a Sender interface of sessions only.
    """
    if not text(cdr.get("session_id")) and not _only_reserved(cdr, version):
        yield Flaw("/session_id", "the id of the session", shown(cdr.get("session_id")))


def _only_reserved(cdr: Json, version: str) -> bool:
    """Tell whether a CDR may be that of a reservation that never became a charging session."""
    periods, location = _periods(cdr), member(cdr, "cdr_location")
    if (number(cdr.get("total_energy")) or 0.0) > 0 or _sum(periods, "ENERGY", "TIME") > 0:
        return False
    reserved = any(found.keys() & {"RESERVATION_TIME", *BOOKINGS} for _, _, found in periods)
    free = text(location.get("evse_uid")) == _NOT_AVAILABLE or text(location.get("connector_id")) == _NOT_AVAILABLE
    return reserved or free or (amount(cdr.get("total_reservation_cost"), version) or 0.0) > 0


def session_is_known(cdr: Json, version: str, sessions: Iterable[Json]) -> Iterator[Flaw]:
    """CDR-051: a session_id of no session that was seen is noted (mod_cdrs_cdr_object)."""
    name = text(cdr.get("session_id")).lower()
    if name and name not in {text(session.get("id")).lower() for session in sessions}:
        yield Flaw("/session_id", "the id of a session that was seen", shown(cdr["session_id"]), Verdict.OBSERVED)


def energy_not_in_wh(cdr: Json, version: str, session: Json) -> Iterator[Flaw]:
    """CDR-061: total_energy is not a thousand times the kwh of the session (mod_cdrs_cdr_object; A32)."""
    total, kwh = number(cdr.get("total_energy")), number(session.get("kwh"))
    if total is not None and kwh is not None and _is_times(total, 1000, kwh):
        yield Flaw("/total_energy", f"{kwh:.6g} kWh, as in the session", f"{total:.6g} (in Wh?)")


def names_token(cdr: Json, version: str, token: Json) -> Iterator[Flaw]:
    """CDR-078: cdr_token is the token of the session (mod_cdrs_cdr_token_object)."""
    held = member(cdr, "cdr_token")
    for name in _TOKEN_FIELDS:
        expected, found = token.get(name), held.get(name)
        if not absent(expected) and not same(version, "" if name == "type" else "CiString", expected, found):
            yield Flaw(f"/cdr_token/{name}", shown(expected), shown(found))


def contract_id_format(cdr: Json, version: str, tokens: Iterable[Json]) -> Iterator[Flaw]:
    """CDR-079: contract_id is an eMA ID (mod_cdrs_cdr_token_object).

    What repeats one of the `tokens`, those of the eMSP, is not the CPO's to answer for.
    """
    value = text(member(cdr, "cdr_token").get("contract_id"))
    own = {text(token.get("contract_id")).lower() for token in tokens}
    if value and value.lower() not in own and not _EMA_ID.fullmatch(value):
        yield Flaw("/cdr_token/contract_id", "an eMA ID, separators optional", value)


def names_booking(cdr: Json, version: str, booking_id: str) -> Iterator[Flaw]:
    """CDR-087: booking_id is that of the booking behind the session; that it is absent is noted (bookings; A38)."""
    found = cdr.get("booking_id")
    if absent(found):
        yield Flaw("/booking_id", booking_id, "absent", Verdict.OBSERVED)
    elif text(found).lower() != booking_id.lower():
        yield Flaw("/booking_id", booking_id, shown(found))


def owner_of_cdr(cdr: Json, version: str, parties: Iterable[tuple[str, str]]) -> Iterator[Flaw]:
    """CDR-093: the owner is a party of the target, `parties` by its credentials; not for hubs (mod_cdrs_cdr_object)."""
    yield from owner_flaws(cdr, version, parties)


def place_of_session(cdr: Json, version: str, session: Json) -> Iterator[Flaw]:
    """CDR-094: cdr_location names the location, EVSE and connector of the session (mod_cdrs_cdr_object)."""
    location = member(cdr, "cdr_location")
    for name, other in (("id", "location_id"), ("evse_uid", "evse_uid"), ("connector_id", "connector_id")):
        expected, found = text(session.get(other)), text(location.get(name))
        known = expected and found and _NOT_AVAILABLE not in {expected.upper(), found.upper()}
        if known and expected.lower() != found.lower():
            yield Flaw(f"/cdr_location/{name}", f"{expected}, the session's {other}", found)


def postal_code_of_location(cdr: Json, version: str, location: Json) -> Iterator[Flaw]:
    """CDR-096: postal_code is there where the published `location`, unchanged since, has one (CdrLocation class)."""
    expected = text(location.get("postal_code"))
    if expected and not text(member(cdr, "cdr_location").get("postal_code")):
        yield Flaw("/cdr_location/postal_code", shown(expected), shown(member(cdr, "cdr_location").get("postal_code")))


JOINS: Mapping[str, tuple[Callable[..., Iterator[Flaw]], ...]] = {
    "CDR-001": (ended_when_received,),
    "CDR-003": (unchanged,),
    "CDR-008": (refers_to,),
    "CDR-014": (for_other_parties,),
    "CDR-025": (last_updated_is_constant,),
    "CDR-036": (data_as_at_start,),
    "CDR-037": (periods_at_price_changes,),
    "CDR-038": (volumes_at_price_changes,),
    "CDR-049": (starts_with_session,),
    "CDR-051": (session_is_named, session_is_known),
    "CDR-061": (energy_not_in_wh,),
    "CDR-065": (cost_in_time_zone,),
    "CDR-078": (names_token,),
    "CDR-079": (contract_id_format,),
    "CDR-087": (names_booking,),
    "CDR-093": (owner_of_cdr,),
    "CDR-094": (place_of_session,),
    "CDR-096": (postal_code_of_location,),
}
"""By requirement, the functions that need more than CDRs, or what no object says; their arguments differ."""
