"""target.toml: what is accepted, what is refused and in which words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from ocpi_conformance.mock_partner.config import (
    KEYS,
    OFFERED,
    Allow,
    CredentialsConfig,
    PartnerConfig,
    TargetConfig,
    Timeouts,
    Tls,
    Trigger,
    Waiver,
    describe,
    load_target,
)
from ocpi_conformance.mock_partner.settings import ConfigError, Secret

TARGET = """
[target]
name = "Acme CSMS"
ocpi = ["2.2.1"]
roles = ["CPO"]
versions_url = "https://ocpi.acme.test/versions"
tokens_a = { env = "TOKENS" }
"""
FULL = """
[target]
name = "Acme CSMS"
version = "4.2.0"
ocpi = ["2.2.1", "2.1.1"]
roles = ["CPO", "EMSP"]
versions_url = "https://ocpi.acme.test/versions"
tokens_a = { file = "tokens.txt" }

[target.modules]
chargingprofiles = "none"

[partner]
country_code = "DE"
party_id = "ABC"
listen = "0.0.0.0:9000"
public_url = "https://partner.ci.acme.test"
roles = ["EMSP"]

[offers]
unlockable_connector = { location_id = "LOC1", evse_uid = "E1", connector_id = "1" }

[triggers]
register_with_partner = { command = "./acme-cli ocpi register {versions_url} {token_a}" }
change_evse_status = { http = "POST https://admin.acme.test/evse/{evse_uid}/status/{status}" }
unplug = { operator = "Unplug the car" }

[allow]
commands = false

[timeouts]
response = 5

[tls]
ca_file = "tokens.txt"

[[waivers]]
requirement = "TRN-041"
reason = "single page only until 4.3"
expires = 2027-03-01

