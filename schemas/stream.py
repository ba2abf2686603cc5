"""Reads JSON values from a stream of bytes, one after another, in constant memory; nothing is judged here.

Read are: one value, several values in a row, the elements of an array, JSON Lines, and OCPI responses, whose `data` is
read element by element.
"""

from __future__ import annotations

import codecs
import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import orjson

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

CHUNK: Final = 256 * 1024
"""Bytes read at a time."""

MAX_VALUE: Final = 16 * 1024 * 1024
"""Characters of one value; a longer one is not an OCPI object, and must not fill the memory."""

TOO_LONG: Final = b"\x00too long "
_SURROGATE: Final = re.compile(r"[\uD800-\uDFFF]|\\u[dD][89A-Fa-f]")
"""Half a character, or an escape that may be one."""

_SPACE: Final = " \t\r\n"
_BYTE_ORDER_MARK: Final = "\ufeff"
"""Some editors put it at the start of a file."""

# A token that the end of the text cut short, such as -Infinity or an escape of two surrogates, is no longer than this.
_LONGEST_TOKEN: Final = 16


class UnreadableError(ValueError):
    """The text is not JSON; the message says why, `line` where."""

    def __init__(self, why: str, line: int) -> None:
        super().__init__(why)
        self.line = line


@dataclass(frozen=True, slots=True)
class Item:
    """One value that was read, or why it could not be.

    Attributes:
        line: the line on which the value starts, from 1.
        root: JSON Pointer to the value within the text around it, such as `/data/17`.
        value: the value; None when `problem` is set.
        envelope: the value is the response around objects that are items of their own; its `data` is left out.
        problem: why there is no value.
        odd: the value holds what Python reads but JSON does not know, such as NaN or half a character.
        text: the text in which the value stands, if it is still there.
    """

    line: int
    root: str
    value: Any
    envelope: bool = False
    problem: str = ""
    odd: bool = False
    text: bytes = field(default=b"", compare=False, repr=False)


