"""Runs of sequence numbers and who made them."""

from __future__ import annotations

import pytest

from tensorlab.dispatch.origins import Origins, may_make, stem_of


def test_runs_between_notes() -> None:
    origins = Origins()
    for end, owner in [(10, None), (12, 0), (13, None), (20, 1)]:
        origins.note(end, owner)
    assert [origins.owner(n) for n in (0, 9, 10, 11, 12, 13, 19, 20)] == [None, None, 0, 0, None, 1, 1, None]


def test_a_node_of_a_node_is_traced_back_and_no_circle_is_followed() -> None:
    origins = Origins()
    origins.note(1, 7)
    origins.note(2, ("MulBackward0", 0))
    origins.note(3, ("MulBackward0", 1))
    origins.note(4, ("MulBackward0", 3))
    assert [origins.owner(n) for n in range(4)] == [7, 7, 7, None]
    assert origins.direct(2) == ("MulBackward0", 1)


@pytest.mark.parametrize(
    ("operators", "node", "answer"),
    [
        (["aten.addmm.default"], "AddmmBackward0", True),
        (["aten.addmm.default"], "MulBackward0", False),
        (["aten.addmm.default"], "TBackward0", True),
        (["aten.addmm.default"], "MineBackward", True),
        (["aten.addmm.default"], "CopySlices", True),
        ([], "MulBackward0", True),
    ],
)
def test_whether_an_operator_may_have_made_a_node(operators: list[str], node: str, *, answer: bool) -> None:
    assert may_make(operators, node, frozenset({"mul", "addmm", "t"})) is answer


def test_stems() -> None:
    assert [stem_of(name) for name in ("aten::add_.Tensor", "aten._to_copy.default", "relu")] == [
        "add",
        "tocopy",
        "relu",
    ]
