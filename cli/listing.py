"""The dry run: prints what would run and what it would do, then lets nothing run. Nothing is sent."""

from __future__ import annotations

import click
import pytest

from ocpi_conformance.cli import items
from ocpi_conformance.steps.catalogue import Catalogue


class Listing:
    """A pytest plugin that prints the scenarios in the vocabulary of their authors instead of running them."""

    found = 0

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Print every scenario with its requirements and what the partner would do."""
        catalogue = Catalogue.load()
        feature = ""
        found = [item for item in session.items if items.template(item)]
        session.items.clear()
        self.found = len(found)
        for item in found:
            about = item.stash[items.OUTCOME]
            if about.feature != feature:
                feature = about.feature
                click.echo(f"\n{feature}")
            levels = ", ".join(f"{name} {catalogue[name].level}" for name in about.requirements)
            acts = [f"[{act}]" for act in items.ACTS if item.get_closest_marker(act)]
            click.echo(f"  {about.scenario}  ({levels}) {' '.join(acts)}".rstrip())
            for line in items.steps(item):
                click.echo(f"      {line}")
        click.echo(f"\n{self.found} scenarios would run; nothing was sent.")
