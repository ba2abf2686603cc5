"""How pytest-xdist shares a certification among its workers: by version and role. Imported only where xdist runs."""

from __future__ import annotations

import re
from typing import Any

from xdist.scheduler import LoadScopeScheduling

# The first parameter of a scenario is its version and role, as in "[2.2.1-CPO-...]".
_PAIR = re.compile(r"\[(\d+(?:\.\d+)+-[A-Z]+)")


class ByPair(LoadScopeScheduling):
    """Gives all scenarios of one version and role to one worker, in their order."""

    def _split_scope(self, nodeid: str) -> str:
        found = _PAIR.search(nodeid)
        return found[1] if found else ""

    def remove_node(self, node: Any) -> str | None:  # noqa: ANN401
        """Take a worker away; what one that died has not run stays so, and makes the run one that was cut off.

        Another worker would go on with another partner and without the beginning of the record.
        """
        work = self.assigned_work.pop(node)
        return next((nodeid for unit in work.values() for nodeid, done in unit.items() if not done), None)
