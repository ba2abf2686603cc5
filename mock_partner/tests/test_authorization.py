"""Tests of real-time authorization: the eMSP that is asked, the CPO that asks, whitelists, and how each is broken."""

from __future__ import annotations

from typing import Any

import pytest

from ocpi_conformance.mock_partner import authorization, requesting, samples
from ocpi_conformance.mock_partner.behaviour import Behaviour
from ocpi_conformance.mock_partner.errors import HarnessError
from ocpi_conformance.mock_partner.ocpi.modules import SENDER
from ocpi_conformance.mock_partner.record import Exchange
from ocpi_conformance.mock_partner.state import Json, key_of
from ocpi_conformance.mock_partner.tests.pairs import EMSP, Pair, body_of, connected, data_of, envelope_of

UID = "04A1B2C3D4E501"
PLACE = {"location_id": "LOC1", "evse_uids": ["LOC1-E1"]}


def ask(
    pair: Pair, uid: str = UID, body: object = None, parameters: dict[str, str] | None = None
) -> tuple[int, int, Any]:
    """Ask for a token as the CPO does; returns HTTP status, OCPI status and data."""
    connection = pair.cpo.living()[0]
    exchange = pair.cpo.call(connection, "POST", "tokens", SENDER, (uid, "authorize"), parameters=parameters, body=body)
    assert exchange.response is not None
    return exchange.response.status, envelope_of(exchange)["status_code"], data_of(exchange)


def add(pair: Pair, uid: str, **changes: Any) -> Json:
    """Give the eMSP another token."""
    made = samples.token(uid, EMSP, pair.emsp.clock.now()) | changes
    pair.emsp.own.put("tokens", key_of("tokens", made), made)
    return made


def reserve(pair: Pair) -> Json:
    """Reserve an EVSE for a Token of the eMSP that is on the whitelist; returns the Token."""
    token = add(pair, "RESERVED1")
    pair.cpo.received.put("tokens", key_of("tokens", token), token)
    requesting.send_command(pair.emsp, "RESERVE_NOW", location_id="LOC1", evse_uid="LOC1-E1", token=token)
    pair.arrived("PUT", "sessions")
    return token


@pytest.mark.parametrize(("kind", "method"), [("last", "WHITELIST"), ("first", "COMMAND")])
def test_a_token_that_is_presented_takes_up_its_reservation(kind: str, method: str) -> None:
    with connected(method_after_reservation=kind) as pair:
        reserve(pair)
        authorization.present_token(pair.cpo, "RESERVED1", location_id="LOC1", evse_uid="LOC1-E1")
        (session,) = [s for s in pair.cpo.own.all("sessions") if s["cdr_token"]["uid"] == "RESERVED1"]
        assert (session["status"], session["auth_method"]) == ("ACTIVE", method)


def asked(pair: Pair) -> list[Exchange]:
    """Return the authorizations that the CPO has asked for."""
    return pair.sent("POST", "tokens")


def test_a_known_token_is_allowed_with_a_reference_of_its_own() -> None:
    with connected() as pair:
        http, ocpi, first = ask(pair)
        _, _, second = ask(pair)
        assert (http, ocpi, first["allowed"]) == (200, 1000, "ALLOWED")
        assert first["token"] == pair.emsp.own.read("tokens", key_of("tokens", first["token"]))
        assert first["authorization_reference"] != second["authorization_reference"]
        assert "location" not in first


def test_the_location_is_that_of_the_request() -> None:
    with connected() as pair:
        assert ask(pair, body=PLACE)[2]["location"] == PLACE


def test_an_unknown_token_is_not_found() -> None:
    with connected() as pair:
        assert ask(pair, "NONE") == (404, 2004, None)


