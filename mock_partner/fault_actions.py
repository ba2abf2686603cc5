"""What fault rules can do to a message: one table of actions for our answers, one for our requests. No rules here."""

from __future__ import annotations

import copy
import json
import urllib.parse
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Generic, TypeVar

from ocpi_conformance.mock_partner import editing, jsontext
from ocpi_conformance.mock_partner.messages import ABSENT, HEADER_NAMES, Delivery, Reply
from ocpi_conformance.mock_partner.record import Context, Headers, Request
from ocpi_conformance.mock_partner.state import Party

T = TypeVar("T")


@dataclass(frozen=True)
class About:
    """What a message is about, and between whom it goes; `peers` finds out who is on the other side."""

    method: str
    context: Context
    url: str = ""
    peers: Callable[[], Iterable[Party]] = tuple


@dataclass
class Outgoing:
    """A request of ours as the rules leave it, and what becomes of it.

    It is sent `copies` times, after `delay` seconds; not at all when `dropped`; after the next one when `held`.
    """

    request: Request
    copies: int = 1
    delay: float = 0.0
    dropped: bool = False
    held: bool = False


@dataclass(frozen=True)
class Action(Generic[T]):
    """One thing that can be done: the argument that it takes (a key of `TAKES`), and the doing."""

    takes: str
    act: Callable[[T, Any, About], None]


# What the arguments are, in the words in which a mistake is said ------------------------------------------------------


def _is_number(value: Any) -> bool:  # noqa: ANN401
    return isinstance(value, int | float) and not isinstance(value, bool)


def is_whole(value: Any) -> bool:  # noqa: ANN401
    """Tell whether `value` is a whole number from 0 on."""
    return type(value) is int and value >= 0


def _are_texts(value: Any) -> bool:  # noqa: ANN401
    return isinstance(value, list | tuple) and all(isinstance(item, str) for item in value)


def _is_json(value: Any) -> bool:  # noqa: ANN401
    try:
        json.loads(value)
    except (TypeError, ValueError):
        return False
    return True


def _one_of(words: Iterable[str]) -> str:
    return f"one of: {', '.join(words)}"


_MOMENTS, _LAYOUT, _NAMES = _one_of(editing.MOMENT_FORMS), _one_of(editing.LAYOUTS), _one_of(HEADER_NAMES)
TAKES: dict[str, Callable[[Any], bool]] = {
    "any value": lambda value: True,
    "true or false": lambda value: isinstance(value, bool),
    "a text": lambda value: isinstance(value, str),
    "a number": _is_number,
    "seconds": lambda value: _is_number(value) and value >= 0,
    "a number from 0 to 1": lambda value: _is_number(value) and 0 <= value <= 1,
    "a whole number": is_whole,
    "a whole number from 1 on": lambda value: is_whole(value) and value > 0,
    "a list of texts": _are_texts,
    "a list of two texts": lambda value: _are_texts(value) and len(value) == 2,
    "a table": lambda value: isinstance(value, Mapping),
    "a table of texts": lambda value: isinstance(value, Mapping) and _are_texts(list(value.values())),
    "a table of whole numbers": lambda value: isinstance(value, Mapping) and all(map(is_whole, value.values())),
    "a text of JSON": _is_json,
    _MOMENTS: lambda value: value in editing.MOMENT_FORMS,
    _LAYOUT: lambda value: value in editing.LAYOUTS,
    _NAMES: lambda value: value in HEADER_NAMES,
}


# Answers --------------------------------------------------------------------------------------------------------------


def _field(name: str) -> Callable[[Reply, Any, About], None]:
    return lambda reply, value, _: setattr(reply, name, value)


def _delivered(name: str) -> Callable[[Reply, Any, About], None]:
    def act(reply: Reply, value: Any, _: About) -> None:  # noqa: ANN401
        changed: dict[str, Any] = {name: value}
        reply.delivery = replace(reply.delivery or Delivery(), **changed)

    return act


