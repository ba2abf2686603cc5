"""The requests for charging profiles that a phrase can name: words → method, parameters, body. Nothing is sent here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from ocpi_conformance.mock_partner.messages import timestamp
from ocpi_conformance.steps.scene import Json, Scene

# Method → what its result is called in a response_url.
KINDS = {"GET": "get", "PUT": "set", "DELETE": "clear"}
# A profile begins so long before it is sent, lasts so long, and is asked for so long: the clocks may differ.
_HEADSTART = timedelta(minutes=1)
_DURATION, ASKED = 7200, 900
_AMPERES, _VOLTS = 16.0, 230.0
_PERIODS = "charging_profile_period"


@dataclass(frozen=True)
class ProfileRequest:
    """One request: its method and the parts that it lacks.

    `share` is the limit of its profile as a share of the Connector's maximum, `finer` whether that has two decimals,
    `instead` what other values fields of its profile have, `known` whether it names the Session of the scenario or one
    that nobody has, `delegated` whether it comes from an SCSP.
    """

    method: str
    without: tuple[str, ...] = ()
    share: float = 0.5
    known: bool = True
    finer: bool = False
    instead: tuple[tuple[str, object], ...] = ()
    delegated: bool = False

    @property
    def name(self) -> str:
        """The request in a message."""
        return f"{self.method} of the profile"

    def content(self, scene: Scene, response_url: str) -> Json:
        """Return the body of a PUT, the parameters of the others."""
        given: Json = {"response_url": response_url}
        if self.method == "PUT":
            given["charging_profile"] = self._profile(scene)
        elif self.method == "GET":
            given["duration"] = str(ASKED)
        return {name: value for name, value in given.items() if name not in self.without}

    def _profile(self, scene: Scene) -> Json:
        plug = scene.objects["Connector"].content if "Connector" in scene.objects else {}
        unit, most = capacity(plug)
        limit = round(most * self.share, 1) + (0.05 if self.finer else 0.0)
        profile: Json = {
            "start_date_time": timestamp(datetime.now(UTC) - _HEADSTART),
            "duration": _DURATION,
            "charging_rate_unit": unit,
            _PERIODS: [{"start_period": 0, "limit": limit}],
        }
        return {name: value for name, value in (profile | dict(self.instead)).items() if name not in self.without}


def capacity(plug: Json) -> tuple[str, float]:
    """Return the unit in which a Connector is limited, A or for direct current W, and its maximum in that."""
    amperes, volts = float(plug.get("max_amperage") or _AMPERES), float(plug.get("max_voltage") or _VOLTS)
    if str(plug.get("power_type")).startswith("DC"):
        return "W", float(plug.get("max_electric_power") or amperes * volts)
    return "A", amperes


REQUESTS: dict[str, ProfileRequest] = {
    "GET": ProfileRequest("GET"),
    "GET without duration": ProfileRequest("GET", ("duration",)),
    "GET without response_url": ProfileRequest("GET", ("response_url",)),
    "GET for an unknown Session": ProfileRequest("GET", known=False),
    "PUT": ProfileRequest("PUT"),
    "PUT with a lower limit": ProfileRequest("PUT", share=0.25),
    "PUT with a limit of two decimals": ProfileRequest("PUT", finer=True),
    "PUT without start_date_time": ProfileRequest("PUT", ("start_date_time",)),
    "PUT without duration": ProfileRequest("PUT", ("duration",)),
    "PUT without periods": ProfileRequest("PUT", (_PERIODS,)),
    "PUT with an empty period list": ProfileRequest("PUT", instead=((_PERIODS, []),)),
    "PUT with null for its periods": ProfileRequest("PUT", instead=((_PERIODS, None),)),
    "PUT for an unknown Session": ProfileRequest("PUT", known=False),
    "DELETE": ProfileRequest("DELETE"),
    **{f"{method} of an SCSP": ProfileRequest(method, delegated=True) for method in KINDS},
    "DELETE without response_url": ProfileRequest("DELETE", ("response_url",)),
    "DELETE for an unknown Session": ProfileRequest("DELETE", known=False),
}
