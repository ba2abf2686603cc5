"""Makes the target act first, the way target.toml says: a command, an HTTP request, or a request to the operator."""

from __future__ import annotations

import shlex
import string
import subprocess
import sys
import time
import urllib.parse
from collections.abc import Mapping

from ocpi_conformance.mock_partner.client import Client
from ocpi_conformance.mock_partner.config import Trigger
from ocpi_conformance.mock_partner.errors import HarnessError, NoTrigger
from ocpi_conformance.mock_partner.record import Record, Request


class Triggers:
    """The triggers of one target.

    Args:
        triggers: by name, as configured.
        timeout: seconds that a command or an HTTP trigger may take.
    """

    def __init__(self, triggers: Mapping[str, Trigger], timeout: float = 30.0) -> None:
        self._triggers = triggers
        self._timeout = timeout
        # Seconds that triggers took: the target's time, or the operator's.
        self.waited = 0.0

    def has(self, name: str) -> bool:
        """Tell whether the trigger `name` is configured."""
        return name in self._triggers

    def pull(self, name: str, values: Mapping[str, str] | None = None) -> str:
        """Carry out the trigger with `values` for its placeholders; return what it printed or answered.

        Raises:
            NoTrigger: it is not configured.
            HarnessError: it failed; the message says how.
        """
        trigger = self._triggers.get(name)
        if trigger is None:
            raise NoTrigger(f"no trigger {name} is configured", f"Add {name} to [triggers] of target.toml")
        started = time.monotonic()
        carry_out = {"command": self._command, "http": self._http, "operator": self._ask}[trigger.kind]
        try:
            return carry_out(name, trigger.text, dict(values or {}))
        finally:
            self.waited += time.monotonic() - started

    def _command(self, name: str, text: str, values: dict[str, str]) -> str:
        line = _filled(name, text, {key: shlex.quote(value) for key, value in values.items()})
        try:
            done = subprocess.run(  # noqa: S602  (the operator's own command line)
                line, shell=True, capture_output=True, text=True, timeout=self._timeout, check=False
            )
        except subprocess.TimeoutExpired:
            raise HarnessError(f"trigger {name} took longer than {self._timeout:g} s") from None
        if done.returncode != 0:
            raise HarnessError(f"trigger {name} ended with exit code {done.returncode}: {done.stderr.strip()[-200:]}")
        return done.stdout

    def _http(self, name: str, text: str, values: dict[str, str]) -> str:
        method, _, url = _filled(name, text, {k: urllib.parse.quote(v, safe="") for k, v in values.items()}).partition(
            " "
        )
        client = Client(Record(), "partner", self._timeout)
        try:
            exchange = client.send(Request(method, url))
        finally:
            client.close()
        response = exchange.response
        if response is None or response.status >= 400:
            raise HarnessError(f"trigger {name} was answered with HTTP {response.status if response else 'nothing'}")
        return response.body.decode("utf-8", "replace")

    def _ask(self, name: str, text: str, values: dict[str, str]) -> str:
        if not sys.stdin or not sys.stdin.isatty():
            raise NoTrigger(f"trigger {name} needs an operator at a terminal")
        shown = _filled(name, text, values)
        return input(f"\n[operator] {shown}\nPress Enter when done (an answer is used where one is asked for): ")


def _filled(name: str, text: str, values: Mapping[str, str]) -> str:
    unknown = {field for _, field, _, _ in string.Formatter().parse(text) if field and field not in values}
    # An optional value that nobody gave is empty: the trigger then takes any object.
    try:
        return text.format_map({**dict.fromkeys(unknown, ""), **values})
    except (IndexError, ValueError) as error:
        raise HarnessError(
            f"trigger {name} cannot be filled in: {error}", "Placeholders look like {location_id}"
        ) from None
