from __future__ import annotations

import pytest

from tensorlab.errors import UnavailableError
from tensorlab.memory.living.record import DeviceTotal, Live, LiveChange, LiveStorage, LiveTensor, Referrer
from tensorlab.memory.record import MemoryMap

TENSOR = LiveTensor(memory=MemoryMap(type="T", library="torch", shape=(10,), dtype=None))


@pytest.mark.parametrize(
    ("referrer", "words"),
    [
        (Referrer("local", "x", "train"), "x in train()"),
        (Referrer("global", "cache[0]", "app"), "cache[0] in module app"),
        (Referrer("closure", "x", "make.<locals>.inner"), "x in the closure of make.<locals>.inner()"),
        (Referrer("held", ".cache", "app.Model"), "a app.Model.cache"),
        (Referrer("held", "['x']", "dict"), "a dict['x']"),
    ],
)
def test_who_refers_in_words(referrer: Referrer, words: str) -> None:
    assert str(referrer) == words


def test_a_tensor_that_nobody_names() -> None:
    assert TENSOR.name == "held by nobody that Python sees"


def test_a_stored_record_cannot_look_again() -> None:
    with (
        pytest.raises(UnavailableError, match="cannot tell what changed since"),
        Live(tensors=(), storages=(), nbytes=0),
    ):
        pass


def test_live_in_words() -> None:
    total = DeviceTotal(device="cuda:0", tensors=1, nbytes=40, allocated=512, reserved=2048)
    live = Live(tensors=(TENSOR,), storages=(), nbytes=40, devices=(total,))
    assert str(live) == (
        "1 live tensor in 0 storages, 40 B\ncuda:0: 1 tensor keeps 40 B; 512 B allocated, 2,048 B reserved"
    )


def test_a_change_in_words() -> None:
    grown = LiveChange(created=(TENSOR,) * 2, freed=(TENSOR,), still=3, before=100, after=160, new=80, gone=20)
    assert str(grown) == "2 tensors created (80 B new), 1 freed (20 B); 3 still there; +60 B, now 160 B"
    shrunk = LiveChange(created=(), freed=(TENSOR,), still=0, before=100, after=0, new=0, gone=100)
    assert str(shrunk) == "no tensor created, 1 freed (100 B); 0 still there; -100 B, now 0 B"
    assert (grown.growth, shrunk.growth) == (60, -100)


def test_graphs_are_told_where_there_are_some() -> None:
    loss = LiveTensor(memory=TENSOR.memory, graph=True)
    words = (
        "2 tensors have an autograd graph (grad_fn), which keeps more alive than is seen: "
        "keep detach() or item() instead"
    )
    grown = LiveChange(created=(loss, loss, TENSOR), freed=(), still=3, before=100, after=100, new=0, gone=0)
    assert str(grown).split("\n")[1] == words
    assert str(Live(tensors=(loss, loss), storages=(), nbytes=0)).split("\n")[1] == words
    assert str(loss).endswith("held by nobody that Python sees, with an autograd graph")


def test_a_storage_in_words() -> None:
    assert str(LiveStorage(members=(0, 1), nbytes=40, device="cpu")) == "40 B on cpu, indexed by 2 tensors"
