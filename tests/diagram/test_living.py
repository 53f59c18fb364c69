from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import torch

from tensorlab.diagram.living import before_after_scene, change_scene, live_scene
from tensorlab.memory.living.record import DeviceTotal, Live, LiveChange, LiveTensor, Referrer
from tensorlab.memory.living.tally import held_bytes, storages_of
from tensorlab.memory.registry import describe
from tensorlab.render.text import text

if TYPE_CHECKING:
    from collections.abc import Sequence

LIVE = """\
live tensors
3 live tensors in 2 storages, 440 B
cpu: 3 tensors keep 440 B

storage  on   tensor          referred to by
  400 B  cpu  float32 (100,)  base in train()
              float32 (97,)   tail in train()
   40 B  cpu  float32 (10,)   held by nobody that Python sees

not seen: what only C++ holds, such as tensors that an autograd graph saved"""
CHANGE = """\
what changed among the live tensors
3 tensors created (1,200 B new), 1 freed (40 B); 5 still there; +1,160 B, now
  1,200 B

created
 how many  their storages  tensor             referred to by
2 tensors           800 B  float32 (100,), …  kept[*] in train()
 1 tensor           400 B  float32 (100,)     cache in module app

freed
how many  their storages  tensor         referred to by
1 tensor            40 B  float32 (10,)  old in train()

not seen: what only C++ holds, such as tensors that an autograd graph saved"""


def tensor(thing: torch.Tensor, path: str = "", kind: str = "local") -> LiveTensor:
    found = Referrer("global", path, "app") if kind == "global" else Referrer("local", path, "train")
    return LiveTensor(memory=describe(thing), referrers=(found,) if path else ())


def live(*tensors: LiveTensor) -> Live:
    nbytes = held_bytes(tensors)
    total = DeviceTotal(device="cpu", tensors=len(tensors), nbytes=nbytes)
    return Live(tensors=tensors, storages=storages_of(tensors), nbytes=nbytes, devices=(total,))


def change(created: Sequence[LiveTensor], freed: Sequence[LiveTensor]) -> LiveChange:
    return LiveChange(
        created=tuple(created),
        freed=tuple(freed),
        still=5,
        before=40,
        after=1200,
        new=held_bytes(created),
        gone=held_bytes(freed),
    )


def test_live_tensors_by_storage() -> None:
    base = torch.zeros(100)
    record = live(tensor(base, "base"), tensor(torch.zeros(10)), tensor(base[3:], "tail"))
    assert text(live_scene(record)) == LIVE
    assert text(live_scene(record), ascii=True).isascii()


def test_no_tensor_at_all() -> None:
    assert "no live tensor" in text(live_scene(Live(tensors=(), storages=(), nbytes=0)))


def test_many_are_capped_and_counted() -> None:
    base = torch.zeros(100)
    record = live(*(tensor(base[n:], f"t{n}") for n in range(9)), *(tensor(torch.zeros(3), "t") for _ in range(30)))
    picture = text(live_scene(record))
    assert "… 6 more tensors" in picture
    assert "… 11 more storages" in picture


def test_a_change_by_who_holds() -> None:
    one, two, cache = (torch.zeros(100) for _ in range(3))  # alive, so that they lie at three addresses
    created = [tensor(one, "kept[0]"), tensor(two, "kept[1]"), tensor(cache, "cache", "global")]
    record = change(created, [tensor(torch.zeros(10), "old")])
    assert text(change_scene(record)) == CHANGE

    class Watched:
        change = record

    assert text(before_after_scene(Watched())) == CHANGE


def test_many_holders_are_capped_and_counted() -> None:
    picture = text(change_scene(change([tensor(torch.zeros(1), f"t{'x' * n}") for n in range(30)], [])))
    assert "10 tensors" in picture
    assert "… elsewhere" in picture


def test_graphs_are_counted_by_who_holds() -> None:
    made = [replace(tensor(torch.zeros(1), f"losses[{n}]"), graph=True) for n in range(2)]
    picture = text(change_scene(change(made, [])))
    assert "losses[*] in train() (2 with" in picture
    assert "2 tensors have an autograd graph" in picture
    assert "(with grad_fn)" in text(live_scene(live(made[0])))
