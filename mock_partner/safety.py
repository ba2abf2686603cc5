"""The gates that everything we write passes: text made printable, secrets replaced, personal data shortened by value.

Nothing here knows which field holds what.
"""

from __future__ import annotations

import base64
import json
import re
import sys
import threading
import urllib.parse
from collections.abc import Callable, Mapping

_MIN_SECRET = 4
# What is shorter is no id of one person, and would be found in numbers and dates.
_MIN_PERSONAL = 6
_SHORTENED = "[...]"
_RUN = re.compile(r"[A-Za-z0-9]+")
_PERCENT = re.compile(r"%[0-9A-F]{2}")
_ESCAPES = {code: f"\\x{code:02x}" for code in (*range(0x20), *range(0x7F, 0xA0)) if chr(code) not in "\n\t"}
# U+2028 and U+2029 end lines in many viewers; the bidirectional controls can make text read as something else.
_ESCAPES |= {
    code: f"\\u{code:04x}" for code in (0x2028, 0x2029, *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF)
}


def printable(text: str, *, single_line: bool = False) -> str:
    r"""Return `text` safe for a report, a test id and a terminal.

    Lone surrogates and control characters become visible escapes; with `single_line` also CR, LF and TAB, so that
    what the target says can never start a line of its own (CI systems read commands at the start of a line).
    """
    if text.isprintable():
        # Nearly every text is: nothing that is escaped counts as printable.
        return text
    safe = text.encode("utf-8", "backslashreplace").decode("utf-8").translate(_ESCAPES)
    return safe.replace("\n", "\\n").replace("\t", "\\t") if single_line else safe


def shortened(text: str, limit: int = 300) -> str:
    """Return `text` made printable on one line, cut in the middle when longer than `limit` characters."""
    # Both ends are kept before the text is made printable, so that a huge one costs no more than a long one.
    ends = text if len(text) <= limit * 4 else text[: limit * 2] + text[-limit * 2 :]
    line = printable(ends, single_line=True)
    if len(line) <= limit:
        return line
    half = (limit - 5) // 2
    return f"{line[:half]} ... {line[-half:]}"


class Redactor:
    """Replaces every known secret, in each form it travels in, by its label, and shortens known personal data.

    Both are matched by value: field names such as `token` also name public things in OCPI.
    Thread-safe; either may be added at any time and holds for everything written afterwards.

    Args:
        personal_data: leave personal data as it is.
    """

    def __init__(self, *, personal_data: bool = False) -> None:
        self._lock = threading.Lock()
        self._personal = _Personal()
        self.shortens = not personal_data
        self._labels: dict[str, str] = {}
        self._ordered: list[tuple[str, str]] = []
        # Most texts hold no secret: a few short pieces that every form has one of tell so quickly.
        self._pieces: dict[str, None] = {}
        self._shortest = sys.maxsize
        # The forms that hold one of the pieces found, longest first; a run meets few combinations.
        self._narrowed: dict[tuple[str, ...], tuple[tuple[str, str], ...]] = {}

    def add(self, secret: str, label: str) -> None:
        """Make `secret` unwritable: raw, Base64 (with and without padding), URL-encoded and JSON-escaped."""
        if len(secret) < _MIN_SECRET:
            return
        with self._lock:
            forms = _forms(secret)
            for form in forms:
                self._labels.setdefault(form, f"[{label}]")
            self._pieces |= dict.fromkeys(_pieces(secret, forms))
            self._shortest = min(self._shortest, *map(len, self._pieces))
            # The longest first: a secret may contain another one.
            self._ordered = sorted(self._labels.items(), key=lambda item: -len(item[0]))
            self._narrowed = {}

    def add_personal(self, value: str) -> None:
        """Have `value`, which tells who somebody is, shortened wherever it stands as a word of its own."""
        if self.shortens and len(value) >= _MIN_PERSONAL:
            with self._lock:
                self._personal.add(value)

    def text(self, text: str) -> str:
        """Return `text` with every secret replaced by its label and personal data shortened."""
        return self._personal.shortened(self._hidden(text, self._found_in(text)))

    def value(self, value: object) -> object:
        """Return the JSON value `value` with every secret in its texts and keys replaced by its label."""
        change = self._change_of("\0".join(_texts(value)))
        return value if change is None else _mapped(value, change)

    def clean_value(self, value: object) -> object:
        """Return the JSON value `value` with its texts and keys redacted and printable."""
        texts = _texts(value)
        change = self._change_of("\0".join(texts))
        if change is not None:
            return _mapped(value, lambda text: printable(change(text)))
        # Most values hold nothing to be hidden, and nothing that could not be printed.
        together = "".join(texts)
        return value if printable(together) == together else _mapped(value, printable)

    def _change_of(self, everything: str) -> Callable[[str], str] | None:
        """Return what redacts each text of a value: all are searched at once, then each for what was found only.

        None when nothing in them is to be hidden.
        """
        found = self._found_in(everything)
        personal = self._personal.runs_in(everything)
        if not found and not personal:
            return None

        def change(text: str) -> str:
            hidden = self._hidden(text, found)
            # A few searches for what is known to be there cost less than taking the text apart.
            return self._personal.shortened(hidden) if any(run in text for run in personal) else hidden

        return change

    def _found_in(self, text: str) -> tuple[str, ...]:
        """Return the pieces of secrets that are in the text."""
        if len(text) < self._shortest:
            return ()
        return tuple([piece for piece in tuple(self._pieces) if piece in text])

    def _hidden(self, text: str, found: tuple[str, ...]) -> str:
        """Return the text with the forms that hold a piece of `found` replaced."""
        for piece in found:
            if piece in text:
                break
        else:
            return text
        forms = self._narrowed.get(found)
        if forms is None:
            with self._lock:
                forms = tuple(pair for pair in self._ordered if any(piece in pair[0] for piece in found))
                self._narrowed[found] = forms
        for form, label in forms:
            text = text.replace(form, label)
        return text

    def labels(self) -> tuple[str, ...]:
        """Return what secrets are replaced by, such as "[CREDENTIALS_TOKEN_B]", each once."""
        return tuple(dict.fromkeys(label for _, label in self._ordered))

    def clean(self, text: str, *, single_line: bool = False) -> str:
        """Return `text` redacted and printable: the form in which it may be written anywhere."""
        return printable(self.text(text), single_line=single_line)


