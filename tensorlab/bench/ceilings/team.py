"""The same call in several threads at once, each on data of its own: what all processors reach together."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import repeat
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class Team:
    """Threads that wait for work; the calling thread does a share itself. Use it in a ``with`` block or close it.

    >>> done = []
    >>> with Team(2) as team:
    ...     team.together([lambda: done.append(1), lambda: done.append(2)])()
    >>> sorted(done)
    [1, 2]
    """

    def __init__(self, threads: int) -> None:
        self.threads = threads
        self._pool = ThreadPoolExecutor(max(threads - 1, 1), thread_name_prefix="tensorlab-ceilings")

    def together(self, calls: Sequence[Callable[[], object]], times: int = 1) -> Callable[[], None]:
        """A call that does all of them at once, each so many times, and returns when the last is done."""
        first, *others = calls

        def call() -> None:
            asked = [self._pool.submit(_again, other, times) for other in others]
            _again(first, times)
            for one in asked:
                one.result()

        return call

    def close(self) -> None:
        """End the threads."""
        self._pool.shutdown()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()


def _again(call: Callable[[], object], times: int) -> None:
    for _ in repeat(None, times):
        call()
