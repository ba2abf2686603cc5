"""The answers a scenario can prescribe to the partner: words → fault rule. A table."""

from __future__ import annotations

from typing import Any

from ocpi_conformance.mock_partner.faults import Rule
from ocpi_conformance.mock_partner.ocpi.commands import COMMANDS
from ocpi_conformance.steps.verdicts import NotApplicable

_RESULTS = (
    *("ACCEPTED", "EVSE_OCCUPIED", "EVSE_INOPERATIVE", "FAILED", "REJECTED", "TIMEOUT", "UNKNOWN_RESERVATION"),
    *("NOT_SUPPORTED", "TOO_OFTEN"),
)
PLACES: dict[str, dict[str, Any]] = {
    "versions": {"module": "versions"},
    "version details": {"module": "version_details"},
    "credentials": {"module": "credentials"},
    "Location objects": {"module": "locations"},
    "the Token list": {"module": "tokens", "interface": "SENDER", "route": "list"},
    "Token objects": {"module": "tokens", "interface": "RECEIVER"},
    "authorizations": {"module": "tokens", "interface": "SENDER", "method": "POST"},
    "results of commands": {"module": "commands", "route": "result"},
    "charging profiles": {"module": "chargingprofiles", "interface": "RECEIVER"},
    "results of profile requests": {"module": "chargingprofiles", "interface": "SENDER", "method": "POST"},
    # Not the direct answer but the result that the partner sends itself.
    "commands": {"direction": "request", "module": "commands", "route": "result"},
}
# The places that tell a target where to find all others.
CONFIGURATION = frozenset({"versions", "version details", "credentials"})
ANSWERS: dict[str, dict[str, Any]] = {
    "HTTP status 500": {"status": 500, "ocpi_status": 3000},
    "HTTP status 500 once": {"status": 500, "ocpi_status": 3000, "times": 1},
    "HTTP status 404": {"status": 404, "ocpi_status": 2000},
    "HTTP status 401": {"status": 401, "ocpi_status": 2000},
    "OCPI status 3000": {"ocpi_status": 3000},
    "OCPI status 2001": {"ocpi_status": 2001},
    "no answer": {"hang": True},
    "a lower X-Total-Count from the second page on": {"after": 1, "headers": {"X-Total-Count": "4"}},
    "an object as data": {"data": {"stored": True}},
    "an empty string as data": {"data": ""},
    "an object that lacks required fields": {"unset": ["/0/coordinates", "/0/time_zone"]},
    "another version only": {"set": {"/*/version": "2.0"}},
    # The credentials endpoint is the first one that the partner lists.
    "the credentials endpoint only": {"unset": ["/endpoints/1"] * 20},
    # What is not there is passed over: at the top of an object, in those of a list, in what either holds.
    "undefined fields": {
        "set": dict.fromkeys(
            (
                "/example_field",
                "/*/example_field",
                "/endpoints/*/example_field",
                "/roles/*/example_field",
                "/*/evses/*/example_field",
            ),
            "undefined",
        )
    },
    "a further version": {"repeat_items": 2, "set": {"/0/version": "9.9"}},
    "a further module": {"set": {"/endpoints/1/identifier": "examplemodule"}},
    "the credentials endpoint as RECEIVER": {"set": {"/endpoints/0/role": "RECEIVER"}},
    **{f"the result {word}": {"set": {"/result": word}} for word in _RESULTS},
    "invalid JSON": {"body": '{"data": [,'},
    "a closed connection": {"close": True},
}


def answer_rule(place: str, answer: str, version: str = "2.2.1") -> Rule:
    """Return the rule by which the partner answers requests for `place` with `answer` in `version`.

    Raises:
        LookupError: an unknown word; the message lists the known ones.
        NotApplicable: the version has no such result of a command.
    """
    word = answer.removeprefix("the result ")
    if place == "commands" and word in COMMANDS[version].results:
        raise NotApplicable(f"OCPI {version} has no result {word}")
    return Rule.of({"match": known(place, PLACES), **known(answer, ANSWERS)})


def known(word: str, table: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Return what `word` stands for in one of the tables.

    Raises:
        LookupError: it is not there; the message lists what is.
    """
    if word not in table:
        raise LookupError(f'"{word}" is no known word here. Known: {sorted(table)}')
    return table[word]
