from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pytest
import torch
from support.wrong_backwards import (
    Broadcast,
    Conjugated,
    Flat,
    Ignorant,
    InPlace,
    Noisy,
    OneElement,
    Right,
    SecondWrong,
    Sign,
)

import tensorlab
from tensorlab.errors import UnsupportedError
from tensorlab.testing import check_gradients
from tensorlab.testing.gradient_checks.checking import name_of

if TYPE_CHECKING:
    from collections.abc import Callable

X = torch.tensor([[1.0, 2.0, 4.0], [0.5, 3.0, 7.0]], dtype=torch.float64)
Z = torch.tensor([1 + 2j, 3 - 1j], dtype=torch.complex128)


def apply(kind: Any) -> Callable[..., Any]:
    found: Callable[..., Any] = kind.apply
    return found


def test_one_wrong_element_is_named_with_both_numbers() -> None:
    found = check_gradients(apply(OneElement), X)
    assert str(found) == (
        "gradients of OneElement are wrong: 2 of 36 numbers; d output[0, 2] / d input 0[0, 2] is 6 by backward, "
        "3 by finite differences (relative error 0.5)"
    )
    assert not found
    assert [entry.source[1] for entry in found.worst if entry.wrong] == [(0, 2), (1, 2)]
    assert len(found.worst) == 10


def test_a_wrong_sign() -> None:
    found = check_gradients(apply(Sign), X)
    assert found.wrong == 6
    assert (found.worst[0].analytic, round(found.worst[0].numeric, 6), round(found.worst[0].error, 6)) == (-3, 3, 2)


def test_a_gradient_that_is_not_reduced_names_the_rows_it_forgets() -> None:
    found = check_gradients(apply(Broadcast), X, torch.ones(3, dtype=torch.float64))
    assert (found.wrong, found.compared) == (3, 54)
    assert {(entry.source[0], entry.result[1][0]) for entry in found.worst if entry.wrong} == {(1, 1)}


@pytest.mark.parametrize(("kind", "words"), [(Flat, "grad_output is permuted"), (Ignorant, "grad_output is expanded")])
def test_what_is_wrong_for_other_layouts_of_grad_output_alone(kind: Any, words: str) -> None:
    assert check_gradients(apply(kind), X)
    found = check_gradients(apply(kind), X, layouts=True)
    assert found.wrong
    assert any(words in entry.layout for entry in found.worst) or words in str(found)
    assert "input 0 is" not in str(found)


def test_a_backward_that_writes_grad_output() -> None:
    found = check_gradients(apply(InPlace), X, layouts=True)
    assert "backward writes into the memory of grad_output" in found.failures


def test_what_differs_from_run_to_run() -> None:
    noisy = check_gradients(apply(Noisy), X)
    assert "backward is not deterministic: d output[" in str(noisy)
    assert check_gradients(apply(Noisy), X, nondet_tol=1e-6)
    dropped = check_gradients(torch.nn.functional.dropout, X.repeat(4, 4))
    assert "the function is not deterministic" in str(dropped)
    assert dropped.compared == 0


def test_second_derivatives() -> None:
    assert check_gradients(apply(SecondWrong), X[0])
    found = check_gradients(apply(SecondWrong), X[0], second=True)
    assert found.second
    assert found.wrong == 3
    assert found.worst[0].order == 2
    assert str(found).startswith("first and second derivatives of SecondWrong are wrong: 3 of ")
    assert check_gradients(torch.matmul, X, X.t(), second=True)


def test_complex_numbers() -> None:
    assert check_gradients(lambda z: z * z.conj() * 1j, Z, second=True, layouts=True)
    assert check_gradients(torch.abs, Z)
    found = check_gradients(apply(Conjugated), Z)
    assert found.wrong == 4
    assert str(found.worst[0]).startswith("d imag(output[0]) / d real(input 0[0]) is -4 by backward, 4 by")


