"""Whether a target suits a named partner: from what it sent and what it fails, and never a part of conformance."""

from __future__ import annotations

import json
from dataclasses import replace

from ocpi_conformance.mock_partner.record import Context, Record, Request, Response
from ocpi_conformance.reports import journal
from ocpi_conformance.reports.compatibility import Compatibility, Suits
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
DETAILS = Context("2.2.1", "version_details", "", "")


def suits(folder, *outcomes, evse=None, location=None, modules=None, profile=PROFILE, **more):
    """Return the verdict of `profile` and what stands in the way.

    The target publishes one `location`, or one with `evse`, and version details that list `modules`; none where None.
    """
    path = runs.write(folder, outcomes, bodies=(), end=False, profiles=[profile], **more)
    record = Record(path)
    if evse is not None:
        location = {"id": "L1", "evses": [evse]}
    if location is not None:
        _answer(record, [location], LIST)
    if modules is not None:
        _answer(record, {"version": "2.2.1", "endpoints": [{"identifier": name} for name in modules]}, DETAILS)
    record.note(journal.END, {"interrupted": False, "ended_at": 1.0})
    record.close()
    result = judge(read(folder), CATALOGUE)
    [found] = result.profiles
    return str(found.verdict), [str(obstacle) for obstacle in found.obstacles], result.summary.exit_code


def _answer(record, data, context):
    body = json.dumps({"status_code": 1000, "data": data}).encode()
    record.add(record.begin(), "partner", Request("GET", runs.URL), Response(200, (), body), context)


def of(**keys):
    """Return a profile that asks only what `keys` say."""
    return {name: PROFILE[name] for name in ("name", "about", "sources", "versions", "roles")} | keys


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


OWNED = of(required=[{"object": "Location", "field": ["operator", "owner"]}])


def test_one_of_several_fields_will_do(tmp_path):
    assert suits(tmp_path, PASSED, location={"id": "L1", "owner": {"name": "Acme"}}, profile=OWNED)[:2] == (
        "compatible",
        [],
    )


def test_none_of_several_fields_stands_in_the_way(tmp_path):
    obstacle = (
        "OCPI 2.2.1 CPO: Location.operator or Location.owner is missing in 1 of 1, first in exchange 1 at /data/0"
    )
    assert suits(tmp_path, PASSED, location={"id": "L1", "owner": {}}, profile=OWNED)[:2] == (
        "incompatible",
        [obstacle],
    )


VALUES = of(
    required=[
        {"object": "Location", "field": "publish", "values": [True]},
        {"object": "Location", "field": "country", "values": ["BEL", "LUX"]},
    ]
)


def test_values_that_are_allowed_suit(tmp_path):
    assert suits(tmp_path, PASSED, location={"publish": True, "country": "LUX"}, profile=VALUES)[:2] == (
        "compatible",
        [],
    )


def test_other_values_stand_in_the_way_and_1_is_not_true(tmp_path):
    verdict, obstacles, _ = suits(tmp_path, PASSED, location={"publish": 1, "country": "NLD"}, profile=VALUES)
    assert verdict == "incompatible"
    assert [obstacle.partition(",")[0] for obstacle in obstacles] == [
        "OCPI 2.2.1 CPO: Location.publish is not true in 1 of 1",
        'OCPI 2.2.1 CPO: Location.country is not "BEL" or "LUX" in 1 of 1',
    ]


NEEDS = of(modules_required=["credentials", "tokens"])


def test_modules_that_are_offered_suit(tmp_path):
    assert suits(tmp_path, PASSED, modules=["tokens", "credentials"], profile=NEEDS)[:2] == ("compatible", [])


def test_a_module_that_is_not_offered_stands_in_the_way(tmp_path):
    obstacle = "OCPI 2.2.1 CPO: the module tokens is not offered, first in exchange 1 at /data"
    assert suits(tmp_path, PASSED, modules=["credentials"], profile=NEEDS)[:2] == ("incompatible", [obstacle])


def test_without_version_details_no_module_is_missed(tmp_path):
    assert suits(tmp_path, PASSED, profile=NEEDS)[:2] == ("compatible", [])


def test_a_profile_without_fields_needs_something_found_right_in_what_it_uses(tmp_path):
    off = of(modules_off=["locations"])
    assert suits(tmp_path, PASSED, profile=off)[:2] == ("nothing seen", [])


def test_the_handshake_alone_makes_nobody_compatible(tmp_path):
    passed = outcome(Verdict.PASSED, "VER-001", module="versions")
    assert suits(tmp_path, passed, profile=of(modules_off=["cdrs"]))[:2] == ("nothing seen", [])


def test_what_was_judged_without_looking_at_objects_says_so():
    found = Compatibility("Acme", Suits.COMPATIBLE, 0, ())
    assert found.basis == "by the verdicts and the version details"
    assert replace(found, objects=1).basis == "1 object of the target looked at"
    assert replace(found, objects=2).basis == "2 objects of the target looked at"
