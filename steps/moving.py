"""The partner in two versions of OCPI at once, and its way from one to the other. It acts; checks judge."""

from __future__ import annotations

from collections.abc import Callable

from ocpi_conformance.mock_partner import registration
from ocpi_conformance.mock_partner.ocpi.versions import VERSIONS
from ocpi_conformance.steps.scene import Scene
from ocpi_conformance.steps.verdicts import NotApplicable, NotObserved

# The triggers after which the target sends something in the version of its connection.
_SHOWING = ("create_location", "pull_locations")


def _listed(scene: Scene) -> str:
    """Return another version that the target lists, the latest one.

    Raises:
        NotObserved: it lists no version that the suite knows but the one under test, or no trigger can show which one
            it goes on in: that is not worth a CREDENTIALS_TOKEN_A.
    """
    if not any(scene.partner.triggers.has(name) for name in _SHOWING):
        raise NotObserved(f"no trigger {' or '.join(_SHOWING)} in target.toml: nothing would show the version")
    site, partner = scene.possible(scene.partner.known), scene.partner
    if site.versions is None:
        scene.possible(partner.discover, site)
    rows = scene.possible(registration.data_of, site.versions, list)
    listed = {row.get("version") for row in rows if isinstance(row, dict)}
    others = [number for number in VERSIONS if number in listed and number != partner.version]
    if not others:
        raise NotObserved("the target lists one version only")
    return others[-1]


def _newer(scene: Scene) -> str:
    """Return the version after the one under test, to which an operator can have the target go over.

    Raises:
        NotApplicable: there is none.
        NotObserved: there is no trigger.
    """
    newer = [number for number in VERSIONS if number > scene.partner.version]
    if not newer:
        raise NotApplicable("there is no version after the one under test")
    if not scene.partner.triggers.has("change_version"):
        raise NotObserved("no trigger change_version in target.toml: the target could not be made to move")
    return newer[0]


_WHICH: dict[str, Callable[[Scene], str]] = {"another": _listed, "a newer": _newer}


def speak(scene: Scene, which: str) -> None:
    """Register the partner so that it speaks `which` version too; the registration ends with the scenario.

    Raises:
        LookupError: unknown words; the message lists the known ones.
        NotApplicable: there is no such version.
        NotObserved: the target does not allow it.
    """
    if which not in _WHICH:
        raise LookupError(f'no version is called "{which}". Known: {sorted(_WHICH)}')
    site = scene.possible(scene.partner.in_two_versions, _WHICH[which](scene))
    scene.site = site
    scene.undo.append(lambda: scene.partner.unregister(site))


def other_version(scene: Scene) -> str:
    """Return the version that the partner speaks beside the one in which it is registered.

    Raises:
        NotObserved: it speaks one only.
    """
    site = scene.site
    others = [number for number in site.platform.supported if number != site.connection.version]
    if not others:
        raise NotObserved("the partner speaks one version only")
    return others[-1]
