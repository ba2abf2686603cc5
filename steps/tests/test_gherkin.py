"""The lint of the features: what a scenario looks like. Each rule has a sample that fails and one that passes."""

from __future__ import annotations

import ast
import difflib
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator

import pytest
from gherkin.errors import ParserError

from ocpi_conformance.cli.items import ACTS, ROLES
from ocpi_conformance.conftest import TAGS
from ocpi_conformance.steps import anchors, gherkin
from ocpi_conformance.steps.catalogue import Catalogue
from ocpi_conformance.steps.gherkin import Feature, Step
from ocpi_conformance.steps.run import EMBEDDED_ROLES, EMBEDDED_VERSIONS

CATALOGUE = Catalogue.load()
FEATURES = gherkin.load()
OTHER_TAGS = frozenset(line.partition(":")[0] for line in TAGS)
ANCHORS = frozenset(
    heading.anchor
    for edition in anchors.editions().values()
    for headings in edition.headings.values()
    for heading in headings
)
LONGEST_NAME, MOST_STEPS, MOST_GIVENS, MOST_COLUMNS = 70, 9, 2, 4

Rule = Callable[[Feature], Iterator[str]]
RULES: list[Rule] = []

GOOD = """\
@sender
Feature: Lists of the target
  What the target publishes, read in pieces that both sides can
  handle.

  Spec: transport_and_format_pagination, mod_locations_locations_module

  Background:
    Given the partner is registered with the target

  Rule: A page that is not the last one links to the next page

    @TRN-025 @cpo
    Scenario: A page links to the next page
      Given the target publishes at least 3 Location objects
      When the partner sends GET to the locations sender interface with the parameters
        | limit | 2 |
      Then the response is successful
      And the response links to a next page

    @TRN-026
    Scenario Outline: The last page of <module> links to nothing
      When the partner follows the <module> list to its end
      Then the response is successful

      @cpo
      Examples: Lists a CPO publishes
        | module    |
        | locations |
        | sessions  |

      @emsp
      Examples: Lists an eMSP publishes
        | module |
        | tokens |

    @LOC-032 @writes @flow
    Scenario: An object that was pushed can be changed
      When the partner pushes a Location with PUT
      Then the response is successful
      When the partner pushes a change of the Location with PATCH
      Then the response is successful

    @CRD-001 @credentials
    Scenario: A party registers
      Given the partner is not registered with the target
      When the partner sends its credentials with POST
      Then the response is successful
"""


def rule(function: Rule) -> Rule:
    """Register a rule of the lint: it yields "line: what is wrong; what to write instead"."""
    RULES.append(function)
    return function


@rule
def has_a_scenario(feature: Feature) -> Iterator[str]:
    if not feature.scenarios:
        yield f"{feature.line}: no scenario; an empty feature passes without a word: write one or remove the file"


@rule
def names_are_unique_in_the_file(feature: Feature) -> Iterator[str]:
    seen: dict[str, int] = {}
    for scenario in feature.scenarios:
        if scenario.name in seen:
            yield (
                f'{scenario.line}: "{scenario.name}" is already in line {seen[scenario.name]}; pytest-bdd drops the '
                "earlier one silently: say in the name what differs"
            )
        seen.setdefault(scenario.name, scenario.line)


@rule
def names_read_as_behaviour(feature: Feature) -> Iterator[str]:
    for scenario in feature.scenarios:
        if not scenario.name:
            yield f"{scenario.line}: a scenario without a name; say what happens, subject first"
        if len(scenario.name) > LONGEST_NAME:
            yield (
                f"{scenario.line}: the name has {len(scenario.name)} characters; at most {LONGEST_NAME}: the Rule "
                "above says the rest"
            )
        found = re.search(r"\b(should|tests?|tested|testing|verify|verifies|correctly)\b", scenario.name, re.I)
        if found:
            yield (
                f'{scenario.line}: "{found[0]}" in the name; state what happens in the present tense, as in "The last '
                'page links to nothing"'
            )


