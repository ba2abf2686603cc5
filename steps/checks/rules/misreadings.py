"""The misreadings of tariffs that the text rules out, as changes of a CDR. What they amount to is for `tariff_costs`.

After such a change the right reading of the CDR gives the wrong amounts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from ocpi_conformance.steps.checks.rules.common import Json, listed, member, number, text
from ocpi_conformance.steps.checks.rules.pricing import (
    ENERGY,
    FLAT,
    PARKING,
    RESERVATION,
    TIME,
    bill,
    bounds,
    components,
    volumes,
)
from ocpi_conformance.steps.likeness import absent

MOST = 40
"""Misreadings, elements and fees that are looked at; nobody has more, and a hostile CDR must not take a run's time."""

MARKS = ("reservation", "booking")
"""The restrictions by which an element is one of a reservation or booking."""

TIMES = ("start_time", "end_time")
"""The restrictions by time of day."""

_UTC = ZoneInfo("UTC")
_WEEKDAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")
_UNITS = ((ENERGY,), 1000), ((TIME, PARKING), 60), ((TIME, PARKING), 3600)


@dataclass(frozen=True)
class Misreading:
    """What a misreading makes of a CDR: the amounts are those of `cdrs`, added up, by the right reading.

    `zone` is the time zone to apply, `rounded_only` leaves out amounts without step_size.
    """

    cdrs: tuple[Json, ...]
    zone: ZoneInfo | None
    rounded_only: bool = False


Reading = Callable[[Json, str, ZoneInfo | None], Iterator[Misreading]]


# Changes of a CDR


def all_components(cdr: Json) -> Iterator[tuple[Json, Json, Json]]:
    """Yield (tariff, restrictions, price component) of all tariffs of a CDR."""
    for _, tariff in listed(cdr, "tariffs"):
        for _, restrictions, component in components(tariff):
            yield tariff, restrictions, component


def _elements(tariff: Json) -> list[Json]:
    return [element for _, element in listed(tariff, "elements")]


def _limits(element: Json) -> list[str]:
    """Return the names of the restrictions that limit an element, that to reservations or bookings aside."""
    return [name for name, value in member(element, "restrictions").items() if name not in MARKS and not absent(value)]


def _marked(element: Json, *values: str) -> bool:
    restrictions = member(element, "restrictions")
    return any(restrictions.get(name) in values if values else restrictions.get(name) for name in MARKS)


def _restricted(element: Json, **changes: object) -> Json:
    """Return a copy of an element with these restrictions; None takes one away."""
    return {**element, "restrictions": {**member(element, "restrictions"), **changes}}


def _without(element: Json, names: Iterable[str]) -> Json:
    return _restricted(element, **dict.fromkeys(names))


def _with_elements(cdr: Json, change: Callable[[list[Json]], list[Json]]) -> Json:
    """Return a copy of a CDR with other elements in each tariff."""
    tariffs = [{**tariff, "elements": change(_elements(tariff))} for _, tariff in listed(cdr, "tariffs")]
    return {**cdr, "tariffs": tariffs}


def _with_components(cdr: Json, change: Callable[[Json], Json]) -> Json:
    """Return a copy of a CDR with other price components."""

    def changed(elements: list[Json]) -> list[Json]:
        return [
            {**element, "price_components": [change(part) for _, part in listed(element, "price_components")]}
            for element in elements
        ]

    return _with_elements(cdr, changed)


def _with_volumes(cdr: Json, change: Callable[[Json], Json]) -> Json:
    """Return a copy of a CDR with other dimensions in its periods."""
    periods = [
        {**period, "dimensions": [change(dimension) for _, dimension in listed(period, "dimensions")]}
        for _, period in listed(cdr, "charging_periods")
    ]
    return {**cdr, "charging_periods": periods}


