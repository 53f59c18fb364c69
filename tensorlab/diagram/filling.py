"""What stands in the boxes of a strip: positions, bytes, or the values that were read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from tensorlab.diagram.users import only_start
from tensorlab.layout.address import in_elements

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tensorlab.diagram.users import Users
    from tensorlab.layout.record import Layout

Content: TypeAlias = Literal["index", "address", "value"]

HOLE, UNKNOWN = "·", "?"
"""In a box without an element, and in one of which it is not known, where others hold what is told of an element."""


class Filling(NamedTuple):
    """What was asked for, and the values that were read."""

    content: Content = "index"
    words: Mapping[int, str] | None = None
    """Values by the first byte of their element; None where none was read."""


BY_POSITION = Filling()


def read_words(layout: Layout, filling: Filling, found: Iterable[Users]) -> Mapping[int, str] | None:
    """The values, where they were asked for and that of every element which is drawn was read; else None.

    A byte that elements use which begin apart has no one value.

    >>> from tensorlab.diagram.users import Users
    >>> from tensorlab.layout.record import Layout
    >>> layout, filling = Layout((2,), (4,), itemsize=4), Filling("value", {0: "1.5"})
    >>> read_words(layout, filling, [Users("used", ((0,),), (0,)), Users("hole")])
    {0: '1.5'}
    >>> read_words(layout, filling, [Users("used", ((1,),), (4,))]) is None
    True
    """
    words = filling.words
    if filling.content != "value" or words is None:
        return None
    whole = in_elements(layout) is not None
    used = (users for users in found if users.indices)
    return words if all(only_start(users, whole=whole) in words for users in used) else None
