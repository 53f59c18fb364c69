from __future__ import annotations

from array import array

import numpy as np
import pytest
import torch

import tensorlab
from tensorlab.errors import LayoutError, UnsupportedError


def test_the_sentence_of_the_issue() -> None:
    found = tensorlab.check_inplace(torch.arange(10.0).unfold(0, 3, 1))
    assert str(found) == "UNSAFE: 24 elements in 10 addresses; [0,1] and [1,0] are the same; torch will not raise"
    assert found.advice == "write to a copy of it: x.clone()"
    assert str(tensorlab.check_inplace(torch.zeros(3).expand(2, 3))).endswith("; torch will raise")


def test_nothing_is_written() -> None:
    x, n = torch.arange(10.0), np.arange(10.0)
    version = x._version
    tensorlab.check_inplace(x.unfold(0, 3, 1))
    tensorlab.check_copy(x[1:], x[:-1])
    tensorlab.check_copy(n[1:], n[:-1])
    assert x.tolist() == n.tolist() == list(range(10))
    assert x._version == version


def test_what_torch_lets_pass_is_found() -> None:
    w = torch.arange(12.0).reshape(3, 4)
    found = tensorlab.check_copy(w[:, 1:], w[:, :-1])
    assert (found.safety, found.raises, found.advice) == ("UNSAFE", False, "copy from src.clone()")
    expected = w[:, :-1].clone()
    w[:, 1:].copy_(w[:, :-1])
    assert w[:, 1:].tolist() != expected.tolist()


@pytest.mark.parametrize(
    ("thing", "words"),
    [
        (b"abc", "SAFE: 3 elements in 3 addresses; the buffer will raise: it is read-only"),
        (bytearray(3), "SAFE: 3 elements in 3 addresses; the buffer will not raise"),
        (array("d", [1.0]), "SAFE: 1 element in 1 address; the buffer will not raise"),
        (
            np.broadcast_to(np.zeros(1), 3),
            "UNSAFE: 3 elements in 1 address; [0] and [1] are the same; NumPy will raise",
        ),
        (np.zeros((2, 0)), "SAFE: 0 elements in 0 addresses; NumPy will not raise"),
        (torch.zeros(2, 3, device="meta").t(), "SAFE: 6 elements in 6 addresses; torch will not raise"),
    ],
)
def test_sentences(thing: object, words: str) -> None:
    assert str(tensorlab.check_inplace(thing)) == words


def test_an_array_that_is_read_only_refuses_a_copy() -> None:
    source = np.zeros(3)
    target = np.zeros(3)
    target.flags.writeable = False
    found = tensorlab.check_copy(target, source)
    assert (found.safety, found.raises, found.refusal) == ("SAFE", True, "it is read-only")
    with pytest.raises(ValueError, match="read-only"):
        np.copyto(target, source)


@pytest.mark.parametrize("trait", ["requires_grad", "conj"])
def test_a_tensor_that_numpy_does_not_read_is_told(trait: str) -> None:
    kind = torch.complex64
    source = torch.zeros(3, dtype=kind, requires_grad=trait == "requires_grad")
    source = source.conj() if trait == "conj" else source
    target = np.zeros(3, np.complex64)
    found = tensorlab.check_copy(target, source)
    assert found.raises
    assert found.refusal == f"a tensor with {trait} is not read as an array"
    with pytest.raises(RuntimeError, match="Can't call numpy"):
        np.copyto(target, source)


def test_a_leaf_is_told_what_to_do() -> None:
    found = tensorlab.check_inplace(torch.zeros(3, requires_grad=True))
    assert (found.safety, found.raises, found.advice) == ("SAFE", True, "write under torch.no_grad()")


def test_bad_operands_are_refused() -> None:
    with pytest.raises(LayoutError, match=r"src of shape \(2,\) does not broadcast to dst of shape \(3,\)"):
        tensorlab.check_copy(torch.zeros(3), torch.zeros(2))
    with pytest.raises(UnsupportedError, match="a list is not written element by element"):
        tensorlab.check_copy(torch.zeros(3), [1, 2, 3])


def test_a_verdict_can_be_shown() -> None:
    found = tensorlab.check_inplace(torch.arange(10.0).unfold(0, 3, 1))
    assert tensorlab.show(found).text().splitlines()[0] == "UNSAFE"
