from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch

from tensorlab.api.explaining import explain
from tensorlab.dispatch import changes as module
from tensorlab.dispatch.changes import Witness
from tensorlab.dispatch.operands import Operand, map_of
from tensorlab.dispatch.record import Explanation
from tensorlab.dispatch.tensor_calls import contents, version

if TYPE_CHECKING:
    from collections.abc import Callable


def explained(function: Callable[..., object], *things: object) -> Explanation:
    found = explain(function, *things).data
    assert isinstance(found, Explanation)
    return found


def told(function: Callable[..., object], *things: object) -> str:
    return str(explained(function, *things).steps[-1])


T: dict[str, Callable[[Any], object]] = {
    "WRITE: writes in place elements of x: 5 of 6 changed; no new memory": lambda x: x.apply_(lambda _: 0.0),
    "WRITE: writes in place elements of x: 2 of 6 changed; no new memory": lambda x: x.masked_fill_(x > 3, 0),
    "WRITE: writes in place elements of x: 3 of 6 changed; no new memory": lambda x: x.index_fill_(
        0, torch.tensor([0]), 9
    ),
    "WRITE: writes in place all 6 elements, 24 B, of x; no new memory": lambda x: x.clamp_(0, 9),
    "WRITE: gives x itself shape (3, 2), strides (1, 3) and offset 0 in elements; no element is written; no new"
    " memory": lambda x: x.t_(),
    "WRITE: gives x itself shape (1, 2, 3), strides (6, 3, 1) and offset 0 in elements; no element is written; no new"
    " memory": lambda x: x.unsqueeze_(0),
    "WRITE: gives x itself other memory, of shape (3, 4), strides (4, 1) and offset 0 in elements; no new memory": (
        lambda x: x.resize_(3, 4)
    ),
}


@pytest.mark.parametrize("sentence", T)
def test_a_write_tells_what_is_known_of_tensors(sentence: str) -> None:
    assert told(T[sentence], torch.arange(6.0).view(2, 3)) == sentence


def _reshaped(x: Any) -> None:
    x.shape = (6,)


def _real(x: Any) -> None:
    x.real = 9


@pytest.mark.filterwarnings("ignore:Setting the shape")  # deprecated in NumPy 2.5
@pytest.mark.parametrize(
    ("function", "words"),
    [
        (lambda x: np.put(x, [0], 9), "elements of x: 1 of 6 changed"),
        (lambda x: np.add.at(x, [0], 1), "elements of x: 3 of 6 changed"),
        (lambda x: np.fill_diagonal(x, 7), "elements of x: 2 of 6 changed"),
        (lambda x: np.place(x, np.array([[True, False, False]] * 2), 7), "elements of x: 2 of 6 changed"),
        (lambda x: np.add(x, 1, out=x, where=x > 2), "elements of x: 3 of 6 changed"),
        (lambda x: np.add(x, 1, out=x), "all 6 elements, 48 B, of x"),
        (_real, "all 6 elements, 48 B, of x"),
        (_reshaped, "gives x itself shape (6,), strides (1,) and offset 0 in elements; no element is written"),
    ],
)
def test_a_write_tells_what_is_known_of_arrays(function: Callable[..., object], words: str) -> None:
    assert words in told(function, np.arange(6.0).reshape(2, 3))


@pytest.mark.parametrize(
    ("function", "thing"),
    [
        (lambda x: x.flat.__setitem__(0, 9), np.zeros(3)),
        (lambda x: memoryview(x).__setitem__(0, 9), np.zeros(3)),
        (lambda x: x.numpy().fill(9), torch.zeros(3)),
        (lambda x: x.untyped_storage().fill_(9), torch.zeros(3)),
        (lambda x: x.__setitem__(0, 9), bytearray(3)),
        (lambda x: (x.numpy().fill(9), x + 1), torch.zeros(3)),
    ],
)
def test_a_write_that_no_call_tells_is_a_doubt(function: Callable[..., object], thing: object) -> None:
    assert explained(function, thing).doubts == ("x was written by something that was not seen",)


@pytest.mark.parametrize("x", [torch.zeros(3), np.zeros(3)])
def test_a_write_that_is_seen_leaves_no_doubt(x: Any) -> None:
    def write(x: Any) -> None:
        x[1:][0] = 1
        x += 1
        x[x > 1] = 3

    found = explained(write, x)
    assert (found.doubts, [step.verdict for step in found.steps].count("WRITE")) == ((), 3)


def test_a_write_to_what_is_not_given_is_a_doubt() -> None:
    hidden = torch.zeros(2)
    (doubt,) = explained(lambda f, x: f(x), hidden.add_, torch.ones(2)).doubts
    assert doubt.endswith("writes an array of shape (2,) that is not given: it may be yours, and stays so")


def test_running_statistics_are_written() -> None:
    found = explained(torch.nn.BatchNorm1d(2), torch.rand(3, 2)).steps[-1]
    assert (found.verdict, found.nbytes) == ("WRITE", 24)
    assert found.reason == "writes in place all of self.running_mean and self.running_var"


def test_what_is_large_is_not_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    x = torch.zeros(6)
    assert Witness(version, contents).contents(x, map_of(x) or pytest.fail("no map")) is not None
    monkeypatch.setattr(module, "MOST_COMPARED", 8)
    assert Witness(version, contents).contents(x, map_of(x) or pytest.fail("no map")) is None
    assert told(lambda x: np.put(x, [0], 9), np.zeros(3)) == "WRITE: writes in place elements of x; no new memory"


def test_counters_tell_where_no_byte_changes() -> None:
    x = torch.zeros(2)
    memory = map_of(x)
    assert memory is not None
    operand = Operand("x", x, memory, version(x))
    witness = Witness(version, contents)
    before = witness.seen([operand])
    assert witness.changes([operand], before) == []
    x.zero_()
    assert [change.changed for change in witness.changes([operand], before)] == [0]
