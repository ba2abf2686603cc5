"""Kinds of values in a TOML file, secrets, what is said about a mistake. Which keys exist is not known here."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

SECRET_REMEDY = 'write { env = "NAME" } or { file = "path" }: a secret never stands in the file itself'


class ConfigError(Exception):
    """The configuration cannot be used: one line per mistake, all mistakes of a run together.

    Attributes:
        file: where the mistake stands: the path of the file, or `environment`, or `command line`.
        key: `[section] key`, or the name of the variable.
        problem: what is wrong.
        remedy: what to write instead.
        others: the further mistakes, each a ConfigError of its own.
    """

    def __init__(self, file: str, key: str, problem: str, remedy: str, others: tuple[ConfigError, ...] = ()) -> None:
        super().__init__(file, key, problem, remedy)
        self.file = file
        self.key = key
        self.problem = problem
        self.remedy = remedy
        self.others = others

    def __str__(self) -> str:
        line = f"{self.file}: {self.key}: {self.problem}" + (f"; {self.remedy}" if self.remedy else "")
        return "\n".join([line, *map(str, self.others)])


@dataclass(frozen=True)
class Secret:
    """A value that must not be seen: only `reveal()` gives it."""

    _value: str = field(repr=False)

    def __repr__(self) -> str:
        return "Secret(…)"

    __str__ = __repr__

    def reveal(self) -> str:
        """The value itself, for the one place that sends or compares it."""
        return self._value


class Unfit(Exception):
    """A value that a kind does not accept: the problem, then the remedy."""

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(problem, remedy)
        self.problem = problem
        self.remedy = remedy


class SecretText(str):
    """The text of a secret that came by a variable of its own: not a literal in a file."""

    __slots__ = ()


@dataclass(frozen=True)
class Around:
    """What a value may refer to: files relative to `folder`, variables of `environ`."""

    folder: Path
    environ: Mapping[str, str]


def text_of(value: object, around: Around) -> str:
    """Return a text that is not blank; raises Unfit."""
    if not isinstance(value, str) or not value.strip():
        raise Unfit(f"{shown(value)} is not a text", 'write a text between quotes, "…"')
    return value


def one_of(*words: str) -> Callable[[object, Around], str]:
    """Return the reader of a value that is one of `words`."""

    def parse(value: object, around: Around) -> str:
        if value not in words:
            raise Unfit(f"{shown(value)} is not known", suggest(value, words))
        return str(value)

    return parse


def list_of(*words: str) -> Callable[[object, Around], tuple[str, ...]]:
    """Return the reader of a list of some of `words`, each once."""

    def parse(value: object, around: Around) -> tuple[str, ...]:
        if not isinstance(value, list | tuple) or not value:
            raise Unfit(f"{shown(value)} is not a list", f'write a list with at least one word: ["{words[0]}"]')
        for word in value:
            one_of(*words)(word, around)
        if len(set(value)) < len(value):
            raise Unfit("the same word twice", "name each once")
        return tuple(value)

    return parse


def _url(value: object, around: Around) -> str:
    text = text_of(value, around)
    parts = split_url(text)
    if parts is None or parts.scheme not in {"http", "https"} or not parts.hostname or re.search(r"\s", text):
        raise Unfit(f"{shown(value)} is not a URL", "write it in full: https://host/path")
    if parts.username is not None or parts.fragment:
        raise Unfit("a URL here has no user part and no fragment", "write it as https://host/path")
    return text


def split_url(url: str) -> SplitResult | None:
    """The parts of a URL, or None where there are none; a wrong port shows only when it is read."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    return parts


def _listen(value: object, around: Around) -> str:
    text = text_of(value, around)
    parts = split_url(f"//{text}")
    if parts is None or not parts.hostname or parts.port is None or parts.netloc != text or parts.username is not None:
        raise Unfit(f"{shown(value)} is not host:port", 'write "127.0.0.1:9000"; port 0 takes any free one')
    return text


