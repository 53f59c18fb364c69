"""A strategy for two tensors or arrays in one storage: the ways in which arguments may share memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from hypothesis import note
from hypothesis import strategies as st

from tensorlab.errors import LayoutError, UnsupportedError, unknown_name
from tensorlab.layout.shapes import numel
from tensorlab.memory.build import numpy_dtype
from tensorlab.memory.build_tensor import torch_dtype
from tensorlab.testing.filling import fill, poison_bytes
from tensorlab.testing.source import pick
from tensorlab.testing.strategies.asking import as_dtypes, as_shape, check_room
from tensorlab.testing.strategies.drawing import Drawn
from tensorlab.testing.strategies.record import SHARINGS, AliasedPair

if TYPE_CHECKING:
    from tensorlab.layout.dtype import DType
    from tensorlab.testing.source import Source
    from tensorlab.testing.strategies.drawing import Shape
    from tensorlab.testing.strategies.record import Library, Sharing

_ANOTHER = {1: "uint8", 2: "int16", 4: "int32", 8: "int64", 16: "float64"}
"""What bytes are seen as beside their own dtype."""


def aliased_pairs(
    *,
    library: Library = "torch",
    shape: Shape = None,
    dtype: Any = "float32",  # noqa: ANN401 - a dtype, a name, several, or a strategy
    sharing: Any = None,  # noqa: ANN401 - a name, several, or None
) -> st.SearchStrategy[AliasedPair]:
    """Two tensors or arrays in one storage, with the name of the way in which they share it.

    "same": the same elements twice. "shifted": the same shape, some elements further on. "part": the second is a part
    of the first. "transposed": the same square of elements, read by columns. "dtype": the same bytes as integers.
    "apart": one behind the other, and "interleaved": every second element each; these two share no byte. Which of the
    two comes first is drawn too.

    Shrinks to the same ``tensor([1.])`` twice; within a way, to the fewest elements and the least shift.

    Args:
        library: "torch" or "numpy".
        shape: Of both, or of the larger where one is a "part" or another "dtype". Those want an axis of 2 or more,
            "transposed" two equal axes of 2 or more at the end. Of 1 to 3 axes where it is None.
        dtype: Of the first: the dtype or its name, several, or a strategy.
        sharing: Names from ``tensorlab.testing.SHARINGS``; all that the shape allows where it is None.

    Raises:
        TensorlabError: No pair can be so.

    >>> from hypothesis import find
    >>> pair = find(aliased_pairs(sharing="shifted"), lambda pair: True)
    >>> pair.first.tolist(), pair.second.tolist(), pair.second.storage_offset() - pair.first.storage_offset()
    ([1.0, 2.0], [2.0, 3.0], 1)
    """
    if library not in {"torch", "numpy"}:
        raise LayoutError(f'library is "torch" or "numpy"; got {library!r}')
    names = _as_sharings(sharing)
    check_room(shape)
    fixed = None if isinstance(shape, st.SearchStrategy) else as_shape(shape)
    if fixed is not None and not _ways(names, fixed):
        raise LayoutError(f"two views of shape {fixed} in one storage cannot be {' or '.join(names)}")
    if not isinstance(dtype, st.SearchStrategy):
        as_dtypes(dtype, library)
    return _pairs(library, shape, dtype, names)


def _as_sharings(sharing: object) -> tuple[Sharing, ...]:
    names: Any = SHARINGS if sharing is None else (sharing,) if isinstance(sharing, str) else sharing
    if not isinstance(names, (tuple, list)) or not names:
        raise UnsupportedError(f"sharing is a name or several; got {sharing!r}")
    for name in names:
        if name not in SHARINGS:
            raise unknown_name("way to share memory", str(name), SHARINGS)
    return tuple(name for name in SHARINGS if name in names)


def _ways(names: tuple[Sharing, ...], shape: tuple[int, ...]) -> tuple[Sharing, ...]:
    """Those that the shape allows: where there is no element, nothing is shared."""
    able = {
        "shifted": numel(shape) > 1,
        "part": any(n > 1 for n in shape) and numel(shape) > 0,
        "transposed": numel(shape) > 1 and len(shape) > 1 and shape[-1] == shape[-2] > 1,
    }
    return tuple(name for name in names if able.get(name, numel(shape) > 0))


@st.composite
def _pairs(draw: st.DrawFn, library: Library, shape: Shape, dtype: Any, names: tuple[Sharing, ...]) -> AliasedPair:  # noqa: ANN401 - what a caller gives
    source = Drawn(draw)
    given = as_shape(draw(shape) if isinstance(shape, st.SearchStrategy) else shape)
    able = names if given is None else _ways(names, given)
    if not able:
        raise UnsupportedError(f"two views of shape {given} in one storage cannot be {' or '.join(names)}")
    way = pick(source, able)
    size = _shape_for(source, way) if given is None else given
    kind = pick(source, as_dtypes(draw(dtype) if isinstance(dtype, st.SearchStrategy) else dtype, library))
    pair = _made(source, way, size, _storage(library, kind, 2 * numel(size) + 8))
    note(f"two views of shape {tuple(pair.first.shape)} and {tuple(pair.second.shape)} in one storage: {way}")
    return pair


def _shape_for(source: Source, way: Sharing) -> tuple[int, ...]:
    if way == "transposed":
        side = source.integer(2, 4)
        return (*(() if source.integer(0, 2) < 2 else (source.integer(1, 3),)), side, side)
    sides = [source.integer(1, 5) for _ in range(source.integer(1, 3))]
    if way in {"shifted", "part"}:
        sides[-1] = max(sides[-1], 2)
    return tuple(sides)


class _Storage:
    """A row of elements 1, 2, 3, ... between two of poison, to be seen in any shape and strides."""

    def __init__(self, row: Any, kind: DType) -> None:  # noqa: ANN401 - a tensor or an array
        self.row, self.kind = row, kind

    def view(self, shape: tuple[int, ...], strides: tuple[int, ...], start: int) -> Any:  # noqa: ANN401 - as the row
        """Strides and start in elements."""
        if isinstance(self.row, torch.Tensor):
            return self.row.as_strided(shape, strides, start)
        size = self.kind.itemsize
        steps = tuple(stride * size for stride in strides)
        return np.ndarray(shape, self.row.dtype, self.row, start * size, steps)


def _storage(library: Library, kind: DType, count: int) -> _Storage:
    poison = np.resize(np.frombuffer(poison_bytes(kind), np.uint8), count * kind.itemsize)
    values = fill((count - 4,), kind)
    if library == "numpy":
        row = poison.view(numpy_dtype(kind))
        row[2:-2] = values.astype(row.dtype)
        return _Storage(row, kind)
    flat = torch.from_numpy(poison).clone().view(torch_dtype(kind))
    flat[2:-2] = torch.from_numpy(values).to(flat.dtype)
    return _Storage(flat, kind)


def _dense(shape: tuple[int, ...], step: int = 1) -> tuple[int, ...]:
    strides = []
    for n in reversed(shape):
        strides.append(step)
        step *= n
    return tuple(reversed(strides))


def _made(source: Source, way: Sharing, shape: tuple[int, ...], storage: _Storage) -> AliasedPair:
    start, count = 2, numel(shape)
    first = storage.view(shape, _dense(shape), start)
    second = first
    if way == "apart":
        second = storage.view(shape, _dense(shape), start + count)
    elif way == "shifted":
        second = storage.view(shape, _dense(shape), start + source.integer(1, count - 1))
    elif way == "part":
        axis = pick(source, tuple(axis for axis in reversed(range(len(shape))) if shape[axis] > 1))
        begin = source.integer(0, shape[axis] - 1)
        second = first[(*(slice(None) for _ in range(axis)), slice(begin, begin + source.integer(1, shape[axis] - 1)))]
    elif way == "transposed":
        second = first.swapaxes(-1, -2)
    elif way == "interleaved":
        first, second = (storage.view(shape, _dense(shape, 2), start + phase) for phase in range(2))
    elif way == "dtype":
        second = _as_integers(first, storage.kind)
    else:
        second = storage.view(shape, _dense(shape), start)
    if way != "same" and source.integer(0, 1):
        first, second = second, first
    return AliasedPair(first, second, way, shares=way not in {"apart", "interleaved"})


def _as_integers(first: Any, kind: DType) -> Any:  # noqa: ANN401 - a tensor or an array
    name = "int8" if kind.name == "uint8" else _ANOTHER[kind.itemsize]
    name = "float64" if name == kind.name == "int64" else "float32" if name == kind.name == "int32" else name
    if kind.itemsize == 16 and not first.ndim:
        name = kind.name
    return first.view(getattr(torch, name) if isinstance(first, torch.Tensor) else name)
