"""A drawn layout becomes a tensor that owns its storage, or an array over a buffer of bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch

from tensorlab.memory.build_tensor import torch_dtype
from tensorlab.testing.placing import recipe

if TYPE_CHECKING:
    from tensorlab.testing.record import Laid

_PARTS = {torch.complex64: torch.float32, torch.complex128: torch.float64}
"""The dtype of the parts of complex numbers, which are views that know their base."""


def tensor_of(laid: Laid, values: object) -> torch.Tensor:
    """A tensor with that layout, in a storage of its own of exactly ``laid.nbytes`` bytes, poison between the elements.

    A dtype view knows the tensor that it is a view of where torch remembers it: complex numbers and their parts.

    >>> from tensorlab.layout.dtype import dtype
    >>> from tensorlab.testing.laying import lay_out
    >>> from tensorlab.testing.source import Seeded
    >>> laid = lay_out(Seeded(2), (2, 2), dtype("float32"), "permuted")
    >>> made = tensor_of(laid, [[1, 2], [3, 4]])
    >>> made.tolist(), made.stride(), made.untyped_storage().nbytes() == laid.nbytes
    ([[1.0, 2.0], [3.0, 4.0]], (1, 2), True)
    """
    held = torch.from_numpy(recipe(laid, values).untouched).clone().untyped_storage()
    size = laid.dtype.itemsize
    strides = tuple(stride // size for stride in laid.layout.strides)
    start = laid.layout.offset // size
    kind = torch_dtype(laid.dtype)
    if laid.stored is None and not laid.neg:
        plain = torch.empty(0, dtype=kind).set_(held, start, laid.layout.shape, strides)
        return plain.conj() if laid.conj else plain
    return _flat(laid, held, kind).as_strided(laid.layout.shape, strides, start)


def _flat(laid: Laid, held: torch.UntypedStorage, kind: torch.dtype) -> torch.Tensor:
    """The whole storage as elements, in the way that they come about."""
    if laid.neg:
        pair = next(whole for whole, part in _PARTS.items() if part == kind)
        return torch.empty(0, dtype=pair).set_(held, 0, (0,), (1,)).conj().imag
    assert laid.stored is not None, "a storage of the dtype itself needs no view"
    stored = torch_dtype(laid.stored)
    whole = laid.nbytes // laid.dtype.itemsize * laid.dtype.itemsize // laid.stored.itemsize
    flat = torch.empty(0, dtype=stored).set_(held, 0, (whole,), (1,))
    paired = _PARTS.get(kind) == stored or _PARTS.get(stored) == kind
    if not paired:
        return flat.view(kind)
    return torch.view_as_complex(flat.view(-1, 2)) if kind.is_complex else torch.view_as_real(flat).view(-1)


def array_of(laid: Laid, values: object) -> Any:  # noqa: ANN401 - an array
    """An array with that layout, over a buffer of bytes.

    >>> from tensorlab.layout.dtype import dtype
    >>> from tensorlab.testing.laying import lay_out
    >>> from tensorlab.testing.source import Seeded
    >>> made = array_of(lay_out(Seeded(2), (3,), dtype("int16"), "negative stride", library="numpy"), [1, 2, 3])
    >>> made.tolist(), made.strides[0] < 0
    ([1, 2, 3], True)
    """
    ready = recipe(laid, values)
    return ready.over(ready.fresh().buffer)
