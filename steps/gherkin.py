"""The features as values: what stands in a .feature file, and the scenarios that come of it. Nothing is judged here.

Rules: only the Gherkin parser that pytest-bdd uses reads a feature, so both see the same text.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gherkin.parser import Parser
from gherkin.pickles.compiler import Compiler

from ocpi_conformance import features as package

FOLDER = Path(package.__file__).resolve().parent
# An And takes the kind of the step before it; "and" stays where there is none.
_KINDS = {"Context": "given", "Action": "when", "Outcome": "then"}
_UNKNOWN = "and"

Row = tuple[str, ...]


@dataclass(frozen=True)
class Step:
    """One step: its kind (given, when, then), its text, where it stands, its table."""

    kind: str
    text: str
    line: int = 0
    table: tuple[Row, ...] = ()


@dataclass(frozen=True)
class Prose:
    """The description below the heading `keyword` (Feature, Rule, Scenario, …) that stands in `line`."""

    keyword: str
    line: int
    text: str


@dataclass(frozen=True)
class Examples:
    """One Examples block of an outline."""

    title: str
    line: int
    tags: tuple[str, ...]
    header: Row
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Scenario:
    """One scenario or outline as it is written, without Background; `tags` are its own, `rule` the Rule above it."""

    name: str
    line: int
    tags: tuple[str, ...]
    steps: tuple[Step, ...]
    examples: tuple[Examples, ...]
    outline: bool
    rule: str


@dataclass(frozen=True)
class Pickle:
    """One scenario as it runs: placeholders filled in, Background first, with the tags of all that it stands in."""

    name: str
    line: int
    tags: frozenset[str]
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Feature:
    """One file. `where` is its place below the features folder, such as "versions/versions.feature"."""

    where: str
    name: str
    line: int
    tags: tuple[tuple[str, int], ...]
    prose: tuple[Prose, ...]
    backgrounds: tuple[tuple[Step, ...], ...]
    scenarios: tuple[Scenario, ...]
    pickles: tuple[Pickle, ...]

    @property
    def folder(self) -> str:
        """The folder that the feature stands in: the module it is about."""
        return self.where.rpartition("/")[0]

    @property
    def anchors(self) -> tuple[str, ...]:
        """The anchors that the description names after `Spec:`."""
        found = [text for prose in self.prose if prose.keyword == "Feature" for text in prose.text.split("Spec:")[1:]]
        return tuple(word for text in found for word in text.replace(",", " ").split())


def load(folder: Path = FOLDER) -> tuple[Feature, ...]:
    """Return every feature below `folder`, in the order of their names.

    Raises:
        gherkin.errors.ParserError: a file is no Gherkin; the message says where.
    """
    files = sorted(folder.rglob("*.feature"))
    return tuple(parse(file.read_text("utf-8"), file.relative_to(folder).as_posix()) for file in files)


def parse(text: str, where: str = "sample/sample.feature") -> Feature:
    """Return the feature that `text` holds; a text without one gives a feature without a name.

    Raises:
        gherkin.errors.ParserError: it is no Gherkin.
    """
    document: Any = Parser().parse(text)
    node = document.get("feature") or {"name": "", "location": {"line": 1}, "tags": [], "children": []}
    headings = list(_headings(node))
    return Feature(
        where=where,
        name=node["name"],
        line=node["location"]["line"],
        tags=tuple(_placed_tags(node)),
        prose=tuple(_prose(node)),
        backgrounds=tuple(_steps(background) for background, _ in headings if "examples" not in background),
        scenarios=tuple(_scenario(entry, rule) for entry, rule in headings if "examples" in entry),
        pickles=tuple(_pickles(document, where)),
    )


def _headings(node: Any, rule: str = "") -> Iterator[tuple[Any, str]]:  # noqa: ANN401  (a node of the parser)
    """Yield each background and scenario with the Rule that it stands in."""
    for child in node["children"]:
        if "rule" in child:
            yield from _headings(child["rule"], child["rule"]["name"])
        else:
            yield child.get("background") or child["scenario"], rule


def _scenario(node: Any, rule: str) -> Scenario:  # noqa: ANN401
    return Scenario(
        name=node["name"],
        line=node["location"]["line"],
        tags=_tags(node),
        steps=_steps(node),
        examples=tuple(_examples(block) for block in node["examples"]),
        outline=node["keyword"] == "Scenario Outline",
        rule=rule,
    )


def _examples(node: Any) -> Examples:  # noqa: ANN401
    return Examples(
        title=node["name"],
        line=node["location"]["line"],
        tags=_tags(node),
        header=_cells(node["tableHeader"]) if "tableHeader" in node else (),
        rows=tuple(_cells(row) for row in node.get("tableBody", ())),
    )


def _steps(node: Any) -> tuple[Step, ...]:  # noqa: ANN401
    found: list[Step] = []
    kind = _UNKNOWN
    for step in node["steps"]:
        kind = _KINDS.get(step["keywordType"], kind)
        rows = tuple(_cells(row) for row in step.get("dataTable", {}).get("rows", ()))
        found.append(Step(kind, step["text"], step["location"]["line"], rows))
    return tuple(found)


def _pickles(document: Any, where: str) -> Iterator[Pickle]:  # noqa: ANN401
    if "feature" not in document:
        return
    compiled: Any = Compiler().compile(document | {"uri": where})
    for pickle in compiled:
        steps = tuple(
            Step(
                _KINDS.get(step["type"], _UNKNOWN),
                step["text"],
                table=tuple(
                    tuple(cell["value"] for cell in row["cells"])
                    for row in step.get("argument", {}).get("dataTable", {}).get("rows", ())
                ),
            )
            for step in pickle["steps"]
        )
        tags = frozenset(tag["name"].removeprefix("@") for tag in pickle["tags"])
        yield Pickle(pickle["name"], pickle["location"]["line"], tags, steps)


def _prose(node: Any) -> Iterator[Prose]:  # noqa: ANN401
    if node.get("description"):
        yield Prose(node["keyword"], node["location"]["line"], node["description"])
    for child in (*node.get("children", ()), *node.get("examples", ())):
        # A child of a feature or rule is wrapped in its kind; an Examples block is not.
        yield from _prose(next(iter(child.values())) if len(child) == 1 else child)


def _placed_tags(node: Any) -> Iterator[tuple[str, int]]:  # noqa: ANN401
    """Yield every tag below `node` with its line."""
    yield from ((tag["name"].removeprefix("@"), tag["location"]["line"]) for tag in node.get("tags", ()))
    for child in (*node.get("children", ()), *node.get("examples", ())):
        yield from _placed_tags(next(iter(child.values())) if len(child) == 1 else child)


def _tags(node: Any) -> tuple[str, ...]:  # noqa: ANN401
    return tuple(tag["name"].removeprefix("@") for tag in node["tags"])


def _cells(row: Any) -> Row:  # noqa: ANN401
    return tuple(cell["value"] for cell in row["cells"])
