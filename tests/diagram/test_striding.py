from __future__ import annotations

from tensorlab.bench.striding.record import Costs, Forecast, StrideRow, StrideRun
from tensorlab.diagram.striding import stride_scene
from tensorlab.render.figure import Figure

COSTS = Costs(
    reads=((1, 1.5e-9),), writes=((1, 2e-9),), starts=((1, 2e-9),), alone=((1, 6e-9),), walks=((1, 3e-9),), kernels=()
)


def row(pattern: str, stride: int | None, measured: float, predicted: float, lines: int | None) -> StrideRow:
    return StrideRow(
        pattern=pattern, stride=stride, library="numpy", operation="sum", elements=1000, nbytes=4000, lines=lines,
        pages=1, seconds=measured, low=measured, high=measured,
        forecast=Forecast(call=0.0, elements=0.0, lines=predicted, pages=0.0),
    )  # fmt: skip


RUN = StrideRun(
    machine="a machine",
    nbytes=4096,
    dtype="float32",
    line=64,
    page=4096,
    costs=COSTS,
    rows=(
        row("stride 1", 1, 1e-7, 1.1e-7, 63),
        row("stride 16", 16, 2e-6, 1e-6, 1000),
        row("transposed", None, 1e-7, 1e-7, None),
    ),
    rounds=3,
)


def test_the_table() -> None:
    lines = Figure(RUN, stride_scene(RUN)).text(width=80).splitlines()
    assert lines[1:8] == [
        "predicted within 30% of what was measured: sum 1 of 2 strides",
        "",
        "sum, NumPy: 1 of 2 strides within 30%",
        "stride      ns/element  predicted   ratio  GB/s    lines  pages",
        "         1       0.100      0.110  0.909x  40.0       63      1",
        "        16        2.00       1.00   2.00x  2.00    1,000      1",
        "transposed       0.100      0.100   1.00x  40.0  unknown      1",
    ]
    assert any(line.startswith("x.T.sum() shows nothing") for line in lines)


def test_ascii_and_svg() -> None:
    figure = Figure(RUN, stride_scene(RUN))
    assert figure.text(ascii=True).isascii()
    assert "stride in elements" in figure.svg()
