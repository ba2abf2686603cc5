"""The credentials tokens and Authorization values a phrase can name. Words → header value; nothing is sent here."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable

from ocpi_conformance.mock_partner.ocpi.versions import VERSIONS, authorization
from ocpi_conformance.steps.agreements import accepted
from ocpi_conformance.steps.scene import Scene
from ocpi_conformance.steps.verdicts import NotApplicable, NotObserved


def _own(scene: Scene) -> str:
    return scene.site.connection.token_out


def _token_a(scene: Scene) -> str:
    site = scene.site
    if not site.token_a or site.initiator != "partner":
        raise NotObserved("the target gave no CREDENTIALS_TOKEN_A for this registration")
    return site.token_a


def _replaced_a(scene: Scene) -> str:
    handshake = scene.site.handshake
    if handshake is None or not accepted(handshake):
        raise NotObserved("no registration has succeeded with CREDENTIALS_TOKEN_A, so that nothing has replaced it")
    return _token_a(scene)


def _token_b(scene: Scene) -> str:
    connection = scene.site.connection
    if connection.token_in == connection.token_out:
        raise NotObserved("both sides use the same token")
    return connection.token_in


def _spent(scene: Scene) -> str:
    updates = scene.site.updates
    if updates and not accepted(updates[-1]):
        raise NotObserved("the PUT has not succeeded")
    spent = [token for token in scene.site.spent if token != scene.site.connection.token_out]
    if not spent:
        raise NotObserved("no token has been replaced or revoked yet")
    return spent[-1]


def _unknown(scene: Scene) -> str:
    return "unknown-" + secrets.token_urlsafe(16)


def _encoded(scene: Scene, token: str) -> str:
    return authorization(token, scene.partner.version)


def _base64(text: str) -> str:
    return base64.b64encode(text.encode("utf-8")).decode("ascii")


TOKENS: dict[str, Callable[[Scene], str]] = {
    "CREDENTIALS_TOKEN_A": _token_a,
    "the replaced CREDENTIALS_TOKEN_A": _replaced_a,
    "CREDENTIALS_TOKEN_B": _token_b,
    "CREDENTIALS_TOKEN_C": _own,
    "the current token": _own,
    "the previous token": _spent,
    "an unknown token": _unknown,
}
# Values of the Authorization header that are no proper form of a token. An empty value means: no such header.
HEADERS: dict[str, Callable[[Scene], str]] = {
    "no Authorization header": lambda _: "",
    "the scheme Bearer": lambda scene: _encoded(scene, _own(scene)).replace("Token", "Bearer", 1),
    "the scheme Basic": lambda scene: "Basic " + _base64(f"token:{_own(scene)}"),
    "an empty token": lambda _: "Token",
    "invalid Base64": lambda _: "Token ***not-base64***",
    "the token as it is": lambda scene: f"Token {_own(scene)}",
    "the token encoded twice": lambda scene: "Token " + _base64(_base64(_own(scene))),
    "the token and a line feed": lambda scene: "Token " + _base64(_own(scene) + "\n"),
}


def authorization_value(scene: Scene, name: str) -> str:
    """Return the Authorization header that `name` means in the version of the scene.

    Raises:
        LookupError: no token and no header form has that name; the message lists both.
        NotApplicable: in this version no token is encoded.
        NotObserved: such a token does not exist yet.
    """
    if name in TOKENS:
        return _encoded(scene, TOKENS[name](scene))
    if name not in HEADERS:
        raise LookupError(f'no token is called "{name}". Known: {sorted(TOKENS)} and {sorted(HEADERS)}')
    if name == "invalid Base64" and VERSIONS[scene.partner.version].token_encoding == "raw":
        raise NotApplicable("in this version the token travels as it is")
    return HEADERS[name](scene)
