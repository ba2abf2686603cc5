"""What the partner does in a step: requests, crawls, pushes, read-backs. It acts and returns; checks judge."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

from ocpi_conformance.mock_partner.activity import next_link
from ocpi_conformance.mock_partner.ocpi.modules import MODULES, RECEIVER, SENDER
from ocpi_conformance.mock_partner.platform import join
from ocpi_conformance.mock_partner.record import Exchange, Headers
from ocpi_conformance.steps.bodies import body_called
from ocpi_conformance.steps.places import Place, chosen, endpoint
from ocpi_conformance.steps.scene import Chosen, Json, Scene, data_of, envelope_of
from ocpi_conformance.steps.things import Push, remember
from ocpi_conformance.steps.verdicts import Breach, NotObserved

MAX_PAGES = 200


def send(
    scene: Scene,
    method: str,
    place: Place,
    *,
    parameters: Mapping[str, str] | None = None,
    body: object = None,
    extra: Headers = (),
) -> Exchange:
    """Send one request of the partner to `place` and return the exchange.

    `extra` headers replace those of the same name; an empty value leaves the header out. `body` bytes go as they are.
    """
    url = place.url
    if parameters:
        url = join(url, (), parameters)
    site = scene.site
    request = site.platform.request(site.connection, method, url, place.context, body, extra=extra)
    return site.platform.send(request, place.context)


def accepted(exchange: Exchange) -> bool:
    """Tell whether an answer is HTTP 2xx with an OCPI status of 1xxx."""
    response = exchange.response
    return (
        response is not None and response.status < 300 and str(envelope_of(exchange).get("status_code")).startswith("1")
    )


def push(scene: Scene, item: Push, method: str) -> Exchange:
    """Send `item` by `method` to its place on the target's Receiver interface."""
    return send(scene, method, endpoint(scene, item.module, RECEIVER, item.path), body=item.body)


def module_of(scene: Scene, kind: str) -> str:
    """Return the identifier of the module that lists objects of class `kind`."""
    return {m.object: m.identifier for m in MODULES[scene.partner.version].values()}[kind]


def published(scene: Scene, kind: str, number: int) -> list[Json]:
    """Return up to `number` objects of the target's list, choosing the first for the scene, with its nested ones."""
    module = module_of(scene, kind)
    wanted = {"limit": str(max(number, 2))}
    exchange = send(scene, "GET", endpoint(scene, module, SENDER), parameters=required(scene, module) | wanted)
    data = data_of(exchange)
    items = [item for item in data if isinstance(item, dict)] if isinstance(data, list) else []
    if items:
        # An object that holds nested ones shows more.
        first = next((item for item in items if item.get("evses")), items[0])
        choose(scene, kind, module, (str(first.get(MODULES[scene.partner.version][module].id_field)),), first, exchange)
    return items


def required(scene: Scene, module: str) -> dict[str, str]:
    """Return the parameters that the list of `module` cannot do without."""
    routes = MODULES[scene.partner.version][module].routes[SENDER]
    names = next((route.required_parameters for route in routes if route.kind == "list"), ())
    return dict.fromkeys(names, "2010-01-01T00:00:00Z")


def choose(scene: Scene, kind: str, module: str, path: tuple[str, ...], content: Json, exchange: Exchange) -> None:
    """Make an object of the target's list the chosen one of its class, and its first nested objects of theirs."""
    scene.objects[kind] = Chosen(kind, module, SENDER, path, content, exchange)
    for list_name, id_field, nested in (("evses", "uid", "EVSE"), ("connectors", "id", "Connector")):
        items = content.get(list_name)
        if isinstance(items, list) and items and isinstance(items[0], dict):
            choose(scene, nested, module, (*path, str(items[0].get(id_field))), items[0], exchange)


def crawl(scene: Scene, module: str, parameters: Mapping[str, str]) -> tuple[Exchange, ...]:
    """Follow the list of `module` from its first page by its next links; ends on a repeated link or `MAX_PAGES`."""
    place = endpoint(scene, module, SENDER)
    exchange = send(scene, "GET", place, parameters=required(scene, module) | dict(parameters))
    found = [exchange]
    seen: set[str] = set()
    while (link := next_link(exchange)) and link not in seen and len(found) < MAX_PAGES:
        seen.add(link)
        exchange = send(scene, "GET", Place(_absolute(link, place.url), place.context))
        found.append(exchange)
    return tuple(found)


def read_back(scene: Scene, kind: str) -> tuple[Any, Exchange, list[Breach]]:
    """GET the target's copy of the chosen object; returns it, the exchange, and a breach when it is not there.

    Raises:
        NotObserved: the target does not let its copy be read at all.
    """
    exchange = send(scene, "GET", chosen(scene, kind))
    status = exchange.response.status if exchange.response else 0
    if accepted(exchange):
        return envelope_of(exchange).get("data"), exchange, []
    if status in {401, 403, 405, 501}:
        raise NotObserved(f"the target does not let its copy be read: {exchange.summary}")
    return None, exchange, [Breach(f"the target's copy of the {kind}", exchange.summary, exchange)]


