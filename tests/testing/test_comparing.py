from __future__ import annotations

from collections import namedtuple

import numpy as np
import pytest
import torch

from tensorlab.testing.comparing import Tolerance, as_array, difference, equal, leaves, scale_of

Pair = namedtuple("Pair", "first second")  # noqa: PYI024 - as libraries return them
NAN = float("nan")


@pytest.mark.parametrize(
    ("got", "expected"),
    [
        (torch.ones(2), torch.ones(2)),
        (torch.tensor([NAN, -0.0]), torch.tensor([NAN, 0.0])),
        (torch.tensor([float("inf")]), torch.tensor([float("inf")])),
        (torch.ones(2, 2).t(), torch.ones(2, 2)),
        (torch.tensor([1 + 2j]).conj(), torch.tensor([1 - 2j])),
        (np.arange(4)[::2], np.array([0, 2])),
        (np.float32(1), np.float32(1)),
        ((1, [torch.ones(1)], {"a": None}), (1, [torch.ones(1)], {"a": None})),
        (Pair(1, 2), Pair(1, 2)),
        ("text", "text"),
        (object(), object()),
        (torch.ones(2, dtype=torch.bfloat16), torch.ones(2, dtype=torch.bfloat16)),
        (torch.tensor([1.0 + 1e-7]), torch.tensor([1.0])),
        (torch.eye(2).to_sparse(), torch.eye(2).to_sparse()),
    ],
)
def test_the_same_is_no_difference(got: object, expected: object) -> None:
    assert difference(got, expected) is None


@pytest.mark.parametrize(
    ("got", "expected", "words"),
    [
        (torch.tensor([1, 3]), torch.tensor([1, 2]), "result: element (1,) is 3, not 2"),
        (torch.tensor([1.0, NAN]), torch.tensor([1.0, 2.0]), "result: element (1,) is nan, not 2.0"),
        (torch.tensor(3), torch.tensor(2), "result: it is 3, not 2"),
        (torch.ones(2), torch.ones(3), "result: it has shape (2,), not (3,)"),
        (torch.ones(2), torch.ones(2).double(), "result: it is a tensor of float32, not a tensor of float64"),
        (torch.ones(2), np.ones(2), "result: it is a tensor of float32, not an array of float64"),
        ((1, 2), (1, 3), "result[1]: it is 2, not 3"),
        ({"a": 1}, {"b": 1}, "result: dict of ['a'], not dict of ['b']"),
        ([1], (1,), "result: list of 1, not tuple of 1"),
        (None, torch.ones(1), "result: NoneType None, not Tensor tensor([1.])"),
        (torch.zeros(3), torch.ones(3), "result: element (0,) is 0.0, not 1.0 (3 of 3 are wrong)"),
        (torch.tensor([float("inf")]), torch.tensor([1.0]), "result: element (0,) is inf, not 1.0"),
    ],
)
def test_the_first_difference_is_named(got: object, expected: object, words: str) -> None:
    assert str(difference(got, expected)) == words


def test_another_library_will_do_where_only_numbers_count() -> None:
    assert difference(torch.ones(2), np.ones(2), loosely=True) is None
    assert difference(torch.ones(2), np.zeros(2), loosely=True) is not None


def test_rounding_is_measured_by_what_went_into_a_result() -> None:
    got, expected = torch.tensor([1e-3]), torch.tensor([0.0])
    assert difference(got, expected) is not None
    assert difference(got, expected, Tolerance(scale=1000.0)) is None
    assert difference(got, expected, Tolerance(0.0, 0.0)) is not None


def test_whole_numbers_have_no_tolerance() -> None:
    assert difference(torch.tensor([10**9 + 1]), torch.tensor([10**9])) is not None


def test_a_quick_look_is_never_wrong_when_it_says_the_same() -> None:
    assert equal(torch.ones(2, 2).t(), torch.ones(2, 2))
    assert not equal(torch.tensor([NAN]), torch.tensor([NAN]))
    assert not equal(1, 1)


def test_parts_of_a_result_have_names() -> None:
    assert [path for path, _ in leaves({"a": (1, [2])})] == [
        "result", "result['a']", "result['a'][0]", "result['a'][1]", "result['a'][1][0]",
    ]  # fmt: skip


def test_numbers_of_any_dtype_become_an_array() -> None:
    assert as_array(torch.tensor([1.5], dtype=torch.float8_e5m2)).tolist() == [1.5]
    assert as_array(torch.tensor([1.0], requires_grad=True)).tolist() == [1.0]
    assert scale_of([np.array([-3.0, NAN]), torch.tensor([2]), "word"]) == 3.0
