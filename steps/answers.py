"""The answers a scenario can prescribe to the partner: words → fault rule. A table."""

from __future__ import annotations

from typing import Any

from ocpi_conformance.mock_partner.faults import Rule

PLACES: dict[str, dict[str, str]] = {
    "versions": {"module": "versions"},
    "version details": {"module": "version_details"},
    "Location objects": {"module": "locations"},
}
ANSWERS: dict[str, dict[str, Any]] = {
    "HTTP status 500": {"status": 500, "ocpi_status": 3000},
    "HTTP status 500 once": {"status": 500, "ocpi_status": 3000, "times": 1},
    "HTTP status 404": {"status": 404, "ocpi_status": 2000},
    "HTTP status 401": {"status": 401, "ocpi_status": 2000},
    "OCPI status 3000": {"ocpi_status": 3000},
    "a lower X-Total-Count from the second page on": {"after": 1, "headers": {"X-Total-Count": "4"}},
    "an object as data": {"data": {"stored": True}},
    "an empty string as data": {"data": ""},
    "an object that lacks required fields": {"unset": ["/0/coordinates", "/0/time_zone"]},
    "another version only": {"set": {"/*/version": "2.0"}},
    # The credentials endpoint is the first one that the partner lists.
    "the credentials endpoint only": {"unset": ["/endpoints/1"] * 20},
    "the credentials endpoint as RECEIVER": {"set": {"/endpoints/0/role": "RECEIVER"}},
    "invalid JSON": {"body": '{"data": [,'},
    "a closed connection": {"close": True},
}


def answer_rule(place: str, answer: str) -> Rule:
    """Return the rule by which the partner answers requests for `place` with `answer`.

    Raises:
        LookupError: an unknown word; the message lists the known ones.
    """
    for word, table in ((place, PLACES), (answer, ANSWERS)):
        if word not in table:
            raise LookupError(f'"{word}" is no known word here. Known: {sorted(table)}')
    return Rule.of({"match": PLACES[place], **ANSWERS[answer]})