def _each(cdr: Json, change: Callable[[list[Json], int], list[Json] | None]) -> Iterator[Json]:
    """Yield a copy of a CDR for each index of an element; `change` returns the elements, or None for no change."""
    every = [_elements(tariff) for _, tariff in listed(cdr, "tariffs")]
    for index in range(min(max(map(len, every), default=0), MOST)):
        changed = [change(elements, index) if index < len(elements) else None for elements in every]
        if any(found is not None for found in changed):
            tariffs = [
                {**tariff, "elements": found if found is not None else tariff.get("elements")}
                for (_, tariff), found in zip(listed(cdr, "tariffs"), changed, strict=True)
            ]
            yield {**cdr, "tariffs": tariffs}


def _resolved(elements: Sequence[Json], low: str, high: str, value: float) -> list[Json]:
    """Return the elements with limits `low` and `high` decided for all: met ones go, elements not met go whole."""
    kept = []
    for element in elements:
        least, most = (number(member(element, "restrictions").get(name)) for name in (low, high))
        if (least is None or value >= least) and (most is None or value < most):
            kept.append(_without(element, (low, high)))
    return kept


def _in_front(elements: Sequence[Json], index: int, element: Json) -> list[Json]:
    return [element, *elements[:index], *elements[index + 1 :]]


def _share(elements: Sequence[Json]) -> bool:
    """Tell whether two elements, not of reservations, price one dimension."""
    seen: set[str] = set()
    for element in elements:
        kinds = {text(part.get("type")) for _, part in listed(element, "price_components")}
        if not _marked(element):
            if kinds & seen:
                return True
            seen |= kinds
    return False


def _sources(cdr: Json, version: str, zone: ZoneInfo | None) -> set[int]:
    """Return the indices of the elements that are in use, by the right reading.

    Raises:
        Undecided: it cannot be told.
    """
    return {usage.element for usage in bill(cdr, version, zone).usages}


# Misreadings


def _other_element(cdr: Json, version: str, zone: ZoneInfo | None) -> Iterator[Misreading]:
    if not any(_share(_elements(tariff)) for _, tariff in listed(cdr, "tariffs")):
        return
    used = _sources(cdr, version, zone)

    def unused(elements: list[Json], index: int) -> list[Json] | None:
        element = elements[index]
        free = _without(element, _limits(element))
        return None if index in used or _marked(element) else _in_front(elements, index, free)

    yield Misreading((_with_elements(cdr, lambda elements: elements[::-1]),), zone)
    yield from (Misreading((changed,), zone) for changed in _each(cdr, unused))


def _later_element(cdr: Json, version: str, zone: ZoneInfo | None) -> Iterator[Misreading]:
    changes = _each(cdr, lambda elements, n: _in_front(elements, n, elements[n]) if n else None)
    yield from (Misreading((changed,), zone) for changed in changes)


def _elements_together(cdr: Json, version: str, zone: ZoneInfo | None) -> Iterator[Misreading]:
    every = [_elements(tariff) for _, tariff in listed(cdr, "tariffs")]
    if any(_share(elements) for elements in every):
        most = min(max(map(len, every)), MOST)
        alone = [_with_elements(cdr, lambda elements, n=n: elements[n : n + 1]) for n in range(most)]  # type: ignore[misc]
        yield Misreading(tuple(alone), zone)


def _fallback(cdr: Json, version: str, zone: ZoneInfo | None) -> Iterator[Misreading]:
    def restricted(elements: list[Json], index: int) -> list[Json] | None:
        limits = _limits(elements[index])
        return [*elements, _without(elements[index], limits)] if limits and not _marked(elements[index]) else None

    yield from (Misreading((changed,), zone) for changed in _each(cdr, restricted))


def _vat_within(cdr: Json, version: str, zone: ZoneInfo | None) -> Iterator[Misreading]:
    def net(component: Json) -> Json:
        price, vat = number(component.get("price")), number(component.get("vat"))
        return {**component, "price": price / (1 + vat / 100)} if price is not None and vat and vat > 0 else component

    if any((number(component.get("vat")) or 0.0) > 0 for _, _, component in all_components(cdr)):
        yield Misreading((_with_components(cdr, net),), zone)


def _no_rounding(cdr: Json, version: str, zone: ZoneInfo | None) -> Iterator[Misreading]:
    if any((number(component.get("step_size")) or 0) > 1 for _, _, component in all_components(cdr)):
        yield Misreading((_with_components(cdr, lambda component: {**component, "step_size": 0}),), zone)