@pytest.mark.parametrize("allowed", ["BLOCKED", "EXPIRED", "NO_CREDIT", "NOT_ALLOWED"])
def test_a_token_that_may_not_be_used_is_told_apart_with_a_text(allowed: str) -> None:
    with connected() as pair:
        authorization.note_authorization(pair.emsp, UID, allowed=allowed)
        _, ocpi, data = ask(pair, body=PLACE)
        assert (ocpi, data["allowed"], data["info"]["language"]) == (1000, allowed, "en")
        assert not {"location", "authorization_reference"} & set(data)


def test_a_token_limited_to_locations_needs_one() -> None:
    with connected() as pair:
        authorization.note_authorization(pair.emsp, UID, locations="LOC1,LOC2")
        assert ask(pair) == (200, 2002, None)
        assert ask(pair, body=PLACE)[2]["allowed"] == "ALLOWED"
        assert ask(pair, body={"location_id": "LOC9"})[2]["allowed"] == "NOT_ALLOWED"


def test_the_type_tells_tokens_of_one_uid_apart() -> None:
    with connected() as pair:
        add(pair, UID, type="APP_USER", valid=False)
        assert ask(pair)[2]["token"]["type"] == "RFID"
        assert ask(pair, parameters={"type": "APP_USER"})[2]["allowed"] == "BLOCKED"
        assert ask(pair, parameters={"type": "OTHER"})[0] == 404


def test_a_type_that_the_version_shows_as_another_one() -> None:
    with connected("2.1.1") as pair:
        add(pair, "APP1", type="APP_USER", whitelist="NEVER")
        for name in ("type", "token_type"):
            assert ask(pair, "APP1", parameters={name: "OTHER"})[2] == {"allowed": "ALLOWED"}
        assert ask(pair, "APP1", parameters={"type": "APP_USER"})[0] == 404
        assert ask(pair, "APP1")[0] == 404


def test_what_is_noted_is_about_a_token_that_exists() -> None:
    with connected() as pair, pytest.raises(HarnessError, match="no Token NONE"):
        authorization.note_authorization(pair.emsp, "NONE")


@pytest.mark.parametrize(
    ("switches", "uid", "body", "expected"),
    [
        ({"unknown_token_answer": "200 with 2004"}, "NONE", None, (200, 2004)),
        ({"unknown_token_answer": "404 with 2000"}, "NONE", None, (404, 2000)),
        ({"unknown_token_answer": "404 with data"}, "NONE", None, (404, 2004)),
        ({"unknown_token_answer": "ALLOWED"}, "NONE", None, (200, 1000)),
        ({"without_location": "400"}, UID, None, (400, 2001)),
        ({"refused_bodies": ('"evse_uids"',)}, UID, PLACE, (200, 2001)),
        ({"refused_bodies": ('"evse_uids"',)}, UID, {"location_id": "LOC1"}, (200, 1000)),
        ({"without_location": "always 2002"}, UID, None, (200, 2002)),
        ({"refused_token": "2000"}, "BLOCKED", None, (200, 2000)),
        ({"refused_token": "404"}, "BLOCKED", None, (404, 2000)),
    ],
)
def test_other_statuses(switches: Json, uid: str, body: object, expected: tuple[int, int]) -> None:
    with connected(emsp=Behaviour.of(switches)) as pair:
        add(pair, "BLOCKED", valid=False)
        assert ask(pair, uid, body)[:2] == expected


@pytest.mark.parametrize(
    ("switches", "uid", "body", "allowed"),
    [
        ({"without_location": "ALLOWED"}, "LIMITED", None, "ALLOWED"),
        ({"without_location": "NOT_ALLOWED"}, "LIMITED", None, "NOT_ALLOWED"),
        ({"invalid_token": "ALLOWED"}, "BLOCKED", None, "ALLOWED"),
        ({"authorizes_at": "published locations"}, UID, PLACE, "NOT_ALLOWED"),
        ({"authorizes_at": "locations that are open"}, UID, {"location_id": "LOC2"}, "NOT_ALLOWED"),
        ({"authorizes_at": "EVSEs that are free"}, UID, {"location_id": "LOC2"}, "NOT_ALLOWED"),
        ({}, UID, {"location_id": "LOC2"}, "ALLOWED"),
    ],
)
def test_other_decisions(switches: Json, uid: str, body: object, allowed: str) -> None:
    with connected(emsp=Behaviour.of(switches)) as pair:
        add(pair, "BLOCKED", valid=False)
        add(pair, "LIMITED")
        authorization.note_authorization(pair.emsp, "LIMITED", locations="LOC1")
        closed = pair.cpo.own.find("locations", "LOC2")
        assert closed is not None
        closed["evses"][0]["status"] = "CHARGING"
        pair.emsp.received.put("locations", key_of("locations", closed), closed)
        assert ask(pair, uid, body)[2]["allowed"] == allowed


