from __future__ import annotations

import pytest

from tensorlab.render.pen import Pen
from tensorlab.render.text_plot import plot_lines
from tensorlab.scene.record import Plot, Span

NORMS = tuple((float(n), 10.0**-n, 10.0**-n / 2, 10.0**-n) for n in range(10))
PLOT = Plot("steps", "norm", (("nodes", NORMS), ("parameters", NORMS[::3])), log=True, marks=((4, None, Span("dead")),))


def test_a_line_with_points_and_marks() -> None:
    lines = plot_lines(PLOT, Pen(40))
    assert lines[0] == "norm"
    assert lines[-1] == "⠒⠒ nodes   ● parameters   ✗ dead"
    assert sum(line.count("●") for line in lines[:-1]) == 4
    assert [n for n, line in enumerate(lines) if "✗" in line] == [12, 16]


@pytest.mark.parametrize("width", [20, 40, 80, 120])
@pytest.mark.parametrize("ascii_only", [False, True])
def test_no_line_is_wider_than_there_is_room(width: int, ascii_only: bool) -> None:  # noqa: FBT001 - drawn
    lines = plot_lines(PLOT, Pen(width, ascii=ascii_only))
    assert max(map(len, lines)) <= width
    assert all(line.isascii() for line in lines) or not ascii_only


def test_several_curves_words_beside_them_and_keys_on_as_many_lines_as_they_need() -> None:
    rising = tuple((10.0**n, 10.0**n, 10.0**n, 10.0**n) for n in range(3))
    flat = tuple((place, 50.0, 50.0, 50.0) for place, *_ in rising)
    series = (("a rising line", rising), ("a flat line", flat), ("points", rising[:1]))
    plot = Plot("x", "y", series, log=True, log_x=True, curves=2, words=((1.0, 50.0, Span("flat")),))
    lines = plot_lines(plot, Pen(34))
    assert lines[-2:] == ["⠒⠒ a rising line   ⠒⠒ a flat line", "● points"]
    assert any("flat" in line for line in lines[:-2])
