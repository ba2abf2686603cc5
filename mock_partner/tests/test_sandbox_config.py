"""mock.toml: what is accepted, what is refused and in which words, and that each key has an effect."""

from __future__ import annotations

import ssl
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from ocpi_conformance.mock_partner.sandbox import Sandbox
from ocpi_conformance.mock_partner.sandbox_config import (
    KEYS,
    PARTNER_KEYS,
    PARTY_KEYS,
    MockConfig,
    describe,
    effective,
    load_mock,
    schema,
)
from ocpi_conformance.mock_partner.settings import ConfigError, Secret
from ocpi_conformance.mock_partner.timing import AcceleratedClock, SteppedClock

ENVIRON = {"SECRET": "control-secret-1", "TOKEN": "token-a-1"}
FULL = """
[mock]
listen = "0.0.0.0:9001"
roles = ["EMSP"]
versions = ["2.1.1", "2.2.1"]
control_secret = { env = "SECRET" }

[clock]
mode = "stepped"
start = 2026-01-01T00:00:00Z

[behaviour]
link = "with a cursor"
created_status = 200

[[parties]]
role = "EMSP"
party_id = "ABC"

[[partners]]
name = "acme"
token_a = { env = "TOKEN" }
modules = ["locations", "tokens"]
sees = { tokens = ["04*"] }
allowed_hosts = ["acme.test"]

[[faults]]
name = "slow start"
match = { module = "tokens" }
status = 503
times = 1
"""


def load(folder: Path, text: str, environ: Mapping[str, str] = ENVIRON, **overrides: object) -> MockConfig:
    path = folder / "mock.toml"
    path.write_text(text, "utf-8")
    named = {name.replace("__", "."): value for name, value in overrides.items()}
    return load_mock(path, environ=environ, overrides=named)


