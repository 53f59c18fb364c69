from __future__ import annotations

from typing import Any

import pytest

from tensorlab.errors import LayoutError
from tensorlab.layout.shard import Placement, Sharding


@pytest.mark.parametrize(
    ("placement", "word"),
    [
        (Placement("shard", axis=1), "Shard(1)"),
        (Placement("replicate"), "Replicate"),
        (Placement("partial", reduction="sum"), "Partial(sum)"),
    ],
)
def test_a_placement_is_called_by_torchs_word(placement: Placement, word: str) -> None:
    assert str(placement) == word


def test_a_strided_shard_is_called_by_torchs_word() -> None:
    assert str(Placement("shard", axis=1, rounds=4)) == "_StridedShard(1, sf=4)"


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"shape": (-1,)}, "sizes are 0 or more"),
        ({"itemsize": 0}, "an element has bytes"),
        ({"mesh": ()}, "one placement along each axis"),
        ({"mesh": (0,)}, "one placement along each axis"),
        ({"mesh": (2, 2)}, "and 1 placements"),
        ({"mesh_names": ("a", "b")}, "has 1 names; got 2"),
        ({"ranks": (1,)}, "has 2 ranks; got 1"),
        ({"own": (0, 0)}, "has 1 places; got 2"),
        ({"placements": (Placement("shard", axis=1),)}, "names axis 1 of a tensor with 1 axis"),
        ({"orders": ((0, (1,)),)}, r"is dealt out by axes \[0\]"),
        ({"axes": (1,)}, "names each once"),
    ],
)
def test_what_cannot_be_is_refused(changed: dict[str, Any], words: str) -> None:
    given: dict[str, Any] = {"shape": (8,), "itemsize": 4, "mesh": (2,), "placements": (Placement("shard", axis=0),)}
    with pytest.raises(LayoutError, match=words):
        Sharding(**{**given, **changed})
