"""Objects with prices by clock and calendar, and a session that came to nothing, made of other samples. No other ones.

The sessions are at fixed local times of a day, so that what they cost is the same whenever the samples are made.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from ocpi_conformance.mock_partner.messages import parse_timestamp, timestamp
from ocpi_conformance.mock_partner.state import Json

_HALF_HOUR = timedelta(minutes=30)
_DAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")
# Which Location, Tariff, Session and CDR those with prices by clock are made of: with fewer there are none.
_BASE = 2
_LEAST = 5


def with_prices_by_clock(objects: dict[str, list[Json]]) -> dict[str, list[Json]]:
    """Return the `objects` of a CPO, by module, and after them those with prices by clock and calendar.

    There are two more Tariffs with a Session and a CDR each, one about noon, one about midnight in the time zone of the
    Location, and an INVALID Session. With few objects there is nothing to make them of: then there are none.
    """
    if len(objects["locations"]) < _LEAST:
        return objects
    base = {module: items[_BASE] for module, items in objects.items()}
    latest = parse_timestamp(objects["cdrs"][-1]["last_updated"])
    zone = ZoneInfo(base["locations"]["time_zone"])
    yesterday = latest.astimezone(zone).date() - timedelta(days=1)
    starts = (
        datetime.combine(yesterday, time(11, 30), zone),
        datetime.combine(yesterday - timedelta(days=1), time(23, 30), zone),
    )
    elements = (_about_noon(starts[0]), _about_midnight(starts[1]))
    costs = ({"energy": 2.86}, {"energy": 3.3, "time": 2.5})
    result = {module: list(items) for module, items in objects.items()}
    for start, priced, cost in zip(starts, elements, costs, strict=True):
        for module, made in _charged(base, result, start, priced, cost).items():
            result[module].append(copy.deepcopy(made))
    result["sessions"].append(_invalid(result["sessions"]))
    return result


def _about_noon(start: datetime) -> list[Json]:
    """Return elements with other prices before and after noon, and at the time that UTC has then."""
    noon, in_utc = start + _HALF_HOUR, start - (start.utcoffset() or timedelta())
    before = {"start_time": f"{start:%H:%M}", "end_time": f"{noon:%H:%M}"}
    after = {"start_time": f"{noon:%H:%M}", "end_time": f"{noon + _HALF_HOUR:%H:%M}"}
    return [
        _element(before | _on_the_day(start), ENERGY=0.2),
        _element(before, ENERGY=0.25),
        _element(after | {"day_of_week": [_DAYS[start.weekday()]]}, ENERGY=0.32),
        _element({"start_time": f"{in_utc:%H:%M}", "end_time": f"{in_utc + _HALF_HOUR:%H:%M}"}, ENERGY=0.5),
        _element({}, ENERGY=0.4),
    ]


def _about_midnight(start: datetime) -> list[Json]:
    """Return elements with prices until midnight and over midnight, and on the day that ends then."""
    return [
        _element({"start_time": "23:00", "end_time": "00:00"}, TIME=2.0),
        _element({"start_time": "22:00", "end_time": "06:00"}, ENERGY=0.3),
        _element(_on_the_day(start), ENERGY=0.25, TIME=2.4),
        _element({}, ENERGY=0.45, TIME=3.0),
    ]


def _on_the_day(moment: datetime) -> Json:
    return {"start_date": f"{moment:%Y-%m-%d}", "end_date": f"{moment + timedelta(days=1):%Y-%m-%d}"}


def _element(restrictions: Json, **prices: float) -> Json:
    parts = [{"type": kind, "price": price, "vat": 21.0, "step_size": 1} for kind, price in prices.items()]
    return {"price_components": parts, **({"restrictions": restrictions} if restrictions else {})}


def _charged(
    base: dict[str, Json], before: dict[str, list[Json]], start: datetime, elements: list[Json], cost: dict[str, float]
) -> dict[str, Json]:
    """Return a Tariff, and a Session and CDR by it of one hour from `start` on, each by its module."""
    number = len(before["sessions"]) + 1
    own_tariff = base["tariffs"] | {
        "id": f"TAR{len(before['tariffs']) + 1}",
        "elements": elements,
        "last_updated": _after(before["tariffs"], timedelta(seconds=1)),
    }
    halves = [_half_hour(start, own_tariff["id"]), _half_hour(start + _HALF_HOUR, own_tariff["id"])]
    both = {
        "start_date_time": timestamp(start),
        "end_date_time": timestamp(start + 2 * _HALF_HOUR),
        "charging_periods": halves,
        "total_cost": _price(sum(cost.values())),
    }
    own_session = base["sessions"] | both | {"id": f"SES{number}", "last_updated": _after(before["sessions"])}
    own_cdr = base["cdrs"] | both | {"id": f"CDR{number}", "session_id": own_session["id"], "tariffs": [own_tariff]}
    own_cdr |= {f"total_{name}_cost": _price(amount) for name, amount in cost.items()}
    own_cdr["last_updated"] = _after(before["cdrs"])
    return {"tariffs": own_tariff, "sessions": own_session, "cdrs": own_cdr}


def _invalid(sessions: Sequence[Json]) -> Json:
    """Return a Session in which nothing was charged and that is not billed."""
    return copy.deepcopy(sessions[_BASE]) | {
        "id": f"SES{len(sessions) + 1}",
        "kwh": 0.0,
        "charging_periods": [],
        "total_cost": _price(0.0),
        "status": "INVALID",
        "last_updated": _after(sessions),
    }


def _after(items: Sequence[Json], pause: timedelta = timedelta(minutes=1)) -> str:
    return timestamp(parse_timestamp(items[-1]["last_updated"]) + pause)


def _half_hour(start: datetime, tariff_id: str) -> Json:
    dimensions = [{"type": "ENERGY", "volume": 5.5}, {"type": "TIME", "volume": 0.5}]
    return {"start_date_time": timestamp(start), "dimensions": dimensions, "tariff_id": tariff_id}


def _price(amount: float) -> Json:
    return {"excl_vat": round(amount, 4), "incl_vat": round(amount * 1.21, 4)}
