from __future__ import annotations

from tensorlab.bench.chasing.record import ChaseRun, OrderRow, Overtaking, Speed, Trial
from tensorlab.diagram.chasing import chase_scene
from tensorlab.render.figure import Figure

RUN = ChaseRun(
    machine="a machine",
    orders=(
        OrderRow(
            elements=1_000_000, ordered=0.003, shuffled=0.021, ratio=7.0, low=6.9, high=7.2, ordered_lines=375_000,
            shuffled_lines=999_000,
        ),
    ),
    speeds=(
        Speed(operation="add", container="list", size=10, seconds=5e-7),
        Speed(operation="add", container="numpy", size=10, seconds=2e-7),
    ),
    overtakings=(
        Overtaking(
            operation="add", first="list", second="torch", size=28, low=24, high=32, least=1, most=64,
            trials=(Trial(size=1, ratio=5.0, low=4.9, high=5.1), Trial(size=64, ratio=0.5, low=0.4, high=0.6)),
        ),
        Overtaking(operation="add", first="numpy", second="torch", size=None, least=1, most=64),
        Overtaking(operation="matmul", first="array", second="numpy", size=1, low=1, high=1, least=1, most=64),
    ),
)  # fmt: skip


def test_the_tables() -> None:
    lines = Figure(RUN, chase_scene(RUN)).text(width=80).splitlines()
    assert lines[:4] == [
        "what following pointers costs: 1 thread, a machine",
        "sum of a list of floats",
        " elements  in order  shuffled  ratio      interval    lines  shuffled lines",
        "1,000,000   3.00 ns   21.0 ns  7.00x  [6.90, 7.20]  375,000         999,000",
    ]
    text = "\n".join(lines)
    assert "not up to 64" in text
    assert "faster from 1 on" in text
    assert "[24, 32]" in text


def test_ascii_and_svg() -> None:
    figure = Figure(RUN, chase_scene(RUN))
    assert figure.text(ascii=True).isascii()
    assert "torch/list" in figure.svg()
