"""target.toml: what an implementer tells us about the target, read strictly into frozen values. No behaviour here."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from ipaddress import ip_address
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

from ocpi_conformance.mock_partner.ocpi.versions import VERSIONS
from ocpi_conformance.mock_partner.settings import (
    DATE,
    FILE,
    FLAG,
    LISTEN,
    SECONDS,
    SECRET,
    SECRETS,
    TEXT,
    URL,
    Around,
    Kind,
    Secret,
    Unfit,
    choice,
    list_of,
    matching,
    shown,
    suggest,
    word_list,
    words_of_text,
)
from ocpi_conformance.mock_partner.settings_file import NO_OVERRIDES, Key, Layout, Reader, Row

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
# Triggers by which tokens reach us or the target some other way than the pool.
_TOKEN_TRIGGERS = ("new_token_a", "register_with_partner")
# [allow] commands: a command may be for what [offers] names, since what a charge point does costs somebody something.
OFFERED = "offered"
_HTTP_TRIGGER = re.compile(r"[A-Z]+ https?://\S+")


@dataclass(frozen=True)
class CredentialsConfig:
    """How the parties come to their tokens; `token` is the one the target issued to us, `our_token` the one it uses."""

    mode: str = "handshake"
    token: Secret | None = None
    our_token: Secret | None = None


@dataclass(frozen=True)
class PartnerConfig:
    """The party we play. `listen` is host:port (0: any free port), `public_url` how the target reaches it.

    `seed` decides the ids of the Sessions, CDRs and other objects that it makes; without one they differ in each run.
    """

    country_code: str = "NL"
    party_id: str = "TST"
    name: str = "Conformance partner"
    listen: str = "127.0.0.1:0"
    public_url: str | None = None
    roles: tuple[str, ...] = ()
    seed: str | None = None


@dataclass(frozen=True)
class Trigger:
    """How to make the target act first: a shell command, `METHOD url`, or a sentence for the operator, by `kind`."""

    kind: str
    text: str


@dataclass(frozen=True)
class Allow:
    """The classes of acts on the target that are switched on; `commands` may be OFFERED: for what [offers] names."""

    writes: bool = True
    commands: bool | str = OFFERED
    credentials: bool = True


@dataclass(frozen=True)
class Timeouts:
    """Seconds: for the answer to a request, for what the target sends later, and for what it must not send."""

    response: float = 10.0
    callback: float = 30.0
    silence: float = 3.0


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
    """All of target.toml. `ocpi` holds versions or is `HIGHEST`; `source` is the file it came from."""

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


# In the place of versions: whatever is met most. What a target lists is not known before it is asked.
HIGHEST = ("highest",)


def _versions(value: object, around: Around) -> tuple[str, ...]:
    if value in ("highest", ["highest"]):
        return HIGHEST
    if isinstance(value, str):
        raise Unfit(f"{shown(value)} is not a list", f'write "highest" or a list: ["{max(VERSIONS)}"]')
    return list_of(*VERSIONS)(value, around)


def _versions_of_text(text: str) -> object:
    return text if text == "highest" else words_of_text(text)


def _commands(value: object, around: Around) -> object:
    if value == OFFERED or isinstance(value, bool):
        return value
    raise Unfit(f"{shown(value)} is not true, false or {shown(OFFERED)}", "write one of the three")


COMMANDS = Kind(
    f'true, false or "{OFFERED}"',
    _commands,
    lambda text: text if text == OFFERED else FLAG.of_text(text),
    {"enum": [True, False, OFFERED]},
)
VERSION_LIST = Kind('list of versions, or "highest"', _versions, _versions_of_text)
ROLE_LIST = word_list("list of roles", *ROLES)
COUNTRY_CODE = Kind("two letters", matching("[A-Za-z]{2}", "a country code of two letters", "NL"))
PARTY_ID = Kind("three characters", matching("[A-Za-z0-9]{3}", "a party id of three letters or digits", "TST"))

KEYS = (
    Key("target", "name", TEXT, "name of the target, as reports print it", required=True),
    Key("target", "version", TEXT, "its software version"),
    Key(
        "target",
        "ocpi",
        VERSION_LIST,
        'the OCPI versions to certify; "highest" stands for 2.2.1, or for what --version asks for',
        required=True,
    ),
    Key("target", "roles", ROLE_LIST, "the market roles it plays", required=True),
    Key("target", "versions_url", URL, "its versions endpoint", required=True),
    Key("target", "tokens_a", SECRETS, "a pool of CREDENTIALS_TOKEN_A, one per registration", ()),
    Key(
        "credentials",
        "mode",
        Kind("handshake or preshared", choice(*MODES).parse),
        "how tokens are agreed",
        "handshake",
    ),
    Key("credentials", "token", SECRET, "preshared: the token that the target issued to us (CREDENTIALS_TOKEN_C)"),
    Key("credentials", "our_token", SECRET, "preshared: the token that the target uses towards us"),
    Key("partner", "country_code", COUNTRY_CODE, "country_code of the partner", "NL"),
    Key("partner", "party_id", PARTY_ID, "party_id of the partner", "TST"),
    Key("partner", "name", TEXT, "business name of the partner", "Conformance partner"),
    Key("partner", "listen", LISTEN, "where the partner listens; port 0: any", "127.0.0.1:0"),
    Key("partner", "public_url", URL, "how the target reaches the partner, if not at `listen`"),
    Key("partner", "roles", ROLE_LIST, "roles of the partner, if not the counterpart of the target's", ()),
    Key(
        "partner", "seed", TEXT, "ids of its Sessions and CDRs are the same in runs of one seed; without it they differ"
    ),
    Key("allow", "writes", FLAG, "PUT, PATCH, POST and DELETE of objects", True),
    Key(
        "allow",
        "commands",
        COMMANDS,
        "commands and charging profiles: at each EVSE that is published, at none, or where [offers] names one",
        OFFERED,
    ),
    Key("allow", "credentials", FLAG, "registration, update and removal of credentials", True),
    Key("timeouts", "response", SECONDS, "for the answer to a request", 10.0),
    Key("timeouts", "callback", SECONDS, "for what the target sends later", 30.0),
    Key(
        "timeouts",
        "silence",
        SECONDS,
        "how long it is watched for what it must not send, and an EVSE in use for getting free",
        3.0,
    ),
    Key("tls", "verify", FLAG, "verify the certificate of the target", True),
    Key("tls", "ca_file", FILE, "PEM file of the authority that signed it"),
    Key("tls", "allow_http", FLAG, "accept http:// addresses (a test lab)", False),
)
LAYOUT = Layout("target.toml", KEYS, ("offers", "triggers"), ("waivers",), {"target": ("modules",)})
WAIVER_KEYS = (
    Key("waivers", "requirement", TEXT, "a requirement known to fail", required=True),
    Key("waivers", "reason", TEXT, "why", required=True),
    Key("waivers", "expires", DATE, "the last day the waiver counts"),
    Key("waivers", "ticket", TEXT, "where the repair is tracked"),
)


def describe() -> tuple[Row, ...]:
    """The documentation of target.toml: one row per key, in the order of the file."""
    return (
        *(key.row() for key in KEYS),
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
    overrides: Mapping[str, object] = NO_OVERRIDES,
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
    reader = _Reader(source, LAYOUT, environ, overrides)
    values = reader.values()
    modules, offers, triggers = reader.modules(), reader.offers(), reader.triggers()
    waivers = reader.waivers(today or datetime.now(UTC).date())
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


class _Reader(Reader):
    """Reads what is peculiar to target.toml."""

    def modules(self) -> Mapping[str, str]:
        """[target.modules]: identifier to none, sender, receiver or both."""
        table = self.table("[target.modules]", self.document.get("target", {}).get("modules", {}))
        for name, value in table.items():
            if name not in MODULES:
                self.add(f"[target.modules] {name}", "unknown module", suggest(name, MODULES))
            elif value not in MODULE_VALUES:
                remedy = suggest(value, MODULE_VALUES)
                self.add(f"[target.modules] {name}", f"{shown(value)} is not known", remedy)
        return MappingProxyType(table)

    def offers(self) -> Mapping[str, Mapping[str, str]]:
        """[offers]: a thing to its names, all texts."""
        read: dict[str, Mapping[str, str]] = {}
        for name, value in self.document.get("offers", {}).items():
            table = self.table(f"[offers] {name}", value)
            for key, text in table.items():
                self.parse(f"[offers] {name}.{key}", TEXT, text)
            read[name] = MappingProxyType(table)
        return MappingProxyType(read)

    def triggers(self) -> Mapping[str, Trigger]:
        """[triggers]: an act to the one way to start it."""
        read: dict[str, Trigger] = {}
        for name, value in self.document.get("triggers", {}).items():
            label = f"[triggers] {name}"
            table = self.table(label, value)
            if len(table) != 1 or not set(table) <= set(TRIGGER_KINDS):
                remedy = 'write { command = "…" }, { http = "METHOD url" } or { operator = "what to do" }'
                self.add(label, "is not one trigger", remedy)
                continue
            [(kind, text)] = table.items()
            if self.parse(label, TEXT, text) and kind == "http" and not _HTTP_TRIGGER.fullmatch(text):
                self.add(label, "is not METHOD and URL", 'write http = "POST https://host/path"')
            read[name] = Trigger(kind, str(text))
        return MappingProxyType(read)

    def waivers(self, today: date) -> tuple[Waiver, ...]:
        """[[waivers]], judged on a day; the ids are compared with the catalogue elsewhere."""
        read: list[Waiver] = []
        for label, table in self.rows("waivers"):
            values = self.row(label, table, WAIVER_KEYS)
            if values is None:
                continue
            waiver = Waiver(**values)
            named = f"[[waivers]] {waiver.requirement}"
            if waiver.requirement in {other.requirement for other in read}:
                self.add(named, "waived twice", "keep one of them")
            if waiver.expires is not None and waiver.expires < today:
                self.add(named, f"expired on {waiver.expires}", "remove it, or give it a new reason and date")
            read.append(waiver)
        return tuple(read)

    def judge_together(self, values: Mapping[tuple[str, str], object], triggers: Mapping[str, Trigger]) -> None:
        """What only shows from several keys: tokens that fit the mode, plain http."""
        if "[credentials] mode" not in self.unusable:
            for label, problem, remedy in _token_mistakes(values, triggers):
                if label not in self.unusable:
                    self.add(label, problem, remedy)
        for section, name in (("target", "versions_url"), ("partner", "public_url")):
            url = values[section, name]
            if isinstance(url, str) and not values["tls", "allow_http"] and _is_exposed(url):
                remedy = "use https://, or say [tls] allow_http = true in a test lab"
                self.add(f"[{section}] {name}", f"{url} is plain http", remedy)


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
