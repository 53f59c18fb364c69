"""Lines that stand together, apart from what is above and below them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tensorlab.scene.record import Group, Span, Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tensorlab.scene.record import Element


def section(lines: Iterable[Text]) -> list[Element]:
    """The lines as a group of their own; nothing where there are none, so that no empty group is drawn.

    >>> from tensorlab.scene.record import Span, Text
    >>> [len(group.children) for group in section([Text((Span("a"),)), Text((Span("b"),))])], section([])
    ([2], [])
    """
    found = tuple(lines)
    return [Group(found)] if found else []


def cut_short(*, interrupted: bool) -> tuple[Text, ...]:
    """A line that says so where Ctrl-C came before all was measured.

    >>> cut_short(interrupted=False)
    ()
    """
    return (Text((Span("interrupted: what was measured until then", "bad"),)),) if interrupted else ()
