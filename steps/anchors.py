"""Where a clause stands in the published specification: headings and their anchors. Not what a clause requires.

`python -m ocpi_conformance.steps.anchors <spec-dir>` rebuilds `features/requirements/anchors.toml` from a copy of the
specification: one folder per edition and a file `SOURCES` that says which branch and commit each was taken from.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

REPOSITORY = "https://github.com/ocpi/ocpi"

# Release 2.1.1 names the interfaces after market roles; the catalogue speaks of Sender and Receiver in every version.
_OWNED_BY_CPO = {"sender": "cpo interface", "receiver": "emsp interface"}
_OWNED_BY_EMSP = {"sender": "emsp interface", "receiver": "cpo interface"}
INTERFACE_HEADINGS: Mapping[str, Mapping[str, str]] = {
    "mod_cdrs": _OWNED_BY_CPO,
    "mod_commands": _OWNED_BY_EMSP,
    "mod_locations": _OWNED_BY_CPO,
    "mod_sessions": _OWNED_BY_CPO,
    "mod_tariffs": _OWNED_BY_CPO,
    "mod_tokens": _OWNED_BY_EMSP,
}

# The catalogue names a clause once, mostly as 2.2.1 does; where an edition says it in other words, these are they.
OTHER_WORDS: Mapping[str, Mapping[str, str]] = {
    "2.1.1": {
        "allowedtype enum": "allowed enum",
        "authorization header": "request format",
        "commandresulttype enum": "commandresponsetype enum",
        "get list: request parameters": "get list request parameters",
        "get list: response data": "get list response data",
        "get object: request parameters": "get object request parameters",
        "updating the credentials and resetting the credentials token": (
            "updating the credentials and resetting the token"
        ),
    },
    "2.3.0": {
        "capability enum": "capability openenum",
        "commandtype enum": "commandtype openenum",
        "imagecategory enum": "imagecategory openenum",
        "moduleid enum": "moduleid openenum",
        "tokentype enum": "tokentype openenum",
        "versionnumber enum": "versionnumber openenum",
    },
}

_SEPARATOR = " > "
_HEADING = re.compile(r"^(=+|#+)\s+(.+?)\s*$")
_BLOCK_ANCHOR = re.compile(r"^\[\[([^\],]+)")
_FENCE = re.compile(r"^(```|----|\.\.\.\.)")
_NUMBER = re.compile(r"^\d+(\.\d+)*\.?\s+")
_SPEC = re.compile(r"^(?P<stem>\w+)\.(?:asciidoc|md)#(?P<heading>.+?)(?: \((?P<interface>Sender|Receiver)\))?$")


@dataclass(frozen=True)
class Heading:
    """One heading: the plain titles from below the file's own title down to it, and the anchor that a link uses."""

    path: tuple[str, ...]
    anchor: str


@dataclass(frozen=True)
class Edition:
    """One published text: its branch, the commit that was read, the suffix of its files, its headings by file stem."""

    branch: str
    commit: str
    suffix: str
    headings: Mapping[str, tuple[Heading, ...]]


def plain(title: str) -> str:
    """A heading without its markup: `2.1.1 __GET__ Method` and `*GET* Method` are both `GET Method`."""
    return _NUMBER.sub("", _unmarked(title))


def _unmarked(title: str) -> str:
    return " ".join(re.sub(r"\*+|(?<!\w)_+|_+(?!\w)", "", title).split())


def _markdown_anchor(title: str) -> str:
    """The slug that the public repository's viewer gives a Markdown heading."""
    return re.sub(r"[^\w\- ]", "", _unmarked(title).lower()).replace(" ", "-")


def _asciidoc_anchor(title: str) -> str:
    """The id that the public repository's viewer gives an AsciiDoc heading that has none (`-` for blanks)."""
    words = re.sub(r"[^\w\-. ]", "", _unmarked(title).lower())
    return re.sub(r"[ .\-]+", "-", words).strip("-")


def _titles(lines: list[str]) -> Iterator[tuple[int, str, str | None]]:
    """Level, title and explicit anchor of each heading, code blocks left out."""
    fence: str | None = None
    explicit: str | None = None
    for line in lines:
        if mark := _FENCE.match(line):
            fence = None if fence == mark[1] else fence or mark[1]
        if fence:
            continue
        if anchor := _BLOCK_ANCHOR.match(line):
            explicit = anchor[1]
        elif heading := _HEADING.match(line):
            yield len(heading[1]), heading[2], explicit
            explicit = None
        elif line.strip():
            explicit = None


