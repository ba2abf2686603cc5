"""The requirement catalogue, read strictly from `features/requirements/*.toml`. Not what applies to whom."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from ocpi_conformance.steps import anchors

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

VERSIONS = ("2.1.1", "2.2.1", "2.3.0")
GRADED = ("MUST", "SHOULD")
# What else stands in the folder: headings of the specification.
_OTHER_FILES = ("anchors.toml",)

# Field of an entry: its type, whether it must be there, and the values it may have (None: any).
_FIELDS: Mapping[str, tuple[type, bool, tuple[str, ...] | None]] = {
    "level": (str, True, ("MUST", "SHOULD", "MAY", "INFO")),
    "versions": (list, True, VERSIONS),
    "applies_to": (str, True, None),
    "text": (str, True, None),
    "spec": (str, True, None),
    "observed_by": (str, True, ("request", "callback", "payload", "none")),
    "check": (str, True, None),
    "extension": (str, False, ("payments", "bookings")),
    "ambiguity": (str, False, None),
    "derived": (bool, False, None),
    "note": (str, False, None),
    "not_tested": (str, False, None),
}
_NAMES: Mapping[type, str] = {str: "a text", list: "a list of texts", bool: "true or false"}


class CatalogueError(Exception):
    """The catalogue cannot be read; the message names file, id, key and remedy."""

    def __init__(self, file: str, requirement: str, key: str, problem: str, remedy: str) -> None:
        super().__init__(f"{file}: [{requirement}] {key}: {problem}; {remedy}")
        self.file = file
        self.requirement = requirement
        self.key = key


@dataclass(frozen=True)
class Requirement:
    """One sentence that one party must, should or may live up to: one way to fail.

    Attributes:
        id: opaque and frozen, `TRN-010`.
        area: stem of the file that holds it, `transport`.
        level: MUST, SHOULD, MAY or INFO.
        versions: the OCPI versions whose text says so.
        applies_to: which side it binds; the words are the keys of `steps.applicability.PARTIES`.
        text: our own wording.
        spec: `file#heading` of the clause, as the 2.2.1 edition names it if it is there.
        observed_by: the traffic that shows it: request (we send), callback (the target sends), payload, none.
        check: what to look at.
        extension: payments or bookings, if it belongs to one of these.
        ambiguity: id of the reading taken where the text is unclear.
        derived: it follows from the text without being a sentence of it.
        note: what a reviewer should know.
        not_tested: why no scenario can test it from outside.
    """

    id: str
    area: str
    level: str
    versions: tuple[str, ...]
    applies_to: str
    text: str
    spec: str
    observed_by: str
    check: str
    extension: str | None = None
    ambiguity: str | None = None
    derived: bool = False
    note: str | None = None
    not_tested: str | None = None

    def edition(self, version: str) -> str:
        """The text that holds this requirement for `version`: `2.2.1`, or `2.3.0-payments` for an extension.

        A version that has no such extension is told of by that of the latest one that has it.
        """
        if not self.extension:
            return version
        return f"{version if version in self.versions else self.versions[-1]}-{self.extension}"

    def clause(self, version: str) -> str:
        """`file#heading` with the name that the file has in the edition for `version`: `credentials.md#POST Method`."""
        file, _, heading = self.spec.partition("#")
        return f"{file.partition('.')[0]}.{anchors.editions()[self.edition(version)].suffix}#{heading}"


@dataclass(frozen=True)
class Catalogue(Mapping[str, Requirement]):
    """All requirements: id to entry, in the order of the files."""

    entries: Mapping[str, Requirement] = field(repr=False)

    def __getitem__(self, requirement: str) -> Requirement:
        return self.entries[requirement]

    def __iter__(self) -> Iterator[str]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self.entries)

    @classmethod
    def load(cls, folder: Traversable | None = None) -> Catalogue:
        """Read every catalogue file of a folder, by default the one that comes with the project.

        Raises:
            CatalogueError: unknown field or value, missing field, wrong type, id used twice, not TOML.
        """
        folder = folder or files("ocpi_conformance.features") / "requirements"
        entries: dict[str, Requirement] = {}
        for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
            if not file.name.endswith(".toml") or file.name in _OTHER_FILES:
                continue
            for requirement in _read(file):
                if other := entries.get(requirement.id):
                    raise CatalogueError(
                        file.name,
                        requirement.id,
                        "id",
                        f"already used in {other.area}.toml",
                        "take the next free number",
                    )
                entries[requirement.id] = requirement
        return cls(entries)

    def testable(self, version: str) -> tuple[Requirement, ...]:
        """The entries that need a scenario for `version`: MUST or SHOULD, observable, not marked as not tested."""
        return tuple(
            entry
            for entry in self.values()
            if version in entry.versions
            and entry.level in GRADED
            and entry.observed_by != "none"
            and entry.not_tested is None
        )

    def marker_lines(self) -> tuple[str, ...]:
        """One line per requirement for pytest's ini option `markers`.

        pytest takes the name to end at the first `:` or `(`, so neither may be in an id; `-` may, and `-m TRN-010` and
        `-m "TRN-010 or LOC-012"` select by it (`pytest.mark` needs getattr for such a name).
        """
        return tuple(f"{entry.id}: {entry.level} {entry.text}" for entry in self.values())

    def link(self, requirement: Requirement, version: str) -> str:
        """URL of the clause in the published text of `version`.

        Raises:
            CatalogueError: the text has no such heading.
        """
        edition = requirement.edition(version)
        url = anchors.find(requirement.spec, edition, _interface(requirement))
        if url is None:
            raise CatalogueError(
                f"{requirement.area}.toml",
                requirement.id,
                "spec",
                f"{requirement.spec!r} is no heading of {edition}",
                "spell it as features/requirements/anchors.toml does",
            )
        return url


def _interface(requirement: Requirement) -> str | None:
    """Below which interface the clause stands: the target's own if we send, the one it calls if it sends."""
    side = requirement.applies_to.split(" ", 1)[0]
    if side not in {"sender", "receiver"}:
        return None
    if requirement.observed_by == "callback":
        return "receiver" if side == "sender" else "sender"
    return side