@rule
def scenarios_name_a_requirement(feature: Feature) -> Iterator[str]:
    for scenario in feature.scenarios:
        on_blocks = [set(block.tags) & set(CATALOGUE) for block in scenario.examples]
        if not set(scenario.tags) & set(CATALOGUE) and not (on_blocks and all(on_blocks)):
            yield (
                f'{scenario.line}: "{scenario.name}" names no requirement; put the id it judges, such as @TRN-010, on '
                "the scenario or on each of its Examples"
            )


@rule
def tags_are_known(feature: Feature) -> Iterator[str]:
    for tag, line in feature.tags:
        if tag not in CATALOGUE and tag not in OTHER_TAGS:
            near = difflib.get_close_matches(tag, [*CATALOGUE, *OTHER_TAGS], n=1)
            hint = f"did you mean @{near[0]}?" if near else f"write an id of the catalogue or {sorted(OTHER_TAGS)}"
            yield f"{line}: @{tag} is no tag; {hint}"


@rule
def one_act(feature: Feature) -> Iterator[str]:
    for scenario in feature.scenarios:
        acts = sum(step.kind == "when" for step in scenario.steps)
        most = 2 if "flow" in {*scenario.tags, *_tags_above(feature, scenario.line)} else 1
        if not 1 <= acts <= most:
            yield (
                f'{scenario.line}: "{scenario.name}" has {acts} When; one act per scenario (two under @flow). What '
                'prepares is a Given; for a look at the whole record write "When the run has ended"'
            )


def _tags_above(feature: Feature, line: int) -> set[str]:
    """The tags of the feature itself; those of a Rule are not used."""
    return {tag for tag, at in feature.tags if at <= feature.line <= line}


@rule
def each_act_is_looked_at(feature: Feature) -> Iterator[str]:
    for scenario in feature.scenarios:
        kinds = "".join(step.kind[0] for step in scenario.steps)
        if re.search(r"w+(?=w*(?:$|[^wt]))", kinds):
            yield f'{scenario.line}: "{scenario.name}" has a When without a Then after it; say what must be seen'


@rule
def steps_stand_in_order(feature: Feature) -> Iterator[str]:
    for scenario in feature.scenarios:
        kinds = [step.kind for step in scenario.steps]
        if kinds[:1] == ["and"]:
            yield f"{scenario.line}: the first step begins with And; write Given, When or Then"
        if "given" in kinds[next((n for n, kind in enumerate(kinds) if kind in {"when", "then"}), len(kinds)) :]:
            yield f"{scenario.line}: a Given after the first When or Then; a Given is the state in which it begins"
        if "then" in kinds and "when" not in kinds[: kinds.index("then")]:
            yield f"{scenario.line}: a Then before the When; first one act, then what is seen of it"


@rule
def scenarios_are_short(feature: Feature) -> Iterator[str]:
    for scenario in feature.scenarios:
        if len(scenario.steps) > MOST_STEPS:
            yield (
                f'{scenario.line}: "{scenario.name}" has {len(scenario.steps)} steps; at most {MOST_STEPS}: split '
                "it, or let one expectation say it"
            )


@rule
def backgrounds_only_prepare(feature: Feature) -> Iterator[str]:
    for steps in feature.backgrounds:
        if any(step.kind != "given" for step in steps):
            yield f"{steps[0].line}: a Background with a When or Then; acts belong into the scenario"
        if len(steps) > MOST_GIVENS:
            yield f"{steps[0].line}: a Background of {len(steps)} steps; at most {MOST_GIVENS}, the rest is not common"


@rule
def tables_are_narrow(feature: Feature) -> Iterator[str]:
    for scenario in feature.scenarios:
        widths = [(step.line, len(row)) for step in scenario.steps for row in step.table]
        widths += [(block.line, len(block.header)) for block in scenario.examples]
        for line, width in widths:
            if width > MOST_COLUMNS:
                yield f"{line}: a table of {width} columns; at most {MOST_COLUMNS}: give what belongs together a name"