def _in_data(with_: Callable[[Any, str, Any], Any]) -> Callable[[Reply, Any, About], None]:
    """Return the action that changes `data` at each place; `with_` gets data, pointer and what the table says."""

    def act(reply: Reply, places: Mapping[str, Any] | list[str], _: About) -> None:
        for pointer, value in _pairs(places):
            reply.data = with_(reply.data, pointer, value)

    return act


def _pairs(places: Mapping[str, Any] | list[str]) -> Iterable[tuple[str, Any]]:
    return places.items() if isinstance(places, Mapping) else ((pointer, None) for pointer in places)


# Each changes a JSON value at a pointer; the third argument is what the rule says for it, if anything.
_SET = editing.edit
_FILL = editing.fill


def _unset(data: Any, pointer: str, _: Any) -> Any:  # noqa: ANN401
    return editing.edit(data, pointer, ABSENT)


def _null(data: Any, pointer: str, _: Any) -> Any:  # noqa: ANN401
    return editing.edit(data, pointer, None)


def _fill_null(data: Any, pointer: str, _: Any) -> Any:  # noqa: ANN401
    return editing.fill(data, pointer, None)


def _retype(data: Any, pointer: str, _: Any) -> Any:  # noqa: ANN401
    return editing.replace_known(data, pointer, editing.other_type)


def _lengthen(data: Any, pointer: str, length: int) -> Any:  # noqa: ANN401
    return editing.replace_known(data, pointer, editing.lengthened(length))


def _rewritten(
    change: Callable[[Any], Callable[[Any], Any] | None],
) -> Callable[[Reply, Any, About], None]:
    """Return the action that changes the whole envelope in the way that `change` makes of the argument."""

    def act(reply: Reply, argument: Any, _: About) -> None:  # noqa: ANN401
        if way := change(argument):
            reply.changes.append(way)

    return act


def _headers(reply: Reply, headers: Mapping[str, str], _: About) -> None:
    for name, value in headers.items():
        reply.set_header(name, value)


def _drop_headers(reply: Reply, names: list[str], _: About) -> None:
    for name in names:
        reply.set_header(name, None)


def _lower_headers(reply: Reply, names: list[str], _: About) -> None:
    wanted = {name.lower() for name in names}
    reply.headers = [(name, value.lower() if name.lower() in wanted else value) for name, value in reply.headers]


def _repeat(reply: Reply, times: int, _: About) -> None:
    if isinstance(reply.data, list):
        # Each with objects of its own: what is set in one of them afterwards is not set in all.
        reply.data = [copy.deepcopy(item) for _ in range(times) for item in reply.data]


def _reorder(reply: Reply, wanted: bool, _: About) -> None:
    if wanted and isinstance(reply.data, list):
        reply.data = reply.data[::-1]


def _stale(reply: Reply, seconds: float, _: About) -> None:
    if reply.data is not ABSENT:
        reply.data = editing.shifted(reply.data, -seconds)


def _loop(reply: Reply, wanted: bool, about: About) -> None:
    if wanted:
        reply.set_header("Link", f'<{about.url}>; rel="next"')


def _message(reply: Reply, text: str, _: About) -> None:
    reply.message = text if reply.message is None else reply.message


def _absent_data(reply: Reply, text: str, _: About) -> None:
    if reply.data is ABSENT:
        reply.data = json.loads(text)


def _layout(reply: Reply, name: str, _: About) -> None:
    reply.write = editing.LAYOUTS[name]


