"""The catalogue: it loads, it is read strictly, its clauses exist, its ids work as pytest markers."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from ocpi_conformance.steps import anchors
from ocpi_conformance.steps.catalogue import VERSIONS, Catalogue, CatalogueError

CATALOGUE = Catalogue.load()

ENTRY = """
[LOC-001]
level = "MUST"
versions = ["2.2.1"]
applies_to = "sender (CPO)"
text = "A text"
spec = "mod_locations.asciidoc#Location Object"
observed_by = "payload"
check = "A check"
"""


def load(folder: Path, text: str, name: str = "locations.toml") -> Catalogue:
    (folder / name).write_text(text, "utf-8")
    return Catalogue.load(folder)


def test_every_entry_loads() -> None:
    assert len(CATALOGUE) == 1117
    assert all(key == entry.id for key, entry in CATALOGUE.items())


def test_an_entry_is_read_with_its_area(tmp_path: Path) -> None:
    entry = load(tmp_path, ENTRY + 'extension = "bookings"\nderived = true\n')["LOC-001"]
    assert (entry.area, entry.versions, entry.derived) == ("locations", ("2.2.1",), True)
    assert entry.edition("2.2.1") == "2.2.1-bookings"
    assert entry.not_tested is None


@pytest.mark.parametrize("version", ["2.1.1", "2.2.1", "2.3.0"])
def test_an_entry_of_an_extension_is_told_of_in_a_run_of_any_version(version: str) -> None:
    entry = CATALOGUE["BOO-001"]
    assert entry.edition(version) == "2.3.0-bookings"
    assert entry.clause(version) == "mod_bookings.asciidoc#Bookings module"


def test_order_is_that_of_the_file(tmp_path: Path) -> None:
    second = ENTRY.replace("LOC-001", "LOC-009")
    assert list(load(tmp_path, second + ENTRY)) == ["LOC-009", "LOC-001"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (ENTRY + 'levl = "MUST"\n', 'locations.toml: [LOC-001] levl: unknown field; did you mean "level"?'),
        (ENTRY.replace('"MUST"', '"SHALL"'), "level: unknown value 'SHALL'; write one of MUST, SHOULD, MAY, INFO"),
        (ENTRY.replace('"2.2.1"', '"2.2"'), "versions: unknown value '2.2'; did you mean \"2.2.1\"?"),
        (ENTRY.replace('["2.2.1"]', '"2.2.1"'), "versions: '2.2.1' is not a list of texts"),
        (ENTRY.replace('["2.2.1"]', "[]"), "versions: [] is not a list of texts"),
        (ENTRY.replace('check = "A check"\n', ""), "[LOC-001] check: missing; add check = …"),
        (ENTRY + 'derived = "yes"\n', "derived: 'yes' is not true or false"),
        (ENTRY + 'not_tested = ""\n', "not_tested: '' is not a text"),
        (ENTRY + ENTRY, "not readable as TOML"),
        ('level = "MUST"\n', "[level] -: not a table; write it as [level]"),
    ],
)
def test_a_mistake_names_file_id_key_and_remedy(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(CatalogueError) as caught:
        load(tmp_path, text)
    assert message in str(caught.value)
    assert str(caught.value).startswith("locations.toml: ")


def test_an_id_is_used_once_over_all_files(tmp_path: Path) -> None:
    load(tmp_path, ENTRY, "locations.toml")
    with pytest.raises(CatalogueError, match=r"sessions.toml: \[LOC-001\] id: already used in locations.toml"):
        load(tmp_path, ENTRY, "sessions.toml")


def test_testable_leaves_out_what_no_scenario_can_grade(tmp_path: Path) -> None:
    out = [
        ENTRY.replace("LOC-001", "LOC-002").replace('"MUST"', '"MAY"'),
        ENTRY.replace("LOC-001", "LOC-003").replace('"payload"', '"none"'),
        ENTRY.replace("LOC-001", "LOC-004") + 'not_tested = "needs a physical Charge Point"\n',
        ENTRY.replace("LOC-001", "LOC-005").replace('"2.2.1"', '"2.1.1"'),
    ]
    catalogue = load(tmp_path, ENTRY + "".join(out))
    assert [entry.id for entry in catalogue.testable("2.2.1")] == ["LOC-001"]


@pytest.mark.parametrize("version", VERSIONS)
def test_every_clause_stands_in_the_text_of_its_versions(version: str) -> None:
    entries = [entry for entry in CATALOGUE.values() if version in entry.versions]
    missing = [
        f"{entry.id} {entry.spec}" for entry in entries if anchors.find(entry.spec, entry.edition(version)) is None
    ]
    assert missing == []


@pytest.mark.parametrize(
    ("requirement", "version", "url"),
    [
        ("TRN-010", "2.1.1", "release-2.1.1-bugfixes/transport_and_format.md#request-format"),
        (
            "TRN-010",
            "2.2.1",
            "release-2.2.1-bugfixes/transport_and_format.asciidoc#transport_and_format_authorization_header",
        ),
        ("TAR-072", "2.3.0", "2.3.0/release/bookings/mod_tariffs.asciidoc#mod_tariffs_tariffrestrictions_class"),
    ],
)
def test_a_link_leads_to_the_clause(requirement: str, version: str, url: str) -> None:
    assert CATALOGUE.link(CATALOGUE[requirement], version) == f"https://github.com/ocpi/ocpi/blob/{url}"


def test_a_clause_is_named_as_in_the_text_of_the_version() -> None:
    entry = Catalogue.load()["CRD-016"]
    assert entry.clause("2.2.1") == "credentials.asciidoc#DELETE Method"
    assert entry.clause("2.1.1") == "credentials.md#DELETE Method"


def test_a_clause_that_does_not_exist_has_no_link(tmp_path: Path) -> None:
    catalogue = load(tmp_path, ENTRY.replace("Location Object", "Locution Object"))
    with pytest.raises(CatalogueError, match=r"is no heading of 2\.2\.1; spell it as"):
        catalogue.link(catalogue["LOC-001"], "2.2.1")


@pytest.mark.parametrize(
    ("spec", "edition", "interface", "anchor"),
    [
        ("mod_tokens.asciidoc#GET Method", "2.2.1", "receiver", "#mod_tokens_cpo_get_method"),
        ("mod_tokens.asciidoc#GET Method", "2.2.1", "sender", "#mod_tokens_msp_get_method"),
        ("mod_tokens.asciidoc#GET Method (Sender)", "2.2.1", "receiver", "#mod_tokens_msp_get_method"),
        ("mod_tokens.asciidoc#Sender Interface", "2.1.1", None, "#22-emsp-interface"),
        ("mod_tokens.asciidoc#Request Parameters", "2.1.1", "sender", "#request-parameters-2"),
        ("mod_commands.asciidoc#CommandType enum", "2.3.0", None, "#mod_commands_commandtype_enum"),
    ],
)
def test_a_heading_is_found_below_its_interface(spec: str, edition: str, interface: str | None, anchor: str) -> None:
    url = anchors.find(spec, edition, interface)
    assert url is not None
    assert url.endswith(anchor)


def test_headings_of_markdown() -> None:
    method = "### 2.1 __GET__ Method\n"
    text = f"# _Tokens_ module\n## 2. Interfaces\n{method}```\n# no heading\n```\n{method}"
    assert [(heading.path, heading.anchor) for heading in anchors.headings(text, "md")] == [
        (("Tokens module",), "tokens-module"),
        (("Interfaces",), "2-interfaces"),
        (("Interfaces", "GET Method"), "21-get-method"),
        (("Interfaces", "GET Method"), "21-get-method-1"),
    ]


def test_headings_of_asciidoc() -> None:
    check = "=== Still alive check.\n"
    text = f"[[top]]\n== Top\n\n[[own]]\n=== *GET* Method\n\n----\n== no heading\n----\n{check}{check}"
    assert [(heading.path, heading.anchor) for heading in anchors.headings(text, "asciidoc")] == [
        (("Top",), "top"),
        (("GET Method",), "own"),
        (("Still alive check.",), "still-alive-check"),
        (("Still alive check.",), "still-alive-check-2"),
    ]


def test_the_anchors_are_rendered_as_toml(tmp_path: Path) -> None:
    (tmp_path / "2.2.1").mkdir()
    (tmp_path / "SOURCES").write_text("2.2.1 abc 2026-05-28 branch release-2.2.1-bugfixes\n")
    (tmp_path / "2.2.1" / "types.asciidoc").write_text('[[types]]\n== Types\n=== A "quoted" title\n')
    (tmp_path / "2.2.1" / "changelog.asciidoc").write_text("== Changelog\n")
    table = tomllib.loads(anchors.render(tmp_path, frozenset({"types"})))
    assert table["2.2.1"] == {
        "branch": "release-2.2.1-bugfixes",
        "commit": "abc",
        "suffix": "asciidoc",
        "headings": {"types": {"Types": "types", 'A "quoted" title': "a-quoted-title"}},
    }


def test_the_script_wants_a_folder(capsys: pytest.CaptureFixture[str]) -> None:
    assert anchors.main([]) == 4
    assert "usage:" in capsys.readouterr().err


def test_ids_select_as_markers_under_strict_markers(tmp_path: Path) -> None:
    (tmp_path / "pytest.ini").write_text("[pytest]\nstrict = true\n")
    (tmp_path / "conftest.py").write_text(
        "from ocpi_conformance.steps.catalogue import Catalogue\n"
        "def pytest_configure(config):\n"
        "    for line in Catalogue.load().marker_lines():\n"
        "        config.addinivalue_line('markers', line)\n"
    )
    (tmp_path / "test_ids.py").write_text(
        "import pytest\n"
        "@getattr(pytest.mark, 'TRN-010')\n"
        "def test_known(): pass\n"
        "@getattr(pytest.mark, 'LOC-012')\n"
        "def test_other(): pass\n"
    )

    def run(expression: str) -> str:
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-m", expression, str(tmp_path)]
        return subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path).stdout

    assert "1 passed, 1 deselected" in run("TRN-010")
    assert "2 passed" in run("TRN-010 or LOC-012")
    (tmp_path / "test_ids.py").write_text("import pytest\n@getattr(pytest.mark, 'TRN-999')\ndef test_unknown(): pass\n")
    assert "'TRN-999' not found in `markers` configuration option" in run("TRN-999")
