from __future__ import annotations

import warnings

import numpy as np
import pytest

from tensorlab.bench.striding.ground import LIBRARIES, address, gathering, kernel, laid, layout


@pytest.mark.parametrize("library", LIBRARIES)
def test_every_library_does_the_same_work(library: str) -> None:
    ground = laid(2**14)
    ground.source[:] = np.arange(ground.source.size)
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # torch warns of memory that it may not write
        assert float(kernel(library, "sum", ground.source[::16], ground.target)()) == ground.source[::16].sum()  # type: ignore[arg-type]  # a number
        kernel(library, "copy", ground.source[::16], ground.target[: ground.source[::16].size])()
        assert ground.target[:3].tolist() == [0, 16, 32]
        gathering(library, ground.source, np.array([5, 3]), ground.target[:2])()
        assert ground.target[:2].tolist() == [5, 3]


def test_memory_begins_at_a_page_and_the_askew_one_a_byte_late() -> None:
    ground = laid(2**14)
    assert address(ground.source) % 4096 == 0
    assert address(ground.askew) % 4 == 1


def test_a_layout_of_a_reversed_array() -> None:
    assert layout(np.zeros(3, np.float32)[::-1]).offset == 8
