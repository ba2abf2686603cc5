"""The exchanges of a run as HTTP Archive 1.2, redacted, one at a time. No verdicts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from ocpi_conformance.mock_partner.record import Exchange, Headers, Request, Response
from ocpi_conformance.mock_partner.safety import Redactor
from ocpi_conformance.reports.journal import Journal, Part
from ocpi_conformance.reports.writing import write_chunks

_PHRASES = {status.value: status.phrase for status in HTTPStatus}
_UNKNOWN = -1


def chunks(journal: Journal, redactor: Redactor) -> Iterator[str]:
    """Yield the JSON text of the archive in pieces; a page is a scenario in one version and role."""
    suite = journal.environment.get("suite", "ocpi-conformance").partition(" ")
    creator = json.dumps({"name": suite[0], "version": suite[2]})
    pages = [_page(part, number, redactor) for part in journal.parts for number in range(len(part.spans))]
    yield f'{{"log":{{"version":"1.2","creator":{creator},"pages":{json.dumps(pages)},"entries":['
    comma = ""
    for part in journal.parts:
        refs = {span.scenario: _ref(part, number) for number, span in reversed(tuple(enumerate(part.spans)))}
        for exchange in part.exchanges():
            yield f"{comma}\n{json.dumps(redactor.clean_value(entry(exchange, refs.get(exchange.scenario, ''))))}"
            comma = ","
    yield "\n]}}\n"


def write(path: Path, journal: Journal, redactor: Redactor) -> None:
    """Write the archive to `path`, whole or not at all."""
    write_chunks(path, chunks(journal, redactor))


def entry(exchange: Exchange, page: str = "") -> dict[str, object]:
    """Return an exchange as an entry; what HAR has no key for stands under keys that begin with an underscore."""
    milliseconds = round(max(exchange.ended_at - exchange.started_at, 0.0) * 1000, 3)
    return {
        **({"pageref": page} if page else {}),
        "startedDateTime": _time(exchange.started_at),
        "time": milliseconds,
        "request": _request(exchange.request),
        "response": _response(exchange.response),
        "cache": {},
        "timings": {"send": 0, "wait": milliseconds, "receive": 0},
        "comment": f"{exchange.number}. sent by the {exchange.sender}",
        "_number": exchange.number,
        "_sender": exchange.sender,
        **({"_error": exchange.error} if exchange.error else {}),
    }


def _ref(part: Part, number: int) -> str:
    return f"{part.path.stem}-{number + 1}"


def _page(part: Part, number: int, redactor: Redactor) -> object:
    span = part.spans[number]
    took = _UNKNOWN if span.ended_at is None else round((span.ended_at - span.started_at) * 1000, 3)
    page = {
        "startedDateTime": _time(span.started_at),
        "id": _ref(part, number),
        "title": f"OCPI {part.version} {part.role} {span.feature}: {span.scenario}",
        "pageTimings": {"onContentLoad": _UNKNOWN, "onLoad": took},
    }
    return redactor.clean_value(page)


def _request(request: Request) -> dict[str, object]:
    made: dict[str, object] = {
        "method": request.method,
        "url": request.url,
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _pairs(request.headers),
        "queryString": _query(request.url),
        "headersSize": _UNKNOWN,
        "bodySize": len(request.body),
    }
    if request.body:
        made["postData"] = {"mimeType": request.header("Content-Type") or "", "text": _text(request.body)}
    return made


def _response(response: Response | None) -> dict[str, object]:
    # Without a response readers expect one all the same, with status 0.
    response = response or Response(0)
    return {
        "status": response.status,
        "statusText": _PHRASES.get(response.status, ""),
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _pairs(response.headers),
        "content": {
            "size": len(response.body),
            "mimeType": response.header("Content-Type") or "",
            "text": _text(response.body),
        },
        "redirectURL": response.header("Location") or "",
        "headersSize": _UNKNOWN,
        "bodySize": len(response.body),
    }


def _pairs(headers: Headers) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in headers]


def _query(url: str) -> list[dict[str, str]]:
    try:
        query = urlsplit(url).query
    except ValueError:
        return []
    return [{"name": name, "value": value} for name, value in parse_qsl(query, keep_blank_values=True)]


def _text(body: bytes) -> str:
    # Never Base64: a secret in it would no longer be found by its value.
    return body.decode("utf-8", "backslashreplace")


def _time(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
