"""Tests of two platforms that speak 2.1.1, 2.2.1 and 2.3.0 over real sockets: handshakes, lists, objects, pushes."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ocpi_conformance import schemas
from ocpi_conformance.mock_partner import activity, jsontext, registration, samples
from ocpi_conformance.mock_partner.client import Client
from ocpi_conformance.mock_partner.config import (
    Allow,
    CredentialsConfig,
    PartnerConfig,
    Secret,
    TargetConfig,
    Timeouts,
    Tls,
)
from ocpi_conformance.mock_partner.embedded import EmbeddedTarget
from ocpi_conformance.mock_partner.errors import HarnessError
from ocpi_conformance.mock_partner.faults import Rule
from ocpi_conformance.mock_partner.handlers import HANDLERS
from ocpi_conformance.mock_partner.messages import Inbound
from ocpi_conformance.mock_partner.ocpi.modules import MODULES, OFFERED, RECEIVER, SENDER, find_route
from ocpi_conformance.mock_partner.ocpi.versions import authorization
from ocpi_conformance.mock_partner.ocpi.views import shows
from ocpi_conformance.mock_partner.partner import Partner
from ocpi_conformance.mock_partner.platform import Platform
from ocpi_conformance.mock_partner.record import FORMER, Exchange, Record
from ocpi_conformance.mock_partner.registration import HandshakeError
from ocpi_conformance.mock_partner.server import Server
from ocpi_conformance.mock_partner.state import Json, Party, TokenMint, key_of

VERSIONS = ("2.1.1", "2.2.1", "2.3.0")
CPO, EMSP = Party("CPO", "NL", "CPO", "Charging"), Party("EMSP", "BE", "MSP", "Driving")
# (module, interface at the CPO) of the lists that the eMSP reads.
LISTED = (("locations", "Location"), ("sessions", "Session"), ("cdrs", "CDR"), ("tariffs", "Tariff"))


def found(version: str, name: str, instance: Any, partial: bool) -> list[str]:
    """Return what is wrong with an object by the schemas."""
    if name not in schemas.names(version):
        return []
    return [str(error) for error in schemas.validator(version, name, partial=partial).errors(instance)]


def platform(party: Party, versions: tuple[str, ...], record: Record) -> Platform:
    """Return a platform of one party."""
    return Platform(
        (party,), Client(record, "partner", 5.0), HANDLERS, versions, validate=found, mint=TokenMint(party.role)
    )


@contextmanager
def two(cpo: tuple[str, ...], emsp: tuple[str, ...] = (), parties: tuple[Party, Party] = (CPO, EMSP)) -> Iterator[Any]:
    """Yield two platforms that support these versions and know nothing of each other, and what both have sent."""
    server, record = Server(), Record()
    both = [platform(party, versions, record) for party, versions in zip(parties, (cpo, emsp or cpo), strict=True)]
    for one in both:
        one.base_url = server.mount(one.roles[0].role.lower(), one)
        activity.load(one.own, samples.portfolio(one.roles[0], one.clock.now()))
    server.start()
    try:
        yield *both, record
    finally:
        for one in both:
            one.agenda.close()
        server.stop()
        for one in both:
            one.client.close()


def data(exchange: Exchange) -> Any:
    """Return `data` of a successful answer."""
    assert exchange.response is not None
    body = exchange.response.json
    assert body["status_code"] == 1000, body
    return body.get("data")


def body(exchange: Exchange) -> Any:
    """Return the body of the request."""
    return jsontext.loads(exchange.request.body)


def header(exchange: Exchange, name: str) -> str:
    """Return the value of a header of the request; empty when it is not there."""
    return next((value for known, value in exchange.request.headers if known == name), "")


def joined(client: Platform, server: Platform) -> None:
    """Register `client` with `server`."""
    registration.register(client, server.versions_url, server.invite())


# Handshakes -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("initiator", ["CPO", "EMSP"])
def test_either_side_registers(version: str, initiator: str) -> None:
    with two((version,)) as (cpo, emsp, _):
        joined(*((cpo, emsp) if initiator == "CPO" else (emsp, cpo)))
        (at_cpo,), (at_emsp,) = cpo.living(), emsp.living()
        assert (at_cpo.token_in, at_cpo.token_out) == (at_emsp.token_out, at_emsp.token_in)
        assert at_cpo.version == at_emsp.version == version
        assert [(p.country_code, p.party_id) for p in at_emsp.peer_roles] == [("NL", "CPO")]
        assert at_emsp.endpoint("locations", SENDER)
        assert at_emsp.endpoint("locations", RECEIVER) is None
        assert at_cpo.endpoint("locations", RECEIVER)
        assert at_cpo.endpoint("tokens", SENDER)


def test_what_2_1_1_has_on_the_wire() -> None:
    with two(("2.1.1",)) as (cpo, emsp, record):
        joined(emsp, cpo)
        details = next(e for e in record.exchanges() if e.context.module == "version_details")
        assert all(set(endpoint) == {"identifier", "url"} for endpoint in data(details)["endpoints"])
        names = [endpoint["identifier"] for endpoint in data(details)["endpoints"]]
        assert sorted(names) == ["cdrs", "commands", "credentials", "locations", "sessions", "tariffs", "tokens"]
        post = next(e for e in record.exchanges() if e.request.method == "POST")
        assert set(body(post)) == {"token", "url", "business_details", "party_id", "country_code"}
        assert header(post, "Authorization") == header(details, "Authorization")
        assert not [name for name, _ in post.request.headers if name.lower().startswith(("x-", "ocpi-"))]


def test_the_token_is_encoded_from_2_2_1() -> None:
    with two(("2.3.0",)) as (cpo, emsp, _):
        joined(emsp, cpo)
        exchange = emsp.call(emsp.living()[0], "GET", "locations", SENDER)
        value = header(exchange, "Authorization").removeprefix("Token ")
        assert base64.b64decode(value).decode() == cpo.living()[0].token_in
        assert header(exchange, "X-Request-ID")


@pytest.mark.parametrize(
    ("cpo", "emsp", "version"),
    [
        (VERSIONS, VERSIONS, "2.3.0"),
        (("2.1.1", "2.2.1"), VERSIONS, "2.2.1"),
        (("2.1.1",), VERSIONS, "2.1.1"),
        (VERSIONS, ("2.1.1",), "2.1.1"),
    ],
)
def test_the_latest_mutual_version_is_chosen(cpo: tuple[str, ...], emsp: tuple[str, ...], version: str) -> None:
    with two(cpo, emsp) as (server, client, _):
        joined(client, server)
        assert client.living()[0].version == server.living()[0].version == version


def test_without_a_mutual_version_nothing_is_registered() -> None:
    with two(("2.2.1",), ("2.3.0",)) as (server, client, _):
        with pytest.raises(HandshakeError, match="no version in common"):
            joined(client, server)
        assert not server.living()


@pytest.mark.parametrize("version", VERSIONS)
def test_tokens_are_replaced_by_put_and_end_with_delete(version: str) -> None:
    with two((version,)) as (cpo, emsp, _):
        joined(emsp, cpo)
        before = cpo.living()[0].token_in
        activity.update_credentials(emsp)
        (at_cpo,), (at_emsp,) = cpo.living(), emsp.living()
        assert at_cpo.token_in == at_emsp.token_out != before
        old = emsp.call(at_emsp, "GET", "locations", SENDER, token=before)
        assert old.response.status == 401
        activity.unregister(emsp)
        assert not cpo.living()
        assert not emsp.living()


@pytest.mark.parametrize(("first", "second"), [("2.1.1", "2.2.1"), ("2.2.1", "2.3.0"), ("2.3.0", "2.1.1")])
def test_another_version_is_chosen_by_put(first: str, second: str) -> None:
    with two(VERSIONS, (first,)) as (cpo, emsp, record):
        joined(emsp, cpo)
        emsp.supported = VERSIONS
        registration.change_version(emsp, emsp.living()[0], second)
        (at_cpo,), (at_emsp,) = cpo.living(), emsp.living()
        assert at_cpo.version == at_emsp.version == second
        assert at_emsp.endpoint("locations", SENDER).url.startswith(f"{cpo.base_url}/{second}/")
        places = data(emsp.call(at_emsp, "GET", "locations", SENDER))
        assert found(second, "Location", places[0], False) == []
        # What goes the other way is in the new version too.
        activity.ACTIVITIES["change_location"](cpo, location_id="LOC1")
        pushed = record.exchanges()[-1]
        assert pushed.context.version == second


def test_a_version_that_the_peer_does_not_have_leaves_the_connection_as_it_was() -> None:
    with two(("2.1.1",)) as (cpo, emsp, _):
        joined(emsp, cpo)
        with pytest.raises(HandshakeError, match=r"does not offer 2\.2\.1"):
            registration.change_version(emsp, emsp.living()[0], "2.2.1")
        assert data(emsp.call(emsp.living()[0], "GET", "locations", SENDER))


def test_a_platform_speaks_another_version_with_each_peer() -> None:
    with two(VERSIONS, ("2.1.1",)) as (cpo, old, record):
        new = platform(Party("EMSP", "DE", "NEW"), ("2.3.0",), record)
        server = Server()
        new.base_url = server.mount("new", new)
        server.start()
        try:
            joined(old, cpo)
            joined(new, cpo)
            assert sorted(connection.version for connection in cpo.living()) == ["2.1.1", "2.3.0"]
            activity.push_object(cpo, "tariffs", cpo.own.all("tariffs")[0])
            by_version = {e.context.version: body(e) for e in record.exchanges() if e.request.method == "PUT"}
            assert found("2.1.1", "Tariff", by_version["2.1.1"], False) == []
            assert by_version["2.3.0"]["tax_included"] == "NO"
        finally:
            new.agenda.close()
            server.stop()
            new.client.close()


# Roles ----------------------------------------------------------------------------------------------------------------


def test_a_hub_is_a_role_in_2_2_1_and_a_field_in_2_3_0() -> None:
    hub = platform(Party("HUB", "NL", "HUB"), VERSIONS, Record())
    hub.base_url = "http://hub.test"
    client: Json = {"role": "CPO", "country_code": "NL", "party_id": "CPO", "status": "CONNECTED"}
    client["last_updated"] = "2026-01-01T00:00:00Z"
    hub.own.put("hubclientinfo", key_of("hubclientinfo", client), client)
    earlier, later = hub.credentials("t", "2.2.1"), hub.credentials("t", "2.3.0")
    assert [role["role"] for role in earlier["roles"]] == ["HUB"]
    assert later["hub_party_id"] == "NLHUB"
    assert [(role["role"], role["party_id"]) for role in later["roles"]] == [("CPO", "CPO")]
    assert "hub_party_id" not in earlier
    assert found("2.3.0", "Credentials", later, False) == []
    hub.client.close()


def test_a_platform_of_both_roles_is_one_party_in_2_1_1() -> None:
    both = Platform((CPO, EMSP), Client(Record(), "partner", 5.0), HANDLERS, VERSIONS)
    assert ("tokens", SENDER) in both.published("2.2.1")
    assert ("tokens", RECEIVER) in both.published("2.2.1")
    assert both.credentials("t", "2.1.1")["party_id"] == "CPO"
    assert [side for name, side in both.published("2.1.1") if name == "tokens"] == [RECEIVER]
    both.client.close()


@pytest.mark.parametrize("version", VERSIONS)
def test_every_role_offers_modules_that_the_version_has(version: str) -> None:
    for role, pairs in OFFERED[version].items():
        assert all(MODULES[version][name].routes[side] for name, side in pairs), role
    assert OFFERED[version]["CPO"][0] == ("locations", SENDER)
    assert ("payments", SENDER) in OFFERED["2.3.0"]["PTP"]
    assert not any(name in {"payments", "Booking"} for name, _ in OFFERED["2.2.1"]["CPO"])


# Objects --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(("module", "kind"), LISTED)
def test_a_list_holds_objects_of_the_version(version: str, module: str, kind: str) -> None:
    with two((version,)) as (cpo, emsp, _):
        joined(emsp, cpo)
        parameters = {"date_from": "2010-01-01T00:00:00Z", "limit": "50"}
        items = data(emsp.call(emsp.living()[0], "GET", module, SENDER, parameters=parameters))
        assert items
        assert [line for item in items for line in found(version, kind, item, False)] == []


@pytest.mark.parametrize("version", VERSIONS)
def test_the_list_of_tokens_holds_tokens_of_the_version(version: str) -> None:
    with two((version,)) as (cpo, emsp, _):
        joined(emsp, cpo)
        items = data(cpo.call(cpo.living()[0], "GET", "tokens", SENDER))
        assert [line for item in items for line in found(version, "Token", item, False)] == []
        assert ("auth_id" in items[0]) is (version == "2.1.1")


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(("depth", "kind"), [(1, "Location"), (2, "EVSE"), (3, "Connector")])
def test_a_single_object_or_part_is_one_of_the_version(version: str, depth: int, kind: str) -> None:
    with two((version,)) as (cpo, emsp, _):
        joined(emsp, cpo)
        path = ("LOC1", "LOC1-E1", "1")[:depth]
        item = data(emsp.call(emsp.living()[0], "GET", "locations", SENDER, path))
        assert found(version, kind, item, False) == []


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(("module", "kind"), [*LISTED, ("tokens", "Token")])
def test_a_pushed_object_is_one_of_the_version_and_is_kept_as_it_came(version: str, module: str, kind: str) -> None:
    with two((version,)) as (cpo, emsp, record):
        joined(emsp, cpo)
        sender, receiver = (emsp, cpo) if module == "tokens" else (cpo, emsp)
        item = sender.own.all(module)[0]
        activity.push_object(sender, module, item)
        pushed = next(e for e in record.exchanges() if e.context.module == module)
        assert pushed.response.status in {200, 201}, pushed.response.body
        assert found(version, kind, body(pushed), False) == []
        ((country, party, object_id, _),) = receiver.received.keys(module)
        assert (country, party) == (sender.roles[0].country_code.lower(), sender.roles[0].party_id.lower())
        assert object_id == (item.get("uid") or item["id"]).lower()
        assert receiver.received.all(module) == (body(pushed),)
        # The owner reads back what is kept of it.
        ids = (item.get("uid") or item["id"],)
        path = ids if module == "cdrs" else (sender.roles[0].country_code, sender.roles[0].party_id, *ids)
        assert data(sender.call(sender.living()[0], "GET", module, RECEIVER, path)) == body(pushed)


@pytest.mark.parametrize("version", VERSIONS)
def test_a_status_is_patched_in_each_version(version: str) -> None:
    with two((version,)) as (cpo, emsp, _):
        joined(emsp, cpo)
        activity.push_object(cpo, "locations", cpo.own.find("locations", "LOC1"))
        activity.ACTIVITIES["change_evse_status"](cpo, location_id="LOC1", evse_uid="LOC1-E1", status="BLOCKED")
        (kept,) = emsp.received.all("locations")
        assert kept["evses"][0]["status"] == "BLOCKED"
        assert found(version, "Location", kept, False) == []


def test_what_2_1_1_cannot_say_is_not_shown() -> None:
    with two(("2.1.1",)) as (cpo, emsp, _):
        joined(emsp, cpo)
        connection = emsp.living()[0]
        listed = {place["id"] for place in data(emsp.call(connection, "GET", "locations", SENDER))}
        private = {place["id"] for place in cpo.own.all("locations") if not place["publish"]}
        assert private
        assert not listed & private
        gone = emsp.call(connection, "GET", "locations", SENDER, (min(private),))
        assert gone.response.status == 404
        credited = {cdr["id"] for cdr in cpo.own.all("cdrs") if cdr.get("credit")}
        assert not credited & {cdr["id"] for cdr in data(emsp.call(connection, "GET", "cdrs", SENDER))}


def test_a_tariff_can_be_patched_in_2_1_1_only() -> None:
    for version, status in (("2.1.1", 200), ("2.2.1", 405)):
        with two((version,)) as (cpo, emsp, _):
            joined(emsp, cpo)
            activity.push_object(cpo, "tariffs", cpo.own.find("tariffs", "TAR1"))
            path = ("NL", "CPO", "TAR1")
            exchange = cpo.call(cpo.living()[0], "PATCH", "tariffs", RECEIVER, path, body={"currency": "SEK"})
            assert exchange.response.status == status
            assert emsp.received.all("tariffs")[0]["currency"] == ("SEK" if version == "2.1.1" else "EUR")


def test_the_owner_of_an_object_of_2_1_1_is_in_the_url() -> None:
    with two(("2.1.1",)) as (cpo, emsp, _):
        joined(emsp, cpo)
        tariff = cpo.show("2.1.1", "Tariff", cpo.own.find("tariffs", "TAR1"))
        other = cpo.call(cpo.living()[0], "PUT", "tariffs", RECEIVER, ("NL", "ABC", "TAR1"), body=tariff)
        assert other.response.status == 404
        assert emsp.received.all("tariffs") == ()


def test_at_a_url_that_was_published_earlier_is_nothing_and_it_is_known_as_such() -> None:
    with two(("2.2.1",)) as (cpo, emsp, _):
        joined(emsp, cpo)
        former = {(module, side): emsp.path_of("2.2.1", module, side) for module, side in emsp.published("2.2.1")}
        emsp.endpoint_paths = {pair: f"moved/{path}" for pair, path in former.items()}
        for path, known in ((former["tariffs", RECEIVER], FORMER), ("2.2.1/guessed/tariffs", "")):
            segments = tuple(f"{path}/NL/CPO/TAR1".split("/"))
            token = authorization(cpo.living()[0].token_out, "2.2.1")
            asked = Inbound("GET", f"{emsp.base_url}/{path}", segments, (), (("Authorization", token),), b"")
            response, context = emsp.handle(asked)
            assert response is not None
            assert (response.status, context.module, context.route) == (404, "", known)


def test_a_peer_without_a_role_for_us_is_not_called() -> None:
    with two(("2.1.1",)) as (cpo, emsp, _):
        joined(emsp, cpo)
        with pytest.raises(HarnessError, match="no SENDER interface of locations"):
            cpo.call(cpo.living()[0], "GET", "locations", SENDER)


@pytest.mark.parametrize("version", VERSIONS)
def test_what_is_pulled_is_kept_under_its_owner(version: str) -> None:
    with two((version,)) as (cpo, emsp, _):
        joined(emsp, cpo)
        for module in ("locations", "sessions", "cdrs", "tariffs"):
            activity.ACTIVITIES[f"pull_{module}"](emsp)
            shown = [item["id"].lower() for item in cpo.own.all(module) if version != "2.1.1" or is_said(module, item)]
            assert [key[:3] for key in emsp.received.keys(module)] == [("nl", "cpo", object_id) for object_id in shown]
        activity.ACTIVITIES["pull_tokens"](cpo)
        assert {key[:2] for key in cpo.received.keys("tokens")} == {("be", "msp")}
        # Nothing but the uid tells pushed Tokens of 2.1.1 apart.
        assert {key[3] for key in cpo.received.keys("tokens")} == ({""} if version == "2.1.1" else {"rfid", "app_user"})


def is_said(module: str, item: Json) -> bool:
    """Tell whether 2.1.1 has words for an own object."""
    return shows("2.1.1", {"locations": "Location", "cdrs": "CDR"}.get(module, ""), item)


@pytest.mark.parametrize("version", VERSIONS)
def test_a_session_from_start_to_cdr_is_valid_in_each_version(version: str) -> None:
    with two((version,)) as (cpo, emsp, record):
        joined(emsp, cpo)
        activity.push_object(cpo, "locations", cpo.own.find("locations", "LOC1"))
        since = len(record.exchanges())
        activity.complete_session(cpo, activity.start_session(cpo, "LOC1", "LOC1-E1", "1"))
        assert cpo.agenda.idle(10.0)
        sent = [e for e in record.exchanges()[since:] if e.request.method != "GET"]
        kinds = {"locations": "EVSE", "sessions": "Session", "cdrs": "CDR"}
        for e in sent:
            assert found(version, kinds[e.context.module], body(e), e.request.method == "PATCH") == []
            assert e.response.json["status_code"] == 1000
        assert {e.context.module for e in sent} == set(kinds)
        assert found(version, "Session", emsp.received.all("sessions")[0], False) == []


@pytest.mark.parametrize(
    ("version", "module", "interface", "path", "method", "name"),
    [
        ("2.1.1", "sessions", SENDER, ("S1", "charging_preferences"), "PUT", None),
        ("2.2.1", "sessions", SENDER, ("S1", "charging_preferences"), "PUT", "preferences"),
        ("2.1.1", "chargingprofiles", RECEIVER, ("S1",), "GET", None),
        ("2.2.1", "payments", SENDER, ("terminals",), "GET", None),
        ("2.3.0", "payments", SENDER, ("terminals", "activate"), "POST", "activate"),
        ("2.3.0", "payments", SENDER, ("terminals", "activate"), "GET", "terminal"),
        ("2.3.0", "Booking", SENDER, (), "GET", "list"),
        ("2.3.0", "Booking", SENDER, (), "POST", "request"),
        ("2.3.0", "Booking", SENDER, (), "DELETE", "list"),
        ("2.3.0", "Booking", RECEIVER, ("NL", "CPO", "booking_locations", "B1"), "PUT", "booking_location"),
        ("2.3.0", "Booking", RECEIVER, ("NL", "CPO", "B1"), "PUT", "booking"),
    ],
)
def test_the_route_of_a_path_and_a_method(
    version: str, module: str, interface: str, path: tuple[str, ...], method: str, name: str | None
) -> None:
    route = find_route(version, module, interface, path, method)
    assert (route and route[0].name) == name


@pytest.mark.parametrize(("version", "http", "code"), [("2.1.1", 404, 2000), ("2.2.1", 404, 2004)])
def test_an_unknown_token_has_no_code_of_its_own_in_2_1_1(version: str, http: int, code: int) -> None:
    with two((version,)) as (cpo, emsp, _):
        joined(emsp, cpo)
        asked = cpo.call(cpo.living()[0], "POST", "tokens", SENDER, ("NOBODY", "authorize"))
        assert (asked.response.status, asked.response.json["status_code"]) == (http, code)


# The suite's own partner ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("role", ["CPO", "EMSP"])
def test_the_partner_of_a_run_registers_rotates_and_unregisters(version: str, role: str) -> None:
    target = EmbeddedTarget(role, validate=found, versions=VERSIONS).start()
    told = target.declaration(1)
    config = TargetConfig(
        name="embedded",
        version=None,
        ocpi=(version,),
        roles=(role,),
        versions_url=told["versions_url"],
        tokens_a=tuple(Secret(token) for token in told["tokens_a"]),
        modules={},
        credentials=CredentialsConfig(),
        partner=PartnerConfig(),
        offers={},
        triggers={},
        allow=Allow(),
        timeouts=Timeouts(response=5.0, callback=1.0),
        tls=Tls(allow_http=True),
        waivers=(),
        source=Path("embedded"),
    )
    partner = Partner(config, version, role, Record(), found).start()
    try:
        site = partner.registered()
        (connection,) = target.platform.living()
        assert connection.version == version
        module = "tokens" if role == "EMSP" else "locations"
        items = data(site.platform.call(site.connection, "GET", module, SENDER))
        assert [line for item in items for line in found(version, module[:-1].title(), item, False)] == []
        partner.rotate(site)
        assert data(site.platform.call(site.connection, "GET", module, SENDER))
    finally:
        partner.stop()
        assert target.platform.living() == ()
        target.stop()
        partner.record.close()


def test_a_peer_may_call_another_version_than_that_it_has_registered_in() -> None:
    with two(("2.1.1", "2.2.1")) as (cpo, emsp, _):
        joined(cpo, emsp)
        (connection,) = cpo.living()
        assert connection.version == "2.2.1"
        earlier = replace(connection, version="2.1.1", endpoints=emsp.endpoints("2.1.1"))
        item = next(iter(cpo.own.copies("cdrs")))
        sent = cpo.call(earlier, "POST", "cdrs", RECEIVER, body=cpo.show("2.1.1", "CDR", item))
        assert sent.response is not None
        assert sent.response.status == 201
        assert [(key[:3]) for key in emsp.received.keys("cdrs")] == [("nl", "cpo", item["id"].lower())]
        read = data(cpo.call(earlier, "GET", "cdrs", RECEIVER, (item["id"],)))
        assert found("2.1.1", "CDR", read, False) == []
        tokens = data(cpo.call(earlier, "GET", "tokens", SENDER))
        assert all("auth_id" in token for token in tokens)
        # It stays registered in the version of the handshake, where pushes go.
        assert emsp.living()[0].version == "2.2.1"


# A peer whose lists hold more than is known ---------------------------------------------------------------------------


def test_a_version_that_is_listed_only_is_passed_over_and_has_no_details() -> None:
    with two(("2.1.1",)) as (cpo, emsp, _):
        cpo.listed = ("2.0",)
        joined(emsp, cpo)
        (connection,) = emsp.living()
        assert connection.version == "2.1.1"
        listed = registration.get_configuration(emsp, connection, cpo.versions_url, "versions", connection.token_out)
        assert [row["version"] for row in data(listed)] == ["2.0", "2.1.1"]
        url = data(listed)[0]["url"]
        asked = registration.get_configuration(emsp, connection, url, "version_details", connection.token_out)
        assert asked.response is not None
        assert asked.response.status == 404


def test_who_takes_the_first_version_of_a_list_does_not_get_on() -> None:
    with two(("2.1.1",)) as (cpo, emsp, _):
        cpo.listed = ("2.0",)
        emsp.behaviour = replace(emsp.behaviour, register_version="oldest")
        with pytest.raises(HandshakeError, match="no version in common"):
            joined(emsp, cpo)


def test_who_refuses_undefined_fields_refuses_what_is_wrong_by_its_schemas() -> None:
    def strictly(version: str, name: str, instance: Any, partial: bool) -> list[str]:
        return ["an undefined field"] if name == "Version" and "example_field" in instance else []

    with two(("2.3.0",)) as (cpo, emsp, _):
        emsp.validate = strictly
        cpo.faults.rules.append(Rule.of({"match": {"module": "versions"}, "set": {"/*/example_field": "undefined"}}))
        emsp.behaviour = replace(emsp.behaviour, undefined_fields="refused")
        with pytest.raises(HandshakeError, match="an undefined field"):
            joined(emsp, cpo)
        emsp.behaviour = replace(emsp.behaviour, undefined_fields="passed over")
        joined(emsp, cpo)
