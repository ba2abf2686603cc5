"""The command `validate`: what it accepts, what it prints, how it ends."""

import io
import json

import pytest
from click.testing import CliRunner

from ocpi_conformance import schemas
from ocpi_conformance.cli import object_rules
from ocpi_conformance.cli import validate as module
from ocpi_conformance.cli.object_rules import ObjectRules, requirements
from ocpi_conformance.cli.validate import Progress, validate
from ocpi_conformance.schemas.bulk import Tally
from ocpi_conformance.steps.checks.rules import Flaw, Rule
from ocpi_conformance.steps.checks.rules.tests.samples_cdrs import session

REQUIREMENTS = requirements("2.2.1")
BACKWARDS = {"end_date_time": "2024-03-05T09:00:00Z"}

GOOD = {"latitude": "50.770774", "longitude": "-126.104965"}
BAD = {"latitude": "north"}
ENVELOPE = {"status_code": 1000, "timestamp": "2024-01-01T00:00:00Z"}


def run(text, *options, kind="GeoLocation", version="2.2.1"):
    data = text if isinstance(text, bytes | str) else json.dumps(text)
    return CliRunner().invoke(validate, ["--version", version, "--type", kind, *options, "-"], input=data)


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        [GOOD, GOOD],
        json.dumps(GOOD, indent=2),
        f"{json.dumps(GOOD)}\n{json.dumps(GOOD)}\n",
        {**ENVELOPE, "data": GOOD},
        {**ENVELOPE, "data": [GOOD, GOOD]},
        json.dumps({**ENVELOPE, "data": [GOOD]}, indent=1),
    ],
)
def test_each_form_of_valid_input_is_accepted(text):
    result = run(text)
    assert result.exit_code == 0, result.output
    assert "GeoLocation objects of OCPI 2.2.1 valid" in result.stdout


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (BAD, ":1: /latitude: expected a match of"),
        ([GOOD, BAD], ":1: /1/latitude: "),
        (f"{json.dumps(GOOD)}\n{json.dumps(BAD)}\n", ":2: /latitude: "),
        ({**ENVELOPE, "data": BAD}, ":1: /data/latitude: "),
        ({**ENVELOPE, "data": [GOOD, BAD]}, ":1: /data/1/latitude: "),
        ([5], ":1: /0: expected object, got 5 [type, "),
        (5, ":1: (the whole value): expected object"),
    ],
)
def test_an_error_is_printed_with_its_place(text, place):
    result = run(text)
    assert result.exit_code == 1
    assert f"standard input{place}" in result.stdout
    assert "GeoLocation objects of OCPI 2.2.1 invalid" in result.stdout


def test_the_envelope_is_judged_and_is_no_object():
    result = run({"status_code": "1000", "data": [GOOD]})
    assert result.exit_code == 1
    assert "/status_code: expected integer" in result.stdout
    assert "/timestamp: expected a value, got absent" in result.stdout
    assert "1 GeoLocation objects of OCPI 2.2.1 valid; 2 errors" in result.stdout


def test_a_response_can_be_the_object_itself():
    assert run({**ENVELOPE, "data": [1]}, kind="Response").exit_code == 0
    assert run({**ENVELOPE, "data": 1}, kind="Response").exit_code == 1


def test_a_bad_line_is_reported_and_does_not_stop_the_rest():
    result = run(f"{json.dumps(BAD)}\n{{oops\n{json.dumps(GOOD)}\n")
    assert result.exit_code == 2
    assert "standard input:2: cannot be read: " in result.stdout
    assert "1 of 2 GeoLocation objects" in result.stdout
    assert "1 texts that cannot be read" in result.stdout


@pytest.mark.parametrize("text", ["hello", "[1,", b"\xff\xfe", "{"])
def test_input_that_is_no_json_ends_with_2(text):
    assert run(text).exit_code == 2


@pytest.mark.parametrize("text", ["", "[]", {**ENVELOPE, "data": []}])
def test_nothing_to_judge_is_no_success(text):
    result = run(text)
    assert result.exit_code == 5
    assert "no GeoLocation objects of OCPI 2.2.1 found" in result.stdout


