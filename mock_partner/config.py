"""target.toml: what an implementer tells us about the target, read strictly into frozen values. No behaviour here."""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from ipaddress import ip_address
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import SplitResult, urlsplit

from ocpi_conformance.mock_partner.ocpi.versions import VERSIONS

ROLES = ("CPO", "EMSP", "HUB", "NSP", "NAP", "SCSP", "PTP", "OTHER")
MODULES = (
    "bookings",
    "cdrs",
    "chargingprofiles",
    "commands",
    "hubclientinfo",
    "invoicereconciliation",
    "locations",
    "payments",
    "sessions",
    "tariffs",
    "tokens",
)
MODULE_VALUES = ("none", "sender", "receiver", "both")
MODES = ("handshake", "preshared")
TRIGGER_KINDS = ("command", "http", "operator")
SECRET_REMEDY = 'write { env = "NAME" } or { file = "path" }: a secret never stands in the file itself'
# Triggers by which tokens reach us or the target some other way than the pool.
_TOKEN_TRIGGERS = ("new_token_a", "register_with_partner")
_HTTP_TRIGGER = re.compile(r"[A-Z]+ https?://\S+")


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


@dataclass(frozen=True)
class CredentialsConfig:
    """How the parties come to their tokens; `token` is the one the target issued to us, `our_token` the one it uses."""

    mode: str = "handshake"
    token: Secret | None = None
    our_token: Secret | None = None


@dataclass(frozen=True)
class PartnerConfig:
    """The party we play. `listen` is host:port (0: any free port), `public_url` how the target reaches it."""

    country_code: str = "NL"
    party_id: str = "TST"
    name: str = "Conformance partner"
    listen: str = "127.0.0.1:0"
    public_url: str | None = None
    roles: tuple[str, ...] = ()


@dataclass(frozen=True)
class Trigger:
    """How to make the target act first: a shell command, `METHOD url`, or a sentence for the operator, by `kind`."""

    kind: str
    text: str


@dataclass(frozen=True)
class Allow:
    """The classes of acts on the target that are switched on."""

    writes: bool = True
    commands: bool = True
    credentials: bool = True


@dataclass(frozen=True)
class Timeouts:
    """Seconds: for the answer to a request, and for what the target sends later."""

    response: float = 10.0
    callback: float = 30.0


@dataclass(frozen=True)
class Tls:
    """Whether the target's certificate is verified, against which CA file, and whether a lab may use plain http."""

    verify: bool = True
    ca_file: Path | None = None
    allow_http: bool = False


@dataclass(frozen=True)
class Waiver:
    """A requirement that the target is known to fail; the last day it counts is `expires`."""

    requirement: str
    reason: str
    expires: date | None = None
    ticket: str | None = None


@dataclass(frozen=True)
class TargetConfig:
    """All of target.toml. `ocpi` holds versions or the one word `highest`; `source` is the file it came from."""

    name: str
    version: str | None
    ocpi: tuple[str, ...]
    roles: tuple[str, ...]
    versions_url: str
    tokens_a: tuple[Secret, ...]
    modules: Mapping[str, str]
    credentials: CredentialsConfig
    partner: PartnerConfig
    offers: Mapping[str, Mapping[str, str]]
    triggers: Mapping[str, Trigger]
    allow: Allow
    timeouts: Timeouts
    tls: Tls
    waivers: tuple[Waiver, ...]
    source: Path


class _WrongError(Exception):
    """A value that a kind does not accept: the problem, then the remedy."""

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(problem, remedy)
        self.problem = problem
        self.remedy = remedy


class _SecretText(str):
    """The text of a secret that came by a variable of its own: not a literal in a file."""

    __slots__ = ()


@dataclass(frozen=True)
class _Around:
    """What a value may refer to: files relative to `folder`, variables of `environ`."""

    folder: Path
    environ: Mapping[str, str]


def _text(value: object, around: _Around) -> str:
    if not isinstance(value, str) or not value.strip():
        raise _WrongError(f"{_shown(value)} is not a text", 'write a text between quotes, "…"')
    return value


def _one_of(*words: str) -> Callable[[object, _Around], str]:
    def parse(value: object, around: _Around) -> str:
        if value not in words:
            raise _WrongError(f"{_shown(value)} is not known", _suggest(value, words))
        return str(value)

    return parse


