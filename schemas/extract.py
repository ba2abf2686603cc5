"""Reads the specification's text and writes the facts of its tables to `tables/`; no schema is built, no prose kept.

Use: `python -m ocpi_conformance.schemas.extract <folder with one checkout per version>`.
"""

from __future__ import annotations

import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

TABLES = Path(__file__).parent / "tables"
CORE = {"2.1.1": None, "2.2.1": None, "2.3.0": None, "2.3.0-payments": "2.3.0", "2.3.0-bookings": "2.3.0"}
"""Each edition that is extracted, and for an extension the core edition that it extends."""

HEADING_NAMES = {
    "Response format": "Response",
    "Data": "VersionDetails",
    "_Financial Advice Confirmation_ Object": "FinancialAdviceConfirmation",
}
"""Headings that do not name their class, or not in one word."""

CLASS_FIRST_COLUMN = {"Property", "Field Name"}
ENUM_COLUMN = {"Value": 0, "Property": 0, "Module": 1}
"""First header cell of an enum table, and the column that holds the values."""

_ADOC_HEADING = re.compile(r"^=+ (.+?)\s*$")
_ADOC_ANCHOR = re.compile(r"^\[\[([^\]]+)\]\]")
_MD_HEADING = re.compile(r"^#+ (.+?)\s*$")
_INLINE_ANCHOR = re.compile(r"\[\[[^\]]+\]\]")
_LINK = re.compile(r"<<[^,>]*,([^>]*)>>|\[([^\]]*)\]\([^)]*\)")
_CELL = re.compile(r"(?<!\\)(?:\s[aehlms])?\|")  # AsciiDoc may put a letter for the style before the bar
_TYPE = re.compile(r"^(.+?)\s*(?:[(\[](?:(\d+)\.\.)?(\d+)[)\]])?$")
_KIND_SUFFIX = re.compile(r"\s*[_*]?(class|enum|OpenEnum|object)[_*]?\s*$", re.IGNORECASE)


@dataclass(frozen=True)
class Table:
    """One table of the specification: where it stands and what its cells say, markup of links removed."""

    anchor: str
    heading: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def clean(cell: str) -> str:
    """Returns a cell's text without links, code quotes and surplus space."""
    text = _LINK.sub(lambda match: match[1] or match[2], _INLINE_ANCHOR.sub("", cell))
    return " ".join(text.replace("`", "").replace("\\_", "_").replace("+\n", " ").split())


def asciidoc_tables(path: Path) -> Iterator[Table]:
    """Yields every table of an AsciiDoc file, with the anchor and the heading above it."""
    pending = anchor = heading = ""
    lines = iter(path.read_text(encoding="utf-8").splitlines())
    for line in lines:
        if match := _ADOC_ANCHOR.match(line):
            pending = match[1]
        elif match := _ADOC_HEADING.match(line):
            heading = match[1]
            anchor, pending = pending or anchor, ""
        elif line.startswith("|==="):
            body = []
            for inner in lines:
                if inner.startswith("|==="):
                    break
                body.append(inner)
            if table := _asciidoc_table(f"{path.name}#{anchor}", heading, body):
                yield table


def _asciidoc_table(anchor: str, heading: str, body: list[str]) -> Table | None:
    head, _, rest = "\n".join(body).strip().partition("\n\n")
    header = tuple(clean(cell) for cell in _cells(head))
    # A header row that no blank line ends: its first line is the header.
    if "\n|" in head:
        first, _, more = head.partition("\n")
        header, rest = tuple(clean(cell) for cell in _cells(first)), f"{more}\n{rest}"
    if not header:
        return None
    cells = [clean(cell) for cell in _cells(rest)]
    width = len(header)
    rows = tuple(tuple(cells[i : i + width]) for i in range(0, len(cells) - width + 1, width))
    return Table(anchor, heading, header, rows)


def _cells(text: str) -> list[str]:
    return [cell.replace("\\|", "|") for cell in _CELL.split(text)][1:]


