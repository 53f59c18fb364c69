from __future__ import annotations

import numpy as np
import torch

import tensorlab
from tensorlab.diagram.retention import retention_scene, what
from tensorlab.memory.record import MemoryMap
from tensorlab.render.text import text

MANY = """\
what this dict keeps alive
4 arrays in 3 storages: 852 B used, 4,000,800 B kept alive (4696x); 12 B
  described, not held

head and tail share a storage, use 60 B, retain 4,000,000 B (66667x); clone()
  before saving
n uses 792 B, retains 800 B (1.01x); copy() to let the rest go

name             what            uses    storage keeps  on
2 members share  one storage     60 B      4,000,000 B  cpu
  head           float32 (10,)   40 B
  tail           float32 (5,)    20 B
n                float64 (99,)  792 B            800 B  cpu
m                float32 (3,)    12 B  12 B (not held)  meta

1 other object passed by"""


def drawn(thing: object, **options: bool) -> str:
    record = tensorlab.retains(thing)
    return text(retention_scene(record), **options)


def test_the_issues_line_is_not_cut() -> None:
    picture = drawn({"v": torch.zeros(10**6)[:10]})
    assert "\nv uses 40 B, retains 4,000,000 B (100000x); clone() before saving\n" in picture
    assert picture.endswith("\ntorch.save writes 4,001,577 B")


def test_groups_with_the_largest_waste_first() -> None:
    big, array = torch.zeros(10**6), np.zeros(100)
    thing = {"m": torch.empty(3, device="meta"), "head": big[:10], "tail": big[-5:], "n": array[1:], "x": 3}
    picture = "\n".join(line for line in drawn(thing).splitlines() if not line.startswith("torch.save"))
    assert picture == MANY


def test_what_is_all_used_says_so() -> None:
    assert drawn(torch.zeros(3)).splitlines()[1:4] == [
        "1 tensor in 1 storage: 12 B used, 12 B kept alive",
        "",
        "every byte that is kept is used",
    ]


def test_many_entries_are_capped_and_counted() -> None:
    picture = drawn([torch.zeros(100)[:1] for _ in range(60)] + [torch.zeros(9)] * 9)
    assert "52 more storages keep 20,592 B that nothing uses" in picture
    assert "… 37 more storages" in picture
    assert all(len(line) <= 80 for line in picture.splitlines())
    shared = drawn([torch.zeros(9)] * 1 + [x for t in [torch.zeros(9)] for x in [t] * 9])
    assert "  … 3 more" in shared


def test_tied_weights_are_drawn_among_many_storages() -> None:
    layers = {f"layer{n}": torch.zeros(100) for n in range(60)}
    tied = torch.zeros(2)
    picture = drawn({**layers, "emb.weight": tied, "head.weight": tied[:]})
    assert "\n2 members share" in picture
    assert "\n  head.weight" in picture


def test_in_ascii() -> None:
    assert drawn([torch.zeros(100)[:1] for _ in range(60)], ascii=True).isascii()


def test_shapes_in_short() -> None:
    assert what(MemoryMap(type="T", library="torch", shape=None, dtype=None)) == "T of no shape"
    assert what(MemoryMap(type="T", library="torch", shape=(3, "j1"), dtype=None)) == "T (3, j1)"
