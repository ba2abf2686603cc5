"""Payment terminals and captures (extension payments), as the PTP that owns them and as the CPO that uses them.

Rules: what is the same for all modules stays with `objects`; only what the text says of terminals is here.
"""

from __future__ import annotations

from dataclasses import replace

from ocpi_conformance.mock_partner import keys
from ocpi_conformance.mock_partner.messages import Reply, problem, timestamp
from ocpi_conformance.mock_partner.objects import create, object_route
from ocpi_conformance.mock_partner.ocpi import status
from ocpi_conformance.mock_partner.ocpi.modules import MODULES, RECEIVER, SENDER, edition
from ocpi_conformance.mock_partner.platform import Call, Platform
from ocpi_conformance.mock_partner.publishing import free_id, own, touch
from ocpi_conformance.mock_partner.pulling import exchanges, forget_others
from ocpi_conformance.mock_partner.pushing import envelope, peers_for, succeeded, tell
from ocpi_conformance.mock_partner.record import Exchange
from ocpi_conformance.mock_partner.samples_2_3_0 import CONFIRMATIONS, TERMINALS, confirmation, terminal
from ocpi_conformance.mock_partner.state import Connection, Json, key_of, object_key

# As PTP, what the CPO asks --------------------------------------------------------------------------------------------


def answer_terminal(call: Call) -> Reply:
    """Answer GET, PUT or PATCH of a Terminal; what the CPO leaves out of it, as the examples do, is filled in (A39)."""
    if call.context.interface == RECEIVER or call.inbound.method == "GET" or not isinstance(call.body, dict):
        return object_route(call)
    if call.platform.own.find(TERMINALS, call.ids["terminal_id"]) is None:
        return _unknown()
    return object_route(replace(call, body=_completed(call, call.ids["terminal_id"])))


def activate(call: Call) -> Reply:
    """Answer the POST that activates a Terminal: it is made at the CPO as well (mod_payments, terminal activation)."""
    platform = call.platform
    problems = platform.validate(call.edition, "Terminal", call.body, True)
    if problems or not isinstance(call.body, dict):
        return problem(200, status.INVALID_PARAMETERS, next(iter(problems), "the body is no JSON object"))
    made = _completed(call, call.body.get("terminal_id") or free_id(platform, TERMINALS, "TERM"))
    platform.own.put(TERMINALS, key_of(TERMINALS, made), made)
    platform.agenda.after(0, lambda: _tell_of(platform, "POST", made))
    return Reply()


def deactivate(call: Call) -> Reply:
    """Answer the POST that deactivates a Terminal: it serves no Location any more."""
    found = call.platform.own.find(TERMINALS, call.ids["terminal_id"])
    if found is None:
        return _unknown()
    found |= {"location_ids": [], "evse_uids": []}
    touch(call.platform, TERMINALS, found)
    return Reply()


def _unknown() -> Reply:
    return problem(404, status.CLIENT_ERROR, "unknown terminal")


def _completed(call: Call, terminal_id: str) -> Json:
    now = timestamp(call.platform.clock.now())
    made: Json = {"last_updated": now, **call.body, "terminal_id": terminal_id}
    return made


# As CPO, what the PTP sends -------------------------------------------------------------------------------------------


def create_terminal(call: Call) -> Reply:
    """Answer the POST of a new Terminal, which may be no more than its id (A39)."""
    minimal = isinstance(call.body, dict) and "terminal_id" in call.body
    return create(replace(call, body=_completed(call, call.body["terminal_id"])) if minimal else call)


# Of its own accord, as PTP --------------------------------------------------------------------------------------------


def ship_terminal(platform: Platform) -> Json:
    """Make a Terminal and POST it to every CPO."""
    made = terminal(free_id(platform, TERMINALS, "TERM"), platform.clock.now())
    platform.own.put(TERMINALS, key_of(TERMINALS, made), made)
    _tell_of(platform, "POST", made)
    return made


def confirm_payment(platform: Platform, authorization_reference: str, amount: float = 4.5) -> Json:
    """Make the confirmation of a capture and POST it to every CPO.

    What was captured is the total of the CDR with this authorization_reference, or `amount` euros before taxes.
    """
    made = confirmation(free_id(platform, CONFIRMATIONS, "FAC"), authorization_reference, amount, platform.clock.now())
    wanted = authorization_reference.lower()
    for cdr in platform.received.all("cdrs"):
        if str(cdr.get("authorization_reference")).lower() == wanted and "before_taxes" in cdr["total_cost"]:
            made |= {"total_costs": cdr["total_cost"], "currency": cdr["currency"]}
    platform.own.put(CONFIRMATIONS, key_of(CONFIRMATIONS, made), made)
    tell(platform, "payments", RECEIVER, "POST", ("financial-advice-confirmations",), made)
    return made