def headings(text: str, suffix: str) -> tuple[Heading, ...]:
    """The headings of one file in order; `suffix` is `md` or `asciidoc`."""
    first_copy, generate = (1, _markdown_anchor) if suffix == "md" else (2, _asciidoc_anchor)
    seen: Counter[str] = Counter()
    found: list[Heading] = []
    above: list[tuple[int, str]] = []
    for level, title, explicit in _titles(text.splitlines()):
        above = [*(entry for entry in above if entry[0] < level), (level, plain(title))]
        anchor = explicit or generate(title)
        copies = seen[anchor]
        seen[anchor] += 1
        if copies and explicit is None:
            anchor = f"{anchor}-{copies - 1 + first_copy}"
        titles = tuple(title for _, title in above)
        found.append(Heading(titles[1:] or titles, anchor))
    return tuple(found)


def render(spec: Path, stems: frozenset[str]) -> str:
    """The text of `anchors.toml` for the specification below `spec`, limited to the files named by `stems`.

    Raises:
        OSError: `spec` has no file SOURCES, or lacks an edition that it names.
    """
    out = ["# Headings of the specification and their anchors. Made by ocpi_conformance.steps.anchors: do not edit."]
    for line in (spec / "SOURCES").read_text("utf-8").splitlines():
        edition, commit, _, _, branch = line.split()
        paths = sorted(path for path in (spec / edition).iterdir() if path.stem in stems)
        out += [
            "",
            f'["{edition}"]',
            f'branch = "{branch}"',
            f'commit = "{commit}"',
            f'suffix = "{paths[0].suffix[1:]}"',
        ]
        for path in paths:
            out += ["", f'["{edition}".headings.{path.stem}]']
            rows: dict[str, str] = {}
            for heading in headings(path.read_text("utf-8"), path.suffix[1:]):
                # A second heading of the same path adds nothing: a link can only name one of them.
                rows.setdefault(_SEPARATOR.join(heading.path), heading.anchor)
            out += [f"{_quoted(path)} = {_quoted(anchor)}" for path, anchor in rows.items()]
    return "\n".join(out) + "\n"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


@cache
def editions() -> Mapping[str, Edition]:
    """The committed table: edition (`2.2.1`, `2.3.0-payments`) to its text."""
    table = tomllib.loads((files("ocpi_conformance.features") / "requirements/anchors.toml").read_text("utf-8"))
    return {
        name: Edition(
            branch=entry["branch"],
            commit=entry["commit"],
            suffix=entry["suffix"],
            headings={
                stem: tuple(Heading(tuple(path.split(_SEPARATOR)), anchor) for path, anchor in rows.items())
                for stem, rows in entry["headings"].items()
            },
        )
        for name, entry in table.items()
    }


def find(spec: str, edition: str, interface: str | None = None) -> str | None:
    """The URL of a clause.

    Args:
        spec: `file#heading`, where the heading may end in ` (Sender)` or ` (Receiver)` to say below which interface.
        edition: which text, `2.2.1` or `2.3.0-payments`.
        interface: `sender` or `receiver`: preferred where a heading stands below both and `spec` does not say.

    Returns:
        The address on the branch of that edition, or None when its text has no such heading.
    """
    clause = _SPEC.match(spec)
    if clause is None:
        return None
    text, stem = editions()[edition], clause["stem"]
    wanted = clause["heading"].lower()
    wanted = OTHER_WORDS.get(edition, {}).get(wanted, wanted)
    named = [heading for heading in text.headings.get(stem, ()) if wanted in _names(heading, edition, stem)]
    below = (clause["interface"] or interface or "").lower()
    preferred = [heading for heading in named if below and _interface_title(edition, stem, below) in _lower(heading)]
    if clause["interface"] and not preferred:
        return None
    best = (preferred or named)[:1]
    return f"{REPOSITORY}/blob/{text.branch}/{stem}.{text.suffix}#{best[0].anchor}" if best else None


def _lower(heading: Heading) -> tuple[str, ...]:
    return tuple(title.lower() for title in heading.path)


def _interface_title(edition: str, stem: str, interface: str) -> str:
    if edition == "2.1.1":
        return INTERFACE_HEADINGS.get(stem, {}).get(interface, "")
    return f"{interface} interface"


def _names(heading: Heading, edition: str, stem: str) -> set[str]:
    """What the catalogue may call this heading: its title and, for an interface, the name used since 2.2.1."""
    title = heading.path[-1].lower()
    sides = {side for side in ("sender", "receiver") if title == _interface_title(edition, stem, side)}
    return {title} | {f"{side} interface" for side in sides}


def main(arguments: list[str]) -> int:
    """Write `anchors.toml` beside the catalogue; the one argument is the folder of the specification."""
    if len(arguments) != 1:
        print("usage: python -m ocpi_conformance.steps.anchors <spec-dir>", file=sys.stderr)
        return 4
    folder = Path(str(files("ocpi_conformance.features"))) / "requirements"
    cited = re.findall(r'^spec = "(\w+)\.', "".join(path.read_text("utf-8") for path in folder.glob("*.toml")), re.M)
    (folder / "anchors.toml").write_text(render(Path(arguments[0]), frozenset(cited)), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
