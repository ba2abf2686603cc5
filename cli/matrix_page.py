"""Writes docs/matrix-VERSION.md: each requirement with the scenarios that judge it and the defects that they notice.

Rules: it is made from the catalogue, the features and the named defects; it says nothing of its own.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from ocpi_conformance.mock_partner.named_defects import defects
from ocpi_conformance.steps import gherkin
from ocpi_conformance.steps.catalogue import GRADED, Catalogue, Requirement
from ocpi_conformance.steps.run import USUAL

_HEAD = """# Requirement x scenario x defect, OCPI {version}

Made by `python -m ocpi_conformance.cli.matrix_page {version} > docs/matrix-{version}.md`; a test holds it equal. A
requirement is judged by the scenarios beside it; each named defect makes the embedded target break it, and `make proof`
shows that a scenario notices. What cannot be seen in traffic says so.

Only MUST and SHOULD oblige anybody. They are *judged* by a scenario, or *untested* for the reason that stands beside
them. MAY and INFO are permissions and readings of the text; where a scenario looks at
one, what it sees is *observed* and never a failure.

| area | MUST and SHOULD | judged | untested | MAY and INFO | looked at | no scenario | defects |
|---|---|---|---|---|---|---|---|
"""

# Why an entry has no scenario, where the catalogue does not say more.
_UNSEEN = "no traffic shows it"


def page(version: str = USUAL) -> str:
    """Return the page of a version of OCPI."""
    catalogue = Catalogue.load()
    scenarios, broken = _scenarios(catalogue), _broken(version)
    areas: dict[str, list[Requirement]] = defaultdict(list)
    for entry in catalogue.values():
        if version in entry.versions:
            areas[entry.area].append(entry)
    parts = [_HEAD.format(version=version)]
    parts += [f"{_row(area, entries, scenarios, broken)}\n" for area, entries in areas.items()]
    for area, entries in areas.items():
        parts.append(f"\n## {area}\n\n| requirement | scenarios | defects |\n|---|---|---|\n")
        parts += [f"{_line(entry, scenarios, broken)}\n" for entry in entries]
    return "".join(parts)


def _row(
    area: str,
    entries: list[Requirement],
    scenarios: Mapping[str, list[str]],
    broken: Mapping[str, list[str]],
) -> str:
    graded = [entry for entry in entries if entry.level in GRADED]
    others = [entry for entry in entries if entry.level not in GRADED]
    judged = [entry for entry in graded if entry.id in scenarios]
    seen = [entry for entry in others if entry.id in scenarios]
    cells = (
        len(graded),
        len(judged),
        len(graded) - len(judged),
        len(others),
        len(seen),
        len(others) - len(seen),
        sum(len(broken.get(entry.id, ())) for entry in entries),
    )
    return _cells(f"[{area}](#{area})", *cells)


def _cells(*cells: object) -> str:
    return "| " + " | ".join(map(str, cells)) + " |"


def _line(
    entry: Requirement,
    scenarios: Mapping[str, list[str]],
    broken: Mapping[str, list[str]],
) -> str:
    judged = "<br>".join(scenarios.get(entry.id, ())) or f"not tested: {_plain(entry.not_tested or _UNSEEN)}"
    return f"| **{entry.id}** {entry.level} {_plain(entry.text)} | {judged} | {'<br>'.join(broken.get(entry.id, ()))} |"


def _scenarios(catalogue: Catalogue) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for feature in gherkin.load():
        for name, tags in _named(feature):
            for tag in sorted(tags & catalogue.keys()):
                found[tag].append(f"[{_plain(name)}](../features/{feature.where})")
    return {name: list(dict.fromkeys(listed)) for name, listed in found.items()}


def _named(feature: gherkin.Feature) -> Iterator[tuple[str, set[str]]]:
    """Yield the scenarios as they are written: an outline is one, whatever its Examples."""
    for scenario in feature.scenarios:
        own = {tag for examples in scenario.examples for tag in examples.tags}
        yield scenario.name, {*scenario.tags, *own}


def _broken(version: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for defect in (defect for defect in defects().values() if defect.shows_in(version)):
        found[defect.breaks].append(defect.name.removeprefix(f"{defect.breaks}-"))
    return found


def _plain(text: str) -> str:
    """Return `text` as one cell of a table shows it as it is."""
    return text.replace("|", "\\|").replace("<", "&lt;").replace("*", "\\*").replace("\n", " ")


def main(arguments: Iterable[str]) -> None:
    """Print the page; the only argument, if any, is a version."""
    sys.stdout.write(page(*arguments))


if __name__ == "__main__":
    main(sys.argv[1:])
