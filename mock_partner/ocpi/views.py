"""How an object of ours looks in each version: what is renamed, left out or converted, per class. Pure functions only.

Objects are kept in the form of 2.2.1, with what 2.3.0 has added to it. A value of an unexpected type is shown as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

Json = dict[str, Any]
Convert = Callable[[Any], Any]
Places = Callable[[str], Json | None]
Add = Callable[[Json, Places], Any]

_NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True)
class View:
    """How one class looks in one version.

    `dropped` fields are left out, `renamed` ones get another name, `converted` ones another value (None leaves the
    field out), all by their name in the canonical form. `nested` says of which class a field or its items are, `added`
    makes a field out of the object and of the Location with an id, under its name in the version.
    """

    dropped: frozenset[str] = frozenset()
    renamed: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    converted: Mapping[str, Convert] = field(default_factory=lambda: _NOTHING)
    nested: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    added: Mapping[str, Add] = field(default_factory=lambda: _NOTHING)


def nowhere(_: str) -> None:
    """Return None: a platform that knows no Location."""


def view(version: str, kind: str, item: Json, places: Places = nowhere, *, partial: bool = False) -> Json:
    """Return `item` of the class `kind` in the form of `version`, a new object that shares what has not changed.

    Args:
        version: 2.1.1, 2.2.1 or 2.3.0.
        kind: the class of `item` in 2.2.1 or 2.3.0; a class that looks the same in all versions needs no entry here.
        item: the object in its canonical form; it is not changed.
        places: finds the Location with an id in its canonical form (2.1.1 shows it in Sessions and CDRs).
        partial: `item` is the body of a PATCH: nothing is added to it.
    """
    table = VIEWS[version]
    rules = table.get(kind)
    if rules is None:
        return dict(item)
    shown: Json = {} if partial else {name: add(item, places) for name, add in rules.added.items()}
    for name, value in item.items():
        if name in rules.dropped:
            continue
        converted = _shown(version, rules, name, value, places)
        if converted is not None or value is None:
            shown[rules.renamed.get(name, name)] = converted
    return shown


def shows(version: str, kind: str, item: Json) -> bool:
    """Tell whether a platform shows `item` to a peer of `version`: 2.1.1 has no word for some of what it may be."""
    field_of = _HIDING.get(version, {}).get(kind)
    return field_of is None or item.get(field_of[0]) is not field_of[1]


def hides(version: str, kind: str) -> bool:
    """Tell whether there are objects of the class that a peer of `version` is not shown."""
    return kind in _HIDING.get(version, {})


def _shown(version: str, rules: View, name: str, value: Any, places: Places) -> Any:  # noqa: ANN401
    if name in rules.converted and value is not None:
        value = rules.converted[name](value)
    kind = rules.nested.get(name)
    if kind is None:
        return value
    if isinstance(value, list):
        return [view(version, kind, part, places) if isinstance(part, dict) else part for part in value]
    return view(version, kind, value, places) if isinstance(value, dict) else value


# Conversions ----------------------------------------------------------------------------------------------------------


def _only(*values: str) -> Convert:
    """Return what keeps those of a list that the version knows; nothing is left out as a whole."""

    def convert(listed: Any) -> Any:  # noqa: ANN401
        if not isinstance(listed, list) or not listed:
            return listed
        return [value for value in listed if value in values or not isinstance(value, str)] or None

    return convert


def _as(table: Mapping[str, str]) -> Convert:
    """Return what replaces a value by that of `table`, if it has one."""

    def convert(value: Any) -> Any:  # noqa: ANN401
        return table.get(value, value) if isinstance(value, str) else value

    return convert


def _first(listed: Any) -> Any:  # noqa: ANN401
    return (listed[0] if listed else None) if isinstance(listed, list) else listed


def _excluding_vat(price: Any) -> Any:  # noqa: ANN401
    return price.get("excl_vat", price) if isinstance(price, dict) else price


def _with_taxes(price: Any) -> Any:  # noqa: ANN401
    """Return a Price of 2.2.1 as one of 2.3.0."""
    if not isinstance(price, dict) or "excl_vat" not in price:
        return price
    before, after = price["excl_vat"], price.get("incl_vat")
    if not isinstance(before, int | float) or not isinstance(after, int | float):
        return {"before_taxes": before}
    return {"before_taxes": before, "taxes": [{"name": "VAT", "amount": round(after - before, 4)}]}


def _limit(price: Any) -> Any:  # noqa: ANN401
    """Return a Price of 2.2.1 as the PriceLimit of 2.3.0."""
    names = {"excl_vat": "before_taxes", "incl_vat": "after_taxes"}
    return {names.get(name, name): value for name, value in price.items()} if isinstance(price, dict) else price


def _six_decimals(degrees: Any) -> Any:  # noqa: ANN401
    try:
        return f"{float(degrees):.6f}" if isinstance(degrees, str) else degrees
    except ValueError:
        return degrees


def _number(text: Any) -> Any:  # noqa: ANN401
    return int(text) if isinstance(text, str) and text.isascii() and text.isdigit() else text


# 2.1.1 ----------------------------------------------------------------------------------------------------------------

_OWNER = frozenset({"country_code", "party_id"})
_LOCATION_TYPES = ("ON_STREET", "PARKING_GARAGE", "UNDERGROUND_GARAGE", "PARKING_LOT")
_TOKEN_TYPES = {"APP_USER": "OTHER", "AD_HOC_USER": "OTHER", "EMAID": "OTHER"}
# Every amount there is without VAT; without a price for reservations and without limits on the current.
_LATER_RESTRICTIONS = frozenset({"reservation", "min_current", "max_current"})
_DIMENSIONS = frozenset({"ENERGY", "FLAT", "MAX_CURRENT", "MIN_CURRENT", "PARKING_TIME", "TIME"})


def _location_type(item: Json, _: Places) -> str:
    kind = item.get("parking_type")
    if kind is None:
        return "UNKNOWN"
    return kind if kind in _LOCATION_TYPES else "OTHER"


def _postal_code(item: Json, _: Places) -> Any:  # noqa: ANN401
    return item.get("postal_code") or "-"


def _hours(hours: Any) -> Any:  # noqa: ANN401
    """Return Hours with one of the two: 2.1.1 calls regular_hours and twentyfourseven a choice."""
    if not isinstance(hours, dict) or not hours.get("regular_hours") or hours.get("twentyfourseven") is not False:
        return hours
    return {name: value for name, value in hours.items() if name != "twentyfourseven"}


def _elements(elements: Any) -> Any:  # noqa: ANN401
    """Return the elements that 2.1.1 can say; without one of its restrictions a price would hold for more."""
    if not isinstance(elements, list):
        return elements
    kept = [e for e in elements if not isinstance(e, dict) or not _LATER_RESTRICTIONS & _names(e.get("restrictions"))]
    return kept or [{"price_components": [{"type": "FLAT", "price": 0.0, "step_size": 1}]}]


def _cdr_cost(item: Json, _: Places) -> Any:  # noqa: ANN401
    """Return total_cost without what is said of a reservation, which 2.1.1 has no charging period for."""
    total, reserved = (_excluding_vat(item.get(f"total_{name}cost")) for name in ("", "reservation_"))
    known = isinstance(total, int | float) and isinstance(reserved, int | float)
    return round(total - reserved, 4) if known else total


def _names(item: object) -> frozenset[str]:
    return frozenset(item) if isinstance(item, dict) else frozenset()


def _periods(periods: Any) -> Any:  # noqa: ANN401
    """Return the charging periods with the dimensions that 2.1.1 knows; a reservation is none of them."""
    if not isinstance(periods, list):
        return periods
    shown = [
        {**period, "dimensions": [d for d in period["dimensions"] if _said(d)]}
        if isinstance(period, dict) and isinstance(period.get("dimensions"), list)
        else period
        for period in periods
    ]
    return [period for period in shown if not isinstance(period, dict) or period.get("dimensions") != []]


def _said(dimension: Any) -> bool:  # noqa: ANN401
    kind = dimension.get("type") if isinstance(dimension, dict) else None
    return not isinstance(kind, str) or kind in _DIMENSIONS


def _auth_id(item: Json, _: Places) -> Any:  # noqa: ANN401
    token = item.get("cdr_token")
    return token.get("contract_id") if isinstance(token, dict) else None


def place_of_use(item: Json) -> tuple[str, str]:
    """Return evse_uid and connector_id of a Session or CDR; empty where it has none."""
    spot = item["cdr_location"] if isinstance(item.get("cdr_location"), dict) else item
    return str(spot.get("evse_uid") or ""), str(spot.get("connector_id") or "")


def _session_place(item: Json, places: Places) -> Json:
    place = places(str(item.get("location_id"))) or _unknown_place(item)
    return view("2.1.1", "Location", only(place, *place_of_use(item)))


def _cdr_place(item: Json, places: Places) -> Json:
    """Return the Location of a CDR: what its CdrLocation says, the rest as `places` has it."""
    spot = item["cdr_location"] if isinstance(item.get("cdr_location"), dict) else {}
    known = only(places(str(spot.get("id"))) or _unknown_place(item), *place_of_use(item))
    evse = known["evses"][0] if known.get("evses") else _unknown_evse(item)
    plug = evse["connectors"][0]
    names = ("name", "address", "city", "postal_code", "country", "coordinates", "id")
    plug = plug | _given(
        spot, {"connector_id": "id"} | {f"connector_{n}": n for n in ("standard", "format", "power_type")}
    )
    evse = evse | _given(spot, {"evse_uid": "uid", "evse_id": "evse_id"}) | {"connectors": [plug]}
    return view("2.1.1", "Location", known | _given(spot, {name: name for name in names}) | {"evses": [evse]})


def _given(spot: Json, names: Mapping[str, str]) -> Json:
    return {new: spot[old] for old, new in names.items() if old in spot}


def only(place: Json, evse_uid: str, connector_id: str) -> Json:
    """Return a Location with nothing but the EVSE and the Connector that were used."""
    evses = [
        evse | {"connectors": [plug for plug in evse["connectors"] if plug["id"] == connector_id]}
        for evse in place.get("evses") or ()
        if evse["uid"] == evse_uid
    ]
    return place | {"evses": [evse for evse in evses if evse["connectors"]]}


def _unknown_place(item: Json) -> Json:
    spot = item["cdr_location"] if isinstance(item.get("cdr_location"), dict) else {}
    return {
        "id": item.get("location_id") or spot.get("id"),
        "address": "-",
        "city": "-",
        "country": "NLD",
        "coordinates": {"latitude": "0.000000", "longitude": "0.000000"},
        "last_updated": item.get("last_updated"),
    }


def _unknown_evse(item: Json) -> Json:
    plug = {
        "id": "1",
        "standard": "IEC_62196_T2",
        "format": "SOCKET",
        "power_type": "AC_3_PHASE",
        "max_voltage": 230,
        "max_amperage": 32,
        "last_updated": item.get("last_updated"),
    }
    return {"uid": "1", "status": "UNKNOWN", "connectors": [plug], "last_updated": item.get("last_updated")}


_V2_1_1 = {
    "Location": View(
        dropped=_OWNER
        | {"publish", "publish_allowed_to", "state", "parking_type", "parking_places", "help_phone", "postal_code"},
        converted={
            "facilities": _only(
                *("HOTEL", "RESTAURANT", "CAFE", "MALL", "SUPERMARKET", "SPORT", "RECREATION_AREA", "NATURE", "MUSEUM"),
                *("BUS_STOP", "TAXI_STAND", "TRAIN_STATION", "AIRPORT", "CARPOOL_PARKING", "FUEL_STATION", "WIFI"),
            ),
            "opening_times": _hours,
        },
        nested={
            "evses": "EVSE",
            "coordinates": "GeoLocation",
            "related_locations": "GeoLocation",
            "energy_mix": "EnergyMix",
        },
        added={"type": _location_type, "postal_code": _postal_code},
    ),
    "EVSE": View(
        dropped=frozenset({"parking", "accepted_service_providers"}),
        converted={
            "capabilities": _only(
                *("CHARGING_PROFILE_CAPABLE", "CREDIT_CARD_PAYABLE", "REMOTE_START_STOP_CAPABLE", "RESERVABLE"),
                *("RFID_READER", "UNLOCK_CAPABLE"),
            ),
            "parking_restrictions": _only("EV_ONLY", "PLUGGED", "DISABLED", "CUSTOMERS", "MOTORCYCLES"),
        },
        nested={"connectors": "Connector", "coordinates": "GeoLocation"},
    ),
    "Connector": View(
        dropped=frozenset({"max_electric_power", "capabilities"}),
        renamed={"max_voltage": "voltage", "max_amperage": "amperage", "tariff_ids": "tariff_id"},
        converted={
            "tariff_ids": _first,
            "power_type": _as({"AC_2_PHASE": "AC_1_PHASE", "AC_2_PHASE_SPLIT": "AC_1_PHASE"}),
        },
    ),
    "GeoLocation": View(converted={"latitude": _six_decimals, "longitude": _six_decimals}),
    "EnergyMix": View(nested={"environ_impact": "EnvironmentalImpact"}),
    "EnvironmentalImpact": View(renamed={"category": "source"}),
    "Tariff": View(
        dropped=_OWNER
        | {"type", "min_price", "max_price", "tax_included", "preauthorize_amount", "start_date_time", "end_date_time"},
        converted={"elements": _elements},
        nested={"elements": "TariffElement", "energy_mix": "EnergyMix"},
    ),
    "TariffElement": View(nested={"price_components": "PriceComponent"}),
    "PriceComponent": View(dropped=frozenset({"vat"})),
    "Token": View(
        dropped=_OWNER | {"group_id", "default_profile_type", "energy_contract"},
        renamed={"contract_id": "auth_id"},
        converted={"type": _as(_TOKEN_TYPES)},
    ),
    "Session": View(
        dropped=_OWNER | {"cdr_token", "authorization_reference", "location_id", "evse_uid", "connector_id"},
        renamed={"start_date_time": "start_datetime", "end_date_time": "end_datetime"},
        converted={
            "auth_method": _as({"COMMAND": "AUTH_REQUEST"}),
            "status": _as({"RESERVATION": "PENDING"}),
            "total_cost": _excluding_vat,
            "charging_periods": _periods,
        },
        nested={"charging_periods": "ChargingPeriod"},
        added={"auth_id": _auth_id, "location": _session_place},
    ),
    "CDR": View(
        dropped=_OWNER
        | {
            "session_id",
            "booking_id",
            "cdr_token",
            "authorization_reference",
            "cdr_location",
            "signed_data",
            "total_cost",
        }
        | {"total_fixed_cost", "total_energy_cost", "total_time_cost", "total_parking_cost", "total_reservation_cost"}
        | {"invoice_reference_id", "credit", "credit_reference_id", "home_charging_compensation"},
        renamed={"end_date_time": "stop_date_time"},
        converted={
            "auth_method": _as({"COMMAND": "AUTH_REQUEST"}),
            "charging_periods": _periods,
        },
        nested={"tariffs": "Tariff", "charging_periods": "ChargingPeriod"},
        added={"auth_id": _auth_id, "location": _cdr_place, "total_cost": _cdr_cost},
    ),
    "ChargingPeriod": View(dropped=frozenset({"tariff_id"})),
    "AuthorizationInfo": View(dropped=frozenset({"token", "authorization_reference"})),
    "StartSession": View(dropped=frozenset({"connector_id", "authorization_reference"}), nested={"token": "Token"}),
    "ReserveNow": View(
        dropped=frozenset({"authorization_reference"}), converted={"reservation_id": _number}, nested={"token": "Token"}
    ),
    "CommandResponse": View(dropped=frozenset({"timeout", "message"})),
    # There the result is a CommandResponse, whose values are fewer.
    "CommandResult": View(
        dropped=frozenset({"message"}),
        converted={
            "result": _as(
                dict.fromkeys(
                    (
                        "CANCELED_RESERVATION",
                        "EVSE_OCCUPIED",
                        "EVSE_INOPERATIVE",
                        "FAILED",
                        "UNKNOWN_RESERVATION",
                    ),
                    "REJECTED",
                )
            )
        },
    ),
}

# 2.2.1: what 2.3.0 has added is left out ------------------------------------------------------------------------------

_V2_2_1 = {
    "Location": View(dropped=frozenset({"parking_places", "help_phone"}), nested={"evses": "EVSE"}),
    "EVSE": View(dropped=frozenset({"parking", "accepted_service_providers"}), nested={"connectors": "Connector"}),
    "Connector": View(dropped=frozenset({"capabilities"})),
    "Tariff": View(dropped=frozenset({"tax_included", "preauthorize_amount"})),
    "CDR": View(dropped=frozenset({"booking_id"}), nested={"tariffs": "Tariff"}),
    "Token": View(converted={"type": _as({"EMAID": "OTHER"})}),
}

# 2.3.0 ----------------------------------------------------------------------------------------------------------------


def _tax_included(item: Json, _: Places) -> Any:  # noqa: ANN401
    # The prices of 2.2.1 are without VAT.
    return item.get("tax_included", "NO")


_COSTS = ("cost", "fixed_cost", "energy_cost", "time_cost", "parking_cost", "reservation_cost")
_V2_3_0 = {
    "Session": View(converted={"total_cost": _with_taxes}),
    "CDR": View(
        converted=dict.fromkeys((f"total_{name}" for name in _COSTS), _with_taxes), nested={"tariffs": "Tariff"}
    ),
    "Tariff": View(converted={"min_price": _limit, "max_price": _limit}, added={"tax_included": _tax_included}),
}

# Class → the field and the value of it that a version cannot say.
_HIDING: dict[str, dict[str, tuple[str, bool]]] = {"2.1.1": {"Location": ("publish", False), "CDR": ("credit", True)}}

VIEWS: dict[str, dict[str, View]] = {"2.1.1": _V2_1_1, "2.2.1": _V2_2_1, "2.3.0": _V2_3_0}
