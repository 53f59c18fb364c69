"""Tensors of a sweep in their layouts: filled by torch itself, since some samples have a million elements.

``testing.placing`` places byte by byte, which serves any dtype and NumPy too; here a copy of torch's does, and what it
wrote is checked before it is used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from tensorlab.memory.build_tensor import torch_dtype

if TYPE_CHECKING:
    from tensorlab.testing.record import Laid

_MARGIN = 16
"""Elements of poison before and behind the storage, besides as many as the tensor has: code that takes a layout for
another one writes there, and harms nobody."""
_PAIRS = {torch.float32: torch.complex64, torch.float64: torch.complex128}


class Held:
    """A tensor that lies as a record says, among elements that belong to no one.

    >>> from tensorlab.layout.dtype import dtype
    >>> from tensorlab.testing.aten.relaying import relayouts
    >>> held = Held(relayouts((2, 2), dtype("float32"))["transposed"], torch.ones(2, 2))
    >>> held.thing.stride(), held.written()
    ((1, 2), (False, False))
    >>> _ = held.thing.as_strided((1,), (1,), held.thing.storage_offset() + 4).zero_()
    >>> held.written()
    (False, True)
    """

    __slots__ = ("_bytes", "_image", "_laid", "_start", "thing")

    def __init__(self, laid: Laid, value: torch.Tensor) -> None:
        kind = torch_dtype(laid.dtype)
        pair = _PAIRS[kind] if laid.neg else kind
        size = laid.dtype.itemsize
        margin = _MARGIN + value.numel()
        whole = torch.full((laid.nbytes // pair.itemsize + 2 * margin,), _poison(pair), dtype=pair)
        strides = tuple(stride // size for stride in laid.layout.strides)
        self._start = margin * (pair.itemsize // size) + laid.layout.offset // size
        self._laid = laid
        base = whole.conj().imag if laid.neg else whole
        self.thing = base.as_strided(laid.layout.shape, strides, self._start)
        """The tensor."""
        self.thing = self.thing.conj() if laid.conj else self.thing
        self.thing.copy_(value)
        self._bytes = whole.view(torch.uint8)
        self._image = self._bytes.clone()

    def written(self) -> tuple[bool, bool]:
        """Whether an element was written, and whether a byte of no element was."""
        if torch.equal(self._bytes, self._image):
            return False, False
        changed = self._bytes != self._image
        size = self._laid.dtype.itemsize
        inside = torch.zeros(len(changed) // size, dtype=torch.bool)
        strides = tuple(stride // size for stride in self._laid.layout.strides)
        inside.as_strided(self._laid.layout.shape, strides, self._start).fill_(True)
        owned = inside.repeat_interleave(size)
        return bool((changed & owned).any()), bool((changed & ~owned).any())


def _poison(kind: torch.dtype) -> float | int | bool:
    """NaN; for integers a large odd number that is no index of any sample."""
    if kind.is_floating_point or kind.is_complex:
        return float("nan")
    if kind is torch.bool:
        return True
    return {1: 101, 2: 30_011}.get(kind.itemsize, 987_654_321)