def _list_of(*words: str) -> Callable[[object, _Around], tuple[str, ...]]:
    def parse(value: object, around: _Around) -> tuple[str, ...]:
        if not isinstance(value, list | tuple) or not value:
            raise _WrongError(f"{_shown(value)} is not a list", f'write a list with at least one word: ["{words[0]}"]')
        for word in value:
            _one_of(*words)(word, around)
        if len(set(value)) < len(value):
            raise _WrongError("the same word twice", "name each once")
        return tuple(value)

    return parse


def _versions(value: object, around: _Around) -> tuple[str, ...]:
    if value in ("highest", ["highest"]):
        return ("highest",)
    if isinstance(value, str):
        raise _WrongError(f"{_shown(value)} is not a list", f'write "highest" or a list: ["{max(VERSIONS)}"]')
    return _list_of(*VERSIONS)(value, around)


def _url(value: object, around: _Around) -> str:
    text = _text(value, around)
    parts = _split(text)
    if parts is None or parts.scheme not in {"http", "https"} or not parts.hostname or re.search(r"\s", text):
        raise _WrongError(f"{_shown(value)} is not a URL", "write it in full: https://host/path")
    if parts.username is not None or parts.fragment:
        raise _WrongError("a URL here has no user part and no fragment", "write it as https://host/path")
    return text


def _split(url: str) -> SplitResult | None:
    """The parts of a URL, or None where there are none; a wrong port shows only when it is read."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    return parts


def _listen(value: object, around: _Around) -> str:
    text = _text(value, around)
    parts = _split(f"//{text}")
    if parts is None or not parts.hostname or parts.port is None or parts.netloc != text or parts.username is not None:
        raise _WrongError(f"{_shown(value)} is not host:port", 'write "127.0.0.1:9000"; port 0 takes any free one')
    return text


def _matching(pattern: str, meaning: str, example: str) -> Callable[[object, _Around], str]:
    def parse(value: object, around: _Around) -> str:
        if not isinstance(value, str) or not re.fullmatch(pattern, value):
            raise _WrongError(f"{_shown(value)} is not {meaning}", f'write it as "{example}"')
        return value

    return parse


def _flag(value: object, around: _Around) -> bool:
    if not isinstance(value, bool):
        raise _WrongError(f"{_shown(value)} is not true or false", "write true or false, without quotes")
    return value


def _seconds(value: object, around: _Around) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < float("inf"):
        raise _WrongError(f"{_shown(value)} is no number of seconds", "write a number above 0, without quotes")
    return float(value)


def _file(value: object, around: _Around) -> Path:
    path = around.folder / _text(value, around)
    if not path.is_file():
        raise _WrongError(f"there is no file {path}", "write a path relative to the folder of target.toml")
    return path


def _secret_text(value: object, around: _Around) -> str:
    """The text that a reference leads to."""
    if isinstance(value, _SecretText):
        return value
    if not isinstance(value, dict) or len(value) != 1 or not set(value) <= {"env", "file"}:
        raise _WrongError("this is not a reference to a secret", SECRET_REMEDY)
    [(source, given)] = value.items()
    name = _text(given, around)
    if source == "env":
        if name not in around.environ:
            raise _WrongError(f"the variable {name} is not set", f"set {name} in the environment of the run")
        return around.environ[name]
    path = around.folder / name
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        problem = f"cannot read the secret from {path}: {error.__class__.__name__}"
        raise _WrongError(problem, "check the path") from error


def _secrets(value: object, around: _Around) -> tuple[Secret, ...]:
    tokens = re.split(r"[\s,]+", _secret_text(value, around).strip(" \t\r\n,"))
    if tokens == [""]:
        raise _WrongError("the pool of tokens is empty", "give at least one token, several apart by comma or blank")
    if len(set(tokens)) < len(tokens):
        raise _WrongError("the pool holds a token twice", "give each token once: it is used up by a registration")
    return tuple(map(Secret, tokens))


def _secret(value: object, around: _Around) -> Secret:
    token = _secret_text(value, around).strip()
    if not token or re.search(r"\s", token):
        raise _WrongError("this is not one token", "give exactly one token, without blanks")
    return Secret(token)


def _flag_of_text(text: str) -> object:
    return {"true": True, "1": True, "false": False, "0": False}.get(text.lower(), text)


def _number_of_text(text: str) -> object:
    try:
        return float(text)
    except ValueError:
        return text


def _words_of_text(text: str) -> object:
    return text if text == "highest" else [word for word in re.split(r"[\s,]+", text) if word]


def _same(text: str) -> object:
    return text


@dataclass(frozen=True)
class Kind:
    """A type of value: its name for people, how a TOML value is read, how a variable's text becomes such a value."""

    name: str
    parse: Callable[[Any, _Around], object]
    of_text: Callable[[str], object] = _same


