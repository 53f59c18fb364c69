from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch
from support.ceilings import kept_in

import tensorlab
from tensorlab.api.slowness import slowness_figure, why_slow, why_workload
from tensorlab.bench.pairing import counters
from tensorlab.bench.pairing.counters import Reading
from tensorlab.errors import LayoutError, UnknownNameError, UnsupportedError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def ticks(monkeypatch: pytest.MonkeyPatch) -> None:
    """A clock that goes on by a millisecond whenever it is read: all calls take as long."""
    numbers = count()

    def read() -> Reading:
        now = next(numbers) * 1e-3
        return Reading(now, now, now, 0, 0)

    monkeypatch.setattr(counters, "read", read)
    monkeypatch.setattr(counters, "read_all", read)


def test_a_call_with_arguments_by_name() -> None:
    given = torch.ones(4, 3)
    found = why_slow(torch.sum, given, dim=0)
    assert (found.name, found.given, found.clock, found.threads) == ("sum", ("float32 (4, 3)", "dim=0"), "cpu", 1)
    assert [(op.name, op.moved, op.fetched) for op in found.ops] == [("aten.sum.dim_IntList", 60, 128)]
    assert given.equal(torch.ones(4, 3))


def test_it_is_drawn_with_the_record_as_its_data() -> None:
    found = why_slow(torch.neg, torch.ones(4))
    assert slowness_figure(found).data is found
    assert "why neg(float32 (4,)) is slow" in tensorlab.show(found).text()


def test_numbers_of_threads_are_set_back() -> None:
    before = torch.get_num_threads()
    why_slow(torch.neg, torch.ones(4))
    assert torch.get_num_threads() == before


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ((3,), "why_slow takes a function and what it is given; got int"),
        ((None, 1), "got NoneType"),
        ((len, 3), "len raised TypeError"),
        ((torch.neg, torch.ones(2, requires_grad=True) * 2), "what it is given cannot be copied"),
        ((torch.ones(2).add_, 1), "the call writes memory that it was not given"),
    ],
)
def test_what_cannot_be_looked_at(given: tuple[Any, ...], told: str) -> None:
    with pytest.raises(UnsupportedError, match=told):
        why_slow(*given)


def test_a_workload_of_a_size() -> None:
    found = why_workload("add", 64, dtype="float64")
    assert (found.name, found.given, found.moved, found.ideal) == ("add", ("float64 (64,)",) * 2, 1536, 1536)
    other = why_workload("matmul", 4, backend="numpy", threads=2)
    assert (other.given, other.ops, other.threads, other.clock) == (("float32 (4, 4)",) * 2, (), 2, "wall")


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"name": "ad"}, "ad"),
        ({"backend": "nunpy"}, "nunpy"),
        ({"dtype": "float3"}, "float3"),
    ],
)
def test_names_that_nobody_knows(asked: dict[str, Any], told: str) -> None:
    with pytest.raises(UnknownNameError, match=told):
        why_workload(**{"name": "add", "size": 4, **asked})


@pytest.mark.parametrize("asked", [{"size": 0}, {"size": -1}, {"threads": 0}])
def test_numbers_that_cannot_be(asked: dict[str, Any]) -> None:
    with pytest.raises(LayoutError, match=str(next(iter(asked.values())))):
        why_workload(**{"name": "add", "size": 4, **asked})


def test_a_workload_that_is_not_written_for_a_library() -> None:
    with pytest.raises(UnsupportedError, match="bfloat16"):
        why_workload("add", 4, backend="numpy", dtype="bfloat16")


def test_arrays_of_numpy_are_not_written() -> None:
    given = np.ones(3)
    found = why_slow(lambda x: x.fill(2), given)
    assert given.tolist() == [1, 1, 1]
    assert any("writes what it is given" in note for note in found.notes)


def test_a_backward_that_reaches_the_argument_is_timed_and_leaves_it_alone() -> None:
    def step(weight: torch.Tensor) -> torch.Tensor:
        loss = (weight * 2).sum()
        torch.autograd.backward(loss)
        return loss.detach()

    weight = torch.ones(10, requires_grad=True)
    found = tensorlab.why_slow(step, weight)
    assert found.calls >= 3
    assert weight.grad is None


def test_sparse_tensors_are_looked_at_as_they_are() -> None:
    given = torch.eye(3).to_sparse()
    found = why_slow(torch.add, given, given)
    assert found.calls >= 1
    assert not any("batch" in one.what for one in found.suggestions)


def test_what_costs_less_than_the_probe_of_dispatch_has_no_ceiling(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TENSORLAB_CACHE", str(tmp_path))
    kept_in(tmp_path, faster=1e-6)
    assert why_slow(lambda x: x.item(), torch.ones(())).ceiling == ""