class _Personal:
    """Values to be shortened, found by their longest run of letters and digits: a text is read once for all of them."""

    def __init__(self) -> None:
        # A run to the forms that have it: what stands before it, the whole form, what to write instead.
        self._forms: dict[str, tuple[tuple[str, str, str], ...]] = {}
        self._known: set[str] = set()

    def add(self, value: str) -> None:
        if value in self._known:
            return
        self._known.add(value)
        kept = 2 if len(value) >= _MIN_PERSONAL + 2 else 1
        short = value[:kept] + _SHORTENED + value[-kept:]
        for form in {value, urllib.parse.quote(value, safe=""), json.dumps(value)[1:-1]}:
            runs = list(_RUN.finditer(form))
            if runs:
                # Many values begin alike, with a country or a party.
                run = max(runs, key=lambda found: len(found[0]))
                forms = (*self._forms.get(run[0], ()), (form[: run.start()], form, short))
                # The longest first: a value may begin with another one.
                self._forms[run[0]] = tuple(sorted(forms, key=lambda item: -len(item[1])))

    def runs_in(self, text: str) -> frozenset[str]:
        """Return the runs of letters and digits in the text that values have; a text without any holds no value."""
        return frozenset(self._forms.keys() & _RUN.findall(text)) if self._forms else frozenset()

    def shortened(self, text: str) -> str:
        if not self.runs_in(text):
            return text
        parts: list[str] = []
        done = 0
        for run in _RUN.finditer(text):
            forms = self._forms.get(run[0])
            found = self._at(text, run.start(), done, forms) if forms else None
            if found:
                begin, end, short = found
                parts += [text[done:begin], short]
                done = end
        return "".join([*parts, text[done:]])

    def _at(
        self, text: str, start: int, done: int, forms: tuple[tuple[str, str, str], ...]
    ) -> tuple[int, int, str] | None:
        """Return where the value that has the run at `start` begins and ends, and what to write instead."""
        for before, form, short in forms:
            begin = start - len(before)
            end = begin + len(form)
            whole = not text[end : end + 1].isalnum() and not text[begin - 1 : begin].isalnum()
            if whole and begin >= done and text.startswith(form, begin):
                return begin, end, short
        return None


def _texts(value: object) -> list[str]:
    """Return the texts and keys of a JSON value, in no order."""
    found: list[str] = []
    left = [value]
    while left:
        node = left.pop()
        if isinstance(node, str):
            found.append(node)
        elif isinstance(node, list | tuple):
            left += node
        elif isinstance(node, Mapping):
            found += map(str, node)
            left += node.values()
    return found


def _mapped(value: object, change: Callable[[str], str]) -> object:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list | tuple):
        return [_mapped(child, change) for child in value]
    if isinstance(value, Mapping):
        return {change(str(key)): _mapped(child, change) for key, child in value.items()}
    return value


def _pieces(secret: str, forms: set[str]) -> set[str]:
    """Return pieces of letters and digits such that each of `forms` holds one; a form without any is its own."""
    octets = secret.encode("utf-8", "surrogatepass")
    once = base64.b64encode(octets)
    # What follows a secret changes the last group of its Base64 only.
    whole = [base64.b64encode(raw[: len(raw) // 3 * 3]).decode() for raw in (octets, once)]
    runs = {max(_RUN.findall(text), key=len, default="") for text in (secret, *whole)}
    pieces = {run for run in runs if len(run) >= 2 * _MIN_SECRET}
    return pieces | {form for form in forms if not any(piece in form for piece in pieces)}


def _forms(secret: str) -> set[str]:
    octets = secret.encode("utf-8", "surrogatepass")
    forms = {secret, urllib.parse.quote(octets, safe=""), urllib.parse.quote_plus(octets)}
    forms.add(secret.replace("\\", "\\\\").replace('"', '\\"').replace("/", "\\/"))
    forms.add(secret.replace("\\", "\\\\").replace('"', '\\"'))
    forms.add(json.dumps(secret)[1:-1])
    # A token that is followed by a line feed, or encoded twice, is a known mistake and still the secret.
    for raw in (octets, octets + b"\n", base64.b64encode(octets)):
        for encoded in (base64.b64encode(raw).decode(), base64.urlsafe_b64encode(raw).decode()):
            forms |= {encoded, urllib.parse.quote(encoded, safe=""), encoded.replace("/", "\\/")}
            if len(encoded.rstrip("=")) >= 2 * _MIN_SECRET:
                forms.add(encoded.rstrip("="))
    # Both spellings of a percent-encoded octet are in use.
    forms |= {_PERCENT.sub(lambda octet: octet[0].lower(), form) for form in forms}
    return {form for form in forms if len(form) >= _MIN_SECRET}
