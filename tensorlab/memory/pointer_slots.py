"""Whether an array that holds pointers finds them where its owner keeps them: any other bytes are no pointers."""

from __future__ import annotations

from math import gcd, prod
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from tensorlab.layout.record import Layout

Slots: TypeAlias = "set[tuple[int, str]]"
"""Byte in the element, and NumPy's character for what lies there."""

_MOST_PLACES = 2**14


def pointer_slots(dtype: Any) -> Slots:  # noqa: ANN401 - a dtype of NumPy, which this file does not import
    """Where an element of the dtype holds pointers.

    >>> import numpy as np
    >>> sorted(pointer_slots(np.dtype([("n", "i8"), ("o", "O", 2)])))
    [(8, 'O'), (16, 'O')]
    """
    if not dtype.hasobject:
        return set()
    if dtype.fields is not None:
        inner = [(offset, pointer_slots(kind)) for kind, offset, *_ in dtype.fields.values()]
    elif dtype.subdtype is not None:
        kind, shape = dtype.subdtype
        inner = [(n * kind.itemsize, pointer_slots(kind)) for n in range(prod(shape))]
    else:
        inner = [(0, {(0, dtype.char)})]
    return {(start + byte, char) for start, slots in inner for byte, char in slots}


def finds_pointers(layout: Layout, dtype: Any, owner: Any) -> bool:  # noqa: ANN401 - dtypes of NumPy
    """Whether every element's pointers are pointers of an owner that has the dtype ``owner``.

    Elements start at few different places of the owner's elements; all are tried, or the answer is no.

    >>> import numpy as np
    >>> from tensorlab.layout.record import Layout
    >>> kind = np.dtype("O")
    >>> finds_pointers(Layout((3,), (-8,), 16, 8), kind, kind), finds_pointers(Layout((3,), (4,), 0, 8), kind, kind)
    (True, False)
    """
    held, wanted, size = pointer_slots(owner), pointer_slots(dtype), owner.itemsize
    if not held:
        return False
    places = {layout.offset % size}
    for n, stride in zip(layout.shape, layout.strides, strict=True):
        steps = min(n, size // gcd(size, stride))
        if steps * len(places) > _MOST_PLACES:
            return False
        places = {(start + step * stride) % size for start in places for step in range(steps)}
    return all(((start + byte) % size, char) in held for start in places for byte, char in wanted)