@pytest.mark.parametrize(
    ("kind", "body", "location"),
    [
        ("always", None, {"location_id": "LOC1"}),
        ("another", PLACE, PLACE | {"location_id": "XLOC1"}),
        ("more EVSEs", PLACE, PLACE | {"evse_uids": ["LOC1-E1", "ANOTHER"]}),
    ],
)
def test_other_locations(kind: str, body: object, location: Json) -> None:
    with connected(emsp=Behaviour.of({"authorized_location": kind})) as pair:
        assert ask(pair, body=body)[2]["location"] == location


def test_a_location_also_when_refused() -> None:
    with connected(emsp=Behaviour.of({"authorized_location": "also when refused"})) as pair:
        authorization.note_authorization(pair.emsp, UID, allowed="NO_CREDIT")
        assert ask(pair, body=PLACE)[2]["location"] == PLACE


def test_a_type_that_is_ignored() -> None:
    with connected(emsp=Behaviour.of({"authorized_type": "ignored"})) as pair:
        assert ask(pair, parameters={"type": "OTHER"})[2]["allowed"] == "ALLOWED"


def test_a_type_that_is_required() -> None:
    with connected(emsp=Behaviour.of({"authorized_type": "required"})) as pair:
        assert ask(pair)[:2] == (404, 2004)
        assert ask(pair, parameters={"type": "RFID"})[2]["allowed"] == "ALLOWED"


# The CPO that asks ----------------------------------------------------------------------------------------------------


def test_the_cpo_asks_with_the_place_and_the_type() -> None:
    with connected() as pair:
        add(pair, "APP", type="APP_USER")
        found = authorization.authorize_token(pair.cpo, "APP", "APP_USER", "LOC1", "LOC1-E1")
        assert found is not None
        assert found["allowed"] == "ALLOWED"
        assert asked(pair)[0].request.url.endswith("/tokens/APP/authorize?type=APP_USER")
        assert body_of(asked(pair)[0]) == PLACE
        assert authorization.authorize_token(pair.cpo, "NONE") is None
        assert asked(pair)[1].request.body == b""


@pytest.mark.parametrize(
    ("switches", "ending"),
    [
        ({"authorize_url": "without suffix"}, f"/tokens/{UID}"),
        ({"authorize_url": "with owner"}, f"/tokens/NL/CPO/{UID}/authorize"),
        ({"authorize_type": "never"}, f"/tokens/{UID}/authorize"),
    ],
)
def test_the_cpo_asks_otherwise(switches: Json, ending: str) -> None:
    with connected(**switches) as pair:
        authorization.authorize_token(pair.cpo, UID, "APP_USER" if "authorize_type" in switches else "")
        assert asked(pair)[0].request.url.endswith(ending)


def test_the_cpo_names_evses_by_their_evse_id() -> None:
    with connected(authorize_evses="evse_id") as pair:
        authorization.authorize_token(pair.cpo, UID, "", "LOC1", "LOC1-E1")
        assert body_of(asked(pair)[0])["evse_uids"] == ["NL*CPO*E000011"]


