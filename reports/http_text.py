"""An exchange as a person reads it: HTTP text and a curl line, redacted and printable. Nothing is judged here."""

from __future__ import annotations

import re
import urllib.parse
from collections.abc import Iterator

from ocpi_conformance.mock_partner.record import Exchange, Headers, Request, Response
from ocpi_conformance.mock_partner.safety import Redactor
from ocpi_conformance.reports.body_text import lines
from ocpi_conformance.reports.writing import brief

BODY_LIMIT = 64_000
_LABEL = re.compile(r"\[CREDENTIALS_TOKEN[\w ]*\]", re.ASCII)
# What curl sets by itself, from the URL and the body.
_OF_THE_CONNECTION = frozenset({"host", "content-length", "connection", "transfer-encoding", "accept-encoding"})


def title(exchange: Exchange, redactor: Redactor) -> str:
    """Return the exchange as a heading: "3. GET /ocpi/cpo/2.2.1/locations -> 200"."""
    came = str(exchange.response.status) if exchange.response else (exchange.error or "no response")
    line = f"{exchange.number}. {exchange.request.method} {path_of(exchange.request.url)} -> {came}"
    return brief(line if exchange.sender == "partner" else f"{line} (sent by the target)", redactor, 160)


def http_text(exchange: Exchange, redactor: Redactor, limit: int = BODY_LIMIT) -> str:
    """Return request and response as HTTP text; JSON bodies are indented, each is cut after `limit` characters."""
    request, response = exchange.request, exchange.response
    parts = [
        f"# {exchange.number}. sent by the {exchange.sender}, {exchange.ended_at - exchange.started_at:.3f} s",
        f"{request.method} {request.url}",
        *_message(request.headers, request.body, redactor, limit),
        "",
        *_answer(response, exchange.error, redactor, limit),
        *(f"# {note}" for note in exchange.notes),
    ]
    return redactor.clean("\n".join(parts)) + "\n"


def curl(exchange: Exchange, redactor: Redactor) -> str:
    """Return shell text that sends the partner's request again; secrets are variables, to be set as they were sent.

    Empty for a request of the target: that one is not ours to repeat.
    """
    if exchange.sender != "partner":
        return ""
    request = exchange.request
    words = ["curl", "--globoff", "--include", "--request", _quoted(request.method, redactor)]
    for name, value in request.headers:
        if name.lower() not in _OF_THE_CONNECTION:
            words += ["--header", _quoted(f"{name}: {value}", redactor)]
    words += _body_words(request, redactor)
    return " ".join([*words, "--url", _quoted(request.url, redactor)])


def path_of(url: str) -> str:
    """Return path and query of `url`; all of a URL that has none to tell."""
    try:
        parts = urllib.parse.urlsplit(url)
    except ValueError:
        return url
    return f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"


def _answer(response: Response | None, error: str, redactor: Redactor, limit: int) -> Iterator[str]:
    if response is None:
        yield f"# no response: {error or 'none came'}"
    else:
        yield f"HTTP {response.status}"
        yield from _message(response.headers, response.body, redactor, limit)


def _message(headers: Headers, body: bytes, redactor: Redactor, limit: int) -> Iterator[str]:
    yield from (f"{name}: {value}" for name, value in headers)
    if body:
        yield ""
        yield _body_text(body, redactor, limit)


def _body_text(body: bytes, redactor: Redactor, limit: int) -> str:
    # Redacted before it is cut, so that the end of the cut cannot be half a secret.
    text = redactor.text(lines(body).text)
    if len(text) <= limit:
        return text
    return f"{text[:limit]}\n# cut here: {len(text) - limit} more characters, the body has {len(body)} octets"


def _body_words(request: Request, redactor: Redactor) -> list[str]:
    if not request.body:
        return []
    text = request.body.decode("utf-8", "backslashreplace")
    if len(text) > BODY_LIMIT:
        return ["--data-binary", "@body.json"]
    return ["--data-raw", _quoted(text, redactor)]


def _quoted(text: str, redactor: Redactor) -> str:
    """Return `text` as one word of a POSIX shell, the label of each secret as a variable of that name."""
    quoted = "'" + redactor.clean(text).replace("'", "'\\''") + "'"
    # What comes from a journal has labels of which this redactor does not know.
    for label in dict.fromkeys([*redactor.labels(), *_LABEL.findall(quoted)]):
        variable = re.sub(r"\W", "_", label.strip("[]"), flags=re.ASCII)
        quoted = quoted.replace(label, f"'\"${{{variable}}}\"'")
    return quoted