@rule
def examples_say_what_they_are(feature: Feature) -> Iterator[str]:
    for scenario in feature.scenarios:
        if scenario.outline and not scenario.examples:
            yield f'{scenario.line}: "{scenario.name}" has no Examples and would never run; add some or drop "Outline"'
        for block in scenario.examples:
            if not block.title:
                yield f'{block.line}: Examples without a title; say what the rows share, as in "Lists a CPO publishes"'
            if not block.rows:
                yield f"{block.line}: Examples without rows; such a scenario passes without running: add a row"


@rule
def placeholders_are_columns(feature: Feature) -> Iterator[str]:
    for scenario in feature.scenarios:
        cells = [cell for step in scenario.steps for row in step.table for cell in row]
        texts = [scenario.name, *(step.text for step in scenario.steps), *cells]
        used = {name for text in texts for name in re.findall(r"<([^<>]+)>", text)}
        for block in scenario.examples or ():
            for name in sorted(used - set(block.header)):
                yield f"{block.line}: these Examples have no column <{name}>; add it, or correct the placeholder"
            # The first column may be a title for the reader.
            for name in (name for name in block.header[1:] if name not in used):
                yield f'{block.line}: nothing uses the column "{name}"; drop it'
        if used and not scenario.examples:
            yield f"{scenario.line}: <{min(used)}> stands for nothing; write a Scenario Outline with Examples"


# What has no place in the text of a step, and what stands there instead.
OUT_OF_PLACE = {
    "a URL": (r"\w+://|\bwww\.|\b\d{1,3}(?:\.\d{1,3}){3}\b", "name the place: places are known by words"),
    "a port": (r"(?<=[A-Za-z\]]):\d{2,5}\b", "name the place; ports stand in target.toml"),
    "a token": (
        r"\bToken \S{8,}|\b[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-|\b(?=\w*\d)(?=\w*[a-z])(?=\w*[A-Z])\w{16,}",
        "name the token, such as CREDENTIALS_TOKEN_B",
    ),
    "a JSON path": (r"\$[.\[]|\[\d+\]|(?:^|\s)/\w+|\b[A-Za-z_]+\.[a-z_]+\b", "name the field or the expectation"),
    "a version": (
        r"\b2\.(?:1\.1|2\.1|3\.0|0|1|2|3)\b",
        'say "the version under test", "an older version": a feature is for all',
    ),
}


@rule
def rows_are_distinct(feature: Feature) -> Iterator[str]:
    for scenario in feature.scenarios:
        rows = [(block.line, row) for block in scenario.examples for row in block.rows]
        for number, (line, row) in enumerate(rows):
            if row in [other for _, other in rows[:number]]:
                yield (
                    f"{line}: the row {' | '.join(row)} is there twice in this outline; pytest refuses that. Put what "
                    "differs into a first column, or make it one block"
                )


@rule
def steps_use_words(feature: Feature) -> Iterator[str]:
    for pickle in feature.pickles:
        for text in (pickle.name, *(step.text for step in pickle.steps)):
            for what, (pattern, remedy) in OUT_OF_PLACE.items():
                if found := re.search(pattern, text):
                    yield f'{pickle.line}: {what} ("{found[0].strip()}") in "{text}"; {remedy}'


@rule
def clauses_exist(feature: Feature) -> Iterator[str]:
    if not feature.anchors:
        yield f'{feature.line}: the description names no clause; end it with "Spec: " and anchors of the specification'
    for anchor in feature.anchors:
        if anchor not in ANCHORS:
            near = difflib.get_close_matches(anchor, ANCHORS, n=2)
            yield f"{feature.line}: Spec: {anchor} is no anchor; near are {near}"


