"""What the control API does, one function for each operation of `control_routes`. No HTTP here."""

from __future__ import annotations

import inspect
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ocpi_conformance.mock_partner import hub_clients, jsontext
from ocpi_conformance.mock_partner.activity import ACTIVITIES, load
from ocpi_conformance.mock_partner.control_routes import NEAR_MISSES, PARTS
from ocpi_conformance.mock_partner.errors import HarnessError, NotSeen
from ocpi_conformance.mock_partner.messages import timestamp
from ocpi_conformance.mock_partner.ocpi.modules import MODULES
from ocpi_conformance.mock_partner.openapi import document
from ocpi_conformance.mock_partner.record import Exchange, as_dict
from ocpi_conformance.mock_partner.state import Connection, Json, Party
from ocpi_conformance.mock_partner.timing import SteppedClock

if TYPE_CHECKING:
    from ocpi_conformance.mock_partner.sandbox import Sandbox

MAX_WAITING = 16
# The form in which a platform keeps its own objects.
_OWN_FORM = "2.2.1"


class ControlError(Exception):
    """An operation cannot be carried out: HTTP status, what is wrong, what to do instead, and more to say."""

    def __init__(self, status: int, problem: str, remedy: str, more: Mapping[str, Any] | None = None) -> None:
        super().__init__(problem)
        self.status = status
        self.problem = problem
        self.remedy = remedy
        self.more = dict(more or {})


@dataclass(frozen=True)
class Asked:
    """What an operation is given: the sandbox, the values in the path, the query and the body, defaults filled in."""

    sandbox: Sandbox
    path: Mapping[str, str]
    query: Mapping[str, Any]
    body: Mapping[str, Any]


# What it is -----------------------------------------------------------------------------------------------------------


def health(asked: Asked) -> Json:
    """Say that it is running."""
    return {"status": "ok", "versions_url": asked.sandbox.versions_url}


def openapi(asked: Asked) -> Json:
    """Return the description of the control API."""
    return document(asked.sandbox.control_url)


def state(asked: Asked) -> Json:
    """Return the state of the platform."""
    sandbox = asked.sandbox
    platform, clean = sandbox.platform, sandbox.record.redactor.clean
    with platform.lock:
        connections = [_connection(connection) for connection in platform.connections]
    return {
        "versions_url": sandbox.versions_url,
        "versions": list(platform.supported),
        "parties": [_party(party) for party in platform.roles],
        "connections": connections,
        "objects": {"own": platform.own.counts(), "received": platform.received.counts()},
        "clock": _clock(sandbox),
        "armed": list(sandbox.arming.all()),
        "failures": [clean(str(error), single_line=True) for error in platform.agenda.failures[-20:]],
        "exchanges": sandbox.record.size,
    }


def _connection(connection: Connection) -> Json:
    return {
        "partner": connection.account.name,
        "state": connection.state,
        "version": connection.version,
        "versions_url": connection.versions_url,
        "parties": [_party(party) for party in connection.peer_roles],
        "modules": [f"{endpoint.identifier} {endpoint.role}".strip() for endpoint in connection.endpoints],
    }


def _party(party: Party) -> Json:
    return {name: getattr(party, name) for name in ("role", "country_code", "party_id", "name")}


def _clock(sandbox: Sandbox) -> Json:
    return {"mode": sandbox.config.clock.mode, "now": timestamp(sandbox.platform.clock.now())}


# What happened --------------------------------------------------------------------------------------------------------


def exchanges(asked: Asked) -> Json:
    """Return exchanges that match the query; with `wait`, wait for the first one."""
    query, record = asked.query, asked.sandbox.record
    criteria = {name: value for name, value in query.items() if name in _CRITERIA}
    after = query["after"]
    if query["wait"] and not _matching(record.later_than(after), criteria):
        with suppress(NotSeen):
            _await(asked.sandbox, criteria, after, query["wait"])
    seen = record.later_than(after)
    found = _matching(seen, criteria)[: query["limit"]]
    last = found[-1].number if len(found) == query["limit"] else seen[-1].number if seen else after
    return {"exchanges": [_shown(asked.sandbox, exchange) for exchange in found], "last": last}


