"""Lines that stand together."""

from __future__ import annotations

from tensorlab.diagram.sections import section
from tensorlab.scene.record import Group, Span, Text


def test_lines_are_one_group() -> None:
    lines = [Text((Span(word),)) for word in ("a", "b")]
    assert section(iter(lines)) == [Group(tuple(lines))]


def test_no_lines_are_no_group() -> None:
    assert section(()) == []
