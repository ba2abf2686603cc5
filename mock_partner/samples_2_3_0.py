"""Objects of our own making that only 2.3.0 and its extensions have, seeded like the others; nothing is sent here."""

from __future__ import annotations

import copy
from datetime import datetime, timedelta

from ocpi_conformance.mock_partner.messages import timestamp
from ocpi_conformance.mock_partner.state import Json, Party

INVOICES = "invoicereconciliation"
TERMINALS = "payments/terminals"
CONFIRMATIONS = "payments/financial-advice-confirmations"
BOOKING_LOCATIONS = "Booking/booking_locations"
BOOKINGS = "Booking"


def with_parking(place: Json) -> Json:
    """Return a Location with the fields that 2.3.0 has added to it, its EVSEs and their Connectors."""
    spots = [parking(f"{evse['uid']}-P") for evse in place["evses"]]
    spots[-1] |= copy.deepcopy(_FOR_DISABLED)
    place |= {"help_phone": "+31201234567", "parking_places": spots}
    for evse, spot in zip(place["evses"], spots, strict=True):
        evse["parking"] = [{"parking_id": spot["id"], "evse_position": "LEFT"}]
        for plug in evse["connectors"]:
            plug["capabilities"] = ["ISO_15118_2_PLUG_AND_CHARGE"]
    return place


# What a Parking has that disabled people can use: larger than a car needs, and with a photo.
_FOR_DISABLED = {
    "vehicle_types": ["PERSONAL_VEHICLE", "DISABLED"],
    "max_vehicle_weight": 3500,
    "max_vehicle_height": 250,
    "max_vehicle_length": 550,
    "max_vehicle_width": 260,
    "parking_space_length": 600,
    "parking_space_width": 350,
    "dangerous_goods_allowed": False,
    "images": [{"url": "https://images.example.com/parking.png", "category": "OTHER", "type": "png"}],
}


def parking(object_id: str) -> Json:
    """Return a Parking for cars; it stands by the road."""
    return {
        "id": object_id,
        "physical_reference": object_id[-4:],
        "vehicle_types": ["PERSONAL_VEHICLE"],
        "direction": "PARALLEL",
        "restricted_to_type": True,
        "reservation_required": False,
        "roofed": False,
        "lighting": True,
    }


def invoice_record(object_id: str, owner: Party, cdr_ids: list[str], moment: datetime) -> Json:
    """Return the InvoiceReconciliationRecord of one invoice over these CDRs."""
    return {
        "country_code": owner.country_code,
        "party_id": owner.party_id,
        "id": object_id,
        "invoice_id": f"{owner.party_id}-{moment:%Y-%m}-{object_id}",
        "cdrs": cdr_ids,
        "last_updated": timestamp(moment),
    }


def terminal(object_id: str, moment: datetime) -> Json:
    """Return a Terminal that has no Location yet."""
    return {
        "terminal_id": object_id,
        "customer_reference": "CPO-1",
        "address": "Stationsweg 1",
        "city": "Utrecht",
        "postal_code": "3511 AB",
        "country": "NLD",
        "coordinates": {"latitude": "52.090700", "longitude": "5.121400"},
        "invoice_base_url": "https://invoices.example.com/",
        "invoice_creator": "CPO",
        "reference": f"SN-{object_id}",
        "last_updated": timestamp(moment),
    }


def confirmation(object_id: str, reference: str, amount: float, moment: datetime) -> Json:
    """Return the FinancialAdviceConfirmation of a capture of `amount` euros before taxes, for an authorization."""
    tax = round(amount * 0.21, 4)
    return {
        "id": object_id,
        "authorization_reference": reference,
        "total_costs": {"before_taxes": amount, "taxes": [{"name": "VAT", "percentage": 21, "amount": tax}]},
        "currency": "EUR",
        "eft_data": ["Example card", "Nr: **** **** **** 1234", f"Amount: EUR {amount + tax:.2f}"],
        "capture_status_code": "SUCCESS",
        "last_updated": timestamp(moment),
    }


def booking_location(object_id: str, owner: Party, place: Json, moment: datetime) -> Json:
    """Return the BookingLocation of the first EVSE of `place`, free from 06:00 to 22:00 on each of the next days."""
    evse = place["evses"][0]
    days = [moment.replace(hour=6, minute=0, second=0, microsecond=0) + timedelta(days=day) for day in (1, 2, 3)]
    slots = [_slot(day, day + timedelta(hours=16)) for day in days]
    calendar = {
        "id": f"{object_id}-C1",
        "begin_from": slots[0]["start_date_time"],
        "end_before": slots[-1]["end_date_time"],
        "timeslot_increment": 15,
        "available_timeslots": [slot | {"min_power": 11000, "max_power": 22000} for slot in slots],
        "last_updated": timestamp(moment),
    }
    return {
        "country_code": owner.country_code,
        "party_id": owner.party_id,
        "id": object_id,
        "location_id": place["id"],
        "booking_option": {
            "evse_uid": evse["uid"],
            "connector_id": evse["connectors"][0]["id"],
            "vehicle_types": ["PERSONAL_VEHICLE"],
            "connector_types": [evse["connectors"][0]["standard"]],
        },
        "policy": {"reservation_required": False, "ad_hoc": 1},
        "tariff_ids": evse["connectors"][0].get("tariff_ids", ["TAR1"])[:1],
        "booking_terms": {
            "remote_auth_supported": True,
            "supported_access_methods": ["OPEN"],
            "change_until_minutes": 60,
            "cancel_until_minutes": 60,
            "noshow_timeout": 30,
            "min_booking_duration": 30,
            "max_booking_duration": 480,
        },
        "calendars": [calendar],
        "last_updated": timestamp(moment),
    }


def booking_request(object_id: str, owner: Party, place: Json, begin: datetime, end: datetime) -> Json:
    """Return the BookingRequest of `owner` for a BookingLocation from `begin` to `end`."""
    return {
        "country_code": owner.country_code,
        "party_id": owner.party_id,
        "request_id": object_id,
        "booking_option": place["booking_option"],
        "location_id": place["location_id"],
        "booking_location_id": place["id"],
        "period": _slot(begin, end),
        "authorization_reference": f"{object_id}-A",
    }


def _slot(begin: datetime, end: datetime) -> Json:
    return {"start_date_time": timestamp(begin), "end_date_time": timestamp(end)}


def extras(owner: Party, published: dict[str, list[Json]], now: datetime) -> dict[str, list[Json]]:
    """Return what `owner` publishes in 2.3.0 beside `published`, its other objects, by the name of the store."""
    if owner.role == "PTP":
        return {
            TERMINALS: [terminal(f"TERM{n}", now - timedelta(days=8 - n)) for n in range(1, 8)],
            CONFIRMATIONS: [
                confirmation(f"FAC{n}", f"AUTH{n}", 1.5 * n, now - timedelta(hours=8 - n)) for n in range(1, 8)
            ],
        }
    if owner.role != "CPO":
        return {}
    billed = [cdr["id"] for cdr in published["cdrs"] if not cdr.get("credit")]
    return {
        INVOICES: [
            invoice_record(f"IRR{n}", owner, [cdr_id], now - timedelta(hours=9 - n))
            for n, cdr_id in enumerate(billed[:3], 1)
        ],
        BOOKING_LOCATIONS: [
            booking_location(f"BL{n}", owner, place, now - timedelta(hours=n))
            for n, place in reversed(list(enumerate(published["locations"][:2], 1)))
        ],
    }
