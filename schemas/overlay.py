"""What the specification says in words beside its tables, as tables of our own; no code may live here."""

from __future__ import annotations

from typing import Any, Final

ALIASES: Final = {"String": "string", "TimeSlot": "Timeslot", "BookingTokens": "BookingToken"}
"""Type names that the tables misspell, and the type they mean."""

OPEN_BY_TEXT: Final = frozenset({"ModuleID", "VersionNumber"})
"""Enums that every edition's text opens: custom modules are allowed, and one versions list serves all versions."""

ADDED_VALUES: Final = {("2.3.0-payments", "Role"): ("PTP",)}
"""Values that an extension's text uses but its enum tables lack, by edition and enum."""

DISPUTED: Final[dict[tuple[str, str], dict[str, tuple[tuple[str, ...], str | None]]]] = {
    ("2.3.0-payments", "FinancialAdviceConfirmation"): {
        "/eft_data": (("capture_status_code",), "FAILED"),
        "/total_costs/before_taxes": (("total_costs", "excl_vat"), None),
    }
}
"""Members that a table requires and an example of the same text leaves out, by edition and class.

The pointer of the member, and when it may be absent: another member has this value, or (None) is there at all.
"""

END: Final = r"$(?!\n)"
"""The end of the text in ECMA, Rust and Python alike: Python's `$` alone also matches before a last line feed."""

DATE_TIME: Final = {
    "type": "string",
    "maxLength": 25,
    "pattern": r"^[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
    rf"T(?:[01][0-9]|2[0-3]):[0-5][0-9]:(?:[0-5][0-9]|60)(?:\.[0-9]+)?Z?{END}",
    # No calendar has February 30, the 31st of a short month, or February 29 where the year, or in a year that ends in
    # 00 the century, is no multiple of four.
    "not": {
        "pattern": "^[0-9]{4}-(?:02-3|(?:0[469]|11)-31)"
        "|^(?:[0-9]{2})?(?:[02468][1235679]|[13579][01345789])(?:00)?-02-29"
    },
}
"""UTC with `Z` or without designator; 2.1.1 is silent on fractions, so they are allowed and noticed there."""

PRINTABLE_ASCII: Final = {"type": "string", "not": {"pattern": r"[^\u0020-\u007E]"}}
PRINTABLE: Final = {"type": "string", "not": {"pattern": r"[\u0000-\u001F\u007F-\u009F\u2028\u2029]"}}
URL: Final = {
    "type": "string",
    "maxLength": 255,
    "pattern": rf'^(?:[A-Za-z][A-Za-z0-9+.-]*://[^\u0000-\u0020\u007F"<>/?#]|mailto:|data:)[^\u0000-\u0020\u007F"<>]*{END}',
}
"""Absolute: a scheme and an authority, without the characters that no reading of the URL texts lets through."""

BASE_TYPES: Final[dict[str, dict[str, dict[str, Any]]]] = {
    "2.1.1": {"CiString": PRINTABLE_ASCII, "DateTime": DATE_TIME, "URL": URL, "string": PRINTABLE_ASCII},
    "2.2.1": {"CiString": PRINTABLE_ASCII, "DateTime": DATE_TIME, "URL": URL, "string": PRINTABLE},
    "2.3.0": {"CiString": PRINTABLE_ASCII, "DateTime": DATE_TIME, "URL": URL, "string": PRINTABLE},
}
"""The types of the chapter `types` that have a file of their own, per core edition."""

BASE_ANCHORS: Final = {
    "2.1.1": {
        "CiString": "types.md#11-cistring-type",
        "DateTime": "types.md#12-datetime-type",
        "URL": "types.md#16-url-type",
        "string": "types.md#15-string-type",
    },
    "2.2.1": {
        "CiString": "types.asciidoc#types_cistring_type",
        "DateTime": "types.asciidoc#types_datetime_type",
        "URL": "types.asciidoc#types_url_type",
        "string": "types.asciidoc#types_string_type",
    },
}
BASE_ANCHORS["2.3.0"] = BASE_ANCHORS["2.2.1"]

INLINE_TYPES: Final[dict[str, dict[str, Any]]] = {
    "number": {"type": "number"},
    "int": {"type": "integer"},
    "boolean": {"type": "boolean"},
    "Array or Object or String": {"type": ["array", "object", "string"]},
}

_CLOCK: Final = {"pattern": rf"^(?:[0-1][0-9]|2[0-3]):[0-5][0-9]{END}"}
_DATE: Final = {"pattern": rf"^[12][0-9]{{3}}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01]){END}"}
_LATITUDE_6: Final = {"pattern": rf"^-?[0-9]{{1,2}}\.[0-9]{{6}}{END}"}
_LONGITUDE_6: Final = {"pattern": rf"^-?[0-9]{{1,3}}\.[0-9]{{6}}{END}"}
_LATITUDE: Final = {"pattern": rf"^-?[0-9]{{1,2}}\.[0-9]{{5,7}}{END}"}
_LONGITUDE: Final = {"pattern": rf"^-?[0-9]{{1,3}}\.[0-9]{{5,7}}{END}"}
_PERCENTAGE: Final = {"minimum": 0, "maximum": 100}
_WEEKDAY: Final = {"minimum": 1, "maximum": 7}

_EVERYWHERE: Final[dict[tuple[str, str], dict[str, Any]]] = {
    ("RegularHours", "weekday"): _WEEKDAY,
    ("RegularHours", "period_begin"): _CLOCK,
    ("RegularHours", "period_end"): _CLOCK,
    ("EnergySource", "percentage"): _PERCENTAGE,
    ("TariffRestrictions", "start_time"): _CLOCK,
    ("TariffRestrictions", "end_time"): _CLOCK,
}
_FROM_2_2_1: Final[dict[tuple[str, str], dict[str, Any]]] = {
    **_EVERYWHERE,
    ("GeoLocation", "latitude"): _LATITUDE,
    ("GeoLocation", "longitude"): _LONGITUDE,
    ("AdditionalGeoLocation", "latitude"): _LATITUDE,
    ("AdditionalGeoLocation", "longitude"): _LONGITUDE,
    ("TariffRestrictions", "start_date"): _DATE,
    ("TariffRestrictions", "end_date"): _DATE,
}
CONSTRAINTS: Final[dict[str, dict[tuple[str, str], dict[str, Any]]]] = {
    "2.1.1": {
        **_EVERYWHERE,
        ("GeoLocation", "latitude"): _LATITUDE_6,
        ("GeoLocation", "longitude"): _LONGITUDE_6,
        ("AdditionalGeoLocation", "latitude"): _LATITUDE_6,
        ("AdditionalGeoLocation", "longitude"): _LONGITUDE_6,
    },
    "2.2.1": _FROM_2_2_1,
    "2.3.0": _FROM_2_2_1,
}
"""Keywords that the descriptions add to a property, per core edition."""

AS_LONG_AS_COPIED: Final = {
    ("CdrLocation", "address"): 255,
    ("CdrLocation", "state"): 45,
    ("InvoiceReconciliationRecord", "cdrs"): 39,
}
"""Members that the tables keep shorter than what they copy: of a Location, which an erratum made longer; a CDR's id.

What the original may have is no error in the copy; beyond the table's length it is noticed.
"""

LENGTH_BY_PATTERN: Final = frozenset({"latitude", "longitude"})
"""Properties whose pattern bounds the length; a sign may exceed the table's length, which is noticed, not an error."""
