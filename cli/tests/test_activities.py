"""What platforms of ours send of their own accord is valid by the schemas, and keeps the rules, of each version."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from ocpi_conformance.cli.object_rules import ObjectRules
from ocpi_conformance.mock_partner import authorization, charging, preferences, publishing, samples
from ocpi_conformance.mock_partner.ocpi.modules import find_route
from ocpi_conformance.mock_partner.platform import Platform
from ocpi_conformance.mock_partner.record import Exchange
from ocpi_conformance.mock_partner.state import key_of
from ocpi_conformance.mock_partner.tests.pairs import CPO, EMSP, Pair, body_of, connected, data_of
from ocpi_conformance.mock_partner.timing import Agenda, SteppedClock
from ocpi_conformance.schemas import validation as schemas
from ocpi_conformance.steps.run import validate

# Routes whose request is another class than their answer.
BODIES = {"authorize": "LocationReferences"}
HOURS = (0.4, 1.5, 3.0)


def furnish(pair: Pair, at: datetime) -> Agenda:
    """Give both platforms the sample data, validation and a standing clock."""
    for platform, owner in ((pair.cpo, CPO), (pair.emsp, EMSP)):
        platform.validate = validate
        platform.clock = SteppedClock(at)
        platform.agenda = Agenda(platform.clock)
        for module, items in samples.portfolio(owner, at).items():
            platform.own.load(module, ((key_of(module, item), item) for item in items))
    return pair.cpo.agenda


def live(pair: Pair, agenda: Agenda) -> None:
    """Have everything happen that platforms do with sessions, CDRs, tariffs and tokens."""
    cpo, emsp = pair.cpo, pair.emsp
    publishing.create_tariff(cpo)
    publishing.change_tariff(cpo)
    publishing.delete_tariff(cpo)
    publishing.create_token(emsp)
    publishing.change_token(emsp)
    publishing.invalidate_token(emsp)
    for place, tariff in zip(("LOC1", "LOC2", "LOC3"), ("TAR1", "TAR2", "TAR3"), strict=True):
        _priced(cpo, place, tariff)
        authorization.present_token(cpo, "04A1B2C3D4E507", "", place)
        for hours in HOURS:
            agenda.advance(hours * 3600)
            charging.change_session(cpo)
            if place == "LOC2" and cpo.supported != ("2.1.1",):
                preferences.set_charging_preferences(emsp)
        agenda.advance(60)
        charging.stop_session(cpo)
    charging.create_session(cpo, status="PENDING")
    agenda.advance(60)
    charging.change_session(cpo)
    agenda.advance(60)
    charging.stop_session(cpo)
    charging.correct_cdr(cpo)


def _priced(cpo: Platform, location_id: str, tariff: str) -> None:
    place = publishing.own_location(cpo, location_id)
    place["evses"][0]["connectors"][0]["tariff_ids"][0] = tariff


def flaws(version: str, kind: str, value: Any, partial: bool) -> Iterator[str]:
    """Yield what is wrong with an object that was sent."""
    if kind in schemas.names(version):
        yield from map(str, schemas.validator(version, kind, partial=partial).errors(value))
    if not partial:
        yield from (f"{error} {error.label}" for error in ObjectRules(version, kind)(value))


def judged(exchange: Exchange) -> Iterator[str]:
    """Yield what is wrong with the request of an exchange, and with how it was answered."""
    context, method = exchange.context, exchange.request.method
    path = tuple(value for _, value in context.ids)
    assert context.route, exchange.summary
    if method in {"PUT", "POST", "PATCH"} and exchange.request.body:
        found = find_route(context.version, context.module, context.interface, _path(exchange), method)
        assert found, (path, exchange.summary)
        kind = BODIES.get(found[0].name, found[0].object)
        partial = method == "PATCH"
        yield from (f"{exchange.summary}: {flaw}" for flaw in flaws(context.version, kind, body_of(exchange), partial))
    if exchange.response is None or (exchange.response.status >= 300 and method != "GET" and method != "PATCH"):
        yield f"{exchange.summary}: {data_of(exchange)}"


def _path(exchange: Exchange) -> tuple[str, ...]:
    ids = [value for name, value in exchange.context.ids]
    suffixes = {"authorize": ["authorize"], "preferences": ["charging_preferences"]}
    return (*ids, *suffixes.get(exchange.context.route, []))


@pytest.mark.parametrize("hour", [3, 13, 21])
@pytest.mark.parametrize("version", ["2.1.1", "2.2.1", "2.3.0"])
def test_what_is_sent_is_valid_and_adds_up(version: str, hour: int) -> None:
    with connected(version) as pair:
        start = len(pair.record.exchanges())
        agenda = furnish(pair, datetime(2026, 1, 7, hour, tzinfo=UTC))
        live(pair, agenda)
        exchanges = pair.record.exchanges()[start:]
        assert not [flaw for exchange in exchanges for flaw in judged(exchange)]
        assert {e.context.module for e in exchanges} >= {"sessions", "cdrs", "tariffs", "tokens", "locations"}
        for module, kind in (("sessions", "Session"), ("cdrs", "CDR")):
            shown = [pair.cpo.show(version, kind, item) for item in pair.cpo.own.all(module)]
            assert not [flaw for item in shown for flaw in flaws(version, kind, item, False)]


@pytest.mark.parametrize("switches", [{"put_body": "without required"}, {"patch_body": "with unknown type"}])
def test_what_is_spoilt_is_found(switches: dict[str, Any]) -> None:
    with connected(after_failed_patch="nothing", **switches) as pair:
        furnish(pair, datetime(2026, 1, 7, 13, tzinfo=UTC))
        charging.create_session(pair.cpo)
        charging.change_session(pair.cpo)
        assert [flaw for e in pair.record.exchanges() if e.context.module == "sessions" for flaw in judged(e)]
