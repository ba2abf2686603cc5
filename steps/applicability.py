"""To whom a requirement applies: facts as tables, and pure functions over them. No verdicts, no requests here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from ocpi_conformance.mock_partner.ocpi.routing import HUB

if TYPE_CHECKING:
    from ocpi_conformance.steps.catalogue import Requirement

SENDER, RECEIVER = "SENDER", "RECEIVER"
_BOTH = frozenset({SENDER, RECEIVER})
_SENDS = frozenset({SENDER})
_RECEIVES = frozenset({RECEIVER})


@dataclass(frozen=True)
class Applicability:
    """Whether a requirement binds the target, and why (not); true or false as a condition."""

    applicable: bool
    reason: str

    def __bool__(self) -> bool:
        return self.applicable


@dataclass(frozen=True)
class Party:
    """Whom a requirement binds.

    Attributes:
        roles: market roles; empty: any.
        interfaces: the target has to offer all of these; empty: any one will do.
        client: the target sends the requests, so it may be bound without offering an interface of its own.
        uses: for a client: the interface that its role has in the module.
    """

    roles: frozenset[str] = frozenset()
    interfaces: frozenset[str] = frozenset()
    client: bool = False
    uses: frozenset[str] = frozenset()


def _roles(*names: str) -> frozenset[str]:
    return frozenset(names)


# Whom messages are from and for: all but hubs, which pass them on.
_PARTIES = _roles("CPO", "EMSP", "NSP", "NAP", "SCSP", "PTP", "OTHER")

# The words of `applies_to` in the catalogue.
PARTIES: Mapping[str, Party] = {
    "both": Party(),
    "server": Party(),
    "client": Party(client=True),
    "client (CPO)": Party(_roles("CPO"), client=True),
    "client (PTP)": Party(_roles("PTP"), client=True),
    "client (SCSP/eMSP)": Party(_roles("SCSP", "EMSP"), client=True),
    "client (party)": Party(_PARTIES, client=True),
    "client (eMSP)": Party(_roles("EMSP"), client=True),
    "client (eMSP/PTP)": Party(_roles("EMSP", "PTP"), client=True),
    "client (receiver of the list)": Party(client=True, uses=_RECEIVES),
    "eMSP as intermediary": Party(_roles("EMSP"), _BOTH),
    "hub": Party(_roles("HUB")),
    "receiver": Party(interfaces=_RECEIVES),
    "receiver (CPO)": Party(_roles("CPO"), _RECEIVES),
    "receiver (PTP)": Party(_roles("PTP"), _RECEIVES),
    "receiver (connected party)": Party(_PARTIES, _RECEIVES),
    "receiver (eMSP for direct, CPO for reverse billing)": Party(_roles("EMSP", "CPO"), _RECEIVES),
    "receiver (eMSP)": Party(_roles("EMSP"), _RECEIVES),
    "receiver (eMSP/NSP)": Party(_roles("EMSP", "NSP"), _RECEIVES),
    "receiver (of Locations)": Party(_roles("EMSP", "NSP", "PTP"), _RECEIVES),
    "receiver (eMSP/SCSP)": Party(_roles("EMSP", "SCSP"), _RECEIVES),
    "server (party)": Party(_PARTIES),
    "sender": Party(interfaces=_SENDS),
    "sender (CPO for direct, eMSP for reverse billing)": Party(_roles("CPO", "EMSP"), _SENDS),
    "sender (CPO)": Party(_roles("CPO"), _SENDS),
    "sender (PTP)": Party(_roles("PTP"), _SENDS),
    "sender (SCSP/eMSP)": Party(_roles("SCSP", "EMSP"), _SENDS),
    "sender (eMSP)": Party(_roles("EMSP"), _SENDS),
}

# Market roles that entries on an interface do not name: they are bound by the interfaces they advertise. A PTP has
# entries of its own, and beside its terminals those of who receives Locations and Tariffs.
STAND_INS = frozenset({"HUB", "NAP", "OTHER", "PTP"})
# The functional module that a hub has for itself; in all others it passes on what the parties behind it say and ask.
OF_HUBS = frozenset({"hubclientinfo"})
PASSED_ON = "a hub passes requests on: what binds the parties behind it is judged at them"
_SINGLED_OUT_HUB = "receiver (connected party)"

# Area of the catalogue to the module identifiers that version details may print; an area without one is always in use.
# The bookings edition prints its identifier as `Booking`; other spellings are judged by BOO-001, and those of
# invoicereconciliation by INV-001, not overlooked here.
MODULES: Mapping[str, tuple[str, ...]] = {
    "bookings": ("Booking", "booking", "Bookings", "bookings"),
    "cdrs": ("cdrs",),
    "chargingprofiles": ("chargingprofiles",),
    "commands": ("commands",),
    "hubclientinfo": ("hubclientinfo",),
    "invoicereconciliation": (
        "invoicereconciliation",
        "invoiceReconciliation",
        "InvoiceReconciliation",
        "invoice_reconciliation",
        "invoice-reconciliation",
        "invoicereconciliations",
    ),
    "locations": ("locations",),
    "payments": ("payments", "Payments", "payment", "Payment"),
    "sessions": ("sessions",),
    "tariffs": ("tariffs",),
    "tokens": ("tokens",),
}
ALWAYS_IN_USE = frozenset({"credentials", "routing", "status", "transport", "types", "versions"})

# Which interface a market role typically has: terminology, "Typical OCPI implementations per Role", of each edition;
# bookings, invoicereconciliation and the eMSP in chargingprofiles: introduction of the module.
TYPICAL: Mapping[str, Mapping[str, frozenset[str]]] = {
    "bookings": {"CPO": _SENDS, "EMSP": _RECEIVES, "HUB": _BOTH},
    "cdrs": {"CPO": _SENDS, "EMSP": _RECEIVES, "HUB": _BOTH, "PTP": _RECEIVES},
    "chargingprofiles": {"CPO": _RECEIVES, "EMSP": _SENDS, "HUB": _BOTH, "SCSP": _SENDS},
    "commands": {"CPO": _RECEIVES, "EMSP": _SENDS, "HUB": _BOTH, "PTP": _SENDS},
    "hubclientinfo": {
        "CPO": _RECEIVES,
        "EMSP": _RECEIVES,
        "HUB": _SENDS,
        "NSP": _RECEIVES,
        "NAP": _RECEIVES,
        "SCSP": _RECEIVES,
    },
    "invoicereconciliation": {"CPO": _BOTH, "EMSP": _BOTH, "HUB": _BOTH},
    "locations": {"CPO": _SENDS, "EMSP": _RECEIVES, "HUB": _BOTH, "NSP": _RECEIVES, "NAP": _BOTH, "PTP": _RECEIVES},
    "payments": {"CPO": _RECEIVES, "PTP": _SENDS},
    "sessions": {"CPO": _SENDS, "EMSP": _RECEIVES, "HUB": _BOTH, "SCSP": _RECEIVES, "PTP": _RECEIVES},
    "tariffs": {"CPO": _SENDS, "EMSP": _RECEIVES, "HUB": _BOTH, "NSP": _RECEIVES, "NAP": _BOTH, "PTP": _RECEIVES},
    "tokens": {"CPO": _RECEIVES, "EMSP": _SENDS, "HUB": _BOTH},
}

# A client needs no endpoint of its own for these (it pulls, or it gives a response_url), so its role says that it uses
# them until target.toml says "none". Modules that came later are optional: they count once they are advertised.
USED_WITHOUT_ENDPOINT = frozenset({"locations", "sessions", "cdrs", "tariffs", "tokens", "commands"})
# The Sender chooses a response_url per command: nothing of this interface has to stand in version details.
NEVER_ADVERTISED = frozenset({("commands", SENDER)})

# The values that [target.modules] of target.toml takes.
DECLARED: Mapping[str, frozenset[str]] = {"none": frozenset(), "sender": _SENDS, "receiver": _RECEIVES, "both": _BOTH}
_NOTHING_DECLARED: Mapping[str, str] = MappingProxyType({})


def applies(
    requirement: Requirement,
    version: str,
    role: str,
    modules: Mapping[str, frozenset[str]],
    declared: Mapping[str, str] = _NOTHING_DECLARED,
) -> Applicability:
    """Say whether a requirement binds the target in one of its roles.

    Args:
        requirement: an entry of the catalogue.
        version: the OCPI version in use, `2.2.1`.
        role: one market role of the target, `CPO`.
        modules: what version details advertise: identifier to `SENDER`, `RECEIVER`. For 2.1.1 the identifiers count and
            the interface follows from the role, as its version details do not state one.
        declared: `[target.modules]` of target.toml, identifier to a key of `DECLARED`; it wins over version details.

    Raises:
        KeyError: `applies_to`, the area or a declared value is not in the tables; the self-tests keep them complete.
    """
    party = PARTIES[requirement.applies_to]
    if version not in requirement.versions:
        return Applicability(False, f"{requirement.id} is no requirement of OCPI {version}")
    if party.roles and role not in party.roles and not _stands_in(requirement, role):
        return Applicability(False, f"{requirement.id} binds {', '.join(sorted(party.roles))}, not {role}")
    extension = requirement.extension
    if extension and extension != requirement.area and not offered(extension, version, role, modules, declared):
        return Applicability(False, f"the target does not offer the {extension} module")
    if requirement.area in ALWAYS_IN_USE:
        return Applicability(True, f"{requirement.area} is always in use")
    if role == HUB and requirement.area not in OF_HUBS and party.roles != {HUB}:
        return Applicability(False, PASSED_ON)
    return _module_applies(requirement, party, version, role, modules, declared)


def offered(
    area: str,
    version: str,
    role: str,
    modules: Mapping[str, frozenset[str]],
    declared: Mapping[str, str] = _NOTHING_DECLARED,
) -> frozenset[str]:
    """The interfaces of a module that the target offers in a role: declared ones, else advertised ones.

    Arguments as for `applies`; `area` is a key of `MODULES`.
    """
    stated = _declared(area, declared)
    if stated is not None:
        return DECLARED[stated]
    advertised = [modules[identifier] for identifier in MODULES[area] if identifier in modules]
    if advertised and version == "2.1.1":
        return TYPICAL[area].get(role, frozenset())
    return frozenset().union(*advertised)


def _stands_in(requirement: Requirement, role: str) -> bool:
    party = PARTIES[requirement.applies_to]
    return role in STAND_INS and bool(party.interfaces) and requirement.applies_to != _SINGLED_OUT_HUB


def _module_applies(
    requirement: Requirement,
    party: Party,
    version: str,
    role: str,
    modules: Mapping[str, frozenset[str]],
    declared: Mapping[str, str],
) -> Applicability:
    area = requirement.area
    stated = _declared(area, declared)
    if stated == "none":
        return Applicability(False, f'target.toml declares {area} = "none"')
    interfaces = offered(area, version, role, modules, declared)
    usual = TYPICAL[area].get(role, frozenset())
    if stated is None and _needs_no_endpoint(area, party):
        interfaces |= usual
    if not interfaces:
        return Applicability(False, f"the target does not offer the {area} module")
    if missing := party.interfaces - interfaces:
        return Applicability(False, f"the target offers no {' and no '.join(sorted(missing))} interface of {area}")
    # Version details do not say which of several roles an interface belongs to; what the role usually has does.
    if party.uses - (interfaces & usual if usual else interfaces):
        return Applicability(False, f"{role} is no {' or '.join(sorted(party.uses))} of {area}")
    return Applicability(True, f"the target uses {area} as {role}")


def _needs_no_endpoint(area: str, party: Party) -> bool:
    if party.client:
        return area in USED_WITHOUT_ENDPOINT
    return bool(party.interfaces) and all((area, side) in NEVER_ADVERTISED for side in party.interfaces)


def _declared(area: str, declared: Mapping[str, str]) -> str | None:
    return next((declared[identifier] for identifier in MODULES[area] if identifier in declared), None)