def mistakes(folder: Path, text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load(folder, text)
    return str(caught.value).replace(f"{folder}/", "").splitlines()


def test_without_a_file_everything_has_its_default() -> None:
    assert load_mock(environ={}) == MockConfig()


def test_a_full_file(tmp_path: Path) -> None:
    config = load(tmp_path, FULL)
    assert config.control_secret == Secret("control-secret-1")
    assert [(p.role, p.country_code, p.party_id) for p in config.parties] == [("EMSP", "NL", "ABC")]
    (acme,) = config.partners
    assert (acme.token_a, acme.account.hosts, acme.account.sees) == (
        Secret("token-a-1"),
        ("acme.test",),
        {"tokens": ("04*",)},
    )
    assert config.clock.start == datetime(2026, 1, 1, tzinfo=UTC)
    assert config.behaviour == {"link": "with a cursor", "created_status": 200}
    assert config.faults[0].table == {"match": {"module": "tokens"}, "status": 503, "times": 1}


def test_command_line_wins_over_environment_over_file(tmp_path: Path) -> None:
    text = '[mock]\nseed = 1\nlisten = "127.0.0.1:1"\n[limits]\nmax_page = 1\n'
    environ = {"OCPI_MOCK_SEED": "2", "OCPI_MOCK_LIMITS_MAX_PAGE": "2"}
    assert (load(tmp_path, text).seed, load(tmp_path, text).max_page) == (1, 1)
    assert (load(tmp_path, text, environ).seed, load(tmp_path, text, environ).max_page) == (2, 2)
    config = load(tmp_path, text, environ, mock__seed=3, limits__max_page="3", mock__listen=None)
    assert (config.seed, config.max_page, config.listen) == (3, 3, "127.0.0.1:1")


def test_a_role_that_no_party_has_is_played_by_one_of_our_making(tmp_path: Path) -> None:
    text = '[[parties]]\nrole = "CPO"\nparty_id = "AAA"\n[[parties]]\nrole = "EMSP"\nparty_id = "BBB"\n'
    assert [p.party_id for p in load(tmp_path, text).parties] == ["AAA", "BBB"]
    config = load(tmp_path, text, mock__roles=("EMSP", "NSP"))
    assert [(p.role, p.party_id) for p in config.parties] == [("EMSP", "BBB"), ("NSP", "AAA")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[mock]\nlisen = 1\n", '[mock] lisen: unknown key; did you mean "listen"?'),
        ("[limit]\n", '[limit]: unknown section; did you mean "limits"?'),
        ("[mock]\nseed = -1\n", "[mock] seed: -1 is no whole number from 0 on; write it in digits"),
        ("[limits]\nconnections = 1.5\n", "[limits] connections: 1.5 is no whole number from 1 on"),
        ('[mock]\ncontrol_secret = "x"\n', "[mock] control_secret: this is not a reference to a secret; write"),
        ('[mock]\nstore = "none/x.db"\n', "[mock] store: there is no folder none; make it first"),
        ('[data]\nfiles = "none"\n', "[data] files: there is no folder none; write a path relative to the folder"),
        ('[clock]\nmode = "fast"\n', '[clock] mode: "fast" is not known; known: real, accelerated, stepped'),
        ("[clock]\nstart = 2026-01-01T00:00:00Z\n", "[clock] start: has no use with a real clock; remove it"),
        ("[clock]\nfactor = 0\n", "[clock] factor: 0 is no number above 0; write"),
        ('[clock]\nmode = "stepped"\nstart = 1\n', "[clock] start: 1 is not a date and time; write it without quotes"),
        ("[behaviour]\nlinks = 1\n", '[behaviour] links: unknown switch; did you mean "link"?'),
        ('[behaviour]\nlink = "some"\n', '[behaviour] link: "some" is not known; known: next'),
        ('[behaviour]\nmax_limit = "5"\n', '[behaviour] max_limit: "5" is no int; write a value of the type int'),
        ("[behaviour]\nmax_limit = true\n", "[behaviour] max_limit: True is no int"),
        ('[behaviour]\nprofile = "enap"\n', '[behaviour] profile: "enap" is not known; did you mean "enapi"?'),
        (
            '[behaviour]\nprofile = "eco-movement"\nmax_limit = 3\n',
            '[behaviour] max_limit: the profile "eco-movement" sets it; leave out the one or the other',
        ),
        ('[variance]\nprofiles = ["odd"]\n', '[variance] profiles: "odd" is not known; known: small-pages'),
        ('[mock]\nroles = ["EMSP"]\n[simulation]\non = true\n', "[simulation] on: nobody can charge without a CPO"),
        ("[parties]\n", "[parties]: is not a list of tables; write each as [[parties]]"),
        ("[[parties]]\n", "[[parties]] 1 role: missing; add role = …"),
        ('[[partners]]\nname = "a"\ntoken = 1\n', '[[partners]] 1 token: unknown key; did you mean "token_a"?'),
        (
            '[[partners]]\nname = "a"\nversions_url = "https://a.test"\n',
            "[[partners]] 1 token_a: missing beside versions_url; add token_a",
        ),
        ('[[partners]]\nname = "a"\n[[partners]]\nname = "a"\n', 'two partners are called "a"; give each a name'),
        ('[[partners]]\nname = "a"\nsees = { x = ["1"] }\n', "[[partners]] 1 sees.x: unknown module; known"),
        ('[[partners]]\nname = "a"\nsees = { tokens = 1 }\n', "[[partners]] 1 sees.tokens: 1 is not a list; write"),
        ('[[faults]]\nname = "a"\nstauts = 1\n', "[[faults]] 1: fault rule with unknown key stauts; match takes"),
        ("[[faults]]\nstatus = 500\n", '[[faults]] 1 name: "" is not a text; write a text'),
        (
            '[[faults]]\nname = "a"\nstatus = 500\n[[faults]]\nname = "a"\nstatus = 500\n',
            '[[faults]] 2 name: two rules are called "a"; give each a name of its own',
        ),
    ],
)
def test_a_mistake_is_named_with_its_remedy(tmp_path: Path, text: str, expected: str) -> None:
    (line,) = mistakes(tmp_path, text)
    assert line.startswith("mock.toml: ")
    assert expected in line


def test_a_secret_is_in_no_printed_configuration(tmp_path: Path) -> None:
    text = effective(load(tmp_path, FULL))
    assert not any(secret in text for secret in ENVIRON.values())
    document = tomllib.loads(text)
    assert document["mock"]["control_secret"] == document["partners"][0]["token_a"] == "…"
    assert document["mock"]["versions"] == ["2.1.1", "2.2.1"]
    assert document["faults"] == [{"name": "slow start", "match": {"module": "tokens"}, "status": 503, "times": 1}]


