"""A JSON body as lines for a person, spelt as it was sent, and the place in them that a pointer names. No redaction."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from ocpi_conformance.mock_partner import jsontext

# A larger body is shown as it came.
INDENT_LIMIT = 1_000_000
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{},:]|[^\s\[\]{},:"]+')


@dataclass(frozen=True)
class Lines:
    """The text, and the range of its characters that the pointer names: empty when it names nothing in it."""

    text: str
    begin: int = 0
    end: int = 0


@dataclass
class _Place:
    """Where the reader is: the name or index of each level, and which levels are arrays."""

    names: list[str] = field(default_factory=list)
    arrays: list[bool] = field(default_factory=list)


def lines(body: bytes, pointer: str = "") -> Lines:
    """Return `body` as text, indented when it is JSON, with the place of `pointer` (RFC 6901) or its nearest parent."""
    text = body.decode("utf-8", "backslashreplace")
    if len(body) > INDENT_LIMIT:
        return Lines(text)
    try:
        jsontext.loads(body)
    except jsontext.JsonError:
        return Lines(text)
    return _marked(text, tuple(_unescaped(part) for part in pointer.split("/")[1:]))


def _unescaped(part: str) -> str:
    return part.replace("~1", "/").replace("~0", "~")


def _marked(text: str, wanted: tuple[str, ...]) -> Lines:
    out: list[str] = []
    size = deepest = begin = end = 0
    for piece, path, is_value in _pieces(_TOKEN.findall(text)):
        if is_value and path and path == wanted[: len(path)]:
            # A deeper match lies within the one before it, so the last one is the nearest.
            if len(path) > deepest:
                deepest, begin = len(path), size
            end = size + len(piece) if len(path) == deepest else end
        out.append(piece)
        size += len(piece)
    return Lines("".join(out), begin, end)


def _pieces(tokens: list[str]) -> Iterator[tuple[str, tuple[str, ...], bool]]:
    """Yield what to write for each token, the path of the value it belongs to, and whether it begins or ends one."""
    place = _Place()
    for index, token in enumerate(tokens):
        following = tokens[index + 1] if index + 1 < len(tokens) else ""
        is_name = following == ":"
        if is_name:
            place.names[-1] = jsontext.loads(token.encode("utf-8", "surrogatepass"))
        if token in ("]", "}"):
            place.names.pop()
            place.arrays.pop()
        yield _spaced(token), tuple(place.names), token not in (",", ":") and not is_name
        if token in ("[", "{"):
            place.arrays.append(token == "[")
            place.names.append("0")
        elif token == "," and place.arrays[-1]:
            place.names[-1] = str(int(place.names[-1]) + 1)
        blank = _line_end(token, following, len(place.names))
        if blank:
            yield blank, (), False


def _spaced(token: str) -> str:
    return ": " if token == ":" else token


def _line_end(token: str, following: str, depth: int) -> str:
    if token == "," or (token in ("[", "{") and following not in ("]", "}")):
        return "\n" + "  " * depth
    if following in ("]", "}") and token not in ("[", "{"):
        return "\n" + "  " * (depth - 1)
    return ""
