"""One run against one target in one version and role: opening it, what it found first, closing it. No pytest here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ocpi_conformance import schemas
from ocpi_conformance.mock_partner.behaviour import Behaviour
from ocpi_conformance.mock_partner.config import (
    HIGHEST,
    Allow,
    CredentialsConfig,
    PartnerConfig,
    TargetConfig,
    Timeouts,
    Tls,
    Trigger,
)
from ocpi_conformance.mock_partner.embedded import EmbeddedTarget
from ocpi_conformance.mock_partner.errors import HarnessError, OutOfTokens, TransportError
from ocpi_conformance.mock_partner.faults import Rule
from ocpi_conformance.mock_partner.leftovers import Leftovers
from ocpi_conformance.mock_partner.named_defects import Defect
from ocpi_conformance.mock_partner.partner import Partner
from ocpi_conformance.mock_partner.record import Record
from ocpi_conformance.mock_partner.settings import ConfigError, Secret
from ocpi_conformance.steps.applicability import Applicability, applies
from ocpi_conformance.steps.catalogue import VERSIONS, Catalogue

EMBEDDED = "embedded"
EMBEDDED_VERSIONS = VERSIONS
# What the embedded target plays, by version: the two sides of every connection, and who stands between or beside them.
EMBEDDED_ROLES: Mapping[str, tuple[str, ...]] = {
    "2.1.1": ("CPO", "EMSP"),
    "2.2.1": ("CPO", "EMSP", "HUB"),
    "2.3.0": ("CPO", "EMSP", "HUB", "PTP"),
}
# The two sides, which every version has.
SIDES = EMBEDDED_ROLES["2.1.1"]
# The version that is met most: where none is asked for, the embedded target is judged in it.
USUAL = "2.2.1"
# How many Locations (or Tokens) the embedded target has. 2.1.1 cannot show every Location of a portfolio: with one more
# the list is longer than a page there too.
EMBEDDED_SIZES = {"2.1.1": 8, "2.2.1": 7, "2.3.0": 7}


class CannotJudge(Exception):
    """Nothing can be said about the target: it cannot be reached, or what answers there is no OCPI."""


@dataclass(frozen=True)
class Pair:
    """One version and one role of the target: the unit of a run."""

    version: str
    role: str

    def __str__(self) -> str:
        return f"{self.version}-{self.role}"


@dataclass
class Run:
    """A run in progress. `modules` is what version details advertise: identifier → interfaces."""

    pair: Pair
    config: TargetConfig
    catalogue: Catalogue
    partner: Partner
    record: Record
    modules: dict[str, frozenset[str]] = field(default_factory=dict)
    embedded: EmbeddedTarget | None = None

    def applicability(self, requirement: str) -> Applicability:
        """Say whether the requirement binds the target in this run."""
        entry = self.catalogue[requirement]
        return applies(entry, self.pair.version, self.pair.role, self.modules, self.config.modules)

    def close(self) -> None:
        """Leave the target as it was found and stop all that was started."""
        self.partner.stop()
        if self.embedded:
            self.embedded.stop()


def validate(version: str, name: str, instance: Any, partial: bool) -> list[str]:  # noqa: ANN401
    """Return what is wrong with an object by the schemas, one line each; a class without schema has nothing wrong."""
    if name not in schemas.names(version):
        return []
    return [str(error) for error in schemas.validator(version, name, partial=partial).errors(instance)]


def validate_strictly(version: str, name: str, instance: Any, partial: bool) -> list[str]:  # noqa: ANN401
    """Return what `validate` does, and a line for each field that the specification does not define."""
    wrong = validate(version, name, instance, partial)
    if name in schemas.names(version):
        notices = schemas.validator(version, name, partial=partial).notices(instance)
        wrong += [str(notice) for notice in notices if notice.kind == "unknown-field"]
    return wrong


def pairs(config: TargetConfig, versions: tuple[str, ...] = (), roles: tuple[str, ...] = ()) -> tuple[Pair, ...]:
    """Return the version and role pairs to run: what target.toml declares, narrowed by `versions` and `roles`.

    Where "highest" is declared, and of the embedded target, it is `USUAL` unless `versions` says otherwise.
    """
    declared = config.ocpi if config.ocpi != HIGHEST else EMBEDDED_VERSIONS
    embedded = config.source == Path(EMBEDDED)
    if (config.ocpi == HIGHEST or embedded) and not versions:
        declared = (USUAL,)
    return tuple(
        Pair(version, role)
        for version in declared
        if not versions or version in versions
        for role in config.roles
        if (not roles or role in roles) and (not embedded or role in EMBEDDED_ROLES[version])
    )


def embedded_config(allow: Allow | None = None) -> TargetConfig:
    """Return the configuration of the embedded target, before it is started."""
    return TargetConfig(
        name="embedded",
        version=None,
        ocpi=EMBEDDED_VERSIONS,
        roles=tuple(dict.fromkeys(role for known in EMBEDDED_ROLES.values() for role in known)),
        versions_url="http://127.0.0.1/",
        tokens_a=(),
        modules={},
        credentials=CredentialsConfig(),
        partner=PartnerConfig(),
        offers={},
        triggers={},
        allow=allow or Allow(commands=True),
        timeouts=Timeouts(response=5.0, callback=3.0, silence=0.5),
        tls=Tls(allow_http=True),
        waivers=(),
        source=Path(EMBEDDED),
    )


def open_run(
    config: TargetConfig,
    pair: Pair,
    catalogue: Catalogue,
    record: Record,
    folder: Path | None = None,
    bent: Iterable[Defect] = (),
) -> Run:
    """Start the partner (and the embedded target), look at the target's versions and details, return the run.

    Args:
        config: what target.toml says.
        pair: the version and role to run.
        catalogue: the requirements.
        record: where everything goes that is sent and received; whoever made it closes it.
        folder: where to note what is open at the target while it is; None notes nothing.
        bent: how the embedded target is different: a defect, legal variance.

    Raises:
        CannotJudge: the target cannot be reached, or what answers is no OCPI.
        ConfigError: the partner cannot listen where target.toml says.
    """
    embedded = None
    if config.source == Path(EMBEDDED):
        embedded = _start_embedded(pair, bent)
        config = _declared(config, embedded)
    try:
        leftovers = Leftovers(folder and folder / f"open-registrations-{pair}.json")
        partner = Partner(config, pair.version, pair.role, record, validate, leftovers).start()
    except HarnessError as error:
        raise ConfigError(str(config.source), "[partner] listen", error.problem, error.remedy) from None
    run = Run(pair, config, catalogue, partner, record, embedded=embedded)
    try:
        _look(run)
    except CannotJudge:
        run.close()
        raise
    return run


def _start_embedded(pair: Pair, bent: Iterable[Defect]) -> EmbeddedTarget:
    switches: dict[str, Any] = {}
    rules: list[Rule] = []
    for way in bent:
        switches |= way.behaviour
        rules += map(Rule.of, way.rules)
    size, behaviour, speaks = EMBEDDED_SIZES[pair.version], Behaviour.of(switches), spoken_beside(pair.version)
    judge = validate_strictly if behaviour.undefined_fields == "refused" else validate
    return EmbeddedTarget(pair.role, behaviour, tuple(rules), judge, size, versions=speaks).start()


def spoken_beside(version: str) -> tuple[str, ...]:
    """Return what the embedded target speaks where it is judged in `version`: that and another to change over to."""
    # The next version, or else the one before.
    first = min(EMBEDDED_VERSIONS.index(version), len(EMBEDDED_VERSIONS) - 2)
    return EMBEDDED_VERSIONS[first : first + 2]


def _declared(config: TargetConfig, embedded: EmbeddedTarget) -> TargetConfig:
    told = embedded.declaration()
    return replace(
        config,
        name=told["name"],
        roles=tuple(told["roles"]),
        versions_url=told["versions_url"],
        tokens_a=tuple(Secret(token) for token in told["tokens_a"]),
        triggers={name: Trigger("http", text) for name, text in told["triggers"].items()},
        offers=told["offers"],
    )


def _look(run: Run) -> None:
    """Read versions and details once, so that applicability is known; what is wrong there is for scenarios to say."""
    partner = run.partner
    preshared = run.config.credentials.mode == "preshared"
    try:
        site = partner.registered() if preshared else partner.unregistered()
        partner.discover(site)
    except TransportError as error:
        raise CannotJudge(f"the target cannot be judged: {error}") from None
    except OutOfTokens:
        return
    except HarnessError as error:
        _explain(run, error)
        return
    for endpoint in site.connection.endpoints:
        known = run.modules.get(endpoint.identifier, frozenset())
        run.modules[endpoint.identifier] = known | {endpoint.role}


def _explain(run: Run, error: HarnessError) -> None:
    """Tell a target that answers OCPI wrongly from something that is no OCPI server at all."""
    answers = [e.response for e in run.record.exchanges(0, "partner") if e.response is not None]
    first = answers[0] if answers else None
    if first is not None and first.body.lstrip()[:1] not in {b"{", b"["}:
        kind = (first.header("Content-Type") or "no Content-Type").split(";")[0]
        raise CannotJudge(
            f"what answers at [target] versions_url is no OCPI server: HTTP {first.status}, {kind}. "
            f"Check versions_url and the token in {run.config.source}"
        ) from error