_BLOCKS = ("feature", "rule", "background", "scenario", "scenario outline", "examples", "example")
_STEPS = ("given", "when", "then", "and", "but")
# Words of plain English that are near to a keyword.
_ENGLISH = frozenset({"the", "they", "them", "an", "a", "any", "give", "gives", "hen", "what", "where"})


@rule
def prose_is_no_misspelt_keyword(feature: Feature) -> Iterator[str]:
    for prose in feature.prose:
        for line in prose.text.splitlines():
            near = _near_keyword(line.strip(), any_case=prose.keyword not in {"Feature", "Rule"})
            if near:
                yield (
                    f'{prose.line}: "{line.strip()}" is read as prose but looks like {near}; spell the keyword right, '
                    "or begin the line with another word"
                )


def _near_keyword(line: str, *, any_case: bool) -> str:
    head, colon, _ = line.partition(":")
    if colon and head != "Spec" and difflib.get_close_matches(head.lower(), _BLOCKS, n=1, cutoff=0.7):
        return f'"{difflib.get_close_matches(head.lower(), _BLOCKS, n=1, cutoff=0.7)[0].title()}:"'
    word = re.match(r"[A-Za-z]*", line)[0]  # type: ignore[index]  (an empty match is a match)
    if not word or word.lower() in _ENGLISH or not (any_case or word[0].isupper()):
        return ""
    for step in _STEPS:
        swapped = sorted(word.lower()) == sorted(step)
        if swapped or difflib.SequenceMatcher(None, word.lower(), step).ratio() >= 0.8:
            return f'"{step.title()}"'
    return ""


_PUSHES = "pushes objects to the target"
_IS_PULLED = "has the target take in objects of ours"
_REGISTERS = "changes the registration"
_COMMANDS = "sends a command"
_COMMANDED = "has the target command charge points"
_BOOKS = "books a timeslot"
# Kind of step, its text, the tag it needs, why. The configuration endpoints have no objects to write.
NEED_A_TAG = (
    ("given", r"the partner has pushed .+", "writes", _PUSHES),
    ("given", r"the partner publishes (\d+ \w+ objects?|an? .+)", "writes", _IS_PULLED),
    ("given", r"the target has pulled a list (that holds|without) .+", "writes", _IS_PULLED),
    ("given", r"a driver of the target has charged at the partner", "writes", _PUSHES),
    ("when", r"the partner pushes .+", "writes", _PUSHES),
    (
        "when",
        r"the partner sends (PUT|PATCH|POST|DELETE) to "
        r"(the (?!credentials |commands )\w+ (sender|receiver) interface"
        r"|(the|an unknown|a foreign) (?![A-Z_]+ command)[A-Z]\w+)( .+)?",
        "writes",
        _PUSHES,
    ),
    ("when", r"the partner sends POST to the commands receiver interface( .+)?", "commands", _COMMANDS),
    ("when", r"the partner sends \w+ to the [A-Z_]+ command( .+)?", "commands", _COMMANDS),
    ("when", r"the partner sends the command .+", "commands", _COMMANDS),
    ("given", r"the partner has sent the command .+", "commands", _COMMANDS),
    ("given", r"the target has pushed the result of a command", "commands", _COMMANDS),
    ("when", r"the partner sends POST to the Booking sender interface with .*BookingRequest.*", "commands", _BOOKS),
    ("given", r"the target offers a (RESERVED )?Booking .+", "commands", _BOOKS),
    ("given", r"the target has pushed a Booking .+", "commands", _BOOKS),
    ("given", r"the target has pushed a FinancialAdviceConfirmation", "commands", _COMMANDED),
    ("given", r"the target has pushed a FinancialAdviceConfirmation", "writes", _IS_PULLED),
    ("when", r"the operator has the target (send [A-Z_]+|cancel the reservation)", "commands", _COMMANDED),
    ("given", r"the target has been made to send [A-Z_]+", "commands", _COMMANDED),
    ("when", r"the partner sends (its credentials|credentials .+) with \w+", "credentials", _REGISTERS),
    (
        "when",
        r"the partner sends (PUT|PATCH|POST|DELETE) to the credentials (endpoint|sender interface)( .+)?",
        "credentials",
        _REGISTERS,
    ),
    (
        "when",
        r"the operator has the target (register with the partner|update its credentials|unregister from the partner)",
        "credentials",
        _REGISTERS,
    ),
    (
        "given",
        r"the target has been made to (register with the partner|update its credentials|unregister from the partner)",
        "credentials",
        _REGISTERS,
    ),
    ("given", r"the partner acts for a second party", "credentials", _REGISTERS),
    (
        "given",
        r"the partner is registered with the target as an? (second CPO|CPO|OTHER|unreachable eMSP)",
        "credentials",
        _REGISTERS,
    ),
    ("given", r"a second party of the partner is registered too", "credentials", _REGISTERS),
    ("given", r"the partner has unregistered from the target", "credentials", _REGISTERS),
    ("given", r"a registration of the partner has failed", "credentials", _REGISTERS),
    ("when", r"a second party of the partner registers with the target", "credentials", _REGISTERS),
    ("given", r"the partner is not registered with the target", "credentials", _REGISTERS),
)
# What runs before the first registration ends none.
_BEFORE = "before_registration.feature"


