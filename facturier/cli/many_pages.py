"""Work on many documents, one after the other or shared among the machine's cores.

A document's file depends on nothing but the books, so it is the same whoever makes it. Workers are forks of the
loaded program: the books are in their memory without being sent. They take blocks of documents in turn, since what
stands together in memory is copied for the one that looks at it; what became of each document is read back in order,
so that messages come as from a single worker. Workers end with the command, however that ends.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any, TypeVar

Item = TypeVar("Item")
Made = TypeVar("Made")

# Below so many documents for each, another worker costs more than it saves.
FEWEST_EACH = 50
_BLOCK = 32  # what a worker has made and nobody has read yet fits into its pipe


class WorkerLostError(Exception):
    """A worker ended before its work did: it was killed, or memory ran out."""


def worker_count(items: int) -> int:
    """Return how many workers pay for so many documents; one where a program cannot be forked safely."""
    if sys.platform != "linux":
        return 1
    return max(min(len(os.sched_getaffinity(0)), items // FEWEST_EACH), 1)


def made_by_workers(items: Sequence[Item], make: Callable[[Item], Made], workers: int) -> Iterator[Made]:
    """Yield what is made of each item, in order. Begins at once, before the first is asked for.

    Args:
        items: What to work on.
        make: Makes one; what it returns must be picklable.
        workers: How many processes.

    Raises:
        WorkerLostError: A worker ended early (while yielding).
    """
    if workers == 1:
        return map(make, items)
    gc.collect()
    gc.freeze()  # collecting would write to memory that the workers share with us
    context = get_context("fork")
    pipes = [context.Pipe(duplex=False) for _ in range(workers)]
    readers = [reader for reader, _ in pipes]
    for rank, (_, results) in enumerate(pipes):
        share = [item for index, item in enumerate(items) if index // _BLOCK % workers == rank]
        others = [end for pipe in pipes for end in pipe if end is not results]
        context.Process(target=_work, args=(share, make, results, others), daemon=True).start()
    for _, results in pipes:
        results.close()
    return _in_turn(readers, len(items))


def _work(items: Sequence[Any], make: Callable[[Any], Any], results: Connection, others: Sequence[Connection]) -> None:
    """Make a worker's share. It holds no end of another's pipe, so it is told when nobody reads any more."""
    for end in others:
        end.close()
    with suppress(BrokenPipeError, KeyboardInterrupt):
        for item in items:
            results.send(make(item))


def _in_turn(readers: Sequence[Connection], count: int) -> Iterator[Any]:
    for index in range(count):
        try:
            yield readers[index // _BLOCK % len(readers)].recv()
        except (EOFError, OSError) as error:
            raise WorkerLostError from error
