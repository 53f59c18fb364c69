from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from tensorlab.bench.striding.ground import laid
from tensorlab.bench.striding.subjects import STRIDES, every_subject

if TYPE_CHECKING:
    from tensorlab.bench.striding.subjects import Subject


@pytest.fixture(scope="module")
def subjects() -> dict[str, Subject]:
    return {one.name: one for one in every_subject(laid(2**23))}


def test_strides_go_from_1_to_4096_for_both_libraries_and_operations(subjects: dict[str, Subject]) -> None:
    assert (STRIDES[0], STRIDES[-1]) == (1, 4096)
    for library in ("torch", "numpy"):
        for operation in ("sum", "copy"):
            assert [f"{library} {operation} stride {n}" in subjects for n in STRIDES] == [True] * 13


def test_patterns(subjects: dict[str, Subject]) -> None:
    names = {one.pattern for one in subjects.values() if one.stride is None}
    assert names == {"row", "column", "transposed", "expanded", "channels_last", "unaligned", "gather"}


def test_lines_and_pages_are_exact(subjects: dict[str, Subject]) -> None:
    lines = [subjects[f"numpy sum stride {n}"].lines for n in STRIDES]
    assert lines == [min(2**17, 2**21 // n) for n in STRIDES]
    assert subjects["torch sum expanded"].lines == 1
    side = 2**9
    assert subjects["torch sum column"].lines == subjects["torch sum row"].lines == side * side // 16
    assert subjects["numpy sum unaligned"].lines == 2**20 // 16 + 1
    assert subjects["numpy copy stride 16"].lines == 2**17 + 2**13  # read and written


def test_columns_enter_a_page_for_every_element_and_a_sum_of_a_transpose_does_not(subjects: dict[str, Subject]) -> None:
    column, whole = subjects["numpy sum column"], subjects["numpy sum transposed"]
    assert column.passes[0].times * column.passes[0].lines == 2**18
    assert whole.passes[0].lines == 2**18 // 16
    assert subjects["numpy copy transposed"].passes[0] == column.passes[0]


def test_a_gather_counts_lines_by_the_places_that_were_drawn(subjects: dict[str, Subject]) -> None:
    found = subjects["numpy copy gather"]
    assert found.passes[0].entries == found.elements == 2**16
    assert 0 < found.passes[0].lines <= min(found.elements, 2**17)


def test_every_call_runs(subjects: dict[str, Subject]) -> None:
    for one in subjects.values():
        result = one.call()
        assert result is None or np.asarray(result).size >= 1
