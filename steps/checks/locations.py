"""What a Location, an EVSE or a Connector must be in itself: judgements of one object or part. Not how it was sent."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ocpi_conformance import schemas
from ocpi_conformance.mock_partner.messages import parse_timestamp
from ocpi_conformance.schemas.codes import CODE_TABLES
from ocpi_conformance.steps.checks.registry import expectation
from ocpi_conformance.steps.payloads import Payload
from ocpi_conformance.steps.verdicts import Breach, NotObserved, Verdict

# A mistake that is everywhere is told often enough with this many examples.
MOST = 25

Json = dict[str, Any]


@dataclass(frozen=True)
class Flaw:
    """What is wrong with one value: expectation and finding in words, the place in it, and a cap on the verdict."""

    expected: str
    actual: str
    pointer: str = ""
    at_most: Verdict = Verdict.FAILED


Judge = Callable[[Any], Iterator[Flaw]]
Over = Callable[[Sequence[Payload]], Iterator[Breach]]


def rule(
    kind: str, phrase: str, paths: str = "", what: str = "", when: Callable[[Any], bool] = lambda _: True
) -> Callable[[Judge], Judge]:
    """Register the decorated judgement of one value as the expectation `phrase` about every object of class `kind`.

    Args:
        kind: the class, or "object" for any.
        phrase: what a scenario says after "every <kind> of the target".
        paths: where the values stand in the object, such as "images/* evses/*/images/*"; empty: the object itself.
            Values that are absent, null or [] are passed over, and copies of what the partner pushed.
        what: the values in words; when the record holds none, the scenario is not observed.
        when: tells which of the values are judged.
    """

    def register(judge: Judge) -> Judge:
        def over(payloads: Sequence[Payload]) -> Iterator[Breach]:
            seen = [
                (payload, *found)
                for payload in payloads
                if not payload.is_copy
                for path in paths.split() or [""]
                for found in values(payload.value, path)
                if when(found[1])
            ]
            if not seen:
                raise NotObserved(f"the target has shown no {what or kind}")
            breaches = (breach(flaw, payload, pointer) for payload, pointer, value in seen for flaw in judge(value))
            return itertools.islice(breaches, MOST)

        expectation(f"every {kind}", phrase)(over)
        return judge

    return register


def breach(flaw: Flaw, payload: Payload, pointer: str = "") -> Breach:
    """Return `flaw` in the value at `pointer` of `payload` as a breach."""
    place = f"{payload.pointer}{pointer}{flaw.pointer}"
    return Breach(flaw.expected, flaw.actual, payload.exchange, place, flaw.at_most)


def values(value: Any, path: str) -> Iterator[tuple[str, Any]]:  # noqa: ANN401  (any JSON value)
    """Yield (JSON Pointer, value) for each place of `path` in `value`; "*" stands for every item of a list."""
    step, _, rest = path.partition("/")
    if not step:
        yield "", value
        return
    if step == "*":
        for number, item in enumerate(value if isinstance(value, list) else []):
            yield from ((f"/{number}{pointer}", found) for pointer, found in values(item, rest))
    elif isinstance(value, dict) and value.get(step) not in (None, []):
        yield from ((f"/{step}{pointer}", found) for pointer, found in values(value[step], rest))


def instant(value: object) -> datetime | None:
    """Return the moment that a DateTime means, in whole seconds; None when it is none (types judges that)."""
    try:
        return parse_timestamp(value).replace(microsecond=0) if isinstance(value, str) else None
    except ValueError:
        return None


def listed(owner: object, name: str) -> list[Any]:
    """Return the list `name` of an object; empty when it is absent, null or no list."""
    found = owner.get(name) if isinstance(owner, dict) else None
    return found if isinstance(found, list) else []


def _objects(items: Sequence[Any]) -> list[Json]:
    return [item for item in items if isinstance(item, dict)]


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else 0.0


# Required fields ------------------------------------------------------------------------------------------------------


def missing(version: str, kind: str, value: object) -> Iterator[tuple[str, str]]:
    """Yield (JSON Pointer, expected) for each required field that `value` and its parts lack."""
    for error in schemas.validator(version, kind).errors(value):
        if error.kind in {"required", "null", "min-items"} and error.actual in {"absent", "null"}:
            yield error.pointer, error.expected


@expectation("every Location", "that is listed has all required fields")
def lists_are_complete(payloads: Sequence[Payload]) -> Iterator[Breach]:
    """mod_locations_get_list_response_data: each object of a list holds its required fields."""
    found = [payload for payload in payloads if payload.exchange.context.route == "list"]
    if not found:
        raise NotObserved("the target has listed no Location")
    breaches = (
        Breach(f"{expected} for a required field", "absent", payload.exchange, payload.pointer + pointer)
        for payload in found
        for pointer, expected in missing(payload.exchange.context.version, "Location", payload.value)
    )
    return itertools.islice(breaches, MOST)


# Codes ----------------------------------------------------------------------------------------------------------------

_USER_ASSIGNED = re.compile(r"AA|Q[M-Z]|X[A-Z]|ZZ|AA[A-Z]|Q[M-Z][A-Z]|X[A-Z][A-Z]|ZZ[A-Z]")


def code(table: str, value: object) -> Iterator[Flaw]:
    """Look a code up; user-assigned ones are fine, another letter case or a withdrawn code is a warning."""
    codes = CODE_TABLES[table]
    if not isinstance(value, str) or (codes.upper and _USER_ASSIGNED.fullmatch(value.upper())):
        return
    problem = codes.deviation(value)
    if problem:
        known = {name.casefold() for name in (*codes.current, *codes.withdrawn)}
        limit = Verdict.ADVISED if value.casefold() in known else Verdict.FAILED
        yield Flaw(problem, value, at_most=limit)


@rule("Location", "has an ISO 3166-1 alpha-3 code as country", "country", "country of a Location")
def country(value: object) -> Iterator[Flaw]:
    """`Location.country` (mod_locations_location_object)."""
    return code("alpha-3", value)


@rule("Location", "has a time zone of the tz database", "time_zone", "time zone of a Location")
def time_zone(value: object) -> Iterator[Flaw]:
    """`Location.time_zone` (mod_locations_location_object)."""
    return code("time-zone", value)


@rule("Location", "has an ISO 3166-1 alpha-2 code as country_code", "country_code", "country_code of a Location")
def country_code(value: object) -> Iterator[Flaw]:
    """`Location.country_code`: a CiString, so its letter case is free (mod_locations_location_object)."""
    return code("alpha-2", value.upper() if isinstance(value, str) else value)


# eMI3: country, operator, the letter E, outlet; separators are optional and case does not count.
_EVSE_ID = re.compile(r"[A-Z]{2}\*?[A-Z0-9]{3}\*?E[A-Z0-9*]{1,31}", re.IGNORECASE)


@rule("EVSE", "has an evse_id in eMI3 form", "evse_id", "evse_id")
def evse_id(value: object) -> Iterator[Flaw]:
    """`EVSE.evse_id` (mod_locations_evse_object)."""
    if isinstance(value, str) and not _EVSE_ID.fullmatch(value):
        yield Flaw("an id such as BE*BEC*E041503001", value)


def _in_service(value: object) -> bool:
    return isinstance(value, dict) and "uid" in value and value.get("status", "REMOVED") != "REMOVED"


@rule("EVSE", "that is in service has an evse_id", what="EVSE that is in service", when=_in_service)
def evse_id_in_service(value: Json) -> Iterator[Flaw]:
    """Only an EVSE that is REMOVED has a reason to have none (mod_locations_evse_object)."""
    if not value.get("evse_id"):
        yield Flaw("an evse_id", "absent")


# Coordinates ----------------------------------------------------------------------------------------------------------

_DECIMALS = {"2.1.1": "{6}"}
_DEGREES = {"latitude": (2, 90), "longitude": (3, 180)}


def coordinates(version: str, value: object) -> Iterator[Flaw]:
    """Judge a GeoLocation or AdditionalGeoLocation: decimal degrees as text, in range.

    mod_locations_geolocation_class, mod_locations_additionalgeolocation_class.
    """
    for name, (digits, most) in _DEGREES.items():
        text = value.get(name) if isinstance(value, dict) else None
        if text is None:
            continue
        decimals = _DECIMALS.get(version, "{5,7}")
        if not isinstance(text, str) or not re.fullmatch(rf"-?[0-9]{{1,{digits}}}\.[0-9]{decimals}", text):
            yield Flaw(f"decimal degrees as text, {decimals} decimals", f"{text!r}", f"/{name}")
        elif abs(float(text)) > most:
            yield Flaw(f"at most {most} degrees", text, f"/{name}")


@expectation("every Location", "and every EVSE in it stands at WGS 84 coordinates")
def all_coordinates(payloads: Sequence[Payload]) -> Iterator[Breach]:
    """The coordinates of Locations, of their EVSEs and of related_locations."""
    breaches = (
        breach(flaw, payload, pointer)
        for payload in payloads
        if not payload.is_copy
        for path in ("coordinates", "related_locations/*", "evses/*/coordinates")
        for pointer, value in values(payload.value, path)
        for flaw in coordinates(payload.exchange.context.version, value)
    )
    return itertools.islice(breaches, MOST)


# Publishing -----------------------------------------------------------------------------------------------------------


def _published(value: object) -> bool:
    return isinstance(value, dict) and value.get("publish") is True


@rule("Location", "that is published names no publish tokens", what="published Location", when=_published)
def publish_allowed_to(value: Json) -> Iterator[Flaw]:
    """`publish_allowed_to` goes with `publish` false only (mod_locations_location_object)."""
    if value.get("publish_allowed_to"):
        yield Flaw("no publish_allowed_to beside publish = true", "a list", "/publish_allowed_to")


_TOKENS = ("publish_allowed_to/*", "publish token")


@rule("Location", "tells each publish token by uid, visual_number or group_id", *_TOKENS)
def publish_token(value: object) -> Iterator[Flaw]:
    """mod_locations_publish_token_class."""
    if isinstance(value, dict) and not any(value.get(name) for name in ("uid", "visual_number", "group_id")):
        yield Flaw("uid, visual_number or group_id", "none of them")


def _together(value: object, name: str, other: str) -> Iterator[Flaw]:
    if isinstance(value, dict) and value.get(name) and not value.get(other):
        yield Flaw(f"{other} beside {name}", "absent", f"/{other}")


@rule("Location", "names the type of each publish token with a uid", *_TOKENS)
def publish_token_type(value: object) -> Iterator[Flaw]:
    """mod_locations_publish_token_class."""
    return _together(value, "uid", "type")


@rule("Location", "names the issuer of each publish token with a visual_number", *_TOKENS)
def publish_token_issuer(value: object) -> Iterator[Flaw]:
    """mod_locations_publish_token_class."""
    return _together(value, "visual_number", "issuer")


# Parts of one EVSE ----------------------------------------------------------------------------------------------------


@rule("EVSE", "has connectors with ids of their own", "connectors", "connectors")
def connector_ids(value: object) -> Iterator[Flaw]:
    """`Connector.id` is unique within its EVSE, case ignored (mod_locations_connector_object)."""
    ids = Counter(str(item.get("id")).lower() for item in _objects(value if isinstance(value, list) else []))
    for name, count in ids.items():
        if count > 1:
            yield Flaw("one connector of each id", f"{count} with the id {name}")


_PHASES = {"AC_1_PHASE": 1, "AC_2_PHASE": 2, "AC_2_PHASE_SPLIT": 2, "AC_3_PHASE": 3, "DC": 1}
_MARGIN = 1.05


@rule("Connector", "delivers no more power than voltage and amperage allow")
def electric_power(value: object) -> Iterator[Flaw]:
    """`max_electric_power` against phases, voltage and amperage, with 5 percent to spare."""
    fields = value if isinstance(value, dict) else {}
    power, volt, ampere = (_number(fields.get(name)) for name in ("max_electric_power", "max_voltage", "max_amperage"))
    phases = _PHASES.get(str(fields.get("power_type")), 0)
    most = phases * volt * ampere
    if most and power > most * _MARGIN:
        yield Flaw(
            f"at most {most:g} W for {phases} x {volt:g} V x {ampere:g} A", f"{power:g} W", "/max_electric_power"
        )


# Periods --------------------------------------------------------------------------------------------------------------


def period(value: object) -> tuple[datetime | None, datetime | None]:
    """Return begin and end of an object with period_begin and period_end; None where there is none."""
    fields = value if isinstance(value, dict) else {}
    return instant(fields.get("period_begin")), instant(fields.get("period_end"))


def _ordered(value: object) -> Iterator[Flaw]:
    begin, end = period(value)
    if begin and end and end < begin:
        yield Flaw("a period_end that is not before period_begin", f"{begin:%FT%TZ} to {end:%FT%TZ}", "/period_end")


@rule("EVSE", "has scheduled statuses that do not end before they begin", "status_schedule/*", "status schedule")
def status_schedule(value: object) -> Iterator[Flaw]:
    """mod_locations_statusschedule_class; an entry without an end is fine."""
    return _ordered(value)


_EXCEPTIONS = "opening_times/exceptional_openings/* opening_times/exceptional_closings/*"


@rule("Location", "has exceptional periods that do not end before they begin", _EXCEPTIONS, "exceptional period")
def exceptional_period(value: object) -> Iterator[Flaw]:
    """mod_locations_exceptionalperiod_class."""
    return _ordered(value)


_HOURS = ("opening_times", "opening times")


@rule("Location", "has regular hours only, and then at least one, when not always open", *_HOURS)
def regular_hours(value: object) -> Iterator[Flaw]:
    """`Hours.regular_hours` against `twentyfourseven` (mod_locations_hours_class)."""
    always = value.get("twentyfourseven") if isinstance(value, dict) else None
    hours = listed(value, "regular_hours")
    if always is True and hours:
        yield Flaw("no regular_hours beside twentyfourseven = true", f"{len(hours)} of them", "/regular_hours")
    elif always is False and not hours:
        yield Flaw("at least one of regular_hours beside twentyfourseven = false", "none", "/regular_hours")


@rule("Location", "has exceptional closings apart from exceptional openings", *_HOURS)
def exceptions_apart(value: object) -> Iterator[Flaw]:
    """mod_locations_hours_class."""
    for number, closing in enumerate(listed(value, "exceptional_closings")):
        begin, end = period(closing)
        for opening in listed(value, "exceptional_openings"):
            opens, closes = period(opening)
            if begin and end and opens and closes and begin < closes and opens < end:
                yield Flaw(
                    "closings that do not overlap exceptional_openings",
                    f"closed from {begin:%FT%TZ}, opened until {closes:%FT%TZ}",
                    f"/exceptional_closings/{number}",
                )


_DAYS = ("opening_times/regular_hours/*", "regular hours")
_CLOCK = re.compile(r"([0-1][0-9]|2[0-3]):[0-5][0-9]")


@rule("Location", "has regular hours that end after they begin", *_DAYS)
def hours_in_order(value: object) -> Iterator[Flaw]:
    """mod_locations_regularhours_class; there is no way to write midnight as an end but 00:00, which is told only."""
    fields = value if isinstance(value, dict) else {}
    begin, end = (str(fields.get(name)) for name in ("period_begin", "period_end"))
    if _CLOCK.fullmatch(begin) and _CLOCK.fullmatch(end) and end <= begin:
        limit = Verdict.OBSERVED if end == "00:00" else Verdict.FAILED
        yield Flaw("a period_end later than period_begin", f"{begin} to {end}", "/period_end", limit)


@rule("Location", "numbers the weekdays of its regular hours from 1 to 7", *_DAYS)
def weekday(value: object) -> Iterator[Flaw]:
    """mod_locations_regularhours_class."""
    day = value.get("weekday") if isinstance(value, dict) else None
    if day is not None and (isinstance(day, bool) or not isinstance(day, int) or not 1 <= day <= 7):
        yield Flaw("a whole number from 1 to 7", repr(day), "/weekday")


@rule("Location", "writes its regular hours in 24-hour form", *_DAYS)
def clock(value: object) -> Iterator[Flaw]:
    """mod_locations_regularhours_class: hours and minutes with leading zeros."""
    for name in ("period_begin", "period_end"):
        text = value.get(name) if isinstance(value, dict) else None
        if text is not None and not (isinstance(text, str) and _CLOCK.fullmatch(text)):
            yield Flaw("a time such as 08:30", repr(text), f"/{name}")


# Energy ---------------------------------------------------------------------------------------------------------------

_SOURCES = ("energy_mix/energy_sources", "energy sources")
_GREEN = frozenset({"GENERAL_GREEN", "SOLAR", "WIND", "WATER"})
_WASTE = frozenset({"CARBON_DIOXIDE", "NUCLEAR_WASTE"})


@rule("Location", "has energy sources that add up to 100 percent", *_SOURCES)
def energy_sum(value: object) -> Iterator[Flaw]:
    """mod_locations_energysource_class; a difference of 1 is rounding."""
    total = sum(_number(item.get("percentage")) for item in _objects(value if isinstance(value, list) else []))
    if abs(total - 100) > 1:
        yield Flaw("percentages that add up to 100", f"{total:g}")


@rule("Location", "gives each energy source from 0 to 100 percent", "energy_mix/energy_sources/*", "energy sources")
def percentage(value: object) -> Iterator[Flaw]:
    """mod_locations_energysource_class."""
    share = value.get("percentage") if isinstance(value, dict) else None
    if isinstance(share, int | float) and not 0 <= share <= 100:
        yield Flaw("a percentage from 0 to 100", f"{share:g}", "/percentage")


def _is_green(value: object) -> bool:
    return isinstance(value, dict) and value.get("is_green_energy") is True


@rule("Location", "with green energy names green sources and no waste", "energy_mix", "green energy mix", _is_green)
def green_energy(value: Json) -> Iterator[Flaw]:
    """`EnergyMix.is_green_energy` (mod_locations_energymix_class)."""
    for number, source in enumerate(listed(value, "energy_sources")):
        share = source.get("percentage") if isinstance(source, dict) else None
        if _number(share) > 0 and source.get("source") not in _GREEN:
            yield Flaw("regenerative sources only", str(source.get("source")), f"/energy_sources/{number}")
    for number, impact in enumerate(listed(value, "environ_impact")):
        amount = impact.get("amount") if isinstance(impact, dict) else None
        if _number(amount) > 0 and impact.get("category") in _WASTE:
            yield Flaw("no CO2 and no nuclear waste", str(impact.get("category")), f"/environ_impact/{number}")


# Images ---------------------------------------------------------------------------------------------------------------

_PHOTOS = frozenset({"CHARGER", "ENTRANCE", "LOCATION"})
_LOGOS = frozenset({"NETWORK", "OPERATOR", "OWNER"})


def _categories(value: object) -> set[Any]:
    found = [image for path in ("images/*", "evses/*/images/*") for _, image in values(value, path)]
    return {str(image.get("category")) for image in _objects(found)}


def _whole_with_images(value: object) -> bool:
    return isinstance(value, dict) and "coordinates" in value and bool(_categories(value))


@rule("Location", "that shows images shows a logo and a photo", what="image", when=_whole_with_images)
def logo_and_photo(value: object) -> Iterator[Flaw]:
    """mod_locations_image_class; the images of the EVSEs and the logos of the businesses count too."""
    categories = _categories(value)
    logos = [logo for name in ("operator", "suboperator", "owner") for _, logo in values(value, f"{name}/logo")]
    if not categories & _PHOTOS:
        yield Flaw("a photo", "none", "/images")
    if not logos and not categories & _LOGOS:
        yield Flaw("a logo", "none", "/images")


_IMAGES = "images/* evses/*/images/* operator/logo suboperator/logo owner/logo"


@rule("Location", "shows photos and logos in the recommended dimensions", _IMAGES, "image")
def image_size(value: object) -> Iterator[Flaw]:
    """mod_locations_image_class, where both width and height are given; thumbnails are not judged."""
    fields = value if isinstance(value, dict) else {}
    width, height = fields.get("width"), fields.get("height")
    if not isinstance(width, int) or not isinstance(height, int):
        return
    category = fields.get("category")
    if category in _PHOTOS and (width < 800 or height < 600):
        yield Flaw("a photo of at least 800 x 600 pixels", f"{width} x {height}")
    elif category in _LOGOS and (width, height) != (512, 512):
        yield Flaw("a logo of 512 x 512 pixels", f"{width} x {height}")
