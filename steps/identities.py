"""Which Token a Session or CDR is for, and where it is, in the form of any version. Pure functions over objects."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]


def is_for(value: object, token: Json) -> bool:
    """Tell whether a Session or CDR is for a Token: by the uid in cdr_token, in 2.1.1 by auth_id.

    `token` may have the form of any version; letter case is no difference. An auth_id that is the uid means the Token
    too, though it is wrong.
    """
    if not isinstance(value, dict):
        return False
    if "cdr_token" not in value:
        names = {_folded(token.get(name)) for name in ("auth_id", "contract_id", "uid")} - {""}
        return _folded(value.get("auth_id")) in names
    used = value["cdr_token"]
    return isinstance(used, dict) and bool(token.get("uid")) and _folded(used.get("uid")) == _folded(token["uid"])


def location_id(session: Json) -> str:
    """Return the id of the Location of a Session, or nothing; a Session of 2.1.1 holds the Location itself."""
    place = session.get("location")
    found = place.get("id") if isinstance(place, dict) and "location_id" not in session else session.get("location_id")
    return str(found or "")


def evse_uid(session: Json) -> str:
    """Return the uid of the EVSE of a Session, or nothing; the Location in one of 2.1.1 has that EVSE only."""
    place = session.get("location")
    evses = place.get("evses") if isinstance(place, dict) and "evse_uid" not in session else None
    only = evses[0] if isinstance(evses, list) and evses else session.get("evse_uid")
    return str((only.get("uid") if isinstance(only, dict) else only) or "")


def _folded(name: object) -> str:
    return str(name or "").lower()