def _tell_of(platform: Platform, method: str, made: Json) -> None:
    tell(platform, "payments", RECEIVER, method, ("terminals",), made)


# Of its own accord, as CPO --------------------------------------------------------------------------------------------


def activate_terminal(platform: Platform, reference: str, location_id: str) -> list[Exchange]:
    """Ask every PTP to activate the terminal with this serial number or other reference at an own Location."""
    body = {"reference": reference, "location_ids": [location_id], "last_updated": timestamp(platform.clock.now())}
    return tell(platform, "payments", SENDER, "POST", ("terminals", "activate"), body)


def deactivate_terminal(platform: Platform, terminal_id: str) -> list[Exchange]:
    """Ask every PTP to deactivate a Terminal."""
    return tell(platform, "payments", SENDER, "POST", ("terminals", terminal_id, "deactivate"))


def assign_terminal(platform: Platform, terminal_id: str, location_id: str = "") -> list[Exchange]:
    """Assign an own Location, by default the first, to a Terminal: PATCH at every PTP."""
    place = own(platform, "locations", location_id)
    body = {"location_ids": [place["id"]], "last_updated": timestamp(platform.clock.now())}
    told = tell(platform, "payments", SENDER, "PATCH", ("terminals", terminal_id), body)
    if any(map(succeeded, told)):
        for key in platform.received.keys_of(TERMINALS, terminal_id):
            platform.received.update(TERMINALS, key, {"location_ids": [place["id"]]})
    return told


def invoice_reference(session: Json, platform: Platform) -> str:
    """Return the invoice_reference_id of a session that a terminal at its Location or EVSE has started, or nothing.

    The terminal is one of the party whose Token was used, and its invoices are made by the CPO (Transaction).
    """
    token = session.get("cdr_token") or {}
    owner = object_key(str(token.get("country_code")), str(token.get("party_id")), "")[:2]
    for key in platform.received.keys(TERMINALS):
        known = (platform.received.read(TERMINALS, key) or {}) if key[:2] == owner else {}
        serves = session["location_id"] in known.get("location_ids", ()) or session["evse_uid"] in known.get(
            "evse_uids", ()
        )
        if serves and known.get("invoice_creator") == "CPO":
            return f"INV-{session['id']}"[:36]
    return ""


def pull_terminals(platform: Platform) -> None:
    """Fetch the Terminals of every PTP."""
    _pull(platform, "terminals")


def pull_confirmations(platform: Platform) -> None:
    """Fetch the confirmations of every PTP."""
    _pull(platform, "financial-advice-confirmations")


def _pull(platform: Platform, resource: str) -> None:
    """Fetch a whole list of every PTP; what it leaves out of what that PTP has sent is no longer valid."""
    for connection in peers_for(platform, "payments", SENDER):
        found = list(exchanges(platform, connection, "payments", {}, path=(resource,)))
        if all(map(succeeded, found)):
            items = [item for exchange in found for item in envelope(exchange).get("data") or ()]
            _take_over(platform, connection, resource, items)


def _take_over(platform: Platform, connection: Connection, resource: str, items: list[Json]) -> None:
    module = MODULES[connection.version]["payments"]
    route = next(r for r in module.routes[RECEIVER] if r.kind == "create" and r.resource == resource)
    table, kept = module.store(route), set()
    for item in items:
        if not platform.validate(edition(connection.version, "payments"), route.object, item, False):
            key = keys.of_peer(connection, connection.version, "payments", route, item)
            platform.received.keep(table, key, item)
            kept.add(key)
    if platform.behaviour.pull_left_out == "removed":
        forget_others(platform, connection, table, kept)


def update_terminal(platform: Platform, terminal_id: str, customer_reference: str) -> list[Exchange]:
    """Give a Terminal that was received another customer_reference: PUT at every PTP."""
    now = timestamp(platform.clock.now())
    known = platform.received.find(TERMINALS, terminal_id) or {"terminal_id": terminal_id}
    body = known | {"customer_reference": customer_reference, "last_updated": now}
    return tell(platform, "payments", SENDER, "PUT", ("terminals", terminal_id), body)
