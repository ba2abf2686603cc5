"""Tests of the partner's registrations against the embedded target: tokens spent and in force, what stays behind."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from ocpi_conformance.mock_partner import activity, jsontext
from ocpi_conformance.mock_partner.behaviour import Behaviour
from ocpi_conformance.mock_partner.config import (
    Allow,
    CredentialsConfig,
    PartnerConfig,
    TargetConfig,
    Timeouts,
    Tls,
    Trigger,
)
from ocpi_conformance.mock_partner.embedded import EmbeddedTarget
from ocpi_conformance.mock_partner.errors import HarnessError, OutOfTokens
from ocpi_conformance.mock_partner.faults import Rule
from ocpi_conformance.mock_partner.ocpi.versions import TO_COUNTRY, TO_PARTY
from ocpi_conformance.mock_partner.partner import BEHIND_HUB, Partner, Site, other_id
from ocpi_conformance.mock_partner.publishing import free_id
from ocpi_conformance.mock_partner.record import Record
from ocpi_conformance.mock_partner.settings import Secret

UNUSABLE = {"match": {"module": "versions"}, "status": 500, "ocpi_status": 3000}


@contextmanager
def connected(
    tokens: int = 2,
    journal: Path | None = None,
    versions: tuple[str, ...] = ("2.2.1",),
    role: str = "CPO",
    **behaviour: Any,
) -> Iterator[tuple[Partner, EmbeddedTarget]]:
    """Yield a partner and an embedded target with `behaviour` that has issued `tokens` CREDENTIALS_TOKEN_A."""
    target = EmbeddedTarget(role, Behaviour.of(behaviour), versions=versions).start()
    told = target.declaration(tokens)
    config = TargetConfig(
        name="embedded",
        version=None,
        ocpi=("2.2.1",),
        roles=(role,),
        versions_url=told["versions_url"],
        tokens_a=tuple(Secret(token) for token in told["tokens_a"]),
        modules={},
        credentials=CredentialsConfig(),
        partner=PartnerConfig(),
        offers={},
        triggers={
            name: Trigger("http", told["triggers"][name]) for name in ("register_with_partner", "update_credentials")
        },
        allow=Allow(),
        timeouts=Timeouts(response=5.0, callback=1.0),
        tls=Tls(allow_http=True),
        waivers=(),
        source=Path("embedded"),
    )
    partner = Partner(config, "2.2.1", role, Record(journal)).start()
    try:
        yield partner, target
    finally:
        partner.stop()
        target.stop()
        partner.record.close()


def session_ids(seed: str | None) -> list[str]:
    """Return the ids of the next Sessions of two sites of a partner that has never been seen."""
    with connected() as (partner, _):
        config = replace(partner.config, partner=PartnerConfig(seed=seed))
        again = Partner(config, "2.2.1", "CPO", Record()).start()
        try:
            return [free_id(again.new_site().platform, "sessions", "SES") for _ in range(2)]
        finally:
            again.stop()


def test_ids_differ_between_runs_and_sites_and_are_those_of_the_seed() -> None:
    assert session_ids("nightly") == session_ids("nightly")
    found = [*session_ids("nightly"), *session_ids("weekly"), *session_ids(None), *session_ids(None)]
    assert len(set(found)) == len(found)
    assert max(map(len, found)) <= 36


def living(target: EmbeddedTarget) -> int:
    """Return how many registrations the target has."""
    return len(target.platform.living())


def fail_once(partner: Partner, site: Site) -> None:
    """Send a POST while the target cannot look the partner up."""
    site.platform.faults.rules.append(Rule.of(UNUSABLE))
    partner.send_credentials(site, "POST")
    site.platform.faults.rules.clear()


def test_one_registration_serves_all_and_is_ended_at_the_end() -> None:
    with connected(tokens=1) as (partner, target):
        site = partner.registered()
        assert partner.registered() is partner.attempted() is partner.known() is site
        assert living(target) == 1
    assert living(target) == 0


def test_a_token_that_was_not_spent_is_kept() -> None:
    with connected(tokens=1) as (partner, _):
        assert partner.unregistered() is partner.unregistered()


def test_without_a_token_the_registration_stays() -> None:
    with connected(tokens=1) as (partner, target):
        partner.registered()
        with pytest.raises(OutOfTokens):
            partner.unregistered()
        assert living(target) == 1


def test_the_last_token_is_for_the_registration_that_all_share() -> None:
    with connected(tokens=2) as (partner, target):
        site = partner.registered()
        with pytest.raises(OutOfTokens):
            partner.unregistered()
        assert living(target) == 1
        partner.unregister(site)
        assert partner.registered() is not site


def test_a_failed_registration_can_be_tried_again_with_its_token() -> None:
    with connected(tokens=1) as (partner, _):
        fail_once(partner, partner.unregistered())
        assert partner.registered().registered


def test_a_target_that_spends_the_token_of_a_failed_registration_is_given_the_next() -> None:
    with connected(failed_registration="spends token A") as (partner, _):
        first = partner.unregistered()
        fail_once(partner, first)
        assert partner.registered() is not first


def test_a_registration_that_fails_is_not_tried_for_every_scenario() -> None:
    with connected(fetch_back_token="A") as (partner, _):
        with pytest.raises(HarnessError):
            partner.registered()
        posts = len(partner.record.exchanges())
        with pytest.raises(HarnessError):
            partner.registered()
        assert partner.attempted().handshake is not None
        assert len(partner.record.exchanges()) == posts


def test_an_update_replaces_both_tokens() -> None:
    with connected() as (partner, target):
        site = partner.registered()
        before = (site.connection.token_in, site.connection.token_out)
        partner.rotate(site)
        (connection,) = target.platform.living()
        assert site.connection.token_in not in before
        assert (connection.token_out, connection.token_in) == (site.connection.token_in, site.connection.token_out)
        assert site.spent == [site.token_a, before[1]]
        assert site.platform.connection_for(f"Token {before[0]}", "2.2.1") is None


def test_after_a_refused_update_either_token_is_known() -> None:
    with connected() as (partner, _):
        site = partner.registered()
        old = site.connection.token_in
        site.platform.faults.rules.append(Rule.of(UNUSABLE))
        exchange = partner.rotate(site)
        fresh = str(exchange.request.body).split('"token":"')[1].split('"')[0]
        assert site.connection.token_in == old
        assert all(site.platform.connection_for(f"Token {token}", "2.2.1") for token in (old, fresh))


def test_a_registration_seen_with_spoilt_answers_is_mended_before_it_is_used() -> None:
    with connected(connect_back_error="ignored", missing_endpoints="accepted") as (partner, target):
        site = partner.unregistered()
        site.platform.faults.rules.append(Rule.of(UNUSABLE))
        partner.conclude(site, partner.send_credentials(site, "POST"))
        site.platform.faults.rules.clear()
        assert target.platform.living()[0].endpoints == ()
        assert partner.registered() is site
        assert not site.bent
        assert target.platform.living()[0].endpoints


def test_an_update_that_gives_no_token_is_followed_by_another_registration() -> None:
    with connected() as (partner, target):
        site = partner.registered()
        without = {"match": {"module": "credentials", "method": "PUT", "success": True}, "unset": ["/token"]}
        target.platform.faults.rules.append(Rule.of(without))
        partner.rotate(site)
        other = partner.registered()
        assert other is not site
        connections = target.platform.living()
        assert other.connection.token_out in {connection.token_in for connection in connections}


def test_credentials_taken_against_expectation_are_ended() -> None:
    with connected(incomplete_credentials="accepted") as (partner, target):
        site = partner.unregistered()
        exchange = partner.send_credentials(site, "POST", body={"url": "https://partner.test"})
        partner.discard(site, exchange)
        assert living(target) == 0
        assert partner.unregistered() is not site


@pytest.mark.parametrize("other", ["2.1.1", "2.3.0"])
def test_a_connection_changes_to_another_version_by_put(other: str) -> None:
    with connected(3, versions=tuple(sorted(("2.2.1", other)))) as (partner, target):
        site = partner.in_two_versions(other)
        assert partner.change_version(site, other).context.version == other
        (theirs,) = target.platform.living()
        assert (theirs.version, site.connection.version) == (other, other)
        activity.ACTIVITIES["create_location"](target.platform)
        assert partner.record.exchanges(0, "target")[-1].context.version == other
        partner.unregister(site)
        assert not target.platform.living()
        assert partner.registered().connection.version == "2.2.1"


def test_a_refused_change_leaves_the_connection_in_its_version() -> None:
    with connected(versions=("2.2.1", "2.3.0"), connect_back_error="2000") as (partner, _):
        site = partner.in_two_versions("2.3.0")
        site.platform.faults.rules.append(Rule.of(UNUSABLE))
        partner.change_version(site, "2.3.0")
        assert site.connection.version == "2.2.1"
        assert "/2.2.1/" in site.connection.endpoint("credentials", "SENDER").url


def test_a_target_goes_over_to_a_newer_version_by_put() -> None:
    with connected(versions=("2.2.1", "2.3.0")) as (partner, target):
        site = partner.in_two_versions("2.3.0")
        activity.change_version(target.platform, "2.3.0")
        puts = [e for e in partner.record.exchanges(0, "target") if e.request.method == "PUT"]
        assert [e.context.version for e in puts] == ["2.3.0"]
        assert site.connection.version == "2.3.0"


def test_a_second_party_stands_beside_the_first() -> None:
    with connected() as (partner, target):
        first = partner.registered()
        second = partner.second_party()
        assert living(target) == 2
        partner.unregister(second)
        assert partner.registered() is first


@pytest.mark.parametrize(("party_id", "other"), [("OCT", "OC2"), ("OC2", "OC3")])
def test_the_second_party_has_another_id(party_id: str, other: str) -> None:
    assert other_id(party_id) == other


def test_one_payment_provider_stands_beside_the_first_party() -> None:
    with connected(tokens=3, versions=("2.3.0",)) as (partner, target):
        partner.version = "2.3.0"
        first, provider = partner.registered(), partner.payment_provider()
        assert partner.payment_provider() is provider
        assert partner.registered() is first
        assert {role.role for c in target.platform.living() for role in c.peer_roles} == {"EMSP", "PTP"}
        assert provider.platform.roles[0].party_id not in {first.platform.roles[0].party_id, "OC2"}
        assert ("payments", "SENDER") in provider.platform.published("2.3.0")


def test_the_parties_behind_a_hub_serve_the_run() -> None:
    with connected(tokens=8, role="HUB") as (partner, target):
        sites = {word: partner.behind_hub(word) for word in BEHIND_HUB}
        assert sites == {word: partner.behind_hub(word) for word in BEHIND_HUB}
        assert sites["eMSP"] is partner.registered()
        named = {c.peer_roles[0].party_id: c.peer_roles[0].role for c in target.platform.living()}
        assert sorted(named.values()) == ["CPO", "CPO", "EMSP", "EMSP", "OTHER"]
        away = sites["unreachable eMSP"].platform.roles[0].party_id
        urls = {e.url for c in target.platform.living() if c.peer_roles[0].party_id == away for e in c.endpoints}
        assert {urlsplit(url).port for url in urls} == {1}
        # Who comes anew is nobody that has been there.
        first, second = partner.second_party(), partner.second_party()
        assert len({first.platform.roles[0].party_id, second.platform.roles[0].party_id} - set(named)) == 2


def test_a_party_behind_a_hub_that_is_refused_is_not_tried_again(monkeypatch) -> None:
    with connected(tokens=3, role="HUB") as (partner, _):
        partner.registered()
        monkeypatch.setattr(partner, "register", lambda _: (_ for _ in ()).throw(HarnessError("no such party")))
        with pytest.raises(HarnessError, match="no such party"):
            partner.behind_hub("CPO")
        monkeypatch.undo()
        with pytest.raises(HarnessError, match="no such party"):
            partner.behind_hub("CPO")


def test_a_payment_provider_calls_itself_other_where_it_has_to(monkeypatch) -> None:
    with connected(versions=("2.3.0",)) as (partner, target):
        partner.version, register, tried = "2.3.0", partner._provider, []

        def refusing(role: str) -> Site:
            tried.append(role)
            if role == "PTP" or len(tried) < 3:
                raise HarnessError("no such role")
            return register(role)

        monkeypatch.setattr(partner, "_provider", refusing)
        for _ in range(2):
            with pytest.raises(HarnessError, match="no such role"):
                partner.payment_provider()
        assert tried == ["PTP", "OTHER"]
        partner._refused_provider = None
        tried.append("")
        provider = partner.payment_provider()
        assert provider.platform.roles[0].role == "OTHER"
        assert partner.payment_provider() is provider
        assert living(target) == 1


@pytest.mark.parametrize("version", ["2.2.1", "2.3.0"])
def test_one_hub_stands_beside_the_first_party(version: str) -> None:
    with connected(tokens=3, versions=(version,)) as (partner, target):
        partner.version = version
        hub = partner.hub()
        assert partner.hub() is hub
        first = partner.registered()
        assert first is not hub
        assert hub.platform.is_hub
        assert hub.behind
        assert (first.behind, hub.behind.role) == (None, "EMSP")
        (known,) = [c for c in target.platform.living() if c.hub]
        assert known.hub
        assert known.hub.party_id == hub.platform.roles[0].party_id
        others = {role.party_id for role in known.peer_roles} - {known.hub.party_id}
        assert others == ({hub.behind.party_id} if version == "2.3.0" else set())


def test_a_hub_of_the_partner_answers_for_the_party_behind_it() -> None:
    with connected(tokens=3) as (partner, target):
        hub = partner.hub()
        (connection,) = [c for c in target.platform.living() if c.hub]
        assert hub.behind
        extra = ((TO_PARTY, hub.behind.party_id), (TO_COUNTRY, hub.behind.country_code))
        answer = target.platform.call(connection, "GET", "tokens", "SENDER", extra=extra).response
        assert answer
        assert jsontext.loads(answer.body)["status_code"] == 1000
        # What the target changes of its Credentials says nothing of who is behind the hub.
        partner.triggers.pull("update_credentials")
        assert hub.platform.agenda.idle(5.0)
        assert [info["status"] for info in hub.platform.own.all("hubclientinfo")] == ["CONNECTED"]


def test_a_hub_that_was_refused_is_not_registered_again(monkeypatch) -> None:
    with connected(tokens=3) as (partner, _):
        tried = []

        def refusing() -> Site:
            tried.append("")
            raise HarnessError("no hubs here")

        monkeypatch.setattr(partner, "_hub", refusing)
        for _ in range(2):
            with pytest.raises(HarnessError, match="no hubs"):
                partner.hub()
        assert len(tried) == 1
        assert partner.registered().registered


def test_the_target_registers_where_it_is_invited() -> None:
    with connected() as (partner, target):
        partner.registered()
        site = partner.invite()
        assert living(target) == 0
        values = {"versions_url": site.platform.versions_url, "token_a": site.token_a}
        partner.triggers.pull("register_with_partner", values)
        assert partner.invited() is partner.registered() is site
        partner.send_credentials(site, "GET")
        assert partner.invited() is site
        assert site.opened < site.since
        partner.rotate(site)
        # After an update it no longer shows what the target's registration has agreed on.
        assert partner.invited() is None
    assert living(target) == 0


def test_a_registration_that_the_target_has_updated_is_no_example_of_one() -> None:
    with connected() as (partner, _):
        site = partner.invite()
        values = {"versions_url": site.platform.versions_url, "token_a": site.token_a}
        partner.triggers.pull("register_with_partner", values)
        partner.triggers.pull("update_credentials", {})
        assert site.registered
        assert partner.invited() is None


def test_preshared_tokens_are_not_registered_with() -> None:
    with connected() as (partner, _):
        partner.config = replace(partner.config, credentials=CredentialsConfig(mode="preshared"))
        with pytest.raises(HarnessError, match="preshared"):
            partner.unregistered()


def test_a_token_that_comes_for_the_first_time_is_not_written_to_the_journal(tmp_path: Path) -> None:
    journal = tmp_path / "journal.ndjson"
    with connected(journal=journal) as (partner, _):
        site = partner.registered()
        partner.send_credentials(site, "GET")
        text = journal.read_text("utf-8")
        assert site.connection.token_out not in text
        assert site.connection.token_in not in text
