"""Which Token of the target a scenario is about: chosen by [offers] of target.toml, or from what it lists and answers.

Rules: it reads the list, and asks about Tokens where only an answer can tell them apart; it judges nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ocpi_conformance.mock_partner.ocpi.modules import SENDER
from ocpi_conformance.steps import acts
from ocpi_conformance.steps.bodies import body_called
from ocpi_conformance.steps.places import authorization
from ocpi_conformance.steps.scene import Chosen, Json, Scene, data_of, envelope_of
from ocpi_conformance.steps.verdicts import NotObserved

# Pages of the Token list that are looked at, and Tokens that are asked about.
_PAGES = 5
_MOST_ASKED = 20
_SOMEWHERE = "references to an unknown Location"
Choice = Callable[[Scene, list[Json]], Json | None]


@dataclass(frozen=True)
class WantedToken:
    """One kind of Token: its key in [offers], and what finds one among those that may be asked about."""

    key: str
    choose: Choice


def _listed(fits: Callable[[Json], bool]) -> Choice:
    return lambda _, tokens: next((token for token in tokens if fits(token)), None)


def _allowed(body: str = "") -> Choice:
    """Return what finds a Token that is ALLOWED when it is asked about with `body`."""

    def choose(scene: Scene, tokens: list[Json]) -> Json | None:
        return next((token for token, said in _answers(scene, tokens, body) if said == "ALLOWED"), None)

    return choose


def _limited(scene: Scene, tokens: list[Json]) -> Json | None:
    """Return a Token that is NOT_ALLOWED at an unknown Location while others are ALLOWED there."""
    refused: Json | None = None
    others = False
    for token, said in _answers(scene, tokens, _SOMEWHERE):
        others = others or said == "ALLOWED"
        refused = refused or (token if said == "NOT_ALLOWED" else None)
        if refused and others:
            return refused
    return None


def _answers(scene: Scene, tokens: list[Json], body: str) -> Iterator[tuple[Json, str]]:
    """Yield valid Tokens, each with the AllowedType that the target answers; empty without AuthorizationInfo."""
    valid = [token for token in tokens if token.get("valid") is True]
    for token in valid[:_MOST_ASKED]:
        _choose(scene, token)
        content = body_called(scene, body) if body else None
        exchange = acts.send(scene, "POST", authorization(scene), body=content)
        data = envelope_of(exchange).get("data") if acts.accepted(exchange) else None
        yield token, str(data.get("allowed")) if isinstance(data, dict) else ""


TOKENS: dict[str, WantedToken] = {
    "a Token to authorize": WantedToken("token", _listed(lambda _: True)),
    "an RFID Token": WantedToken("rfid_token", _listed(lambda token: token.get("type") == "RFID")),
    "a Token of another type": WantedToken(
        "other_token", _listed(lambda token: token.get("type") not in {"RFID", None})
    ),
    "a Token that is not valid": WantedToken("invalid_token", _listed(lambda token: token.get("valid") is False)),
    "a Token that is allowed": WantedToken("allowed_token", _allowed()),
    "a Token that is allowed at the EVSE": WantedToken("allowed_token", _allowed("references to the EVSE")),
    "a Token that is allowed at the Connector": WantedToken("allowed_token", _allowed("references to the Connector")),
    "a Token that is limited to locations": WantedToken("limited_token", _limited),
    "a Token with whitelist NEVER": WantedToken("never_token", _listed(lambda t: t.get("whitelist") == "NEVER")),
    "a Token with whitelist ALLOWED": WantedToken(
        "whitelisted_token", _listed(lambda t: t.get("whitelist") == "ALLOWED")
    ),
    "a Token with whitelist ALLOWED_OFFLINE": WantedToken(
        "offline_token", _listed(lambda t: t.get("whitelist") == "ALLOWED_OFFLINE")
    ),
}


def offer(scene: Scene, thing: str) -> None:
    """Make a Token of the kind `thing` the one that the scenario is about.

    Raises:
        NotObserved: the target has none that could be found.
    """
    wanted = TOKENS[thing]
    row = scene.partner.config.offers.get(wanted.key, {})
    found = list(_tokens(scene))
    if row.get("token_uid"):
        named = {"uid": row["token_uid"], "type": row.get("token_type", "RFID")}
        _choose(scene, next((token for token in found if _is(token, named)), named))
        return
    # Nobody may ask about what is always on the whitelist (mod_tokens_whitelisttype_enum).
    token = wanted.choose(scene, [token for token in found if token.get("whitelist") != "ALWAYS"])
    if token is None:
        remedy = f'[offers] {wanted.key} = {{ token_uid = "...", token_type = "RFID" }} of target.toml'
        raise NotObserved(f"the target offers no {thing.partition(' ')[2]} that could be found; name one in {remedy}")
    _choose(scene, token)


def _is(token: Json, named: Json) -> bool:
    return all(str(token.get(name)).lower() == value.lower() for name, value in named.items())


def _tokens(scene: Scene) -> Iterator[Json]:
    for page in acts.crawl(scene, "tokens", {}, _PAGES):
        data = data_of(page)
        yield from (item for item in (data if isinstance(data, list) else []) if isinstance(item, dict))


def _choose(scene: Scene, token: Json) -> None:
    scene.objects["Token"] = Chosen("Token", "tokens", SENDER, (str(token.get("uid")),), token)
