"""A certification in several processes of pytest-xdist: what it needs, who runs what, what they tell each other.

Rules: one version and role of the target is one conversation, with one partner and one record, and stays whole in one
process: the scenarios on the record of the run see all of it. No verdicts and no reports here.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

import pytest

from ocpi_conformance.cli.certification import Certification
from ocpi_conformance.mock_partner.config import TargetConfig
from ocpi_conformance.mock_partner.settings import ConfigError
from ocpi_conformance.steps.run import EMBEDDED

CONTROLLER = pytest.StashKey["Controller"]()
_RUN, _STOPPED = "ocpi_run", "ocpi_stopped"
# Seconds that a worker has to leave the target as it was found.
_LEAVING = 30.0


def arrange(config: pytest.Config, asked: Certification) -> None:
    """Make this process take its part of the certification: all of it, that of a worker, or that of who starts them.

    Raises:
        ConfigError: target.toml does not have what several partners at once need.
    """
    if is_worker(config):
        asked.id = config.workerinput[_RUN]  # type: ignore[attr-defined]
    elif config.getoption("dist", "no") != "no" and config.getoption("tx", None):
        processes = config.option.tx[: len(asked.asked)]
        if len(processes) < 2:
            # There is nothing to share, and a process of its own can ask the operator.
            config.option.dist, config.option.tx, config.option.numprocesses = "no", [], 0
            return
        refuse(asked.config, len(asked.asked))
        config.option.tx, config.option.numprocesses = processes, len(processes)
        # What a worker had begun cannot be gone on with: its registration and the beginning of its record are lost.
        config.option.maxworkerrestart = "0"
        controller = config.stash[CONTROLLER] = Controller(asked)
        config.pluginmanager.register(controller, "ocpi-controller")


def is_worker(config: pytest.Config) -> bool:
    """Tell whether another process has started this one, and writes the reports."""
    return hasattr(config, "workerinput")


def listen(config: pytest.Config) -> None:
    """Make a cancelled CI job end like Ctrl-C: fixtures are torn down, registrations ended, reports written."""
    if is_worker(config):
        # Ctrl-C reaches all processes at once; that of the controller is passed on, and one is enough.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, _interrupt_once)
    else:
        signal.signal(signal.SIGTERM, signal.default_int_handler)


@contextmanager
def undisturbed(config: pytest.Config) -> Iterator[None]:
    """Keep an interrupt of a worker until the block has ended: it would tear what ends a registration apart."""
    if not is_worker(config):
        yield
        return
    came: list[int] = []
    usual = signal.signal(signal.SIGTERM, lambda number, _: came.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, usual)
    if came and usual != signal.SIG_IGN:
        _interrupt_once(came[0], None)


def _interrupt_once(number: int, frame: FrameType | None) -> NoReturn:
    signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


def refuse(config: TargetConfig, runs: int) -> None:
    """Refuse a target.toml with which `runs` partners cannot be there at the same time.

    Raises:
        ConfigError: the first thing that is missing; it names file, key and remedy.
    """
    if config.source == Path(EMBEDDED):
        return
    for key, problem, remedy in _obstacles(config, runs):
        raise ConfigError(str(config.source), key, problem, f"{remedy}, or leave -n out")


def _obstacles(config: TargetConfig, runs: int) -> Iterator[tuple[str, str, str]]:
    handshake = config.credentials.mode == "handshake"
    if not handshake:
        yield "[credentials] mode", "with preshared tokens there is one partner only", 'write mode = "handshake"'
    elif len(config.tokens_a) < runs and "new_token_a" not in config.triggers:
        had = f"-n runs {runs} partners at once, and each needs a CREDENTIALS_TOKEN_A; there are {len(config.tokens_a)}"
        yield "[target] tokens_a", had, f"give {runs} or more, or a trigger new_token_a"
    if config.partner.public_url or not config.partner.listen.endswith(":0"):
        had = f"-n runs {runs} partners at once, which cannot have one address"
        yield "[partner] listen", had, "write port 0 and no public_url"
    for name, trigger in config.triggers.items():
        if trigger.kind == "operator":
            yield f"[triggers] {name}", "with -n nobody can be asked", "give a command or http"


def stop(session: pytest.Session, message: str, code: int) -> NoReturn:
    """End the run in a worker, with a message and an exit code for the process that started it."""
    session.shouldstop = message
    session.config.workeroutput[_STOPPED] = code  # type: ignore[attr-defined]
    pytest.fail(message, pytrace=False)


class Controller:
    """A pytest plugin in the process that starts the workers; `stopped` is the exit code that one of them asks for."""

    def __init__(self, asked: Certification) -> None:
        self._asked = asked
        self._active: list[Any] = []
        self._pids: dict[str, int] = {}
        self.stopped: int | None = None

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:  # noqa: ANN401  (pytest-xdist has no types)
        """Tell a worker which run it is a part of."""
        node.workerinput[_RUN] = self._asked.id

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_make_scheduler(self, config: pytest.Config, log: Any) -> object:  # noqa: ANN401
        """Share by version and role, whatever --dist says."""
        # Not needed, and perhaps not installed, where a run has one process.
        from ocpi_conformance.cli.shares import ByPair  # noqa: PLC0415

        return ByPair(config, log)

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_newgateway(self, gateway: Any) -> None:  # noqa: ANN401
        """Note the process of a worker, as pytest-xdist finds it out for its own header."""
        self._pids[gateway.id] = gateway._rinfo().pid

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodeready(self, node: Any) -> None:  # noqa: ANN401
        """Note that a worker runs."""
        self._active.append(node)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:  # noqa: ANN401
        """Note what a worker said at its end; one that died has said nothing."""
        self._active = [other for other in self._active if other is not node]
        self.stopped = getattr(node, "workeroutput", {}).get(_STOPPED, self.stopped)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, exitstatus: int) -> None:
        """Pass an interrupt on, and give the workers the time that pytest-xdist would not."""
        if exitstatus != pytest.ExitCode.INTERRUPTED:
            return
        for node in self._active:
            with suppress(ProcessLookupError):
                os.kill(self._pids[node.gateway.id], signal.SIGTERM)
        for node in self._active:
            with suppress(node.channel.TimeoutError, node.channel.RemoteError, EOFError, OSError):
                node.channel.waitclose(_LEAVING)
