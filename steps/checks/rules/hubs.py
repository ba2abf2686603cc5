"""The rules on what hubs pass on and list, and on the placeholder for what no platform knows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from ocpi_conformance.schemas.errors import pointer_of
from ocpi_conformance.schemas.facts import Property, edition
from ocpi_conformance.schemas.facts import owner as row_of
from ocpi_conformance.steps.checks.rules.common import Json, json_text, owner, text
from ocpi_conformance.steps.checks.rules.registry import Flaw, rule
from ocpi_conformance.steps.verdicts import Verdict

SCHEMA_DECIDES: dict[str, tuple[str, ...]] = {"HUB-010": ("ClientInfo", "")}
"""What the schemas decide: the class, and ends of the pointer of its errors without indices; "" is any error."""

NOT_JUDGED: dict[str, str] = {}
"""Entries that no object can break, and why."""

KINDS = (
    "ActiveChargingProfile", "ActiveChargingProfileResult", "AuthorizationInfo", "Booking", "BookingLocation",
    "BookingRequest", "CDR", "CancelReservation", "ChargingPreferences", "ChargingProfileResponse",
    "ChargingProfileResult", "ClearProfileResult", "ClientInfo", "CommandResponse", "CommandResult", "Connector",
    "Credentials", "EVSE", "FinancialAdviceConfirmation", "InvoiceReconciliationRecord", "Location",
    "LocationReferences", "ReserveNow", "Session", "SetChargingProfile", "StartSession", "StopSession", "Tariff",
    "Terminal", "Token", "UnlockConnector", "VersionDetails",
)  # fmt: skip
"""The classes of the objects that are sent."""

_NOT_AVAILABLE = "#NA"
_TEXTS = {"string", "CiString"}
_OTHER_JSON = {"number", "int", "boolean"}
# Optional fields for which a module allows the placeholder all the same.
_ALLOWED = {("BookingOption", "evse_uid")}


def not_available(item: Json, version: str, kind: str) -> Iterator[Flaw]:
    """RTE-033: #NA stands in required texts only (transport_and_format_not_available).

    That a text could have been filled cannot be seen. Enums, times and URLs with it are for the schemas.
    """
    if not _is_there(item):
        return
    facts = edition(version)
    for path in _places(item):
        held_by, row = row_of(version, kind, tuple(step for step in path if isinstance(step, str)))
        if held_by is None or row is None:
            continue
        if row.type in _OTHER_JSON or row.type in facts.classes or (row.is_list and isinstance(path[-1], str)):
            yield Flaw(pointer_of(path), f"{'a list' if row.is_list else 'a value'} of type {row.type}", _NOT_AVAILABLE)
        elif row.type in _TEXTS and _is_optional(row) and (held_by.name, row.name) not in _ALLOWED:
            yield Flaw(pointer_of(path), "no field, or its value, where a field is optional", _NOT_AVAILABLE)


def _is_optional(row: Property) -> bool:
    """Tell whether an object may lack a field by its own; members of a choice are needed in their way."""
    return not row.required and not row.choice


def _is_there(item: Json) -> bool:
    """Tell whether a JSON value may hold a placeholder: seldom, so that no path is made before."""
    found = json_text(item)
    return not found or (b'"#' in found and b'"#NA"' in found.upper())


def _places(item: Json) -> Iterator[list[str | int]]:
    """Yield the paths of the placeholders in a JSON value."""
    rest: list[tuple[list[str | int], object]] = [([], item)]
    while rest:
        path, value = rest.pop()
        if isinstance(value, dict):
            rest += [([*path, str(name)], inner) for name, inner in value.items() if inner]
        elif isinstance(value, list):
            rest += [([*path, index], inner) for index, inner in enumerate(value) if inner]
        elif isinstance(value, str) and value.upper() == _NOT_AVAILABLE:
            yield path


def _for(kind: str) -> Callable[[Json, str], Iterator[Flaw]]:
    def judge(item: Json, version: str) -> Iterator[Flaw]:
        return not_available(item, version, kind)

    return judge


for _kind in KINDS:
    rule("RTE-033", _kind, marks=(b'"#',))(_for(_kind))


# Between objects of several classes


def keeps_owner(item: Json, version: str, original: tuple[str, str]) -> Iterator[Flaw]:
    """RTE-029: a hub returns an object with the owner that it had, `original` (transport_and_format, GET All via Hubs).

    `item` has country_code and party_id of its own; for one that lacks them nothing is said.
    """
    found = owner(item, version)
    wanted = (original[0].lower(), original[1].lower())
    for name, expected, actual in zip(("country_code", "party_id"), wanted, found, strict=True):
        if actual and actual != expected:
            yield Flaw(f"/{name}", f"{expected.upper()}, as the owner sent it", text(item.get(name)))


def ids_of_credentials(infos: Sequence[Json], version: str, parties: Iterable[tuple[str, str]]) -> Iterator[Flaw]:
    """HUB-029: connected parties are listed by the ids of their credentials (ClientInfo Object).

    `parties` are those known to be connected, the reader aside. One that is not listed by these ids fails an entry
    that has one of them, if no party has the other; where there is none, that it is not listed is noted.
    """
    wanted = {(country.lower(), party.lower()) for country, party in parties}
    listed_ids = [owner(info, version) for info in infos]
    for country, party in sorted(wanted - set(listed_ids)):
        expected = f"{country}*{party}".upper()
        index = next((n for n, ids in enumerate(listed_ids) if ids not in wanted and ids[1] == party), None)
        if index is None:
            yield Flaw("", f"client info of {expected}", "none", Verdict.OBSERVED)
        else:
            actual = text(infos[index].get("country_code"))
            yield Flaw("/country_code", f"{expected}, as in the credentials", actual, index=index)


JOINS: Mapping[str, tuple[Callable[..., Iterator[Flaw]], ...]] = {
    "HUB-029": (ids_of_credentials,),
    "RTE-029": (keeps_owner,),
}
"""By requirement, the functions that need more than the object; their arguments differ."""
