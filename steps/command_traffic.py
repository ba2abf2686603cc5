"""Which exchanges of a record are commands, their direct answers and their results. It selects; nothing is judged."""

from __future__ import annotations

from urllib.parse import urlsplit

from ocpi_conformance.mock_partner.ocpi.commands import COMMANDS
from ocpi_conformance.mock_partner.ocpi.modules import RECEIVER, SENDER
from ocpi_conformance.mock_partner.record import Exchange


def is_command(exchange: Exchange) -> bool:
    """Tell whether the target has POSTed a command, to the right place or to another one."""
    named = name_of(exchange) in COMMANDS[exchange.context.version or "2.2.1"].commands
    return exchange.sender == "target" and exchange.request.method == "POST" and (named or _is_to(exchange, RECEIVER))


def is_result(exchange: Exchange) -> bool:
    """Tell whether the target has POSTed something to the partner's Sender interface of commands."""
    return exchange.sender == "target" and _is_to(exchange, SENDER)


def answers_command(exchange: Exchange) -> bool:
    """Tell whether the target has answered a command of the partner."""
    return exchange.sender == "partner" and _is_to(exchange, RECEIVER) and exchange.response is not None


def answers_result(exchange: Exchange) -> bool:
    """Tell whether the target has answered a result that the partner has sent."""
    return exchange.sender == "partner" and _is_to(exchange, SENDER) and exchange.response is not None


def name_of(exchange: Exchange) -> str:
    """Return the last segment of a URL, which for a command is its name."""
    return urlsplit(exchange.request.url).path.rstrip("/").rpartition("/")[2]


def _is_to(exchange: Exchange, interface: str) -> bool:
    about = (exchange.request.method, exchange.context.module, exchange.context.interface)
    return about == ("POST", "commands", interface)