REPLY_ACTIONS: dict[str, Action[Reply]] = {
    # How it goes over the wire
    "delay": Action("seconds", _delivered("delay")),
    "hang": Action("true or false", _delivered("hang")),
    "reset": Action("true or false", _delivered("reset")),
    "close": Action("true or false", _field("close")),
    "truncate": Action("a whole number", _delivered("keep")),
    "chunk": Action("a whole number", _delivered("chunk")),
    "header_names": Action(_NAMES, _delivered("header_names")),
    # Status and headers
    "status": Action("a whole number", _field("http")),
    "retry_after": Action("any value", lambda reply, value, _: reply.set_header("Retry-After", str(value))),
    "headers": Action("a table of texts", _headers),
    "drop_headers": Action("a list of texts", _drop_headers),
    "lower_headers": Action("a list of texts", _lower_headers),
    "loop": Action("true or false", _loop),
    # The envelope
    "ocpi_status": Action("any value", _field("ocpi")),
    "message": Action("a text", _message),
    "envelope": Action("a table", lambda reply, value, _: reply.envelope.update(value)),
    "drop_from_envelope": Action("a list of texts", lambda reply, value, _: reply.dropped.update(value)),
    "skew": Action("a number", _field("skew")),
    "body": Action("a text", lambda reply, value, _: setattr(reply, "raw", value.encode("utf-8"))),
    # Its data
    "data": Action("any value", _field("data")),
    "absent_data": Action("a text of JSON", _absent_data),
    "set": Action("a table", _in_data(_SET)),
    "fill": Action("a table", _in_data(_FILL)),
    "unset": Action("a list of texts", _in_data(_unset)),
    "null": Action("a list of texts", _in_data(_null)),
    "fill_null": Action("a list of texts", _in_data(_fill_null)),
    "retype": Action("a list of texts", _in_data(_retype)),
    "lengthen": Action("a table of whole numbers", _in_data(_lengthen)),
    "repeat_items": Action("a whole number", _repeat),
    "reorder": Action("true or false", _reorder),
    "stale": Action("seconds", _stale),
    # How the same is written
    "moments": Action(_MOMENTS, _rewritten(editing.with_moments)),
    "whole_numbers": Action("true or false", _rewritten(lambda wanted: editing.whole_numbers if wanted else None)),
    "reverse_keys": Action("true or false", _rewritten(lambda wanted: editing.keys_reversed if wanted else None)),
    "layout": Action(_LAYOUT, _layout),
}


# Requests -------------------------------------------------------------------------------------------------------------


def _set_field(name: str) -> Callable[[Outgoing, Any, About], None]:
    return lambda going, value, _: setattr(going, name, value)


def _set_in_request(name: str) -> Callable[[Outgoing, Any, About], None]:
    def act(going: Outgoing, value: Any, _: About) -> None:  # noqa: ANN401
        changed: dict[str, Any] = {name: value}
        going.request = replace(going.request, **changed)

    return act


def _request_headers(going: Outgoing, changed: Mapping[str, str | None], _: About) -> None:
    lower = {name.lower() for name in changed}
    kept: Headers = tuple(pair for pair in going.request.headers if pair[0].lower() not in lower)
    headers = kept + tuple((k, v) for k, v in changed.items() if v is not None)
    going.request = replace(going.request, headers=headers)


def _header_names(going: Outgoing, form: str, _: About) -> None:
    headers = tuple((HEADER_NAMES[form](name), value) for name, value in going.request.headers)
    going.request = replace(going.request, headers=headers)


def _request_body(
    going: Outgoing, change: Callable[[Any], Any], write: Callable[[Any], bytes] = jsontext.dumps
) -> None:
    try:
        value = jsontext.loads(going.request.body)
    except jsontext.JsonError:
        return
    going.request = replace(going.request, body=write(change(value)))


def _in_body(with_: Callable[[Any, str, Any], Any]) -> Callable[[Outgoing, Any, About], None]:
    def act(going: Outgoing, places: Mapping[str, Any] | list[str], _: About) -> None:
        for pointer, value in _pairs(places):
            _request_body(going, partial(_at, with_, pointer, value))

    return act


def _at(with_: Callable[[Any, str, Any], Any], pointer: str, value: Any, document: Any) -> Any:  # noqa: ANN401
    return with_(document, pointer, value)


