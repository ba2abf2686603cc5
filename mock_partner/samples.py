"""Objects of our own making: valid by the tables of OCPI 2.2.1, seeded, the same for the same arguments."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from ocpi_conformance.mock_partner.messages import timestamp
from ocpi_conformance.mock_partner.state import Json, Party

# Places on land, near the town that the address names.
_TOWNS = (
    ("Utrecht", "3511 AB", 52.0907, 5.1214),
    ("Gouda", "2801 AA", 52.0116, 4.7104),
    ("Zwolle", "8011 CE", 52.5126, 6.0944),
    ("Breda", "4811 XC", 51.5888, 4.7760),
    ("Deventer", "7411 HT", 52.2552, 6.1639),
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
        "capabilities": ["RFID_READER", "CREDIT_CARD_PAYABLE"],
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
    place["evses"][-1]["status_schedule"] = [
        {"period_begin": soon[0], "period_end": soon[1], "status": "INOPERATIVE"},
        {"period_begin": soon[2], "status": "REMOVED"},
    ]
    return place


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
    return place


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


def token(uid: str, owner: Party, moment: datetime) -> Json:
    """Return an RFID Token of `owner`."""
    return {
        "country_code": owner.country_code,
        "party_id": owner.party_id,
        "uid": uid,
        "type": "RFID",
        "contract_id": f"{owner.country_code}-{owner.party_id}-C{uid[-8:]}-X",
        "issuer": owner.name,
        "valid": True,
        "whitelist": "ALLOWED",
        "last_updated": timestamp(moment),
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
        "cdr_token": _cdr_token(owner),
        "auth_method": "WHITELIST",
        "location_id": place["id"],
        "evse_uid": place["evses"][0]["uid"],
        "connector_id": place["evses"][0]["connectors"][0]["id"],
        "currency": "EUR",
        "charging_periods": [_period(moment)],
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
        "cdr_token": _cdr_token(owner),
        "auth_method": "WHITELIST",
        "cdr_location": {
            **{
                name: place[name] for name in ("id", "name", "address", "city", "postal_code", "country", "coordinates")
            },
            "evse_uid": first["uid"],
            "evse_id": first["evse_id"],
            "connector_id": plug["id"],
            "connector_standard": plug["standard"],
            "connector_format": plug["format"],
            "connector_power_type": plug["power_type"],
        },
        "currency": "EUR",
        "tariffs": [tariff(plug["tariff_ids"][0], owner, moment - timedelta(days=1))],
        "charging_periods": [_period(moment)],
        "total_cost": total,
        "total_energy": 11.0,
        "total_energy_cost": total,
        "total_time": 1.0,
        "last_updated": timestamp(moment),
    }


def _period(moment: datetime) -> Json:
    return {
        "start_date_time": timestamp(moment - timedelta(hours=1)),
        "dimensions": [{"type": "ENERGY", "volume": 11.0}, {"type": "TIME", "volume": 1.0}],
        "tariff_id": "TAR1",
    }


def _cdr_token(owner: Party) -> Json:
    return {
        "country_code": owner.country_code,
        "party_id": "TST",
        "uid": "04E7F5A2B37C80",
        "type": "RFID",
        "contract_id": f"{owner.country_code}-TST-C00000001-X",
    }


def portfolio(owner: Party, now: datetime, *, size: int = 7, seed: int = 1) -> dict[str, list[Json]]:
    """Return what a small platform of `owner` publishes: objects by module identifier, oldest first.

    The moments are spread over the days before `now`, all different; the last ones are some minutes old.
    """
    chance = random.Random(seed)  # noqa: S311  (sample data)
    moments = sorted(now - timedelta(minutes=chance.randint(10, 40_000), seconds=7 * n) for n in range(size))
    if owner.role == "EMSP":
        return {"tokens": [token(f"04A1B2C3D4E5{n:02d}", owner, moment) for n, moment in enumerate(moments, 1)]}
    places = [furnish(location(f"LOC{n}", owner, moment, number=n), n, moment) for n, moment in enumerate(moments, 1)]
    return {
        "locations": places,
        "tariffs": [tariff(f"TAR{n}", owner, moment) for n, moment in enumerate(moments[:3], 1)],
        "sessions": [session(f"SES{n}", owner, p, m) for n, (p, m) in enumerate(zip(places, moments, strict=True), 1)],
        "cdrs": [cdr(f"CDR{n}", owner, p, m) for n, (p, m) in enumerate(zip(places, moments, strict=True), 1)],
    }
