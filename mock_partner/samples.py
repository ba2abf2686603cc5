"""Objects of our own making: valid by the tables of OCPI 2.2.1, seeded, the same for the same arguments."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from ocpi_conformance.mock_partner.messages import parse_timestamp, timestamp
from ocpi_conformance.mock_partner.ocpi.modules import OFFERED, SENDER
from ocpi_conformance.mock_partner.samples_2_3_0 import extras, with_parking
from ocpi_conformance.mock_partner.samples_by_clock import with_prices_by_clock
from ocpi_conformance.mock_partner.state import Json, Party

# Places on land, near the town that the address names.
_TOWNS = (
    ("Utrecht", "3511 AB", 52.0907, 5.1214),
    ("Gouda", "2801 AA", 52.0116, 4.7104),
    ("Zwolle", "8011 CE", 52.5126, 6.0944),
    ("Breda", "4811 XC", 51.5888, 4.7760),
    ("Deventer", "7411 HT", 52.2552, 6.1639),
)

_CAPABILITIES = (
    "RFID_READER",
    "CREDIT_CARD_PAYABLE",
    "REMOTE_START_STOP_CAPABLE",
    "RESERVABLE",
    "UNLOCK_CAPABLE",
    "CHARGING_PROFILE_CAPABLE",
)
# What the last EVSE of some Locations is capable of instead.
_FEW_CAPABILITIES = (
    ("RFID_READER",),
    (*_CAPABILITIES, "START_SESSION_CONNECTOR_REQUIRED"),
    tuple(name for name in _CAPABILITIES if name != "CHARGING_PROFILE_CAPABLE"),
)


def connector(number: int, moment: datetime, tariff: str = "TAR1") -> Json:
    """Return a Connector with the id `number`."""
    return {
        "id": str(number),
        "standard": "IEC_62196_T2",
        "format": "SOCKET",
        "power_type": "AC_3_PHASE",
        "max_voltage": 400,
        "max_amperage": 32,
        "max_electric_power": 22000,
        "tariff_ids": [tariff],
        "last_updated": timestamp(moment),
    }


def evse(uid: str, evse_id: str, moment: datetime, connectors: int = 1) -> Json:
    """Return an EVSE; its `uid` and `evse_id` differ, since implementers confuse the two."""
    return {
        "uid": uid,
        "evse_id": evse_id,
        "status": "AVAILABLE",
        "capabilities": [*_CAPABILITIES],
        "connectors": [connector(n, moment) for n in range(1, connectors + 1)],
        "floor_level": "0",
        "physical_reference": uid[-2:],
        "last_updated": timestamp(moment),
    }


def location(object_id: str, owner: Party, moment: datetime, *, number: int = 1, evses: int = 2) -> Json:
    """Return a Location of `owner`, last updated at `moment`, with `evses` EVSEs of two connectors each."""
    town, postal_code, latitude, longitude = _TOWNS[number % len(_TOWNS)]
    step = number * 0.0013
    prefix = f"{owner.country_code}*{owner.party_id}*E{number:05d}"
    return {
        "country_code": owner.country_code,
        "party_id": owner.party_id,
        "id": object_id,
        "publish": True,
        "name": f"Charging plaza {town} {number}",
        "address": f"Stationsweg {number}",
        "city": town,
        "postal_code": postal_code,
        "country": "NLD",
        "coordinates": {"latitude": f"{latitude + step:.6f}", "longitude": f"{longitude + step:.6f}"},
        "evses": [evse(f"{object_id}-E{n}", f"{prefix}{n}", moment, connectors=2) for n in range(1, evses + 1)],
        "directions": [{"language": "en", "text": "Behind the station, by the bicycle shed"}],
        "operator": {"name": owner.name},
        "time_zone": "Europe/Amsterdam",
        "opening_times": {
            "twentyfourseven": False,
            "regular_hours": [{"weekday": day, "period_begin": "07:00", "period_end": "22:00"} for day in range(1, 8)],
        },
        "charging_when_closed": True,
        "energy_mix": {
            "is_green_energy": True,
            "energy_sources": [{"source": "WIND", "percentage": 60}, {"source": "SOLAR", "percentage": 40}],
        },
        "last_updated": timestamp(moment),
    }


def furnish(place: Json, number: int, moment: datetime) -> Json:
    """Return a Location with some of the optional fields that few have; which ones depends on `number`."""
    soon = [timestamp(moment + timedelta(days=days)) for days in (60, 61, 62, 63)]
    furniture: tuple[Json, ...] = (
        {
            "publish": False,
            "publish_allowed_to": [
                {"uid": "04E7F5A2B37C80", "type": "RFID"},
                {"visual_number": "DF000-2001-8999", "issuer": "TheNetwork"},
                {"group_id": "GROUP1"},
            ],
        },
        {"images": [_image("OPERATOR", 512, 512), _image("LOCATION", 1200, 900)]},
        {
            "opening_times": {
                **place["opening_times"],
                "exceptional_openings": [{"period_begin": soon[0], "period_end": soon[1]}],
                "exceptional_closings": [{"period_begin": soon[2], "period_end": soon[3]}],
            },
        },
    )
    place |= furniture[number % len(furniture)]
    place["evses"][-1]["capabilities"] = [*_FEW_CAPABILITIES[number % len(_FEW_CAPABILITIES)]]
    place["evses"][-1]["status_schedule"] = [
        {"period_begin": soon[0], "period_end": soon[1], "status": "INOPERATIVE"},
        {"period_begin": soon[2], "status": "REMOVED"},
    ]
    return with_parking(place)


def _image(category: str, width: int, height: int) -> Json:
    url = f"https://images.example.com/{category.lower()}.png"
    return {"url": url, "category": category, "type": "png", "width": width, "height": height}


def complete_location(object_id: str, owner: Party, moment: datetime) -> Json:
    """Return a Location with every optional field of Location, EVSE and Connector."""
    business = {"name": owner.name, "website": "https://www.example.com", "logo": _image("OPERATOR", 512, 512)}
    place = location(object_id, owner, moment) | {
        "publish": False,
        "publish_allowed_to": [{"uid": "04E7F5A2B37C80", "type": "RFID"}],
        "state": "Utrecht",
        "related_locations": [{"latitude": "52.090800", "longitude": "5.121500"}],
        "parking_type": "ON_STREET",
        "operator": business,
        "suboperator": business,
        "owner": business,
        "facilities": ["CAFE", "WIFI"],
        "images": [_image("ENTRANCE", 1200, 900)],
    }
    place["energy_mix"] |= {
        "environ_impact": [{"category": "CARBON_DIOXIDE", "amount": 0}],
        "supplier_name": "Example Energy",
        "energy_product_name": "Example Wind",
    }
    for charger in place["evses"]:
        charger |= {
            "status_schedule": [{"period_begin": timestamp(moment + timedelta(days=60)), "status": "INOPERATIVE"}],
            "coordinates": place["coordinates"],
            "directions": [{"language": "en", "text": "The charger nearest to the entrance"}],
            "parking_restrictions": ["EV_ONLY"],
            "images": [_image("CHARGER", 1200, 900)],
        }
        for plug in charger["connectors"]:
            plug["terms_and_conditions"] = "https://www.example.com/terms"
        charger["accepted_service_providers"] = ["Example Mobility"]
    return with_parking(place)


def minimal_location(object_id: str, owner: Party, moment: datetime) -> Json:
    """Return a Location with its required fields only."""
    full = location(object_id, owner, moment, evses=0)
    required = ("country_code", "party_id", "id", "publish", "address", "city", "country", "coordinates", "time_zone")
    return {name: full[name] for name in (*required, "last_updated")}


def tariff(object_id: str, owner: Party, moment: datetime) -> Json:
    """Return a Tariff by the kilowatt-hour."""
    return {
        "country_code": owner.country_code,
        "party_id": owner.party_id,
        "id": object_id,
        "currency": "EUR",
        "type": "REGULAR",
        "elements": [{"price_components": [{"type": "ENERGY", "price": 0.35, "vat": 21.0, "step_size": 1}]}],
        "last_updated": timestamp(moment),
    }


def rich_tariff(object_id: str, owner: Party, moment: datetime) -> Json:
    """Return a Tariff with limits, a validity, a night price and prices for reservations."""
    night = {"start_time": "22:00", "end_time": "06:00", "start_date": "2020-01-01", "end_date": "2040-01-01"}
    return tariff(object_id, owner, moment) | {
        "start_date_time": "2020-01-01T00:00:00Z",
        "end_date_time": "2040-01-01T00:00:00Z",
        "min_price": {"excl_vat": 0.5, "incl_vat": 0.605},
        "max_price": {"excl_vat": 50.0, "incl_vat": 60.5},
        "elements": [
            _element(("FLAT", 4.0, 1), restrictions={"reservation": "RESERVATION_EXPIRES"}),
            _element(("TIME", 6.0, 1), restrictions={"reservation": "RESERVATION"}),
            _element(("ENERGY", 0.3, 1), restrictions=night | {"min_kwh": 1.0, "max_kwh": 60.0}),
            _element(("ENERGY", 0.35, 1), ("PARKING_TIME", 2.0, 1), ("FLAT", 0.5, 1)),
        ],
    }


def reservation_tariff(object_id: str, usual: Json) -> Json:
    """Return the Tariff `usual` with prices for the time of a reservation, another one where that expires."""
    elements = [
        _element(("TIME", 3.0, 1), restrictions={"reservation": "RESERVATION"}),
        _element(("TIME", 360.0, 1), restrictions={"reservation": "RESERVATION_EXPIRES"}),
    ]
    moment = parse_timestamp(usual["last_updated"]) + timedelta(seconds=1)
    elements += usual["elements"]
    return usual | {"id": object_id, "elements": elements, "last_updated": timestamp(moment)}


def free_tariff(object_id: str, owner: Party, moment: datetime) -> Json:
    """Return a Tariff that is free of charge."""
    return tariff(object_id, owner, moment) | {"elements": [_element(("FLAT", 0.0, 1))]}


def green_tariff(object_id: str, owner: Party, moment: datetime) -> Json:
    """Return a Tariff for those who prefer green energy."""
    return tariff(object_id, owner, moment) | {"type": "PROFILE_GREEN", "elements": [_element(("ENERGY", 0.3, 1))]}


def _element(*parts: tuple[str, float, int], restrictions: Json | None = None) -> Json:
    """Return a TariffElement of price components: type, price, step_size."""
    priced = [{"type": kind, "price": price, "vat": 21.0, "step_size": step} for kind, price, step in parts]
    element: Json = {"price_components": priced}
    return element | ({"restrictions": restrictions} if restrictions else {})


def token(uid: str, owner: Party, moment: datetime) -> Json:
    """Return an RFID Token of `owner`; its contract_id is an eMA ID."""
    instance = "".join(filter(str.isalnum, uid))[-8:]
    return {
        "country_code": owner.country_code,
        "party_id": owner.party_id,
        "uid": uid,
        "type": "RFID",
        "contract_id": f"{owner.country_code}-{owner.party_id}-C{instance:0>8}-X",
        "issuer": owner.name,
        "valid": True,
        "whitelist": "ALLOWED",
        "last_updated": timestamp(moment),
    }


def ad_hoc_token(uid: str, owner: Party, moment: datetime) -> Json:
    """Return a Token for one use, as who pays at a terminal gets it."""
    return token(uid, owner, moment) | {"type": "AD_HOC_USER", "whitelist": "NEVER"}


_RARE_IN_TOKENS: tuple[Json, ...] = (
    {},
    {"group_id": "GROUP1", "language": "nl"},
    {"type": "APP_USER", "whitelist": "NEVER"},
)


# Of the tokens of a portfolio by their number: what differs, and what their eMSP answers when it is asked about them.
_STATES_OF_TOKENS: dict[int, Json] = {3: {"valid": False}, 4: {"valid": False}, 7: {"whitelist": "ALLOWED_OFFLINE"}}
_AUTHORIZATIONS: dict[int, Json] = {
    4: {"allowed": "EXPIRED"},
    5: {"allowed": "ALLOWED", "locations": ["LOC1"]},
    6: {"allowed": "NO_CREDIT"},
}


def session(object_id: str, owner: Party, place: Json, moment: datetime) -> Json:
    """Return a completed Session of one hour at the first connector of `place`, ended at `moment`."""
    return {
        "country_code": owner.country_code,
        "party_id": owner.party_id,
        "id": object_id,
        "start_date_time": timestamp(moment - timedelta(hours=1)),
        "end_date_time": timestamp(moment),
        "kwh": 11.0,
        "cdr_token": cdr_token(owner.country_code),
        "auth_method": "WHITELIST",
        "location_id": place["id"],
        "evse_uid": place["evses"][0]["uid"],
        "connector_id": place["evses"][0]["connectors"][0]["id"],
        "currency": "EUR",
        "charging_periods": [_half_hour(moment, 60, 40), _half_hour(moment, 30, 80)],
        "total_cost": {"excl_vat": 3.85, "incl_vat": 4.66},
        "status": "COMPLETED",
        "last_updated": timestamp(moment),
    }


def cdr(object_id: str, owner: Party, place: Json, moment: datetime) -> Json:
    """Return the CDR of one hour at the first connector of `place`, ended at `moment`, priced by `tariff`."""
    first = place["evses"][0]
    plug = first["connectors"][0]
    total = {"excl_vat": 3.85, "incl_vat": 4.66}
    return {
        "country_code": owner.country_code,
        "party_id": owner.party_id,
        "id": object_id,
        "start_date_time": timestamp(moment - timedelta(hours=1)),
        "end_date_time": timestamp(moment),
        "session_id": object_id.replace("CDR", "SES"),
        "cdr_token": cdr_token(owner.country_code),
        "auth_method": "WHITELIST",
        "cdr_location": cdr_location(place, first, plug),
        "currency": "EUR",
        "tariffs": [tariff(plug["tariff_ids"][0], owner, moment - timedelta(days=1))],
        "charging_periods": [_period(moment)],
        "total_cost": total,
        "total_energy": 11.0,
        "total_energy_cost": total,
        "total_time": 1.0,
        "last_updated": timestamp(moment),
    }


def cdr_location(place: Json, charger: Json, plug: Json | None) -> Json:
    """Return the CdrLocation of a Connector, or of a reservation for no certain EVSE (`plug` None)."""
    shown = ("id", "name", "address", "city", "postal_code", "country", "coordinates")
    some = plug or charger["connectors"][0]
    return {
        **{name: place[name] for name in shown if name in place},
        "evse_uid": charger["uid"] if plug else "#NA",
        "evse_id": charger.get("evse_id", "#NA") if plug else "#NA",
        "connector_id": plug["id"] if plug else "#NA",
        "connector_standard": some["standard"],
        "connector_format": some["format"],
        "connector_power_type": some["power_type"],
    }


def rich_cdr(object_id: str, owner: Party, place: Json, moment: datetime) -> Json:
    """Return a CDR of a reservation, 90 minutes of charging at two prices and half an hour of parking."""
    limits = {"max_kwh": 10.0, "max_power": 50.0}
    own = rich_tariff("TAR9", owner, moment - timedelta(days=1))
    own["elements"][1:] = [
        _element(("TIME", 6.0, 60), restrictions={"reservation": "RESERVATION"}),
        _element(("ENERGY", 0.4, 100), restrictions=limits),
        _element(("ENERGY", 0.45, 100), restrictions={"max_current": 16.0}),
        _element(("ENERGY", 0.5, 100), ("PARKING_TIME", 2.0, 300), ("FLAT", 0.5, 1)),
    ]
    charging = {"MIN_POWER": 9.0, "MAX_POWER": 11.0, "MIN_CURRENT": 39.0, "MAX_CURRENT": 48.0}
    periods = [
        _priced_period(moment, 135, RESERVATION_TIME=0.25),
        _priced_period(moment, 120, ENERGY=10.0, TIME=1.0, **charging),
        _priced_period(moment, 60, ENERGY=5.0, TIME=0.5, **charging),
        _priced_period(moment, 30, PARKING_TIME=0.5),
    ]
    return cdr(object_id, owner, place, moment) | {
        "start_date_time": timestamp(moment - timedelta(minutes=135)),
        "tariffs": [own],
        "charging_periods": periods,
        "signed_data": {
            "encoding_method": "OCMF",
            "public_key": "aGVsbG8=",
            "signed_values": [{"nature": "Start", "plain_data": "0.0", "signed_data": "aGVsbG8="}],
        },
        "total_cost": _cost(9.5),
        "total_fixed_cost": _cost(0.5),
        "total_energy": 15.0,
        "total_energy_cost": _cost(6.5),
        "total_time": 2.0,
        "total_parking_time": 0.5,
        "total_parking_cost": _cost(1.0),
        "total_reservation_cost": _cost(1.5),
    }


def cdr_by_duration(object_id: str, owner: Party, place: Json, moment: datetime) -> Json:
    """Return the CDR of one hour in which energy has a price that would change after two hours."""
    made = cdr(object_id, owner, place, moment)
    elements = [_element(("ENERGY", 0.35, 1), restrictions={"max_duration": 7200}), _element(("ENERGY", 0.5, 1))]
    return made | {
        "tariffs": [made["tariffs"][0] | {"id": "TAR8", "elements": elements}],
        "charging_periods": [period | {"tariff_id": "TAR8"} for period in made["charging_periods"]],
    }


def corrected(wrong: Json, moment: datetime) -> list[Json]:
    """Return the Credit CDR of `wrong`, made at `moment`, and the CDR that stands in its place."""
    total = {name: -value for name, value in wrong["total_cost"].items()}
    credit = {"credit": True, "credit_reference_id": wrong["id"], "total_cost": total}
    made = (
        {"id": f"{wrong['id']}-C", **credit},
        {"id": f"{wrong['id']}-R", "remark": "With the remark left out before"},
    )
    return [
        wrong | changes | {"last_updated": timestamp(moment + timedelta(seconds=30 * n))}
        for n, changes in enumerate(made)
    ]


def _cost(amount: float) -> Json:
    return {"excl_vat": amount, "incl_vat": round(amount * 1.21, 4)}


def _priced_period(moment: datetime, before: int, **volumes: float) -> Json:
    """Return a ChargingPeriod that starts `before` minutes ahead of `moment`."""
    dimensions = [{"type": kind, "volume": volume} for kind, volume in volumes.items()]
    start = timestamp(moment - timedelta(minutes=before))
    return {"start_date_time": start, "dimensions": dimensions, "tariff_id": "TAR9"}


def _half_hour(moment: datetime, before: int, charged: int) -> Json:
    period = _priced_period(moment, before, ENERGY=5.5, TIME=0.5, STATE_OF_CHARGE=float(charged))
    return period | {"tariff_id": "TAR1"}


def _period(moment: datetime) -> Json:
    return {
        "start_date_time": timestamp(moment - timedelta(hours=1)),
        "dimensions": [{"type": "ENERGY", "volume": 11.0}, {"type": "TIME", "volume": 1.0}],
        "tariff_id": "TAR1",
    }


def cdr_token(country_code: str, party_id: str = "TST") -> Json:
    """Return the CdrToken of a driver of the eMSP with these ids."""
    return {
        "country_code": country_code,
        "party_id": party_id,
        "uid": "04E7F5A2B37C80",
        "type": "RFID",
        "contract_id": f"{country_code}-{party_id}-C00000001-X",
    }


def _prefers(charger: Json) -> None:
    """Let an EVSE take charging preferences: those that its Connectors have a Tariff for."""
    charger["capabilities"].append("CHARGING_PREFERENCES_CAPABLE")
    for plug in charger["connectors"]:
        plug["tariff_ids"].append("TAR4")


def portfolio(owner: Party, now: datetime, *, size: int = 7, seed: int = 1) -> dict[str, list[Json]]:
    """Return what a small platform of `owner` publishes: objects by module (or store), oldest first.

    The moments are spread over the days before `now`, all different; the last ones are some minutes old.
    """
    chance = random.Random(seed)  # noqa: S311  (sample data)
    moments = sorted(now - timedelta(minutes=chance.randint(10, 40_000), seconds=7 * n) for n in range(size))
    if owner.role == "PTP":
        return extras(owner, {}, now)
    if owner.role == "EMSP":
        return {
            "tokens": [
                token(f"04A1B2C3D4E5{n:02d}", owner, moment)
                | _RARE_IN_TOKENS[n % len(_RARE_IN_TOKENS)]
                | _STATES_OF_TOKENS.get(n, {})
                for n, moment in enumerate(moments, 1)
            ],
            "authorizations": [
                token(f"04A1B2C3D4E5{n:02d}", owner, now) | _RARE_IN_TOKENS[n % len(_RARE_IN_TOKENS)] | noted
                for n, noted in _AUTHORIZATIONS.items()
            ],
        }
    places = [furnish(location(f"LOC{n}", owner, moment, number=n), n, moment) for n, moment in enumerate(moments, 1)]
    cdrs = [cdr(f"CDR{n}", owner, p, m) for n, (p, m) in enumerate(zip(places, moments, strict=True), 1)]
    for back, kind in ((1, rich_cdr), (2, cdr_by_duration)):
        if size > back:
            cdrs[-back] = kind(cdrs[-back]["id"], owner, places[-back], moments[-back])
    kinds = (tariff, rich_tariff, free_tariff, green_tariff)
    if size >= len(kinds):
        _prefers(places[1]["evses"][0])
    made = {
        "locations": places,
        "tariffs": [kind(f"TAR{n}", owner, m) for n, (kind, m) in enumerate(zip(kinds, moments, strict=False), 1)],
        "sessions": [session(f"SES{n}", owner, p, m) for n, (p, m) in enumerate(zip(places, moments, strict=True), 1)],
        "cdrs": [*cdrs, *corrected(cdrs[0], moments[-1] + timedelta(minutes=1))],
    }
    made = with_prices_by_clock(made) | extras(owner, made, now)
    senders = {module for module, side in OFFERED["2.3.0"].get(owner.role, ()) if side == SENDER}
    return {store: items for store, items in made.items() if store.partition("/")[0] in senders}
