"""What a run says of itself in the first line of its journal: what ran against what. No secrets and no verdicts."""

from __future__ import annotations

import hashlib
import platform
import re
from collections.abc import Mapping
from dataclasses import asdict
from functools import cache
from importlib.metadata import requires, version
from pathlib import Path

from ocpi_conformance import features
from ocpi_conformance.mock_partner.config import TargetConfig, Waiver

DISTRIBUTION = "ocpi-conformance"
_FEATURES = Path(features.__file__).parent
_PACKAGE = re.compile(r"[A-Za-z0-9._-]+")


@cache
def packages() -> dict[str, str]:
    """Return the versions of this project and of all that it declares to need: name to version."""
    lines = [line for line in requires(DISTRIBUTION) or () if "extra ==" not in line and "sys_platform" not in line]
    return {name: version(name) for name in [DISTRIBUTION, *(_PACKAGE.findall(line)[0] for line in lines)]}


@cache
def material() -> dict[str, str]:
    """Return the SHA-256 of the catalogue and of the features: the same digests, the same questions to the target."""
    return {
        "catalogue_sha256": _digest("requirements/*.toml"),
        "features_sha256": _digest("**/*.feature"),
    }


def _digest(pattern: str) -> str:
    found = hashlib.sha256()
    for file in sorted(_FEATURES.glob(pattern)):
        found.update(file.relative_to(_FEATURES).as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
    return found.hexdigest()


def tools() -> dict[str, str]:
    """Return what ran: Python and the platform."""
    return {"python": platform.python_version(), "platform": platform.platform(terse=True)}


def configuration(config: TargetConfig) -> dict[str, object]:
    """Return target.toml as JSON values without secrets: tokens are counted, of triggers only the kind is told."""
    return {
        "target": {
            "name": config.name,
            "version": config.version,
            "ocpi": list(config.ocpi),
            "roles": list(config.roles),
            "versions_url": config.versions_url,
            "tokens_a": len(config.tokens_a),
            "modules": dict(config.modules),
        },
        "credentials": {"mode": config.credentials.mode},
        "partner": _plain(asdict(config.partner)),
        "offers": {name: dict(entry) for name, entry in config.offers.items()},
        "triggers": {name: trigger.kind for name, trigger in config.triggers.items()},
        "allow": asdict(config.allow),
        "timeouts": asdict(config.timeouts),
        "tls": _plain(asdict(config.tls)),
        "waivers": [waiver(entry) for entry in config.waivers],
    }


def waiver(entry: Waiver) -> dict[str, object]:
    """Return a waiver as JSON values."""
    return {**asdict(entry), "expires": entry.expires and entry.expires.isoformat()}


def _plain(table: Mapping[str, object]) -> dict[str, object]:
    return {name: value.name if isinstance(value, Path) else value for name, value in table.items()}
