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
UNCOUNTED = frozenset(
    {"mkldnn_rnn_layer", "mkldnn_rnn_layer_backward", "_cudnn_rnn", "_cudnn_rnn_backward", "lstm_mps"}
)
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
    if plain.startswith(_ATTENTION):
        return _attention(shapes, backward="backward" in plain)
    return 0


def _attention(shapes: Sequence[tuple[int, ...]], *, backward: bool) -> int:
    """Scores of each query with each key, and the values weighed by them; a backward makes the scores anew."""
    query, key, value = shapes[1:4] if backward else shapes[:3]
    pairs = prod(query[:-1]) * key[-2]
    return pairs * (3 * query[-1] + 2 * value[-1] if backward else query[-1] + value[-1])
