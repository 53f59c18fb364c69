from __future__ import annotations

import pytest

from tensorlab.autograd.flow.order import depths, marked
from tensorlab.autograd.flow.record import GradientStat, Limits


def stat(norm: float | None, depth: int = 0, **known: object) -> GradientStat:
    largest = norm
    values = {"norm": norm, "largest": largest, "zeros": None if norm is None else float(norm == 0), "nonfinite": 0}
    return GradientStat(name="n", kind="node", depth=depth, **{**values, **known})  # type: ignore[arg-type]  # by name


@pytest.mark.parametrize(
    ("gradient", "marks"),
    [
        (stat(1.0), ()),
        (stat(0.0), ("dead",)),
        (stat(1e-8), ("vanishing",)),
        (stat(1.01e-8), ()),
        (stat(6e-5, dtype="float16"), ("vanishing",)),
        (stat(7e-5, dtype="float16"), ()),
        (stat(1e3), ("exploding",)),
        (stat(999.0), ()),
        (stat(float("nan"), nonfinite=1), ("nonfinite",)),
        (stat(None), ("no gradient",)),
        (stat(0.0, zeros=None), ()),
    ],
)
def test_marks_by_themselves(gradient: GradientStat, marks: tuple[str, ...]) -> None:
    assert marked([gradient], Limits())[0].marks == marks


def test_marks_beside_neighbours() -> None:
    norms = [1.0, 2.0, 1e-5, 1.0, 100.0, 1e5]
    found = marked([stat(norm, depth, largest=1.0) for depth, norm in enumerate(norms)], Limits())
    assert [one.marks for one in found] == [(), (), ("vanishing",), (), (), ("exploding",)]


def parameter(name: str, norm: float, depth: int, shape: tuple[int, ...]) -> GradientStat:
    return GradientStat(
        name=name, kind="parameter", depth=depth, shape=shape, norm=norm, largest=norm / 8, zeros=0.0, nonfinite=0
    )


def test_weights_are_compared_with_weights_and_biases_with_biases() -> None:
    layers = [
        stat
        for n in range(12)
        for stat in (parameter(f"{n}.bias", 1e-4, n, (8,)), parameter(f"{n}.weight", 1e2, n, (8, 8)))
    ]
    assert {stat.marks for stat in marked(layers, Limits())} == {()}
    found = marked([*layers, parameter("last.bias", 1e-9 * 1e2, 12, (8,))], Limits(vanishing=1e-12))
    assert [stat.name for stat in found if stat.marks] == []
    found = marked([*layers, parameter("last.weight", 1e-3, 12, (8, 8))], Limits())
    assert [(stat.name, stat.marks) for stat in found if stat.marks] == [("last.weight", ("vanishing",))]


def test_what_is_large_is_never_vanishing() -> None:
    found = marked([stat(1e14, 0), stat(1e14, 1), stat(1e4, 2)], Limits())
    assert [one.marks for one in found] == [("exploding",)] * 3


def test_by_depth_those_that_did_not_come_last() -> None:
    found = marked([stat(None), stat(1.0, 3), stat(1.0, 1)], Limits())
    assert [(one.depth, one.norm) for one in found] == [(1, 1.0), (3, 1.0), (0, None)]


def test_depth_is_the_longest_way() -> None:
    diamond = [(0, 1, 0, 1, 2, 0), (0, 3, 0), (0, 1, 0), ()]
    assert depths(diamond, [3, 1, 2, 0]) == [0, 2, 1, 3]