def present(pair: Pair, *, offline: bool = False, **changes: Any) -> Json | None:
    """Have a token presented that the eMSP has pushed; returns the session that began, or None."""
    token = add(pair, "SWIPE", **changes)
    pair.cpo.received.put("tokens", key_of("tokens", token), token)
    if offline:
        connection = pair.cpo.living()[0]
        there = next(e for e in connection.endpoints if e.identifier == "tokens")
        connection.endpoints = (type(there)("tokens", SENDER, "http://127.0.0.1:1/tokens"),)
    authorization.present_token(pair.cpo, "SWIPE", "", "LOC1")
    return next(iter(pair.cpo.own.all("sessions")), None)


@pytest.mark.parametrize(
    ("whitelist", "valid", "asks", "method"),
    [
        ("ALWAYS", True, 0, "WHITELIST"),
        ("ALWAYS", False, 0, None),
        ("ALLOWED", True, 0, "WHITELIST"),
        ("ALLOWED_OFFLINE", True, 1, "AUTH_REQUEST"),
        ("NEVER", True, 1, "AUTH_REQUEST"),
        ("NEVER", False, 1, None),
    ],
)
def test_the_whitelist_says_whether_the_emsp_is_asked(
    whitelist: str, valid: bool, asks: int, method: str | None
) -> None:
    with connected() as pair:
        session = present(pair, whitelist=whitelist, valid=valid)
        assert len(asked(pair)) == asks
        assert (session or {}).get("auth_method") == method
        assert ("authorization_reference" in (session or {})) == (method == "AUTH_REQUEST")


@pytest.mark.parametrize(("whitelist", "starts"), [("NEVER", False), ("ALLOWED_OFFLINE", True), ("ALWAYS", True)])
def test_without_a_response_the_whitelist_decides(whitelist: str, starts: bool) -> None:
    with connected() as pair:
        assert (present(pair, offline=True, whitelist=whitelist) is not None) == starts


@pytest.mark.parametrize(
    ("kind", "changes", "asks", "starts"),
    [
        ("always asks", {"whitelist": "ALWAYS"}, 1, True),
        ("never asks", {"whitelist": "NEVER"}, 0, True),
        ("asks for valid ones only", {"whitelist": "NEVER", "valid": False}, 0, False),
        ("refuses unasked", {"whitelist": "ALWAYS"}, 0, False),
        ("refuses unasked", {"whitelist": "NEVER"}, 1, True),
        ("refuses while offline", {"whitelist": "ALLOWED_OFFLINE", "offline": True}, 0, False),
        ("starts offline", {"whitelist": "NEVER", "offline": True}, 0, True),
    ],
)
def test_whitelists_that_are_not_honoured(kind: str, changes: Json, asks: int, starts: bool) -> None:
    with connected(whitelist=kind) as pair:
        assert (present(pair, **changes) is not None) == starts
        assert len(asked(pair)) == asks


@pytest.mark.parametrize(("switches", "known"), [({}, True), ({"pull": "keeps nothing"}, False)])
def test_a_list_that_is_read_at_a_swipe(switches: Json, known: bool) -> None:
    with connected(list_at_swipe="read", **switches) as pair:
        authorization.present_token(pair.cpo, UID)
        assert len(pair.sent("GET", "tokens")) == 1
        assert (pair.cpo.received.find("tokens", UID) is not None) == known


@pytest.mark.parametrize(("kind", "asks"), [("asks", 1), ("refused", 0)])
def test_a_token_that_nobody_has_pushed_is_asked_about(kind: str, asks: int) -> None:
    with connected(unknown_token=kind) as pair:
        authorization.present_token(pair.cpo, UID)
        assert len(asked(pair)) == pair.cpo.own.count("sessions") == asks


@pytest.mark.parametrize("version", ["2.1.1", "2.3.0"])
def test_the_other_versions(version: str) -> None:
    with connected(version) as pair:
        _, _, data = ask(pair)
        assert data["allowed"] == "ALLOWED"
        assert ("token" in data) == (version == "2.3.0")
        authorization.present_token(pair.cpo, UID)
        assert pair.cpo.own.count("sessions") == 1
