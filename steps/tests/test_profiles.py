"""Profiles: those that come with the suite can be read and name their sources; a wrong one is refused."""

from __future__ import annotations

import json
from dataclasses import asdict

import pytest

from ocpi_conformance.schemas.facts import edition
from ocpi_conformance.steps import profiles
from ocpi_conformance.steps.applicability import MODULES
from ocpi_conformance.steps.catalogue import Catalogue
from ocpi_conformance.steps.payloads import NESTED, SIGHTED
from ocpi_conformance.steps.profiles import Profile, ProfileError, Required, load

CATALOGUE = Catalogue.load()
# Objects of other classes are not looked at by their fields.
SEEN = {*SIGHTED, *(kind for rows in NESTED.values() for _, kind in rows)}
WHOLE = """name = "Mine"
about = "a test"
sources = ["https://example.test"]
versions = ["2.2.1"]
roles = ["CPO"]
"""


@pytest.mark.parametrize("name", profiles.names())
def test_each_profile_names_sources_and_things_that_exist(name):
    profile = load(name, CATALOGUE)
    assert profile.sources
    assert all(source.startswith("https://") for source in profile.sources)
    assert {*profile.modules_off, *profile.modules_required} <= {*MODULES, "credentials"}
    assert not {*profile.modules_off} & {*profile.modules_required}
    assert profile.required or profile.modules_required or profile.modules_off or profile.tolerated
    for version in profile.versions:
        for required in profile.required:
            assert {*required.field} <= {*edition(version).classes[required.object].properties}
            assert required.object in SEEN
        for row in profile.tolerated:
            assert version in CATALOGUE[row.requirement].versions


def test_a_profile_of_ones_own_is_read(tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text(WHOLE + '[[required]]\nobject = "EVSE"\nfield = "evse_id"\n')
    profile = load(str(file), CATALOGUE)
    assert (profile.name, profile.required, profile.modules_off) == ("Mine", (Required("EVSE", ("evse_id",)),), ())


def test_alternatives_values_modules_and_notes_are_read(tmp_path):
    file = tmp_path / "mine.toml"
    rows = '[[required]]\nobject = "Location"\nfield = ["owner", "operator"]\nvalues = [true, "a"]\n'
    file.write_text(WHOLE + 'modules_required = ["cdrs"]\nnot_judged = ["speed"]\n' + rows)
    profile = load(str(file), CATALOGUE)
    assert profile.required == (Required("Location", ("owner", "operator"), (True, "a")),)
    assert (profile.modules_required, profile.not_judged) == (("cdrs",), ("speed",))
    assert Profile.of(json.loads(json.dumps(asdict(profile))), "journal") == profile


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (WHOLE + "colour = 1\n", "colour: unknown key; known are name"),
        (WHOLE.replace('about = "a test"\n', ""), "about: missing; add about"),
        (WHOLE.replace('"Mine"', "1"), "name: is not a text"),
        (WHOLE.replace('["CPO"]', '"CPO"'), "roles: is not a list of texts"),
        (WHOLE + '[[required]]\nobject = "EVSE"\n', r"\[\[required\]\]: has not the texts object and field"),
        (
            WHOLE + '[[required]]\nobject = "EVSE"\nfield = []\n',
            r"\[\[required\]\]: has not the texts object and field",
        ),
        (WHOLE + '[[required]]\nobject = "EVSE"\nfield = "uid"\nvalues = [1]\n', "values: is not a list of texts"),
        (WHOLE + '[[required]]\nobject = "Evse"\nfield = "uid"\n', "OCPI 2.2.1 has no class Evse; correct object"),
        (WHOLE + '[[tolerated]]\nrequirement = "LOC-001"\n', r"\[\[tolerated\]\]: has not the texts requirement and"),
        (WHOLE + 'modules_off = ["credential"]\n', "modules_off: no module is called credential; correct it"),
        (WHOLE + 'modules_required = ["routing"]\n', "modules_required: no module is called routing; correct it"),
        (WHOLE.replace("2.2.1", "2.2"), "versions: no version of OCPI is called 2.2; correct it"),
        (WHOLE + '[[tolerated]]\nrequirement = "LOC-999"\nreason = "r"\n', "no requirement is called LOC-999"),
        ("name =", "is not TOML"),
    ],
)
def test_a_wrong_one_is_refused(tmp_path, text, message):
    file = tmp_path / "mine.toml"
    file.write_text(text)
    with pytest.raises(ProfileError, match=rf"mine\.toml: .*{message}"):
        load(str(file), CATALOGUE)


def test_one_that_does_not_exist_is_refused(tmp_path):
    with pytest.raises(
        ProfileError, match=r"no profile is called nobody; known are dk-afir, .*ndw-dot-nl, .*, or give a"
    ):
        load("nobody", CATALOGUE)
    with pytest.raises(ProfileError, match="cannot be read"):
        load(str(tmp_path / "none.toml"), CATALOGUE)
