"""The rules on Locations, EVSEs and Connectors beyond their shape. Pure functions over one object, no exchange."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from ocpi_conformance.schemas.codes import CODE_TABLES
from ocpi_conformance.steps.checks.rules.common import (
    Json,
    folded,
    listed,
    member,
    moment,
    number,
    owner,
    text,
    with_stars,
)
from ocpi_conformance.steps.checks.rules.registry import Flaw, places, rule, rule_over
from ocpi_conformance.steps.verdicts import Verdict

SCHEMA_DECIDES: dict[str, tuple[str, ...]] = {
    "LOC-023": ("Location", "required", "null", "min-items"),
    "LOC-108": ("Location", "/connectors/tariff_id", "/connectors/voltage", "/connectors/amperage"),
    "LOC-142": ("Location", "/environ_impact/source"),
}
"""What the schemas decide: the class, then kinds of deviation or ends of the pointer of errors without indices."""

NOT_JUDGED: dict[str, str] = {
    "LOC-107": "ids of an owner are tolerated in 2.1.1, so there is nothing to break",
}
"""Entries that no object can break, and why."""

# Codes

_USER_ASSIGNED = re.compile(r"AA|Q[M-Z]|X[A-Z]|ZZ|AA[A-Z]|Q[M-Z][A-Z]|X[A-Z][A-Z]|ZZ[A-Z]")


def _code(table: str, value: object) -> Iterator[Flaw]:
    """Look a code up; user-assigned ones are fine, another letter case or a withdrawn code is advice."""
    codes = CODE_TABLES[table]
    if not isinstance(value, str) or (codes.upper and _USER_ASSIGNED.fullmatch(value.upper())):
        return
    problem = codes.deviation(value)
    if problem:
        known = {name.casefold() for name in (*codes.current, *codes.withdrawn)}
        limit = Verdict.ADVISED if value.casefold() in known else Verdict.FAILED
        yield Flaw("", problem, value, limit)


@rule(
    "LOC-065",
    "Location",
    "has an ISO 3166-1 alpha-3 code as country",
    paths="country",
    what="country of a Location",
)
def country(value: object, version: str) -> Iterator[Flaw]:
    """`Location.country` is a code of ISO 3166-1 alpha-3 (mod_locations_location_object)."""
    return _code("alpha-3", value)


@rule(
    "LOC-066",
    "Location",
    "has a time zone of the tz database",
    paths="time_zone",
    what="time zone of a Location",
)
def time_zone(value: object, version: str) -> Iterator[Flaw]:
    """`Location.time_zone` is a name of the tz database (mod_locations_location_object)."""
    return _code("time-zone", value)


@rule(
    "LOC-058",
    "Location",
    "has an ISO 3166-1 alpha-2 code as country_code",
    paths="country_code",
    what="country_code of a Location",
)
def country_code(value: object, version: str) -> Iterator[Flaw]:
    """`Location.country_code` is an ISO code; as a CiString its letter case is free (mod_locations_location_object)."""
    return _code("alpha-2", value.upper() if isinstance(value, str) else value)


# eMI3: country, operator, the letter E, outlet; separators are optional and case does not count.
_EVSE_ID = re.compile(r"[A-Z]{2}\*?[A-Z0-9]{3}\*?E[A-Z0-9*]{1,31}", re.IGNORECASE)


@rule("LOC-071", "EVSE", "has an evse_id in eMI3 form", paths="evse_id", what="evse_id")
def evse_id(value: object, version: str) -> Iterator[Flaw]:
    """`EVSE.evse_id` has the form of the document that the version names (mod_locations_evse_object)."""
    if isinstance(value, str) and not _EVSE_ID.fullmatch(with_stars(value, version)):
        yield Flaw("", "an id such as BE*BEC*E041503001", value)


def _in_service(value: Any) -> bool:  # noqa: ANN401  (any JSON value)
    return isinstance(value, dict) and "uid" in value and value.get("status", "REMOVED") != "REMOVED"


@rule("LOC-072", "EVSE", "that is in service has an evse_id", what="EVSE that is in service", when=_in_service)
def evse_id_in_service(evse: Json, version: str) -> Iterator[Flaw]:
    """Only an EVSE that is REMOVED has a reason to have no evse_id (mod_locations_evse_object)."""
    if _in_service(evse) and not evse.get("evse_id"):
        yield Flaw("", "an evse_id", "absent")


# Coordinates

_DECIMALS = {"2.1.1": "{6}"}
# Decimals → field, its form, its largest value.
_FORMS = {
    decimals: tuple(
        (name, re.compile(rf"-?[0-9]{{1,{digits}}}\.[0-9]{decimals}"), most)
        for name, digits, most in (("latitude", 2, 90), ("longitude", 3, 180))
    )
    for decimals in ("{6}", "{5,7}")
}


@rule(
    "LOC-092",
    "Location",
    "and every EVSE in it stands at WGS 84 coordinates",
    paths="coordinates related_locations/* evses/*/coordinates",
    what="coordinates",
)
def coordinates(value: object, version: str) -> Iterator[Flaw]:
    """Coordinates of Locations, their EVSEs and related places are decimal degrees as text, in range.

    mod_locations_geolocation_class, mod_locations_additionalgeolocation_class.
    """
    if not isinstance(value, dict):
        return
    decimals = _DECIMALS.get(version, "{5,7}")
    for name, form, most in _FORMS[decimals]:
        degrees = value.get(name)
        if degrees is None:
            continue
        if not isinstance(degrees, str) or not form.fullmatch(degrees):
            yield Flaw(f"/{name}", f"decimal degrees as text, {decimals} decimals", f"{degrees!r}")
        elif abs(float(degrees)) > most:
            yield Flaw(f"/{name}", f"at most {most} degrees", degrees)


# Publishing


def _published(value: Any) -> bool:  # noqa: ANN401  (any JSON value)
    return isinstance(value, dict) and value.get("publish") is True


@rule(
    "LOC-059",
    "Location",
    "that is published names no publish tokens",
    what="published Location",
    when=_published,
)
def publish_allowed_to(location: Json, version: str) -> Iterator[Flaw]:
    """`publish_allowed_to` goes with `publish` false only (mod_locations_location_object)."""
    if _published(location) and location.get("publish_allowed_to"):
        yield Flaw("/publish_allowed_to", "no publish_allowed_to beside publish = true", "a list")


_TOKENS, _TOKEN = "publish_allowed_to/*", "publish token"


@rule(
    "LOC-097",
    "Location",
    "tells each publish token by uid, visual_number or group_id",
    paths=_TOKENS,
    what=_TOKEN,
)
def publish_token(value: object, version: str) -> Iterator[Flaw]:
    """A publish token says which tokens are meant (mod_locations_publish_token_class)."""
    if isinstance(value, dict) and not any(value.get(name) for name in ("uid", "visual_number", "group_id")):
        yield Flaw("", "uid, visual_number or group_id", "none of them")


@rule("LOC-098", "Location", "names the type of each publish token with a uid", paths=_TOKENS, what=_TOKEN)
def publish_token_type(value: object, version: str) -> Iterator[Flaw]:
    """A uid comes with the type of the token (mod_locations_publish_token_class)."""
    return _together(value, "uid", "type")


@rule("LOC-099", "Location", "names the issuer of each publish token with a visual_number", paths=_TOKENS, what=_TOKEN)
def publish_token_issuer(value: object, version: str) -> Iterator[Flaw]:
    """A visual_number comes with the issuer of the token (mod_locations_publish_token_class)."""
    return _together(value, "visual_number", "issuer")


def _together(value: object, name: str, other: str) -> Iterator[Flaw]:
    if isinstance(value, dict) and value.get(name) and not value.get(other):
        yield Flaw(f"/{other}", f"{other} beside {name}", "absent")


# Connectors


@rule("LOC-076", "EVSE", "has connectors with ids of their own", paths="connectors", what="connectors")
def connector_ids(value: object, version: str) -> Iterator[Flaw]:
    """`Connector.id` is unique within its EVSE; case counts in 2.1.1 only (mod_locations_connector_object)."""
    if not isinstance(value, list) or len(value) < 2:
        return
    ids = [folded(item.get("id"), version) for item in value if isinstance(item, dict)]
    if len(set(ids)) == len(ids):
        return
    for name, count in Counter(ids).items():
        if name and count > 1:
            yield Flaw("", "one connector of each id", f"{count} with the id {name}")


_PHASES = {"AC_1_PHASE": 1, "AC_2_PHASE": 2, "AC_2_PHASE_SPLIT": 2, "AC_3_PHASE": 3, "DC": 1}
_MARGIN = 1.05


@rule("LOC-077", "Connector", "delivers no more power than voltage and amperage allow")
def electric_power(connector: Json, version: str) -> Iterator[Flaw]:
    """`max_electric_power` fits phases, voltage and amperage, with 5 percent to spare (Connector Object)."""
    power, volt, ampere = (
        number(connector.get(name)) or 0.0 for name in ("max_electric_power", "max_voltage", "max_amperage")
    )
    phases = _PHASES.get(text(connector.get("power_type")), 0)
    most = phases * volt * ampere
    if most > 0 and power > most * _MARGIN:
        expected = f"at most {most:g} W for {phases} x {volt:g} V x {ampere:g} A"
        yield Flaw("/max_electric_power", expected, f"{power:g} W")


# Periods


@rule(
    "LOC-075",
    "EVSE",
    "has scheduled statuses that do not end before they begin",
    paths="status_schedule/*",
    what="status schedule",
)
def status_schedule(value: object, version: str) -> Iterator[Flaw]:
    """A scheduled status does not end before it begins; it need not end (mod_locations_statusschedule_class)."""
    return _ordered(value)


@rule(
    "LOC-087",
    "Location",
    "has exceptional periods that do not end before they begin",
    paths="opening_times/exceptional_openings/* opening_times/exceptional_closings/*",
    what="exceptional period",
)
def exceptional_period(value: object, version: str) -> Iterator[Flaw]:
    """An exceptional period does not end before it begins (mod_locations_exceptionalperiod_class)."""
    return _ordered(value)


def _ordered(value: object) -> Iterator[Flaw]:
    if not isinstance(value, dict):
        return
    begin, end = moment(value.get("period_begin")), moment(value.get("period_end"))
    if begin and end and end < begin and end.replace(microsecond=0) < begin.replace(microsecond=0):
        yield Flaw("/period_end", "a period_end that is not before period_begin", f"{begin:%FT%TZ} to {end:%FT%TZ}")


_HOURS = "opening_times"


@rule(
    "LOC-088",
    "Location",
    "has regular hours only, and then at least one, when not always open",
    paths=_HOURS,
    what="opening times",
)
def regular_hours(value: object, version: str) -> Iterator[Flaw]:
    """`regular_hours` goes with `twentyfourseven` false, and then is not empty (mod_locations_hours_class)."""
    always = value.get("twentyfourseven") if isinstance(value, dict) else None
    hours = len(list(listed(value, "regular_hours")))
    if always is True and hours:
        yield Flaw("/regular_hours", "no regular_hours beside twentyfourseven = true", f"{hours} of them")
    elif always is False and not hours:
        yield Flaw("/regular_hours", "at least one of regular_hours beside twentyfourseven = false", "none")


_MIDNIGHTS = {"00:00", "23:59", "24:00"}


@rule(
    "LOC-106",
    "Location",
    "has no regular hours that stand for twentyfourseven",
    paths=_HOURS,
    what="opening times",
)
def always_open(value: object, version: str) -> Iterator[Flaw]:
    """Around the clock is twentyfourseven, not regular hours; neither of both is noted (2.1.1 Hours class)."""
    if not isinstance(value, dict):
        return
    hours = [item for _, item in listed(value, "regular_hours")]
    whole_days = {
        item.get("weekday")
        for item in hours
        if item.get("period_begin") == "00:00" and text(item.get("period_end")) in _MIDNIGHTS
    }
    if value.get("twentyfourseven") is True and hours:
        yield Flaw("/regular_hours", "no regular_hours beside twentyfourseven = true", f"{len(hours)} of them")
    elif whole_days >= set(range(1, 8)):
        yield Flaw("/regular_hours", "twentyfourseven = true", "seven days from 00:00 to midnight")
    elif not hours and value.get("twentyfourseven") is None:
        yield Flaw("", "regular_hours or twentyfourseven", "neither", Verdict.OBSERVED)


@rule(
    "LOC-089",
    "Location",
    "has exceptional closings apart from exceptional openings",
    paths=_HOURS,
    what="exceptional closings beside exceptional openings",
    when=lambda hours: all(any(listed(hours, f"exceptional_{kind}")) for kind in ("closings", "openings")),
)
def exceptions_apart(value: object, version: str) -> Iterator[Flaw]:
    """Exceptional closings do not overlap exceptional openings (mod_locations_hours_class)."""
    openings = [_period(opening) for _, opening in listed(value, "exceptional_openings")]
    for index, closing in listed(value, "exceptional_closings"):
        begin, end = _period(closing)
        for opens, closes in openings:
            if begin and end and opens and closes and begin < closes and opens < end:
                actual = f"closed from {begin:%FT%TZ}, opened until {closes:%FT%TZ}"
                yield Flaw(
                    f"/exceptional_closings/{index}", "closings that do not overlap exceptional_openings", actual
                )


def _period(value: Json) -> tuple[Any, Any]:
    return moment(value.get("period_begin")), moment(value.get("period_end"))


_DAYS = "opening_times/regular_hours/*"
_CLOCK = re.compile(r"([0-1][0-9]|2[0-3]):[0-5][0-9]")


@rule("LOC-090", "Location", "has regular hours that end after they begin", paths=_DAYS, what="regular hours")
def hours_in_order(value: object, version: str) -> Iterator[Flaw]:
    """Regular hours end after they begin (mod_locations_regularhours_class).

    There is no way to write midnight as an end but 00:00, which is noted only (A53).
    """
    fields = value if isinstance(value, dict) else {}
    begin, end = (text(fields.get(name)) for name in ("period_begin", "period_end"))
    if _CLOCK.fullmatch(begin) and _CLOCK.fullmatch(end) and end <= begin:
        limit = Verdict.OBSERVED if end == "00:00" else Verdict.FAILED
        yield Flaw("/period_end", "a period_end later than period_begin", f"{begin} to {end}", limit)


@rule("LOC-126", "Location", "numbers the weekdays of its regular hours from 1 to 7", paths=_DAYS, what="regular hours")
def weekday(value: object, version: str) -> Iterator[Flaw]:
    """`weekday` is a whole number from 1 to 7 (mod_locations_regularhours_class)."""
    day = value.get("weekday") if isinstance(value, dict) else None
    if day is not None and (isinstance(day, bool) or not isinstance(day, int) or not 1 <= day <= 7):
        yield Flaw("/weekday", "a whole number from 1 to 7", repr(day))


@rule("LOC-127", "Location", "writes its regular hours in 24-hour form", paths=_DAYS, what="regular hours")
def clock(value: object, version: str) -> Iterator[Flaw]:
    """Regular hours are hours and minutes with leading zeros (mod_locations_regularhours_class)."""
    for name in ("period_begin", "period_end"):
        written = value.get(name) if isinstance(value, dict) else None
        if written is not None and not (isinstance(written, str) and _CLOCK.fullmatch(written)):
            yield Flaw(f"/{name}", "a time such as 08:30", repr(written))


# Energy

_GREEN = frozenset({"GENERAL_GREEN", "SOLAR", "WIND", "WATER"})
_WASTE = frozenset({"CARBON_DIOXIDE", "NUCLEAR_WASTE"})
# The field of an EnvironmentalImpact that says what is emitted.
_IMPACT = {"2.1.1": "source"}


@rule(
    "LOC-085",
    "Location",
    "has energy sources that add up to 100 percent",
    paths="energy_mix/energy_sources",
    what="energy sources",
)
def energy_sum(value: object, version: str) -> Iterator[Flaw]:
    """The shares of the energy sources add up to 100, give or take 1 (mod_locations_energysource_class)."""
    shares = [number(item.get("percentage")) or 0.0 for _, item in listed({"": value}, "")]
    if shares and abs(sum(shares) - 100) > 1:
        yield Flaw("", "percentages that add up to 100", f"{sum(shares):g}")


@rule(
    "LOC-128",
    "Location",
    "gives each energy source from 0 to 100 percent",
    paths="energy_mix/energy_sources/*",
    what="energy sources",
)
def percentage(value: object, version: str) -> Iterator[Flaw]:
    """The share of an energy source is from 0 to 100 (mod_locations_energysource_class)."""
    share = number(value.get("percentage")) if isinstance(value, dict) else None
    if share is not None and not 0 <= share <= 100:
        yield Flaw("/percentage", "a percentage from 0 to 100", f"{share:g}")


def _is_green(value: Any) -> bool:  # noqa: ANN401  (any JSON value)
    return isinstance(value, dict) and value.get("is_green_energy") is True


@rule(
    "LOC-086",
    "Location",
    "with green energy names green sources and no waste",
    paths="energy_mix",
    what="green energy mix",
    when=_is_green,
)
def green_energy(mix: Json, version: str) -> Iterator[Flaw]:
    """Green energy has regenerative sources, no CO2 and no nuclear waste (mod_locations_energymix_class)."""
    for index, source in listed(mix, "energy_sources"):
        if (number(source.get("percentage")) or 0.0) > 0 and text(source.get("source")) not in {*_GREEN, ""}:
            yield Flaw(f"/energy_sources/{index}", "regenerative sources only", text(source["source"]))
    for index, impact in listed(mix, "environ_impact"):
        category = text(impact.get(_IMPACT.get(version, "category")))
        if (number(impact.get("amount")) or 0.0) > 0 and category in _WASTE:
            yield Flaw(f"/environ_impact/{index}", "no CO2 and no nuclear waste", category)


# Images

_PHOTOS = frozenset({"CHARGER", "ENTRANCE", "LOCATION"})
_LOGOS = frozenset({"NETWORK", "OPERATOR", "OWNER"})


def _categories(value: Json) -> set[str]:
    found = [image for path in ("images/*", "evses/*/images/*") for _, image in places(value, path)]
    return {text(image.get("category")) for image in found if isinstance(image, dict)}


def _whole_with_images(value: Any) -> bool:  # noqa: ANN401  (any JSON value)
    return isinstance(value, dict) and "coordinates" in value and bool(_categories(value))


@rule("LOC-093", "Location", "that shows images shows a logo and a photo", what="image", when=_whole_with_images)
def logo_and_photo(location: Json, version: str) -> Iterator[Flaw]:
    """A logo and a photo are shown; those of EVSEs and businesses count too (mod_locations_image_class)."""
    if not _whole_with_images(location):
        return
    categories = _categories(location)
    logos = [logo for name in ("operator", "suboperator", "owner") for _, logo in places(location, f"{name}/logo")]
    if not categories & _PHOTOS:
        yield Flaw("/images", "a photo", "none")
    if not logos and not categories & _LOGOS:
        yield Flaw("/images", "a logo", "none")


@rule(
    "LOC-094",
    "Location",
    "shows photos and logos in the recommended dimensions",
    paths="images/* evses/*/images/* operator/logo suboperator/logo owner/logo",
    what="image",
)
def image_size(value: object, version: str) -> Iterator[Flaw]:
    """Photos and logos that say their size have the recommended one; thumbnails are not judged (Image class)."""
    fields = value if isinstance(value, dict) else {}
    width, height = fields.get("width"), fields.get("height")
    if not isinstance(width, int) or not isinstance(height, int):
        return
    category = text(fields.get("category"))
    if category in _PHOTOS and (width < 800 or height < 600):
        yield Flaw("", "a photo of at least 800 x 600 pixels", f"{width} x {height}")
    elif category in _LOGOS and (width, height) != (512, 512):
        yield Flaw("", "a logo of 512 x 512 pixels", f"{width} x {height}")


# Parking places, from 2.3.0 on

_PLACES = "parking_places/*"
_SMALL = frozenset({"PERSONAL_VEHICLE", "MOTORCYCLE"})
_FOR_LARGE = (
    "max_vehicle_weight", "max_vehicle_height", "max_vehicle_length", "max_vehicle_width", "parking_space_length",
    "parking_space_width", "dangerous_goods_allowed",
)  # fmt: skip


@rule(
    "LOC-109",
    "Location",
    "has parking places with ids of their own",
    paths="parking_places",
    what="parking place",
)
def parking_ids(value: object, version: str) -> Iterator[Flaw]:
    """The id of a Parking is unique within its Location, case ignored (mod_locations_parking_object)."""
    seen: set[str] = set()
    for index, parking in listed({"": value}, ""):
        name = folded(parking.get("id"), version)
        if name in seen:
            yield Flaw(f"/{index}/id", "an id that no other parking place has", text(parking["id"]))
        seen |= {name} - {""}


def _refers_to_parking(value: Any) -> bool:  # noqa: ANN401  (any JSON value)
    return bool(places(value, "evses/*/parking/*/parking_id"))


@rule(
    "LOC-110",
    "Location",
    "has the parking places to which its EVSEs refer",
    what="EVSE with parking",
    when=_refers_to_parking,
)
def parking_is_known(location: Json, version: str) -> Iterator[Flaw]:
    """What an EVSE refers to as parking stands in its Location (mod_locations_evseparking_class)."""
    known = {folded(parking.get("id"), version) for _, parking in listed(location, "parking_places")}
    for number_, evse in listed(location, "evses"):
        for index, parking in listed(evse, "parking"):
            name = text(parking.get("parking_id"))
            if name and folded(name, version) not in known:
                pointer = f"/evses/{number_}/parking/{index}/parking_id"
                yield Flaw(pointer, "the id of one of parking_places", name)


def _vehicles(value: object) -> set[str]:
    found = value.get("vehicle_types") if isinstance(value, dict) else None
    return {name for name in found if isinstance(name, str)} if isinstance(found, list) else set()


def _is_large(value: Any) -> bool:  # noqa: ANN401  (any JSON value)
    return isinstance(value, dict) and bool(_vehicles(value) - _SMALL)


@rule(
    "LOC-111",
    "Location",
    "gives the limits of its parking places for larger vehicles",
    paths=_PLACES,
    what="parking place for other vehicles than cars and motorcycles",
    when=_is_large,
)
def limits_for_large_vehicles(value: object, version: str) -> Iterator[Flaw]:
    """A Parking for more than cars and motorcycles says its limits and sizes (mod_locations_parking_object)."""
    if isinstance(value, dict) and _is_large(value):
        missing = [name for name in _FOR_LARGE if value.get(name) is None]
        if missing:
            yield Flaw("", f"{', '.join(missing)} for {', '.join(sorted(_vehicles(value) - _SMALL))}", "absent")


@rule(
    "LOC-113",
    "Location",
    "shows a photo of its parking places for disabled people",
    paths=_PLACES,
    what="parking place for disabled people",
    when=lambda place: "DISABLED" in _vehicles(place),
)
def photo_for_disabled(value: object, version: str) -> Iterator[Flaw]:
    """A Parking for disabled people has a photo (mod_locations_parking_object)."""
    if isinstance(value, dict) and "DISABLED" in _vehicles(value) and not value.get("images"):
        yield Flaw("/images", "a photo, as vehicle_types holds DISABLED", "none")


@rule(
    "LOC-117",
    "EVSE",
    "with parking places is not restricted to motorcycles",
    what="EVSE with parking",
    when=lambda evse: isinstance(evse, dict) and bool(evse.get("parking")),
)
def motorcycles_as_restriction(evse: Json, version: str) -> Iterator[Flaw]:
    """MOTORCYCLES as a restriction beside parking, which has vehicle types, is noted (ParkingRestriction enum)."""
    restrictions = evse.get("parking_restrictions")
    if isinstance(restrictions, list) and "MOTORCYCLES" in restrictions and list(listed(evse, "parking")):
        yield Flaw("/parking_restrictions", "vehicle types in the parking places", "MOTORCYCLES", Verdict.OBSERVED)


# Sessions at one EVSE


@rule_over("LOC-074", "Session")
def one_session_at_a_time(sessions: Sequence[Json], version: str) -> Iterator[Flaw]:
    """Two sessions that were last seen as ACTIVE at one EVSE are noted (mod_locations_evse_object).

    `sessions` are in the order in which they were seen.
    """
    latest = {(*owner(one, version), folded(one.get("id"), version)): n for n, one in enumerate(sessions)}
    busy: dict[tuple[str, ...], str] = {}
    for (*party, name), index in latest.items():
        uid = _evse_of(sessions[index], version)
        if not uid[-1] or sessions[index].get("status") != "ACTIVE":
            continue
        other = busy.setdefault((*party, *uid), name)
        if other != name:
            actual = f"{name} beside {other}"
            yield Flaw("/status", "one ACTIVE session at an EVSE", actual, Verdict.OBSERVED, index)


def _evse_of(session: Json, version: str) -> tuple[str, str]:
    if version == "2.1.1":
        place = member(session, "location")
        uids = [folded(evse.get("uid"), version) for _, evse in listed(place, "evses")]
        return folded(place.get("id"), version), uids[0] if len(uids) == 1 else ""
    uid = folded(session.get("evse_uid"), version)
    return folded(session.get("location_id"), version), "" if uid == "#na" else uid
