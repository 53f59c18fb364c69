"""Quantized tensors: integers that stand for reals by a scale and a zero point, for all or for each channel."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from tensorlab.layout.dtype import DTYPES
from tensorlab.layout.record import Layout
from tensorlab.memory.internals import without_dispatch
from tensorlab.memory.record import MemoryMap
from tensorlab.memory.tensor_parts import Parts, hidden

if TYPE_CHECKING:
    from tensorlab.memory.record import Storage

_NAMES = ("qint8", "quint8", "qint32", "quint4x2", "quint2x4")
QUANTIZED = frozenset(getattr(torch, name) for name in _NAMES if hasattr(torch, name))
"""The dtypes of quantized tensors, as far as this torch has them."""


def quantizer_parts(tensor: torch.Tensor) -> Parts:
    """Scale and zero point as traits, or the tensors that hold one for each channel.

    >>> import warnings
    >>> with warnings.catch_warnings():
    ...     warnings.simplefilter("ignore")
    ...     rough = torch.quantize_per_tensor(torch.ones(2), 0.25, 10, torch.quint8)
    >>> sorted(quantizer_parts(rough).traits)
    ['scale=0.25', 'zero_point=10']
    """
    base = torch.Tensor
    with without_dispatch(), torch.no_grad():
        try:
            if "per_tensor" in str(base.qscheme(tensor)):
                scale, zero_point = base.q_scale(tensor), base.q_zero_point(tensor)
                return Parts(traits=frozenset({f"scale={scale!r}", f"zero_point={zero_point!r}"}))
            scales, zero_points = base.q_per_channel_scales(tensor), base.q_per_channel_zero_points(tensor)
            traits = frozenset({f"axis={base.q_per_channel_axis(tensor)}"})
            return Parts((("scales", scales), ("zero_points", zero_points)), traits=traits)
        except Exception as error:  # noqa: BLE001 - a dtype of this kind without a quantizer has no scale
            return Parts(doubts=(hidden(error),))


def packed_bytes(storage: Storage) -> MemoryMap | None:
    """The bytes that hold the values of a packed dtype, as they are: torch's shape and strides do not lead to them.

    >>> from tensorlab.memory.record import Storage
    >>> packed_bytes(Storage(device="cpu", address=4096, nbytes=4, owner="torch")).layout
    Layout(shape=(4,), strides=(1,), offset=0, itemsize=1)
    """
    if storage.nbytes is None:
        return None
    return MemoryMap(
        type="torch.UntypedStorage",
        library="torch",
        shape=(storage.nbytes,),
        dtype=DTYPES["uint8"],
        layout=Layout((storage.nbytes,), (1,)),
        storage=storage,
    )
