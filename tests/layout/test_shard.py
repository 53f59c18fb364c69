from __future__ import annotations

import pytest

from tensorlab.layout.shard import Placement


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
