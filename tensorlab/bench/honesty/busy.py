"""Processes that do nothing but compute, while a block lasts."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

LOOP = """
import os
parent = int({parent})
while os.getppid() == parent:
    for _ in range(1_000_000):
        pass
"""
"""It ends by itself where the process that started it is gone, even if that was killed."""


@contextmanager
def busy_loops(count: int) -> Iterator[tuple[int, ...]]:
    """Start so many busy processes and end them, whatever happens inside; their ids.

    >>> with busy_loops(1) as ids:
    ...     len(ids)
    1
    """
    command = [sys.executable, "-I", "-S", "-c", LOOP.format(parent=os.getpid())]
    running: list[subprocess.Popen[bytes]] = []
    try:
        for _ in range(count):
            running.append(  # noqa: PERF401 - each is known as soon as it runs, so that it is ended too
                subprocess.Popen(  # noqa: S603 - our own interpreter and our own loop
                    command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, start_new_session=True
                )
            )
        yield tuple(child.pid for child in running)
    finally:
        for child in running:
            child.kill()
        for child in running:
            child.wait()
