"""A TOML file of settings read strictly: command line over environment over file, all mistakes told together.

Rules: it knows the shape of a file only by the `Layout` that it is given.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from ocpi_conformance.mock_partner.settings import Around, ConfigError, Kind, SecretText, Unfit, shown, suggest

NO_OVERRIDES: Mapping[str, object] = MappingProxyType({})


@dataclass(frozen=True)
class Row:
    """One row of the documentation of a file."""

    section: str
    key: str
    type: str
    default: str
    meaning: str
    variable: str


@dataclass(frozen=True)
class Key:
    """One key of a file; `section`.`name` is its name on the command line, `variable` in the environment."""

    section: str
    name: str
    kind: Kind
    meaning: str
    default: object = None
    required: bool = False
    prefix: str = "OCPI"

    @property
    def variable(self) -> str:
        """The environment variable that sets it."""
        return f"{self.prefix}_{self.section}_{self.name}".upper()

    @property
    def label(self) -> str:
        """How a message names it."""
        return f"[{self.section}] {self.name}"

    def row(self, section: str = "") -> Row:
        """Return its documentation."""
        words = ", ".join(map(str, self.default)) if isinstance(self.default, tuple) else str(self.default)
        default = "" if self.default in (None, (), {}) else words
        if isinstance(self.default, bool):
            default = default.lower()
        shown_default = "required" if self.required else default
        return Row(section or self.section, self.name, self.kind.name, shown_default, self.meaning, self.variable)


@dataclass(frozen=True)
class Layout:
    """The shape of one file.

    `name` is what people call the file, `keys` are its fixed keys, `tables` the tables with names of the user's own,
    `lists` the lists of tables, `inner` tables within a section that the reader's owner reads.
    """

    name: str
    keys: tuple[Key, ...]
    tables: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()
    inner: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def sections(self) -> tuple[str, ...]:
        """The names of everything that may stand at the top of the file."""
        return (*dict.fromkeys(key.section for key in self.keys), *self.tables, *self.lists)


class Reader:
    """Reads one file part by part and collects what is wrong with it.

    Args:
        source: the file; None when there is none and everything comes from elsewhere.
        layout: its shape.
        environ: the variables that keys and secrets are taken from.
        overrides: what the command line says: `section.key` to a value, or to its text.
    """

    def __init__(
        self, source: Path | None, layout: Layout, environ: Mapping[str, str], overrides: Mapping[str, object]
    ) -> None:
        self._file = str(source or layout.name)
        self._source = source
        self._layout = layout
        self._around = Around(source.parent if source else Path(), environ)
        self._overrides = overrides
        self._errors: list[ConfigError] = []
        self.unusable: set[str] = set()
        self.document = self._read()
        self._judge_overrides()

    def add(self, key: str, problem: str, remedy: str, *, file: str | None = None) -> None:
        """Note a mistake."""
        self._errors.append(ConfigError(file or self._file, key, problem, remedy))

    def finish(self) -> None:
        """Raise what was noted, if anything."""
        if self._errors:
            first, *others = self._errors
            raise ConfigError(first.file, first.key, first.problem, first.remedy, tuple(others))

    def _read(self) -> dict[str, Any]:
        """The tables of the file; without a readable file nothing else can be said, so this raises at once."""
        if self._source is None:
            return {}
        document: dict[str, Any] = {}
        try:
            document = tomllib.loads(self._source.read_text("utf-8"))
        except OSError as error:
            self.add("-", f"cannot be read: {error.strerror or error}", f"give the path of a {self._layout.name}")
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            self.add("-", f"is not TOML: {error}", "correct that place")
        self.finish()
        for name in document:
            if name not in self._layout.sections:
                self.add(f"[{name}]", "unknown section", suggest(name, self._layout.sections))
            elif name not in self._layout.lists and not isinstance(document[name], dict):
                self.add(name, "is not a section", f"write it as [{name}]")
                document[name] = {}
        for section in dict.fromkeys(key.section for key in self._layout.keys):
            known = tuple(key.name for key in self._layout.keys if key.section == section)
            known += self._layout.inner.get(section, ())
            for name in document.get(section, {}):
                if name not in known:
                    self.add(f"[{section}] {name}", "unknown key", suggest(name, known))
        return document

    def _judge_overrides(self) -> None:
        known = tuple(f"{key.section}.{key.name}" for key in self._layout.keys)
        for name in self._overrides:
            if name not in known:
                self.add(name, "unknown key", suggest(name, known), file="command line")

    def values(self) -> dict[tuple[str, str], Any]:
        """The values of all fixed keys by section and name."""
        return {(key.section, key.name): self._value(key) for key in self._layout.keys}

    def _value(self, key: Key) -> object:
        """The value of a key from the first source that has one, else its default."""
        given = self._given(key)
        if given is None:
            if key.required:
                self.add(key.label, "missing", f"add {key.name} = …: {key.meaning}")
            return key.default
        file, name, value = given
        try:
            return key.kind.parse(value, self._around)
        except Unfit as error:
            self.add(name, error.problem, error.remedy, file=file)
            self.unusable.add(key.label)
            return key.default

    def _given(self, key: Key) -> tuple[str, str, object] | None:
        """Where a value comes from, its name there, and the value."""
        option = f"{key.section}.{key.name}"
        value = self._overrides.get(option)
        if value not in (None, ()):
            # A secret as plain text on a command line is a literal all the same: every user of the machine can see it.
            as_text = isinstance(value, str) and key.kind.of_text is not SecretText
            return "command line", option, key.kind.of_text(str(value)) if as_text else value
        # A variable without text counts as absent: pipelines pass on what they were not given.
        if self._around.environ.get(key.variable):
            return "environment", key.variable, key.kind.of_text(self._around.environ[key.variable])
        if key.name in self.document.get(key.section, {}):
            return self._file, key.label, self.document[key.section][key.name]
        return None

    def rows(self, name: str) -> list[tuple[str, dict[str, Any]]]:
        """The tables of the list `[[name]]`, each with the label that messages use."""
        tables = self.document.get(name, [])
        if not isinstance(tables, list):
            self.add(f"[{name}]", "is not a list of tables", f"write each as [[{name}]]")
            return []
        labels = (f"[[{name}]] {number}" for number in range(1, len(tables) + 1))
        return [(label, self.table(label, value)) for label, value in zip(labels, tables, strict=True)]

    def row(self, label: str, table: Mapping[str, Any], keys: Iterable[Key]) -> dict[str, Any] | None:
        """The values of one table of a list by name, or None when something is wrong with it."""
        before = len(self._errors)
        known = {key.name: key for key in keys}
        for name in table:
            if name not in known:
                self.add(f"{label} {name}", "unknown key", suggest(name, known))
        read: dict[str, Any] = {}
        for name, key in known.items():
            if name in table:
                read[name] = self.parse(f"{label} {name}", key.kind, table[name])
            elif key.required:
                self.add(f"{label} {name}", "missing", f"add {name} = …")
            else:
                read[name] = key.default
        return read if len(self._errors) == before else None

    def parse(self, label: str, kind: Kind, value: object) -> Any:  # noqa: ANN401  (what the kind makes of it)
        """The value as its kind reads it, or None when it does not fit."""
        try:
            return kind.parse(value, self._around)
        except Unfit as error:
            self.add(label, error.problem, error.remedy)
            return None

    def table(self, label: str, value: object) -> dict[str, Any]:
        """The table `value`; an empty one when it is none."""
        if isinstance(value, dict):
            return value
        self.add(label, f"{shown(value)} is not a table", 'write { key = "value" }')
        return {}
