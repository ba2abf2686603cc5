"""The rules on the costs of a CDR: parts, step_size, periods at price changes. What applies is for `pricing` to say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain, combinations, groupby, pairwise
from zoneinfo import ZoneInfo

from ocpi_conformance.steps.checks.rules.common import Json, amount, folded, listed, number, text
from ocpi_conformance.steps.checks.rules.pricing import (
    BOOKINGS,
    ENERGY,
    FLAT,
    PARKING,
    RESERVATION,
    TIME,
    Bill,
    Period,
    Undecided,
    Usage,
    bill,
    bounds,
    components,
    cost,
    is_priced,
    is_reserved,
    periods,
    price_changes,
    remembered,
    rounded,
    rounded_in_groups,
    tariffs_by_id,
    volumes,
    zone_of,
)
from ocpi_conformance.steps.checks.rules.registry import Flaw, rule
from ocpi_conformance.steps.verdicts import Verdict

# What a CDR has a total for, and the field of it.
PARTS = {
    ENERGY: "total_energy_cost",
    TIME: "total_time_cost",
    PARKING: "total_parking_cost",
    RESERVATION: "total_reservation_cost",
    FLAT: "total_fixed_cost",
}
# Amounts are rounded to cents, by rules of their own: up to a cent, or half a percent, is no difference.
_CENT, _RELATIVE = 0.01, 0.005
# To be taken for the wrong amount, an amount has to be that amount to the cent.
_EXACT = 0.006
_HOURS = 0.02
_KWH = 0.01
_EDGE = timedelta(seconds=60)
# Flat prices are tried in all combinations up to this many; nobody has more.
_MOST_FEES = 6
_NEEDED_FOR = {
    "current": (("min_current", "max_current"), ("MIN_CURRENT", "MAX_CURRENT")),
    "power": (("min_power", "max_power"), ("MIN_POWER", "MAX_POWER")),
}


def _dimension(component: Json, restrictions: Json) -> str:
    """Return what a price component prices: TIME and FLAT of a reservation count as RESERVATION_TIME."""
    return RESERVATION if is_reserved(restrictions) else text(component.get("type"))


def _priced(cdr: Json) -> Iterator[tuple[str, Json]]:
    """Yield (dimension, restrictions) of each component in the tariffs of a CDR that costs anything."""
    for _, tariff in listed(cdr, "tariffs"):
        for _, restrictions, component in components(tariff):
            if is_priced(component):
                yield _dimension(component, restrictions), restrictions


def _sums(cdr: Json) -> dict[str, float]:
    """Return the sum of the volumes of each dimension type over the periods."""
    result: dict[str, float] = {}
    for _, period in listed(cdr, "charging_periods"):
        for kind, volume in volumes(period).items():
            result[kind] = result.get(kind, 0.0) + volume
    return result


def _used(cdr: Json, version: str, sums: dict[str, float]) -> set[str]:
    """Return the dimensions of which the totals of a CDR say that something was used."""
    parked = max(number(cdr.get("total_parking_time")) or 0.0, sums.get(PARKING, 0.0))
    charging = (number(cdr.get("total_time")) or 0.0) - parked - sums.get(RESERVATION, 0.0)
    # From 2.2.1 on a pause without energy is no PARKING_TIME when the vehicle asks for power: only its cost tells.
    parking = parked > _HOURS if version == "2.1.1" else _costs_more(cdr, version, PARKING)
    return {
        name
        for name, used in (
            (ENERGY, (number(cdr.get("total_energy")) or 0.0) > _KWH),
            (TIME, charging > _HOURS),
            (PARKING, parking),
            (RESERVATION, _costs_more(cdr, version, RESERVATION)),
        )
        if used
    }


def _costs_more(cdr: Json, version: str, part: str) -> bool:
    """Tell whether the CDR has a cost for parking or reservation that is more than flat prices."""
    stated = amount(cdr.get(PARTS[part]), version) or 0.0
    fees = _flat_prices(cdr, reservation=part == RESERVATION)
    return stated > 0 and len(fees) <= _MOST_FEES and not _is_any(stated, _sums_of(fees), _CENT)


def _without_volume(cdr: Json, version: str) -> set[str]:
    """Return the dimensions that are priced and used but have no volume in any period."""
    sums = _sums(cdr)
    present = {RESERVATION, *sums} if sums.keys() & BOOKINGS else set(sums)
    return ({dimension for dimension, _ in _priced(cdr)} & _used(cdr, version, sums)) - present


@rule("CDR-015", "CDR")
def dimensions_for_the_cost(cdr: Json, version: str) -> Iterator[Flaw]:
    """The periods hold what the tariffs price and what their restrictions need (mod_cdrs_push_model)."""
    missing = _without_volume(cdr, version)
    present = _sums(cdr).keys()
    for _, restrictions in _priced(cdr):
        if is_reserved(restrictions) or not (number(cdr.get("total_energy")) or 0.0) > _KWH:
            continue
        for name, (limits, needed) in _NEEDED_FOR.items():
            # There is no dimension for power in 2.1.1: current has to do.
            enough = {*needed, *_NEEDED_FOR["current"][1]} if version == "2.1.1" else set(needed)
            if any(number(restrictions.get(limit)) is not None for limit in limits) and not present & enough:
                missing.add(_NEEDED_FOR["current" if version == "2.1.1" else name][1][1])
    for dimension in sorted(missing):
        yield Flaw("/charging_periods", f"{dimension}, which the tariffs of the CDR price or need", "in no period")


@rule("CDR-059", "CDR")
def total_is_sum(cdr: Json, version: str) -> Iterator[Flaw]:
    """total_cost is the sum of the costs, where all that the tariffs can produce are given (mod_cdrs_cdr_object)."""
    tariffs = tariffs_by_id(cdr, version)
    named = {folded(period.get("tariff_id"), version) for _, period in listed(cdr, "charging_periods")} - {""}
    limited = any(tariff.get(limit) is not None for tariff in tariffs.values() for limit in ("min_price", "max_price"))
    possible = {dimension for dimension, _ in _priced(cdr)} if tariffs else set(PARTS)
    given = {part: value for part in PARTS if (value := amount(cdr.get(PARTS[part]), version)) is not None}
    total = amount(cdr.get("total_cost"), version)
    if total is None or limited or named - tariffs.keys() or not given or possible - given.keys():
        return
    expected = sum(given.values())
    if cdr.get("credit") is True:
        total, expected = abs(total), abs(expected)
    if abs(total - expected) > _CENT * len(given) + 1e-9:
        parts = ", ".join(PARTS[part] for part in given)
        yield Flaw("/total_cost", f"{expected:.4g}, the sum of {parts}", f"{total:.4g}")


def _has_both_fees(cdr: Json) -> bool:
    return all(cdr.get(PARTS[part]) is not None for part in (FLAT, RESERVATION))


@rule("CDR-060", "CDR", what="fixed cost beside one of a reservation", when=_has_both_fees)
def fixed_without_reservation(cdr: Json, version: str) -> Iterator[Flaw]:
    """total_fixed_cost does not hold the flat prices of a reservation (mod_cdrs_cdr_object)."""
    fixed, reserved = (amount(cdr.get(PARTS[part]), version) for part in (FLAT, RESERVATION))
    if fixed is None or reserved is None:
        return
    own, others = _flat_prices(cdr, reservation=False), _flat_prices(cdr, reservation=True)
    if len(own) + len(others) > _MOST_FEES or _is_any(fixed, _sums_of(own), _CENT):
        return
    if _is_any(fixed, {one + other for one in _sums_of(own) for other in _sums_of(others)}, _EXACT):
        pointer = "/total_fixed_cost"
        yield Flaw(pointer, f"the flat prices without reservation, {sum(own):.4g}", f"{fixed:.4g}, with those of it")


def _flat_prices(cdr: Json, *, reservation: bool) -> list[float]:
    return [
        number(component.get("price")) or 0.0
        for _, tariff in listed(cdr, "tariffs")
        for _, restrictions, component in components(tariff)
        if component.get("type") == FLAT and is_priced(component) and is_reserved(restrictions) == reservation
    ]


def _sums_of(prices: Sequence[float]) -> set[float]:
    """Return the sums of all selections of the prices, none included."""
    selections = chain.from_iterable(combinations(prices, size) for size in range(len(prices) + 1))
    return {sum(selection) for selection in selections}


def _is_any(value: float, amounts: Iterable[float], tolerance: float) -> bool:
    return any(abs(value - other) <= tolerance + 1e-9 for other in amounts)


def _fits(value: float, amounts: Iterable[float], cents: float = _CENT) -> bool:
    return any(abs(value - other) <= max(cents, _RELATIVE * abs(other)) + 1e-9 for other in amounts)


@dataclass(frozen=True)
class _Account:
    """The costs that a CDR states and those that its tariffs and periods give.

    `stated` and `options` are by dimension, `options` being all amounts that a reading of the text gives; `total` is
    the stated total, its sign turned for a Credit CDR. `limits` tells whether the tariffs limit the total.
    """

    bill: Bill
    stated: dict[str, float]
    total: float | None
    options: dict[str, set[float]]
    limits: bool

    def known(self, dimension: str) -> tuple[str, float] | None:
        """Return (field, amount) of what the CDR states for a dimension, if need be from the total, or None."""
        if dimension in self.stated:
            return PARTS[dimension], self.stated[dimension]
        others = [self.options[part] for part in PARTS if part != dimension]
        if self.total is None or self.limits or any(max(amounts) - min(amounts) > _EXACT / 2 for amounts in others):
            return None
        return "total_cost", self.total - sum(min(amounts) for amounts in others)


@remembered
def _account(cdr: Json, version: str, time_zone: str = "") -> _Account | None:
    """Return the account of a CDR, or None where it cannot be recomputed."""
    if _taxes_unknown(cdr, version) or _without_volume(cdr, version):
        return None
    try:
        due = bill(cdr, version, zone_of(time_zone))
        options = _options(due, version)
    except Undecided:
        return None
    stated = {part: value for part in PARTS if (value := amount(cdr.get(PARTS[part]), version)) is not None}
    total = amount(cdr.get("total_cost"), version)
    if total is not None and cdr.get("credit") is True:
        total = abs(total)
    limits = any(tariff.get(name) for _, tariff in listed(cdr, "tariffs") for name in ("min_price", "max_price"))
    return _Account(due, stated, total, options, limits)


def _taxes_unknown(cdr: Json, version: str) -> bool:
    """Tell whether the prices may hold taxes: before 2.3.0 they never do, from then on the tariff says so."""
    if version in {"2.1.1", "2.2.1"}:
        return False
    return any(text(tariff.get("tax_included")) not in {"NO", "N/A"} for _, tariff in listed(cdr, "tariffs"))


def _options(due: Bill, version: str) -> dict[str, set[float]]:
    """Return by dimension the amounts without tax that readings of the text give (mod_cdrs_step_size; A30).

    Raises:
        Undecided: there are too many.
    """
    if len(due.fixed) + len(due.reservation_fixed) > _MOST_FEES:
        raise Undecided
    energy, reserved = due.of(ENERGY), due.of(RESERVATION)
    fee = sum(due.reservation_fixed)
    options = {
        ENERGY: _once(energy),
        RESERVATION: {value + fee for value in {cost(reserved), *rounded(reserved)}},
        FLAT: {sum(due.fixed), *due.fixed[:1]},
        **{dimension: _timed(due, dimension) for dimension in (TIME, PARKING)},
    }
    if version == "2.1.1":
        for dimension in (ENERGY, TIME, PARKING):
            options[dimension] |= {
                *rounded_in_groups([usage] for usage in due.of(dimension)),
                *_once(due.of(dimension)),
            }
    return options


def _once(usages: list[Usage]) -> set[float]:
    """Return the cost with the total rounded once, whether or not what is free counts towards it."""
    return rounded(usages) | rounded([usage for usage in usages if usage.price])


def _last_dimensions(due: Bill) -> set[str]:
    """Return which of TIME and PARKING_TIME came last; both where one period has both."""
    timed = due.of(TIME, PARKING)
    return {usage.dimension for usage in timed if usage.period == timed[-1].period}


def _timed(due: Bill, dimension: str) -> set[float]:
    """Return the amounts for charging or parking: what comes last is rounded, alone or together with the other."""
    own, both, last = due.of(dimension), due.of(TIME, PARKING), _last_dimensions(due)
    mixed = len({usage.dimension for usage in both}) > 1
    options = {cost(own)} if mixed or dimension not in last else set()
    if dimension in last:
        options |= _once(own)
        if own:
            end = [*(usage for usage in both if usage is not own[-1]), own[-1]]
            options |= {cost(own) + value - cost(end) for value in rounded(end)}
    elif dimension == PARKING:
        options |= rounded(own)
    return options or {0.0}


@rule("CDR-065", "CDR")
def cost_as_recomputed(cdr: Json, version: str, time_zone: str = "") -> Iterator[Flaw]:
    """The costs are those that tariffs and periods give (mod_cdrs_cdr_object, mod_tariffs_tariff_object).

    `time_zone` is that of the location; without it tariffs with prices by clock or calendar are not recomputed.
    """
    account = _account(cdr, version, time_zone)
    if account is None:
        return
    options = dict(account.options)
    if account.bill.of(PARKING):
        # A flat price may be one of parking: then it is part of what parking costs, and not of the fixed costs.
        options[FLAT] = _sums_of(account.bill.fixed)
        options[PARKING] = {one + fee for one in options[PARKING] for fee in options[FLAT]}
    flaws = [
        _other_amount(f"/{PARTS[part]}", stated, options[part], cost(account.bill.of(part)))
        for part, stated in account.stated.items()
        if not _fits(stated, options[part])
    ]
    yield from flaws or _total_flaws(cdr, version, account)


def _total_flaws(cdr: Json, version: str, account: _Account) -> Iterator[Flaw]:
    totals = {0.0}
    for amounts in account.options.values():
        totals = {round(one + other, 6) for one in totals for other in amounts}
    if account.total is None or _fits(account.total, totals, _CENT * len(PARTS)):
        return
    if account.limits:
        least, most = (_limits(cdr, version, name) for name in ("min_price", "max_price"))
        if min([*totals, *most]) - _CENT <= account.total <= max([*totals, *least]) + _CENT:
            return
    exact = sum(cost(account.bill.of(part)) for part in PARTS)
    fees = sum(account.bill.fixed) + sum(account.bill.reservation_fixed)
    yield _other_amount("/total_cost", account.total, totals, exact + fees)


def _limits(cdr: Json, version: str, name: str) -> list[float]:
    """Return the limits that the tariffs of a CDR set, with and without tax."""
    found = [tariff.get(name) for _, tariff in listed(cdr, "tariffs")]
    amounts = [number(value) for limit in found if isinstance(limit, dict) for value in limit.values()]
    return [value for value in (*amounts, *(amount(limit, version) for limit in found)) if value is not None]


def _other_amount(pointer: str, stated: float, amounts: set[float], exact: float) -> Flaw:
    expected = " or ".join(f"{value:.4g}" for value in sorted({round(value, 4) for value in amounts})[:3])
    if _fits(stated, {exact}):
        return Flaw(pointer, expected, f"{stated:.4g}, as without step_size", at_most=Verdict.OBSERVED)
    return Flaw(pointer, f"{expected}, from tariffs and periods", f"{stated:.4g}")


def _has_steps(cdr: Json) -> bool:
    """Tell whether a price in the tariffs is for more than the smallest step."""
    return any(
        (number(component.get("step_size")) or 0) > 1 and component.get("type") != FLAT
        for _, tariff in listed(cdr, "tariffs")
        for _, _, component in components(tariff)
    )


def _misrounded(cdr: Json, version: str, requirement: str) -> Iterator[Flaw]:
    """Yield the costs that only fit the reading of step_size that `requirement` rules out (mod_cdrs_step_size)."""
    if not _has_steps(cdr):
        return
    account = _account(cdr, version)
    if account is None:
        return
    for dimension in (ENERGY, TIME, PARKING):
        known = account.known(dimension)
        usages = account.bill.of(dimension)
        if known is None or not usages or _fits(known[1], {*account.options[dimension], cost(usages)}):
            continue
        try:
            wrong = {value for groups in _WRONG[requirement](account.bill, dimension) for value in groups}
        except Undecided:
            continue
        if _is_any(known[1], wrong, _EXACT):
            expected = " or ".join(f"{value:.4g}" for value in sorted(account.options[dimension]))
            yield Flaw(f"/{known[0]}", f"{expected} for {dimension}", f"{known[1]:.4g}, {_READING[requirement]}")


def _each_period(due: Bill, dimension: str) -> Iterator[set[float]]:
    usages = due.of(dimension)
    if len(usages) > 1:
        yield rounded_in_groups([usage] for usage in usages)


def _charging_before_parking(due: Bill, dimension: str) -> Iterator[set[float]]:
    if dimension == TIME and _last_dimensions(due) == {PARKING}:
        yield rounded(due.of(TIME))


def _each_element(due: Bill, dimension: str) -> Iterator[set[float]]:
    usages = due.of(dimension)
    runs = [list(run) for _, run in groupby(usages, key=lambda usage: usage.source)]
    if any(one[0].tariff == two[0].tariff for one, two in pairwise(runs)):
        yield rounded_in_groups(runs)


def _earlier_step(due: Bill, dimension: str) -> Iterator[set[float]]:
    usages = due.of(dimension)
    for step in {usage.step for usage in usages} - {usages[-1].step}:
        yield rounded(usages, step)


def _each_tariff(due: Bill, dimension: str) -> Iterator[set[float]]:
    runs = [list(run) for _, run in groupby(due.of(dimension), key=lambda usage: usage.tariff)]
    if len(runs) > 1:
        yield rounded_in_groups(runs)


def _last_period(due: Bill, dimension: str) -> Iterator[set[float]]:
    usages = due.of(dimension)
    if len(usages) > 1:
        yield {cost(usages[:-1]) + value for value in rounded(usages[-1:])}


_WRONG = {
    "CDR-040": _each_period,
    "CDR-041": _charging_before_parking,
    "CDR-042": _each_element,
    "CDR-043": _earlier_step,
    "CDR-044": _each_tariff,
    "CDR-045": _last_period,
    "CDR-046": _charging_before_parking,
}
_READING = {
    "CDR-040": "with step_size in each period",
    "CDR-041": "with step_size on charging before parking",
    "CDR-042": "with step_size at the change of element",
    "CDR-043": "with the step_size of an earlier component",
    "CDR-044": "with step_size at the change of tariff",
    "CDR-045": "with step_size on the last period alone",
    "CDR-046": "with step_size on charging beside parking",
}


@rule("CDR-040", "CDR", what="CDR with a step_size above 1", when=_has_steps)
def step_once(cdr: Json, version: str) -> Iterator[Flaw]:
    """step_size rounds a session once, not each period (mod_cdrs_step_size)."""
    return _misrounded(cdr, version, "CDR-040")


@rule("CDR-041", "CDR", what="CDR with a step_size above 1", when=_has_steps)
def step_not_before_parking(cdr: Json, version: str) -> Iterator[Flaw]:
    """Charging time that parking follows is not rounded (mod_cdrs_step_size)."""
    return _misrounded(cdr, version, "CDR-041")


@rule("CDR-042", "CDR", what="CDR with a step_size above 1", when=_has_steps)
def step_not_between_elements(cdr: Json, version: str) -> Iterator[Flaw]:
    """A change of element rounds nothing (mod_cdrs_step_size)."""
    return _misrounded(cdr, version, "CDR-042")


@rule("CDR-043", "CDR", what="CDR with a step_size above 1", when=_has_steps)
def step_of_last_component(cdr: Json, version: str) -> Iterator[Flaw]:
    """Of several sizes of step the last one counts (mod_cdrs_step_size)."""
    return _misrounded(cdr, version, "CDR-043")


@rule("CDR-044", "CDR", what="CDR with a step_size above 1", when=_has_steps)
def step_not_between_tariffs(cdr: Json, version: str) -> Iterator[Flaw]:
    """A change of tariff rounds nothing (mod_cdrs_step_size)."""
    return _misrounded(cdr, version, "CDR-044")


@rule("CDR-045", "CDR", what="CDR with a step_size above 1", when=_has_steps)
def step_on_total(cdr: Json, version: str) -> Iterator[Flaw]:
    """The total is rounded, not the amount of the last period (mod_cdrs_step_size)."""
    return _misrounded(cdr, version, "CDR-045")


@rule("CDR-046", "CDR", what="CDR with a step_size above 1", when=_has_steps)
def step_on_parking_only(cdr: Json, version: str) -> Iterator[Flaw]:
    """With charging and parking time, parking is rounded; where charging came last, the texts disagree (A30)."""
    yield from _misrounded(cdr, version, "CDR-046")
    if not _has_steps(cdr) or TIME not in _sums(cdr):
        return
    account = _account(cdr, version)
    if account is None or _last_dimensions(account.bill) != {TIME} or not account.bill.of(PARKING):
        return
    known, exact = account.known(TIME), cost(account.bill.of(TIME))
    if known and not _fits(known[1], {exact}) and _is_any(known[1], rounded(account.bill.of(TIME)), _EXACT):
        actual = f"{known[1]:.4g}, charging rounded after parking"
        yield Flaw(f"/{known[0]}", f"{exact:.4g}, only parking rounded", actual, at_most=Verdict.OBSERVED)


# Between objects of several classes


def unmarked_changes(
    item: Json, version: str, end: datetime | None, tariffs: dict[str, Json], time_zone: str
) -> Iterator[Flaw]:
    """Yield where the price of what is used changes by clock, calendar or duration and no period starts.

    `item` is a CDR or Session that lasts until `end`, `tariffs` are by id as `folded` writes it. A flaw counts in full
    when the volumes show that the dimension was used on both sides of the change.
    """
    zone = zone_of(time_zone)
    try:
        parts = periods(item, version, end, tariffs)
    except Undecided:
        return
    # Whether the time of a reservation counts as duration of the session is not said.
    if zone is None or any(RESERVATION in part.volumes for part in parts):
        return
    for part in parts:
        for dimension in (ENERGY, TIME, PARKING):
            for instant in _changes_in(part, dimension, parts[0].begin, zone):
                certain = _used_around(part, dimension, instant)
                if certain is not None:
                    yield Flaw(
                        f"/charging_periods/{part.index}",
                        f"a new period at {_clock(instant)}, where the price of {dimension} changes",
                        f"one period from {_clock(part.begin)} to {_clock(part.end)}",
                        at_most=Verdict.FAILED if certain else Verdict.ADVISED,
                    )


def _clock(instant: datetime) -> str:
    return f"{instant:%Y-%m-%dT%H:%M:%SZ}"


def _changes_in(part: Period, dimension: str, origin: datetime, zone: ZoneInfo) -> list[datetime]:
    begin, end = part.begin + _EDGE, part.end - _EDGE
    if part.tariff is None or begin >= end or part.volumes.get(dimension, 0.0) <= 0:
        return []
    try:
        return list(price_changes(part.tariff, dimension, (begin, end), origin, zone))
    except Undecided:
        return []


def _used_around(part: Period, dimension: str, instant: datetime) -> bool | None:
    """Tell whether the dimension was used before and after `instant` for certain; None when that is not likely."""
    longest = max(instant - part.begin, part.end - instant).total_seconds() / 3600
    clock = PARKING if dimension == PARKING else TIME
    if part.volumes.get(clock, 0.0) > longest + _HOURS:
        return True
    return False if dimension == ENERGY and not part.volumes.keys() & {TIME, PARKING} else None


def periods_at_price_changes(cdr: Json, version: str, time_zone: str) -> Iterator[Flaw]:
    """CDR-037: a period starts where the price of what is used changes (mod_cdrs_charging_period).

    `time_zone` is that of the location. Limits by energy, current or power are not timed.
    """
    yield from unmarked_changes(cdr, version, bounds(cdr, version)[1], tariffs_by_id(cdr, version), time_zone)


def volumes_at_price_changes(cdr: Json, version: str, time_zone: str) -> Iterator[Flaw]:
    """CDR-038: the periods on both sides of a price change hold the volume of what was used (mod_cdrs_charging_period).

    Something must have been used where the volumes of all periods are less than the total of the CDR.
    """
    zone = zone_of(time_zone)
    try:
        parts = periods(cdr, version, bounds(cdr, version)[1], tariffs_by_id(cdr, version))
        for one, two in pairwise(parts):
            if zone is None or two.tariff is None:
                continue
            span = (two.begin - _EDGE, two.begin + _EDGE)
            for dimension in _short(cdr):
                if any(price_changes(two.tariff, dimension, span, parts[0].begin, zone)):
                    yield from _lacking((one, two), dimension)
    except Undecided:
        return


def _short(cdr: Json) -> Iterator[str]:
    """Yield the dimensions of which the periods hold less than the CDR's total."""
    sums = _sums(cdr)
    energy, hours = (number(cdr.get(name)) for name in ("total_energy", "total_time"))
    if energy is not None and energy - sums.get(ENERGY, 0.0) > _KWH * max(1, len(cdr.get("charging_periods") or ())):
        yield ENERGY
    if hours is not None and hours - sum(sums.get(name, 0.0) for name in (TIME, PARKING, RESERVATION)) > _HOURS:
        yield TIME


def _lacking(parts: Sequence[Period], dimension: str) -> Iterator[Flaw]:
    enough = {ENERGY} if dimension == ENERGY else {TIME, PARKING, RESERVATION}
    for part in parts:
        if not part.volumes.keys() & enough and part.end > part.begin:
            pointer = f"/charging_periods/{part.index}/dimensions"
            yield Flaw(
                pointer, f"{dimension}, the price of which changes here", ", ".join(sorted(part.volumes)) or "none"
            )
