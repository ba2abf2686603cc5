"""What our two partners send each other follows the sequence diagrams of OCPI: tables of who calls what, nothing else.

A flow is the part of a chapter of the journey: its calls come in this order, others may come between them.
"""

from __future__ import annotations

import pytest

from ocpi_conformance.cli import journey
from ocpi_conformance.cli.journey import Told

FEW = 60
# Who calls, the method, the module; a call that is indented lies within the one before it (before that is answered).
Call = tuple[str, str, str]
REGISTER: tuple[Call, ...] = (
    ("eMSP", "GET", "versions"),
    ("eMSP", "GET", "version_details"),
    ("eMSP", "POST", "credentials"),
    ("CPO", "GET", "versions"),
    ("CPO", "GET", "version_details"),
)
# The diagram is about another version, to which the caller looks first; within a version a PUT is enough.
UPDATE: tuple[Call, ...] = (
    ("eMSP", "PUT", "credentials"),
    ("CPO", "GET", "versions"),
    ("CPO", "GET", "version_details"),
)
ASK: tuple[Call, ...] = (("CPO", "POST", "tokens"), ("CPO", "PUT", "sessions"))
START: tuple[Call, ...] = (("eMSP", "POST", "commands"), ("CPO", "POST", "commands"), ("CPO", "PUT", "sessions"))
STOP: tuple[Call, ...] = (("eMSP", "POST", "commands"), ("CPO", "POST", "commands"), ("CPO", "POST", "cdrs"))
PROFILES: tuple[Call, ...] = (
    ("eMSP", "PUT", "chargingprofiles"),
    ("CPO", "POST", "chargingprofiles"),
    ("eMSP", "GET", "chargingprofiles"),
    ("CPO", "POST", "chargingprofiles"),
    ("CPO", "PUT", "chargingprofiles"),
    ("eMSP", "DELETE", "chargingprofiles"),
    ("CPO", "POST", "chargingprofiles"),
)
# Chapter, diagram, calls, and the calls that come within others: their places, from 0 on.
FLOWS: tuple[tuple[str, str, tuple[Call, ...], frozenset[int]], ...] = (
    ("The eMSP registers with the CPO", "registration-sequence", REGISTER, frozenset({3, 4})),
    ("Both rotate their credentials", "update-sequence", UPDATE, frozenset({1, 2})),
    ("A driver shows an RFID card: real-time authorization", "mod_tokens", ASK, frozenset()),
    ("The eMSP starts a session by command", "command_start_session_succesful", START, frozenset()),
    ("The eMSP limits the power of the session", "sd_charging_profile", PROFILES, frozenset()),
    ("The eMSP stops the session by command", "mod_commands", STOP, frozenset()),
)


def deviation(told: list[tuple[Call, bool]], calls: tuple[Call, ...], within: frozenset[int]) -> str:
    """The first call that does not come where it should, or nothing; `told` are calls, and whether within others."""
    at = 0
    for number, call in enumerate(calls):
        wanted = (call, number in within)
        if wanted not in told[at:]:
            before = " ".join(calls[number - 1]) if number else "anything"
            return f"call {number + 1}, {' '.join(call)}, does not follow {before}"
        at += told[at:].index(wanted) + 1
    return ""


def calls_of(told: Told) -> list[tuple[Call, bool]]:
    return [
        ((sent.caller, sent.exchange.request.method, sent.exchange.context.module), sent.depth > 0)
        for sent in told.sent
    ]


def test_a_flow_out_of_order_is_found() -> None:
    nested = [(call, number in {3, 4}) for number, call in enumerate(REGISTER)]
    assert deviation(nested, REGISTER, frozenset({3, 4})) == ""
    assert "call 4, CPO GET versions" in deviation([*nested[:2], *nested[3:], nested[2]], REGISTER, frozenset({3, 4}))
    assert "call 4, CPO GET versions" in deviation([(call, False) for call in REGISTER], REGISTER, frozenset({3, 4}))
    assert "call 1, eMSP GET versions" in deviation([], REGISTER, frozenset())


@pytest.mark.parametrize("version", ["2.1.1", "2.2.1", "2.3.0"])
def test_the_journey_follows_the_diagrams(version: str) -> None:
    with journey.staged(version, FEW) as stage:
        told = {chapter.title: calls_of(journey.tell(stage, chapter)) for chapter in journey.chapters(version)}
    flows = [flow for flow in FLOWS if flow[0] in told]
    assert len(flows) == len(FLOWS) - (version == "2.1.1")
    found = {(title, diagram): deviation(told[title], calls, within) for title, diagram, calls, within in flows}
    assert {flow: text for flow, text in found.items() if text} == {}
