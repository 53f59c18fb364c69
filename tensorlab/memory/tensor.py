"""torch tensors on any device, read from their metadata alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import torch

from tensorlab.errors import UnavailableError, UnsupportedError
from tensorlab.memory.dtensor import spread
from tensorlab.memory.internals import without_overrides
from tensorlab.memory.naming import reason
from tensorlab.memory.quantized import QUANTIZED
from tensorlab.memory.record import Doubt, MemoryMap
from tensorlab.memory.tensor_dtype import element, tensor_dtype
from tensorlab.memory.tensor_facts import family, strided_place, tensor_shape, tensor_traits, tensor_type
from tensorlab.memory.tensor_odd import SHAPELESS, odd_facts

if TYPE_CHECKING:
    from collections.abc import Iterator

_DEEPEST = 8
"""Wrappers in one another that are followed."""
_MOST_IN_ALL = 64
"""Components at any depth that are described."""

_SHORT = frozenset({torch.int8, torch.int16, torch.int32})


class _Walk(NamedTuple):
    """Where in nested wrappers a component is described."""

    above: tuple[torch.Tensor, ...]
    left: Iterator[int]
    """One for each component that may still be described."""


def claims(thing: object) -> bool:
    """Whether this adapter describes the object: by its type, since ``__class__`` may lie."""
    return issubclass(type(thing), torch.Tensor)


def describe(tensor: torch.Tensor) -> MemoryMap:
    """The memory of a tensor. One without strides, or without bytes of its own, says so in a doubt.

    What a tensor is made of (indices and values, scales, what a wrapper holds) is described in ``parts``.

    >>> map = describe(torch.arange(24.0).reshape(4, 6)[1:3, ::2].t())
    >>> map.layout
    Layout(shape=(3, 2), strides=(8, 24), offset=24, itemsize=4)
    >>> map.storage.nbytes, describe(torch.empty(10**6, 10**6, device="meta")).storage.address is None
    (96, True)
    >>> [(name, part.shape) for name, part in describe(torch.eye(3).to_sparse()).parts]
    [('indices', (2, 3)), ('values', (3,))]
    """
    with without_overrides():
        return _described(tensor, None)


def _described(tensor: torch.Tensor, walk: _Walk | None) -> MemoryMap:
    kind = family(tensor)
    if kind != "strided" or tensor_dtype(tensor) in QUANTIZED:
        return _described_odd(tensor, kind, walk or _Walk((), iter(range(_MOST_IN_ALL))))
    place = strided_place(tensor)
    if place.storage is None:
        return _described_odd(tensor, "hollow", walk or _Walk((), iter(range(_MOST_IN_ALL))))
    layout = place.layout
    return MemoryMap(
        type=tensor_type(tensor),
        library="torch",
        shape=tensor_shape(tensor) if layout is None else layout.shape,
        dtype=element(tensor),
        layout=layout,
        storage=place.storage,
        traits=tensor_traits(tensor) | place.traits,
        doubts=place.doubts,
    )


def _described_odd(tensor: torch.Tensor, kind: str, walk: _Walk) -> MemoryMap:
    odd = odd_facts(tensor, kind)
    shape = None if kind in SHAPELESS else tensor_shape(tensor)
    sizes = tuple(n for n in shape or () if isinstance(n, int))
    place = spread(tensor, None if shape is None or len(sizes) < len(shape) else sizes)
    parts, doubts = _components(tensor, odd.parts.named, walk)
    return MemoryMap(
        type=tensor_type(tensor),
        library="torch",
        shape=shape,
        dtype=element(tensor),
        layout=odd.place.layout,
        storage=odd.place.storage,
        parts=(*odd.maps, *parts),
        shard=place.shard,
        traits=tensor_traits(tensor) | odd.place.traits | odd.parts.traits,
        doubts=(*odd.place.doubts, *odd.parts.doubts, *place.doubts, *doubts),
    )


def _components(
    tensor: torch.Tensor, named: tuple[tuple[str, torch.Tensor], ...], walk: _Walk
) -> tuple[list[tuple[str, MemoryMap]], tuple[Doubt, ...]]:
    """What the tensor is made of, each described; one that contains itself or many more is followed so far."""
    inside = _Walk((*walk.above, tensor), walk.left)
    parts: list[tuple[str, MemoryMap]] = []
    doubts: tuple[Doubt, ...] = ()
    for name, inner in named:
        if any(inner is outer for outer in inside.above):
            doubts = (*doubts, Doubt("cyclic", f"the component {name} contains itself: not followed"))
            continue
        if len(inside.above) > _DEEPEST or next(walk.left, None) is None:
            text = f"components lie deeper than {_DEEPEST}, or are more than {_MOST_IN_ALL}: the first are described"
            return parts, (*doubts, Doubt("too-deep", text))
        parts.append((name, _described(inner, inside)))
    return parts, doubts


def from_values(values: object, name: str) -> torch.Tensor:
    """The numbers of a list, nested or flat, as a fresh tensor of that dtype.

    Integers of 64 bits that a narrower dtype does not hold wrap around, as they do in a conversion.

    Raises:
        UnsupportedError: torch has no such dtype, it does not hold the values, or they raise an error of their own.
        UnavailableError: They do not fit the free memory.

    >>> from_values([1.5, 2.5], "bfloat16").element_size()
    2
    """
    kind = getattr(torch, name, None)
    if not isinstance(kind, torch.dtype):
        raise UnsupportedError(f"torch has no dtype {name}")
    try:
        return torch.tensor(values, dtype=torch.int64 if kind in _SHORT else kind).to(kind)
    except MemoryError as error:
        raise UnavailableError(f"a tensor of these values does not fit the free memory: {reason(error)}") from error
    except Exception as error:
        raise UnsupportedError(f"torch makes no {name} tensor of these values: {reason(error)}") from error


def is_same(exact: torch.Tensor, narrow: torch.Tensor) -> bool:
    """Whether a narrower tensor holds the very values of the other; NaN counts as the same.

    >>> is_same(torch.tensor([0.1]), torch.tensor([0.1], dtype=torch.bfloat16))
    False
    """
    return torch.allclose(exact, narrow.to(exact.dtype), rtol=0, atol=0, equal_nan=True)
