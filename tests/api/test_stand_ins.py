from __future__ import annotations

import array
from collections import deque
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pytest
import torch
from torch import nn

import tensorlab.api.stand_ins as stand_in_module
from tensorlab.api.stand_ins import stand_ins
from tensorlab.dispatch.recorder import Recorder
from tensorlab.errors import UnsupportedError

if TYPE_CHECKING:
    from collections.abc import Callable

GLOBAL = torch.zeros(2)


def names_of(function: Any, *things: object) -> list[str]:
    recorder = Recorder()
    stand_ins(function, things, recorder)
    return [name for name, _ in recorder.explanation().given]


def test_arrays_go_by_the_names_of_the_parameters() -> None:
    x = torch.zeros(2)
    assert names_of(lambda a, b: (a, b), x, x) == ["a", "b"]
    assert names_of(lambda a, *rest: (a, rest), x, x, x) == ["a", "rest[0]", "rest[1]"]
    assert names_of(torch.add, x, x) == ["A", "B"]
    assert names_of(lambda a, b: (a, b), [x, (torch.ones(1), 3)], 4) == ["a[0]", "a[1][0]"]


def test_what_is_given_is_copied_as_it_lies() -> None:
    x, a = torch.arange(6).view(2, 3).t(), np.arange(6)[::-2]
    _, (tensor, made, plain) = stand_ins(lambda x, a, b: (x, a, b), (x, a, "word"), Recorder())
    assert (tensor.stride(), made.strides, plain) == ((1, 3), (-16,), "word")
    tensor += 1
    made += 1
    assert (x.tolist(), a.tolist()) == ([[0, 3], [1, 4], [2, 5]], [5, 3, 1])


class Pair(NamedTuple):
    first: Any


@dataclass
class Box:
    inside: Any


class Rows(list[Any]):
    """A list of its own kind."""


HOLDERS: list[Callable[[Any], Any]] = [
    lambda x: {"a": x},
    Pair,
    lambda x: Box(Box([x])),
    lambda x: Rows([x]),
    lambda x: deque([x]),
    lambda x: iter([x]),
    lambda x: partial(len, x),
    lambda x: x,
]


def arrays_of(holder: Any) -> Any:
    """The one array in a holder, from outside."""
    (found,) = (array for _, array, _, _ in stand_in_module._arrays(holder, "x"))
    return found


@pytest.mark.parametrize("hold", HOLDERS)
@pytest.mark.parametrize("make", [lambda: torch.zeros(3), lambda: np.zeros(3), lambda: bytearray(3)])
def test_whatever_holds_an_array_is_copied(hold: Callable[[Any], Any], make: Callable[[], Any]) -> None:
    thing = make()
    _, (made,) = stand_ins(lambda x: x, (hold(thing),), Recorder())
    inside = arrays_of(made)
    inside[0] = 1
    assert (thing[0], inside[0]) == (0, 1)


def test_arrays_that_lie_deep_have_names() -> None:
    recorder, layer = Recorder(), nn.Sequential(nn.Linear(2, 1))
    _, (made, box) = stand_ins(lambda m, box: (m, box), (layer, Box({"a": np.zeros(2)})), recorder)
    assert recorder.name_of(made[0].weight) == "m.0.weight"
    assert [recorder.name_of(value.plain_array) for value in box.inside.values()] == ["box.inside['a']"]
    assert recorder.explanation().given == ()


def test_what_is_held_twice_is_copied_once() -> None:
    x = torch.zeros(3)
    _, (first, (second, third)) = stand_ins(lambda a, b: (a, b), (x, [x, x[1:]]), Recorder())
    assert first is second
    assert third.untyped_storage().data_ptr() == first.untyped_storage().data_ptr()


@pytest.mark.parametrize("view", [memoryview(bytearray(4)), memoryview(b"abcd"), memoryview(array.array("i", [1, 2]))])
def test_a_memoryview_is_copied(view: memoryview) -> None:
    _, (made,) = stand_ins(lambda x: x, (view,), Recorder())
    assert (made.tolist(), made.format, made.readonly) == (view.tolist(), view.format, view.readonly)
    if not made.readonly:
        made[0] = 7
        assert view[0] != 7


def test_gradients_are_copied() -> None:
    x = torch.zeros(2, requires_grad=True)
    x.grad = torch.ones(2)
    _, (made,) = stand_ins(lambda x: x, (x,), Recorder())
    made.grad += 1
    assert x.grad.tolist() == [1, 1]


def test_what_a_function_holds_is_copied() -> None:
    x, a, layer = torch.zeros(2), np.zeros(2), nn.BatchNorm1d(2)

    def write(more: Any = x, *, last: Any = a) -> Any:
        x.add_(1)
        a[:] = 1
        return more, last, GLOBAL.add_(1)

    calls: list[tuple[Any, tuple[Any, ...]]] = [(write, ()), (x.add_, (1,)), (a.fill, (1,)), (a.__iadd__, (1,))]
    for function, things in calls:
        own, given = stand_ins(function, things, Recorder())
        own(*given)
    rows = (torch.rand(4, 2),)
    for module in (layer, layer.forward):
        own, given = stand_ins(module, rows, Recorder())
        own(*given)
    assert (x.tolist(), a.tolist(), GLOBAL.tolist()) == ([0, 0], [0, 0], [0, 0])
    assert layer.running_mean is not None
    assert layer.running_mean.tolist() == [0, 0]


def test_what_is_large_is_told() -> None:
    recorder = Recorder()
    stand_ins(lambda x, a: (x, a), (torch.zeros(1).expand(10**9), np.broadcast_to(np.zeros(1), (5,))), recorder)
    (doubt,) = recorder.explanation().doubts
    assert doubt == "x is more than 268,435,456 B: it stands without elements (meta device)"


def test_what_cannot_be_followed_is_told() -> None:
    recorder = Recorder()
    stand_ins(lambda x: x, (np.ma.array([1, 2]),), recorder)
    assert recorder.explanation().doubts == ("x is a numpy.ma.MaskedArray: calls on it are not followed",)


class Odd(torch.Tensor):
    """A subclass that cannot be copied."""

    def detach(self) -> torch.Tensor:
        raise RuntimeError("not that one")


def test_what_cannot_be_copied_is_told() -> None:
    with pytest.raises(UnsupportedError, match="x is not copied: RuntimeError: not that one"):
        stand_ins(lambda x: x, (torch.zeros(2).as_subclass(Odd),), Recorder())


def test_what_would_be_used_up_is_refused() -> None:
    with pytest.raises(UnsupportedError, match="x is not copied: TypeError: cannot pickle 'generator' object"):
        stand_ins(lambda x: x, ((n for n in range(2)),), Recorder())
    with pytest.raises(UnsupportedError, match="a memoryview with gaps is not copied"):
        stand_ins(lambda x: x, (memoryview(b"abcd")[::2],), Recorder())
