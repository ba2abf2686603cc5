"""The rules on Tokens beyond their shape. Pure functions, no exchange."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from ocpi_conformance.schemas.codes import CODE_TABLES
from ocpi_conformance.steps.checks.rules.common import (
    Json,
    change_flaws,
    code_flaws,
    folded,
    owner,
    owner_flaws,
    reused,
    text,
    twins,
)
from ocpi_conformance.steps.checks.rules.registry import Flaw, rule, rule_over
from ocpi_conformance.steps.likeness import shown
from ocpi_conformance.steps.verdicts import Verdict

SCHEMA_DECIDES: dict[str, tuple[str, ...]] = {"TOK-034": ("Token", "")}
"""What the schemas decide: the class, and ends of the pointer of its errors without indices; "" is any error."""

NOT_JUDGED: dict[str, str] = {}
"""Entries that no object can break, and why."""

_CONTRACT = {"2.1.1": "auth_id"}
_EMA_ID = re.compile(r"[A-Z]{2}[-*]?[A-Z0-9]{3}[-*]?(?:C?[A-Z0-9]{8}|[A-Z0-9]{6})(?:[-*]?[A-Z0-9])?", re.IGNORECASE)
_LONGEST_GROUP = 20
_OF_APPS = {"AD_HOC_USER", "APP_USER"}


# One Token


@rule("TOK-057", "Token", what="group_id", when=lambda token: bool(text(token.get("group_id"))))
def group_id_for_ocpp(token: Json, version: str) -> Iterator[Flaw]:
    """group_id has at most the 20 characters of OCPP 1.5 and 1.6 (mod_tokens_token_object)."""
    length = len(text(token.get("group_id")))
    if length > _LONGEST_GROUP:
        yield Flaw("/group_id", f"at most {_LONGEST_GROUP} characters, as in OCPP 1.6", f"{length} characters")


@rule("TOK-058", "Token")
def contract_id_format(token: Json, version: str) -> Iterator[Flaw]:
    """The id of the contract is an eMA ID (mod_tokens_token_object)."""
    name = _CONTRACT.get(version, "contract_id")
    value = text(token.get(name))
    if value and not _EMA_ID.fullmatch(value):
        yield Flaw(f"/{name}", "an eMA ID, separators optional", value)


@rule("TOK-059", "Token", what="language", when=lambda token: bool(text(token.get("language"))))
def language_code(token: Json, version: str) -> Iterator[Flaw]:
    """The language is or was a code of ISO 639-1 (mod_tokens_token_object); in capitals it is advice."""
    value, codes = text(token.get("language")), CODE_TABLES["language"]
    known = codes.current | codes.withdrawn.keys()
    if len(value) == 2 and value not in known:
        other_case = value.lower() in known
        expected = value.lower() if other_case else f"a code of {codes.title}"
        yield Flaw("/language", expected, value, Verdict.ADVISED if other_case else Verdict.FAILED)


@rule("TOK-060", "Token")
def owner_country(token: Json, version: str) -> Iterator[Flaw]:
    """country_code is a code of ISO 3166-1 alpha-2 (mod_tokens_token_object); see also `owner_of_token`."""
    yield from code_flaws(token, "country_code", "alpha-2")


@rule("TOK-062", "Token", what="Token of an app", when=lambda token: text(token.get("type")) in _OF_APPS)
def app_tokens_not_whitelisted(token: Json, version: str) -> Iterator[Flaw]:
    """Tokens of apps have the whitelist type NEVER (mod_tokens_tokentype_enum)."""
    whitelist = text(token.get("whitelist"))
    if text(token.get("type")) in _OF_APPS and whitelist and whitelist != "NEVER":
        yield Flaw("/whitelist", f"NEVER for {token['type']}", whitelist)


# Between Tokens


@rule_over("TOK-056", "Token")
def uid_and_type_unique(tokens: Sequence[Json], version: str) -> Iterator[Flaw]:
    """No two tokens of one owner share uid and type (mod_tokens_token_object).

    A token may change from reading to reading, even its contract may: two tokens are told by what no change explains.
    States with one last_updated are noted only, for a token may change twice within a second; see also
    `uids_unique_in_list`.
    """
    found = reused(tokens, version, "Token", lambda token: _key(token, version), lambda one, other: False)
    for index, likely in found:
        verdict = Verdict.OBSERVED if likely is Verdict.OBSERVED else Verdict.FAILED
        yield Flaw("/uid", _OWN_UID, shown(tokens[index]["uid"]), verdict, index)


def _key(token: Json, version: str) -> tuple[str, ...]:
    return (*owner(token, version), text(token.get("type")), folded(token.get("uid"), version))


_OWN_UID = "a uid that no other token of this type has"


# Between objects of several classes, or two readings of one


def always_whitelisted(token: Json, version: str) -> Iterator[Flaw]:
    """TOK-009: without real-time authorization tokens have the whitelist type ALWAYS (mod_tokens, authorization).

    To be called for the tokens of a target that has no authorize.
    """
    whitelist = text(token.get("whitelist"))
    if whitelist and whitelist != "ALWAYS":
        yield Flaw("/whitelist", "ALWAYS, as there is no authorize", whitelist)


def owner_of_token(token: Json, version: str, parties: Iterable[tuple[str, str]]) -> Iterator[Flaw]:
    """TOK-060: the owner is a party of the target, `parties` by its credentials; not for hubs (Token Object)."""
    yield from owner_flaws(token, version, parties)


def uids_unique_in_list(tokens: Sequence[Json], version: str) -> Iterator[Flaw]:
    """TOK-056: of the tokens of one list, read at once, no two different ones share owner, type and uid."""
    for index in twins(tokens, version, "Token", lambda token: _key(token, version)):
        yield Flaw("/uid", _OWN_UID, shown(tokens[index]["uid"]), index=index)


def change_is_later(
    first: Json, second: Json, version: str, first_read: datetime, apart: float = math.inf
) -> Iterator[Flaw]:
    """TOK-083: a token that has changed has a later last_updated (mod_tokens_token_object).

    `first` and `second` are whole copies in the order in which they were read, `first_read` is when the first one was,
    `apart` how many seconds later the second one was.
    """
    yield from change_flaws(version, "Token", first, second, first_read, apart)


JOINS: Mapping[str, tuple[Callable[..., Iterator[Flaw]], ...]] = {
    "TOK-009": (always_whitelisted,),
    "TOK-056": (uids_unique_in_list,),
    "TOK-060": (owner_of_token,),
    "TOK-083": (change_is_later,),
}
"""By requirement, the functions that need more than Tokens; their arguments differ."""
