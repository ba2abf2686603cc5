"""The request bodies a phrase can name beside whole things: words → bytes or JSON. Nothing is sent here."""

from __future__ import annotations

import base64
import functools
import secrets
import string
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

from ocpi_conformance.mock_partner.messages import timestamp
from ocpi_conformance.mock_partner.partner import other_id
from ocpi_conformance.steps.moving import other_version
from ocpi_conformance.steps.places import UNKNOWN_ID
from ocpi_conformance.steps.scene import Scene
from ocpi_conformance.steps.verdicts import NotApplicable

Body = Callable[[Scene], Any]
Builder = TypeVar("Builder", bound=Body)
BODIES: dict[str, Body] = {}


def body(name: str) -> Callable[[Builder], Builder]:
    """Register the decorated builder as the body called `name`."""

    def register(builder: Builder) -> Builder:
        if name in BODIES:
            raise ValueError(f"two bodies are called {name!r}")
        BODIES[name] = builder
        return builder

    return register


def body_called(scene: Scene, name: str) -> Any:  # noqa: ANN401  (JSON or bytes)
    """Return the body called `name`; bytes are sent as they are, anything else as JSON.

    Raises:
        LookupError: there is none; the message lists the known ones.
    """
    if name not in BODIES:
        raise LookupError(f'no body is called "{name}". Known: {sorted(BODIES)}')
    return BODIES[name](scene)


@body("a change of last_updated")
def _change_of_last_updated(_: Scene) -> dict[str, Any]:
    return {"last_updated": timestamp(datetime.now(UTC))}


@body("a change with an undefined field")
def _change_with_undefined_field(scene: Scene) -> dict[str, Any]:
    return {**_change_of_last_updated(scene), "example_field": "undefined"}


@body("an empty object")
def _empty(_: Scene) -> dict[str, Any]:
    return {}


@body("malformed JSON")
def _malformed(_: Scene) -> bytes:
    return b'{"token": "x", "url": '


def _credentials(scene: Scene) -> dict[str, Any]:
    site = scene.site
    return site.platform.credentials(site.connection.token_in, site.connection.version)


@body("credentials without token")
def _without_token(scene: Scene) -> dict[str, Any]:
    return {key: value for key, value in _credentials(scene).items() if key != "token"}


@body("credentials without url")
def _without_url(scene: Scene) -> dict[str, Any]:
    return {key: value for key, value in _credentials(scene).items() if key != "url"}


@body("credentials without roles")
def _without_roles(scene: Scene) -> dict[str, Any]:
    # In a version of single parties that of the sender stands at the top level.
    who = {"roles", "party_id", "country_code", "business_details"}
    return {key: value for key, value in _credentials(scene).items() if key not in who}


@body("credentials with a second party")
def _second_party(scene: Scene) -> dict[str, Any]:
    body = {**_credentials(scene), "token": fresh_token(28)}
    first = body["roles"][0]
    return body | {"roles": [*body["roles"], first | {"party_id": other_id(first["party_id"])}]}


@body("credentials with an undefined field")
def _undefined_field(scene: Scene) -> dict[str, Any]:
    return {**_credentials(scene), "token": fresh_token(28), "example_field": "undefined"}


@body("credentials of the other version")
def _of_other_version(scene: Scene) -> dict[str, Any]:
    return scene.site.platform.credentials(fresh_token(28), other_version(scene))


def fresh_token(length: int) -> str:
    """Return a random token of letters and digits."""
    return "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(length))


# Tokens that show a mistake in handling them: as long as allowed, with every punctuation character; valid Base64 as it
# stands; with + and / and padding in its Base64.
_AWKWARD: dict[str, Callable[[], str]] = {
    "64 characters": lambda: fresh_token(64 - len(string.punctuation)) + string.punctuation,
    "the look of Base64": lambda: base64.b64encode(secrets.token_bytes(24)).decode("ascii"),
    "all of Base64 in its encoding": lambda: "~~~???" + fresh_token(28),
}


def _awkward(scene: Scene, form: str) -> dict[str, Any]:
    return {**_credentials(scene), "token": _AWKWARD[form]()}


for _form in _AWKWARD:
    BODIES[f"credentials with a token of {_form}"] = functools.partial(_awkward, form=_form)


def _as_it_is(scene: Scene, kind: str) -> Any:  # noqa: ANN401  (what the target published)
    return scene.chosen(kind).content


_LISTED = (
    *("Booking", "BookingLocation", "CDR", "InvoiceReconciliationRecord", "Location", "Session", "Tariff"),
    "Terminal",
)
for _kind in _LISTED:
    BODIES[f"the {_kind} as it is"] = functools.partial(_as_it_is, kind=_kind)


@body("another remark")
def _another_remark(scene: Scene) -> dict[str, Any]:
    return {**scene.chosen("CDR").content, "remark": "Another remark"}


@body("another reference")
def _another_reference(scene: Scene) -> dict[str, Any]:
    return {**scene.chosen("Terminal").content, "reference": "Another reference"}


@body("another capture_status_message")
def _another_message(scene: Scene) -> dict[str, Any]:
    return {**scene.chosen("FinancialAdviceConfirmation").content, "capture_status_message": "Another message"}


@body("another status")
def _another_status(scene: Scene) -> dict[str, Any]:
    return {**scene.chosen("ClientInfo").content, "status": "PLANNED"}


@body("references to an unknown Location")
def _somewhere(_: Scene) -> dict[str, Any]:
    return {"location_id": UNKNOWN_ID}


@body("references to the EVSE")
def _at_the_evse(scene: Scene) -> dict[str, Any]:
    *_, location_id, evse_uid = scene.chosen("EVSE").path
    return {"location_id": location_id, "evse_uids": [evse_uid]}


@body("references to the Connector")
def _at_the_connector(scene: Scene) -> dict[str, Any]:
    if scene.partner.version != "2.1.1":
        raise NotApplicable("the LocationReferences of later versions have no connector_ids")
    return {**_at_the_evse(scene), "connector_ids": [scene.chosen("Connector").path[-1]]}


@body("the result CANCELED_RESERVATION")
def _cancelled(_: Scene) -> dict[str, Any]:
    return {"result": "CANCELED_RESERVATION"}


@body("an ActiveChargingProfile")
def _active_profile(_: Scene) -> dict[str, Any]:
    periods = [{"start_period": 0, "limit": 16.0}]
    shown = {"duration": 900, "charging_rate_unit": "A", "charging_profile_period": periods}
    return {"start_date_time": timestamp(datetime.now(UTC)), "charging_profile": shown}
