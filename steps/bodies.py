"""The request bodies a phrase can name beside whole things: words → bytes or JSON. Nothing is sent here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from ocpi_conformance.steps.scene import Scene

Body = Callable[[Scene], Any]
Builder = TypeVar("Builder", bound=Body)
BODIES: dict[str, Body] = {}


def body(name: str) -> Callable[[Builder], Builder]:
    """Register the decorated builder as the body called `name`."""

    def register(builder: Builder) -> Builder:
        if name in BODIES:
            raise ValueError(f"two bodies are called {name!r}")
        BODIES[name] = builder
        return builder

    return register


def body_called(scene: Scene, name: str) -> Any:  # noqa: ANN401  (JSON or bytes)
    """Return the body called `name`; bytes are sent as they are, anything else as JSON.

    Raises:
        LookupError: there is none; the message lists the known ones.
    """
    if name not in BODIES:
        raise LookupError(f'no body is called "{name}". Known: {sorted(BODIES)}')
    return BODIES[name](scene)


@body("malformed JSON")
def _malformed(_: Scene) -> bytes:
    return b'{"token": "x", "url": '


def _credentials(scene: Scene) -> dict[str, Any]:
    site = scene.site
    return site.platform.credentials(site.connection.token_in)


@body("credentials without token")
def _without_token(scene: Scene) -> dict[str, Any]:
    return {key: value for key, value in _credentials(scene).items() if key != "token"}


@body("credentials without url")
def _without_url(scene: Scene) -> dict[str, Any]:
    return {key: value for key, value in _credentials(scene).items() if key != "url"}