@rule
def what_changes_the_target_is_tagged(feature: Feature) -> Iterator[str]:
    for pickle in feature.pickles:
        needed = {
            tag: (step.text, why)
            for step in pickle.steps
            for kind, pattern, tag, why in NEED_A_TAG
            if step.kind == kind and re.fullmatch(pattern, step.text)
            if not (kind == "given" and why == _REGISTERS and feature.where.endswith(_BEFORE))
        }
        for tag, (text, why) in needed.items():
            if tag not in pickle.tags:
                yield f'{pickle.line}: "{text}" {why}; put @{tag} on the scenario, so that [allow] can switch it off'


@rule
def act_tags_are_deserved(feature: Feature) -> Iterator[str]:
    for scenario in feature.scenarios:
        for act in set(ACTS) & set(scenario.tags):
            patterns = [(kind, pattern) for kind, pattern, tag, _ in NEED_A_TAG if tag == act]
            steps = [step for steps in feature.backgrounds for step in steps] + list(_filled(feature, scenario.name))
            if patterns and not any(
                step.kind == kind and re.fullmatch(pattern, step.text) for step in steps for kind, pattern in patterns
            ):
                yield (
                    f'{scenario.line}: "{scenario.name}" has the tag @{act} but no step that needs it; take it away, '
                    "or a careful run leaves the scenario out for nothing"
                )


def _filled(feature: Feature, name: str) -> Iterator[Step]:
    """The steps of all pickles of the scenario called `name`."""
    pattern = re.compile(re.sub(r"<[^<>]+>", ".*", re.escape(name)))
    yield from (step for pickle in feature.pickles if pattern.fullmatch(pickle.name) for step in pickle.steps)


