"""The rules on values in whatever object: texts, ids, prices, names. What they mean is judged in the other areas."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html.entities import html5

from ocpi_conformance.schemas.errors import SchemaError
from ocpi_conformance.steps.checks.rules.common import Json, json_text, listed, number, with_stars
from ocpi_conformance.steps.checks.rules.hubs import KINDS
from ocpi_conformance.steps.checks.rules.registry import Flaw, places, rule
from ocpi_conformance.steps.verdicts import Verdict

_PRICES = ("_cost", "_price")

SCHEMA_DECIDES: dict[str, tuple[str, ...]] = {
    "TYP-002": ("*", "ci-string"),
    "TYP-003": ("*", "control-character"),
    "TYP-005": ("*", "enum"),
    "TYP-006": ("*", "datetime"),
    "TYP-010": ("*", "language"),
    "TYP-011": ("*", "number", "integer"),
    "TYP-012": ("*", "decimals"),
    "TYP-013": ("*", "url"),
    "TYP-017": ("*", "min-items"),
    "TYP-018": ("*", "property-name"),
    "TYP-019": ("*", *(end + field for end in _PRICES for field in ("", "/excl_vat", "/incl_vat"))),
    "TYP-023": ("*", "ascii-string"),
    "TYP-024": ("*", "datetime", "fraction"),
    "TYP-025": ("*", *(end + field for end in _PRICES for field in ("", "/before_taxes", "/taxes", "/taxes/amount"))),
    "TYP-028": ("*", "enum"),
    "TYP-030": ("*", "enum"),
    "TYP-031": ("*", "length", "copied-length"),
    "TYP-032": ("*", "required", "null"),
}
"""What the schemas decide, "*" being every class: kinds of deviation, or ends of pointers without indices."""

# The element names by which a text is known to be HTML; a word in pointed brackets need not be markup.
_ELEMENTS = "a|abbr|b|big|blockquote|body|br|center|code|div|em|font|h[1-6]|head|hr|html|i|img|li|ol|p|pre|script|small"
_ELEMENTS += "|span|strong|style|sub|sup|table|tbody|td|th|tr|tt|u|ul"
_TAG = re.compile(rf"</?(?:{_ELEMENTS})(?:\s[^<>]*)?/?>", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#[0-9]+|#[xX][0-9A-Fa-f]+|(?P<name>[A-Za-z][A-Za-z0-9]+));")
# eMI3 part 2, business objects; the separators may be left out, the older numeric forms are in use too.
_EVSE_ID = re.compile(
    r"[A-Z]{2}\*?[A-Z0-9]{3}\*?E[A-Z0-9][A-Z0-9*]*|\+?[0-9]{1,3}\*[0-9]{3,6}\*[0-9*]+|#NA",
    re.IGNORECASE,
)
_CONTRACT_ID = re.compile(
    r"[A-Z]{2}-?[A-Z0-9]{3}-?C?[A-Z0-9]{8}(?:-?[A-Z0-9])?|[A-Z]{2}[*-]?[A-Z0-9]{3}[*-]?[A-Z0-9]{6}[*-]?[A-Z0-9]|#NA",
    re.IGNORECASE,
)
# How far a tax may be from what its percentage gives.
_CENT = 0.011


# Texts


def _has_text(value: object) -> bool:
    return any(True for _ in _display_texts(value))


def _display_texts(value: object, pointer: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        if isinstance(value.get("language"), str) and isinstance(value.get("text"), str):
            yield f"{pointer}/text", value["text"]
        for name, inner in value.items():
            if isinstance(inner, dict | list):
                yield from _display_texts(inner, f"{pointer}/{name}")
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _display_texts(inner, f"{pointer}/{index}")


def no_markup(item: Json, version: str) -> Iterator[Flaw]:
    """No display text holds a tag or an entity of HTML; a lone < or & is fine (types_displaytext_class)."""
    written = json_text(item)
    if written and b"<" not in written and b"&" not in written:
        return
    for pointer, found in _display_texts(item):
        if markup := _markup(found):
            yield Flaw(pointer, "text without markup", markup)


for _kind in KINDS:
    rule("TYP-009", _kind, what="display text", when=_has_text, marks=(b"<", b"&"))(no_markup)


def _markup(value: str) -> str:
    tag = _TAG.search(value)
    if tag:
        return tag.group()
    for entity in _ENTITY.finditer(value):
        if entity["name"] is None or f"{entity['name']};" in html5:
            return entity.group()
    return ""


# Ids

# Version ("" is any later one) → class → paths of EVSE ids, and paths of contract ids, which 2.1.1 calls auth_id.
_IDS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "": {
        "EVSE": ("evse_id", ""),
        "CDR": ("cdr_location/evse_id", "cdr_token/contract_id"),
        "Session": ("", "cdr_token/contract_id"),
        "Token": ("", "contract_id"),
    },
    "2.1.1": {
        "EVSE": ("evse_id", ""),
        "CDR": ("location/evses/*/evse_id", "auth_id"),
        "Session": ("location/evses/*/evse_id", "auth_id"),
        "Token": ("", "auth_id"),
    },
}


def _ids(kind: str, item: Json, version: str) -> Iterator[tuple[str, str, str, re.Pattern[str]]]:
    """Yield (JSON Pointer, id, what it is, its form) for each id of an object."""
    evse_ids, contract_ids = _IDS.get(version, _IDS[""])[kind]
    paths = [(path, "an EVSE id", _EVSE_ID) for path in evse_ids.split()]
    paths += [(path, "a contract id", _CONTRACT_ID) for path in contract_ids.split()]
    for path, what, form in paths:
        for pointer, value in places(item, path):
            if isinstance(value, str) and value:
                yield pointer, value, what, form


def _register_ids(kind: str) -> None:
    def has_id(item: Json) -> bool:
        return any(True for version in _IDS for _ in _ids(kind, item, version))

    @rule("TYP-021", kind, what="EVSE id and no contract id", when=has_id)
    def ids_of_emi3(item: Json, version: str) -> Iterator[Flaw]:
        """EVSE ids and contract ids have the form of eMI3 (terminology, Provider and Operator abbreviation)."""
        for pointer, value, what, form in _ids(kind, item, version):
            if not form.fullmatch(with_stars(value, version) if form is _EVSE_ID else value):
                yield Flaw(pointer, f"{what} of the form of eMI3", value)


for _kind in _IDS[""]:
    _register_ids(_kind)


# Prices

_COSTS = (
    "total_cost", "total_fixed_cost", "total_energy_cost", "total_time_cost", "total_parking_cost",
    "total_reservation_cost",
)  # fmt: skip


def _taxed(item: Json) -> bool:
    return any(True for name in _COSTS for _ in listed(item.get(name), "taxes"))


@rule("TYP-026", "CDR", what="price with taxes", when=_taxed)
@rule("TYP-026", "Session", what="price with taxes", when=_taxed)
def taxes_by_percentage(item: Json, version: str) -> Iterator[Flaw]:
    """A tax is its percentage of the price before taxes, or of that with other taxes (types_price_class)."""
    for name in _COSTS:
        price = item.get(name)
        before = number(price.get("before_taxes")) if isinstance(price, dict) else None
        taxes = [(index, tax, number(tax.get("amount"))) for index, tax in listed(price, "taxes")]
        if before is None or not all(amount is not None for _, _, amount in taxes):
            continue
        gross = before + sum(amount or 0.0 for _, _, amount in taxes)
        for index, tax, amount in taxes:
            rate = number(tax.get("percentage"))
            least, most = sorted((before * (rate or 0.0) / 100, gross * (rate or 0.0) / 100))
            if rate is not None and amount is not None and not least - _CENT <= amount <= most + _CENT:
                pointer = f"/{name}/taxes/{index}/amount"
                yield Flaw(pointer, f"{least:.4g}, {rate:g} percent of {before:g}", f"{amount:.4g}", Verdict.ADVISED)


# Deviations from the tables that are told apart by more than their kind


def experimental_value(found: SchemaError) -> Iterator[Flaw]:
    """TYP-029: a value of its own in an open enum has no prefix of an experiment (types, OpenEnum)."""
    value = found.actual.strip('"')
    if found.kind == "open-enum" and value.upper().startswith(("X-", "X_")):
        yield Flaw(found.pointer, "a value without the prefix X", value)
