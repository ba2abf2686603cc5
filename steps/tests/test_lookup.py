"""The memo of step definitions: what a step costs does not grow with the vocabulary, and overriding still works."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from pytest_bdd import parsers

from ocpi_conformance.steps import lookup

FEATURE = """\
Feature: A feature
  Scenario Outline: Round <round>
    Given a thing
    When it is used
    Examples: Rounds
      | round |
      | 1     |
      | 2     |
      | 3     |
"""
CONFTEST = '''\
"""Registers the steps of a suite with as many more as the variable says, and counts what is tried per round."""
import os
import pytest
from pytest_bdd import given, parsers, when
from ocpi_conformance.steps import lookup

TRIED = []

class Counting(parsers.parse):
    def is_matching(self, name):
        TRIED.append(name)
        return super().is_matching(name)

for number in range(int(os.environ["UNUSED"])):
    given(Counting(f"an unused thing {number}"))(lambda: None)

@given(Counting("a thing"))
def a_thing():
    print("suite: a thing")

@when(Counting("it is used"))
def used():
    print("suite: used")

def pytest_configure(config):
    assert lookup.install()

@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    TRIED.clear()
    result = yield
    print(f"{item.name} tried {len(TRIED)}")
    return result
'''
PLAIN = 'from pytest_bdd import scenarios\nscenarios("a.feature")\n'
OVERRIDING = (
    "from pytest_bdd import given, scenarios\n"
    'scenarios("a.feature")\n'
    '@given("a thing")\n'
    "def own():\n"
    '    print("user: a thing")\n'
)


def run(folder: Path, module: str, unused: int) -> list[str]:
    """The lines that the steps and the counter print."""
    (folder / "pytest.ini").write_text("[pytest]\n")
    (folder / "conftest.py").write_text(CONFTEST)
    (folder / "a.feature").write_text(FEATURE)
    (folder / "test_a.py").write_text(module)
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-s",
        "-p",
        "no:cacheprovider",
        "-p",
        "pytest_bdd.plugin",
        "test_a.py",
    ]
    # Without the other plugins it starts in half the time.
    environ = {"UNUSED": str(unused), "PATH": "", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder, env=environ)
    assert done.returncode == 0, done.stdout + done.stderr
    return [line.lstrip(".") for line in done.stdout.splitlines()]


def tried(lines: list[str]) -> list[int]:
    return [int(line.rpartition(" ")[2]) for line in lines if " tried " in line]


def test_a_step_costs_the_same_however_many_phrases_there_are(tmp_path: Path) -> None:
    few, many = (tried(run(tmp_path, PLAIN, unused)) for unused in (5, 400))
    assert few == many
    assert 0 < max(many) < 10


def test_a_definition_of_the_users_own_wins(tmp_path: Path) -> None:
    lines = run(tmp_path, OVERRIDING, 5)
    assert lines.count("user: a thing") == 3
    assert "suite: a thing" not in lines
    assert lines.count("suite: used") == 3


def test_the_memo_stands_back_for_another_version(monkeypatch: pytest.MonkeyPatch) -> None:
    module = sys.modules["pytest_bdd.scenario"]
    before = module.find_fixturedefs_for_step
    monkeypatch.setattr(lookup, "version", lambda _: "10.0.0")
    assert not lookup.install()
    assert module.find_fixturedefs_for_step is before


@pytest.mark.parametrize(
    ("parser", "beginning"),
    [
        (parsers.string("the run has ended"), "the run has ended"),
        (parsers.parse("the response {phrase}"), "the response "),
        (parsers.re(r"every (?P<subject>[\w ]+?) of the target"), "every "),
        (parsers.re(r"objects? are there"), "object"),
        (parsers.re(r"an? object"), "a"),
        (parsers.re(r"plain"), "plain"),
        (parsers.re(r"one|other"), ""),
        (parsers.re(r"(one|other) end"), ""),
        (parsers.re(r"a \| b|c"), ""),
        (parsers.re(r".*"), ""),
    ],
    ids=lambda value: value if isinstance(value, str) else value.name,
)
def test_what_every_match_begins_with(parser: parsers.StepParser, beginning: str) -> None:
    assert lookup.literal_beginning(parser) == beginning
