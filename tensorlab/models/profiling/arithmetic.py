"""Multiply-adds of torch's operators, from the shapes that they are given. Imports neither torch nor NumPy."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_LEFT = {
    "mm": 0,
    "bmm": 0,
    "mv": 0,
    "dot": 0,
    "vdot": 0,
    "_int_mm": 0,
    "addmm": 1,
    "baddbmm": 1,
    "addmv": 1,
    "addbmm": 1,
}
"""Products, and which of their tensors stands on the left."""
_ATTENTION = "_scaled_dot_product"
UNCOUNTED = frozenset({"mkldnn_rnn_layer_backward", "_cudnn_rnn", "_cudnn_rnn_backward", "lstm_mps", "_trilinear"})
"""Operators that multiply inside, and are not counted; torch's own counter does not count them either."""


def macs(
    name: str,
    shapes: Sequence[tuple[int, ...]],
    outputs: Sequence[tuple[int, ...]],
    *,
    transposed: bool = False,
    wanted: tuple[bool, ...] = (True, True),
) -> int:
    """Multiply-adds of one operator; 0 for one that adds no products up.

    Args:
        name: "mm", "convolution_backward": without the library and without the overload.
        shapes: Of the tensors that it is given, in order.
        outputs: Of those that it gave.
        transposed: Of a convolution: whether it is a transposed one.
        wanted: Of the backward of a convolution: whether the gradients of input and weight are computed.

    >>> macs("addmm", [(10,), (8, 20), (20, 10)], [(8, 10)])
    1600
    >>> macs("convolution", [(1, 3, 224, 224), (64, 3, 11, 11)], [(1, 64, 55, 55)])
    70276800
    >>> macs("convolution_backward", [(1, 64, 55, 55), (1, 3, 224, 224), (64, 3, 11, 11)], [], wanted=(False, True))
    70276800
    >>> macs("relu", [(3, 4)], [(3, 4)])
    0
    """
    plain = name.removesuffix("_")
    if plain in _LEFT:
        left = shapes[_LEFT[plain]] if len(shapes) > _LEFT[plain] else ()
        many = prod(left[:1]) if plain == "addbmm" else 1
        return prod(outputs[0]) * (left[-1] if left else 1) * many if outputs else 0
    if plain in {"convolution", "_convolution", "convolution_overrideable", "cudnn_convolution", "mkldnn_convolution"}:
        over = shapes[0] if transposed else outputs[0]
        return prod(over) * prod(shapes[1][1:])
    if plain == "convolution_backward":
        over = shapes[1] if transposed else shapes[0]
        return sum(wanted[:2]) * prod(over) * prod(shapes[2][1:])
    if plain in _FUSED:
        return _FUSED[plain](shapes, outputs)
    if plain.startswith(_ATTENTION):
        return _attention(shapes, backward="backward" in plain)
    return 0


def _quantized(shapes: Sequence[tuple[int, ...]], outputs: Sequence[tuple[int, ...]]) -> int:
    """The weight is packed and shows no shape."""
    return prod(outputs[0]) * shapes[0][-1]


def _recurrent(shapes: Sequence[tuple[int, ...]], outputs: Sequence[tuple[int, ...]]) -> int:
    """Of one layer in one direction: the weights of input and state, at each step of each sequence."""
    del outputs
    return prod(shapes[0][:2]) * (prod(shapes[1]) + prod(shapes[2]))


def _fused_attention(shapes: Sequence[tuple[int, ...]], outputs: Sequence[tuple[int, ...]]) -> int:
    """Query, key and value by their weights, attention, and the projection; a tensor given twice is told once."""
    del outputs
    many, queries, width = shapes[0]
    keys = shapes[1][1] if len(shapes[1]) == 3 else queries
    return many * (2 * queries + 2 * keys) * width * width + 2 * many * queries * keys * width


def _fused_encoder_layer(shapes: Sequence[tuple[int, ...]], outputs: Sequence[tuple[int, ...]]) -> int:
    """Attention of a sequence with itself, and the two layers behind it; norms have weights of one axis."""
    del outputs
    many, length, width = shapes[0]
    weights = sum(prod(shape) for shape in shapes[1:13] if len(shape) == 2)
    return many * length * weights + 2 * many * length * length * width


_FUSED = {
    "linear": _quantized,
    "linear_relu": _quantized,
    "linear_dynamic": _quantized,
    "linear_relu_dynamic": _quantized,
    "mkldnn_rnn_layer": _recurrent,
    "_native_multi_head_attention": _fused_attention,
    "_transformer_encoder_layer_fwd": _fused_encoder_layer,
}
"""Whole layers in one operator."""


def _attention(shapes: Sequence[tuple[int, ...]], *, backward: bool) -> int:
    """Scores of each query with each key, and the values weighed by them; a backward makes the scores anew."""
    query, key, value = shapes[1:4] if backward else shapes[:3]
    pairs = prod(query[:-1]) * key[-2]
    return pairs * (3 * query[-1] + 2 * value[-1] if backward else query[-1] + value[-1])
