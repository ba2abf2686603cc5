"""What a module of OCPI is made of: its interfaces and the URL shapes of each. Classes only; no table."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

SENDER, RECEIVER = "SENDER", "RECEIVER"
OWNED = "{country_code}/{party_id}/"
GET_PUT_PATCH = ("GET", "PUT", "PATCH")


@dataclass(frozen=True)
class Route:
    """One URL shape of one interface.

    `template` is what follows the advertised endpoint URL; `methods` are the methods that the version defines there;
    `object` the class of the body (of the answer for GET); `kind` how the engine serves it:
    list, object, create (POST of an object whose URL the server makes), action or configuration. `free` marks a path
    that its owner chooses (a response_url): nobody else can know it. `resource` tells the collections of a module
    apart that has several, `id_field` names their objects where the module's own field does not, and `other_id` a
    field that the text also calls the id. `kind_parameter` is the query parameter that tells objects of one id apart,
    with its default. `bodiless` is a POST whose body may be left out.
    """

    name: str
    template: str
    methods: tuple[str, ...]
    object: str
    kind: Literal["list", "object", "create", "action", "configuration"]
    required_parameters: tuple[str, ...] = ()
    free: bool = False
    resource: str = ""
    id_field: str = ""
    other_id: str = ""
    kind_parameter: tuple[str, str] | tuple[()] = ()
    bodiless: bool = False

    @cached_property
    def segments(self) -> tuple[str, ...]:
        """The names of the URL segments; literal segments stand without braces."""
        return tuple(part for part in self.template.split("/") if part)

    def match(self, path: tuple[str, ...]) -> dict[str, str] | None:
        """Return the ids in `path` (segments after the endpoint URL) by name, or None when it has another shape."""
        if len(path) != len(self.segments):
            return None
        ids: dict[str, str] = {}
        for name, value in zip(self.segments, path, strict=True):
            if name.startswith("{"):
                ids[name[1:-1]] = value
            elif name != value:
                return None
        return ids


@dataclass(frozen=True)
class Module:
    """One module: its identifier, whether its messages are routed, who owns its objects, how they are identified.

    `extension` names the edition of the version whose schemas the module has, where not the core's; `names_owner` says
    that country_code and party_id of an object are those of its owner, `patch_moment` that its text asks for
    last_updated in a PATCH where the version does.
    """

    identifier: str
    functional: bool
    owners: tuple[str, ...]
    object: str
    id_field: str
    routes: dict[str, tuple[Route, ...]]
    extension: str = ""
    names_owner: bool = True
    patch_moment: bool = True

    def store(self, route: Route) -> str:
        """Return the name under which the objects of `route` are stored."""
        return f"{self.identifier}/{route.resource}" if route.resource else self.identifier

    def class_of(self, route: Route) -> str:
        """Return the class of the objects that `route` addresses as a whole or in part."""
        return self._listed.get(route.resource, route.object)

    def shaped(self, interface: str, length: int) -> tuple[Route, ...]:
        """Return the routes of `interface` that have so many segments."""
        return self._shapes.get((interface, length), ())

    @cached_property
    def _shapes(self) -> dict[tuple[str, int], tuple[Route, ...]]:
        found: dict[tuple[str, int], tuple[Route, ...]] = {}
        for interface, routes in self.routes.items():
            for route in routes:
                key = (interface, len(route.segments))
                found[key] = (*found.get(key, ()), route)
        return found

    @cached_property
    def _listed(self) -> dict[str, str]:
        """The class of the objects of each collection that has a list, the first of them."""
        sides = [route for side in self.routes.values() for route in side if route.kind == "list"]
        return {route.resource: route.object for route in reversed(sides)}

    def id_of(self, route: Route) -> str:
        """Return the field that identifies the objects of `route`."""
        return route.id_field or self.id_field


def listing(object_name: str, *required: str) -> Route:
    """Return the paginated list of a Sender interface; `required` are the parameters it cannot do without."""
    return Route("list", "", ("GET",), object_name, "list", required)