def matching(pattern: str, meaning: str, example: str) -> Callable[[object, Around], str]:
    """Return the reader of a text that matches `pattern` as a whole."""

    def parse(value: object, around: Around) -> str:
        if not isinstance(value, str) or not re.fullmatch(pattern, value):
            raise Unfit(f"{shown(value)} is not {meaning}", f'write it as "{example}"')
        return value

    return parse


def _flag(value: object, around: Around) -> bool:
    if not isinstance(value, bool):
        raise Unfit(f"{shown(value)} is not true or false", "write true or false, without quotes")
    return value


def _seconds(value: object, around: Around) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < float("inf"):
        raise Unfit(f"{shown(value)} is no number of seconds", "write a number above 0, without quotes")
    return float(value)


def _number(value: object, around: Around) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < float("inf"):
        raise Unfit(f"{shown(value)} is no number above 0", "write a number above 0, without quotes")
    return float(value)


def _file(value: object, around: Around) -> Path:
    path = around.folder / text_of(value, around)
    if not path.is_file():
        raise Unfit(f"there is no file {path}", "write a path relative to the folder of this file")
    return path


def _secret_text(value: object, around: Around) -> str:
    """The text that a reference leads to."""
    if isinstance(value, SecretText):
        return value
    if not isinstance(value, dict) or len(value) != 1 or not set(value) <= {"env", "file"}:
        raise Unfit("this is not a reference to a secret", SECRET_REMEDY)
    [(source, given)] = value.items()
    name = text_of(given, around)
    if source == "env":
        if name not in around.environ:
            raise Unfit(f"the variable {name} is not set", f"set {name} in the environment of the run")
        return around.environ[name]
    path = around.folder / name
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        problem = f"cannot read the secret from {path}: {error.__class__.__name__}"
        raise Unfit(problem, "check the path") from error


def _secrets(value: object, around: Around) -> tuple[Secret, ...]:
    references = value if isinstance(value, list) else [value]
    listed = ",".join(_secret_text(reference, around) for reference in references)
    tokens = re.split(r"[\s,]+", listed.strip(" \t\r\n,"))
    if tokens == [""]:
        raise Unfit("the pool of tokens is empty", "give at least one token, several apart by comma or blank")
    if len(set(tokens)) < len(tokens):
        raise Unfit("the pool holds a token twice", "give each token once: it is used up by a registration")
    return tuple(map(Secret, tokens))


def _secret(value: object, around: Around) -> Secret:
    token = _secret_text(value, around).strip()
    if not token or re.search(r"\s", token):
        raise Unfit("this is not one token", "give exactly one token, without blanks")
    return Secret(token)


def _flag_of_text(text: str) -> object:
    return {"true": True, "1": True, "false": False, "0": False}.get(text.lower(), text)


def _number_of_text(text: str) -> object:
    try:
        return float(text)
    except ValueError:
        return text


def _whole(least: int) -> Callable[[object, Around], int]:
    def parse(value: object, around: Around) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or value < least:
            raise Unfit(f"{shown(value)} is no whole number from {least} on", "write it in digits, without quotes")
        return value

    return parse


def _date(value: object, around: Around) -> date:
    if not isinstance(value, date) or isinstance(value, datetime):
        raise Unfit(f"{shown(value)} is not a date", "write a date without quotes: 2027-03-01")
    return value


def _moment(value: object, around: Around) -> datetime:
    if not isinstance(value, datetime):
        raise Unfit(f"{shown(value)} is not a date and time", "write it without quotes: 2026-01-01T00:00:00Z")
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _folder(value: object, around: Around) -> Path:
    path = around.folder / text_of(value, around)
    if not path.is_dir():
        raise Unfit(f"there is no folder {path}", "write a path relative to the folder of this file")
    return path


def _path(value: object, around: Around) -> Path:
    path = around.folder / text_of(value, around)
    if not path.parent.is_dir():
        raise Unfit(f"there is no folder {path.parent}", "make it first, or write another path")
    return path