@pytest.mark.parametrize(
    ("fn", "inputs"),
    [
        (torch.tanh, (X,)),
        (apply(Right), (X.t(),)),
        (torch.matmul, (X, X.t())),
        (lambda x: (x.sum(), x[:, 1:]), (X,)),
        (torch.nn.functional.conv2d, (torch.ones(1, 1, 2, 2).double(), torch.ones(1, 1, 2, 2).double())),
        (lambda x, places: x[places], (X, torch.tensor([0, 0]))),
        (lambda x: x[:, ::2].t(), (X,)),
        (lambda x: x.expand(2, 2, 3), (X,)),
        (torch.sum, (X,)),
    ],
)
def test_right_ones_agree_over_layouts(fn: Any, inputs: tuple[Any, ...]) -> None:
    found = check_gradients(fn, *inputs, layouts=True)
    assert found, str(found)
    assert found.layouts > 10


def test_a_function_that_refuses_layouts_is_told_of() -> None:
    found = check_gradients(lambda x: x.view(-1), X, layouts=True)
    assert found
    assert "other layouts refused: the function raised RuntimeError: view size" in found.notes[0]


def test_a_detached_output() -> None:
    found = check_gradients(lambda x: x.detach() * 2, X)
    assert found.wrong == 6
    assert "the output is detached: backward does not reach the inputs" in found.failures


def test_a_kink_is_no_fault_of_backward() -> None:
    found = check_gradients(torch.relu, torch.zeros(2, dtype=torch.float64))
    assert found.failures == ("the function has a kink at input 0[0]: its slope is 0 on one side, 1 on the other",)


def test_which_inputs_are_checked_and_why_others_are_not() -> None:
    some = X.clone().requires_grad_()
    found = check_gradients(lambda x, y, n, _word: x * y * n, some, X, torch.tensor(2), "a word")
    assert [one.checked for one in found.inputs] == [True, False, False, False]
    assert [one.note for one in found.inputs[1:]] == [
        "it does not require a gradient, as others do",
        "int64 numbers have no gradient",
        "no tensor",
    ]
    wide = check_gradients(lambda x: x * 2, torch.ones(1, dtype=torch.float64).expand(3))
    assert "made contiguous" in wide.inputs[0].note
    assert not some.grad


def test_few_bits_are_refused_or_converted() -> None:
    with pytest.raises(UnsupportedError, match="float32; finite differences need float64") as raised:
        check_gradients(torch.sin, X.float())
    assert "convert=True" in raised.value.hint
    found = check_gradients(torch.nn.Linear(3, 2), X.float(), convert=True)
    assert found
    assert found.inputs[0].note == "converted from float32 to float64"


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: check_gradients(torch.sin), "no input has a gradient; got no arguments"),
        (lambda: check_gradients(torch.sin, torch.tensor(1)), "got int64"),
        (lambda: check_gradients(torch.sin, X.to_sparse()), "no dense tensor"),
        (lambda: check_gradients(3, X), "a function is checked; got int"),  # type: ignore[arg-type]  # that is tested
        (lambda: check_gradients(lambda x: x.reshape(7), X), "the function raised RuntimeError: shape"),
        (lambda: check_gradients(lambda _: None, X), "gives nothing that can have a gradient; got NoneType"),
        (lambda: check_gradients(torch.sin, X, eps=0), "eps is a positive number; got 0"),
        (lambda: check_gradients(torch.sin, X, atol=math.nan), "atol is a positive number; got nan"),
    ],
)
def test_what_cannot_be_checked(call: Callable[[], object], words: str) -> None:
    with pytest.raises(UnsupportedError, match=words):
        call()


def test_no_elements() -> None:
    assert str(check_gradients(torch.sin, X[:0])) == (
        "gradients of sin have no numbers: an input or the output has no elements"
    )


def test_the_inputs_are_left_as_they_were() -> None:
    given = X.clone()
    check_gradients(torch.sin, given, layouts=True, second=True)
    assert torch.equal(given, X)
    assert not given.requires_grad


def test_names() -> None:
    assert [name_of(one) for one in (torch.sin, lambda x: x, OneElement.apply)] == ["sin", "the function", "OneElement"]


def test_both_faces_are_the_same() -> None:
    assert str(tensorlab.check_gradients(torch.sin, X, layouts=True)) == str(
        check_gradients(torch.sin, X, layouts=True)
    )