# Rule → samples: a text of GOOD, what stands there instead, and a piece of the message.
BAD: dict[Rule, list[tuple[str, str, str]]] = {
    has_a_scenario: [(GOOD, "Feature: Nothing yet\n", "no scenario")],
    names_are_unique_in_the_file: [
        ("A party registers", "A page links to the next page", '"A page links to the next page" is already in line 14')
    ],
    names_read_as_behaviour: [
        ("Scenario: A party registers", "Scenario:", "without a name"),
        ("A party registers", "A party " + "really " * 10 + "registers", "at most 70"),
        ("A party registers", "A party should register", '"should"'),
        ("A party registers", "Test that a party registers", '"Test"'),
        ("A party registers", "A party registers correctly", '"correctly"'),
        ("A party registers", "Verify a registration", '"Verify"'),
    ],
    scenarios_name_a_requirement: [
        ("@CRD-001 @credentials", "@credentials", '"A party registers" names no requirement'),
        ("    @TRN-026\n", "", "names no requirement"),
        ("    @TRN-026\n    Scenario Outline", "    Scenario Outline", "names no requirement"),
    ],
    tags_are_known: [
        ("@CRD-001", "@CRD-999", "@CRD-999 is no tag"),
        ("@writes", "@write", "did you mean @writes?"),
        ("@emsp", "@skip", "@skip is no tag"),
    ],
    one_act: [
        ("@writes @flow", "@writes", "has 2 When"),
        ("      When the partner sends its credentials with POST\n", "", "has 0 When"),
        ("to its end\n", "to its end\n      And the partner follows the <module> list to its end\n", "has 2 When"),
    ],
    each_act_is_looked_at: [
        ("      Then the response is successful\n\n      @cpo", "\n      @cpo", "a When without a Then"),
        (
            "PUT\n      Then the response is successful\n",
            "PUT\n      Given the partner is registered with the target\n",
            "a When without a Then",
        ),
    ],
    steps_stand_in_order: [
        ("Given the partner is not", "And the partner is not", "begins with And"),
        ("      And the response links", "      Given the response links", "a Given after the first When"),
        ("      Given the partner is not registered with the target\n", "      Then it is\n", "a Then before the When"),
    ],
    scenarios_are_short: [
        ("      And the response links to a next page\n", "      And it links\n" * 7, "has 10 steps")
    ],
    backgrounds_only_prepare: [
        (
            "    Given the partner is registered with the target\n\n",
            "    When the partner registers\n\n",
            "acts belong",
        ),
        ("is registered with the target\n\n", "is registered with the target\n    And x\n    And y\n\n", "of 3 steps"),
    ],
    tables_are_narrow: [
        ("| limit | 2 |", "| limit | 2 | 3 | 4 | 5 |", "a table of 5 columns"),
        (
            "| module |\n        | tokens |",
            "| module | b | c | d | e |\n        | tokens | 1 | 2 | 3 | 4 |",
            "5 columns",
        ),
    ],
    examples_say_what_they_are: [
        ("Examples: Lists an eMSP publishes", "Examples:", "without a title"),
        ("        | tokens |\n", "", "without rows"),
        (GOOD[GOOD.index("      @cpo\n") : GOOD.index("    @LOC-032")], "", "has no Examples"),
    ],
    placeholders_are_columns: [
        ("        | module |\n", "        | modul |\n", "no column <module>"),
        ("A page links to the", "A page links to the <next>", "<next> stands for nothing"),
        ("| module |\n        | tokens |", "| module | b |\n        | tokens | 1 |", 'nothing uses the column "b"'),
    ],
    rows_are_distinct: [("        | tokens |", "        | sessions |", "the row sessions is there twice")],
    steps_use_words: [
        ("the locations sender interface", "http://target/locations", "a URL"),
        ("the locations sender interface", "the host 10.0.0.1", "a URL"),
        ("the locations sender interface", "localhost:8080", "a port"),
        ("the locations sender interface", "it authorized with Token ZXhhbXBsZS10b2tlbg==", "a token"),
        ("the locations sender interface", "it authorized with 0aZ9bY8cX7dW6eV5fU", "a token"),
        ("the response links to a next page", "the response has $.data[0]", "a JSON path"),
        ("the response links to a next page", "the response has /data/evses", "a JSON path"),
        ("the response links to a next page", "the response has coordinates.latitude", "a JSON path"),
        ("        | tokens |", "        | OCPI 2.2.1 |", "a version"),
    ],
    clauses_exist: [
        ("  Spec: transport_and_format_pagination, mod_locations_locations_module\n", "", "names no clause"),
        (
            "transport_and_format_pagination,",
            "transport_pagination,",
            "Spec: transport_pagination is no anchor",
        ),
    ],
    prose_is_no_misspelt_keyword: [
        ("  handle.\n", "  handle.\n  Scenaro: lost\n", 'looks like "Scenario:"'),
        ("Scenario: A party registers\n", "Scenario: A party registers\n      Whne it does\n", 'looks like "When"'),
        ("Scenario: A party registers\n", "Scenario: A party registers\n      then it is\n", 'looks like "Then"'),
        ("Scenario: A party registers\n", "Scenario: A party registers\n      Givn a partner\n", 'looks like "Given"'),
    ],
    what_changes_the_target_is_tagged: [
        ("@LOC-032 @writes", "@LOC-032", "put @writes on the scenario"),
        ("@CRD-001 @credentials", "@CRD-001", "put @credentials on the scenario"),
        ("sends GET to the locations sender interface", "sends PUT to a foreign Location", "put @writes"),
        ("sends GET to the locations sender interface", "sends POST to the commands receiver interface", "@commands"),
        ("follows the <module> list to its end", "sends POST to the <module> sender interface", "put @writes"),
    ],
    act_tags_are_deserved: [
        ("@TRN-025 @cpo", "@TRN-025 @cpo @writes", "has the tag @writes but no step"),
        ("@TRN-025 @cpo", "@TRN-025 @cpo @credentials", "has the tag @credentials but no step"),
    ],
}


