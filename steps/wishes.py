"""The charging preferences that a phrase can name: words → the body of the request. Only Tariffs are read for it.

Rules: which profile types a Connector supports is told by the types of its Tariffs (ChargingPreferences).
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from ocpi_conformance.mock_partner.messages import timestamp
from ocpi_conformance.steps.bodies import BODIES
from ocpi_conformance.steps.course import tariff_types
from ocpi_conformance.steps.scene import Json, Scene
from ocpi_conformance.steps.verdicts import NotObserved

PROFILES = ("CHEAP", "FAST", "GREEN")


def _wish(scene: Scene, **changes: object) -> Json:
    """Return preferences that a Connector can fulfil, with `changes`; None as a value leaves a field out."""
    made: Json = {
        "profile_type": _supported(scene),
        "departure_time": timestamp(datetime.now(UTC) + timedelta(hours=8)),
        "energy_need": 10.0,
        "discharge_allowed": False,
    }
    return {name: value for name, value in (made | changes).items() if value is not None}


def _supported(scene: Scene) -> str:
    types = tariff_types(scene) or frozenset({""})
    return next((name for name in PROFILES if f"PROFILE_{name}" in types), "REGULAR")


def _unsupported(scene: Scene) -> Json:
    """Return preferences of a type that no Tariff of the Connector is for.

    Raises:
        NotObserved: the Tariffs of the Connector are not known, or there are some for every type.
    """
    types = tariff_types(scene)
    if types is None:
        raise NotObserved("the target does not publish the Tariffs of the Connector")
    missing = [name for name in PROFILES if f"PROFILE_{name}" not in types]
    if "" in types or not missing:
        raise NotObserved("the Connector has a Tariff for every profile type")
    return _wish(scene, profile_type=missing[0])


def _impossible(scene: Scene) -> Json:
    soon = timestamp(datetime.now(UTC) + timedelta(minutes=1))
    return _wish(scene, energy_need=5000.0, departure_time=soon)


_WISHES: dict[str, Callable[[Scene], Json]] = {
    "charging preferences": _wish,
    "charging preferences without departure_time": functools.partial(_wish, departure_time=None),
    "charging preferences without energy_need": functools.partial(_wish, energy_need=None),
    "charging preferences without discharge_allowed": functools.partial(_wish, discharge_allowed=None),
    "charging preferences that nobody can fulfil": _impossible,
    "charging preferences of a type without Tariff": _unsupported,
    **{f"charging preferences for {name}": functools.partial(_wish, profile_type=name) for name in PROFILES},
}
BODIES |= _WISHES
