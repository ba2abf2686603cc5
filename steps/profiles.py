"""Profiles of named partners: what they ask beyond OCPI and tolerate below it, read strictly. No verdicts."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ocpi_conformance import schemas
from ocpi_conformance.steps.applicability import ALWAYS_IN_USE, MODULES

if TYPE_CHECKING:
    from collections.abc import Collection
    from importlib.resources.abc import Traversable

_TEXTS = ("name", "about")
_LISTS = ("sources", "versions", "roles", "modules_off", "modules_required", "not_judged")
# Tables that may stand several times: name to what a row of them holds.
_TABLES = {
    "required": "the texts object and field (or a list of fields of which one will do), and at most values, a list",
    "tolerated": "the texts requirement and reason, and no others",
}
_OPTIONAL = frozenset({"modules_off", "modules_required", "not_judged", *_TABLES})


class ProfileError(Exception):
    """A profile cannot be used; the message names file, key and remedy."""


@dataclass(frozen=True)
class Required:
    """A field that every object of a class has to have; of several one will do.

    `values` are those that it may have; empty: any but null, an empty text, list or object.
    """

    object: str
    field: tuple[str, ...]
    values: tuple[str | bool, ...] = ()

    def __str__(self) -> str:
        return " or ".join(f"{self.object}.{name}" for name in self.field)


@dataclass(frozen=True)
class Tolerated:
    """A requirement whose violation the partner lives with, and why."""

    requirement: str
    reason: str


@dataclass(frozen=True)
class Profile:
    """What a named partner asks; the keys are those of features/profiles/README.md."""

    name: str
    about: str
    sources: tuple[str, ...]
    versions: tuple[str, ...]
    roles: tuple[str, ...]
    modules_off: tuple[str, ...] = ()
    modules_required: tuple[str, ...] = ()
    not_judged: tuple[str, ...] = ()
    required: tuple[Required, ...] = ()
    tolerated: tuple[Tolerated, ...] = ()

    @classmethod
    def of(cls, table: Mapping[str, Any], file: str) -> Profile:
        """Return the profile that a TOML or JSON table says.

        Raises:
            ProfileError: a key is unknown, missing or of the wrong type.
        """
        for key in table:
            if key not in (*_TEXTS, *_LISTS, *_TABLES):
                known = ", ".join((*_TEXTS, *_LISTS, *_TABLES))
                raise ProfileError(f"{file}: {key}: unknown key; known are {known}")
        for key in (*_TEXTS, *_LISTS):
            if key not in table and key not in _OPTIONAL:
                raise ProfileError(f"{file}: {key}: missing; add {key} = …")
        for key in _TEXTS:
            if not isinstance(table[key], str):
                raise ProfileError(f"{file}: {key}: is not a text; write it between quotes")
        lists = {key: _words(table.get(key, ()), key, file) for key in _LISTS}
        return cls(
            name=table["name"],
            about=table["about"],
            **lists,
            required=tuple(_required(row, file) for row in _rows(table, "required")),
            tolerated=tuple(_tolerated(row, file) for row in _rows(table, "tolerated")),
        )


def names() -> tuple[str, ...]:
    """Return the names of the profiles that come with the suite."""
    return tuple(sorted(entry.name.removesuffix(".toml") for entry in _folder().iterdir() if _is_profile(entry)))


def load(name: str, catalogue: Collection[str]) -> Profile:
    """Return a profile by its name, or from a file when `name` ends with .toml.

    Args:
        name: one of `names()`, or a path.
        catalogue: the ids of requirements that exist.

    Raises:
        ProfileError: there is none, it cannot be used, or it names what does not exist.
    """
    if not name.endswith(".toml") and name not in names():
        raise ProfileError(
            f"--profile: no profile is called {name}; known are {', '.join(names())}, or give a .toml file"
        )
    file = Path(name) if name.endswith(".toml") else _folder() / f"{name}.toml"
    try:
        profile = Profile.of(tomllib.loads(file.read_text("utf-8")), name)
    except OSError as error:
        raise ProfileError(f"{name}: -: cannot be read: {error.strerror}; give the path of a profile") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ProfileError(f"{name}: -: is not TOML: {error}; correct that place") from None
    _check_names(profile, name, catalogue)
    return profile


def _check_names(profile: Profile, file: str, catalogue: Collection[str]) -> None:
    known = {
        "versions": ("version of OCPI", profile.versions, schemas.VERSIONS),
        "modules_off": ("module", profile.modules_off, {*MODULES, *ALWAYS_IN_USE}),
        "modules_required": ("module", profile.modules_required, {*MODULES, "credentials"}),
        "tolerated": ("requirement", tuple(row.requirement for row in profile.tolerated), catalogue),
    }
    for key, (kind, said, existing) in known.items():
        for word in said:
            if word not in existing:
                raise ProfileError(f"{file}: {key}: no {kind} is called {word}; correct it")
    for version in profile.versions:
        for row in profile.required:
            if row.object not in schemas.names(version):
                raise ProfileError(f"{file}: required: OCPI {version} has no class {row.object}; correct object")


def _folder() -> Traversable:
    return files("ocpi_conformance.features") / "profiles"


def _is_profile(entry: Traversable) -> bool:
    return entry.name.endswith(".toml")


def _words(value: object, key: str, file: str) -> tuple[str, ...]:
    words = value if isinstance(value, list | tuple) else None
    if words is None or not all(isinstance(word, str) for word in words):
        raise ProfileError(f'{file}: {key}: is not a list of texts; write ["…"]')
    return tuple(words)


def _rows(table: Mapping[str, Any], name: str) -> tuple[object, ...]:
    rows = table.get(name, ())
    return tuple(rows) if isinstance(rows, list | tuple) else (rows,)


def _required(row: object, file: str) -> Required:
    if not isinstance(row, dict) or not {"object", "field"} <= set(row) <= {"object", "field", "values"}:
        raise _row_error("required", file)
    fields = row["field"] if isinstance(row["field"], list | tuple) else [row["field"]]
    values = row.get("values", ())
    texts = all(isinstance(text, str) for text in (row["object"], *fields))
    if not texts or not fields or not isinstance(values, list | tuple):
        raise _row_error("required", file)
    if not all(isinstance(value, str | bool) for value in values):
        raise ProfileError(f"{file}: [[required]] values: is not a list of texts, true or false; write them")
    return Required(row["object"], tuple(fields), tuple(values))


def _tolerated(row: object, file: str) -> Tolerated:
    if not isinstance(row, dict) or set(row) != {"requirement", "reason"}:
        raise _row_error("tolerated", file)
    if not all(isinstance(text, str) for text in row.values()):
        raise _row_error("tolerated", file)
    return Tolerated(**row)


def _row_error(name: str, file: str) -> ProfileError:
    return ProfileError(f"{file}: [[{name}]]: has not {_TABLES[name]}; write them")
