"""Which exchanges of a record are about charging profiles: requests, results, active profiles. It judges nothing."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

from ocpi_conformance.mock_partner.ocpi.modules import RECEIVER, SENDER
from ocpi_conformance.mock_partner.record import Exchange

METHODS = frozenset({"GET", "PUT", "DELETE"})


def is_profile_request(exchange: Exchange) -> bool:
    """Tell whether the target has asked for, set or cleared a profile at the partner's Receiver interface."""
    return exchange.sender == "target" and _asks(exchange)


def answers_profile_request(exchange: Exchange) -> bool:
    """Tell whether the target has answered such a request of the partner."""
    return exchange.sender == "partner" and _asks(exchange) and exchange.response is not None


def is_profile_result(exchange: Exchange) -> bool:
    """Tell whether the target has POSTed something to the partner's Sender interface."""
    return exchange.sender == "target" and _is_to_sender(exchange, "POST")


def answers_profile_result(exchange: Exchange) -> bool:
    """Tell whether the target has answered a result that the partner has sent."""
    return exchange.sender == "partner" and _is_to_sender(exchange, "POST") and exchange.response is not None


def is_active_profile(exchange: Exchange) -> bool:
    """Tell whether the target has PUT something to the partner's Sender interface."""
    return exchange.sender == "target" and _is_to_sender(exchange, "PUT")


def answers_active_profile(exchange: Exchange) -> bool:
    """Tell whether the target has answered an active profile that the partner has PUT."""
    return exchange.sender == "partner" and _is_to_sender(exchange, "PUT") and exchange.response is not None


def parameters(exchange: Exchange) -> list[tuple[str, str]]:
    """Return the query parameters of a request, decoded, in their order; one that stands there twice is there twice."""
    return parse_qsl(urlsplit(exchange.request.url).query, keep_blank_values=True)


def _asks(exchange: Exchange) -> bool:
    about = (exchange.context.module, exchange.context.interface)
    return about == ("chargingprofiles", RECEIVER) and exchange.request.method in METHODS


def _is_to_sender(exchange: Exchange, method: str) -> bool:
    about = (exchange.request.method, exchange.context.module, exchange.context.interface)
    return about == (method, "chargingprofiles", SENDER)
