"""What happened on the wire, both ways: one append-only, ordered, thread-safe record of immutable exchanges.

Rules: nothing here judges, nothing here knows OCPI semantics, nothing recorded is ever changed.
"""

from __future__ import annotations

import itertools
import json
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Literal

from ocpi_conformance.mock_partner import jsontext
from ocpi_conformance.mock_partner.errors import NotSeen
from ocpi_conformance.mock_partner.personal import personal_segments, personal_values
from ocpi_conformance.mock_partner.safety import Redactor, printable

Actor = Literal["partner", "target"]
Headers = tuple[tuple[str, str], ...]


def header_values(headers: Headers, name: str) -> tuple[str, ...]:
    """Return the values of every header called `name`, case ignored, in the order on the wire."""
    wanted = name.lower()
    return tuple(value for key, value in headers if key.lower() == wanted)


@dataclass(frozen=True, slots=True)
class Request:
    """An HTTP request as it went over the wire: header names and values as sent, body undecoded."""

    method: str
    url: str
    headers: Headers = ()
    body: bytes = b""

    def header(self, name: str) -> str | None:
        """Return the first value of the header `name` (case ignored), or None."""
        return next(iter(header_values(self.headers, name)), None)


@dataclass(frozen=True, slots=True)
class Response:
    """An HTTP response as it came over the wire; `body` has its content coding removed."""

    status: int
    headers: Headers = ()
    body: bytes = b""

    def header(self, name: str) -> str | None:
        """Return the first value of the header `name` (case ignored), or None."""
        return next(iter(header_values(self.headers, name)), None)

    @property
    def json(self) -> Any:  # noqa: ANN401  (any JSON value)
        """The body as a JSON value; raises `jsontext.JsonError` when it is none."""
        return jsontext.loads(self.body)


# The route of a URL that was published earlier: nothing is there, and who comes there has not made it up.
FORMER = "former"


