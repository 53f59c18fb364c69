"""Lines that stand together, apart from what is above and below them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tensorlab.scene.record import Group

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tensorlab.scene.record import Element, Text


def section(lines: Iterable[Text]) -> list[Element]:
    """The lines as a group of their own; nothing where there are none, so that no empty group is drawn.

    >>> from tensorlab.scene.record import Span, Text
    >>> [len(group.children) for group in section([Text((Span("a"),)), Text((Span("b"),))])], section([])
    ([2], [])
    """
    found = tuple(lines)
    return [Group(found)] if found else []