@pytest.mark.parametrize("check", RULES, ids=lambda check: check.__name__)
def test_a_good_feature_passes(check: Rule) -> None:
    assert list(check(gherkin.parse(GOOD))) == []


@pytest.mark.parametrize(
    ("check", "old", "new", "message"),
    [pytest.param(check, *sample, id=f"{check.__name__}-{n}") for check in BAD for n, sample in enumerate(BAD[check])],
)
def test_a_bad_feature_fails_in_words_that_teach(check: Rule, old: str, new: str, message: str) -> None:
    assert old in GOOD
    found = list(check(gherkin.parse(GOOD.replace(old, new, 1))))
    assert any(message in line for line in found), found
    assert all(re.match(r"\d+: .+", line) for line in found)


def test_every_rule_has_a_bad_sample() -> None:
    assert [check.__name__ for check in RULES if check not in BAD] == []


@pytest.mark.parametrize("check", RULES, ids=lambda check: check.__name__)
def test_the_features_keep_the_rule(check: Rule) -> None:
    assert FEATURES
    problems = [f"features/{feature.where}:{problem}" for feature in FEATURES for problem in check(feature)]
    assert not problems, "\n" + "\n".join(problems)


def test_a_request_in_the_credentials_folder_before_registration_needs_no_tag() -> None:
    text = GOOD.replace("@CRD-001 @credentials", "@CRD-001").replace("its credentials with POST", "GET to it")
    assert list(what_changes_the_target_is_tagged(gherkin.parse(text, "transport/before_registration.feature"))) == []
    assert list(what_changes_the_target_is_tagged(gherkin.parse(text, "transport/registration.feature"))) != []


def same_names(features: tuple[Feature, ...]) -> list[str]:
    """Names that two features of one folder share."""
    names = [(feature.folder, name) for feature in features for name in {s.name for s in feature.scenarios}]
    return [f"features/{folder}: {name}" for (folder, name), times in Counter(names).items() if times > 1]


def test_the_same_name_in_two_files_of_a_folder_is_found() -> None:
    here, beside, elsewhere = (
        gherkin.parse(GOOD, where) for where in ("a/one.feature", "a/two.feature", "b/x.feature")
    )
    assert same_names((here, elsewhere)) == []
    assert "features/a: A party registers" in same_names((here, beside))


def test_names_are_unique_in_a_folder() -> None:
    problems = same_names(FEATURES)
    assert not problems, "say in the name what differs; names are the keys of history:\n" + "\n".join(problems)