class Scanner:
    """A window that moves over a text and decodes the values in it; what was passed is forgotten."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)
        # A byte that is not UTF-8 becomes a lone surrogate: the validator names the member, the rest is still judged.
        self._to_text = codecs.getincrementaldecoder("utf-8")("surrogateescape")
        self._decoder = json.JSONDecoder(parse_constant=self._constant)
        self._text = ""
        self._at = 0
        self._odd = False
        self._started = False
        self._counted = 0
        self._line = 1
        self._ended = False

    @property
    def line(self) -> int:
        """The line of the next character, from 1."""
        self._line += self._text.count("\n", self._counted, self._at)
        self._counted = self._at
        return self._line

    @property
    def odd(self) -> bool:
        """Whether a value since the last question held what JSON does not know; the question is then settled."""
        odd, self._odd = self._odd, False
        return odd

    def _constant(self, name: str) -> float:
        self._odd = True
        return float(name.replace("Infinity", "inf"))

    def peek(self) -> str:
        """Returns the next character that is not white space, or nothing at the end of the text."""
        while True:
            while self._at < len(self._text) and self._text[self._at] in _SPACE:
                self._at += 1
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more():
                return ""

    def take(self, wanted: str) -> str:
        """Passes and returns the next character, which is one of `wanted`.

        Raises:
            UnreadableError: it is another one, or the text ends.
        """
        found = self.peek()
        if not found or found not in wanted:
            expected = " or ".join(repr(one) for one in wanted)
            raise UnreadableError(f"expected {expected}, found {repr(found) if found else 'the end'}", self.line)
        self._at += 1
        return found

    def value(self) -> Any:  # noqa: ANN401  (any JSON value)
        """Passes and returns the next value.

        Raises:
            UnreadableError: there is none, or it is longer than `MAX_VALUE`.
        """
        self.peek()
        while True:
            try:
                value, end = self._decoder.raw_decode(self._text, self._at)
            except json.JSONDecodeError as error:
                if not self._cut_short(error):
                    line = self.line + self._text.count("\n", self._at, error.pos)
                    raise UnreadableError(error.msg.lower().removesuffix(" at"), line) from None
            except (RecursionError, ValueError) as error:
                why = "nested too deeply" if isinstance(error, RecursionError) else "a number of too many digits"
                raise UnreadableError(why, self.line) from None
            else:
                if self._ended or not self._may_go_on(value, end):
                    self._odd |= _SURROGATE.search(self._text, self._at, end) is not None
                    self._at = end
                    return value
            if len(self._text) - self._at > MAX_VALUE:
                raise UnreadableError(f"one value of more than {MAX_VALUE // 1024**2} MiB", self.line)
            self._more()

    def _may_go_on(self, value: object, end: int) -> bool:
        """Tells whether more text may make a number longer: `2.` is read as 2 before the 5 arrives."""
        following = self._text[end : end + _LONGEST_TOKEN]
        cut = len(following) < _LONGEST_TOKEN and following[:1] not in {*_SPACE, ",", "]", "}"}
        return cut and isinstance(value, int | float)

    def _cut_short(self, error: json.JSONDecodeError) -> bool:
        """Tells whether more text may turn the error into a value."""
        if self._ended:
            return False
        return error.msg.startswith("Unterminated string") or error.pos >= len(self._text) - _LONGEST_TOKEN

    def _more(self) -> bool:
        """Appends at least as much as is left, so that a long value is decoded only a few times."""
        if self._ended:
            return False
        self._line, self._counted = self.line, 0
        parts = [self._text[self._at :]]
        wanted, gained = max(1, len(parts[0])), 0
        while gained < wanted and not self._ended:
            chunk = next(self._chunks, b"")
            self._ended = not chunk
            parts.append(self._to_text.decode(chunk, final=not chunk))
            gained += len(parts[-1])
        self._text, self._at = "".join(parts), 0
        if not self._started:
            self._text = self._text.removeprefix(_BYTE_ORDER_MARK)
            self._started = True
        return gained > 0


def is_lines(head: bytes) -> bool:
    """Tells whether a text that starts with `head` is JSON Lines: one value on each line, and more than one line.

    A first line that is not JSON still counts as one when the next line starts an object.
    """
    first, _, rest = head.removeprefix(codecs.BOM_UTF8).lstrip().partition(b"\n")
    if first.startswith(b"[") or not rest.strip():
        return False
    if rest.lstrip(b"\r\n").startswith(b"{"):
        return True
    try:
        orjson.loads(first)
    except orjson.JSONDecodeError:
        return False
    return True


def line_batches(chunks: Iterable[bytes]) -> Iterator[tuple[int, bytes]]:
    """Yields the text in pieces of whole lines, with the number of the first line of each."""
    line, rest = 1, b""
    for chunk in chunks:
        cut = chunk.rfind(b"\n") + 1
        if not cut:
            rest += chunk
        else:
            batch, rest = rest + chunk[:cut], chunk[cut:]
            yield line, batch
            line += batch.count(b"\n")
        if len(rest) > MAX_VALUE:
            rest = TOO_LONG
    if rest:
        yield line, rest


def items_of_lines(first: int, batch: bytes, *, unwrap: bool) -> Iterator[Item]:
    """Yields the items of whole lines of JSON Lines; a line that is not JSON is one item with its problem.

    With `unwrap` an OCPI response is taken apart into its envelope and the objects in its data.
    """
    for number, text in enumerate(batch.split(b"\n"), first):
        if not text or text.isspace():
            continue
        try:
            value, odd = orjson.loads(text), False
        except orjson.JSONDecodeError:
            try:
                value, odd = _loose(text), True
            except UnreadableError as error:
                yield Item(number, "", None, problem=str(error))
                continue
        if unwrap and _is_response(value):
            yield from _response(number, value, odd=odd)
        else:
            yield Item(number, "", value, odd=odd, text=text)


def items_of_values(chunks: Iterable[bytes], *, unwrap: bool) -> Iterator[Item]:
    """Yields the items of a text of values in a row, arrays and responses element by element.

    The first error of syntax is the last item: nothing tells where the next value starts.
    """
    scanner = Scanner(chunks)
    try:
        while start := scanner.peek():
            if start == "[":
                yield from _elements(scanner, "")
            elif start == "{" and unwrap:
                yield from _object(scanner)
            else:
                line, value = scanner.line, scanner.value()
                yield Item(line, "", value, odd=scanner.odd)
    except UnreadableError as error:
        yield Item(error.line, "", None, problem=str(error))


def _elements(scanner: Scanner, root: str) -> Iterator[Item]:
    scanner.take("[")
    if scanner.peek() == "]":
        scanner.take("]")
        return
    index, after = 0, ","
    while after == ",":
        scanner.peek()
        line, value = scanner.line, scanner.value()
        yield Item(line, f"{root}/{index}", value, odd=scanner.odd)
        after = scanner.take(",]")
        index += 1


def _object(scanner: Scanner) -> Iterator[Item]:
    """Yields one object, or the objects in the data of a response as they are read, and then its envelope."""
    line = scanner.line
    members: dict[str, Any] = {}
    scanner.take("{")
    after = "," if scanner.peek() != "}" else scanner.take("}")
    while after == ",":
        if scanner.peek() != '"':
            scanner.take('"')
        name = scanner.value()
        scanner.take(":")
        if name == "data" and scanner.peek() == "[":
            yield from _elements(scanner, "/data")
            members["data"] = []
        else:
            members[name] = scanner.value()
        after = scanner.take(",}")
    if _is_response(members):
        yield from _response(line, members, odd=scanner.odd)
    else:
        yield Item(line, "", members, odd=scanner.odd)


def _is_response(value: object) -> bool:
    """Tells whether a value is an OCPI response: no other class has a member of these names."""
    return isinstance(value, dict) and ("data" in value or "status_code" in value)


def _response(line: int, members: dict[str, Any], *, odd: bool) -> Iterator[Item]:
    data = members.get("data")
    if isinstance(data, list):
        for index, element in enumerate(data):
            yield Item(line, f"/data/{index}", element, odd=odd)
    elif data is not None:
        yield Item(line, "/data", data, odd=odd)
    around = {name: value for name, value in members.items() if name != "data"}
    yield Item(line, "", around, envelope=True, odd=odd)


def _loose(text: bytes) -> Any:  # noqa: ANN401  (any JSON value)
    """Returns what Python's own reader makes of a text, NaN and lone surrogates included.

    Raises:
        UnreadableError: it is not JSON either.
    """
    if text.startswith(TOO_LONG):
        raise UnreadableError(f"one line of more than {MAX_VALUE // 1024**2} MiB", 1)
    scanner = Scanner([text])
    value = scanner.value()
    if scanner.peek():
        raise UnreadableError("more text after the value", 1)
    return value
