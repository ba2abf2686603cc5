"""The rules on Tariffs, and on what CDRs must keep of theirs, but for the amounts, which `tariff_costs` judges."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from ocpi_conformance.steps.checks.rules.cdr_costs import PARTS
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
    reused,
    text,
    twins,
)
from ocpi_conformance.steps.checks.rules.pricing import bounds, components, volumes
from ocpi_conformance.steps.checks.rules.registry import Flaw, rule, rule_over
from ocpi_conformance.steps.likeness import absent, shown
from ocpi_conformance.steps.verdicts import Verdict

SCHEMA_DECIDES: dict[str, tuple[str, ...]] = {
    "TAR-011": ("Tariff", ""),
    "TAR-079": ("Tariff", "/restrictions/start_time", "/restrictions/end_time"),
    "TAR-080": ("Tariff", "/restrictions/start_date", "/restrictions/end_date"),
    "TAR-085": ("Tariff", "/min_price", "/max_price", "_price/before_taxes", "_price/after_taxes"),
    "TAR-086": ("Tariff", "/restrictions/booking"),
}
"""What the schemas decide: the class, and ends of the pointer of its errors without indices; "" is any error."""

NOT_JUDGED: dict[str, str] = {
    "TAR-068": "a reading of the cost engine (CDR-065): it leaves room at the limits",
    "TAR-078": "the text of 2.1.1 says nothing; the rules on amounts pass over such tariffs",
}
"""Entries that no object can break, and why."""

_STEPPED = ("ENERGY", "TIME", "PARKING_TIME")
_FOR_RESERVATIONS = ("FLAT", "TIME")
# What makes an element one of a reservation or booking; such elements are compared among themselves.
_MARKS = ("reservation", "booking")
_LIMITS = (
    ("min_kwh", "max_kwh"),
    ("min_current", "max_current"),
    ("min_power", "max_power"),
    ("min_duration", "max_duration"),
)
# The fields of a limit of the price without and with tax.
_PRICE = {"2.2.1": ("excl_vat", "incl_vat")}
_TAXED = ("before_taxes", "after_taxes")
_CENT = 0.01
_KWH = 0.01


def _restrictions(element: Json) -> Json:
    """Return the restrictions of an element that hold anything."""
    return {name: value for name, value in member(element, "restrictions").items() if not absent(value)}


def _types(element: Json) -> list[str]:
    """Return the dimension types that the components of an element price, in order."""
    return [kind for _, part in listed(element, "price_components") if (kind := text(part.get("type")))]


def _marks(restrictions: Json) -> tuple[str, ...]:
    return tuple(text(restrictions.get(name)) for name in _MARKS)


def _is_free(tariff: Json) -> bool:
    prices = [number(part.get("price")) for _, _, part in components(tariff)]
    return bool(prices) and not any(price != 0 for price in prices)


def _is_restricted(tariff: Json) -> bool:
    return any(_restrictions(element) for _, element in listed(tariff, "elements"))


def _prices_reservations(tariff: Json) -> bool:
    return any(text(_restrictions(element).get("reservation")) for _, element in listed(tariff, "elements"))


def _prices_bookings(tariff: Json) -> bool:
    return any(text(_restrictions(element).get("booking")) for _, element in listed(tariff, "elements"))


def _has(*names: str) -> Callable[[Json], bool]:
    return lambda tariff: not any(absent(tariff.get(name)) for name in names)


def _has_limit(name: str) -> Callable[[Json], bool]:
    return lambda cdr: any(not absent(tariff.get(name)) for _, tariff in listed(cdr, "tariffs"))


# One Tariff


@rule("TAR-027", "Tariff", what="Tariff with restrictions", when=_is_restricted)
def default_per_dimension(tariff: Json, version: str) -> Iterator[Flaw]:
    """Each dimension that is priced has a component without restrictions (mod_tariffs_tariff_object)."""
    restricted: dict[str, int] = {}
    default: set[str] = set()
    for index, element in listed(tariff, "elements"):
        restrictions = _restrictions(element)
        if not any(_marks(restrictions)):
            for kind in _types(element):
                if restrictions:
                    restricted.setdefault(kind, index)
                else:
                    default.add(kind)
    for kind, index in restricted.items():
        if kind not in default:
            yield Flaw(
                f"/elements/{index}", f"an element without restrictions for {kind} as well", "restricted ones only"
            )


@rule("TAR-028", "Tariff", what="Tariff with restrictions", when=_is_restricted)
def default_comes_last(tariff: Json, version: str) -> Iterator[Flaw]:
    """A restricted element is not behind unrestricted ones for all it prices (mod_tariffs_tariff_object).

    Elements of reservations and bookings are compared among themselves, with that restriction left aside.
    """
    covered: dict[tuple[str, ...], set[str]] = {}
    for index, element in listed(tariff, "elements"):
        restrictions, kinds = _restrictions(element), set(_types(element))
        before = covered.setdefault(_marks(restrictions), set())
        if not restrictions.keys() - set(_MARKS):
            before |= kinds
        elif kinds and kinds <= before:
            expected = f"before the element without restrictions for {', '.join(sorted(kinds))}"
            yield Flaw(f"/elements/{index}", expected, "behind it: never in use")


@rule("TAR-029", "Tariff", what="Tariff that is free of charge", when=_is_free)
def free_of_charge(tariff: Json, version: str) -> Iterator[Flaw]:
    """A free tariff is one element without restrictions, with one FLAT component (mod_tariffs_tariff_object)."""
    elements = [element for _, element in listed(tariff, "elements")]
    flat = len(elements) == 1 and not _restrictions(elements[0]) and _types(elements[0]) == ["FLAT"]
    yield from _free_flaws(tariff, flat, "one element with one FLAT component of price 0")


@rule("TAR-067", "Tariff", what="Tariff that is free of charge", when=_is_free)
def free_of_charge_by_flat(tariff: Json, version: str) -> Iterator[Flaw]:
    """A free tariff has a FLAT component of price 0 (2.1.1 mod_tariffs.md, Tariff Object)."""
    flat = any("FLAT" in _types(element) for _, element in listed(tariff, "elements"))
    yield from _free_flaws(tariff, flat, "a FLAT component of price 0")


def _free_flaws(tariff: Json, right: bool, expected: str) -> Iterator[Flaw]:
    """Yield a flaw when all prices are 0 in another than the `right` shape; one at most noted where more is told."""
    parts = [part for _, _, part in components(tariff)]
    if right or not parts or any(number(part.get("price")) != 0 for part in parts):
        return
    restricted = any(_restrictions(element) for _, element in listed(tariff, "elements"))
    told = [name for name in ("tariff_alt_text", "tariff_alt_url", "min_price") if not absent(tariff.get(name))]
    actual = f"price 0 for {', '.join(text(part.get('type')) for part in parts)}"
    yield Flaw("/elements", expected, actual, Verdict.OBSERVED if restricted or told else Verdict.FAILED)


@rule("TAR-032", "Tariff")
def currency_code(tariff: Json, version: str) -> Iterator[Flaw]:
    """The currency is or was a code of ISO 4217 (mod_tariffs_tariff_object)."""
    yield from code_flaws(tariff, "currency", "currency")


@rule("TAR-036", "Tariff", what="Tariff with start and end", when=_has("start_date_time", "end_date_time"))
def ends_after_start(tariff: Json, version: str) -> Iterator[Flaw]:
    """A tariff does not end before it starts (mod_tariffs_tariff_object)."""
    begin, end = (moment(tariff.get(name)) for name in ("start_date_time", "end_date_time"))
    if begin and end and end < begin:
        yield Flaw("/end_date_time", f"{tariff['start_date_time']} or later", tariff["end_date_time"])


@rule("TAR-043", "Tariff")
def small_steps(tariff: Json, version: str) -> Iterator[Flaw]:
    """step_size is 1, or 0 for none (mod_tariffs_pricecomponent_class)."""
    for index, element in listed(tariff, "elements"):
        for place, part in listed(element, "price_components"):
            step = number(part.get("step_size"))
            if step is not None and step > 1 and part.get("type") in _STEPPED:
                yield Flaw(f"/elements/{index}/price_components/{place}/step_size", "1", f"{step:g}")


@rule("TAR-055", "Tariff", what="Tariff for reservations", when=_prices_reservations)
def dimensions_of_reservations(tariff: Json, version: str) -> Iterator[Flaw]:
    """Elements of a reservation have FLAT and TIME components only (mod_tariffs_tariffrestrictions_class)."""
    yield from _other_dimensions(tariff, "reservation")


@rule("TAR-072", "Tariff", what="Tariff for bookings", when=_prices_bookings)
def dimensions_of_bookings(tariff: Json, version: str) -> Iterator[Flaw]:
    """Elements of a booking have FLAT and TIME components only (bookings, mod_tariffs_tariffrestrictions_class)."""
    yield from _other_dimensions(tariff, "booking")


def _other_dimensions(tariff: Json, mark: str) -> Iterator[Flaw]:
    for index, element in listed(tariff, "elements"):
        if not text(_restrictions(element).get(mark)):
            continue
        for place, part in listed(element, "price_components"):
            kind = text(part.get("type"))
            if kind in _STEPPED and kind not in _FOR_RESERVATIONS:
                pointer = f"/elements/{index}/price_components/{place}/type"
                yield Flaw(pointer, f"FLAT or TIME in an element of a {mark}", kind)


@rule("TAR-057", "Tariff", what="Tariff with restrictions", when=_is_restricted)
def limits_in_order(tariff: Json, version: str) -> Iterator[Flaw]:
    """Lower limits are below upper ones, or the element is never in use (mod_tariffs_tariffrestrictions_class)."""
    for index, element in listed(tariff, "elements"):
        restrictions = _restrictions(element)
        for low, high in _LIMITS:
            least, most = number(restrictions.get(low)), number(restrictions.get(high))
            if least is not None and most is not None and least >= most:
                yield Flaw(f"/elements/{index}/restrictions/{high}", f"more than {low}, {least:g}", f"{most:g}")
        first, last = (text(restrictions.get(name)) for name in ("start_date", "end_date"))
        if len(first) == len(last) == len("2024-01-01") and first >= last:
            yield Flaw(f"/elements/{index}/restrictions/end_date", f"later than start_date, {first}", last)


@rule("TAR-060", "Tariff")
def owner_country(tariff: Json, version: str) -> Iterator[Flaw]:
    """country_code is a code of ISO 3166-1 alpha-2 (mod_tariffs_tariff_object); see also `owner_of_tariff`."""
    yield from code_flaws(tariff, "country_code", "alpha-2")


@rule("TAR-075", "Tariff")
def last_is_default(tariff: Json, version: str) -> Iterator[Flaw]:
    """The last element has no restrictions (2.1.1 mod_tariffs.md, Tariff Object)."""
    elements = list(listed(tariff, "elements"))
    if elements and (restrictions := _restrictions(elements[-1][1])):
        yield Flaw(f"/elements/{elements[-1][0]}/restrictions", "none in the last element", ", ".join(restrictions))


@rule("TAR-083", "Tariff")
def dimension_once(tariff: Json, version: str) -> Iterator[Flaw]:
    """An element prices a dimension once (mod_tariffs_tariffelement_class)."""
    for index, element in listed(tariff, "elements"):
        seen: set[str] = set()
        for place, part in listed(element, "price_components"):
            kind = text(part.get("type"))
            if kind in seen:
                yield Flaw(f"/elements/{index}/price_components/{place}/type", "each type once", f"{kind} again")
            seen |= {kind} - {""}


@rule("TAR-088", "Tariff", what="Tariff with min_price and max_price", when=_has("min_price", "max_price"))
def price_limits_in_order(tariff: Json, version: str) -> Iterator[Flaw]:
    """min_price does not exceed max_price, without and with tax (mod_tariffs_tariff_object)."""
    least, most = member(tariff, "min_price"), member(tariff, "max_price")
    for name in _PRICE.get(version, _TAXED):
        low, high = number(least.get(name)), number(most.get(name))
        if low is not None and high is not None and low > high:
            yield Flaw(f"/min_price/{name}", f"at most that of max_price, {high:g}", f"{low:g}")


# One CDR, as far as its tariffs say how it must be


@rule("TAR-034", "CDR", what="CDR by a Tariff with min_price", when=_has_limit("min_price"))
def at_least_min_price(cdr: Json, version: str) -> Iterator[Flaw]:
    """A charging session costs min_price or more, without and with tax (mod_tariffs_tariff_object).

    In 2.3.0 a Price need not list all taxes, so that too little with tax is advice there.
    """
    for taxed, limit, stated, pointer in _against_limit(cdr, version, "min_price"):
        if stated < limit - _CENT - 1e-9:
            verdict = Verdict.ADVISED if taxed and version != "2.2.1" else Verdict.FAILED
            yield Flaw(pointer, f"at least min_price, {limit:g}{_with_tax(taxed)}", f"{stated:.4g}", verdict)


@rule("TAR-035", "CDR", what="CDR by a Tariff with max_price", when=_has_limit("max_price"))
def at_most_max_price(cdr: Json, version: str) -> Iterator[Flaw]:
    """A charging session costs max_price or less, without and with tax (mod_tariffs_tariff_object).

    Whether a reservation before it counts is not said: with one, too much is only noted.
    """
    reserved = (amount(cdr.get("total_reservation_cost"), version) or 0.0) > 0 or any(
        "RESERVATION_TIME" in volumes(period) for _, period in listed(cdr, "charging_periods")
    )
    for taxed, limit, stated, pointer in _against_limit(cdr, version, "max_price"):
        if stated > limit + _CENT + 1e-9:
            verdict = Verdict.OBSERVED if reserved else Verdict.FAILED
            yield Flaw(pointer, f"at most max_price, {limit:g}{_with_tax(taxed)}", f"{stated:.4g}", verdict)


def _with_tax(taxed: bool) -> str:
    return " with tax" if taxed else ""


def _against_limit(cdr: Json, version: str, limit: str) -> Iterator[tuple[bool, float, float, str]]:
    """Yield (with tax?, limit, total cost, its pointer) for a charging session that has one tariff all along."""
    tariffs = [tariff for _, tariff in listed(cdr, "tariffs")]
    named = {folded(period.get("tariff_id"), version) for _, period in listed(cdr, "charging_periods")} - {""}
    charged = (number(cdr.get("total_energy")) or 0.0) > _KWH
    if (
        len(tariffs) != 1
        or named != {folded(tariffs[0].get("id"), version)}
        or not charged
        or cdr.get("credit") is True
    ):
        return
    fields, cost = _PRICE.get(version, _TAXED), member(cdr, "total_cost")
    for name, stated in ((fields[0], number(cost.get(fields[0]))), (fields[1], _with_taxes(cost, version))):
        value = number(member(tariffs[0], limit).get(name))
        if value is not None and stated is not None:
            taxed = name == fields[1]
            yield taxed, value, stated, f"/total_cost/{name}" if not taxed or version == "2.2.1" else "/total_cost"


def _with_taxes(cost: Json, version: str) -> float | None:
    """Return what a Price gives with tax: a field of it in 2.2.1, from then on the sum with the taxes it lists."""
    if version == "2.2.1":
        return number(cost.get("incl_vat"))
    plain, taxes = number(cost.get("before_taxes")), [number(tax.get("amount")) for _, tax in listed(cost, "taxes")]
    known = [tax for tax in taxes if tax is not None]
    return plain + sum(known) if plain is not None and taxes and len(known) == len(taxes) else None


def _is_free_of_vat(cdr: Json) -> bool:
    parts = [part for _, tariff in listed(cdr, "tariffs") for _, _, part in components(tariff)]
    return bool(parts) and all(part.get("vat") is None for part in parts)


@rule("TAR-040", "CDR", what="CDR by prices without VAT", when=_is_free_of_vat)
def no_vat_no_tax(cdr: Json, version: str) -> Iterator[Flaw]:
    """Without vat in the tariffs a total with other VAT than none is noted (mod_tariffs_pricecomponent_class).

    From 2.3.0 on taxes may be unknown when the tariff is made: nothing is said there.
    """
    parts = [part for _, tariff in listed(cdr, "tariffs") for _, _, part in components(tariff)]
    cost = member(cdr, "total_cost")
    plain, taxed = number(cost.get("excl_vat")), number(cost.get("incl_vat"))
    if not parts or plain is None or taxed is None or any(part.get("vat") is not None for part in parts):
        return
    if abs(plain - taxed) > _CENT + 1e-9:
        yield Flaw("/total_cost/incl_vat", f"{plain:.4g}, as no vat is given", f"{taxed:.4g}")


def _is_untaxed(cdr: Json) -> bool:
    return {text(tariff.get("tax_included")) for _, tariff in listed(cdr, "tariffs")} == {"N/A"}


@rule("TAR-070", "CDR", what="CDR to whose prices no tax applies", when=_is_untaxed)
def no_tax_where_none_applies(cdr: Json, version: str) -> Iterator[Flaw]:
    """Costs list no taxes when tax_included of all tariffs is N/A (mod_tariffs_taxincluded_enum)."""
    if not _is_untaxed(cdr):
        return
    for name in ("total_cost", *PARTS.values()):
        for index, tax in listed(member(cdr, name), "taxes"):
            if number(tax.get("amount")):
                yield Flaw(f"/{name}/taxes/{index}", "no taxes, as tax_included is N/A", f"{tax['amount']:g}")


def _uses_tariffs(cdr: Json) -> bool:
    return any(period.get("tariff_id") for _, period in listed(cdr, "charging_periods"))


@rule("TAR-087", "CDR", what="CDR whose periods name tariffs", when=_uses_tariffs)
def tariffs_were_valid(cdr: Json, version: str) -> Iterator[Flaw]:
    """A tariff that is used was valid at the start of session or of a period with it (mod_tariffs_tariff_object)."""
    starts: dict[str, list[datetime]] = {}
    for _, period in listed(cdr, "charging_periods"):
        start, name = moment(period.get("start_date_time")), folded(period.get("tariff_id"), version)
        if start and name:
            starts.setdefault(name, []).append(start)
    begin = bounds(cdr, version)[0]
    for index, tariff in listed(cdr, "tariffs"):
        used = starts.get(folded(tariff.get("id"), version), [])
        moments = [*used, *([begin] if begin else [])]
        if used and not any(_is_valid(tariff, start) for start in moments):
            span = " to ".join(text(tariff.get(name)) or "…" for name in ("start_date_time", "end_date_time"))
            yield Flaw(f"/tariffs/{index}", f"a tariff valid at {min(moments):%Y-%m-%dT%H:%M:%SZ}", f"valid {span}")


def _is_valid(tariff: Json, instant: datetime) -> bool:
    begin, end = (moment(tariff.get(name)) for name in ("start_date_time", "end_date_time"))
    early = begin is not None and (begin - instant).total_seconds() > CLOCK_TOLERANCE
    late = end is not None and (instant - end).total_seconds() > CLOCK_TOLERANCE
    return not early and not late


# Between Tariffs


def _key(tariff: Json, version: str) -> tuple[str, ...]:
    return (*owner(tariff, version), folded(tariff.get("id"), version))


@rule_over("TAR-031", "Tariff")
def id_unique(tariffs: Sequence[Json], version: str) -> Iterator[Flaw]:
    """No two tariffs of one owner share an id (mod_tariffs_tariff_object); see also `ids_unique_in_list`.

    A tariff may change from reading to reading: that two are not one is certain only when their currencies differ.
    """
    found = reused(tariffs, version, "Tariff", lambda tariff: _key(tariff, version), _in_other_currency)
    for index, verdict in found:
        yield Flaw("/id", "an id that no other tariff has", shown(tariffs[index]["id"]), verdict, index)


def _in_other_currency(one: Json, other: Json) -> bool:
    first, second = (text(tariff.get("currency")).upper() for tariff in (one, other))
    return bool(first and second) and first != second


# Between objects of several classes, or two readings of one


def listed_after_end(tariff: Json, version: str, now: datetime) -> Iterator[Flaw]:
    """TAR-013: a tariff that is listed although it has ended is noted (mod_tariffs_cpo_get_method; A34)."""
    end = moment(tariff.get("end_date_time"))
    if end and (now - end).total_seconds() > CLOCK_TOLERANCE:
        actual = text(tariff.get("end_date_time"))
        yield Flaw("/end_date_time", f"later than {now:%Y-%m-%dT%H:%M:%SZ}", actual, Verdict.OBSERVED)


def ids_unique_in_list(tariffs: Sequence[Json], version: str) -> Iterator[Flaw]:
    """TAR-031: of the tariffs of one list, read at once, no two different ones share owner and id (Tariff Object)."""
    for index in twins(tariffs, version, "Tariff", lambda tariff: _key(tariff, version)):
        yield Flaw("/id", "an id that no other tariff has", shown(tariffs[index]["id"]), index=index)


def owner_of_tariff(tariff: Json, version: str, parties: Iterable[tuple[str, str]]) -> Iterator[Flaw]:
    """TAR-060: the owner is a party of the target, `parties` by its credentials; not for hubs (Tariff Object)."""
    yield from owner_flaws(tariff, version, parties)


def change_is_later(
    first: Json, second: Json, version: str, first_read: datetime, apart: float = math.inf
) -> Iterator[Flaw]:
    """TAR-092: a tariff that has changed has a later last_updated (mod_tariffs_tariff_object).

    `first` and `second` are whole copies in the order in which they were read, `first_read` is when the first one was,
    `apart` how many seconds later the second one was.
    """
    yield from change_flaws(version, "Tariff", first, second, first_read, apart)


JOINS: Mapping[str, tuple[Callable[..., Iterator[Flaw]], ...]] = {
    "TAR-013": (listed_after_end,),
    "TAR-031": (ids_unique_in_list,),
    "TAR-060": (owner_of_tariff,),
    "TAR-092": (change_is_later,),
}
"""By requirement, the functions that need more than Tariffs or CDRs; `tariff_costs` has those on amounts."""
