"""How pytest-xdist shares a certification among its workers: by version and role. Imported only where xdist runs."""

from __future__ import annotations

from typing import Any

from xdist.scheduler import LoadScopeScheduling

from ocpi_conformance.cli import items


class ByPair(LoadScopeScheduling):
    """Gives all scenarios of one version and role to one worker, in their order."""

    def _split_scope(self, nodeid: str) -> str:
        return items.part(nodeid)

    def remove_node(self, node: Any) -> str | None:  # noqa: ANN401
        """Take a worker away; what one that died has not run stays so, and makes the run one that was cut off.

        Another worker would go on with another partner and without the beginning of the record.
        """
        work = self.assigned_work.pop(node)
        return next((nodeid for unit in work.values() for nodeid, done in unit.items() if not done), None)
