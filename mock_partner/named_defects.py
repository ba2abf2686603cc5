"""Named ways in which a platform of ours behaves otherwise than by default, read from tables. No behaviour here.

A defect breaks one requirement, a profile is legal and only unusual; a quirk is how a known system behaves.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from ocpi_conformance.mock_partner.errors import HarnessError
from ocpi_conformance.mock_partner.ocpi.versions import VERSIONS


@dataclass(frozen=True)
class Defect:
    """A named way to behave.

    `breaks` is the requirement that it breaks, empty for a profile of legal variance and for a quirk. Of a quirk,
    `about` says who behaves so, and `sources` are the URLs where that is told. `also` are the requirements that a
    defect breaks beside; `says` is a part of what is expected or found, where another finding would be none of it.
    `versions` are the versions of OCPI in which a defect can be noticed; none: all in which its requirement binds.
    """

    name: str
    breaks: str
    role: str
    behaviour: Mapping[str, Any]
    rules: tuple[Mapping[str, Any], ...]
    about: str = ""
    sources: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    says: str = ""
    versions: tuple[str, ...] = ()

    def shows_in(self, version: str) -> bool:
        """Tell whether the defect is one in a version of OCPI, where its requirement binds in that version."""
        return not self.versions or version in self.versions

    @classmethod
    def of(cls, name: str, table: Mapping[str, Any]) -> Defect:
        """Return the way to behave that a table declares.

        Raises:
            HarnessError: the table has a key that there is not, or names a version that there is not.
        """
        if unknown := sorted(set(table) - _KEYS):
            raise HarnessError(f"[{name}] has {', '.join(unknown)}", f"It takes {', '.join(sorted(_KEYS))}")
        if unknown := sorted(set(table.get("versions", ())) - set(VERSIONS)):
            raise HarnessError(f"[{name}] versions: {unknown} is no version", f"Known are: {', '.join(VERSIONS)}")
        return cls(
            name,
            table.get("breaks", ""),
            table.get("role", ""),
            table.get("behaviour", {}),
            tuple(table.get("rules", ())),
            table.get("about", ""),
            tuple(table.get("sources", ())),
            tuple(table.get("also", ())),
            table.get("says", ""),
            tuple(table.get("versions", ())),
        )


def defects() -> dict[str, Defect]:
    """Return the named defects, by name.

    Raises:
        HarnessError: two have the same name, or a key or a version is unknown.
    """
    found: dict[str, Defect] = {}
    for file in sorted((_HERE / "defects").iterdir(), key=lambda entry: entry.name):
        for name, defect in _read(file).items() if file.name.endswith(".toml") else ():
            if name in found:
                raise HarnessError(f"{file.name}: two defects are called {name}")
            found[name] = defect
    return found


def profiles() -> dict[str, Defect]:
    """Return the profiles of legal variance, by name."""
    return _read(_HERE / "variance.toml")


def chosen(names: Iterable[str]) -> tuple[Defect, ...]:
    """Return the profiles of legal variance called `names`, in the order of their table; "all" is every one.

    Raises:
        HarnessError: an unknown name; the message lists those that exist.
    """
    known, wanted = profiles(), set(names)
    if unknown := sorted(wanted - set(known) - {ALL}):
        raise HarnessError(f"no variance is called {', '.join(unknown)}", f"Known are: {ALL}, {', '.join(known)}")
    return tuple(profile for name, profile in known.items() if ALL in wanted or name in wanted)


def quirks() -> dict[str, Defect]:
    """Return how known systems behave, by name: the variance that they show, and their own switches and rules."""
    legal = profiles()
    found: dict[str, Defect] = {}
    for file in sorted((_HERE / "profiles").iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".toml"):
            name, table = file.name.removesuffix(".toml"), tomllib.loads(file.read_text(encoding="utf-8"))
            own = Defect.of(name, table)
            parts = [legal[part] for part in table.get("variance", ())]
            found[name] = replace(
                own,
                behaviour={key: value for part in (*parts, own) for key, value in part.behaviour.items()},
                rules=tuple(rule for part in (*parts, own) for rule in part.rules),
            )
    return found


ALL = "all"
_KEYS = frozenset({"breaks", "role", "behaviour", "rules", "about", "sources", "also", "says", "versions", "variance"})


_HERE = files("ocpi_conformance.mock_partner")


def _read(file: Traversable) -> dict[str, Defect]:
    return {name: Defect.of(name, table) for name, table in tomllib.loads(file.read_text(encoding="utf-8")).items()}
