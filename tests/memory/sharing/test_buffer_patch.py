"""Where buffers lie, against what their descriptions say."""

from __future__ import annotations

from array import array
from mmap import mmap
from typing import Any

import numpy as np
import pytest

from tensorlab.memory.registry import describe, patch
from tensorlab.memory.sharing import answers
from tensorlab.memory.sharing.answers import shares
from tensorlab.memory.sharing.buffer_patch import may_be_mapped

OWNER = bytearray(96)
ARRAY: Any = np.arange(12.0)
OVER: Any = np.frombuffer(OWNER, "f4")
PLAIN: tuple[Any, ...] = (
    b"bytes",
    OWNER,
    array("d", [1, 2, 3]),
    memoryview(OWNER),
    memoryview(OWNER)[90:3:-7],
    memoryview(memoryview(OWNER)[8:]).cast("d", (11,)),
    memoryview(OWNER)[:24].cast("d", (3, 1)),
    memoryview(ARRAY),
    memoryview(ARRAY.reshape(3, 4)[1:]),
    memoryview(OVER[2:]),
)


@pytest.mark.parametrize("thing", PLAIN, ids=range(len(PLAIN)))
def test_it_is_what_the_description_says(thing: Any) -> None:
    found, memory = patch(thing), describe(thing)
    assert found is not None
    assert memory.layout is not None
    assert memory.storage is not None
    layout = memory.layout
    assert found[:4] == (layout.shape, layout.strides, layout.offset, layout.itemsize)
    assert (found.device, found.start) == ("cpu", memory.storage.address)


def released() -> memoryview:
    view = memoryview(b"gone")
    view.release()
    return view


@pytest.mark.parametrize("thing", [b"", array("d"), memoryview(b""), memoryview(mmap(-1, 9)), released()], ids=range(5))
def test_the_rest_is_left_to_the_description(thing: object) -> None:
    assert patch(thing) is None


def test_only_a_subclass_or_a_mapping_may_lie_at_two_addresses() -> None:
    assert not any(may_be_mapped(thing) for thing in PLAIN[:3])
    view = patch(memoryview(OWNER))
    assert view is not None
    assert view.holder is None


def test_easy_pairs_describe_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A description takes ten times as long as the answer."""
    monkeypatch.setattr(answers, "pieces", None)
    for first in PLAIN:
        for second in PLAIN:
            shares(first, second)
