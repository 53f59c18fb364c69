from __future__ import annotations

from array import array
from typing import Any

import numpy as np
import pytest
import torch

from tensorlab.bench.conversions.calls import CALLS, values, write


@pytest.mark.parametrize(
    "made",
    [
        [1.0, 2.0],
        array("d", [1.0, 2.0]),
        memoryview(array("d", [1.0, 2.0])),
        np.ones(2),
        np.array(1.0),
        torch.ones(2),
        torch.tensor(1.0),
        torch.ones(2, requires_grad=True),
        list(torch.ones(2)),
    ],
    ids=lambda made: type(made).__name__,
)
def test_any_result_is_written_into(made: Any) -> None:
    write(made)
    assert values(made)[0] == 9.0


def test_a_read_only_result_raises() -> None:
    with pytest.raises(TypeError, match="cannot modify read-only memory"):
        write(memoryview(bytes(8)).cast("d"))


def test_values_of_a_format_that_memoryview_does_not_read() -> None:
    big_endian: Any = np.array([1.5], ">f8")
    assert values(memoryview(big_endian)) == [1.5]


def test_each_call_makes_something_of_an_array_or_says_no() -> None:
    calls = {name: call for name, call in CALLS.items() if name != "numpy"}
    assert [type(call(np.ones(2))).__name__ for call in calls.values()] == [
        "list", "array", "memoryview", *["ndarray"] * 4, "list", *["Tensor"] * 6,
    ]  # fmt: skip
    assert CALLS["numpy"](torch.ones(2)).tolist() == [1, 1]