def test_nan_and_half_characters_are_errors_of_their_object():
    text = '{"latitude": NaN, "x": Infinity}\n{"latitude": "50.770774", "longitude": "50.770774", "x": "\\ud800"}\n'
    found = [json.loads(line) for line in run(text, "--format", "json").stdout.splitlines()[:-1]]
    assert [(one["line"], one["pointer"]) for one in found if one["kind"] == "not-json"] == [
        (1, "/latitude"), (1, "/x"), (2, "/x"),
    ]  # fmt: skip


def test_json_output_is_one_finding_per_line_and_a_summary():
    result = run([GOOD, BAD], "--format", "json")
    *found, last = [json.loads(line) for line in result.stdout.splitlines()]
    found.sort(key=lambda one: str(one["pointer"]))
    assert found[0] == {
        "file": "standard input",
        "line": 1,
        "pointer": "/1/latitude",
        "keyword": "pattern",
        "expected": found[0]["expected"],
        "actual": '"north"',
        "anchor": "mod_locations.asciidoc#mod_locations_geolocation_class",
        "severity": "error",
        "kind": "pattern",
    }
    assert [(one["pointer"], one["kind"]) for one in found[1:]] == [("/1/longitude", "required")]
    counted = {"objects": 2, "invalid": 1, "errors": 2, "notices": 0, "unreadable": 0}
    assert last == {"summary": {"version": "2.2.1", "type": "GeoLocation", **counted}, "exit": 1}


def test_notices_are_told_when_asked_for_and_change_nothing():
    odd = GOOD | {"altitude": 5}
    assert "altitude" not in run(odd).stdout
    result = run(odd, "--notices")
    assert result.exit_code == 0
    assert "/altitude: notice: expected a property of GeoLocation, got 5" in result.stdout


def test_a_rule_beyond_the_schemas_is_shown_like_an_error_of_them():
    result = run([session("2.2.1"), session("2.2.1", **BACKWARDS)], "--format", "json", kind="Session")
    *found, last = [json.loads(line) for line in result.stdout.splitlines()]
    assert [
        (one["pointer"], one["severity"], one["kind"], one["requirement"], one["level"], one["anchor"]) for one in found
    ] == [("/1/end_date_time", "error", "rule", "SES-051", "MUST", REQUIREMENTS["SES-051"].spec)]
    assert result.exit_code == 1
    assert last["summary"]["invalid"] == 1
    text = run(session("2.2.1", **BACKWARDS), kind="Session").stdout
    assert ":1: /end_date_time: expected " in text
    assert f"[rule, SES-051 MUST, {REQUIREMENTS['SES-051'].spec}]" in text


def test_without_rules_only_the_schemas_judge():
    assert run(session("2.2.1", **BACKWARDS), kind="Session").exit_code == 1
    assert run(session("2.2.1", **BACKWARDS), "--no-rules", kind="Session").exit_code == 0


def test_the_rules_are_not_for_the_bodies_of_patch_requests():
    assert run(session("2.2.1", **BACKWARDS), "--partial", kind="Session").exit_code == 0


def test_what_a_rule_advises_is_a_notice():
    odd = session("2.2.1", currency="eur")
    assert "currency" not in run(odd, kind="Session").stdout
    result = run(odd, "--notices", kind="Session")
    assert result.exit_code == 0
    assert "/currency: notice: expected EUR, got eur [advice, " in result.stdout


def test_the_rules_are_those_of_the_version():
    assert {name for name in requirements("2.1.1") if name not in REQUIREMENTS}
    booking = {name for name, entry in requirements("2.3.0-bookings").items() if entry.extension == "bookings"}
    assert booking
    assert not booking & requirements("2.3.0").keys()
    assert not booking & requirements("2.3.0-payments").keys()


