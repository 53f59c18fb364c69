from __future__ import annotations

from math import prod

import pytest

from tensorlab.testing.frames import frames
from tensorlab.testing.specs import parse


def test_any_axes_go_from_none_to_five_and_are_the_same_everywhere() -> None:
    found = frames((parse("float32[...]"), parse("float32[...]")))
    assert {len(frame.shapes[0]) for frame in found} == {0, 1, 2, 3, 4, 5}
    assert all(frame.shapes[0] == frame.shapes[1] for frame in found)
    sizes = {n for frame in found for n in frame.shapes[0]}
    assert sizes >= {0, 1, 2, 3, 4, 5, 8, 17, 33}


def test_an_axis_that_is_named_has_one_size() -> None:
    found = frames((parse("float32[n, k]"), parse("float32[k, m]")))
    assert all(frame.shapes[0][1] == frame.shapes[1][0] for frame in found)
    assert any(frame.shapes[0][0] == frame.shapes[0][1] for frame in found)
    assert any(frame.shapes[0][0] != frame.shapes[0][1] for frame in found)
    assert {0, 1, 2, 8, 17, 33} <= {n for frame in found for n in frame.shapes[0]}


def test_a_fixed_shape_is_one_frame() -> None:
    assert [frame.shapes for frame in frames((parse("float32[2, 3]"),))] == [((2, 3),)]
    assert [frame.shapes for frame in frames(())] == [()]


def test_every_dtype_comes_with_every_shape() -> None:
    found = frames((parse("float32|int32[n]"),))
    assert len({(frame.shapes, frame.kinds) for frame in found}) == len(found)
    assert {frame.kinds[0].name for frame in found if frame.shapes == ((3,),)} == {"float32", "int32"}


def test_there_is_a_value_for_every_element() -> None:
    for frame in frames((parse("float32[n]"), parse("int64[k] < n"))):
        assert frame.shapes[0][0] or not frame.shapes[1][0]


@pytest.mark.parametrize("text", ["float32[...]", "float32[a, b, c, d, e]", "float32[..., a, b]", "float32[_, _]"])
def test_no_argument_is_large(text: str) -> None:
    assert all(prod(frame.shapes[0]) <= 2048 for frame in frames((parse(text),)))


def test_any_axes_stand_beside_named_ones() -> None:
    found = [frame.shapes for frame in frames((parse("float32[..., c]"), parse("float32[c]")))]
    assert {len(first) for first, _ in found} >= {1, 2, 3}
    assert all(first[-1:] == second for first, second in found)
