from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
import torch
from support.laboratory import case

from tensorlab.bench.pairing.counters import Reading
from tensorlab.bench.pairing.record import Blocks
from tensorlab.bench.selfcheck.one_thread import crowded_doubts, thread_doubts

if TYPE_CHECKING:
    from collections.abc import Callable

COLUMNS = Blocks(
    name="",
    loops=1,
    wall=(1.0,),
    cpu=(1.0,),
    turn=(0,),
    round=(0,),
    repeat=(0,),
    switches=(0,),
    faults=(0,),
    first=1.0,
    first_faults=0,
)


class Machine:
    """A clock that moves by what calls take: as many seconds as were agreed for one thread."""

    def __init__(self, seconds: float) -> None:
        self.seconds, self.now = seconds, 0.0
        self.threads: set[int] = set()

    def read(self) -> Reading:
        return Reading(self.now, self.now, 0, 0, 0)

    def make(self) -> Callable[[], object]:
        return self.call

    def call(self) -> None:
        self.threads.add(torch.get_num_threads())
        self.now += self.seconds


def blocks(name: str, seconds: float) -> Blocks:
    return replace(COLUMNS, name=name, wall=(seconds,))


def test_threads_that_waited_stand_beside_one_thread() -> None:
    machine = Machine(0.5)
    found = crowded_doubts((blocks("a", 2.0),), {"a": machine.make}, 0.6, machine.read)
    assert machine.threads == {1}
    assert found["a"].code == "oversubscribed"
    assert found["a"].penalty == pytest.approx(4.0)
    assert "waited for a processor 60% of the time; 2.00 s a call, with one thread 500 ms: 4.00x as" in found["a"].text
    assert "one thread" in found["a"].cure


def test_threads_that_lose_nothing_or_did_not_wait_are_in_no_doubt() -> None:
    machine = Machine(0.5)
    assert crowded_doubts((blocks("a", 0.3),), {"a": machine.make}, 0.6, machine.read) == {}
    assert crowded_doubts((blocks("a", 2.0),), {"a": machine.make}, 0.05, machine.read) == {}


def test_a_library_with_one_thread_is_told_beside_one_with_two() -> None:
    numpy, tensor = case(threads=2), case(threads=2, backend="torch")
    machine = Machine(0.5)
    calls = {"0": machine.make, "1": machine.make}
    found = thread_doubts({numpy: blocks("0", 0.6), tensor: blocks("1", 0.25)}, calls, "elementwise", 0.0, machine.read)
    assert set(found) == {numpy}
    assert found[numpy][0].code == "unequal-threads"
    assert "torch takes 500 ms with one thread: 2.00x as long" in found[numpy][0].text
    assert thread_doubts({tensor: blocks("1", 0.25)}, calls, "elementwise", 0.0, machine.read) == {}
    assert (
        thread_doubts({numpy: blocks("0", 0.6), tensor: blocks("1", 0.5)}, calls, "elementwise", 0.0, machine.read)
        == {}
    )


def test_products_have_threads_in_both_and_one_thread_needs_no_words() -> None:
    machine = Machine(0.5)
    calls = {"0": machine.make, "1": machine.make}
    both = {case(threads=2): blocks("0", 0.3), case(threads=2, backend="torch"): blocks("1", 0.25)}
    assert thread_doubts(both, calls, "matmul", 0.0, machine.read) == {}
    alone = {case(): blocks("0", 0.3), case(backend="torch"): blocks("1", 0.25)}
    assert thread_doubts(alone, calls, "elementwise", 0.9, machine.read) == {}


def test_a_crowd_is_told_of_those_that_have_threads() -> None:
    machine = Machine(0.5)
    numpy, tensor = case(threads=2), case(threads=2, backend="torch")
    calls = {"0": machine.make, "1": machine.make}
    found = thread_doubts({numpy: blocks("0", 2.0), tensor: blocks("1", 2.0)}, calls, "elementwise", 0.9, machine.read)
    assert [(one.backend, told[0].code) for one, told in found.items()] == [("torch", "oversubscribed")]
