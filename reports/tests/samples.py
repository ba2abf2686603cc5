"""Exchanges, findings and outcomes for the tests of the reports. No expectations."""

from __future__ import annotations

from ocpi_conformance.mock_partner.record import Context, Exchange, Request, Response
from ocpi_conformance.steps.verdicts import Finding, Outcome, Verdict

HOSTILE = "\ud800 \x1b[31mred\x1b[0m </script><script>alert(1)</script>\n::error::gone\n##vso[task.complete]"


def exchange(number=1, body=b"", answer=b"", **request):
    """Return an exchange that the partner began; `request` overrides method, url and headers."""
    about = {"method": "GET", "url": "http://target.test/ocpi/cpo/2.2.1/locations", "headers": ()} | request
    return Exchange(
        number=number,
        sender="partner",
        request=Request(body=body, **about),
        response=Response(200, (("Content-Type", "application/json"),), answer),
        context=Context(),
        began=1,
        ended=2,
        started_at=10.0,
        ended_at=10.25,
    )


def finding(requirement="LOC-001", verdict=Verdict.FAILED, **fields):
    return Finding(requirement, verdict, **({"expected": "two letters", "actual": "three letters"} | fields))


def outcome(verdict, *requirements, findings=(), module="locations", **fields):
    about = {"scenario": "A list", "feature": "locations/sender.feature", "line": 3, "version": "2.2.1", "role": "CPO"}
    return Outcome(
        requirements=requirements, module=module, verdict=verdict, findings=tuple(findings), **(about | fields)
    )