def _read(file: Traversable) -> Iterator[Requirement]:
    area = file.name.removesuffix(".toml")
    try:
        table = tomllib.loads(file.read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        # A second table of the same id is an error of TOML already; its message says where.
        raise CatalogueError(file.name, "-", "-", f"not readable as TOML: {error}", "correct that place") from error
    for requirement, entry in table.items():
        if not isinstance(entry, dict):
            raise CatalogueError(file.name, requirement, "-", "not a table", f"write it as [{requirement}]")
        _check(file.name, requirement, entry)
        yield Requirement(**{**entry, "id": requirement, "area": area, "versions": tuple(entry["versions"])})


def _check(file: str, requirement: str, entry: Mapping[str, Any]) -> None:
    for key in entry:
        if key not in _FIELDS:
            raise CatalogueError(file, requirement, key, "unknown field", _suggest(key, tuple(_FIELDS)))
    for key, (kind, required, allowed) in _FIELDS.items():
        if key not in entry:
            if required:
                raise CatalogueError(file, requirement, key, "missing", f"add {key} = …")
            continue
        value = entry[key]
        values = value if isinstance(value, list) else [value]
        if not isinstance(value, kind) or not values or "" in values:
            raise CatalogueError(file, requirement, key, f"{value!r} is not {_NAMES[kind]}", f"write {_NAMES[kind]}")
        unknown = [item for item in values if allowed and item not in allowed]
        if unknown:
            raise CatalogueError(file, requirement, key, f"unknown value {unknown[0]!r}", _suggest(unknown[0], allowed))


def _suggest(word: object, known: tuple[str, ...] | None) -> str:
    """The remedy for an unknown word: the nearest known one, else all of them."""
    close = difflib.get_close_matches(str(word), known or (), n=1)
    return f'did you mean "{close[0]}"?' if close else f"write one of {', '.join(known or ())}"