TEXT = Kind("text", _text)
URL = Kind("URL", _url)
FLAG = Kind("true or false", _flag, _flag_of_text)
SECONDS = Kind("seconds", _seconds, _number_of_text)
FILE = Kind("path", _file)
SECRET = Kind("secret", _secret, _SecretText)
SECRETS = Kind("secrets", _secrets, _SecretText)
VERSION_LIST = Kind('list of versions, or "highest"', _versions, _words_of_text)
ROLE_LIST = Kind("list of roles", _list_of(*ROLES), _words_of_text)


@dataclass(frozen=True)
class Key:
    """One key of target.toml; `section`.`name` is its name on the command line, `variable` in the environment."""

    section: str
    name: str
    kind: Kind
    meaning: str
    default: object = None
    required: bool = False

    @property
    def variable(self) -> str:
        """The environment variable that sets it."""
        return f"OCPI_{self.section}_{self.name}".upper()

    @property
    def label(self) -> str:
        """How a message names it."""
        return f"[{self.section}] {self.name}"


KEYS = (
    Key("target", "name", TEXT, "name of the target, as reports print it", required=True),
    Key("target", "version", TEXT, "its software version"),
    Key("target", "ocpi", VERSION_LIST, "the OCPI versions to certify", required=True),
    Key("target", "roles", ROLE_LIST, "the market roles it plays", required=True),
    Key("target", "versions_url", URL, "its versions endpoint", required=True),
    Key("target", "tokens_a", SECRETS, "a pool of CREDENTIALS_TOKEN_A, one per registration", ()),
    Key("credentials", "mode", Kind("handshake or preshared", _one_of(*MODES)), "how tokens are agreed", "handshake"),
    Key("credentials", "token", SECRET, "preshared: the token that the target issued to us (CREDENTIALS_TOKEN_C)"),
    Key("credentials", "our_token", SECRET, "preshared: the token that the target uses towards us"),
    Key(
        "partner",
        "country_code",
        Kind("two letters", _matching("[A-Za-z]{2}", "a country code of two letters", "NL")),
        "country_code of the partner",
        "NL",
    ),
    Key(
        "partner",
        "party_id",
        Kind("three characters", _matching("[A-Za-z0-9]{3}", "a party id of three letters or digits", "TST")),
        "party_id of the partner",
        "TST",
    ),
    Key("partner", "name", TEXT, "business name of the partner", "Conformance partner"),
    Key("partner", "listen", Kind("host:port", _listen), "where the partner listens; port 0: any", "127.0.0.1:0"),
    Key("partner", "public_url", URL, "how the target reaches the partner, if not at `listen`"),
    Key("partner", "roles", ROLE_LIST, "roles of the partner, if not the counterpart of the target's", ()),
    Key("allow", "writes", FLAG, "PUT, PATCH, POST and DELETE of objects", True),
    Key("allow", "commands", FLAG, "commands and charging profiles", True),
    Key("allow", "credentials", FLAG, "registration, update and removal of credentials", True),
    Key("timeouts", "response", SECONDS, "for the answer to a request", 10.0),
    Key("timeouts", "callback", SECONDS, "for what the target sends later", 30.0),
    Key("tls", "verify", FLAG, "verify the certificate of the target", True),
    Key("tls", "ca_file", FILE, "PEM file of the authority that signed it"),
    Key("tls", "allow_http", FLAG, "accept http:// addresses (a test lab)", False),
)
# Tables with keys of the user's own choice, and the list of waivers.
_OPEN_TABLES = ("offers", "triggers")
_SECTIONS = (*dict.fromkeys(key.section for key in KEYS), *_OPEN_TABLES, "waivers")
_WAIVER_FIELDS = ("requirement", "reason", "expires", "ticket")
_NO_OVERRIDES: Mapping[str, object] = MappingProxyType({})


