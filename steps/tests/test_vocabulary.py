"""The vocabulary: every step means exactly one thing, every noun exists, nothing is unused, the README has it all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest

from ocpi_conformance.steps import (
    acts,
    answers,
    bodies,
    command_bodies,
    gherkin,
    given,
    offered,
    sweeps,
    things,
    tokens,
    values,
    vocabulary,
)
from ocpi_conformance.steps.checks import registry
from ocpi_conformance.steps.gherkin import Step
from ocpi_conformance.steps.vocabulary import Noun, Phrase

PHRASES = vocabulary.phrases()
BUDGET = 60
STEPS = {
    step: f"features/{feature.where}:{pickle.line}"
    for feature in gherkin.load()
    for pickle in feature.pickles
    for step in pickle.steps
}
USED = vocabulary.used_nouns(STEPS)


def mistake(step: Step, known: Iterable[Phrase] = PHRASES) -> str:
    """What is wrong with the words of a step; empty when nothing is."""
    matching = vocabulary.definitions(step, known)
    if not matching:
        return f'no phrase fits "{step.text}"; features/README.md lists the {step.kind} phrases'
    if len(matching) > 1:
        return f'several phrases fit "{step.text}", and pytest-bdd takes any: {[phrase.text for phrase in matching]}'
    said = {"never": False, "always": True, "when said": step.text.endswith(" the parameters")}
    if bool(step.table) != said[matching[0].table]:
        return f'"{step.text}": {"no table" if step.table else "a table"} follows this phrase'
    try:
        vocabulary.expected(step, matching[0])
        for noun in vocabulary.nouns(step, matching[0]):
            vocabulary.look_up(noun)
    except LookupError as error:
        return f'"{step.text}": {error.args[0]}'
    return ""


def used() -> Iterator[tuple[Step, Phrase]]:
    for step in STEPS:
        for phrase in vocabulary.definitions(step, PHRASES)[:1]:
            yield step, phrase


@pytest.mark.parametrize(
    ("step", "message"),
    [
        (Step("when", "the partner sends GET to the versions endpoint"), ""),
        (Step("when", "the partner sent GET to the versions endpoint"), "no phrase fits"),
        (Step("given", "the partner sends GET to the versions endpoint"), "no phrase fits"),
        (Step("when", "the partner sends GET to the verions endpoint"), 'no place is called "the verions endpoint"'),
        (Step("when", "the partner sends GET to the Lokation"), 'no class of OCPI is called "Lokation"'),
        (Step("when", "the partner sends GET to the lists sender interface"), 'no module is called "lists"'),
        (Step("when", "the partner sends GET to the versions endpoint authorized with token A"), "no token is called"),
        (Step("when", "the partner sends POST to the credentials endpoint with rubbish"), "no body is called"),
        (Step("when", "the partner sends GET to the Location with the parameters"), ": a table follows"),
        (Step("when", "the partner sends GET to the Location", table=(("limit", "2"),)), ": no table follows"),
        (Step("then", "the response is successful", table=(("limit", "2"),)), ": no table follows"),
        (Step("when", "the partner asks for these pages of the locations list"), ": a table follows"),
        (
            Step("when", "the partner sends GET to the Location with the parameters", table=(("a", "the lust"),)),
            'no value is called "the lust"',
        ),
        (
            Step("when", "the partner asks for these pages of the cdrs list", table=(("limit",), ("a mess",))),
            'no value is called "a mess"',
        ),
        (Step("when", "the partner pushes a Lokation with PUT"), 'no thing is called "a Lokation"'),
        (Step("when", "the partner follows the location list to its end"), 'no module is called "location"'),
        (Step("when", "the operator has the target sing"), 'the target is not known to "sing"'),
        (Step("given", "the target publishes at least 3 Lokation objects"), 'no class of OCPI is called "Lok'),
        (Step("given", "the partner answers requests for versions with HTTP status 999"), "is no known word here"),
        (Step("given", "the partner answers requests for lists with HTTP status 500"), "is no known word here"),
        (Step("then", "the response is successful"), ""),
        (Step("then", "the response is sucessful"), "near: ['is successful'"),
        (Step("then", "the response is a valid Lokation"), 'no class of OCPI is called "Lokation"'),
        (Step("then", "the target sends GET to the partner's versions endpoint in time"), ""),
        (Step("then", "the target sends GET to the partner's verions endpoint in time"), 'the partner has no "verions'),
        (Step("then", "the target sends PUT to the partner's lists interface in time"), 'no module is called "lists"'),
    ],
)
def test_what_is_wrong_with_a_step_is_said(step: Step, message: str) -> None:
    found = mistake(step)
    assert message in found
    assert bool(found) == bool(message)


def test_two_phrases_that_fit_are_a_mistake() -> None:
    step = Step("then", "the response is successful")
    (phrase,) = vocabulary.definitions(step, PHRASES)
    assert "several phrases fit" in mistake(step, [*PHRASES, phrase])


def test_an_argument_that_nobody_explained_is_a_mistake() -> None:
    (phrase,) = vocabulary.definitions(Step("given", "the partner has pushed a Location"), PHRASES)
    other = Phrase("given", phrase.text, "", "pushes_twice", phrase.parser)
    with pytest.raises(LookupError, match="KINDS of steps/vocabulary"):
        list(vocabulary.nouns(Step("given", "the partner has pushed a Location"), other))


def test_every_step_means_exactly_one_thing() -> None:
    assert STEPS
    problems = [f"{where}: {found}" for step, where in STEPS.items() if (found := mistake(step))]
    assert not problems, "\n" + "\n".join(problems)


def test_no_phrase_is_unused() -> None:
    alive = {phrase for _, phrase in used()}
    unused = [f"{phrase.kind} {phrase.text}" for phrase in PHRASES if phrase not in alive]
    assert not unused, f"use it in a scenario or take it out: {unused}"


def test_the_phrases_keep_to_their_budget() -> None:
    assert len(PHRASES) <= BUDGET, "let a noun grow instead: an expectation, a thing, a place"


@pytest.mark.parametrize(
    ("kind", "table"),
    [
        ("thing", things.THINGS),
        ("token", tokens.TOKENS | tokens.HEADERS),
        ("trigger", acts.TRIGGERS),
        ("answer", answers.ANSWERS),
        ("answered request", answers.PLACES),
        ("manner", sweeps.MANNERS),
        ("command", command_bodies.COMMANDS),
        ("offer", offered.OFFERS),
    ],
)
def test_no_noun_is_unused(kind: str, table: dict[str, object]) -> None:
    unused = sorted(set(table) - USED[kind])
    assert not unused, f"use this {kind} in a scenario or take it out of its table: {unused}"


def test_no_body_is_unused() -> None:
    unused = sorted(set(bodies.BODIES) - USED["body"] - USED["credentials"])
    assert not unused, f"use this body in a scenario or take it out of steps/bodies.py: {unused}"


def test_no_value_is_unused() -> None:
    words = USED["value"]
    unused = [start for start in values.VALUES if not any(word.startswith(start) for word in words)]
    assert not unused, f"use this value in a scenario or take it out of steps/values.py: {unused}"


def test_no_expectation_is_unused() -> None:
    alive = set()
    for step, phrase in used():
        try:
            alive.add(vocabulary.expected(step, phrase))
        except LookupError:
            continue
    unused = [f"{entry.subject} {entry.phrase}" for entry in registry.expectations() if entry not in alive]
    assert not unused, f"use it in a scenario or take it out of steps/checks: {unused}"


def test_the_readme_lists_the_vocabulary() -> None:
    text = vocabulary.README.read_text("utf-8")
    assert vocabulary.with_vocabulary(text) == text, "run python -m ocpi_conformance.steps.vocabulary"


def test_a_readme_without_markers_is_refused() -> None:
    with pytest.raises(ValueError, match="each once"):
        vocabulary.with_vocabulary("# The features\n")


def test_all_that_explains_a_phrase_is_needed() -> None:
    functions = {phrase.function for phrase in PHRASES}
    assert {function for function, _ in vocabulary.KINDS} <= functions
    assert set(vocabulary.SUBJECTS) <= functions
    assert set(vocabulary.KINDS.values()) | {"value"} == set(vocabulary.LOOKUPS)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("the response {phrase}", "the response {phrase}"),
        ("has {n:d} items", "has {n} items"),
        (r"at least (?P<number>\d+) (?P<kind>\w+) objects?", "at least {number} {kind} objects"),
        (r"sends (?P<method>GET|PUT)(?: to (?P<place>.+?))?", "sends {method}[ to {place}]"),
        (r"its end(?: with the parameters)?", "its end[ with the parameters]"),
        (r"sends it (?P<when>in time|by then)", "sends it (in time|by then)"),
    ],
)
def test_a_definition_reads_as_a_phrase(pattern: str, text: str) -> None:
    assert vocabulary.readable(pattern) == text


def test_phrases_are_those_of_the_step_modules() -> None:
    first = PHRASES[0]
    assert (first.kind, first.function) == ("given", given.registered.__name__)
    assert first.text == "the partner is registered with the target[ as an {role}]"
    assert first.meaning.startswith("Registers when it is not")


def test_a_noun_is_looked_up_without_a_scene() -> None:
    vocabulary.look_up(Noun("place", "the Location"))
    vocabulary.look_up(Noun("module", min(vocabulary.MODULE_WORDS)))
    with pytest.raises(LookupError):
        vocabulary.look_up(Noun("place", "the Lokation endpoint"))