def _request_rewritten(change: Callable[[Any], Callable[[Any], Any] | None]) -> Callable[[Outgoing, Any, About], None]:
    def act(going: Outgoing, argument: Any, _: About) -> None:  # noqa: ANN401
        if way := change(argument):
            _request_body(going, way)

    return act


def _request_moments(going: Outgoing, form: str, _: About) -> None:
    _request_body(going, editing.with_moments(form))
    base, mark, query = going.request.url.partition("?")
    going.request = replace(going.request, url=base + mark + editing.moments_written(form, query))


def _request_chunk(going: Outgoing, size: int, about: About) -> None:
    if going.request.body and size:
        _request_headers(going, {"Content-Length": None, "Transfer-Encoding": "chunked"}, about)


def _request_truncate(going: Outgoing, length: int, _: About) -> None:
    going.request = replace(going.request, body=going.request.body[:length])


def _scheme(going: Outgoing, text: str, about: About) -> None:
    token = (going.request.header("Authorization") or "").partition(" ")[2]
    if token:
        _request_headers(going, {"Authorization": text + token}, about)


def _replace_in_url(going: Outgoing, pair: list[str], _: About) -> None:
    going.request = replace(going.request, url=going.request.url.replace(pair[0], pair[1]))


def _append_to_url(going: Outgoing, text: str, _: About) -> None:
    going.request = replace(going.request, url=going.request.url + text)


def _append_to_query(going: Outgoing, parameters: Mapping[str, str], _: About) -> None:
    mark = "&" if "?" in going.request.url else "?"
    going.request = replace(going.request, url=going.request.url + mark + urllib.parse.urlencode(parameters))


REQUEST_ACTIONS: dict[str, Action[Outgoing]] = {
    # Whether and when it is sent
    "delay": Action("seconds", _set_field("delay")),
    "drop": Action("true or false", _set_field("dropped")),
    "duplicate": Action("a whole number from 1 on", _set_field("copies")),
    "reorder": Action("true or false", _set_field("held")),
    # Method, URL and headers
    "method": Action("a text", _set_in_request("method")),
    "append_to_url": Action("a text", _append_to_url),
    "append_to_query": Action("a table of texts", _append_to_query),
    "replace_in_url": Action("a list of two texts", _replace_in_url),
    "token": Action(
        "a text", lambda going, text, about: _request_headers(going, {"Authorization": f"Token {text}"}, about)
    ),
    # What stands before the token, as "Token " does: the token itself stays the right one.
    "scheme": Action("a text", _scheme),
    "headers": Action("a table of texts", _request_headers),
    "drop_headers": Action(
        "a list of texts", lambda going, names, about: _request_headers(going, dict.fromkeys(names), about)
    ),
    # Its body
    "body": Action("a text", lambda going, text, about: _set_in_request("body")(going, text.encode("utf-8"), about)),
    "set": Action("a table", _in_body(_SET)),
    "fill": Action("a table", _in_body(_FILL)),
    "unset": Action("a list of texts", _in_body(_unset)),
    "null": Action("a list of texts", _in_body(_null)),
    "fill_null": Action("a list of texts", _in_body(_fill_null)),
    "retype": Action("a list of texts", _in_body(_retype)),
    "lengthen": Action("a table of whole numbers", _in_body(_lengthen)),
    "stale": Action("seconds", lambda going, s, _: _request_body(going, lambda value: editing.shifted(value, -s))),
    # How the same is written
    "moments": Action(_MOMENTS, _request_moments),
    "whole_numbers": Action("true or false", _request_rewritten(lambda on: editing.whole_numbers if on else None)),
    "reverse_keys": Action("true or false", _request_rewritten(lambda on: editing.keys_reversed if on else None)),
    "layout": Action(_LAYOUT, lambda going, name, _: _request_body(going, lambda value: value, editing.LAYOUTS[name])),
    "header_names": Action(_NAMES, _header_names),
    "chunk": Action("a whole number", _request_chunk),
    "truncate": Action("a whole number", _request_truncate),
}
