"""OCPI status codes by the names we use for them, from the tables of the status codes chapter."""

SUCCESS = 1000
CLIENT_ERROR = 2000
INVALID_PARAMETERS = 2001
NOT_ENOUGH_INFORMATION = 2002
UNKNOWN_LOCATION = 2003
UNKNOWN_TOKEN = 2004
SERVER_ERROR = 3000
UNUSABLE_CLIENT_API = 3001
UNSUPPORTED_VERSION = 3002
NO_MATCHING_ENDPOINTS = 3003
HUB_ERROR = 4000
UNKNOWN_RECEIVER = 4001
HUB_TIMEOUT = 4002
HUB_CONNECTION = 4003

LISTED = frozenset({1000, 2000, 2001, 2002, 2003, 2004, 3000, 3001, 3002, 3003, 4000, 4001, 4002, 4003})
CUSTOM_RANGES = tuple(range(base + 900, base + 1000) for base in (1000, 2000, 3000, 4000))

# Codes that a version does not have yet, with the one that says as much there.
_NOT_YET: dict[str, dict[int, int]] = {
    "2.1.1": {UNKNOWN_TOKEN: CLIENT_ERROR, **dict.fromkeys(range(HUB_ERROR, HUB_CONNECTION + 1), SERVER_ERROR)}
}


def in_version(code: int, version: str) -> int:
    """Return the status code that says in `version` what `code` says in the latest one."""
    return _NOT_YET.get(version, {}).get(code, code)
