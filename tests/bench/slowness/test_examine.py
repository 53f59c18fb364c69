from __future__ import annotations

from itertools import count
from random import Random
from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch

from tensorlab.bench.pairing.counters import Reading
from tensorlab.bench.slowness.costs import COPY, SMALL
from tensorlab.bench.slowness.examine import GRADIENTS, UNSEEN, VARIES, WRITES, why
from tensorlab.bench.slowness.looking import Call
from tensorlab.bench.slowness.record import AS_IT_IS
from tensorlab.bench.slowness.trials import Bench
from tensorlab.errors import UnsupportedError

if TYPE_CHECKING:
    from collections.abc import Callable

    from tensorlab.bench.slowness.record import WhySlow


def looked_at(call: Callable[..., object], *given: object, **named: object) -> WhySlow:
    """By a clock that goes on by a millisecond whenever it is read: all calls take as long."""
    ticks = count()

    def read() -> Reading:
        now = next(ticks) * 1e-3
        return Reading(now, now, now, 0, 0)

    return why(Call(call, given, named), Bench(read, Random(0), "cpu", seconds=0.02), 1)


def tried(found: WhySlow) -> set[str]:
    return {one.what for one in found.suggestions}


def test_a_copy_in_each_call() -> None:
    given = torch.arange(60_000.0).reshape(300, 200)
    found = looked_at(lambda x: x.t().contiguous() * 2, given)
    assert [(op.name, op.kind) for op in found.ops] == [
        ("aten.t.default", "view"),
        ("aten.clone.default", "copy"),
        ("aten.mul.Tensor", "compute"),
    ]
    assert (found.moved, found.ideal, found.faults) == (960_000, 480_000, 0)
    assert tried(found) >= {"out=", "in place", ".contiguous() once"}
    assert [one.name for one in found.blocks][:3] == [AS_IT_IS, SMALL, COPY]
    assert given.equal(torch.arange(60_000.0).reshape(300, 200))


def test_all_that_is_timed_takes_as_long_by_this_clock() -> None:
    found = looked_at(torch.neg, torch.ones(4))
    assert (found.overhead, found.bound, found.name, found.given) == (1.0, "dispatch", "neg", ("float32 (4,)",))
    assert not any(one.helps for one in found.suggestions)


def test_a_larger_batch_is_beside_as_many_calls() -> None:
    found = looked_at(torch.neg, torch.ones(4, 2))
    assert tried(found) == {"larger batch"}
    assert "larger batch" not in tried(looked_at(torch.sum, torch.ones(4, 2)))
    assert "larger batch" not in tried(looked_at(lambda x: x - x.mean(), torch.arange(8.0)))


def test_a_loop_over_elements() -> None:
    found = looked_at(lambda x: sum(float(value) for value in x), torch.ones(20))
    assert (found.calls, found.ideal) == (21, 80)
    assert tried(found) == {"no Python loop"}


def test_no_other_way_for_a_call_that_writes_what_it_is_given() -> None:
    given = torch.ones(40_000)
    found = looked_at(lambda x: x.add_(1), given)
    assert (found.suggestions, found.notes) == ((), (WRITES,))
    assert given.equal(torch.ones(40_000))


def test_no_other_way_where_the_result_varies() -> None:
    counts = count()
    found = looked_at(lambda x: x + next(counts), torch.ones(40_000))
    assert (found.suggestions, found.notes) == ((), (VARIES,))


def test_no_out_where_gradients_are_needed() -> None:
    found = looked_at(torch.exp, torch.ones(40_000, requires_grad=True))
    assert GRADIENTS in found.notes
    assert tried(found).isdisjoint({"out=", "in place"})


def test_other_libraries_are_timed_not_recorded() -> None:
    found = looked_at(np.add, np.ones(3), np.ones(3), dtype="float32", casting="same_kind")
    assert (found.ops, found.predicted, found.bound) == ((), (), "dispatch")
    assert UNSEEN in found.notes
    assert "out=" in tried(found)
    assert found.given[2:] == ("dtype='float32'", "casting='same_kind'")


def test_random_numbers_go_on_as_if_nobody_had_looked() -> None:
    states = torch.get_rng_state(), str(np.random.get_state())  # noqa: NPY002 - what a user's call draws from
    looked_at(lambda x: x + torch.rand(3) + np.random.rand(), torch.ones(3))  # noqa: NPY002 - as above
    after = str(np.random.get_state())  # noqa: NPY002 - as above
    assert torch.get_rng_state().equal(states[0])
    assert after == states[1]


def test_what_it_raises_is_told() -> None:
    with pytest.raises(UnsupportedError, match="the function raised ZeroDivisionError: "):
        looked_at(lambda x: x / (1 // 0), torch.ones(2))


def test_other_memory_is_not_written() -> None:
    other = torch.ones(2)
    with pytest.raises(UnsupportedError, match="nothing was written"):
        looked_at(other.add_, 1)
    assert other.tolist() == [1, 1]


def test_a_call_of_seconds_is_made_a_few_times_and_that_is_told() -> None:
    ticks, calls = count(), count()

    def read() -> Reading:
        now = next(ticks) * 1e-3
        return Reading(now, now, now, 0, 0)

    def slow(given: torch.Tensor) -> torch.Tensor:
        next(calls)
        for _ in range(5_000):
            next(ticks)
        return given.t().contiguous() * 2

    found = why(Call(slow, (torch.ones(300, 200),), {}), Bench(read, Random(0), "cpu", seconds=0.02), 1)
    assert next(calls) <= 8
    assert found.suggestions == ()
    assert [note for note in found.notes if note.startswith("a call takes 5")] == list(found.notes)


@pytest.mark.parametrize("given", [[torch.ones(3), torch.ones(3)], {"a": torch.ones(3), "b": torch.ones(3)}])
def test_tensors_in_a_list_or_by_name(given: list[torch.Tensor] | dict[str, torch.Tensor]) -> None:
    def both(found: list[torch.Tensor] | dict[str, torch.Tensor]) -> torch.Tensor:
        one, other = found.values() if isinstance(found, dict) else found
        return one + other

    found = looked_at(both, given)
    assert [op.name for op in found.ops] == ["aten.add.Tensor"]
    assert found.given == (f"{type(given).__name__} of 2",)


def test_what_python_does_between_operators_is_no_gain_of_a_suggestion() -> None:
    ticks = count()

    def read() -> Reading:
        now = next(ticks) * 1e-3
        return Reading(now, now, now, 0, 0)

    def counting(given: torch.Tensor) -> torch.Tensor:
        for _ in range(9):
            next(ticks)
        return given.t().contiguous() * 2

    found = why(Call(counting, (torch.ones(300, 200),), {}), Bench(read, Random(0), "cpu", seconds=0.02), 1)
    assert not any(one.helps and one.what in {"out=", "in place"} for one in found.suggestions)
    (note,) = (note for note in found.notes if note.startswith("its operators alone take 10% of the call: "))
    assert "out=" in note
