"""Serves the files of the console, a page that talks to the control API. No data and no secret is served here."""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import PurePosixPath

from ocpi_conformance.mock_partner.messages import Inbound
from ocpi_conformance.mock_partner.record import Context, Response

_INDEX = "index.html"
# Browsers are told not to guess, so nothing is left to the tables of the machine.
_KINDS = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".json": "application/json",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
# The page gets the secret in the fragment of its URL, which browsers send to nobody.
_HEADERS = (
    ("Cache-Control", "no-cache"),
    ("Content-Security-Policy", "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Content-Type-Options", "nosniff"),
)


class Console:
    """The files in `folder`, by their names; mountable."""

    def __init__(self, folder: Traversable | None = None) -> None:
        self._folder = folder or files("ocpi_conformance.mock_partner") / "console"

    @property
    def installed(self) -> bool:
        """Whether there is a page."""
        return (self._folder / _INDEX).is_file()

    def handle(self, inbound: Inbound) -> tuple[Response | None, Context]:
        """Answer one request."""
        address = inbound.url.partition("?")[0]
        if not inbound.path and not address.endswith("/"):
            # The page names its files relative to its folder.
            return Response(308, (("Location", f"{address}/"),)), Context()
        name = "/".join(inbound.path) or _INDEX
        # Only what the folder lists: a name is never taken for a path.
        names = {file.name for file in self._folder.iterdir() if file.is_file()} if self._folder.is_dir() else set()
        if name not in names or inbound.method not in {"GET", "HEAD"}:
            return Response(404, (("Content-Type", "text/plain"),), b"there is no such page"), Context()
        kind = _KINDS.get(PurePosixPath(name).suffix, "application/octet-stream")
        content = (self._folder / name).read_bytes()
        return Response(200, (("Content-Type", kind), *_HEADERS), content), Context()