@dataclass(frozen=True)
class Row:
    """One row of the documentation of target.toml."""

    section: str
    key: str
    type: str
    default: str
    meaning: str
    variable: str


def describe() -> tuple[Row, ...]:
    """The documentation of target.toml: one row per key, in the order of the file."""

    def default(key: Key) -> str:
        if key.required:
            return "required"
        if isinstance(key.default, bool):
            return str(key.default).lower()
        return "" if key.default in (None, ()) else str(key.default)

    rows = [Row(key.section, key.name, key.kind.name, default(key), key.meaning, key.variable) for key in KEYS]
    return (
        *rows,
        Row("target.modules", "<module>", " | ".join(MODULE_VALUES), "", "instead of what version details say", ""),
        Row("offers", "<thing>", "table of texts", "", "things that only the operator knows, by name", ""),
        Row("triggers", "<act>", " | ".join(TRIGGER_KINDS), "", "how to make the target act first", ""),
        Row("waivers", "requirement, reason", "text", "required", "a requirement known to fail, and why", ""),
        Row("waivers", "expires", "date", "", "the last day the waiver counts", ""),
        Row("waivers", "ticket", "text", "", "where the repair is tracked", ""),
    )


def load_target(
    path: Path | str,
    *,
    environ: Mapping[str, str] = os.environ,
    overrides: Mapping[str, object] = _NO_OVERRIDES,
    today: date | None = None,
) -> TargetConfig:
    """Read a target.toml; command line wins over environment, environment over file.

    Args:
        path: the file.
        environ: the variables: `OCPI_<SECTION>_<KEY>` for any key, and those that secrets refer to.
        overrides: what the command line says: `section.key` to a value, or to its text.
        today: the day on which waivers are judged, by default the present one (UTC).

    Raises:
        ConfigError: anything unknown, missing or wrong; all mistakes at once.
    """
    source = Path(path)
    reader = _Reader(source, _Around(source.parent, environ))
    document = reader.document()
    reader.overrides(overrides)
    values = {(key.section, key.name): reader.value(key, document, overrides) for key in KEYS}
    modules = reader.modules(document)
    offers, triggers = reader.offers(document), reader.triggers(document)
    waivers = reader.waivers(document, today or datetime.now(UTC).date())
    reader.judge_together(values, triggers)
    reader.finish()

    def section(name: str) -> dict[str, Any]:
        return {key.name: values[key.section, key.name] for key in KEYS if key.section == name}

    return TargetConfig(
        **section("target"),
        modules=modules,
        credentials=CredentialsConfig(**section("credentials")),
        partner=PartnerConfig(**section("partner")),
        offers=offers,
        triggers=triggers,
        allow=Allow(**section("allow")),
        timeouts=Timeouts(**section("timeouts")),
        tls=Tls(**section("tls")),
        waivers=waivers,
        source=source,
    )


