"""The rules on charging profiles and commands: what their objects, and the modules a platform offers, must say."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

from ocpi_conformance.mock_partner.ocpi.modules import RECEIVER, SENDER
from ocpi_conformance.steps.checks.rules.common import Json, listed, member, moment, number, text
from ocpi_conformance.steps.checks.rules.registry import Flaw, When, rule
from ocpi_conformance.steps.verdicts import Verdict

SCHEMA_DECIDES: dict[str, tuple[str, ...]] = {}
"""What the schemas decide: the class, and ends of the pointer of its errors without indices; "" is any error."""

NOT_JUDGED: dict[str, str] = {}
"""Entries that no object can break, and why."""

# Where the objects that are sent hold a ChargingProfile.
_HOLDERS: dict[str, tuple[str, ...]] = {
    "ChargingProfile": (),
    "ActiveChargingProfile": ("charging_profile",),
    "SetChargingProfile": ("charging_profile",),
    "ActiveChargingProfileResult": ("profile", "charging_profile"),
}
_FLOAT_NOISE = 1e-6
# Seconds from the calculation of an active profile to its arrival that need no note.
_RECENT = 300.0

Judge = Callable[[Json, str], Iterator[Flaw]]


def _for_profiles(requirement: str) -> Callable[[Judge], Judge]:
    """Register the decorated function of a ChargingProfile for all classes that hold one."""

    def register(judge: Judge) -> Judge:
        for kind, path in _HOLDERS.items():
            rule(requirement, kind)(_within(judge, path))
        return judge

    return register


def _within(judge: Judge, path: tuple[str, ...]) -> Judge:
    def judge_holder(holder: Json, version: str) -> Iterator[Flaw]:
        profile = holder
        for name in path:
            profile = member(profile, name)
        for flaw in judge(profile, version):
            yield Flaw("".join(f"/{name}" for name in path) + flaw.pointer, flaw.expected, flaw.actual, flaw.at_most)

    return judge_holder


# One ChargingProfile


@_for_profiles("CHP-028")
def periods_in_order(profile: Json, version: str) -> Iterator[Flaw]:
    """Periods start at 0 and follow one another (mod_charging_profiles_charging_profile_period_class)."""
    last: float | None = None
    for index, period in listed(profile, "charging_profile_period"):
        start, pointer = number(period.get("start_period")), f"/charging_profile_period/{index}/start_period"
        if start is None:
            continue
        if last is not None and start <= last:
            yield Flaw(pointer, f"more than {last:g}, as in the period before", f"{start:g}")
        elif last is None and index == 0 and start != 0:
            yield Flaw(pointer, "0 in the first period", f"{start:g}")
        last = start


@_for_profiles("CHP-029")
def one_decimal(profile: Json, version: str) -> Iterator[Flaw]:
    """Rates have one decimal at most (mod_charging_profiles_charging_profile_period_class).

    What is less than a millionth beside such a number is the noise of floating point: advice.
    """
    values = [("/min_charging_rate", profile.get("min_charging_rate"))]
    values += [
        (f"/charging_profile_period/{index}/limit", period.get("limit"))
        for index, period in listed(profile, "charging_profile_period")
    ]
    for pointer, value in values:
        rate = number(value)
        if rate is not None and rate != round(rate, 1):
            verdict = Verdict.ADVISED if abs(rate - round(rate, 1)) < _FLOAT_NOISE else Verdict.FAILED
            yield Flaw(pointer, "at most one decimal", repr(rate), verdict)


@_for_profiles("CHP-031")
def duration_covers_periods(profile: Json, version: str) -> Iterator[Flaw]:
    """A duration that ends before the last period starts is noted (mod_charging_profiles_charging_profile_class)."""
    duration = number(profile.get("duration"))
    starts = [number(period.get("start_period")) for _, period in listed(profile, "charging_profile_period")]
    latest = max((start for start in starts if start is not None), default=None)
    if duration is not None and latest is not None and duration <= latest:
        yield Flaw("/duration", f"more than the last start_period, {latest:g}", f"{duration:g}")


# The modules of a platform


def _offers(module: str, *roles: str) -> When:
    """Return what tells whether a VersionDetails lists a module in one of the `roles`, or, as in 2.1.1, in none."""
    return lambda details: any(
        endpoint.get("identifier") == module and endpoint.get("role") in {None, *roles}
        for _, endpoint in listed(details, "endpoints")
    )


@rule(
    "CMD-056",
    "VersionDetails",
    "offers what commands need",
    what="commands endpoint that receives",
    when=_offers("commands", RECEIVER),
)
def commands_with_locations_and_sessions(details: Json, version: str) -> Iterator[Flaw]:
    """Who receives commands offers locations and sessions (mod_commands_commands_module)."""
    offered = _offered(details, other_than="SENDER")
    if "commands" in offered:
        given = _offered(details, other_than="RECEIVER")
        for name in ("locations", "sessions"):
            if name not in given:
                yield Flaw("/endpoints", f"{name}, which commands need", "no such endpoint")


@rule(
    "CHP-041",
    "VersionDetails",
    "offers what charging profiles need",
    what="chargingprofiles endpoint",
    when=_offers("chargingprofiles", SENDER, RECEIVER),
)
def profiles_with_sessions(details: Json, version: str) -> Iterator[Flaw]:
    """Charging profiles are offered together with sessions (mod_charging_profiles_module)."""
    offered = _offered(details)
    if "chargingprofiles" in offered and "sessions" not in offered:
        yield Flaw("/endpoints", "sessions, which charging profiles need", "no such endpoint")


def _offered(details: Json, other_than: str = "") -> set[str]:
    """Return the modules of a VersionDetails, but for those with the role `other_than`; 2.1.1 has no roles."""
    found = (endpoint for _, endpoint in listed(details, "endpoints"))
    return {
        text(endpoint.get("identifier")) for endpoint in found if text(endpoint.get("role")) != (other_than or None)
    }


# With what no object says


def calculated_recently(active: Json, version: str, received: datetime) -> Iterator[Flaw]:
    """CHP-033: an ActiveChargingProfile that was calculated long before or after its arrival is noted.

    Its start_date_time is the moment of the calculation (mod_charging_profiles_active_charging_profile_class).
    """
    start = moment(active.get("start_date_time"))
    if start and abs((received - start).total_seconds()) > _RECENT:
        yield Flaw("/start_date_time", f"about {received:%Y-%m-%dT%H:%M:%SZ}", text(active["start_date_time"]))


JOINS: Mapping[str, tuple[Callable[..., Iterator[Flaw]], ...]] = {"CHP-033": (calculated_recently,)}
"""By requirement, the functions that need more than the object; their arguments differ."""
