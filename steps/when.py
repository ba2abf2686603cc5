"""When: one act of one party. A step sends and remembers the answer; it expects nothing."""

from __future__ import annotations

from contextlib import suppress

from pytest_bdd import parsers, when

from ocpi_conformance.steps import acts, commanding, profiling, sweeps, things, values
from ocpi_conformance.steps.bodies import body_called
from ocpi_conformance.steps.evidence import requests
from ocpi_conformance.steps.places import place as place_called
from ocpi_conformance.steps.scene import Scene
from ocpi_conformance.steps.tokens import authorization_value
from ocpi_conformance.steps.verdicts import NotObserved

_METHOD = r"(?P<method>GET|POST|PUT|PATCH|DELETE)"
Table = list[list[str]] | None


@when(
    parsers.re(
        rf"the partner sends {_METHOD} to (?P<place>.+?)"
        r"(?: authorized with (?P<token>.+?))?(?: with (?P<what>the parameters|.+))?"
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
    """Sends one request, with a table of parameters, or with a body that has a name."""
    extra = (("Authorization", authorization_value(scene, token)),) if token else ()
    parameters = {name: values.value(scene, text) for name, text in datatable or []}
    body = body_called(scene, what) if what and not parameters else None
    if method in {"PUT", "PATCH", "DELETE"}:
        acts.keep_copies(scene)
    scene.response = acts.send(scene, method, place_called(scene, place), parameters=parameters, body=body, extra=extra)


@when(
    parsers.re(r"the partner calls every advertised endpoint(?: but (?P<without>\w+))? authorized with (?P<token>.+)")
)
def calls_every_endpoint(scene: Scene, token: str, without: str | None) -> None:
    """Calls each endpoint of the version details once; the answers are kept together."""
    scene.pages = sweeps.every_endpoint(scene, token, without=without or "")


@when(parsers.re(rf"the partner sends the same {_METHOD} to (?P<place>.+) as usual and with (?P<manner>.+)"))
def sends_in_two_manners(scene: Scene, method: str, place: str, manner: str) -> None:
    """Sends one request twice, the second time in another manner; the two answers are kept together."""
    scene.pages = sweeps.two_manners(scene, method, place_called(scene, place), manner)


@when(
    parsers.re(
        r"the partner follows the (?P<module>\w+) list (?:to its end|for (?P<most>\d+) pages)(?: with the parameters)?"
    )
)
def follows(scene: Scene, module: str, most: str | None, datatable: Table = None) -> None:
    """Reads the pages of a list by its next links."""
    parameters = {k: values.value(scene, v) for k, v in datatable or []}
    scene.pages = acts.crawl(scene, module, parameters, int(most or acts.MAX_PAGES))
    scene.response = scene.pages[-1]


@when(parsers.re(r"the partner asks for these pages of the (?P<module>\w+) list"))
def asks_for_pages(scene: Scene, module: str, datatable: list[list[str]]) -> None:
    """Sends one request for each row of parameters below the row of their names; an empty cell leaves one out."""
    names, *rows = datatable
    wanted = [{n: values.value(scene, v) for n, v in zip(names, row, strict=True) if v} for row in rows]
    scene.pages = tuple(acts.read_list(scene, module, parameters) for parameters in wanted)
    scene.response = scene.pages[-1]


@when(parsers.re(r"(?P<who>the partner|a second party of the partner) registers with the target"))
def registers(scene: Scene, who: str) -> None:
    """Begins the registration that the scenario looks at; for the first party one serves all scenarios of the run."""
    scene.site = scene.possible(scene.partner.attempted if who == "the partner" else scene.partner.second_party)
    if who != "the partner":
        scene.undo.append(lambda site=scene.site: scene.partner.unregister(site))


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


@when(parsers.parse("the partner sends the command {command}"))
def sends_command(scene: Scene, command: str) -> None:
    """Sends a command with a response_url of its own; what it begins is ended when the scenario is."""
    commanding.send(scene, command)


@when(parsers.parse("the partner asks each party of the target for its {module} list"))
def asks_each_party(scene: Scene, module: str) -> None:
    """Sends one request for a list to each party of the role under test; the answers are kept together."""
    scene.pages = sweeps.each_party(scene, module)


@when(parsers.parse("the partner sends the profile request {request}"))
def sends_profile_request(scene: Scene, request: str) -> None:
    """Sends a request for a charging profile with a response_url of its own."""
    profiling.send(scene, request)


@when("the run has ended")
def run_has_ended(scene: Scene) -> None:
    """Looks at the record of the whole run from here on."""
    with suppress(NotObserved):
        # What a trigger of this scenario leads to would, late, stand for what the next one asks for.
        requests(scene)
    scene.since = 0
