from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest

from tensorlab.memory.retention.array_file import array_size

ARRAYS = [
    np.zeros(10),
    np.zeros((3, 4), order="F"),
    np.zeros(10**6)[:10],
    np.arange(12, dtype=">i2").reshape(3, 4)[::-1, ::2],
    np.zeros((0, 5)),
    np.array(1.5),
    np.zeros(3, dtype=[("näme", "f4"), ("n", "u1")]),
    np.zeros(4, dtype=[(f"field{n}", "f8") for n in range(6000)]),
    np.array(["a", "bcd"]),
    np.zeros(2, "M8[ns]"),
]


@pytest.mark.filterwarnings("ignore:Stored array in format")
@pytest.mark.parametrize("array", ARRAYS, ids=lambda array: str(array.dtype)[:20])
def test_it_is_the_size_of_the_file(array: np.ndarray[Any, Any]) -> None:
    file = io.BytesIO()
    np.save(file, array)
    assert array_size(array).nbytes == len(file.getvalue())


def test_objects_are_not_predicted() -> None:
    assert str(array_size(np.array([None, 1]))) == (
        "the size that numpy.save writes is not predicted: its elements are objects, which are pickled one by one"
    )