def _absolute(link: str, base: str) -> str:
    return urljoin(base, link)


@dataclass(frozen=True)
class ReadBack:
    """The target's copy of an object, beside what it should be.

    `pushed` is the object as the partner last PUT it, `change` the body of the latest push (None when that was for
    another class), `before` the copy as it was before the latest push, `method` how that was sent.
    """

    kind: str
    stored: Any
    exchange: Exchange
    pushed: Json
    change: Json | None
    before: Json | None
    method: str


def keep_copies(scene: Scene) -> None:
    """Read the target's copies of what was pushed before, so that a change can be told from what stays."""
    scene.before = {}
    for kind, item in scene.objects.items():
        if item.interface == RECEIVER:
            exchange = send(scene, "GET", chosen(scene, kind))
            data = envelope_of(exchange).get("data") if accepted(exchange) else None
            if isinstance(data, dict):
                scene.before[kind] = data


def remember_push(scene: Scene, item: Push, method: str) -> None:
    """Note the latest push; what was PUT becomes the chosen object of its class."""
    scene.sent = Chosen(item.kind, item.module, RECEIVER, item.path, item.body)
    scene.sent_by = method
    if method != "PATCH":
        remember(scene, item)


def comparison(scene: Scene, kind: str, stored: Any, exchange: Exchange) -> ReadBack:  # noqa: ANN401
    """Return the target's copy of the chosen object of class `kind` beside what it should be."""
    sent = scene.sent if scene.sent and scene.sent.kind == kind else None
    change = sent.content if sent and isinstance(sent.content, dict) else None
    pushed = scene.chosen(kind).content
    return ReadBack(kind, stored, exchange, pushed, change, scene.before.get(kind), scene.sent_by)


def exchange_credentials(scene: Scene, name: str, method: str) -> None:
    """Send the partner's Credentials (or the variant `name`) by `method`; a success takes effect at once."""
    partner, site = scene.partner, scene.site
    body = None if name == "its credentials" else body_called(scene, name)
    if method == "PUT" and site.registered and body is None:
        scene.response = scene.possible(partner.rotate, site)
        return
    scene.response = scene.possible(lambda: partner.send_credentials(site, method, body=body))
    if not accepted(scene.response):
        return
    if method == "DELETE":
        partner.forget(site)
    elif body is None and method == "POST":
        scene.possible(partner.conclude, site, scene.response)
    else:
        # Accepted against expectation: whatever the token was, it cannot be relied on for another registration.
        partner.spend(site)


def pull_trigger(scene: Scene, words: str) -> None:
    """Make the target act first: `words` name a trigger of target.toml and the values it is given.

    Raises:
        LookupError: unknown words; the message lists the known ones.
        NotObserved: no such trigger is configured.
    """
    if words not in TRIGGERS:
        raise LookupError(f'the target is not known to "{words}". Known: {sorted(TRIGGERS)}')
    name, values = TRIGGERS[words]
    if not scene.partner.triggers.has(name):
        raise NotObserved(f"no trigger {name} in target.toml: the target could not be made to {words}")
    given = values(scene)
    scene.since = scene.record.tick()
    scene.partner.triggers.pull(name, given)


def _register_values(scene: Scene) -> dict[str, str]:
    """Open a site for the target to register with; its CREDENTIALS_TOKEN_A is ours to give."""
    site = scene.partner.invite()
    scene.site = site
    return {"versions_url": site.platform.versions_url, "token_a": site.token_a}


def _nothing(_: Scene) -> dict[str, str]:
    return {}


def _evse_values(scene: Scene) -> dict[str, str]:
    path = scene.chosen("Connector" if "Connector" in scene.objects else "EVSE").path
    return dict(zip(("location_id", "evse_uid", "connector_id"), path, strict=False))


TRIGGERS: dict[str, tuple[str, Callable[[Scene], dict[str, str]]]] = {
    "register with the partner": ("register_with_partner", _register_values),
    "update its credentials": ("update_credentials", _nothing),
    "unregister from the partner": ("unregister_from_partner", _nothing),
    "create a Location": ("create_location", _nothing),
    "change a Location": ("change_location", _evse_values),
    "change the status of an EVSE": ("change_evse_status", lambda s: _evse_values(s) | {"status": "CHARGING"}),
    "change a Connector": ("change_connector", _evse_values),
    "remove an EVSE": ("remove_evse", _evse_values),
    "pull the Location list": ("pull_locations", _nothing),
}
