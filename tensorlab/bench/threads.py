"""The same number of threads for every library while a run lasts."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import torch
from threadpoolctl import threadpool_info, threadpool_limits  # type: ignore[import-untyped]  # it has no annotations

if TYPE_CHECKING:
    from collections.abc import Iterator


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
