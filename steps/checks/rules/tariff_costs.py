"""The rules on how tariffs are applied: amounts in CDRs that only fit a reading which the text rules out.

What a rule here says is more than CDR-065: not only is an amount another one than tariffs and periods give, it is, to
the cent, what a certain one of the `misreadings` gives.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice

from ocpi_conformance.steps.checks.rules.cdr_costs import PARTS, cost_as_recomputed
from ocpi_conformance.steps.checks.rules.common import Json, amount, listed, number, text
from ocpi_conformance.steps.checks.rules.misreadings import (
    MARKS,
    MOST,
    READINGS,
    TIMES,
    Misreading,
    all_components,
    volume_of,
)
from ocpi_conformance.steps.checks.rules.pricing import (
    ENERGY,
    FLAT,
    PARKING,
    RESERVATION,
    STEPS_PER_UNIT,
    TIME,
    Undecided,
    Usage,
    bill,
    bounds,
    cost,
    extra,
    remembered,
    rounded,
    zone_of,
)
from ocpi_conformance.steps.checks.rules.registry import Flaw, rule
from ocpi_conformance.steps.verdicts import Verdict

# To be taken for a wrong amount, an amount has to be that amount to the cent.
_EXACT = 0.006
_MOST_TOTALS = 400
_DIMENSIONS = {field: dimension for dimension, field in PARTS.items()}
_UNROUNDED = "TAR-041"

Amounts = dict[str, set[float]]


def _amounts(found: Misreading, version: str) -> Amounts:
    """Return by dimension the amounts without tax that a misreading gives.

    Raises:
        Undecided: it cannot be told.
    """
    result: Amounts = {dimension: {0.0} for dimension in PARTS}
    for cdr in found.cdrs:
        due = bill(cdr, version, found.zone)
        fees = {FLAT: sum(due.fixed), RESERVATION: sum(due.reservation_fixed)}
        for dimension in PARTS:
            usages = due.of(dimension)
            own = rounded(usages) if found.rounded_only else {cost(usages), *rounded(usages)}
            result[dimension] = {one + other + fees.get(dimension, 0.0) for one in result[dimension] for other in own}
    return result


def _totals(amounts: Amounts) -> set[float]:
    totals = {0.0}
    for options in amounts.values():
        totals = {round(one + other, 6) for one in totals for other in options}
        if len(totals) > _MOST_TOTALS:
            raise Undecided
    return totals


def _stated(cdr: Json, version: str, pointer: str) -> float | None:
    """Return the amount without tax at `pointer`; the total of a Credit CDR with its sign turned."""
    value = amount(cdr.get(pointer[1:]), version)
    return abs(value) if value is not None and pointer == "/total_cost" and cdr.get("credit") is True else value


@remembered
def _mismatches(cdr: Json, version: str, time_zone: str) -> dict[str, Flaw]:
    """Return the amounts that no right reading gives, by pointer; none for a CDR without cost, as of a gift.

    What an element means in another zone than that of the location, 2.1.1 leaves open: there both must rule out.
    """
    if not _stated(cdr, version, "/total_cost"):
        return {}
    found = {flaw.pointer: flaw for flaw in cost_as_recomputed(cdr, version, time_zone)}
    if version == "2.1.1" and time_zone:
        other = {flaw.pointer for flaw in cost_as_recomputed(cdr, version, "UTC")}
        return {pointer: flaw for pointer, flaw in found.items() if pointer in other}
    return found


def _is_open(cdr: Json, version: str) -> bool:
    """Tell whether prices depend on times of day of 2.1.1, which leaves their zone and those over midnight open."""
    limits = (restrictions.get(name) for _, restrictions, _ in all_components(cdr) for name in TIMES)
    return version == "2.1.1" and any(limits)


def _misread(requirement: str, cdr: Json, version: str, time_zone: str) -> Iterator[Flaw]:
    """Yield the amounts of a CDR that only fit the reading which `requirement` rules out."""
    reading, words = READINGS[requirement]
    if _is_open(cdr, version):
        return
    flaws = _mismatches(cdr, version, time_zone)
    if not flaws:
        return
    try:
        misreadings = list(islice(reading(cdr, version, zone_of(time_zone)), MOST))
    except Undecided:
        return
    for pointer, flaw in flaws.items():
        stated = _stated(cdr, version, pointer)
        # An amount that is only noted is the right one without step_size.
        if flaw.at_most is not Verdict.FAILED and requirement != _UNROUNDED:
            continue
        if stated is not None and any(_fits(stated, pointer, found, version) for found in misreadings):
            yield Flaw(pointer, flaw.expected, f"{stated:.4g}, {words}")


def _fits(stated: float, pointer: str, found: Misreading, version: str) -> bool:
    try:
        amounts = _amounts(found, version)
        wrong = _totals(amounts) if pointer == "/total_cost" else amounts[_DIMENSIONS[pointer[1:]]]
    except Undecided:
        return False
    return _is_any(stated, wrong)


def _is_any(value: float, amounts: Iterable[float]) -> bool:
    return any(abs(value - other) <= _EXACT for other in amounts)


# The rules. `time_zone` is that of the location; without it, tariffs with times or dates are passed over.


def _limited_by(*names: str) -> Callable[[Json], bool]:
    return lambda cdr: any(restrictions.get(name) for _, restrictions, _ in all_components(cdr) for name in names)


def _has_choice(cdr: Json) -> bool:
    return any(len(list(listed(tariff, "elements"))) > 1 for _, tariff in listed(cdr, "tariffs"))


def _is_restricted(cdr: Json) -> bool:
    return any(restrictions for _, restrictions, _ in all_components(cdr))


def _has_vat(cdr: Json) -> bool:
    return any(number(component.get("vat")) for _, _, component in all_components(cdr))


def _says_of_taxes(cdr: Json) -> bool:
    return any(text(tariff.get("tax_included")) in {"YES", "NO"} for _, tariff in listed(cdr, "tariffs"))


def _has_steps(cdr: Json) -> bool:
    return any((number(component.get("step_size")) or 0) > 0 for _, _, component in all_components(cdr))


@rule("TAR-024", "CDR", what="CDR by a Tariff of several elements", when=_has_choice)
def first_matching_element(cdr: Json, version: str, time_zone: str = "") -> Iterator[Flaw]:
    """Of several elements with a dimension the first that matches has the price (mod_tariffs_tariff_object)."""
    return _misread("TAR-024", cdr, version, time_zone)


@rule("TAR-025", "CDR", what="CDR by a Tariff of several elements", when=_has_choice)
def one_component_at_a_time(cdr: Json, version: str, time_zone: str = "") -> Iterator[Flaw]:
    """Components of one dimension are not added up (mod_tariffs_tariff_object)."""
    return _misread("TAR-025", cdr, version, time_zone)


@rule("TAR-026", "CDR", what="CDR by a Tariff with restrictions", when=_is_restricted)
def nothing_without_match(cdr: Json, version: str, time_zone: str = "") -> Iterator[Flaw]:
    """What no element prices costs nothing (mod_tariffs_tariff_object)."""
    return _misread("TAR-026", cdr, version, time_zone)


@rule("TAR-039", "CDR", what="CDR by prices with VAT", when=_has_vat)
def prices_without_vat(cdr: Json, version: str, time_zone: str = "") -> Iterator[Flaw]:
    """Prices are without VAT (mod_tariffs_pricecomponent_class)."""
    return _misread("TAR-039", cdr, version, time_zone)


@rule("TAR-041", "CDR", what="CDR by prices with a step_size", when=_has_steps)
def quantities_rounded_up(cdr: Json, version: str, time_zone: str = "") -> Iterator[Flaw]:
    """Quantities are rounded up to step_size; a further step on an exact multiple is noted (PriceComponent; A30)."""
    found = list(_misread("TAR-041", cdr, version, time_zone))
    yield from found or _one_step_more(cdr, version, time_zone)


@rule("TAR-042", "CDR", what="CDR by prices with a step_size", when=_has_steps)
def units_of_steps(cdr: Json, version: str, time_zone: str = "") -> Iterator[Flaw]:
    """step_size counts Wh and seconds (mod_tariffs_tariffdimensiontype_enum)."""
    return _misread("TAR-042", cdr, version, time_zone)


@rule("TAR-045", "CDR", what="CDR by a Tariff for reservations", when=_limited_by("reservation"))
def reservation_priced_by_its_time(cdr: Json, version: str, time_zone: str = "") -> Iterator[Flaw]:
    """TIME of a reservation element prices the time of the reservation (mod_tariffs_tariffdimensiontype_enum)."""
    return _misread("TAR-045", cdr, version, time_zone)


@rule("TAR-046", "CDR", what="CDR by a Tariff with restrictions", when=_is_restricted)
def all_restrictions_match(cdr: Json, version: str, time_zone: str = "") -> Iterator[Flaw]:
    """An element applies when all its restrictions match (mod_tariffs_tariffrestrictions_class)."""
    return _misread("TAR-046", cdr, version, time_zone)


@rule("TAR-047", "CDR", what="CDR by a Tariff with restrictions", when=_is_restricted)
def restrictions_over_time(cdr: Json, version: str, time_zone: str = "") -> Iterator[Flaw]:
    """Restrictions may match a part of a session (mod_tariffs_tariffrestrictions_class)."""
    return _misread("TAR-047", cdr, version, time_zone)


@rule("TAR-050", "CDR", what="CDR by a Tariff with limits of energy", when=_limited_by("min_kwh", "max_kwh"))
def energy_so_far(cdr: Json, version: str, time_zone: str = "") -> Iterator[Flaw]:
    """min_kwh and max_kwh are about the energy of the session so far (mod_tariffs_tariffrestrictions_class)."""
    return _misread("TAR-050", cdr, version, time_zone)


@rule("TAR-051", "CDR", what="CDR by a Tariff with limits of current", when=_limited_by("min_current", "max_current"))
def momentary_current(cdr: Json, version: str, time_zone: str = "") -> Iterator[Flaw]:
    """min_current and max_current are about the momentary sum of the phases (TariffRestrictions class)."""
    return _misread("TAR-051", cdr, version, time_zone)


@rule("TAR-052", "CDR", what="CDR by a Tariff with limits of power", when=_limited_by("min_power", "max_power"))
def momentary_power(cdr: Json, version: str, time_zone: str = "") -> Iterator[Flaw]:
    """min_power and max_power are about the momentary power (mod_tariffs_tariffrestrictions_class)."""
    return _misread("TAR-052", cdr, version, time_zone)


@rule(
    "TAR-053", "CDR", what="CDR by a Tariff with limits of duration", when=_limited_by("min_duration", "max_duration")
)
def time_so_far(cdr: Json, version: str, time_zone: str = "") -> Iterator[Flaw]:
    """min_duration and max_duration are about the time that has passed (mod_tariffs_tariffrestrictions_class)."""
    return _misread("TAR-053", cdr, version, time_zone)


@rule("TAR-066", "CDR", what="CDR by a Tariff of several elements", when=_has_choice)
def first_element(cdr: Json, version: str, time_zone: str = "") -> Iterator[Flaw]:
    """The first element that matches has the price (2.1.1 mod_tariffs.md, Tariff Object; A29)."""
    return _misread("TAR-066", cdr, version, time_zone)


@rule("TAR-084", "CDR", what="CDR by a Tariff for reservations", when=_limited_by("reservation"))
def used_reservation_did_not_expire(cdr: Json, version: str, time_zone: str = "") -> Iterator[Flaw]:
    """Elements for expired reservations do not price one that was used (mod_tariffs_reservation_restriction_type)."""
    return _misread("TAR-084", cdr, version, time_zone)


def _one_step_more(cdr: Json, version: str, time_zone: str) -> Iterator[Flaw]:
    """Yield, as noted, the amounts with one step too much where the quantity is a multiple of step_size."""
    if not any((number(component.get("step_size")) or 0) > 1 for _, _, component in all_components(cdr)):
        return
    try:
        due = bill(cdr, version, zone_of(time_zone))
    except Undecided:
        return
    exact = sum(cost(due.of(dimension)) for dimension in PARTS) + sum(due.fixed) + sum(due.reservation_fixed)
    for dimension in (ENERGY, TIME, PARKING):
        usages = due.of(dimension)
        if not usages or usages[-1].step <= 1:
            continue
        step = usages[-1].price * usages[-1].step / STEPS_PER_UNIT[dimension]
        multiple = min(extra(dimension, sum(usage.quantity for usage in usages), usages[-1].step)) <= 1e-9
        own = cost(usages)
        for pointer, right in ((f"/{PARTS[dimension]}", own), ("/total_cost", exact)):
            stated = _stated(cdr, version, pointer)
            if multiple and step > 2 * _EXACT and stated is not None and _is_any(stated, [right + step]):
                yield Flaw(pointer, f"{right:.4g}", f"{stated:.4g}, one step more", Verdict.OBSERVED)
                break


@rule("TAR-069", "CDR", what="CDR by prices with or without taxes", when=_says_of_taxes)
def taxes_as_stated(cdr: Json, version: str, time_zone: str = "") -> Iterator[Flaw]:
    """tax_included says whether the prices hold the taxes (mod_tariffs_pricecomponent_class).

    With YES the taxes that a CDR lists are within what the tariffs give; with NO they come on top.
    """
    said = {text(tariff.get("tax_included")) for _, tariff in listed(cdr, "tariffs")}
    if said not in ({"YES"}, {"NO"}):
        return
    net = {**cdr, "tariffs": [{**tariff, "tax_included": "NO"} for _, tariff in listed(cdr, "tariffs")]}
    gross = {**net, **{name: _gross(cdr.get(name)) for name in ("total_cost", *PARTS.values())}}
    right, other = (gross, net) if said == {"YES"} else (net, gross)
    flaws = _mismatches(right, version, time_zone)
    if not flaws or any(flaw.at_most is Verdict.FAILED for flaw in cost_as_recomputed(other, version, time_zone)):
        return
    for pointer, flaw in flaws.items():
        if any(number(tax.get("amount")) for _, tax in listed(cdr.get(pointer[1:]), "taxes")):
            words = "before and after taxes" if said == {"YES"} else "with taxes"
            stated = amount(other.get(pointer[1:]), version)
            yield Flaw(
                pointer, f"{flaw.expected} {'with' if said == {'YES'} else 'before'} taxes", f"{stated:g} {words}"
            )


def _gross(cost_: object) -> object:
    """Return a Price with its taxes in before_taxes."""
    plain = number(cost_.get("before_taxes")) if isinstance(cost_, dict) else None
    if plain is None or not isinstance(cost_, dict):
        return cost_
    return {**cost_, "before_taxes": plain + sum(number(tax.get("amount")) or 0.0 for _, tax in listed(cost_, "taxes"))}


# Between objects of several classes, or with what no CDR says


def cost_in_time_zone(cdr: Json, version: str, time_zone: str) -> Iterator[Flaw]:
    """CDR-065: the costs are those that tariffs and periods give at a location whose time zone is known.

    What 2.1.1 leaves open is not judged: times of day, and whether dates and days are those of the location or of UTC.
    """
    if version != "2.1.1":
        yield from cost_as_recomputed(cdr, version, time_zone)
    elif not _is_open(cdr, version):
        yield from _mismatches(cdr, version, time_zone).values()


def local_times(cdr: Json, version: str, time_zone: str) -> Iterator[Flaw]:
    """TAR-048: start_time and end_time are in the local time of the location (TariffRestrictions class)."""
    return _misread("TAR-048", cdr, version, time_zone)


def days_of_dates(cdr: Json, version: str, time_zone: str) -> Iterator[Flaw]:
    """TAR-049: start_date is the first day, end_date the day after the last one (TariffRestrictions class)."""
    return _misread("TAR-049", cdr, version, time_zone)


def days_of_week(cdr: Json, version: str, time_zone: str) -> Iterator[Flaw]:
    """TAR-054: day_of_week limits an element to these days; in 2.1.1 of the location or UTC (TariffRestrictions)."""
    return _misread("TAR-054", cdr, version, time_zone)


def times_over_midnight(cdr: Json, version: str, time_zone: str) -> Iterator[Flaw]:
    """TAR-076: an end_time before start_time is on the next day (mod_tariffs_tariffrestrictions_class)."""
    return _misread("TAR-076", cdr, version, time_zone)


def times_until_midnight(cdr: Json, version: str, time_zone: str) -> Iterator[Flaw]:
    """TAR-077: an end_time of 00:00 is the end of the day (mod_tariffs_tariffrestrictions_class)."""
    return _misread("TAR-077", cdr, version, time_zone)


def expired_reservation(cdr: Json, version: str) -> Iterator[Flaw]:
    """TAR-044: RESERVATION_EXPIRES has the price of time of an expired reservation (ReservationRestrictionType enum).

    To be called for the CDR of a reservation that is known to have expired: one that was cancelled looks the same.
    Fees of both kinds may come on top.
    """
    pointer = "/total_reservation_cost" if cdr.get("total_reservation_cost") is not None else "/total_cost"
    stated, amounts = _stated(cdr, version, pointer), expired_amounts(cdr, version)
    if stated is None or amounts is None:
        return
    right, wrong = amounts
    if _is_any(stated, wrong) and not any(abs(stated - one) <= max(0.01, 0.005 * one) for one in right):
        expected = f"{min(right):.4g}, by the price of RESERVATION_EXPIRES"
        yield Flaw(pointer, expected, f"{stated:.4g}, with that of RESERVATION")


def expired_amounts(cdr: Json, version: str) -> tuple[set[float], set[float]] | None:
    """Return what an expired reservation costs with and without fees: as it should, and by the price of RESERVATION.

    None where the length of the reservation or its prices are not known, or there are not both prices of time.
    """
    hours = _reserved_hours(cdr, version)
    prices: dict[str, tuple[float, int]] = {}
    fees = [0.0]
    for tariff, restrictions, component in all_components(cdr):
        mark, price = text(restrictions.get("reservation")), number(component.get("price"))
        if not mark or price is None:
            continue
        if tariff.get("tax_included", "NO") == "YES" or any(
            restrictions[name] for name in restrictions if name not in MARKS
        ):
            return None
        if component.get("type") == TIME:
            prices.setdefault(mark, (price, int(number(component.get("step_size")) or 0)))
        elif component.get("type") == FLAT:
            fees += [fee + price for fee in fees]
    if hours is None or prices.keys() != {"RESERVATION", "RESERVATION_EXPIRES"} or len(fees) > MOST:
        return None
    expired, plain = (_priced(hours, *prices[mark]) for mark in ("RESERVATION_EXPIRES", "RESERVATION"))
    right = {one + fee for one in expired for fee in fees}
    wrong = {one + fee for one in {*plain, *(one + other for one in expired for other in plain)} for fee in fees}
    return right, wrong


def _reserved_hours(cdr: Json, version: str) -> float | None:
    """Return the length of a reservation that was all there was: from the volumes, or from start to end."""
    hours, (begin, end) = volume_of(cdr, RESERVATION), bounds(cdr, version)
    if hours > 0 or begin is None or end is None:
        return hours or None
    return (end - begin).total_seconds() / 3600


def _priced(hours: float, price: float, step: int) -> set[float]:
    usage = Usage(0, RESERVATION, hours, price, step, "", 0)
    return {cost([usage]), *rounded([usage])}


JOINS: Mapping[str, tuple[Callable[..., Iterator[Flaw]], ...]] = {
    "TAR-024": (first_matching_element,),
    "TAR-025": (one_component_at_a_time,),
    "TAR-026": (nothing_without_match,),
    "TAR-039": (prices_without_vat,),
    "TAR-041": (quantities_rounded_up,),
    "TAR-042": (units_of_steps,),
    "TAR-044": (expired_reservation,),
    "TAR-045": (reservation_priced_by_its_time,),
    "TAR-046": (all_restrictions_match,),
    "TAR-047": (restrictions_over_time,),
    "TAR-048": (local_times,),
    "TAR-049": (days_of_dates,),
    "TAR-050": (energy_so_far,),
    "TAR-051": (momentary_current,),
    "TAR-052": (momentary_power,),
    "TAR-053": (time_so_far,),
    "TAR-054": (days_of_week,),
    "TAR-066": (first_element,),
    "TAR-069": (taxes_as_stated,),
    "TAR-076": (times_over_midnight,),
    "TAR-077": (times_until_midnight,),
    "TAR-084": (used_reservation_did_not_expire,),
}
"""By requirement, the functions to which the time zone of the location can be given, or that need more than a CDR."""
