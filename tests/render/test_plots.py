from __future__ import annotations

import pytest

from tensorlab.render.plots import Scale, binned, scales
from tensorlab.scene.record import Plot, Span


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [(0, 1, ["0", "0.5", "1"]), (0, 7, ["0", "5"]), (-1, 1, ["-1", "0", "1"]), (0, 30_000, ["0", "20,000"])],
)
def test_ticks_are_round(low: float, high: float, words: list[str]) -> None:
    assert [word for _, word in Scale(low, high).ticks(3)] == words


def test_a_plot_without_points_has_axes() -> None:
    assert scales(Plot("x", "y", ())) == (Scale(0, 1), Scale(0.0, 1.0))
    along, up = scales(Plot("x", "y", (("a", ((3, 1e-3, 1e-3, 1e-3),)),), log=True))
    assert (along, up) == (Scale(3, 4), Scale(1e-3, 1e-2, log=True))


def test_few_points_stay_as_they_are() -> None:
    points = [(2.0, 1.0, 1.0, 1.0), (1.0, 2.0, 2.0, 2.0)]
    assert binned(points, Scale(0, 2), 5) == sorted(points)


def test_places_may_have_whole_decades_too_and_words_are_within() -> None:
    points = ((0.3, 2.0, 2.0, 2.0), (40.0, 2.0, 2.0, 2.0))
    plot = Plot("x", "y", (("a", points),), log=True, log_x=True, words=((0.05, 300.0, Span("here")),))
    along, up = scales(plot)
    assert [along.low, along.high, up.low, up.high] == pytest.approx([0.01, 100, 1, 1000])
    assert along.at(1.0) == pytest.approx(0.5)
