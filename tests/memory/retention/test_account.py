from __future__ import annotations

import numpy as np
import torch

from tensorlab.memory.registry import describe
from tensorlab.memory.retention.account import account


def told(**things: object) -> list[str]:
    return [str(group) for group in account("dict", [(name, describe(thing)) for name, thing in things.items()]).groups]


def test_largest_waste_comes_first_and_described_bytes_last() -> None:
    big, small = torch.zeros(1000), torch.zeros(100)
    record = account(
        "dict",
        [
            ("m", describe(torch.empty(10**9, device="meta"))),
            ("full", describe(torch.zeros(3))),
            ("s", describe(small[:1])),
            ("b", describe(big[:1])),
        ],
    )
    assert [group.members[0].name for group in record.groups] == ["b", "s", "full", "m"]
    assert (record.used, record.kept, record.described) == (20, 4412, 4 * 10**9)
    assert record.totals.endswith("4,412 B kept alive (221x); 4,000,000,000 B described, not held")


def test_libraries_that_know_the_same_bytes_are_one_group() -> None:
    array = np.zeros(100)
    words = "n and t share a storage, use 792 B, retain 800 B (1.01x); clone() before saving"
    assert told(n=array[::2], t=torch.from_numpy(array[2:])) == [words]


def test_bytes_in_common_count_once() -> None:
    base = torch.zeros(100)
    assert told(a=base[:60], b=base[40:], c=base[::2]) == ["a, b and c share a storage, use all 400 B that they retain"]


def test_a_view_that_repeats_uses_what_it_touches() -> None:
    assert told(v=torch.zeros(1).expand(10**9)) == ["v uses all 4 B that it retains"]


def test_an_empty_view_keeps_the_whole() -> None:
    assert told(v=torch.zeros(100)[:0]) == ["v uses 0 B, retains 400 B; clone() before saving"]


def test_a_storage_that_was_emptied() -> None:
    tensor = torch.zeros(9)
    tensor.untyped_storage().resize_(0)
    assert told(v=tensor) == ["v retains no bytes"]


def test_a_graph_keeps_more_than_is_seen() -> None:
    record = account("dict", [("loss", describe(torch.ones(3, requires_grad=True).sum()))])
    (doubt,) = record.doubts
    assert doubt.text == "loss has an autograd graph, which keeps more alive than can be seen here"


def test_what_has_no_storage_is_named() -> None:
    record = account("dict", [("s", describe(np.float32(3)))])
    assert [member.name for member in record.unplaced] == ["s"]
    assert record.doubts[0].text == "no storage is told for s: what is kept there is not counted"
