"""Work on many documents, alone or with the machine's other cores.

What a document's file depends on goes to a worker as a value, so the file is the same whoever makes it. Workers are
programs of their own without the books: forks would share them only until either side looks at them. Results come in
the order of the documents, so that messages do too. Workers end with the command, however that ends.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any, TypeVar

Item = TypeVar("Item")
Job = TypeVar("Job")
Made = TypeVar("Made")

# Below so many documents for each, another worker costs more than it saves.
FEWEST_EACH = 150
# How many jobs wait for each worker; their results fit into its pipe, so that nobody waits for each other.
_WAITING = 8


class WorkerLostError(Exception):
    """A worker ended before its work did: it was killed, or memory ran out."""


def worker_count(items: int) -> int:
    """Return how many workers pay for so many documents; one is this process."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(min(cores, items // FEWEST_EACH), 1)


class Workers:
    """Processes that do the same work on what they are sent."""

    def __init__(self, finish: Callable[[Any], Any], count: int) -> None:
        """Start them.

        Args:
            finish: Makes a result of a job; all three must be picklable where there are several workers.
            count: How many; one of them is this process, which begins each item and leaves the rest to the others.
        """
        self._finish = finish
        self._pipes: list[Connection] = []
        context = get_context("spawn")
        for _ in range(count - 1):
            ours, theirs = context.Pipe()
            context.Process(target=_work, args=(finish, theirs), daemon=True).start()
            theirs.close()
            self._pipes.append(ours)

    def results(self, items: Iterable[Item], begin: Callable[[Item], tuple[Job | None, Made | None]]) -> Iterator[Made]:
        """Yield the result of each item, in order.

        Args:
            items: What to work on.
            begin: Does here what needs the books; returns a job that is left to do, or the result.

        Raises:
            WorkerLostError: A worker ended early.
        """
        under_way: deque[tuple[Connection | None, Any]] = deque()
        turn = 0
        for item in items:
            job, made = begin(item)
            if job is None:
                under_way.append((None, made))
            elif not self._pipes:
                under_way.append((None, self._finish(job)))
            else:
                pipe = self._pipes[turn % len(self._pipes)]
                turn += 1
                with suppress(BrokenPipeError):  # told when its result is read
                    pipe.send(job)
                under_way.append((pipe, None))
            while len(under_way) > _WAITING * len(self._pipes):
                yield _result(*under_way.popleft())
        while under_way:
            yield _result(*under_way.popleft())


def _result(pipe: Connection | None, made: Any) -> Any:
    """Return a result that is here, or wait for it."""
    if pipe is None:
        return made
    try:
        return pipe.recv()
    except (EOFError, OSError) as error:
        raise WorkerLostError from error


def _work(finish: Callable[[Any], Any], pipe: Connection) -> None:
    """Finish jobs until nobody sends any."""
    with suppress(EOFError, OSError, KeyboardInterrupt):
        while True:
            pipe.send(finish(pipe.recv()))