[[waivers]]
requirement = "TRN-042"
reason = "as above"
ticket = "ACME-1"
"""
TODAY = date(2027, 3, 1)
ENVIRON = {"TOKENS": "one two,three"}


def load(
    folder: Path,
    text: str,
    environ: Mapping[str, str] = ENVIRON,
    overrides: Mapping[str, object] | None = None,
    today: date = TODAY,
) -> TargetConfig:
    path = folder / "target.toml"
    path.write_text(text, "utf-8")
    return load_target(path, environ=environ, overrides=overrides or {}, today=today)


def mistakes(folder: Path, text: str, **arguments) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load(folder, text, **arguments)
    return str(caught.value).replace(f"{folder}/", "").splitlines()


def test_a_short_file_takes_the_defaults(tmp_path: Path) -> None:
    config = load(tmp_path, TARGET)
    assert (config.name, config.version, config.ocpi, config.roles) == ("Acme CSMS", None, ("2.2.1",), ("CPO",))
    assert [token.reveal() for token in config.tokens_a] == ["one", "two", "three"]
    assert config.credentials == CredentialsConfig("handshake", None, None)
    assert config.partner == PartnerConfig("NL", "TST", "Conformance partner", "127.0.0.1:0", None, ())
    assert config.allow == Allow(writes=True, commands=OFFERED, credentials=True)
    assert config.timeouts == Timeouts(10.0, 30.0)
    assert config.tls == Tls(verify=True, ca_file=None, allow_http=False)
    assert (config.modules, config.offers, config.triggers, config.waivers) == ({}, {}, {}, ())
    assert config.source == tmp_path / "target.toml"


def test_the_defaults_of_the_table_are_those_of_the_classes() -> None:
    for section, value in (
        ("credentials", CredentialsConfig()),
        ("partner", PartnerConfig()),
        ("allow", Allow()),
        ("timeouts", Timeouts()),
        ("tls", Tls()),
    ):
        assert {key.name: key.default for key in KEYS if key.section == section} == vars(value)


def test_a_full_file(tmp_path: Path) -> None:
    (tmp_path / "tokens.txt").write_text("first\nsecond\n")
    config = load(tmp_path, FULL)
    assert config.ocpi == ("2.2.1", "2.1.1")
    assert [token.reveal() for token in config.tokens_a] == ["first", "second"]
    assert config.modules == {"chargingprofiles": "none"}
    assert config.partner.public_url == "https://partner.ci.acme.test"
    assert config.partner.roles == ("EMSP",)
    assert config.offers["unlockable_connector"]["evse_uid"] == "E1"
    assert config.triggers["change_evse_status"] == Trigger(
        "http", "POST https://admin.acme.test/evse/{evse_uid}/status/{status}"
    )
    assert config.triggers["unplug"] == Trigger("operator", "Unplug the car")
    assert config.allow == Allow(writes=True, commands=False, credentials=True)
    assert config.timeouts == Timeouts(5.0, 30.0)
    assert config.tls.ca_file == tmp_path / "tokens.txt"
    assert config.waivers == (
        Waiver("TRN-041", "single page only until 4.3", TODAY),
        Waiver("TRN-042", "as above", None, "ACME-1"),
    )


def test_highest_is_a_word_or_a_list_of_it(tmp_path: Path) -> None:
    for written in ('"highest"', '["highest"]'):
        assert load(tmp_path, TARGET.replace('["2.2.1"]', written)).ocpi == ("highest",)


def test_a_secret_shows_itself_to_nobody(tmp_path: Path) -> None:
    config = load(tmp_path, TARGET)
    assert repr(config.tokens_a[0]) == str(config.tokens_a[0]) == f"{config.tokens_a[0]}" == "Secret(…)"
    assert "three" not in repr(config)
    assert Secret("a") == Secret("a")
    assert Secret("a") != Secret("b")


def test_command_line_wins_over_environment_over_file(tmp_path: Path) -> None:
    text = TARGET + "[timeouts]\nresponse = 1\n[partner]\nparty_id = 'FIL'\n"
    environ = {**ENVIRON, "OCPI_TIMEOUTS_RESPONSE": "2.5", "OCPI_PARTNER_PARTY_ID": "ENV"}
    assert load(tmp_path, text).timeouts.response == 1.0
    assert load(tmp_path, text, environ).timeouts.response == 2.5
    config = load(tmp_path, text, environ, {"timeouts.response": 3, "partner.party_id": None})
    assert config.timeouts.response == 3.0
    assert config.partner.party_id == "ENV"


def test_every_kind_of_key_can_come_from_the_environment(tmp_path: Path) -> None:
    environ = {
        "OCPI_TARGET_NAME": "Acme",
        "OCPI_TARGET_OCPI": "2.1.1, 2.2.1",
        "OCPI_TARGET_ROLES": "CPO EMSP",
        "OCPI_TARGET_VERSIONS_URL": "https://other.test/versions",
        "OCPI_TARGET_TOKENS_A": "a b",
        "OCPI_TLS_VERIFY": "false",
        "OCPI_PARTNER_PUBLIC_URL": "",
    }
    config = load(tmp_path, "", environ)
    assert (config.ocpi, config.roles) == (("2.1.1", "2.2.1"), ("CPO", "EMSP"))
    assert config.versions_url == "https://other.test/versions"
    assert [token.reveal() for token in config.tokens_a] == ["a", "b"]
    assert config.tls.verify is False
    assert config.partner.public_url is None


@pytest.mark.parametrize(("text", "value"), [("true", True), ("false", False), ("offered", OFFERED)])
def test_commands_are_for_all_for_none_or_for_what_is_offered(tmp_path: Path, text: str, value: object) -> None:
    assert load(tmp_path, TARGET, environ={**ENVIRON, "OCPI_ALLOW_COMMANDS": text}).allow.commands == value
    assert mistakes(tmp_path, TARGET + '[allow]\ncommands = "all"\n') == [
        'target.toml: [allow] commands: "all" is not true, false or "offered"; write one of the three'
    ]


def test_a_mistake_outside_the_file_names_its_place(tmp_path: Path) -> None:
    environ = {**ENVIRON, "OCPI_TIMEOUTS_RESPONSE": "soon", "OCPI_ALLOW_WRITES": "maybe"}
    overrides = {"partner.listen": "nowhere", "partner.lisen": "x", "target.tokens_a": "visible"}
    assert mistakes(tmp_path, TARGET, environ=environ, overrides=overrides) == [
        'command line: partner.lisen: unknown key; did you mean "partner.listen"?',
        "command line: target.tokens_a: this is not a reference to a secret;"
        ' write { env = "NAME" } or { file = "path" }: a secret never stands in the file itself',
        'command line: partner.listen: "nowhere" is not host:port; write "127.0.0.1:9000"; port 0 takes any free one',
        'environment: OCPI_ALLOW_WRITES: "maybe" is not true or false; write true or false, without quotes',
        'environment: OCPI_TIMEOUTS_RESPONSE: "soon" is no number of seconds; write a number above 0, without quotes',
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (TARGET + "versions_ur = 1\n", '[target] versions_ur: unknown key; did you mean "versions_url"?'),
        (TARGET + "[trigers]\n", '[trigers]: unknown section; did you mean "triggers"?'),
        (TARGET.replace('"Acme CSMS"', "7"), '[target] name: 7 is not a text; write a text between quotes, "…"'),
        (TARGET.replace('name = "Acme CSMS"', ""), "[target] name: missing; add name = …: name of the target"),
        (TARGET.replace('["2.2.1"]', '["2.2"]'), '[target] ocpi: "2.2" is not known; did you mean "2.2.1"?'),
        (TARGET.replace('["2.2.1"]', '"2.2.1"'), '[target] ocpi: "2.2.1" is not a list; write "highest" or a list'),
        (TARGET.replace('["2.2.1"]', "[]"), "[target] ocpi: [] is not a list"),
        (TARGET.replace('["CPO"]', '["eMSP"]'), '[target] roles: "eMSP" is not known; did you mean "EMSP"?'),
        (TARGET.replace('["CPO"]', '["CPO", "CPO"]'), "[target] roles: the same word twice"),
        (TARGET.replace("https://ocpi.acme.test", "ocpi.acme.test"), "versions_url: "),
        (TARGET.replace("acme.test", "acme.test:port"), "is not a URL; write it in full: https://host/path"),
        (TARGET.replace("https://", "https://me:pw@"), "[target] versions_url: a URL here has no user part"),
        (TARGET.replace("https://", "http://"), "[target] versions_url: http://ocpi.acme.test/versions is plain http"),
        (
            TARGET.replace('{ env = "TOKENS" }', '"abc"'),
            "[target] tokens_a: this is not a reference to a secret; write",
        ),
        (TARGET.replace("TOKENS", "NONE"), "tokens_a: the variable NONE is not set; set NONE in the environment"),
        (TARGET.replace("env =", "file ="), "tokens_a: cannot read the secret from TOKENS: FileNotFoundError"),
        (TARGET.replace("tokens_a", "#"), "[target] tokens_a: missing; add tokens_a = { env"),
        (TARGET + '[target.modules]\nlocation = "none"\n', 'location: unknown module; did you mean "locations"?'),
        (TARGET + '[target.modules]\ncdrs = "no"\n', '[target.modules] cdrs: "no" is not known; did you mean "none"?'),
        (TARGET + 'modules = "x"\n', '[target.modules]: "x" is not a table'),
        (TARGET + '[partner]\ncountry_code = "NLD"\n', '"NLD" is not a country code of two letters; write it as "NL"'),
        (TARGET + '[partner]\nlisten = "9000"\n', '[partner] listen: "9000" is not host:port'),
        (TARGET + '[partner]\npublic_url = "http://a.test"\n', "[partner] public_url: http://a.test is plain http"),
        (TARGET + "[timeouts]\nresponse = 0\n", "[timeouts] response: 0 is no number of seconds"),
        (TARGET + "[timeouts]\ncallback = true\n", "[timeouts] callback: True is no number of seconds"),
        (TARGET + '[allow]\nwrites = "no"\n', '[allow] writes: "no" is not true or false'),
        (TARGET + '[tls]\nca_file = "none.pem"\n', "[tls] ca_file: there is no file none.pem"),
        (TARGET + '[offers]\nx = "y"\n', '[offers] x: "y" is not a table; write { key = "value" }'),
        (TARGET + "[offers]\nx = { y = 1 }\n", "[offers] x.y: 1 is not a text"),
        (TARGET + '[triggers]\nx = { shell = "y" }\n', "[triggers] x: is not one trigger; write { command"),
        (TARGET + '[triggers]\nx = { http = "https://a.test" }\n', "[triggers] x: is not METHOD and URL"),
        (TARGET + "[triggers]\nx = { command = 1 }\n", "[triggers] x: 1 is not a text"),
        (TARGET + '[credentials]\nmode = "token"\n', '[credentials] mode: "token" is not known; known: handshake'),
        (TARGET + '[credentials]\ntoken = { env = "TOKENS" }\n', "[credentials] token: this is not one token"),
        (TARGET + '[credentials]\ntoken = { env = "ONE" }\n', "[credentials] token: has no use in a handshake"),
        (TARGET + "[waivers]\n", "[waivers]: is not a list of tables; write each as [[waivers]]"),
        (TARGET + '[[waivers]]\nrequirement = "A-1"\n', "[[waivers]] 1 reason: missing; add reason = …"),
        (
            TARGET + '[[waivers]]\nrequirement = "A-1"\nreason = "r"\nexpires = "2028-01-01"\n',
            '[[waivers]] 1 expires: "2028-01-01" is not a date; write a date without quotes',
        ),
        (TARGET + '[[waivers]]\nrequirement = "A-1"\nreason = "r"\nuntil = 1\n', "[[waivers]] 1 until: unknown key"),
        ("target = 1\n", "target: is not a section; write it as [target]"),
    ],
)
def test_a_mistake_is_named_with_its_remedy(tmp_path: Path, text: str, expected: str) -> None:
    environ = {**ENVIRON, "ONE": "x"}
    lines = mistakes(tmp_path, text, environ=environ)
    assert any(expected in line for line in lines), lines
    assert all(line.startswith("target.toml: ") for line in lines)
    assert len(lines) == (6 if text.startswith("target =") else 1)


def test_all_mistakes_are_told_together(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, TARGET + "versions_ur = 1\n[timeouts]\nresponse = -1\n[allow]\nwrite = true\n")
    error = caught.value
    assert [error.key, *(other.key for other in error.others)] == [
        "[target] versions_ur",
        "[allow] write",
        "[timeouts] response",
    ]
    assert error.problem == "unknown key"
    assert error.remedy == 'did you mean "versions_url"?'


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read: No such file"):
        load_target(tmp_path / "none.toml", environ={})
    assert "is not TOML" in mistakes(tmp_path, "[target\n")[0]


@pytest.mark.parametrize("value", ["", " , \n"])
def test_an_empty_pool_is_refused(tmp_path: Path, value: str) -> None:
    assert mistakes(tmp_path, TARGET, environ={"TOKENS": value}) == [
        "target.toml: [target] tokens_a: the pool of tokens is empty;"
        " give at least one token, several apart by comma or blank"
    ]


def test_a_pool_can_be_a_list_of_references(tmp_path: Path) -> None:
    (tmp_path / "third").write_text("three\n", "utf-8")
    text = TARGET.replace('{ env = "TOKENS" }', '[{ env = "ONE" }, { env = "TWO" }, { file = "third" }]')
    found = load(tmp_path, text, environ={"ONE": "one", "TWO": "two, more"})
    assert [secret.reveal() for secret in found.tokens_a] == ["one", "two", "more", "three"]
    assert "the variable TWO is not set" in mistakes(tmp_path, text, environ={"ONE": "one"})[0]
    plain = TARGET.replace('{ env = "TOKENS" }', '["one", "two"]')
    assert "a secret never stands in the file itself" in mistakes(tmp_path, plain)[0]


def test_a_token_twice_in_a_pool_is_refused_without_showing_it(tmp_path: Path) -> None:
    [line] = mistakes(tmp_path, TARGET, environ={"TOKENS": "hush hush"})
    assert "holds a token twice" in line
    assert "hush" not in line


@pytest.mark.parametrize("host", ["127.0.0.1:9000", "localhost", "[::1]:80"])
def test_plain_http_to_this_machine_is_allowed(tmp_path: Path, host: str) -> None:
    assert load(tmp_path, TARGET.replace("https://ocpi.acme.test", f"http://{host}")).versions_url.startswith("http:")


def test_plain_http_is_allowed_in_a_lab(tmp_path: Path) -> None:
    text = TARGET.replace("https://", "http://") + "[tls]\nallow_http = true\n"
    assert load(tmp_path, text).tls.allow_http is True


def test_preshared_tokens(tmp_path: Path) -> None:
    text = TARGET.replace('tokens_a = { env = "TOKENS" }', "") + '[credentials]\nmode = "preshared"\n'
    assert mistakes(tmp_path, text) == [
        'target.toml: [credentials] token: missing with mode = "preshared"; add token = { env = "NAME" }',
        'target.toml: [credentials] our_token: missing with mode = "preshared"; add our_token = { env = "NAME" }',
    ]
    text += 'token = { env = "C" }\nour_token = { env = "B" }\n'
    config = load(tmp_path, text, {"C": "c\n", "B": "b"})
    assert config.credentials == CredentialsConfig("preshared", Secret("c"), Secret("b"))
    assert config.tokens_a == ()


@pytest.mark.parametrize("trigger", ["new_token_a", "register_with_partner"])
def test_a_trigger_can_stand_in_for_the_pool(tmp_path: Path, trigger: str) -> None:
    text = TARGET.replace('tokens_a = { env = "TOKENS" }', "") + f'[triggers]\n{trigger} = {{ operator = "do" }}\n'
    assert load(tmp_path, text).tokens_a == ()


def test_waivers_end_with_their_last_day_and_stand_once(tmp_path: Path) -> None:
    waiver = '[[waivers]]\nrequirement = "TRN-041"\nreason = "r"\nexpires = 2027-03-01\n'
    assert load(tmp_path, TARGET + waiver).waivers[0].expires == TODAY
    assert mistakes(tmp_path, TARGET + waiver, today=date(2027, 3, 2)) == [
        "target.toml: [[waivers]] TRN-041: expired on 2027-03-01; remove it, or give it a new reason and date"
    ]
    assert mistakes(tmp_path, TARGET + waiver + waiver) == [
        "target.toml: [[waivers]] TRN-041: waived twice; keep one of them"
    ]


def test_every_key_is_described() -> None:
    rows = {(row.section, row.key): row for row in describe()}
    assert {(key.section, key.name) for key in KEYS} <= set(rows)
    assert rows["target", "versions_url"].default == "required"
    assert rows["partner", "listen"].default == "127.0.0.1:0"
    assert rows["allow", "writes"].default == "true"
    assert rows["allow", "commands"].default == OFFERED
    assert rows["timeouts", "response"].variable == "OCPI_TIMEOUTS_RESPONSE"
