"""Whether a target suits a named partner: from what it sent and what it fails, and never a part of conformance."""

from __future__ import annotations

import json

from ocpi_conformance.mock_partner.record import Context, Record, Request, Response
from ocpi_conformance.reports import journal
from ocpi_conformance.reports.documents import judge
from ocpi_conformance.reports.journal import read
from ocpi_conformance.reports.tests import runs
from ocpi_conformance.reports.tests.samples import finding, outcome
from ocpi_conformance.steps.catalogue import Catalogue
from ocpi_conformance.steps.verdicts import Verdict

CATALOGUE = Catalogue.load()
PROFILE = {
    "name": "Mine",
    "about": "a test",
    "sources": ["https://example.test"],
    "versions": ["2.2.1"],
    "roles": ["CPO"],
    "modules_off": ["credentials"],
    "required": [{"object": "EVSE", "field": "parking_restrictions"}],
    "tolerated": [{"requirement": "LOC-002", "reason": "it lives with it"}],
}
LIST = Context("2.2.1", "locations", "SENDER", "list")


def suits(folder, *outcomes, evse=None, **more):
    """Return the verdict of the profile and what stands in the way, for a target that publishes one `evse`."""
    path = runs.write(folder, outcomes, bodies=(), end=False, profiles=[PROFILE], **more)
    record = Record(path)
    if evse is not None:
        body = {"status_code": 1000, "data": [{"id": "L1", "evses": [evse]}]}
        answer = Response(200, (), json.dumps(body).encode())
        record.add(record.begin(), "partner", Request("GET", runs.URL), answer, LIST)
    record.note(journal.END, {"interrupted": False, "ended_at": 1.0})
    record.close()
    result = judge(read(folder), CATALOGUE)
    [found] = result.profiles
    return str(found.verdict), [str(obstacle) for obstacle in found.obstacles], result.summary.exit_code


WITH, WITHOUT = {"uid": "1", "parking_restrictions": ["EV_ONLY"]}, {"uid": "1", "parking_restrictions": []}


def failing(requirement, **more):
    return outcome(Verdict.FAILED, requirement, findings=[finding(requirement)], **more)


PASSED = outcome(Verdict.PASSED, "LOC-001")


def test_a_target_that_has_all_suits(tmp_path):
    assert suits(tmp_path, PASSED, evse=WITH) == ("compatible", [], 0)


def test_what_is_missing_is_named_and_conformance_stays_what_it_is(tmp_path):
    obstacle = "OCPI 2.2.1 CPO: EVSE.parking_restrictions is missing in 1 of 1, first in exchange 1 at /data/0/evses/0"
    assert suits(tmp_path, PASSED, evse=WITHOUT) == ("incompatible", [obstacle], 0)


def test_a_target_that_showed_nothing_is_not_called_compatible(tmp_path):
    assert suits(tmp_path, PASSED)[:2] == ("nothing seen", [])


def test_a_violation_stands_in_the_way(tmp_path):
    assert suits(tmp_path, failing("LOC-001"), evse=WITH) == (
        "incompatible",
        ["OCPI 2.2.1 CPO: LOC-001 is violated"],
        1,
    )


def test_a_violation_that_is_tolerated_or_of_a_module_out_of_use_does_not(tmp_path):
    others = failing("LOC-002"), failing("CRE-001", module="credentials")
    assert suits(tmp_path, *others, evse=WITH) == ("compatible", [], 1)


def test_another_role_is_not_looked_at(tmp_path):
    assert suits(tmp_path, failing("LOC-001", role="EMSP"), evse=WITHOUT, role="EMSP")[:2] == ("nothing seen", [])
