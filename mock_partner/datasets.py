"""Data of any size for a platform to publish: made up from tables of places and equipment, or a user's own files.

Rules: the same arguments give the same bytes. What is made has the form of OCPI 2.2.1; parts that are constant are
shared between objects, so they go into a store as text (`fill`) or are not changed.
"""

from __future__ import annotations

import json
import random
import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from ocpi_conformance.mock_partner import jsontext, samples
from ocpi_conformance.mock_partner.errors import HarnessError
from ocpi_conformance.mock_partner.messages import parse_timestamp, timestamp
from ocpi_conformance.mock_partner.ocpi.modules import list_modules
from ocpi_conformance.mock_partner.state import Json, Party, Store, key_of
from ocpi_conformance.mock_partner.tariffing import Stretch, at_connector, choose, statement

Objects = Iterator[tuple[str, Iterator[Json]]]

_DATA = Path(__file__).parent / "data"
_HISTORY = timedelta(days=90)
_LATEST = timedelta(minutes=5)
# Degrees by which a site lies off the centre of its town, at most: some two kilometres.
_OFFSET = 0.018
# How many EVSEs there are to one session that is over, and the most sessions there are.
_EVSES_PER_SESSION, _SESSIONS = 20, 5_000
_BATCH = 500
# W up to which a charger is slow: vehicles stay there longer than they charge.
_SLOW = 22_000
_TOKEN_TYPES = {"RFID": 75, "APP_USER": 20, "AD_HOC_USER": 3, "OTHER": 2}
_WHITELISTS = {"ALLOWED": 70, "ALLOWED_OFFLINE": 15, "ALWAYS": 10, "NEVER": 5}
_VERSIONS = ("2.2.1", "2.3.0")


def dataset(size: int, *, seed: int, owner: Party, now: datetime) -> dict[str, list[Json]]:
    """Return what a platform of `owner` publishes: objects by module identifier, oldest first.

    Args:
        size: how many EVSEs a CPO has, or Tokens an eMSP.
        seed: of what is left to chance.
        owner: the party whose objects they are; its country decides over towns, time zone and currency.
        now: the moment after the last change.

    Raises:
        HarnessError: a negative size.
    """
    made: dict[str, list[Json]] = {}
    for module, items in _modules(size, seed, owner, now):
        made.setdefault(module, []).extend(items)
    return made


def fill(store: Store, size: int, *, seed: int, owner: Party, now: datetime) -> None:
    """Put what `dataset` returns into `store` as text, one object after the other: for sizes that fill the memory."""
    for module, items in _modules(size, seed, owner, now):
        store.load(module, ((key_of(module, item), item) for item in items))


def _modules(size: int, seed: int, owner: Party, now: datetime) -> Objects:
    """Yield (module, some of its objects); these have to be exhausted before the next ones are asked for."""
    if size < 0:
        raise HarnessError(f"a data set of {size} EVSEs cannot be made", "Give a size of 0 or more")
    chance = random.Random(seed)  # noqa: S311  (sample data)
    if owner.role == "EMSP":
        yield "tokens", _tokens(chance, size, owner, now)
        return
    builder = _Builder(chance, owner, now, size)
    yield "tariffs", iter(builder.tariffs)
    yield "locations", builder.locations()
    for first in range(0, len(builder.spots), _BATCH):
        batch = enumerate(builder.spots[first : first + _BATCH], first + 1)
        over = [builder.concluded(number, spot) for number, spot in batch]
        yield "sessions", (session for session, _ in over)
        yield "cdrs", (cdr for _, cdr in over)


# Places and equipment -------------------------------------------------------------------------------------------------