def test_no_gherkin_is_an_error_with_its_place() -> None:
    with pytest.raises(ParserError, match=r"\(19:7\)"):
        gherkin.parse(GOOD.replace("      And the response links", "      Andd the response links"))


def binds(text: str) -> bool:
    """Whether a module binds the features of its folder and does nothing else."""
    body = ast.parse(text).body
    return [ast.unparse(node) for node in body[1:]] == ["from pytest_bdd import scenarios", "scenarios('.')"] and (
        isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant)
    )


def test_what_binds_a_folder() -> None:
    good = '"""Binds the features of this folder."""\n\nfrom pytest_bdd import scenarios\n\nscenarios(".")\n'
    assert binds(good)
    assert not binds(good.replace('"."', '"versions.feature"'))
    assert not binds(good + "\n\ndef test_more() -> None: ...\n")


def test_every_folder_binds_its_features() -> None:
    problems = []
    for folder in sorted({feature.folder for feature in FEATURES}):
        file = gherkin.FOLDER / folder / f"test_{folder}.py"
        if not file.exists() or not binds(file.read_text("utf-8")):
            problems.append(f"features/{folder}/{file.name}")
    assert not problems, f'write a docstring, the import of scenarios, and scenarios("."), nothing else: {problems}'


def test_every_pickle_is_collected() -> None:
    """pytest-bdd is silent about what it does not collect, so the two are counted: per version, folder and role."""
    command = [sys.executable, "-m", "pytest", str(gherkin.FOLDER), "--collect-only", "-q", "--target=embedded"]
    command += [f"--ocpi-version={version}" for version in EMBEDDED_VERSIONS]
    command += ["-p", "no:cacheprovider", f"--rootdir={gherkin.FOLDER.parent}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=gherkin.FOLDER.parent)
    collected = Counter(re.findall(r"^features/(\w+)/test_\w+\.py::.+\[([\d.]+)-([A-Z]+)", done.stdout, re.M))
    expected = Counter(
        (feature.folder, version, role)
        for feature in FEATURES
        for pickle in feature.pickles
        for version in EMBEDDED_VERSIONS
        for role in EMBEDDED_ROLES[version]
        if any(version in CATALOGUE[name].versions for name in pickle.tags & set(CATALOGUE))
        if not pickle.tags & set(ROLES) or role.lower() in pickle.tags
    )
    assert done.returncode == 0, done.stdout[-3000:]
    assert collected == expected


def test_a_feature_is_read_as_it_stands() -> None:
    feature = gherkin.parse(GOOD)
    first, outline, flow, _ = feature.scenarios
    assert feature.anchors == ("transport_and_format_pagination", "mod_locations_locations_module")
    assert (feature.folder, feature.name) == ("sample", "Lists of the target")
    assert first.steps[1] == Step("when", first.steps[1].text, 16, (("limit", "2"),))
    assert [step.kind for step in first.steps] == ["given", "when", "then", "then"]
    assert (first.rule, first.tags) == ("A page that is not the last one links to the next page", ("TRN-025", "cpo"))
    assert [block.rows for block in outline.examples] == [(("locations",), ("sessions",)), (("tokens",),)]
    assert [step.kind for step in flow.steps] == ["when", "then", "when", "then"]


def test_a_pickle_has_all_that_it_stands_in() -> None:
    pickles = gherkin.parse(GOOD).pickles
    assert [pickle.name for pickle in pickles][1:4] == [
        "The last page of locations links to nothing",
        "The last page of sessions links to nothing",
        "The last page of tokens links to nothing",
    ]
    assert pickles[3].tags == {"sender", "TRN-026", "emsp"}
    assert pickles[3].steps[0] == Step("given", "the partner is registered with the target")
    assert pickles[3].steps[1] == Step("when", "the partner follows the tokens list to its end")


def test_an_empty_file_has_no_scenario() -> None:
    assert gherkin.parse("").scenarios == ()
    assert gherkin.parse("").pickles == ()