class _Reader:
    """Reads one file part by part and collects what is wrong with it."""

    def __init__(self, source: Path, around: _Around) -> None:
        self._file = str(source)
        self._source = source
        self._around = around
        self._errors: list[ConfigError] = []
        self._unusable: set[str] = set()

    def add(self, key: str, problem: str, remedy: str, *, file: str | None = None) -> None:
        """Note a mistake."""
        self._errors.append(ConfigError(file or self._file, key, problem, remedy))

    def finish(self) -> None:
        """Raise what was noted, if anything."""
        if self._errors:
            first, *others = self._errors
            raise ConfigError(first.file, first.key, first.problem, first.remedy, tuple(others))

    def document(self) -> dict[str, Any]:
        """The tables of the file; without a readable file nothing else can be said, so this raises at once."""
        try:
            document = tomllib.loads(self._source.read_text("utf-8"))
        except OSError as error:
            self.add("-", f"cannot be read: {error.strerror or error}", "give the path of a target.toml")
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            self.add("-", f"is not TOML: {error}", "correct that place")
        self.finish()
        for name in document:
            if name not in _SECTIONS:
                self.add(f"[{name}]", "unknown section", _suggest(name, _SECTIONS))
            elif name != "waivers" and not isinstance(document[name], dict):
                self.add(name, "is not a section", f"write it as [{name}]")
                document[name] = {}
        self._judge_names(document)
        return document

    def _judge_names(self, document: Mapping[str, Any]) -> None:
        for section in dict.fromkeys(key.section for key in KEYS):
            known = tuple(key.name for key in KEYS if key.section == section)
            known += ("modules",) if section == "target" else ()
            for name in document.get(section, {}):
                if name not in known:
                    self.add(f"[{section}] {name}", "unknown key", _suggest(name, known))

    def overrides(self, overrides: Mapping[str, object]) -> None:
        """Refuse a name on the command line that is no key."""
        known = tuple(f"{key.section}.{key.name}" for key in KEYS)
        for name in overrides:
            if name not in known:
                self.add(name, "unknown key", _suggest(name, known), file="command line")

    def value(self, key: Key, document: Mapping[str, Any], overrides: Mapping[str, object]) -> object:
        """The value of a key from the first source that has one, else its default."""
        given = self._given(key, document, overrides)
        if given is None:
            if key.required:
                self.add(key.label, "missing", f"add {key.name} = …: {key.meaning}")
            return key.default
        file, name, value = given
        try:
            return key.kind.parse(value, self._around)
        except _WrongError as error:
            self.add(name, error.problem, error.remedy, file=file)
            self._unusable.add(key.label)
            return key.default

    def _given(
        self, key: Key, document: Mapping[str, Any], overrides: Mapping[str, object]
    ) -> tuple[str, str, object] | None:
        """Where a value comes from, its name there, and the value."""
        option = f"{key.section}.{key.name}"
        value = overrides.get(option)
        if value not in (None, ()):
            # A secret as plain text on a command line is a literal all the same: every user of the machine can see it.
            as_text = isinstance(value, str) and key.kind.of_text is not _SecretText
            return "command line", option, key.kind.of_text(str(value)) if as_text else value
        # A variable without text counts as absent: pipelines pass on what they were not given.
        if self._around.environ.get(key.variable):
            return "environment", key.variable, key.kind.of_text(self._around.environ[key.variable])
        if key.name in document.get(key.section, {}):
            return self._file, key.label, document[key.section][key.name]
        return None

    def modules(self, document: Mapping[str, Any]) -> Mapping[str, str]:
        """[target.modules]: identifier to none, sender, receiver or both."""
        table = self._table("[target.modules]", document.get("target", {}).get("modules", {}))
        for name, value in table.items():
            if name not in MODULES:
                self.add(f"[target.modules] {name}", "unknown module", _suggest(name, MODULES))
            elif value not in MODULE_VALUES:
                remedy = _suggest(value, MODULE_VALUES)
                self.add(f"[target.modules] {name}", f"{_shown(value)} is not known", remedy)
        return MappingProxyType(table)

    def offers(self, document: Mapping[str, Any]) -> Mapping[str, Mapping[str, str]]:
        """[offers]: a thing to its names, all texts."""
        read: dict[str, Mapping[str, str]] = {}
        for name, value in document.get("offers", {}).items():
            table = self._table(f"[offers] {name}", value)
            for key, text in table.items():
                self._parse(f"[offers] {name}.{key}", TEXT, text)
            read[name] = MappingProxyType(table)
        return MappingProxyType(read)

    def triggers(self, document: Mapping[str, Any]) -> Mapping[str, Trigger]:
        """[triggers]: an act to the one way to start it."""
        read: dict[str, Trigger] = {}
        for name, value in document.get("triggers", {}).items():
            label = f"[triggers] {name}"
            table = self._table(label, value)
            if len(table) != 1 or not set(table) <= set(TRIGGER_KINDS):
                remedy = 'write { command = "…" }, { http = "METHOD url" } or { operator = "what to do" }'
                self.add(label, "is not one trigger", remedy)
                continue
            [(kind, text)] = table.items()
            if self._parse(label, TEXT, text) and kind == "http" and not _HTTP_TRIGGER.fullmatch(text):
                self.add(label, "is not METHOD and URL", 'write http = "POST https://host/path"')
            read[name] = Trigger(kind, str(text))
        return MappingProxyType(read)

    def waivers(self, document: Mapping[str, Any], today: date) -> tuple[Waiver, ...]:
        """[[waivers]], judged on a day; the ids are compared with the catalogue elsewhere."""
        tables = document.get("waivers", [])
        if not isinstance(tables, list):
            self.add("[waivers]", "is not a list of tables", "write each waiver as [[waivers]]")
            return ()
        read: list[Waiver] = []
        for number, value in enumerate(tables, start=1):
            waiver = self._waiver(f"[[waivers]] {number}", value)
            if waiver is None:
                continue
            label = f"[[waivers]] {waiver.requirement}"
            if waiver.requirement in {other.requirement for other in read}:
                self.add(label, "waived twice", "keep one of them")
            if waiver.expires is not None and waiver.expires < today:
                self.add(label, f"expired on {waiver.expires}", "remove it, or give it a new reason and date")
            read.append(waiver)
        return tuple(read)

    def _waiver(self, label: str, value: object) -> Waiver | None:
        before = len(self._errors)
        table = self._table(label, value)
        for name in table:
            if name not in _WAIVER_FIELDS:
                self.add(f"{label} {name}", "unknown key", _suggest(name, _WAIVER_FIELDS))
        for name in ("requirement", "reason"):
            if name not in table:
                self.add(f"{label} {name}", "missing", f"add {name} = …")
        for name in ("requirement", "reason", "ticket"):
            if name in table:
                self._parse(f"{label} {name}", TEXT, table[name])
        expires = table.get("expires")
        if expires is not None and (not isinstance(expires, date) or isinstance(expires, datetime)):
            self.add(f"{label} expires", f"{_shown(expires)} is not a date", "write a date without quotes: 2027-03-01")
        return Waiver(**table) if len(self._errors) == before else None

    def judge_together(self, values: Mapping[tuple[str, str], object], triggers: Mapping[str, Trigger]) -> None:
        """What only shows from several keys: tokens that fit the mode, plain http."""
        if "[credentials] mode" not in self._unusable:
            for label, problem, remedy in _token_mistakes(values, triggers):
                if label not in self._unusable:
                    self.add(label, problem, remedy)
        for section, name in (("target", "versions_url"), ("partner", "public_url")):
            url = values[section, name]
            if isinstance(url, str) and not values["tls", "allow_http"] and _is_exposed(url):
                remedy = "use https://, or say [tls] allow_http = true in a test lab"
                self.add(f"[{section}] {name}", f"{url} is plain http", remedy)

    def _parse(self, label: str, kind: Kind, value: object) -> bool:
        try:
            kind.parse(value, self._around)
        except _WrongError as error:
            self.add(label, error.problem, error.remedy)
            return False
        return True

    def _table(self, label: str, value: object) -> dict[str, Any]:
        if isinstance(value, dict):
            return value
        self.add(label, f"{_shown(value)} is not a table", 'write { key = "value" }')
        return {}


