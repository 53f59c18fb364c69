from __future__ import annotations

import array
from typing import Any

import numpy as np
import pytest
import torch

from tensorlab.api.stand_ins import stand_ins
from tensorlab.dispatch.recorder import Recorder
from tensorlab.errors import UnsupportedError


def names_of(function: Any, *things: object) -> list[str]:
    recorder = Recorder()
    stand_ins(function, things, recorder)
    return [name for name, _ in recorder.explanation().given]


def test_arrays_go_by_the_names_of_the_parameters() -> None:
    x = torch.zeros(2)
    assert names_of(lambda a, b: (a, b), x, x) == ["a", "b"]
    assert names_of(lambda a, *rest: (a, rest), x, x, x) == ["a", "rest[0]", "rest[1]"]
    assert names_of(torch.add, x, x) == ["A", "B"]
    assert names_of(lambda a, b: (a, b), [x, (x, 3)], 4) == ["a[0]", "a[1][0]"]


def test_what_is_given_is_copied_as_it_lies() -> None:
    recorder = Recorder()
    x, a = torch.arange(6).view(2, 3).t(), np.arange(6)[::-2]
    tensor, made, plain = stand_ins(lambda x, a, b: (x, a, b), (x, a, "word"), recorder)
    assert isinstance(tensor, torch.Tensor)
    assert isinstance(made, np.ndarray)
    assert (tensor.stride(), made.strides, plain) == ((1, 3), (-16,), "word")
    tensor += 1
    made += 1
    assert (x.tolist(), a.tolist()) == ([[0, 3], [1, 4], [2, 5]], [5, 3, 1])


def test_a_buffer_is_taken_as_it_is() -> None:
    numbers = array.array("d", [1.0])
    assert stand_ins(lambda x: x, (numbers,), Recorder())[0] is numbers


def test_what_is_large_is_told() -> None:
    recorder = Recorder()
    stand_ins(lambda x, a: (x, a), (torch.zeros(1).expand(10**9), np.broadcast_to(np.zeros(1), (5,))), recorder)
    (doubt,) = recorder.explanation().doubts
    assert doubt == "x is more than 268,435,456 B: it stands without elements (meta device)"


class Odd(torch.Tensor):
    """A subclass that cannot be copied."""

    def detach(self) -> torch.Tensor:
        raise RuntimeError("not that one")


def test_what_cannot_be_copied_is_told() -> None:
    with pytest.raises(UnsupportedError, match="x is not copied: RuntimeError: not that one"):
        stand_ins(lambda x: x, (torch.zeros(2).as_subclass(Odd),), Recorder())
