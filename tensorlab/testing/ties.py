"""Indices that differ and yet point to the same: where elements are equal, a sort may name either of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from tensorlab.testing.comparing import as_array, leaves

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


def same_but_for_ties(got: object, expected: object, arguments: Sequence[object]) -> bool:
    """Whether all that differs are indices, into an argument, of elements that are equal.

    >>> x = torch.tensor([5.0, 1.0, 1.0])
    >>> same_but_for_ties(torch.tensor([1, 2, 0]), torch.tensor([2, 1, 0]), [x])
    True
    >>> same_but_for_ties(torch.tensor([0, 2, 1]), torch.tensor([2, 1, 0]), [x])
    False
    """
    ours, theirs = [leaf for _, leaf in leaves(got)], [leaf for _, leaf in leaves(expected)]
    if len(ours) != len(theirs):
        return False
    sources = [as_array(thing) for thing in arguments if isinstance(thing, (torch.Tensor, np.ndarray))]
    return all(_same(mine, his, sources) for mine, his in zip(ours, theirs, strict=True))


def _same(ours: Any, theirs: Any, sources: list[NDArray[Any]]) -> bool:  # noqa: ANN401 - leaves of a result
    if not isinstance(theirs, (torch.Tensor, np.ndarray, np.generic, int)):
        return bool(ours == theirs)
    mine, his = as_array(ours), as_array(theirs)
    if mine.shape != his.shape or mine.dtype != his.dtype:
        return False
    if np.array_equal(mine, his):
        return True
    if his.dtype.kind not in "iu":
        return his.dtype.kind in "fc" and np.allclose(mine, his, equal_nan=True)
    return any(_points_to_equals(mine, his, source) for source in sources)


def _points_to_equals(mine: NDArray[Any], his: NDArray[Any], source: NDArray[Any]) -> bool:
    """Whether both read the same along some axis of the source, or from its elements in a row."""
    if _reads_alike(mine.reshape(-1), his.reshape(-1), source.reshape(-1), 0):
        return True
    for axis in range(source.ndim):
        rest = source.shape[:axis] + source.shape[axis + 1 :]
        if mine.shape == rest:
            pair = np.expand_dims(mine, axis), np.expand_dims(his, axis)
        elif mine.ndim == source.ndim and mine.shape[:axis] + mine.shape[axis + 1 :] == rest:
            pair = mine, his
        else:
            continue
        if _reads_alike(*pair, source, axis):
            return True
    return False


def _reads_alike(mine: NDArray[Any], his: NDArray[Any], source: NDArray[Any], axis: int) -> bool:
    n = source.shape[axis] if source.ndim else 0
    inside = all(index.size == 0 or (index.min() >= 0 and index.max() < n) for index in (mine, his))
    if not inside or not mine.size:
        return False
    return bool(
        np.array_equal(np.take_along_axis(source, mine, axis), np.take_along_axis(source, his, axis), equal_nan=True)
    )
