from __future__ import annotations

import gc
import weakref
from typing import TYPE_CHECKING

import pytest
import torch

from tensorlab.errors import UndecidedError
from tensorlab.memory.living.collect import device_totals, live_tensors
from tensorlab.memory.living.record import LiveTensor
from tensorlab.memory.living.watch import BeforeAfter, Look, watched
from tensorlab.memory.registry import describe

if TYPE_CHECKING:
    from tensorlab.memory.living.record import Live


@pytest.fixture(autouse=True, scope="module")
def no_garbage() -> None:
    gc.collect()


def live() -> Live:
    """Without names, which take longer to find than all the rest."""
    return watched(nameless)


def nameless() -> Look:
    tensors = [thing for thing in gc.get_objects() if issubclass(type(thing), torch.Tensor)]
    return Look(tensors, [LiveTensor(memory=describe(tensor)) for tensor in tensors])


def look() -> Look:
    tensors, records = live_tensors()
    return Look(tensors, records, device_totals(records))


def test_a_list_that_grows_in_a_loop() -> None:
    kept = []
    with watched(look) as change:
        for _ in range(5):
            kept.append(torch.zeros(100))  # noqa: PERF401 - a loop as people write it
    assert isinstance(change, BeforeAfter)
    assert [tensor.name for tensor in change.created] == [
        f"kept[{n}] in test_a_list_that_grows_in_a_loop()" for n in range(5)
    ]
    assert (change.growth, change.change.new, change.change.gone) == (2000, 2000, 0)
    assert change.freed == ()


def test_what_is_freed_is_told_by_who_held_it() -> None:
    old = torch.zeros(250)
    with watched(look) as change:
        del old
    assert isinstance(change, BeforeAfter)
    assert [tensor.name for tensor in change.freed] == ["old in test_what_is_freed_is_told_by_who_held_it()"]
    assert (change.growth, change.change.gone) == (-1000, 1000)
    assert str(change).startswith("no tensor created, 1 freed (1,000 B); ")


def test_a_view_adds_no_bytes() -> None:
    base = torch.zeros(250)
    with live() as change:
        view = base[10:]
    assert isinstance(change, BeforeAfter)
    assert len(change.created) == 1
    assert (change.growth, change.change.new) == (0, 0)
    assert view.shape == (240,)


def test_a_cycle_holds_until_it_is_collected() -> None:
    gc.disable()
    try:
        with watched(look) as change:
            ring: list[object] = [torch.zeros(250)]
            ring.append(ring)
            del ring
    finally:
        gc.enable()
    assert isinstance(change, BeforeAfter)
    assert [tensor.name for tensor in change.created] == ["a list[0]"]
    assert change.growth == 1000
    gc.collect()


def test_addresses_that_are_used_again_do_not_fool_it() -> None:
    for _ in range(3):
        old = torch.zeros(250)
        address = old.data_ptr()
        with live() as change:
            del old
            new = [torch.zeros(250) for _ in range(4)]
        assert isinstance(change, BeforeAfter)
        assert (len(change.created), len(change.freed)) == (4, 1), address
        del new, change


def test_it_keeps_nothing_alive() -> None:
    thing = torch.zeros(250)
    gone = weakref.ref(thing)
    first = watched(look)
    with first as change:
        inner = torch.zeros(3)
    other = weakref.ref(inner)
    del thing, inner
    assert (gone(), other()) == (None, None)
    assert isinstance(change, BeforeAfter)
    assert len(change.before.tensors) == len(first.tensors)


def test_before_the_block_ends_nothing_is_known() -> None:
    with live() as change:
        assert isinstance(change, BeforeAfter)
        assert str(change) == "the block has not ended"
        with pytest.raises(UndecidedError, match="known when the block has ended"):
            _ = change.change
    assert change.after.nbytes == change.change.after


def test_an_error_in_the_block_passes_and_the_change_is_known() -> None:
    with pytest.raises(ZeroDivisionError, match="division"), live() as change:
        raise ZeroDivisionError("division")
    assert isinstance(change, BeforeAfter)
    assert change.growth == 0


def test_without_tensors() -> None:
    with watched(lambda: Look([], [])) as change:
        pass
    assert str(change) == "no tensor created, none freed; 0 still there; 0 B as before"
