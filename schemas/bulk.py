"""Validates many objects, if asked in several processes, and keeps none of them; output is written elsewhere."""

from __future__ import annotations

import multiprocessing
import signal
from collections import deque
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from ocpi_conformance.schemas.plain import plain_json
from ocpi_conformance.schemas.stream import CHUNK, Item, is_lines, items_of_lines, items_of_values, line_batches
from ocpi_conformance.schemas.validation import Validator, validator

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from ocpi_conformance.schemas.errors import SchemaError

_AHEAD: Final = 3
"""Batches per process that are read before their turn."""


@dataclass(frozen=True)
class Task:
    """What the objects should be: a class or enum of one version, whole or (`partial`) as the body of a PATCH.

    `more` finds in one object what no schema can say; its arguments are the object and, if it is at hand, the JSON text
    that holds it. For several processes it has to be a value that can be pickled.
    """

    version: str
    name: str
    partial: bool = False
    notices: bool = False
    more: Callable[[object, bytes], Iterable[SchemaError]] | None = None

    def validator(self) -> Validator:
        """Returns the validator of the objects.

        Raises:
            KeyError: the version or the class is unknown; the message lists what is known.
        """
        return validator(self.version, self.name, partial=self.partial)


@dataclass(frozen=True, slots=True)
class Judged:
    """What was found in one item: its place, and its errors and notices or the problem that kept it from being read."""

    line: int
    root: str
    envelope: bool = False
    problem: str = ""
    errors: tuple[SchemaError, ...] = ()
    notices: tuple[SchemaError, ...] = ()


@dataclass
class Tally:
    """What was found in all: objects seen and invalid, errors and notices in them, and texts that are no JSON."""

    objects: int = 0
    invalid: int = 0
    errors: int = 0
    notices: int = 0
    unreadable: int = 0

    def add(self, judged: Judged) -> None:
        """Counts one item; an envelope is no object, but its errors count."""
        self.objects += not (judged.envelope or judged.problem)
        self.invalid += bool(judged.errors) and not judged.envelope
        self.errors += len(judged.errors)
        self.notices += len(judged.notices)
        self.unreadable += bool(judged.problem)

    def update(self, other: Tally) -> None:
        """Adds what another process has counted."""
        self.objects += other.objects
        self.invalid += other.invalid
        self.errors += other.errors
        self.notices += other.notices
        self.unreadable += other.unreadable


@dataclass
class Bulk:
    """Judges the objects of one source after another; `tally` counts them all."""

    task: Task
    workers: int = 1
    tally: Tally = field(default_factory=Tally)

    def judge(self, source: BinaryIO, read: Callable[[int], None] = lambda _: None) -> Iterator[Judged]:
        """Yields what was found, only items with a finding, in the order of the text.

        `read` is told of each number of bytes as they are read. More than one worker is of use for JSON Lines only.
        """
        head = source.read(CHUNK)
        chunks = _told(chain([head], iter(lambda: source.read(CHUNK), b"")), read)
        unwrap = self.task.name != "Response"
        if not is_lines(head):
            yield from self._counted(judge(self.task, items_of_values(chunks, unwrap=unwrap)))
        elif self.workers == 1:
            for first, batch in line_batches(chunks):
                yield from self._counted(judge(self.task, items_of_lines(first, batch, unwrap=unwrap)))
        else:
            yield from self._shared(line_batches(chunks))

    def _counted(self, found: Iterable[Judged]) -> Iterator[Judged]:
        for judged in found:
            self.tally.add(judged)
            if judged.errors or judged.notices or judged.problem:
                yield judged

    def _shared(self, batches: Iterable[tuple[int, bytes]]) -> Iterator[Judged]:
        # A fresh interpreter: a forked one would inherit whatever threads and locks the caller has.
        context = multiprocessing.get_context("spawn")
        pending: deque[Future[tuple[Tally, list[Judged]]]] = deque()
        with ProcessPoolExecutor(self.workers, mp_context=context, initializer=_leave_interrupts) as pool:
            try:
                for first, batch in batches:
                    pending.append(pool.submit(_judge_batch, self.task, first, batch))
                    if len(pending) > self.workers * _AHEAD:
                        yield from self._merged(pending.popleft())
                while pending:
                    yield from self._merged(pending.popleft())
            finally:
                pool.shutdown(cancel_futures=True)

    def _merged(self, future: Future[tuple[Tally, list[Judged]]]) -> list[Judged]:
        tally, found = future.result()
        self.tally.update(tally)
        return found


def judge(task: Task, items: Iterable[Item]) -> Iterator[Judged]:
    """Yields what was found in each item, the valid ones included."""
    objects, envelopes = task.validator(), validator(task.version, "Response")
    for item in items:
        if item.problem:
            yield Judged(item.line, item.root, problem=item.problem)
            continue
        checked = envelopes if item.envelope else objects
        errors = checked.errors(item.value)
        notices = checked.notices(item.value) if task.notices else []
        value = item.value
        if item.odd:
            value, defects = plain_json(value)
            told = {error.pointer for error in errors}
            errors += [defect for defect in defects if defect.pointer not in told]
        if task.more and not item.envelope:
            # What a schema rejects at a place is said once.
            told = {error.pointer for error in errors}
            for found in task.more(value, item.text):
                if found.pointer not in told:
                    (errors if found.severity == "error" else notices).append(found)
        yield Judged(item.line, item.root, item.envelope, "", tuple(errors), tuple(notices))


def _judge_batch(task: Task, first: int, batch: bytes) -> tuple[Tally, list[Judged]]:
    """Returns, in a process of its own, the count and the findings of whole lines."""
    part = Bulk(task)
    found = part._counted(judge(task, items_of_lines(first, batch, unwrap=task.name != "Response")))
    listed = list(found)
    return part.tally, listed


def _leave_interrupts(*_: Any) -> None:  # noqa: ANN401
    """Leaves Ctrl-C to the process that started this one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _told(chunks: Iterable[bytes], read: Callable[[int], None]) -> Iterator[bytes]:
    for chunk in chunks:
        read(len(chunk))
        yield chunk
