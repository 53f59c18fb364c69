"""What a box of a strip or a grid stands for, in words: its index, its address as a sum, who uses its bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tensorlab.diagram.users import MOST
from tensorlab.layout.address import in_elements
from tensorlab.layout.facts import broadcast_axes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tensorlab.diagram.users import Users
    from tensorlab.layout.record import Layout
    from tensorlab.scene.record import Role

LEGEND: dict[Role, str] = {
    "used": "used",
    "reused": "used by several indices",
    "hole": "not used",
    "unknown": "not known whether used (the search takes too long)",
}
_MOST_TERMS = 6
"""Axes whose terms are all written; of more, only those that add something."""


def users_words(users: Users, form: str) -> str:
    """Who uses a byte; the form is that of ``index_form``.

    >>> from tensorlab.diagram.users import finder
    >>> from tensorlab.layout.record import Layout
    >>> users_words(finder(Layout((4, 3), (0, 8), itemsize=8), 8, 1)(16), '(:, {1})')
    'used by several indices: (:, 2)'
    >>> find = finder(Layout((3, 3), (8, 8), itemsize=8), 8, 1)
    >>> users_words(find(8), '({0}, {1})'), users_words(find(16), '({0}, {1})')
    ('used by several indices: (0, 1), (1, 0)', 'used by several indices: (0, 2), (1, 1), …')
    """
    if not users.indices:
        return LEGEND[users.role]
    if users.role == "used":
        return f"used by index {users.indices[0]}"
    words = form.format(*users.indices[0])
    if len(users.indices) > 1:
        words += f", {form.format(*users.indices[1])}{', …' if len(users.indices) == MOST else ''}"
    return f"used by several indices: {words}"


def index_form(layout: Layout) -> str:
    """How the index of a user is written: a colon stands for an axis that repeats the same bytes.

    >>> from tensorlab.layout.record import Layout
    >>> index_form(Layout((4, 3), (0, 8), itemsize=8)), index_form(Layout((3,), (8,), itemsize=8))
    ('(:, {1})', '({0},)')
    """
    repeated = broadcast_axes(layout)
    words = [":" if axis in repeated else f"{{{axis}}}" for axis in range(len(layout.shape))]
    return f"({', '.join(words)}{',' if len(words) == 1 else ''})"


def address_words(layout: Layout, positions: Sequence[Sequence[int]]) -> list[str]:
    """Index and address sum of the elements at these positions along each axis, in C order.

    >>> from tensorlab.layout.record import Layout
    >>> address_words(Layout((2, 3), (48, 16), 24, 8), ((1,), (0, 2)))[1]
    'index (1, 2)   address 3 + 1*6 + 2*2 = 13 elements = byte 104'
    >>> address_words(Layout((3,), (-5,), 11, 4), ((1,),))
    ['index (1,)   address 11 - 1*5 = byte 6']
    """
    whole = in_elements(layout)
    offset, strides = (layout.offset, layout.strides) if whole is None else whole
    numbers, sums, indices = [offset], [str(offset)], [""]
    is_long = len(strides) > _MOST_TERMS
    for axis, stride in zip(positions, strides, strict=True):
        sign, size = "-" if stride < 0 else "+", abs(stride)
        terms = ["" if is_long and not n * size else f" {sign} {n}*{size}" for n in axis]
        words = [f"{n}, " for n in axis]
        numbers = [number + n * stride for number in numbers for n in axis]
        sums = [before + term for before in sums for term in terms]
        indices = [before + word for before in indices for word in words]
    cut, size = (-1 if len(strides) == 1 else -2), layout.itemsize
    drawn = zip(indices, sums, numbers, strict=True)
    if whole is None:
        return [f"index ({index[:cut]})   address {terms} = byte {number}" for index, terms, number in drawn]
    start = str(offset)
    return [
        f"index ({index[:cut]})   address {terms}{'' if terms == start else f' = {number}'}"
        f" element{'' if number == 1 else 's'} = byte {number * size}"
        for index, terms, number in drawn
    ]
