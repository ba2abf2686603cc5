"""The partner as a payment terminal provider, and what the operator of a target as one is told. It judges nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from ocpi_conformance.mock_partner import charging, samples_2_3_0
from ocpi_conformance.mock_partner.messages import timestamp
from ocpi_conformance.mock_partner.record import Exchange
from ocpi_conformance.mock_partner.samples_2_3_0 import CONFIRMATIONS, TERMINALS
from ocpi_conformance.mock_partner.state import key_of
from ocpi_conformance.steps.agreements import sent
from ocpi_conformance.steps.command_traffic import is_command, name_of
from ocpi_conformance.steps.payloads import Objects
from ocpi_conformance.steps.provoked import settle
from ocpi_conformance.steps.scene import Json, Scene
from ocpi_conformance.steps.things import Push, fresh_id, moment, new, thing
from ocpi_conformance.steps.verdicts import NotObserved

PROVIDER = "PTP"
# Wh that a Session at a terminal uses.
_USED = 5000
_TERMINAL, _CONFIRMATION = "Terminal", "FinancialAdviceConfirmation"


# Things ---------------------------------------------------------------------------------------------------------------


def _path_of(resource: str, name: object) -> tuple[str, ...]:
    return resource.partition("/")[2], str(name)


def _new_terminal(scene: Scene, **changes: Any) -> Push:  # noqa: ANN401
    """Return a Terminal that is new: the CPO has given it no Location yet, nor a reference or URL of its own."""
    body = samples_2_3_0.terminal(fresh_id("TERM"), moment()) | changes
    kept = {name: value for name, value in body.items() if value is not None}
    return new(scene, _TERMINAL, "payments", _path_of(TERMINALS, kept["terminal_id"]), kept)


@thing("a Terminal")
def _terminal(scene: Scene) -> Push:
    return _new_terminal(scene, customer_reference=None, invoice_base_url=None)


@thing("a complete Terminal")
def _complete(scene: Scene) -> Push:
    """Return a Terminal with each field that its provider may know of; party_id and country_code name the CPO."""
    peer = next(iter(scene.site.connection.peer_roles), None)
    named = {"party_id": peer.party_id, "country_code": peer.country_code} if peer else {}
    return _new_terminal(scene, state="Utrecht", **named)


@thing("a Terminal of its terminal_id alone")
def _minimal(scene: Scene) -> Push:
    push = _new_terminal(scene)
    return replace(push, body={"terminal_id": push.body["terminal_id"]})


@thing("a FinancialAdviceConfirmation")
def _confirmation(scene: Scene) -> Push:
    return _new_confirmation(scene)


@thing("a FinancialAdviceConfirmation of a part of the costs")
def _partial(scene: Scene) -> Push:
    message = "A part of the amount was captured"
    return _new_confirmation(scene, 0.5, capture_status_code="PARTIAL_SUCCESS", capture_status_message=message)


@thing("a FinancialAdviceConfirmation of a failure")
def _failed(scene: Scene) -> Push:
    """Return the confirmation of a capture that failed; it has a line of eft_data, as the table wants (A39)."""
    message = "The card was refused"
    return _new_confirmation(scene, 0.0, capture_status_code="FAILED", capture_status_message=message)


def _new_confirmation(scene: Scene, share: float = 1.0, **changes: Any) -> Push:  # noqa: ANN401
    """Return the confirmation of a `share` of what the Session of the latest START_SESSION has cost."""
    started = next((sent for sent in reversed(scene.commands) if sent.name == "START_SESSION"), None)
    if started is None:
        raise NotObserved("the partner has started no Session that could be paid")
    reference = str(started.body["authorization_reference"])
    before, tax, currency = _due(scene, reference)
    body = samples_2_3_0.confirmation(fresh_id("FAC"), reference, round(before * share, 4), datetime.now(UTC))
    body["total_costs"]["taxes"] = [{"name": "VAT", "amount": round(tax * share, 4)}]
    body |= {"currency": currency, "eft_data": ["Example card", "Nr: **** **** **** 1234"], **changes}
    return new(scene, _CONFIRMATION, "payments", _path_of(CONFIRMATIONS, body["id"]), body)


def _due(scene: Scene, reference: str) -> tuple[float, float, str]:
    """Return price before taxes, taxes and currency of a Session by its CDR, or those of ours where none was seen."""
    for payload in reversed(Objects(scene.record.exchanges(scene.started))):
        cdr = payload.value if payload.kind == "CDR" and isinstance(payload.value, dict) else {}
        total = cdr.get("total_cost")
        if str(cdr.get("authorization_reference")).lower() == reference.lower() and isinstance(total, dict):
            taxes = total.get("taxes")
            listed = taxes if isinstance(taxes, list) else []
            tax = sum(_number(item.get("amount")) for item in listed if isinstance(item, dict))
            return _number(total.get("before_taxes")), tax, str(cdr.get("currency"))
    return 4.5, 0.945, "EUR"


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else 0.0


# What the operator is told --------------------------------------------------------------------------------------------


def terminal_values(scene: Scene) -> dict[str, str]:
    """Return the Terminal that was pushed, which the partner keeps as its own until the scenario ends.

    Raises:
        NotObserved: no Given has pushed one.
    """
    return {"terminal_id": own_terminal(scene)}


def assigned_values(scene: Scene) -> dict[str, str]:
    """Return the Terminal that was pushed, and the Location of the target that it is for where one was chosen."""
    return terminal_values(scene) | _location(scene)


def updated_values(scene: Scene) -> dict[str, str]:
    """Return the Terminal that was pushed, and another customer_reference for it."""
    return terminal_values(scene) | {"customer_reference": fresh_id("CPO")}


def activated_values(scene: Scene) -> dict[str, str]:
    """Return the serial number of a terminal that nobody has activated, and a Location of the target for it."""
    return {"reference": fresh_id("SN")} | _location(scene)


def _location(scene: Scene) -> dict[str, str]:
    return {"location_id": scene.chosen("Location").path[0]} if "Location" in scene.objects else {}


def own_terminal(scene: Scene) -> str:
    """Keep the Terminal that was pushed among those of the partner until the scenario ends; returns its id."""
    item: Json = scene.chosen(_TERMINAL).kept()
    store, key = scene.site.platform.own, key_of(TERMINALS, item)
    if store.get(TERMINALS, key) is None:
        store.put(TERMINALS, key, {"last_updated": timestamp(moment()), **item})
        scene.undo.append(lambda: store.remove(TERMINALS, key))
    return str(item["terminal_id"])


# What a PTP as target sends -------------------------------------------------------------------------------------------


def is_creation(exchange: Exchange) -> bool:
    """The POST of a new Terminal."""
    return _is_post(exchange, "create terminal")


def is_confirmation(exchange: Exchange) -> bool:
    """The POST of a confirmation."""
    return _is_post(exchange, "create confirmation")


def _is_post(exchange: Exchange, route: str) -> bool:
    about = (exchange.sender, exchange.request.method, exchange.context.module, exchange.context.route)
    return about == ("target", "POST", "payments", route)


def starts(exchange: Exchange) -> bool:
    """A START_SESSION of the target."""
    return exchange.sender == "target" and is_command(exchange) and name_of(exchange) == "START_SESSION"


def paid_values(scene: Scene) -> dict[str, str]:
    """End the Session that the target has started, which leads to a CDR, and return the reference of what is paid.

    Raises:
        NotObserved: it has started none, or none that the partner makes an invoice for.
    """
    settle(scene)
    begun = next((e for e in reversed(scene.record.exchanges(scene.started, "target")) if starts(e)), None)
    reference = str(sent(begun).get("authorization_reference") or "") if begun else ""
    if not reference:
        raise NotObserved("the target has started no Session with an authorization_reference")
    platform = scene.site.platform
    session = next((s for s in platform.own.all("sessions") if _has(s, reference)), None)
    if session is None:
        raise NotObserved("no Session has come of the target's START_SESSION")
    if session["status"] == "ACTIVE":
        charging.complete_session(platform, session, _USED)
    if not any(cdr.get("invoice_reference_id") for cdr in platform.own.all("cdrs") if _has(cdr, reference)):
        raise NotObserved("the Token of the START_SESSION is not the target's own, so that the CDR names no invoice")
    return {"authorization_reference": reference}


def _has(item: Json, reference: str) -> bool:
    return str(item.get("authorization_reference")).lower() == reference.lower()
