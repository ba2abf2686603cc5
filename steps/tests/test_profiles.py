"""Profiles: those that come with the suite can be read and name their sources; a wrong one is refused."""

from __future__ import annotations

import pytest

from ocpi_conformance import schemas
from ocpi_conformance.steps import profiles
from ocpi_conformance.steps.applicability import MODULES
from ocpi_conformance.steps.catalogue import Catalogue
from ocpi_conformance.steps.profiles import ProfileError, Required, load

CATALOGUE = Catalogue.load()
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
    assert {*profile.modules_off} <= {*MODULES, "credentials"}
    for version in profile.versions:
        assert {required.object for required in profile.required} <= set(schemas.names(version))


def test_a_profile_of_ones_own_is_read(tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text(WHOLE + '[[required]]\nobject = "EVSE"\nfield = "evse_id"\n')
    profile = load(str(file), CATALOGUE)
    assert (profile.name, profile.required, profile.modules_off) == ("Mine", (Required("EVSE", "evse_id"),), ())


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (WHOLE + "colour = 1\n", "colour: unknown key; known are name"),
        (WHOLE.replace('about = "a test"\n', ""), "about: missing; add about"),
        (WHOLE.replace('"Mine"', "1"), "name: is not a text"),
        (WHOLE.replace('["CPO"]', '"CPO"'), "roles: is not a list of texts"),
        (WHOLE + '[[required]]\nobject = "EVSE"\n', r"\[\[required\]\]: has not the texts object and field"),
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
    with pytest.raises(ProfileError, match="no profile is called nobody; known are ndw-dot-nl, or give a"):
        load("nobody", CATALOGUE)
    with pytest.raises(ProfileError, match="cannot be read"):
        load(str(tmp_path / "none.toml"), CATALOGUE)
