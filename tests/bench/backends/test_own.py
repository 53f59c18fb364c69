from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from support.laboratory import case

from tensorlab.bench.backends.own import OwnWorkload, own_catalogue, takes_size, values
from tensorlab.bench.laboratory import Laboratory
from tensorlab.bench.pairing.interleave import Effort
from tensorlab.bench.record import Run, Skipped
from tensorlab.bench.runner import measure_group


def measured(*ones: OwnWorkload, size: int = 4) -> list[Run | Skipped]:
    """A row for each function of the first workload."""
    catalogue, libraries = own_catalogue(ones)
    laboratory = Laboratory(
        catalogue=catalogue, backends=libraries, effort=Effort(0.0, 1, 1), host="abc", usable=2, controlled=True
    )
    place: dict[str, Any] = {"unit": "size", "dtype": "float64", "reads": 0, "writes": 0, "flops": 0, "size": size}
    cases = tuple(case(workload=ones[0].name, backend=name, **place) for name in libraries)
    return list(measure_group(cases, laboratory))


def test_a_function_of_nothing_is_timed_as_it_is() -> None:
    calls: list[int] = []
    (row,) = measured(OwnWorkload(name="append", function=lambda: calls.append(1)))
    assert isinstance(row, Run)
    assert len(calls) >= 3


def test_what_a_function_of_a_size_returns_is_timed_and_what_it_set_up_is_not() -> None:
    sizes: list[int] = []
    calls: list[int] = []

    def prepared(size: int) -> Any:
        sizes.append(size)
        return lambda: calls.append(size)

    (row,) = measured(OwnWorkload(name="later", function=prepared), size=9)
    assert isinstance(row, Run)
    assert set(sizes) == set(calls) == {9}
    assert len(sizes) < len(calls)


def test_a_function_of_a_size_that_returns_no_function_is_called_with_it() -> None:
    (row,) = measured(OwnWorkload(name="square", function=lambda size: size * size))
    assert isinstance(row, Run)


def test_a_wrong_result_is_a_row_without_a_time() -> None:
    wrong = OwnWorkload(name="half", function=lambda x: x / 3, inputs=np.ones, reference=lambda x: x / 2)
    (row,) = measured(wrong)
    assert isinstance(row, Skipped)
    assert row.cause == "wrong"
    assert row.reason.startswith("differs from what is expected by")


def test_functions_of_one_name_must_agree_with_the_first() -> None:
    ones = (
        OwnWorkload(name="double", backend="one", function=lambda x: x * 2, inputs=np.ones),
        OwnWorkload(name="double", backend="two", function=lambda x: x + x, inputs=np.ones),
        OwnWorkload(name="double", backend="three", function=lambda x: x, inputs=np.ones),
    )
    assert [type(row) for row in measured(*ones)] == [Run, Run, Skipped]


def test_a_function_that_changes_what_it_was_given_gets_no_time() -> None:
    def growing(x: Any) -> Any:
        x += 1
        return x

    (row,) = measured(OwnWorkload(name="grow", function=growing, inputs=np.ones))
    assert isinstance(row, Skipped)
    assert "operand 1" in row.reason


@pytest.mark.parametrize(
    ("result", "told"),
    [
        (None, []),
        (3, 3),
        ([1, 2], [1, 2]),
        ((torch.ones(2), np.zeros(1)), [1, 1, 0]),
        (torch.ones(2, dtype=torch.bfloat16, requires_grad=True), [1, 1]),
    ],
)
def test_numbers_of_any_result_can_be_compared(result: object, told: object) -> None:
    assert values(result).tolist() == told


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("word", "words"),
        (b"ab", b"ba"),
        (["a", "b"], ["ab"]),
        ([1, None, 2], [1, 2]),
        ({"a": 1}, {"b": 1}),
        ({"a": 1}, {"a": 2}),
        ({1, 2}, {1, 3}),
        (np.array(["a"]), np.array(["b"])),
    ],
)
def test_results_that_are_not_numbers_are_told_apart(one: object, other: object) -> None:
    assert np.array_equal(values(one), values(one), equal_nan=True)
    assert not np.array_equal(values(one), values(other), equal_nan=True)


def test_what_must_be_given_is_seen() -> None:
    assert takes_size(lambda size: size)
    assert not takes_size(lambda *sizes: sizes)
    assert not takes_size(lambda *, size: size)
    assert not takes_size(dict)