def _token_mistakes(
    values: Mapping[tuple[str, str], object], triggers: Mapping[str, Trigger]
) -> Iterator[tuple[str, str, str]]:
    preshared = values["credentials", "mode"] == "preshared"
    for name in ("token", "our_token"):
        given = values["credentials", name] is not None
        if preshared and not given:
            yield f"[credentials] {name}", 'missing with mode = "preshared"', f'add {name} = {{ env = "NAME" }}'
        if given and not preshared:
            yield f"[credentials] {name}", "has no use in a handshake", 'remove it, or write mode = "preshared"'
    if not preshared and not values["target", "tokens_a"] and not set(triggers) & set(_TOKEN_TRIGGERS):
        remedy = 'add tokens_a = { env = "NAME" }, a trigger new_token_a, or [credentials] mode = "preshared"'
        yield "[target] tokens_a", "missing", remedy


def _is_exposed(url: str) -> bool:
    """Plain http to another machine."""
    parts = urlsplit(url)
    if parts.scheme != "http":
        return False
    host = parts.hostname or ""
    if host == "localhost" or host.endswith(".localhost"):
        return False
    try:
        return not ip_address(host).is_loopback
    except ValueError:
        return True


def _suggest(word: object, known: Collection[str]) -> str:
    spelled = {name.lower(): name for name in known}
    close = difflib.get_close_matches(str(word).lower(), spelled, n=1)
    return f'did you mean "{spelled[close[0]]}"?' if close else f"known: {', '.join(known)}"


def _shown(value: object) -> str:
    """A value in a message, cut to a readable length."""
    text = f'"{value}"' if isinstance(value, str) else repr(value)
    return text if len(text) <= 60 else f"{text[:57]}…"
