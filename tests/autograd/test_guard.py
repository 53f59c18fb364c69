"""Brakes: where they are put, that they keep nothing alive, and that a deep graph dies without them."""

from __future__ import annotations

import gc
import signal
import threading
from typing import Any

import pytest
import torch
from support.probe import run_python

from tensorlab.autograd.guard import BAND, KEY, LOW, Brake, put_brakes
from tensorlab.autograd.order import ordered
from tensorlab.autograd.walking import walk


class Plain:
    """A node that can be watched."""

    def __init__(self) -> None:
        self.metadata: dict[str, Any] = {"mine": 1}


def chain(length: int) -> torch.Tensor:
    value = torch.ones(1, requires_grad=True)
    for _ in range(length):
        value = value.sin()
    return value


def braked(heights: list[int], rows: list[tuple[int, ...]]) -> set[int]:
    nodes = [Plain() for _ in rows]
    count = put_brakes(nodes, rows, heights)
    found = {place for place, node in enumerate(nodes) if KEY in node.metadata}
    assert len(found) == count
    assert all(node.metadata["mine"] == 1 for node in nodes)
    return found


def test_a_shallow_graph_has_no_brakes() -> None:
    rows = [*((0, place + 1, 0) for place in range(BAND - 1)), ()]
    assert braked(ordered(rows, [0]).heights, rows) == set()


def test_a_chain_has_one_a_band() -> None:
    rows = [*((0, place + 1, 0) for place in range(4 * BAND)), ()]
    assert braked(ordered(rows, [0]).heights, rows) == {0, BAND, 2 * BAND, 3 * BAND}


@pytest.mark.parametrize("span", [1, 3, 7, BAND - 1, BAND, BAND + 1, 3 * BAND + 5])
def test_no_path_without_brakes_is_longer_than_a_band(span: int) -> None:
    """Skip connections may pass over every height that is a multiple of anything."""
    count = 8 * BAND
    rows: list[tuple[int, ...]] = [(0, place + 1, 0, 1, min(place + span, count), 0) for place in range(count)]
    rows.append(())
    heights = ordered(rows, [0]).heights
    stops = braked(heights, rows)
    longest = [0] * len(rows)
    for place in sorted(range(len(rows)), key=heights.__getitem__):
        bottom = heights[place] // BAND * BAND
        free = (at for at in rows[place][1::3] if place not in stops or not LOW <= heights[at] < bottom)
        longest[place] = 1 + max((longest[at] for at in free), default=0)
    assert max(longest) <= BAND + LOW


def test_a_brake_holds_only_what_its_node_leads_to() -> None:
    loss = chain(3 * BAND)
    found = walk([loss])
    for node in found.nodes:
        brake = node.metadata.get(KEY)
        if brake is not None:
            assert set(brake.nodes) <= {target for target, _ in node.next_functions}
    assert sum(KEY in node.metadata for node in found.nodes) == 3


def test_brakes_are_put_once() -> None:
    loss = chain(2 * BAND)
    brakes = [node.metadata.get(KEY) for node in walk([loss]).nodes]
    again = [node.metadata.get(KEY) for node in walk([loss]).nodes]
    assert all(one is two for one, two in zip(brakes, again, strict=True))
    assert any(brakes)


def test_the_users_own_metadata_stay() -> None:
    loss = chain(2 * BAND)
    node: Any = loss.grad_fn
    node.metadata["mine"] = "kept"
    walk([loss])
    assert node.metadata["mine"] == "kept"


def test_letting_go_is_flat_however_many_brakes_hang_together() -> None:
    top = Brake([])
    for _ in range(100_000):
        top = Brake([top])
    del top  # nested, this would end the process


def test_each_thread_empties_its_own_queue() -> None:
    gone: list[str] = []

    class Told:
        def __del__(self) -> None:
            gone.append(threading.current_thread().name)

    held = [Brake([Brake([Told()])])]
    thread = threading.Thread(target=held.clear, name="other")
    thread.start()
    thread.join()
    assert gone == ["other"]


def test_no_cycle_is_made() -> None:
    loss = chain(3 * BAND)
    walk([loss])
    gc.collect()
    del loss
    assert gc.collect() == 0


CRASH = """
import sys, torch
import tensorlab.autograd.walking as walking
if sys.argv[1] == "bare":
    walking.put_brakes = lambda nodes, rows, heights: 0
value = torch.ones(1, requires_grad=True)
for _ in range(200_000):
    value = value.sin()
found = walking.walk([value])
del found
del value
print("freed")
"""


def test_without_brakes_the_process_dies_and_with_them_it_does_not() -> None:
    assert run_python(CRASH, "guarded").stdout == "freed\n"
    assert run_python(CRASH, "bare").returncode == -signal.SIGSEGV


INTERRUPTED = """
import torch
import tensorlab.autograd.walking as walking
explore = walking._explore
def stopped(starts, nodes, rows):
    walking._explore = explore
    explore(starts, nodes, rows)
    raise KeyboardInterrupt
walking._explore = stopped
value = torch.ones(1, requires_grad=True)
for _ in range(200_000):
    value = value.sin()
try:
    walking.walk([value])
except KeyboardInterrupt:
    print("interrupted")
del value
print("freed")
"""


def test_a_walk_that_is_interrupted_leaves_a_graph_that_is_safe_to_free() -> None:
    ran = run_python(INTERRUPTED)
    assert (ran.stdout, ran.returncode) == ("interrupted\nfreed\n", 0)