@cache
def _table(name: str) -> Json:
    return tomllib.loads((_DATA / f"{name}.toml").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class _Spot:
    """A connector at which a session took place: what its CDR needs of it, and the moment after its end."""

    location: Json
    plug: Json
    tariffs: tuple[Json, ...]
    before: datetime


@dataclass
class _Builder:
    chance: random.Random
    owner: Party
    now: datetime
    size: int
    spots: list[_Spot] = field(default_factory=list)

    def __post_init__(self) -> None:
        countries: list[Json] = _table("places")["countries"]
        self.country = next((c for c in countries if c["code"] == self.owner.country_code.upper()), countries[0])
        self.zone = ZoneInfo(self.country["time_zone"])
        self.sites: list[Json] = _table("equipment")["sites"]
        self.chargers: dict[str, Json] = _table("equipment")["chargers"]
        self.statuses: dict[str, int] = _table("equipment")["statuses"]
        self.tariffs = [self._tariff(row) for row in _table("equipment")["tariffs"]]
        self.by_kind = {
            row["kind"]: tuple(
                tariff
                for tariff, other in zip(self.tariffs, _table("equipment")["tariffs"], strict=True)
                if other["kind"] == row["kind"]
            )
            for row in _table("equipment")["tariffs"]
        }

    def _tariff(self, row: Json) -> Json:
        unit, vat = self.country["prices"], self.country["vat"]
        made: Json = {
            "country_code": self.owner.country_code,
            "party_id": self.owner.party_id,
            "id": f"{row['kind']}-adhoc" if row["type"] == "AD_HOC_PAYMENT" else row["kind"],
            "currency": self.country["currency"],
            "type": row["type"],
        }
        for name in ("min_price", "max_price"):
            if name in row:
                amount = round(row[name] * unit, 2)
                made[name] = {"excl_vat": amount, "incl_vat": round(amount * (1 + vat / 100), 4)}
        made["elements"] = [
            {
                "price_components": [
                    {"type": kind, "price": round(price * unit, 2), "vat": vat, "step_size": step}
                    for kind, price, step in element["prices"]
                ]
            }
            | ({"restrictions": element["restrictions"]} if "restrictions" in element else {})
            for element in row["elements"]
        ]
        return made | {"last_updated": timestamp(self.now - _HISTORY - timedelta(days=30))}

    def locations(self) -> Iterator[Json]:
        """Yield Locations with `size` EVSEs in all, the oldest first."""
        weights = [site["weight"] for site in self.sites]
        number = made = 0
        while made < self.size:
            number += 1
            site = self.chance.choices(self.sites, weights)[0]
            count = min(self.chance.randint(*site["evses"]), self.size - made)
            made += count
            moment = self.now - _LATEST - _HISTORY * (1 - made / self.size)
            place = self._location(number, site, count, moment)
            if made > len(self.spots) * _EVSES_PER_SESSION and len(self.spots) < _SESSIONS:
                self.spots.append(self._spot(place, moment))
            yield place

    def _location(self, number: int, site: Json, count: int, moment: datetime) -> Json:
        chance, country, owner = self.chance, self.country, self.owner
        town = chance.choice(country["towns"])
        street = chance.choice(country["streets"])
        stamps = (timestamp(moment), timestamp(moment - timedelta(hours=chance.randint(1, 500))))
        latitude, longitude = (town[name] + chance.uniform(-_OFFSET, _OFFSET) for name in ("latitude", "longitude"))
        location_id = f"{owner.party_id}-{number:06d}"
        return {
            "country_code": owner.country_code,
            "party_id": owner.party_id,
            "id": location_id,
            "publish": True,
            "name": site["name"].format(town=town["name"], street=street),
            "address": country["address"].format(street=street, number=chance.randint(1, 199)),
            "city": town["name"],
            "postal_code": _filled(chance, town["postal_code"]),
            "country": country["alpha3"],
            "coordinates": {"latitude": f"{latitude:.6f}", "longitude": f"{longitude:.6f}"},
            "evses": [self._evse(location_id, number, n, site, stamps) for n in range(1, count + 1)],
            "operator": {"name": owner.name},
            "time_zone": country["time_zone"],
            **site["location"],
            "last_updated": stamps[0],
        }

    def _evse(self, location_id: str, place: int, number: int, site: Json, stamps: tuple[str, str]) -> Json:
        charger = self.chargers[self.chance.choice(site["chargers"])]
        tariffs = self.by_kind[self.chance.choice(charger["tariffs"])]
        names = [tariff["id"] for tariff in tariffs]
        made: Json = {
            "uid": f"{location_id}-{number}",
            "evse_id": f"{self.owner.country_code}*{self.owner.party_id}*E{place:06d}*{number}",
            "status": self.chance.choices(tuple(self.statuses), tuple(self.statuses.values()))[0],
            "capabilities": charger["capabilities"],
            "connectors": [
                {"id": str(n), **row, "tariff_ids": names, "last_updated": stamps[1]}
                for n, row in enumerate(charger["connectors"], 1)
            ],
            "physical_reference": str(number),
            # The first EVSE is the one that changed last.
            "last_updated": stamps[0] if number == 1 else stamps[1],
        }
        return made | ({"floor_level": self.chance.choice(site["floors"])} if "floors" in site else {})

    # What was charged -------------------------------------------------------------------------------------------------

    def _spot(self, place: Json, moment: datetime) -> _Spot:
        evse = place["evses"][0]
        plug = evse["connectors"][0]
        fitting = tuple(tariff for tariff in self.tariffs if tariff["id"] in plug["tariff_ids"])
        return _Spot(samples.cdr_location(place, evse, plug), plug, fitting, moment)

    def concluded(self, number: int, spot: _Spot) -> tuple[Json, Json]:
        """Return a COMPLETED Session at `spot` and its CDR."""
        stretches = self._stretches(spot)
        tariff = choose(spot.tariffs, stretches[0].begin)
        due = statement(stretches, tariff, self.zone)
        begin, end = timestamp(stretches[0].begin), timestamp(stretches[-1].end)
        shared: Json = {
            "country_code": self.owner.country_code,
            "party_id": self.owner.party_id,
            "start_date_time": begin,
            "end_date_time": end,
            "cdr_token": self._driver(),
            "auth_method": "WHITELIST",
            "currency": self.country["currency"],
            "charging_periods": list(due.periods),
            "last_updated": end,
        }
        session = {
            **shared,
            "id": f"S{number:08d}",
            "kwh": due.kwh,
            "location_id": spot.location["id"],
            "evse_uid": spot.location["evse_uid"],
            "connector_id": spot.location["connector_id"],
            "total_cost": due.total_cost,
            "status": "COMPLETED",
        }
        cdr = {
            **shared,
            "id": f"C{number:08d}",
            "session_id": session["id"],
            "cdr_location": spot.location,
            "tariffs": [tariff] if tariff else [],
            **due.totals(),
        }
        return session, cdr

    def _stretches(self, spot: _Spot) -> list[Stretch]:
        """Return how a vehicle was charged and then parked at a connector, some time before its moment."""
        power = spot.plug["max_electric_power"]
        slow = power <= _SLOW
        step = 1800 if slow else 300
        charging, parked = self.chance.randint(2, 8), self.chance.randint(0, 4) if slow else 0
        energy = round(power * self.chance.uniform(0.3, 0.98)) * step // 3600
        begin = spot.before - timedelta(seconds=step * (charging + parked) + self.chance.randint(60, 6000))
        starts = [begin.replace(microsecond=0) + timedelta(seconds=n * step) for n in range(charging + parked)]
        return [at_connector(spot.plug, start, step, energy) for start in starts[:charging]] + [
            at_connector(spot.plug, start, step, 0, charging=False) for start in starts[charging:]
        ]

    def _driver(self) -> Json:
        contract = self.chance.randint(0, 99_999_999)
        token = samples.cdr_token(self.owner.country_code)
        uid = f"04{self.chance.getrandbits(48):012X}"
        return token | {"uid": uid, "contract_id": f"{self.owner.country_code}-TST-C{contract:08d}-X"}


def _filled(chance: random.Random, shape: str) -> str:
    """Return `shape` with a digit for each # and a capital letter for each @."""
    drawn = {"#": "0123456789", "@": "ABCDEFGHJKLPRSTVWXZ"}
    return "".join(chance.choice(drawn[mark]) if mark in drawn else mark for mark in shape)


def _tokens(chance: random.Random, size: int, owner: Party, now: datetime) -> Iterator[Json]:
    for number in range(1, size + 1):
        moment = now - _LATEST - _HISTORY * (1 - number / size)
        kind = chance.choices(tuple(_TOKEN_TYPES), tuple(_TOKEN_TYPES.values()))[0]
        # The number keeps uids apart, whatever chance brings.
        uid = f"04{chance.getrandbits(24):06X}{number:06X}" if kind == "RFID" else f"{kind}-{number:08d}"
        made = samples.token(uid, owner, moment) | {
            "type": kind,
            "contract_id": f"{owner.country_code}-{owner.party_id}-C{number:08d}-X",
            "valid": chance.random() < 0.95,
            "whitelist": chance.choices(tuple(_WHITELISTS), tuple(_WHITELISTS.values()))[0],
        }
        if kind in {"APP_USER", "AD_HOC_USER"}:
            made["whitelist"] = "NEVER"
        if kind == "RFID":
            made["visual_number"] = f"{owner.country_code}-{owner.party_id}-{number:08d}"
        yield made


# A user's own files ---------------------------------------------------------------------------------------------------


def load_files(folder: Path) -> dict[str, list[Json]]:
    """Return the objects in the files of `folder`, by module.

    A file is called for its module: `locations.json` holds an array of objects, `locations.jsonl` one object a line.
    They have the form of OCPI 2.2.1, with what 2.3.0 adds.

    Raises:
        HarnessError: the folder or a file cannot be used; the message names the file and the line.
    """
    known = tuple(dict.fromkeys(module for version in _VERSIONS for module in list_modules(version)))
    if not folder.is_dir():
        raise HarnessError(f"{folder} is no folder", "Name a folder with files such as locations.json")
    found: dict[str, list[Json]] = {}
    for path in sorted(path for path in folder.iterdir() if path.suffix in {".json", ".jsonl"}):
        if path.stem not in known:
            raise HarnessError(f"{path}: {path.stem} is no module with lists", f"Call it one of {', '.join(known)}")
        read = _lines if path.suffix == ".jsonl" else _array
        found.setdefault(path.stem, []).extend(_checked(path, path.stem, read(path)))
    if not found:
        raise HarnessError(f"{folder} holds no data", f"Put a .json or .jsonl file there: {', '.join(known)}")
    for module, items in found.items():
        _require_unique(folder, module, items)
    return found


def _lines(path: Path) -> Iterator[tuple[str, Any]]:
    for number, line in enumerate(path.read_bytes().splitlines(), 1):
        if line.strip():
            yield f"{path}:{number}", _parsed(line, path, number)


def _array(path: Path) -> Iterator[tuple[str, Any]]:
    text = path.read_bytes()
    items = _parsed(text, path, 1)
    if not isinstance(items, list):
        raise HarnessError(f"{path}:1: no array", "Put the objects into one array, or one a line into a .jsonl file")
    # Which line an item is on is only looked for when somebody has to be told.
    yield from ((f"{path}: item {number} of the array", item) for number, item in enumerate(items, 1))


def _parsed(text: bytes, path: Path, line: int) -> Any:  # noqa: ANN401  (any JSON value)
    try:
        return jsontext.loads(text)
    except jsontext.JsonError as error:
        try:
            json.loads(text)
        except json.JSONDecodeError as found:
            line += found.lineno - 1
        except UnicodeDecodeError as found:
            line += text[: found.start].count(b"\n")
        raise HarnessError(f"{path}:{line}: not JSON: {error}", "Correct the file; it is UTF-8 by RFC 8259") from None


def _checked(path: Path, module: str, items: Iterator[tuple[str, Any]]) -> Iterator[Json]:
    """Yield the items that have what every object of ours is found by.

    Raises:
        HarnessError: one has not.
    """
    for place, item in items:
        if not isinstance(item, dict):
            raise HarnessError(f"{place}: no object but {jsontext.type_name(item)}", f"Put objects into {path.name}")
        try:
            key_of(module, item)
        except (KeyError, AttributeError) as error:
            missing = f"no field {error.args[0]}" if isinstance(error, KeyError) else "an id that is no string"
            raise HarnessError(f"{place}: {missing}", "Add it: objects are found by owner and id") from None
        if "last_updated" in item and not _is_moment(item["last_updated"]):
            raise HarnessError(f"{place}: last_updated is no DateTime", "Write it like 2026-01-31T12:00:00Z")
        yield item


def _is_moment(value: object) -> bool:
    try:
        return isinstance(value, str) and bool(re.match(r"\d{4}-\d\d-\d\dT", value)) and bool(parse_timestamp(value))
    except ValueError:
        return False


def _require_unique(folder: Path, module: str, items: Sequence[Json]) -> None:
    seen: set[object] = set()
    for item in items:
        key = key_of(module, item)
        if key in seen:
            raise HarnessError(
                f"{folder}: two objects of {module} with the id {key[2]} of {key[0]}*{key[1]}", "Keep one of them"
            )
        seen.add(key)
