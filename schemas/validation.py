"""Validates one object against the schema of its class and reports every error; notices are found elsewhere.

`jsonschema-rs` decides and lists, because it is two orders of magnitude faster; a property test holds `jsonschema` to
the same verdict.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from functools import cache, lru_cache, reduce
from math import isfinite
from operator import getitem
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import jsonschema_rs
import orjson
from referencing import Registry, Resource

from ocpi_conformance.schemas.errors import SHOWN, SchemaError, describe, describe_not_ascii, pointer_of
from ocpi_conformance.schemas.facts import BASE_URI, ROOT, VERSIONS, core_of, edition, folder_of, owner
from ocpi_conformance.schemas.notices import notices_of
from ocpi_conformance.schemas.overlay import BASE_TYPES, DISPUTED
from ocpi_conformance.schemas.plain import plain_json

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MAX_ERRORS: Final = 1000
"""Errors listed per object; a larger number helps nobody and a hostile object must not fill the memory."""

KIND_OF_KEYWORD: Final = {
    "maxLength": "length",
    "minLength": "length",
    "minItems": "min-items",
    "minimum": "range",
    "maximum": "range",
    "pattern": "pattern",
}
KIND_OF_TYPE: Final = {"number": "number", "integer": "integer"}

EXPECTED: Final = {
    "required": "a value",
    "pattern": "a match of {0.pattern}",
    "maxLength": "at most {0.limit} characters",
    "minLength": "at least {0.limit} characters",
    "minItems": "at least {0.limit} element",
    "minimum": "at least {0.limit}",
    "maximum": "at most {0.limit}",
}
"""What each keyword asks for; the argument is the rule that failed."""

_FROM_2_2_1: Final = {
    "CiString": ("ci-string", "printable ASCII"),
    "DateTime": ("datetime", "a UTC timestamp such as 2015-06-29T20:39:09Z"),
    "URL": ("url", "an absolute URL of at most 255 characters"),
    "string": ("control-character", "printable text without control characters"),
}
BASE_TYPE_RULES: Final = {
    "2.1.1": {**_FROM_2_2_1, "string": ("ascii-string", "printable ASCII")},
    "2.2.1": _FROM_2_2_1,
    "2.3.0": _FROM_2_2_1,
}
"""Per core edition and base type: the kind of rule that a text not of this type breaks, and what was expected."""


_LAST_LINE_FEED: Final = b"(?!\\\\n)"


@dataclass(frozen=True)
class Validator:
    """The checks of one class, enum, `VersionDetails` or `Response` in one version; make one with `validator()`."""

    version: str
    name: str
    partial: bool = False

    def errors(self, instance: object) -> list[SchemaError]:
        """Returns what breaks the specification's tables in a parsed JSON value, at most `MAX_ERRORS`; never raises.

        With `partial` the value is the body of a PATCH: missing members and `null` are no errors, the rest is checked.
        `errors.KINDS` says which requirement each kind of error decides.
        """
        return [error for error in self._found(instance) if error.severity == "error"][:MAX_ERRORS]

    def _found(self, instance: object) -> list[SchemaError]:
        decides = compiled(self.version, self.name)
        try:
            if not self.partial and decides.is_valid(instance):
                return []
            found = list(self._listed(decides, instance))
            defects: list[SchemaError] = []
        except (ValueError, UnicodeError, OverflowError, RecursionError):
            # Not what a strict JSON parser returns: say where, and judge the rest.
            instance, defects = plain_json(instance)
            found = list(self._listed(decides, instance))
        taken = {error.pointer for error in defects}
        listed = [error for error in _without_echoes(found) if error.pointer not in taken]
        disputed = DISPUTED.get((self.version, self.name), {})
        return [*defects, *(_disputed(error, disputed, instance) for error in listed)]

    def is_valid(self, instance: object) -> bool:
        """Returns whether `errors` would be empty; never raises."""
        return not self.errors(instance)

    def notices(self, instance: object) -> list[SchemaError]:
        """Returns what is allowed but worth telling: see `notices.notices_of`; never raises."""
        told = notices_of(edition(self.version), self.name, plain_json(instance)[0])
        if (self.version, self.name) in DISPUTED:
            told += [error for error in self._found(instance) if error.severity == "notice"]
        return told

    def _listed(self, decides: jsonschema_rs.Draft202012Validator, instance: object) -> Iterator[SchemaError]:
        for count, raw in enumerate(_leaves(decides.iter_errors(instance))):
            if count >= MAX_ERRORS * 2:
                return
            error = _explained(self, instance, raw)
            tolerated = error.keyword == "required" or (error.actual == "null" and error.pointer)
            if not (self.partial and tolerated):
                yield error


@cache
def validator(version: str, name: str, *, partial: bool = False) -> Validator:
    """Returns the validator of a class or enum of one version; nothing is compiled before it is used.

    Args:
        version: `2.1.1`, `2.2.1`, `2.3.0`, `2.3.0-payments` or `2.3.0-bookings`.
        name: as in the specification; also `VersionDetails`, `Response` (the envelope), `FinancialAdviceConfirmation`.
        partial: judge the body of a PATCH.

    Raises:
        KeyError: the version or the name is unknown; the message lists what is known.
    """
    if name not in names(version):
        message = f"OCPI {version} has no {name!r}; known: {', '.join(names(version))}"
        raise KeyError(message)
    return Validator(version, name, partial)


@cache
def names(version: str) -> tuple[str, ...]:
    """Returns the names that `validator` knows for a version, sorted."""
    # From the files: the tables are read when there is something to explain.
    return tuple(sorted(_files(version).keys() - BASE_TYPES[core_of(version)].keys()))


def schema_path(version: str, name: str) -> Path:
    """Returns the file of a schema; an extension falls back to its core edition."""
    return ROOT / _files(version)[name].removeprefix(BASE_URI)


@cache
def contents() -> dict[str, dict[str, Any]]:
    """Returns every committed schema of every version by its `$id`."""
    return {uri: orjson.loads(text) for version in VERSIONS for uri, text in _texts(version).items()}


@cache
def _texts(version: str) -> dict[str, bytes]:
    """Returns the files in the folder of an edition by `$id`."""
    return {uri: _read(f"{ROOT}/{uri.removeprefix(BASE_URI)}") for uri in _listed_in(version)}


def _read(path: str) -> bytes:
    # Without buffer or Path: reading the 300 files must not take longer than compiling some of them.
    with open(path, "rb", buffering=0) as file:  # noqa: PTH123
        return file.read()


@cache
def _listed_in(version: str) -> tuple[str, ...]:
    """Returns the `$id`s of the files in the folder of an edition."""
    folder = folder_of(version)
    names = sorted(entry.name for entry in os.scandir(ROOT / folder))
    return tuple(f"{BASE_URI}{folder}/{name}" for name in names if name.endswith(".json"))


@cache
def _files(version: str) -> dict[str, str]:
    """Returns the `$id` of each schema of an edition by its name; an extension shares what it leaves as it is."""
    core = core_of(version)
    uris = (*_listed_in(core), *(_listed_in(version) if version != core else ()))
    return {uri.rpartition("/")[2].removesuffix(".json"): uri for uri in uris}


@cache
def registry() -> Registry[Any]:
    """Returns all schemas as one `referencing.Registry`, for use with `jsonschema` and other tools."""
    return Registry().with_resources((uri, Resource.from_contents(schema)) for uri, schema in contents().items())


@cache
def _fast_registry(core: str) -> jsonschema_rs.Registry:
    # In Rust `$` is the end of the text alone, and look-ahead takes the slower of its two engines.
    return jsonschema_rs.Registry(
        [
            (uri, orjson.loads(text.replace(_LAST_LINE_FEED, b"")))
            for version in VERSIONS
            if core_of(version) == core
            for uri, text in _texts(version).items()
        ],
        draft=jsonschema_rs.Draft202012,
    )


@cache
def compiled(version: str, name: str) -> jsonschema_rs.Draft202012Validator:
    """Returns the compiled schema of a known class or enum; an extension shares what it leaves as it is."""
    return _compiled_file(_files(version)[name], core_of(version))


@cache
def _compiled_file(uri: str, core: str) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator({"$ref": uri}, registry=_fast_registry(core), offline=True)


def _leaves(raw: Iterator[jsonschema_rs.ValidationError]) -> Iterator[jsonschema_rs.ValidationError]:
    """Replaces the error of an `anyOf` (value or null) by the errors of its first branch, the value."""
    for error in raw:
        if isinstance(error.kind, jsonschema_rs.ValidationErrorKind.AnyOf):
            yield from _leaves(iter(error.kind.context[0]))
        else:
            yield error


def _explained(by: Validator, instance: object, raw: jsonschema_rs.ValidationError) -> SchemaError:
    rule: Any = raw.kind
    keyword: str = rule.name
    path: list[str | int] = raw.instance_path
    # Not raw.instance: it is null for an integer beyond a double's range.
    value: Any = reduce(getitem, path, instance)  # type: ignore[arg-type]
    if keyword == "required":
        path, value = [*path, rule.property], None
    members = tuple([step for step in path if isinstance(step, str)])
    key = (by.version, by.name, members, keyword, raw.absolute_keyword_location, value is None)
    if key not in _RULES:
        _RULES[key] = _rule(by, members, raw, value, in_list=isinstance(path[-1] if path else None, int))
    kind, expected, anchor = _RULES[key]
    if isinstance(value, float) and not isfinite(value):
        kind, expected = "not-json", "a finite number"
    actual = "absent" if keyword == "required" else describe(value)
    if kind in {"ci-string", "ascii-string"} and isinstance(value, str):
        actual = describe_not_ascii(value)
    return SchemaError(pointer_of(path), keyword, expected, actual, anchor, "error", kind)


_RULES: Final[dict[tuple[str, str, tuple[str, ...], str, str | None, bool], tuple[str, str, str]]] = {}
"""Kind, expectation and anchor of each rule that was broken so far: what depends on the schemas only."""


def _rule(
    by: Validator, members: tuple[str, ...], raw: jsonschema_rs.ValidationError, value: object, *, in_list: bool
) -> tuple[str, str, str]:
    rule: Any = raw.kind
    record, row = owner(by.version, by.name, members)
    kind, expected = _judged(by.version, rule.name, raw, value)
    if value is None and row and row.card == "+" and not in_list:
        kind = "min-items"
    elif rule.name == "maximum" and row and row.length and rule.limit == 10**row.length - 1:
        kind = "length"
    return kind, expected, record.anchor if record else ""


def _judged(version: str, keyword: str, raw: jsonschema_rs.ValidationError, value: object) -> tuple[str, str]:
    """Returns the kind of the error and what was expected, as far as the schema alone tells."""
    rule: Any = raw.kind
    match keyword:
        case "type":
            kind = "null" if value is None else KIND_OF_TYPE.get(rule.types[0], "type")
            return kind, _alternatives(tuple(rule.types))
        case "enum":
            return "enum", _values(tuple(rule.options))
        case "pattern" | "not" | "maxLength":
            # A keyword in the file of a base type is part of that type, not of the property.
            file = (raw.absolute_keyword_location or "").partition(".json#")[0].rpartition("/")[2]
            if base := BASE_TYPE_RULES[core_of(version)].get(file):
                return base
    return KIND_OF_KEYWORD.get(keyword, keyword), EXPECTED[keyword].format(rule)


@cache
def _alternatives(types: tuple[str, ...]) -> str:
    return " or ".join(name for name in types if name != "null")


@lru_cache(maxsize=256)
def _values(values: tuple[str, ...]) -> str:
    text = "one of " + ", ".join(values)
    return text if len(text) <= 2 * SHOWN else f"{text[: 2 * SHOWN]}… ({len(values)} values)"


def _disputed(
    error: SchemaError, disputed: Mapping[str, tuple[tuple[str, ...], str | None]], instance: object
) -> SchemaError:
    """Turns an error into a notice where the specification's own example leaves the member out too."""
    if error.keyword != "required" or error.pointer not in disputed:
        return error
    members, wanted = disputed[error.pointer]
    value = reduce(lambda holder, member: holder.get(member) if isinstance(holder, dict) else None, members, instance)
    excused = value is not None if wanted is None else value == wanted
    return replace(error, severity="notice", kind="disputed") if excused else error


def _without_echoes(errors: list[SchemaError]) -> Iterator[SchemaError]:
    """Drops what follows from a wrong type: a number is not also too long and not in the enum."""
    mistyped = {error.pointer for error in errors if error.keyword == "type"}
    seen: set[tuple[str, str]] = set()
    for error in errors:
        key = (error.pointer, error.keyword)
        if key not in seen and (error.keyword == "type" or error.pointer not in mistyped):
            seen.add(key)
            yield error
