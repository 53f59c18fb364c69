"""torch and NumPy as oracles: an object with a given view, an operation on it, and what was seen, as plain tuples."""

from __future__ import annotations

from itertools import permutations, product
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from tensorlab.layout.address import extent
from tensorlab.layout.dtype import dtype
from tensorlab.layout.record import Layout
from tensorlab.layout.shapes import canonical_strides
from tensorlab.views.record import (
    AsStrided,
    Convert,
    Copy,
    CopyNeeded,
    Diagonal,
    DropAxes,
    Expand,
    Flip,
    InsertAxis,
    Part,
    Permute,
    Refused,
    Reinterpret,
    Reshape,
    Select,
    Slice,
    Unfold,
    View,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from tensorlab.views.record import Outcome, Primitive, Rules

    Seen = tuple[object, ...]

NAME_BY_SIZE = {1: "uint8", 2: "int16", 4: "int32", 8: "int64"}
HAS_COPY_ARGUMENT = np.lib.NumpyVersion(np.__version__) >= "2.1.0"
FLAGS = {"": "int32", "conj": "complex64", "neg": "float32"}


def view_of(layout: Layout, flag: str = "") -> View:
    """A view with that layout; ``flag`` is "", "conj" or "neg"."""
    name = NAME_BY_SIZE[layout.itemsize] if not flag else FLAGS[flag]
    return View(layout, dtype(name), conj=flag == "conj", neg=flag == "neg")


def as_array(view: View) -> np.ndarray[Any, Any]:
    """A NumPy array with that layout over bytes of its own."""
    layout = view.layout
    store = np.zeros(max(extent(layout).stop, layout.offset) + layout.itemsize, "u1")
    return np.ndarray(layout.shape, view.dtype.name, store, layout.offset, layout.strides)


def as_tensor(view: View) -> torch.Tensor:
    """A torch tensor with that view: whole elements, no negative strides."""
    layout, size = view.layout, view.layout.itemsize
    count = max(extent(layout).stop, layout.offset) // size + 1
    offset, strides = layout.offset // size, [s // size for s in layout.strides]
    if view.neg:  # the imaginary parts of a conjugate: a neg bit, and every stride twice as long
        pairs = torch.zeros(count, dtype=torch.complex64).conj().imag
        return pairs.as_strided(layout.shape, strides, offset)
    store = torch.zeros(count, dtype=getattr(torch, view.dtype.name))
    tensor = store.as_strided(layout.shape, strides, offset)
    return tensor.conj() if view.conj else tensor


def predicted(outcome: Outcome) -> Seen:
    """What is said of an operation, as a tuple that can be compared with what was seen."""
    if isinstance(outcome, Refused):
        return (outcome.error,)
    view = outcome.result if isinstance(outcome, CopyNeeded) else outcome
    layout = view.layout
    kind = "copy" if isinstance(outcome, CopyNeeded) else "view"
    return (kind, layout.shape, layout.strides, layout.offset, view.conj, view.neg, view.dtype.name)


def seen_torch(before: torch.Tensor, act: Callable[[], torch.Tensor]) -> tuple[Seen, torch.Tensor | None]:
    """What torch did, by storage pointer, and its result."""
    try:
        result = act()
    except Exception as error:  # noqa: BLE001 - which type comes is the question
        return (type(error).__name__,), None
    if min(result.shape, default=0) < 0:  # torch.tensor(1).expand(-2, 0) passes, though expand(-2) is refused
        return ("RuntimeError",), None
    shared = result.untyped_storage().data_ptr() == before.untyped_storage().data_ptr()
    size = result.element_size()
    strides = tuple(size * s for s in result.stride())
    offset = size * result.storage_offset()
    kind = "view" if shared else "copy"
    name = str(result.dtype).removeprefix("torch.")
    return (kind, tuple(result.shape), strides, offset, result.is_conj(), result.is_neg(), name), result


def seen_numpy(before: np.ndarray[Any, Any], act: Callable[[], Any]) -> tuple[Seen, np.ndarray[Any, Any] | None]:
    """What NumPy did, by the owner of the memory, and its result. A scalar is a copy."""
    try:
        result = act()
    except Exception as error:  # noqa: BLE001 - which type comes is the question
        return (type(error).__name__,), None
    if isinstance(result, np.generic):
        return ("copy", (), (), 0, False, False, _name(result.dtype)), np.asarray(result)
    owner, base = _owner(result), _owner(before)
    if result.size:
        assert np.shares_memory(result, base) == (owner is base)
    kind = "view" if owner is base else "copy"
    offset = _address(result) - _address(owner)
    return (kind, result.shape, result.strides, offset, False, False, _name(result.dtype)), result


def _name(kind: np.dtype[Any]) -> str:
    return kind.str[1:] if kind.kind == "V" else kind.name


def _owner(array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    while getattr(array, "base", None) is not None:  # as_strided puts an object of its own between
        array = array.base  # type: ignore[assignment]  # it ends in an array
    return array


def _address(array: np.ndarray[Any, Any]) -> int:
    return int(array.__array_interface__["data"][0])


def torch_primitive(x: torch.Tensor, op: Primitive) -> torch.Tensor:
    """The primitive as torch spells it."""
    return _TORCH[type(op)](x, op)


def numpy_primitive(a: np.ndarray[Any, Any], op: Primitive) -> Any:
    """The primitive as NumPy spells it."""
    return _NUMPY[type(op)](a, op)


def _torch_reshape(x: torch.Tensor, op: Reshape) -> torch.Tensor:
    return x.view(op.shape) if op.mode == "view" else x.reshape(op.shape)


def _numpy_reshape(a: np.ndarray[Any, Any], op: Reshape) -> np.ndarray[Any, Any]:
    if op.mode == "reshape":
        return np.reshape(a, op.shape, order=op.order)
    if not HAS_COPY_ARGUMENT and _owner(np.reshape(a, op.shape)) is not _owner(a):
        raise ValueError("what reshape(..., copy=False) raises since NumPy 2.1")
    return np.reshape(a, op.shape, order=op.order, copy=False) if HAS_COPY_ARGUMENT else np.reshape(a, op.shape)


def _behind(axis: int, ndim: int, part: object) -> tuple[Any, ...]:
    """An index with ``part`` at that axis."""
    return (*((slice(None),) * (axis if axis >= 0 else axis + ndim)), part)


def _cut(op: Slice) -> slice:
    return slice(op.start, op.stop, op.step)


_FORMATS = {
    "C": torch.contiguous_format,
    "K": torch.preserve_format,
    "channels_last": torch.channels_last,
    "channels_last_3d": torch.channels_last_3d,
}


def _torch_strided(x: torch.Tensor, op: AsStrided) -> torch.Tensor:
    size = x.element_size()
    offset = None if op.offset is None else op.offset // size
    return x.as_strided(op.shape, [stride // size for stride in op.strides], offset)


def _torch_converted(x: torch.Tensor, op: Convert) -> torch.Tensor:
    """With a cause it is a copy in any case; without one, and without a dtype, ``contiguous`` asks for the order."""
    form = _FORMATS[op.order]
    if op.cause is not None or op.dtype is not None:
        return x.to(
            getattr(torch, op.dtype.name) if op.dtype else x.dtype, copy=op.cause is not None, memory_format=form
        )
    return x if op.order == "K" else x.contiguous(memory_format=form)


_TORCH: dict[type[Primitive], Callable[[torch.Tensor, Any], torch.Tensor]] = {
    Permute: lambda x, op: x.permute(op.axes),
    Slice: lambda x, op: x[_behind(op.axis, x.ndim, _cut(op))],
    Select: lambda x, op: x.select(op.axis, op.index),
    Expand: lambda x, op: x.expand(op.shape),
    Reshape: _torch_reshape,
    InsertAxis: lambda x, op: x.unsqueeze(op.axis),
    DropAxes: lambda x, op: x.squeeze() if op.axes is None else x.squeeze(op.axes),
    Reinterpret: lambda x, op: x.view(getattr(torch, op.dtype.name)),
    Copy: lambda x, _op: x.clone(memory_format=torch.contiguous_format),
    Diagonal: lambda x, op: x.diagonal(op.shift, op.first, op.second),
    Unfold: lambda x, op: x.unfold(op.axis, op.size, op.step),
    AsStrided: _torch_strided,
    Part: lambda x, op: _PARTS[op.part](x),
    Flip: lambda x, op: x._neg_view() if op.bit == "neg" else torch._conj(x),
    Convert: _torch_converted,
}
_PARTS: dict[str, Callable[[torch.Tensor], torch.Tensor]] = {
    "real": lambda x: x.real,
    "imag": lambda x: x.imag,
    "pairs": torch.view_as_real,
    "join": torch.view_as_complex,
}


def _numpy_diagonal(a: np.ndarray[Any, Any], op: Diagonal) -> Any:
    return np.diagonal(a, op.shift, op.first, op.second)


def _numpy_windows(a: np.ndarray[Any, Any], op: Unfold) -> Any:
    """NumPy's windows start at each element; every so-many-th of them is a slice of those."""
    np.lib.stride_tricks.sliding_window_view(a, op.size, op.axis)
    if op.step < 1:
        raise ValueError("there is no such step")
    windows = np.lib.stride_tricks.sliding_window_view(a, op.size, op.axis)
    return windows if op.step == 1 else windows[_behind(op.axis % a.ndim, a.ndim, slice(None, None, op.step))]


def _numpy_converted(a: np.ndarray[Any, Any], op: Convert) -> Any:
    kind = np.dtype(op.dtype.name) if op.dtype else a.dtype
    order: Any = op.order
    return a.astype(kind, order=order, copy=op.cause is not None)


_NUMPY: dict[type[Primitive], Callable[[np.ndarray[Any, Any], Any], Any]] = {
    Permute: lambda a, op: np.transpose(a, op.axes),
    Slice: lambda a, op: a[(*_behind(op.axis, a.ndim, _cut(op)), ...)],
    Select: lambda a, op: a[(*_behind(op.axis, a.ndim, op.index), ...)],
    Expand: lambda a, op: np.broadcast_to(a, op.shape),
    Reshape: _numpy_reshape,
    InsertAxis: lambda a, op: a[(*_behind(op.axis, a.ndim + 1, None), ...)],
    DropAxes: lambda a, op: np.squeeze(a, op.axes),
    Reinterpret: lambda a, op: a.view(op.dtype.name),
    Copy: lambda a, _op: a.copy("C"),
    Diagonal: _numpy_diagonal,
    Unfold: _numpy_windows,
    AsStrided: lambda a, op: np.lib.stride_tricks.as_strided(a, op.shape, op.strides),
    Part: lambda a, op: getattr(a, op.part),
    Convert: _numpy_converted,
}


def check(view: View, op: Primitive, outcome: Outcome, rules: Rules, made: Any) -> None:
    """Assert that the library does with ``made``, which has that view, what ``outcome`` says."""
    if rules == "torch":
        seen, _ = seen_torch(made, lambda: torch_primitive(made, op))
    else:
        seen, _ = seen_numpy(made, lambda: numpy_primitive(made, op))
    assert predicted(outcome) == seen, f"{rules}: {op} of {view}"


def relaid(shape: tuple[int, ...], rules: Rules, itemsize: int = 4) -> Iterator[Layout]:
    """Layouts of a shape as permuting, slicing, expanding and (NumPy) flipping make them, each once.

    They begin one element after the first byte.
    """
    found = set()
    for order in permutations(range(len(shape))):
        dense = canonical_strides(tuple(shape[axis] for axis in order), itemsize)
        strides = tuple(dense[order.index(axis)] for axis in range(len(shape)))
        found.add(strides)
        found.add(tuple(2 * s for s in strides))
        for axis in range(len(shape)):
            found.update(_changed(strides, shape, axis, rules))
    for strides in sorted(found):
        low = sum(min(0, (n - 1) * s) for n, s in zip(shape, strides, strict=True) if n)
        yield Layout(shape, strides, itemsize - low, itemsize)


def _changed(strides: tuple[int, ...], shape: tuple[int, ...], axis: int, rules: Rules) -> Iterable[tuple[int, ...]]:
    values = [0, 2 * strides[axis]]
    if shape[axis] == 1:
        values.append(28)
    if rules == "numpy":
        values.append(-strides[axis])
    return [(*strides[:axis], value, *strides[axis + 1 :]) for value in values]


def small_views(ndims: Iterable[int], sizes: Iterable[int], rules: Rules) -> Iterator[tuple[View, Any]]:
    """Every relaid layout of every shape, with an object that has it."""
    sizes = tuple(sizes)
    for ndim in ndims:
        for shape in product(sizes, repeat=ndim):
            for layout in relaid(shape, rules):
                view = view_of(layout)
                yield view, (as_tensor(view) if rules == "torch" else as_array(view))
