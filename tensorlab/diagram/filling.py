"""What stands in the boxes of a strip: positions, bytes, or the values that were read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from tensorlab.diagram.users import only_start
from tensorlab.layout.address import in_elements

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

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
    element: Callable[[tuple[int, ...]], str | None] | None = None
    """Reads the value at an index; None where it cannot be read, or what lies there is not the value."""


BY_POSITION = Filling()


def read_words(layout: Layout, filling: Filling, found: Iterable[Users]) -> Mapping[int, str] | None:
    """The values, where they were asked for and that of every element which is drawn is known; else None.

    Those not read before are read now, one an element. A byte that elements use which begin apart has no one value.

    >>> from tensorlab.diagram.users import Users
    >>> from tensorlab.layout.record import Layout
    >>> layout, filling = Layout((2,), (4,), itemsize=4), Filling("value", {0: "1.5"})
    >>> one, other = Users("used", ((0,),), (0,)), Users("used", ((1,),), (4,))
    >>> read_words(layout, filling, [one, Users("hole")])
    {0: '1.5'}
    >>> read_words(layout, filling, [other]) is None
    True
    >>> read_words(layout, filling._replace(element=str), [one, other])
    {0: '1.5', 4: '(1,)'}
    """
    if filling.content != "value" or filling.words is None:
        return None
    words = dict(filling.words)
    whole = in_elements(layout) is not None
    for users in found:
        if not users.indices:
            continue
        start = only_start(users, whole=whole)
        if start is None:
            return None
        if start not in words:
            word = filling.element(users.indices[0]) if filling.element is not None else None
            if word is None:
                return None
            words[start] = word
    return words
