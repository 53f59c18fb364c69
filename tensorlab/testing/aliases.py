"""Whether a result lies in the memory of an argument: byte by byte, not storage by storage."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from tensorlab.layout.overlap import overlap
from tensorlab.layout.record import Answer, Layout
from tensorlab.testing.comparing import leaves

if TYPE_CHECKING:
    from tensorlab.testing.placing import Placed


def shows(result: object) -> bool:
    """Whether a result has elements: only then can it share any.

    >>> shows(torch.zeros(2)), shows((torch.zeros(0), 3))
    (True, False)
    """
    return any((part.numel() if isinstance(part, torch.Tensor) else part.size) > 0 for part in _parts(result))


def shares(result: object, argument: Placed) -> bool:
    """Whether a part of the result has a byte in common with the elements of an argument.

    >>> from tensorlab.layout.dtype import dtype
    >>> from tensorlab.testing.placing import place
    >>> from tensorlab.testing.record import Laid
    >>> flat = Laid(layout=Layout((4,), (4,), itemsize=4), dtype=dtype("int32"), nbytes=20, classes=frozenset())
    >>> placed = place(flat, [1, 2, 3, 4])
    >>> shares(placed.thing[::2], placed), shares(placed.thing.clone(), placed)
    (True, False)
    """
    begin = int(argument.buffer.ctypes.data)
    mine = argument.recipe.laid.layout
    moved = Layout(mine.shape, mine.strides, mine.offset + argument.recipe.margin, mine.itemsize)
    for part in _parts(result):
        found = _layout(part, begin, argument.buffer.nbytes)
        if found is not None and overlap(found, moved).answer is Answer.YES:
            return True
    return False


def _parts(result: object) -> list[Any]:
    return [part for _, part in leaves(result) if isinstance(part, (torch.Tensor, np.ndarray))]


def _layout(part: Any, begin: int, nbytes: int) -> Layout | None:  # noqa: ANN401 - a tensor or an array
    """Where a part of a result lies in a buffer; None where it is not in it."""
    if isinstance(part, np.ndarray):
        pointer, strides = int(part.ctypes.data), part.strides
    elif part.layout is torch.strided and part.device.type == "cpu":
        pointer, strides = part.data_ptr(), tuple(stride * part.itemsize for stride in part.stride())
    else:
        return None
    if not begin <= pointer < begin + nbytes:
        return None
    return Layout(tuple(part.shape), tuple(map(int, strides)), pointer - begin, part.itemsize)