def exchange(asked: Asked) -> Json:
    """Return one exchange by its number."""
    return _shown(asked.sandbox, _numbered(asked))


def findings(asked: Asked) -> Json:
    """Return what is wrong with the bodies of one exchange."""
    found = _numbered(asked)
    return {part: asked.sandbox.findings.of(found, part) for part in ("request", "response")}


def _numbered(asked: Asked) -> Exchange:
    number = asked.path["number"]
    found = asked.sandbox.record.later_than(int(number) - 1)[:1] if number.isdecimal() and int(number) else ()
    if not found or found[0].number != int(number):
        raise ControlError(404, f"there is no exchange {number}", "GET exchanges lists those that are kept")
    return found[0]


def wait(asked: Asked) -> Json:
    """Wait for an exchange that matches the body."""
    body, sandbox = asked.body, asked.sandbox
    try:
        return {"exchange": _shown(sandbox, _await(sandbox, body["match"], body["after"], body["timeout"]))}
    except NotSeen as error:
        missed = sandbox.record.later_than(body["after"])
        near = sorted(
            ({"exchange": _brief(sandbox, e), "differs": differences(e, body["match"])} for e in reversed(missed)),
            key=lambda miss: len(miss["differs"]),
        )[:NEAR_MISSES]
        problem = f"no such exchange within {error.timeout:g} s"
        remedy = "near_misses says what came instead; wait longer, or match less"
        raise ControlError(504, problem, remedy, {"near_misses": near}) from None


def differences(exchange: Exchange, criteria: Mapping[str, Any]) -> list[str]:
    """Return a line for each of the criteria that the exchange does not meet."""
    lines = []
    for name, wanted in criteria.items():
        found = _CRITERIA[name](exchange)
        met = str(wanted) in str(found) if name in _PARTIAL else str(found).lower() == str(wanted).lower()
        if not met:
            lines.append(f"{name}: expected {'a part ' if name in _PARTIAL else ''}{wanted}, found {str(found)[:200]}")
    return lines


def _ocpi_status(exchange: Exchange) -> Any:  # noqa: ANN401  (JSON)
    try:
        body = jsontext.loads(exchange.response.body) if exchange.response else {}
    except jsontext.JsonError:
        return None
    return body.get("status_code") if isinstance(body, dict) else None


_PARTIAL = ("path", "contains")
_CRITERIA: dict[str, Callable[[Exchange], Any]] = {
    "direction": lambda exchange: "in" if exchange.sender == "target" else "out",
    "module": lambda exchange: exchange.context.module,
    "interface": lambda exchange: exchange.context.interface,
    "route": lambda exchange: exchange.context.route,
    "method": lambda exchange: exchange.request.method,
    "status": lambda exchange: exchange.response.status if exchange.response else 0,
    "ocpi_status": _ocpi_status,
    "version": lambda exchange: exchange.context.version,
    "path": lambda exchange: exchange.request.url,
    "contains": lambda exchange: exchange.request.body.decode("utf-8", "replace"),
}
_waiting = threading.BoundedSemaphore(MAX_WAITING)


def _matching(found: tuple[Exchange, ...], criteria: Mapping[str, Any]) -> list[Exchange]:
    return [exchange for exchange in found if not differences(exchange, criteria)]


def _await(sandbox: Sandbox, criteria: Mapping[str, Any], after: int, seconds: float) -> Exchange:
    """Wait for a match; raises NotSeen. Each waiter holds a thread of the server, so their number is limited."""
    if not _waiting.acquire(blocking=False):
        raise ControlError(503, f"{MAX_WAITING} are waiting already", "Ask again when one of them has its answer")
    try:
        return sandbox.record.wait_for(
            lambda exchange: exchange.number > after and not differences(exchange, criteria), "exchange", seconds
        )
    finally:
        _waiting.release()


