"""When: one act of one party. A step sends and remembers the answer; it expects nothing."""

from __future__ import annotations

from pytest_bdd import parsers, when

from ocpi_conformance.mock_partner.record import Headers
from ocpi_conformance.steps import acts, things, values
from ocpi_conformance.steps.bodies import body_called
from ocpi_conformance.steps.places import place as place_called
from ocpi_conformance.steps.scene import Scene
from ocpi_conformance.steps.tokens import authorization_value

_METHOD = r"(?P<method>GET|POST|PUT|PATCH|DELETE)"
Table = list[list[str]] | None


@when(
    parsers.re(
        rf"the partner sends {_METHOD} to (?P<place>.+?)"
        r"(?: authorized with (?P<token>.+?))?(?: with (?P<what>the parameters|the headers|.+))?"
    )
)
def sends(
    scene: Scene,
    method: str,
    place: str,
    token: str | None,
    what: str | None,
    datatable: Table = None,
) -> None:
    """Sends one request, with a table of parameters or headers, or with a body that has a name."""
    rows = dict(row[:2] for row in datatable or [])
    extra: Headers = tuple(rows.items()) if what == "the headers" else ()
    if token:
        extra = (*extra, ("Authorization", authorization_value(scene, token)))
    parameters = {k: values.value(scene, v) for k, v in rows.items()} if what == "the parameters" else None
    body = body_called(scene, what) if what and not rows else None
    scene.response = acts.send(scene, method, place_called(scene, place), parameters=parameters, body=body, extra=extra)


@when(parsers.re(r"the partner follows the (?P<module>\w+) list to its end(?P<table> with the parameters)?"))
def follows(scene: Scene, module: str, datatable: Table = None) -> None:
    """Reads every page of a list by its next links."""
    scene.pages = acts.crawl(scene, module, {k: values.value(scene, v) for k, v in datatable or []})
    scene.response = scene.pages[-1]


@when(parsers.re(rf"the partner sends (?P<credentials>its credentials|credentials .+?) with {_METHOD}"))
def sends_credentials(scene: Scene, credentials: str, method: str) -> None:
    """Sends the partner's Credentials; a successful answer to POST, PUT or DELETE takes effect at once."""
    acts.exchange_credentials(scene, credentials, method)


@when(parsers.re(rf"the partner pushes (?P<name>.+) with {_METHOD}"))
def pushes(scene: Scene, name: str, method: str) -> None:
    """Pushes an object or a change; it becomes what later steps compare the target's copy with."""
    acts.keep_copies(scene)
    push = things.build(scene, name)
    scene.response = acts.push(scene, push, method)
    acts.remember_push(scene, push, method)


@when(parsers.parse("the operator has the target {trigger}"))
def operator_has(scene: Scene, trigger: str) -> None:
    """Makes the target act first, by the trigger that target.toml names for it."""
    acts.pull_trigger(scene, trigger)


@when("the run has ended")
def run_has_ended(scene: Scene) -> None:
    """Looks at the record of the whole run from here on."""
    scene.since = 0
