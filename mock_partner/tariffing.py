"""What a charging session costs by an OCPI 2.2.1 Tariff: pure functions from use to periods and amounts; nobody judges.

Rules: it is written from the text of mod_tariffs and mod_cdrs alone. Whoever checks costs has an engine of its own, and
neither knows the other. Seconds and Wh are whole numbers, amounts decimal ones with four places.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from ocpi_conformance.mock_partner.messages import parse_timestamp, timestamp
from ocpi_conformance.mock_partner.state import Json

ENERGY, TIME, PARKING, FLAT = "ENERGY", "TIME", "PARKING_TIME", "FLAT"
RESERVATION, EXPIRED = "RESERVATION", "RESERVATION_EXPIRES"
COST_FIELDS = {
    FLAT: "total_fixed_cost",
    ENERGY: "total_energy_cost",
    TIME: "total_time_cost",
    PARKING: "total_parking_cost",
}
"""The field of a CDR with the cost of each dimension."""

_PER_UNIT = {ENERGY: 1000, TIME: 3600, PARKING: 3600}
_PLACES = Decimal("0.0001")
_WEEKDAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")
_MIDNIGHT = time(0)
_BY_STRENGTH = {"min_power", "max_power", "min_current", "max_current"}
_BY_CALENDAR = {"start_time", "end_time", "start_date", "end_date", "day_of_week"}


@dataclass(frozen=True)
class Stretch:
    """A part of a session in which the vehicle draws `power` (kW) and `current` (A, all phases) or is only parked.

    `energy` is in Wh and flows evenly; `charging` tells charging from parking.
    """

    begin: datetime
    seconds: int
    energy: int = 0
    power: float = 0.0
    current: float = 0.0
    charging: bool = True

    @property
    def end(self) -> datetime:
        """The moment at which the next stretch begins."""
        return self.begin + timedelta(seconds=self.seconds)

    def split(self, seconds: int, energy: int) -> tuple[Stretch, Stretch]:
        """Return the first `seconds` with `energy`, and what is left."""
        first = replace(self, seconds=seconds, energy=energy)
        return first, replace(self, begin=first.end, seconds=self.seconds - seconds, energy=self.energy - energy)


def at_connector(plug: Json, begin: datetime, seconds: int, energy: int, *, charging: bool = True) -> Stretch:
    """Return the stretch in which a Connector gave `energy` Wh, with the power and current that this takes."""
    power = energy * 3.6 / seconds
    most = plug.get("max_electric_power", 11_000) / 1000
    amperes = plug.get("max_amperage", 16) * (3 if plug.get("power_type") == "AC_3_PHASE" else 1)
    current = amperes * min(power / most, 1.0)
    return Stretch(begin, seconds, energy, round(power, 3), round(current, 1), charging)


@dataclass(frozen=True)
class Statement:
    """What a session has come to: its ChargingPeriods and amounts, as a Session and a CDR have them.

    `costs` are Prices by dimension, of the dimensions that the tariff prices. `energy` is in Wh.
    """

    periods: tuple[Json, ...]
    costs: dict[str, Json]
    total_cost: Json
    energy: int
    seconds: int
    parking_seconds: int

    @property
    def kwh(self) -> float:
        """The energy in kWh."""
        return self.energy / 1000

    def totals(self) -> Json:
        """Return the fields of a CDR whose names begin with total."""
        found: Json = {"total_cost": self.total_cost}
        found |= {name: self.costs[dimension] for dimension, name in COST_FIELDS.items() if dimension in self.costs}
        found |= {"total_energy": self.kwh, "total_time": _hours(self.seconds)}
        if self.parking_seconds:
            found["total_parking_time"] = _hours(self.parking_seconds)
        return found


@dataclass(frozen=True)
class _Use:
    """A quantity (Wh or seconds; 1 for FLAT) and the price component that applies to it."""

    dimension: str
    quantity: int
    component: Json


def choose(tariffs: Iterable[Json], moment: datetime, kind: str = "REGULAR") -> Json | None:
    """Return the first tariff that is valid at `moment` for a session of `kind` (TariffType), or None.

    A tariff without a type is valid for all sessions (mod_tariffs_tariff_object).
    """
    for tariff in tariffs:
        begin, end = tariff.get("start_date_time"), tariff.get("end_date_time")
        begun = begin is None or parse_timestamp(begin) <= moment
        if tariff.get("type", kind) == kind and begun and (end is None or moment < parse_timestamp(end)):
            return tariff
    return None


def statement(stretches: Sequence[Stretch], tariff: Json | None, zone: ZoneInfo) -> Statement:
    """Return what `stretches`, one after the other, come to by `tariff` at a location in time zone `zone`.

    A period begins with each stretch and wherever a restriction of the tariff begins or ends to match
    (mod_cdrs_charging_period). Elements about reservations never apply. Without a tariff there is no cost.
    """
    origin = stretches[0].begin if stretches else datetime.min.replace(tzinfo=zone)
    engine = _Engine(tariff or {"elements": []}, origin, zone)
    uses: list[_Use] = []
    periods: list[Json] = []
    energy = 0
    for stretch in stretches:
        for piece in engine.pieces(stretch, energy):
            uses += engine.uses(piece, energy)
            periods.append(_period(piece, tariff))
            energy += piece.energy
    costs = {dimension: _price(*amounts) for dimension, amounts in _amounts(uses).items()}
    parked = sum(stretch.seconds for stretch in stretches if not stretch.charging)
    seconds = sum(stretch.seconds for stretch in stretches)
    return Statement(tuple(periods), costs, _total(costs, tariff), energy, seconds, parked)


def unused_reservation(held: Stretch, tariff: Json | None, zone: ZoneInfo, *kinds: str) -> tuple[Json, Json]:
    """Return the ChargingPeriod and the Price of a reservation that nobody took up.

    Args:
        held: the time for which the EVSE was held.
        tariff: of its Connector; without one there is no cost.
        zone: the time zone of the Location.
        kinds: values of ReservationRestrictionType. A dimension has its price from the elements of the first kind that
            prices it: of one that has expired that is RESERVATION_EXPIRES (mod_tariffs_reservation_restriction_type).
    """
    uses = []
    engines = [_Engine(tariff or {"elements": []}, held.begin, zone, kind) for kind in kinds]
    for dimension, quantity in ((FLAT, 1), (TIME, held.seconds)):
        found = (engine.component(dimension, held) for engine in engines)
        component = next((one for one in found if one is not None), None)
        uses += [] if component is None else [_Use(dimension, quantity, component)]
    costs = {dimension: _price(*amounts) for dimension, amounts in _amounts(uses).items()}
    volume = {"type": "RESERVATION_TIME", "volume": _hours(held.seconds)}
    period: Json = {"start_date_time": timestamp(held.begin), "dimensions": [volume]}
    return period | ({"tariff_id": tariff["id"]} if tariff else {}), _total(costs, None)


@dataclass(frozen=True)
class _Engine:
    tariff: Json
    origin: datetime
    zone: ZoneInfo
    reservation: str = ""

    def pieces(self, stretch: Stretch, energy: int) -> Iterator[Stretch]:
        """Yield the parts of a stretch within which no restriction changes; `energy` (Wh) was used before it."""
        while (cut := min(self._cuts(stretch, energy), default=None)) is not None:
            first, stretch = stretch.split(*cut)
            energy += first.energy
            yield first
        yield stretch

    def _cuts(self, stretch: Stretch, energy: int) -> Iterator[tuple[int, int]]:
        """Yield (seconds, Wh) from the start of a stretch to each change within it."""
        for element in self.tariff["elements"]:
            restrictions = element.get("restrictions") or {}
            for instant in self._instants(restrictions, stretch):
                seconds = round((instant - stretch.begin).total_seconds())
                if 0 < seconds < stretch.seconds:
                    yield seconds, stretch.energy * seconds // stretch.seconds
            for name in ("min_kwh", "max_kwh"):
                needed = round(restrictions.get(name, 0) * 1000) - energy
                if 0 < needed < stretch.energy and stretch.seconds > 1:
                    seconds = stretch.seconds * needed // stretch.energy
                    yield min(max(seconds, 1), stretch.seconds - 1), needed

    def _instants(self, restrictions: Json, stretch: Stretch) -> Iterator[datetime]:
        for name in ("min_duration", "max_duration"):
            if name in restrictions:
                yield self.origin + timedelta(seconds=restrictions[name])
        if not restrictions.keys() & _BY_CALENDAR:
            return
        named = {restrictions[name] for name in ("start_time", "end_time") if name in restrictions}
        clocks = {_MIDNIGHT, *(time.fromisoformat(text) for text in named)}
        day, last = (moment.astimezone(self.zone).date() for moment in (stretch.begin, stretch.end))
        while day <= last:
            yield from (datetime.combine(day, clock, self.zone) for clock in clocks)
            day += timedelta(days=1)

    def uses(self, piece: Stretch, energy: int) -> Iterator[_Use]:
        """Yield what a piece uses, with the components that are active in it: one per dimension at most."""
        clock = TIME if piece.charging else PARKING
        for dimension, quantity in ((FLAT, 1), (ENERGY, piece.energy), (clock, piece.seconds)):
            component = self.component(dimension, piece, energy) if quantity else None
            if component is not None:
                yield _Use(dimension, quantity, component)

    def component(self, dimension: str, piece: Stretch, energy: int = 0) -> Json | None:
        """Return the first component that prices a dimension at the start of a piece, or None."""
        for element in self.tariff["elements"]:
            for component in element["price_components"]:
                if component["type"] == dimension and self._matches(element.get("restrictions") or {}, piece, energy):
                    found: Json = component
                    return found
        return None

    def _matches(self, restrictions: Json, piece: Stretch, energy: int) -> bool:
        """Tell whether all restrictions match at the start of a piece (mod_tariffs_tariffrestrictions_class)."""
        measured = {
            "kwh": energy / 1000,
            "power": piece.power,
            "current": piece.current,
            "duration": (piece.begin - self.origin).total_seconds(),
        }
        within = all(
            restrictions.get(f"min_{name}", value) <= value < restrictions.get(f"max_{name}", float("inf"))
            for name, value in measured.items()
        )
        meant = restrictions.get("reservation", "") == self.reservation
        return within and meant and _is_timely(restrictions, piece.begin, self.zone)


def _is_timely(restrictions: Json, moment: datetime, zone: ZoneInfo) -> bool:
    """Tell whether date, weekday and time of day match in local time; a time that ends earlier runs past midnight."""
    if not restrictions.keys() & _BY_CALENDAR:
        return True
    local = moment.astimezone(zone)
    day, clock = f"{local:%Y-%m-%d}", f"{local:%H:%M}"
    begin, end = restrictions.get("start_time", "00:00"), restrictions.get("end_time", "00:00")
    end = "24:00" if end == "00:00" else end
    timely = begin <= clock < end if begin < end else clock >= begin or clock < end
    dated = restrictions.get("start_date", "") <= day < restrictions.get("end_date", "9999")
    weekdays = restrictions.get("day_of_week") or _WEEKDAYS
    return timely and dated and _WEEKDAYS[local.weekday()] in weekdays


def _period(piece: Stretch, tariff: Json | None) -> Json:
    volumes = {ENERGY: piece.energy / 1000, TIME if piece.charging else PARKING: _hours(piece.seconds)}
    if _needs_strength(tariff):
        # Where power decides, OCPI 2.1.1 has current only to show it.
        for name, value in (("POWER", piece.power), ("CURRENT", piece.current)):
            volumes |= {f"MIN_{name}": value, f"MAX_{name}": value}
    dimensions = [{"type": kind, "volume": volume} for kind, volume in volumes.items()]
    period: Json = {"start_date_time": timestamp(piece.begin), "dimensions": dimensions}
    return period | ({"tariff_id": tariff["id"]} if tariff else {})


def _needs_strength(tariff: Json | None) -> bool:
    """Tell whether a tariff has prices that depend on power or current."""
    restrictions = [element.get("restrictions") or {} for element in (tariff or {}).get("elements", ())]
    return any(found.keys() & _BY_STRENGTH for found in restrictions)


def _amounts(uses: Sequence[_Use]) -> dict[str, tuple[Decimal, Decimal | None]]:
    """Return the cost without and with VAT by dimension, step_size taken into account (mod_cdrs_step_size).

    The total of a dimension is rounded up once, by the step_size of its last component, whose price what that adds has.
    Where parking is paid, time of charging is not rounded. The first flat price that applies is due, once.
    """
    found: dict[str, tuple[Decimal, Decimal | None]] = {}
    parked = any(use.dimension == PARKING for use in uses)
    for dimension in COST_FIELDS:
        own = [use for use in uses if use.dimension == dimension]
        if dimension == FLAT:
            own = own[:1]
        elif own and not (dimension == TIME and parked):
            total = sum(use.quantity for use in own)
            own.append(replace(own[-1], quantity=-total % max(own[-1].component["step_size"], 1)))
        if own:
            found[dimension] = _sum(own)
    return found


def _sum(uses: Iterable[_Use]) -> tuple[Decimal, Decimal | None]:
    """Return the cost without and with VAT; None when no VAT is applicable to any of it."""
    without = with_vat = Decimal(0)
    taxed = False
    for use in uses:
        amount = use.quantity * _decimal(use.component["price"]) / _PER_UNIT.get(use.dimension, 1)
        without += amount
        with_vat += amount * (1 + _decimal(use.component.get("vat", 0)) / 100)
        taxed = taxed or "vat" in use.component
    return without, with_vat if taxed else None


def _total(costs: dict[str, Json], tariff: Json | None) -> Json:
    """Return the sum of the costs; min_price and max_price hold without and with VAT (mod_tariffs_tariff_object)."""
    without = sum((_decimal(cost["excl_vat"]) for cost in costs.values()), Decimal(0))
    taxed = not costs or any("incl_vat" in cost for cost in costs.values())
    with_vat = sum(
        (_decimal(cost["incl_vat" if "incl_vat" in cost else "excl_vat"]) for cost in costs.values()), Decimal(0)
    )
    least, most = ((tariff or {}).get(name) or {} for name in ("min_price", "max_price"))
    without = _between(without, least.get("excl_vat"), most.get("excl_vat"))
    with_vat = max(_between(with_vat, least.get("incl_vat"), most.get("incl_vat")), without)
    return _price(without, with_vat if taxed else None)


def _between(amount: Decimal, least: float | None, most: float | None) -> Decimal:
    raised = amount if least is None else max(amount, _decimal(least))
    return raised if most is None else min(raised, _decimal(most))


def _price(without: Decimal, with_vat: Decimal | None) -> Json:
    amounts = {"excl_vat": without} | ({} if with_vat is None else {"incl_vat": with_vat})
    return {name: float(amount.quantize(_PLACES, ROUND_HALF_UP)) for name, amount in amounts.items()}


def _decimal(value: float) -> Decimal:
    return Decimal(str(value))


def _hours(seconds: int) -> float:
    return round(seconds / 3600, 4)
