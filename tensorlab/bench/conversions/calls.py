"""The functions that convert, and how their results are written into."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch.utils.dlpack import from_dlpack

if TYPE_CHECKING:
    from collections.abc import Callable

CALLS: dict[str, Callable[[Any], Any]] = {
    "list": list,
    "array": lambda x: array("d", x),
    "memoryview": memoryview,
    "np.asarray": np.asarray,
    "np.array": np.array,
    "np.frombuffer": lambda x: np.frombuffer(x, np.float64),
    "np.from_dlpack": np.from_dlpack,
    "tolist": lambda x: x.tolist(),
    "numpy": lambda x: x.numpy(),
    "torch.tensor": torch.tensor,
    "torch.as_tensor": torch.as_tensor,
    "torch.asarray": torch.asarray,
    "torch.from_numpy": torch.from_numpy,
    "torch.frombuffer": lambda x: torch.frombuffer(x, dtype=torch.float64),
    "torch.from_dlpack": from_dlpack,
}
"""Name -> function, in the order of the table. ``array`` is ``array('d', x)``; frombuffer is told float64.

``tolist`` and ``numpy`` are the source's own methods."""


def write(result: Any) -> None:  # noqa: ANN401 - whatever a conversion makes
    """Another number in its first element; raises where that is not allowed.

    >>> made = np.zeros(2)
    >>> write(made)
    >>> made.tolist()
    [9.0, 0.0]
    """
    with torch.no_grad():
        if isinstance(result, list):
            if isinstance(result[0], torch.Tensor):
                result[0].fill_(9)
            else:
                result[0] = 9.0
        elif getattr(result, "shape", None) == ():
            result[...] = 9
        else:
            result[0] = 9.0


def values(thing: Any) -> list[Any]:  # noqa: ANN401 - a source or a result
    """Its elements as Python numbers.

    >>> values(torch.tensor([1.5])), values(np.array(2.5)), values([torch.tensor(1.0)])
    ([1.5], [2.5], [1.0])
    """
    told = np.asarray(thing) if isinstance(thing, memoryview) else thing  # which knows fewer formats
    found = told.tolist() if hasattr(told, "tolist") else list(told)
    listed = found if isinstance(found, list) else [found]
    return [x.item() if hasattr(x, "item") else x for x in listed]