def test_what_is_printed_is_read_as_the_same_configuration(tmp_path: Path) -> None:
    config = load(tmp_path, FULL)
    open_one = replace(
        config, control_secret=None, partners=(replace(config.partners[0], token_a=None),), store=tmp_path / "x"
    )
    again = load(tmp_path, effective(open_one))
    assert replace(again, source=None) == replace(open_one, source=None)


def test_the_schema_takes_what_the_reader_takes(tmp_path: Path) -> None:
    Draft202012Validator.check_schema(schema())
    validator = Draft202012Validator(schema())
    assert validator.is_valid(tomllib.loads(FULL.replace("2026-01-01T00:00:00Z", '"2026-01-01T00:00:00Z"')))
    for text in ("[mock]\nlisen = 1\n", "[mock]\nseed = -1\n", '[behaviour]\nlink = "some"\n', "[[parties]]\n"):
        assert not validator.is_valid(tomllib.loads(text)), text


def test_every_key_is_described() -> None:
    described = {(row.section, row.key) for row in describe()}
    assert {(key.section, key.name) for key in KEYS} <= described
    assert {("[parties]", key.name) for key in PARTY_KEYS} <= described
    assert {("[partners]", key.name) for key in PARTNER_KEYS} <= described


# What a key changes in the partner that is put together ---------------------------------------------------------------


def _account(sandbox: Sandbox) -> Any:
    return sandbox.platform.connections[0].account


def _tls(sandbox: Sandbox) -> ssl.SSLContext:
    return sandbox.platform.client._pool._ssl_context


def _partner(line: str) -> str:
    return f'[[partners]]\nname = "a"\n{line}\n'


