from __future__ import annotations

import torch

import tensorlab
from tensorlab.diagram.sharing_groups import sharing_scene
from tensorlab.layout.record import Answer, Overlap
from tensorlab.memory.sharing_groups.record import SharedPair, SharingMap
from tensorlab.render.text import text

PICTURE = """\
who shares bytes with whom
4 objects: 1 group that share bytes, 1 alone

group  name  what         bytes in the group  on
1      x     int64 (20,)               160 B  cpu
       y     int64 (10,)                      cpu
       z     int64 (5,)                       cpu

1  one byte each: x[10] and y[0]; x[15] and z[0]; y[5] and z[0]

alone: s
1 other object passed by"""


def test_groups_proofs_and_the_rest() -> None:
    x = torch.arange(20)
    record = tensorlab.sharing_map({"x": x, "y": x[10:], "z": x[15:], "s": torch.zeros(3), "k": 3})
    assert text(sharing_scene(record)) == PICTURE
    assert text(sharing_scene(record), ascii=True).isascii()


def test_much_is_capped_and_counted() -> None:
    x = torch.arange(2000)
    pairs = [t for n in range(20) for t in [torch.zeros(3 + n)] for t in (t, t[1:])]
    picture = text(
        sharing_scene(
            tensorlab.sharing_map([*(x[n:] for n in range(30)), *pairs, *[torch.zeros(2) for _ in range(20)]])
        )
    )
    assert "… 20 more" in picture
    assert "5 more groups" in picture
    assert "23 more" in picture
    assert " and 8 more" in picture
    assert all(len(line) <= 80 for line in picture.splitlines())


def test_what_is_not_known_is_said() -> None:
    pair = SharedPair("a", "b", Overlap(Answer.UNKNOWN, "cap", cap="too many positions"))
    picture = text(sharing_scene(SharingMap(groups=(), alone=("a", "b"), unknown=(pair,) * 9, unchecked=7)))
    assert "a and b: UNKNOWN, too many positions" in picture
    assert "10 more pairs of which it is not known" in picture