def markdown_tables(path: Path) -> Iterator[Table]:
    """Yields every table of a Markdown file, with the anchor of the heading above it as GitHub makes it."""
    heading = ""
    block: list[str] = []
    for line in [*path.read_text(encoding="utf-8").splitlines(), ""]:
        if match := _MD_HEADING.match(line):
            heading = match[1]
        if line.lstrip().startswith("|"):
            block.append(line.strip())
        elif block:
            header, _, *rows = (tuple(clean(cell) for cell in _cells(row.removesuffix("|"))) for row in block)
            yield Table(f"{path.name}#{_slug(heading)}", heading, header, tuple(rows))
            block = []


def _slug(heading: str) -> str:
    plain = re.sub(r"[_*]{1,2}(\S.*?)[_*]{1,2}", r"\1", heading)
    return re.sub(r"[^\w\- ]", "", plain.lower()).replace(" ", "-")


def name_of(heading: str) -> str:
    """Returns the class or enum that a heading announces: `4.13 Hours *class*` is `Hours`."""
    plain = re.sub(r"^[\d.]+\s+", "", heading)
    return HEADING_NAMES.get(plain) or _KIND_SUFFIX.sub("", plain).strip("_* ")


def read_edition(folder: Path) -> dict[str, Any]:
    """Returns the facts of one edition: `{"classes": {name: …}, "enums": {name: …}}`, in the order of the files.

    Raises:
        FileNotFoundError: the folder holds no text of the specification.
    """
    classes: dict[str, Any] = {}
    enums: dict[str, Any] = {}
    paths = sorted([*folder.glob("*.asciidoc"), *folder.glob("*.md")])
    for path in paths:
        for table in asciidoc_tables(path) if path.suffix == ".asciidoc" else markdown_tables(path):
            if _is_class(table):
                classes[name_of(table.heading)] = _class_facts(table)
            elif _is_enum(table):
                enums[name_of(table.heading)] = _enum_facts(table)
    if not classes:
        message = f"{folder}: no tables found; give the folder that holds one checkout of the specification per version"
        raise FileNotFoundError(message)
    return {"classes": classes, "enums": enums}


def _is_class(table: Table) -> bool:
    return table.header[0] in CLASS_FIRST_COLUMN and len(table.header) == 4


def _is_enum(table: Table) -> bool:
    return table.header[0] in ENUM_COLUMN and "enum" in table.heading.lower()


def _class_facts(table: Table) -> dict[str, Any]:
    return {
        "anchor": table.anchor,
        "properties": [_property(row) for row in table.rows if not row[0].startswith(("*Choice", "_Choice"))],
    }


def _property(row: tuple[str, ...]) -> dict[str, Any]:
    name, kind, card = row[0], row[1], row[2]
    match = _TYPE.match(kind)
    if match is None:
        message = f"property {name!r}: the type {kind!r} cannot be read"
        raise ValueError(message)
    facts: dict[str, Any] = {"name": name.lstrip("> "), "type": match[1], "card": card}
    if match[2]:
        facts["min_length"] = int(match[2])
    if match[3]:
        facts["length"] = int(match[3])
    if name.startswith(">"):
        facts["choice"] = True
    return facts


def _enum_facts(table: Table) -> dict[str, Any]:
    column = ENUM_COLUMN[table.header[0]]
    return {"anchor": table.anchor, "open": "OpenEnum" in table.heading, "values": [row[column] for row in table.rows]}


def difference(edition: dict[str, Any], core: dict[str, Any]) -> dict[str, Any]:
    """Returns what an extension's edition says that its core edition does not: new and changed classes and enums."""
    return {
        part: {name: facts for name, facts in edition[part].items() if facts != core[part].get(name)}
        for part in ("classes", "enums")
    }


def main(arguments: list[str]) -> int:
    """Writes `tables/<version>.json` for every edition found below the folder given; returns an exit code."""
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m ocpi_conformance.schemas.extract <folder with one checkout per version>\n")
        return 4
    editions = {version: read_edition(Path(arguments[0]) / version) for version in CORE}
    for version, core in CORE.items():
        facts = difference(editions[version], editions[core]) if core else editions[version]
        text = json.dumps({"version": version, "extends": core, **facts}, indent=1, ensure_ascii=False)
        (TABLES / f"{version}.json").write_text(text + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
