from __future__ import annotations

import numpy as np
import pytest
import torch

from tensorlab.errors import UnsupportedError
from tensorlab.layout.dtype import DTYPES
from tensorlab.testing.calling import Subject
from tensorlab.testing.record import Spec
from tensorlab.testing.results import frames_of
from tensorlab.testing.specs import LIKE_RESULT, slot

LIKE = Spec(shape=(LIKE_RESULT,), dtypes=tuple(DTYPES.values()))


def test_out_has_the_shape_and_the_dtype_of_the_result() -> None:
    found = frames_of(Subject(torch.mm, (slot("float32[n, k]"), slot("float32[k, m]")), out=LIKE))
    assert all(frame.shapes[2] == (frame.shapes[0][0], frame.shapes[1][1]) for frame in found)
    assert {kinds[2].name for kinds in (frame.kinds for frame in found)} == {"float32"}
    compared = frames_of(Subject(np.isnan, (slot("np float32[n]"),), out=LIKE))
    assert {frame.kinds[1].name for frame in compared} == {"bool"}


def test_shapes_whose_call_fails_or_gives_no_array_are_left_out() -> None:
    assert {
        frame.shapes[0] for frame in frames_of(Subject(lambda x: x.view(2, 2), (slot("float32[n]"),), out=LIKE))
    } == {(4,)}
    with pytest.raises(UnsupportedError, match="no call with contiguous arguments shows what that is"):
        frames_of(Subject(str, (slot("float32[n]"),), out=LIKE))


def test_an_out_that_is_needed_is_what_the_function_takes() -> None:
    def sums(x: torch.Tensor, out: torch.Tensor) -> torch.Tensor:
        return torch.sum(x, 0, out=out)

    def doubled(x: torch.Tensor, *, out: torch.Tensor) -> None:
        out.copy_(x * 2)

    def places(x: torch.Tensor, *, out: torch.Tensor) -> torch.Tensor:
        return torch.argmax(x, 1, out=out)

    found = frames_of(Subject(sums, (slot("float32[n, m]"),), out=LIKE))
    assert {frame.shapes[1] == frame.shapes[0][1:] for frame in found} == {True}
    found = frames_of(Subject(doubled, (slot("float32[n, m]"),), out=LIKE))
    assert {frame.shapes[1] == frame.shapes[0] for frame in found} == {True}
    found = frames_of(Subject(places, (slot("float32[n, 3]"),), out=LIKE))
    assert {(frame.shapes[1] == frame.shapes[0][:1], frame.kinds[1].name) for frame in found} == {(True, "int64")}


def test_an_out_of_its_own_spec_needs_no_call() -> None:
    spec = slot("float32[n]")
    assert isinstance(spec, Spec)
    assert frames_of(Subject(len, (spec,), out=spec))[0].shapes == ((2,), (2,))