def _shown(sandbox: Sandbox, exchange: Exchange) -> Json:
    told = as_dict(exchange)
    shown: Any = sandbox.record.redactor.value(
        {name: told[name] for name in ("number", "context", "started_at", "ended_at", "error", "request", "response")}
    )
    return {**shown, **_brief(sandbox, exchange), "errors": sandbox.findings.errors(exchange)}


def _brief(sandbox: Sandbox, exchange: Exchange) -> Json:
    summary = sandbox.record.redactor.clean(exchange.summary, single_line=True)
    return {"number": exchange.number, "direction": _CRITERIA["direction"](exchange), "summary": summary}


# What it has ----------------------------------------------------------------------------------------------------------


def reset(asked: Asked) -> Json:
    """Bring parts of it back to what the configuration says."""
    parts = tuple(asked.body.get("parts", PARTS))
    asked.sandbox.reset(parts)
    return {"reset": list(parts), "last": asked.sandbox.record.size}


def objects(asked: Asked) -> Json:
    """Return objects of a module."""
    query = asked.query
    module = query.get("module")
    if module is None:
        raise ControlError(400, "the parameter module is missing", "Name a module: ?module=locations")
    store = getattr(asked.sandbox.platform, query["of"])
    entries = store.listing(module)
    page = entries[query["offset"] : query["offset"] + query["limit"]]
    return {"objects": [jsontext.loads(text) for text in store.texts(page)], "total": len(entries)}


def data(asked: Asked) -> Json:
    """Publish further objects."""
    body, sandbox = asked.body, asked.sandbox
    mistakes = [line for module, items in body["objects"].items() for line in _mistakes(asked, module, items)]
    if mistakes:
        raise ControlError(400, "; ".join(mistakes[:10]), 'Correct them, or say "check": false where they are just odd')
    if body["replace"]:
        for module in body["objects"]:
            for key in sandbox.platform.own.keys(module):
                sandbox.platform.own.remove(module, key)
    load(sandbox.platform.own, body["objects"])
    return {"loaded": {module: len(items) for module, items in body["objects"].items()}}


def _mistakes(asked: Asked, module: str, items: list[Json]) -> list[str]:
    known = {name: row for name, row in MODULES[_OWN_FORM].items() if row.id_field}
    if module not in known:
        return [f"{module} is no module with objects; known are {', '.join(known)}"]
    ids = ("country_code", "party_id", known[module].id_field, *(("type",) if module == "tokens" else ()))
    lines = [
        f"{module}[{number}]: {name} is no text"
        for number, item in enumerate(items)
        for name in ids
        if not isinstance(item.get(name), str)
    ]
    if lines or not asked.body["check"]:
        return lines
    check = asked.sandbox.platform.validate
    return [
        f"{module}[{number}]: {line}"
        for number, item in enumerate(items)
        for line in check(_OWN_FORM, known[module].object, item, False)
    ]


# What bends it --------------------------------------------------------------------------------------------------------


def faults(asked: Asked) -> Json:
    """Return what is armed and what can be."""
    arming = asked.sandbox.arming
    known = [{"name": name, "breaks": defect.breaks} for name, defect in arming.known().items()]
    return {"armed": [_fault(asked, name) for name in arming.all()], "known": known}


def arm(asked: Asked) -> Json:
    """Arm a rule or a named defect."""
    name = asked.body["name"]
    try:
        asked.sandbox.arming.arm(name, asked.body.get("rule"))
    except HarnessError as error:
        raise ControlError(400, error.problem, error.remedy) from None
    return _fault(asked, name)


def disarm(asked: Asked) -> Json:
    """Disarm one."""
    try:
        asked.sandbox.arming.disarm(asked.path["name"])
    except HarnessError as error:
        raise ControlError(404, error.problem, error.remedy) from None
    return {"done": True}


def disarm_all(asked: Asked) -> Json:
    """Disarm everything."""
    asked.sandbox.arming.disarm_all()
    return {"done": True}


def _fault(asked: Asked, name: str) -> Json:
    armed = asked.sandbox.arming.all()[name]
    rules = [dict(table) for table in armed.tables]
    return {"name": name, "switches": dict(armed.switches), "rules": rules, "seen": armed.seen}


