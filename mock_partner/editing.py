"""Changes to JSON values and texts that fault rules make: at a place, or all over. No rules and no messages here."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from ocpi_conformance.mock_partner import jsontext
from ocpi_conformance.mock_partner.messages import ABSENT, parse_timestamp, timestamp

Change = Callable[[Any], Any]
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\dT\d\d(?::|%3A)\d\d(?::|%3A)\d\d)(\.\d{1,3})?(Z?)")
# The forms in which OCPI lets a DateTime be written, as what follows the whole seconds.
MOMENT_FORMS: dict[str, Callable[[str, str], str]] = {
    "without designator": lambda fraction, designator: fraction,
    "with a fraction": lambda fraction, designator: (fraction or ".0") + designator,
    "with milliseconds": lambda fraction, designator: f"{(fraction or '.'):0<4}{designator}",
}
# What stands in the place of a value of another type.
_OTHER_TYPE: dict[type, Any] = {str: 0, bool: "true", int: "0", float: "0", list: {}, dict: [], type(None): 0}
# How the text of a JSON value can be laid out; the value stays the same.
LAYOUTS: dict[str, Callable[[Any], bytes]] = {
    "compact": jsontext.dumps,
    "indented": lambda value: json.dumps(_plain(value), indent=2, ensure_ascii=False).encode(),
    "escaped": lambda value: json.dumps(_plain(value)).encode(),
}


def edit(document: Any, pointer: str, value: Any) -> Any:  # noqa: ANN401  (any JSON value)
    """Return a copy of `document` with `value` at `pointer`; "*" stands for every item, ABSENT removes.

    A place that does not exist is left alone, except a last key that is new: it is added.
    """
    return change(document, pointer, lambda _: value)


def fill(document: Any, pointer: str, value: Any) -> Any:  # noqa: ANN401  (any JSON value)
    """Return a copy of `document` with `value` at `pointer` where nothing stands there yet."""
    return change(document, pointer, lambda found: value if found is ABSENT else found)


def replace_known(document: Any, pointer: str, with_: Change) -> Any:  # noqa: ANN401  (any JSON value)
    """Return a copy of `document` with what stands at `pointer` as `with_` leaves it; nothing is added."""
    return change(document, pointer, lambda found: found if found is ABSENT else with_(found))


def change(document: Any, pointer: str, with_: Change) -> Any:  # noqa: ANN401  (any JSON value)
    """Return a copy of `document` with what stands at `pointer` as `with_` leaves it.

    `with_` is given ABSENT for a last key that is new; what it returns as ABSENT is removed.
    """
    if pointer in {"", "/"}:
        return with_(document)
    if document is ABSENT:
        return document
    result = copy.deepcopy(document)
    *parents, last = pointer.lstrip("/").split("/")
    nodes = [result]
    for step in parents:
        nodes = [child for node in nodes for child in _children(node, step)]
    for node in nodes:
        _assign(node, last, with_)
    return result


def _children(node: Any, step: str) -> list[Any]:  # noqa: ANN401
    if isinstance(node, list):
        return [node[position] for position in _positions(node, step)]
    if isinstance(node, dict):
        return list(node.values()) if step == "*" else [node[step]] if step in node else []
    return []


def _positions(node: list[Any], step: str) -> range:
    if step == "*":
        return range(len(node))
    return range(int(step), min(int(step) + 1, len(node))) if step.isdecimal() else range(0)


def _assign(node: Any, key: str, with_: Change) -> None:  # noqa: ANN401
    if isinstance(node, list):
        for position in reversed(_positions(node, key)):
            value = with_(node[position])
            if value is ABSENT:
                del node[position]
            else:
                node[position] = copy.deepcopy(value)
    elif isinstance(node, dict):
        value = with_(node.get(key, ABSENT))
        if value is ABSENT:
            node.pop(key, None)
        else:
            node[key] = copy.deepcopy(value)


def other_type(value: Any) -> Any:  # noqa: ANN401
    """Return a JSON value of another type than `value`."""
    return copy.deepcopy(_OTHER_TYPE[type(value)])


def lengthened(length: int) -> Change:
    """Return what makes a text `length` characters long, and a list so many items, by repeating its last one."""

    def longer(value: Any) -> Any:  # noqa: ANN401
        if isinstance(value, str):
            return value.ljust(length, value[-1:] or "x")
        return value + value[-1:] * (length - len(value)) if isinstance(value, list) else value

    return longer


def throughout(value: Any, with_: Callable[[str, Any], Any], key: str = "") -> Any:  # noqa: ANN401
    """Return `value` with each text and number in it as `with_` leaves it; it is told the key that it stands under."""
    if isinstance(value, dict):
        return {name: throughout(child, with_, name) for name, child in value.items()}
    if isinstance(value, list):
        return [throughout(child, with_, key) for child in value]
    return with_(key, value)


def shifted(value: Any, seconds: float, name: str = "last_updated") -> Any:  # noqa: ANN401
    """Return `value` with each DateTime under the key `name` moved by `seconds`."""

    def move(key: str, text: Any) -> Any:  # noqa: ANN401
        if key != name or not isinstance(text, str) or not _MOMENT.fullmatch(text):
            return text
        return timestamp(parse_timestamp(text) + timedelta(seconds=seconds))

    return throughout(value, move)


def moved(value: Any, by: timedelta) -> Any:  # noqa: ANN401
    """Return `value` with each DateTime in it moved; a DateTime keeps the form in which it is written."""

    def move(_: str, text: Any) -> Any:  # noqa: ANN401
        found = _MOMENT.fullmatch(text) if isinstance(text, str) and ":" in text else None
        if not found:
            return text
        moment = timestamp(parse_timestamp(f"{found[1]}Z") + by).removesuffix("Z")
        return f"{moment}{found[2] or ''}{found[3]}"

    return throughout(value, move)


def moments_written(form: str, text: str) -> str:
    """Return `text` with each DateTime in it, also the URL-encoded ones, in one of `MOMENT_FORMS`."""
    return _MOMENT.sub(lambda found: found[1] + MOMENT_FORMS[form](found[2] or "", found[3]), text)


def with_moments(form: str) -> Change:
    """Return what writes each text of a JSON value that is a DateTime in one of `MOMENT_FORMS`."""

    def write(key: str, text: Any) -> Any:  # noqa: ANN401
        return moments_written(form, text) if isinstance(text, str) and _MOMENT.fullmatch(text) else text

    return lambda value: throughout(value, write)


def whole_numbers(value: Any) -> Any:  # noqa: ANN401
    """Return `value` with each number that is whole written without a fraction."""
    return throughout(value, lambda _, it: int(it) if isinstance(it, float) and it.is_integer() else it)


def keys_reversed(value: Any) -> Any:  # noqa: ANN401
    """Return `value` with the keys of each object in the opposite order."""
    if isinstance(value, dict):
        return {name: keys_reversed(child) for name, child in reversed(value.items())}
    return [keys_reversed(child) for child in value] if isinstance(value, list) else value


def _plain(value: Any) -> Any:  # noqa: ANN401
    return jsontext.loads(jsontext.dumps(value))
