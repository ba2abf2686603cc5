"""Profiles of named partners: what they ask beyond OCPI and tolerate below it, read strictly. No verdicts."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection
    from importlib.resources.abc import Traversable

_TEXTS = ("name", "about")
_LISTS = ("sources", "versions", "roles", "modules_off")
# Tables that may stand several times: name to their keys, all of which must be there.
_TABLES = {"required": ("object", "field"), "tolerated": ("requirement", "reason")}
_OPTIONAL = frozenset({"modules_off", *_TABLES})


class ProfileError(Exception):
    """A profile cannot be used; the message names file, key and remedy."""


@dataclass(frozen=True)
class Required:
    """A field that every object of a class has to have."""

    object: str
    field: str


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
        rows = {name: _rows(table.get(name, ()), name, keys, file) for name, keys in _TABLES.items()}
        lists = {key: _words(table.get(key, ()), key, file) for key in _LISTS}
        return cls(
            name=table["name"],
            about=table["about"],
            **lists,
            required=tuple(Required(**row) for row in rows["required"]),
            tolerated=tuple(Tolerated(**row) for row in rows["tolerated"]),
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
        ProfileError: there is none, or it cannot be used.
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
    for row in profile.tolerated:
        if row.requirement not in catalogue:
            raise ProfileError(f"{name}: tolerated: no requirement is called {row.requirement}; correct its id")
    return profile


def _folder() -> Traversable:
    return files("ocpi_conformance.features") / "profiles"


def _is_profile(entry: Traversable) -> bool:
    return entry.name.endswith(".toml")


def _words(value: object, key: str, file: str) -> tuple[str, ...]:
    words = value if isinstance(value, list | tuple) else None
    if words is None or not all(isinstance(word, str) for word in words):
        raise ProfileError(f'{file}: {key}: is not a list of texts; write ["…"]')
    return tuple(words)


def _rows(value: object, name: str, keys: tuple[str, ...], file: str) -> list[dict[str, str]]:
    rows = value if isinstance(value, list | tuple) else [value]
    for row in rows:
        if (
            not isinstance(row, dict)
            or set(row) != set(keys)
            or not all(isinstance(text, str) for text in row.values())
        ):
            raise ProfileError(f"{file}: [[{name}]]: has not the texts {' and '.join(keys)}, and no others; write them")
    return list(rows)
