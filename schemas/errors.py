"""The record of one error or notice, and how a JSON value is shown in it; nothing is decided here."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Final, Literal

SHOWN: Final = 80
"""Characters of a value that are shown."""


KINDS: Final = {
    "required": "a required member is absent (TYP-032)",
    "null": "a required member is null (TYP-032); as a notice: an optional one is (TYP-014)",
    "min-items": "a list that holds at least one element is empty, null or absent (TYP-017)",
    "type": "the JSON type is another one",
    "number": "a number is not a JSON number (TYP-011)",
    "integer": "a whole number is not one (TYP-011)",
    "enum": "a value is not in a closed enum (TYP-028, TYP-030)",
    "length": "a value is longer, or shorter, than its type allows (TYP-031)",
    "ci-string": "a CiString is not printable ASCII (TYP-002)",
    "control-character": "a string holds a control character (TYP-003)",
    "ascii-string": "a string of 2.1.1 is not printable ASCII (TYP-023)",
    "datetime": "a timestamp is not in the one form allowed (TYP-006, TYP-024)",
    "url": "a URL is not absolute, or too long (TYP-013)",
    "pattern": "a text does not match the pattern of its description",
    "range": "a number is outside the range of its description",
    "not-json": "a value that no JSON text can hold",
    "unknown-field": "notice: a member that the specification does not define",
    "property-name": "notice: such a member is not in lower snake case (TYP-018)",
    "open-enum": "notice: a value that an open enum does not list (TYP-027)",
    "decimals": "notice: more than four decimals (TYP-012)",
    "fraction": "notice: fractional seconds in 2.1.1 (TYP-024)",
    "disputed": "notice: a required member that an example of the same text leaves out (PAY-014, PAY-043)",
    "copied-length": "notice: a text that only what it was copied from may have so long (TYP-031)",
    "coordinate-length": "notice: a coordinate too long by its sign",
    "country-code": "notice: a code that ISO 3166-1 does not assign",
    "currency": "notice: a code that ISO 4217 does not hold, or has withdrawn",
    "language": "notice: a code that ISO 639-1 does not hold (TYP-010)",
    "time-zone": "notice: a name that the tz database does not hold",
}
"""Every kind of rule, in words, with the requirement that it decides; all but those that say so are errors."""


@dataclass(frozen=True)
class SchemaError:
    """One deviation from the specification's tables.

    Attributes:
        pointer: JSON Pointer to the value; for a missing member the place where it belongs.
        keyword: the JSON Schema keyword that decided, or for a notice the kind again.
        expected: what the specification asks for, short.
        actual: what was found, short.
        anchor: file and anchor in the specification's text.
        severity: `error` breaks the tables, `notice` is allowed but worth telling.
        kind: a stable short name of the rule; `KINDS` in the package lists them.
    """

    pointer: str
    keyword: str
    expected: str
    actual: str
    anchor: str
    severity: Literal["error", "notice"]
    kind: str

    @property
    def label(self) -> str:
        """The rule in the fewest words, for a reader."""
        return self.kind

    def __str__(self) -> str:
        place = self.pointer or "(the whole value)"
        return f"{place}: expected {self.expected}, got {self.actual} [{self.label}, {self.anchor}]"


def pointer_of(path: list[str | int]) -> str:
    """Returns a path of member names and indices as an RFC 6901 JSON Pointer; the empty path is the empty string."""
    text = "".join([f"/{step}" for step in path])
    if "~" not in text and text.count("/") == len(path):
        return text
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in path)


def describe_not_ascii(value: str) -> str:
    """Returns a text that should be printable ASCII, and the first character that is not: many look like ASCII."""
    found = next((character for character in value if not " " <= character <= "~"), "")
    return f"{describe(value)} with U+{ord(found):04X}" if found else describe(value)


def describe(value: object) -> str:
    """Returns a value in about `SHOWN` characters at most: containers by their size, the rest as JSON.

    Letters of any script stay letters; what moves a terminal or cannot be seen is escaped as JSON does it.
    """
    match value:
        case None | bool():
            return str(value).lower() if value is not None else "null"
        case str() if len(value) > SHOWN:
            return f"{_quoted(value[: SHOWN - 1])}… ({len(value)} characters)"
        case str():
            return _quoted(value)
        case int() if abs(value) >= 10**30:
            return "an integer of more than 30 digits"
        case int() | float():
            return str(value)
        case dict():
            return f"an object of {len(value)} members"
        case list():
            return f"an array of {len(value)} elements" if value else "[]"
    return f"a {type(value).__name__}"


def _quoted(text: str) -> str:
    """Returns a text as JSON in which every character can be seen."""
    shown = json.dumps(text, ensure_ascii=False)
    return shown if shown.isprintable() else "".join(map(_visible, shown))


def _visible(character: str) -> str:
    return character if character.isprintable() else json.dumps(character)[1:-1]