def texts_of(value: object, around: Around) -> tuple[str, ...]:
    """Return a list of texts; raises Unfit."""
    if not isinstance(value, list | tuple):
        raise Unfit(f"{shown(value)} is not a list", 'write a list of texts: ["…"]')
    return tuple(text_of(item, around) for item in value)


def _table(value: object, around: Around) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Unfit(f"{shown(value)} is not a table", 'write { key = "value" }')
    return value


def whole_of_text(text: str) -> object:
    """Return the whole number that a variable holds, or its text."""
    return int(text) if text.strip().isdecimal() else text


def words_of_text(text: str) -> object:
    """Return the words that a variable holds, apart by comma or blank."""
    return [word for word in re.split(r"[\s,]+", text) if word]


def _moment_of_text(text: str) -> object:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return text


def _same(text: str) -> object:
    return text


_TEXT_SCHEMA: Mapping[str, Any] = {"type": "string", "minLength": 1}
_SECRET_SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "properties": {"env": _TEXT_SCHEMA, "file": _TEXT_SCHEMA},
    "minProperties": 1,
    "maxProperties": 1,
    "additionalProperties": False,
}
_SECRETS_SCHEMA: Mapping[str, Any] = {
    "oneOf": [_SECRET_SCHEMA, {"type": "array", "items": _SECRET_SCHEMA, "minItems": 1}]
}


@dataclass(frozen=True)
class Kind:
    """A type of value: its name for people, how a TOML value is read, how a variable's text becomes such a value.

    `schema` is the JSON Schema of the TOML value.
    """

    name: str
    parse: Callable[[Any, Around], object]
    of_text: Callable[[str], object] = _same
    schema: Mapping[str, Any] = field(default_factory=lambda: _TEXT_SCHEMA)


def choice(*words: str) -> Kind:
    """Return the kind of a value that is one of `words`."""
    return Kind(" | ".join(words), one_of(*words), schema={"enum": list(words)})


def word_list(name: str, *words: str) -> Kind:
    """Return the kind of a list of some of `words`, each once."""
    schema = {"type": "array", "items": {"enum": list(words)}, "minItems": 1, "uniqueItems": True}
    return Kind(name, list_of(*words), words_of_text, schema)


def whole(least: int = 0) -> Kind:
    """Return the kind of a whole number from `least` on."""
    return Kind("whole number", _whole(least), whole_of_text, {"type": "integer", "minimum": least})


TEXT = Kind("text", text_of)
TEXTS = Kind("list of texts", texts_of, words_of_text, {"type": "array", "items": _TEXT_SCHEMA})
URL = Kind("URL", _url, schema={"type": "string", "format": "uri"})
LISTEN = Kind("host:port", _listen)
FLAG = Kind("true or false", _flag, _flag_of_text, {"type": "boolean"})
SECONDS = Kind("seconds", _seconds, _number_of_text, {"type": "number", "exclusiveMinimum": 0})
DATE = Kind("date", _date, schema={"type": "string", "format": "date"})
NUMBER = Kind("number above 0", _number, _number_of_text, {"type": "number", "exclusiveMinimum": 0})
MOMENT = Kind("date and time", _moment, _moment_of_text, {"type": "string", "format": "date-time"})
FILE = Kind("path", _file)
FOLDER = Kind("path of a folder", _folder)
PATH = Kind("path of a file that may be new", _path)
TABLE = Kind("table", _table, schema={"type": "object"})
SECRET = Kind("secret", _secret, SecretText, _SECRET_SCHEMA)
SECRETS = Kind("secrets", _secrets, SecretText, _SECRETS_SCHEMA)


def suggest(word: object, known: Collection[str]) -> str:
    """Return the remedy for a word that is not `known`."""
    spelled = {name.lower(): name for name in known}
    close = difflib.get_close_matches(str(word).lower(), spelled, n=1)
    return f'did you mean "{spelled[close[0]]}"?' if close else f"known: {', '.join(known)}"


def shown(value: object) -> str:
    """Return a value in a message, cut to a readable length."""
    text = f'"{value}"' if isinstance(value, str) else repr(value)
    return text if len(text) <= 60 else f"{text[:57]}…"
