"""What one partner of a platform may use and see, and where it may be called. Values and their reading only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from urllib.parse import urlsplit

from ocpi_conformance.mock_partner.errors import HarnessError

_CONFIGURATION = ("", "versions", "version_details", "credentials")


@dataclass(frozen=True)
class Account:
    """The terms on which a platform deals with one partner; the defaults leave everything open.

    `versions` and `modules` name what it may use (empty: all), `sees` the ids of the objects that it is shown and
    sent, by module, as patterns with `*` and `?` (a module that is missing: all), `hosts` the hosts at which it is
    called (empty: any).
    """

    name: str = ""
    versions: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()
    sees: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    hosts: tuple[str, ...] = ()

    def admits(self, version: str, module: str) -> bool:
        """Tell whether the partner may use `module` of `version`."""
        if self.versions and version and version not in self.versions:
            return False
        return not self.modules or module in _CONFIGURATION or module in self.modules

    def is_partial(self, module: str) -> bool:
        """Tell whether some objects of the module may be hidden."""
        return module in self.sees

    def shows(self, module: str, object_id: str) -> bool:
        """Tell whether the partner is shown the object of `module` with this id."""
        patterns = self.sees.get(module)
        return patterns is None or any(fnmatchcase(object_id.lower(), pattern.lower()) for pattern in patterns)

    def require_host(self, url: str) -> None:
        """Let `url` pass when the partner may be called there.

        Raises:
            HarnessError: its host is not among `hosts`.
        """
        host = urlsplit(url).hostname or ""
        if self.hosts and host not in self.hosts:
            raise HarnessError(f"{host} is no host of partner {self.name}", "Add it to allowed_hosts of the partner")
