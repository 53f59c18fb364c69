"""The same number of threads for every library while a run lasts."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING

import torch
from threadpoolctl import threadpool_info, threadpool_limits  # type: ignore[import-untyped]  # it has no annotations

from tensorlab.bench.host.fingerprint import usable_processors
from tensorlab.bench.words import brief
from tensorlab.errors import LayoutError
from tensorlab.quantity import counted

if TYPE_CHECKING:
    from collections.abc import Iterator

THREADS_A_PROCESSOR = 8
"""More threads than that are refused: they would measure the scheduler, and enough of them stop the machine. More than
one a processor are a doubt beside the figures."""


def thread_count(given: int | str) -> int:
    """The number of threads that is asked for, as a number, as its digits, or as "all" processors.

    Raises:
        LayoutError: It is none of these, or more than 8 for each processor that this process may use.

    >>> thread_count(1), thread_count("1"), thread_count("all") == usable_processors()
    (1, 1, True)
    """
    usable = usable_processors()
    most = THREADS_A_PROCESSOR * usable
    hint = f'choose a number from 1 to {most}, or "all"'
    if given == "all":
        return usable
    if isinstance(given, str) and re.fullmatch(r"[0-9]{1,9}", given):
        given = int(given)
    if type(given) is not int or given < 1:
        raise LayoutError(f'threads are a whole number of 1 or more, or "all"; got {brief(given)}', hint=hint)
    if given > most:
        told = f"{counted(most, 'thread')} at most, on {counted(usable, 'processor')} that this process may use"
        raise LayoutError(f"{told}; got {brief(given)}", hint=hint)
    return given


@contextmanager
def equal_threads(count: int) -> Iterator[None]:
    """Torch, and NumPy's BLAS library, work with ``count`` threads inside; what was set before is restored."""
    before = torch.get_num_threads()
    with threadpool_limits(limits=count):
        torch.set_num_threads(count)
        try:
            yield
        finally:
            torch.set_num_threads(before)


def blas_is_controlled() -> bool:
    """Whether the BLAS library that NumPy loaded lets its threads be counted and set."""
    return any(facts.get("user_api") == "blas" for facts in threadpool_info())