def test_the_rules_of_nested_objects_have_their_whole_place(monkeypatch):
    def broken(value, version):
        return [Flaw("/id", f"another id in {version}", value["id"])] if value.get("id") == "1" else []

    monkeypatch.setattr(object_rules, "RULES", {"LOC-001": (Rule("LOC-001", "Connector", one=broken),)})
    object_rules._plan.cache_clear()
    rules = ObjectRules("2.2.1", "Location", notices=True)
    value = {"id": "1", "evses": [None, {"connectors": [{"id": "2"}, {"id": "1"}]}, {"connectors": 5}]}
    found = [(error.pointer, error.requirement, error.expected) for error in rules(value)]
    assert found == [("/evses/1/connectors/1/id", "LOC-001", "another id in 2.2.1")]
    assert rules([value]) == rules({"evses": 5}) == []
    object_rules._plan.cache_clear()


@pytest.mark.parametrize(
    "text", ['{"id": "1", "evses": [{"uid": "\\u0023NA"}]}', '{"id": "1", "evses": [{"uid": "#na"}]}']
)
def test_what_a_rule_looks_for_in_the_text_is_found_once_in_any_spelling(text, monkeypatch):
    def place(value, version):
        return [Flaw("/evses/0/uid", "another uid", "#NA")]

    rules = {"RTE-033": tuple(Rule("RTE-033", kind, one=place, marks=(b'"#',)) for kind in ("Location", "EVSE"))}
    monkeypatch.setattr(object_rules, "RULES", rules)
    object_rules._plan.cache_clear()
    judge = ObjectRules("2.2.1", "Location", notices=True)
    assert [error.pointer for error in judge(json.loads(text), text.encode())] == ["/evses/0/uid"]
    assert [error.pointer for error in judge(json.loads(text))] == ["/evses/0/uid"]
    assert judge({"id": "1"}, b'{"id": "1"}') == judge({"id": "1"}) == []
    object_rules._plan.cache_clear()


@pytest.mark.parametrize("version", ["2.1.1", "2.2.1", "2.3.0"])
@pytest.mark.parametrize("change", [{"weekday": 8}, {"weekday": 0}, {"period_begin": "8:00"}, {"period_end": "24:00"}])
def test_what_is_left_to_the_schemas_is_said_by_them(version, change):
    hours = {"weekday": 1, "period_begin": "08:00", "period_end": "20:00"}
    assert schemas.validator(version, "RegularHours").is_valid(hours)
    assert not schemas.validator(version, "RegularHours").is_valid(hours | change)


def test_what_a_schema_says_of_a_place_no_rule_says_again():
    result = run(session("2.2.1", end_date_time="soon"), "--format", "json", "--notices", kind="Session")
    found = [json.loads(line)["kind"] for line in result.stdout.splitlines()[:-1] if "/end_date_time" in line]
    assert found == ["datetime"]


def test_several_processes_apply_the_rules_too(tmp_path):
    file = tmp_path / "sessions.jsonl"
    lines = [json.dumps(session("2.2.1", **(BACKWARDS if number % 500 == 0 else {}))) for number in range(1000)]
    file.write_text("\n".join(lines), encoding="utf-8")
    options = ["--version", "2.2.1", "--type", "Session", "--workers", "2", str(file)]
    result = CliRunner().invoke(validate, options)
    assert "2 of 1,000 Session objects of OCPI 2.2.1 invalid; 2 errors" in result.stdout


def test_the_body_of_a_patch_may_lack_members():
    assert run({"latitude": "50.770774"}, "--partial").exit_code == 0
    assert run({"latitude": "50"}, "--partial").exit_code == 1


def test_several_processes_find_the_same_in_the_same_order(tmp_path):
    lines = [json.dumps(BAD if number % 50 == 0 else GOOD) for number in range(10_000)]
    lines[777] = "oops"
    file = tmp_path / "many.jsonl"
    file.write_text("\n".join(lines), encoding="utf-8")
    options = ["--version", "2.2.1", "--type", "GeoLocation", str(file)]
    one, two = (CliRunner().invoke(validate, [*options, "--workers", workers]) for workers in ("1", "2"))
    assert one.stdout == two.stdout
    assert one.exit_code == two.exit_code == 2
    assert "200 of 9,999 GeoLocation objects" in one.stdout