def _other_units(cdr: Json, version: str, zone: ZoneInfo | None) -> Iterator[Misreading]:
    for dimensions, factor in _UNITS:

        def larger(component: Json, dimensions: tuple[str, ...] = dimensions, factor: int = factor) -> Json:
            step = number(component.get("step_size"))
            larger_one = step is not None and component.get("type") in dimensions
            return {**component, "step_size": step * factor} if larger_one and step is not None else component

        if any(component.get("type") in dimensions for _, _, component in all_components(cdr)):
            yield Misreading((_with_components(cdr, larger),), zone, rounded_only=True)


def _charging_as_reservation(cdr: Json, version: str, zone: ZoneInfo | None) -> Iterator[Misreading]:
    if not any(restrictions.get("reservation") for _, restrictions, _ in all_components(cdr)):
        return
    yield Misreading(
        (_with_elements(cdr, lambda elements: [_without(one, ("reservation",)) for one in elements]),), zone
    )
    charged, reserved = volume_of(cdr, TIME), volume_of(cdr, RESERVATION)
    if charged > 0 and reserved > 0:

        def as_long(dimension: Json) -> Json:
            volume = number(dimension.get("volume"))
            of_it = volume is not None and dimension.get("type") == RESERVATION
            return {**dimension, "volume": volume * charged / reserved} if of_it and volume is not None else dimension

        yield Misreading((_with_volumes(cdr, as_long),), zone)


def volume_of(cdr: Json, dimension: str) -> float:
    """Return the sum of the volumes of a dimension over the periods of a CDR."""
    return sum(volumes(period).get(dimension, 0.0) for _, period in listed(cdr, "charging_periods"))


def _expired_though_used(cdr: Json, version: str, zone: ZoneInfo | None) -> Iterator[Misreading]:
    def as_reservation(elements: list[Json]) -> list[Json]:
        return [_restricted(one, reservation="RESERVATION") for one in elements if _marked(one, "RESERVATION_EXPIRES")]

    if any(restrictions.get("reservation") == "RESERVATION_EXPIRES" for _, restrictions, _ in all_components(cdr)):
        alone = _with_elements(cdr, as_reservation)
        yield Misreading((cdr, alone), zone)
        instead = _with_elements(
            cdr,
            lambda elements: [*as_reservation(elements), *(one for one in elements if not _marked(one))],
        )
        yield Misreading((instead,), zone)


def _some_restrictions(cdr: Json, version: str, zone: ZoneInfo | None) -> Iterator[Misreading]:
    names = sorted({name for _, tariff in listed(cdr, "tariffs") for one in _elements(tariff) for name in _limits(one)})
    for name in names:

        def fewer(elements: list[Json], index: int, name: str = name) -> list[Json] | None:
            limits = _limits(elements[index])
            if name not in limits or len(limits) < 2:
                return None
            return [*elements[:index], _without(elements[index], (name,)), *elements[index + 1 :]]

        yield from (Misreading((changed,), zone) for changed in _each(cdr, fewer))


def _whole_session(cdr: Json, version: str, zone: ZoneInfo | None) -> Iterator[Misreading]:
    if len(list(listed(cdr, "charging_periods"))) < 2 or not any(
        restrictions for _, restrictions, _ in all_components(cdr)
    ):
        return
    used = _sources(cdr, version, zone)

    def throughout(elements: list[Json], index: int) -> list[Json] | None:
        element = elements[index]
        if index not in used or _marked(element):
            return None
        return _in_front(elements, index, _without(element, _limits(element)))

    yield from (Misreading((changed,), zone) for changed in _each(cdr, throughout))


def _clock_of_utc(cdr: Json, version: str, zone: ZoneInfo | None) -> Iterator[Misreading]:
    if any(restrictions.get(name) for _, restrictions, _ in all_components(cdr) for name in TIMES):
        yield Misreading((cdr,), _UTC)