@dataclass(frozen=True)
class Context:
    """What the exchange is about, known from the advertised endpoint it went to.

    `version` is the OCPI version of the connection; `module` the module identifier ("versions" and
    "version_details" for the two that have none); `interface` the interface of the *called* side, "SENDER" or
    "RECEIVER"; `route` the URL shape (see `ocpi.modules`), `ids` its segments by name. Where nothing is any more,
    `route` is FORMER and the rest is empty.
    """

    version: str = ""
    module: str = ""
    interface: str = ""
    route: str = ""
    ids: tuple[tuple[str, str], ...] = ()
    site: str = ""

    def at(self, site: str) -> Context:
        """Return the same at the site called `site`."""
        return Context(self.version, self.module, self.interface, self.route, self.ids, site)

    def id(self, name: str) -> str | None:
        """Return the URL segment called `name`, or None."""
        return dict(self.ids).get(name)


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and what came of it.

    `began` and `ended` are ticks of the record: an exchange lies within another one when its ticks do.
    `response` is None when none came; `error` then says why. Times are UTC seconds since the epoch.
    """

    number: int
    sender: Actor
    request: Request
    response: Response | None
    context: Context
    began: int
    ended: int
    started_at: float
    ended_at: float
    scenario: str = ""
    error: str = ""
    notes: tuple[str, ...] = field(default=())

    @property
    def summary(self) -> str:
        """The exchange on one line, as in "GET http://... -> 200 (sent by the partner)"."""
        outcome = str(self.response.status) if self.response else (self.error or "no response")
        # Never cut: half of a secret would pass the redaction.
        url = printable(self.request.url, single_line=True)
        return f"{self.request.method} {url} -> {outcome} (sent by the {self.sender})"


@dataclass(frozen=True, slots=True)
class Pending:
    """An exchange that has begun; hand it back to `Record.add`."""

    began: int
    started_at: float


Match = Callable[[Exchange], bool]


class Record:
    """The record of one run.

    Args:
        journal: the NDJSON file that grows with it, flushed for each exchange; None keeps it in memory only.
        redactor: what must never be written; shared with the reports.
        now: the clock, UTC seconds since the epoch.
        keep: how many of the latest exchanges stay in memory; None keeps all.
        keep_bytes: how many bytes they have at most; the latest one stays whatever its size.
    """

    def __init__(
        self,
        journal: Path | None = None,
        redactor: Redactor | None = None,
        now: Callable[[], float] = time.time,
        keep: int | None = None,
        keep_bytes: int | None = None,
    ) -> None:
        self._keep = keep
        self._keep_bytes = keep_bytes
        self._forgotten = 0
        self._bytes = 0
        # Takes each exchange with its line of the journal, for who keeps it elsewhere.
        self.sink: Callable[[Exchange, object], None] | None = None
        self.redactor = redactor or Redactor()
        # Seconds spent waiting for what others send: no cost of ours.
        self.waited = 0.0
        self._now = now
        self._ticks = itertools.count(1)
        self._answering: set[int] = set()
        self._changed = threading.Condition()
        # From the left the oldest are forgotten, as often as others come.
        self._exchanges: deque[Exchange] = deque()
        self._scenario = ""
        self._file: IO[str] | None = None
        if journal is not None:
            journal.parent.mkdir(parents=True, exist_ok=True)
            self._file = journal.open("a", encoding="utf-8")

    def enter_scenario(self, name: str) -> int:
        """Attribute what is recorded from now on to the scenario `name`; returns the tick to look from."""
        with self._changed:
            self._scenario = name
            return next(self._ticks)

    def tick(self) -> int:
        """Return a new tick: everything that begins later has a higher one."""
        with self._changed:
            return next(self._ticks)

    def begin(self) -> Pending:
        """Note the beginning of an exchange."""
        # The next of a count is taken at once, whatever other threads do.
        return Pending(next(self._ticks), self._now())

    def received(self, pending: Pending) -> Pending:
        """Return an exchange that has begun as one whose request is there whole: from now on it is answered."""
        self._answering.add(pending.began)
        return Pending(pending.began, self._now())

    def answered(self, pending: Pending) -> None:
        """Note that no answer to a request that was received is worked on any more, whatever became of it."""
        if pending.began in self._answering:
            with self._changed:
                self._answering.discard(pending.began)
                self._changed.notify_all()

    def settle(self, timeout: float) -> None:
        """Wait until no request is being answered, so that each that was received is in the record.

        Args:
            timeout: the deadline in seconds; what takes longer is left out.
        """
        with self._changed:
            self._changed.wait_for(lambda: not self._answering, timeout)

    def add(
        self,
        pending: Pending,
        sender: Actor,
        request: Request,
        response: Response | None,
        context: Context,
        error: str = "",
        notes: tuple[str, ...] = (),
    ) -> Exchange:
        """Append the exchange that `pending` began, write it to the journal, wake those who wait; returns it."""
        answer = response.body if response else b""
        if context.module == "credentials":
            self.keep_secret(request.body, answer)
        if self.redactor.shortens:
            for value in (*personal_values(request.body, context), *personal_values(answer, context)):
                self.redactor.add_personal(value)
            for value in personal_segments(context):
                self.redactor.add_personal(value)
        with self._changed:
            exchange = Exchange(
                number=self.size + 1,
                sender=sender,
                request=request,
                response=response,
                context=context,
                began=pending.began,
                ended=next(self._ticks),
                started_at=pending.started_at,
                ended_at=self._now(),
                scenario=self._scenario,
                error=error,
                notes=notes,
            )
            self._answering.discard(pending.began)
            self._exchanges.append(exchange)
            self._bytes += _size(exchange)
            self._forget()
            if self._file:
                self._write({"exchange": as_dict(exchange)})
            if self.sink:
                self.sink(exchange, self.redactor.value(as_dict(exchange)))
            self._changed.notify_all()
            return exchange

    def resume(self, exchanges: tuple[Exchange, ...]) -> None:
        """Begin with the `exchanges` of an earlier record; to be called before anything is recorded."""
        if exchanges:
            with self._changed:
                self._exchanges = deque(exchanges)
                self._forgotten = exchanges[0].number - 1
                self._bytes = sum(map(_size, exchanges))
                self._forget()
                self._ticks = itertools.count(exchanges[-1].ended + 1)

    def note(self, kind: str, content: dict[str, object]) -> None:
        """Write a line that is no exchange (run header, verdict, footer) to the journal."""
        with self._changed:
            self._write({kind: content})

    def exchanges(self, since: int = 0, sender: Actor | None = None) -> tuple[Exchange, ...]:
        """Return the exchanges that began after the tick `since`, of one `sender` or both, in the order they ended."""
        with self._changed:
            found = self._after(since)
        return tuple(e for e in found if sender in {None, e.sender})

    def later_than(self, number: int) -> tuple[Exchange, ...]:
        """Return the exchanges after the one with `number`, which is 0 for all of them."""
        with self._changed:
            return tuple(itertools.islice(self._exchanges, max(number - self._forgotten, 0), None))

    @property
    def size(self) -> int:
        """How many exchanges there are so far."""
        return self._forgotten + len(self._exchanges)

    @property
    def first(self) -> int:
        """The number of the oldest exchange that is kept, or of the next one."""
        return self._forgotten + 1

    def _forget(self) -> None:
        """Drop the oldest exchanges that are too many, or too large with those after them."""
        most = len(self._exchanges) if self._keep is None else self._keep
        while len(self._exchanges) > 1 and (
            len(self._exchanges) > most or (self._keep_bytes is not None and self._bytes > self._keep_bytes)
        ):
            self._bytes -= _size(self._exchanges.popleft())
            self._forgotten += 1

    def __iter__(self) -> Iterator[Exchange]:
        return iter(self.exchanges())

    def wait_for(
        self, match: Match, awaited: str, timeout: float, since: int = 0, near: Match | None = None
    ) -> Exchange:
        """Return the first exchange after `since` that satisfies `match`, waiting up to `timeout` seconds.

        Args:
            match: says whether an exchange is the awaited one.
            awaited: the same in words, for the message.
            timeout: the deadline in seconds; 0 only looks.
            since: the tick after which the exchange begins.
            near: says which exchanges to list when nothing matches; by default all that the target sent.

        Raises:
            NotSeen: nothing matched before the deadline; its message lists the near misses.
        """
        started = time.monotonic()
        deadline = started + timeout
        with self._changed:
            while True:
                seen = self._after(since)
                found = next((e for e in seen if match(e)), None)
                remaining = deadline - time.monotonic()
                if found or remaining <= 0:
                    break
                self._changed.wait(remaining)
            self.waited += time.monotonic() - started
        if found:
            return found
        near = near or (lambda e: e.sender == "target")
        misses = tuple(self.redactor.clean(e.summary, single_line=True) for e in seen if near(e))
        raise NotSeen(awaited, timeout, misses[-5:])

    def keep_secret(self, *bodies: bytes) -> None:
        """Make the token in each body of the credentials module unwritable: it must not reach the journal in clear."""
        for body in bodies:
            if b'"token"' not in body:
                continue
            try:
                value = jsontext.loads(body)
            except jsontext.JsonError:
                continue
            for holder in (value, value.get("data") if isinstance(value, dict) else None):
                token = holder.get("token") if isinstance(holder, dict) else None
                if isinstance(token, str):
                    self.redactor.add(token, "CREDENTIALS_TOKEN")

    def close(self) -> None:
        """Close the journal; the record stays readable."""
        with self._changed:
            if self._file:
                self._file.close()
                self._file = None

    def _after(self, since: int) -> list[Exchange]:
        found = []
        for exchange in reversed(self._exchanges):
            # They lie in the order in which they ended, and what ended before `since` began before it.
            if exchange.ended <= since:
                break
            if exchange.began > since:
                found.append(exchange)
        return found[::-1]

    def _write(self, line: dict[str, object]) -> None:
        if self._file:
            # Values are redacted before they are encoded: a secret such as 1234 must not tear a number apart.
            text = json.dumps(self.redactor.value(line), ensure_ascii=True, separators=(",", ":"))
            self._file.write(text + "\n")
            self._file.flush()


# What an exchange takes beside its bodies, in bytes: URL, headers, context.
_FRAME = 2_000


def _size(exchange: Exchange) -> int:
    """Return about how many bytes `exchange` takes."""
    answer = len(exchange.response.body) if exchange.response else 0
    return _FRAME + len(exchange.request.body) + answer


def as_dict(exchange: Exchange) -> dict[str, object]:
    """Return `exchange` as JSON values; bodies that are not UTF-8 are under `body_latin1`, one character an octet."""
    response = exchange.response
    return {
        "number": exchange.number,
        "sender": exchange.sender,
        "scenario": exchange.scenario,
        "context": {**vars(exchange.context), "ids": dict(exchange.context.ids)},
        "began": exchange.began,
        "ended": exchange.ended,
        "started_at": exchange.started_at,
        "ended_at": exchange.ended_at,
        "error": exchange.error,
        "notes": list(exchange.notes),
        "request": {
            "method": exchange.request.method,
            "url": exchange.request.url,
            "headers": [list(pair) for pair in exchange.request.headers],
            **_body(exchange.request.body),
        },
        "response": response
        and {
            "status": response.status,
            "headers": [list(pair) for pair in response.headers],
            **_body(response.body),
        },
    }


def of_dict(line: dict[str, Any]) -> Exchange:
    """Return the exchange that `as_dict` made `line` of; secrets stay replaced by their labels.

    Raises:
        KeyError, TypeError: `line` is no exchange.
    """
    request, response, context = line["request"], line["response"], line["context"]
    return Exchange(
        number=line["number"],
        sender=line["sender"],
        request=Request(request["method"], request["url"], _headers(request), _octets(request)),
        response=response and Response(response["status"], _headers(response), _octets(response)),
        context=Context(**{**context, "ids": tuple(context["ids"].items())}),
        began=line["began"],
        ended=line["ended"],
        started_at=line["started_at"],
        ended_at=line["ended_at"],
        scenario=line["scenario"],
        error=line["error"],
        notes=tuple(line["notes"]),
    )


def _headers(message: dict[str, Any]) -> Headers:
    return tuple((name, value) for name, value in message["headers"])


def _octets(message: dict[str, Any]) -> bytes:
    if "body" in message:
        return str(message["body"]).encode("utf-8", "surrogatepass")
    return str(message["body_latin1"]).encode("latin-1", "replace")


def _body(body: bytes) -> dict[str, str]:
    try:
        return {"body": body.decode("utf-8")}
    except UnicodeDecodeError:
        # Not Base64: a secret in it would no longer be found by its value.
        return {"body_latin1": body.decode("latin-1")}
