from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from tensorlab.dispatch.array_calls import WatchedArray, converting, plain_in, tracked
from tensorlab.dispatch.recorder import Recorder

if TYPE_CHECKING:
    from collections.abc import Callable


def texts(function: Callable[[Any], object]) -> list[str]:
    recorder, x = Recorder(), np.arange(6.0).reshape(2, 3)
    recorder.give(x, "x")
    function(tracked(x, recorder))
    return [f"{step.text}  {step.verdict}" for step in recorder.explanation().steps]


def write(x: Any) -> None:
    x[x > 2] = 0
    x += 1
    np.multiply(x, 2, out=x)
    x.fill(3)
    np.copyto(x, 1)
    x[0, 1:] = 5


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        (lambda x: x.T.reshape(6), ["x.T  VIEW", ".reshape(6)  COPY"]),
        (lambda x: np.reshape(x, (6,)), ["np.reshape(x, (6,))  VIEW"]),
        (lambda x: x[[0, 1]], ["x[[0, 1]]  COPY"]),
        (lambda x: x[::-1][..., 1:], ["x[::-1]  VIEW", "[..., 1:]  VIEW"]),
        (lambda x: x[1, 2], ["x[1, 2]  COPY"]),
        (lambda x: x + x[0], ["x[0]  VIEW", "x + #1  NEW"]),
        (lambda x: -x, ["np.negative(x)  NEW"]),
        (lambda x: x.astype(np.int8), ["x.astype(int8)  COPY"]),
        (lambda x: x.ravel().copy(), ["x.ravel()  VIEW", ".copy()  COPY"]),
        (lambda x: np.concatenate([x, x]), ["np.concatenate([x, x])  COPY"]),
        (lambda x: sum(row.sum() for row in x), ["x[0]  VIEW", ".sum()  NEW", "x[1]  VIEW", ".sum()  NEW"]),
        (lambda x: x.tolist(), ["x.tolist()  COPY"]),
        (lambda x: np.add.reduce(x, 0), ["np.add.reduce(x, axis=0)  NEW"]),
        (lambda x: np.split(x, 2)[0].T, ["np.split(x, 2)  VIEW", "#1[0].T  VIEW"]),
        (
            write,
            [
                "x > 2  NEW", "x[#1] = 0  WRITE", "x += 1  WRITE", "np.multiply(x, 2, out=x)  WRITE",
                "x.fill(3)  WRITE",
                "np.copyto(x, 1)  WRITE", "x[0, 1:] = 5  WRITE",
            ],
        ),
    ],
)  # fmt: skip
def test_calls_are_seen_as_they_were_written(function: Callable[[Any], object], expected: list[str]) -> None:
    assert texts(function) == expected


@pytest.mark.filterwarnings("ignore:Setting the shape")  # deprecated in NumPy 2.5
def test_a_tracked_array_is_an_array() -> None:
    made = tracked(np.arange(6).reshape(2, 3), Recorder())
    assert isinstance(made, np.ndarray)
    assert (made.shape, made.strides, made.size, made.dtype, len(made)) == ((2, 3), (24, 8), 6, np.int64, 2)
    made.shape = (6,)
    assert plain_in(made).shape == (6,)


def test_what_has_no_recorder_works_as_any_array() -> None:
    plain = np.arange(3).view(WatchedArray)
    assert (plain + 1).tolist() == [1, 2, 3]
    assert np.sum(plain) == 3
    assert plain[1] == 1
    plain[1] = 7
    assert plain.tolist() == [0, 7, 2]


@pytest.mark.parametrize(
    ("name", "expected"),
    [("ascontiguousarray", "SAME"), ("asfortranarray", "COPY"), ("array", "COPY"), ("asanyarray", "SAME")],
)
def test_conversions_are_seen(name: str, expected: str) -> None:
    before = np.asarray
    recorder, array = Recorder(), np.arange(6).reshape(2, 3)
    recorder.give(array, "x")
    with converting(recorder):
        getattr(np, name)(tracked(array, recorder))
        np.asarray([1, 2])
        np.asarray(tracked(array, recorder), dtype=np.int8).T.copy()
    verdicts = [step.verdict for step in recorder.explanation().steps]
    assert verdicts == [expected, "COPY", "VIEW", "COPY"]
    assert np.asarray is before
