from __future__ import annotations

import numpy as np
import pytest
import torch
from threadpoolctl import threadpool_info  # type: ignore[import-untyped]  # it has no annotations

from tensorlab.bench.threads import blas_is_controlled, equal_threads, thread_count
from tensorlab.errors import LayoutError


def blas_threads() -> set[int]:
    np.ones((2, 2)) @ np.ones((2, 2))
    return {facts["num_threads"] for facts in threadpool_info() if facts["user_api"] == "blas"}


@pytest.mark.parametrize("count", [1, 2])
def test_both_libraries_get_the_same_count_and_their_own_back(count: int) -> None:
    before = torch.get_num_threads(), blas_threads()
    with equal_threads(count):
        assert torch.get_num_threads() == count
        assert blas_threads() <= {count}
    assert (torch.get_num_threads(), blas_threads()) == before


def test_an_error_inside_restores_the_counts_too() -> None:
    before = torch.get_num_threads()
    with pytest.raises(RuntimeError, match="inside"), equal_threads(1):
        raise RuntimeError("inside")
    assert torch.get_num_threads() == before


def test_whether_blas_obeys_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    assert blas_is_controlled() == bool(blas_threads())
    monkeypatch.setattr("tensorlab.bench.threads.threadpool_info", list)
    assert not blas_is_controlled()


@pytest.fixture
def two_processors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tensorlab.bench.threads.usable_processors", lambda: 2)


@pytest.mark.usefixtures("two_processors")
@pytest.mark.parametrize(("given", "count"), [(1, 1), ("2", 2), ("all", 2), (16, 16), ("016", 16)])
def test_threads_as_a_number_as_digits_or_all(given: int | str, count: int) -> None:
    assert thread_count(given) == count


@pytest.mark.usefixtures("two_processors")
@pytest.mark.parametrize("given", [0, -1, "0", "-1", "x", "", "1.5", "1e1", "All", 1.0, True, None, "9" * 5000])
def test_what_is_no_count_of_threads_is_refused_with_what_to_choose(given: object) -> None:
    told = r'threads are a whole number of 1 or more, or "all"; got .*\nhint: choose a number from 1 to 16, or "all"'
    with pytest.raises(LayoutError, match=told):
        thread_count(given)  # type: ignore[arg-type]  # wrong on purpose


@pytest.mark.usefixtures("two_processors")
@pytest.mark.parametrize("given", [17, "99"])
def test_more_than_eight_a_processor_are_refused_and_the_hint_agrees(given: int | str) -> None:
    told = f"16 threads at most, on 2 processors that this process may use; got {given}\nhint: choose .* from 1 to 16,"
    with pytest.raises(LayoutError, match=told):
        thread_count(given)


@pytest.mark.parametrize("given", [pytest.param("9" * 400, id="digits"), pytest.param(10**5000, id="number")])
def test_a_huge_count_is_told_in_few_words(given: int | str) -> None:
    with pytest.raises(LayoutError, match=r"got ('9{39}…|about 10\*\*5000)\n"):
        thread_count(given)