def test_files_are_read_one_after_another(tmp_path):
    for name, value in (("good.json", GOOD), ("bad.json", BAD)):
        (tmp_path / name).write_text(json.dumps(value), encoding="utf-8")
    files = [str(tmp_path / name) for name in ("good.json", "bad.json")]
    result = CliRunner().invoke(validate, ["--version", "2.2.1", "--type", "GeoLocation", *files])
    assert result.exit_code == 1
    assert "bad.json:1: /latitude" in result.stdout
    assert "good.json" not in result.stdout
    assert "1 of 2 GeoLocation objects" in result.stdout


def test_a_file_that_cannot_be_opened_does_not_stop_the_rest(tmp_path, monkeypatch):
    good, locked = tmp_path / "good.json", tmp_path / "locked.json"
    good.write_text(json.dumps(GOOD), encoding="utf-8")
    locked.write_text("{}", encoding="utf-8")
    opened = module._opened

    def refused(file):
        if file == str(locked):
            raise PermissionError(13, "Permission denied")
        return opened(file)

    monkeypatch.setattr(module, "_opened", refused)
    result = CliRunner().invoke(validate, ["--version", "2.2.1", "--type", "GeoLocation", str(locked), str(good)])
    assert result.exit_code == 2
    assert "locked.json:0: cannot be read: Permission denied" in result.stdout
    assert "1 GeoLocation objects of OCPI 2.2.1 valid" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--version", "2.2.1", "--type", "Locations", "-"], "known: ActiveChargingProfile,"),
        (["--version", "2.2", "--type", "Location", "-"], "known: 2.1.1, 2.2.1, 2.3.0"),
        (["--version", "2.2.1", "--type", "Location"], "Missing argument"),
        (["--version", "2.2.1", "-"], "Missing option '--type'"),
        (["--version", "2.2.1", "--type", "Location", "no-such-file.json"], "no-such-file.json"),
        (["--version", "2.2.1", "--type", "Location", "--format", "xml", "-"], "'xml' is not one of"),
        (["--version", "2.2.1", "--type", "Location", "--workers", "0", "-"], "--workers"),
    ],
)
def test_wrong_usage_ends_with_4_and_says_what_is_known(arguments, said):
    result = CliRunner().invoke(validate, arguments, input="{}")
    assert result.exit_code == 4
    assert said in result.stderr


@pytest.mark.parametrize("form", ["text", "json"])
def test_nothing_from_the_input_reaches_a_terminal_raw(form):
    hostile = {"a\u001b[31m\u009b\u202e\u2028\n\x7f": 1, "latitude": "\u001b]0;title\u0007\u202e\x7f", "\u00e9": 1}
    result = run(hostile, "--notices", "--format", form)
    assert result.exit_code == 1
    for line in result.stdout.split("\n"):
        assert all(character.isprintable() for character in line), repr(line)


def test_an_interrupt_ends_with_2_and_the_count_so_far(monkeypatch):
    def interrupted(*_):
        yield "one finding"
        raise KeyboardInterrupt

    monkeypatch.setattr(module, "_found", interrupted)
    result = run(GOOD)
    assert result.exit_code == 2
    assert result.stdout.startswith("one finding\nno GeoLocation objects")
    assert "interrupted" in result.stderr


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_progress_is_shown_on_a_terminal_now_and_then(monkeypatch):
    now = [0.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: now[0])
    shown = Progress(Terminal(), Tally(objects=1234), size=4_000_000)
    shown.read(1_000_000)
    assert shown.stream.getvalue() == ""
    now[0] = 1.0
    shown.read(1_000_000)
    assert shown.stream.getvalue() == "\r\x1b[K2 MB (50 %), 1,234 objects"
    shown.read(1_000_000)
    assert shown.stream.getvalue().count("\r") == 1
    shown.clear()
    assert shown.stream.getvalue().endswith("objects\r\x1b[K")


def test_progress_is_silent_elsewhere(monkeypatch):
    now = [0.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: now[0])
    silent = Progress(io.StringIO(), Tally())
    now[0] = 1.0
    silent.read(1_000_000)
    silent.clear()
    assert silent.stream.getvalue() == ""