def _moved_dates(cdr: Json, version: str, zone: ZoneInfo | None) -> Iterator[Misreading]:
    for name in ("start_date", "end_date"):

        def later(elements: list[Json], name: str = name) -> list[Json]:
            return [
                _restricted(one, **{name: day}) if (day := _day_after(member(one, "restrictions").get(name))) else one
                for one in elements
            ]

        if any(_day_after(restrictions.get(name)) for _, restrictions, _ in all_components(cdr)):
            yield Misreading((_with_elements(cdr, later),), zone)


def _day_after(value: object) -> str:
    try:
        return (date.fromisoformat(text(value)) + timedelta(days=1)).isoformat()
    except (ValueError, OverflowError):
        return ""


def _moved_days(cdr: Json, version: str, zone: ZoneInfo | None) -> Iterator[Misreading]:
    if not any(restrictions.get("day_of_week") for _, restrictions, _ in all_components(cdr)):
        return
    for shift in range(1, len(_WEEKDAYS)):

        def moved(elements: list[Json], shift: int = shift) -> list[Json]:
            return [
                _restricted(one, day_of_week=[_shifted(day, shift) for day in days])
                if isinstance(days := member(one, "restrictions").get("day_of_week"), list)
                else one
                for one in elements
            ]

        yield Misreading((_with_elements(cdr, moved),), zone)


def _shifted(day: object, shift: int) -> object:
    return _WEEKDAYS[(_WEEKDAYS.index(day) + shift) % len(_WEEKDAYS)] if day in _WEEKDAYS else day


def _energy_of_period(cdr: Json, version: str, zone: ZoneInfo | None) -> Iterator[Misreading]:
    if any(
        restrictions.get(name) is not None
        for _, restrictions, _ in all_components(cdr)
        for name in ("min_kwh", "max_kwh")
    ):
        yield Misreading((_tariff_per_period(cdr, "min_kwh", "max_kwh"),), zone)


def _tariff_per_period(cdr: Json, low: str, high: str) -> Json:
    """Return a copy of a CDR in which each period has a tariff of its own, with limits decided by its energy."""
    by_id = {text(tariff.get("id")).lower(): tariff for _, tariff in listed(cdr, "tariffs")}
    tariffs: list[Json] = []
    periods: list[Json] = []
    for index, period in listed(cdr, "charging_periods"):
        tariff = by_id.get(text(period.get("tariff_id")).lower())
        if tariff is not None:
            elements = _resolved(_elements(tariff), low, high, volumes(period).get(ENERGY, 0.0))
            own = {**tariff, "id": f"{index}", "elements": elements}
            # A flat price comes once, however many tariffs there are now.
            tariffs.append(own if not tariffs else {**own, "elements": [_not_flat(one) for one in elements]})
            periods.append({**period, "tariff_id": f"{index}"})
        else:
            periods.append(period)
    return {**cdr, "tariffs": tariffs, "charging_periods": periods}


def _not_flat(element: Json) -> Json:
    parts = [part for _, part in listed(element, "price_components") if part.get("type") != FLAT]
    return {**element, "price_components": parts}


def _other_current(cdr: Json, version: str, zone: ZoneInfo | None) -> Iterator[Misreading]:
    if not any(
        restrictions.get(name) for _, restrictions, _ in all_components(cdr) for name in ("min_current", "max_current")
    ):
        return
    yield from (Misreading((changed,), zone) for changed in _constant(cdr, "CURRENT", ()))
    for phases in (3, 2):

        def of_one(dimension: Json, phases: int = phases) -> Json:
            volume = number(dimension.get("volume"))
            current = volume is not None and dimension.get("type") in {"MIN_CURRENT", "MAX_CURRENT"}
            return {**dimension, "volume": volume / phases} if current and volume is not None else dimension

        yield Misreading((_with_volumes(cdr, of_one),), zone)


def _power_of_session(cdr: Json, version: str, zone: ZoneInfo | None) -> Iterator[Misreading]:
    if any(restrictions.get(name) for _, restrictions, _ in all_components(cdr) for name in ("min_power", "max_power")):
        hours = volume_of(cdr, TIME)
        average = [volume_of(cdr, ENERGY) / hours] if hours > 0 else []
        yield from (Misreading((changed,), zone) for changed in _constant(cdr, "POWER", average))


