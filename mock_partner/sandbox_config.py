"""mock.toml: what the mock partner is when it runs on its own, read strictly into frozen values. No behaviour here."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints
from urllib.parse import urlsplit

from ocpi_conformance.mock_partner.account import Account
from ocpi_conformance.mock_partner.behaviour import Behaviour
from ocpi_conformance.mock_partner.config import COUNTRY_CODE, PARTY_ID, ROLES
from ocpi_conformance.mock_partner.errors import HarnessError
from ocpi_conformance.mock_partner.faults import Rule
from ocpi_conformance.mock_partner.limits import Limits
from ocpi_conformance.mock_partner.named_defects import profiles, quirks
from ocpi_conformance.mock_partner.ocpi.modules import MODULES
from ocpi_conformance.mock_partner.ocpi.versions import VERSIONS
from ocpi_conformance.mock_partner.settings import (
    FILE,
    FLAG,
    FOLDER,
    LISTEN,
    MOMENT,
    NUMBER,
    PATH,
    SECONDS,
    SECRET,
    TABLE,
    TEXT,
    TEXTS,
    URL,
    Kind,
    Secret,
    choice,
    shown,
    suggest,
    texts_of,
    whole,
    word_list,
)
from ocpi_conformance.mock_partner.settings_file import NO_OVERRIDES, Key, Layout, Reader, Row
from ocpi_conformance.mock_partner.state import Party

CLOCKS = ("real", "accelerated", "stepped")
MODULE_NAMES = tuple(sorted({name for table in MODULES.values() for name in table} - {"credentials"}))
_LIMITS = Limits()


@dataclass(frozen=True)
class ClockConfig:
    """How time goes: `factor` times as fast from `start` on, or standing at `start` until it is advanced."""

    mode: str = "real"
    factor: float = 60.0
    start: datetime | None = None


@dataclass(frozen=True)
class DataConfig:
    """What it publishes: `size` EVSEs (Tokens) of its own making, or what lies in the folder `files`."""

    size: int = 10
    files: Path | None = None


@dataclass(frozen=True)
class SimulationConfig:
    """Whether charging sessions come and go by themselves, and how many drivers come in an hour of its clock."""

    on: bool = False
    rate: float = 60.0


@dataclass(frozen=True)
class CallConfig:
    """How it calls others: seconds for an answer, and how certificates are checked."""

    seconds: float = 10.0
    verify: bool = True
    ca_file: Path | None = None


@dataclass(frozen=True)
class PartnerTerms:
    """One partner: its terms, the CREDENTIALS_TOKEN_A (none: one is made), where to register with it at the start."""

    account: Account
    token_a: Secret | None = None
    versions_url: str | None = None


@dataclass(frozen=True)
class NamedRule:
    """A fault rule in the form of `faults.Rule.of`, and the name by which it can be disarmed."""

    name: str
    table: Mapping[str, Any]


@dataclass(frozen=True)
class MockConfig:
    """All of mock.toml.

    `control_secret` None: one is made; `push` says whether changes are pushed. `profiles` are legal variance, `quirk`
    is the known system whose behaviour is taken on.
    """

    listen: str = "127.0.0.1:9000"
    public_url: str | None = None
    versions: tuple[str, ...] = ("2.2.1",)
    seed: int = 1
    store: Path | None = None
    control_secret: Secret | None = None
    parties: tuple[Party, ...] = (Party("CPO", "NL", "MCK", "Mock partner"),)
    partners: tuple[PartnerTerms, ...] = (PartnerTerms(Account("partner")),)
    clock: ClockConfig = field(default_factory=ClockConfig)
    limits: Limits = _LIMITS
    max_page: int = 50
    kept_exchanges: int = 10_000
    kept_bytes: int = 256 * 1024 * 1024
    calls: CallConfig = field(default_factory=CallConfig)
    data: DataConfig = field(default_factory=DataConfig)
    behaviour: Mapping[str, Any] = field(default_factory=dict)
    profiles: tuple[str, ...] = ()
    quirk: str = ""
    faults: tuple[NamedRule, ...] = ()
    simulation: SimulationConfig = field(default_factory=SimulationConfig)
    push: bool = True
    source: Path | None = None


def _key(section: str, name: str, kind: Kind, meaning: str, default: object = None) -> Key:
    return Key(section, name, kind, meaning, default, prefix="OCPI" if section == "mock" else "OCPI_MOCK")


KEYS = (
    _key("mock", "listen", LISTEN, "where it listens; port 0: any", "127.0.0.1:9000"),
    _key("mock", "public_url", URL, "how partners reach it, if not at `listen`"),
    _key("mock", "roles", word_list("list of roles", *ROLES), "its roles; default: those of [[parties]], else CPO", ()),
    _key("mock", "versions", word_list("list of versions", *VERSIONS), "the OCPI versions that it speaks", ("2.2.1",)),
    _key("mock", "seed", whole(), "of its data and of all else that is drawn", 1),
    _key("mock", "store", PATH, "file that keeps objects and connections over a restart; default: in memory"),
    _key("mock", "control_secret", SECRET, "of the control API; default: one is made and printed"),
    _key("clock", "mode", choice(*CLOCKS), "how its time goes", "real"),
    _key("clock", "factor", NUMBER, "accelerated: how many times as fast", 60.0),
    _key("clock", "start", MOMENT, "accelerated, stepped: the time at the start; default: now"),
    _key("limits", "max_page", whole(1), "objects on a page at most", 50),
    _key("limits", "body_bytes", whole(1), "of a request body at most", _LIMITS.body_bytes),
    _key("limits", "header_bytes", whole(1), "of request headers at most", _LIMITS.header_bytes),
    _key("limits", "depth", whole(1), "nesting of JSON at most", _LIMITS.depth),
    _key("limits", "header_seconds", SECONDS, "until the headers are complete", _LIMITS.header_seconds),
    _key("limits", "body_seconds", SECONDS, "until the body is complete", _LIMITS.body_seconds),
    _key("limits", "connections", whole(1), "open connections at most", _LIMITS.connections),
    _key("limits", "kept_exchanges", whole(1), "exchanges kept to look at, in memory and in `store`", 10_000),
    _key("limits", "kept_bytes", whole(1), "their bytes at most; the latest is always kept", 256 * 1024 * 1024),
    _key("calls", "seconds", SECONDS, "until a partner has answered", 10.0),
    _key("calls", "verify", FLAG, "verify the certificates of partners", True),
    _key("calls", "ca_file", FILE, "PEM file of the authority that signed them"),
    _key("data", "size", whole(), "how many EVSEs (or Tokens) it publishes", 10),
    _key("data", "files", FOLDER, "folder of objects in JSON or JSON Lines to publish instead"),
    _key("push", "on", FLAG, "push what changes", True),
    _key("simulation", "on", FLAG, "let drivers come and go (a CPO)", False),
    _key("simulation", "rate", NUMBER, "drivers that come in an hour of its clock", 60.0),
    _key("variance", "profiles", word_list("list of profiles", *profiles()), "unusual but legal behaviour", ()),
)
PARTY_KEYS = (
    Key("parties", "role", choice(*ROLES), "its role", required=True),
    Key("parties", "country_code", COUNTRY_CODE, "its country_code", "NL"),
    Key("parties", "party_id", PARTY_ID, "its party_id", "MCK"),
    Key("parties", "name", TEXT, "its business name", "Mock partner"),
)
PARTNER_KEYS = (
    Key("partners", "name", TEXT, "how the log and the control API call it", required=True),
    Key("partners", "token_a", SECRET, "CREDENTIALS_TOKEN_A that it registers with; with versions_url: that we do"),
    Key("partners", "versions_url", URL, "its versions endpoint, to register with it at the start"),
    Key("partners", "version", choice(*VERSIONS), "the only version to speak with it"),
    Key("partners", "modules", word_list("list of modules", *MODULE_NAMES), "the modules that it may use", ()),
    Key("partners", "sees", TABLE, "ids of the objects that it is shown, with * and ?, by module", {}),
    Key("partners", "allowed_hosts", TEXTS, "hosts at which it may be called; default: of versions_url, else any", ()),
)
LAYOUT = Layout("mock.toml", KEYS, ("behaviour",), ("parties", "partners", "faults"))


def describe() -> tuple[Row, ...]:
    """The documentation of mock.toml: one row per key, in the order of the file."""
    return (
        *(key.row() for key in KEYS),
        Row("behaviour", "profile", f"one of {', '.join(quirks())}", "", "behave as this known system does", ""),
        Row("behaviour", "<switch>", "text, number or true / false", "", "one switch of its behaviour", ""),
        *(key.row("[parties]") for key in PARTY_KEYS),
        *(key.row("[partners]") for key in PARTNER_KEYS),
        Row("[faults]", "name", "text", "required", "by which it can be disarmed", ""),
        Row("[faults]", "match, after, times, …", "fault rule", "", "which messages are bent, and how", ""),
    )


def schema() -> dict[str, Any]:
    """The JSON Schema of mock.toml (its values as JSON)."""
    sections = {
        section: _object_schema(tuple(key for key in KEYS if key.section == section))
        for section in dict.fromkeys(key.section for key in KEYS)
    }
    switches = {"profile": {"enum": list(quirks())}}
    switches |= {name: _switch_schema(hint) for name, hint in get_type_hints(Behaviour).items()}
    rule = {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}}
    lists = {
        "parties": _object_schema(PARTY_KEYS),
        "partners": _object_schema(PARTNER_KEYS),
        "faults": rule,
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": LAYOUT.name,
        "type": "object",
        "additionalProperties": False,
        "properties": {
            **sections,
            "behaviour": {"type": "object", "additionalProperties": False, "properties": switches},
            **{name: {"type": "array", "items": items} for name, items in lists.items()},
        },
    }


def _object_schema(keys: tuple[Key, ...]) -> dict[str, Any]:
    required = [key.name for key in keys if key.required]
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {key.name: {**key.kind.schema, "description": key.meaning} for key in keys},
    } | ({"required": required} if required else {})


def _switch_schema(hint: Any) -> dict[str, Any]:  # noqa: ANN401  (a type)
    if get_origin(hint) is Literal:
        return {"enum": list(get_args(hint))}
    kinds = {bool: "boolean", int: "integer", float: "number", str: "string"}
    return {"type": kinds[hint]} if hint in kinds else {}


def load_mock(
    path: Path | str | None = None,
    *,
    environ: Mapping[str, str] = os.environ,
    overrides: Mapping[str, object] = NO_OVERRIDES,
) -> MockConfig:
    """Read a mock.toml; command line wins over environment, environment over file.

    Args:
        path: the file; None when there is none.
        environ: the variables `OCPI_MOCK_<KEY>` and `OCPI_MOCK_<SECTION>_<KEY>`, and those that secrets refer to.
        overrides: what the command line says: `section.key` to a value, or to its text.

    Raises:
        ConfigError: anything unknown, missing or wrong; all mistakes at once.
    """
    source = Path(path) if path is not None else None
    reader = _Reader(source, LAYOUT, environ, overrides)
    values = reader.values()
    parties = reader.parties(values["mock", "roles"])
    partners, faults, quirk, switches = reader.partners(), reader.faults(), reader.quirk(), reader.switches()
    reader.judge_together(values, parties)
    reader.finish()

    def section(name: str) -> dict[str, Any]:
        return {key.name: values[key.section, key.name] for key in KEYS if key.section == name}

    mock, limits = section("mock"), section("limits")
    del mock["roles"]
    return MockConfig(
        **mock,
        parties=parties,
        partners=partners,
        clock=ClockConfig(**section("clock")),
        max_page=limits.pop("max_page"),
        kept_exchanges=limits.pop("kept_exchanges"),
        kept_bytes=limits.pop("kept_bytes"),
        limits=Limits(**limits),
        calls=CallConfig(**section("calls")),
        data=DataConfig(**section("data")),
        behaviour=switches,
        profiles=values["variance", "profiles"],
        quirk=quirk,
        faults=faults,
        simulation=SimulationConfig(**section("simulation")),
        push=values["push", "on"],
        source=source,
    )


class _Reader(Reader):
    """Reads what is peculiar to mock.toml."""

    def parties(self, roles: tuple[str, ...]) -> tuple[Party, ...]:
        """[[parties]], of the `roles` that were asked for; a role that none has is played by a party of our making."""
        rows = [self.row(label, table, PARTY_KEYS) for label, table in self.rows("parties")]
        found = [Party(**row) for row in rows if row]
        wanted = roles or tuple(party.role for party in found) or ("CPO",)
        named = [party for party in found if party.role in wanted]
        like = replace(found[0], name="Mock partner") if found else MockConfig().parties[0]
        played = {party.role for party in named}
        return (*named, *(replace(like, role=role) for role in dict.fromkeys(wanted) if role not in played))

    def partners(self) -> tuple[PartnerTerms, ...]:
        """[[partners]]; without any there is one, whoever holds the CREDENTIALS_TOKEN_A that is printed."""
        read: list[PartnerTerms] = []
        for label, table in self.rows("partners"):
            row = self.row(label, table, PARTNER_KEYS)
            if row is None:
                continue
            if row["name"] in {other.account.name for other in read}:
                self.add(f"{label} name", f'two partners are called "{row["name"]}"', "give each a name of its own")
            if row["versions_url"] and not row["token_a"]:
                self.add(f"{label} token_a", "missing beside versions_url", 'add token_a = { env = "NAME" }')
            read.append(self._terms(label, row))
        return tuple(read) or MockConfig().partners

    def _terms(self, label: str, row: Mapping[str, Any]) -> PartnerTerms:
        sees: dict[str, tuple[str, ...]] = {}
        for module, patterns in row["sees"].items():
            if module not in MODULE_NAMES:
                self.add(f"{label} sees.{module}", "unknown module", suggest(module, MODULE_NAMES))
            sees[module] = self.parse(f"{label} sees.{module}", _PATTERNS, patterns) or ()
        home = urlsplit(row["versions_url"] or "").hostname
        hosts = row["allowed_hosts"] or ((home,) if home else ())
        versions = (row["version"],) if row["version"] else ()
        account = Account(row["name"], versions, row["modules"], sees, hosts)
        return PartnerTerms(account, row["token_a"], row["versions_url"])

    def faults(self) -> tuple[NamedRule, ...]:
        """[[faults]]: each a name and a rule."""
        read: list[NamedRule] = []
        for label, table in self.rows("faults"):
            rule = {key: value for key, value in table.items() if key != "name"}
            name = self.parse(f"{label} name", TEXT, table.get("name", ""))
            try:
                Rule.of(rule)
            except HarnessError as error:
                self.add(label, error.problem, error.remedy)
            if name in {other.name for other in read}:
                self.add(f"{label} name", f'two rules are called "{name}"', "give each a name of its own")
            read.append(NamedRule(str(name), rule))
        return tuple(read)

    def quirk(self) -> str:
        """[behaviour] profile: the name of a known system; it cannot set what a switch beside it sets."""
        table, known = self.document.get("behaviour", {}), quirks()
        name = table.get("profile", "")
        if not name:
            return ""
        if name not in known:
            self.add("[behaviour] profile", f"{shown(name)} is not known", suggest(str(name), known))
            return ""
        for switch in known[name].behaviour:
            if switch in table:
                self.add(f"[behaviour] {switch}", f'the profile "{name}" sets it', "leave out the one or the other")
        return str(name)

    def switches(self) -> Mapping[str, Any]:
        """[behaviour]: each a switch of Behaviour with a value that it takes."""
        table = {name: value for name, value in self.document.get("behaviour", {}).items() if name != "profile"}
        hints = get_type_hints(Behaviour)
        for name, value in table.items():
            if name not in hints:
                self.add(f"[behaviour] {name}", "unknown switch", suggest(name, hints))
            elif problem := _switch_mistake(hints[name], value):
                self.add(f"[behaviour] {name}", *problem)
        return table

    def judge_together(self, values: Mapping[tuple[str, str], Any], parties: tuple[Party, ...]) -> None:
        """What only shows from several keys."""
        if values["clock", "start"] and values["clock", "mode"] == "real":
            self.add("[clock] start", "has no use with a real clock", f'remove it, or write mode = "{CLOCKS[1]}"')
        if values["simulation", "on"] and "CPO" not in {party.role for party in parties}:
            self.add("[simulation] on", "nobody can charge without a CPO", "add the role CPO, or remove it")


_PATTERNS = Kind("list of patterns", texts_of)


def _switch_mistake(hint: Any, value: object) -> tuple[str, str] | None:  # noqa: ANN401  (a type)
    if get_origin(hint) is Literal:
        words = get_args(hint)
        return None if value in words else (f"{shown(value)} is not known", suggest(value, words))
    if hint in {bool, int, str} and type(value) is not hint:
        return f"{shown(value)} is no {hint.__name__}", f"write a value of the type {hint.__name__}"
    return None


def effective(config: MockConfig) -> str:
    """Return `config` as a mock.toml; a secret is shown as three dots."""
    tables: dict[str, dict[str, object]] = {
        "mock": {
            name: getattr(config, name)
            for name in ("listen", "public_url", "versions", "seed", "store", "control_secret")
        },
        "clock": vars(config.clock),
        "limits": {
            **vars(config.limits),
            **{name: getattr(config, name) for name in ("max_page", "kept_exchanges", "kept_bytes")},
        },
        "calls": vars(config.calls),
        "data": vars(config.data),
        "push": {"on": config.push},
        "simulation": vars(config.simulation),
        "variance": {"profiles": config.profiles},
        "behaviour": {"profile": config.quirk or None, **config.behaviour},
    }
    lists: list[tuple[str, dict[str, object]]] = [
        *(("parties", vars(party)) for party in config.parties),
        *(("partners", _row_of(terms)) for terms in config.partners),
        *(("faults", {"name": rule.name, **rule.table}) for rule in config.faults),
    ]
    blocks = [*((f"[{name}]", table) for name, table in tables.items())]
    blocks += [(f"[[{name}]]", table) for name, table in lists]
    return "\n".join(
        "\n".join([head, *(f"{name} = {_toml(value)}" for name, value in table.items() if value not in (None, ()))])
        + "\n"
        for head, table in blocks
    )


def _row_of(terms: PartnerTerms) -> dict[str, object]:
    account = terms.account
    return {
        "name": account.name,
        "token_a": terms.token_a,
        "versions_url": terms.versions_url,
        "version": next(iter(account.versions), None),
        "modules": account.modules,
        "sees": account.sees,
        "allowed_hosts": account.hosts,
    }


def _toml(value: object) -> str:
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{json.dumps(str(name))} = {_toml(child)}" for name, child in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_toml, value)) + "]"
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Secret):
        return '"…"'
    return json.dumps(value if isinstance(value, bool | int | float) else str(value), ensure_ascii=False)
