"""The modules of OCPI per version, what each role typically offers of them, and readers of these tables; no behaviour.

The tables of the single versions stand beside; here they are put together.
"""

from __future__ import annotations

from collections.abc import Iterable

from ocpi_conformance.mock_partner.ocpi import modules_2_1_1, modules_2_2_1, modules_2_3_0
from ocpi_conformance.mock_partner.ocpi.routes import RECEIVER, SENDER, Module, Route

__all__ = [
    "MODULES",
    "OFFERED",
    "RECEIVER",
    "SENDER",
    "Module",
    "Route",
    "edition",
    "find_route",
    "list_modules",
    "makes_urls",
    "same_module",
]

MODULES: dict[str, dict[str, Module]] = {
    version: {module.identifier: module for module in table}
    for version, table in (
        ("2.1.1", modules_2_1_1.TABLE),
        ("2.2.1", modules_2_2_1.TABLE),
        ("2.3.0", modules_2_3_0.TABLE),
    )
}

_BOTH = (SENDER, RECEIVER)
# Typical interfaces per role (terminology, "Typical OCPI implementations per Role", of each edition; for
# invoicereconciliation and Booking the introduction of the module). What a version does not have, its table lacks.
_TYPICAL: dict[str, dict[str, tuple[str, ...]]] = {
    "CPO": {
        "locations": (SENDER,),
        "sessions": (SENDER,),
        "cdrs": (SENDER,),
        "tariffs": (SENDER,),
        "tokens": (RECEIVER,),
        "commands": (RECEIVER,),
        "chargingprofiles": (RECEIVER,),
        "hubclientinfo": (RECEIVER,),
        "invoicereconciliation": _BOTH,
        "payments": (RECEIVER,),
        "Booking": (SENDER,),
    },
    "EMSP": {
        "locations": (RECEIVER,),
        "sessions": (RECEIVER,),
        "cdrs": (RECEIVER,),
        "tariffs": (RECEIVER,),
        "tokens": (SENDER,),
        "commands": (SENDER,),
        "chargingprofiles": (SENDER,),
        "hubclientinfo": (RECEIVER,),
        "invoicereconciliation": _BOTH,
        "Booking": (RECEIVER,),
    },
    "HUB": {
        "locations": _BOTH,
        "sessions": _BOTH,
        "cdrs": _BOTH,
        "tariffs": _BOTH,
        "tokens": _BOTH,
        "commands": _BOTH,
        "chargingprofiles": _BOTH,
        "hubclientinfo": (SENDER,),
        "invoicereconciliation": _BOTH,
        "Booking": _BOTH,
    },
    "NSP": {"locations": (RECEIVER,), "tariffs": (RECEIVER,), "hubclientinfo": (RECEIVER,)},
    "NAP": {"locations": _BOTH, "tariffs": _BOTH, "hubclientinfo": (RECEIVER,)},
    "SCSP": {"sessions": (RECEIVER,), "chargingprofiles": (SENDER,), "hubclientinfo": (RECEIVER,)},
    "PTP": {
        "locations": (RECEIVER,),
        "sessions": (RECEIVER,),
        "cdrs": (RECEIVER,),
        "tariffs": (RECEIVER,),
        "commands": (SENDER,),
        "payments": (SENDER,),
    },
}

# What a platform of ours offers: version → role → (identifier, interface).
OFFERED: dict[str, dict[str, tuple[tuple[str, str], ...]]] = {
    version: {
        role: tuple((name, side) for name, sides in typical.items() if name in table for side in sides)
        for role, typical in _TYPICAL.items()
    }
    for version, table in MODULES.items()
}

# Identifiers that are spelt in several ways in the field, since the text itself does (A38).
_SPELLINGS = {"bookings": "Booking", "Bookings": "Booking", "booking": "Booking"}


def same_module(identifier: str, other: str) -> bool:
    """Tell whether two identifiers name the same module, spelt as the text spells it or otherwise."""
    return _SPELLINGS.get(identifier, identifier) == _SPELLINGS.get(other, other)


def edition(version: str, identifier: str) -> str:
    """Return the edition of the specification that has the module: `2.2.1`, or `2.3.0-payments` for an extension."""
    module = MODULES.get(version, {}).get(identifier)
    return f"{version}-{module.extension}" if module and module.extension else version


def find_route(
    version: str, module: str, interface: str, path: tuple[str, ...], method: str = ""
) -> tuple[Route, dict[str, str]] | None:
    """Return the route and the ids that `path` (segments after the endpoint URL) has in the interface, or None.

    Where several routes have this shape it is the one that knows `method`, or else the first.
    """
    known = MODULES.get(version, {}).get(module)
    shaped = known.shaped(interface, len(path)) if known else ()
    found = [(route, ids) for route in shaped if (ids := route.match(path)) is not None]
    return next((pair for pair in found if method in pair[0].methods), found[0] if found else None)


def list_modules(version: str) -> tuple[str, ...]:
    """Return the identifiers of the modules whose Sender interface has a paginated list."""
    return tuple(name for name, module in MODULES[version].items() if _has_list(module.routes.get(SENDER, ())))


def makes_urls(version: str, module: str) -> bool:
    """Tell whether a Receiver makes the URLs of what is POSTed to it: those of its objects do not name the owner."""
    routes = MODULES[version][module].routes.get(RECEIVER, ())
    named = any("{party_id}" in route.segments for route in routes if route.kind == "object")
    return any(route.kind == "create" for route in routes) and not named


def _has_list(routes: Iterable[Route]) -> bool:
    return any(route.kind == "list" for route in routes)
