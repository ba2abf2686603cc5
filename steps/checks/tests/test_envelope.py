"""Each expectation about the response format: an answer that fulfils it beside one that does not."""

from __future__ import annotations

from typing import Any

import pytest

from ocpi_conformance.mock_partner import jsontext
from ocpi_conformance.mock_partner.record import Context, Exchange, Request, Response
from ocpi_conformance.steps.checks import envelope as checks
from ocpi_conformance.steps.checks.registry import find
from ocpi_conformance.steps.verdicts import NotObserved

# 2024-01-01T00:00:00Z
NOON = 1704067200.0
JSON = (("Content-Type", "application/json; charset=utf-8"),)
LIST = Context("2.2.1", "locations", "SENDER", "list")
OBJECT = Context("2.2.1", "locations", "RECEIVER", "location")
CREDENTIALS = Context("2.2.1", "credentials", "SENDER", "credentials")


def answer(
    body: object = b"", http: int = 200, method: str = "GET", context: Context = LIST, at: float = NOON, headers=JSON
) -> Exchange:
    raw = body if isinstance(body, bytes) else jsontext.dumps(body)
    return Exchange(
        1, "partner", Request(method, "http://x/"), Response(http, headers, raw), context, 1, 2, at, at + 1.0
    )


def wrapped(code: object = 1000, **changes: Any) -> dict[str, Any]:
    return {"status_code": code, "timestamp": "2024-01-01T00:00:00Z", **changes}


def actual(check, exchange) -> list[str]:
    return [breach.actual for breach in check(exchange)]


def test_content_is_one_json_object() -> None:
    assert actual(checks.is_json_object, answer(wrapped())) == []
    assert actual(checks.is_json_object, answer(wrapped(), headers=())) == ["no Content-Type"]
    assert actual(checks.is_json_object, answer(wrapped(), headers=(("content-type", "text/html"),))) == ["text/html"]
    assert actual(checks.is_json_object, answer([])) == ["a JSON array"]
    assert len(actual(checks.is_json_object, answer(b"<html>"))) == 1


def test_the_envelope_has_its_properties() -> None:
    assert actual(checks.is_envelope, answer(wrapped(status_message=None))) == []
    assert actual(checks.is_envelope, answer(wrapped(status_message="fine"))) == []
    assert actual(checks.is_envelope, answer({})) == ["no such property", "no such property"]
    assert actual(checks.is_envelope, answer(wrapped(timestamp=1))) == ["a JSON number"]
    assert actual(checks.is_envelope, answer(wrapped(status_message=1))) == ["a JSON number"]


@pytest.mark.parametrize(
    ("context", "method", "kind"),
    [
        (Context(module="versions"), "GET", list),
        (Context("2.2.1", "version_details"), "GET", dict),
        (Context(module="versions"), "PUT", None),
        (CREDENTIALS, "PATCH", None),
        (Context("2.2.1", "commands", "RECEIVER", "command"), "GET", None),
        (CREDENTIALS, "PUT", dict),
        (CREDENTIALS, "DELETE", None),
        (LIST, "GET", list),
        (OBJECT, "GET", dict),
        (OBJECT, "PUT", None),
        (Context("2.2.1", "custom"), "GET", None),
        (Context("2.2.1", "tokens", "SENDER", "authorize"), "POST", dict),
        (Context("2.2.1", "commands", "RECEIVER", "command"), "POST", dict),
        (Context("2.1.1", "commands", "SENDER", "result"), "POST", None),
        (Context("2.2.1", "chargingprofiles", "RECEIVER", "profile"), "DELETE", dict),
        (Context("2.2.1", "sessions", "SENDER", "preferences"), "PUT", None),
    ],
)
def test_the_kind_of_data(context: Context, method: str, kind: type | None) -> None:
    assert checks.data_kind(answer(method=method, context=context)) is kind


def test_data_is_of_the_kind_that_is_asked_for() -> None:
    assert actual(checks.has_right_kind, answer(wrapped(data=[]))) == []
    assert actual(checks.has_right_kind, answer(wrapped())) == []
    assert actual(checks.has_right_kind, answer(wrapped(data={}))) == ["a JSON object"]
    assert actual(checks.has_right_kind, answer(wrapped(data=[]), context=OBJECT)) == ["a JSON array"]


def test_success_has_its_data() -> None:
    assert actual(checks.has_data, answer(wrapped(data=[]))) == []
    assert actual(checks.has_data, answer(wrapped())) == ["no such property"]
    assert actual(checks.has_data, answer(wrapped(data=None))) == ["a JSON null"]


@pytest.mark.parametrize(
    "text", ["2024-01-01T00:00:00Z", "2024-01-01T00:00:00", "2024-01-01T00:04:59.123Z", "2023-12-31T23:56:00Z"]
)
def test_a_time_near_ours(text: str) -> None:
    assert actual(checks.bears_time, answer(wrapped(timestamp=text))) == []


@pytest.mark.parametrize(
    "text",
    ["2024-01-01T00:10:00Z", "2023-12-31T23:50:00Z", "2024-01-01T01:00:00+01:00", "2024-13-01T00:00:00Z", "yesterday"],
)
def test_another_time_or_none(text: str) -> None:
    assert actual(checks.bears_time, answer(wrapped(timestamp=text))) == [text]


def test_a_clock_that_stands_still() -> None:
    first, soon, late = (answer(wrapped(), at=NOON + seconds) for seconds in (0.0, 2.0, 60.0))
    assert list(checks.time_goes_on([first, soon])) == []
    assert list(checks.time_goes_on([first, late, answer(wrapped(timestamp="2024-01-01T00:00:01Z"))])) == []
    assert len(list(checks.time_goes_on([first, soon, late]))) == 1


def test_an_http_error_is_explained() -> None:
    assert actual(checks.explains_error, answer(wrapped(2000), http=404)) == []
    assert actual(checks.explains_error, answer(b"not found", http=404)) == ["no OCPI envelope"]
    assert actual(checks.explains_error, answer(wrapped(1000), http=404)) == ["status_code 1000"]


def test_an_error_of_a_gateway_is_not_judged() -> None:
    expected, _ = find("the response", "explains an HTTP error in the response format")
    with pytest.raises(NotObserved):
        list(expected.function(answer(b"Bad gateway", http=502)))


def test_an_answer_to_a_push_leaves_data_unset() -> None:
    assert actual(checks.leaves_unset, answer(wrapped(data=None), method="PUT", context=OBJECT)) == []
    assert actual(checks.leaves_unset, answer(wrapped(data=""), method="PUT", context=OBJECT)) == ["a JSON string"]
    assert checks.takes_push(answer(wrapped(), method="PATCH", context=OBJECT))
    assert not checks.takes_push(answer(wrapped(2001), method="PATCH", context=OBJECT))
    assert not checks.takes_push(answer(wrapped(), method="GET", context=OBJECT))
    assert not checks.takes_push(answer(wrapped(), method="PUT", context=CREDENTIALS))


def test_an_answer_of_the_ocpi_layer_has_a_body() -> None:
    assert actual(checks.has_body, answer(wrapped())) == []
    assert len(actual(checks.has_body, answer(http=204))) == 1
    assert actual(checks.has_body, answer(http=404)) == []