# What it does ---------------------------------------------------------------------------------------------------------

# Here a registration that fails is an answer, not a line in a log.
_ACTIVITIES: dict[str, Callable[..., Any]] = {**ACTIVITIES, "register_with_partner": hub_clients.register}
_acting = threading.Lock()


def triggers(asked: Asked) -> Json:
    """Return what it can be made to do."""
    return {"triggers": described_triggers()}


def described_triggers() -> list[Json]:
    """Return the name, the arguments and the meaning of each trigger."""
    return [
        {
            "name": name,
            "arguments": list(_arguments(act)),
            "required": [argument for argument, required in _arguments(act).items() if required],
            "further": _takes_more(act),
            "meaning": _meaning(act),
        }
        for name, act in _ACTIVITIES.items()
    ]


def trigger(asked: Asked) -> Json:
    """Make it do something."""
    name, arguments = asked.body["name"], asked.body.get("arguments", {})
    act = _ACTIVITIES.get(name)
    if act is None:
        raise ControlError(400, f"no trigger is called {name}", "GET triggers lists those that exist")
    known = _arguments(act)
    unknown = [] if _takes_more(act) else sorted(set(arguments) - set(known))
    missing = sorted(name for name, required in known.items() if required and name not in arguments)
    if unknown or missing:
        problem = f"{name}: unknown {', '.join(unknown) or 'none'}, missing {', '.join(missing) or 'none'}"
        raise ControlError(400, problem, f"Its arguments are {', '.join(known) or 'none'}")
    before = asked.sandbox.record.size
    try:
        with _acting:
            result = act(asked.sandbox.platform, **arguments)
    except HarnessError as error:
        problem = asked.sandbox.record.redactor.clean(error.problem)
        raise ControlError(502, problem, error.remedy or "GET exchanges shows what was sent") from None
    done = [exchange.number for exchange in asked.sandbox.record.later_than(before)]
    return {"name": name, "result": result if isinstance(result, dict) else None, "exchanges": done}


def _arguments(act: Callable[..., Any]) -> dict[str, bool]:
    """Return the arguments of an activity beside the platform, and whether each is required."""
    bound = getattr(act, "keywords", {})
    parameters = [p for p in list(inspect.signature(act).parameters.values())[1:] if p.kind is not p.VAR_KEYWORD]
    return {p.name: p.default is p.empty for p in parameters if p.name not in bound and p.name != "account"}


def _takes_more(act: Callable[..., Any]) -> bool:
    """Tell whether an activity takes arguments that it does not name."""
    return any(p.kind is p.VAR_KEYWORD for p in inspect.signature(act).parameters.values())


def _meaning(act: Callable[..., Any]) -> str:
    documented = getattr(act, "func", act)
    return (inspect.getdoc(documented) or "").partition("\n")[0]


def advance(asked: Asked) -> Json:
    """Move a stepped clock on."""
    agenda = asked.sandbox.platform.agenda
    if not isinstance(agenda.clock, SteppedClock):
        raise ControlError(409, "the clock runs by itself", 'Start with [clock] mode = "stepped"')
    with _acting:
        agenda.advance(asked.body["seconds"])
    return _clock(asked.sandbox)


def invite(asked: Asked) -> Json:
    """Issue a CREDENTIALS_TOKEN_A."""
    sandbox, name = asked.sandbox, asked.body.get("partner", "")
    known = [terms.account.name for terms in sandbox.config.partners]
    if name and name not in known:
        raise ControlError(400, f"no partner is called {name}", f"Known are {', '.join(known)}; or leave it out")
    token = sandbox.invite(name, asked.body.get("token_a", ""))
    return {"token_a": token, "versions_url": sandbox.versions_url}


ACTS: dict[str, Callable[[Asked], Json]] = {
    act.__name__: act
    for act in (
        health,
        openapi,
        state,
        exchanges,
        exchange,
        findings,
        wait,
        reset,
        objects,
        data,
        faults,
        arm,
        disarm,
        disarm_all,
        triggers,
        trigger,
        advance,
        invite,
    )
}
