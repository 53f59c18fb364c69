from __future__ import annotations

import pytest

from tensorlab.bench.striding.record import Forecast, StrideRow, Traffic
from tensorlab.errors import LayoutError


def row(measured: float, predicted: float, elements: int = 10) -> StrideRow:
    return StrideRow(
        pattern="stride 1", stride=1, library="numpy", operation="sum", elements=elements, nbytes=40, lines=1, pages=1,
        seconds=measured, low=measured, high=measured,
        forecast=Forecast(call=0.0, elements=0.0, lines=predicted, pages=0.0),
    )  # fmt: skip


@pytest.mark.parametrize(("predicted", "close"), [(0.71, True), (1.29, True), (0.69, False), (1.31, False)])
def test_close_is_within_30_per_cent_of_what_was_measured(predicted: float, *, close: bool) -> None:
    assert row(1.0, predicted).close is close


def test_nonsense_is_refused() -> None:
    with pytest.raises(LayoutError, match="a row has 1 element or more; got 0"):
        row(1.0, 1.0, elements=0)
    with pytest.raises(LayoutError, match="counts of lines and pages are 0 or more; got -1 and 1"):
        Traffic(lines=-1, entries=1, pages=1, footprint=64)


@pytest.mark.parametrize(
    ("parts", "bound"),
    [((9, 1, 1, 1), "call"), ((1, 9, 1, 1), "elements"), ((1, 1, 9, 1), "lines"), ((1, 1, 1, 9), "pages")],
)
def test_the_larger_part_binds(parts: tuple[float, ...], bound: str) -> None:
    assert Forecast(**dict(zip(("call", "elements", "lines", "pages"), parts, strict=True))).bound == bound
