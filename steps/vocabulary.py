"""The vocabulary of the scenarios: every phrase, every noun, and what a step's words stand for. It carries out nothing.

`python -m ocpi_conformance.steps.vocabulary` rewrites the list of phrases and nouns in features/README.md.
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, cast

from pytest_bdd.parsers import StepParser
from pytest_bdd.steps import step_function_context_registry

from ocpi_conformance import schemas
from ocpi_conformance.mock_partner.ocpi.modules import MODULES
from ocpi_conformance.mock_partner.record import Context
from ocpi_conformance.steps import (
    acts,
    answers,
    awaited,
    background,
    bodies,
    command_bodies,
    commanding,
    connecting,
    course,
    gherkin,
    given,
    hubs,
    invoicing,
    offered,
    places,
    profile_requests,
    profiling,
    sweeps,
    then,
    things,
    tokens,
    when,
)
from ocpi_conformance.steps import values as table_values
from ocpi_conformance.steps.checks import registry
from ocpi_conformance.steps.gherkin import Step
from ocpi_conformance.steps.run import EMBEDDED_VERSIONS
from ocpi_conformance.steps.scene import Scene
from ocpi_conformance.steps.verdicts import NotObserved

BEGIN, END = "<!-- vocabulary: begin (generated) -->", "<!-- vocabulary: end -->"
README = gherkin.FOLDER / "README.md"
_MODULES = {"given": given, "when": when, "then": then}
# What any version has of these, features can name.
MODULE_WORDS = frozenset(name for version in EMBEDDED_VERSIONS for name in MODULES[version]) | places.COLLECTIONS.keys()
CLASS_WORDS = frozenset(name for edition in schemas.VERSIONS for name in schemas.names(edition))


@dataclass(frozen=True)
class Phrase:
    """One step definition: its kind, its text for people, what it does, the function and the parser behind it.

    `table` is whether a table follows: "never", "always", or "when said" ("… with the parameters").
    """

    kind: str
    text: str
    meaning: str
    function: str
    parser: StepParser
    table: str = "never"


@dataclass(frozen=True)
class Noun:
    """A word of a step: what kind of noun it is, and the word."""

    kind: str
    word: str


class _Nobody:
    """Stands for a scene where only words are looked up: what is known soon wants something of the scene."""

    def __getattr__(self, name: str) -> object:
        raise NotObserved(name)


_NOBODY = cast(Scene, _Nobody())
_NOWHERE = places.Place("", Context())


def _module(word: str) -> None:
    if word not in MODULE_WORDS:
        raise LookupError(f'no module is called "{word}". Known: {sorted(MODULE_WORDS)}')


def _class(word: str) -> None:
    if word not in CLASS_WORDS:
        raise LookupError(f'no class of OCPI is called "{word}"; spell it as the specification does')


def _place(word: str) -> None:
    # A place of a module or class that does not exist would leave a scenario not observed for ever.
    words = word.split()
    if words[-1] == "interface":
        _module(words[1])
    elif words[-1] not in {"endpoint", "command", "response_url"}:
        _class(words[-1])
    places.place(_NOBODY, word)


def _message(word: str) -> None:
    if found := re.search(r"(\w+) interface$", word):
        _module(found[1])
    awaited.matcher(_NOBODY, word)


def _evidence(word: str) -> None:
    if word[:1].isupper():
        _class(word)


def _credentials(word: str) -> None:
    if word != "its credentials":
        bodies.body_called(_NOBODY, word)


def _value(word: str) -> None:
    # What is no known name stands for itself; a name that is misspelt must not.
    if word.startswith(("the ", "a ", "an ")) and not word.startswith(tuple(table_values.VALUES)):
        raise LookupError(
            f'no value is called "{word}". Known: {[start + "<Object>" for start in table_values.VALUES]}'
        )


def _role(word: str) -> None:
    if word not in connecting.WORDS:
        hubs.registered_as(_NOBODY, word)


# Kind of noun → the look-up that raises LookupError for a word that is not known.
LOOKUPS: Mapping[str, Callable[[str], object]] = {
    "answer": lambda word: answers.answer_rule(next(iter(answers.PLACES)), word),
    "answered request": lambda word: answers.known(word, answers.PLACES),
    "body": lambda word: bodies.body_called(_NOBODY, word),
    "command": lambda word: commanding.send(_NOBODY, word),
    "beginning": lambda word: course.begin(_NOBODY, word),
    "class": _class,
    "credentials": _credentials,
    "evidence": _evidence,
    "list": lambda word: _module(word.removeprefix(background.WHOLE)),
    "message": _message,
    "module": _module,
    "offer": lambda word: offered.offer(_NOBODY, word),
    "manner": lambda word: sweeps.two_manners(_NOBODY, "GET", _NOWHERE, word),
    "place": _place,
    "profile request": lambda word: profiling.send(_NOBODY, word),
    "push": lambda word: background.pushed(_NOBODY, word),
    "role": _role,
    "thing": lambda word: things.build(_NOBODY, word),
    "token": lambda word: tokens.authorization_value(_NOBODY, word),
    "trigger": lambda word: acts.pull_trigger(_NOBODY, word),
    "value": _value,
}
# (step function, argument) → the kind of noun that the argument names.
KINDS: Mapping[tuple[str, str], str] = {
    ("registered", "role"): "role",
    ("publishes", "kind"): "class",
    ("shows", "kind"): "class",
    ("has_pushed", "name"): "thing",
    ("partner_publishes_thing", "name"): "thing",
    ("has_moved", "module"): "module",
    ("has_been_made_to", "trigger"): "trigger",
    ("has_read", "module"): "list",
    ("has_pulled", "name"): "thing",
    ("interfaces_apart", "module"): "module",
    ("target_has_pushed", "what"): "push",
    ("partner_answers", "place"): "answered request",
    ("partner_answers", "answer"): "answer",
    ("sends", "place"): "place",
    ("sends", "token"): "token",
    ("sends", "what"): "body",
    ("calls_every_endpoint", "token"): "token",
    ("calls_every_endpoint", "without"): "module",
    ("sends_in_two_manners", "place"): "place",
    ("sends_in_two_manners", "manner"): "manner",
    ("follows", "module"): "module",
    ("asks_for_pages", "module"): "module",
    ("sends_credentials", "credentials"): "credentials",
    ("pushes", "name"): "thing",
    ("operator_has", "trigger"): "trigger",
    ("copy_of", "kind"): "class",
    ("target_sends", "message"): "message",
    ("every", "subject"): "evidence",
    ("has_pulled_without", "kind"): "class",
    ("target_has_begun", "beginning"): "beginning",
    ("offers", "offer"): "offer",
    ("has_sent_command", "command"): "command",
    ("sends_command", "command"): "command",
    ("driver_is_charging", "offer"): "offer",
    ("has_sent_profile_request", "request"): "profile request",
    ("asks_each_party", "module"): "module",
    ("sends_profile_request", "request"): "profile request",
    ("object_of_command", "kind"): "class",
}
# Then function → the subject whose expectations its phrase names; {subject} is an argument of the step.
SUBJECTS: Mapping[str, str] = {
    "response": "the response",
    "pages": "the pages",
    "answers": "the answers",
    "copy_of": "the copy",
    "session_of_target": "the Session",
    "every": "every {subject}",
    "registration": "the registration",
    "corrected": "the correction",
    "result": "the result",
    "object_of_command": "the {kind} of the command",
    "active_profile": "the active profile",
    "use_of_token": "the use of the Token",
    "as_a_hub": "the hub",
}
# Arguments that are no nouns: numbers, methods, and words that the phrase itself spells out.
PLAIN = frozenset({"number", "most", "method", "version", "when", "who", "which", "entry"})
_TABLE = ("what", "the parameters")


def phrases() -> tuple[Phrase, ...]:
    """Return every phrase of the vocabulary, Given first, in the order of the step modules."""
    kinds = {module.__name__: kind for kind, module in _MODULES.items()}
    found = [context for context in step_function_context_registry.values() if context.step_func.__module__ in kinds]
    order = list(kinds)
    found.sort(key=lambda c: (order.index(c.step_func.__module__), c.step_func.__code__.co_firstlineno))
    return tuple(
        Phrase(
            kind=kinds[context.step_func.__module__],
            text=readable(context.parser.name),
            meaning=(context.step_func.__doc__ or "").split("\n", 1)[0],
            function=context.step_func.__name__,
            parser=context.parser,
            table=_table_of(context.step_func),
        )
        for context in found
    )


def _table_of(function: Callable[..., object]) -> str:
    parameter = inspect.signature(function).parameters.get("datatable")
    if parameter is None:
        return "never"
    return "always" if parameter.default is inspect.Parameter.empty else "when said"


def definitions(step: Step, known: Iterable[Phrase]) -> list[Phrase]:
    """Return the phrases that `step` matches; one is right, none and several are mistakes."""
    return [phrase for phrase in known if phrase.kind == step.kind and phrase.parser.is_matching(step.text)]


def arguments(step: Step, phrase: Phrase) -> dict[str, str]:
    """Return the words that `step` puts into the places of `phrase`."""
    given_words = phrase.parser.parse_arguments(step.text) or {}
    return {name: word for name, word in given_words.items() if word is not None}


def nouns(step: Step, phrase: Phrase) -> Iterator[Noun]:
    """Yield the nouns of `step`, its table of parameters included.

    Raises:
        LookupError: `KINDS` does not say what an argument of the phrase names.
    """
    words = arguments(step, phrase)
    for name, word in words.items():
        if name in PLAIN or name == "phrase" or (name, word) == _TABLE:
            continue
        if name == "subject" and phrase.function not in SUBJECTS:
            raise LookupError(f"add {phrase.function} to SUBJECTS of steps/vocabulary.py")
        if (phrase.function, name) not in KINDS:
            raise LookupError(f"add what ({phrase.function}, {name}) names to KINDS of steps/vocabulary.py")
        yield Noun(KINDS[phrase.function, name], word)
    # Rows of names and values, or one row for each request below the row of their names.
    cells = [row[1:] for row in step.table] if phrase.table == "when said" else step.table[1:]
    yield from (Noun("value", word) for row in cells for word in row)


def expected(step: Step, phrase: Phrase) -> registry.Expectation | None:
    """Return the expectation that a Then names, or None for a phrase that names none.

    Raises:
        LookupError: there is none of that name; the message lists the known ones.
    """
    words = arguments(step, phrase)
    if "phrase" not in words:
        return None
    if phrase.function not in SUBJECTS:
        raise LookupError(f"add {phrase.function} to SUBJECTS of steps/vocabulary.py")
    entry, fields = registry.find(SUBJECTS[phrase.function].format(**words), words["phrase"])
    if "kind" in fields:
        _class(fields["kind"])
    return entry


def look_up(noun: Noun) -> None:
    """Look a noun up.

    Raises:
        LookupError: it is not known; the message lists the known ones.
    """
    try:
        LOOKUPS[noun.kind](noun.word)
    except NotObserved:
        return


def readable(pattern: str) -> str:
    """Return the text of a step definition as a person would write it: fields in braces, options in brackets."""
    text = re.sub(r"\{(\w+)(:[^}]*)?\}", r"{\1}", pattern)
    while "(?" in text:
        text, changed = re.subn(r"\(\?(?:P<(\w+)>|:)([^()]*)\)(\??)", _readable_group, text)
        if not changed:
            break
    return re.sub(r"(\w)\?", r"\1", text)


def _readable_group(group: re.Match[str]) -> str:
    name, inner, optional = group.groups()
    spelt_out = re.fullmatch(r"[a-z |]+", inner) is not None
    text = inner if name is None or (spelt_out and name in PLAIN) else f"{{{name}}}"
    if optional:
        return f"[{text}]"
    return f"({text})" if "|" in text else text


def used_nouns(steps: Iterable[Step]) -> dict[str, set[str]]:
    """Return the words that `steps` use, by kind of noun; a step that is not understood adds nothing."""
    found: dict[str, set[str]] = {kind: set() for kind in LOOKUPS}
    known = phrases()
    for step in steps:
        for phrase in definitions(step, known)[:1]:
            with suppress(LookupError):
                for noun in nouns(step, phrase):
                    found[noun.kind].add(noun.word)
    return found


def known_nouns() -> dict[str, list[tuple[str, str]]]:
    """Return the nouns: title → (word, what it means). Places and messages have forms: those in use are listed."""
    used = used_nouns({step for feature in gherkin.load() for pickle in feature.pickles for step in pickle.steps})
    found: dict[str, list[tuple[str, str]]] = {
        "Places": [(word, "") for word in used["place"]],
        "Tokens": [(word, "") for word in tokens.TOKENS],
        "Authorization headers that are no proper token": [(word, "") for word in tokens.HEADERS],
        "Things the partner pushes": [(word, "") for word in things.THINGS],
        "Bodies": [(word, "") for word in bodies.BODIES],
        "Values of a table of parameters": [
            (f"{start}…" if start.endswith(" ") else start, "") for start in table_values.VALUES
        ],
        "Requests that the partner answers in its own way": [(word, "") for word in answers.PLACES],
        "Answers of the partner": [(word, "") for word in answers.ANSWERS],
        "Acts of the target that the operator has it do": [
            (word, f"trigger `{name}`") for word, (name, _) in acts.TRIGGERS.items()
        ],
        "Commands of the partner": [(word, "") for word in command_bodies.COMMANDS],
        "Profile requests of the partner": [(word, "") for word in profile_requests.REQUESTS],
        "What a target offers": [
            *((word, f"`[offers] {key}`, or what is published") for word, key in offered.KEYS.items()),
            (invoicing.CDR_TO_INVOICE, "what is published, or pushed to it before"),
        ],
        "Pushes of the target": [(word, "") for word in used["push"]],
        "Messages of the target": [(word, "") for word in used["message"]],
        "Manners of a request": [(word, "") for word in sweeps.MANNERS],
    }
    return {title: rows for title, rows in found.items() if rows}


def _meaning(function: Callable[..., Any]) -> str:
    # A partial has the docstring of its class.
    return (function.__doc__ or "").split("\n", 1)[0] if inspect.isfunction(function) else ""


def render() -> str:
    """Return the generated part of features/README.md, without its markers."""
    out: list[str] = []
    known = phrases()
    for kind in _MODULES:
        out += [f"### {kind.capitalize()}", "", "| phrase | what it does |", "|---|---|"]
        out += [_row(phrase.text, phrase.meaning) for phrase in known if phrase.kind == kind]
        out.append("")
    for title, rows in known_nouns().items():
        out += [f"### {title}", ""]
        out += [f"- `{word}`" + (f": {meaning}" if meaning else "") for word, meaning in sorted(rows)]
        out.append("")
    for subject in sorted({entry.subject for entry in registry.expectations()}):
        out += [f"### What is expected of {subject}", "", "| … | meaning |", "|---|---|"]
        entries = [entry for entry in registry.expectations() if entry.subject == subject]
        entries.sort(key=lambda entry: entry.phrase)
        out += [_row(registry.words(entry.phrase), _meaning(entry.function)) for entry in entries]
        out.append("")
    return "\n".join(out).rstrip("\n") + "\n"


def _row(text: str, meaning: str) -> str:
    return f"| {text.replace('|', '/')} | {meaning.replace('|', '/')} |"


def with_vocabulary(text: str) -> str:
    """Return `text` with what stands between the markers replaced by the vocabulary.

    Raises:
        ValueError: the markers are missing.
    """
    if text.count(BEGIN) != 1 or text.count(END) != 1:
        raise ValueError(f"{README.name} needs the lines {BEGIN} and {END}, each once")
    before, _, rest = text.partition(BEGIN)
    return f"{before}{BEGIN}\n\n{render()}\n{END}{rest.partition(END)[2]}"


def main() -> int:
    """Rewrite the vocabulary in features/README.md."""
    README.write_text(with_vocabulary(README.read_text("utf-8")), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
