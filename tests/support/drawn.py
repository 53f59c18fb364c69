"""What strategies drew, looked at from outside: classes from strides, offset and storage, and how often each came."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from hypothesis import HealthCheck, given, seed, settings

from tensorlab.layout.record import Layout
from tensorlab.testing.classing import classes_of

if TYPE_CHECKING:
    from hypothesis import strategies as st


def layout_of(thing: Any) -> Layout:
    """The layout, counted from the first byte of the storage."""
    if isinstance(thing, torch.Tensor):
        size = thing.element_size()
        strides = tuple(stride * size for stride in thing.stride())
        return Layout(tuple(thing.shape), strides, int(thing.storage_offset()) * size, size)
    base = thing
    while isinstance(base.base, np.ndarray):
        base = base.base
    start = thing.__array_interface__["data"][0] - base.__array_interface__["data"][0]
    return Layout(thing.shape, thing.strides, start, thing.itemsize)


def classes_seen(thing: Any) -> set[str]:
    """The classes that an object shows."""
    found: set[str] = set(classes_of(layout_of(thing)))
    if isinstance(thing, torch.Tensor):
        base = thing._base
        bits = {"conj": thing.is_conj(), "neg": thing.is_neg()}
        odd = thing.untyped_storage().nbytes() % thing.element_size() != 0
        bits["dtype view"] = odd or (base is not None and base.dtype != thing.dtype)
    else:
        bits = {"dtype view": isinstance(thing.base, np.ndarray) and thing.base.dtype != thing.dtype}
    return found | {name for name, holds in bits.items() if holds}


def draws(strategy: st.SearchStrategy[Any], count: int = 1000, number: int = 0) -> list[Any]:
    """So many draws, the same for the same number."""
    drawn: list[Any] = []

    @seed(number)
    @settings(max_examples=count, database=None, deadline=None, suppress_health_check=list(HealthCheck))
    @given(strategy)
    def collect(thing: Any) -> None:
        drawn.append(thing)

    collect()
    return drawn


def shares(drawn: list[Any]) -> dict[str, float]:
    """How many of a hundred are of each class."""
    counts = Counter(name for thing in drawn for name in classes_seen(thing))
    return {name: 100 * count / len(drawn) for name, count in counts.items()}
