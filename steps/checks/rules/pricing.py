"""The cost engine: which price components apply to the periods of a CDR, and what step_size makes of them. No rule.

It gives up (`Undecided`) rather than guess: whatever it says of a CDR can be relied on.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import wraps
from itertools import pairwise
from typing import Concatenate, ParamSpec, TypeVar
from zoneinfo import ZoneInfo

import orjson

from ocpi_conformance.steps.checks.rules.common import Json, folded, listed, member, moment, number, text

ENERGY, TIME, PARKING, RESERVATION, FLAT = "ENERGY", "TIME", "PARKING_TIME", "RESERVATION_TIME", "FLAT"
QUANTITIES = (RESERVATION, ENERGY, TIME, PARKING)
"""What a period counts and a tariff prices, but for the flat price, which comes once."""

BOOKINGS = {"RESERVATION_EXPIRES", "RESERVATION_OVERTIME"}
"""The dimension types of the bookings extension, which are priced by rules of their own."""

STEPS_PER_UNIT = {ENERGY: 1000, TIME: 3600, PARKING: 3600, RESERVATION: 3600}
"""How many steps of size 1 are in the unit of a volume: Wh in a kWh, seconds in an hour."""

START, END = "start_date_time", {"2.1.1": "stop_date_time"}
"""The fields with the start of a CDR and with its end, where that is not `end_date_time`."""

# A volume given with three decimals is off by half a Wh or 1.8 s: that much must not decide over one more step.
_STEP_TOLERANCE = {ENERGY: 1.0, TIME: 2.0, PARKING: 2.0, RESERVATION: 2.0}
_EDGE = timedelta(seconds=60)
_CLOSE = 0.01
_FAR = 1e8
_NEVER, _FAR_YEAR = 1970, 9000
_MANY = 64
_REMEMBERED = 64
_LONGEST = timedelta(days=60)
_WEEKDAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")
_TIMED = ("start_time", "end_time", "start_date", "end_date", "day_of_week")
_DURATION = ("min_duration", "max_duration")
_LIMITS = {
    "kwh": ("min_kwh", "max_kwh"),
    "current": ("min_current", "max_current"),
    "power": ("min_power", "max_power"),
}
_RANGES = {"current": ("MIN_CURRENT", "MAX_CURRENT"), "power": ("MIN_POWER", "MAX_POWER")}


P = ParamSpec("P")
T = TypeVar("T")


class Undecided(Exception):
    """The object does not hold what is needed to say which price applies."""


def remembered(function: Callable[Concatenate[Json, P], T]) -> Callable[Concatenate[Json, P], T]:
    """Let a pure function of an object keep what it returned, or that it was Undecided, for the last few objects.

    Many rules ask the same of one CDR. An object is known by its content, so that one that was changed is a new one;
    the other arguments have to be hashable.
    """
    known: dict[object, tuple[T] | None] = {}

    @wraps(function)
    def recall(item: Json, /, *args: P.args, **kwargs: P.kwargs) -> T:
        try:
            key = (orjson.dumps(item), args, tuple(kwargs.items()))
        except TypeError:
            # What no JSON text of ordinary numbers and characters holds is seldom enough.
            return function(item, *args, **kwargs)
        if key not in known:
            if len(known) >= _REMEMBERED:
                known.clear()
            try:
                known[key] = (function(item, *args, **kwargs),)
            except Undecided:
                known[key] = None
        found = known[key]
        if found is None:
            raise Undecided
        return found[0]

    return recall


@dataclass(frozen=True)
class Period:
    """One charging period: its place in the list, its begin and end, its volumes by dimension type, its tariff."""

    index: int
    begin: datetime
    end: datetime
    volumes: dict[str, float]
    tariff: Json | None


@dataclass(frozen=True)
class Usage:
    """A quantity (kWh or hours) of one period and the price component that applies to it.

    `tariff` is the id of the tariff and `element` the index of its element.
    """

    period: int
    dimension: str
    quantity: float
    price: float
    step: int
    tariff: str
    element: int

    @property
    def source(self) -> tuple[str, int]:
        """Return what holds the price: tariff and element."""
        return self.tariff, self.element


@dataclass(frozen=True)
class Bill:
    """What the tariffs make of a CDR before rounding: its usages, and the fixed prices with and without reservation."""

    usages: tuple[Usage, ...]
    fixed: tuple[float, ...]
    reservation_fixed: tuple[float, ...]

    def of(self, *dimensions: str) -> list[Usage]:
        """Return the usages of these dimensions, in order."""
        return [usage for usage in self.usages if usage.dimension in dimensions]


def bounds(cdr: Json, version: str) -> tuple[datetime | None, datetime | None]:
    """Return start and end of a CDR; None for one that is missing, or 1970 as by agreement when it is unknown."""
    found = (moment(cdr.get(name)) for name in (START, END.get(version, "end_date_time")))
    begin, end = (instant if instant and _NEVER < instant.year < _FAR_YEAR else None for instant in found)
    return begin, end


def volumes(period: Json) -> dict[str, float]:
    """Return the volumes of a period by dimension type; of a type that occurs twice, the sum."""
    result: dict[str, float] = {}
    for _, dimension in listed(period, "dimensions"):
        volume = number(dimension.get("volume"))
        if volume is not None:
            kind = text(dimension.get("type"))
            result[kind] = result.get(kind, 0.0) + volume
    return result


def tariffs_by_id(item: Json, version: str) -> dict[str, Json]:
    """Return the tariffs in a CDR by their ids, as `folded` writes them."""
    return {folded(tariff.get("id"), version): tariff for _, tariff in listed(item, "tariffs")}


def periods(item: Json, version: str, end: datetime | None, tariffs: dict[str, Json]) -> list[Period]:
    """Return the periods of a CDR or Session in the order of their starts; the last one lasts until `end`.

    A period of 2.1.1 does not name its tariff: it has the only one there is.

    Raises:
        Undecided: there is no period, or a start or the end is unknown.
    """
    found = [
        (moment(period.get("start_date_time")), index, period) for index, period in listed(item, "charging_periods")
    ]
    starts = [(begin, index, period) for begin, index, period in found if begin is not None]
    known = len(starts) == len(found) and all(_NEVER < begin.year < _FAR_YEAR for begin, _, _ in starts)
    if end is None or not starts or not known:
        raise Undecided
    starts.sort(key=lambda entry: entry[:2])
    ends = [*(begin for begin, _, _ in starts[1:]), end]
    only = next(iter(tariffs.values())) if len(tariffs) == 1 else None
    return [
        Period(
            index,
            begin,
            max(begin, until),
            volumes(period),
            only if version == "2.1.1" else tariffs.get(folded(period.get("tariff_id"), version)),
        )
        for (begin, index, period), until in zip(starts, ends, strict=True)
    ]


def components(tariff: Json) -> Iterator[tuple[int, Json, Json]]:
    """Yield (index of the element, its restrictions, price component) of a tariff, in order."""
    for index, element in listed(tariff, "elements"):
        restrictions = member(element, "restrictions")
        for _, component in listed(element, "price_components"):
            yield index, restrictions, component


def is_reserved(restrictions: Json) -> bool:
    """Tell whether an element is about a reservation or, in the bookings extension, a booking."""
    return bool(restrictions.get("reservation") or restrictions.get("booking"))


def is_priced(component: Json) -> bool:
    """Tell whether a component costs anything."""
    return bool(number(component.get("price")))


@remembered
def bill(cdr: Json, version: str, zone: ZoneInfo | None = None) -> Bill:
    """Return the price components that apply to a CDR (mod_tariffs, Tariff Object; ambiguities A29).

    Per dimension the first element counts that has a component of it and whose restrictions match. `zone` is the time
    zone of the location; without it, restrictions by time of day or date cannot be decided.

    Raises:
        Undecided: periods lack a tariff or another thing that is needed, a restriction is met in a part of a period
            only, energy went back into the grid, or (2.1.1) the readings of "first element" may differ.
    """
    parts = periods(cdr, version, bounds(cdr, version)[1], tariffs_by_id(cdr, version))
    engine = _Engine(version, zone, parts)
    usages: list[Usage] = []
    fixed: dict[tuple[str, int], float] = {}
    reservation_fixed: dict[tuple[str, int], float] = {}
    for part in parts:
        negative = any(part.volumes.get(name, 0.0) < 0 for name in QUANTITIES)
        if part.tariff is None or negative or part.volumes.keys() & BOOKINGS:
            raise Undecided
        usages += engine.usages(part)
        for reserved, prices in ((False, fixed), (True, reservation_fixed)):
            if found := engine.component(part, FLAT, reserved=reserved):
                prices[found.source] = found.price
        engine.energy += part.volumes.get(ENERGY, 0.0)
    return Bill(tuple(usages), tuple(fixed.values()), tuple(reservation_fixed.values()))


@dataclass
class _Engine:
    """Chooses the components for the periods of one CDR; `energy` is what was charged before the current period."""

    version: str
    zone: ZoneInfo | None
    parts: list[Period]
    energy: float = 0.0

    def usages(self, part: Period) -> Iterator[Usage]:
        for dimension in QUANTITIES:
            if part.volumes.get(dimension) and (
                found := self.component(part, dimension, reserved=dimension == RESERVATION)
            ):
                yield found

    def component(self, part: Period, dimension: str, *, reserved: bool) -> Usage | None:
        """Return what applies to the dimension in this period, or None where nothing does.

        Raises:
            Undecided: it cannot be told.
        """
        if dimension == FLAT and not self._has_fee(part, reserved=reserved):
            return None
        tariff = part.tariff or {}
        kind = TIME if dimension == RESERVATION else dimension
        earlier = None
        for index, restrictions, component in components(tariff):
            if self.version == "2.1.1" and earlier is None and self._applies(restrictions, part, reserved=reserved):
                earlier = index
            if component.get("type") != kind or not self._applies(restrictions, part, reserved=reserved):
                continue
            if earlier not in {None, index}:
                # The first element that matches has no such dimension: whether another one then has, 2.1.1 leaves open.
                raise Undecided
            price, step = number(component.get("price")), number(component.get("step_size"))
            if price is None or step is None:
                raise Undecided
            quantity = part.volumes.get(dimension, 0.0)
            return Usage(part.index, dimension, quantity, price, int(step), text(tariff.get("id")), index)
        return None

    @staticmethod
    def _has_fee(part: Period, *, reserved: bool) -> bool:
        """Tell whether a flat price may come with this period: that of a reservation comes with reserved time only."""
        used = {name for name in QUANTITIES if part.volumes.get(name)}
        return RESERVATION in used if reserved else used != {RESERVATION}

    def _applies(self, restrictions: Json, part: Period, *, reserved: bool) -> bool:
        reservation = restrictions.get("reservation")
        if not restrictions:
            return not reserved
        if restrictions.get("booking"):
            raise Undecided
        if bool(reservation) != reserved:
            return False
        if reserved and self._never_charged():
            # Whether an unused reservation has expired or was cancelled, a CDR does not tell.
            raise Undecided
        if reserved and reservation != "RESERVATION":
            return False
        answers = [
            _within(restrictions, "kwh", self.energy, self.energy + part.volumes.get(ENERGY, 0.0)),
            *(self._in_range(restrictions, name, part) for name in _RANGES),
            self._lasts(restrictions, part),
            self._timely(restrictions, part),
        ]
        if False in answers:
            return False
        if None in answers:
            raise Undecided
        return True

    def _never_charged(self) -> bool:
        return not any(part.volumes.get(name) for part in self.parts for name in (ENERGY, TIME, PARKING))

    @staticmethod
    def _in_range(restrictions: Json, name: str, part: Period) -> bool | None:
        low, high = (part.volumes.get(kind) for kind in _RANGES[name])
        return _within(restrictions, name, low, high)

    def _lasts(self, restrictions: Json, part: Period) -> bool | None:
        limits = [number(restrictions.get(name)) for name in _DURATION]
        if limits == [None, None]:
            return True
        if any(other.volumes.get(RESERVATION) for other in self.parts):
            return None
        least, most = (
            self.parts[0].begin + timedelta(seconds=limit) if limit is not None and abs(limit) < _FAR else None
            for limit in limits
        )
        answers: list[bool | None] = []
        if least is not None:
            answers.append(_before(least, part))
        if most is not None:
            passed = _before(most, part)
            answers.append(None if passed is None else not passed)
        return _all(answers)

    def _timely(self, restrictions: Json, part: Period) -> bool | None:
        if not any(restrictions.get(name) for name in _TIMED):
            return True
        if self.zone is None or part.end - part.begin > _LONGEST:
            return None
        margin = min(_EDGE, (part.end - part.begin) / 3)
        begin, end = part.begin + margin, part.end - margin
        edges = [begin, *(edge for edge in edges_between(restrictions, begin, end, self.zone)), end]
        answers = {timely(restrictions, one + (two - one) / 2, self.zone) for one, two in pairwise(edges)}
        return answers.pop() if len(answers) == 1 else None


def _within(restrictions: Json, name: str, low: float | None, high: float | None) -> bool | None:
    """Tell whether values from `low` to `high` keep the limits; None when only some do, or they are unknown.

    An amount of energy is within a limit while it is being reached, a current or a power is not.
    """
    least, most = (number(restrictions.get(limit)) for limit in _LIMITS[name])
    if least is None and most is None:
        return True
    answers: list[bool | None] = []
    if least is not None:
        answers.append(_reached(least, low, high, open_end=name == "kwh"))
    if most is not None:
        passed = _reached(most, low, high, open_end=name == "kwh")
        answers.append(None if passed is None else not passed)
    return _all(answers)


def _reached(limit: float, low: float | None, high: float | None, *, open_end: bool) -> bool | None:
    if low is not None and low >= limit - _CLOSE:
        return True
    if high is not None and (high < limit - _CLOSE or (open_end and high <= limit + _CLOSE)):
        return False
    return None


def _before(limit: datetime, part: Period) -> bool | None:
    if part.begin >= limit - _EDGE:
        return True
    return False if part.end <= limit + _EDGE else None


def _all(answers: Iterable[bool | None]) -> bool | None:
    found = list(answers)
    if False in found:
        return False
    return None if None in found else True


def zone_of(name: object) -> ZoneInfo | None:
    """Return the time zone of this name in the tz database, or None when there is none."""
    try:
        return ZoneInfo(text(name)) if name else None
    except (ValueError, OSError, KeyError):
        return None


def timely(restrictions: Json, instant: datetime, zone: ZoneInfo) -> bool:
    """Tell whether the restrictions by date, weekday and time of day hold at `instant`, in the local time of `zone`.

    Raises:
        Undecided: the texts allow several readings: equal times, or days that a wrapping time of day runs over.
    """
    local = instant.astimezone(zone)
    clock, day = f"{local:%H:%M}", f"{local:%Y-%m-%d}"
    first, last = text(restrictions.get("start_time")), text(restrictions.get("end_time"))
    days = restrictions.get("day_of_week")
    if first and first == last:
        raise Undecided
    begin, end = first or "00:00", "24:00" if last in {"", "00:00"} else last
    if begin > end:
        if clock < end and (days or restrictions.get("start_date") or restrictions.get("end_date")):
            raise Undecided
        in_time = clock >= begin or clock < end
    else:
        in_time = begin <= clock < end
    from_day, until_day = text(restrictions.get("start_date")), text(restrictions.get("end_date"))
    in_dates = day >= from_day and (not until_day or day < until_day)
    in_days = not isinstance(days, list) or not days or _WEEKDAYS[local.weekday()] in days
    return in_time and in_dates and in_days


def edges_between(restrictions: Json, begin: datetime, end: datetime, zone: ZoneInfo) -> list[datetime]:
    """Return, in order, the instants between `begin` and `end` at which restrictions by date or time may change."""
    clocks = {time(0), *(found for name in ("start_time", "end_time") if (found := _clock(restrictions.get(name))))}
    first = begin.astimezone(zone).date()
    days = (first + timedelta(days=n) for n in range((end.astimezone(zone).date() - first).days + 1))
    edges = {datetime.combine(day, clock, zone).astimezone(begin.tzinfo) for day in days for clock in clocks}
    return sorted(edge for edge in edges if begin < edge < end)


def _clock(value: object) -> time | None:
    try:
        return time.fromisoformat(text(value))
    except ValueError:
        return None


def price_changes(
    tariff: Json, dimension: str, span: tuple[datetime, datetime], origin: datetime, zone: ZoneInfo
) -> Iterator[datetime]:
    """Yield the instants within `span` at which the price of a dimension changes by clock, calendar or duration.

    `origin` is the start of the session.

    Raises:
        Undecided: what else restricts the elements decides too.
    """
    begin, end = span
    if end - begin > _LONGEST:
        raise Undecided
    elements = [
        (restrictions, number(component.get("price")) or 0.0)
        for _, restrictions, component in components(tariff)
        if component.get("type") == dimension and not is_reserved(restrictions)
    ]
    edges = {edge for restrictions, _ in elements for edge in edges_between(restrictions, begin, end, zone)}
    for restrictions, _ in elements:
        limits = (number(restrictions.get(name)) for name in _DURATION)
        edges |= {origin + timedelta(seconds=limit) for limit in limits if limit is not None and abs(limit) < _FAR}
    inner = [begin, *sorted(edge for edge in edges if begin < edge < end), end]
    prices = [_price_at(elements, one + (two - one) / 2, origin, zone) for one, two in pairwise(inner)]
    for edge, (before, after) in zip(inner[1:], pairwise(prices), strict=False):
        if not math.isclose(before, after):
            yield edge


def _price_at(elements: Sequence[tuple[Json, float]], instant: datetime, origin: datetime, zone: ZoneInfo) -> float:
    seconds = (instant - origin).total_seconds()
    for restrictions, price in elements:
        least, most = (number(restrictions.get(name)) for name in _DURATION)
        lasting = (least is None or seconds >= least) and (most is None or seconds < most)
        if lasting and timely(restrictions, instant, zone):
            if any(restrictions.get(limit) is not None for limits in _LIMITS.values() for limit in limits):
                raise Undecided
            return price
    return 0.0


def cost(usages: Iterable[Usage]) -> float:
    """Return the cost of the quantities as they are, without step_size."""
    return sum(usage.quantity * usage.price for usage in usages)


def extra(dimension: str, quantity: float, step: int) -> set[float]:
    """Return what rounding up to a multiple of `step` adds to a quantity, in its unit.

    There are two results where the precision of the volumes leaves open whether one more step has begun; a step_size
    of 0 adds nothing.

    Raises:
        Undecided: the quantity is beyond all measure.
    """
    if step <= 0:
        return {0.0}
    units = quantity * STEPS_PER_UNIT[dimension]
    if not math.isfinite(units):
        raise Undecided
    slack = _STEP_TOLERANCE[dimension]
    counts = {math.ceil((units - slack) / step), math.ceil((units + slack) / step)}
    return {max(0.0, (count * step - units) / STEPS_PER_UNIT[dimension]) for count in counts}


def rounded(usages: Sequence[Usage], step: int | None = None) -> set[float]:
    """Return the cost when the total is rounded up once, and what that adds is billed at the last price.

    The step_size is that of the last usage unless `step` gives another one.
    """
    if not usages:
        return {0.0}
    last = usages[-1]
    total = sum(usage.quantity for usage in usages)
    added = extra(last.dimension, total, last.step if step is None else step)
    return {cost(usages) + more * last.price for more in added}


def rounded_in_groups(groups: Iterable[Sequence[Usage]]) -> set[float]:
    """Return the cost when each group of usages is rounded up by itself; one of several results where that is open."""
    results = {0.0}
    for group in groups:
        results = {one + other for one in results for other in rounded(group)}
        if len(results) > _MANY:
            raise Undecided
    return results