def _constant(cdr: Json, name: str, others: Iterable[float]) -> Iterator[Json]:
    """Yield copies of a CDR with one current or power in all periods: the least, the most, and `others`."""
    kinds = (f"MIN_{name}", f"MAX_{name}")
    found = [volumes(period) for _, period in listed(cdr, "charging_periods")]
    values = [value for one in found for kind in kinds if (value := one.get(kind)) is not None]
    for value in sorted({*others, min(values), max(values)}) if values else ():
        given = [{"type": kind, "volume": value} for kind in kinds]
        periods = [
            {
                **period,
                "dimensions": [
                    *(one for _, one in listed(period, "dimensions") if one.get("type") not in kinds),
                    *given,
                ],
            }
            for _, period in listed(cdr, "charging_periods")
        ]
        yield {**cdr, "charging_periods": periods}


def _total_duration(cdr: Json, version: str, zone: ZoneInfo | None) -> Iterator[Misreading]:
    names = ("min_duration", "max_duration")
    begin, end = bounds(cdr, version)
    if (
        begin
        and end
        and any(restrictions.get(name) is not None for _, restrictions, _ in all_components(cdr) for name in names)
    ):
        seconds = (end - begin).total_seconds()
        yield Misreading((_with_elements(cdr, lambda elements: _resolved(elements, *names, seconds)),), zone)


def _wraps(element: Json) -> bool:
    begin, end = (text(member(element, "restrictions").get(name)) for name in TIMES)
    return bool(begin) and end < begin and end not in {"", "00:00"}


def _no_wrap(cdr: Json, version: str, zone: ZoneInfo | None) -> Iterator[Misreading]:
    if any(_wraps(one) for _, tariff in listed(cdr, "tariffs") for one in _elements(tariff)):
        yield Misreading((_with_elements(cdr, lambda elements: [one for one in elements if not _wraps(one)]),), zone)
        until_midnight = _with_elements(
            cdr, lambda elements: [_restricted(one, end_time="00:00") if _wraps(one) else one for one in elements]
        )
        yield Misreading((until_midnight,), zone)


def _no_midnight(cdr: Json, version: str, zone: ZoneInfo | None) -> Iterator[Misreading]:
    def ends_at_midnight(element: Json) -> bool:
        return member(element, "restrictions").get("end_time") == "00:00"

    if any(restrictions.get("end_time") == "00:00" for _, restrictions, _ in all_components(cdr)):
        never = _with_elements(cdr, lambda elements: [one for one in elements if not ends_at_midnight(one)])
        yield Misreading((never,), zone)


READINGS: dict[str, tuple[Reading, str]] = {
    "TAR-024": (_other_element, "by an element that is not the first one to match"),
    "TAR-025": (_elements_together, "by all matching elements together"),
    "TAR-026": (_fallback, "with a price where no element matches"),
    "TAR-039": (_vat_within, "as if the prices held VAT"),
    "TAR-041": (_no_rounding, "without step_size"),
    "TAR-042": (_other_units, "with step_size in another unit"),
    "TAR-045": (_charging_as_reservation, "with the price of the reservation for the time of charging"),
    "TAR-046": (_some_restrictions, "by an element of which one restriction does not match"),
    "TAR-047": (_whole_session, "by one element for the whole session"),
    "TAR-048": (_clock_of_utc, "with times in UTC"),
    "TAR-049": (_moved_dates, "without the first day or with the day after the last one"),
    "TAR-050": (_energy_of_period, "with limits on the energy of each period"),
    "TAR-051": (_other_current, "with the current of one phase or of the whole session"),
    "TAR-052": (_power_of_session, "with the power of the whole session"),
    "TAR-053": (_total_duration, "with the duration of the whole session"),
    "TAR-054": (_moved_days, "as on another day"),
    "TAR-066": (_later_element, "by a later element"),
    "TAR-076": (_no_wrap, "as if the element ended at midnight or never applied"),
    "TAR-077": (_no_midnight, "as if the element never applied"),
    "TAR-084": (_expired_though_used, "with the price of an expired reservation"),
}
"""By requirement, the reading that it rules out and, short, how an amount of it came about."""