PARTY = '[[parties]]\nrole = "CPO"\n'
# Key → a file that sets it, and what shows in the sandbox; the value there differs from that without the key.
EFFECTS: dict[str, tuple[str, Callable[[Sandbox], Any], Any]] = {
    "mock.listen": (
        '[mock]\nlisten = "127.0.0.1:9876"\n',
        lambda s: s.versions_url,
        "http://127.0.0.1:9876/ocpi/versions",
    ),
    "mock.public_url": ('[mock]\npublic_url = "https://a.test"\n', lambda s: s.control_url, "https://a.test/control"),
    "mock.roles": ('[mock]\nroles = ["EMSP"]\n', lambda s: [p.role for p in s.platform.roles], ["EMSP"]),
    "mock.versions": ('[mock]\nversions = ["2.1.1"]\n', lambda s: s.platform.supported, ("2.1.1",)),
    "mock.seed": ("[mock]\nseed = 7\n", lambda s: s.platform.seed, 7),
    "mock.store": ('[mock]\nstore = "a.db"\n', lambda s: s.config.store and s.config.store.name, "a.db"),
    "mock.control_secret": ('[mock]\ncontrol_secret = { env = "SECRET" }\n', lambda s: s.secret, "control-secret-1"),
    "clock.mode": ('[clock]\nmode = "stepped"\n', lambda s: type(s.platform.clock), SteppedClock),
    "clock.factor": (
        '[clock]\nmode = "accelerated"\nfactor = 3600.0\n',
        lambda s: isinstance(s.platform.clock, AcceleratedClock) and s.platform.clock._factor,
        3600.0,
    ),
    "clock.start": (
        '[clock]\nmode = "stepped"\nstart = 2026-01-01T00:00:00Z\n',
        lambda s: s.platform.clock.now(),
        datetime(2026, 1, 1, tzinfo=UTC),
    ),
    "limits.max_page": ("[limits]\nmax_page = 3\n", lambda s: s.platform.behaviour.max_limit, 3),
    "limits.body_bytes": ("[limits]\nbody_bytes = 10\n", lambda s: s.application.limits.body_bytes, 10),
    "limits.header_bytes": ("[limits]\nheader_bytes = 10\n", lambda s: s.application.limits.header_bytes, 10),
    "limits.depth": ("[limits]\ndepth = 9\n", lambda s: s.platform.max_depth, 9),
    "limits.header_seconds": ("[limits]\nheader_seconds = 1\n", lambda s: s.application.limits.header_seconds, 1.0),
    "limits.body_seconds": ("[limits]\nbody_seconds = 1\n", lambda s: s.application.limits.body_seconds, 1.0),
    "limits.connections": ("[limits]\nconnections = 4\n", lambda s: s.application.limits.connections, 4),
    "limits.kept_exchanges": ("[limits]\nkept_exchanges = 4\n", lambda s: s.record._keep, 4),
    "limits.kept_bytes": ("[limits]\nkept_bytes = 5000\n", lambda s: s.record._keep_bytes, 5000),
    "calls.seconds": ("[calls]\nseconds = 2\n", lambda s: s.platform.client._timeout, 2.0),
    "calls.verify": ("[calls]\nverify = false\n", lambda s: _tls(s).check_hostname, False),
    "calls.ca_file": ('[calls]\nca_file = "ca.pem"\n', lambda s: _tls(s).cert_store_stats()["x509"], 1),
    "data.size": ("[data]\nsize = 0\n", lambda s: s.platform.own.count("locations"), 0),
    "data.files": ('[data]\nfiles = "data"\n', lambda s: s.platform.own.counts(), {"tariffs": 1}),
    "push.on": ("[push]\non = false\n", lambda s: s.platform.behaviour.pushes, "never"),
    "simulation.on": ("[simulation]\non = true\n", lambda s: s.simulation is not None, True),
    "simulation.rate": (
        "[simulation]\non = true\nrate = 5\n",
        lambda s: s.simulation and s.simulation._rate,
        5.0,
    ),
    "variance.profiles": ('[variance]\nprofiles = ["small-pages"]\n', lambda s: list(s.arming.all()), ["small-pages"]),
    "parties.role": ('[[parties]]\nrole = "EMSP"\n', lambda s: s.platform.roles[0].role, "EMSP"),
    "parties.country_code": (f'{PARTY}country_code = "DE"\n', lambda s: s.platform.roles[0].country_code, "DE"),
    "parties.party_id": (f'{PARTY}party_id = "XYZ"\n', lambda s: s.platform.roles[0].party_id, "XYZ"),
    "parties.name": (f'{PARTY}name = "Acme"\n', lambda s: s.platform.roles[0].name, "Acme"),
    "partners.name": (_partner(""), lambda s: _account(s).name, "a"),
    "partners.token_a": (
        _partner('token_a = { env = "TOKEN" }'),
        lambda s: s.platform.connections[0].token_in,
        "token-a-1",
    ),
    "partners.versions_url": (
        _partner('token_a = { env = "TOKEN" }\nversions_url = "https://a.test/versions"'),
        lambda s: s.invitations,
        {},
    ),
    "partners.version": (_partner('version = "2.2.1"'), lambda s: _account(s).versions, ("2.2.1",)),
    "partners.modules": (_partner('modules = ["cdrs"]'), lambda s: _account(s).modules, ("cdrs",)),
    "partners.sees": (_partner('sees = { cdrs = ["1"] }'), lambda s: _account(s).sees, {"cdrs": ("1",)}),
    "partners.allowed_hosts": (_partner('allowed_hosts = ["a.test"]'), lambda s: _account(s).hosts, ("a.test",)),
    "behaviour": ('[behaviour]\nlink = "never"\n', lambda s: s.platform.behaviour.link, "never"),
    "behaviour.profile": ('[behaviour]\nprofile = "eco-movement"\n', lambda s: s.platform.behaviour.max_limit, 1000),
    "faults": ('[[faults]]\nname = "x"\nstatus = 500\n', lambda s: len(s.platform.faults.rules), 1),
}


@pytest.mark.parametrize("name", EFFECTS)
def test_a_key_has_its_effect(tmp_path: Path, name: str) -> None:
    (tmp_path / "data").mkdir()
    tariff = '{"country_code": "NL", "party_id": "MCK", "id": "T1", "last_updated": "2026-01-01T00:00:00Z"}'
    (tmp_path / "data" / "tariffs.jsonl").write_text(tariff)
    (tmp_path / "ca.pem").write_bytes((Path(__file__).parent / "expired.pem").read_bytes())
    text, effect, expected = EFFECTS[name]
    assert effect(Sandbox(load(tmp_path, text), hosted=True)) == expected
    assert effect(Sandbox(load(tmp_path, ""), hosted=True)) != expected


def test_every_key_has_a_row_in_the_table_of_effects() -> None:
    keys = {f"{key.section}.{key.name}" for key in (*KEYS, *PARTY_KEYS, *PARTNER_KEYS)}
    assert set(EFFECTS) - {"behaviour", "behaviour.profile", "faults"} == keys
