"""What a benchmark is and how one is registered; measuring lives in the other files, product code nowhere here."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

BENCHMARKS: dict[str, Callable[[], Iterator[Measured]]] = {}
"""Every registered benchmark by its name, in the order of registration."""


@dataclass(frozen=True)
class Measured:
    """One number, its unit, and the goal that it should reach: at least `goal`, or below it when `below` is set."""

    what: str
    value: float
    unit: str
    goal: float
    below: bool = False

    @property
    def met(self) -> bool:
        """Whether the goal is reached."""
        return self.value < self.goal if self.below else self.value >= self.goal

    def __str__(self) -> str:
        sign = "<" if self.below else ">="
        met = "met" if self.met else "MISSED"
        return f"{self.what:<62} {self.value:>8.2f} {self.unit:<6} goal {sign} {self.goal:g}: {met}"


def benchmark(function: Callable[[], Iterator[Measured]]) -> Callable[[], Iterator[Measured]]:
    """Registers a function that yields what it has measured."""
    BENCHMARKS[function.__name__] = function
    return function


def seconds(function: Callable[[], object], times: int = 1) -> float:
    """Returns the seconds that one call takes, of `times` calls in a row."""
    start = time.perf_counter()
    for _ in range(times):
        function()
    return (time.perf_counter() - start) / times


def ratio(slow: Callable[[], object], fast: Callable[[], object], *, calls: tuple[int, int], rounds: int = 7) -> float:
    """Returns how many times faster `fast` is: the median of rounds in which the two take turns.

    `calls` is how often each is called in a round. Only ratios are compared: the speed of a machine is nobody's goal.
    """
    found = [seconds(slow, calls[0]) / seconds(fast, calls[1]) for _ in range(rounds)]
    return statistics.median(found)
